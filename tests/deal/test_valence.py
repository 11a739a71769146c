"""The folder of the first deal, held to its documents.

The figures below were read in the text of the documents by the author of terms.toml, clause by
clause, and not copied from that file; each comment says where. The words of every term were found
in the text of a document that the term cites, white space aside, when the file was written.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.errors import DealError

FOLDER = Path(__file__).parents[2] / "workbooks" / "valence_1998"

STATED = {
    # Certificate of Designation
    "preferred_shares": 7500,  # I
    "face_amount": 1000,  # I
    "variable_price_start": dt.date(1999, 7, 27),  # III.D
    "stated_price": 6.03,  # III.E
    "premium_rate": 0.06,  # III.F
    "price_multiple": 1.01,  # III.G
    "lowest_count": 6,  # III.G
    "lookback_days": 10,  # III.G
    "delivery_days": 3,  # IV.C, business days
    "cap_amount": 5_071_913,  # IV.G(i)
    "ownership_limit": 0.049,  # IV.G(ii)
    "maturity_date": dt.date(2001, 7, 27),  # IV.H
    "stated_reserve": 4_000_000,  # V.A
    "consecutive_days": 3,  # V.B
    "coverage_ratio": 2,  # V.B
    "stockholder_approval_deadline": dt.date(1999, 2, 8),  # VI.A
    "daily_amount": 500,  # VII.A
    "daily_amount_days": 5,  # VII.A, business days
    "daily_rate": 0.01,  # VII.A
    "demand_days": 5,  # VII.A, business days
    "price_reset_days": 10,  # VII.C
    "suspension_days": 5,  # VIII.A(i), trading days
    "legend_cure_days": 10,  # VIII.A(ii)
    "delivery_cure_days": 10,  # VIII.A(iii), business days
    "breach_cure_days": 10,  # VIII.A(iv), business days
    "redemption_filing_days": 5,  # VIII.A(vi)
    "redemption_effective_days": 90,  # VIII.A(vi)
    "redemption_unusable_days": 5,  # VIII.A(vi), business days
    "redemption_unusable_days_in_year": 20,  # VIII.A(vi)
    "reserve_board_days": 10,  # VIII.A(vii)(A)
    "reserve_increase_days": 60,  # VIII.A(vii)(B)
    "amendment_effective_days": 10,  # VIII.A(ix), business days
    "new_statement_effective_days": 20,  # VIII.A(ix), business days
    "key_officer": "Lev Dawson",  # VIII.A(x)
    "key_officer_until": dt.date(1999, 7, 27),  # VIII.A(x)
    "redemption_multiple": 1.25,  # VIII.C
    "redemption_payment_days": 5,  # VIII.D, business days
    "cash_multiple": 1.25,  # XI.C
    "contract_rate": 0.24,  # XIV.E
    # Warrants
    "warrant_shares": 447_761,  # Investor Warrant, preamble
    "exercise_price": 6.7838,
    "opens": dt.date(1999, 7, 27),  # 2
    "expires": dt.datetime(2003, 7, 27, 17),  # noqa: DTZ001  2: Henderson, Nevada time
    "agent_warrant_shares": 87_500,  # Placement Agent Warrant, preamble
    "agent_exercise_price": 4.9375,
    # Securities Purchase Agreement
    "closing_date": dt.date(1998, 12, 18),  # 1.3, and Form 8-K, Item 5
    "series_a_closing_date": dt.date(1998, 7, 27),  # 1.1
    "fixed_floor": 6.03,  # 4.5
    "market_fraction": 0.8,  # 4.5
    "expense_cap": 50_000,  # 4.6
    "price_threshold": 12,  # 4.15
    "minimum_shares": 30_000,  # 4.15
    "volume_fraction": 0.15,  # 4.15
    "required_funding": 8_000_000,  # 5.4
    "backstop_limit": 7_500_000,  # 5.4
    # Registration Rights Agreement
    "registered_shares": 4_000_000,  # 2.1
    "monthly_rate": 0.03,  # 2.3
    "registration_coverage_ratio": 1.75,  # 3.2
}

ASSUMED = {
    "as_of",
    "shares_outstanding",
    "shares_held",
    "risk_free_rate",
    "volatility",
    "annualisation",
    "dividend_yield",
    "days_in_year",
    "start_date",
    "strike",
    "stock_price",
    "series_a_face_amount",
    "series_a_premium_rate",
    "series_a_stated_price",
}


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(FOLDER)


@pytest.mark.parametrize("name", STATED)
def test_a_term_is_what_its_document_says(deal: Deal, name: str) -> None:
    assert deal.terms.value(name) == STATED[name]
    assert not deal.terms[name].assumption


def test_what_no_document_says_is_marked(deal: Deal) -> None:
    assert {term.name for term in deal.terms.assumptions()} == ASSUMED
    assert all(term.reason for term in deal.terms.assumptions())


def test_the_purchase_price_is_that_of_both_series(deal: Deal) -> None:
    both = ("series_a_purchase_price", "series_b_purchase_price")
    parts = [deal.terms.value(name) for name in both]
    assert parts == [7_500_000, 7_500_000]
    assert deal.terms.value("purchase_price") == 15_000_000


def test_the_assumed_shares_outstanding_give_the_cap(deal: Deal) -> None:
    """The cap is just under 20 % of the shares outstanding on 27 July 1998."""
    assert deal.terms.value("shares_outstanding") == 25_372_251
    assert round(25_372_251 * 0.1999) == deal.terms.value("cap_amount")


def test_every_prefix_belongs_to_an_instrument(deal: Deal) -> None:
    prefixes = [one.prefix for one in deal.terms.heading.instruments]
    assert prefixes == ["", "series_a_", "agent_"]
    for prefix in prefixes[1:]:
        assert any(name.startswith(prefix) for name in deal.terms)


def test_the_bids_are_labelled_and_whole(deal: Deal) -> None:
    bids = deal.market.bids
    assert bids.note == "illustrative: not a quotation"
    assert len(bids) == 778
    assert (bids.dates[0], bids.closing_bids[0], bids.volumes[0]) == (
        dt.date(1998, 7, 1),
        5.625,
        618_500,
    )
    assert bids.dates[-1] == dt.date(2001, 7, 31)


def test_the_holidays_are_full_days_without_trading(deal: Deal) -> None:
    """Nine a year by the rule of the exchange; New Year's Day of 2000 was a Saturday."""
    years = [day.year for day in deal.market.holiday_dates]
    assert {year: years.count(year) for year in sorted(set(years))} == {
        1998: 9,
        1999: 9,
        2000: 8,
        2001: 13,  # nine, and four days of September
        2002: 9,
        2003: 9,
    }
    assert dt.date(1999, 12, 24) in deal.market.holiday_dates  # Christmas on a Saturday
    assert dt.date(1999, 12, 31) not in deal.market.holiday_dates  # New Year's Day on a Saturday


def test_the_ledger_holds_what_the_report_states(deal: Deal) -> None:
    """Checked against the Form 8-K, Item 5, and the Securities Purchase Agreement, 1.1."""
    told = [(event.date, event.kind, event.shares) for event in deal.ledger.events]
    first, second = dt.date(1998, 7, 27), dt.date(1998, 12, 18)
    assert told == [
        (first, "preferred", 7500),
        (first, "warrant", 447_761),
        (first, "warrant", 87_500),
        (dt.date(1998, 12, 4), "registration", None),
        (second, "preferred", 7500),
        (second, "warrant", 447_761),
        (second, "exchange", 447_761),
        (second, "warrant", 87_500),
    ]
    exchange = deal.ledger.of_kind("exchange")[0]
    assert exchange.refers_to == deal.ledger.events[1].id


def test_the_ledger_cites_documents_of_the_deal(deal: Deal) -> None:
    documents = {document.name for document in deal.terms.heading.documents}
    for event in deal.ledger.events:
        cited = {citation.split(",")[0].strip() for citation in event.source.split(";")}
        assert cited <= documents, event.line


def test_the_faults_of_all_files_come_together(tmp_path: Path) -> None:
    folder = tmp_path / "valence_1998"
    shutil.copytree(FOLDER, folder)
    bids = (folder / "bids.csv").read_text()
    (folder / "bids.csv").write_text(bids.replace("1998-07-02,5.6875", "1998-07-02,-1"))
    ledger = (folder / "ledger.csv").read_text()
    (folder / "ledger.csv").write_text(ledger.replace("1998-12-04", "12/4/98"))
    terms = (folder / "terms.toml").read_text()
    (folder / "terms.toml").write_text(terms.replace("value = 6.03", "value = -6.03", 1))
    (folder / "holidays.csv").unlink()
    with pytest.raises(DealError) as raised:
        read_deal(folder)
    found = [(fault.file, fault.what) for fault in raised.value.faults]
    assert found == [
        ("terms.toml", "stated_price must be above 0 and at most 1,000,000,000, not -6.03"),
        ("ledger.csv", "date must be written like 1999-02-10, not '12/4/98'"),
        ("bids.csv", "closing_bid must be above 0 and at most 1,000,000,000, not -1"),
        ("holidays.csv", "the file is missing"),
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DealError, match=r"^nowhere: there is no such folder$"):
        read_deal(tmp_path / "nowhere")
