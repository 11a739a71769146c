"""The sensitivities of Black-Scholes values over arrays, in the terms of the scalar function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlfuncs.arrays.careful import log_ratio
from xlfuncs.arrays.normal import SQRT_HALF, density, erfc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


def greeks(
    greek: str,
    values: Doubles,
    sign: Doubles,
    spot: Doubles,
    strike: Doubles,
    years: Doubles,
    rate: Doubles,
    volatility: Doubles,
    dividend_yield: Doubles,
) -> Doubles:
    """One sensitivity of many options, not finite where there is none.

    `values` are the options' values, of which only theta makes use.
    """
    share_grown, bond_grown = np.exp(-dividend_yield * years), np.exp(-rate * years)
    share, bond = spot * share_grown, strike * bond_grown
    root = np.sqrt(years)
    deviation = volatility * root
    first, second = _d1_d2(log_ratio(spot, strike) + (rate - dividend_yield) * years, deviation)
    at_first = density(first)
    probability = 0.5 * erfc(-sign * first * SQRT_HALF)
    exercise_probability = 0.5 * erfc(-sign * second * SQRT_HALF)
    if greek == "delta":
        found = sign * share / spot * probability
    elif greek == "gamma":
        found = _ratio(share / spot * at_first, spot * deviation)
    elif greek == "vega":
        found = share * at_first * root
    elif greek == "rho":
        found = sign * bond * years * exercise_probability
    else:
        decay = _ratio(share * at_first * volatility, 2.0 * root)
        cancels = values < 0.5 * share * probability  # then the value has the digits
        carry = np.where(
            cancels,
            rate * values + sign * (dividend_yield - rate) * share * probability,
            sign * (dividend_yield * share * probability - rate * bond * exercise_probability),
        )
        found = carry - decay
    finite = np.isfinite(share_grown) & np.isfinite(bond_grown)
    return np.where(finite, found, np.nan)


def _d1_d2(log_forward: Doubles, deviation: Doubles) -> tuple[Doubles, Doubles]:
    """The two arguments of the normal distribution; at no deviation their limits."""
    first = log_forward / deviation + 0.5 * deviation
    limit = np.where(log_forward == 0.0, 0.0, np.copysign(np.inf, log_forward))
    certain = deviation == 0.0
    return np.where(certain, limit, first), np.where(certain, limit, first - deviation)


def _ratio(part: Doubles, whole: Doubles) -> Doubles:
    """A quotient whose numerator may vanish with its denominator; NaN where it is infinite."""
    quotient = np.where(whole == 0.0, np.nan, part / whole)
    return np.where(part == 0.0, 0.0, quotient)
