"""The value of the warrants over the price of the stock: a table and the chart made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.kinds import Number
from xlfuncs.models.black_scholes import black_scholes_warrant_value

if TYPE_CHECKING:
    from xlfuncs.books.sheets.sides import Pairs

_ROWS: Final = 16
_STEPS: Final = 8
_CHART_ROWS: Final = 17
_BOUNDS: Final = Number("steps", "a whole number of steps", 1.0, float(_ROWS), "0", whole=True)


def write(pairs: Pairs) -> None:
    """Write the section on the sheet of the warrants."""
    page = pairs.page
    chart_row = page.row  # below the values above, in their section
    page.next(_CHART_ROWS + 1)
    page.section("The values of the chart: one warrant over the stock price")
    page.headings()
    page.entry(
        "curve_steps",
        "Rows from nothing to the Market Price",
        _STEPS,
        p.COUNT,
        unit="rows",
        note="The rows after them go beyond it, by the same step.",
        bounds=_BOUNDS,
    )
    heads = ["Stock price, USD"]
    for side in pairs.sides:
        whose = side.whose.capitalize()
        heads += [f"{whose}: value, USD", "Gain on exercise, USD"]
    page.headings([*heads, *[""] * (p.NOTE - len(heads))], right=range(p.VALUE, p.NOTE))
    first, last = page.row, page.row + _ROWS - 1
    for row in range(first, last + 1):
        step = f"ROWS($A${first - 1}:$A{row - 1})"  # of the rows above: none counts itself
        page.put(p.LABEL, f"=market_price*{step}/curve_steps", "Number label", p.EVEN_PRICE)
        for place, side in enumerate(pairs.sides):
            strike = f"{side.prefix}price_in_effect"
            value = f.call(
                black_scholes_warrant_value,
                optional=("dividend_yield",),
                stock_price=f"$A{row}",
                exercise_price=strike,
                years=f"{side.prefix}years_to_expiry",
                rate="continuous_rate",
            )
            column = p.VALUE + 2 * place
            page.put(column, f"={value}", "Figure", p.EVEN_PRICE)
            page.put(column + 1, f"=MAX($A{row}-{strike},0)", "Figure", p.EVEN_PRICE)
        page.next()
    page.next()
    _check(pairs, first, last)
    after, page.row = page.row, chart_row
    _chart(pairs, first, last)
    page.row = after


def _check(pairs: Pairs, first: int, last: int) -> None:
    """That the curve goes through the value above."""
    page = pairs.page
    for place, side in enumerate(pairs.sides):
        letter = "BD"[place]
        cells = f"${letter}${first}:${letter}${last}"
        page.draft.define(f"{side.prefix}value_curve", page.sheet.title, cells)
    pairs.headings()
    pairs.figure(
        "curve_at_market",
        "The curve at the Market Price",
        "=INDEX(@value_curve,curve_steps)",
        p.PRICE,
        unit="USD a Warrant Share",
        note="It must be the value above.",
        twin="@warrant_value",
        tolerance=5e-9,
    )
    page.next()


def _chart(pairs: Pairs, first: int, last: int) -> None:
    page = pairs.page
    sheet = page.sheet.title
    lines = []
    for place, side in enumerate(pairs.sides):
        value, gain = "BCDE"[2 * place], "BCDE"[2 * place + 1]
        for letter, words in ((value, "value"), (gain, "gain on exercise")):
            cells = f"{sheet}!${letter}${first}:${letter}${last}"
            lines.append(charts.Line(f"{side.whose.capitalize()}: {words}", cells))
    chart = charts.over_numbers(
        "Value of one warrant",
        ("Stock price, USD", "USD a Warrant Share"),
        f"{sheet}!$A${first}:$A${last}",
        lines,
        across="0.00",
        up="0.00",
    )
    page.chart(
        chart,
        "The value of the right to buy one share, and what its exercise would gain at once, over "
        "the price of the stock, for each warrant.",
        rows=_CHART_ROWS,
    )
