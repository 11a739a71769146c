"""Black-Scholes: option values and greeks, and the Black-Scholes Amount of the warrant.

The standard library alone. Each value is built from the tail probability it needs
(`erfc`), never from one minus the other, so that deep tails keep their relative precision.
Where the two sides of the formula all but cancel, far out of the money or at next to no
deviation, it is taken in another form (`small_value`).
"""

from math import copysign, erfc, exp, expm1, log, log1p, sqrt
from typing import TYPE_CHECKING, Annotated, cast

from xlfuncs.card import card, card_of
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import Choice, Number
from xlfuncs.models.normal import NARROW, SQRT_HALF, SQRT_TWO_PI, TAIL, density, mills_drop
from xlfuncs.units import AnyRate, Count, Date, OptionType, Price, Volatility, Years

if TYPE_CHECKING:
    from collections.abc import Callable

INFINITY = float("inf")
SMALLEST = 1e-300  # a quotient under it has lost digits, and at 0 it has no logarithm
NOTHING = 60.0  # deviations out of the money, from where on no double is small enough
HALF, TWICE = 0.5, 2.0  # between them a difference of two doubles is exact
NEAR = 0.5  # a log ratio under it gives the difference of the two better than they do

OptionValue = Annotated[float, Number("value", "an amount in USD", 0.0, 1e9, "#,##0.0000")]
GreekValue = Annotated[float, Number("greek", "a sensitivity", -1e300, 1e300, "#,##0.000000")]
Greek = Annotated[
    str, Choice("greek", "the sensitivity", ("delta", "gamma", "vega", "theta", "rho"))
]
RateBasis = Annotated[
    str,
    Choice("reading", "how the rate compounds", ("continuous", "bond-equivalent")),
]


@card
def black_scholes(
    option_type: OptionType,
    spot: Price,
    strike: Price,
    years: Years,
    rate: AnyRate,
    volatility: Volatility,
    dividend_yield: AnyRate = 0.0,
) -> OptionValue:
    """The Black-Scholes value of a European call or put.

    With years or volatility at zero it is the limit: what the option is worth if the forward
    price is certain.

    Source: Black and Scholes (1973), equation 13; Merton (1973), dividend yield
        c = S exp(-qT) N(d1) - K exp(-rT) N(d2), d1 = (ln(S/K) + (r - q + s²/2) T) / (s √T),
        d2 = d1 - s √T

    Args:
        option_type: "call" or "put".
        spot: the price of the share now, USD.
        strike: the exercise price, USD.
        years: the time to expiry, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly standard deviation of log returns, as a fraction.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        USD a share under option, unrounded.

    Raises:
        BoundsError: the rate and the time are so large that no finite value exists.

    Example:
        >>> round(black_scholes("call", 42.0, 40.0, 0.5, 0.10, 0.20), 10)
        4.7594223929
    """
    share = spot * exp(-dividend_yield * years)
    bond = strike * exp(-rate * years)
    deviation = volatility * sqrt(years)
    if deviation == 0.0:
        gain = share - bond if option_type == "call" else bond - share
        return max(gain, 0.0)
    ratio = spot / strike
    moneyness = log(ratio) if SMALLEST < ratio < INFINITY else log(spot) - log(strike)
    d1 = (moneyness + (rate - dividend_yield) * years) / deviation + 0.5 * deviation
    d2 = d1 - deviation
    if deviation < NARROW or (d1 < -TAIL if option_type == "call" else d2 > TAIL):
        log_forward = log_ratio(spot, strike) + (rate - dividend_yield) * years
        value = small_value(option_type, share, bond, log_forward, deviation)
    elif option_type == "call":
        value = 0.5 * (share * erfc(-d1 * SQRT_HALF) - bond * erfc(-d2 * SQRT_HALF))
    else:
        value = 0.5 * (bond * erfc(d2 * SQRT_HALF) - share * erfc(d1 * SQRT_HALF))
    return 0.0 if value < 0.0 else value  # noqa: FURB136  max() is slow, and would hide a NaN


# The bare body, for functions that have checked their own arguments and cite their own clause.
_value = cast("Callable[..., float]", card_of(black_scholes).body)


@card
def black_scholes_greek(
    greek: Greek,
    option_type: OptionType,
    spot: Price,
    strike: Price,
    years: Years,
    rate: AnyRate,
    volatility: Volatility,
    dividend_yield: AnyRate = 0.0,
) -> GreekValue:
    """A sensitivity of the Black-Scholes value.

    Each is per unit: vega for a volatility higher by 1.00, rho for a rate higher by 1.00,
    theta for a year passing (negative where value is lost).

    Source: Haug (2007), The Complete Guide to Option Pricing Formulas, chapter 2
        delta = ∂V/∂S, gamma = ∂²V/∂S², vega = ∂V/∂s, theta = -∂V/∂T, rho = ∂V/∂r

    Args:
        greek: "delta", "gamma", "vega", "theta" or "rho".
        option_type: "call" or "put".
        spot: the price of the share now, USD.
        strike: the exercise price, USD.
        years: the time to expiry, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly standard deviation of log returns, as a fraction.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        the derivative, unrounded; at zero time or volatility its limit.

    Raises:
        BoundsError: no finite value exists, as for gamma at the money with no time left.

    Example:
        >>> round(black_scholes_greek("delta", "call", 49.0, 50.0, 0.3846, 0.05, 0.20), 6)
        0.521602
    """
    sign = 1.0 if option_type == "call" else -1.0
    share = spot * exp(-dividend_yield * years)
    bond = strike * exp(-rate * years)
    root = sqrt(years)
    deviation = volatility * root
    d1, d2 = _d1_d2(spot, strike, (rate - dividend_yield) * years, deviation)
    at_d1 = density(d1)
    probability = 0.5 * erfc(-sign * d1 * SQRT_HALF)
    exercise_probability = 0.5 * erfc(-sign * d2 * SQRT_HALF)
    if greek == "delta":
        return sign * share / spot * probability
    if greek == "gamma":
        return _ratio(share / spot * at_d1, spot * deviation, greek)
    if greek == "vega":
        return share * at_d1 * root
    if greek == "rho":
        return sign * bond * years * exercise_probability
    decay = _ratio(share * at_d1 * volatility, 2.0 * root, greek)
    value = _value(option_type, spot, strike, years, rate, volatility, dividend_yield)
    if value < 0.5 * share * probability:  # the two sides all but cancel; the value has digits
        carry = rate * value + sign * (dividend_yield - rate) * share * probability
    else:
        carry = sign * (dividend_yield * share * probability - rate * bond * exercise_probability)
    return carry - decay


@card
def black_scholes_warrant_value(
    stock_price: Price,
    exercise_price: Price,
    years: Years,
    rate: AnyRate,
    volatility: Volatility,
    dividend_yield: AnyRate = 0.0,
) -> OptionValue:
    """The Black-Scholes value of the right to buy one Warrant Share.

    Undiluted: right where the market price of the stock already carries the dilution that the
    warrants will bring.

    Source: Black and Scholes (1973), equation 13; Merton (1973), dividend yield
        the value of a call: c = S exp(-qT) N(d1) - K exp(-rT) N(d2)

    Args:
        stock_price: the price of the common stock now, USD.
        exercise_price: the Exercise Price in effect, USD.
        years: the time to expiry of the warrant, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly volatility of the stock, as a fraction.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        USD a Warrant Share, unrounded.

    Raises:
        BoundsError: the rate and the time are so large that no finite value exists.

    Example:
        >>> round(black_scholes_warrant_value(5.5, 6.7838, 4.6, 0.045, 0.70), 10)
        3.0058317018
    """
    return _value("call", stock_price, exercise_price, years, rate, volatility, dividend_yield)


@card
def black_scholes_amount(
    last_trade_price: Price,
    exercise_price: Price,
    notice_date: Date,
    expiry_date: Date,
    risk_free_rate: AnyRate,
    volatility: Volatility,
    rate_basis: RateBasis = "continuous",
    days_in_year: Count = 365,
    dividend_yield: AnyRate = 0.0,
) -> OptionValue:
    """The Black-Scholes Amount that a Major Transaction may pay on each Warrant Share.

    The warrant names the variables and leaves the conventions open: each is an argument here.

    Source: Warrant, 4(e)
        an option to purchase one share of Common Stock … (i) … the closing trade price on the
        last trading day before the date of the Notice … (ii) volatility … during the 100
        trading day period preceding … (iii) a risk free rate … with a maturity corresponding
        to the remaining term … and (iv) … the Exercise Price on the date of the Notice

    Reading: European, undiluted, without dividends; the days to expiry over 365; the rate as
        given is continuous, or is made so from a bond-equivalent yield if rate_basis says so.

    Args:
        last_trade_price: the closing trade price of the last trading day before the notice, USD.
        exercise_price: the Exercise Price on the date of the notice, USD.
        notice_date: the date of the Notice of Major Transaction.
        expiry_date: the day on which the warrant expires.
        risk_free_rate: the Treasury rate for the remaining term, as a fraction a year.
        volatility: the yearly volatility; see historical_volatility.
        rate_basis: "continuous" (if left out), or "bond-equivalent" for a semi-annual yield.
        days_in_year: the days of a year in the time to expiry; 365 if left out.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        USD a Warrant Share, unrounded.

    Raises:
        BoundsError: notice_date is after expiry_date.

    Example:
        >>> day, expiry = date(1999, 9, 1), date(2003, 7, 27)
        >>> round(black_scholes_amount(6.0, 6.7838, day, expiry, 0.0575, 0.70), 9)
        3.213340884
    """
    days = (expiry_date - notice_date).days
    if days < 0:
        raise BoundsError(f"notice_date {notice_date} must not be after expiry_date {expiry_date}")
    years = days / days_in_year
    if rate_basis == "bond-equivalent":
        continuous_rate = 2.0 * log(1.0 + risk_free_rate / 2.0)
    else:
        continuous_rate = risk_free_rate
    return _value(
        "call", last_trade_price, exercise_price, years, continuous_rate, volatility, dividend_yield
    )


def _d1_d2(spot: float, strike: float, drift: float, deviation: float) -> tuple[float, float]:
    """The two arguments of the normal distribution; at no deviation their limits."""
    moneyness = log_ratio(spot, strike) + drift
    if deviation > 0.0:
        d1 = moneyness / deviation + 0.5 * deviation
        return d1, d1 - deviation
    limit = 0.0 if moneyness == 0.0 else copysign(INFINITY, moneyness)
    return limit, limit


def log_ratio(price: float, other: float) -> float:
    """The logarithm of price over other, to full precision.

    Also where they are close together, and where the quotient itself is out of range.
    """
    ratio = price / other
    if HALF <= ratio <= TWICE:
        return log1p((price - other) / other)
    return log(ratio) if SMALLEST < ratio < INFINITY else log(price) - log(other)


def small_value(
    option_type: str, share: float, bond: float, log_forward: float, deviation: float
) -> float:
    """The value where the two sides of the formula all but cancel, to full relative precision.

    Out of the money it is n(z) (R(z) - R(z + s)) of the lesser side, R being the Mills ratio,
    z = |log_forward| / s - s / 2 and s the deviation; in the money the certain gain comes on top.
    """
    z = abs(log_forward) / deviation - 0.5 * deviation
    least = share if log_forward < 0.0 else bond
    value = 0.0
    if z < NOTHING:
        half = exp(-0.25 * z * z)  # twice, since the whole may be less than any double
        value = least * half * mills_drop(z, deviation) / SQRT_TWO_PI * half
    if (log_forward > 0.0) == (option_type == "call"):
        value += certain_gain(share, bond, log_forward)
    return value


def certain_gain(share: float, bond: float, log_forward: float) -> float:
    """The difference of share and bond, without a sign."""
    if abs(log_forward) > NEAR:
        return abs(share - bond)
    return (share if log_forward < 0.0 else bond) * expm1(abs(log_forward))


def _ratio(part: float, whole: float, greek: str) -> float:
    """A quotient whose numerator may vanish with its denominator."""
    if part == 0.0:
        return 0.0
    if whole == 0.0:
        raise BoundsError(f"{greek} is infinite at the money with no time or volatility left")
    return part / whole
