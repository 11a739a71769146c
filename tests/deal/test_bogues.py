"""The folder of the offer letter: held to the letter, and read without a market.

The figures below were read in the letter, section by section, and not copied from terms.toml.
The words of every term were found in the letter's text when the file was written.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from xlfuncs.deal.reading import MARKET_TERMS, Deal, read_deal
from xlfuncs.errors import DealError

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
BOGUES, VALENCE = WORKBOOKS / "bogues_2004", WORKBOOKS / "valence_1998"

STATED = {
    "annual_salary": 200_000,  # 2
    "target_fraction": 0.5,  # 2
    "grant": 220_000,  # 3
    "annual_days": 20,  # 4: four weeks
    "periods_per_year": 26,  # 4: bi-weekly
    "window_months": 24,  # 5.1
    "lump_sum": 100_000,  # 5.1(a)
    "payment_days": 5,  # 5.1(a)
    "coverage_months": 6,  # 5.1(b)
}


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(BOGUES)


def test_the_terms_are_those_of_the_letter(deal: Deal) -> None:
    for name, value in STATED.items():
        assert deal.terms.value(name) == value, name
    stated = [term for term in deal.terms.values() if not term.assumption]
    assert {term.name for term in stated} == set(STATED)
    assert all(term.source.startswith("Offer Letter, ") and term.words for term in stated)


def test_what_the_letter_does_not_say_is_an_assumption(deal: Deal) -> None:
    assumed = {term.name: term for term in deal.terms.assumptions()}
    assert list(assumed) == ["as_of", "start_date", "days_in_year", "strike", "stock_price"]
    start = assumed["start_date"].value
    assert isinstance(start, dt.date)
    assert start > dt.date(2004, 12, 2)  # the letter's date
    assert "does not give the first day of employment" in assumed["start_date"].reason
    assert all("Illustrative" in assumed[name].reason for name in ("strike", "stock_price"))


def test_a_deal_without_a_market_has_none(deal: Deal) -> None:
    assert not (BOGUES / "bids.csv").exists()
    assert len(deal.market.bids) == 0
    assert deal.market.holidays == ()
    assert len(deal.ledger) == 0


def test_a_file_that_is_not_needed_is_read_if_it_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "bogues_2004"
    shutil.copytree(BOGUES, folder)
    (folder / "ledger.csv").write_text("date,kind,source\n12/6/2004,option,Offer Letter\n")
    with pytest.raises(DealError) as raised:
        read_deal(folder)
    assert {fault.file for fault in raised.value.faults} == {"ledger.csv"}
    (folder / "ledger.csv").write_text(
        'date,kind,shares,consideration,source\n2004-12-06,option,220000,660000,"Offer Letter, 3"\n'
    )
    assert len(read_deal(folder).ledger) == 1


@pytest.mark.parametrize("file", ["ledger.csv", "bids.csv", "holidays.csv"])
def test_a_file_that_is_needed_stays_a_fault(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "valence_1998"
    shutil.copytree(VALENCE, folder)
    (folder / file).unlink()
    with pytest.raises(DealError) as raised:
        read_deal(folder)
    assert [(one.file, one.what) for one in raised.value.faults] == [(file, "the file is missing")]


@pytest.mark.parametrize("term", MARKET_TERMS)
def test_one_term_of_the_market_needs_all_its_files(tmp_path: Path, term: str) -> None:
    folder = tmp_path / "bogues_2004"
    shutil.copytree(BOGUES, folder)
    with (folder / "terms.toml").open("a") as file:
        file.write(f'\n[{term}]\nvalue = 10\nunit = "count"\nassumption = true\nreason = "A."\n')
    with pytest.raises(DealError) as raised:
        read_deal(folder)
    missing = [(one.file, one.what) for one in raised.value.faults]
    files = ("ledger.csv", "bids.csv", "holidays.csv")
    assert missing == [(file, "the file is missing") for file in files]


def test_a_fault_of_the_terms_stands_alone(tmp_path: Path) -> None:
    folder = tmp_path / "bogues_2004"
    shutil.copytree(BOGUES, folder)
    text = (folder / "terms.toml").read_text()
    (folder / "terms.toml").write_text(text.replace("value = 220000", "value = 0.5"))
    with pytest.raises(DealError) as raised:
        read_deal(folder)
    assert [(one.file, one.what) for one in raised.value.faults] == [
        ("terms.toml", "grant must be a whole number, not 0.5")
    ]


def test_a_folder_without_anything_lacks_every_file(tmp_path: Path) -> None:
    with pytest.raises(DealError) as raised:
        read_deal(tmp_path)
    assert [fault.file for fault in raised.value.faults] == [
        *("terms.toml", "ledger.csv", "bids.csv", "holidays.csv")
    ]
