"""Checks: each figure of our functions beside the native formula that must give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import page as p
from xlfuncs.books.style import mark_checks

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

NO_VALUE = "no value"
_WIDTHS: Final = (58, 22, 22, 15, 14, 36, 14)
_HEADS: Final = (
    *("Figure", "In the book", "Native formula", "Difference", "Allowed", "Name", "Check"),
)
_TRUTH: Final = '"TRUE";"TRUE";"FALSE"'  # for programs in which a truth is a number
OURS, NATIVE, DIFFERENCE, ALLOWED, NAME, CHECK = range(2, 8)


def write(draft: p.Draft, deal: Deal) -> None:  # noqa: ARG001  every sheet is written alike
    """Write the sheet; it comes after all sheets with figures."""
    page = p.Page(
        draft,
        "Checks",
        "Checks",
        "Each figure beside the native formula that proves it, and totals",
        _WIDTHS,
        labelled=draft.has("bids_note"),
        tab=p.PROOF,
    )
    write_totals(page)
    page.next()
    first = write_checks(page)
    page.sheet.freeze_panes = f"B{first}"
    page.sheet.auto_filter.ref = f"A{first - 1}:G{page.row - 1}"


def write_checks(page: p.Page) -> int:
    """Write the section of the figures and their native twins; gives back its first row."""
    draft, sheet = page.draft, page.sheet
    page.section("Figures and their native twins", columns=CHECK)
    page.headings(_HEADS, right=(OURS, NATIVE, DIFFERENCE, ALLOWED, CHECK))
    first, last = page.row, page.row + len(draft.twins) - 1
    for twin in draft.twins:
        _check(page, twin)
    for name, letter in (("checks", "G"), ("check_labels", "A"), ("check_names", "F")):
        draft.define(name, sheet.title, f"${letter}${first}:${letter}${last}")
    mark_checks(sheet, f"G{first}:G{last}")
    return first


def write_totals(page: p.Page) -> None:
    """Write how many checks there are, and how many fail."""
    page.section("In all", columns=CHECK)
    for name, label, formula in [
        ("checks_made", "Checks", "=ROWS(checks)"),
        ("checks_failed", "Checks that fail", "=COUNTIF(checks,FALSE)"),
        (
            "checks_without_value",
            "Checks of figures without a value",
            f'=COUNTIF(checks,"{NO_VALUE}")',
        ),
    ]:
        page.put(p.LABEL, label, "Label")
        reference = page.put(p.VALUE, formula, "Key figure", p.COUNT)
        page.put(NAME, name, "Name")
        page.draft.define(name, page.sheet.title, reference)
        page.next()


def _check(page: p.Page, twin: p.Twin) -> None:
    row = page.row
    page.put(p.LABEL, twin.label, "Label")
    page.put(OURS, f"={twin.name}", "Figure", twin.cell_format)
    page.put(NATIVE, f"={twin.formula}", "Figure", twin.cell_format)
    difference = f'=IF(ISNUMBER(B{row}),IFERROR(B{row}-C{row},"none"),"none")'
    page.put(DIFFERENCE, difference, "Figure", "0.0E+00;-0.0E+00;0")
    page.put(ALLOWED, twin.tolerance, "Figure", "0.0E+00;-0.0E+00;0")
    page.put(NAME, twin.name, "Name")
    same = f"EXACT(B{row},C{row})"
    if twin.tolerance is not None:
        same = f"IF(ISNUMBER(B{row}),ABS(B{row}-C{row})<=E{row},{same})"
    check = f'=IF(ISERROR(B{row}),"{NO_VALUE}",IFERROR({same},FALSE))'
    page.put(CHECK, check, "Figure", _TRUTH)
    page.next()
