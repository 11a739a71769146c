"""What a million option values and the lookback cost, each beside what numpy has for it.

A script, not a test: ``python tests/benchmarks/bench_valuation.py``. The rivals are measured in
turn within one run, on one core, so that a busy machine slows all of them alike; of the rounds
the fastest and the middle one are shown, and the target is held against the fastest. Ours is
the public function with all its checks. What compiling costs the first time is said apart.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

import numpy as np  # noqa: E402  one core: said before it is loaded
from numpy.lib.stride_tricks import sliding_window_view  # noqa: E402
from scipy.special import ndtr  # noqa: E402

import xlfuncs  # noqa: E402
from xlfuncs import arrays  # noqa: E402
from xlfuncs.arrays import compiled  # noqa: E402

ROOT: Final = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.rivals import in_turn, shown, verdict  # noqa: E402  found by the line above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

COUNT = 1_000_000
ROUNDS = 15
DAYS, PATHS = 2_500, 10_000
LOOKBACK, LOWEST = 10, 6
LOOKBACK_ROUNDS = 3
BLOCK = 500  # paths at a time for the rival, which copies each window

MOST_COMPILED = 0.25  # of numpy and scipy
MOST_NUMPY = 1.0  # of the same, where there is no numba
MOST_LOOKBACK = 0.15  # of numpy's windows and partition


@contextmanager
def numba_left_out() -> Iterator[None]:
    """What is computed meanwhile is computed as if numba were not installed."""
    kernel = compiled.kernel
    compiled.kernel = lambda *_: None
    try:
        yield
    finally:
        compiled.kernel = kernel


def terms() -> list[Any]:
    """A million options, everything about them different."""
    random = np.random.default_rng(1973)
    ranges = [(2, 12), (2, 12), (0.05, 5), (0, 0.1), (0.1, 1.2), (0, 0.05)]
    return [random.uniform(low, high, COUNT) for low, high in ranges]


def with_scipy(
    spot: Doubles, strike: Doubles, years: Doubles, rate: Doubles, volatility: Doubles, q: Doubles
) -> Doubles:
    """The call as one writes it down with numpy and scipy, nothing checked."""
    root = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate - q + 0.5 * volatility * volatility) * years) / root
    value: Doubles = spot * np.exp(-q * years) * ndtr(d1) - strike * np.exp(-rate * years) * ndtr(
        d1 - root
    )
    return value


def prices() -> list[bool]:
    """A million values: compiled, on numpy alone, and with scipy."""
    given = terms()

    def on_numpy() -> Doubles:
        with numba_left_out():
            return arrays.black_scholes("call", *given)

    start = perf_counter()
    ours = arrays.black_scholes("call", *given)
    first = perf_counter() - start
    for place in range(0, COUNT, COUNT // 500):
        one = xlfuncs.black_scholes("call", *(float(term[place]) for term in given))
        assert abs(ours[place] - one) <= 1e-12 * max(given[0][place], given[1][place])
    assert np.abs(ours - on_numpy()).max() < 1e-12
    rivals: dict[str, Callable[[], object]] = {
        "numpy and scipy.special.ndtr": lambda: with_scipy(*given),
        "ours, numpy alone": on_numpy,
    }
    if compiled.compiled_by() != "numpy":
        rivals["ours, compiled"] = lambda: arrays.black_scholes("call", *given)
    timings = in_turn(rivals, ROUNDS)
    shown(f"{COUNT:,} calls, large arrays by {compiled.compiled_by()}", timings)
    fastest = {name: min(seconds) for name, seconds in timings.items()}
    rival = fastest["numpy and scipy.special.ndtr"]
    met = [verdict("numpy alone against scipy", fastest["ours, numpy alone"] / rival, MOST_NUMPY)]
    if "ours, compiled" in fastest:
        met.append(
            verdict("compiled against scipy", fastest["ours, compiled"] / rival, MOST_COMPILED)
        )
        print(f"  the first call, which compiles or loads the kernel, took {first:.2f} s")
    print()
    return met


def partitioned(closes: Doubles) -> Doubles:
    """numpy's own way: every window side by side, partitioned; in blocks that fit memory."""
    found = np.empty((DAYS - LOOKBACK + 1, closes.shape[1]))
    for left in range(0, closes.shape[1], BLOCK):
        windows = sliding_window_view(closes[:, left : left + BLOCK], LOOKBACK, axis=0)
        lowest = np.partition(windows, LOWEST - 1, axis=-1)[..., :LOWEST]
        found[:, left : left + BLOCK] = lowest.mean(axis=-1)
    return found


def lookback() -> list[bool]:
    """The mean of the six lowest of ten closes, each day of ten years on ten thousand paths."""
    random = np.random.default_rng(6)
    closes = 5.0 * np.exp(np.cumsum(random.normal(0.0, 0.04, (DAYS, PATHS)), axis=0))
    closes = np.clip(closes, 1e-6, 1e8)

    def on_numpy() -> Doubles:
        with numba_left_out():
            return arrays.lowest_mean(closes, LOOKBACK, LOWEST)

    expected = partitioned(closes[:, :BLOCK])
    found = arrays.lowest_mean(closes[:, :BLOCK], LOOKBACK, LOWEST)
    assert np.abs(found / expected - 1.0).max() < 1e-12
    rivals: dict[str, Callable[[], object]] = {
        "sliding_window_view and partition": lambda: partitioned(closes),
        "ours": lambda: arrays.lowest_mean(closes, LOOKBACK, LOWEST),
        "ours, numpy alone": on_numpy,
    }
    timings = in_turn(rivals, LOOKBACK_ROUNDS)
    shown(f"six lowest of ten, {DAYS:,} days of {PATHS:,} paths", timings)
    theirs, ours, alone = (min(seconds) for seconds in timings.values())
    print(f"  on numpy alone against the same: {alone / theirs:.3f}")
    return [verdict("the lookback against numpy's partition", ours / theirs, MOST_LOOKBACK)]


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}\n")
    results = [*prices(), *lookback()]
    print(f"\n{sum(results)} of {len(results)} targets met")
    sys.exit(0 if all(results) else 1)
