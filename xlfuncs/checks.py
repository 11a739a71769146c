"""What several clauses check of their arguments, beyond the bounds of a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfuncs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sized


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
