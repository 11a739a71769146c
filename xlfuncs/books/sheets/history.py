"""The conversion price from closing to the as-of date: a table, and the charts made of it.

The rows are spread evenly over the time that there is, so that the charts show all of it on any
as-of date and no row is empty.
"""

from __future__ import annotations

from typing import Final, NamedTuple, get_args

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import market
from xlfuncs.books.sheets.prices import fixed_on, price_on, variable_on
from xlfuncs.clauses.conversion import accreted_premium, conversion_shares
from xlfuncs.units import Count

_ROWS: Final = 61
STEPS: Final[object] = get_args(Count)[1]
_CHART_ROWS: Final = 18
AXES: Final = ("Date", "USD a share")


class _Column(NamedTuple):
    """A column of the table: its heading, which is the name of its line, and its formula."""

    head: str
    formula: str
    cell_format: str


def write(page: p.Page) -> None:
    """Write the section on the sheet Conversion, and the chart of prices on the sheet Market."""
    page.section("History of the Conversion Price")
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    _bounds(page)
    columns = _columns(page.draft)
    heads = ["Date", *(column.head for column in columns)]
    page.headings(heads, right=range(p.VALUE, len(heads) + 1))
    first, last = page.row, page.row + _ROWS - 1
    page.draft.define("history_dates", page.sheet.title, f"$A${first}:$A${last}")
    for row in range(first, last + 1):
        step = f"(ROWS($A${first - 1}:$A{row - 1})-1)"  # of the rows above: none counts itself
        date = f"=history_from+INT((history_to-history_from)*MIN({step}/history_steps,1))"
        page.put(p.LABEL, date, "Date", p.DATE)
        for place, column in enumerate(columns, p.VALUE):
            page.put(place, f"={column.formula.format(row=row)}", "Figure", column.cell_format)
        page.next()
    page.next()
    cells = {
        head: f"{page.sheet.title}!${letter}${first}:${letter}${last}"
        for head, letter in zip(heads, "ABCDEF", strict=False)
    }
    for name, head in (("history_bids", heads[1]), ("history_prices", "Conversion Price")):
        page.draft.define(name, page.sheet.title, cells[head].split("!")[1])
    _charts(page, cells, chart_row)


def _columns(draft: p.Draft) -> list[_Column]:
    """The bid, the prices that the deal has, and the shares."""
    day = "$A{row}"
    before = f'COUNTIF(bid_dates,"<"&{day})'
    bid = f"IF({before}=0,NA(),INDEX(closing_bids,{before}))"
    found = [_Column("Bid of the day before", bid, p.EVEN_PRICE)]
    if draft.has("stated_price", "lookback_days"):
        found.append(_Column("Fixed price", fixed_on(draft, day), p.EVEN_PRICE))
        found.append(_Column("Variable price", variable_on(day), p.EVEN_PRICE))
    found.append(_Column("Conversion Price", price_on(draft, day), p.EVEN_PRICE))
    premium = "0"
    if draft.has("premium_rate"):
        premium = f.call(accreted_premium, conversion_date=day)
    price = f"${'ABCDEF'[len(found)]}{{row}}"
    shares = f.call(conversion_shares, premium=premium, conversion_price=price)
    return [*found, _Column("Shares for all preferred", shares, p.SHARES)]


def _bounds(page: p.Page) -> None:
    start = "closing_date"
    if page.draft.has("lookback_days"):
        start = "MAX(closing_date,INDEX(bid_dates,lookback_days+1))"
    page.headings()
    page.figure(
        "history_from",
        "History from",
        f"={start}",
        p.DATE,
        unit="date",
        note="The Closing Date, or the first day with bids enough for a variable price.",
    )
    page.figure(
        "history_to",
        "History up to",
        "=MAX(MIN(as_of,maturity_date),history_from)",
        p.DATE,
        unit="date",
        note="The as-of date, or the Maturity Date before it.",
    )
    page.entry(
        "history_steps",
        "Steps from the one to the other",
        _ROWS - 1,
        p.COUNT,
        unit="steps",
        note="With fewer the last rows stay where the history ends.",
        bounds=STEPS,
    )


def _charts(page: p.Page, cells: dict[str, str], row: int) -> None:
    """Price and shares side by side on this sheet; all prices on the sheet of the market."""
    after, page.row = page.row, row
    dates = cells.pop("Date")
    lines = [charts.Line(name, column) for name, column in cells.items()]
    *prices, shares = lines
    bid, price = prices[0], prices[-1]
    chart = charts.over_dates("Conversion Price and closing bid", AXES, dates, [price, bid])
    page.chart(
        chart,
        "The Conversion Price and the closing bid of the day before, from the closing to the date "
        "of the book.",
        rows=_CHART_ROWS,
        width=charts.HALF_WIDTH,
    )
    chart = charts.over_dates(
        "Shares for all preferred stock", ("Date", "Shares"), dates, [shares], up="#,##0"
    )
    page.chart(
        chart,
        "The shares of common stock that all preferred stock would have converted into on each "
        "date, before any limit.",
        column=p.SOURCE,
        rows=_CHART_ROWS,
        width=charts.OTHER_WIDTH,
    )
    page.row = after
    # Where the deal has two prices, they are shown and not the lower of them a third time.
    shown = prices[:-1] if page.draft.has("stated_price", "lookback_days") else prices
    market.add_price_chart(page.draft, AXES, dates, shown)
