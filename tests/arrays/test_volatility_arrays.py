"""Volatilities of rows, columns and windows are those of the single series."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pandas as pd
import pytest

import xlfuncs
from tests.support.cases import all_cases
from xlfuncs import BoundsError, InputError, MissingDataError, arrays
from xlfuncs.arrays import volatility

CONVENTIONS = ("sample", "population", "zero")
RANDOM = np.random.default_rng(20)
CLOSES = 5.0 * np.exp(np.cumsum(RANDOM.normal(0.0005, 0.03, (7, 130)), axis=1))
CLOSES[3] *= 1e-4
CLOSES[4, 60] *= 40.0  # a series with an outlier


def single(closes: Any, *rest: Any) -> float:
    return xlfuncs.historical_volatility(closes.tolist(), *rest)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_rows_and_columns_are_the_single_series(convention: str) -> None:
    found = arrays.historical_volatility(CLOSES, 260.0, convention)
    expected = [single(row, 260.0, convention) for row in CLOSES]
    assert found.shape == (7,)
    assert found == pytest.approx(expected, rel=1e-12)
    columns = arrays.historical_volatility(CLOSES.T, 260.0, convention, axis=0)
    assert columns == pytest.approx(expected, rel=1e-12)
    frame = pd.DataFrame(CLOSES.T)
    assert arrays.historical_volatility(frame, axis=0) == pytest.approx(
        [single(row) for row in CLOSES], rel=1e-12
    )


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("run", [3, 101, 130])
def test_each_window_is_a_series(
    convention: str, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volatility, "BLOCK", 5_000)  # several blocks
    found = arrays.historical_volatility(CLOSES, 252.0, convention, window=run)
    assert found.shape == (7, 131 - run)
    for row in range(7):
        for start in range(0, 131 - run, 3):
            expected = single(CLOSES[row, start : start + run], 252.0, convention)
            assert found[row, start] == pytest.approx(expected, rel=1e-12)
    downward = arrays.historical_volatility(CLOSES.T, 252.0, convention, axis=0, window=run)
    assert (downward == found.T).all()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_series_in_sixteenths_against_fifty_digits(convention: str) -> None:
    """Quoted prices lie on a grid, so returns are few and often zero."""
    closes = np.maximum(np.round(CLOSES[0] * 16.0), 1.0) / 16.0
    with mpmath.workdps(50):
        prices = [mpmath.mpf(close) for close in closes.tolist()]
        returns = [mpmath.log(after / before) for before, after in pairwise(prices)]
        for run in (3, 22, 101):
            found = arrays.historical_volatility(closes, 260.0, convention, window=run)
            for start in range(0, len(closes) - run + 1, 7):
                part = returns[start : start + run - 1]
                middle = 0 if convention == "zero" else sum(part) / len(part)
                squares = sum((one - middle) ** 2 for one in part)
                divisor = len(part) - (convention == "sample")
                true = float(mpmath.sqrt(squares / divisor * 260))
                alone = single(closes[start : start + run], 260.0, convention)
                assert found[start] == pytest.approx(true, rel=1e-13, abs=1e-15)
                assert alone == pytest.approx(true, rel=1e-14, abs=1e-15)


def test_the_cases_of_the_scalar_function_hold() -> None:
    cases = [case for case in all_cases() if case.function == "historical_volatility"]
    good = [case for case in cases if case.error is None]
    assert len(good) > 10
    for case in good:
        assert case.agrees(float(arrays.historical_volatility(*case.in_order()))), case.what
    for case in cases:
        if case.error is not None:
            with pytest.raises((BoundsError, InputError, MissingDataError)):
                arrays.historical_volatility(*case.in_order())


def test_annualisation_may_differ_from_series_to_series() -> None:
    days = np.array([252.0, 260.0, 365.0])
    found = arrays.historical_volatility(CLOSES[:1], days)
    assert found == pytest.approx([single(CLOSES[0], day) for day in days.tolist()], rel=1e-12)
    with pytest.raises(InputError, match=r"annualisation \(3,\), volatilities \(7,\)"):
        arrays.historical_volatility(CLOSES, days)


@pytest.mark.parametrize(
    ("arguments", "named", "kind", "says"),
    [
        ((CLOSES, 252.0, "sample"), {"window": 2}, MissingDataError, "a window has 2 prices"),
        ((CLOSES,), {"window": 131}, MissingDataError, "has 130 prices, a window needs 131"),
        ((CLOSES,), {"window": 10.0}, InputError, "window must be a whole number, not 10.0"),
        ((CLOSES[:, :2],), {}, MissingDataError, "closing_prices has 2 prices, at least 3"),
        ((CLOSES,), {"axis": 2}, InputError, "closing_prices has no axis 2, it has 2"),
        ((5.0,), {}, MissingDataError, "closing_prices has 1 prices"),
        ((CLOSES, 0.0), {}, BoundsError, "annualisation must be above 0"),
        ((CLOSES, 252.0, ["zero", "sample"]), {}, InputError, "mean must be one word"),
        (([5.0, -1.0, 4.0],), {}, BoundsError, "closing_prices[1] must be above 0"),
        (([5.0, "x", 4.0],), {}, InputError, "closing_prices[1] must be a number, not 'x'"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: Any, named: Any, kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind) as caught:
        arrays.historical_volatility(*arguments, **named)
    assert says in str(caught.value)
