"""Implied volatilities, many at a time: the solution of `xlfuncs.models.implied_volatility`.

The same guess, the same steps and the same Mills ratio, on arrays of numpy in blocks that stay
in a cache. numpy has no `erfc`: below the tail the Mills ratio has a fraction of its own.
"""

from __future__ import annotations

from math import exp, inf
from typing import TYPE_CHECKING

import numpy as np

from xlfuncs.arrays.guard import checked, together, valued
from xlfuncs.models import implied_volatility as scalar
from xlfuncs.models.black_scholes import (
    HALF,
    NEAR,
    SMALLEST,
    TWICE,
    certain_gain,
    log_ratio,
)
from xlfuncs.models.implied_volatility import (
    CLOSE,
    EPSILON,
    EVEN,
    FAR,
    LEAST_DISTANCE,
    LOG_ROOT_TWO_PI,
    LOG_TWO,
    MOST_STEPS,
    PAST_THE_TANGENT,
)
from xlfuncs.models.normal import NARROW, SQRT_TWO_PI, TAIL, TAIL_OVER, TAIL_UNDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BLOCK = 4096  # elements; some twenty arrays of them at once
DELICATE = 1e-3  # of the price; with less left of it, a last digit of exp is 1e-12 of the answer

# The Mills ratio from -1 to 2, fitted at 50 digits to 3e-17 of itself.
MIDDLE_OVER = (
    1.2533141373155003, 1.2758614244662407, 0.6703264573912237, 0.21543428238916207,
    0.04507169776476682, 0.006053384452768793, 0.0004815011856263686, 1.7450620566407083e-05,
)  # fmt: skip
MIDDLE_UNDER = (
    1.0, 1.8158746931084304, 1.4837015130339948, 0.7137383915890336, 0.22154489235446295,
    0.04554343278021308, 0.006071622082793814, 0.00048145795084430793, 1.7451842663843234e-05,
)  # fmt: skip


def implied_volatility(*arguments: object, **named: object) -> Array:
    """The volatilities at which Black-Scholes values of options are their prices.

    Arguments as those of the worksheet function, each a number or an array: option_type, price,
    spot, strike, years, rate, [dividend_yield]. NaN where no volatility gives the price: below
    the least, not below the discounted spot (of a put, strike), or with no time left.

    >>> implied_volatility("call", [1.875, 0.5], 21.0, 20.0, 0.25, 0.10).round(6)
    array([0.234513,      nan])
    """
    given = checked(scalar.implied_volatility, arguments, named)
    option_type = given.pop("option_type")
    given["is_call"] = np.asarray(option_type == "call")
    shape = together(given)
    names = ("is_call", "price", "spot", "strike", "years", "rate", "dividend_yield")
    flat = [np.broadcast_to(given[name], shape).reshape(-1) for name in names]
    result = np.empty(flat[0].size)
    for start in range(0, result.size, BLOCK):
        part = slice(start, start + BLOCK)
        result[part] = kernel(*(one[part] for one in flat))
    return valued(scalar.implied_volatility, result.reshape(shape))


@np.errstate(all="ignore")  # what has no answer is NaN in the end
def kernel(
    is_call: NDArray[np.bool_],
    price: Array,
    spot: Array,
    strike: Array,
    years: Array,
    rate: Array,
    dividend_yield: Array,
) -> Array:
    """The implied volatilities of arrays of one length that have been checked."""
    share, bond, log_forward = _sides(spot, strike, years, rate, dividend_yield)
    gain = _gain(share, bond, log_forward)
    in_the_money = (log_forward > 0.0) == is_call
    delicate = in_the_money & (price - gain < DELICATE * price)
    delicate |= np.where(is_call, share, bond) - price < DELICATE * price
    (which,) = np.nonzero(delicate)
    for one in which.tolist():  # what is left when all but a thousandth cancels hangs on the exp
        share[one], bond[one], log_forward[one], gain[one] = _exact_sides(
            *map(float, (spot[one], strike[one], years[one], rate[one], dividend_yield[one]))
        )
    least, most = np.minimum(share, bond), np.where(is_call, share, bond)
    distance = np.abs(log_forward)
    time_value = np.where(in_the_money, price - gain, price)
    rounding = EPSILON * (share + bond) * (2.0 + (np.abs(rate) + np.abs(dividend_yield)) * years)
    possible = (years > 0.0) & (time_value >= -rounding) & (price < most)
    possible &= np.isfinite(share + bond)
    result = np.where(possible, 0.0, np.nan)
    (solved,) = np.nonzero(possible & (time_value > 0.0))
    if solved.size:
        room = most - price
        deviation = implied_deviation(
            distance[solved], time_value[solved], room[solved], least[solved]
        )
        result[solved] = deviation / np.sqrt(years[solved])
    return result


def _sides(
    spot: Array, strike: Array, years: Array, rate: Array, dividend_yield: Array
) -> tuple[Array, Array, Array]:
    """The discounted spot and strike, and the logarithm of the one over the other."""
    share = spot * np.exp(-dividend_yield * years)
    bond = strike * np.exp(-rate * years)
    return share, bond, _log_ratio(spot, strike) + (rate - dividend_yield) * years


def _gain(share: Array, bond: Array, log_forward: Array) -> Array:
    """The difference of share and bond, without a sign."""
    distance = np.abs(log_forward)
    lesser = np.where(log_forward < 0.0, share, bond)
    gain: Array = np.where(distance > NEAR, np.abs(share - bond), lesser * np.expm1(distance))
    return gain


def _exact_sides(
    spot: float, strike: float, years: float, rate: float, dividend_yield: float
) -> tuple[float, float, float, float]:
    """Sides and gain by the very functions of the scalar form; numpy's may part in a last digit."""
    try:
        share = spot * exp(-dividend_yield * years)
        bond = strike * exp(-rate * years)
    except OverflowError:
        return (inf,) * 4
    log_forward = log_ratio(spot, strike) + (rate - dividend_yield) * years
    return share, bond, log_forward, certain_gain(share, bond, log_forward)


def implied_deviation(distance: Array, time_value: Array, room: Array, least: Array) -> Array:
    """The volatility times the root of time, where there is one."""
    p, q = time_value / least, room / least
    small = p < EVEN
    log_p = np.where(small, _log_ratio(time_value, least), np.log1p(-q))
    log_odds = log_p - np.where(small, np.log1p(-p), np.log(q))
    p, q = np.where(small, p, 1.0 - q), np.where(small, 1.0 - p, q)
    deviation = first_guess(distance, log_p, p, q)
    for _ in range(MOST_STEPS):
        step = householder_step(distance, deviation, log_odds)
        deviation = deviation * (1.0 + step)
        if np.abs(step).max() < CLOSE:
            break
    return deviation


def householder_step(distance: Array, deviation: Array, log_odds: Array) -> Array:
    """A step towards the deviation of these log odds, as a part of the deviation."""
    h = distance / deviation
    z = h - 0.5 * deviation
    lower = z > -1.0  # the lesser of p and 1 - p is the one to compute
    near = np.where(lower, z, -z)
    tails = _split(lower, (near, z + deviation, deviation), (_drop, _sum))
    log_part = np.log(tails) - 0.5 * z * z - LOG_ROOT_TWO_PI
    part = np.exp(log_part)
    rest = 1.0 - part
    log_odds_now = np.where(lower, 1.0, -1.0) * (log_part - np.log1p(-part))
    over_part = deviation / tails
    over_rest = over_part * part / rest
    newton = (log_odds - log_odds_now) / (over_part + over_rest)
    bend = z * (z + deviation)
    skew = np.where(lower, over_part - over_rest, over_rest - over_part)
    second = bend - skew
    third = (
        second * second
        - (3.0 * h * h + 0.25 * deviation * deviation)
        - (bend * skew - over_part * over_part - over_rest * over_rest)
    )
    step = newton * (1.0 + 0.5 * newton * second) / (1.0 + newton * (second + newton * third / 6.0))
    bounded: Array = np.maximum(step, -0.75)
    return bounded


def first_guess(distance: Array, log_p: Array, p: Array, q: Array) -> Array:
    """A deviation that is right to a third, mostly to some hundredths."""
    turn = np.sqrt(2.0 * distance)
    tail = 2.0 * _mills_guess(turn) / SQRT_TWO_PI
    p_at_turn = np.where(distance > LEAST_DISTANCE, 0.5 * (1.0 - tail), turn / SQRT_TWO_PI)
    above = p - p_at_turn
    guess = turn + above * SQRT_TWO_PI
    high, low = above >= PAST_THE_TANGENT, above < 0.0
    near = low & (distance < 1.0)
    far = low & ~near
    if high.any():
        d1 = _quantile_guess(np.log(q[high] / (1.0 + tail[high])))
        guess[high] = d1 + np.sqrt(d1 * d1 + 2.0 * distance[high])
    if near.any():
        x = distance[near]
        two = log_p[near] - np.log(x) + LOG_ROOT_TWO_PI
        odds = np.where(two > FAR, np.log1p(np.exp(-two)), -two)
        guess[near] = x * np.sqrt(1.0 + odds * (0.5 + 1.0 / (1.0 + 0.32 * odds))) / odds
    if far.any():
        x, target = 2.0 * distance[far], log_p[far]
        z = _quantile_guess(target - np.log(1.0 - tail[far]))
        for _ in range(2):
            part = 1.0 - _mills_guess(np.sqrt(z * z + x)) / _mills_guess(z)
            z = _quantile_guess(target - np.log(part))
        guess[far] = x / (np.sqrt(z * z + x) + z)
    return guess


def mills_ratio(z: Array) -> Array:
    """The tail of the normal distribution beyond z over the density at z, z from -1 on."""
    return _split(z < TAIL, (z,), (_middle, lambda one: (1.0 - _tail_slope(one)) / one))


def _drop(z: Array, far: Array, width: Array) -> Array:
    """By how much the Mills ratio falls over a width."""
    wide = lambda one, other, _: mills_ratio(one) - mills_ratio(other)  # noqa: E731
    return _split(width < NARROW, (z, far, width), (_narrow_drop, wide))


def _sum(z: Array, far: Array, _width: Array) -> Array:
    return mills_ratio(z) + mills_ratio(far)


def _narrow_drop(z: Array, _far: Array, width: Array) -> Array:
    """Taylor's series about the middle of the width."""
    half = 0.5 * width
    middle = z + half
    even = mills_ratio(middle)
    odd = _split(middle < TAIL, (middle, even), (_middle_slope, lambda one, _: _tail_slope(one)))
    total, power = odd.copy(), np.ones_like(half)
    for order in (2, 4, 6):
        even = (even - middle * odd) / order
        odd = (odd - middle * even) / (order + 1)
        power *= half * half
        total += power * odd
    return width * total


def _middle(z: Array) -> Array:
    return _polynomial(MIDDLE_OVER, z) / _polynomial(MIDDLE_UNDER, z)


def _middle_slope(z: Array, ratio: Array) -> Array:
    return 1.0 - z * ratio


def _tail_slope(z: Array) -> Array:
    v = 1.0 / z
    return v * v * _polynomial(TAIL_OVER, v) / _polynomial(TAIL_UNDER, v)


def _polynomial(coefficients: Sequence[float], z: Array) -> Array:
    total = np.full_like(z, coefficients[-1])
    for one in coefficients[-2::-1]:
        total *= z
        total += one
    return total


def _split(
    first: NDArray[np.bool_],
    arrays: tuple[Array, ...],
    functions: tuple[Callable[..., Array], Callable[..., Array]],
) -> Array:
    """The first function where a condition holds, the second elsewhere."""
    if first.all():
        return functions[0](*arrays)
    if not first.any():
        return functions[1](*arrays)
    result = np.empty_like(arrays[0])
    for where, function in zip((first, ~first), functions, strict=True):
        result[where] = function(*(one[where] for one in arrays))
    return result


def _log_ratio(price: Array, other: Array) -> Array:
    """The logarithm of price over other, to full precision."""
    ratio = price / other
    near = np.log1p((price - other) / other)
    whole = (ratio > SMALLEST) & np.isfinite(ratio)
    far = np.where(whole, np.log(ratio), np.log(price) - np.log(other))
    result: Array = np.where((ratio >= HALF) & (ratio <= TWICE), near, far)
    return result


def _mills_guess(z: Array) -> Array:
    guess: Array = 3.1416 / (2.1416 * z + np.sqrt(z * z + 6.2832))
    return guess


def _quantile_guess(log_tail: Array) -> Array:
    t = np.sqrt(-2.0 * np.minimum(log_tail, -LOG_TWO))
    guess = t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t))
    result: Array = np.where(log_tail > -LOG_TWO, 0.0, guess)
    return result
