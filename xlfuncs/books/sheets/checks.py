"""Checks: each figure of our functions beside the native formula that must give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfuncs.books import page as p
from xlfuncs.books.style import mark_checks

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

NO_VALUE = "no value"
_WIDTHS = (50, 20, 20, 14, 36, 14)
_HEADS = ("Figure", "Our function", "Native formula", "Difference", "Name", "Check")


def write(draft: p.Draft, deal: Deal) -> None:  # noqa: ARG001  every sheet is written alike
    """Write the sheet; it comes after all sheets with figures."""
    page = p.Page(
        draft,
        "Checks",
        "Checks",
        "Each figure of ours beside the native formula that proves it",
        _WIDTHS,
        labelled="bids_note" in draft.names,
    )
    page.section("Figures and their native twins")
    page.headings(_HEADS, right=(p.VALUE, p.UNIT, p.SOURCE, p.NOTE))
    first = page.row
    for twin in draft.twins:
        _check(page, twin)
    last = page.row - 1
    page.next()
    column = f"$F${first}:$F${last}"
    draft.define("checks", "Checks", column)
    mark_checks(page.sheet, column.replace("$", ""))
    page.section("In all")
    for name, label, formula in [
        ("checks_made", "Checks", "=ROWS(checks)"),
        ("checks_failed", "Checks that fail", "=COUNTIF(checks,FALSE)"),
        (
            "checks_without_value",
            "Checks of figures without a value",
            f'=COUNTIF(checks,"{NO_VALUE}")',
        ),
    ]:
        page.figure(name, label, formula, p.COUNT)
    page.sheet.freeze_panes = f"B{first}"


def _check(page: p.Page, twin: p.Twin) -> None:
    row = page.row
    page.put(p.LABEL, twin.label, "Label")
    page.put(p.VALUE, f"={twin.name}", "Figure", twin.cell_format)
    page.put(p.UNIT, f"={twin.formula}", "Figure", twin.cell_format)
    difference = f'=IF(ISNUMBER(B{row}),IFERROR(B{row}-C{row},"none"),"none")'
    page.put(p.SOURCE, difference, "Figure", "0.0E+00;-0.0E+00;0")
    page.put(p.NAME, twin.name, "Name")
    same = f"EXACT(B{row},C{row})"
    if twin.tolerance is not None:
        same = f"IF(ISNUMBER(B{row}),ABS(B{row}-C{row})<={twin.tolerance!r},{same})"
    page.put(
        p.NOTE,
        f'=IF(ISERROR(B{row}),"{NO_VALUE}",IFERROR({same},FALSE))',
        "Figure",
    )
    page.next()
