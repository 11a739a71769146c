"""The dilution fan: how many shares all preferred stock may become, on dates up to maturity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import scenario_model as m
from xlfuncs.books.sheets.history import STEPS
from xlfuncs.books.sheets.prices import start_of
from xlfuncs.books.sheets.tables import step_number
from xlfuncs.clauses.conversion import accreted_premium

if TYPE_CHECKING:
    from openpyxl.chart._chart import ChartBase

_ROWS: Final = 12
_CHART_ROWS: Final = 22
_CHART_WIDTH: Final = 38.6
_QUANTILES: Final = (5, 25, 50, 75, 95)
_MEAN: Final = 2  # the column of the fan's table; its quantiles are the next five
_VARIABLE_CHANCE, _CAP_CHANCE = 8, 9
_CERTAIN: Final = "preferred_outstanding*(face_amount+$C{row})/fixed_price"


# The bands of the chart: what they are between, and the columns of the quantiles.
_BANDS: Final = (
    ("band_5", "up to 5 %", "E", ""),
    ("band_25", "5 to 25 %", "F", "E"),
    ("band_75", "25 to 75 %", "H", "F"),
    ("band_95", "75 to 95 %", "I", "H"),
)


class _Column(NamedTuple):
    """A column of the table: its heading, the name of its cells, its formula and format."""

    head: str
    name: str
    formula: str
    cell_format: str


def write(page: p.Page, *, model: bool) -> None:
    """Write the section.

    Args:
        page: the sheet.
        model: whether the price is uncertain; at a fixed price alone the shares are certain.
    """
    words = "Dilution fan: shares for all preferred stock" if model else "Shares by date"
    page.section(f"{words}, if all is converted on the date and nothing before")
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    page.headings()
    page.entry(
        "fan_steps",
        "Steps from the as-of date to the conversion",
        _ROWS - 1,
        p.COUNT,
        unit="steps",
        note="With fewer the last rows stay at the end.",
        bounds=STEPS,
    )
    first = page.row + 1
    columns = _columns(page.draft, model=model)
    heads = ["Conversion Date", *(column.head for column in columns)]
    page.headings(heads, right=range(p.VALUE, len(heads) + 1))
    page.sheet.row_dimensions[page.row - 1].height = 41
    last = first + _ROWS - 1
    for row in range(first, last + 1):
        part = f"MIN({step_number(first, row, 0)}/fan_steps,1)"
        page.put(p.LABEL, f"=as_of+INT((scenario_date-as_of)*{part})", "Date", p.DATE)
        for place, column in enumerate(columns, p.VALUE):
            formula = column.formula.replace("{row}", str(row))
            formula = formula.replace("{place}", step_number(first, row, 1))
            page.put(place, f"={formula}", "Figure", column.cell_format)
        page.next()
    cells = {}
    for letter, name in zip(
        "ABCDEFGHIJKL", ["fan_dates", *(column.name for column in columns)], strict=False
    ):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
        cells[name] = f"{page.sheet.title}!${letter}${first}:${letter}${last}"
    page.next()
    if model:
        cells |= _bands(page, first)
    _chart(page, cells, chart_row, model=model)


def _columns(draft: p.Draft, *, model: bool) -> list[_Column]:
    premium = f.call(accreted_premium, conversion_date="$A{row}")
    found = [
        _Column(
            "Trading days to it",
            "fan_days",
            "IF($A{row}<=as_of,1,NETWORKDAYS(as_of,$A{row}-1,holidays)+1)",
            p.COUNT,
        ),
        _Column(
            "Premium, USD",
            "fan_premiums",
            premium if draft.has("premium_rate") else "0",
            p.EVEN_PRICE,
        ),
    ]
    cap = draft.has("cap_available")
    line = _Column(
        "Left under the cap, while it is in force",
        "fan_cap",
        "MAX(cap_amount-shares_issued,0)",
        p.SHARES,
    )
    if not model:
        found.append(_Column("Shares, certain", "fan_mean", _CERTAIN, p.SHARES))
        return [*found, line] if cap else found
    free = m.fan_call(draft, capped=False)
    names = ["Mean", *(f"{quantile} % quantile" for quantile in _QUANTILES)]
    for column, head in enumerate(names, _MEAN):
        shares = f"preferred_outstanding*INDEX({free},{{place}},{column})"
        name = "fan_mean" if column == _MEAN else f"fan_{_QUANTILES[column - _MEAN - 1]}"
        found.append(_Column(head, name, _before_start(draft, _CERTAIN, shares), p.SHARES))
    if cap:
        found.append(line)
    if draft.has("fixed_price"):
        chance = f"INDEX({free},{{place}},{_VARIABLE_CHANCE})"
        found.append(
            _Column(
                "Chance that the variable price is the lower",
                "fan_variable_chance",
                _before_start(draft, "0", chance),
                p.PERCENT,
            )
        )
    if cap:
        chance = f"INDEX({m.fan_call(draft, capped=True)},{{place}},{_CAP_CHANCE})"
        over = f"IF(ISNUMBER(cap_available),IF({_CERTAIN}>cap_available,1,0),0)"
        found.append(
            _Column(
                "Chance that the cap binds",
                "fan_cap_chance",
                _before_start(draft, over, chance),
                p.PERCENT,
            )
        )
    return found


def _before_start(draft: p.Draft, certain: str, uncertain: str) -> str:
    """Until the variable price starts, the fixed price alone counts."""
    if not draft.has("fixed_price"):
        return uncertain
    return "IF($A{row}<" + f"{start_of(draft)},{certain},{uncertain})"


def _bands(page: p.Page, first: int) -> dict[str, str]:
    """How high the bands of the chart are: the table's quantiles less the next lower ones."""
    page.sections.append(page.row)  # on paper they may begin a page
    page.headings(
        ("Bands of the chart", *(words for _, words, *_ in _BANDS)),
        right=range(p.VALUE, p.VALUE + len(_BANDS)),
    )
    start = page.row
    for row in range(first, first + _ROWS):
        page.put(p.LABEL, f"=$A{row}", "Date", p.DATE)
        for place, (_, _, upper, lower) in enumerate(_BANDS, p.VALUE):
            height = f"={upper}{row}-{lower}{row}" if lower else f"={upper}{row}"
            page.put(place, height, "Figure", p.SHARES)
        page.next()
    page.next()
    return {
        name: f"{page.sheet.title}!${letter}${start}:${letter}${start + _ROWS - 1}"
        for letter, (name, *_) in zip("BCDE", _BANDS, strict=True)
    }


def _chart(page: p.Page, cells: dict[str, str], row: int, *, model: bool) -> None:
    """A fan of bands between the quantiles, or a line where the shares are certain."""
    after, page.row = page.row, row
    axes = ("Conversion Date", "Shares")
    cap = []
    if "fan_cap" in cells:
        cap = [charts.Line("Left under the cap, while in force", cells["fan_cap"])]
    words = ", and what is left under the exchange cap" if cap else ""
    if model:
        bands = [charts.Line(words, cells[name]) for name, words, *_ in _BANDS]
        lines = [charts.Line("Median", cells["fan_50"]), charts.Line("Mean", cells["fan_mean"])]
        chart: ChartBase = charts.fan(
            "Dilution fan: shares for all preferred stock", axes, cells["fan_dates"], bands,
            [*lines, *cap],
        )  # fmt: skip
        alt = (
            "Shares for all preferred stock by Conversion Date: bands between their 5, 25, 75 and "
            f"95 % quantiles, their median and mean{words}."
        )
    else:
        line = charts.Line("Shares for all preferred stock", cells["fan_mean"])
        chart = charts.over_dates(
            "Shares for all preferred stock", axes, cells["fan_dates"], [line, *cap], up="#,##0"
        )
        alt = f"Shares for all preferred stock by Conversion Date, which are certain{words}."
    page.chart(chart, alt, rows=_CHART_ROWS, width=_CHART_WIDTH)
    page.row = after
