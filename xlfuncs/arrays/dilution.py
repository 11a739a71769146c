"""Warrants that dilute, many at a time: Newton's method of `xlfuncs.models.dilution` on arrays.

Each round goes on with the warrants alone that have not come to rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlfuncs.arrays.guard import checked, together, valued
from xlfuncs.arrays.normal import erfc
from xlfuncs.arrays.prices import prices
from xlfuncs.models import dilution as scalar
from xlfuncs.models.dilution import CLOSE, MOST_NEW_SHARES, MOST_STEPS, SQRT_HALF

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Doubles = NDArray[np.float64]

CALL, PUT = np.ones(1), -np.ones(1)
BLOCK = 4096  # warrants; what a round needs of them stays in a cache


def diluted_warrant_value(
    stock_price: ArrayLike,
    exercise_price: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    shares_outstanding: ArrayLike,
    warrant_shares: ArrayLike,
    method: str | ArrayLike = "galai-schneller",
    dividend_yield: ArrayLike = 0.0,
) -> Doubles:
    """The values of warrants whose exercise brings new shares.

    NaN where no value solves the equation, as may be where the yield is below zero, and where
    there are over 1e200 warrant shares for each share.

    Example:
        >>> diluted_warrant_value(40.0, 60.0, 5.0, 0.03, 0.30, 1e6, [0.0, 200e3]).round(4)
        array([7.0402, 6.3901])
    """
    arguments = (
        stock_price, exercise_price, years, rate, volatility, shares_outstanding, warrant_shares,
        method, dividend_yield,
    )  # fmt: skip
    found = checked(scalar.diluted_warrant_value, arguments)
    pre_issue = np.asarray(found.pop("method")) == "pre-issue"
    shape = together({**found, "method": pre_issue})
    with np.errstate(all="ignore"):
        new_shares = found.pop("warrant_shares") / found.pop("shares_outstanding")
        terms = [
            np.broadcast_to(one, shape).ravel() for one in (*found.values(), new_shares, pre_issue)
        ]
        result = np.empty(terms[0].size)
        for start in range(0, result.size, BLOCK):
            part = slice(start, start + BLOCK)
            result[part] = _values(*(term[part] for term in terms))
    return valued(scalar.diluted_warrant_value, result.reshape(shape))


def _values(
    spot: Doubles,
    strike: Doubles,
    years: Doubles,
    rate: Doubles,
    volatility: Doubles,
    dividend_yield: Doubles,
    new_shares: Doubles,
    pre_issue: NDArray[np.bool_],
) -> Doubles:
    """The values of one block by either method."""
    terms = (spot, strike, years, rate, volatility, dividend_yield)
    solved = ~pre_issue & (new_shares > 0.0)
    if solved.all():
        values = fixed_points(*terms, new_shares)
    else:
        values = prices(CALL, *terms) / (1.0 + new_shares)
        picked = (term[solved] for term in (*terms, new_shares))
        values[solved] = fixed_points(*picked)
    values[~(new_shares <= MOST_NEW_SHARES)] = np.nan
    return values


def fixed_points(
    spot: Doubles,
    strike: Doubles,
    years: Doubles,
    rate: Doubles,
    volatility: Doubles,
    dividend_yield: Doubles,
    new_shares: Doubles,
) -> Doubles:
    """The least W each with (1 + m) W = c(S + m W); NaN where there is none."""
    values = np.full(spot.shape, np.nan)
    places = np.arange(spot.size)
    share, bond = spot * np.exp(-dividend_yield * years), strike * np.exp(-rate * years)
    lost = -np.expm1(-dividend_yield * years)
    deviation, drift = volatility * np.sqrt(years), (rate - dividend_yield) * years
    fixed = [spot, strike, years, rate, volatility, dividend_yield, new_shares]
    rows = np.stack([*fixed, share, bond, lost, deviation, drift])
    value = np.zeros(spot.size)
    for _ in range(MOST_STEPS):
        excess, slope = _excess(rows, value)
        nearer = value + excess / slope
        there = ~(excess > 0.0)
        close = ~there & (slope > 0.0) & (nearer - value <= CLOSE * nearer)
        values[places[there]] = np.where(np.isnan(excess), np.nan, value)[there]
        values[places[close]] = nearer[close]
        on = ~there & ~close & (slope > 0.0)
        places, value, rows = places[on], nearer[on], rows[:, on]
        if not places.size:
            break
    return values


def _excess(rows: Doubles, value: Doubles) -> tuple[Doubles, Doubles]:
    """By how much the diluted call is worth more than W, and how fast that falls with W."""
    spot, strike, years, rate, volatility, dividend_yield, new_shares = rows[:7]
    share, bond, lost, deviation, drift = rows[7:]
    equity = spot + new_shares * value
    terms = (strike, years, rate, volatility, dividend_yield)
    call = prices(CALL, equity, *terms)
    put = prices(PUT, equity, *terms)
    excess = np.where(
        call <= np.maximum(share, bond),
        call - (1.0 + new_shares) * value,
        share - bond + put - (1.0 + new_shares * lost) * value,
    )
    moneyness = np.log(equity / strike) + drift
    tail = 0.5 * erfc((moneyness / deviation + 0.5 * deviation) * SQRT_HALF)
    below = np.where(deviation == 0.0, np.where(moneyness > 0.0, 0.0, 1.0), tail)
    return excess, 1.0 + new_shares * (lost + (1.0 - lost) * below)
