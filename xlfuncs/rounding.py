"""The only place where anything is rounded, one function for each rounding clause.

Spreadsheets hand over binary doubles. What ends in a count of shares, a cent or a
threshold is computed from the shortest decimal text of each double, which is the number
somebody typed, in decimal arithmetic of 60 digits with the one division last.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    localcontext,
)
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")

# A premium arrives from its own cell as a double, a few units in the seventeenth digit away
# from the fraction it stands for; an amount this near to a whole share is that whole share.
_A_MILLIONTH = Decimal("1e-6")


def exact(number: float) -> Decimal:
    """The number somebody typed: the shortest decimal text that gives this double.

    >>> exact(6.03)
    Decimal('6.03')
    """
    return Decimal(repr(number))


def exact_arithmetic() -> AbstractContextManager[Context]:
    """A block in which decimal operators keep 60 digits, whatever the caller's context.

    >>> with exact_arithmetic():
    ...     print(Decimal(1) / 3)
    0.333333333333333333333333333333333333333333333333333333333333
    """
    return localcontext(_EXACT)


def _settled(amount: Decimal) -> Decimal:
    nearest = amount.to_integral_value(ROUND_HALF_EVEN, _EXACT)
    return nearest if abs(amount - nearest) <= _A_MILLIONTH else amount


def whole_shares_up(amount: Decimal) -> int:
    """Certificate of Designation, IV.E: "round up to the next whole number".

    An amount within a millionth of a whole share is that whole share.

    >>> whole_shares_up(Decimal("171.8349")), whole_shares_up(Decimal("75640.0000000001"))
    (172, 75640)
    """
    return int(_settled(amount).to_integral_value(ROUND_CEILING))


def whole_shares_within(limit: Decimal) -> int:
    """The most whole shares that do not exceed a limit, by however little.

    >>> whole_shares_within(Decimal("1307297.96")), whole_shares_within(Decimal("48.9999999999"))
    (1307297, 48)
    """
    return int(limit.to_integral_value(ROUND_FLOOR))


def fraction_of_a_share(shares: Decimal) -> Decimal:
    """Warrant, 1(d) and 4(i): the part of a share that is paid in cash.

    >>> fraction_of_a_share(Decimal("110258.25")), fraction_of_a_share(Decimal("7.0000000001"))
    (Decimal('0.25'), Decimal('0'))
    """
    amount = _settled(shares)
    return amount - amount.to_integral_value(ROUND_FLOOR, _EXACT)


def nearest_cent(price: Decimal) -> Decimal:
    """Warrant, 4: "rounded up or down to the nearest cent"; an exact half cent goes up.

    >>> nearest_cent(Decimal("6.635")), nearest_cent(Decimal("6.6349999"))
    (Decimal('6.64'), Decimal('6.63'))
    """
    return price.quantize(_CENT, ROUND_HALF_UP, _EXACT)


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """A whole number shared out in proportion to weights, by the largest remainders.

    Every row first gets its proportion rounded down; what is left goes one by one to the rows
    that lost the most by it, among equals to the earlier row first. The rows add up to the
    total, and a row of weight zero gets nothing. The arithmetic is that of whole numbers, so
    equal fractions are equal. At least one weight must be above zero: the caller's check.

    >>> shared_out(1234, [3000, 2000]), shared_out(2, [1, 1, 1]), shared_out(1, [0.1, 0.3])
    ([740, 494], [1, 1, 0], [0, 1])
    """
    ratios = [exact(weight).as_integer_ratio() for weight in weights]
    scale = lcm(*(below for _, below in ratios))
    parts = [above * (scale // below) for above, below in ratios]
    whole = sum(parts)
    shares, lost = zip(*(divmod(total * part, whole) for part in parts), strict=True)
    rows = sorted(range(len(parts)), key=lambda row: -lost[row])  # stable: earlier row first
    gains = frozenset(rows[: total - sum(shares)])
    return [share + (row in gains) for row, share in enumerate(shares)]


def whole_shares_below(limit: Decimal) -> int:
    """Certificate of Designation, VIII.B: "exceeds", so the most whole shares below a limit.

    A limit within a millionth of a whole share is that whole share, which is not below it.

    >>> whole_shares_below(Decimal("5756.7")), whole_shares_below(Decimal("6000.0000000000001"))
    (5756, 5999)
    """
    return int(_settled(limit).to_integral_value(ROUND_CEILING)) - 1


def whole_shares_paid_for(amount: Decimal) -> int:
    """Certificate of Designation, VIII.F: "the greatest number of shares … possible".

    An amount within a millionth of a whole share is that whole share.

    >>> whole_shares_paid_for(Decimal("799.45")), whole_shares_paid_for(Decimal("2.9999999999"))
    (799, 3)
    """
    return int(_settled(amount).to_integral_value(ROUND_FLOOR))
