"""What rows have given, as pandas has it: a column, or a frame of the rows of their tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from xlfuncs.kinds import Choice, Day, Flag, Number, Table, Words

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from xlfuncs.frames.columns import Mask

DATES: Final = "datetime64[s]"  # from 1900 to 9999, which nanoseconds cannot hold
ROW: Final = "row"


def row_answers(
    result: object,
    answers: list[Any] | NDArray[np.float64],
    bad: Collection[int],
    index: pd.Index[Any],
) -> pd.Series[Any] | pd.DataFrame:
    """The answers of rows under the frame's index, blank where a row has none."""
    missing = np.zeros(len(answers), dtype=bool)
    missing[list(bad)] = True
    if isinstance(result, Number):
        return pd.Series(_numbers(answers, missing, whole=result.whole), index=index)
    found = [None if gone else answer for answer, gone in zip(answers, missing, strict=True)]
    if isinstance(result, Table):
        return _tables(result, found, index)
    if isinstance(result, Day):
        return pd.Series(np.array(found, dtype="datetime64[D]").astype(DATES), index=index)
    if isinstance(result, Flag):
        return pd.Series(found, index=index, dtype="boolean")
    if isinstance(result, (Choice, Words)):
        return pd.Series(found, index=index, dtype="string")
    return pd.Series(found, index=index, dtype=object)


def _numbers(answers: list[Any] | NDArray[np.float64], missing: Mask, *, whole: bool) -> Any:  # noqa: ANN401  an array of numpy or of pandas
    if not whole:
        numbers = np.array(answers, dtype=np.float64)
        numbers[missing] = np.nan
        return numbers
    if missing.any():
        answers = [0 if gone else answer for answer, gone in zip(answers, missing, strict=True)]
    return pd.arrays.IntegerArray(np.array(answers, dtype=np.int64), missing)


def _tables(result: Table, found: list[Any], index: pd.Index[Any]) -> pd.DataFrame:
    """A frame of all tables; a table of one row stays in its row, others add a level `row`."""
    tables = [[] if table is None else _rows(table) for table in found]
    wide = max((len(row) for table in tables for row in table), default=0)
    if result.name == ROW:
        blank = [[None] * wide]
        tables = [table or blank for table in tables]
        under = index
    else:
        sizes = [len(table) for table in tables]
        places = np.repeat(np.arange(len(tables)), sizes)
        inner = np.concatenate([np.arange(size) for size in sizes] or [np.arange(0)])
        outer = index.take(places)
        levels = [outer.get_level_values(level) for level in range(index.nlevels)]
        under = pd.MultiIndex.from_arrays([*levels, inner], names=[*index.names, ROW])
    return _frame([row for table in tables for row in table], wide, under)


def _rows(table: list[Any]) -> list[list[Any]]:
    return [row if isinstance(row, list) else [row] for row in table]


def _frame(rows: list[list[Any]], wide: int, index: pd.Index[Any]) -> pd.DataFrame:
    columns = {
        place: _typed([row[place] if place < len(row) else None for row in rows])
        for place in range(wide)
    }
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))
    frame.index = index
    return frame


def _typed(items: list[Any]) -> pd.Series[Any]:
    """A column of a table, of the kind that its values have in common."""
    kinds = {type(item) for item in items if item is not None}
    if kinds == {dt.date}:
        return pd.Series(np.array(items, dtype="datetime64[D]").astype(DATES))
    for common, dtype in (({bool}, "boolean"), ({int}, "Int64"), ({str}, "string")):
        if kinds == common:
            return pd.Series(items, dtype=dtype)
    if kinds and kinds <= {int, float}:
        return pd.Series(np.array(items, dtype=np.float64))
    return pd.Series(items, dtype=object)


def one_answer(answer: object, result: object, rows: pd.Index[Any] | None) -> object:
    """The answer of the one call: a value as it is, a table as a frame, a column as a Series.

    A column that has one row for each row of the frame, whose own column it was made of, stands
    under the frame's index.
    """
    if not isinstance(result, Table) or not isinstance(answer, list):
        return answer
    table = _rows(answer)
    index: pd.Index[Any] = pd.RangeIndex(len(table))
    if rows is not None and result.name == "column" and len(rows) == len(table):
        index = rows
    frame = _frame(table, max(map(len, table), default=0), index)
    return frame[0] if result.name == "column" and not frame.empty else frame
