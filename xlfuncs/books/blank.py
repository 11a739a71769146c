"""A book of a deal's kind with its inputs blank, to be filled in by hand in a spreadsheet.

Every formula is there and shows nothing until the last input is filled in; the cover and the
sheet Terms say how many are missing. What the parties agree on everywhere is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.books import page as p

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell

    from xlfuncs.deal.reading import Deal

TO_FILL: Final = "to_fill"
# Conventions rather than terms: days and trading days of a year, no dividend.
KEPT: Final = {"premium_days_in_year", "days_in_year", "days_in_month", "annualisation",
                "dividend_yield"}  # fmt: skip
# Of what the book lists by holder, the columns without which it computes nothing.
_NEEDED: Final = ("preferred_holders", "preferred_held", "warrants_holders", "warrants_held")
_OF_THE_MARKET: Final = ("bid_dates", "closing_bids", "volumes")
_MISSING: Final = '[=0]"every input is filled in";0" inputs are still to be filled in"'
_PLACE: Final = (2, p.NAME)  # of the number of missing inputs, on the sheet Terms


def make_blank(draft: p.Draft, deal: Deal) -> None:
    """Empty a draft's inputs, and let its formulas wait for them.

    Args:
        draft: the book, all its sheets written.
        deal: the deal that it is made of.
    """
    for name in deal.terms:
        if name not in KEPT:
            _blank_term(draft, name)
    for name in (*_OF_THE_MARKET, *draft.facts):
        for cell in _cells(draft, name) if draft.has(name) else ():
            cell.value = None
    if draft.has("bids_note"):
        for cell in _cells(draft, "bids_note"):
            cell.value = "say here where the bids are from"
            cell.style = "Entry text"
    for formula in list(draft.formulas()):
        _let_wait(formula)
    _count_missing(draft, deal)
    _retitle(draft)


def _cells(draft: p.Draft, name: str) -> Iterator[Any]:
    sheet, _, cells = draft.names[name].rpartition("!")
    found = draft.workbook[sheet.strip("'")][cells.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    for row in rows:
        yield from row if isinstance(row, tuple) else (row,)


def _blank_term(draft: p.Draft, name: str) -> None:
    """A term without its value; where it stands and its words are inputs now."""
    for cell in _cells(draft, name):
        cell.value = None
        cell.comment = None
        for column in (p.SOURCE, p.NOTE):
            place = cell.parent.cell(cell.row, column)
            place.value = None
            place.style = "Entry text"


def _let_wait(cell: Cell) -> None:
    """A formula that shows nothing while an input is missing."""
    if isinstance(cell.value, ArrayFormula):
        text = str(cell.value.text).removeprefix("=")
        cell.value.text = f'=IF({TO_FILL}>0,"",{text})'
    else:
        text = str(cell.value).removeprefix("=")
        cell.value = f'=IF({TO_FILL}>0,"",{text})'


def _count_missing(draft: p.Draft, deal: Deal) -> None:
    """How many inputs are blank, on the sheet Terms, and in words on the cover."""
    rows = sorted(next(_cells(draft, name)).row for name in deal.terms)
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    counts = [f"COUNTBLANK($B${first}:$B${last})" for first, last in runs]
    if draft.has("closing_bids"):
        counts.append("IF(COUNT(closing_bids)=0,1,0)")
    counts += [f"COUNTBLANK({name})" for name in _NEEDED if draft.has(name)]
    row, column = _PLACE
    page = draft.page("Terms")
    reference = page.put(column, f"={'+'.join(counts)}", "As of", _MISSING, row)
    draft.define(TO_FILL, "Terms", reference)
    sheets = ["Terms"]
    sheets += ["Market"] if draft.has("closing_bids") else []
    sheets += ["Capitalisation"] if any(draft.has(name) for name in _NEEDED) else []
    verdict = next(_cells(draft, "verdict"))
    where = " and ".join(", ".join(sheets).rsplit(", ", 1))
    waiting = f'{TO_FILL}&" inputs are still to be filled in: blue, on {where}"'
    verdict.value = str(verdict.value).replace('"",', f"{waiting},", 1)


def _retitle(draft: p.Draft) -> None:
    """The name of the deal is an input too."""
    cover = draft.page("Cover").sheet
    cover["A1"].value, cover["A1"].style = "Name of the deal", "Entry title"
    cover["A2"].value, cover["A2"].style = "Parties", "Entry text"
