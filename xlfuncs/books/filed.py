"""From a draft to a file: pages finished, names checked, bytes without a clock, values inside."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.about import CARDS
from xlfuncs.books.finish import finished
from xlfuncs.books.page import Draft, formula_of
from xlfuncs.books.patch import write_values
from xlfuncs.books.style import add_styles
from xlfuncs.engines.choose import engine_named
from xlfuncs.errors import BookError
from xlfuncs.hosts.spelling import Spelling, spelled
from xlfuncs.ooxml.package import Package
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    import datetime as dt

    from xlfuncs.engines.base import Engine

_TOKEN: Final = re.compile(
    r'"[^"]*"|\w+!|[0-9.]+(?:[eE][+-]?[0-9]+)?|\$?[A-Z]{1,3}\$?[0-9]+\b|[A-Za-z_][\w.]*\(|([A-Za-z_][\w.]*)'
)
_CALC_ID: Final = 191029  # a current Excel's: with an older one it would recalculate on opening


def new_draft() -> Draft:
    """A draft without any sheet, in the styles of our books."""
    draft = Draft()
    for sheet in list(draft.workbook.worksheets):
        draft.workbook.remove(sheet)
    add_styles(draft.workbook)
    return draft


def file_of(draft: Draft, title: str, day: dt.date, spelling: Spelling = Spelling.PLAIN) -> bytes:
    """A draft as an .xlsx file with its formulas, before anything is calculated.

    Args:
        draft: the book, written.
        title: what the file says it is.
        day: the day that the file says it was made.
        spelling: how the formulas name the functions.

    Raises:
        BookError: a formula speaks of a name that no cell has.
    """
    workbook = draft.workbook
    for page in draft.pages:
        page.finish()
    _check_names(draft)
    if spelling is not Spelling.PLAIN:
        _spell(draft, spelling)
    workbook.calculation = CalcProperties(calcId=_CALC_ID, fullCalcOnLoad=False)
    workbook.properties.title = title
    workbook.properties.creator = f"xlfuncs {VERSION}"
    stream = io.BytesIO()
    workbook.save(stream)
    pictures = {page.sheet.title: page.pictures for page in draft.pages if page.pictures}
    in_order = [pictures[sheet.title] for sheet in workbook.worksheets if sheet.title in pictures]
    return finished(stream.getvalue(), day, in_order)


def with_values(data: bytes, name: str, engine: Engine | None = None) -> bytes:
    """A file with the value of every formula in its cell, so that any viewer shows it.

    Args:
        data: the file, with its formulas.
        name: what errors call it.
        engine: what calculates it; the embedded engine unless told.

    Raises:
        EngineError: a formula could not be calculated.
    """
    package = Package(data, name)
    calculation = (engine or engine_named("formualizer")).open(package)
    try:
        calculation.recalculate()
        return write_values(package, {}, calculation.read())
    finally:
        calculation.close()


def _check_names(draft: Draft) -> None:
    """Every name that a formula calls one of our functions with is the name of cells."""
    ours = {made.worksheet_name for made in CARDS}
    for cell in draft.formulas():
        for name in _names(formula_of(cell)):
            if name not in draft.names and name not in ours:
                raise BookError(
                    f"{cell.parent.title}!{cell.coordinate} speaks of {name}, and no cell has "
                    f"that name: is it missing from the terms?"
                )


def _spell(draft: Draft, spelling: Spelling) -> None:
    """Name our functions as one spreadsheet's files do."""
    for cell in draft.formulas():
        text = spelled(formula_of(cell), spelling)
        if isinstance(cell.value, ArrayFormula):
            cell.value.text = text
        else:
            cell.value = text


def _names(formula: str) -> set[str]:
    """The names in a formula: what is neither text, function, cell, nor TRUE and FALSE."""
    return {match[1] for match in _TOKEN.finditer(formula) if match[1]} - {"TRUE", "FALSE"}
