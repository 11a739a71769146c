"""The reference workbook: every function with its example, live, beside the promised value.

A spreadsheet that has the functions proves itself by opening it: its cover says how many of
them give what Python gave when the book was built. Those values stand in the file too, so that
a viewer without the functions shows the book as it should be.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.about import version
from xlfuncs.books import page as p
from xlfuncs.books.patch import write_values
from xlfuncs.books.reference_calls import calls, wrong_calls
from xlfuncs.books.reference_cells import TOLERANCE
from xlfuncs.books.reference_sheets import Sheets
from xlfuncs.books.sheets.checks import NO_VALUE
from xlfuncs.books.style import add_styles, mark_verdict
from xlfuncs.card import card_of
from xlfuncs.engines.choose import engine_named
from xlfuncs.hosts.spelling import Spelling, name_in
from xlfuncs.ooxml.package import Package
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from openpyxl import Workbook

    from xlfuncs.hosts.cells import CellValue

REFERENCE_FILE: Final = "xlfuncs_reference.xlsx"
ERRORS: Final = "Calls that must err"

_MOMENT: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  the same book is the same bytes
_MODIFIED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_WIDTHS: Final = (52, 16, 16, 16, 16)
_HOW: Final = (
    "Each function is called with its card's example, on the sheet Functions; inputs are blue.",
    "Until it is calculated the book shows the values of the day on which it was written.",
    "Excel calculates it on opening; LibreOffice Calc with Ctrl+Shift+F9.",
    f"Numbers may differ by {TOLERANCE} of themselves; dates and text agree to the letter.",
    f'"{NO_VALUE}" says that a cell shows an error: as a rule, the functions are not there.',
)
_SPELLED: Final = {
    Spelling.PLAIN: "LibreOffice before 25.2 wants another file: xlfuncs reference --host calc.",
    Spelling.SERVICE: "This file is for LibreOffice before 25.2; for Excel and newer ones: "
    "xlfuncs reference.",
}


def build_reference(spelling: Spelling = Spelling.PLAIN) -> bytes:
    """The reference workbook, every formula with its value.

    Args:
        spelling: how the formulas name the functions; see `xlfuncs.hosts.spelling`.

    Raises:
        EngineError: a formula could not be calculated.
    """
    package = _draft(Spelling.PLAIN)
    calculation = engine_named("formualizer").open(package)
    try:
        calculation.recalculate()
        values = calculation.read()
    finally:
        calculation.close()
    written = package if spelling is Spelling.PLAIN else _draft(spelling)
    return write_values(written, {}, values)


def _draft(spelling: Spelling) -> Package:
    """The book before anything is calculated."""
    draft = p.Draft()
    workbook = draft.workbook
    for sheet in list(workbook.worksheets):
        workbook.remove(sheet)
    add_styles(workbook)
    groups = calls()
    sheets = Sheets(draft, spelling)
    for name, group in groups.items():
        sheets.group(name, group)
    sheets.errors(ERRORS, wrong_calls(groups))
    _cover(sheets)
    workbook.move_sheet("Cover", -len(workbook.worksheets) + 1)
    workbook.active = 0
    # A spreadsheet calculates the book when it opens it, for that is the proof.
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    workbook.properties.title = "xlfuncs reference"
    workbook.properties.creator = f"xlfuncs {VERSION}"
    package = Package(_saved(workbook), REFERENCE_FILE)
    exact: dict[str, dict[str, CellValue]] = sheets.exact
    return Package(write_values(package, exact), REFERENCE_FILE)


def _saved(workbook: Workbook) -> bytes:
    """The file, without the moment at which it was written."""
    stream = io.BytesIO()
    workbook.save(stream)
    made = io.BytesIO()
    stamp = _MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _MOMENT.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp, data)
            target.writestr(entry, data)
    return made.getvalue()


def _cover(sheets: Sheets) -> None:
    """What the book is, how many of its checks hold, and by which version."""
    draft = sheets.draft
    page = p.Page(
        draft, "Cover", "xlfuncs reference", "Every function beside its promised value", _WIDTHS
    )
    page.row = 3
    verdict = (
        '=IF(checks_failed>0,checks_failed&" of "&checks_made&" checks FAIL: see the sheet '
        'Functions",IF(checks_hold<checks_made,checks_made-checks_hold&" of "&checks_made&" checks '
        'have no value: are the functions there? See below","All "&checks_made&" checks hold"))'
    )
    _live(page, 1, verdict, "Verdict")
    draft.define("verdict", "Cover", f"$A${page.row}")
    last = get_column_letter(len(_WIDTHS))
    for column in range(2, len(_WIDTHS) + 1):
        page.put(column, None, "Verdict")
    mark_verdict(
        page.sheet, f"A{page.row}:{last}{page.row}", "checks_failed", "checks_without_value"
    )
    page.sheet.row_dimensions[page.row].height = 22
    page.next(2)
    _counts(page, sheets)
    page.section("Version", columns=len(_WIDTHS))
    page.put(1, "The functions here", "Label")
    page.put(2, f"={name_in(card_of(version), sheets.spelling)}()", "Figure")
    draft.define("xlfuncs_version", "Cover", f"$B${page.row}")
    page.next()
    page.put(1, "The functions that made the promises", "Label")
    page.put(2, VERSION, "Figure")
    page.next(2)
    page.section("How to read it", columns=len(_WIDTHS))
    told = _SPELLED.get(sheets.spelling)
    for text in (*_HOW, *([told] if told else [])):
        page.put(1, text, "Text")
        page.sheet.merge_cells(
            start_row=page.row, start_column=1, end_row=page.row, end_column=len(_WIDTHS)
        )
        page.next()


def _live(
    page: p.Page, column: int, formula: str, style: str, cell_format: str | None = None
) -> str:
    """A figure of the cover, as an array formula of one cell.

    LibreOffice believes the values of a file but for arrays, conditions and errors: those it
    calculates on opening. Where checks among them fail, the cover must not go on saying that
    all hold.
    """
    reference = page.put(column, None, style, cell_format)
    cell = reference.replace("$", "")
    page.sheet[cell] = ArrayFormula(cell, formula)
    return reference


def _counts(page: p.Page, sheets: Sheets) -> None:
    page.section("Checks", columns=len(_WIDTHS))
    heads = ("", "Made", "Hold", "Fail", "Without a value")
    for column, text in enumerate(heads, 1):
        page.put(column, text or None, "Head right" if column > 1 else "Head")
    page.next()
    first = page.row
    for name, cells in sheets.groups.items():
        page.put(1, name, "Label")
        page.put(2, f"=ROWS({cells})", "Figure", p.COUNT)
        for column, what in ((3, "TRUE"), (4, "FALSE"), (5, f'"{NO_VALUE}"')):
            _live(page, column, f"=COUNTIF({cells},{what})", "Figure", p.COUNT)
        page.next()
    page.put(1, "In all", "Label")
    names = ("checks_made", "checks_hold", "checks_failed", "checks_without_value")
    for column, name in enumerate(names, 2):
        letter = get_column_letter(column)
        total = f"=SUM({letter}{first}:{letter}{page.row - 1})"
        cell = _live(page, column, total, "Key figure", p.COUNT)
        sheets.draft.define(name, "Cover", cell)
    page.next(2)
