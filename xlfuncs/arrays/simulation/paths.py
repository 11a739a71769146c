"""Simulated paths of the stock price, day by day only where a conversion price looks.

A contract converts on dates counted in trading days from now, at the lesser of a fixed price
and a multiple of the mean of the lowest of the closes before the date. The closes of each
window are simulated one by one; what lies between two windows is one jump, exact for a
lognormal price however long. Paths come in antithetic pairs from a generator with a fixed seed.

What is simulated here is not offered as a worksheet function: it takes tenths of a second to
seconds, and a sheet recalculates a cell whenever anything before it changes. A cell has
floating_conversion_value, which needs no path: one conversion, under a cap of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from xlfuncs.arrays.simulation.contract import step_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.simulation.contract import Contract

    Array = NDArray[np.float64]

TOO_FAR: Final = "there is no finite answer for these arguments: they are too far apart"
_PAIRS_AT_ONCE: Final = 2048  # small enough for the caches
_POINTS_AT_ONCE: Final = 1_000_000  # and for the memory, where there are many days


class Paths:
    """The simulated closes of a contract: a row a day, a column a path."""

    def __init__(self, made: Contract) -> None:
        self.contract = made
        steps = step_years(made)
        known = len(made.known_bids)
        days = [*range(-known, 1), *steps]
        self.row = {day: row for row, day in enumerate(days)}
        self.first = known  # the row of today's close, from which time counts
        self.times = np.concatenate([np.zeros(known), np.cumsum([0.0, *steps.values()])])
        growth = made.rate - made.dividend_yield - 0.5 * made.volatility**2
        spans = np.array(list(steps.values()))
        self.drift = (growth * spans)[:, None]
        self.deviation = (made.volatility * np.sqrt(spans))[:, None]
        # What a close of the day before conversion is expected to grow by.
        self.last_step = [steps.get(day, 0.0) for day in made.trading_days]

    def closes(self, generator: np.random.Generator, pairs: int) -> Array:
        """Closes on pairs of antithetic paths; a path's twin stands `pairs` columns after it."""
        made, count = self.contract, 2 * pairs
        normals = generator.standard_normal((len(self.drift), pairs))
        found = np.empty((len(self.row), count))
        found[: self.first] = np.array(made.known_bids)[:, None]
        found[self.first] = made.stock_price
        moved = found[self.first + 1 :]
        np.multiply(self.deviation, normals, out=normals)
        np.add(self.drift, normals, out=moved[:, :pairs])
        np.subtract(self.drift, normals, out=moved[:, pairs:])
        np.cumsum(moved, axis=0, out=moved)
        np.exp(moved, out=moved)
        moved *= made.stock_price
        return found

    def window(self, closes: Array, place: int) -> Array:
        """The closes that the variable price of one date looks at."""
        end = self.end(place)
        return closes[end - self.contract.lookback_days : end]

    def variable_price(self, closes: Array, place: int) -> Array:
        """The price multiple of the mean of the lowest closes before one date."""
        made = self.contract
        return made.price_multiple * lowest_mean(self.window(closes, place), made.lowest_count)

    def last_close(self, closes: Array, place: int) -> Array:
        """The close of the trading day before a date; of today, today's price."""
        found: Array = closes[max(self.end(place) - 1, self.first)]
        return found

    def on_the_day(self, closes: Array, place: int) -> Array:
        """The close of the date itself."""
        found: Array = closes[self.end(place)]
        return found

    def end(self, place: int) -> int:
        """The row of a date, which is the end of its window."""
        return self.row[self.contract.trading_days[place]]


def lowest_mean(closes: Array, count: int) -> Array:
    """The mean of the lowest closes of each column.

    Rows are sifted by minimum and maximum through whichever side is shorter: the lowest are
    those kept at the low end, or those that fall out of the high end.
    """
    high = len(closes) - count
    low_end = count <= high
    kept: list[Array] = []
    fallen = np.zeros(closes.shape[1:])
    upper, lower = (np.minimum, np.maximum) if low_end else (np.maximum, np.minimum)
    for row in closes:
        rest = row
        for place, best in enumerate(kept):
            kept[place], rest = upper(best, rest), lower(best, rest)
        if len(kept) < (count if low_end else high):
            kept.append(rest)
        elif not low_end:
            fallen += rest
    for row in kept if low_end else ():
        fallen += row
    return fallen / count


def generators(seed: int) -> list[np.random.Generator]:
    """Two independent streams: one to prepare, one to measure."""
    return [
        np.random.Generator(np.random.PCG64(one)) for one in np.random.SeedSequence(seed).spawn(2)
    ]


def batches(pairs: int, days: int) -> list[int]:
    """So many pairs in parts that fit into the caches, or at least into the memory."""
    most = max(64, min(_PAIRS_AT_ONCE, _POINTS_AT_ONCE // max(days, 1)))
    return [min(most, pairs - done) for done in range(0, pairs, most)]


def twins(values: Array) -> Array:
    """The mean of each path and its antithetic twin, along the last axis."""
    half = values.shape[-1] // 2
    return 0.5 * (values[..., :half] + values[..., half:])
