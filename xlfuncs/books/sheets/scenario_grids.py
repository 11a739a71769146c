"""Price by volatility: what the conversion at maturity is worth, its shares, and their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from openpyxl.utils import get_column_letter

from xlfuncs.books import page as p
from xlfuncs.books.sheets import scenario_model as m
from xlfuncs.books.sheets.scenario_prices import MULTIPLE, OWNED, PART, part_of
from xlfuncs.books.sheets.tables import EXAMPLE, entry_cell
from xlfuncs.units import Volatility

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_VOLATILITY: Final[object] = get_args(Volatility)[1]
_MULTIPLES: Final = (0.5, 0.75, 1, 1.25, 1.5)
STEPS: Final = (-0.3, 0.0, 0.3, 0.6)  # of volatility, from that of the terms
_LEAST: Final = 0.4  # below this volatility the steps are parts of it
_LEFT, _RIGHT = 1, 8  # the columns with the stock price
_HEAD_ROWS: Final = 2  # of a table: its title and its volatilities
_AT_PRICE: Final = '"at "0.00##" USD"'


class _Grid(NamedTuple):
    """A table of prices by volatilities: what it shows, and the formula of a cell.

    In the formula stand {price} and {volatility}, and {shares} for the cell of the mean shares
    in the same place.
    """

    name: str
    title: str
    formula: str
    cell_format: str
    style: str = "Figure"


class _Rows(NamedTuple):
    """Rows of the axes: the first price, and the volatilities."""

    prices: int
    volatilities: int


def write(page: p.Page, deal: Deal) -> None:
    """Write the section."""
    page.section("The conversion at maturity, by stock price today and volatility")
    page.put(
        p.LABEL,
        "What the stock of one conversion on that date sells for: no fair value of the preferred "
        "stock. Means, chances and quantiles are risk-neutral, no forecast.",
        "Plain",
    )
    page.next()
    axes = _axes(page, float(str(deal.terms.value("volatility"))))
    shares_row = 0
    for number, grid in enumerate(_grids(page.draft)):
        if number % 2 == 0:
            top = page.row
            page.sections.append(top)  # on paper a pair is not parted
        page.row = top
        if grid.name == "grid_shares":
            shares_row = top + _HEAD_ROWS
        _write(page, grid, _RIGHT if number % 2 else _LEFT, axes, shares_row)
        page.next()


def _axes(page: p.Page, volatility: float) -> _Rows:
    """The prices and volatilities, to be replaced."""
    page.headings(("", "Of the last price", "Stock price, USD"), right=(p.VALUE, p.UNIT))
    first, last = page.row, page.row + len(_MULTIPLES) - 1
    for multiple in _MULTIPLES:
        row = page.row
        page.put(p.LABEL, "Stock price", "Label")
        entry_cell(page, p.VALUE, multiple, PART, MULTIPLE, f"{EXAMPLE}.")
        page.put(p.UNIT, f"=scenario_price*B{row}", "Figure", p.EVEN_PRICE)
        page.next()
    for name, letter in (("scenario_multiples", "B"), ("scenario_prices", "C")):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    page.put(p.LABEL, "Volatilities", "Label")
    small = volatility < _LEAST
    for place, step in enumerate(STEPS):
        about = volatility * (1 + step) if small else volatility + step
        entry_cell(page, p.VALUE + place, round(about, 4), PART, _VOLATILITY, f"{EXAMPLE}.")
    row = page.row
    last_letter = get_column_letter(p.VALUE + len(STEPS) - 1)
    page.draft.define("scenario_volatilities", page.sheet.title, f"$B${row}:${last_letter}${row}")
    page.next(2)
    return _Rows(first, row)


def _grids(draft: p.Draft) -> list[_Grid]:
    """The tables, two beside one another: first to the left, then to the right."""
    price, volatility = "{price}", "{volatility}"
    free = m.value_call(draft, price, volatility, capped=False)
    capped = m.value_call(draft, price, volatility, capped=True)
    cap = draft.has("cap_shares_per_preferred")
    as_it_stands = ", with the cap as it stands" if cap else ""
    found = [
        _Grid("grid_value", f"Value, USD a preferred share{as_it_stands}",
              f"INDEX({capped},{m.VALUE},2)", p.MONEY),
        _Grid("grid_shares", "Mean shares for all preferred, before any limit",
              f"preferred_outstanding*INDEX({free},{m.SHARES},2)", p.SHARES),
    ]  # fmt: skip
    if draft.has(*OWNED):
        found.append(_Grid("grid_part", "Holder's part of the company after these shares",
                           part_of("{shares}"), p.PERCENT))  # fmt: skip
    if cap or draft.has("ownership_available"):
        found.append(_Grid("grid_limit", "Limits that these shares exceed", _exceeded(draft),
                           p.GENERAL, "Small right"))  # fmt: skip
    if draft.has("fixed_price"):
        found.append(_Grid("grid_variable_chance", "Chance that the variable price is the lower",
                           f"INDEX({free},{m.VARIABLE_CHANCE},2)", p.PERCENT))  # fmt: skip
    if cap:
        found.append(_Grid("grid_cap_chance", "Chance that the cap binds",
                           f"INDEX({capped},{m.CAP_CHANCE},2)", p.PERCENT))  # fmt: skip
    if len(found) % 2:
        found.append(_Grid("grid_total", "Value of all preferred stock, USD",
                           f"preferred_outstanding*INDEX({capped},{m.VALUE},2)",
                           p.WHOLE_MONEY))  # fmt: skip
    return [
        *found,
        _Grid("grid_median", "Median of the shares for all preferred, before any limit",
              f"preferred_outstanding*INDEX({free},{m.MEDIAN},2)", p.SHARES),
        _Grid("grid_high", "In one case of twenty the shares are more than",
              f"preferred_outstanding*INDEX({free},{m.HIGH},2)", p.SHARES),
        _Grid("grid_value_error", "Standard error of the value, USD a preferred share",
              f"INDEX({capped},{m.VALUE_ERROR},2)", p.EVEN_PRICE),
        _Grid("grid_shares_error", "Standard error of the mean shares for all preferred",
              f"preferred_outstanding*INDEX({free},{m.SHARES_ERROR},2)", p.SHARES),
    ]  # fmt: skip


def _exceeded(draft: p.Draft) -> str:
    """In words, which limits a number of shares is more than; a limit may be lifted."""
    over = {
        word: f"IF(ISNUMBER({name}),{{shares}}>{name},FALSE)"
        for name, word in (("cap_available", "cap"), ("ownership_available", "ownership"))
        if draft.has(name)
    }
    words = '"none"'
    for word, test in over.items():
        words = f'IF({test},"{word}",{words})'
    if len(over) > 1:
        words = f'IF(AND({",".join(over.values())}),"{" and ".join(over)}",{words})'
    return words


def _write(page: p.Page, grid: _Grid, column: int, axes: _Rows, shares_row: int) -> None:
    """A table whose prices are in a column; that of the value has one more at its right."""
    draft, title = page.draft, page.sheet.title
    beside = grid.name == "grid_value" and draft.has("fixed_price")
    letters = [get_column_letter(column + place) for place in range(len(STEPS) + 1 + beside)]
    for place, _ in enumerate(letters, column):
        page.put(place, grid.title if place == column else None, "Band")
    page.next()
    page.put(column, "Stock price today", "Head")
    for place in range(1, len(STEPS) + 1):
        volatility = f"={get_column_letter(p.VALUE + place - 1)}${axes.volatilities}"
        page.put(column + place, volatility, "Head right", PART)
    if beside:
        page.put(column + len(STEPS) + 1, "At the fixed price alone", "Head right")
        page.sheet.row_dimensions[page.row].height = 27
    head = page.row
    page.next()
    first = page.row
    for step in range(len(_MULTIPLES)):
        row = page.row
        page.put(column, f"=$C{axes.prices + step}", "Number label", _AT_PRICE)
        for place in range(1, len(STEPS) + 1):
            formula = grid.formula.format(
                price=f"${letters[0]}{row}",
                volatility=f"{letters[place]}${head}",
                shares=f"{get_column_letter(_RIGHT + place)}{shares_row + step}",
            )
            page.put(column + place, f"={formula}", grid.style, grid.cell_format)
        if beside:
            page.put(column + len(STEPS) + 1, f"={_least(draft, row)}", "Figure", p.MONEY)
        page.next()
    last = page.row - 1
    draft.define(grid.name, title, f"${letters[1]}${first}:${letters[len(STEPS)]}${last}")
    if beside:
        draft.define("grid_fixed_value", title, f"${letters[-1]}${first}:${letters[-1]}${last}")


def _least(draft: p.Draft, row: int) -> str:
    """What the fixed price alone is worth, within the cap: certain, and never more."""
    shares = "(face_amount+scenario_premium)/fixed_price"
    if draft.has("cap_shares_per_preferred"):
        shares = f"MIN({shares},cap_shares_per_preferred)"  # a blank text is passed over
    return f"{shares}*$A{row}*{m.held(draft)}"
