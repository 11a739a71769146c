"""Cover: what the book is, as of when, whether its checks hold, its main figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from xlfuncs.books import page as p
from xlfuncs.books.sheets import terms
from xlfuncs.books.style import mark_verdict

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_FIGURES: Final = (
    ("Conversion Price", "conversion_price", p.PRICE, "USD a share"),
    ("Premium", "premium", p.PRICE, "USD a preferred share"),
    ("Common stock for all preferred shares", "wanted_shares", p.SHARES, "shares"),
    ("Convertible now", "convertible_shares", p.SHARES, "shares"),
    ("Limit that binds", "binding_limit", p.GENERAL, ""),
    ("Redemption Amount", "redemption_amount", p.MONEY, "USD a preferred share"),
    ("Redemption of all preferred shares", "redemption_total", p.MONEY, "USD"),
    ("Liquidation Preference", "liquidation_preference", p.MONEY, "USD a preferred share"),
    ("Market Price", "market_price", p.PRICE, "USD a share"),
    ("Black-Scholes Amount", "black_scholes_amount", p.PRICE, "USD a Warrant Share"),
    (
        "Exercise Price after the issuance under review",
        "adjusted_exercise_price",
        p.PRICE,
        "USD a share",
    ),
    ("Options vested", "options_vested", p.SHARES, "options"),
    ("Options not vested", "options_unvested", p.SHARES, "options"),
    ("Next date on which options vest", "next_vesting_date", p.DATE, ""),
    ("Value of the vested options", "vested_value", p.MONEY, "USD, at the assumed prices"),
    ("Salary of the year so far", "prorated_salary", p.MONEY, "USD"),
    ("Target bonus of a quarter", "quarterly_target_bonus", p.MONEY, "USD"),
    ("Vacation left", "vacation_left", "#,##0.00", "working days"),
    ("Lump sum of the event under review", "change_of_control_payment", p.MONEY, "USD"),
    ("With the options that it vests at once", "event_total", p.MONEY, "USD"),
)
# What a book is about, by a figure that it then has.
_SUBJECTS: Final = (
    ("conversion_price", "price, shares, limits"),
    ("redemption_total", "cash"),
    ("market_price", "warrants"),
    ("options_vested", "options"),
    ("prorated_salary", "pay"),
    ("change_of_control_payment", "change of control"),
)
_WITH_BIDS: Final = (
    "Inputs are blue: terms on the sheet Terms, bids on the sheet Market.",
    "xlfuncs refresh book.xlsx --bids new_bids.csv --as-of 2000-03-01 sets them and computes anew.",
)
_WITHOUT_BIDS: Final = (
    "Inputs are blue: terms on the sheet Terms, events on the sheets that speak of them.",
    "xlfuncs refresh book.xlsx --as-of 2000-03-01 --set NAME=VALUE sets them and computes anew.",
)
_HOW: Final = (
    "A figure without a value shows the spreadsheet's error; xlfuncs explain tells the reason.",
    "#NAME?: the functions are not there, or another program's book (xlfuncs build --help).",
)


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet; its formulas name figures of the other sheets."""
    heading = deal.terms.heading
    subjects = ", ".join(words for name, words in _SUBJECTS if name in draft.names)
    page = p.Page(draft, "Cover", heading.name, f"Deal book: {subjects}")
    for column, width in enumerate((46, 22, 30, 28), 1):
        page.sheet.column_dimensions[get_column_letter(column)].width = width
    page.row = 3
    verdict = (
        '=IF(checks_failed>0,checks_failed&" of "&checks_made&" checks FAIL: see the sheet Checks",'
        'IF(checks_without_value>0,checks_without_value&" of "&checks_made&" figures have no '
        'value: see the sheet Checks; on #NAME? see below","All "&checks_made&" checks hold"))'
    )
    page.put(p.LABEL, verdict, "Verdict")
    draft.define("verdict", "Cover", f"$A${page.row}")
    for column in range(2, 5):
        page.put(column, None, "Verdict")
    mark_verdict(page.sheet, f"A{page.row}:D{page.row}", "checks_failed", "checks_without_value")
    page.sheet.row_dimensions[page.row].height = 22
    page.next()
    with_bids = "bids_note" in draft.names
    if with_bids:
        _warning(page, '="Bids: "&bids_note')
    else:
        _warning(page, _assumed(deal))
    page.next()
    page.section("On the as-of date", columns=4)
    page.put(p.LABEL, "As of", "Label")
    page.put(p.VALUE, "=as_of", "Key figure", p.DATE)
    page.next()
    for label, name, cell_format, unit in _FIGURES:
        if name not in draft.names:
            continue
        page.put(p.LABEL, label, "Label")
        page.put(p.VALUE, f"={name}", "Figure", cell_format)
        page.put(p.UNIT, unit or None, "Small")
        page.next()
    page.next()
    page.section("How to use it", columns=4)
    for text in (*(_WITH_BIDS if with_bids else _WITHOUT_BIDS), *_HOW):
        page.put(p.LABEL, text, "Text")
        page.sheet.merge_cells(start_row=page.row, start_column=1, end_row=page.row, end_column=4)
        page.next()
    page.next()
    page.put(p.LABEL, "Computed by xlfuncs", "Label")
    page.put(p.VALUE, "=XLF_VERSION()", "Figure")
    draft.define("xlfuncs_version", "Cover", f"$B${page.row}")


def _warning(page: p.Page, text: str) -> None:
    page.put(p.LABEL, text, "Warning")
    for column in range(2, 5):
        page.put(column, None, "Warning")
    page.sheet.merge_cells(start_row=page.row, start_column=1, end_row=page.row, end_column=4)
    page.sheet.row_dimensions[page.row].height = 20
    page.next()


def _assumed(deal: Deal) -> str:
    """What in the book is not in the documents."""
    names = [terms.label(term.name) for term in deal.terms.assumptions() if term.name != "as_of"]
    return f"Not in the documents but assumed: {', '.join(names).lower() or 'nothing'}"
