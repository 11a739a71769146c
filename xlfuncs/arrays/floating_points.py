"""The shapes of a window of closes as arrays: those of `models.floating.shapes`."""

from __future__ import annotations

from functools import lru_cache
from math import log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from xlfuncs.models.floating.lattice import SHIFTS, VECTOR, points_a_shift, shifts_from
from xlfuncs.models.floating.quantiles import GROUPS, Groups
from xlfuncs.models.floating.shapes import TRADING_DAYS_A_YEAR, bridge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from xlfuncs.models.floating.shapes import Window

    Array = NDArray[np.float64]
    Shapes = tuple[Array, Array]

REMEMBERED: Final = 2**23  # closes in all shifts: up to 64 MB a set, and four of them are kept


def shapes_of(
    window: Window, drift: float, volatility: float, points: int, seed: int
) -> list[Shapes]:
    """The shapes of a window, shift by shift; a single one where nothing is left to chance."""
    walks: Iterable[Array] = [np.zeros((1, window.ahead))]
    if window.ahead and volatility:
        walks = walks_of(window.ahead, points, seed)
    return [shapes_along(one, window, drift, volatility) for one in walks]


def shapes_along(walks: Array, window: Window, drift: float, volatility: float) -> Shapes:
    """The logarithm of the variable price over the level, and the last close over the level."""
    ahead, known, lowest_count, price_multiple = window
    closes = np.empty((len(walks), ahead + len(known)))
    future = closes[:, :ahead]
    np.multiply(walks, volatility / sqrt(TRADING_DAYS_A_YEAR), out=future)
    future += drift * np.arange(1, ahead + 1) / TRADING_DAYS_A_YEAR
    np.exp(future, out=future)
    closes[:, ahead:] = np.exp(known)
    lasts = future[:, -1].copy() if ahead else np.ones(len(walks))
    if lowest_count < closes.shape[1]:
        closes.partition(lowest_count - 1, axis=1)
    totals = closes[:, :lowest_count].sum(axis=1)
    return np.log(totals) + (log(price_multiple) - log(lowest_count)), lasts


def groups_of(shapes: list[Shapes]) -> Groups:
    """The points of all shifts in groups of the same size, by the variable price."""
    points = np.sort(np.concatenate([log_prices for log_prices, _ in shapes]))
    groups = points.reshape(-1, max(points.size // GROUPS, 1))
    means, variances = groups.mean(axis=1), groups.var(axis=1)
    return Groups(points.size, tuple(means.tolist()), tuple(variances.tolist()))


def walks_of(days: int, points: int, seed: int) -> Iterable[Array]:
    """Standard random walks of so many days, a row each: those of each shift of the lattice."""
    count = points_a_shift(points)
    if days * SHIFTS * count > REMEMBERED:  # drawn each time anew
        return drawn_walks(days, count, seed)
    return _remembered_walks(days, count, seed)


@lru_cache(maxsize=4)
def _remembered_walks(days: int, count: int, seed: int) -> list[Array]:
    kept = list(drawn_walks(days, count, seed))
    for walks in kept:
        walks.setflags(write=False)
    return kept


def drawn_walks(days: int, count: int, seed: int) -> Iterator[Array]:
    """The walks of one shift after another, each with so many points."""
    normal = NormalDist().inv_cdf
    points = np.arange(count)[:, None] * np.array(VECTOR[:days]) % count / count
    for shift in shifts_from(seed, days):
        folded = np.abs(2.0 * ((points + shift) % 1.0) - 1.0)
        normals = np.fromiter(map(normal, folded.ravel().tolist()), np.float64, folded.size)
        normals = normals.reshape(folded.shape)
        walks = np.zeros((count, days + 1))
        for step, column in zip(bridge(days), normals.T, strict=True):
            walks[:, step.day] = (
                step.weight_before * walks[:, step.before]
                + step.weight_after * walks[:, step.after]
                + step.deviation * column
            )
        yield np.ascontiguousarray(walks[:, 1:])
