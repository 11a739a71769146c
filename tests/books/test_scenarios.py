"""The sheet Scenarios: prices, the model's grids, waiting or converting, the fan, the proofs."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

import xlfuncs
from tests.support.floating import told
from tests.support.sheets import calculated, failing, named, shown, table, with_one_wrong
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import draft_book
from xlfuncs.deal.reading import Deal, read_deal

if TYPE_CHECKING:
    from xlfuncs.ooxml.package import Package

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
CLOSING, START, MATURITY = dt.date(1998, 12, 18), dt.date(1999, 7, 27), dt.date(2001, 7, 27)
POINTS = 1024


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(WORKBOOKS / "valence_1998")


@pytest.fixture(scope="module")
def book(deal: Deal) -> Package:
    return calculated(draft_book(deal))


@pytest.fixture(scope="module")
def floating() -> Package:
    return calculated(draft_book(read_deal(WORKBOOKS / "floating_2025")))


@pytest.fixture(scope="module")
def fixed() -> Package:
    return calculated(draft_book(read_deal(WORKBOOKS / "fixed_2024")))


def _refreshed(book: Package, folder: Path, day: str, **sets: Any) -> dict[str, Any]:
    path = folder / "book.xlsx"
    path.write_bytes(book.data)
    request = Request(as_of=dt.date.fromisoformat(day), sets=sets, dry_run=True)
    return dict(refresh_book(path, request).outputs)


def _contract(book: Package, price: float, volatility: float) -> tuple[Any, ...]:
    premium = xlfuncs.accreted_premium(MATURITY, CLOSING, 1000, 0.06)
    rate = named(book, "risk_free_rate")
    days = named(book, "scenario_days")
    return (price, volatility, rate, days, 1000, premium, 6.03, 10, 6, 1.01, None)


def test_each_price_has_the_shares_of_the_functions(book: Package) -> None:
    """If the stock stood there, its variable price is 101 % of it."""
    premium = named(book, "premium")
    seen = set()
    for row in shown(book, "Scenarios").iter_rows(values_only=True):
        if str(row[0]).startswith("Stock at "):
            multiple, stock, price, shares, part, now, limit, of_cap, value = row[1:10]
            assert stock == pytest.approx(multiple * named(book, "last_bid"))
            expected = xlfuncs.conversion_price(dt.date(1999, 9, 1), START, 6.03, 1.01 * stock)
            assert price == pytest.approx(expected, rel=1e-14)
            assert shares == xlfuncs.conversion_shares(7500, 1000, premium, price)
            [[allowed, words]] = xlfuncs.convertible_now(shares, 5_071_913, 1_307_297)
            assert (now, limit) == (allowed, words)
            assert part == pytest.approx(shares / (25_372_251 + shares))
            assert of_cap == pytest.approx(shares / 5_071_913)
            assert value == pytest.approx(shares * stock)
            seen.add(limit)
    assert seen == {"none", "ownership limit"}


def test_the_grid_is_the_function_at_each_price_and_volatility(book: Package) -> None:
    prices = [price for [price] in table(book, "scenario_prices")]
    [volatilities] = table(book, "scenario_volatilities")
    cap = 5_071_913 / 7500
    for row, price in enumerate(prices):
        for column, volatility in enumerate(volatilities):
            contract = _contract(book, price, volatility)
            free = told(*contract, points=POINTS)
            capped = told(*contract, cap, points=POINTS)
            for name, expected in {
                "grid_value": capped["value"],
                "grid_value_error": capped["standard error"],
                "grid_shares": 7500 * free["mean shares"],
                "grid_shares_error": 7500 * free["standard error of mean shares"],
                "grid_variable_chance": free["chance that the variable price binds"],
                "grid_cap_chance": capped["chance that the cap binds"],
                "grid_median": 7500 * free["50 % quantile of shares"],
                "grid_high": 7500 * free["95 % quantile of shares"],
            }.items():
                assert table(book, name)[row][column] == pytest.approx(expected, rel=1e-12), name
            shares = 7500 * free["mean shares"]
            words = table(book, "grid_limit")[row][column]
            assert words == ("cap and ownership" if shares > 5_071_913 else "ownership")
            assert table(book, "grid_part")[row][column] == pytest.approx(
                shares / (25_372_251 + shares)
            )


def test_the_fan_is_the_function_on_its_dates(book: Package, deal: Deal) -> None:
    days = [day for [day] in table(book, "fan_days")]
    premiums = [premium for [premium] in table(book, "fan_premiums")]
    dates = [date.date() for [date] in table(book, "fan_dates")]
    assert dates[0] == dt.date(1999, 9, 1)
    assert dates[-1] == MATURITY
    holidays = deal.market.holiday_dates
    bids = deal.market.bids
    last = bids.dates.index(dt.date(1999, 8, 31))
    assert [xlfuncs.add_trading_days(bids.dates[last], int(n), holidays) for n in days] == [
        xlfuncs.add_trading_days(date - dt.timedelta(days=1), 1, holidays) for date in dates
    ]
    price, volatility, rate, *_ = _contract(book, named(book, "last_bid"), 0.7)
    rows = xlfuncs.dilution_fan(
        price, volatility, rate, days, 1000, premiums, 6.03, 10, 6, 1.01,
        points=POINTS, known_bids=bids.closing_bids[last - 10 : last],
    )  # fmt: skip
    for place, name in enumerate(("mean", "5", "25", "50", "75", "95"), 1):
        shares = [cell for [cell] in table(book, f"fan_{name}")]
        assert shares == pytest.approx([7500 * row[place] for row in rows], rel=1e-12), name
    assert named(book, "fan_start") == pytest.approx(named(book, "wanted_shares"), abs=1)


def test_waiting_and_converting(book: Package) -> None:
    contract = _contract(book, named(book, "last_bid"), 0.7)
    value = told(*contract, points=POINTS)["value"]
    assert named(book, "wait_value") == pytest.approx(7500 * value, rel=1e-12)
    today = named(book, "wanted_shares") * named(book, "last_bid")
    assert named(book, "today_value") == pytest.approx(today)
    assert named(book, "waiting_gain") == pytest.approx(7500 * value / today - 1)
    assert named(book, "wait_or_convert") == "waiting"
    lost = named(book, "wait_value") - named(book, "wait_value_within")
    assert named(book, "cap_cost") == pytest.approx(lost)
    assert named(book, "claim_value") == pytest.approx(7500 * (1000 + named(book, "premium")))


@pytest.mark.parametrize(
    ("day", "days", "known"),
    [
        ("2001-07-13", 11, 0),
        ("2001-07-16", 10, 1),  # the last close is the first of the window
        ("2001-07-20", 6, 5),
        ("2001-07-27", 1, 10),
        ("2001-07-30", 1, 10),  # what is left after maturity converts at once
    ],
)
def test_the_window_that_has_begun_is_known(
    book: Package, tmp_path: Path, day: str, days: int, known: int
) -> None:
    found = _refreshed(book, tmp_path, day)
    assert (found["scenario_days"], found["scenario_window_known"]) == (days, known)
    assert str(found["verdict"]).startswith("All ")
    if days == 1:
        shares = found["wanted_shares"]
        assert found["wait_shares"] == pytest.approx(shares, abs=1)
        assert found["wait_value"] == pytest.approx(found["today_value"], abs=10)


def test_a_day_without_trading_counts_none(book: Package, tmp_path: Path) -> None:
    """From Saturday, Sunday or Labor Day there are as many trading days to come."""
    days = {
        day: _refreshed(book, tmp_path, day)["scenario_days"]
        for day in ("1999-09-03", "1999-09-04", "1999-09-05", "1999-09-06", "1999-09-07")
    }
    assert list(days.values()) == [479, 478, 478, 478, 478]


def test_until_the_variable_price_starts_the_fan_is_certain(deal: Deal, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(calculated(draft_book(deal)).data)
    refresh_book(path, Request(as_of=dt.date(1998, 12, 18), in_place=True))
    sheet: Any = load_workbook(path, data_only=True)["Scenarios"]
    rows = [
        row
        for row in sheet.iter_rows(values_only=True)
        if isinstance(row[0], dt.datetime) and isinstance(row[11], (int, float))
    ]
    early = [row for row in rows if row[0].date() < START]
    assert len(rows) == 12
    assert len(early) == 3
    for _, _, premium, *shares, _, variable, cap in early:
        assert shares == pytest.approx([7500 * (1000 + premium) / 6.03] * 6)
        assert variable == cap == 0
    assert all(row[4] < row[8] for row in rows[3:])


def test_a_cap_that_is_lifted_or_used_up(book: Package, tmp_path: Path) -> None:
    lifted = _refreshed(book, tmp_path, "2000-06-30", stockholder_approval_date=dt.date(1999, 2, 5))
    assert str(lifted["verdict"]).startswith("All ")
    assert lifted["cap_cost"] == 0
    assert lifted["wait_value_within"] == lifted["wait_value"]
    used = _refreshed(book, tmp_path, "2000-06-30", shares_issued=5_071_913)
    assert str(used["verdict"]).startswith("All ")
    assert used["wait_value_within"] == 0
    assert used["cap_cost"] == used["wait_value"]


def test_a_floating_price_alone(floating: Package) -> None:
    """At a discount to whatever the price is, the value does not hang on the price."""
    rows = table(floating, "grid_value")
    assert all(row == pytest.approx(rows[0], rel=1e-9) for row in rows)
    assert rows[0] == sorted(rows[0])
    with pytest.raises(KeyError):
        table(floating, "grid_cap_chance")
    with pytest.raises(KeyError):
        table(floating, "fan_cap")
    assert str(named(floating, "verdict")).startswith("All ")


def test_a_fixed_price_alone_needs_no_model(fixed: Package) -> None:
    names = set(load_workbook(io.BytesIO(fixed.data)).defined_names)
    assert not names & {"grid_value", "scenario_points", "certain_value", "known_bids"}
    shares = named(fixed, "preferred_outstanding") * 1160 / 4  # at maturity, at 4.00
    assert named(fixed, "wait_shares") == pytest.approx(shares)
    assert named(fixed, "wait_value") == pytest.approx(shares * named(fixed, "last_bid"))
    certain = [cell for [cell] in table(fixed, "fan_mean")]
    assert certain == sorted(certain)
    assert certain[-1] == pytest.approx(shares)


@pytest.mark.parametrize(
    ("function", "figures"),
    [
        ("XLF_FLOATING_CONVERSION_VALUE", {"certain_value", "fan_end"}),
        ("XLF_DILUTION_FAN", {"fan_start", "fan_end"}),
        ("XLF_CONVERSION_SHARES", {"price_case_difference"}),
        ("XLF_CONVERSION_PRICE", {"price_case_difference"}),
        ("XLF_ACCRETED_PREMIUM", {"scenario_premium"}),
    ],
)
def test_a_wrong_function_is_found(deal: Deal, function: str, figures: set[str]) -> None:
    wrong = calculated(draft_book(deal), with_one_wrong(function))
    assert figures <= failing(wrong)
    assert "FAIL" in str(named(wrong, "verdict"))
