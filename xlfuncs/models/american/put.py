"""The value of an American option to many digits, by whichever way is right for its rates.

A call is a put: the right to give up the strike for the share, with the rates exchanged.
"""

from math import erfc, exp, sqrt
from typing import NamedTuple

from xlfuncs.models.american.boundary import (
    Boundary,
    Scaled,
    boundary,
    gap_at_expiry,
    premium,
    scaled_rates,
)
from xlfuncs.models.american.dividends import certain_value
from xlfuncs.models.american.grid import grid_value
from xlfuncs.models.american.terms import Terms
from xlfuncs.models.black_scholes import log_ratio

SQRT_HALF = sqrt(0.5)
CERTAIN = 1e-10  # a deviation under which no more than that part of the strike is at stake
NOTHING = 1e-16  # interest over all the time that no strike shows in its digits
COARSE, FINE = (12, 20), (24, 40)  # points of the boundary and of each integral
MATCHED = 2e-9  # part of the strike that the value may be off where exercise is a matter of taste
USABLE = 1e-6

# how a value was found, as an explanation tells it
WAITS = "never exercised early"
SURE = "exercised at the best time, as nothing is left to chance"
BOUNDARY = "Kim's exercise boundary"
GRID = "trinomial grid"


class Answer(NamedTuple):
    """A value, and the way it was found."""

    scheme: str
    value: float


def early_value(terms: Terms, european: float) -> Answer:
    """The value of an option without discrete dividends, from that of the European one."""
    put = terms.as_put()
    _, share, strike, years, rate, volatility, dividend_yield = put
    idle = max(abs(rate), -dividend_yield) * years < NOTHING
    if idle or never_early(rate, dividend_yield):
        return Answer(WAITS, european)
    if put.deviation < CERTAIN:
        return Answer(SURE, certain_value(put))
    if rate >= 0.0:
        variance = volatility * volatility
        scaled = scaled_rates(rate / variance, dividend_yield / variance)
        if scaled.perpetual_gap < CERTAIN:
            return Answer(SURE, max(certain_value(put), european))
        earned = premium_over(scaled, variance * years, log_ratio(share, strike))
        if earned is not None:
            return Answer(BOUNDARY, max(european + strike * earned, strike - share))
    return Answer(GRID, max(grid_value(put), european, strike - share))


def never_early(rate: float, dividend_yield: float) -> bool:
    """Whether a put always gains by waiting: the strike earns nothing, the share no less."""
    return rate <= 0.0 and dividend_yield >= rate


def premium_over(scaled: Scaled, variance: float, moneyness: float) -> float | None:
    """The worth of early exercise, as a part of the strike; below 0 where it is due now.

    None where the boundary was not found: two boundaries that do not even match the value at
    expiry, say.
    """
    for points, integral_points in (COARSE, FINE):
        try:
            found = boundary(scaled, variance, points, integral_points)
        except ArithmeticError:
            continue
        off = mismatch(found, variance)
        if off < (MATCHED if (points, integral_points) == COARSE else USABLE):
            distance = moneyness - scaled.top + gap_at_expiry(found, variance)
            return premium(found, variance, distance) if distance > 0.0 else -1.0
    return None


def mismatch(found: Boundary, variance: float) -> float:
    """How far value and payoff are apart at the boundary: they were not made to be equal there."""
    scaled = found.scaled
    height = scaled.top - gap_at_expiry(found, variance)
    share = exp(height)
    root = sqrt(variance)
    d2 = height / root + scaled.drift * root
    european = 0.5 * (
        exp(-scaled.rate * variance) * erfc(d2 * SQRT_HALF)
        - share * exp(-scaled.dividend_yield * variance) * erfc((d2 + root) * SQRT_HALF)
    )
    return abs(european + premium(found, variance, 0.0) - (1.0 - share))
