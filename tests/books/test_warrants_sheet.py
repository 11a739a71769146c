"""The sheet Warrants: in effect, exercise, value and greeks, issuances and transactions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import xlfuncs
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.deal.market import Bids

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"
YEARS = 1425 / 365  # from 1 September 1999 to the expiry
GREEKS = ("delta", "gamma", "vega", "theta", "rho")


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(VALENCE)


@pytest.fixture(scope="module")
def path(deal: Deal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    path.write_bytes(build_book(deal))
    return path


def _bids(deal: Deal, last: float) -> Bids:
    """The deal's bids, that of 31 August 1999 another."""
    bids = deal.market.bids
    closes = list(bids.closing_bids)
    closes[bids.dates.index(dt.date(1999, 8, 31))] = last
    return replace(bids, closing_bids=tuple(closes))


def _figures(
    path: Path,
    deal: Deal,
    bid: float | None = None,
    as_of: dt.date | None = None,
    **sets: Any,
) -> Mapping[str, Any]:
    bids = None if bid is None else _bids(deal, bid)
    outcome = refresh_book(path, Request(sets=sets, bids=bids, as_of=as_of, dry_run=True))
    return outcome.outputs


def test_the_values_are_those_of_the_reference(path: Path, deal: Deal) -> None:
    """Stock at 6.00, strike 6.7838, 5.75 % continuous, 70 %: reference/clauses.md, part C."""
    found = _figures(path, deal, 6.0, warrant_price_seen=3.0)
    assert found["warrant_value"] == pytest.approx(3.213340884, abs=1e-9)
    assert found["agent_warrant_value"] == pytest.approx(3.664230769, abs=1e-9)
    greeks = [0.777892298, 0.035874715, 3.529482201, -0.400020725, 5.676625721]
    assert [found[f"warrant_{greek}"] for greek in GREEKS] == pytest.approx(greeks, abs=1e-9)
    assert found["implied_volatility"] == pytest.approx(0.6407212624, abs=1e-10)
    bond = _figures(path, deal, 6.0, rate_basis="bond-equivalent")
    assert bond["continuous_rate"] == pytest.approx(0.056688946, abs=1e-9)
    assert bond["warrant_value"] == pytest.approx(3.208736022, abs=1e-9)
    rich = _figures(path, deal, 9.0)
    assert rich["warrant_value"] == pytest.approx(5.675640902, abs=1e-9)


def test_every_figure_of_both_warrants_is_the_functions(path: Path, deal: Deal) -> None:
    found = _figures(path, deal)
    market = found["market_price"]
    for prefix, strike, shares in (("", 6.7838, 447_761), ("agent_", 4.9375, 87_500)):
        terms = (market, strike, YEARS, 0.0575, 0.7)
        value = xlfuncs.black_scholes_warrant_value(*terms)
        assert found[f"{prefix}warrant_value"] == pytest.approx(value)
        assert found[f"{prefix}warrant_total"] == pytest.approx(value * shares)
        for greek in GREEKS:
            expected = xlfuncs.black_scholes_greek(greek, "call", *terms)
            assert found[f"{prefix}warrant_{greek}"] == pytest.approx(expected), greek
        at_measured = xlfuncs.black_scholes_warrant_value(
            *terms[:4], found["historical_volatility"]
        )
        assert found[f"{prefix}black_scholes_amount"] == pytest.approx(at_measured)
        assert found[f"{prefix}black_scholes_total"] == pytest.approx(at_measured * shares)
    diluted = xlfuncs.diluted_warrant_value(
        market, 6.7838, YEARS, 0.0575, 0.7, 25_372_251, 2 * 447_761
    )
    assert found["diluted_warrant_value"] == pytest.approx(diluted)


def test_a_cashless_exercise_by_both_readings(path: Path, deal: Deal) -> None:
    found = _figures(path, deal, 9.0)
    assert found["cashless_exercise_shares"] == pytest.approx(110_258.658689, abs=1e-6)
    assert found["cashless_whole_shares"] == 110_258
    assert found["fraction_cash"] == pytest.approx(5.928200, abs=1e-6)
    assert found["fraction_cash_by_1d"] == pytest.approx(4.468414, abs=1e-6)
    assert found["exercise_gain"] == pytest.approx(447_761 * (9 - 6.7838))
    assert (found["moneyness"], found["exercisable"]) == ("yes", "yes")
    low = _figures(path, deal, 5.0)
    assert (low["moneyness"], low["agent_moneyness"]) == ("no", "yes")
    assert low["cashless_exercise_shares"] == 0


def test_the_limits_hold_for_an_exercise_too(path: Path, deal: Deal) -> None:
    found = _figures(path, deal, shares_issued=5_000_000)
    assert found["exercise_within_limits"] == 71_913
    assert found["exercise_binding_limit"] == "exchange cap"
    early = _figures(path, deal, as_of=deal.terms["closing_date"].value)  # type: ignore[arg-type]
    assert early["exercise_within_limits"] == 0
    assert early["exercise_binding_limit"] == "not yet exercisable"


def test_a_price_that_no_volatility_gives_has_none(path: Path, deal: Deal) -> None:
    for seen in (0.01, 9.5):
        found = _figures(path, deal, 9.0, warrant_price_seen=seen)
        assert found["implied_volatility"] == "none"
        assert found["verdict"].startswith("All ")


@pytest.mark.parametrize(("price", "which"), [(12.0, "replacement warrant"), (4.0, "cash")])
def test_a_major_transaction_gives_the_greater(
    path: Path, deal: Deal, price: float, which: str
) -> None:
    found = _figures(path, deal, other_price=price)
    value = xlfuncs.black_scholes_warrant_value(price, 2 * 6.7838, YEARS, 0.0575, 0.5)
    replacement = value * 447_761 / 2
    assert found["replacement_shares"] * found["replacement_price"] == pytest.approx(
        447_761 * 6.7838
    )
    assert found["replacement_value"] == pytest.approx(replacement)
    cash = found["black_scholes_total"]
    assert found["major_transaction_total"] == pytest.approx(max(cash, replacement))
    assert found["major_transaction_choice"] == which


def test_what_a_share_sale_does_is_that_of_the_reference(path: Path, deal: Deal) -> None:
    """1,000,000 at 4.00 with the market at 5.00 is carried; a floating convertible is not."""
    sets: dict[str, Any] = {"shares_outstanding": 25_400_000}
    small = _figures(path, deal, 5.0, **sets)
    assert small["weighted_average_price"] == pytest.approx(6.732407576, abs=1e-9)
    assert small["adjusted_exercise_price"] == 6.7838
    assert small["adjustment_in_words"] == "carried forward"
    issue: dict[str, Any] = {"new_shares_issued": 5_000_000 / 3.4, "new_consideration": 5_000_000}
    large = _figures(path, deal, 5.0, **sets, **issue)
    assert large["weighted_average_price"] == pytest.approx(6.664994396, abs=1e-9)
    assert large["adjusted_exercise_price"] == 6.66
    assert large["adjusted_warrant_shares"] == pytest.approx(456_084.2450, abs=1e-4)
    assert large["adjustment_in_words"] == "made"
    at_market = _figures(path, deal, 4.0, **sets)
    assert at_market["new_issue_dilutive"] == "no"
    assert at_market["adjustment_in_words"] == "nothing changes"
    for found in (small, large, at_market):
        assert found["verdict"].startswith("All ")


def test_the_table_of_issuances_is_the_functions(path: Path) -> None:
    book = Package(path.read_bytes(), "book.xlsx")
    corner, market = resolve(book, "grid_exercise_price"), resolve(book, "market_price")
    cells: Mapping[str, Any] = book.values(corner.sheet)
    bid, top = cells[str(market.first)], corner.first.row
    for row in range(top + 1, top + 6):
        for column in "CDE":
            shares, price = cells[f"{column}{top - 1}"], cells[f"B{row}"]
            expected = xlfuncs.anti_dilution_exercise_price(
                6.7838, 25_372_251, shares, shares * price, bid
            )
            assert cells[f"{column}{row}"] == expected


def test_the_curve_goes_through_the_value(path: Path, deal: Deal) -> None:
    found = _figures(path, deal, curve_steps=10)
    assert found["curve_at_market"] == pytest.approx(found["warrant_value"], rel=1e-12)
    assert found["agent_curve_at_market"] == pytest.approx(found["agent_warrant_value"], rel=1e-12)


def test_a_buy_in(path: Path, deal: Deal) -> None:
    assert _figures(path, deal)["warrant_buy_in_payment"] == pytest.approx(4216.2)


@pytest.mark.parametrize(
    ("function", "figure"),
    [
        ("XLF_BLACK_SCHOLES_GREEK", "warrant_theta"),
        ("XLF_BLACK_SCHOLES_AMOUNT", "agent_black_scholes_amount"),
        ("XLF_IMPLIED_VOLATILITY", "implied_price"),
        ("XLF_DILUTED_WARRANT_VALUE", "diluted_warrant_value"),
        ("XLF_CASHLESS_EXERCISE_SHARES", "cashless_exercise_shares"),
    ],
)
def test_a_wrong_function_is_found(deal: Deal, function: str, figure: str) -> None:
    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions[function]
        return {**functions, function: lambda *given: right(*given) * 1.001 + 0.001}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    checks = resolve(book, "checks")
    cells = book.values(checks.sheet)
    rows = range(checks.first.row, checks.last.row + 1)
    assert figure in {cells[f"F{row}"] for row in rows if cells[f"G{row}"] is False}
