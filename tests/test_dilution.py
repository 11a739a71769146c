"""Diluted warrants against the equation solved at 50 digits, and at the ends of their ranges."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from xlfuncs import (
    BoundsError,
    black_scholes,
    black_scholes_warrant_value,
    diluted_warrant_value,
    employee_option_value,
)

EPSILON = 2.0**-52


def _call(spot: mp.mpf, terms: list[mp.mpf]) -> mp.mpf:
    strike, years, rate, volatility, dividend_yield = terms
    deviation = volatility * mp.sqrt(years)
    d1 = (mp.log(spot / strike) + (rate - dividend_yield) * years) / deviation + deviation / 2
    share, bond = spot * mp.exp(-dividend_yield * years), strike * mp.exp(-rate * years)
    return (share * mp.erfc(-d1 / mp.sqrt(2)) - bond * mp.erfc((deviation - d1) / mp.sqrt(2))) / 2


def exact(spot: float, others: tuple[float, ...], new_shares: float) -> mp.mpf:
    """W by bisection of its logarithm between the undiluted value's part and the share."""
    with mp.workdps(50):
        s, m = mp.mpf(spot), mp.mpf(new_shares)
        terms = [mp.mpf(one) for one in others]
        least = _call(s, terms) / (1 + m)
        if least < mp.mpf("1e-290"):
            return mp.mpf(0)
        low, high = mp.log(least), mp.log(s)
        for _ in range(90):
            middle = (low + high) / 2
            w = mp.exp(middle)
            if _call(s + m * w, terms) > (1 + m) * w:
                low = middle
            else:
                high = middle
        return mp.exp(low)


RANDOM = np.random.default_rng(20)
TERMS = [
    (
        float(10.0 ** RANDOM.uniform(-1, 3)),
        float(np.exp(RANDOM.normal(0.0, 0.7))),
        float(RANDOM.choice([0.01, 0.5, 4.6, 10.0, 30.0])),
        float(RANDOM.choice([-0.02, 0.0, 0.045, 0.15])),
        float(RANDOM.choice([0.05, 0.3, 0.7, 2.0])),
        float(RANDOM.choice([0.0, 0.0, 0.03, 0.2])),
        float(10.0 ** RANDOM.uniform(-3, 12 if place % 3 == 0 else 1)),
    )
    for place in range(60)
]


@pytest.mark.parametrize("terms", TERMS)
def test_the_fixed_point_to_full_precision(terms: tuple[float, ...]) -> None:
    spot, moneyness, years, rate, volatility, dividend_yield, new_shares = terms
    strike = spot * moneyness
    value = diluted_warrant_value(
        spot, strike, years, rate, volatility, 1.0, new_shares, "galai-schneller", dividend_yield
    )
    expected = exact(spot, (strike, years, rate, volatility, dividend_yield), new_shares)
    assert abs(value - expected) <= 1e-13 * expected + 1e-280


def test_hull_s_company_pays_1173373() -> None:
    cost = 200e3 * diluted_warrant_value(40.0, 60.0, 5.0, 0.03, 0.3, 1e6, 200e3, "pre-issue")
    assert round(cost) == 1_173_373


@settings(deadline=None, derandomize=True, max_examples=300, phases=[Phase.generate])
@given(
    st.floats(0.01, 1e4),
    st.floats(0.01, 1e4),
    st.floats(0.0, 30.0),
    st.floats(-0.05, 0.5),
    st.floats(0.0, 5.0),
    st.floats(1e-3, 1e12),
    st.floats(0.0, 1e15),
    st.floats(0.0, 0.3),
)
def test_between_its_bounds_and_a_solution(
    spot: float,
    strike: float,
    years: float,
    rate: float,
    volatility: float,
    outstanding: float,
    warrants: float,
    dividend_yield: float,
) -> None:
    terms = (years, rate, volatility)
    tail = (outstanding, warrants)
    value = diluted_warrant_value(spot, strike, *terms, *tail, "galai-schneller", dividend_yield)
    before = diluted_warrant_value(spot, strike, *terms, *tail, "pre-issue", dividend_yield)
    undiluted = black_scholes_warrant_value(spot, strike, *terms, dividend_yield)
    room = 1.0 + 4.0 * EPSILON
    digits = 4.0 * EPSILON * max(spot, strike)  # a difference of the two has no more
    assert before <= value * room + digits
    assert value <= undiluted * room + digits
    new_shares = warrants / outstanding
    equity = spot + new_shares * value
    if equity < 1e9:
        call = black_scholes("call", equity, strike, *terms, dividend_yield)
        assert abs(call - (1.0 + new_shares) * value) <= 1e-13 * max(equity, strike)


def test_more_warrants_are_worth_less_each() -> None:
    values = [
        diluted_warrant_value(5.5, 6.7838, 4.6, 0.045, 0.7, 25.5e6, warrants)
        for warrants in (0.0, 1.0, 9e5, 1e7, 1e9, 1e12, 1e15)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] == black_scholes_warrant_value(5.5, 6.7838, 4.6, 0.045, 0.7)


def test_when_the_warrants_are_the_company_their_strike_is_all_that_others_get() -> None:
    """With no yield and countless warrants, W comes to S - K exp(-rT) or to nothing."""
    value = diluted_warrant_value(60.0, 40.0, 5.0, 0.03, 0.3, 1e-180, 1e15)
    assert value == pytest.approx(60.0 - 40.0 * math.exp(-0.15), rel=1e-15)
    assert diluted_warrant_value(20.0, 40.0, 5.0, 0.03, 0.3, 1e-180, 1e15) < 1e-180


def test_too_many_warrants_for_doubles_are_refused() -> None:
    with pytest.raises(BoundsError, match="is beyond all measure of shares_outstanding"):
        diluted_warrant_value(60.0, 40.0, 5.0, 0.03, 0.3, 1e-200, 1e15)


def test_the_least_solution_where_a_yield_below_zero_makes_two() -> None:
    terms = (10.0, 40.0, 1.0, 0.0, 0.3, 1.0, 50.0)
    value = diluted_warrant_value(*terms, "galai-schneller", -0.05)
    call = black_scholes("call", 10.0 + 50.0 * value, 40.0, 1.0, 0.0, 0.3, -0.05)
    assert value == pytest.approx(call / 51.0, rel=1e-14)
    assert value < 1e-5


@settings(deadline=None, derandomize=True, max_examples=100, phases=[Phase.generate])
@given(st.floats(0.0, 10.0), st.floats(0.0, 3.0), st.floats(-0.1, 0.2))
def test_who_stays_has_a_plain_option(years: float, leaving: float, dividend_yield: float) -> None:
    plain = black_scholes("call", 60.0, 64.0, years, 0.07, 0.38, dividend_yield)
    value = employee_option_value(60.0, 64.0, years, 0.07, 0.38, leaving, dividend_yield)
    assert value == pytest.approx(plain * math.exp(-leaving * years), rel=1e-15, abs=0.0)
