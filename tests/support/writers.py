"""The same small book by other libraries that write one: labels, numbers and formulas."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pyexcelerate
import pyfastexcel
import pyopenxlsx


def by_pyexcelerate() -> bytes:
    """PyExcelerate: inline strings, no shared ones, an indented head."""
    workbook = pyexcelerate.Workbook()
    sheet = workbook.new_sheet("Terms")
    for row in range(1, 8):
        sheet.set_cell_value(row, 1, f"label {row}")
        sheet.set_cell_value(row, 2, row * 1.5)
        sheet.set_cell_value(row, 3, f"=B{row}*2")
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def by_excelize() -> bytes:
    """Excelize, a library in Go: thirty namespaces that nothing uses."""
    workbook = pyfastexcel.Workbook()
    workbook.rename_sheet("Sheet1", "Terms")
    sheet = workbook["Terms"]
    for row in range(1, 8):
        sheet[f"A{row}"], sheet[f"B{row}"] = f"label {row}", row * 1.5
        sheet[f"C{row}"] = f"=B{row}*2"
    return bytes(workbook.read_lib_and_create_excel())


def by_openxlsx() -> bytes:
    """OpenXLSX, a library in C++: every element on a line of its own."""
    workbook = pyopenxlsx.Workbook()
    sheet = workbook.active
    sheet.title = "Terms"
    for row in range(1, 8):
        sheet.cell(row, 1).value = f"label {row}"
        sheet.cell(row, 2).value = row * 1.5
        sheet.cell(row, 3).formula = f"B{row}*2"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        workbook.save(str(path))
        return path.read_bytes()
