"""What an estimate by simulation costs, beside the plain way of getting the same one.

A script, not a test: ``python tests/benchmarks/bench_paths.py``. Two estimates are compared by
the seconds each would take to the same standard error: the time times the variance. The rivals
run in turn; of several rounds the fastest of each is taken.
"""

from __future__ import annotations

import sys
from math import exp, sqrt
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from xlfuncs.arrays.simulation.bermudan import bermudan_option
from xlfuncs.arrays.simulation.best_date import best_conversion_date
from xlfuncs.arrays.simulation.conversions import conversions_over_dates

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
MOST_CONVERSIONS = 0.01  # of the plain simulation's time to the same standard error
MOST_BEST_DATE = 0.10
MOST_OPTION = 0.10
SECONDS = 2.0  # that a year of monthly dates may take

Estimate = tuple[float, float]  # value and standard error

MONTHS = [21 * month for month in range(1, 13)]
SPOT, VOLATILITY, RATE, FIXED, MULTIPLE, CAP = 5.0, 0.8, 0.045, 6.03, 1.01, 338.0 * 12


def daily_closes(generator: np.random.Generator, paths: int) -> np.ndarray[Any, Any]:
    """Every close of a year: a row a path."""
    step = 1.0 / 252
    moves = generator.standard_normal((paths, MONTHS[-1])) * (VOLATILITY * sqrt(step))
    moves += (RATE - 0.5 * VOLATILITY**2) * step
    closes = np.empty((paths, MONTHS[-1] + 1))
    closes[:, 0] = SPOT
    closes[:, 1:] = SPOT * np.exp(np.cumsum(moves, axis=1))
    return closes


def conversion_prices(closes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The conversion price of every day from the tenth on, as a sliding window gives it."""
    windows = sliding_window_view(closes[:, :-1], 10, axis=1)
    lowest = np.partition(windows, 5, axis=2)[:, :, :6].mean(axis=2)
    prices: np.ndarray[Any, Any] = np.minimum(MULTIPLE * lowest, FIXED)
    return prices


def plain_conversions() -> Estimate:
    """Twelve conversions under a cap, every day simulated, the mean of what they bring."""
    values = []
    generator = np.random.default_rng(1)
    for _ in range(8):
        closes = daily_closes(generator, 2048)
        prices = conversion_prices(closes)
        left = np.full(len(closes), CAP)
        worth = np.zeros(len(closes))
        for day in MONTHS:
            shares = np.minimum((1000 + 60 * day / 252) / prices[:, day - 10], left)
            left -= shares
            worth += shares * closes[:, day] * exp(-RATE * day / 252)
        values.append(worth)
    found = np.concatenate(values)
    return float(found.mean()), float(found.std() / sqrt(len(found)))


def our_conversions() -> Estimate:
    """The same by the library."""
    found = conversions_over_dates(
        SPOT, VOLATILITY, RATE, MONTHS, 1.0, 1000.0, 0.0, FIXED, 10, 6, MULTIPLE, CAP, 0.06
    )
    return found.total.value, found.total.standard_error


def plain_rule(payoffs: np.ndarray[Any, Any], states: np.ndarray[Any, Any]) -> Estimate:
    """The textbook: cubic regression on the state, and the mean over the same paths."""
    cash = payoffs[-1].copy()
    for place in range(len(payoffs) - 2, -1, -1):
        some = payoffs[place] > 0.0
        known = np.vander(states[place][some], 4)
        waiting = known @ np.linalg.lstsq(known, cash[some], rcond=None)[0]
        now = payoffs[place][some]
        cash[some] = np.where(now > waiting, now, cash[some])
    return float(cash.mean()), float(cash.std() / sqrt(len(cash)))


def plain_best_date() -> Estimate:
    """The best of twelve dates, every day simulated."""
    generator = np.random.default_rng(1)
    payoffs, states = [], []
    for _ in range(8):
        closes = daily_closes(generator, 2048)
        prices = conversion_prices(closes)
        amounts = [(1000 + 60 * day / 252) * exp(-RATE * day / 252) for day in MONTHS]
        on_the_day = closes[:, MONTHS].T
        payoffs.append(on_the_day * np.array(amounts)[:, None] / prices[:, np.array(MONTHS) - 10].T)
        states.append(on_the_day / FIXED)
    return plain_rule(np.hstack(payoffs), np.hstack(states))


def our_best_date() -> Estimate:
    """The same by the library, with its upper bound."""
    found = best_conversion_date(
        SPOT, VOLATILITY, RATE, MONTHS, 1000.0, 0.0, FIXED, 10, 6, MULTIPLE, 0.06
    )
    return found.value, found.standard_error


def plain_option() -> Estimate:
    """The put of Longstaff and Schwartz: 36, 40, a year, 6 %, 20 %, 50 dates."""
    generator = np.random.default_rng(1)
    normals = generator.standard_normal((50, 32_768))
    moves = (0.06 - 0.02) / 50 + 0.2 * sqrt(0.02) * normals
    prices = 36.0 * np.exp(np.cumsum(moves, axis=0))
    discounts = np.exp(-0.06 * np.arange(1, 51) / 50)
    return plain_rule(np.maximum(40.0 - prices, 0.0) * discounts[:, None], prices / 40.0)


def our_option() -> Estimate:
    """The same by the library, with its upper bound."""
    found = bermudan_option("put", 36.0, 40.0, 1.0, 0.06, 0.2, paths=32_768)
    return found.value, found.standard_error


def compare(
    title: str, plain: Callable[[], Estimate], ours: Callable[[], Estimate], most: float
) -> tuple[bool, float]:
    """The two estimates, their times, and the ratio of times to the same standard error."""
    seconds: dict[str, list[float]] = {"plain": [], "xlfuncs": []}
    found: dict[str, Estimate] = {}
    for _ in range(ROUNDS):
        for name, rival in (("plain", plain), ("xlfuncs", ours)):
            start = perf_counter()
            found[name] = rival()
            seconds[name].append(perf_counter() - start)
    print(title)
    work = {}
    for name, (value, error) in found.items():
        fastest = min(seconds[name])
        work[name] = fastest * error**2
        print(f"  {name:<10} {value:12.4f} ± {error:<9.4f} {fastest * 1e3:9.1f} ms")
    ratio = work["xlfuncs"] / work["plain"]
    met = ratio <= most
    print(
        f"  time to the same standard error: {ratio:.5f} of the plain one, target at most "
        f"{most:g}: {'met' if met else 'MISSED'}\n"
    )
    return met, min(seconds["xlfuncs"])


if __name__ == "__main__":
    results = []
    met, _ = compare("conversions", plain_conversions, our_conversions, MOST_CONVERSIONS)
    results.append(met)
    met, taken = compare("best date", plain_best_date, our_best_date, MOST_BEST_DATE)
    quick = taken <= SECONDS
    print(f"  {taken:.2f} s, target at most {SECONDS:g} s: {'met' if quick else 'MISSED'}\n")
    results += [met, quick]
    met, _ = compare("Bermudan put", plain_option, our_option, MOST_OPTION)
    results.append(met)
    print(f"{sum(results)} of {len(results)} targets met")
    sys.exit(0 if all(results) else 1)
