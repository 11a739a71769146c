"""The help of a function as a host shows it: short enough, and on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlfuncs.card import Argument, Card

CATEGORY: Final = "xlfuncs"
_LONGEST: Final = 255


def function_help(made: Card) -> str:
    """What a function gives, with its clause where both fit."""
    cited = f"{made.summary.rstrip('.')} ({made.citation})"
    return cited if len(cited) <= _LONGEST else made.summary


def argument_help(argument: Argument) -> str:
    """What an argument is; one that may be left out says so where that fits."""
    text = f"{argument.help[:1].upper()}{argument.help[1:]}"
    said = f"Optional. {text}" if argument.optional else text
    return said if len(said) <= _LONGEST else text
