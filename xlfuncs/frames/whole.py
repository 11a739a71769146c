"""What pandas and numpy hold, as plain Python: one value, or a range for the functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from xlfuncs.ranges import Block

_HOLDERS = (list, tuple, np.ndarray, pd.Series, pd.Index, pd.DataFrame)


def one_value(value: object) -> Any:  # noqa: ANN401  whatever the argument wants
    """A single value: NaT, NaN and NA are blank, numpy's own kinds are Python's."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if isinstance(value, np.generic):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    return None if isinstance(value, float) and np.isnan(value) else value


def holds_ranges(value: object) -> bool:
    """Whether a column has a range in each cell, and not one value."""
    if isinstance(value, pd.Series) and value.dtype == object:
        return any(isinstance(cell, _HOLDERS) for cell in value)
    return False


def whole_range(value: object, unit: object) -> Any:  # noqa: ANN401
    """A range for the functions: lists of plain values, dates as dates, a blank as None."""
    if isinstance(value, pd.DataFrame):
        if isinstance(unit, Block):
            value = _in_order(value, unit)
        columns = [_plain(value.iloc[:, place]) for place in range(value.shape[1])]
        return [list(row) for row in zip(*columns, strict=True)]
    if isinstance(value, np.ndarray) and value.ndim > 1:
        return [_plain(pd.Series(row)) for row in value]
    if isinstance(value, (np.ndarray, pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        is_single = isinstance(value, np.ndarray) and not value.ndim
        return one_value(value) if is_single else _plain(pd.Series(value))
    if isinstance(value, (list, tuple)):
        return [
            whole_range(item, unit) if isinstance(item, _HOLDERS) else one_value(item)
            for item in value
        ]
    return one_value(value)


def is_naive_time(column: pd.Series[Any]) -> bool:
    """Whether a column holds dates, or moments without a time zone, of pandas' own kinds."""
    if column.dtype.kind != "M":
        return False
    arrow = getattr(column.dtype, "pyarrow_dtype", None)
    return getattr(column.dtype if arrow is None else arrow, "tz", None) is None


def _plain(series: pd.Series[Any]) -> list[Any]:
    if is_naive_time(series):
        items = series.astype("datetime64[us]").to_numpy().astype(object).tolist()
        return [None if item is None else _day_or_moment(item) for item in items]
    return [one_value(item) for item in series.tolist()]


def _day_or_moment(moment: Any) -> Any:  # noqa: ANN401
    """Midnight is a day: pandas has no column of dates alone."""
    return moment if moment.time() != moment.min.time() else moment.date()


def _in_order(frame: pd.DataFrame, unit: Block) -> pd.DataFrame:
    """The rows of a range of several columns: by their names where the frame has these."""
    if set(map(str, frame.columns)) <= set(unit.columns) and frame.columns.is_unique:
        return frame.reindex(columns=list(unit.columns))
    return frame
