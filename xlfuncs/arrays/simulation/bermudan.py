"""An option that can be exercised on many dates, by least squares on simulated paths.

It shows the method of xlfuncs.arrays.simulation.longstaff_schwartz on figures that everybody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Final, get_args

import numpy as np

from xlfuncs import units
from xlfuncs.arrays.normal import distribution
from xlfuncs.arrays.simulation import contract as terms
from xlfuncs.arrays.simulation import paths as simulation
from xlfuncs.arrays.simulation.control_variates import estimates
from xlfuncs.arrays.simulation.longstaff_schwartz import (
    FIT_PAIRS,
    OUTER_BATCHES,
    at_the_stop,
    dual_bound,
    fitted_rule,
    spread_normals,
    stopping_dates,
)
from xlfuncs.errors import BoundsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.simulation.longstaff_schwartz import Regressors

    Array = NDArray[np.float64]

OUTER_PAIRS: Final = 6  # of each batch of the upper bound
INNER_PAIRS: Final = 48  # from each date to the next
_NODES: Final = 1025  # of the table of European values
_REACH: Final = 8.0  # standard deviations that the table covers


@dataclass(frozen=True, slots=True)
class BoundedValue:
    """A value between two bounds, each with its standard error.

    Attributes:
        value: the lower bound: what a rule fitted on other paths brings.
        standard_error: of the lower bound.
        upper_bound: the dual upper bound.
        upper_bound_error: its standard error.
        at_maturity: the value of the right on the last date alone.
        paths: the paths that the rule was followed on.
        seed: of the random numbers.
    """

    value: float
    standard_error: float
    upper_bound: float
    upper_bound_error: float
    at_maturity: float
    paths: int
    seed: int

    def table(self) -> list[tuple[str, float]]:
        """Name and number, for people."""
        return [
            ("value (lower bound)", self.value),
            ("standard error", self.standard_error),
            ("upper bound", self.upper_bound),
            ("standard error of the upper bound", self.upper_bound_error),
            ("on the last date alone", self.at_maturity),
            ("paths", self.paths),
            ("seed", self.seed),
        ]


def bermudan_option(
    option_type: str,
    spot: float,
    strike: float,
    years: float,
    rate: float,
    volatility: float,
    dividend_yield: float = 0.0,
    exercise_dates: int = 50,
    paths: int = 65_536,
    seed: int = terms.SEED,
) -> BoundedValue:
    """An option that can be exercised on equally spaced dates, the last of them at expiry.

    Not a worksheet function: it takes about a second, and american_option is exact where the
    dates are many. It is here to show the method on figures that everybody knows.

    Source: Longstaff and Schwartz (2001), Valuing American Options by Simulation, table 1

    Args:
        option_type: "call" or "put".
        spot: the price of the share now, USD.
        strike: the exercise price, USD.
        years: the time to expiry, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly standard deviation of log returns, as a fraction.
        dividend_yield: the continuous dividend yield, as a fraction a year.
        exercise_dates: the number of dates; today is none of them.
        paths: the number of paths, even, that the rule is fitted to, and followed on.
        seed: of the random numbers; the same seed gives the same result.

    Returns:
        the value between its bounds, USD a share under option.

    Raises:
        InputError: an argument of the wrong kind.
        BoundsError: an argument outside its bounds, or no finite answer.

    Example:
        >>> found = bermudan_option("put", 36.0, 40.0, 1.0, 0.06, 0.20, paths=8192)
        >>> abs(found.value - 4.478) < 0.02
        True
    """
    kind = get_args(units.OptionType)[1].check(option_type, "option_type")
    figures = (
        terms.number(units.Price, spot, "spot"),
        terms.number(units.Price, strike, "strike"),
        terms.number(units.Years, years, "years"),
        terms.number(units.AnyRate, rate, "rate"),
        terms.number(units.Volatility, volatility, "volatility"),
        terms.number(units.AnyRate, dividend_yield, "dividend_yield"),
    )
    dates = int(terms.number(units.Count, exercise_dates, "exercise_dates"))
    terms.check_spread(figures[4], figures[2])
    pairs, start = terms.pairs_of(paths, dates), terms.seed_of(seed)
    with np.errstate(all="ignore"):  # what is not finite is refused at the end
        try:
            option = _Option(1.0 if kind == "call" else -1.0, *figures, dates)
            found = option.bounds(pairs, start)
        except (ArithmeticError, np.linalg.LinAlgError):
            raise BoundsError(simulation.TOO_FAR) from None
    if not all(np.isfinite(figure) for _, figure in found.table()):
        raise BoundsError(simulation.TOO_FAR)
    return found


class _Option:
    """A Bermudan option; `sign` is 1 for a call and -1 for a put."""

    def __init__(
        self,
        sign: float,
        spot: float,
        strike: float,
        years: float,
        rate: float,
        volatility: float,
        dividend_yield: float,
        dates: int,
    ) -> None:
        self.sign, self.spot, self.strike, self.step = sign, spot, strike, years / dates
        step = self.step
        self.rate, self.volatility, self.dividend_yield = rate, volatility, dividend_yield
        self.dates, self.places = dates, range(dates)
        self.discounts = np.exp(-rate * step * np.arange(1, dates + 1))
        drift = abs(rate - dividend_yield - 0.5 * volatility**2) * years
        reach = _REACH * volatility * sqrt(years) + drift + 1e-6
        self.nodes = log(spot) + np.linspace(-reach, reach, _NODES)
        grid = np.exp(self.nodes)
        self.tables = [self.european(grid, step * (dates - 1 - place)) for place in self.places]

    def bounds(self, pairs: int, seed: int) -> BoundedValue:
        """Fit the rule, follow it on other paths, and bound it from above."""
        fit, follow = simulation.generators(seed)
        prices = self.prices(fit, min(pairs, FIT_PAIRS))
        europeans = np.array([self.regressors(prices)(place)[:, 0] for place in self.places])
        rule = fitted_rule(
            self.payoffs(prices), self.regressors(prices), europeans * self.discounts[:, None]
        )
        payoff, known = [], []
        maturity = float(self.european(np.array([self.spot]), self.step * self.dates)[0])
        for size in simulation.batches(pairs, self.dates):
            prices = self.prices(follow, size)
            stops = stopping_dates(self.payoffs(prices), self.regressors(prices), rule)
            price, discount = at_the_stop(prices, stops), self.discounts[stops]
            payoff.append(simulation.twins(self.gain(price) * discount))
            # What is traded, and sold when the rule stops, is worth today's price on average.
            carry = np.exp(self.dividend_yield * self.step * (stops + 1))
            left: Array = self.step * np.asarray(self.dates - 1 - stops, dtype=np.float64)
            held = [price * carry * discount / self.spot - 1.0]
            held.append(self.european(price, left) * discount / maturity - 1.0)
            known.append(simulation.twins(np.array(held)))
        lower = estimates(np.concatenate(payoff)[:, None], np.hstack(known).T)
        uppers = np.array([self.upper(follow, rule) for _ in range(OUTER_BATCHES)])
        upper = estimates(uppers[:, None])
        return BoundedValue(
            value=float(lower.means[0]),
            standard_error=float(lower.errors[0]),
            upper_bound=float(upper.means[0]),
            upper_bound_error=float(upper.errors[0]),
            at_maturity=maturity,
            paths=2 * pairs,
            seed=seed,
        )

    def upper(self, generator: np.random.Generator, rule: list[Array]) -> float:
        """The upper bound from one batch of paths."""
        prices = self.prices(generator, OUTER_PAIRS)
        before = np.vstack([np.full(prices.shape[1], self.spot), prices[:-1]])
        payoffs, values = self.payoffs(prices), np.empty_like(prices)
        expected = np.empty_like(prices)
        for place in self.places:
            values[place] = self.value(place, prices[place], rule)
            ahead = before[place] * self.growth(spread_normals(generator, INNER_PAIRS)[:, None])
            found = self.value(place, ahead.ravel(), rule).reshape(ahead.shape)
            expected[place] = found.mean(axis=0)
        return float(dual_bound(payoffs, values, expected).mean())

    def growth(self, normals: Array) -> Array:
        """What a price is multiplied by from one date to the next."""
        drift = self.rate - self.dividend_yield - 0.5 * self.volatility**2
        found: Array = np.exp(drift * self.step + self.volatility * sqrt(self.step) * normals)
        return found

    def prices(self, generator: np.random.Generator, pairs: int) -> Array:
        """Prices by date and path, in antithetic pairs."""
        normals = generator.standard_normal((self.dates, pairs))
        found = np.hstack([self.growth(normals), self.growth(-normals)])
        np.cumprod(found, axis=0, out=found)
        found *= self.spot
        return found

    def payoffs(self, prices: Array) -> Array:
        """What exercise brings, discounted, by date and path."""
        found: Array = self.gain(prices) * self.discounts[:, None]
        return found

    def gain(self, prices: Array) -> Array:
        """What exercise brings on its day."""
        found: Array = np.maximum(self.sign * (prices - self.strike), 0.0)
        return found

    def value(self, place: int, prices: Array, rule: list[Array]) -> Array:
        """The approximate value of the right on a date, discounted."""
        gain = self.gain(prices) * float(self.discounts[place])
        if place == self.dates - 1:
            return gain
        waiting: Array = self.known(place, prices) @ rule[place]
        return np.maximum(gain, waiting)

    def regressors(self, prices: Array) -> Regressors:
        """The functions of the price that the value of waiting is regressed on."""
        return lambda place: self.known(place, prices[place])

    def known(self, place: int, prices: Array) -> Array:
        """Powers of the European value: what waiting adds to it goes where it goes."""
        european = np.interp(np.log(prices), self.nodes, self.tables[place])
        part = european / self.strike
        found = np.empty((len(prices), 4))
        found[:, 0] = european
        for power in range(1, 4):
            np.multiply(found[:, power - 1], part, out=found[:, power])
        return found

    def european(self, prices: Array, left: Array | float) -> Array:
        """The Black-Scholes value of the same option without early exercise."""
        share = prices * np.exp(np.multiply(-self.dividend_yield, left))
        bond = self.strike * np.exp(np.multiply(-self.rate, left))
        deviation = self.volatility * np.sqrt(left)
        intrinsic = np.maximum(self.sign * (share - bond), 0.0)
        d1 = np.log(share / bond) / np.where(deviation > 0.0, deviation, 1.0) + 0.5 * deviation
        chance = distribution(self.sign * (d1 - deviation))
        smooth = self.sign * (share * distribution(self.sign * d1) - bond * chance)
        return np.where(deviation > 0.0, smooth, intrinsic)
