"""The register: register, catalogue and docstrings say the same of every clause."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from xlfuncs import about, catalogue
from xlfuncs.clauses.deadlines import CLOCKS
from xlfuncs.cli.main import main
from xlfuncs.docstring import Source
from xlfuncs.register import DOCUMENTS, Entry, Status, read_register, register_from

if TYPE_CHECKING:
    from xlfuncs.card import Argument, Card

REGISTER = read_register()
ENTRIES = REGISTER.entries
CARDS = {made.name: made for made in about.CARDS}

# What entries name and is not there yet. It is emptied as it comes; nothing goes missing silently.
NOT_THERE_YET: set[str] = set()

# Functions an entry names whose card cites another clause, and why that is right.
CITED_ELSEWHERE: dict[tuple[str, str], str] = {}

# The default of every argument that takes a reading, or a convention the documents leave open.
DEFAULTS: dict[str, object] = {
    "anti_dilution_exercise_price.carry": "additive",
    "anti_dilution_exercise_price.test": "unrounded",
    "anti_dilution_ledger.carry": "additive",
    "anti_dilution_ledger.round_splits": "yes",
    "anti_dilution_ledger.test": "unrounded",
    "black_scholes_amount.days_in_year": 365,
    "black_scholes_amount.dividend_yield": 0.0,
    "black_scholes_amount.rate_basis": "continuous",
    "conversion_default_payment.include_cure_day": False,
    "conversion_default_payment.premium_mode": "once",
    "historical_volatility.annualisation": 252.0,
    "historical_volatility.mean": "sample",
    "prorated_salary.days_in_year": 365,
    "registration_penalty.days_in_month": 30,
    "registration_penalty.months": "days",
    "split_adjusted_price.round_splits": "yes",
}
# Arguments that have a default and take no reading: amounts, and the warrant's own 1 %.
NO_READING = {
    "anti_dilution_exercise_price.carried_forward",
    "anti_dilution_ledger.carried_forward",
    "anti_dilution_exercise_price.minimum_adjustment",
    "anti_dilution_ledger.minimum_adjustment",
}

# Each reading decided for the product: the entry that states it, and a word of it.
DECIDED = {
    "premium days": ("7", "10 February 1999 is N = 54"),
    "shares": ("9", "whole Notice of Conversion"),
    "redemption": ("31", "one share"),
    "default payment": ("22", "Calendar days after the fifth business day; the cure day is not"),
    "default payment, Premium": ("22", "the Premium once"),
    "fraction of a warrant share": ("52", "Market Price"),
    "fraction of a warrant share, 1(d)": ("51", "giving the Exercise Price"),
    "1 % test": ("65", "unrounded change against the price in effect, and carried amounts add"),
    "cent": ("64", "Half a cent goes up, on the exact value; splits are rounded too, and 4(d)"),
    "adjustments start": ("B9", "From the issuance"),
    "warrant buy-in": ("53", "Exercise Price of all the shares"),
    "warrant expiry": ("49", "does not roll"),
    "registration month": ("84", "30 days"),
    "volatility": ("68", "100 returns of 101 closes, sample deviation, 252 a year"),
    "Black-Scholes": ("68", "European, undiluted, no dividend, days over 365"),
    "interest": ("48", "Simple interest, by days over 365"),
    "cap": ("12", "Series A, Series B and the investor's Warrants"),
}

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.number for entry in ENTRIES])
each_card = pytest.mark.parametrize(
    "made", catalogue.CARDS, ids=list(CARDS)[: len(catalogue.CARDS)]
)


def _cites_the_deal(made: Card) -> bool:
    return any(source.document in DOCUMENTS for source in made.sources)


def _agree(one: Source, other: Source) -> bool:
    """Whether two places are the same, or one is a part of the other: 4(e) and 4(e)(ii)."""
    if one.document != other.document:
        return False
    short, long = sorted((one.section, other.section), key=len)
    return long == short or (long.startswith(short) and long[len(short)] in ".(")


def _cited(made: Card) -> list[Source]:
    """The places of a card; of the clocks of the deal, each clock's own."""
    clocks = CLOCKS if made.name == "deadlines" else ()
    return [*made.sources, *(Source(clock.document, clock.section) for clock in clocks)]


def _defaulted(made: Card) -> list[Argument]:
    """The optional arguments that have a value of their own where they are left out."""
    return [one for one in made.arguments if one.optional and one.default not in {None, ()}]


def test_every_rule_and_every_fault_is_there_once() -> None:
    assert [entry.number for entry in REGISTER.rules] == [str(n) for n in range(1, 98)]
    assert [entry.number for entry in REGISTER.faults] == [f"B{n}" for n in range(1, 37)]


@each_entry
def test_entry_is_well_formed(entry: Entry) -> None:
    assert entry.text.endswith((".", '."'))
    for name in (entry.reading, entry.why):
        assert not name or name.endswith(".")
    for place in entry.sources:
        assert place.document in DOCUMENTS
        assert re.fullmatch(r"preamble|[0-9IVX]+(\.[0-9A-Z]+)?(\([0-9a-z]+\))*", place.section)
    for names in (entry.sources, entry.functions, entry.parts, entry.arguments):
        assert len(set(names)) == len(names)
    assert set(entry.parts) <= set(REGISTER.parts)
    assert entry.functions or entry.parts or entry.why, "neither computed nor said why not"
    assert entry.reading or not entry.is_fault, "a fault without its sane reading"
    for argument in entry.arguments:
        assert argument.partition(".")[0] in entry.functions


def test_rules_stand_in_the_order_of_the_documents() -> None:
    places = [DOCUMENTS.index(entry.document) for entry in REGISTER.rules]
    assert places == sorted(places)


def test_what_is_open_is_known() -> None:
    missing = {name for entry in ENTRIES for name in entry.missing}
    assert not missing - NOT_THERE_YET, "named by the register and not in the catalogue"
    assert not NOT_THERE_YET - missing, "there by now: take it out of NOT_THERE_YET"


@each_entry
def test_the_clause_is_the_one_its_functions_cite(entry: Entry) -> None:
    for name in entry.functions:
        if name not in CARDS or (entry.number, name) in CITED_ELSEWHERE:
            continue
        cited = _cited(CARDS[name])
        assert any(_agree(place, source) for place in entry.sources for source in cited), (
            f"{entry.number} stands at {entry.sources[0]}, {name} cites {CARDS[name].citation}"
        )


@each_card
def test_every_clause_a_card_cites_is_in_the_register(made: Card) -> None:
    """And so is every function of a clause: only pure models of value are left out."""
    if not _cites_the_deal(made):
        assert made.body.__module__.startswith("xlfuncs.models."), f"{made.name} cites no clause"
        return
    named = [entry for entry in ENTRIES if made.name in {*entry.functions, *entry.parts}]
    assert named, f"{made.name} is in no entry of the register"
    places = [place for entry in named for place in entry.sources]
    for source in made.sources:
        if source.document in DOCUMENTS:
            assert any(_agree(source, place) for place in places), (
                f"{made.name} cites {source.document}, {source.section}; no entry that names it "
                f"stands there"
            )


@each_card
def test_a_reading_in_the_card_is_in_the_register(made: Card) -> None:
    if made.reading and _cites_the_deal(made):
        assert any(entry.reading for entry in ENTRIES if made.name in entry.functions)


@pytest.mark.parametrize("rule", REGISTER.rules, ids=[rule.number for rule in REGISTER.rules])
def test_a_reading_in_the_register_is_in_a_card(rule: Entry) -> None:
    cards = [CARDS[name] for name in rule.functions if name in CARDS]
    if rule.reading and cards:
        assert any(made.reading for made in cards), f"no card tells the reading of {rule.number}"


def test_every_argument_of_a_reading_is_in_the_register_with_its_default() -> None:
    found = {
        f"{made.name}.{argument.name}": argument.default
        for made in catalogue.CARDS
        if _cites_the_deal(made)
        for argument in _defaulted(made)
    }
    assert set(found) >= NO_READING
    assert {name: found[name] for name in found if name not in NO_READING} == DEFAULTS
    named = {argument for entry in ENTRIES for argument in entry.arguments}
    assert set(DEFAULTS) <= named, "an argument that no entry names"


@pytest.mark.parametrize("where", DECIDED)
def test_the_readings_decided_are_those_taken(where: str) -> None:
    number, words = DECIDED[where]
    (entry,) = [entry for entry in ENTRIES if entry.number == number]
    assert words in entry.reading


def test_status_is_found_and_not_written() -> None:
    made = register_from(
        """
        [parts.replay]
        module = "xlfuncs.register"
        what = "not defined there"

        [parts.read_register]
        module = "xlfuncs.register"
        what = "defined there"

        [parts.nothing]
        module = "xlfuncs.no_room.no_module"
        what = "nowhere"

        [[rule]]
        number = 1
        source = "Warrant, 4(i); Warrant, 1(d)"
        rule = "Done."
        functions = ["fraction_cash"]
        parts = ["read_register"]
        arguments = ["fraction_cash.price"]

        [[rule]]
        number = 2
        source = "Warrant, 4(i)"
        rule = "Done but for what is said."
        functions = ["fraction_cash"]
        why = "Something."

        [[rule]]
        number = 3
        source = "Warrant, 4(i)"
        rule = "Open."
        functions = ["fraction_cash", "no_function"]
        parts = ["replay", "nothing", "not_even_named"]
        arguments = ["fraction_cash.no_argument", "no_function.price"]
        why = "Something."

        [[fault]]
        number = "B1"
        source = "Warrant, 4(i)"
        fault = "Nothing computes it."
        why = "Something."
        """
    )
    assert [entry.status for entry in made.entries] == [
        *(Status.DONE, Status.IN_PART, Status.OPEN, Status.NONE)
    ]
    assert made.rules[0].sources[1].section == "1(d)"
    assert made.rules[2].missing == (
        *("no_function", "replay", "nothing", "not_even_named"),
        *("fraction_cash.no_argument", "no_function.price"),
    )
    assert made.open == (made.rules[2],)


@pytest.mark.parametrize(
    ("line", "error"), [('sauce = "Warrant, 2"', TypeError), ("", KeyError)], ids=["odd", "missing"]
)
def test_an_entry_with_a_wrong_key_is_refused(line: str, error: type[Exception]) -> None:
    source = 'source = "Warrant, 2"' if line else ""
    with pytest.raises(error):
        register_from(f'[[rule]]\nnumber = 1\nrule = "A rule."\n{source}\n{line}')


def test_coverage_prints_every_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage"]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert [line for line in lines if line in DOCUMENTS] == list(DOCUMENTS)
    numbers = [line.split()[0] for line in lines if re.match(r"B?\d+ ", line)]
    assert set(numbers[:-1]) == {entry.number for entry in ENTRIES}
    assert re.fullmatch(r"97 rules: (\d+ [a-z ]+, ){3}\d+ none; 36 faults: .*", lines[-1])


def test_coverage_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in told["rules"]] == [str(n) for n in range(1, 98)]
    assert told["faults"][0]["fault"] == REGISTER.faults[0].text
    assert told["rules"][4]["clause"] == [
        {"document": "Certificate of Designation", "section": "III.D"}
    ]
    for kind in ("rules", "faults"):
        counted = Counter(one["status"] for one in told[kind])
        assert told["summary"][kind] == {
            "all": len(told[kind]),
            **{status.value: counted[status.value] for status in Status},
        }


def test_coverage_of_what_is_open_is_a_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--open", "--json"]) == (1 if NOT_THERE_YET else 0)
    told = json.loads(capsys.readouterr().out)
    assert {name for one in told["rules"] + told["faults"] for name in one["missing"]} == (
        NOT_THERE_YET
    )
