"""The implied volatility: there and back, at the limits, and the same over arrays."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support.oracles import option_greeks, option_value
from xlfuncs.arrays.implied_volatility import BLOCK
from xlfuncs.arrays.implied_volatility import implied_volatility as over_arrays
from xlfuncs.models import implied_volatility as model
from xlfuncs.models.normal import density, mills_drop, mills_ratio

KINDS = st.sampled_from(["call", "put"])

Terms = tuple[str, float, float, float, float, float, float]


def _terms(count: int, seed: int) -> list[Terms]:
    """Kind, spot, strike, years, rate, yield and volatility, from tame to absurd."""
    draw = random.Random(seed)  # noqa: S311  a fixed grid, not a secret
    made: list[Terms] = []
    while len(made) < count:
        strike = 10.0 ** draw.uniform(-3.0, 4.0)
        apart = draw.choice(
            [0.0, draw.gauss(0.0, 0.3), draw.gauss(0.0, 1e-3), draw.gauss(0.0, 1e-9),
             draw.uniform(-9.0, 9.0)]
        )  # fmt: skip
        years = draw.choice([0.01, 0.25, 1.0, draw.uniform(0.01, 30.0)])
        rate = draw.choice([0.0, 0.05, draw.uniform(-0.1, 0.3)])
        dividend_yield = draw.choice([0.0, rate, draw.uniform(-0.1, 0.2)])
        volatility = draw.choice([draw.uniform(0.05, 1.0), 10.0 ** draw.uniform(-3.0, 0.7)])
        spot = strike * math.exp(apart)
        made.append(
            (draw.choice(["call", "put"]), spot, strike, years, rate, dividend_yield, volatility)
        )
    return made


TERMS = _terms(1500, seed=1998)


def _limits(terms: Terms) -> tuple[float, float, float]:
    """The discounted spot and strike, and the least price."""
    kind, spot, strike, years, rate, dividend_yield, _ = terms
    share, bond = spot * math.exp(-dividend_yield * years), strike * math.exp(-rate * years)
    return share, bond, max(share - bond if kind == "call" else bond - share, 0.0)


def test_wherever_a_volatility_exists_it_is_found_to_the_last_digits() -> None:
    """The price of the volatility found, with 50 digits, is the price."""
    solved = 0
    for terms in TERMS:
        kind, spot, strike, years, rate, dividend_yield, volatility = terms
        option = (kind, spot, strike, years, rate)
        price = float(option_value(*option, volatility, dividend_yield))
        share, bond, least = _limits(terms)
        most = share if kind == "call" else bond
        if price < 1e-290 or price > 0.999999 * most:
            continue
        found = xlfuncs.implied_volatility(kind, price, spot, strike, years, rate, dividend_yield)
        if found == 0.0:
            assert price - least < 1e-14 * (share + bond), terms
            continue
        solved += 1
        error = option_value(*option, found, dividend_yield) - price
        if least == 0.0 and price < 0.5 * most:  # the digits of the price are all of use
            vega = option_greeks(*option, volatility, dividend_yield)["vega"]
            assert abs(float(error / vega)) <= 2e-14 * volatility, terms
            assert found == pytest.approx(volatility, rel=2e-14, abs=0.0), terms
        else:
            growth = (abs(rate) + abs(dividend_yield)) * years
            slack = 1e-15 * (share + bond) * (2.0 + growth)
            assert abs(float(error)) <= slack + 1e-12 * (price - least), terms
    assert solved > 1000


def _tail(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def test_two_steps_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three at the most, anywhere: distances to 600, deviations to thirty either way."""
    steps = 0
    step = model.householder_step

    def counted(*arguments: float) -> float:
        nonlocal steps
        steps += 1
        return step(*arguments)

    monkeypatch.setattr(model, "householder_step", counted)
    draw = random.Random(3)  # noqa: S311  a fixed grid, not a secret
    most = total = 0
    for _ in range(2000):
        distance = draw.choice([0.0, 10.0 ** draw.uniform(-14.0, 2.8)])
        d1 = draw.choice([draw.uniform(-36.0, 7.5), draw.gauss(0.0, 1.0)])
        turn = math.sqrt(d1 * d1 + 2.0 * distance)
        deviation = d1 + turn if d1 > 0.0 else 2.0 * distance / (turn - d1)
        if deviation <= 0.0:
            continue
        beyond = density(d1) * mills_ratio(deviation - d1)
        p = density(d1) * mills_drop(-d1, deviation) if d1 < 0.5 else _tail(-d1) - beyond
        q = _tail(d1) + beyond
        if not 0.0 < p < 1.0:
            continue
        steps = 0
        found = model.implied_deviation(distance, p, q, 1.0)
        assert found == pytest.approx(deviation, rel=1e-12), (distance, d1)
        most, total = max(most, steps), total + 1
    assert total > 1000
    assert most <= 3


@settings(deadline=None, max_examples=200)
@given(
    kind=KINDS, spot=st.floats(0.01, 1e4), strike=st.floats(0.01, 1e4), years=st.floats(1e-3, 30.0),
    rate=st.floats(-0.1, 0.3), dividend_yield=st.floats(-0.1, 0.3), part=st.floats(1e-6, 0.999999),
)  # fmt: skip
def test_every_price_between_the_limits_has_a_volatility(
    kind: str, spot: float, strike: float, years: float, rate: float, dividend_yield: float,
    part: float,
) -> None:  # fmt: skip
    share, bond, least = _limits((kind, spot, strike, years, rate, dividend_yield, 0.0))
    most = share if kind == "call" else bond
    price = least + part * (most - least)
    assume(least + 1e-12 * (share + bond) < price < most * (1.0 - 1e-12))
    found = xlfuncs.implied_volatility(kind, price, spot, strike, years, rate, dividend_yield)
    again = xlfuncs.black_scholes(kind, spot, strike, years, rate, found, dividend_yield)
    assert abs(again - price) <= 1e-14 * (share + bond)


@settings(deadline=None, max_examples=200)
@given(
    kind=KINDS, price=st.floats(0.0, 2e4), spot=st.floats(0.01, 1e4), strike=st.floats(0.01, 1e4),
    years=st.floats(0.0, 30.0), rate=st.floats(-0.1, 0.3),
)  # fmt: skip
def test_what_has_no_volatility_is_refused(
    kind: str, price: float, spot: float, strike: float, years: float, rate: float
) -> None:
    share, bond, least = _limits((kind, spot, strike, years, rate, 0.0, 0.0))
    most = share if kind == "call" else bond
    assume(years == 0.0 or price < least - 1e-13 * (share + bond) or price >= most)
    with pytest.raises(xlfuncs.BoundsError, match=r"price must be|years must be"):
        xlfuncs.implied_volatility(kind, price, spot, strike, years, rate)


def test_rounding_under_the_least_price_is_no_error() -> None:
    """A price that a spreadsheet computed as the gain of exercise, a digit less or more."""
    for kind, spot, strike in (("call", 110.0, 97.3), ("put", 97.3, 110.0)):
        for years in (0.1, 1.0, 7.0):
            discounted = strike * math.exp(-0.037 * years)
            least = spot - discounted if kind == "call" else discounted - spot
            for price in (least, math.nextafter(least, 0.0), math.nextafter(least, 1e9)):
                if price > 0.0:
                    found = xlfuncs.implied_volatility(kind, price, spot, strike, years, 0.037)
                    assert 0.0 <= found < 1.0


def _scalar(terms: list[Any]) -> float:
    try:
        return xlfuncs.implied_volatility(*terms)
    except xlfuncs.BoundsError:
        return math.nan


def test_arrays_are_the_scalar_to_1e_12() -> None:
    """Some of the prices are impossible: those have no volatility in either form."""
    draw = np.random.default_rng(4)
    kinds, spots, strikes, years, rates, yields, volatilities = zip(*TERMS, strict=True)
    values = map(xlfuncs.black_scholes, kinds, spots, strikes, years, rates, volatilities, yields)
    prices = np.array(list(values)) * draw.choice([1.0] * 8 + [0.9, 1.1], len(TERMS))
    periods = np.where(draw.random(len(TERMS)) < 0.02, 0.0, years)
    found = over_arrays(np.array(kinds), prices, spots, strikes, periods, rates, yields)
    columns = (kinds, prices.tolist(), spots, strikes, periods.tolist(), rates, yields)
    expected = np.array([_scalar(list(row)) for row in zip(*columns, strict=True)])
    assert 50 < np.isnan(expected).sum() < 800
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0.0, equal_nan=True)


def test_arrays_broadcast_and_answer_in_kind() -> None:
    single = over_arrays("call", 1.875, 21.0, 20.0, 0.25, 0.10)
    assert single.shape == ()
    assert float(single) == pytest.approx(0.23451291399764362, rel=1e-13)
    table = over_arrays(["call", "put"], [[1.875], [0.9]], 21.0, 20.0, 0.25, rate=0.10)
    assert table.shape == (2, 2)
    assert table[0, 0] == single
    assert over_arrays("call", [], 21.0, 20.0, 0.25, 0.10).shape == (0,)


def test_arrays_refuse_what_the_card_refuses() -> None:
    with pytest.raises(xlfuncs.BoundsError, match=r"spot\[1\] must be above 0"):
        over_arrays("call", 1.875, [21.0, 0.0], 20.0, 0.25, 0.10)
    with pytest.raises(xlfuncs.InputError, match="option_type must be"):
        over_arrays("straddle", 1.875, 21.0, 20.0, 0.25, 0.10)
    with pytest.raises(xlfuncs.InputError, match="the shapes do not fit together"):
        over_arrays("call", [1.0, 2.0], [21.0, 22.0, 23.0], 20.0, 0.25, 0.10)


def test_blocks_join_without_a_seam() -> None:
    count = BLOCK + 3
    prices = np.linspace(1.6, 3.0, count)
    whole = over_arrays("call", prices, 21.0, 20.0, 0.25, 0.10)
    assert np.all(np.diff(whole) > 0.0)
    for place in (0, BLOCK - 1, BLOCK, count - 1):
        alone = xlfuncs.implied_volatility("call", float(prices[place]), 21.0, 20.0, 0.25, 0.10)
        assert whole[place] == pytest.approx(alone, rel=1e-12)
