"""Clauses: each figure of the book with its section, the operative words, and the reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openpyxl.worksheet.hyperlink import Hyperlink

from xlfuncs.about import CARDS
from xlfuncs.books import page as p
from xlfuncs.register import read_register

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlfuncs.card import Card
    from xlfuncs.deal.reading import Deal

_WIDTHS: Final = (30, 25, 29, 28, 52, 38)
_HEADS: Final = ("Figure", "Name", "Function", "Where it stands", "Operative words", "Reading")
_FAULT_HEADS: Final = ("What is wrong", "Number", "", "Where it stands", "", "The reading taken")
_LETTERS: Final = 1.4  # letters of the small kind in the width of an ordinary one, words whole
_LINE: Final = 12.0
_OURS: Final = re.compile(r"\b(XLF_[A-Z_]+)\(")
_ABOUT: Final = "XLF_VERSION"


class _Use(NamedTuple):
    """A function where the book calls it: the figure's label, and its name or the cell."""

    label: str
    name: str
    made: Card


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet; it comes after all sheets with figures."""
    page = p.Page(
        draft,
        "Clauses",
        "Clauses",
        "Each figure, its section, the operative words and the reading taken",
        _WIDTHS,
        tab=p.PROOF,
    )
    page.section("Figures computed by the functions", columns=len(_WIDTHS))
    page.headings(_HEADS, right=())
    first = page.row
    for use in _uses(draft):
        made = use.made
        texts = (made.worksheet_name, made.citation, made.words, made.reading)
        _row(page, use.label, use.name, texts, link=True)
    page.next()
    documents = {name for one in deal.terms.heading.documents for name in _names_of(one.name)}
    faults = [one for one in read_register().faults if one.document in documents]
    if faults:
        page.section("Faults in the drafting of the documents", columns=len(_WIDTHS))
        page.headings(_FAULT_HEADS, right=())
        for fault in faults:
            places = "; ".join(f"{one.document}, {one.section}" for one in fault.sources)
            texts = ("", places, "", fault.reading or fault.why)
            _row(page, fault.text, fault.number, texts)
    page.sheet.freeze_panes = f"B{first}"


def _names_of(document: str) -> Iterator[str]:
    """A document's name in a deal, and in the register, where both warrants are one."""
    yield document
    if document.endswith("Warrant"):
        yield "Warrant"


def _uses(draft: p.Draft) -> Iterator[_Use]:
    """Every named figure with a function, then the functions that tables alone call."""
    cards = {made.worksheet_name: made for made in CARDS}
    told = {_ABOUT}
    for figure in draft.figures:
        for name in dict.fromkeys(_OURS.findall(figure.formula)):
            told.add(name)
            yield _Use(figure.label, figure.name, cards[name])
    for cell in draft.formulas():
        for name in dict.fromkeys(_OURS.findall(p.formula_of(cell))):
            if name not in told:
                told.add(name)
                sheet = cell.parent.title
                place = f"{sheet}!{cell.coordinate}"
                yield _Use(f"Table on the sheet {sheet}", place, cards[name])


def _row(page: p.Page, label: str, name: str, texts: Sequence[str], *, link: bool = False) -> None:
    page.put(p.LABEL, label, "Small label")
    page.put(p.VALUE, name, "Link" if link else "Name")
    if link:
        cell = page.sheet.cell(page.row, p.VALUE)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=name, tooltip=f"Go to {name}")
        cell.style = "Link"
    for column, text in enumerate(texts, p.UNIT):
        page.put(column, text or None, "Small")
    lines = 1
    for text, width in zip((label, name, *texts), _WIDTHS, strict=True):
        lines = max(lines, -(-len(text) // int(width * _LETTERS)))
    page.sheet.row_dimensions[page.row].height = lines * _LINE + 3
    page.next()
