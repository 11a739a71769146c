"""Market: closing bids, holidays, splits, and the closes that the volatility is taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from xlfuncs.books import charts
from xlfuncs.books import page as p
from xlfuncs.books.sheets import splits
from xlfuncs.books.sheets.splits import SPLIT_FACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.deal.reading import Deal

DATES, BIDS, VOLUMES = 1, 2, 3
HOLIDAYS, HOLIDAY_NAMES = 5, 6
BLOCK = 8  # the first column of what stands to the right, one under the other
SPLITS, RATIOS, LOGS, LEDGER_ROWS = range(BLOCK, BLOCK + 4)
NUMBERS, CLOSE_DATES, CLOSES, RETURNS = range(BLOCK, BLOCK + 4)
_WIDTHS: Final = (15, 13, 14, 3, 15, 40, 3, 15, 17, 19, 19, 19)
_BEFORE: Final = "bids_before"
_FIRST_ROW: Final = 6
_CHART_ROWS: Final = 20
_CHART_WIDTH: Final = 17.5
_SPARE_ROWS: Final = 600  # room for the bids still to come, two years and more
_HOLIDAY_SPARE_ROWS: Final = 20


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Market",
        "Market",
        "Closing bids, volumes, and the days without trading",
        _WIDTHS,
        tab=p.INPUTS,
        as_of_column=HOLIDAY_NAMES,
    )
    note = deal.market.bids.note or "quoted closing bids"
    page.put(1, note[:1].upper() + note[1:], "Warning", row=3)
    for column in range(2, HOLIDAY_NAMES + 1):
        page.put(column, None, "Warning", row=3)
    draft.define("bids_note", "Market", "$A$3")
    _band(page, 1, VOLUMES, "Closing bids", ("Date", "Closing bid", "Volume"))
    _band(page, HOLIDAYS, HOLIDAY_NAMES, "Trading calendar", ("Holiday", "Name"))
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
    page.row = _FIRST_ROW + _CHART_ROWS + 1
    _last_bid(page)
    _splits(page, deal)
    if draft.has("volatility_days"):
        _volatility(page, int(float(str(deal.terms.value("volatility_days")))))
    page.sheet.freeze_panes = f"A{_FIRST_ROW}"
    page.last_row = max(_FIRST_ROW + max(len(bids), len(holidays)), page.row) - 1
    page.sheet.print_title_rows = f"3:{_FIRST_ROW - 1}"


def add_price_chart(
    draft: p.Draft, axes: tuple[str, str], dates: str, prices: Sequence[charts.Line]
) -> None:
    """The chart of the bid against the prices made of it, in the room left for it.

    Args:
        draft: the book, its market written.
        axes: the titles of the axes.
        dates: the cells with the dates, with their sheet.
        prices: the bid, and the prices of the deal.
    """
    page = draft.page("Market")
    names = ", ".join(line.name.lower() for line in prices)
    chart = charts.over_dates("Closing bid and prices of the deal", axes, dates, prices)
    after, page.row = page.row, _FIRST_ROW  # below the rows that each printed page repeats
    page.chart(
        chart,
        f"From the closing to the date of the book: {names}.",
        column=BLOCK,
        rows=_CHART_ROWS - 1,
        width=_CHART_WIDTH,
    )
    page.row = after


def _band(page: p.Page, first: int, last: int, text: str, heads: Sequence[str]) -> None:
    """A band over some columns in the row above the headings, and the headings."""
    for column in range(first, last + 1):
        page.put(column, text if column == first else None, "Section", row=_FIRST_ROW - 2)
        left = "Head indented" if column == HOLIDAY_NAMES else "Head right"
        page.put(column, heads[column - first], left, row=_FIRST_ROW - 1)


def _title(page: p.Page, text: str, heads: Sequence[str]) -> None:
    """A band and headings over the columns to the right, in the current row and the next."""
    for column in range(BLOCK, len(_WIDTHS) + 1):
        page.put(column, text if column == BLOCK else None, "Section")
    page.next()
    for column, head in enumerate(heads, BLOCK):
        page.put(column, head, "Head right")
    page.next()


def _named(page: p.Page, name: str, label: str, formula: str, cell_format: str) -> None:
    page.put(BLOCK, label, "Wide label")
    for column in range(BLOCK + 1, len(_WIDTHS) + 1):
        page.put(column, None, "Wide label")
    reference = page.put(len(_WIDTHS), formula, "Figure", cell_format)
    page.draft.define(name, page.sheet.title, reference)
    page.next()


def _last_bid(page: p.Page) -> None:
    _title(page, "Before the as-of date", ())
    page.row -= 1  # no headings
    _named(page, _BEFORE, "Bids before it", '=COUNTIF(bid_dates,"<"&as_of)', p.COUNT)
    last = f"=IF({_BEFORE}=0,NA(),INDEX(closing_bids,{_BEFORE}))"
    _named(page, "last_bid", "The last of them, USD a share", last, p.PRICE)
    day = f"=IF({_BEFORE}=0,NA(),INDEX(bid_dates,{_BEFORE}))"
    _named(page, "last_bid_date", "Its date", day, p.DATE)
    page.next()


def _column(
    page: p.Page,
    name: str,
    column: int,
    values: Sequence[object],
    rows: int,
    cell_format: str,
    style: str = "Entry",
    first: int = _FIRST_ROW,
) -> None:
    """A named column: its values, then blank input cells up to the number of rows."""
    for place in range(rows):
        value = values[place] if place < len(values) else None
        page.put(column, value, style, cell_format, row=first + place)
    letter = get_column_letter(column)
    cells = f"${letter}${first}:${letter}${first + rows - 1}"
    page.draft.define(name, page.sheet.title, cells)


def _splits(page: p.Page, deal: Deal) -> None:
    """Splits in order of date, and the logs that native formulas take them by."""
    table = splits.table_of(deal, page.row + 2, get_column_letter(LEDGER_ROWS))
    heads = ["Effective on", "New shares per old", "Log of the ratio"]
    _title(page, table.title, [*heads, *table.more_heads])
    first, rows = page.row, len(table.dates)
    _column(page, "split_dates", SPLITS, table.dates, rows, p.DATE, first=first)
    _column(page, "split_ratios", RATIOS, table.ratios, rows, "0.######", first=first)
    for cells in page.sheet.iter_rows(first, first + rows - 1, SPLITS, RATIOS):
        for cell in cells:
            if isinstance(cell.value, str):  # a formula: the ledger's, not an input
                cell_format, cell.style = cell.number_format, "Figure"
                cell.number_format = cell_format
    ratios = get_column_letter(RATIOS)
    logs = [f"=IF(N({ratios}{row})>0,LN({ratios}{row}),0)" for row in range(first, first + rows)]
    _column(page, "split_logs", LOGS, logs, rows, "0.000000", "Figure", first)
    for row, formula in enumerate(table.ledger_rows, first):
        page.put(LEDGER_ROWS, formula, "Figure", p.COUNT, row=row)
    page.row = first + rows + 1


def _volatility(page: p.Page, days: int) -> None:
    """The closes whose returns are the volatility's: days + 1 of them before the date.

    Bids from before a split are in shares of today; where a trading day of the window has no
    bid there is no volatility.
    """
    last = days + 1
    heads = ("Number", "Date", "In today's shares", "Log return")
    _title(page, "Closes that the volatility is taken from", ())
    page.row -= 1
    complete = (
        f'=IF({_BEFORE}<=volatility_days,"no",IF('
        f"NETWORKDAYS(INDEX(bid_dates,{_BEFORE}-volatility_days),as_of-1,holidays)"
        '=volatility_days+1,"yes","no"))'
    )
    name = "volatility_window_complete"
    _named(page, name, "Each trading day of the window has a bid", complete, p.GENERAL)
    for column, head in enumerate(heads, BLOCK):
        page.put(column, head, "Head right")
    page.next()
    number, date, close = (get_column_letter(one) for one in (NUMBERS, CLOSE_DATES, CLOSES))
    first = page.row
    rows = range(first, first + last)
    for row in rows:
        page.put(NUMBERS, row - first + 1, "Figure", p.COUNT, row=row)
    place = f"{_BEFORE}-volatility_days-1+{number}{{row}}"
    dates = [_if_complete(f"INDEX(bid_dates,{place})".format(row=row)) for row in rows]
    _column(page, "volatility_dates", CLOSE_DATES, dates, last, p.DATE, "Figure", first)
    factor = SPLIT_FACTOR.format(after=f"{date}{{row}}", upto="as_of")
    closes = [_if_complete(f"INDEX(closing_bids,{place})/{factor}".format(row=row)) for row in rows]
    _column(page, "volatility_closes", CLOSES, closes, last, p.PRICE, "Figure", first)
    letter = get_column_letter(RETURNS)
    for row in rows[1:]:
        page.put(RETURNS, f"=LN({close}{row}/{close}{row - 1})", "Figure", "0.000000", row=row)
    cells = f"${letter}${first + 1}:${letter}${first + days}"
    page.draft.define("volatility_returns", page.sheet.title, cells)
    page.row = first + last


def _if_complete(formula: str) -> str:
    return f'=IF(volatility_window_complete="yes",{formula},NA())'
