"""Quantiles of the variable price and of the shares it gives.

Over the points the logarithm of the variable price is a mixture of normal distributions, one a
point. Sorted and taken together by hundreds they are a mixture of a few, each with the mean and
the variance of its points, and that one is solved for its quantiles.
"""

from collections.abc import Sequence
from itertools import chain
from math import fsum, sqrt
from typing import Final, NamedTuple

from xlfuncs.models.floating.law import Level, Terms, below, density, shares_at

GROUPS: Final = 128
SHARE_QUANTILES: Final = (0.05, 0.25, 0.50, 0.75, 0.95)

_FAR = 9.0  # deviations: 1e-19 lies beyond
_CLOSEST = 1e-13  # the least deviation, and the last step of a search


class Groups(NamedTuple):
    """Points taken together, by the logarithm of the variable price over the level."""

    points: int
    means: tuple[float, ...]
    variances: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over all points."""
        return fsum(self.means) / len(self.means)

    @property
    def variance(self) -> float:
        """The variance over all points."""
        mean = self.mean
        squares = ((one - mean) ** 2 for one in self.means)
        return (fsum(squares) + fsum(self.variances)) / len(self.means)


def groups_of(log_prices: Sequence[Sequence[float]]) -> Groups:
    """The points of all shifts in groups of the same size."""
    points = sorted(chain.from_iterable(log_prices))
    size = max(len(points) // GROUPS, 1)
    means, variances = [], []
    for first in range(0, len(points), size):
        group = points[first : first + size]
        mean = fsum(group) / size
        means.append(mean)
        variances.append(fsum((one - mean) ** 2 for one in group) / size)
    return Groups(len(points), tuple(means), tuple(variances))


def share_quantiles(groups: Groups, terms: Terms, level: Level) -> list[float]:
    """The quantiles of the shares: fewer shares are a higher price."""
    return [
        shares_at(log_price_quantile(groups, level, 1.0 - quantile), terms)
        for quantile in SHARE_QUANTILES
    ]


def log_price_quantile(groups: Groups, level: Level, quantile: float) -> float:
    """The logarithm of the variable price which it is below with a given chance."""
    least = _CLOSEST if len(groups.means) > 1 else 0.0
    means = [level.log_mean + mean for mean in groups.means]
    variance = level.deviation * level.deviation
    deviations = [max(sqrt(variance + one), least) for one in groups.variances]
    if not any(deviations):
        return means[0]
    wanted = quantile * len(means)
    low = min(means) - _FAR * max(deviations)
    high = max(means) + _FAR * max(deviations)
    position, step = groups.mean + level.log_mean, high - low
    while abs(step) > _CLOSEST:
        zs = [(position - one) / dev for one, dev in zip(means, deviations, strict=True)]
        excess = fsum(map(below, zs)) - wanted
        low, high = (low, position) if excess > 0.0 else (position, high)
        slope = fsum(density(z) / dev for z, dev in zip(zs, deviations, strict=True))
        newton = position - excess / slope if slope else high
        if not low < newton < high or abs(newton - position) > 0.5 * abs(step):
            newton = 0.5 * (low + high)
        position, step = newton, newton - position
    return position
