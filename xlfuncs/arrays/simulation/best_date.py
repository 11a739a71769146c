"""The right to convert on the best of many dates: what it is worth, between two bounds.

On each date the holder sees the price and the conversion price of the day, and converts all or
waits. Waiting is valued by regression; see xlfuncs.arrays.simulation.longstaff_schwartz.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from xlfuncs import units
from xlfuncs.arrays.simulation import contract as terms
from xlfuncs.arrays.simulation import paths as simulation
from xlfuncs.arrays.simulation.control_variates import Proxy, estimates, shifts
from xlfuncs.arrays.simulation.longstaff_schwartz import (
    FIT_PAIRS,
    INNER_PAIRS,
    OUTER_BATCHES,
    OUTER_PAIRS,
    at_the_stop,
    dual_bound,
    fitted_rule,
    stopping_dates,
)
from xlfuncs.arrays.simulation.waiting import Waiting
from xlfuncs.errors import BoundsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.simulation.contract import Contract

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FixedDate:
    """What it is worth to convert on one date, whatever the prices then.

    Attributes:
        trading_days: the date, in trading days from now.
        years: the same in years.
        value: USD a preferred share, discounted to now.
        standard_error: of the value.
        chance: the chance that the fitted rule converts on this date.
    """

    trading_days: int
    years: float
    value: float
    standard_error: float
    chance: float


@dataclass(frozen=True, slots=True)
class BestDate:
    """The value of the choice of date, USD a preferred share, and what it is compared with.

    Attributes:
        value: a lower bound: what the fitted rule brings on other paths.
        standard_error: of the value.
        upper_bound: the dual upper bound, which no rule exceeds.
        upper_bound_error: its standard error.
        foresight: what a holder who knew every price in advance would make.
        foresight_error: its standard error.
        dates: what each single date is worth, and how often the rule chooses it.
        paths: the paths that the rule was followed on.
        seed: of the random numbers.
    """

    value: float
    standard_error: float
    upper_bound: float
    upper_bound_error: float
    foresight: float
    foresight_error: float
    dates: tuple[FixedDate, ...]
    paths: int
    seed: int

    @property
    def first(self) -> FixedDate:
        """Conversion on the first date: "convert now" where that is today."""
        return self.dates[0]

    @property
    def last(self) -> FixedDate:
        """Conversion at maturity, the last date."""
        return self.dates[-1]

    def table(self) -> list[tuple[str, float]]:
        """Name and number, for people."""
        return [
            ("value (lower bound)", self.value),
            ("standard error", self.standard_error),
            ("upper bound", self.upper_bound),
            ("standard error of the upper bound", self.upper_bound_error),
            ("with perfect foresight", self.foresight),
            ("standard error with perfect foresight", self.foresight_error),
            ("on the first date", self.first.value),
            ("standard error on the first date", self.first.standard_error),
            ("on the last date", self.last.value),
            ("standard error on the last date", self.last.standard_error),
            ("chance that the rule waits for the last date", self.last.chance),
            ("paths", self.paths),
            ("seed", self.seed),
        ]


def best_conversion_date(
    stock_price: float,
    volatility: float,
    rate: float,
    trading_days: object,
    face_amount: float,
    premium: object,
    fixed_price: float | None,
    lookback_days: int,
    lowest_count: int,
    price_multiple: float,
    premium_rate: float = 0.0,
    cap_shares_per_preferred: float | None = None,
    years: object = None,
    known_bids: object = None,
    dividend_yield: float = 0.0,
    paths: int = 65_536,
    seed: int = terms.SEED,
) -> BestDate:
    """The value of the right to convert a preferred share on the best of several dates.

    Not a worksheet function: it takes seconds, and a sheet would spend them anew at every
    change. The holder converts everything at once, on the last date at the latest; the limit of
    4.9 % of ownership at any one time, which would spread the conversion, is not modelled, nor
    does the sale of the shares move the price.

    The value is that of a rule which the holder could follow, so the best rule is worth more by
    something; the upper bound says by how much at most.

    Source: Longstaff and Schwartz (2001), Valuing American Options by Simulation; Haugh and
        Kogan (2004), Pricing American Options: A Duality Approach

    Args:
        stock_price: today's price of the stock, USD; today's close where a window reaches it.
        volatility: the yearly volatility of the stock, as a fraction.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        trading_days: the dates, rising, in trading days from now; 0 is today.
        face_amount: the face amount of a preferred share, USD.
        premium: the premium of a preferred share on each date, or one figure for all, USD.
        fixed_price: the fixed conversion price, USD; None if there is none.
        lookback_days: the closes in the window before each date.
        lowest_count: how many of them, the lowest, are averaged.
        price_multiple: the factor on their mean, as 1.01.
        premium_rate: the yearly rate on face at which premium accretes from now, added to
            premium; 0 if premium is given for each date.
        cap_shares_per_preferred: the most shares that a preferred share can bring; None if
            there is no cap. What it leaves unconverted is worth nothing here.
        years: the time to each date, if it is not trading_days / 252; the closes of a window
            stay 1/252 of a year apart, and the jump before it takes the rest. Dates closer
            together than a window share their years evenly.
        known_bids: the closing bids before today, oldest first, for windows that reach back.
        dividend_yield: the continuous dividend yield, as a fraction a year.
        paths: the number of paths, even, that the rule is followed on.
        seed: of the random numbers; the same seed gives the same result.

    Returns:
        the value between its bounds, and that of each date by itself.

    Raises:
        InputError: an argument of the wrong kind, or columns of unequal length.
        BoundsError: an argument outside its bounds, a volatility so high over the time that a
            few paths would make up the mean, or no finite answer.
        MissingDataError: known_bids has fewer bids than the first window reaches back.

    Example:
        >>> found = best_conversion_date(
        ...     5.0, 0.8, 0.045, [63, 126, 189, 252], 1000.0, 0.0, 6.03, 10, 6, 1.01, 0.06,
        ...     paths=8192,
        ... )
        >>> found.last.value < found.value < found.foresight
        True
    """
    made = terms.contract(
        stock_price, volatility, rate, trading_days, face_amount, premium, fixed_price,
        lookback_days, lowest_count, price_multiple, premium_rate, years, known_bids,
        dividend_yield,
    )  # fmt: skip
    cap = (
        inf
        if cap_shares_per_preferred is None
        else terms.number(units.Shares, cap_shares_per_preferred, "cap_shares_per_preferred")
    )
    pairs = terms.pairs_of(paths, len(made.trading_days))
    start = terms.seed_of(seed)
    with np.errstate(all="ignore"):  # what is not finite is refused at the end
        try:
            found = _found(made, cap, pairs, start)
        except (ArithmeticError, np.linalg.LinAlgError):
            raise BoundsError(simulation.TOO_FAR) from None
    figures = [figure for _, figure in found.table()]
    figures += [figure for one in found.dates for figure in (one.value, one.standard_error)]
    if not np.isfinite(figures).all():
        raise BoundsError(simulation.TOO_FAR)
    return found


def _found(made: Contract, cap: float, pairs: int, seed: int) -> BestDate:
    fit, follow = simulation.generators(seed)
    model = simulation.Paths(made)
    under = shifts(model, fit)
    waiting = Waiting(model, cap, under[-1])
    closes = model.closes(fit, min(pairs, FIT_PAIRS))
    states = waiting.states(closes)
    traded = waiting.martingale(states, waiting.matured(closes))
    rule = fitted_rule(waiting.payoffs(states), waiting.regressors(states), traded)
    proxies = [
        Proxy(model, place, under[place], cap / amount) for place, amount in enumerate(made.amounts)
    ]
    gathered, stopped, controls, chosen = [], [], [], []
    for size in simulation.batches(pairs, len(model.times)):
        closes = model.closes(follow, size)
        states = waiting.states(closes)
        payoffs = waiting.payoffs(states)
        stops = stopping_dates(payoffs, waiting.regressors(states), rule)
        brought = np.vstack([payoffs, at_the_stop(payoffs, stops), payoffs.max(axis=0)])
        gathered.append(simulation.twins(brought))
        stopped.append(simulation.twins(waiting.held(states, waiting.matured(closes), stops)))
        controls.append(
            simulation.twins(np.array([one for proxy in proxies for one in proxy.columns(closes)]))
        )
        chosen.append(stops)
    return _results(
        made,
        np.hstack(gathered).T,
        np.hstack(controls).T,
        np.hstack(stopped).T,
        np.concatenate(chosen),
        np.array([_upper(waiting, follow, rule) for _ in range(OUTER_BATCHES)]),
        seed,
    )


def _results(
    made: Contract,
    brought: Array,
    known: Array,
    held: Array,
    stops: NDArray[np.intp],
    uppers: Array,
    seed: int,
) -> BestDate:
    count = len(made.trading_days)
    chances = np.bincount(stops, minlength=count) / len(stops)
    fixed = estimates(brought[:, :count], known)
    best = estimates(brought[:, count:], np.hstack([known, held]))
    upper = estimates(uppers[:, None])
    dates = zip(made.trading_days, made.years, fixed.means, fixed.errors, chances, strict=True)
    return BestDate(
        value=float(best.means[0]),
        standard_error=float(best.errors[0]),
        upper_bound=float(upper.means[0]),
        upper_bound_error=float(upper.errors[0]),
        foresight=float(best.means[1]),
        foresight_error=float(best.errors[1]),
        dates=tuple(
            FixedDate(day, time, float(value), float(error), float(chance))
            for day, time, value, error, chance in dates
        ),
        paths=len(stops),
        seed=seed,
    )


def _upper(waiting: Waiting, generator: np.random.Generator, rule: list[Array]) -> float:
    """The upper bound from one batch of paths, whose inner paths are drawn once for all."""
    closes = waiting.paths.closes(generator, OUTER_PAIRS)
    states = waiting.states(closes)
    values = np.array([waiting.value(state, rule) for state in states])
    expected = np.array(
        [
            waiting.expected(place, closes, rule, generator, INNER_PAIRS)
            for place in range(len(states))
        ]
    )
    return float(dual_bound(waiting.payoffs(states), values, expected).mean())
