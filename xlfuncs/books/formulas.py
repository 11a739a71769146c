"""Formulas of a deal book: our functions called by the names of their arguments.

Binding is lookup by name: an argument is the cell of the same name unless told otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.card import card_of
from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Where an argument is not the cell of its name: what is outstanding counts, not what was issued.
_BOUND: Final = {"preferred_shares": "preferred_outstanding"}


def call(
    function: Callable[..., object],
    *,
    optional: tuple[str, ...] = (),
    using: Mapping[str, str] | None = None,
    **other: str,
) -> str:
    """The formula that calls a function.

    Args:
        function: a worksheet function.
        optional: optional arguments that are passed too, by name, in order.
        using: what stands in place of an argument's own name.
        other: the same, as keywords.

    Returns:
        the formula, without its equals sign.

    Raises:
        BookError: an argument is named that the function has not, or one between is left out.
    """
    made = card_of(function)
    other = {**(using or {}), **other}
    bound = {**_BOUND, **other}
    names = [a.name for a in made.arguments]
    passed = [*names[: made.required], *optional]
    if passed != names[: len(passed)] or not set(other) <= set(passed):
        raise BookError(f"{made.worksheet_name} cannot be called with {passed} and {list(other)}")
    return f"{made.worksheet_name}({','.join(bound.get(name, name) for name in passed)})"


def source(function: Callable[..., object]) -> str:
    """Where the rule of a function stands, for the column beside its figure.

    >>> from xlfuncs import exchange_cap_available
    >>> source(exchange_cap_available)
    'Certificate of Designation, IV.G(i); Warrant, 5'
    """
    return card_of(function).citation


def unit(function: Callable[..., object]) -> str:
    """What a function gives, for the column beside its figure."""
    return card_of(function).result_help.rstrip(".")


def note(function: Callable[..., object]) -> str:
    """The one-line summary of a function."""
    return card_of(function).summary
