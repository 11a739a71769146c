"""Market: closing bids, holidays, splits, and the closes that the volatility is taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.adjustments import split_adjusted_price

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.deal.reading import Deal

DATES, BIDS, VOLUMES = 1, 2, 3
HOLIDAYS, HOLIDAY_NAMES = 5, 6
SPLITS, RATIOS, LOGS, PRICE, AGENT_PRICE = 8, 9, 10, 11, 12
NUMBERS, CLOSE_DATES, CLOSES, RETURNS = 14, 15, 16, 17
_WIDTHS: Final = (15, 13, 14, 3, 15, 40, 3, 15, 13, 13, 17, 17, 3, 10, 15, 13, 13)
_HEADS: Final = (
    *("Date", "Closing bid", "Volume", "", "Holiday", "Name", "", "Split effective"),
    *("New shares per old", "Log of the ratio", "Exercise price after", "Agent's price after"),
    *("", "Number", "Date", "Bid in today's shares", "Log return"),
)
_BEFORE: Final = "bids_before"
_FIRST_ROW: Final = 7
_SPLIT_ROWS: Final = 8
_SPARE_ROWS: Final = 600  # room for the bids still to come, two years and more
_HOLIDAY_SPARE_ROWS: Final = 20


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(draft, "Market", "Market", "Closing bids, and the days without trading", _WIDTHS)
    sheet = page.sheet
    note = deal.market.bids.note or "quoted closing bids"
    page.put(1, note[:1].upper() + note[1:], "Warning", row=3)
    sheet.merge_cells(start_row=3, start_column=1, end_row=3, end_column=6)
    draft.define("bids_note", "Market", "$A$3")
    page.row = _FIRST_ROW - 2
    page.section("Bids, holidays, splits, volatility", columns=RETURNS)
    page.sheet.row_dimensions[page.row].height = 28
    page.headings(_HEADS, right=set(range(1, RETURNS + 1)) - {HOLIDAY_NAMES})
    bids = deal.market.bids
    capacity = len(bids) + _SPARE_ROWS
    _column(page, "bid_dates", DATES, bids.dates, capacity, p.DATE)
    _column(page, "closing_bids", BIDS, bids.closing_bids, capacity, p.PRICE)
    _column(page, "volumes", VOLUMES, bids.volumes, capacity, p.SHARES)
    holidays = deal.market.holidays
    room = len(holidays) + _HOLIDAY_SPARE_ROWS
    _column(page, "holidays", HOLIDAYS, [one.date for one in holidays], room, p.DATE)
    names = [one.name for one in holidays]
    _column(page, "holiday_names", HOLIDAY_NAMES, names, room, p.TEXT, style="Entry text")
    _splits(page, deal)
    _volatility(page, int(float(str(deal.terms.value("volatility_days")))))
    _chart(page, len(bids))
    sheet.freeze_panes = f"A{_FIRST_ROW}"
    last = _FIRST_ROW + max(len(bids), len(holidays)) - 1
    sheet.print_area = f"A1:{get_column_letter(RETURNS)}{last}"
    sheet.print_title_rows = f"3:{_FIRST_ROW - 1}"


def _column(
    page: p.Page,
    name: str,
    column: int,
    values: Sequence[object],
    rows: int,
    cell_format: str,
    style: str = "Entry",
) -> None:
    """A named column: its values, then blank input cells up to the number of rows."""
    for place in range(rows):
        value = values[place] if place < len(values) else None
        page.put(column, value, style, cell_format, row=_FIRST_ROW + place)
    letter = get_column_letter(column)
    cells = f"${letter}${_FIRST_ROW}:${letter}${_FIRST_ROW + rows - 1}"
    page.draft.define(name, page.sheet.title, cells)


def _splits(page: p.Page, deal: Deal) -> None:
    """Splits in order of date, and what each does to the warrants' exercise prices."""
    _column(page, "split_dates", SPLITS, (), _SPLIT_ROWS, p.DATE)
    _column(page, "split_ratios", RATIOS, (), _SPLIT_ROWS, "0.######")
    dates, ratios = get_column_letter(SPLITS), get_column_letter(RATIOS)
    rows = range(_FIRST_ROW, _FIRST_ROW + _SPLIT_ROWS)
    logs = [f"=IF(N({ratios}{row})>0,LN({ratios}{row}),0)" for row in rows]
    _column(page, "split_logs", LOGS, logs, _SPLIT_ROWS, "0.000000", style="Figure")
    for prefix, column in (("", PRICE), ("agent_", AGENT_PRICE)):
        if f"{prefix}exercise_price" not in deal.terms:
            continue
        letter = get_column_letter(column)
        prices = []
        for row in rows:
            before = f"{letter}{row - 1}" if row > _FIRST_ROW else f"{prefix}exercise_price"
            after = f.call(
                split_adjusted_price,
                price=before,
                new_shares=f"{ratios}{row}",
                old_shares="1",
            )
            happened = f"AND(N({ratios}{row})>0,N({dates}{row})>0,N({dates}{row})<=as_of)"
            prices.append(f"=IF({happened},{after},{before})")
        name = f"{prefix}exercise_prices"
        _column(page, name, column, prices, _SPLIT_ROWS, p.PRICE, style="Figure")


def _volatility(page: p.Page, days: int) -> None:
    """The closes whose returns are the volatility's: days + 1 of them before the date.

    Bids from before a split are in shares of today; where a trading day of the window has no
    bid there is no volatility.
    """
    last = days + 1
    complete = (
        f"=IF({_BEFORE}<{last},FALSE,"
        f"NETWORKDAYS(INDEX(bid_dates,{_BEFORE}-{days}),as_of-1,holidays)={last})"
    )
    labels = (
        (_BEFORE, "Bids before", '=COUNTIF(bid_dates,"<"&as_of)', 3),
        ("volatility_window_complete", "Complete", complete, 4),
    )
    for name, label, formula, row in labels:
        page.put(CLOSE_DATES, label, "Head right", row=row)
        reference = page.put(CLOSES, formula, "Figure", p.GENERAL, row=row)
        page.draft.define(name, page.sheet.title, reference)
    number, date, close = (get_column_letter(one) for one in (NUMBERS, CLOSE_DATES, CLOSES))
    rows = range(_FIRST_ROW, _FIRST_ROW + last)
    for row in rows:
        page.put(NUMBERS, row - _FIRST_ROW + 1, "Figure", p.COUNT, row=row)
    place = f"{_BEFORE}-{last}+{number}{{row}}"
    dates = [_if_complete(f"INDEX(bid_dates,{place})".format(row=row)) for row in rows]
    _column(page, "volatility_dates", CLOSE_DATES, dates, last, p.DATE, style="Figure")
    factor = SPLIT_FACTOR.format(after=f"{date}{{row}}", upto="as_of")
    closes = [_if_complete(f"INDEX(closing_bids,{place})/{factor}".format(row=row)) for row in rows]
    _column(page, "volatility_closes", CLOSES, closes, last, p.PRICE, style="Figure")
    letter = get_column_letter(RETURNS)
    for row in rows[1:]:
        page.put(RETURNS, f"=LN({close}{row}/{close}{row - 1})", "Figure", "0.000000", row=row)
    cells = f"${letter}${_FIRST_ROW + 1}:${letter}${_FIRST_ROW + days}"
    page.draft.define("volatility_returns", page.sheet.title, cells)


def _if_complete(formula: str) -> str:
    return f"=IF(volatility_window_complete,{formula},NA())"


def _chart(page: p.Page, rows: int) -> None:
    last = _FIRST_ROW + rows - 1
    dates, bids = (get_column_letter(one) for one in (DATES, BIDS))
    chart = charts.over_dates(
        "Closing bid",
        ("Date", "USD a share"),
        f"Market!${dates}${_FIRST_ROW}:${dates}${last}",
        [charts.Line("Closing bid", f"Market!${bids}${_FIRST_ROW}:${bids}${last}")],
        months=6,
    )
    page.row = _FIRST_ROW - 2
    page.chart(chart, "The closing bid of each trading day.", column=RETURNS + 2)
