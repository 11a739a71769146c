"""Every case as a cell formula in a workbook that the script has refreshed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.cases import Case, all_cases
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet


def _fits(value: Any) -> bool:
    """Whether a cell can hold it: no file format has a place for infinity."""
    if isinstance(value, list):
        return bool(value) and all(map(_fits, value))
    return not isinstance(value, float) or math.isfinite(value)


CASES = [case for case in all_cases() if all(map(_fits, case.in_cells()))]


def _write(sheet: Worksheet, case: Case, row: int, *, date1904: bool) -> str:
    """The arguments of a case from column C on, ranges downwards; gives back the formula."""
    places = []
    column = 3
    for value in case.in_cells(date1904=date1904):
        letter = get_column_letter(column)
        if isinstance(value, list):
            wide = max(map(len, value))
            for down, items in enumerate(value):
                for right, item in enumerate(items):
                    sheet.cell(row + down, column + right).value = _cell(item)
            last = get_column_letter(column + wide - 1)
            places.append(f"${letter}${row}:${last}${row + len(value) - 1}")
            column += wide
        else:
            sheet.cell(row, column).value = _cell(value)
            places.append(f"${letter}${row}")
            column += 1
    return f"={case.card.worksheet_name}({','.join(places)})"


def _cell(value: Any) -> Any:
    return value.value if isinstance(value, ErrorValue) else value


def _rows(case: Case) -> list[list[Any]]:
    """What a case expects, as rows of cells: a flat list is a column."""
    if not isinstance(case.expected, list):
        return []
    return [row if isinstance(row, list) else [row] for row in case.expected]


def _table(sheet: Worksheet, case: Case, formula: str, row: int) -> None:
    """A formula for every cell that a table fills, on a sheet of its own."""
    elsewhere = re.sub(r"\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?", r"Cases!\g<0>", formula[1:])
    for down, cells in enumerate(_rows(case)):
        for right in range(len(cells)):
            sheet.cell(row + down, 1 + right).value = f"=INDEX({elsewhere},{down + 1},{right + 1})"


def _book(path: Path, *, date1904: bool) -> dict[str, Case]:
    """A workbook with a formula for each case in column B; by cell the case it shows.

    The cells of a table stand on the sheet Tables as well, from the same row on.
    """
    workbook = Workbook()
    if date1904:
        workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Cases"
    tables = workbook.create_sheet("Tables")
    found = {}
    row = 1
    for case in CASES:
        formula = _write(sheet, case, row, date1904=date1904)
        if isinstance(case.expected, list):
            _table(tables, case, formula, row)
            formula = f"=INDEX({formula[1:]},1,1)"
        sheet.cell(row, 2).value = formula
        found[f"B{row}"] = case
        tallest = max((len(v) for v in case.in_cells() if isinstance(v, list)), default=1)
        row += 1 + max(tallest, len(_rows(case)))
    workbook.save(path)
    return found


@pytest.mark.parametrize("date1904", [False, True], ids=["days from 1900", "days from 1904"])
def test_every_case_in_a_refreshed_book(tmp_path: Path, *, date1904: bool) -> None:
    path = tmp_path / "cases.xlsx"
    cases = _book(path, date1904=date1904)
    outcome = refresh_book(path, Request(in_place=True))
    assert not outcome.failure
    values = Package.read(path).values("Cases")
    tables = Package.read(path).values("Tables")
    wrong = []
    for cell, case in cases.items():
        answer: Any = values[cell]
        if isinstance(case.expected, list):
            first = int(cell.removeprefix("B"))
            answer = [
                [
                    tables[f"{get_column_letter(1 + right)}{first + down}"]
                    for right in range(len(one))
                ]
                for down, one in enumerate(_rows(case))
            ]
            good = case.agrees_in_cells(answer, date1904=date1904)
        else:
            good = case.agrees_in_cells(answer, date1904=date1904)
        if not good:
            wrong.append(f"{cell}: {case.what}: {answer!r}")
    assert not wrong
    assert len(cases) > 100

    sheet = load_workbook(path, data_only=True)["Cases"]  # another reader sees the same
    for cell, case in cases.items():
        shown = values[cell]
        other = sheet[cell].value
        if isinstance(shown, float) and isinstance(other, (int, float)):
            assert other == shown, case.what
        elif isinstance(shown, ErrorValue):
            assert other == shown.value, case.what


def test_a_table_fills_the_cells_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Now"
    sheet["A1"] = ArrayFormula("A1:B1", '=XLF_CONVERTIBLE_NOW(1254822,3817091,"no limit")')
    sheet["A2"] = "=XLF_CONVERTIBLE_NOW(1254822,1000,500)"
    workbook.save(path)
    outcome = refresh_book(path, Request(in_place=True))
    values = Package.read(path).values("Now")
    assert values["A1"] == 1254822
    assert values["B1"] == "none"
    assert not outcome.failure
