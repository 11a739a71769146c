"""The best date to convert: bounds on either side, single dates, a quadrature of its own."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest

from tests.support.contracts import best, near, over_dates


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"dividend_yield": 0.3, "trading_days": [63, 126, 189, 252]},
        {"cap_shares_per_preferred": 338.1275},
        {"fixed_price": None, "premium_rate": 0.5},
        {"trading_days": list(range(10, 60, 5))},  # windows that overlap
    ],
    ids=["plain", "dividends", "cap", "no fixed price", "weekly"],
)
def test_bounds_hold_the_value_between_them(changed: dict[str, Any]) -> None:
    found = best(**changed)
    assert found.value <= found.upper_bound + 4.0 * (found.standard_error + found.upper_bound_error)
    assert found.upper_bound <= 1.02 * found.value + 4.0 * found.upper_bound_error
    assert found.upper_bound - 4.0 * found.upper_bound_error < found.foresight
    for one in found.dates:
        assert one.value <= found.value + 4.0 * (found.standard_error + one.standard_error)
    assert sum(one.chance for one in found.dates) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"trading_days": [63, 126]},
        {"trading_days": [21, 42, 63], "fixed_price": None, "premium_rate": 0.5},
        {"trading_days": [42, 45, 48]},
    ],
    ids=["plain", "no fixed price", "overlapping"],
)
def test_the_value_is_the_same_whatever_the_seed(changed: dict[str, Any]) -> None:
    """A control with a wrong expectation would show here: standard errors would be too small."""
    found = [best(**changed, paths=4096, seed=seed) for seed in range(10)]
    for values, errors in (
        ([one.value for one in found], [one.standard_error for one in found]),
        ([one.foresight for one in found], [one.foresight_error for one in found]),
        ([one.upper_bound for one in found], [one.upper_bound_error for one in found]),
    ):
        assert 0.4 < np.std(values) / np.mean(errors) < 1.8
    lower = [one.value for one in found]
    upper = [one.upper_bound for one in found]
    error = float(np.std(upper) + np.std(lower)) / 3.0  # of the means of ten
    assert 0.0 < np.mean(upper) - np.mean(lower) + 4.0 * error < 0.01 * np.mean(lower)


def test_single_dates_are_those_of_conversions_over_dates() -> None:
    by_itself = over_dates(premium_rate=0.06, seed=7).dates
    for one, other in zip(best(premium_rate=0.06).dates, by_itself, strict=True):
        assert near(one.value, one.standard_error, other.value, other.standard_error)


def test_a_fixed_price_alone_is_held_or_converted_by_what_it_pays() -> None:
    """Without dividends waiting costs nothing; premium rewards it; dividends are missed by it."""
    fixed = {"price_multiple": 100.0, "volatility": 0.3, "paths": 4096}
    worth = 1000 * 5.0 / 6.03
    indifferent = best(**fixed)
    assert indifferent.value == pytest.approx(worth, rel=1e-9)
    assert indifferent.upper_bound == pytest.approx(worth, rel=1e-9)
    waits = best(**fixed, premium_rate=0.06)
    assert waits.last.chance == 1.0
    assert waits.value == pytest.approx(worth * (1.0 + 0.06 * 0.5), rel=1e-9)
    hurries = best(**fixed, dividend_yield=0.10)
    assert hurries.first.chance == 1.0
    assert hurries.value == pytest.approx(worth * exp(-0.10 * 21 / 252), rel=1e-9)


def test_a_single_date_is_that_date() -> None:
    found = best(trading_days=[63])
    assert near(found.value, found.standard_error, found.last.value, found.last.standard_error)
    assert near(found.upper_bound, found.upper_bound_error, found.last.value)


def test_the_best_date_by_quadrature() -> None:
    """One close in the window: the value of waiting depends on one price, and is integrated.

    On a day the price is that of the close before times one day's growth, so that conversion
    pays the amount times the greater of price over fixed price and growth over the multiple.
    """
    volatility, rate, dividends, fixed, multiple, step = 0.8, 0.045, 0.25, 6.03, 1.01, 63
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()
    grid = np.linspace(log(0.02), log(1500.0), 1501)
    drift = rate - dividends - 0.5 * volatility**2

    def growth(days: int) -> np.ndarray[Any, Any]:
        return drift * days / 252 + volatility * sqrt(days / 252) * nodes

    waiting = np.zeros_like(grid)
    for _ in range(4):
        before = grid[:, None, None] + growth(step - 1)[:, None]  # the close of the day before
        on_the_day = before + growth(1)
        pays = np.maximum(np.exp(on_the_day) / fixed, np.exp(growth(1)) / multiple) * 1000.0
        kept = np.interp(on_the_day, grid, waiting)
        mean = np.einsum("ijk,j,k->i", np.maximum(pays, kept), weights, weights)
        waiting = exp(-rate * step / 252) * mean
    exact = float(np.interp(log(5.0), grid, waiting))
    found = best(
        trading_days=[63, 126, 189, 252], lookback_days=1, lowest_count=1, dividend_yield=dividends,
        paths=65_536,
    )  # fmt: skip
    # The kinks limit the quadrature to about a tenth of a dollar.
    assert found.value == pytest.approx(exact, abs=4.0 * found.standard_error + 0.2)
    assert found.upper_bound == pytest.approx(exact, abs=4.0 * found.upper_bound_error + 0.2)
