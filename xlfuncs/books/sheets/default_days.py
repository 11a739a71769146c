"""The days of a Conversion Default: what each costs, and the price to which it resets."""

from __future__ import annotations

from typing import Final

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.prices import price_on, start_of
from xlfuncs.books.sheets.tables import step_number
from xlfuncs.clauses.defaults import conversion_default_payment, default_price_reset

_ROWS: Final = 31  # a month from the Conversion Date on, that day included
_CHART_ROWS: Final = 10  # so that the section is one printed page
_DAYS_BETWEEN_LABELS: Final = 2


def write(page: p.Page) -> None:
    """Write the section: the chart, and under it the table."""
    resets = page.draft.has("fixed_price_after_default")
    page.section("Day by day, as long as the shares are not delivered")
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    prices = ("Conversion Price, USD", "Reset to, if delivered, USD") if resets else ("", "")
    heads = ("Day", "Cost of the day, USD", "Owed in all, USD", *prices, "")
    page.headings(heads, right=range(p.VALUE, p.NOTE))
    first, last = page.row, page.row + _ROWS - 1
    for row in range(first, last + 1):
        day = f"$A{row}"
        number = step_number(first, row, 0)
        page.put(p.LABEL, f"=default_conversion_date+{number}", "Date", p.DATE)
        page.put(p.VALUE, f"=$C{row}-N($C{row - 1})", "Figure", p.MONEY)
        owed = f.call(
            conversion_default_payment,
            optional=("holidays",),
            cure_date=f"{day}+1",
            premium="default_premium",
        )
        page.put(p.UNIT, f"={owed}", "Figure", p.MONEY)
        if resets:
            _prices(page, first, row)
        page.put(p.NOTE, _words(page.draft, row), "Small")
        page.next()
    names = [("default_days", "A"), ("owed_by_day", "C")]
    names += [("default_prices", "D"), ("reset_prices", "E")] if resets else []
    for name, letter in names:
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    _chart(page, first, last, chart_row)
    page.next()


def _prices(page: p.Page, first: int, row: int) -> None:
    """The Conversion Price of a day up to the as-of date, and the lowest up to it."""
    day = f"$A{row}"
    known = f"{day}<=as_of"
    if page.draft.has("lookback_days"):
        enough = f'COUNTIF(bid_dates,"<"&{day})>=lookback_days'
        if page.draft.has("variable_price_start"):
            enough = f"OR({day}<{start_of(page.draft)},{enough})"
        known = f"AND({known},{enough})"
    price = f'=IF({known},{price_on(page.draft, day)},"")'
    page.put(p.SOURCE, price, "Figure", p.EVEN_PRICE)
    so_far = f"$D${first}:$D{row}"
    reset = f.call(default_price_reset, fixed_price="default_fixed_price", conversion_prices=so_far)
    complete = f"COUNT({so_far})=ROWS({so_far})"
    page.put(p.NAME, f'=IF({complete},{reset},"")', "Figure", p.EVEN_PRICE)


def _words(draft: p.Draft, row: int) -> str:
    """What the day is."""
    day = f"$A{row}"
    phase = (
        f'IF({day}<=delivery_deadline,"Delivery Period",IF({day}<=daily_amount_end,'
        f'"daily amount",IF($C{row}-$C{row - 1}>daily_rate*shares_in_default*face_amount,'
        '"daily rate, and the Premium once","daily rate")))'
    )
    marks = [f'IF({day}=N(cure_date),"; Cure Date","")']
    if draft.has("price_reset_date"):
        marks.append(f'IF({day}=price_reset_date,"; price reset from here","")')
    if draft.has("default_event_deadline"):
        marks.append(f'IF({day}=default_event_deadline,"; then a Redemption Event","")')
    return f"={'&'.join([phase, *marks])}"


def _chart(page: p.Page, first: int, last: int, row: int) -> None:
    cells = f"Redemption!${{0}}${first}:${{0}}${last}"
    chart = charts.over_dates(
        "Conversion Default Payment, if the shares are not delivered by the end of the day",
        ("Day", "USD owed in all"),
        cells.format("A"),
        [charts.Line("Owed in all", cells.format("C"))],
        days=_DAYS_BETWEEN_LABELS,
        up="#,##0",
    )
    after, page.row = page.row, row
    page.chart(
        chart,
        "What is owed in all by the end of each day of the default: little at the daily amount, "
        "then steeply more at the daily rate of the Face Amount.",
        rows=_CHART_ROWS,
    )
    page.row = after
