"""A column checked at once by the bounds of its unit, and brought to what a function's body takes.

What is not plainly good is not judged here: those rows get a closer look, one by one, by the
function itself, which has the words for what is wrong.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlfuncs.errors import FunctionError, InputError
from xlfuncs.frames.whole import is_naive_time
from xlfuncs.kinds import FIRST_DATE, NO_LIMIT, Choice, Day, Flag, Limit, Moment, Number, Words

if TYPE_CHECKING:
    from xlfuncs.card import Argument

Mask = NDArray[np.bool_]

_DAYS: Final = "datetime64[D]"
_FIRST: Final = np.datetime64(FIRST_DATE)
_LAST: Final = np.datetime64(dt.date.max)
_ALIKE: Final = 2**53  # whole numbers up to here are doubles too
_CURES: Final = {Day: "pd.to_datetime", Moment: "pd.to_datetime", Number: "pd.to_numeric"}


class Ready(NamedTuple):
    """A column as a body takes it.

    Attributes:
        plain: one plain value a row, right where `good`.
        good: the rows that need no closer look.
        blank: the rows in which nothing stands.
        array: the same as an array, for a kernel; None where no kernel takes it.
        column: the column as it came.
    """

    plain: list[Any]
    good: Mask
    blank: Mask
    array: NDArray[Any] | None
    column: pd.Series[Any]

    def looked_at(self, positions: NDArray[np.intp], default: object) -> list[Any]:
        """The values of some rows as they came, blanks as the default."""
        items = self.column.iloc[positions].tolist()
        blanks = self.blank[positions].tolist()
        return [default if blank else item for item, blank in zip(items, blanks, strict=True)]


class _Found(NamedTuple):
    plain: list[Any]
    good: Mask
    array: NDArray[Any] | None = None


def ready(column: pd.Series[Any], argument: Argument) -> Ready:
    """A column brought to what the body takes, as far as it is plainly good.

    Raises:
        InputError: the column is all text where numbers or dates are wanted.
    """
    if isinstance(column.dtype, (pd.CategoricalDtype, pd.SparseDtype)):
        column = pd.Series(np.asarray(column), index=column.index)
    blank = column.isna().to_numpy(dtype=bool)
    found = _found(column, blank, argument)
    plain, good, array = found.plain, found.good & ~blank, found.array
    if not good.any() and not blank.all():
        _refuse_text(column, argument)
    if (argument.optional or argument.nullable) and blank.any():
        default = argument.default if argument.optional else None
        plain = [
            default if empty else value for value, empty in zip(plain, blank.tolist(), strict=True)
        ]
        good, array = good | blank, None
    return Ready(plain, good, blank, array, column)


def _found(column: pd.Series[Any], blank: Mask, argument: Argument) -> _Found:
    match argument.unit:
        case Number() as unit:
            found = _numbers(column, blank, unit)
        case Limit() as unit:
            found = _limits(column, blank, unit)
        case Day():
            found = _days(column)
        case Moment():
            found = _moments(column)
        case Flag():
            found = _flags(column, blank)
        case Choice() | Words() as unit:
            found = _words(column, unit, argument.name)
        case _:
            found = _unknown(column)
    return found


def _unknown(column: pd.Series[Any]) -> _Found:
    """Ranges in cells, and whatever else must be taken one by one."""
    return _Found([None] * len(column), np.zeros(len(column), dtype=bool))


def _numbers(column: pd.Series[Any], blank: Mask, unit: Number) -> _Found:
    kind = column.dtype.kind
    values: list[Any]
    if kind in "iu":
        values = (column.fillna(0) if blank.any() else column).tolist()
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    elif kind == "f":
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        values = numbers.tolist()
    elif column.dtype == object:
        values = column.tolist()
        plain = [
            type(item) is float or (type(item) is int and abs(item) <= _ALIKE) for item in values
        ]
        numbers = np.array(
            [item if good else np.nan for item, good in zip(values, plain, strict=True)],
            dtype=np.float64,
        )
    else:
        return _unknown(column)
    with np.errstate(invalid="ignore"):
        above = numbers > unit.minimum if unit.above else numbers >= unit.minimum
        good = above & (numbers <= unit.maximum)
    if unit.whole and kind not in "iu":
        good &= np.where(good, numbers, 0.5) % 1 == 0
        values = np.where(good, numbers, 0.0).astype(np.int64).tolist()
    return _Found(values, good, numbers)


def _limits(column: pd.Series[Any], blank: Mask, unit: Limit) -> _Found:
    """Numbers of shares, among which may stand the text "no limit"."""
    if column.dtype.kind in "iuf":
        return _numbers(column, blank, unit.shares)
    items = column.tolist()
    open_ended = [isinstance(item, str) and item.strip().lower() == NO_LIMIT for item in items]
    rest = [None if is_open else item for item, is_open in zip(items, open_ended, strict=True)]
    numbers = _numbers(pd.Series(rest, dtype=object), blank, unit.shares)
    values = [
        NO_LIMIT if is_open else value
        for value, is_open in zip(numbers.plain, open_ended, strict=True)
    ]
    return _Found(values, numbers.good | np.array(open_ended, dtype=bool))


def _days(column: pd.Series[Any]) -> _Found:
    """Dates; a time of day is dropped, as the functions drop it."""
    if is_naive_time(column):
        days = column.astype("datetime64[us]").to_numpy().astype(_DAYS)
    elif column.dtype == object:
        days = np.array([item if type(item) is dt.date else None for item in column], dtype=_DAYS)
    else:
        return _unknown(column)
    good = (days >= _FIRST) & (days <= _LAST)
    return _Found(np.where(good, days, _FIRST).astype(object).tolist(), good, days)


def _moments(column: pd.Series[Any]) -> _Found:
    if not is_naive_time(column):
        return _unknown(column)
    moments = column.astype("datetime64[us]").to_numpy()
    days = moments.astype(_DAYS)
    good = (days >= _FIRST) & (days <= _LAST)
    first = _FIRST.astype(moments.dtype)
    return _Found(np.where(good, moments, first).astype(object).tolist(), good)


def _flags(column: pd.Series[Any], blank: Mask) -> _Found:
    if column.dtype.kind == "b":
        values = (column.fillna(False) if blank.any() else column).tolist()  # noqa: FBT003  pandas' own
        return _Found(values, np.ones(len(column), dtype=bool))
    values = column.tolist()
    return _Found(values, np.array([type(item) is bool for item in values], dtype=bool))


def _words(column: pd.Series[Any], unit: Choice | Words, name: str) -> _Found:
    """Each word is checked once, however many rows have it."""
    try:
        codes, found = pd.factorize(column)
    except TypeError:  # lists and the like cannot be told apart so
        return _unknown(column)
    words: list[Any] = []
    for item in found:
        try:
            words.append(unit.check(item, name))
        except FunctionError:
            words.append(None)
    known = np.empty(len(words) + 1, dtype=object)  # a blank has the code -1, the last place
    known[:-1] = words
    array = known[codes]
    good = np.array([word is not None for word in [*words, None]], dtype=bool)[codes]
    return _Found(array.tolist(), good, array)


def _refuse_text(column: pd.Series[Any], argument: Argument) -> None:
    """A whole column of text is one mistake, not one in each row."""
    cure = _CURES.get(type(argument.unit))
    if cure and pd.api.types.infer_dtype(column, skipna=True) == "string":
        named = "the column" if column.name is None else f"df[{column.name!r}]"
        raise InputError(
            f"{argument.name} must be {argument.unit.meaning}, and {named} holds text: "
            f"convert it with {cure} first"
        )
