"""A deal book built from a deal's text files: sheets, formulas, and the values in them.

The book is written with openpyxl, calculated by the embedded engine, and the values are
spliced into its cells, so that any viewer shows the figures; a spreadsheet with the functions
installed calculates it live.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Final

from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.about import CARDS
from xlfuncs.books.blank import make_blank
from xlfuncs.books.finish import finished
from xlfuncs.books.page import Draft, formula_of
from xlfuncs.books.patch import write_values
from xlfuncs.books.sheets import (
    capitalisation,
    checks,
    clauses,
    conversion,
    cover,
    employment,
    exercise_price_ledger,
    liquidation,
    market,
    options,
    redemption,
    registration,
    reserve,
    scenarios,
    terms,
    warrants,
)
from xlfuncs.books.style import add_styles
from xlfuncs.deal.reading import MARKET_TERMS
from xlfuncs.engines.choose import engine_named
from xlfuncs.errors import BookError
from xlfuncs.hosts.spelling import Spelling, spelled
from xlfuncs.ooxml.package import Package
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from types import ModuleType

    from xlfuncs.deal.reading import Deal
    from xlfuncs.engines.base import Engine

BOOK_FILE: Final = "book.xlsx"
BLANK_FILE: Final = "blank.xlsx"

_COVENANTS: Final = (
    *("registered_shares", "price_threshold", "fixed_floor", "expense_cap", "backstop_limit"),
)
# Each sheet is in the book of a deal that has one of its terms; a sheet without any, in every.
# The checks come after all figures, the cover after the checks: it is put in front at the end.
_SHEETS: Final[tuple[tuple[ModuleType, tuple[str, ...]], ...]] = (
    (terms, ()),
    (market, MARKET_TERMS),
    (conversion, ("preferred_shares",)),
    (redemption, ("redemption_multiple", "daily_amount")),
    (liquidation, ("preferred_shares",)),
    (warrants, ("warrant_shares",)),
    (exercise_price_ledger, ("warrant_shares",)),
    (capitalisation, ("shares_outstanding",)),
    (reserve, ("stated_reserve", "cap_amount")),
    (registration, _COVENANTS),
    (scenarios, ("preferred_shares",)),
    (options, ("grant",)),
    (employment, ("annual_salary",)),
    (checks, ()),
    (clauses, ()),
    (cover, ()),
)
_TOKEN: Final = re.compile(
    r'"[^"]*"|\w+!|[0-9.]+(?:[eE][+-]?[0-9]+)?|\$?[A-Z]{1,3}\$?[0-9]+\b|[A-Za-z_][\w.]*\(|([A-Za-z_][\w.]*)'
)
_CALC_ID: Final = 191029  # a current Excel's: with an older one it would recalculate on opening


def build_book(
    deal: Deal,
    engine: Engine | None = None,
    spelling: Spelling = Spelling.PLAIN,
    *,
    blank: bool = False,
) -> bytes:
    """The book of a deal, every formula with its value.

    Args:
        deal: the deal.
        engine: what calculates it; the embedded engine unless told.
        spelling: how the formulas name the functions; see `xlfuncs.hosts.spelling`.
        blank: whether the inputs are left blank, to be filled in by hand.

    Raises:
        BookError: a formula speaks of a name that no cell has.
        EngineError: a formula could not be calculated.
    """
    package = Package(draft_book(deal, spelling, blank=blank), BOOK_FILE)
    calculation = (engine or engine_named("formualizer")).open(package)
    try:
        calculation.recalculate()
        return write_values(package, {}, calculation.read())
    finally:
        calculation.close()


def draft_book(deal: Deal, spelling: Spelling = Spelling.PLAIN, *, blank: bool = False) -> bytes:
    """The book of a deal with its formulas, before anything is calculated.

    Args:
        deal: the deal.
        spelling: how the formulas name the functions.
        blank: whether the inputs are left blank.

    Raises:
        BookError: a formula speaks of a name that no cell has.
    """
    draft = Draft()
    workbook = draft.workbook
    for sheet in list(workbook.worksheets):
        workbook.remove(sheet)
    add_styles(workbook)
    for part, needed in _SHEETS:
        if not needed or any(name in deal.terms for name in needed):
            part.write(draft, deal)
    workbook.move_sheet("Cover", -len(workbook.worksheets) + 1)
    workbook.active = 0
    if blank:
        make_blank(draft, deal)
    for page in draft.pages:
        page.finish()
    _check_names(draft)
    if spelling is not Spelling.PLAIN:
        _spell(draft, spelling)
    workbook.calculation = CalcProperties(calcId=_CALC_ID, fullCalcOnLoad=False)
    workbook.properties.title = "Deal book" if blank else deal.terms.heading.name
    workbook.properties.creator = f"xlfuncs {VERSION}"
    stream = io.BytesIO()
    workbook.save(stream)
    pictures = {page.sheet.title: page.pictures for page in draft.pages if page.pictures}
    in_order = [pictures[sheet.title] for sheet in workbook.worksheets if sheet.title in pictures]
    return finished(stream.getvalue(), _day_of(deal), in_order)


def _day_of(deal: Deal) -> dt.date:
    """The day a book says it was made: its as-of date, since it has no other."""
    as_of = deal.terms.value("as_of")
    if not isinstance(as_of, dt.date):
        raise BookError("as_of must be a date")
    return as_of


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
