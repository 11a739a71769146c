"""Option values where the plain formula loses digits or leaves the range of doubles.

At next to no deviation, tens of deviations out of the money, or with prices so far apart that
their quotient is no double: the form of `models.black_scholes.small_value`, over arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlfuncs.arrays.normal import SQRT_HALF, SQRT_TWO_PI, erfcx, mills_ratio, mills_slope
from xlfuncs.models.black_scholes import HALF, NEAR, NOTHING, SMALLEST, TWICE
from xlfuncs.models.normal import NARROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


def log_ratio(price: Doubles, other: Doubles) -> Doubles:
    """The logarithms of price over other, to full precision, wherever the quotient lies."""
    with np.errstate(all="ignore"):
        ratio = price / other
        found = np.log(ratio)
        close = np.log1p((price - other) / other)
        apart = np.log(price) - np.log(other)
    found = np.where((ratio >= HALF) & (ratio <= TWICE), close, found)
    return np.where((ratio > SMALLEST) & (ratio < np.inf), found, apart)


def careful_values(
    sign: Doubles,
    spot: Doubles,
    strike: Doubles,
    years: Doubles,
    rate: Doubles,
    volatility: Doubles,
    dividend_yield: Doubles,
) -> Doubles:
    """Values to full relative precision; NaN where a discount factor is no finite number."""
    with np.errstate(all="ignore"):
        share_grown, bond_grown = np.exp(-dividend_yield * years), np.exp(-rate * years)
        share, bond = spot * share_grown, strike * bond_grown
        log_forward = log_ratio(spot, strike) + (rate - dividend_yield) * years
        deviation = volatility * np.sqrt(years)
        least = np.where(log_forward < 0.0, share, bond)
        value = _out_of_the_money(least, np.abs(log_forward), deviation)
        gain = np.where(
            np.abs(log_forward) > NEAR,
            np.abs(share - bond),
            least * np.expm1(np.abs(log_forward)),
        )
        value = np.where(log_forward * sign > 0.0, value + gain, value)
        finite = np.isfinite(share_grown) & np.isfinite(bond_grown)
    return np.where(finite, np.maximum(value, 0.0), np.nan)


def _out_of_the_money(least: Doubles, distance: Doubles, deviation: Doubles) -> Doubles:
    """What an option is worth beyond its certain gain, `distance` the size of the log forward."""
    away = np.where(distance > 0.0, distance / deviation, 0.0)
    middle = np.minimum(away, NOTHING + 0.5 * deviation)
    near = middle - 0.5 * deviation
    width = np.where(near < 0.0, 0.0, deviation)
    drop = np.where(
        deviation < NARROW,
        _narrow_drop(middle, np.minimum(deviation, NARROW)),
        mills_ratio(np.maximum(near, 0.0)) - mills_ratio(np.maximum(near, 0.0) + width),
    )
    half = np.exp(-0.25 * near * near)  # twice, since the whole may be less than any double
    beyond = least * half * drop / SQRT_TWO_PI * half
    tail = half * half * (erfcx(np.abs(near) * SQRT_HALF) + erfcx((near + deviation) * SQRT_HALF))
    within = 0.5 * least * (2.0 - tail)
    return np.where((near < 0.0) & (deviation >= NARROW), within, beyond)


def _narrow_drop(middle: Doubles, width: Doubles) -> Doubles:
    """How far the Mills ratio falls over a width about a point: Taylor's series.

    With M(k) the k-th derivative over k!, without its sign, M(k) = (M(k-2) - z M(k-1)) / k.
    """
    before, term = mills_ratio(middle), mills_slope(middle)
    square = np.square(0.5 * width)
    power = width
    total = power * term
    for order in range(2, 8):
        before, term = term, (before - middle * term) / order
        if order % 2:
            power = power * square
            total = total + power * term
    return total
