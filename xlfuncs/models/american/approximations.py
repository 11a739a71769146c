"""Approximations of the American value, for figures that were published with them.

Barone-Adesi and Whaley (1987), Bjerksund and Stensland (1993), Ju and Zhong (1999).
"""

from math import erfc, exp, expm1, inf, log, pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.errors import BoundsError
from xlfuncs.models.american.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable

SQRT_HALF = sqrt(0.5)
DENSITY = 1.0 / sqrt(2.0 * pi)
HALVINGS = 200
SMALLEST = 1e-300


class Quadratic(NamedTuple):
    """What the quadratic approximations share: the critical price, and the option there."""

    critical: float
    power: float
    root: float  # what stands under the root of the power
    earned: float  # 2 r / s² over the part of a bond's value that time takes away
    gain: float  # what exercise pays over the European value, at the critical price
    decay: float  # of the European value there, a year


def quadratic(terms: Terms) -> Quadratic:
    """The critical price, at which the slopes meet of payoff and approximate value.

    Raises:
        BoundsError: there is none.
    """
    _, _, strike, years, rate, volatility, dividend_yield = terms
    sign, deviation = terms.sign, terms.deviation
    variance = volatility * volatility
    carry = 2.0 * (rate - dividend_yield) / variance - 1.0
    # at no rate the interest over the part of the bond is one over the time
    interest = rate / -expm1(-rate * years) if rate else 1.0 / years
    earned = 2.0 * interest / variance
    root = carry * carry + 4.0 * earned
    power = 0.5 * (sign * sqrt(root) - carry)
    bond, share = strike * exp(-rate * years), exp(-dividend_yield * years)

    def parts(price: float) -> tuple[float, float, float]:
        """The density, the share's part in the European value, and the strike's."""
        moneyness = log(price / strike) + (rate - dividend_yield) * years
        d1 = moneyness / deviation + 0.5 * deviation
        density = DENSITY * exp(-0.5 * d1 * d1)
        of_share = share * cumulative(sign * d1)
        return density, of_share, bond * cumulative(sign * (d1 - deviation))

    def excess(price: float) -> float:
        """What exercise at a price pays above the value of waiting."""
        _, of_share, of_bond = parts(price)
        waiting = price * of_share - of_bond + price / power * (1.0 - of_share)
        return sign * (price - strike - waiting)

    critical = critical_price(excess, strike, sign)
    density, of_share, of_bond = parts(critical)
    decay = sign * (rate * of_bond - dividend_yield * critical * of_share)
    decay += 0.5 * critical * share * density * volatility / sqrt(years)
    gain = sign * critical / power * (1.0 - of_share)
    return Quadratic(critical, power, root, earned, gain, decay)


def barone_adesi_whaley(terms: Terms, european: float) -> float:
    """The European value and a quadratic approximation of the worth of early exercise.

    Raises:
        BoundsError: the approximation has no critical price at these rates.
    """
    share, strike, sign = terms.share, terms.strike, terms.sign
    if waits(sign, terms.rate, terms.dividend_yield):
        return european
    found = quadratic(terms)
    distance = log(share / found.critical)
    if sign * distance >= 0.0:
        return sign * (share - strike)
    return european + found.gain * exp(found.power * distance)


def ju_zhong(terms: Terms, european: float) -> float:
    """The quadratic approximation with a correction for what it leaves out.

    Raises:
        BoundsError: the approximation has no critical price at these rates.
    """
    _, share, strike, years, rate, volatility, dividend_yield = terms
    sign = terms.sign
    if waits(sign, rate, dividend_yield):
        return european
    found = quadratic(terms)
    distance = log(share / found.critical)
    if sign * distance >= 0.0:
        return sign * (share - strike)
    left = exp(-rate * years) * found.earned
    bend = left * found.earned / found.root
    slope = 2.0 * found.decay / (volatility * volatility * found.gain) + left - bend
    correction = -distance * (0.5 * bend * distance + sign * slope / sqrt(found.root))
    return european + found.gain * exp(found.power * distance) / (1.0 - correction)


def bjerksund_stensland(terms: Terms, european: float) -> float:
    """The value if the option is exercised at one flat price, that of 1993.

    Raises:
        BoundsError: the approximation has no such price at these rates.
    """
    option_type, share, strike, years, rate, volatility, dividend_yield = terms
    if option_type == "put":
        share, strike, rate, dividend_yield = strike, share, dividend_yield, rate
    if waits(1.0, rate, dividend_yield):
        return european
    variance = volatility * volatility
    deviation = volatility * sqrt(years)
    carry = rate - dividend_yield
    slope = 0.5 - carry / variance
    square = slope * slope + 2.0 * rate / variance
    power = slope + sqrt(max(square, 0.0))
    if not power > 1.0:
        raise BoundsError("method has no critical price at these rates")
    least = strike * max(1.0, rate / dividend_yield)
    most = strike * power / (power - 1.0)
    decay = -(carry * years + 2.0 * deviation) * least / (most - least)
    trigger = least - (most - least) * expm1(decay)
    if share >= trigger:
        return share - strike
    nearness = log(share / trigger)

    def barrier(exponent: float, price: float) -> float:
        """The share to a power, over the trigger's, if it ends under a price and never reached."""
        growth = (exponent * carry - rate + 0.5 * exponent * (exponent - 1.0) * variance) * years
        drift = (carry + (exponent - 0.5) * variance) * years
        distance = -(log(share / price) + drift) / deviation
        reflected = 2.0 * carry / variance + 2.0 * exponent - 1.0
        beyond = cumulative(distance + 2.0 * nearness / deviation)
        image = exp(log(beyond) - reflected * nearness) if beyond > SMALLEST else 0.0
        return exp(growth + exponent * nearness) * (cumulative(distance) - image)

    value = (trigger - strike) * (exp(power * nearness) - barrier(power, trigger))
    value += trigger * (barrier(1.0, trigger) - barrier(1.0, strike))
    value -= strike * (barrier(0.0, trigger) - barrier(0.0, strike))
    return max(value, european, share - strike)


def waits(sign: float, rate: float, dividend_yield: float) -> bool:
    """Whether it never pays to exercise early.

    Raises:
        BoundsError: exercise would pay between two prices, for which neither was made.
    """
    mine, other = (dividend_yield, rate) if sign > 0.0 else (rate, dividend_yield)
    if mine < 0.0 and other < mine:
        raise BoundsError(
            "method must be exact where rate and dividend_yield are below zero and there are "
            "two critical prices"
        )
    return mine <= 0.0 and other >= mine


def cumulative(x: float) -> float:
    """The standard normal probability up to a point."""
    return 0.5 * erfc(-x * SQRT_HALF)


def critical_price(gain: "Callable[[float], float]", strike: float, sign: float) -> float:
    """The price at which exercise and waiting are worth the same.

    Raises:
        BoundsError: there is none.
    """
    near, far = strike, strike
    for _ in range(HALVINGS):
        far = far * 2.0 if sign > 0.0 else far * 0.5
        if gain(far) > 0.0:
            break
    else:
        raise BoundsError("method has no critical price at these rates")
    for _ in range(HALVINGS):
        middle = sqrt(near * far)
        if middle in {near, far} or not 0.0 < middle < inf:
            break
        if gain(middle) > 0.0:
            far = middle
        else:
            near = middle
    return far
