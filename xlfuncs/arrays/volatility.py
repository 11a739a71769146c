"""Historical volatilities of many series, and of each window of a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from xlfuncs.arrays.careful import log_ratio
from xlfuncs.arrays.guard import check_axis, checked, together, valued
from xlfuncs.errors import InputError, MissingDataError
from xlfuncs.models import volatility as scalar

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Doubles = NDArray[np.float64]

BLOCK: Final = 1_000_000  # returns of runs at a time


def historical_volatility(
    closing_prices: ArrayLike,
    annualisation: ArrayLike = 252.0,
    mean: str = "sample",
    axis: int = -1,
    window: int | None = None,
) -> Doubles:
    """The yearly volatilities of series of closing prices, which lie along an axis.

    With `window` it is the volatility of each run of so many closes, 101 of which are the 100
    returns of the warrant: answer i is of the closes i to i + window - 1.

    Args:
        closing_prices: the closing prices in order of date, USD.
        annualisation: the number of such returns in a year; 252 if left out.
        mean: "sample" (if left out), "population" or "zero", as for a single series.
        axis: along which axis the dates lie, the last if left out.
        window: how many closes a run has; if left out, all of them.

    Returns:
        the yearly volatilities, as fractions; the axis is gone, or with `window` as many
        shorter as a run has closes, less one.

    Raises:
        MissingDataError: there are fewer closes than a run has, or than a deviation needs.

    Example:
        >>> closes = [20, 20.1, 19.9, 20, 20.5, 20.25, 20.9]
        >>> historical_volatility([closes, closes[::-1]]).round(6)
        array([0.282689, 0.282689])
    """
    found = checked(scalar.historical_volatility, (closing_prices, annualisation, mean))
    prices, convention = found["closing_prices"], found["mean"]
    if not isinstance(convention, str):
        raise InputError("mean must be one word, the same for all series")
    if not prices.ndim:
        prices = prices.reshape(1)
    check_axis("closing_prices", prices, axis)
    lined = np.moveaxis(prices, axis, -1)
    run = lined.shape[-1] if window is None else window
    least = 3 if convention == "sample" else 2
    if isinstance(run, bool) or not isinstance(run, (int, np.integer)):
        raise InputError(f"window must be a whole number, not {run!r}")
    if run < least:
        raise MissingDataError(f"{_run(window)} has {run} prices, at least {least} are needed")
    if run > lined.shape[-1]:
        raise MissingDataError(
            f"closing_prices has {lined.shape[-1]} prices, a window needs {run} of them"
        )
    variance = _variances(log_ratio(lined[..., 1:], lined[..., :-1]), int(run) - 1, convention)
    variance = variance[..., 0] if window is None else np.moveaxis(variance, -1, axis)
    together({"annualisation": found["annualisation"], "volatilities": variance})
    return valued(scalar.historical_volatility, np.sqrt(variance * found["annualisation"]))


def _run(window: int | None) -> str:
    return "closing_prices" if window is None else "a window"


def _variances(returns: Doubles, count: int, convention: str) -> Doubles:
    """The variance of each run of so many returns along the last axis.

    Each run is summed by itself, about its own mean: running sums would carry the rounding of
    every return that has passed.
    """
    runs = sliding_window_view(returns, count, axis=-1)
    found = np.empty(runs.shape[:-1])
    ends = returns.shape[-1] - count + 1
    days = max(1, BLOCK // max(1, count * (found.size // ends)))
    for start in range(0, ends, days):
        part = runs[..., start : start + days, :]
        middle = 0.0 if convention == "zero" else part.mean(axis=-1, keepdims=True)
        found[..., start : start + days] = np.square(part - middle).sum(axis=-1)
    return found / (count - 1 if convention == "sample" else count)
