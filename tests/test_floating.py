"""Floating-price conversion against enumerations, simulations, integrals and its own limits."""

from __future__ import annotations

from itertools import product
from math import exp, fsum, inf, log, sqrt
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.floating import plain, told
from xlfuncs import (
    BoundsError,
    black_scholes,
)
from xlfuncs.arrays import floating as arrays
from xlfuncs.models.floating.law import Terms, level_of
from xlfuncs.models.floating.quantiles import groups_of, log_price_quantile
from xlfuncs.models.floating.shapes import Window, shapes_along, shapes_of

DAY = 1 / 252
WINDOW = Window(9, (0.0,), 6, 1.01)
MATURITY = (5.0, 0.8, 0.045, 658, 1000.0, 156.493151, 6.03, 10, 6, 1.01, 952 / 365)
EXACT = 1e-9


# A tree of ups and downs: the payoff is evaluated on all of its paths, nothing is drawn.


@pytest.mark.parametrize(
    ("volatility", "stock", "inverse"),
    [
        (0.2, 1.0009539840, 0.9996790695),
        (0.4, 1.0104647767, 1.0113562222),
        (0.6, 1.0197126597, 1.0243130753),
        (0.8, 1.0286882086, 1.0386105702),
        (1.0, 1.0373832303, 1.0543153665),
    ],
)
def test_all_paths_of_a_binomial_tree(volatility: float, stock: float, inverse: float) -> None:
    """E[S10 / VCP] and E[1 / VCP], VCP 1.01 times the mean of the six lowest of S0 to S9."""
    up, growth = exp(volatility * sqrt(DAY)), exp(0.05 * DAY)
    chance = (growth - 1 / up) / (up - 1 / up)
    steps = list(product((1.0, -1.0), repeat=9))
    walks = [tuple(float(sum(one[: day + 1])) for day in range(9)) for one in steps]
    weights = [chance ** one.count(1.0) * (1 - chance) ** one.count(-1.0) for one in steps]
    shapes = shapes_along(walks, WINDOW, 0.0, volatility)
    both = list(zip(weights, shapes.log_prices, shapes.lasts, strict=True))
    assert fsum(weights) == pytest.approx(1.0, abs=1e-14)
    assert growth * fsum(w * last * exp(-p) for w, p, last in both) == pytest.approx(
        stock, abs=5.1e-11
    )
    assert fsum(w * exp(-p) for w, p, _ in both) == pytest.approx(inverse, abs=5.1e-11)


# Simulations of whole paths by other means; their own errors are in the last column.


def _over_mean(volatility: float, rate: float, lookback: int, lowest: int) -> tuple[float, float]:
    """E[S_t / mean of the lowest], t the day after the last close, and its standard error."""
    figures = arrays.floating_conversion_value(
        1.0, volatility, rate, lookback, 1.0, 0.0, None, lookback, lowest, 1.0, points=65_536
    )
    growth = exp(rate * lookback * DAY)
    return float(figures["value"] * growth), float(figures["standard error"] * growth)


@pytest.mark.parametrize(
    ("volatility", "mean"),
    [
        (0.2, 1.01082),
        (0.4, 1.02029),
        (0.6, 1.02948),
        (0.8, 1.03842),
        (1.0, 1.04706),
        (1.2, 1.05547),
    ],
)
def test_stock_over_the_mean_of_the_six_lowest_of_ten(volatility: float, mean: float) -> None:
    found, error = _over_mean(volatility, 0.05, 10, 6)
    assert error <= 1.2e-5
    assert abs(found - mean) <= 4 * error + 5e-6 + 2.4e-5


@pytest.mark.parametrize(
    ("lookback", "lowest", "mean"),
    [(10, 10, 0.99874), (10, 1, 1.07374), (10, 3, 1.05354), (20, 5, 1.08376)],
)
def test_stock_over_other_means_of_lowest_closes(lookback: int, lowest: int, mean: float) -> None:
    found, error = _over_mean(0.6, 0.05, lookback, lowest)
    assert abs(found - mean) <= 4 * error + 5e-6 + 5e-5


def test_stock_over_the_close_of_the_day_before_is_exact() -> None:
    found, error = _over_mean(0.6, 0.05, 1, 1)
    assert found == pytest.approx(exp(0.05 * DAY), rel=1e-15)
    assert round(found, 5) == 1.00020
    assert error == 0.0


@pytest.mark.parametrize(
    ("volatility", "value", "their_error"),
    [(0.6, 1376.14, 0.34), (0.8, 1492.96, 0.63), (1.0, 1597.41, 1.19)],
)
def test_the_mandatory_conversion(volatility: float, value: float, their_error: float) -> None:
    figures = told(5.0, volatility, *MATURITY[2:])
    assert figures["standard error"] < their_error
    assert abs(figures["value"] - value) <= 4 * their_error


def test_shares_and_chances_at_the_mandatory_conversion() -> None:
    figures = told(*MATURITY)
    assert round(figures["chance that the variable price binds"], 4) == 0.7647
    assert figures["mean shares"] == pytest.approx(1127.70, abs=4 * 0.73)
    assert figures["standard error of mean shares"] < 0.73
    capped = told(*MATURITY, cap_shares_per_preferred=338.1275)
    assert round(capped["chance that the cap binds"], 4) == 0.6103
    assert capped["mean shares"] == pytest.approx(291.76, abs=0.02)
    assert capped["value"] == pytest.approx(1113.88, abs=4 * 0.61)
    assert capped["standard error"] < 0.61
    series_b = told(*MATURITY, cap_shares_per_preferred=1156.493151 / 1.7101)
    assert round(series_b["chance that the cap binds"], 4) == 0.3978


def test_the_fixed_price_alone() -> None:
    figures = told(*MATURITY, cap_shares_per_preferred=1156.493151 / 6.03)
    assert figures["value"] == pytest.approx(1156.493151 / 6.03 * 5, rel=1e-12)
    assert round(figures["value"], 4) == 958.9495
    assert figures["standard error"] < 1e-9


@pytest.mark.parametrize("number", range(6))
def test_against_a_plain_simulation(number: int) -> None:
    random = np.random.default_rng(number)
    lookback = int(random.integers(2, 13))
    arguments: dict[str, Any] = {
        "stock_price": 5.0,
        "volatility": float(random.uniform(0.1, 1.2)),
        "rate": 0.05,
        "trading_days": lookback + int(random.integers(0, 120)),
        "face_amount": 1000.0,
        "premium": 60.0,
        "fixed_price": float(random.uniform(4.0, 7.0)) if number % 3 else None,
        "lookback_days": lookback,
        "lowest_count": int(random.integers(1, lookback + 1)),
        "price_multiple": 1.01,
        "cap_shares_per_preferred": float(random.uniform(180, 400)) if number % 2 else None,
        "dividend_yield": 0.02,
    }
    figures = told(**arguments, points=4096)
    (worth, worth_error), (shares, shares_error) = plain(arguments, 60_000, random)
    assert abs(figures["value"] - worth) <= 4 * sqrt(
        worth_error**2 + figures["standard error"] ** 2
    )
    error = figures["standard error of mean shares"]
    assert abs(figures["mean shares"] - shares) <= 4 * sqrt(shares_error**2 + error**2)


# Closed forms and integrals.


@pytest.mark.parametrize("volatility", [0.05, 0.8, 2.5])
@pytest.mark.parametrize("cap", [None, 200.0, 330.0])
def test_a_window_of_one_close_is_an_integral(volatility: float, cap: float | None) -> None:
    """By numerical integration over that close, 30 digits."""
    figures = told(5.0, volatility, 0.05, 252, 1000.0, 60.0, 6.03, 1, 1, 1.01, None, cap, 0.02)
    with mp.workdps(30):
        years = mp.mpf(251) / 252
        mean = (0.03 - mp.mpf(volatility) ** 2 / 2) * years + mp.log(5)
        spread = volatility * mp.sqrt(years)

        def shares(z: Any) -> Any:
            paid = min(mp.mpf(1.01) * mp.exp(mean + spread * z), mp.mpf(6.03))
            return min(1060 / paid, mp.mpf(cap) if cap else mp.inf)

        def mean_of(function: Any) -> Any:
            edges = [mp.log(1060 / mp.mpf(cap) / 1.01)] if cap else []
            edges = sorted((e - mean) / spread for e in [*edges, mp.log(6.03 / mp.mpf(1.01))])
            inner = [e for e in edges if -14 < e < 14]
            return mp.quad(lambda z: function(z) * mp.npdf(z), [-14, *inner, 14])

        stock = mean_of(lambda z: shares(z) * mp.exp(mean + spread * z))
        value = stock * mp.exp(mp.mpf(0.03) / 252 - mp.mpf(0.05))
        assert figures["value"] == pytest.approx(float(value), rel=1e-12)
        assert figures["mean shares"] == pytest.approx(float(mean_of(shares)), rel=1e-12)
    assert figures["standard error"] == figures["standard error of mean shares"] == 0.0


def test_the_lower_of_two_closes_is_an_option() -> None:
    """S2 / min(S0, S1) with the stock as money is 1 + an option to exchange."""
    rate, volatility = 0.05, 0.9
    figures = told(1.0, volatility, rate, 2, 1.0, 0.0, None, 2, 1, 1.0, points=65_536)
    call = black_scholes("call", 1.0, 1.0, DAY, rate, volatility)
    # max(S1, S0) = S0 + (S1 - S0)+, so S2 / min = growth × max(S1/S0, 1)
    exact = (1.0 + call * exp(rate * DAY)) * exp(-rate * DAY)
    assert figures["value"] == pytest.approx(exact, abs=max(4 * figures["standard error"], 1e-12))
    assert figures["standard error"] < 1e-6


def test_nothing_is_left_to_chance_without_volatility() -> None:
    figures = told(5.0, 0.0, 0.05, 20, 1000.0, 50.0, None, 10, 6, 1.01, None, None, 0.02)
    closes = [5.0 * exp(0.03 * day * DAY) for day in range(10, 20)]
    shares = 1050.0 / (1.01 * fsum(sorted(closes)[:6]) / 6)
    assert figures["mean shares"] == pytest.approx(shares, rel=1e-14)
    assert figures["value"] == pytest.approx(shares * 5 * exp(-0.02 * 20 * DAY), rel=1e-14)
    assert figures["standard error"] == 0.0
    for quantile in (5, 25, 50, 75, 95):
        assert figures[f"{quantile} % quantile of shares"] == pytest.approx(shares, rel=1e-14)


def test_a_small_volatility_is_near_none() -> None:
    none, small = told(5.0, 0.0, *MATURITY[2:]), told(5.0, 1e-7, *MATURITY[2:])
    for name, figure in none.items():
        assert small[name] == pytest.approx(figure, rel=1e-6, abs=1e-6), name


def test_a_short_time_before_the_window_is_near_none() -> None:
    arguments = (5.0, 0.8, 0.05, 10, 1000.0, 0.0, 4.9, 10, 6, 1.01)
    none = told(*arguments, cap_shares_per_preferred=215.0)
    short = told(*arguments, cap_shares_per_preferred=215.0, years=10 * DAY + 2e-9)
    for name, figure in none.items():
        assert short[name] == pytest.approx(figure, rel=2e-4, abs=2e-4), name


def test_bids_that_are_known_and_conversion_now() -> None:
    bids = [5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875]
    figures = told(
        5.1875, 0.8, 0.045, 0, 1000.0, 227 * 60 / 365, 6.03, 10, 6, 1.01, known_bids=[9.0, *bids]
    )
    assert 7500 * figures["mean shares"] == pytest.approx(1_553_512.8740, abs=5e-4)
    assert figures["value"] == pytest.approx(figures["mean shares"] * 5.1875)


def test_known_bids_do_not_matter_where_the_window_is_to_come() -> None:
    assert told(*MATURITY, known_bids=[1.0, 2.0]) == told(*MATURITY)


# Quantiles.


@pytest.mark.parametrize("years", [10 * DAY, 11 * DAY, 1.0])
def test_quantiles_are_those_of_drawn_prices(years: float) -> None:
    shapes = shapes_of(WINDOW, 0.045 - 0.32, 0.8, 16_384, 5)
    before = max(years - 10 * DAY, 0.0)
    level = level_of(5.0 * exp(0.045 * before), 0.8 * sqrt(before))
    groups = groups_of([one.log_prices for one in shapes])
    points = np.concatenate([one.log_prices for one in shapes])
    random = np.random.default_rng(1)
    drawn = points + level.log_mean + level.deviation * random.standard_normal((40, points.size))
    for chance in (0.05, 0.25, 0.5, 0.75, 0.95):
        found = log_price_quantile(groups, level, chance)
        assert np.mean(drawn <= found) == pytest.approx(chance, abs=2.5e-3)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    logs=st.lists(st.floats(-3, 3), min_size=1, max_size=300),
    deviation=st.sampled_from([0.0, 1e-6, 0.01, 1.0, 20.0]),
    chance=st.floats(0.01, 0.99),
)
def test_a_quantile_is_found_whatever_the_points(
    logs: list[float], deviation: float, chance: float
) -> None:
    groups = groups_of([logs[: 2 ** (len(logs).bit_length() - 1)]])  # points are a power of two
    level = level_of(1.0, deviation)
    found = log_price_quantile(groups, level, chance) - level.log_mean
    assert min(logs) - 9 * deviation - 4 <= found <= max(logs) + 9 * deviation + 4


# What must hold for any contract.

contracts = st.fixed_dictionaries(
    {
        "stock_price": st.floats(0.5, 50),
        "volatility": st.floats(0.0, 1.5),
        "rate": st.floats(-0.02, 0.12),
        "trading_days": st.integers(12, 900),
        "face_amount": st.just(1000.0),
        "premium": st.floats(0, 160),
        "fixed_price": st.floats(0.5, 50) | st.none(),
        "lookback_days": st.integers(1, 12),
        "lowest_count": st.integers(1, 12),
        "price_multiple": st.floats(0.8, 1.2),
        "dividend_yield": st.floats(0, 0.05),
    }
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(contract=contracts, cap=st.floats(1.0, 1e4))
def test_what_holds_for_any_contract(contract: dict[str, Any], cap: float) -> None:
    assume(contract["lowest_count"] <= contract["lookback_days"])
    amount = contract["face_amount"] + contract["premium"]
    free = told(**contract, points=64)
    capped = told(**contract, points=64, cap_shares_per_preferred=cap)
    without = told(**{**contract, "fixed_price": None}, points=64)
    at_fixed = amount / (contract["fixed_price"] or inf)
    years = contract["trading_days"] * DAY
    held = contract["stock_price"] * exp(-contract["dividend_yield"] * years)
    for figures in (free, capped):
        quantiles = list(figures.values())[6:]
        assert quantiles == sorted(quantiles)
        assert quantiles[0] >= min(at_fixed, cap) * (1 - EXACT) or figures is free
        assert 0 <= figures["chance that the cap binds"] <= 1 + EXACT
        assert 0 <= figures["chance that the variable price binds"] <= 1 + EXACT
    assert free["value"] >= at_fixed * held * (1 - EXACT)
    assert free["value"] >= without["value"] * (1 - EXACT)
    assert free["mean shares"] >= max(at_fixed, without["mean shares"]) * (1 - EXACT)
    assert capped["value"] <= min(free["value"], cap * held) * (1 + EXACT)
    assert capped["mean shares"] <= min(free["mean shares"], cap) * (1 + EXACT)
    assert free["chance that the cap binds"] == 0.0


@settings(deadline=None, derandomize=True, max_examples=30)
@given(contract=contracts, factor=st.floats(0.1, 10))
def test_prices_in_another_unit(contract: dict[str, Any], factor: float) -> None:
    """All prices a factor higher: as many times fewer shares, the same value and chances."""
    assume(contract["lowest_count"] <= contract["lookback_days"])
    fixed = contract["fixed_price"] and contract["fixed_price"] * factor
    other = {
        **contract, "stock_price": contract["stock_price"] * factor, "fixed_price": fixed
    }  # fmt: skip
    one, two = told(**contract, points=64), told(**other, points=64)
    assert two["value"] == pytest.approx(one["value"], rel=1e-9)
    assert two["mean shares"] * factor == pytest.approx(one["mean shares"], rel=1e-9)


def test_a_better_rule_is_worth_more() -> None:
    values = [
        told(*MATURITY[:8], lowest, *MATURITY[9:], points=1024)["value"] for lowest in range(1, 11)
    ]
    assert values == sorted(values, reverse=True)
    values = [
        told(*MATURITY[:9], multiple, MATURITY[10], points=1024)["value"]
        for multiple in (0.9, 1, 1.01)
    ]
    assert values == sorted(values, reverse=True)


def test_without_a_fixed_price_the_level_and_the_way_to_it_do_not_matter() -> None:
    arguments = (0.8, 0.045, 10, 1000.0, 0.0, None, 10, 6, 1.01)
    values = [told(price, *arguments)["value"] for price in (0.01, 5.0, 900.0)]
    later = told(5.0, 0.8, 0.045, 500, *arguments[3:])["value"]
    values.append(later * exp(0.045 * 490 * DAY))
    assert values == pytest.approx([values[0]] * 4, rel=1e-12)


# Standard errors.


def test_extremes_are_answered_or_refused() -> None:
    for price in (5e-324, 1e-300, 1e9):
        for fixed in (None, 5e-324, 1e9):
            for cap in (None, 0.0, 1e15):
                try:
                    figures = told(
                        price, 5.0, 10.0, 100_000, 1e12, 1e15, fixed, 10, 6, 1.01,
                        None, cap, points=16,
                    )  # fmt: skip
                except BoundsError:
                    continue
                assert all(0.0 <= one < inf for one in figures.values())


# The points.


# The fan.


def test_terms_say_when_the_cap_decides() -> None:
    assert Terms(1000.0, 5.0, 100.0).always_capped
    assert Terms(1000.0, 5.0, 0.0).always_capped
    assert Terms(1000.0, inf, 0.0).always_capped
    assert not Terms(1000.0, 5.0, 300.0).always_capped
    assert not Terms(1000.0, 5.0, None).always_capped
    assert log(Terms(1000.0, 5.0, 300.0).cap_price) == pytest.approx(log(10 / 3))
