"""Every function as xlwings calls it, through its own reader, converters and COM server.

The values are such as COM hands over. What is under test besides our module is xlwings' own
code, with the modules of Windows stood in for (tests/support/windows.py).
"""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cases import Case, all_cases, good_call
from tests.support.windows import LEFT_OUT, Cells, ComTime, Windows, windows
from xlfuncs.about import CARDS
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.hosts.excel_values import ERRORS, FIRST_CODE, MARK, from_excel, to_excel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfuncs.card import Card

MODULES = {False: "xlfuncs.hosts.excel", True: "xlfuncs.hosts.excel_1904"}
CASES = all_cases()
CODES = {error: code for code, error in ERRORS.items()}

each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
each_card = pytest.mark.parametrize("made", CARDS, ids=[made.name for made in CARDS])


@pytest.fixture(scope="module")
def excel() -> Iterator[Windows]:
    with windows() as found:
        yield found


def over_com(value: Any) -> Any:
    """A cell's value, or a range's, as it comes over COM."""
    if isinstance(value, list):
        return tuple(tuple(map(over_com, row)) for row in value)
    return CODES[value] if isinstance(value, ErrorValue) else value


def in_a_range(value: Any) -> Any:
    """The same as a Range of Excel's."""
    one = isinstance(value, list) and len(value) == 1 and len(value[0]) == 1
    return Cells(over_com(value[0][0]) if one else over_com(value))


def read_back(result: Any) -> Any:
    """What the cells would hold: an error for what stands for one, no text in its place."""
    return from_excel(result)


def as_shown(result: Any) -> Any:
    """An answer of the cells' own as Excel shows it: a blank is empty text, one cell is one."""
    if not isinstance(result, list):
        return "" if result is None else result
    rows = [["" if cell is None else cell for cell in row] for row in result]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


ABOUT: dict[str, list[Any]] = {
    "explain": ["liquidation_preference", 1000.0, 60.0, 0.0],
    "clause": ["liquidation_preference"],
    "functions": [],
    "version": [],
}


def a_call(made: Card) -> list[Any]:
    """Values with which a function answers; a function without a case has none to show."""
    case = good_call(made.name, CASES)
    assert case is not None or made.name in ABOUT, f"tests/cases has no call of {made.name}"
    return ABOUT[made.name] if case is None else case.in_cells()


@each_case
@pytest.mark.parametrize("date1904", [False, True], ids=["1900", "1904"])
def test_a_case_comes_through_whole(case: Case, date1904: bool, excel: Windows) -> None:  # noqa: FBT001
    values = case.in_cells(date1904=date1904)
    name = case.card.worksheet_name
    expected = as_shown(worksheet_functions(date1904=date1904)[name](*values))
    for handed in (over_com, in_a_range):
        result = excel.call(MODULES[date1904], name, *map(handed, values))
        assert read_back(result) == expected


@each_card
def test_an_error_in_a_cell_is_the_answer(made: Card, excel: Windows) -> None:
    values = list(map(over_com, a_call(made)))
    for at, argument in enumerate(made.arguments[: len(values)]):
        if argument.repeated or made.name in {"explain", "anti_dilution_ledger"}:
            continue
        for error, code in CODES.items():
            with_error = [*values[:at], in_a_range([[error]]), *values[at + 1 :]]
            result = excel.call(MODULES[False], made.worksheet_name, *with_error)
            assert str(result).startswith(f"{error.value}{MARK}"), argument.name
            with_error[at] = code
            assert excel.call(MODULES[False], made.worksheet_name, *with_error) == result


@each_card
def test_what_is_left_out_has_its_default(made: Card, excel: Windows) -> None:
    values = a_call(made)
    room = sum(not argument.repeated for argument in made.arguments) - len(values)
    expected = as_shown(worksheet_functions()[made.worksheet_name](*values))
    for nothing in (LEFT_OUT, None):
        filled = [*map(over_com, values), *[nothing] * max(room, 0)]
        assert read_back(excel.call(MODULES[False], made.worksheet_name, *filled)) == expected


@each_card
def test_xlwings_reads_help_and_arguments(made: Card, excel: Windows) -> None:
    module = excel.module(MODULES[False])
    read = getattr(module, made.worksheet_name).__xlfunc__
    assert read["name"] == made.worksheet_name
    assert read["category"] == "xlfuncs"
    assert not read["volatile"]
    assert made.summary.rstrip(".") in read["ret"]["doc"]
    assert len(read["ret"]["doc"]) <= 255
    assert [one["name"] for one in read["args"]] == [one.name for one in made.arguments]
    for one, argument in zip(read["args"], made.arguments, strict=True):
        assert argument.help[1:] in one["doc"]
        assert len(one["doc"]) <= 255
        assert ("optional" in one) == (argument.optional and not argument.repeated)
        assert one["vararg"] == argument.repeated
        assert (one["options"].get("ndim") == 2) == argument.is_range


def test_import_functions_writes_a_wrapper_for_each(excel: Windows) -> None:
    text = io.StringIO()
    module = excel.module(MODULES[False])
    book = SimpleNamespace(Name="deal.xlsm")
    excel.udfs.generate_vba_wrapper(MODULES[False], module, text, book)
    heads = dict(re.findall(r"^Function (\w+)\((.*)\)$", text.getvalue(), re.MULTILINE))
    assert heads.keys() == {made.worksheet_name for made in CARDS}
    for made in CARDS:
        written = re.findall(
            r"(?:Optional |ParamArray )?(\w+)(?:\(\))?", heads[made.worksheet_name]
        )
        assert written == [argument.name for argument in made.arguments]


def test_values_as_com_hands_them_over() -> None:
    later = ComTime(1999, 2, 10, 18, tzinfo=dt.UTC)
    assert from_excel(later) == 36201.75
    assert from_excel(later, shift=1462) == 34739.75
    assert from_excel(Decimal("6.7838")) == 6.7838
    assert from_excel(LEFT_OUT) is None
    assert from_excel(FIRST_CODE + 2049) is ErrorValue.VALUE  # #FIELD!, newer than ours
    assert from_excel(3) == 3.0
    assert from_excel(object()) is ErrorValue.VALUE
    assert from_excel((1.0, None, True)) == [[1.0, None, True]]
    assert from_excel(((1.0,), ("a",))) == [[1.0], ["a"]]
    assert from_excel(1.0, rows=True) == [[1.0]]
    assert from_excel(True) is True  # noqa: FBT003  a cell's value
    assert from_excel("#N/A") == "#N/A"
    assert from_excel("#N/A in the notice") == "#N/A in the notice"


@pytest.mark.parametrize("error", ErrorValue)
def test_an_error_that_went_as_text_comes_back(error: ErrorValue) -> None:
    sent = to_excel(error, ["bids are missing"])
    assert sent == [[f"{error.value}{MARK}bids are missing"]]
    assert from_excel(sent[0][0]) is error


def test_each_error_of_a_column_has_its_own_reason(excel: Windows) -> None:
    prices = Cells(((6.03,), (-1.0,), (None,), ("x",)))
    result = excel.call(MODULES[False], "XLF_CONVERSION_SHARES", 7500.0, 1000.0, 0.0, prices)
    assert result[0] == [1243782.0]
    assert [row[0].partition(MARK)[0] for row in result[1:]] == ["#NUM!", "#VALUE!", "#VALUE!"]
    assert len({row[0] for row in result[1:]}) == 3


def test_a_range_of_several_areas_has_no_value(excel: Windows) -> None:
    scattered = Cells(1000.0, areas=2)
    result = excel.call(MODULES[False], "XLF_CONVERSION_SHARES", 7500.0, scattered, 0.0, 6.03)
    assert result.startswith(f"#VALUE!{MARK}")


@pytest.mark.parametrize("module", MODULES.values())
def test_the_modules_have_no_other_names(module: str, excel: Windows) -> None:
    found = excel.module(module)
    assert {made.worksheet_name for made in CARDS} <= set(dir(found))
    with pytest.raises(AttributeError, match="XLF_NOTHING"):
        _ = found.XLF_NOTHING


JUNK: list[Any] = [
    None, "", " ", "text", True, 0.0, -1.0, 1e308, float("inf"), float("nan"), 3, 10**12,
    LEFT_OUT, FIRST_CODE + 2042, FIRST_CODE + 9999, Decimal("1e400"), ComTime(1900, 1, 1),
    object(), (), ((),), ((None,),), (1.0, "a"), ((1.0, 2.0), (3.0, None)),
]  # fmt: skip


@each_card
def test_whatever_comes_something_goes_back(made: Card, excel: Windows) -> None:
    """Nothing that Excel could hand over makes a function fail: the cell would be #NAME?."""
    for one in JUNK:
        for handed in (one, Cells(one)):
            arguments = [handed] * max(len(made.arguments), made.required)
            result = excel.call(MODULES[False], made.worksheet_name, *arguments)
            cells = from_excel(result)
            for row in cells if isinstance(cells, list) else [[cells]]:
                assert all(isinstance(cell, (str, bool, float)) for cell in row)
                assert all(cell == cell for cell in row)  # noqa: PLR0124  no NaN
