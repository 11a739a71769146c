"""Every function over frames made from its cases: each row is what the function alone gives."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests.support.cases import all_cases
from xlfuncs import catalogue
from xlfuncs.card import card_of
from xlfuncs.errors import FunctionError
from xlfuncs.frames import apply, kernels
from xlfuncs.kinds import Number, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.card import Card

CASES = all_cases()
NAN = float("nan")

# Every function by its bare body, and by its kernel where one is installed.
WAYS = [(function, False) for function in catalogue.FUNCTIONS] + [
    (function, True)
    for function in catalogue.FUNCTIONS
    if kernels.kernel_for(card_of(function)) is not None
]

each_way = pytest.mark.parametrize(
    ("function", "with_kernel"),
    WAYS,
    ids=[f"{function.__name__}{'-kernel' * kernel}" for function, kernel in WAYS],
)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _calls(made: Card) -> list[dict[str, Any]]:
    """The arguments of a function's cases, NaN as what it is in pandas: blank."""
    calls = []
    for case in CASES:
        if case.function != made.name:
            continue
        given = {}
        for argument in made.arguments:
            value = case.in_python().get(argument.name)
            if isinstance(value, list) and not any(isinstance(row, list) for row in value):
                value = [None if _blank(item) else item for item in value]
            given[argument.name] = None if _blank(value) else value
        calls.append(given)
    return calls


def _alone(function: Callable[..., Any], given: dict[str, Any]) -> Any:
    """What the function gives for one row: an answer or its error."""
    arguments = [
        one.default if given[one.name] is None and one.optional else given[one.name]
        for one in card_of(function).arguments
    ]
    try:
        return function(*arguments)
    except FunctionError as error:
        return error


def _as_inferred(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns as pandas reads them from a file: numbers, dates, text of their own kinds."""
    made = {}
    for name in frame.columns:
        items = [item for item in frame[name] if item is not None]
        dates = bool(items) and {type(item) for item in items} <= {dt.date, dt.datetime}
        naive = all(getattr(item, "tzinfo", None) is None for item in items)
        if dates and naive:
            moments = np.array(list(frame[name]), dtype="datetime64[s]")
            made[name] = pd.Series(moments, index=frame.index)
        else:
            made[name] = frame[name].infer_objects()
    return pd.DataFrame(made, index=frame.index)


def _as_nullable(frame: pd.DataFrame) -> pd.DataFrame:
    return _as_inferred(frame).convert_dtypes()


def _as_categories(frame: pd.DataFrame) -> pd.DataFrame:
    inferred = _as_inferred(frame)
    for name in inferred.columns:
        if not any(isinstance(cell, (list, tuple)) for cell in inferred[name]):
            inferred[name] = inferred[name].astype("category")
    return inferred


@each_way
@pytest.mark.parametrize(
    "prepare",
    [lambda frame: frame, _as_inferred, _as_nullable, _as_categories],
    ids=["objects", "inferred", "nullable", "categories"],
)
def test_each_row_is_the_function_alone(
    function: Callable[..., Any],
    prepare: Callable[[pd.DataFrame], pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    *,
    with_kernel: bool,
) -> None:
    made = card_of(function)
    if not with_kernel:
        monkeypatch.setattr("xlfuncs.frames.rows.kernel_for", lambda _: None)
    calls = _calls(made)
    index = pd.Index([f"case {row // 2}" for row in range(len(calls))])  # duplicates too
    columns = {
        one.name: pd.Series([call[one.name] for call in calls], index=index, dtype=object)
        for one in made.arguments
    }
    frame = prepare(pd.DataFrame(columns, index=index))
    values, faults = apply(frame, made.name)

    alone = [_alone(function, call) for call in calls]
    bad = [place for place, answer in enumerate(alone) if isinstance(answer, FunctionError)]
    assert faults["position"].tolist() == bad
    assert faults.index.equals(index[bad])
    assert faults["code"].tolist() == [alone[place].code.value for place in bad]
    assert faults["sentence"].tolist() == [alone[place].sentence for place in bad]
    _check(made, values, alone, index, exact=not with_kernel)


def _check(made: Card, values: Any, alone: list[Any], index: pd.Index[Any], *, exact: bool) -> None:
    good = {
        place: answer for place, answer in enumerate(alone) if not isinstance(answer, FunctionError)
    }
    if isinstance(made.result, Table):
        _check_tables(made.result.name, values, good, index)
        return
    assert values.name == made.name
    assert values.index.equals(index)
    assert np.flatnonzero(values.notna().to_numpy()).tolist() == list(good)
    for place, answer in good.items():
        found = values.iloc[place]
        if isinstance(answer, dt.date):
            assert found == pd.Timestamp(answer)
        elif isinstance(made.result, Number) and not exact:
            assert found == pytest.approx(answer, rel=1e-11, abs=1e-11)
        else:
            assert found == answer
            assert isinstance(found, str) == isinstance(answer, str)


def _check_tables(
    kind: str, values: pd.DataFrame, good: dict[int, Any], index: pd.Index[Any]
) -> None:
    assert values.columns.equals(pd.RangeIndex(values.shape[1]))
    if kind == "row":
        assert values.index.equals(index)
        rows = [(place, values.iloc[place], table[0]) for place, table in good.items()]
    else:
        flat = [
            (place, row if isinstance(row, list) else [row])
            for place, table in good.items()
            for row in table
        ]
        assert len(values) == len(flat)
        assert values.index.names == [None, "row"]
        assert values.index.get_level_values(0).tolist() == [index[place] for place, _ in flat]
        rows = [(place, values.iloc[number], row) for number, (place, row) in enumerate(flat)]
    for _, found, expected in rows:
        for cell, wanted in zip(found.tolist()[: len(expected)], expected, strict=True):
            if wanted is None:
                assert pd.isna(cell)
            else:
                assert cell == (pd.Timestamp(wanted) if isinstance(wanted, dt.date) else wanted)
