"""The list of terms: whole, without a second account of what a function's card says."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from xlfuncs.about import CARDS
from xlfuncs.books.deal_book import draft_book
from xlfuncs.deal.reading import read_deal
from xlfuncs.deal.terms import UNITS
from xlfuncs.drafting.offered import _resolved, needed_for, offered, plain_name
from xlfuncs.drafting.subjects import SUBJECTS, Listed, Subject, subject
from xlfuncs.errors import CardError

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
DEALS = ("bogues_2004", "fixed_2024", "floating_2025", "valence_1998")
ARGUMENTS = {
    argument.name: argument for made in reversed(CARDS) for argument in reversed(made.arguments)
}
# Terms that no function and no sheet uses: they stand in the first deal's documents.
UNUSED = {"series_b_purchase_price"}


@pytest.mark.parametrize("folder", DEALS)
def test_every_term_of_a_deal_is_offered_with_its_unit(folder: str) -> None:
    terms = read_deal(WORKBOOKS / folder).terms
    prefixes = [one.prefix for one in terms.heading.instruments]
    for name, term in terms.items():
        if name not in UNUSED:
            assert offered()[plain_name(name, prefixes)].unit == term.unit, name


@pytest.mark.parametrize("folder", ["bogues_2004", "valence_1998"])
def test_every_term_that_a_sheet_uses_is_offered(folder: str) -> None:
    """Formulas of figures and of their native twins speak of terms by name."""
    deal = read_deal(WORKBOOKS / folder)
    with ZipFile(BytesIO(draft_book(deal))) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        text = " ".join(book.read(name).decode() for name in sheets)
    formulas = " ".join(re.findall(r"<f[^>]*>([^<]*)</f>", text))
    used = set(re.findall(r"[a-z]\w+", formulas)) & set(deal.terms)
    assert len(used) > 10
    # A term of another series carries the prefix of its instrument, and is offered without it.
    prefixes = [one.prefix for one in deal.terms.heading.instruments]
    assert {plain_name(name, prefixes) for name in used} <= set(offered())


def test_no_term_stands_twice_and_none_is_lost() -> None:
    content = tomllib.loads(files("xlfuncs.drafting").joinpath("subjects.toml").read_text("utf-8"))
    listed = [one.name for part in SUBJECTS for one in part.terms]
    assert len(set(listed)) == len(listed) == len(offered())
    assert set(content["term"]) <= set(listed)
    assert len({part.title for part in SUBJECTS}) == len(SUBJECTS)


@pytest.mark.parametrize("part", SUBJECTS, ids=[part.title for part in SUBJECTS])
def test_a_subject_names_terms_and_functions_that_there_are(part: Subject) -> None:
    assert {*part.brought_by, *part.needs} <= set(offered())
    assert set(part.functions) <= {made.name for made in CARDS}
    assert set(part.brought_by) <= {one.name for one in part.terms}
    assert part.brings.endswith(".")
    # What brings a subject and cannot be left out is needed; what may be left out is not.
    for one in part.terms:
        assert not (one.optional and one.name in needed_for(part)), one.name


def test_what_a_card_says_is_read_from_it() -> None:
    for name, term in offered().items():
        told = next(one for one in term.subject.terms if one.name == name)
        if told.meaning:
            continue
        argument = ARGUMENTS[name.removeprefix(term.subject.prefix)]
        assert term.meaning == argument.help.rstrip("."), name
        if not told.unit and term.unit not in {"date", "date and time"}:
            assert UNITS[term.unit] == argument.unit, name


def test_what_a_subject_needs() -> None:
    assert needed_for(subject("Fixed price")) == ("stated_price",)
    assert needed_for(subject("Variable price")) == (
        *("lookback_days", "lowest_count", "price_multiple"),
    )
    assert {"opens", "expiry_date", "risk_free_rate"} <= set(needed_for(subject("Warrants")))
    with pytest.raises(KeyError):
        subject("Convertible notes")


def test_a_term_that_nothing_tells_of_cannot_be_offered() -> None:
    lost = Subject("Lost", "Nothing.", (Listed("no_such_argument"),))
    with pytest.raises(CardError, match="no_such_argument is offered as a term"):
        _resolved("no_such_argument", lost)


def test_a_name_without_its_prefix() -> None:
    assert plain_name("agent_opens", ["", "agent_"]) == "agent_opens"  # offered as it is
    assert plain_name("agent_volatility", ["", "agent_"]) == "volatility"
    assert plain_name("series_a_b_opens", ["series_a_", "series_a_b_"]) == "opens"
