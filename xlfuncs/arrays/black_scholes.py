"""Black-Scholes over arrays: the prices, greeks and warrant values of `models.black_scholes`.

Out of the money an option is worth n(z) (R(z) - R(z + s)) of the lesser of its two sides, R
being the Mills ratio and s the deviation; in the money its certain gain comes on top. So one
formula holds for calls and puts, and far tails keep their digits.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from xlfuncs.arrays import compiled
from xlfuncs.arrays.greeks import greeks
from xlfuncs.arrays.guard import checked, single, together, valued, within_bounds
from xlfuncs.arrays.prices import prices
from xlfuncs.errors import BoundsError
from xlfuncs.models import black_scholes as scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Doubles = NDArray[np.float64]
    Words = str | NDArray[np.object_]


def black_scholes(
    option_type: str | ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    dividend_yield: ArrayLike = 0.0,
) -> Doubles:
    """The Black-Scholes values of European calls and puts.

    NaN where the rate and the time are so large that no finite value exists.

    Example:
        >>> black_scholes("call", [42.0, 45.0], 40.0, 0.5, 0.10, 0.20).round(4)
        array([4.7594, 7.2878])
    """
    arguments = (option_type, spot, strike, years, rate, volatility, dividend_yield)
    return _priced(scalar.black_scholes, arguments)


def black_scholes_warrant_value(
    stock_price: ArrayLike,
    exercise_price: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    dividend_yield: ArrayLike = 0.0,
) -> Doubles:
    """The Black-Scholes values of rights to buy one Warrant Share, undiluted.

    NaN where the rate and the time are so large that no finite value exists.

    Example:
        >>> black_scholes_warrant_value([5.5, 6.0], 6.7838, 4.6, 0.045, 0.70).round(4)
        array([3.0058, 3.3967])
    """
    arguments = (stock_price, exercise_price, years, rate, volatility, dividend_yield)
    return _priced(scalar.black_scholes_warrant_value, arguments)


def black_scholes_amount(
    last_trade_price: ArrayLike,
    exercise_price: ArrayLike,
    notice_date: object,
    expiry_date: object,
    risk_free_rate: ArrayLike,
    volatility: ArrayLike,
    rate_basis: str | ArrayLike = "continuous",
    days_in_year: ArrayLike = 365,
    dividend_yield: ArrayLike = 0.0,
) -> Doubles:
    """The Black-Scholes Amounts of Major Transactions on each Warrant Share.

    Dates are Python's dates, or arrays of datetime64 as numpy and pandas have them; a time of
    day is dropped. NaN where the notice is after the expiry.

    Example:
        >>> days = np.array(["1999-09-01", "2000-09-01"], dtype="datetime64[D]")
        >>> expiry = np.datetime64("2003-07-27")
        >>> black_scholes_amount(6.0, 6.7838, days, expiry, 0.0575, 0.70).round(4)
        array([3.2133, 2.7665])
    """
    arguments = (
        last_trade_price, exercise_price, notice_date, expiry_date, risk_free_rate, volatility,
        rate_basis, days_in_year, dividend_yield,
    )  # fmt: skip
    found = checked(scalar.black_scholes_amount, arguments)
    together({name: np.asarray(value) for name, value in found.items()})
    days = (found["expiry_date"] - found["notice_date"]).astype(np.float64)
    rates = found["risk_free_rate"]
    continuous = np.where(
        np.asarray(found["rate_basis"]) == "bond-equivalent",
        2.0 * np.log1p(np.maximum(rates, -1.0) / 2.0),
        rates,
    )
    stock, exercise = found["last_trade_price"], found["exercise_price"]
    years = np.maximum(days, 0.0) / found["days_in_year"]
    terms = (stock, exercise, years, continuous, found["volatility"], found["dividend_yield"])
    values = prices(np.ones(()), *terms)
    return single(np.where(days < 0.0, np.nan, values))


def black_scholes_greek(
    greek: str | ArrayLike,
    option_type: str | ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    dividend_yield: ArrayLike = 0.0,
) -> Doubles:
    """Sensitivities of the Black-Scholes values, each per unit.

    NaN where no finite value exists, as for gamma at the money with no time left.

    Example:
        >>> black_scholes_greek("delta", ["call", "put"], 49.0, 50.0, 0.3846, 0.05, 0.20).round(4)
        array([ 0.5216, -0.4784])
    """
    arguments = (greek, option_type, spot, strike, years, rate, volatility, dividend_yield)
    found = checked(scalar.black_scholes_greek, arguments)
    shape = together({name: np.asarray(value) for name, value in found.items()})
    words = np.broadcast_to(np.asarray(found.pop("greek"), dtype=object), shape)
    kinds = found.pop("option_type")
    terms = [np.broadcast_to(one, shape) for one in (signs(kinds), *found.values())]
    result = np.full(shape, np.nan)
    with np.errstate(all="ignore"):
        for word in set(words.ravel().tolist()):
            here = words == word
            picked = [term[here] for term in terms]
            values = prices(*picked) if word == "theta" else picked[0]
            result[here] = greeks(word, values, *picked)
    return valued(scalar.black_scholes_greek, result)


def signs(option_type: Words) -> Doubles:
    """1 for calls, -1 for puts."""
    return np.where(np.asarray(option_type) == "put", -1.0, 1.0)


def _priced(function: Callable[..., object], arguments: tuple[object, ...]) -> Doubles:
    """The values of a function of the scalar formula's arguments, which may lack the option type.

    Bounds are left to a compiled kernel, which tests them as it goes.
    """
    found = checked(function, arguments, later=True)
    shape = together({name: np.asarray(value) for name, value in found.items()})
    sign = signs(found.get("option_type", "call"))
    numbers = {name: one for name, one in found.items() if name != "option_type"}

    def in_doubt(terms: list[Doubles]) -> None:
        try:
            within_bounds(function, dict(zip(numbers, terms[1:], strict=True)))
        except BoundsError:
            within_bounds(function, found)  # says which element it is, of all
            raise

    if compiled.kernel("black_scholes", prod(shape)) is None:
        within_bounds(function, found)
    return single(prices(sign, *numbers.values(), in_doubt=in_doubt))
