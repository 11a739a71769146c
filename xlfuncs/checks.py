"""What several clauses check of their arguments or answers, beyond the bounds of a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BoundsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sized

MOST_SHARES: Final = 2**53  # beyond it a spreadsheet's numbers skip whole shares


def same_length(first: str, firsts: Sized, second: str, seconds: Sized) -> None:
    """Two ranges that are read row by row must have the same number of rows.

    Raises:
        InputError: they differ.
    """
    if len(firsts) != len(seconds):
        raise InputError(
            f"{first} and {second} must have the same number of rows, "
            f"not {len(firsts)} and {len(seconds)}"
        )


def countable(shares: int) -> int:
    """A count of shares that a spreadsheet can hold exactly.

    Raises:
        BoundsError: there are too many.
    """
    if shares > MOST_SHARES:
        raise BoundsError(f"{float(shares):g} shares are more than can be counted exactly")
    return shares


def positive_price(price: float) -> float:
    """A price above zero and finite.

    Raises:
        BoundsError: it is not.
    """
    if not 0.0 < price < float("inf"):
        raise BoundsError(f"the price would be {price:g} USD a share, and must be above 0")
    return price
