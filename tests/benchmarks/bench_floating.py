"""The value of a floating-price conversion: how near the truth, in how much time.

A script, not a test: ``python tests/benchmarks/bench_floating.py``. Ours is measured beside a
plain simulation in numpy, whose standard error is scaled to the same time: the paths a
simulation would need for ours are that ratio squared. A first call makes the points and keeps
them; it is timed by itself.
"""

from __future__ import annotations

import os
import statistics
import sys
from functools import partial
from math import sqrt
from time import perf_counter
from typing import TYPE_CHECKING, Any

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

import numpy as np  # noqa: E402  one core: said before it is loaded

import xlfuncs  # noqa: E402
from xlfuncs.arrays import floating  # noqa: E402
from xlfuncs.models.floating import kept  # noqa: E402
from xlfuncs.models.floating.shapes import remembered_walks  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15
PATHS = 50_000
POINTS = 65_536

MOST_SECONDS = 0.1
MOST_ERROR = 1e-5  # of the value
MOST_CELL = 0.15  # seconds: a cell, in plain Python at its own number of points

CONTRACTS: dict[str, tuple[Any, ...]] = {
    "mandatory conversion, 60 %": (5.0, 0.6, 0.045, 658, 1e3, 156.49, 6.03, 10, 6, 1.01, 952 / 365),
    "mandatory conversion, 80 %": (5.0, 0.8, 0.045, 658, 1e3, 156.49, 6.03, 10, 6, 1.01, 952 / 365),
    "mandatory conversion, 100 %": (
        5.0,
        1.0,
        0.045,
        658,
        1e3,
        156.49,
        6.03,
        10,
        6,
        1.01,
        952 / 365,
    ),
    "80 %, with a cap": (5.0, 0.8, 0.045, 658, 1e3, 156.49, 6.03, 10, 6, 1.01, 952 / 365, 338.1275),
    "the window begins now, 80 %": (5.0, 0.8, 0.045, 10, 1e3, 0.0, None, 10, 6, 1.01),
    "the window begins now, 120 %": (5.0, 1.2, 0.045, 10, 1e3, 0.0, None, 10, 6, 1.01),
}


def seconds_of(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The fastest and the middle of many rounds."""
    found = []
    for _ in range(rounds):
        start = perf_counter()
        call()
        found.append(perf_counter() - start)
    return min(found), statistics.median(found)


def plain(contract: tuple[Any, ...]) -> float:
    """The standard error over the value of a plain simulation of whole paths."""
    price, volatility, rate, days, face, premium, fixed, lookback, lowest, multiple, *rest = (
        contract
    )
    years = rest[0] if rest else days / 252
    times = np.array([years - lookback / 252, *[1 / 252] * lookback])
    noise = np.random.default_rng(1).standard_normal((PATHS, len(times))) * np.sqrt(times)
    prices = price * np.exp(
        np.cumsum((rate - volatility**2 / 2) * times + volatility * noise, axis=1)
    )
    lows = np.partition(prices[:, :-1], lowest - 1, axis=1)[:, :lowest].mean(axis=1)
    paid = np.minimum(multiple * lows, np.inf if fixed is None else fixed)
    worth = np.minimum((face + premium) / paid, rest[1] if rest[1:] else np.inf) * prices[:, -1]
    return float(worth.std() / worth.mean() / sqrt(PATHS))


def kernel() -> bool:
    """Each contract at the same number of points."""
    met = []
    for name, contract in CONTRACTS.items():
        ours = partial(floating.floating_conversion_value, *contract, points=POINTS)
        told = ours()
        error = float(told["standard error"] / told["value"])
        fastest, middle = seconds_of(ours, ROUNDS)
        simulation, _ = seconds_of(partial(plain, contract), 3)
        as_long = plain(contract) * sqrt(simulation / fastest)
        good = fastest <= MOST_SECONDS and error <= MOST_ERROR
        met.append(good)
        print(
            f"  {name:<30} {fastest * 1e3:6.1f} ms (median {middle * 1e3:.1f}), standard error "
            f"{error:.1e} of the value; a plain simulation in that time {as_long:.1e}, "
            f"{as_long / error:,.0f} times ours: {'met' if good else 'MISSED'}"
        )
    return all(met)


def cell() -> bool:
    """The scalar function at its own number of points."""
    contract = CONTRACTS["mandatory conversion, 80 %"]
    call = partial(xlfuncs.floating_conversion_value, *contract)
    figures = dict(call())

    def anew() -> None:
        kept.forget()
        call()

    def first_of_all() -> None:
        remembered_walks.cache_clear()
        anew()

    first, _ = seconds_of(first_of_all, 5)
    fastest, middle = seconds_of(anew, ROUNDS)
    error = figures["standard error"] / figures["value"]
    met = first <= MOST_CELL
    print(
        f"  first {first * 1e3:.0f} ms, then {fastest * 1e3:.0f} ms (median {middle * 1e3:.0f}), "
        f"standard error {error:.1e} of the value; target at most {MOST_CELL * 1e3:.0f} ms: "
        f"{'met' if met else 'MISSED'}"
    )
    return met


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}\n")
    print("a cell, in plain Python")
    results = [cell()]
    start = perf_counter()
    floating.floating_conversion_value(*CONTRACTS["80 %, with a cap"], points=POINTS)
    print(f"\n{POINTS:,} points; made in {(perf_counter() - start) * 1e3:.0f} ms, then kept")
    print(f"targets: {MOST_SECONDS} s, {MOST_ERROR} of the value")
    results.append(kernel())
    print(f"\n{sum(results)} of {len(results)} targets met")
    sys.exit(0 if all(results) else 1)
