"""Blank books: they wait for their inputs, and filled in by hand they are the deal's book."""

from __future__ import annotations

import datetime as dt
import io
import math
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.blank import KEPT
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
RANGES = {
    f"{kind}_{what}"
    for kind in ("preferred", "warrants")
    for what in ("holders", "instruments", "held")
} | {"events", "cap_holdings"}
REGISTRATION = (
    *("registration_filed_on", "registration_effective_on", "unavailable_from", "unavailable_to"),
)
DEALS = sorted(path.parent.name for path in WORKBOOKS.glob("*/terms.toml"))


@pytest.fixture(params=DEALS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _blank(name: str) -> bytes:
    return build_book(read_deal(WORKBOOKS / name), blank=True)


def _named(book: Package, name: str) -> Any:
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


def test_a_blank_book_shows_nothing_but_what_is_missing(name: str) -> None:
    book = Package(_blank(name), "blank.xlsx")
    missing = _named(book, "to_fill")
    assert missing > 10
    assert _named(book, "verdict").startswith(f"{missing:g} inputs are still to be filled in")
    shown = load_workbook(io.BytesIO(book.data), data_only=True)
    formulas = load_workbook(io.BytesIO(book.data))
    allowed = {("Cover", "A3"), ("Terms", "E2")}
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and (sheet.title, cell.coordinate) not in allowed:
                    assert shown[sheet.title][cell.coordinate].value in {None, ""}, cell


def test_no_word_of_the_deal_is_left_among_its_terms(name: str) -> None:
    deal = read_deal(WORKBOOKS / name)
    sheet = load_workbook(io.BytesIO(_blank(name)))["Terms"]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for term in deal.terms.values():
        if term.name in KEPT:
            continue
        assert not term.words or term.words not in text, term.name


def _with_facts(blank: bytes, book: Package) -> bytes:
    """A blank book with the ranges filled in that the deal's ledger tells."""
    workbook = load_workbook(io.BytesIO(blank))
    filled = load_workbook(io.BytesIO(book.data))
    for fact in RANGES & set(workbook.defined_names):
        sheet, cells = workbook.defined_names[fact].attr_text.split("!")
        for row in workbook[sheet.strip("'")][cells.replace("$", "")]:
            for cell in row:
                cell.value = filled[cell.parent.title][cell.coordinate].value
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_filled_in_it_is_the_book_of_the_deal(name: str, tmp_path: Path) -> None:
    """Each input typed in, one after the other: then every figure is the deal book's."""
    deal = read_deal(WORKBOOKS / name)
    book = Package(build_book(deal), "book.xlsx")
    path = tmp_path / "blank.xlsx"
    path.write_bytes(_with_facts(_blank(name), book))
    sets = {term.name: term.value for term in deal.terms.values()}
    facts = {
        fact: _named(book, fact)
        for fact in ("shares_issued", "preferred_retired", *REGISTRATION)
        if fact in book.defined_names and fact not in sets
    }
    bids = deal.market.bids if len(deal.market.bids) else None
    outcome = refresh_book(path, Request(sets={**sets, **facts}, bids=bids, dry_run=True))
    assert outcome.good, outcome.troubles or outcome.failure
    assert str(outcome.outputs["verdict"]).startswith("All ")
    for figure in set(outcome.outputs) - {"bids_note", "to_fill"}:
        expected, found = _named(book, figure), outcome.outputs[figure]
        if isinstance(found, dt.date) or isinstance(expected, str):
            continue
        assert math.isclose(found, expected, rel_tol=1e-12), figure  # type: ignore[arg-type]  # a number
