"""The shape of the window of closes: how they lie to one another, whatever their level.

Of a lognormal price the ratios of the closes of a window to its first are independent of the
first. What is drawn here are these ratios alone: of each set of them the variable price over
the level, and the last close over the level. Whatever comes before the window, and the day
after it, has a closed form.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import exp, log, sqrt
from typing import Final, NamedTuple

from xlfuncs.models.floating.lattice import (
    SHIFTS,
    lattice_column,
    points_a_shift,
    shifted,
    shifts_from,
)

TRADING_DAYS_A_YEAR: Final = 252
REMEMBERED: Final = 2**19  # closes in all shifts: 20 to 40 MB a set, and four are kept

Walk = tuple[float, ...]


class Window(NamedTuple):
    """The closes of a variable price, as logarithms over the level.

    `ahead` is the number of closes still to be drawn; `known` are the others, among them that
    of the level itself, 0, unless the window has ended before it.
    """

    ahead: int
    known: Walk
    lowest_count: int
    price_multiple: float


class Shapes(NamedTuple):
    """What the points of one shift say of the window.

    `log_prices` are the logarithms of the variable price over the level, `lasts` the last
    closes over the level.
    """

    log_prices: list[float]
    lasts: list[float]


class BridgeStep(NamedTuple):
    """A day of a random walk, given the walk on a day before and on a day after it."""

    day: int
    before: int
    after: int
    weight_before: float
    weight_after: float
    deviation: float


def shapes_of(
    window: Window, drift: float, volatility: float, points: int, seed: int
) -> list[Shapes]:
    """The shapes of a window, shift by shift; a single one where nothing is left to chance.

    Args:
        window: the closes.
        drift: what the logarithm of the price gains in a year, on average.
        volatility: the yearly volatility.
        points: how many points to draw, at least.
        seed: what the random shifts are drawn from.
    """
    certain = not window.ahead or not volatility
    shifts = [certain_walks(window.ahead)] if certain else walks_of(window.ahead, points, seed)
    return [shapes_along(walks, window, drift, volatility) for walks in shifts]


def shapes_along(walks: Sequence[Walk], window: Window, drift: float, volatility: float) -> Shapes:
    """The shapes that so many standard random walks give."""
    ahead, known, lowest_count, price_multiple = window
    deviation = volatility / sqrt(TRADING_DAYS_A_YEAR)
    means = [drift * day / TRADING_DAYS_A_YEAR for day in range(1, ahead + 1)]
    log_factor = log(price_multiple) - log(lowest_count)
    log_prices, lasts = [], []
    for walk in walks:
        closes = [mean + deviation * one for mean, one in zip(means, walk, strict=True)]
        lasts.append(exp(closes[-1]) if closes else 1.0)
        closes += known
        closes.sort()
        log_prices.append(log(sum(map(exp, closes[:lowest_count]))) + log_factor)
    return Shapes(log_prices, lasts)


def certain_walks(days: int) -> list[Walk]:
    """The only walk where nothing moves the price."""
    return [(0.0,) * days]


def walks_of(days: int, points: int, seed: int) -> Iterable[list[Walk]]:
    """Standard random walks of so many days: those of each shift of the lattice."""
    count = points_a_shift(points)
    if days * SHIFTS * count > REMEMBERED:  # drawn each time anew
        return drawn_walks(days, count, seed)
    return remembered_walks(days, count, seed)


def drawn_walks(days: int, count: int, seed: int) -> Iterator[list[Walk]]:
    """The walks of one shift after another, each with so many points."""
    from statistics import NormalDist  # noqa: PLC0415  of all functions only these need it

    normal = NormalDist().inv_cdf
    lattice = [lattice_column(count, dimension) for dimension in range(days)]
    for shift in shifts_from(seed, days):
        columns = {0: [0.0] * count}
        for step, column, one in zip(bridge(days), lattice, shift, strict=True):
            normals = map(normal, shifted(column, one))
            _, before, after, weight_before, weight_after, deviation = step
            befores, afters = columns[before], columns.get(after, columns[0])
            columns[step.day] = [
                weight_before * low + weight_after * high + deviation * normal_one
                for low, high, normal_one in zip(befores, afters, normals, strict=True)
            ]
        yield list(zip(*(columns[day] for day in range(1, days + 1)), strict=True))


@lru_cache(maxsize=4)
def remembered_walks(days: int, count: int, seed: int) -> list[list[Walk]]:
    """The same, kept for the next cell."""
    return list(drawn_walks(days, count, seed))


@lru_cache(maxsize=16)
def bridge(days: int) -> tuple[BridgeStep, ...]:
    """The days of a walk in the order in which they settle most: the last, then the middles."""
    steps = [BridgeStep(days, 0, days, 1.0, 0.0, sqrt(days))]
    spans = [(0, days)]
    for before, after in spans:  # it grows while it is gone through
        if after - before > 1:
            day, span = (before + after) // 2, after - before
            steps.append(
                BridgeStep(
                    day,
                    before,
                    after,
                    (after - day) / span,
                    (day - before) / span,
                    sqrt((day - before) * (after - day) / span),
                )
            )
            spans += [(before, day), (day, after)]
    return tuple(steps)
