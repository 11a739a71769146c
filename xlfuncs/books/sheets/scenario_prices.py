"""If the stock stood at each price today: no model, only the clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.prices import start_of
from xlfuncs.books.sheets.tables import EXAMPLE, entry_cell
from xlfuncs.clauses.conversion import conversion_price, conversion_shares
from xlfuncs.clauses.limits import convertible_now
from xlfuncs.units import Multiple

if TYPE_CHECKING:
    from collections.abc import Sequence

MULTIPLE: Final[object] = get_args(Multiple)[1]
NO_LIMIT: Final = '"no limit"'
OWNED: Final = ("shares_outstanding", "shares_held")
PART: Final = "0%_);(0%)"
_MULTIPLES: Final = (0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2)
_CHART_ROWS: Final = 18
_LEFT, _RIGHT = 21.4, 16.2  # centimetres


class _Column(NamedTuple):
    """A column of the table: its heading, its formula, its format, and the name of its cells."""

    head: str
    formula: str
    cell_format: str
    name: str = ""
    style: str = "Figure"


def limits_of(draft: p.Draft) -> dict[str, str]:
    """The arguments of the limits, as far as the deal has them."""
    return {
        name: name if draft.has(name) else NO_LIMIT
        for name in ("cap_available", "ownership_available")
    }


def part_of(shares: str) -> str:
    """The holder's part of the company once it has so many more shares."""
    return f"(shares_held+{shares})/(shares_outstanding+{shares})"


def write(page: p.Page) -> None:
    """Write the section."""
    through = ", and had stood there through the window" if page.draft.has("lookback_days") else ""
    page.section(f"If the stock stood at each price today{through}")
    columns = _columns(page.draft)
    heads = ["", "Of the last price", "Stock price", *(column.head for column in columns)]
    page.headings(heads, right=range(p.VALUE, len(heads) + 1))
    page.sheet.row_dimensions[page.row - 1].height = 41
    first, last = page.row, page.row + len(_MULTIPLES) - 1
    for multiple in _MULTIPLES:
        row = page.row
        page.put(p.LABEL, f'="Stock at "&TEXT(B{row},"0%")&" of the last price"', "Label")
        entry_cell(page, p.VALUE, multiple, PART, MULTIPLE, f"{EXAMPLE}.")
        page.put(p.UNIT, f"=scenario_price*B{row}", "Figure", p.EVEN_PRICE)
        for place, column in enumerate(columns, p.UNIT + 1):
            formula = f"={column.formula.replace('{row}', str(row))}"
            page.put(place, formula, column.style, column.cell_format)
        page.next()
    title = page.sheet.title
    cells = {"price": f"{title}!$C${first}:$C${last}"}
    for place, column in enumerate(columns, p.UNIT + 1):
        letter = "ABCDEFGHIJKL"[place - 1]
        cells[column.name or column.head] = f"{title}!${letter}${first}:${letter}${last}"
        if column.name:
            page.draft.define(column.name, title, f"${letter}${first}:${letter}${last}")
    page.headings()
    _proofs(page)
    page.next()
    page.sections.append(page.row)  # on paper the charts may begin a page
    _charts(page, cells)


def _columns(draft: p.Draft) -> Sequence[_Column]:
    fixed, variable = draft.has("fixed_price"), draft.has("lookback_days")
    price, native = "fixed_price", "fixed_price"
    if variable:
        price = native = "(price_multiple*C{row})"
    if fixed and variable:
        start = start_of(draft)
        price = f.call(
            conversion_price, variable_price_start=start, variable_price="price_multiple*C{row}"
        )
        native = f"IF(conversion_date<{start},fixed_price,MIN(fixed_price,{native}))"
    limits = limits_of(draft)
    given = [name for name in limits.values() if name != NO_LIMIT]
    both = f.call(convertible_now, using=limits, wanted_shares="E{row}")
    found = [
        _Column("Conversion Price", price, p.EVEN_PRICE),
        _Column(
            "Shares for all preferred",
            f.call(conversion_shares, conversion_price="D{row}"),
            p.SHARES,
            "price_case_shares",
        ),
    ]
    if draft.has(*OWNED):
        found.append(_Column("Holder's part after all of them", part_of("E{row}"), p.PERCENT))
    now = f"MIN({','.join(['E{row}', *given])})"
    found += [
        _Column("Convertible now", now, p.SHARES, "price_case_now"),
        _Column(
            "Limit that binds", f"INDEX({both},1,2)", p.GENERAL, "price_case_limit", "Small right"
        ),
    ]
    if draft.has("cap_available"):
        used = 'IF(ISNUMBER(cap_available),IF(cap_available>0,E{row}/cap_available,"none left"),'
        found.append(_Column("Of what is left of the cap", f'{used}"no limit")', PART))
    preference = "preferred_outstanding*(face_amount+premium)"
    over = f'IF(preferred_outstanding=0,"none left",E{{row}}*C{{row}}/({preference})-1)'
    found += [
        _Column("Value of the shares, USD", "E{row}*C{row}", p.WHOLE_MONEY, "price_value"),
        _Column("Over Face Amount and Premium", over, p.PERCENT),
        _Column(
            "Shares, computed natively",
            f"ROUNDUP(ROUND({preference}/{native},6),0)",
            p.SHARES,
            "price_case_native",
        ),
    ]
    return found


def _proofs(page: p.Page) -> None:
    page.figure(
        "price_case_difference",
        "Differences from the native column",
        "=SUMXMY2(price_case_shares,price_case_native)",
        p.SHARES,
        unit="shares, squared and summed",
        note="Nothing, if each row is right to the share.",
        twin="0",
    )
    page.figure(
        "price_cases_bound",
        "Rows in which a limit binds",
        "=IF(ISERROR(convertible_shares),convertible_shares,"
        'SUMPRODUCT((price_case_limit<>"none")*1))',
        p.COUNT,
        unit="rows",
        twin="SUMPRODUCT((price_case_now<price_case_shares)*1)",
    )


def _charts(page: p.Page, cells: dict[str, str]) -> None:
    axes = ("Stock price, USD", "Shares")
    chart = charts.over_numbers(
        "Shares by stock price",
        axes,
        cells["price"],
        [
            charts.Line("For all preferred stock", cells["price_case_shares"]),
            charts.Line("Convertible now, within the limits", cells["price_case_now"]),
        ],
        across="0.00",
    )
    page.chart(
        chart,
        "The shares for all preferred stock at each stock price, and how many of them the limits "
        "allow now.",
        rows=_CHART_ROWS,
        width=_LEFT,
    )
    chart = charts.over_numbers(
        "Value of the shares at market",
        ("Stock price, USD", "USD"),
        cells["price"],
        [charts.Line("Value at market", cells["price_value"])],
        across="0.00",
    )
    page.chart(
        chart,
        "What the shares for all preferred stock are worth at each stock price, before any limit: "
        "level while the variable price is the lower, rising above the fixed price.",
        column=7,
        rows=_CHART_ROWS,
        width=_RIGHT,
    )
    page.next(_CHART_ROWS + 1)
