"""The right to choose among dates, by least squares on simulated paths, between two bounds.

A rule that is fitted to one set of paths and then followed on another is some rule of the
holder's, so its value is a lower bound. Any martingale gives an upper bound: the expectation of
the best of the payoffs less the martingale, which is the closer the nearer the martingale is to
the gains and losses of the value itself. Source: Longstaff and Schwartz (2001); Rogers (2002),
Haugh and Kogan (2004), Andersen and Broadie (2004) for the upper bound.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Regressors = Callable[[int], Array]

FIT_PAIRS: Final = 8192  # the most pairs of paths that a rule is fitted to
_SMALLEST: Final = 1e-6  # of what the largest direction of the regressors has: less is noise
_CERTAIN: Final = 1e-18  # the variance of a relative price that rounding alone has moved
OUTER_BATCHES: Final = 24  # of the upper bound: its standard error is that of their means
OUTER_PAIRS: Final = 24
INNER_PAIRS: Final = 48  # of each of two samples from a date to the next


def fitted_rule(
    payoffs: Array, regressors: Regressors, martingale: Array | None = None
) -> list[Array]:
    """The coefficients of the value of waiting, for each date but the last.

    Args:
        payoffs: what exercise brings, discounted to now; a row a date, a column a path.
        regressors: of a date, by its place: a row a path, a column a function of what is known
            on that date.
        martingale: something traded whose discounted value is near that of the right, by date
            and path. What it gains and loses after a date is taken off what is regressed,
            whose expectation stays and whose noise goes.

    Returns:
        the coefficients, from regressions of what following the rule afterwards brings: over
        the paths where exercise brings anything, or with a martingale over all of them. Where
        there is no such path they are empty, and nothing is exercised.
    """
    cash = payoffs[-1].copy()
    traded = np.zeros_like(payoffs) if martingale is None else martingale
    gone = traded[-1].copy()
    rule: list[Array] = []
    for place in range(len(payoffs) - 2, -1, -1):
        some = payoffs[place] > 0.0 if martingale is None else np.ones(len(cash), dtype=bool)
        if not some.any():
            rule.append(np.empty(0))
            continue
        known = regressors(place)
        response = (cash - gone + traded[place])[some]
        coefficients = np.linalg.lstsq(known[some], response, rcond=_SMALLEST)[0]
        now = payoffs[place]
        stop = (now > 0.0) & (now > known @ coefficients)
        cash[stop], gone[stop] = now[stop], traded[place][stop]
        rule.append(coefficients)
    return rule[::-1]


def stopping_dates(payoffs: Array, regressors: Regressors, rule: list[Array]) -> NDArray[np.intp]:
    """For each path the place of the first date on which exercise brings more than waiting.

    Where there is none it is the last date.
    """
    stops = np.full(payoffs.shape[1], len(payoffs) - 1)
    for place in range(len(rule) - 1, -1, -1):
        if rule[place].size:
            waiting = regressors(place) @ rule[place]
            stops[(payoffs[place] > 0.0) & (payoffs[place] > waiting)] = place
    return stops


def at_the_stop(values: Array, stops: NDArray[np.intp]) -> Array:
    """Of values by date and path, that of each path's own date."""
    found: Array = np.take_along_axis(values, stops[None, :], axis=0)[0]
    return found


def dual_bound(payoffs: Array, values: Array, expected: Array) -> Array:
    """On each path the best payoff less the martingale of an approximate value.

    Args:
        payoffs: what exercise brings, discounted to now; a row a date, a column a path.
        values: an approximation of the value of the right on each date, likewise.
        expected: of each date's approximation, an unbiased estimate of what was expected of it
            on the date before; of the first date's, now.
    """
    best: Array = (payoffs - np.cumsum(values - expected, axis=0)).max(axis=0)
    return best


def crossed_mean(values: list[Array], prices: list[Array], mean: float) -> Array:
    """The mean over two independent samples, with the price relative as control of its mean.

    The slope on the one sample corrects the other, so that the mean stays unbiased.

    Args:
        values: by sample and path, a column each for whatever is estimated.
        prices: by sample and path, the price relative to that of the date before.
        mean: what is expected of the price.
    """
    total = 0.0
    for here, there in ((0, 1), (1, 0)):
        centred = prices[there] - prices[there].mean()
        spread = float(centred @ centred)
        slope = centred @ values[there] / spread if spread > _CERTAIN * len(centred) else 0.0
        total = total + values[here].mean(axis=0) - slope * (prices[here].mean() - mean)
    return 0.5 * np.asarray(total)


def spread_normals(generator: np.random.Generator, pairs: int) -> Array:
    """Standard normals, one from each of equally likely bands, in random order.

    The second half is the first with its sign changed.
    """
    places = (generator.permutation(pairs) + generator.random(pairs)) / (2 * pairs)
    inverse = NormalDist().inv_cdf
    lower = np.array([inverse(max(place, 1e-300)) for place in places.tolist()])
    return np.concatenate([lower, -lower])
