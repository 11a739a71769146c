"""Every function of the catalogue in a real LibreOffice, from .xlsx files with plain names.

What a cell shows must be exactly what the function gives through hosts/cells: errors, tables,
dates, text and conditions included, in both date systems.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.cases import all_cases
from xlfuncs.about import CARDS
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from xlfuncs.engines.libreoffice import LibreOffice
    from xlfuncs.hosts.cells import CellInput


def _fits(value: Any) -> bool:
    """Whether a cell can hold it: no file format has a place for infinity."""
    if isinstance(value, list):
        return bool(value) and all(map(_fits, value))
    return not isinstance(value, float) or math.isfinite(value)


def _as_number(value: Any) -> Any:
    """An argument as LibreOffice reads it: TRUE is 1 there, and openpyxl writes 16 digits."""
    if isinstance(value, list):
        return [[_as_number(cell) for cell in row] for row in value]
    return float(f"{float(value):.16g}") if isinstance(value, (bool, float)) else value


class Book:
    """A workbook with one call after another, downwards, each beside its arguments."""

    def __init__(self, *, date1904: bool) -> None:
        self.workbook = Workbook()
        if date1904:
            self.workbook.epoch = CALENDAR_MAC_1904
        sheet = self.workbook.active
        assert sheet is not None
        sheet.title = "Arguments"
        self.arguments: Worksheet = sheet
        self.calls: Worksheet = self.workbook.create_sheet("Calls")
        self.functions = worksheet_functions(date1904=date1904)
        self.expected: dict[str, tuple[str, Any]] = {}
        self.row = self.call_row = 1

    def call(self, name: str, values: list[CellInput], what: str) -> None:
        """Write a call; its arguments are references, as in a person's workbook."""
        places, column, tall = [], 1, 1
        for value in values:
            rows = value if isinstance(value, list) else [[value]]
            wide = max(map(len, rows))
            for down, items in enumerate(rows):
                for right, item in enumerate(items):
                    cell = self.arguments.cell(self.row + down, column + right)
                    cell.value = item.value if isinstance(item, ErrorValue) else item
            first = f"{get_column_letter(column)}{self.row}"
            last = f"{get_column_letter(column + wide - 1)}{self.row + len(rows) - 1}"
            places.append(
                f"Arguments!{first}:{last}" if isinstance(value, list) else f"Arguments!{first}"
            )
            column += wide
            tall = max(tall, len(rows))
        self.row += tall + 1
        known = [_as_number(value) for value in values]
        self.write(name, ",".join(places), self.functions[name](*known), what)

    def write(self, name: str, arguments: str, expected: Any, what: str) -> None:
        """Write a formula and note what its cells must show."""
        formula = f"={name}({arguments})"
        rows = expected if isinstance(expected, list) else [[expected]]
        area = f"A{self.call_row}:{get_column_letter(len(rows[0]))}{self.call_row + len(rows) - 1}"
        first = f"A{self.call_row}"
        self.calls[first] = formula if area == f"{first}:{first}" else ArrayFormula(area, formula)
        for down, items in enumerate(rows):
            for right, item in enumerate(items):
                ref = f"{get_column_letter(1 + right)}{self.call_row + down}"
                self.expected[ref] = (f"{what}: {formula}", item)
        self.call_row += len(rows) + 1


@pytest.mark.parametrize("date1904", [False, True], ids=["days from 1900", "days from 1904"])
def test_every_case_in_calc(libreoffice: LibreOffice, tmp_path: Path, *, date1904: bool) -> None:
    book = Book(date1904=date1904)
    for case in all_cases():
        values = case.in_cells(date1904=date1904)
        if all(map(_fits, values)):
            book.call(case.card.worksheet_name, values, case.name)
    for name in ("explain", "clause"):
        book.write(
            f"XLF_{name.upper()}",
            '"liquidation_preference"' + (",1000,60,0" if name == "explain" else ""),
            book.functions[f"XLF_{name.upper()}"](
                "liquidation_preference", *([1000.0, 60.0, 0.0] if name == "explain" else [])
            ),
            name,
        )
    book.write("XLF_FUNCTIONS", "", book.functions["XLF_FUNCTIONS"](), "the table of functions")
    book.write("XLF_VERSION", "", book.functions["XLF_VERSION"](), "the version")
    called = {what.partition("(")[0].partition(": =")[2] for what, _ in book.expected.values()}
    assert {made.worksheet_name for made in CARDS} <= called, "a function without a case"

    path = tmp_path / "cases.xlsx"
    book.workbook.save(path)
    calculation = libreoffice.open(Package.read(path))
    calculation.recalculate()
    shown = calculation.read()["Calls"]
    calculation.close()
    wrong = [
        f"{ref}: {what}: {shown.get(ref)!r}, not {expected!r}"
        for ref, (what, expected) in book.expected.items()
        if not _the_same(shown.get(ref), expected)
    ]
    assert not wrong, f"{len(wrong)} of {len(book.expected)}:\n" + "\n".join(wrong[:40])


def _the_same(shown: object, expected: object) -> bool:
    if expected is None:  # a blank in a table is empty text in LibreOffice
        return shown in {None, ""}
    return type(shown) is type(expected) and shown == expected
