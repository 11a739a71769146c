"""A deal book built from a deal's text files: sheets, formulas, and the values in them.

The book is written with openpyxl, calculated by the embedded engine, and the values are
spliced into its cells, so that any viewer shows the figures; a spreadsheet with the functions
installed calculates it live.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from xlfuncs.books.blank import make_blank
from xlfuncs.books.filed import file_of, new_draft, with_values
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
from xlfuncs.deal.reading import MARKET_TERMS
from xlfuncs.errors import BookError
from xlfuncs.hosts.spelling import Spelling

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
    return with_values(draft_book(deal, spelling, blank=blank), BOOK_FILE, engine)


def draft_book(deal: Deal, spelling: Spelling = Spelling.PLAIN, *, blank: bool = False) -> bytes:
    """The book of a deal with its formulas, before anything is calculated.

    Args:
        deal: the deal.
        spelling: how the formulas name the functions.
        blank: whether the inputs are left blank.

    Raises:
        BookError: a formula speaks of a name that no cell has.
    """
    draft = new_draft()
    workbook = draft.workbook
    for part, needed in _SHEETS:
        if not needed or any(name in deal.terms for name in needed):
            part.write(draft, deal)
    workbook.move_sheet("Cover", -len(workbook.worksheets) + 1)
    workbook.active = 0
    if blank:
        make_blank(draft, deal)
    title = "Deal book" if blank else deal.terms.heading.name
    return file_of(draft, title, _day_of(deal), spelling)


def _day_of(deal: Deal) -> dt.date:
    """The day a book says it was made: its as-of date, since it has no other."""
    as_of = deal.terms.value("as_of")
    if not isinstance(as_of, dt.date):
        raise BookError("as_of must be a date")
    return as_of
