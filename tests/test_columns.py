"""A column gives, row for row, exactly what single cells give, bad rows included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cases import all_cases, good_call
from xlfuncs import catalogue
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.cells import worksheet_functions

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.card import Argument, Card
    from xlfuncs.hosts.cells import CellInput, CellValue

CASES = all_cases()
IN_CELLS = worksheet_functions()
BAD: list[CellValue] = [
    None, "", "six", True, float("nan"), float("inf"), -float("inf"),
    1e308, -1.0, 0.0, 5e-324, 61.0, 1e16, ErrorValue.NA, ErrorValue.DIV0,
]  # fmt: skip
MOST_ROWS = 6

with_a_case = [made for made in catalogue.CARDS if good_call(made.name, CASES)]
each_function = pytest.mark.parametrize(
    "made", with_a_case, ids=[made.name for made in with_a_case]
)


def _cells_of(argument: Argument, good: CellInput) -> st.SearchStrategy[CellValue]:
    """Cells for one argument: the good one of a case, others within its bounds, bad ones."""
    assert not isinstance(good, list)
    unit: Any = argument.unit
    nearby: st.SearchStrategy[CellValue] = st.just(good)
    if isinstance(good, float) and hasattr(unit, "minimum"):
        low, high = max(unit.minimum, good / 2), min(unit.maximum, good * 2 + 1)
        nearby = st.floats(low, high)
        if unit.whole:
            nearby = nearby.map(lambda number: float(round(number)))
    elif isinstance(good, float):
        nearby = st.integers(-900, 900).map(lambda days: good + days)
    elif hasattr(unit, "words"):
        nearby = st.sampled_from([*unit.words, unit.words[0].upper()])
    return st.one_of(st.just(good), nearby, nearby, nearby, st.sampled_from(BAD))


def _row_of(answer: object, width: int) -> list[object]:
    if isinstance(answer, list):
        assert len(answer) == 1
        row: list[object] = answer[0]
        return row
    return [answer] * width


@st.composite
def _calls(draw: Callable[..., Any], made: Card) -> tuple[list[CellInput], list[int], int]:
    """Arguments of a case, some of them as columns, the places of those, and the rows."""
    case = good_call(made.name, CASES)
    assert case is not None
    cells = case.in_cells()
    single = [p for p, one in enumerate(made.arguments[: len(cells)]) if not one.is_range]
    places = draw(st.lists(st.sampled_from(single), min_size=1, unique=True))
    rows = draw(st.integers(2, MOST_ROWS))
    for place in places:
        one_cell = _cells_of(made.arguments[place], cells[place])
        cells[place] = [[cell] for cell in draw(st.lists(one_cell, min_size=rows, max_size=rows))]
    return cells, places, rows


@each_function
@settings(deadline=None, derandomize=True, max_examples=60)
@given(data=st.data())
def test_a_column_is_its_rows(made: Card, data: st.DataObject) -> None:
    function = IN_CELLS[made.worksheet_name]
    cells, places, rows = data.draw(_calls(made))
    singly = []
    for row in range(rows):
        picked: list[Any] = list(cells)
        for place in places:
            column: Any = cells[place]
            picked[place] = column[row][0]
        singly.append(function(*picked))
    if any(isinstance(one, list) and len(one) != 1 for one in singly):
        assert function(*cells) is ErrorValue.VALUE  # there is no room for a column of tables
        return
    width = max((len(one[0]) for one in singly if isinstance(one, list)), default=1)
    expected = [_row_of(answer, width) for answer in singly]
    assert function(*cells) == expected
    on_its_side: list[Any] = list(cells)
    for place in places:
        column = cells[place]
        on_its_side[place] = [[row[0] for row in column]]
    assert function(*on_its_side) == [list(row) for row in zip(*expected, strict=True)]


@pytest.mark.parametrize("bad", [cell for cell in BAD if cell not in {61.0, 5e-324}])
def test_a_bad_row_is_that_rows_error_alone(bad: CellValue) -> None:
    function = IN_CELLS["XLF_CONVERSION_SHARES"]
    premiums: list[list[CellValue]] = [[8.876712328767123], [bad], [36.16438356164384]]
    answers = function(7500.0, 1000.0, premiums, 6.03)
    alone = function(7500.0, 1000.0, bad, 6.03)
    assert answers == [[1254822.0], [alone], [1288762.0]]
    assert isinstance(alone, ErrorValue) or bad == 0.0


def test_columns_of_different_length_are_refused() -> None:
    function = IN_CELLS["XLF_CONVERSION_SHARES"]
    two: list[list[CellValue]] = [[1.0], [2.0]]
    three: list[list[CellValue]] = [[1.0], [2.0], [3.0]]
    assert function(two, 1000.0, three, 6.03) is ErrorValue.VALUE
    assert function([[1.0, 2.0], [3.0, 4.0]], 1000.0, 0.0, 6.03) is ErrorValue.VALUE
