"""The sheet of redemption and defaults: amounts, events with their clocks, a default by the day.

The vectors are those of the reference of clauses, part C, computed there in exact decimals.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import xlfuncs
from tests.support.sheets import refreshed
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import BookError
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(VALENCE)


@pytest.fixture(scope="module")
def book(deal: Deal) -> Package:
    return Package(build_book(deal), "book.xlsx")


@pytest.fixture(scope="module")
def path(book: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("redemption") / "book.xlsx"
    path.write_bytes(book.data)
    return path


def _cells(book: Package, name: str) -> list[Any]:
    """The values of a named column."""
    place = resolve(book, name)
    values = book.values(place.sheet)
    return [values.get(ref) for ref in (str(spot) for spot in place.area.spots())]


@pytest.mark.parametrize(
    ("as_of", "ratio"), [("1998-12-18", 1.25), ("1999-07-27", 1.206181), ("2001-07-27", 1.080854)]
)
def test_the_bid_at_which_the_formula_overtakes(path: Path, as_of: str, ratio: float) -> None:
    """By how much the bid must be above the Conversion Price: part C, Redemption."""
    outputs = refreshed(path, as_of)
    found = outputs["redemption_break_even"] / outputs["conversion_price"]
    assert found == pytest.approx(ratio, abs=5e-7)
    assert outputs["redemption_at_break_even"] == pytest.approx(1250)


def test_the_penalty_is_in_the_formula(path: Path) -> None:
    """1 March 2000, at a price of 4.50 and a bid of 5.25: 1,250.858447, and 1,344.191781."""
    for penalty, amount in ((0, 1250.858447), (80, 1344.191781)):
        outputs = refreshed(path, "2000-03-01", stated_price=4.5, penalty=penalty)
        assert outputs["conversion_price"] == 4.5
        formula = outputs["redemption_by_formula"] * 5.25 / outputs["bid_on_notice_date"]
        assert formula == pytest.approx(amount, abs=5e-7)
        assert outputs["redemption_limb"] == "(ii) the formula"
        assert outputs["redemption_amount"] == outputs["redemption_by_formula"]


def test_a_notice_on_a_day_without_trading_has_the_bid_before(path: Path, deal: Deal) -> None:
    bids = dict(zip(deal.market.bids.dates, deal.market.bids.closing_bids, strict=True))
    saturday = refreshed(path, "1999-09-04")
    assert saturday["bid_on_notice_date"] == bids[dt.date(1999, 9, 3)]
    holiday = refreshed(path, "1999-09-06")  # Labor Day
    assert holiday["bid_on_notice_date"] == bids[dt.date(1999, 9, 3)]
    assert holiday["redemption_payment_date"] == dt.date(1999, 9, 13)


# The day from which each event is counted, if 1 September 1999 is its last day to cure.
COUNTED_FROM = {
    "suspension": "1999-08-25",  # VIII.A(i): five trading days
    "legend_notice": "1999-08-22",  # (ii): ten days
    "delivery_failure": "1999-08-18",  # (iii): ten business days
    "breach_notice": "1999-08-18",  # (iv): ten business days
    "unfiled": "1999-08-27",  # (vi): five days
    "ineffective": "1999-06-03",  # (vi): ninety days
    "unusable": "1999-08-25",  # (vi): five business days
    "reserve_board": "1999-08-22",  # (vii)(A): ten days
    "reserve_increase": "1999-07-03",  # (vii)(B): sixty days
    "amendment": "1999-08-18",  # (ix): ten business days
    "new_statement": "1999-08-04",  # (ix): twenty business days
}


def test_the_last_day_to_cure(path: Path) -> None:
    """On the last day an event can still be cured; on the day after it is a Redemption Event."""
    days = {f"{name}_date": day for name, day in COUNTED_FROM.items()}
    last = refreshed(path, "1999-09-01", **days)
    found = {name: last[f"{name}_deadline"] for name in COUNTED_FROM}
    assert found == dict.fromkeys(COUNTED_FROM, dt.date(1999, 9, 1))
    assert last["redemption_events"] == "none so far"
    assert (last["next_event_deadline"], last["redeemable_now"]) == (dt.date(1999, 9, 1), 0)
    after = refreshed(path, "1999-09-02", **days)
    assert (after["redemption_events"], after["redeemable_now"]) == (len(COUNTED_FROM), 7500)
    assert after["next_event_deadline"] == "none"


def test_the_three_clocks_run_apart(path: Path) -> None:
    """Business and trading days leave out Labor Day; calendar days from the closing do not."""
    days = dict.fromkeys(("suspension_date", "breach_notice_date"), "1999-09-03")
    days |= {"legend_notice_date": "1999-09-03", "ineffective_date": "1998-12-18"}
    outputs = refreshed(path, "1999-09-03", **days)
    assert outputs["suspension_deadline"] == dt.date(1999, 9, 13)
    assert outputs["breach_notice_deadline"] == dt.date(1999, 9, 20)
    assert outputs["legend_notice_deadline"] == dt.date(1999, 9, 13)
    assert outputs["ineffective_deadline"] == dt.date(1999, 3, 18)
    assert outputs["redemption_events"] == 1


def test_what_cannot_be_cured_is_an_event_at_once(path: Path) -> None:
    names = ("delisting", "misstatement", "unusable_total", "cap_event")
    days = {f"{name}_date": "1999-09-01" for name in names}
    assert refreshed(path, "1999-08-31", **days)["redemption_events"] == "none so far"
    outputs = refreshed(path, "1999-09-01", **days)
    assert outputs["redemption_events"] == len(names)
    assert [outputs[f"{name}_deadline"] for name in names] == ["at once"] * len(names)


def test_no_event_is_entered_in_a_new_book(book: Package) -> None:
    assert set(_cells(book, "redemption_event_status")) == {"none entered"}
    assert _cells(book, "redemption_events") == ["no event entered"]
    assert _cells(book, "redeemable_now") == [0]


def test_the_officer_leaves_before_or_after_the_day(path: Path) -> None:
    """Certificate of Designation, VIII.A(x): "prior to July 27, 1999"."""
    outputs = refreshed(path, officer_left_date="1999-07-26")
    assert (outputs["redemption_events"], outputs["redeemable_now"]) == (1, 7500)
    outputs = refreshed(path, officer_left_date="1999-07-27")
    assert outputs["redemption_events"] == "no event entered"


def test_only_a_portion_is_redeemable_for_want_of_shares(path: Path) -> None:
    """Part C, VIII.B(ii): at a price of 3.00 the reserve covers 5,756 shares, and 1,744 go."""
    outputs = refreshed(path, stated_price=3, reserve_board_date="1999-08-02")
    assert outputs["conversion_price"] == 3
    assert (outputs["redeemable_reserve"], outputs["redeemable_now"]) == (1744, 1744)
    amount = 1744 * outputs["redemption_amount"]
    assert outputs["redeemable_now_amount"] == pytest.approx(amount)
    days = {"reserve_board_date": "1999-08-02", "unfiled_date": "1998-12-18"}
    both = refreshed(path, stated_price=3, **days)
    assert (both["redemption_events"], both["redeemable_now"]) == (2, 7500)
    approved = refreshed(path, stated_price=3, stockholder_approval_date="1999-02-05")
    assert approved["redeemable_cap"] == 0


def test_what_can_be_redeemed_is_shared_by_the_notices(path: Path) -> None:
    """Part C: 1,234 shares over notices for 3,000 and 2,000."""
    outputs = refreshed(path, noticed_1=3000, noticed_2=2000, surplus=1234 * 1250)
    assert [outputs[f"redeemed_{number}"] for number in (1, 2, 3)] == [740, 494, 0]
    # Remainders that are equal in whole numbers, and not quite in doubles: the earlier row first.
    outputs = refreshed(path, noticed_1=1, noticed_2=4, noticed_3=1, surplus=2 * 1250)
    assert [outputs[f"redeemed_{number}"] for number in (1, 2, 3)] == [1, 1, 0]
    outputs = refreshed(path, surplus=0)
    assert (outputs["lawful_shares"], outputs["redeemed_total"]) == (0, 0)
    outputs = refreshed(path, noticed_1=0, noticed_2=0)
    assert outputs["redemption_paid"] == 0
    outputs = refreshed(path, original_redemption_amount=1400)
    assert outputs["deferred_redemption_amount"] == 1400


def test_the_default_of_the_reference(book: Package, path: Path) -> None:
    """Part C, Default: 4 days at 500, 10 at 10,000, the Premium once."""
    outputs = refreshed(path)
    assert outputs["delivery_deadline"] == dt.date(1999, 8, 5)
    assert outputs["daily_amount_end"] == dt.date(1999, 8, 9)
    assert outputs["price_reset_date"] == dt.date(1999, 8, 15)
    assert outputs["default_event_deadline"] == dt.date(1999, 8, 19)
    assert (outputs["paid_by_amount"], outputs["paid_by_rate"]) == (2000, 100_000)
    assert outputs["paid_premium"] == pytest.approx(37_315.07, abs=0.005)
    assert outputs["conversion_default_payment"] == pytest.approx(139_315.07, abs=0.005)
    assert outputs["default_penalty"] == pytest.approx(139.315068, abs=5e-7)
    assert outputs["buy_in_payment"] == 1000
    days = _cells(book, "default_days")
    owed = dict(zip(days, _cells(book, "owed_by_day"), strict=True))
    # Cured on the 20th, which does not count: what is owed by the end of the day before.
    assert owed[_serial(dt.date(1999, 8, 19))] == outputs["conversion_default_payment"]


def _serial(day: dt.date) -> float:
    return float((day - dt.date(1899, 12, 30)).days)


def test_a_default_still_open_counts_the_as_of_date(path: Path) -> None:
    outputs = refreshed(path, cure_date="")
    assert outputs["default_state"] == "open"
    assert outputs["days_of_default"] == 27
    assert outputs["conversion_default_payment"] == pytest.approx(2000 + 230_000 + 37_315.068493)
    early = refreshed(path, "1999-08-09", cure_date="")
    assert early["conversion_default_payment"] == 2000
    assert (early["next_day_of_default"], early["reset_state"]) == (10_000, "not yet")
    before = refreshed(path, "1999-08-05", cure_date="")
    assert (before["default_state"], before["conversion_default_payment"]) == ("no default", 0)


def test_the_price_resets_to_the_lowest_until_delivery(path: Path, deal: Deal) -> None:
    bids, holidays = deal.market.bids, deal.market.holiday_dates

    def price(day: dt.date) -> float:
        variable = xlfuncs.variable_conversion_price(
            day, bids.dates, bids.closing_bids, 10, 6, 1.01, holidays
        )
        return xlfuncs.conversion_price(day, dt.date(1999, 7, 27), 6.03, variable)

    prices = [price(dt.date(1999, 8, 2) + dt.timedelta(days=number)) for number in range(19)]
    expected = xlfuncs.default_price_reset(6.03, prices)
    outputs = refreshed(path)
    assert (outputs["reset_state"], outputs["fixed_price_after_default"]) == ("reset", expected)
    in_time = refreshed(path, cure_date="1999-08-14")
    assert in_time["reset_state"] == "delivered in time"
    assert in_time["fixed_price_after_default"] == 6.03
    tenth = refreshed(path, cure_date="1999-08-15")
    assert tenth["reset_state"] == "reset"
    years = refreshed(path, "2001-03-01", cure_date="")
    assert years["fixed_price_after_default"] == "beyond the table"


def test_interest_runs_from_the_fifth_business_day_after_the_demand(path: Path) -> None:
    outputs = refreshed(path)
    assert outputs["default_due_date"] == dt.date(1999, 8, 27)
    owed = outputs["conversion_default_payment"]
    interest = xlfuncs.default_interest(owed, 5, 0.24)
    assert outputs["default_interest"] == interest
    assert outputs["default_total"] == pytest.approx(owed + interest + 1000)
    capped = refreshed(path, legal_maximum_rate=0.1, default_paid_date="1999-09-06")
    assert capped["default_interest"] == xlfuncs.default_interest(owed, 10, 0.24, 0.1)


def test_the_clocks_are_those_of_the_deadlines(path: Path, deal: Deal) -> None:
    outputs = refreshed(path)
    holidays = deal.market.holiday_dates
    as_of = dt.date(1999, 9, 1)
    events = ["notice of conversion", "confirmation of conversion", "conversion date"]
    rows = [row for event in events for row in xlfuncs.deadlines(event, as_of, holidays)]
    found = [outputs[f"clock_{number}"] for number in range(1, len(rows) + 1)]
    assert found == [row[1] for row in rows]


@pytest.mark.parametrize(
    "function",
    [
        *("REDEMPTION_AMOUNT", "LAWFUL_REDEMPTION", "CONVERSION_DEFAULT_PAYMENT"),
        *("DEFAULT_PRICE_RESET", "BUY_IN_PAYMENT", "DEFAULT_INTEREST"),
    ],
)
def test_a_wrong_function_turns_the_cover_red(deal: Deal, function: str) -> None:
    name = f"XLF_{function}"

    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions[name]
        return {**functions, name: lambda *arguments: right(*arguments) + 1}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    assert "FAIL" in str(_cells(book, "verdict"))


def _without(deal: Deal, *beginnings: str) -> Deal:
    kept = {name: term for name, term in deal.terms.items() if not name.startswith(beginnings)}
    return replace(deal, terms=type(deal.terms)(kept, deal.terms.heading))


@pytest.mark.parametrize(
    ("beginnings", "gone"),
    [
        (("daily_", "price_reset", "demand_", "contract_"), "conversion_default_payment"),
        (("stated_reserve", "reserve_"), "redeemable_reserve"),
        (("cap_amount", "stockholder_"), "redeemable_cap"),
        (("stated_price", "variable_price_start"), "fixed_price_after_default"),
        (("contract_rate",), "default_interest"),
    ],
)
def test_a_deal_without_a_feature_has_no_such_figure(
    deal: Deal, beginnings: tuple[str, ...], gone: str
) -> None:
    book = Package(build_book(_without(deal, *beginnings)), "book.xlsx")
    assert "All " in str(_cells(book, "verdict"))
    assert gone not in book.defined_names
    assert "redemption_amount" in book.defined_names


def test_a_missing_term_of_a_feature_is_named(deal: Deal) -> None:
    with pytest.raises(BookError, match="speaks of daily_amount_days, and no cell has that name"):
        build_book(_without(deal, "daily_amount_days"))
