"""A call's arguments found in a frame: binding is lookup by name.

An argument is one value for all rows or a column with a value for each. Text is the name of a
column, unless it is a word that the argument takes; where it could be both, it is refused.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd

from xlfuncs.errors import FunctionError, InputError
from xlfuncs.frames.whole import holds_ranges, one_value, whole_range
from xlfuncs.kinds import Choice, Day, Limit, Moment, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfuncs.card import Argument, Card


class Bound(NamedTuple):
    """The arguments of a call, in order.

    `singles` has the one value of each argument, `columns` those that differ from row to row,
    by place. `rows` is the index of the frame's column that was given as a range, if one was.
    """

    singles: list[Any]
    columns: dict[int, pd.Series[Any]]
    rows: pd.Index[Any] | None


def bind(
    frame: pd.DataFrame, made: Card, arguments: Sequence[object], named: Mapping[str, object]
) -> Bound:
    """Find each argument of a function, checking those that are one value for all rows.

    Raises:
        InputError: an argument is unknown, missing, given twice or ambiguous.
        FunctionError: a value for all rows is not what the argument wants.
    """
    given = _given(made, arguments, named)
    singles: list[Any] = []
    columns: dict[int, pd.Series[Any]] = {}
    rows = None
    for place, argument in enumerate(made.arguments):
        name = argument.name
        found = given.get(name)
        if name in given:
            meant = _meant(frame, argument, found)
        elif name in frame.columns:
            meant = _column(frame, name, name)
        elif argument.optional:
            singles.append(argument.default)
            continue
        else:
            raise InputError(
                f"{made.name} needs {name}: give it, or a frame with a column of that name",
                made.citation,
            )
        by_row = _by_row(frame, argument, meant)
        if by_row is not None:
            columns[place] = by_row
            singles.append(None)
            continue
        if argument.is_range and isinstance(meant, pd.Series) and meant.index.equals(frame.index):
            rows = frame.index
        singles.append(_checked(made, argument, meant))
    return Bound(singles, columns, rows)


def _given(
    made: Card, arguments: Sequence[object], named: Mapping[str, object]
) -> dict[str, object]:
    names = [argument.name for argument in made.arguments]
    if len(arguments) > len(names):
        raise InputError(
            f"{made.name} takes at most {len(names)} arguments, not {len(arguments)}", made.citation
        )
    given = dict(zip(names, arguments, strict=False))
    for name, value in named.items():
        if name not in names:
            known = ", ".join(names)
            raise InputError(f"{made.name} has no argument {name!r}; it has {known}", made.citation)
        if name in given:
            raise InputError(f"{name} is given twice", made.citation)
        given[name] = value
    return given


def _meant(frame: pd.DataFrame, argument: Argument, value: object) -> object:
    """What a value given for an argument stands for: text may be the name of a column."""
    if not isinstance(value, str):
        return value
    unit, name = argument.unit, argument.name
    word = value.strip().lower()
    is_word = (isinstance(unit, Choice) and word in unit.words) or (
        isinstance(unit, Limit) and word == "no limit"
    )
    if value in frame.columns:
        if is_word:
            raise InputError(
                f"{name}={value!r} is ambiguous: it is a word of {name} and a column of the frame; "
                f"give df[{value!r}] for the column, or rename the column for the word"
            )
        return _column(frame, value, name)
    if is_word or isinstance(unit, Words):
        return value
    if isinstance(unit, (Day, Moment)) and (date := _date(value)):
        raise InputError(
            f"{name}: the frame has no column {value!r}; a date is needed: "
            f"date({date.year}, {date.month}, {date.day})"
        )
    known = ", ".join(map(str, frame.columns[:12]))
    words = f", and it is not {unit.bounds}" if isinstance(unit, (Choice, Limit)) else ""
    raise InputError(
        f"{name}: the frame has no column {value!r}{words}; it has "
        f"{known or 'none'}{', …' if len(frame.columns) > 12 else ''}"  # noqa: PLR2004  a dozen names is a line
    )


def _date(text: str) -> dt.date | None:
    """The date that text is written for, if it is."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(text.strip()).date()
    return None


def _column(frame: pd.DataFrame, label: str, name: str) -> pd.Series[Any]:
    found: object = frame[label]
    if isinstance(found, pd.DataFrame):
        raise InputError(f"{name}: the frame has {found.shape[1]} columns named {label!r}")
    return cast("pd.Series[Any]", found)


def _by_row(frame: pd.DataFrame, argument: Argument, value: object) -> pd.Series[Any] | None:
    """The argument as a column in step with the frame, or None if it is one for all rows."""
    if argument.is_range and not holds_ranges(value):
        return None
    if isinstance(value, pd.Series):
        return _aligned(frame, argument.name, value)
    if isinstance(value, (pd.Index, pd.api.extensions.ExtensionArray, list, tuple)) or (
        isinstance(value, np.ndarray) and value.ndim > 0
    ):
        if len(value) != len(frame):
            raise InputError(
                f"{argument.name} has {len(value):,} rows, the frame {len(frame):,}: give a Series "
                f"to have them aligned by index"
            )
        if isinstance(value, np.ndarray) and value.ndim > 1:
            raise InputError(f"{argument.name} must be one column, not an array of {value.ndim}")
        return pd.Series(value, index=frame.index)
    if isinstance(value, pd.DataFrame):
        raise InputError(f"{argument.name} must be one column, not a frame")
    return None


def _aligned(frame: pd.DataFrame, name: str, series: pd.Series[Any]) -> pd.Series[Any]:
    if series.index is frame.index or series.index.equals(frame.index):
        return series
    if not series.index.is_unique:
        raise InputError(
            f"{name}: the Series has an index that differs from the frame's and holds duplicates, "
            f"so its rows cannot be told apart; give it the frame's index, or an array"
        )
    return series.reindex(frame.index)


def _checked(made: Card, argument: Argument, value: object) -> object:
    """One value for all rows as the body takes it; a blank is the default where there is one."""
    plain = whole_range(value, argument.unit) if argument.is_range else one_value(value)
    if plain is None and argument.optional:
        return argument.default
    if plain is None and argument.nullable:
        return None
    try:
        return argument.unit.check(plain, argument.name)
    except FunctionError as error:
        error.clause = error.clause or made.citation
        raise
