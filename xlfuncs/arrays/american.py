"""American options over arrays.

Those that have one exercise boundary and neither steps nor dividends are solved together; each
of the others is handed to the worksheet function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xlfuncs.arrays.american_boundary import Puts, boundaries, premiums, puts
from xlfuncs.arrays.guard import checked, together, valued
from xlfuncs.arrays.normal import SQRT_HALF, erfc
from xlfuncs.arrays.prices import prices
from xlfuncs.card import card_of
from xlfuncs.errors import BoundsError
from xlfuncs.models.american import option as scalar
from xlfuncs.models.american.dividends import dividends_before
from xlfuncs.models.american.put import CERTAIN, COARSE, FINE, MATCHED, NOTHING, USABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Doubles = NDArray[np.float64]

BLOCK = 128  # options solved together: some twenty arrays of them fit the second-level cache


def american_option(
    option_type: str | ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    dividend_yield: ArrayLike = 0.0,
    steps: ArrayLike | None = None,
    dividend_years: Sequence[float] | Doubles = (),
    dividend_amounts: Sequence[float] | Doubles = (),
    method: str | ArrayLike = "exact",
) -> Doubles:
    """The values of American calls and puts; the dividends are the same for all.

    NaN where there is no value: dividends worth spot or more, a tree whose probability would
    not be one, an approximation without a critical price, a value that is not finite, terms too
    long or too wide for the scalar function's grid of prices.

    Example:
        >>> american_option("put", [45.0, 50.0], 50.0, 5 / 12, 0.10, 0.40).round(4)
        array([6.8057, 4.2842])
    """
    arguments = (
        option_type, spot, strike, years, rate, volatility, dividend_yield, steps,
        dividend_years, dividend_amounts, method,
    )  # fmt: skip
    found = checked(scalar.american_option, arguments)
    dividends = (found.pop("dividend_years"), found.pop("dividend_amounts"))
    dividends_before(np.inf, tuple(dividends[0].ravel()), tuple(dividends[1].ravel()))
    arrays = {name: np.asarray(value) for name, value in found.items()}
    shape = together(arrays)
    flat = {name: np.broadcast_to(one, shape).ravel() for name, one in arrays.items()}
    return valued(scalar.american_option, values(flat, dividends).reshape(shape))


def values(terms: dict[str, NDArray[Any]], dividends: tuple[Doubles, Doubles]) -> Doubles:
    """The values of one-dimensional arrays of equal length."""
    count = len(terms["spot"])
    result = np.full(count, np.nan)
    if not dividends[0].size and terms["steps"].dtype == object:  # None: no steps were given
        together_at_once = np.flatnonzero(terms["method"] == "exact")
        for start in range(0, len(together_at_once), BLOCK):
            block = together_at_once[start : start + BLOCK]
            result[block] = solved_together({name: one[block] for name, one in terms.items()})
    body = card_of(scalar.american_option).body
    columns = (tuple(dividends[0].ravel().tolist()), tuple(dividends[1].ravel().tolist()))
    for place in np.flatnonzero(np.isnan(result)):
        one = {name: array[place] for name, array in terms.items()}
        single = {
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in one.items()
        }
        if single["steps"] is not None:
            single["steps"] = int(single["steps"])
        try:
            result[place] = body(**single, dividend_years=columns[0], dividend_amounts=columns[1])
        except (BoundsError, ArithmeticError):
            continue
    return result


def solved_together(terms: dict[str, NDArray[Any]]) -> Doubles:
    """The values of options with one boundary; NaN for the others."""
    call = terms["option_type"] == "call"
    names = ("spot", "strike", "years", "rate", "volatility", "dividend_yield")
    spot, strike, years, rate, volatility, dividend_yield = (
        terms[name].astype(np.float64) for name in names
    )
    share, given = np.where(call, strike, spot), np.where(call, spot, strike)
    earned = np.where(call, dividend_yield, rate)
    lost = np.where(call, rate, dividend_yield)
    idle = np.maximum(np.abs(earned), -lost) * years < NOTHING
    waits = idle | ((earned <= 0.0) & (lost >= earned))
    result = np.full(len(spot), np.nan)
    with np.errstate(all="ignore"):
        signs = np.where(call, 1.0, -1.0)
        european = np.asarray(prices(signs, spot, strike, years, rate, volatility, dividend_yield))
        payoff = np.maximum(given - share, 0.0)
        result[waits] = np.maximum(european, payoff)[waits]
        result[years == 0.0] = payoff[years == 0.0]
        variance = volatility * volatility
        some = puts(earned / variance, lost / variance, variance * years)
        alike = ~waits & (years > 0.0) & (earned >= 0.0)
        alike &= (volatility * np.sqrt(years) >= CERTAIN) & (some.perpetual_gap >= CERTAIN)
        places = np.flatnonzero(alike & np.isfinite(european))
        moneyness = np.log(share / given)
        for points, most in ((COARSE, MATCHED), (FINE, USABLE)):
            if places.size:
                worth = premiums_over(some.some(places), moneyness[places], points, most)
                value = np.maximum(european[places] + given[places] * worth, payoff[places])
                result[places] = value
                places = places[np.isnan(worth)]
    return result


def premiums_over(some: Puts, moneyness: Doubles, points: tuple[int, int], most: float) -> Doubles:
    """The worth of early exercise, as a part of the strike; NaN where it was not found."""
    gaps = boundaries(some, *points)
    gap = np.where(some.variance <= some.settled, gaps[:, -1], some.perpetual_gap)
    found = np.isfinite(gaps[:, 0]) & (mismatches(some, gaps, gap) < most)
    distance = moneyness - some.top + gap
    worth = np.where(distance > 0.0, 0.0, -1.0)
    held = found & (distance > 0.0)
    worth[held] = premiums(some.some(held), gaps[held], distance[held])
    worth[~found] = np.nan
    return worth


def mismatches(some: Puts, gaps: Doubles, gap: Doubles) -> Doubles:
    """How far value and payoff are apart at each boundary."""
    height = some.top - gap
    share = np.exp(height)
    root = np.sqrt(some.variance)
    d2 = height / root + some.drift * root
    bond = np.exp(-some.rate * some.variance) * erfc(d2 * SQRT_HALF)
    stock = share * np.exp(-some.dividend_yield * some.variance) * erfc((d2 + root) * SQRT_HALF)
    worth = premiums(some, gaps, np.zeros_like(height))
    return np.abs(0.5 * (bond - stock) + worth - (1.0 - share))
