"""The mean of the lowest closes of each window of days, for many paths at a time.

The variable price of the Certificate of Designation looks back over ten days and takes the six
lowest. Chunks of windows go through a sorting network (`network`) while they are in the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from xlfuncs.arrays import compiled
from xlfuncs.arrays.guard import check_axis, numbers, single
from xlfuncs.arrays.network import Network, Plan
from xlfuncs.card import card_of
from xlfuncs.clauses.conversion import variable_conversion_price
from xlfuncs.errors import BoundsError, InputError, MissingDataError
from xlfuncs.ranges import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from xlfuncs.kinds import Number

    Doubles = NDArray[np.float64]

CHUNK: Final = 16_384  # closes whose sorted lists stay in the second-level cache
ROW: Final = 128  # paths side by side in a chunk, where the days lie one below the other
MOST_COMPILED: Final = 16  # days of a window whose instructions are soon compiled
MOST_SORTED: Final = 64  # a window of more days is partitioned, not sorted by comparisons


def lowest_mean(
    closes: ArrayLike, lookback_days: ArrayLike, lowest_count: ArrayLike, axis: int = 0
) -> Doubles:
    """The mean of the lowest closes of each window of consecutive days.

    Answer i is of the closes i to i + lookback_days - 1: what a conversion on the day after the
    window goes by, before the multiple. The days lie along `axis`, the first if left out, which
    is shorter in the answer by lookback_days - 1.

    Args:
        closes: the closing prices or bids, each above zero.
        lookback_days: how many days a window has.
        lowest_count: how many of its lowest closes are averaged.
        axis: along which axis the days lie.

    Returns:
        the means, unrounded.

    Raises:
        BoundsError: a close is not above zero, or lowest_count is above lookback_days.
        MissingDataError: there are fewer days than a window has.

    Example:
        >>> bids = [5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875, 5.0]
        >>> lowest_mean(bids, 10, 6).round(6)
        array([4.958333, 4.9375  ])
    """
    prices = numbers(_unit("closing_bids"), closes, "closes")
    days = _count(lookback_days, "lookback_days")
    lowest = _count(lowest_count, "lowest_count")
    if lowest > days:
        raise BoundsError(f"lowest_count {lowest} must not be above lookback_days {days}")
    check_axis("closes", prices, axis)
    if prices.shape[axis] < days:
        raise MissingDataError(
            f"closes has {prices.shape[axis]} days, a window of lookback_days needs {days}"
        )
    return means(prices, days, lowest, axis)


def means(closes: Doubles, days: int, lowest: int, axis: int = 0) -> Doubles:
    """The means of each window, without any check."""
    first = np.moveaxis(closes, axis, 0)
    count = first.shape[0] - days + 1
    if first.ndim > 1 and first.T.flags.c_contiguous:  # each path's days lie together
        paths = first.T.reshape(-1, first.shape[0])
        found = np.empty((paths.shape[0], count))
        _write(paths, days, lowest, found, "lowest_along", _along_rows)
        answer = found.reshape(*first.shape[:0:-1], count).T
    else:
        rows = first.reshape(first.shape[0], -1)
        found = np.empty((count, rows.shape[1]))
        _write(rows, days, lowest, found, "lowest_down", _down_columns)
        answer = found.reshape(count, *first.shape[1:])
    return single(np.moveaxis(answer, 0, axis))


def _write(
    closes: Doubles,
    days: int,
    lowest: int,
    found: Doubles,
    name: str,
    on_numpy: Callable[[Doubles, int, int, Doubles], None],
) -> None:
    """Write the means by the kernel of a name, or on numpy alone."""
    small = days <= MOST_COMPILED
    kernel = compiled.kernel(name, found.size, "lookback_kernels") if small else None
    if kernel is None:
        on_numpy(closes, days, lowest, found)
    else:
        kernel(closes, (0,) * days, (0,) * lowest, found)


def _unit(argument: str) -> Number:
    """The unit of an argument of the clause that looks back."""
    (found,) = (a.unit for a in card_of(variable_conversion_price).arguments if a.name == argument)
    return cast("Number", found.unit if isinstance(found, Column) else found)


def _count(value: ArrayLike, name: str) -> int:
    array = numbers(_unit(name), value, name)
    if array.ndim:
        raise InputError(f"{name} must be one number, the same for all windows")
    return int(array)


def _down_columns(closes: Doubles, days: int, lowest: int, found: Doubles) -> None:
    """Days below one another: blocks of some paths and of as many days as make a chunk."""
    sums = _Sums(days, lowest)
    tall = max(CHUNK // ROW, 2 * days)
    for left in range(0, closes.shape[1], ROW):
        for top in range(0, found.shape[0], tall):
            to = found[top : top + tall, left : left + ROW]
            height, width = to.shape
            block = closes[top : top + height + days - 1, left : left + width]
            total = sums.of(block, width)
            np.divide(total.reshape(height, width), lowest, out=to)


def _along_rows(closes: Doubles, days: int, lowest: int, found: Doubles) -> None:
    """Days side by side: some paths in one row, without the windows that span two of them."""
    sums = _Sums(days, lowest)
    long = max(CHUNK, 2 * days)
    many = max(1, CHUNK // closes.shape[1])
    whole = np.empty(0)
    for top in range(0, closes.shape[0], many):
        for left in range(0, found.shape[1], long):
            to = found[top : top + many, left : left + long]
            height, width = to.shape
            block = closes[top : top + height, left : left + width + days - 1]
            if whole.shape != block.shape:
                whole = np.empty(block.shape)
            total = sums.of(block, 1)
            np.divide(total, lowest, out=whole.reshape(-1)[: total.size])
            to[...] = whole[:, :width]


class _Sums:
    """The sums of the lowest closes of each window, for blocks of any shape."""

    def __init__(self, days: int, lowest: int) -> None:
        self._days = days
        self._lowest = lowest
        self._plan = Plan(days, lowest) if days <= MOST_SORTED else None
        self._networks: dict[tuple[int, int], Network] = {}

    def of(self, block: Doubles, step: int) -> Doubles:
        """The sum for each window of the block's closes in one row, a day `step` places apart."""
        if self._plan is None:
            flat = np.ascontiguousarray(block).reshape(-1)
            windows = sliding_window_view(flat, (self._days - 1) * step + 1)[:, ::step]
            picked = np.partition(windows, self._lowest - 1, axis=1)[:, : self._lowest]
            total: Doubles = np.sort(picked, axis=1).sum(axis=1)
            return total
        network = self._networks.get((block.size, step))
        if network is None:
            network = Network(self._plan, block.size, step)
            self._networks[block.size, step] = network
        np.copyto(network.values.reshape(block.shape), block)
        return network.run()
