"""A million rows through `xlfuncs.frames`, beside the loops that a pandas user would write.

A script, not a test: ``python tests/benchmarks/bench_frames.py``. `df.apply(axis=1)` and a list
comprehension are timed on a sample of the same rows and told for a million.
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import xlfuncs
from xlfuncs.card import card_of
from xlfuncs.frames import apply, kernels

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
SAMPLE = 20_000
ROUNDS = 3
MOST_SECONDS = 10.0


def rows() -> pd.DataFrame:
    """A million conversions, and as many options."""
    draw = np.random.default_rng(1999)
    return pd.DataFrame(
        {
            "preferred_shares": draw.integers(1, 7500, ROWS),
            "premium": draw.uniform(0.0, 150.0, ROWS).round(6),
            "conversion_price": draw.uniform(3.0, 9.0, ROWS).round(4),
            "spot": draw.uniform(3.0, 9.0, ROWS).round(4),
            "strike": draw.uniform(5.0, 8.0, ROWS).round(4),
            "years": draw.uniform(0.1, 4.6, ROWS).round(4),
            "closing_date": pd.Timestamp("1998-12-18"),
            "conversion_date": pd.Timestamp("1999-01-01")
            + pd.to_timedelta(draw.integers(0, 900, ROWS), unit="D"),
        }
    )


def fastest(run: Callable[[], object]) -> float:
    """The fastest of a few rounds, in seconds."""
    seconds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        run()
        seconds.append(perf_counter() - start)
    return min(seconds)


def compared(frame: pd.DataFrame, name: str, constants: dict[str, Any]) -> bool:
    """One function over the frame, beside the two loops over a sample."""
    function = getattr(xlfuncs, name)
    made = card_of(function)
    columns = [one.name for one in made.arguments if one.name in frame.columns and not one.is_range]
    sample = frame[columns].head(SAMPLE)

    def by_apply() -> object:
        return sample.apply(lambda row: function(**constants, **row), axis=1)

    def by_comprehension() -> object:
        lists = [sample[column].tolist() for column in columns]
        return [
            function(**constants, **dict(zip(columns, row, strict=True)))
            for row in zip(*lists, strict=True)
        ]

    ours = fastest(lambda: apply(frame, name, **constants))
    print(f"{name}, {ROWS:,} rows{', by its kernel' * bool(kernels.kernel_for(made))}")
    print(f"  xlfuncs.frames.apply          {ours:8.2f} s")
    for what, run in (("df.apply(axis=1)", by_apply), ("a comprehension", by_comprehension)):
        seconds = fastest(run) * ROWS / SAMPLE
        print(f"  {what:<29} {seconds:8.2f} s   {seconds / ours:.1f} times as long")
    met = ours <= MOST_SECONDS
    print(f"  target at most {MOST_SECONDS:g} s: {'met' if met else 'MISSED'}\n")
    return met


if __name__ == "__main__":
    table = rows()
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}\n")
    results = [
        compared(table, "conversion_shares", {"face_amount": 1000.0}),
        compared(
            table, "black_scholes", {"option_type": "call", "rate": 0.0575, "volatility": 0.7}
        ),
        compared(table, "accreted_premium", {"face_amount": 1000.0, "premium_rate": 0.06}),
    ]
    sys.exit(0 if all(results) else 1)
