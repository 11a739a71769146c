"""Files of terms: every fault with its exact sentence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs import units
from xlfuncs.deal.terms import UNITS, Term, Terms
from xlfuncs.deal.terms_file import read_terms
from xlfuncs.errors import DealError, Fault, MissingDataError

if TYPE_CHECKING:
    from pathlib import Path

# Twelve lines: the terms of a case begin in line 13.
DEAL = """\
[deal]
name = "A deal"
company = "A company"
currency = "USD"
[[deal.instruments]]
name = "Preferred"
prefix = ""
[[deal.documents]]
name = "Certificate"
title = "Certificate of Designation"
date = 1998-12-17

"""
CITED = 'source = "Certificate, I"\nwords = "as it says"\n'

FAULTS = {
    "a key that is unknown, and two that are missing": (
        DEAL + '[face_amount]\nvalue = 1000\nunits = "money"\nsource = "Certificate, I"\n',
        (
            "terms.toml:13: face_amount has no unit: a term needs one",
            "terms.toml:13: face_amount has no words: a term needs one",
            (
                "terms.toml:15: face_amount has an unknown key units: "
                "known are value, unit, assumption, source, words, reason, note"
            ),
        ),
    ),
    "no value and no source": (
        DEAL + '[face_amount]\nunit = "money"\nwords = "as it says"\n',
        (
            "terms.toml:13: face_amount has no value: a term needs one",
            "terms.toml:13: face_amount has no source: a term needs one",
        ),
    ),
    "an assumption without its reason": (
        DEAL + '[face_amount]\nvalue = 1\nunit = "money"\nassumption = true\n',
        ("terms.toml:13: face_amount has no reason: an assumption needs one",),
    ),
    "an assumption that is neither true nor false": (
        DEAL + '[face_amount]\nvalue = 1\nunit = "money"\nassumption = "yes"\n' + CITED,
        ("terms.toml:16: face_amount assumption must be true or false",),
    ),
    "texts that are none": (
        DEAL + '[face_amount]\nvalue = 1\nunit = "money"\nsource = 5\nwords = " "\nnote = []\n',
        (
            "terms.toml:16: face_amount source must be a text, not int",
            "terms.toml:17: face_amount words is to be filled in",
            "terms.toml:18: face_amount note must be a text, not list",
        ),
    ),
    "a document that is not listed": (
        DEAL
        + '[face_amount]\nvalue = 1\nunit = "money"\nwords = "so"\n'
        + 'source = "Certificate, I; Letter, 2"\n',
        ("terms.toml:17: face_amount cites 'Letter', which [deal] does not list",),
    ),
    "a form not filled in": (
        DEAL.replace('title = "Certificate of Designation"', 'title = ""').replace(
            "date = 1998-12-17", 'date = ""'
        )
        + '[face_amount]\nvalue = ""\nunit = "face amount"\nsource = ""\nwords = ""\n'
        + '[stated_price]\nvalue = 6.03\nunit = "price"\nsource = ""\nwords = "as it says"\n'
        + f'[opens]\nvalue = " "\nunit = "dates"\n{CITED}',
        (
            "terms.toml:10: deal documents: title of number 1 is to be filled in",
            "terms.toml:11: deal documents: date of number 1 is to be filled in",
            "terms.toml:14: face_amount is to be filled in: an amount in USD above zero",
            "terms.toml:21: stated_price source is to be filled in",
            "terms.toml:24: opens is to be filled in",
        ),
    ),
    "documents and instruments that are not whole": (
        DEAL.replace(
            "[[deal.documents]]", '[[deal.instruments]]\nname = "Warrant"\n[[deal.documents]]'
        )
        + "[[deal.documents]]\nname = 5\n",
        (
            "terms.toml:8: deal instruments: number 2 must have name, prefix, and nothing else",
            "terms.toml:15: deal documents: number 2 must have name, title, date, and nothing else",
        ),
    ),
    "a unit that is unknown": (
        DEAL + '[face_amount]\nvalue = 1\nunit = "dollars"\n' + CITED,
        (
            (
                "terms.toml:15: face_amount unit must be one of date, date and time, price, "
                "money, face amount, shares, shares outstanding, whole shares, rate, any rate, "
                "volatility, years, multiple, fraction, count, working days, text, not 'dollars'"
            ),
        ),
    ),
    "values out of bounds": (
        DEAL
        + f'[stated_price]\nvalue = 0\nunit = "price"\n{CITED}'
        + f'[premium_rate]\nunit = "rate"\nvalue = 6e1\n{CITED}'
        + f'[lowest_count]\nvalue = 6.5\nunit = "count"\n{CITED}'
        + f'[cap_amount]\nvalue = inf\nunit = "shares"\n{CITED}'
        + f'[daily_amount]\nvalue = 1{"0" * 400}\nunit = "money"\n{CITED}',
        (
            "terms.toml:14: stated_price must be above 0 and at most 1,000,000,000, not 0",
            "terms.toml:20: premium_rate must be from 0 to 1, not 60",
            "terms.toml:24: lowest_count must be a whole number, not 6.5",
            "terms.toml:29: cap_amount must be a finite number, not inf",
            "terms.toml:34: daily_amount must be from 0 to 1e+15, not a number of many digits",
        ),
    ),
    "values of the wrong kind": (
        DEAL
        + f'[stated_price]\nvalue = "6.03"\nunit = "price"\n{CITED}'
        + f'[premium_rate]\nvalue = true\nunit = "rate"\n{CITED}'
        + f'[venue]\nvalue = 5\nunit = "text"\n{CITED}'
        + f'[cap_amount]\nvalue = [1, 2]\nunit = "shares"\n{CITED}',
        (
            "terms.toml:14: stated_price must be a number, not '6.03'",
            "terms.toml:19: premium_rate must be a number, not TRUE",
            "terms.toml:24: venue must be text, not 5",
            "terms.toml:29: cap_amount must be a number, not a list",
        ),
    ),
    "dates that are none": (
        DEAL
        + f'[closing_date]\nvalue = "1998-12-18"\nunit = "date"\n{CITED}'
        + f'[maturity_date]\nvalue = 2001-07-27T00:00:00\nunit = "date"\n{CITED}'
        + f'[as_of]\nvalue = 1850-01-01\nunit = "date"\n{CITED}'
        + f'[opens]\nvalue = 19990727\nunit = "date"\n{CITED}'
        + f'[expires]\nvalue = 2003-07-27\nunit = "date and time"\n{CITED}'
        + f'[agent_expires]\nvalue = 2003-07-27T17:00:00-07:00\nunit = "date and time"\n{CITED}',
        (
            (
                "terms.toml:14: closing_date must be a date without quotes, like 1998-12-18, "
                "not '1998-12-18'"
            ),
            (
                "terms.toml:19: maturity_date must be a date without a time of day, "
                "not 2001-07-27 00:00:00"
            ),
            "terms.toml:24: as_of must be a date from 1900-03-01 on, not 1850-01-01",
            "terms.toml:29: opens must be a date, not 19,990,727",
            (
                "terms.toml:34: expires must be a date and time without a zone, "
                "like 2003-07-27T17:00:00, not 2003-07-27"
            ),
            (
                "terms.toml:39: agent_expires must be a date and time without a zone, "
                "like 2003-07-27T17:00:00, not 2003-07-27T17:00:00-07:00"
            ),
        ),
    ),
    "names, and a term that is no table": (
        "face_amount = 1000\n" + DEAL + f'[Face-Amount]\nvalue = 1\nunit = "money"\n{CITED}',
        (
            (
                "terms.toml:1: face_amount must be a table: "
                "write [face_amount], and under it value, unit, source and words"
            ),
            "terms.toml:14: 'Face-Amount' is not a name: small letters, digits and _ are",
        ),
    ),
    "no deal": (
        '[face_amount]\nvalue = 1\nunit = "money"\n' + CITED,
        ("terms.toml: there is no table [deal]: it names the deal",),
    ),
    "a deal with little in it": (
        (
            '[deal]\nname = ""\ncompany = "A company"\ncolour = "red"\n'
            '[[deal.documents]]\nname = "Certificate"\ndate = "1998-12-17"\n'
        ),
        (
            "terms.toml:1: deal has no currency",
            "terms.toml:1: deal has no instruments: write [[deal.instruments]] for each",
            "terms.toml:2: deal name is to be filled in",
            "terms.toml:4: deal has an unknown key colour",
            "terms.toml:5: deal documents: number 1 must have name, title, date, and nothing else",
        ),
    ),
    "a term twice": (
        DEAL + f'[face_amount]\nvalue = 1\nunit = "money"\n{CITED}' * 2,
        ("terms.toml:18: face_amount stands twice",),
    ),
    "nested too deeply": (
        "[a]\nvalue = " + "[" * 100_000,
        ("terms.toml: this is not TOML: it is nested too deeply",),
    ),
    "empty": ("", ("terms.toml: the file is empty",)),
}


def written(folder: Path, content: str) -> Path:
    path = folder / "terms.toml"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(("content", "faults"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_is_listed_with_its_line(
    content: str, faults: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(DealError) as raised:
        read_terms(written(tmp_path, content))
    found = [str(fault) for fault in raised.value.faults]
    assert sorted(found) == sorted(faults)
    assert [fault.line for fault in raised.value.faults] == sorted(
        fault.line for fault in raised.value.faults
    )


def test_one_table_that_is_not_toml_hides_no_other(tmp_path: Path) -> None:
    content = (
        DEAL
        + f'[closing_date]\nvalue = 2/10/99\nunit = "date"\n{CITED}'
        + f'[face_amount]\nvalue = 0\nunit = "face amount"\n{CITED}'
        + "[stated_price\nvalue = 1\n"
        + f'[premium_rate]\nvalue = .06\nunit = "rate"\n{CITED}'
        + '[note]\nvalue = 1\nwords = """not closed\n'
    )
    with pytest.raises(DealError) as raised:
        read_terms(written(tmp_path, content))
    faults = raised.value.faults
    assert [fault.line for fault in faults] == [14, 19, 23, 26, 32]
    assert [fault.what.startswith("this is not TOML: ") for fault in faults] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_a_term_is_held_to_the_argument_of_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, DEAL + f'[face_amount]\nvalue = 0\nunit = "money"\n{CITED}')
    assert read_terms(path).value("face_amount") == 0
    with pytest.raises(DealError, match=r"terms.toml:14: face_amount must be above 0 and at most"):
        read_terms(path, {"face_amount": get_args(units.FaceAmount)[1]})


def test_terms_are_read_as_they_stand(tmp_path: Path) -> None:
    content = (
        DEAL.replace("\n", "\r\n")
        + '[expires]\nvalue = 2003-07-27T17:00:00\nunit = "date and time"\n'
        + 'source = "Certificate, I; Certificate, II"\nwords = """over\n   two [lines]\n"""\n'
        + "[closing_date]\nvalue = 1998-12-18\n"
        + 'unit = "date"\nassumption = true\nreason = "so it is"\n'
    )
    terms = read_terms(written(tmp_path, "\ufeff" + content))
    assert terms["expires"] == Term(
        "expires",
        dt.datetime(2003, 7, 27, 17),  # noqa: DTZ001  the document names the place, not the zone
        "date and time",
        source="Certificate, I; Certificate, II",
        words="over two [lines]",
        line=13,
    )
    assert terms.assumptions() == (terms["closing_date"],)
    assert terms["closing_date"].line == 20
    assert list(terms) == ["expires", "closing_date"]
    assert terms.heading.documents[0].date == dt.date(1998, 12, 17)
    assert terms.heading.instruments[0].prefix == ""


def test_a_missing_term_is_an_error_and_not_a_guess() -> None:
    terms = Terms({})
    assert "face_amount" not in terms
    assert terms.get("face_amount") is None
    with pytest.raises(MissingDataError, match=r"terms.toml has no term face_amount"):
        terms.value("face_amount")


def test_every_unit_checks() -> None:
    for name, unit in UNITS.items():
        with pytest.raises(TypeError, match="an_argument must be"):
            unit.check(None, "an_argument")
        assert name


@given(content=st.text())
def test_whatever_a_file_holds_its_faults_are_the_answer(
    content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("junk") / "terms.toml"
    path.write_bytes(content.encode("utf-8", "replace"))
    with pytest.raises(DealError):
        read_terms(path)


@given(place=st.integers(0, 400), junk=st.text(max_size=3))
def test_a_file_with_something_typed_into_it(
    place: int, junk: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = DEAL + f'[face_amount]\nvalue = 1\nunit = "money"\n{CITED}'
    path = tmp_path_factory.mktemp("junk") / "terms.toml"
    path.write_bytes((good[:place] + junk + good[place:]).encode("utf-8", "replace"))
    faults = read(path)
    assert all(
        0 <= fault.line <= path.read_text(encoding="utf-8").count("\n") + 1 for fault in faults
    )


def read(path: Path) -> tuple[Fault, ...]:
    try:
        read_terms(path)
    except DealError as error:
        return error.faults
    return ()
