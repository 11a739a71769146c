"""Rivals timed in turn within one run, and their verdict: what the benchmarks share.

A busy machine then slows all of them alike; of many rounds the fastest and the middle one are
shown, and a target is held against the fastest.
"""

from __future__ import annotations

import statistics
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Timings = dict[str, list[float]]


def in_turn(rivals: dict[str, Callable[[], object]], rounds: int) -> Timings:
    """The seconds of each rival in each round, one after the other within a round."""
    timings: Timings = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            start = perf_counter()
            rival()
            timings[name].append(perf_counter() - start)
    return timings


def shown(title: str, timings: Timings, unit: float = 1e-3, suffix: str = "ms") -> None:
    """A line for each rival: fastest and middle round."""
    print(title)
    for name, seconds in timings.items():
        fastest, middle = min(seconds) / unit, statistics.median(seconds) / unit
        print(f"  {name:<44} {fastest:9.3f} {suffix}   (median {middle:.3f})")


def verdict(what: str, figure: float, most: float, suffix: str = "") -> bool:
    """A figure, its target, and whether it was met."""
    met = figure <= most
    answer = "met" if met else "MISSED"
    print(f"  {what}: {figure:.3f}{suffix}, target at most {most:g}{suffix}: {answer}")
    return met
