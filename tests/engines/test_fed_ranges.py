"""Ranges handed over by reference are to the functions what ranges handed over as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlfuncs.engines.fed_ranges import SHEET, HeldRanges
from xlfuncs.engines.feed import feed
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.cells import cell_function, worksheet_functions
from xlfuncs.models.volatility import historical_volatility
from xlfuncs.ranges import Remembered

if TYPE_CHECKING:
    from xlfuncs.engines.base import Value
    from xlfuncs.engines.formualizer import Formualizer
    from xlfuncs.ooxml.package import Package

Book = Callable[..., "Package"]
Make = Callable[..., "Formualizer"]

NAMES = {"bids": "D!$A$1:$A$4", "block": "D!$A$1:$B$4", "one": "D!$A$1"}
DATA: dict[str, object] = {"A1": 5, "A2": "six", "A3": True, "A4": 7.5, "B2": 8, "B4": "#N/A"}


def seen(*values: object) -> str:
    return repr([list(value) if isinstance(value, list) else value for value in values])


def values_of(engine: Formualizer, package: Package) -> dict[str, Value]:
    calculation = engine.open(package)
    calculation.recalculate()
    return calculation.read()["S"]


def held(package: Package) -> list[str]:
    return [name for name, _ in feed(package, ["XLF_SEEN"], clock=False).held.names]


def test_only_names_of_inputs_are_held(book: Book) -> None:
    formulas = {"S": {"A1": "=XLF_SEEN(bids)"}}
    assert held(book({"D": DATA, **formulas}, NAMES)) == ["bids", "block"]
    assert held(book({"D": {**DATA, "B3": "=1+1"}, **formulas}, NAMES)) == ["bids"]
    array = '<row r="1"><c r="B1"><f t="array" ref="B1:C9">D2</f></c></row>'
    assert held(book({"D": array, **formulas}, NAMES)) == ["bids"]
    dynamic = '<row r="9"><c r="F9" cm="1"><f t="array" ref="F9">D2</f></c></row>'
    assert held(book({"D": dynamic, **formulas}, NAMES)) == []
    assert held(book({"D": DATA, SHEET.upper(): {"A1": 1}, **formulas}, NAMES)) == []
    assert held(book({"D": DATA, **formulas}, {**NAMES, "bids@1": "1+1"})) == ["block"]
    assert held(book({"D": DATA, **formulas}, {**NAMES, "bids@1": "D!$A$1"})) == ["block"]


@pytest.mark.parametrize(
    ("formula", "references"),
    [
        ("XLF_SEEN(bids)", 1),
        ("XLF_SEEN(1, block ,2)", 1),
        ("XLF_SEEN(BIDS,bids)", 1),
        ("IF(one=5,XLF_SEEN(bids),0)", 1),
        ("XLF_SEEN(XLF_SEEN(bids))", 1),
        ("XLF_SEEN(bids,SUM(bids))", 1),
        ("XLF_SEEN(,bids,)", 1),
        ("XLF_SEEN((bids))", 0),
        ("XLF_SEEN(SUM(bids))", 0),
        ("XLF_SEEN(INDEX(bids,4))", 0),
        ("XLF_SEEN(D!A1:A4)", 0),
        ("XLF_SEEN(one)", 0),
        ("LET(x,1,XLF_SEEN(bids,x))", 0),
    ],
)
def test_a_call_sees_the_same(
    formula: str, references: int, book: Book, engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = book({"D": DATA, "S": {"A1": f"={formula}"}}, NAMES)
    made = feed(package, ["XLF_SEEN"], clock=False)
    assert made.data.count(f"{SHEET}!$A$".encode()) >= references
    assert references or f"{SHEET}!$A$".encode() not in made.data
    by_name = values_of(engine(SEEN=seen), package)
    monkeypatch.setattr("xlfuncs.engines.feed.held_ranges", lambda _, read: HeldRanges((), read))
    assert values_of(engine(SEEN=seen), package) == by_name


def test_a_range_is_one_object_in_every_call(book: Book, engine: Make) -> None:
    got: list[object] = []
    cells = {f"A{row}": "=XLF_KEEP(bids)" for row in range(1, 9)}

    def keep(value: object) -> float:
        got.append(value)
        return 1.0

    values_of(engine(KEEP=keep), book({"D": DATA, "S": cells}, NAMES))
    assert len(got) == 8
    assert all(each is got[0] for each in got)
    assert type(got[0]) is Remembered


cell_values = (
    st.none()
    | st.booleans()
    | st.floats(-1e9, 1e9)
    | st.sampled_from(["", "x", f"{SHEET} 0", ErrorValue.NA])
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    edits=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["A1", "A2", "A4", "B1", "B4", "C1"]), cell_values),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_an_input_set_in_a_range_is_seen(
    edits: list[list[tuple[str, Value]]], book: Book, engine: Make
) -> None:
    cells = {"A1": "=XLF_SEEN(bids)", "B1": "=XLF_SEEN(block)", "C1": "=XLF_SEEN(D!A1:A4)"}
    cells["D1"] = "=XLF_SEEN(D!A1:B4)"
    calculation = engine(SEEN=seen).open(book({"D": DATA, "S": cells}, NAMES))
    for step in edits:
        for ref, value in step:
            calculation.set("D", ref, value)
        calculation.recalculate()
        got = calculation.read()["S"]
        assert got["A1"] == got["C1"]
        assert got["B1"] == got["D1"]


def test_rows_set_before_the_first_calculation_are_seen(book: Book, engine: Make) -> None:
    package = book({"D": DATA, "S": {"A1": "=XLF_SEEN(bids)"}}, NAMES)
    calculation = engine(SEEN=seen).open(package)
    calculation.set_range("D", "A1", [[1], [2], [None], [4.0]])
    calculation.recalculate()
    assert calculation.read()["S"]["A1"] == repr([[[1.0], [2.0], [None], [4.0]]])


def test_no_text_of_a_book_is_taken_for_a_range(book: Book, engine: Make) -> None:
    cells = {"A1": "=XLF_SEEN(bids)", "A2": f'=XLF_SEEN("{SHEET} 0 0")'}
    package = book({"D": DATA, "S": cells}, NAMES)
    assert values_of(engine(SEEN=seen), package)["A2"] == repr([f"{SHEET} 0 0"])


COLUMNS: list[list[Any]] = [
    [[5.0], [5.5], [5.25], [None]],
    [[5.0], [None], [5.25]],
    [[5.0], ["x"], [5.25]],
    [[5.0], [ErrorValue.NA], [5.25]],
    [[-5.0], [1.0], [True]],
    [[5.0, 5.5, 5.25]],
    [[5.0, 1.0], [2.0, 3.0]],
    [[None]],
]


@pytest.mark.parametrize("rows", COLUMNS)
def test_a_remembered_column_gives_the_same_value_or_error_each_time(rows: list[Any]) -> None:
    functions = [cell_function(historical_volatility)]
    functions.append(worksheet_functions(date1904=True)["XLF_HISTORICAL_VOLATILITY"])
    for function in functions:
        remembered = Remembered(rows)
        wanted = function(rows)
        assert [function(remembered), function(remembered)] == [wanted, wanted]
        assert function(remembered, "x") == function(rows, "x")


def test_the_error_of_an_earlier_argument_comes_first_with_a_remembered_column() -> None:
    price = worksheet_functions()["XLF_VARIABLE_CONVERSION_PRICE"]
    dates, bids = [[36192.0], [36193.0]], [[5.0], [-1.0]]
    for first in (36201.0, "x", -5.0):
        plain = price(first, dates, bids, 1.0, 1.0, 1.01)
        for _ in range(2):
            assert price(first, Remembered(dates), Remembered(bids), 1.0, 1.0, 1.01) == plain
