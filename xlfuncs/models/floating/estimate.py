"""From the shifts of the points to means with standard errors."""

from collections.abc import Sequence
from math import fsum, inf, isfinite, log, sqrt
from typing import Any, Final, NamedTuple

from xlfuncs.errors import BoundsError
from xlfuncs.models.floating.law import Expected, Level, Terms, below, density, expected
from xlfuncs.models.floating.quantiles import SHARE_QUANTILES, Groups, groups_of, share_quantiles
from xlfuncs.models.floating.shapes import Shapes

NAMES: Final = (
    "value",
    "standard error",
    "mean shares",
    "standard error of mean shares",
    "chance that the variable price binds",
    "chance that the cap binds",
    *(f"{100 * quantile:.0f} % quantile of shares" for quantile in SHARE_QUANTILES),
)


class Estimate(NamedTuple):
    """A mean over independent shifts, and its standard error."""

    mean: float
    error: float


def estimate_of(means: Sequence[float], unseen: float = 0.0) -> Estimate:
    """The mean of the shifts' means; `unseen` is the error that all of them may share.

    One shift alone is exact.
    """
    mean = fsum(means) / len(means)
    squares = fsum((one - mean) ** 2 for one in means)
    error = sqrt(squares / len(means) / max(len(means) - 1, 1))
    return Estimate(mean, sqrt(error * error + (unseen * mean) ** 2))


def results_of(
    shapes: Sequence[Shapes], terms: Terms, level: Level, stock_factor: float
) -> list[float]:
    """The figures of a conversion, in the order of NAMES.

    Args:
        shapes: the shapes of the window, shift by shift.
        terms: what the preferred share converts.
        level: the price at the first close of the window.
        stock_factor: what one unit of stock at that close is worth now, on average, if it is
            held to the conversion.

    Raises:
        BoundsError: a figure is too large for a number.
    """
    told = [expected(one.log_prices, one.lasts, terms, level) for one in shapes]
    groups = groups_of([one.log_prices for one in shapes])
    return figures_of(told, groups, terms, level, stock_factor)


def figures_of(
    told: Sequence[Expected], groups: Groups, terms: Terms, level: Level, stock_factor: float
) -> list[float]:
    """The figures, from the expectations of each shift and the groups of all points.

    Raises:
        BoundsError: a figure is too large for a number.
    """
    variable_chance = fsum(one.variable_chance for one in told) / len(told)
    cap_chance = fsum(one.cap_chance for one in told) / len(told)
    unseen = 0.0
    if not terms.always_capped:
        prices = ((terms.fixed_price, variable_chance), (terms.cap_price, cap_chance))
        unseen = max(unseen_part(groups, level, price, chance) for price, chance in prices)
    value = estimate_of([stock_factor * one.stocks for one in told], unseen)
    shares = estimate_of([one.shares for one in told], unseen)
    quantiles = share_quantiles(groups, terms, level)
    figures = [*value, *shares, variable_chance, cap_chance, *quantiles]
    if not all(map(isfinite, figures)):
        raise BoundsError("the shares or their value are too large for a number")
    return figures


def named(figures: Sequence[float]) -> list[list[Any]]:
    """The figures as rows of a name and a number."""
    return [[name, figure] for name, figure in zip(NAMES, figures, strict=True)]


def unseen_part(groups: Groups, level: Level, price: float, chance: float) -> float:
    """How much of the mean may lie where no point does, beyond a price that few points cross.

    Nothing where the price parts the points well, or where the level alone decides; otherwise
    what a normal distribution would have beyond it.
    """
    rare = 1.0 / groups.points
    if not 0.0 < price < inf or rare < chance < 1.0 - rare:
        return 0.0
    variance = groups.variance
    deviation = sqrt(variance + level.deviation * level.deviation)
    if not deviation:
        return 0.0
    z = abs(log(price) - level.log_mean - groups.mean) / deviation
    beyond = density(z) - z * below(-z)
    return beyond * variance / deviation
