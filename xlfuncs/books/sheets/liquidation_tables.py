"""The liquidation waterfall over proceeds: what each class gets, and when conversion pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from openpyxl.utils import get_column_letter

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.tables import even_step, scaled, step_number
from xlfuncs.clauses.liquidation import liquidation_waterfall
from xlfuncs.units import MoneyAboveZero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.books.sheets.liquidation import Class
    from xlfuncs.deal.reading import Deal

_STEP: Final[object] = get_args(MoneyAboveZero)[1]
_ROWS: Final = 13  # from nothing on, in twelve steps
_CHART_ROWS: Final = 16
_BEYOND: Final = 1.5  # how far beyond what matters the last row is to be
_CENT: Final = 0.005


def write_proceeds(page: p.Page, deal: Deal, classes: Sequence[Class]) -> None:
    """Payments to each class over the proceeds: the chart, and under it the table."""
    page.section("Payments to each class, by the proceeds")
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    face = scaled(deal, "preferred_shares", "face_amount")
    series = sum(1 for one in classes if one.preference)
    _step(page, "proceeds_step", face * series * _BEYOND)
    places = range(1, len(classes) + 1)
    heads = [f"=INDEX(class_names,{place})" for place in places]
    heads = ["Proceeds, USD", *heads, "Common stock"]
    page.headings(heads, right=range(p.VALUE, len(heads) + 1))
    first, last = page.row, page.row + _ROWS - 1
    columns = range(p.VALUE, p.VALUE + len(classes) + 1)
    for row in range(first, last + 1):
        number = step_number(first, row, 0)
        page.put(p.LABEL, f"=proceeds_step*{number}", "Date", p.WHOLE_MONEY)
        call = f.call(liquidation_waterfall, assets=f"$A{row}")
        for place, column in enumerate(columns, 1):
            page.put(column, f"=INDEX({call},{place},1)", "Figure", p.WHOLE_MONEY)
        page.next()
    letters = [get_column_letter(column) for column in columns]
    page.put(p.LABEL, "All rows: proceeds not paid to anyone", "Total label")
    paid = f"{letters[0]}{first}:{letters[-1]}{last}"
    unpaid = page.put(p.VALUE, f"=SUM($A{first}:$A{last})-SUM({paid})", "Total", p.MONEY)
    for column in range(p.UNIT, p.NOTE + 1):
        page.put(column, None, "Total label")
    page.draft.define("proceeds_unpaid", page.sheet.title, unpaid)
    label = "In every row of the table all proceeds are paid"
    page.check("proceeds_unpaid", label, "0", p.MONEY, _CENT)
    page.next(2)
    cells = f"Liquidation!${{0}}${first}:${{0}}${last}"
    labels = [*(one.label for one in classes), "Common stock"]
    chart = charts.stacked_bars(
        "Payments to each class",
        ("Proceeds, USD", "USD paid"),
        cells.format("A"),
        [
            charts.Line(label, cells.format(letter))
            for label, letter in zip(labels, letters, strict=True)
        ],
    )
    chart.y_axis.number_format = "#,##0"
    after, page.row = page.row, chart_row
    page.chart(
        chart,
        "A bar for each amount of proceeds, parted by the classes that it pays: those before the "
        "preferred stock at the bottom, the common stock at the top.",
        rows=_CHART_ROWS,
    )
    page.row = after


def write_conversion(page: p.Page, deal: Deal, classes: Sequence[Class]) -> None:
    """A preferred share kept and converted over the proceeds: the chart, and the table."""
    page.section("A preferred share kept or converted, by the proceeds")
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    bids = deal.market.bids.closing_bids
    worth = scaled(deal, "shares_outstanding") * (bids[-1] if bids else 1.0)
    face = scaled(deal, "preferred_shares", "face_amount")
    _step(page, "sale_step", (worth + 2 * face) * _BEYOND)
    heads = ("Proceeds, USD", "Kept, USD", "Converted, USD", "A common share then, USD")
    page.headings((*heads, "Worth more", ""), right=range(p.VALUE, p.NOTE))
    first, last = page.row, page.row + _ROWS - 1
    place = [one.name for one in classes].index("preferred") + 1
    for row in range(first, last + 1):
        number = step_number(first, row, 0)
        page.put(p.LABEL, f"=sale_step*{number}", "Date", p.WHOLE_MONEY)
        call = f.call(liquidation_waterfall, assets=f"$A{row}")
        kept = f"=IF(preferred_outstanding=0,0,INDEX({call},{place},1)/preferred_outstanding)"
        page.put(p.VALUE, kept, "Figure", p.MONEY)
        page.put(
            p.UNIT,
            f"=IF(preferred_outstanding=0,0,$D{row}*wanted_shares/preferred_outstanding)",
            "Figure",
            p.MONEY,
        )
        common = f"=MAX($A{row}-other_preferences,0)/(shares_outstanding+wanted_shares)"
        page.put(p.SOURCE, common, "Figure", p.EVEN_PRICE)
        words = f'=IF($C{row}>$B{row},"to convert",IF($C{row}=$B{row},"the same","to keep"))'
        page.put(p.NAME, words, "Figure")
        page.next()
    page.next()
    cells = f"Liquidation!${{0}}${first}:${{0}}${last}"
    chart = charts.over_numbers(
        "What a preferred share is paid",
        ("Proceeds, USD", "USD a preferred share"),
        cells.format("A"),
        [
            charts.Line("Preference kept", cells.format("B")),
            charts.Line("Converted into common stock", cells.format("C")),
        ],
    )
    after, page.row = page.row, chart_row
    page.chart(
        chart,
        "What a preferred share is paid over the proceeds: with its preference kept it is level "
        "once the proceeds suffice; converted it rises with them and overtakes.",
        rows=_CHART_ROWS,
    )
    page.row = after


def _step(page: p.Page, name: str, reach: float) -> None:
    page.headings()
    page.entry(
        name,
        "Step from one row to the next",
        even_step(reach / (_ROWS - 1)),
        p.WHOLE_MONEY,
        unit="USD",
        note="The table begins with nothing and goes up in such steps.",
        bounds=_STEP,
    )
