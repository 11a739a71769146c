"""Cover: what the book is, as of when, whether its checks hold, its main figures, its sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openpyxl.worksheet.hyperlink import Hyperlink

from xlfuncs.books import charts
from xlfuncs.books import page as p
from xlfuncs.books.sheets import terms
from xlfuncs.books.sheets.capital_blocks import HOLDINGS_HOLD
from xlfuncs.books.sheets.history import AXES
from xlfuncs.books.style import mark_verdict

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_WIDTHS: Final = (46, 20, 26, 68)
_CHART_ROWS: Final = 16
_CHART_WIDTH: Final = 12.4
_COLUMNS: Final = len(_WIDTHS)
_FIGURE_COLUMNS: Final = 3  # the chart stands beside them


class _Figure(NamedTuple):
    label: str
    name: str
    cell_format: str
    unit: str = ""


# What a book is about: a heading, and the figures under it, of which a deal has some or all.
_SUBJECTS: Final[tuple[tuple[str, tuple[_Figure, ...]], ...]] = (
    (
        "Conversion",
        (
            _Figure("Preferred shares outstanding", "preferred_outstanding", p.SHARES, "shares"),
            _Figure("Conversion Price", "conversion_price", p.PRICE, "USD a share"),
            _Figure("Which price it is", "price_regime", p.GENERAL),
            _Figure("Last closing bid", "last_bid", p.PRICE, "USD a share"),
            _Figure("The day of that bid", "last_bid_date", p.DATE),
            _Figure("Premium", "premium", p.PRICE, "USD a preferred share"),
            _Figure("Common stock for all of this series", "wanted_shares", p.SHARES, "shares"),
            _Figure("Convertible now", "convertible_shares", p.SHARES, "shares"),
            _Figure("Limit that binds", "binding_limit", p.GENERAL),
        ),
    ),
    (
        "Cash",
        (
            _Figure("Redemption Amount", "redemption_amount", p.MONEY, "upon a Redemption Event"),
            _Figure(
                "Redemption of all of this series", "redemption_total", p.MONEY, "USD, likewise"
            ),
            _Figure(
                "Liquidation Preference", "liquidation_preference", p.MONEY, "USD a preferred share"
            ),
        ),
    ),
    (
        "Warrants",
        (
            _Figure("Exercise Price in effect", "price_in_effect", p.PRICE, "USD a share"),
            _Figure("Warrant Shares", "shares_in_effect", p.SHARES, "shares"),
            _Figure("Market Price", "market_price", p.PRICE, "USD a share"),
            _Figure("Black-Scholes Amount", "black_scholes_amount", p.PRICE, "USD a Warrant Share"),
            _Figure(
                "Exercise Price after the issuance under review",
                "adjusted_exercise_price",
                p.PRICE,
                "USD a share",
            ),
            _Figure("What becomes of its change", "adjustment_in_words", p.GENERAL),
        ),
    ),
    (
        "Options and employment",
        (
            _Figure("State of the grant", "grant_state", p.GENERAL),
            _Figure("Options vested", "options_vested", p.SHARES, "options"),
            _Figure("Options not vested", "options_unvested", p.SHARES, "options"),
            _Figure("Next date on which options vest", "next_vesting_date", p.DATE),
            _Figure(
                "Value of the vested options", "vested_value", p.MONEY, "USD, at assumed prices"
            ),
            _Figure("Salary of the year so far", "prorated_salary", p.MONEY, "USD"),
            _Figure("Target bonus of a quarter", "quarterly_target_bonus", p.MONEY, "USD"),
            _Figure("Vacation left", "vacation_left", "#,##0.00", "working days"),
            _Figure(
                "Lump sum of the event under review", "change_of_control_payment", p.MONEY, "USD"
            ),
            _Figure("With the options that it vests at once", "event_total", p.MONEY, "USD"),
        ),
    ),
)
_WITH_BIDS: Final = (
    (
        "Blue cells are inputs: terms on the sheet Terms, bids on the sheet Market; "
        "everything else is a formula and protected without a password."
    ),
    (
        "xlfuncs refresh book.xlsx --bids new_bids.csv --as-of 2000-03-01 "
        "sets the date and the bids and computes everything anew, on a machine without Excel."
    ),
)
_WITHOUT_BIDS: Final = (
    (
        "Blue cells are inputs: terms on the sheet Terms, events on the sheets that speak of them; "
        "everything else is a formula and protected without a password."
    ),
    (
        "xlfuncs refresh book.xlsx --as-of 2006-12-31 --set NAME=VALUE "
        "sets inputs and computes everything anew, on a machine without Excel."
    ),
)
_HOW: Final = (
    "The values are in the file: it shows them without the functions, and is live with them.",
    "An error in a cell has a reason: xlfuncs explain FUNCTION tells it in a sentence.",
    (
        "#NAME? means that the functions are not installed, or that the book is another program's "
        "(xlfuncs build --help)."
    ),
)
_VERDICT: Final = (
    '=IF(checks_failed>0,checks_failed&" of "&checks_made&" checks FAIL. The first: "'
    '&INDEX(check_labels,MATCH(FALSE,checks,0))&" ("&INDEX(check_names,MATCH(FALSE,checks,0))'
    '&"). See the sheet Checks",'
    'IF(checks_without_value>0,checks_without_value&" of "&checks_made&" figures have no '
    'value: see the sheet Checks; on #NAME? see below","All "&checks_made&" checks hold"))'
)


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet; its formulas name figures of the other sheets."""
    heading = deal.terms.heading
    before = list(draft.pages)
    page = p.Page(
        draft, "Cover", heading.name, _parties(deal), _WIDTHS, tab=p.PROOF, as_of_column=p.SOURCE
    )
    page.on_one_page = True
    page.row = 3
    page.put(p.LABEL, _VERDICT, "Verdict")
    draft.define("verdict", "Cover", f"$A${page.row}")
    for column in range(2, _COLUMNS + 1):
        page.put(column, None, "Verdict")
    mark_verdict(page.sheet, f"A{page.row}:D{page.row}", "checks_failed", "checks_without_value")
    page.sheet.row_dimensions[page.row].height = 22
    page.next()
    with_bids = draft.has("bids_note")
    _warning(page, '="Bids: "&bids_note' if with_bids else _assumed(deal))
    _caution(page)
    page.next()
    if draft.has("history_dates", "history_bids", "history_prices"):
        _chart(page)
    for subject, figures in _SUBJECTS:
        _figures(page, subject, [one for one in figures if draft.has(one.name)])
    page.row = max(page.row, *(last + 1 for _, last in page.charts), 0)
    page.section("Sheets", columns=_COLUMNS)
    for other in [*before]:
        _sheet(page, other)
    page.next()
    page.section("How to use it", columns=_COLUMNS)
    for text in (*(_WITH_BIDS if with_bids else _WITHOUT_BIDS), *_HOW):
        _text(page, text)
    page.next()
    page.put(p.LABEL, "Computed by xlfuncs, version", "Label")
    page.put(p.VALUE, "=XLF_VERSION()", "Figure")
    draft.define("xlfuncs_version", "Cover", f"$B${page.row}")
    page.next()


def _caution(page: p.Page) -> None:
    """What the as-of date has against it, in words; blank if nothing."""
    draft = page.draft
    cautions = []
    if draft.has("closing_date", "preferred_shares"):
        text = "The as-of date is before the Closing Date: nothing was outstanding yet."
        cautions.append(f'IF(as_of<closing_date,"{text} ","")')
    if draft.has("maturity_date"):
        text = "The as-of date is after the Maturity Date: what was outstanding then was to be "
        text += "converted; the figures go on as if it had not been."
        cautions.append(f'IF(as_of>maturity_date,"{text} ","")')
    if draft.has("holdings_as_of"):
        text = "The ledger changes holdings between the date of the book and the as-of date: "
        text += "xlfuncs build makes the book of another date."
        cautions.append(f'IF({HOLDINGS_HOLD},"","{text}")')
    if cautions:
        reference = page.put(p.LABEL, f"={'&'.join(cautions)}", "Caution")
        draft.define("caution", page.sheet.title, reference)


def _parties(deal: Deal) -> str:
    """Who is in the deal, as far as its heading says."""
    heading = deal.terms.heading
    parties = [heading.company, heading.investor, heading.placement_agent]
    return "Deal book: " + "; ".join(filter(None, parties))


def _figures(page: p.Page, subject: str, figures: list[_Figure]) -> None:
    if not figures:
        return
    page.section(subject, columns=_FIGURE_COLUMNS)
    for figure in figures:
        _link(page, p.LABEL, figure.label, figure.name, "Link figure")
        page.put(p.VALUE, f"={figure.name}", "Figure", figure.cell_format)
        page.put(p.UNIT, figure.unit or None, "Small")
        page.next()
    page.next()


def _chart(page: p.Page) -> None:
    """The price and the bid, beside the figures."""
    names = page.draft.names
    lines = [
        charts.Line("Conversion Price", names["history_prices"]),
        charts.Line("Closing bid", names["history_bids"]),
    ]
    chart = charts.over_dates(
        "Conversion Price and closing bid", AXES, names["history_dates"], lines
    )
    alt = "The Conversion Price and the closing bid of the day before, up to the date of the book."
    page.chart(chart, alt, column=p.SOURCE, rows=_CHART_ROWS, width=_CHART_WIDTH)


def _sheet(page: p.Page, other: p.Page) -> None:
    title = other.sheet.title
    _link(page, p.LABEL, title, f"{title}!A1", "Link label")
    page.put(p.VALUE, other.subtitle, "Plain")
    page.next()


def _link(page: p.Page, column: int, text: str, place: str, style: str = "Link") -> None:
    """A text that leads to a name or a cell of this book."""
    page.put(column, text, style)
    cell = page.sheet.cell(page.row, column)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, tooltip=f"Go to {text}")
    cell.style = style


def _text(page: p.Page, text: str) -> None:
    page.put(p.LABEL, text, "Text")
    page.sheet.merge_cells(
        start_row=page.row, start_column=1, end_row=page.row, end_column=_COLUMNS
    )
    page.next()


def _warning(page: p.Page, text: str) -> None:
    page.put(p.LABEL, text, "Warning")
    for column in range(2, _COLUMNS + 1):
        page.put(column, None, "Warning")
    page.sheet.row_dimensions[page.row].height = 20
    page.next()


def _assumed(deal: Deal) -> str:
    """What in the book is not in the documents."""
    names = [terms.label(term.name) for term in deal.terms.assumptions() if term.name != "as_of"]
    return f"Not in the documents but assumed: {', '.join(names).lower() or 'nothing'}"
