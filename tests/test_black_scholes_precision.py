"""Black-Scholes against the formula with 50 digits, far outside any market.

What a double can hold is asked for: a value, however small, to 1e-12 of itself, and a greek the
same but for theta where its two parts cancel. Near a deviation of thirty a last digit of the
logarithm alone is 1e-13 of the value.
"""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any, Final

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support.oracles import option_greeks, option_value
from xlfuncs.models.normal import mills_drop, mills_ratio, mills_slope

Option = tuple[str, float, float, float, float, float, float]

GREEKS: Final = ("delta", "gamma", "vega", "theta", "rho")
SMALLEST = 1e-290  # under it gamma and the like pass through numbers that doubles hold in part


def _options(count: int, seed: int) -> list[Option]:
    """Options near the money, far from it, and at next to no deviation."""
    draw = random.Random(seed)  # noqa: S311  a fixed grid, not a secret
    made: list[Option] = []
    while len(made) < count:
        strike = 10.0 ** draw.uniform(-6.0, 6.0)
        apart = draw.choice(
            [0.0, draw.gauss(0.0, 0.3), draw.gauss(0.0, 1e-3), draw.gauss(0.0, 1e-9),
             draw.uniform(-14.0, 14.0)]
        )  # fmt: skip
        spot = min(max(strike * math.exp(apart), 1e-6), 1e6)
        years = draw.choice([0.01, 1.0, draw.uniform(0.0, 50.0), 10.0 ** draw.uniform(-6.0, 0.0)])
        volatility = draw.choice([draw.uniform(0.05, 1.0), 10.0 ** draw.uniform(-3.0, 1.0)])
        rate = draw.choice([0.0, 0.05, draw.uniform(-0.2, 0.5)])
        dividend_yield = draw.choice([0.0, rate, draw.uniform(-0.1, 0.3)])
        kind = draw.choice(["call", "put"])
        made.append((kind, spot, strike, years, rate, volatility, dividend_yield))
    return made


OPTIONS = _options(800, seed=1998)


def test_values_keep_twelve_digits_of_their_own() -> None:
    compared, exact_to_the_last = 0, 0
    for option in OPTIONS:
        expected = option_value(*option)
        value = xlfuncs.black_scholes(*option)
        if expected < SMALLEST:
            assert value <= 2.0 * SMALLEST, option
            continue
        error = float(abs(value / expected - 1))
        assert error <= 1e-12, option
        compared += 1
        exact_to_the_last += error <= 1e-15
    assert compared > 500
    assert exact_to_the_last > 0.75 * compared


@pytest.mark.parametrize("greek", GREEKS)
def test_greeks_keep_twelve_digits_of_their_own(greek: str) -> None:
    compared = 0
    for option in OPTIONS[:400]:
        exact = option_greeks(*option)
        expected = exact[greek]
        size = abs(expected)
        if greek == "theta":  # beside what time itself takes: interest and dividends
            decay = exact["gamma"] * (mpmath.mpf(option[1]) * option[5]) ** 2 / 2
            size = decay + abs(expected + decay)
        if size > SMALLEST:
            found = xlfuncs.black_scholes_greek(greek, *option)
            assert float(abs(found - expected) / size) <= 1e-12, option
            compared += 1
    assert compared > 200


def test_values_err_by_4e_15_of_the_larger_price_at_most() -> None:
    """On terms that a market may show; elsewhere a discounted strike may be a thousand strikes."""
    draw = random.Random(4)  # noqa: S311  a fixed grid, not a secret
    for _ in range(600):
        spot, strike = draw.uniform(1.0, 200.0), draw.uniform(1.0, 200.0)
        years, volatility = draw.uniform(0.01, 10.0), draw.uniform(0.01, 2.0)
        rate, dividend_yield = draw.uniform(-0.05, 0.15), draw.uniform(0.0, 0.1)
        for kind in ("call", "put"):
            option = (kind, spot, strike, years, rate, volatility, dividend_yield)
            error = float(abs(xlfuncs.black_scholes(*option) - option_value(*option)))
            assert error <= 4e-15 * max(spot, strike), option


def test_the_forms_meet_without_a_step() -> None:
    """On both sides of each limit between two forms, values differ as much as they should."""
    for width in (0.05, 0.0499999999):
        for far in (0.0, 1.0, 1.9999, 2.0001, 8.0):
            option = ("call", 100.0 * math.exp(-far * width), 100.0, 1.0, 0.0, width, 0.0)
            error = xlfuncs.black_scholes(*option) / option_value(*option) - 1
            assert abs(float(error)) <= 1e-13


def test_the_mills_ratio_its_slope_and_its_drop() -> None:
    draw = random.Random(2)  # noqa: S311  a fixed grid, not a secret

    def ratio(z: Any) -> Any:
        return mpmath.ncdf(-z) / mpmath.npdf(z)

    for _ in range(500):
        z = draw.choice([draw.uniform(-1.0, 2.0), draw.uniform(2.0, 6.0), draw.uniform(2.0, 40.0)])
        width = 10.0 ** draw.uniform(-9.0, 1.0)
        with mpmath.workdps(60):
            exact, slope = ratio(mpmath.mpf(z)), 1 - z * ratio(mpmath.mpf(z))
            drop = exact - ratio(mpmath.mpf(z) + width)
        assert abs(float(mills_ratio(z) / exact - 1)) <= 2e-15
        assert abs(float(mills_slope(z) / slope - 1)) <= 1e-14
        assert abs(float(mills_drop(z, width) / drop - 1)) <= 4e-13


prices = st.floats(1e-3, 1e4)
rates = st.floats(-0.2, 0.5)


@settings(deadline=None, max_examples=150)
@given(
    spot=prices, strike=prices, years=st.floats(1e-6, 50.0), rate=rates, dividend_yield=rates,
    volatility=st.floats(1e-3, 10.0),
)  # fmt: skip
def test_a_call_less_a_put_is_the_forward(
    spot: float, strike: float, years: float, rate: float, dividend_yield: float, volatility: float
) -> None:
    terms = (spot, strike, years, rate, volatility, dividend_yield)
    share, bond = spot * math.exp(-dividend_yield * years), strike * math.exp(-rate * years)
    call, put = xlfuncs.black_scholes("call", *terms), xlfuncs.black_scholes("put", *terms)
    assert abs(call - put - (share - bond)) <= 4e-14 * (share + bond)
    assert 0.0 <= call <= share * (1 + 1e-15)
    assert 0.0 <= put <= bond * (1 + 1e-15)


@pytest.mark.parametrize("kind", ["call", "put"])
def test_more_volatility_is_worth_more(kind: str) -> None:
    """From next to none to nearly all: across every change of form, never less than before."""
    for spot in (50.0, 99.9999, 100.0, 100.0001, 130.0):
        ladder = [1.02**step * 1e-4 for step in range(500)]
        values = [xlfuncs.black_scholes(kind, spot, 100.0, 1.0, 0.01, v) for v in ladder]
        for less, more in pairwise(values):
            assert more >= less * (1 - 1e-14)


def test_what_is_infinite_is_refused_and_not_zero() -> None:
    with pytest.raises(xlfuncs.BoundsError):
        xlfuncs.black_scholes("call", 1e9, 1e9, 1000.0, -0.7, 0.2, -0.7)
