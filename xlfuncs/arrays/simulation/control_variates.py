"""What is known exactly of the simulated paths, and estimates that make use of it.

The mean of the lowest closes has no known distribution, but the geometric mean of the same
closes is lognormal, jointly with the last close. So the value and the shares of a conversion at
a price proportional to it are known exactly, and their simulated excess over what is known is
taken off the simulated result by regression.
"""

from __future__ import annotations

from math import exp, inf, isinf, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xlfuncs.arrays.normal import distribution

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.simulation.paths import Paths

    Array = NDArray[np.float64]

PILOT_PAIRS = 512  # paths that only tell how far the lowest lie under the geometric mean
_FEWEST = 20  # observations for each control, or there are too many controls
_CONSTANT = 1e-9  # the deviation of a control that is as good as known
_NOISE = 1e-9  # a direction of the controls with less of the variance than this is rounding


class Estimates(NamedTuple):
    """The mean of each response and its standard error."""

    means: Array
    errors: Array


def estimates(responses: Array, controls: Array | None = None) -> Estimates:
    """Means of independent observations, a row each, by regression on controls of mean zero.

    A control is relative to something whose mean is 1. One whose values are not finite, or all
    the same but for rounding, is left out, and so are all of them where the observations are too
    few for their number.
    """
    count = len(responses)
    means = responses.mean(axis=0)
    rest = responses - means
    freedom, spread = count - 1, 1.0 / count
    if controls is not None:
        basis, distance = _directions(controls)
        if basis.shape[1] and count >= _FEWEST * basis.shape[1]:
            slopes = basis.T @ rest
            means = means - distance @ slopes
            rest = rest - basis @ slopes
            freedom -= basis.shape[1]
            spread += float(distance @ distance)
    variance = np.einsum("ij,ij->j", rest, rest) / freedom
    return Estimates(means, np.sqrt(variance * spread))


def _directions(controls: Array) -> tuple[Array, Array]:
    """Orthonormal directions of the centred controls, and how far their means are from zero."""
    with np.errstate(all="ignore"):
        centre = controls.mean(axis=0)
        scale = controls.std(axis=0)
        useful = np.isfinite(centre) & np.isfinite(scale) & (scale > _CONSTANT)
    centre, scale = centre[useful], scale[useful]
    centred = (controls[:, useful] - centre) / scale
    values, vectors = np.linalg.eigh(centred.T @ centred)
    kept = values > _NOISE * values.max(initial=0.0)
    turned = vectors[:, kept] / np.sqrt(values[kept])
    return centred @ turned, (centre / scale) @ turned


class Proxy:
    """The conversion of one date at a price proportional to the geometric mean of its closes.

    Args:
        paths: the simulated paths.
        place: which of the dates.
        shift: the logarithm of the mean of the lowest closes over the geometric mean, about.
        most: the most shares that a dollar of face and premium can bring.
    """

    def __init__(self, paths: Paths, place: int, shift: float, most: float = inf) -> None:
        made = paths.contract
        times = paths.window(paths.times, place)
        variance = made.volatility**2
        growth = made.rate - made.dividend_yield
        self._paths, self._place = paths, place
        self.least, self.most = 1.0 / made.fixed_price, most
        self._shift = shift + log(made.price_multiple)
        overlap = np.minimum.outer(times, times)
        self.deviation = sqrt(variance * float(overlap.mean()))
        last = float(times[-1])
        covariance = variance * float(np.minimum(times, last).mean())
        known = [log(bid) for bid in self._known()]
        start = (sum(known) + (len(times) - len(known)) * log(made.stock_price)) / len(times)
        drift = (growth - 0.5 * variance) * float(times.mean())
        middle = -(start + drift) - self._shift
        bounds = (self.deviation, self.least, self.most)
        self.mean_shares = float(mean_between(np.array(middle), *bounds))
        self.mean_value = float(mean_between(np.array(middle - covariance), *bounds))
        self._forward = made.stock_price * exp(growth * last)

    def _known(self) -> list[float]:
        """The closes of the window from before now."""
        made = self._paths.contract
        count = max(made.lookback_days - made.trading_days[self._place], 0)
        return list(made.known_bids[len(made.known_bids) - count :])

    def columns(self, closes: Array) -> list[Array]:
        """The controls on each path: price, value and shares over what is expected, less 1."""
        paths, place = self._paths, self._place
        logs = np.log(paths.window(closes, place)).mean(axis=0)
        shares = np.clip(np.exp(-(logs + self._shift)), min(self.least, self.most), self.most)
        price = paths.last_close(closes, place) / self._forward
        relative = price * shares / self.mean_value, shares / self.mean_shares
        return [price - 1.0, *(column - 1.0 for column in relative)]


def mean_between(middle: Array, deviation: float, least: float, most: float) -> Array:
    """The mean of a lognormal variable that is raised to the least and cut at the most."""
    if most <= least:
        return np.full_like(middle, most)
    more = _excess(middle, deviation, least)
    return least + more - (0.0 if isinf(most) else _excess(middle, deviation, most))


def _excess(middle: Array, deviation: float, strike: float) -> Array:
    """The mean excess over a strike of a variable whose logarithm is normal about `middle`."""
    mean = np.exp(middle + 0.5 * deviation * deviation)
    if strike == 0.0:
        return mean
    if deviation == 0.0:
        return np.maximum(mean - strike, 0.0)
    d2 = (middle - log(strike)) / deviation
    return mean * distribution(d2 + deviation) - strike * distribution(d2)


def shifts(paths: Paths, generator: np.random.Generator) -> list[float]:
    """For each date, how far the mean of the lowest closes lies under the geometric mean."""
    closes = paths.closes(generator, PILOT_PAIRS)
    multiple = paths.contract.price_multiple
    found = []
    for place in range(len(paths.contract.trading_days)):
        lowest = paths.variable_price(closes, place) / multiple
        shift = np.log(lowest) - np.log(paths.window(closes, place)).mean(axis=0)
        found.append(float(shift.mean()))
    return found
