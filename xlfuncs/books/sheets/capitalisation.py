"""Capitalisation: who owns how much, now, after conversion, and fully diluted.

The tables of the answer stand above those that they are made of, which are written first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openpyxl.utils import get_column_letter

from xlfuncs.books import charts
from xlfuncs.books import page as p
from xlfuncs.books.sheets import capital_blocks, capital_limits
from xlfuncs.books.sheets.capital_blocks import COLUMNS, PERCENT, SHARES, WIDTHS, Row
from xlfuncs.books.sheets.holdings import Held, held_in

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

SHEET: Final = "Capitalisation"
PUBLIC: Final = "Public: all other holders"
_COMMON: Final = "Common stock"
_CHART_ROWS: Final = 17
_LEFT_WIDTH, _RIGHT_WIDTH = 20.8, 18.0  # centimetres
_NOW: Final = 3  # the column of what is held now; the other stages follow


class _Stage(NamedTuple):
    """A point at which the shares are counted.

    Attributes:
        name: what its figures are called.
        head: the heading of its columns.
        base: the stage that it adds to; -1 for none.
        part: which cells of the rows below it adds.
    """

    name: str
    head: str
    base: int
    part: str


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        SHEET,
        SHEET,
        "Ownership, now and diluted",
        WIDTHS,
        labelled=draft.has("bids_note"),
        as_of_column=2,
    )
    held = held_in(deal)
    if not draft.has("conversion_price"):
        held = held._replace(preferred=[])
    stages = _stages(draft, held)
    investor = deal.terms.heading.investor
    common = [PUBLIC, investor] if draft.has("shares_held") and investor else [PUBLIC]
    names = [*common, *(one.holder for one in held.preferred)]
    names += [one.holder for one in held.warrants]
    names += [capital_blocks.OPTION_HOLDER] if held.options else []
    holders = list(dict.fromkeys(names))
    top = page.row
    middle = top + _CHART_ROWS + len(holders) + 9
    sections = len(page.sections)
    page.row = middle + len(names) + 5
    rows = capital_blocks.write(page, deal, held)
    if held.preferred:
        capital_limits.write(page, deal, held, [row for row in rows if row.converted])
    after, page.row = page.row, middle
    places = _by_instrument(page, stages, common, rows)
    page.row = top
    _by_holder(page, stages, holders, investor, places)
    _notes(page, deal, stages)
    page.row = after
    page.sections[sections:] = sorted(page.sections[sections:])
    page.sheet.freeze_panes = "C4"


def _stages(draft: p.Draft, held: Held) -> list[_Stage]:
    """The stages that the deal has."""
    found = [_Stage("now", "Now", -1, "now")]
    if held.preferred:
        found.append(_Stage("converted", "After conversion", 0, "converted"))
        found.append(_Stage("within_limits", "Converted within the limits", 0, "within"))
    if held.warrants or held.options:
        base = 1 if held.preferred else 0
        found.append(_Stage("diluted", "Fully diluted, exercised for cash", base, "cash"))
        if draft.has("market_price") or draft.has("stock_price"):
            found.append(_Stage("diluted_cashless", "Fully diluted, cashless", base, "cashless"))
    return found


class _Places(NamedTuple):
    """The rows of the table by instrument: the first, the last, and the first of each holder."""

    first: int
    last: int
    of_holder: dict[str, int]


def _heads(page: p.Page, first: tuple[str, str], stages: list[_Stage]) -> int:
    """Headings of shares and of parts of the whole; gives back the first column of the latter."""
    parts = _NOW + len(stages)
    for column in range(1, COLUMNS + 1):
        over = {_NOW: "Shares", parts: "Parts of the whole"}.get(column)
        page.put(column, over, "Head over")
    page.next()
    heads = [*first, *(stage.head for stage in stages), *(stage.head for stage in stages)]
    page.headings([*heads, *[""] * (COLUMNS - len(heads))], right=range(_NOW, len(heads) + 1))
    page.sheet.row_dimensions[page.row - 1].height = 43
    return parts


def _by_instrument(
    page: p.Page, stages: list[_Stage], common: list[str], rows: list[Row]
) -> _Places:
    draft = page.draft
    page.section("By instrument: shares of common stock, and parts of the whole", columns=COLUMNS)
    parts = _heads(page, ("Holder", "Instrument"), stages)
    first = page.row
    every = [Row(name, name, _COMMON) for name in common] + rows
    last = first + len(every) - 1
    of_holder: dict[str, int] = {}
    cell_of = {row.holder: row.cell for row in reversed(rows)}
    for place, row in enumerate(every):
        of_holder.setdefault(row.holder, page.row)
        name = row.cell
        if row.holder in cell_of:
            name = cell_of[row.holder] if place < len(common) else row.cell
        page.put(1, name, "Label")
        page.put(2, row.instrument, "Small label" if place >= len(common) else "Label")
        now = "=0"
        if place < len(common):
            named = f"$C${first + 1}:$C${first + len(common) - 1}"
            rest = f"-SUM({named})" if len(common) > 1 else ""
            now = "=shares_held" if place else f"=shares_outstanding{rest}"
        for number, stage in enumerate(stages):
            part = getattr(row, stage.part)
            base = f"${get_column_letter(_NOW + max(stage.base, 0))}{page.row}"
            formula = f"={base}+{part}" if part else f"={base}"
            page.put(_NOW + number, formula if number else now, "Figure", SHARES)
        _percents(page, stages, parts, last + 1)
        page.next()
    page.put(1, "All", "Total label")
    page.put(2, None, "Total label")
    for number, stage in enumerate(stages):
        letter = get_column_letter(_NOW + number)
        total = page.put(_NOW + number, f"=SUM({letter}{first}:{letter}{last})", "Total", SHARES)
        name = f"shares_{stage.name}"
        draft.define(name, SHEET, total)
        draft.figures.append(p.Formula(name, f"All shares: {stage.head}", f"={total}"))
    _percents(page, stages, parts, last + 1, style="Total")
    page.next()
    label = "All shares now: those outstanding"
    page.check("shares_now", label, "shares_outstanding", p.SHARES)
    return _Places(first, last, of_holder)


def _percents(
    page: p.Page, stages: list[_Stage], parts: int, total: int, style: str = "Figure"
) -> None:
    for number in range(len(stages)):
        letter = get_column_letter(_NOW + number)
        formula = f"={letter}{page.row}/{letter}${total}"
        page.put(parts + number, formula, style, PERCENT)


def _by_holder(
    page: p.Page, stages: list[_Stage], holders: list[str], investor: str, places: _Places
) -> None:
    draft = page.draft
    page.section("By holder: shares of common stock, and parts of the whole", columns=COLUMNS)
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    parts = _heads(page, ("Holder", ""), stages)
    first, last = page.row, page.row + len(holders) - 1
    names = f"$A${places.first}:$A${places.last}"
    for holder in holders:
        page.put(1, f"=$A${places.of_holder[holder]}", "Label")
        page.put(2, None, "Label")
        for number in range(len(stages)):
            letter = get_column_letter(_NOW + number)
            cells = f"{letter}${places.first}:{letter}${places.last}"
            page.put(
                _NOW + number, f"=SUMPRODUCT(({names}=$A{page.row})*{cells})", "Figure", SHARES
            )
        _percents(page, stages, parts, last + 1)
        if holder == investor:
            _name_parts(page, stages, parts)
        page.next()
    page.put(1, "All", "Total label")
    page.put(2, None, "Total label")
    for number, stage in enumerate(stages):
        letter = get_column_letter(_NOW + number)
        total = page.put(_NOW + number, f"=SUM({letter}{first}:{letter}{last})", "Total", SHARES)
        name = f"holders_{stage.name}"
        draft.define(name, SHEET, total)
        label = f"All holders: {stage.head}"
        page.check(name, label, f"shares_{stage.name}", p.SHARES, 1e-6)
    _percents(page, stages, parts, last + 1, style="Total")
    after, page.row = page.row + 1, chart_row
    _charts(page, stages, parts, (first, last), places)
    page.row = after


def _name_parts(page: p.Page, stages: list[_Stage], parts: int) -> None:
    """The investor's part of the whole at each stage has a name."""
    for number, stage in enumerate(stages):
        cell = f"${get_column_letter(parts + number)}${page.row}"
        page.draft.define(f"investor_part_{stage.name}", SHEET, cell)


def _charts(
    page: p.Page, stages: list[_Stage], parts: int, holders: tuple[int, int], places: _Places
) -> None:
    """The parts of the whole that the public has not: by holder, and by instrument."""
    start, end = get_column_letter(parts), get_column_letter(parts + len(stages) - 1)
    head = holders[0] - 1
    heads = f"{SHEET}!${start}${head}:${end}${head}"
    for first, last, letter, by, width, column in (
        (*holders, "A", "holder", _LEFT_WIDTH, 1),
        (places.first, places.last, "B", "instrument", _RIGHT_WIDTH, 6),
    ):
        bars = [
            charts.Line(f"={SHEET}!${letter}${row}", f"{SHEET}!${start}${row}:${end}${row}")
            for row in range(first + 1, last + 1)
        ]
        if not bars:
            continue
        chart = charts.stacked_bars(
            f"Parts of all shares that the public does not hold, by {by}",
            ("Shares counted", "Part of all shares"),
            heads,
            bars,
        )
        chart.y_axis.number_format = "0%"
        page.chart(
            chart,
            f"The part of all shares of common stock in other hands than the public's, by {by}: "
            "now, after conversion of all preferred stock, and fully diluted.",
            column=column,
            rows=_CHART_ROWS,
            width=width,
        )


def _notes(page: p.Page, deal: Deal, stages: list[_Stage]) -> None:
    """What the tables rest on."""
    if deal.terms["shares_outstanding"].assumption:
        text = "The shares outstanding are an assumption of the sheet Terms: no document has them."
        capital_blocks.words(page, 1, text)
        page.next()
    if any(stage.name.startswith("diluted") for stage in stages):
        text = (
            "Fully diluted counts all warrants and options, exercisable already or not, and no "
            "limit on conversion or exercise. Cashless: the shares of a cashless exercise at the "
            "Market Price, which are also those of the treasury stock method."
        )
        capital_blocks.words(page, 1, text)
        page.next()
    page.next()


__all__ = ["SHARES", "write"]
