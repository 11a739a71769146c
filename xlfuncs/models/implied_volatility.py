"""The volatility that a price implies: Black-Scholes solved for the volatility.

An option's time value over the lesser of its two sides is, as a function of the deviation s, a
probability p (Madan, Roynette and Yor, 2008). Its log odds ln(p / (1 - p)) are so nearly the
square of something simple that two steps of Householder's third order reach full precision from
a guess that is right to a third, wherever a volatility exists.
"""

from math import exp, log, log1p, sqrt

from xlfuncs.card import card
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import shown
from xlfuncs.models.black_scholes import INFINITY, OptionValue, certain_gain, log_ratio
from xlfuncs.models.normal import SQRT_TWO_PI, mills_drop, mills_ratio
from xlfuncs.units import AnyRate, OptionType, Price, Volatility, Years

EPSILON = 2.0**-52
LOG_TWO = log(2.0)
LOG_ROOT_TWO_PI = log(SQRT_TWO_PI)
CLOSE = 2e-5  # a step of the fourth order so short leaves no error that a double can hold
MOST_STEPS = 8  # two do, three at the most; a start far off would take more
EVEN = 0.5  # the chance at which the odds turn
PAST_THE_TANGENT = 0.4  # above the turn; from here on a quantile is the better guess
LEAST_DISTANCE = 1e-12  # under it one minus a Mills ratio has no digits left
FAR = -600.0  # a logarithm, well before its exponential is nothing


@card
def implied_volatility(
    option_type: OptionType,
    price: OptionValue,
    spot: Price,
    strike: Price,
    years: Years,
    rate: AnyRate,
    dividend_yield: AnyRate = 0.0,
) -> Volatility:
    """The volatility at which the Black-Scholes value of an option is its price.

    In the money only the time value, what the price is above its least, says anything of the
    volatility: where it is a few units of the last digit of the price, so is the answer. The
    least price itself is that of a volatility of 0, and a price below it by no more than
    rounding counts as the least.

    Source: Black and Scholes (1973), equation 13, solved for the volatility
        C(s) = S exp(-qT) N(d1) - K exp(-rT) N(d2) grows in s, from max(S exp(-qT) - K exp(-rT), 0)
        at 0 towards S exp(-qT); a put towards K exp(-rT)

    Args:
        option_type: "call" or "put".
        price: the price of the option, USD a share.
        spot: the price of the share now, USD.
        strike: the exercise price, USD.
        years: the time to expiry, years; above 0.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        the yearly volatility, as a fraction, to the last digits that the price determines.

    Raises:
        BoundsError: no volatility gives that price: it is below the least, or not below the
            discounted spot (of a put, the discounted strike), or no time is left.

    Example:
        >>> round(implied_volatility("call", 1.875, 21.0, 20.0, 0.25, 0.10), 6)
        0.234513
    """
    if years == 0.0:
        raise BoundsError("years must be above 0, not 0: with no time left the price tells nothing")
    share = spot * exp(-dividend_yield * years)
    bond = strike * exp(-rate * years)
    if share + bond == INFINITY:
        raise OverflowError
    log_forward = log_ratio(spot, strike) + (rate - dividend_yield) * years
    in_the_money = (log_forward > 0.0) == (option_type == "call")
    least_price = certain_gain(share, bond, log_forward) if in_the_money else 0.0
    most_price = share if option_type == "call" else bond
    time_value = price - least_price
    rounding = EPSILON * (share + bond) * (2.0 + (abs(rate) + abs(dividend_yield)) * years)
    if time_value < -rounding:
        raise BoundsError(
            f"price must be at least {shown(least_price)}, the value without any volatility, "
            f"not {shown(price)}"
        )
    if price >= most_price:
        side = "spot" if option_type == "call" else "strike"
        raise BoundsError(
            f"price must be below {shown(most_price)}, the discounted {side}, not {shown(price)}: "
            f"no volatility gives that much"
        )
    if time_value <= 0.0:
        return 0.0
    deviation = implied_deviation(
        abs(log_forward), time_value, most_price - price, min(share, bond)
    )
    return deviation / sqrt(years)


def implied_deviation(distance: float, time_value: float, room: float, least: float) -> float:
    """The volatility times the root of time.

    Args:
        distance: the logarithm of the forward price over the strike, without its sign.
        time_value: what the price is above its least; above 0.
        room: what it is below its most; above 0.
        least: the lesser of discounted spot and strike, the sum of the two before.
    """
    p, q = time_value / least, room / least
    if p < EVEN:
        log_p, log_q = log_ratio(time_value, least), log1p(-p)
        q = 1.0 - p
    else:
        log_p, log_q = log1p(-q), log(q)
        p = 1.0 - q
    log_odds = log_p - log_q
    deviation = first_guess(distance, log_p, p, q)
    for _ in range(MOST_STEPS):
        step = householder_step(distance, deviation, log_odds)
        deviation *= 1.0 + step
        if abs(step) < CLOSE:
            break
    return deviation


def householder_step(distance: float, deviation: float, log_odds: float) -> float:
    """A step towards the deviation of these log odds, as a part of the deviation.

    The derivatives are by the logarithm of the deviation's scale: s f', s² f'' and so on, which
    neither a small nor a large deviation takes out of range.
    """
    h = distance / deviation
    z = h - 0.5 * deviation  # -d1; and z + s is -d2
    if z > -1.0:
        drop = mills_drop(z, deviation)
        log_p = log(drop) - 0.5 * z * z - LOG_ROOT_TWO_PI
        p = exp(log_p)
        q = 1.0 - p
        error = log_p - log1p(-p) - log_odds
        over_p = deviation / drop
        over_q = over_p * p / q
    else:
        tails = mills_ratio(-z) + mills_ratio(z + deviation)
        log_q = log(tails) - 0.5 * z * z - LOG_ROOT_TWO_PI
        q = exp(log_q)
        p = 1.0 - q
        error = log1p(-q) - log_q - log_odds
        over_q = deviation / tails
        over_p = over_q * q / p
    newton = -error / (over_p + over_q)
    bend = z * (z + deviation)  # p'' / p'
    skew = over_p - over_q
    second = bend - skew
    third = (
        second * second
        - (3.0 * h * h + 0.25 * deviation * deviation)
        - (bend * skew - over_p * over_p - over_q * over_q)
    )
    step = newton * (1.0 + 0.5 * newton * second) / (1.0 + newton * (second + newton * third / 6.0))
    return max(step, -0.75)


def first_guess(distance: float, log_p: float, p: float, q: float) -> float:
    """A deviation that is right to a third, mostly to some hundredths.

    At the deviation √(2 distance), where d1 is 0, p has its steepest slope, 1/√2π. Above it, a
    tangent and then the quantile of what is left; below it, the formula of a normal instead of
    a lognormal price near the money, and the quantile of p far from it.
    """
    turn = sqrt(2.0 * distance)
    tail = 2.0 * mills_guess(turn) / SQRT_TWO_PI
    p_at_turn = 0.5 * (1.0 - tail) if distance > LEAST_DISTANCE else turn / SQRT_TWO_PI
    if p - p_at_turn >= PAST_THE_TANGENT:
        d1 = quantile_guess(log(q / (1.0 + tail)))
        return d1 + sqrt(d1 * d1 + 2.0 * distance)
    if p >= p_at_turn:
        return turn + (p - p_at_turn) * SQRT_TWO_PI
    if distance < 1.0:
        log_ratio_of_two = log_p - log(distance) + LOG_ROOT_TWO_PI
        far = log1p(exp(-log_ratio_of_two)) if log_ratio_of_two > FAR else -log_ratio_of_two
        return distance * sqrt(1.0 + far * (0.5 + 1.0 / (1.0 + 0.32 * far))) / far
    z = quantile_guess(log_p - log(1.0 - tail))
    for _ in range(2):
        part = 1.0 - mills_guess(sqrt(z * z + 2.0 * distance)) / mills_guess(z)
        z = quantile_guess(log_p - log(part))
    return 2.0 * distance / (sqrt(z * z + 2.0 * distance) + z)


def mills_guess(z: float) -> float:
    """The Mills ratio to a hundredth, z from 0 on (Boyd, 1959)."""
    return 3.1416 / (2.1416 * z + sqrt(z * z + 6.2832))


def quantile_guess(log_tail: float) -> float:
    """Where the tail of the normal distribution is this, at most a half, to some thousandths.

    Abramowitz and Stegun (1964), 26.2.22.
    """
    if log_tail > -LOG_TWO:
        return 0.0
    t = sqrt(-2.0 * log_tail)
    return t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t))
