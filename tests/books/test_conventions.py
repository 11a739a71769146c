"""The conventions of the trade, held to in every deal book of the repository."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from openpyxl import load_workbook

from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell

DEALS = sorted(
    path.parent for path in (Path(__file__).parents[2] / "workbooks").glob("*/terms.toml")
)
VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|OFFSET|INDIRECT|INFO|CELL)\(", re.IGNORECASE)
# A formula's tokens; group 1 is a number that stands in the formula itself.
TOKEN = re.compile(
    r'"[^"]*"|\w+!|\$?[A-Z]{1,3}\$?\d+\b|[A-Za-z_][\w.]*\(?|(\d+\.?\d*(?:[eE][+-]?\d+)?)|[(),]'
)
# What may stand there: nothing and one, and the digits that a rounding or the place that an
# index names.
NEUTRAL = {"0", "1"}
PLACES = {"ROUND(": (1,), "ROUNDUP(": (1,), "ROUNDDOWN(": (1,), "INDEX(": (1, 2)}


class Book(NamedTuple):
    """A deal's book: its file, its formulas, and the values in it."""

    data: bytes
    formulas: Workbook
    values: Workbook


@pytest.fixture(scope="module", params=DEALS, ids=[path.name for path in DEALS])
def book(request: pytest.FixtureRequest) -> Book:
    data = build_book(read_deal(request.param))
    return Book(
        data, load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(data), data_only=True)
    )


def _cells(workbook: Workbook) -> Iterator[Cell]:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield cell


def _formula(cell: Cell) -> str:
    text = getattr(cell.value, "text", cell.value)
    return text if isinstance(text, str) and text.startswith("=") else ""


def _place(cell: Any) -> str:
    return f"{cell.parent.title}!{cell.coordinate}"


def numbers_in(formula: str) -> list[str]:
    """The numbers that stand in a formula and are neither neutral nor a place or a digit."""
    found = []
    open_calls: list[tuple[str, int]] = []
    for match in TOKEN.finditer(formula):
        text = match[0]
        if text.endswith("("):
            open_calls.append((text, 0))
        elif text == ")" and open_calls:
            open_calls.pop()
        elif text == "," and open_calls:
            name, place = open_calls.pop()
            open_calls.append((name, place + 1))
        elif match[1] and text not in NEUTRAL:
            name, place = open_calls[-1] if open_calls else ("", 0)
            if place not in PLACES.get(name, ()):
                found.append(text)
    return found


@pytest.mark.parametrize(
    ("formula", "numbers"),
    [
        ("=ROUND(a/365,2)*1.01", ["365", "1.01"]),
        ("=INDEX(t,3,2)+A12*B$7-Sheet2!C9", []),
        ('=IF(a>0,1-a,"12 months")', []),
        ("=INDEX(XLF_F(a,250),2,1)", ["250"]),
        ("=a2*1E-6", ["1E-6"]),
    ],
)
def test_the_search_for_numbers_finds_them(formula: str, numbers: list[str]) -> None:
    assert numbers_in(formula) == numbers


def test_no_number_is_hidden_in_a_formula(book: Book) -> None:
    wrong = {
        _place(cell): (_formula(cell), numbers)
        for cell in _cells(book.formulas)
        if (numbers := numbers_in(_formula(cell)))
    }
    assert not wrong


def test_nothing_is_volatile_hidden_or_merged_away(book: Book) -> None:
    for cell in _cells(book.formulas):
        assert not VOLATILE.search(_formula(cell)), _place(cell)
    for sheet in book.formulas.worksheets:
        assert sheet.sheet_state == "visible"
        for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()):
            assert not dimension.hidden, sheet.title


def test_every_formula_shows_a_value(book: Book) -> None:
    """Whoever opens the book without the functions sees all figures, and no error."""
    count = 0
    for cell in _cells(book.formulas):
        formula = _formula(cell)
        if formula:
            count += 1
            value = book.values[cell.parent.title][cell.coordinate].value
            assert not str(value).startswith("#"), _place(cell)
            assert value is not None or '""' in formula, _place(cell)
    assert count > 200


def test_inputs_are_blue_and_open_and_formulas_are_neither(book: Book) -> None:
    for cell in _cells(book.formulas):
        blue = cell.font.color is not None and cell.font.color.rgb == "000000FF"
        assert cell.protection.locked != blue, _place(cell)
        assert not (blue and _formula(cell)), _place(cell)


def test_each_sheet_is_protected_printable_and_frozen(book: Book) -> None:
    for sheet in book.formulas.worksheets:
        assert sheet.protection.sheet, sheet.title
        assert sheet.protection.password is None, sheet.title
        assert sheet.print_area, sheet.title
        assert sheet.print_title_rows, sheet.title
        footer: Any = sheet.oddFooter
        assert "&P" in footer.right.text, sheet.title
        assert sheet.title == "Cover" or sheet.freeze_panes, sheet.title


def test_every_chart_says_what_it_shows(book: Book) -> None:
    """In words for those who cannot see it, with a title on each axis."""
    with zipfile.ZipFile(io.BytesIO(book.data)) as package:
        names = package.namelist()
        drawings = [name for name in names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
        for name in drawings:
            text = package.read(name).decode()
            assert text.count("<xdr:graphicFrame") + text.count("<graphicFrame") == len(
                re.findall(r'descr="[^"]{20,}"', text)
            ), name
        for name in names:
            if name.startswith("xl/charts/chart"):
                chart = package.read(name).decode()
                assert len(re.findall(r"<(?:c:)?title>", chart)) == 3, name


def test_every_figure_says_where_it_comes_from(book: Book) -> None:
    """A comment stands at each named single cell with a citation or a note."""
    count = sum(cell.comment is not None for cell in _cells(book.formulas))
    assert count > 20


def test_a_book_built_twice_is_the_same_file(book: Book, request: pytest.FixtureRequest) -> None:
    folder = request.node.callspec.params["book"]
    assert build_book(read_deal(folder)) == book.data
