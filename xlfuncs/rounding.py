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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
