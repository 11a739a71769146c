"""`df.xlf`: every function of the catalogue as a method of a data frame."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from xlfuncs.card import card_of
from xlfuncs.catalogue import CARDS
from xlfuncs.errors import InputError
from xlfuncs.frames.apply import apply, function_meant
from xlfuncs.frames.faults import RowsError, RowsWarning, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.card import Card

_ERRORS: Final = ("warn", "raise", "coerce")
_ABOUT_ERRORS: Final = """
    errors: what becomes of rows without an answer. "warn" leaves them blank and warns once,
        "coerce" leaves them blank, "raise" raises RowsError when all rows have been tried.
"""


@pd.api.extensions.register_dataframe_accessor("xlf")
class FrameFunctions:
    """The worksheet functions over one frame's columns, each a method of its own name."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in {made.name for made in CARDS}:
            raise AttributeError(
                f"there is no function {name!r}; xlfuncs.functions() lists them", name=name
            )
        made = card_of(function_meant(name))
        frame = self._frame

        def method(*arguments: object, errors: str = "warn", **named: object) -> Any:  # noqa: ANN401  a Series, a frame, a value
            return _called(frame, made, errors, arguments, named)

        method.__name__ = method.__qualname__ = made.name
        method.__doc__ = _help(made)
        method.__signature__ = _signature(made)  # type: ignore[attr-defined]  # inspect reads it
        return method

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(made.name for made in CARDS)]


def _called(
    frame: pd.DataFrame,
    made: Card,
    errors: str,
    arguments: tuple[object, ...],
    named: dict[str, object],
) -> Any:  # noqa: ANN401
    if errors not in _ERRORS:
        raise InputError(f"errors must be one of {', '.join(_ERRORS)}, not {errors!r}")
    values, faults = apply(frame, made.name, *arguments, **named)
    if not faults.empty and errors != "coerce":
        sentence = summary(made.name, len(frame), faults)
        if errors == "raise":
            raise RowsError(sentence, values, faults)
        warnings.warn(sentence, RowsWarning, stacklevel=3)
    return values


def _help(made: Card) -> str:
    lines = [f"{made.summary}", "", f"{made.citation}: {made.words}", "", "Args:"]
    lines += [f"    {one.name}: {one.help} ({one.unit.bounds})" for one in made.arguments]
    return "\n".join(lines) + _ABOUT_ERRORS


def _signature(made: Card) -> inspect.Signature:
    """Every argument may be left out: the frame may have a column of its name."""
    kinds = inspect.Parameter
    given = [
        kinds(one.name, kinds.POSITIONAL_OR_KEYWORD, default=one.default if one.optional else ...)
        for one in made.arguments
    ]
    return inspect.Signature([*given, kinds("errors", kinds.KEYWORD_ONLY, default="warn")])
