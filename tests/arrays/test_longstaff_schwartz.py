"""The Longstaff-Schwartz method on the figures of its authors, and the bounds about it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from xlfuncs import BoundsError, InputError, XlfuncsError, black_scholes
from xlfuncs.arrays.simulation.bermudan import BoundedValue, bermudan_option
from xlfuncs.arrays.simulation.longstaff_schwartz import (
    at_the_stop,
    dual_bound,
    fitted_rule,
    spread_normals,
    stopping_dates,
)

# Longstaff and Schwartz (2001), section 1: eight paths of the price at times 1, 2 and 3.
TOY = np.array(
    [
        [1.09, 1.16, 1.22, 0.93, 1.11, 0.76, 0.92, 0.88],
        [1.08, 1.26, 1.07, 0.97, 1.56, 0.77, 0.84, 1.22],
        [1.34, 1.54, 1.03, 0.92, 1.52, 0.90, 1.01, 1.34],
    ]
)


def test_the_toy_of_eight_paths() -> None:
    discounts = np.exp(-0.06 * np.array([1.0, 2.0, 3.0]))
    payoffs = np.maximum(1.10 - TOY, 0.0) * discounts[:, None]

    def regressors(place: int) -> Any:
        return np.column_stack([np.ones(8), TOY[place], TOY[place] ** 2])

    rule = fitted_rule(payoffs, regressors)
    stops = stopping_dates(payoffs, regressors, rule)
    assert stops.tolist() == [2, 2, 2, 0, 2, 0, 0, 0]
    # The authors print .1144 and .0564.
    assert float(at_the_stop(payoffs, stops).mean()) == pytest.approx(0.1144343, abs=5e-8)
    assert round(float(payoffs[-1].mean()), 6) == 0.056381


def test_nothing_to_exercise_is_never_exercised() -> None:
    payoffs = np.zeros((3, 8))
    rule = fitted_rule(payoffs, lambda place: np.ones((8, 1)) + place)
    assert [one.size for one in rule] == [0, 0]
    assert stopping_dates(payoffs, lambda place: np.ones((8, 1)) + place, rule).tolist() == [2] * 8


def test_a_martingale_takes_the_noise_and_leaves_the_rule() -> None:
    """With the very value of waiting as martingale a regression on it is exact."""
    generator = np.random.default_rng(3)
    prices = np.exp(np.cumsum(0.1 * generator.standard_normal((3, 500)) - 0.005, axis=0))
    payoffs = prices * np.array([[1.0], [0.9], [1.1]])  # the last date is always the best
    martingale = 1.1 * prices
    rule = fitted_rule(payoffs, lambda place: prices[place][:, None], martingale)
    assert np.concatenate(rule) == pytest.approx([1.1, 1.1], rel=1e-12)


# K 40, 6 %, 50 dates a year; values of a Bermudan tree.
TABLE = {
    36: (4.478, 4.840, 7.101, 8.507),
    38: (3.250, 3.745, 6.148, 7.668),
    40: (2.314, 2.885, 5.312, 6.917),
    42: (1.617, 2.213, 4.583, 6.245),
    44: (1.110, 1.690, 3.948, 5.642),
}
KINDS = [(0.2, 1), (0.2, 2), (0.4, 1), (0.4, 2)]
ROWS = [
    (float(spot), volatility, years, value)
    for spot, values in TABLE.items()
    for (volatility, years), value in zip(KINDS, values, strict=True)
]


@pytest.mark.parametrize(("spot", "volatility", "years", "value"), ROWS)
def test_the_table_of_bermudan_puts(
    spot: float, volatility: float, years: int, value: float
) -> None:
    found = bermudan_option(
        "put", spot, 40.0, years, 0.06, volatility, exercise_dates=50 * years, paths=8192
    )
    rounding = 0.0005
    assert abs(found.value - value) <= 4.0 * found.standard_error + rounding
    slack = 4.0 * found.upper_bound_error + rounding
    assert value - slack <= found.upper_bound <= 1.002 * value + slack
    assert found.standard_error < 0.005
    european = black_scholes("put", spot, 40.0, years, 0.06, volatility)
    assert found.at_maturity == pytest.approx(european, rel=1e-12)


def test_a_call_without_dividends_is_european() -> None:
    found = bermudan_option("call", 42.0, 40.0, 0.5, 0.10, 0.20, paths=4096)
    european = black_scholes("call", 42.0, 40.0, 0.5, 0.10, 0.20)
    assert found.value == pytest.approx(european, abs=4.0 * found.standard_error + 1e-3)
    assert found.upper_bound == pytest.approx(european, abs=4.0 * found.upper_bound_error + 1e-3)


def test_one_date_is_european() -> None:
    found = bermudan_option("put", 50.0, 50.0, 5 / 12, 0.10, 0.40, exercise_dates=1, paths=4096)
    assert found.value == pytest.approx(found.at_maturity, abs=4.0 * found.standard_error + 1e-12)
    assert found.at_maturity == pytest.approx(4.0760, abs=5e-5)


def test_certain_prices_have_certain_values() -> None:
    for years, volatility in ((0.0, 0.3), (1.0, 0.0)):
        found = bermudan_option("put", 30.0, 40.0, years, 0.06, volatility, paths=4096)
        first = 40.0 * math.exp(-0.06 * years / 50) - 30.0
        assert found.value == pytest.approx(first, rel=1e-9)
        assert found.upper_bound == pytest.approx(first, rel=1e-9)


def test_the_bound_of_no_martingale_is_foresight() -> None:
    payoffs = np.array([[1.0, 5.0], [2.0, 3.0]])
    assert dual_bound(payoffs, payoffs, payoffs).tolist() == [2.0, 5.0]


def test_spread_normals_are_one_from_each_band() -> None:
    found = spread_normals(np.random.default_rng(1), 64)
    assert found.sum() == pytest.approx(0.0, abs=1e-12)
    bands = [math.floor(128 * 0.5 * math.erfc(-one / math.sqrt(2.0))) for one in found]
    assert sorted(bands) == list(range(128))


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"option_type": "straddle"}, InputError, "option_type"),
        ({"spot": -1.0}, BoundsError, "spot must be above 0"),
        ({"volatility": 5.0}, BoundsError, "volatility must be at most 2 over 1 years"),
        ({"exercise_dates": 0}, BoundsError, "exercise_dates must be"),
        ({"paths": 100}, BoundsError, "paths must be"),
        ({"exercise_dates": 10_000}, BoundsError, "paths must be at most 800 for 10,000 dates"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(
    changed: dict[str, Any], error: type[XlfuncsError], words: str
) -> None:
    good: dict[str, Any] = {
        "option_type": "put", "spot": 36.0, "strike": 40.0, "years": 1.0, "rate": 0.06,
        "volatility": 0.2,
    }  # fmt: skip
    with pytest.raises(error, match=words):
        bermudan_option(**(good | changed))


def test_table_is_names_and_numbers() -> None:
    found = bermudan_option("put", 36.0, 40.0, 1.0, 0.06, 0.2, exercise_dates=5, paths=4096)
    assert isinstance(found, BoundedValue)
    assert dict(found.table())["value (lower bound)"] == found.value
