"""Floating-price conversion for many contracts, or for one at many points.

The points, and what is made of them, are those of `xlfuncs.models.floating`: the same lattice
under the same shifts. Shapes of the window are drawn once for all contracts that share
volatility, carry and window; what is left is a closed form at each point.
"""

from __future__ import annotations

from math import inf, isnan, log
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from xlfuncs.arrays.floating_points import groups_of, shapes_of
from xlfuncs.arrays.guard import checked, together
from xlfuncs.arrays.normal import distribution
from xlfuncs.card import card_of
from xlfuncs.errors import BoundsError, FunctionError, InputError
from xlfuncs.models.floating import conversion as scalar
from xlfuncs.models.floating.estimate import NAMES, figures_of
from xlfuncs.models.floating.law import Expected
from xlfuncs.models.floating.prepared import (
    Rule,
    Stock,
    held_factor,
    level_after,
    prepared,
    terms_of,
)
from xlfuncs.models.floating.window import check_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.floating_points import Shapes
    from xlfuncs.models.floating.law import Level, Terms
    from xlfuncs.models.floating.shapes import Window

    Array = NDArray[np.float64]
    Drawn = dict[tuple[Window, float, float], list[Shapes]]

SETS_OF_SHAPES: Final = 8
SINGLE: Final = ("lookback_days", "lowest_count", "points", "seed")


def floating_conversion_value(*arguments: object, **named: object) -> dict[str, Array]:
    """The figures of floating-price conversions, by their names in the worksheet function.

    Each is one forced conversion on one date, and shares, quantiles and chances are risk-neutral:
    its docstring says what the value leaves out.

    Arguments as those of the worksheet function: stock_price, volatility, rate, trading_days,
    face_amount, premium, fixed_price, lookback_days, lowest_count, price_multiple, [years],
    [cap_shares_per_preferred], [dividend_yield], [points], [seed], [known_bids]. Each a number
    or an array, but lookback_days, lowest_count, points and seed one number and known_bids one
    column for all; fixed_price, years and cap_shares_per_preferred are None or numbers. NaN
    where the worksheet function finds no answer to a contract: the window begins before today
    and no bids are known, years do not fit, the volatility is too high.

    >>> told = floating_conversion_value(
    ...     [5.0, 6.0], 0.8, 0.045, 10, 1000.0, 50.0, 6.03, 1, 1, 1.01)
    >>> told["value"].round(6)
    array([1046.621287, 1104.163399])
    """
    given = checked(scalar.floating_conversion_value, arguments, named)
    try:
        return _figures(given)
    except FunctionError as error:
        error.clause = error.clause or card_of(scalar.floating_conversion_value).citation
        raise


class _Common(NamedTuple):
    """What is the same for all contracts."""

    lookback_days: int
    lowest_count: int
    points: int
    seed: int
    known_bids: list[float]


def _figures(given: dict[str, Any]) -> dict[str, Array]:
    lookback_days, lowest_count, points, seed = (_single(given.pop(name), name) for name in SINGLE)
    known_bids: list[float] = np.ravel(given.pop("known_bids")).tolist()
    common = _Common(lookback_days, lowest_count, points, seed, known_bids)
    check_counts(lookback_days, lowest_count)
    given = {name: np.asarray(np.nan if one is None else one) for name, one in given.items()}
    shape = together(given)
    columns = {name: np.broadcast_to(one, shape) for name, one in given.items()}
    figures = np.full((len(NAMES), *shape), np.nan)
    drawn: Drawn = {}
    for index in np.ndindex(shape):
        contract = {name: float(column[index]) for name, column in columns.items()}
        try:
            figures[(slice(None), *index)] = _figures_of_one(contract, common, drawn)
        except (BoundsError, ArithmeticError):
            continue
    return {name: row[()] for name, row in zip(NAMES, figures, strict=True)}


def _figures_of_one(contract: dict[str, float], common: _Common, drawn: Drawn) -> list[float]:
    """The figures of one contract, in which a blank is NaN; what is drawn for it is kept."""
    optional = {name: None if isnan(value) else value for name, value in contract.items()}
    stock = Stock(
        contract["stock_price"],
        contract["volatility"],
        contract["rate"],
        contract["dividend_yield"],
    )
    rule = Rule(
        common.lookback_days, common.lowest_count, contract["price_multiple"], common.known_bids
    )
    trading_days = int(contract["trading_days"])
    window, years_in_all, years_before = prepared(stock, rule, trading_days, optional["years"])
    level = level_after(years_before, stock)
    stock_factor = held_factor(years_in_all, years_before, stock)
    key = (window, stock.log_drift, stock.volatility)
    if key not in drawn:
        if len(drawn) == SETS_OF_SHAPES:
            drawn.clear()
        drawn[key] = shapes_of(*key, common.points, common.seed)
    amount = contract["face_amount"] + contract["premium"]
    terms = terms_of(amount, optional["fixed_price"], optional["cap_shares_per_preferred"])
    return results_of(drawn[key], terms, level, stock_factor)


def _single(value: Array, name: str) -> int:
    if value.size != 1:
        raise InputError(f"{name} must be one number for all, not {value.size:,} of them")
    return int(value.item())


def results_of(shapes: list[Shapes], terms: Terms, level: Level, factor: float) -> list[float]:
    """The figures of one conversion, in the order of NAMES; one that is not finite is refused."""
    with np.errstate(all="ignore"):
        told = [expected(log_prices, lasts, terms, level) for log_prices, lasts in shapes]
    return figures_of(told, groups_of(shapes), terms, level, factor)


def expected(log_prices: Array, lasts: Array, terms: Terms, level: Level) -> Expected:
    """The expectations over the points of one shift."""
    stocks, shares, variable, capped = _told(log_prices, terms, level)
    return Expected(
        float(lasts @ stocks / lasts.sum()),
        float(shares.mean()),
        float(np.mean(variable)),
        float(np.mean(capped)),
    )


def _told(log_prices: Array, terms: Terms, level: Level) -> tuple[Array, Array, Any, Any]:
    """Shares times level, shares, and the chances of variable price and cap, at each point."""
    amount, fixed_price, _ = terms
    log_mean, deviation, mean, mean_of_inverse = level
    cap = 0.0 if terms.cap is None else terms.cap
    if deviation == 0.0:
        prices = np.exp(log_prices + log_mean)
        paid = np.minimum(prices, fixed_price)
        shares = np.minimum(amount / paid, inf if terms.cap is None else cap)
        return shares * mean, shares, prices < fixed_price, paid < terms.cap_price
    inverse = amount * np.exp(-log_prices)
    if fixed_price == inf and terms.cap is None:
        return inverse, inverse * mean_of_inverse, 1.0, 0.0
    at_fixed = (log(fixed_price) - log_prices - log_mean) / deviation
    variable = distribution(at_fixed)
    if terms.always_capped:
        every = np.full(len(log_prices), cap)
        return every * mean, every, variable, 1.0
    fixed = amount / fixed_price
    stocks = mean * fixed * distribution(deviation - at_fixed)
    shares = fixed * distribution(-at_fixed)
    if not terms.cap_price:
        stocks += inverse * variable
        shares += inverse * mean_of_inverse * distribution(at_fixed + deviation)
        return stocks, shares, variable, 0.0
    at_cap = (log(terms.cap_price) - log_prices - log_mean) / deviation
    capped = distribution(at_cap)
    stocks += mean * cap * distribution(at_cap - deviation) + inverse * (variable - capped)
    sign = np.where(at_cap + deviation > 0.0, -1.0, 1.0)  # the lesser tail keeps its digits
    part = distribution(sign * (at_fixed + deviation)) - distribution(sign * (at_cap + deviation))
    shares += cap * capped + inverse * mean_of_inverse * sign * part
    return stocks, shares, variable, capped
