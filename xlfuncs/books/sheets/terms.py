"""Terms: every term of the deal with its citation, then the assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import page as p
from xlfuncs.deal.terms import UNITS
from xlfuncs.kinds import Day

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal
    from xlfuncs.deal.terms import Term

_FORMATS: Final = {
    "date": p.DATE,
    "date and time": p.DATE_TIME,
    "price": p.PRICE,
    "money": p.MONEY,
    "face amount": p.MONEY,
    "shares": p.SHARES,
    "shares outstanding": p.SHARES,
    "whole shares": p.SHARES,
    "count": p.COUNT,
    "working days": p.GENERAL,
    "text": p.TEXT,
}
_UNIT_WORDS: Final = {"price": "USD a share", "money": "USD", "face amount": "USD a share"}


def label(name: str) -> str:
    """A term's name as a person reads it.

    >>> label("series_a_closing_date")
    'Series A closing date'
    """
    words = name.replace("_", " ")
    words = words.replace("series a ", "Series A ").replace("series b ", "Series B ")
    return words[:1].upper() + words[1:]


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    subtitle = "Every term with its words; inputs are blue"
    page = p.Page(draft, "Terms", "Terms", subtitle, tab=p.INPUTS)
    terms = list(deal.terms.values())
    as_of = [term for term in terms if term.name == "as_of"]
    stated = [term for term in terms if not term.assumption]
    assumed = [term for term in terms if term.assumption and term.name != "as_of"]
    _group(page, "Date of this book", as_of)
    documents: dict[str, list[Term]] = {}
    for term in stated:
        documents.setdefault(term.source.split(", ")[0], []).append(term)
    for document, group in documents.items():
        _group(page, document, group)
    _group(page, "Assumptions: not in the documents, to be replaced by whoever uses them", assumed)
    page.sheet.freeze_panes = "B4"


def _group(page: p.Page, title: str, terms: list[Term]) -> None:
    if not terms:
        return
    page.section(title)
    page.headings()
    for term in terms:
        write_term(page, term)
    page.next()


def write_term(page: p.Page, term: Term) -> None:
    """Write a term as an input, with its unit, its citation and its words."""
    unit = UNITS[term.unit]
    note = " ".join(filter(None, (f"“{term.words}”" if term.words else "", term.reason, term.note)))
    page.entry(
        term.name,
        label(term.name),
        term.value,
        _FORMATS.get(term.unit, p.PERCENT),
        unit=_UNIT_WORDS.get(term.unit, term.unit),
        source="Assumption" if term.assumption else term.source,
        note=note,
        bounds=Day() if term.unit in {"date", "date and time"} else unit,
    )
