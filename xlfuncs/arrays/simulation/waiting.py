"""What a holder who can still convert knows on a date, and what waiting is about worth.

Where the next window begins on the date or later, all that matters is the stock price of the
day. Where it reaches further back, the lowest of the closes that it will share matter too.
"""

from __future__ import annotations

from itertools import pairwise
from math import exp, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xlfuncs.arrays.simulation.control_variates import mean_between
from xlfuncs.arrays.simulation.longstaff_schwartz import at_the_stop, crossed_mean, spread_normals
from xlfuncs.arrays.simulation.paths import lowest_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.simulation.longstaff_schwartz import Regressors
    from xlfuncs.arrays.simulation.paths import Paths

    Array = NDArray[np.float64]

_NODES = 1025  # of a table over the logarithm of the stock price
_REACH = 8.0  # standard deviations that it covers
_FARTHEST = 5.0  # standard deviations beyond which a regressor stays level


class State(NamedTuple):
    """What is known on a date: the price, what conversion pays, and the shared low closes."""

    place: int
    price: Array
    payoff: Array
    shared: Array | None


class Waiting:
    """The value of waiting, by regression on functions of the state.

    Args:
        paths: the simulated paths.
        cap: the most shares that a preferred share brings.
        under: the logarithm of the mean of the lowest closes over the geometric mean, about.
    """

    def __init__(self, paths: Paths, cap: float, under: float) -> None:
        made = paths.contract
        self.paths, self.cap, self._under = paths, cap, under
        self.count = len(made.trading_days)
        days = made.trading_days
        self._gaps = [after - day for day, after in pairwise(days)]
        self._discounts = [exp(-made.rate * time) for time in made.years]
        # The last date at which nothing of the last window has been seen.
        before = [place for place, day in enumerate(days) if day <= days[-1] - made.lookback_days]
        self._unseen = before[-1] if before else None
        self._drift = made.rate - made.dividend_yield - 0.5 * made.volatility**2
        reach = _REACH * made.volatility * sqrt(made.years[-1])
        reach += abs(self._drift) * made.years[-1] + 1e-6
        self._nodes = log(made.stock_price) + np.linspace(-reach, reach, _NODES)
        # Over the stock price, so that what is proportional to it is exact between the nodes.
        grid, early = np.exp(self._nodes), list(enumerate(made.years[:-1]))
        self._last = [self.proxy(self._nodes, time, self.count - 1) / grid for _, time in early]
        self._next = [self.proxy(self._nodes, time, place + 1) / grid for place, time in early]

    def proxy(self, logs: Array, start: float, later: int) -> Array:
        """The value of converting on a later date at a geometric mean, given an earlier price.

        Exact where the window of the later date begins at the time of the price or after it.
        """
        made = self.paths.contract
        times = np.maximum(self.paths.window(self.paths.times, later) - start, 0.0)
        variance = made.volatility**2
        deviation = sqrt(variance * float(np.minimum.outer(times, times).mean()))
        covariance = variance * float(np.minimum(times, times[-1]).mean())
        middle = -logs - self._drift * float(times.mean()) - self._under - log(made.price_multiple)
        amount = made.amounts[later]
        shares = mean_between(
            middle - covariance, deviation, 1.0 / made.fixed_price, self.cap / amount
        )
        growth = exp((made.rate - made.dividend_yield) * (made.years[later] - start))
        return self._discounts[later] * amount * growth * np.exp(logs) * shares

    def states(self, closes: Array) -> list[State]:
        """The state of every path on every date."""
        paths = self.paths
        return [
            self._state(place, paths.window(closes, place), paths.on_the_day(closes, place))
            for place in range(self.count)
        ]

    def _state(self, place: int, window: Array, price: Array) -> State:
        made = self.paths.contract
        amount = made.amounts[place]
        lowest = lowest_mean(window, made.lowest_count) * made.price_multiple
        shares = np.minimum(amount / np.minimum(lowest, made.fixed_price), self.cap)
        payoff = self._discounts[place] * price * shares
        shared = None
        if place < self.count - 1 and self._gaps[place] < made.lookback_days:
            kept = window[self._gaps[place] :]
            shared = np.log(lowest_mean(kept, min(made.lowest_count, len(kept))) / price)
        return State(place, price, payoff, shared)

    def payoffs(self, states: list[State]) -> Array:
        """What conversion pays, discounted, by date and path."""
        return np.array([state.payoff for state in states])

    def regressors(self, states: list[State]) -> Regressors:
        """The functions of the state that the value of waiting is regressed on."""
        return lambda place: self._known(states[place])

    def _known(self, state: State) -> Array:
        """Values of converting later, and these bent by the price and by the shared closes."""
        made = self.paths.contract
        logs = np.log(state.price)
        last = state.price * np.interp(logs, self._nodes, self._last[state.place])
        after = state.price * np.interp(logs, self._nodes, self._next[state.place])
        time = made.years[state.place]
        spread = made.volatility * sqrt(time)
        y = logs - log(made.stock_price) - self._drift * time
        y = np.clip(y / spread, -_FARTHEST, _FARTHEST) if spread else np.zeros_like(y)
        columns = [last, after, state.price * (made.face_amount / made.stock_price)]
        columns += [last * y, last * y * y, after * y]
        if state.shared is not None:
            w = state.shared
            columns += [after * w, after * w * w, after * w**3, after * w * y, columns[2] * w]
        return np.array(columns).T

    def value(self, state: State, rule: list[Array]) -> Array:
        """The approximate value of the right on a date, discounted."""
        if state.place == self.count - 1:
            return state.payoff
        shape = state.price.shape
        shared = None if state.shared is None else state.shared.ravel()
        flat = State(state.place, state.price.ravel(), state.payoff.ravel(), shared)
        waiting = (self._known(flat) @ rule[state.place]).reshape(shape)
        return np.maximum(state.payoff, waiting)

    def matured(self, closes: Array) -> Array:
        """What converting on the last date at the geometric mean has brought, discounted."""
        made = self.paths.contract
        logs = np.log(self.paths.window(closes, self.count - 1)).mean(axis=0)
        price = made.price_multiple * np.exp(logs + self._under)
        amount = made.amounts[-1]
        shares = np.minimum(amount / np.minimum(price, made.fixed_price), self.cap)
        found: Array = self._discounts[-1] * shares * self.paths.on_the_day(closes, self.count - 1)
        return found

    def martingale(self, states: list[State], matured: Array) -> Array:
        """The discounted value of converting on the last date at the geometric mean.

        It is left as it was from the first close of its window on, except that it may mature
        where no other date comes between.
        """
        found = np.zeros((self.count, len(states[0].price)))
        for place in range(self.count if self._unseen is not None else 0):
            seen = min(place, self._unseen or 0)
            price = states[seen].price
            found[place] = price * np.interp(np.log(price), self._nodes, self._last[seen])
        if self._unseen == self.count - 2:
            found[-1] = matured
        return found

    def held(self, states: list[State], matured: Array, stops: NDArray[np.intp]) -> Array:
        """What is traded, held until the rule stops, over its price now, less 1."""
        made = self.paths.contract
        carry = np.exp((made.dividend_yield - made.rate) * np.array(made.years))
        prices = np.array([state.price for state in states])
        found = [at_the_stop(prices, stops) * carry[stops] / made.stock_price - 1.0]
        if self._unseen is not None:
            worth = matured.copy()  # what is not sold before the last window is kept
            for place in range(self._unseen + 1):
                some = stops == place
                logs = np.log(states[place].price[some])
                worth[some] = self.proxy(logs, made.years[place], self.count - 1)
            found.append(worth / self.proxy(np.log([made.stock_price]), 0.0, self.count - 1) - 1.0)
        return np.array(found)

    def expected(
        self,
        place: int,
        closes: Array,
        rule: list[Array],
        generator: np.random.Generator,
        pairs: int,
    ) -> Array:
        """On each path, what was expected of the value on a date on the date before.

        The inner paths are the same multiples of each path's price.
        """
        made = self.paths.contract
        start = self.paths.end(place - 1) if place else self.paths.first
        time = made.years[place] - (made.years[place - 1] if place else 0.0)
        values, moves = [], []
        for _ in range(2):
            ratios = self._ratios(start, self.paths.end(place), generator, pairs)
            moves.append(ratios[-1])
            values.append(self.value(self._ahead(place, start, closes, ratios), rule))
        return crossed_mean(values, moves, exp((made.rate - made.dividend_yield) * time))

    def _ratios(self, start: int, end: int, generator: np.random.Generator, pairs: int) -> Array:
        """The closes of the rows from start to end, over the first of them, by inner path."""
        paths = self.paths
        steps = slice(start - paths.first, end - paths.first)
        drift, deviation = paths.drift[steps], paths.deviation[steps]
        rest = generator.standard_normal((max(len(drift) - 1, 0), pairs))
        normals = np.vstack([spread_normals(generator, pairs), np.hstack([rest, -rest])])
        moves = np.cumsum(drift + deviation * normals[: len(drift)], axis=0)
        found: Array = np.exp(np.vstack([np.zeros((1, 2 * pairs)), moves]))
        return found

    def _ahead(self, place: int, start: int, closes: Array, ratios: Array) -> State:
        """The states on a date by inner path and path, as they follow from the date before."""
        most = self.paths.contract.lookback_days
        ours = closes[start] * ratios[:, :, None]
        window = ours[:-1][-most:]
        missing = most - len(window)
        if missing:
            old = closes[start - missing : start, None, :]
            old = np.broadcast_to(old, (missing, *ours.shape[1:]))
            window = np.concatenate([old, window])
        return self._state(place, window, ours[-1])
