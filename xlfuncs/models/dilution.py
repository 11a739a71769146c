"""Warrants that dilute: their value where exercise brings new shares into the company.

The fixed point is found by Newton's method from below. The value of a call is convex in the
price of the share, so each step stays at or under the solution: convergence is monotone and
needs no bracket.
"""

from math import erfc, exp, expm1, sqrt
from typing import TYPE_CHECKING, Annotated, cast

from xlfuncs.card import card, card_of
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import Choice, shown
from xlfuncs.models.black_scholes import OptionValue, black_scholes, log_ratio
from xlfuncs.units import AnyRate, Price, Shares, SharesOutstanding, Volatility, Years

if TYPE_CHECKING:
    from collections.abc import Callable

DilutionMethod = Annotated[
    str, Choice("method", "how the value is diluted", ("galai-schneller", "pre-issue"))
]

SQRT_HALF = sqrt(0.5)
MOST_NEW_SHARES = 1e200  # for each old one; beyond it products leave the range of doubles
MOST_STEPS = 100  # thirteen were the most in a hundred thousand random terms
CLOSE = 1e-16  # of the value
plain_value = cast("Callable[..., float]", card_of(black_scholes).body)


@card
def diluted_warrant_value(
    stock_price: Price,
    exercise_price: Price,
    years: Years,
    rate: AnyRate,
    volatility: Volatility,
    shares_outstanding: SharesOutstanding,
    warrant_shares: Shares,
    method: DilutionMethod = "galai-schneller",
    dividend_yield: AnyRate = 0.0,
) -> OptionValue:
    """The value of a warrant whose exercise brings new shares, which dilute the old ones.

    Not for a stock whose market knows of the warrants: its price carries the dilution already,
    and black_scholes_warrant_value is right. Here stock_price is that of a share without the
    warrants: the ex-warrant price, or before warrants are issued that the market has not heard
    of.

    Source: Galai and Schneller (1978), Pricing of Warrants; Hull, Derivatives, cost of warrants
        W = N/(N+M) c(S + W M/N), a call on what a share and its part of the warrants are worth
        together; about to be issued for nothing they cost N/(N+M) c(S) each

    Reading: the volatility is that of S + W M/N, the company's equity per share; the fixed
        point holds with the warrants in the hands of others than the shareholders.

    Args:
        stock_price: the price of the share without the warrants, USD.
        exercise_price: the exercise price, USD.
        years: the time to expiry of the warrants, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly volatility of the equity, shares and warrants together.
        shares_outstanding: the shares outstanding, without those of the warrants (N).
        warrant_shares: the shares that the warrants would bring (M).
        method: "galai-schneller" (if left out): the fixed point; "pre-issue": the cost of
            warrants about to be issued.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        USD a warrant for one share, unrounded.

    Raises:
        BoundsError: no value solves the equation, as may be where the yield is below zero; or
            there are over 1e200 warrant shares for each share.

    Example:
        >>> round(diluted_warrant_value(40.0, 60.0, 5.0, 0.03, 0.30, 1e6, 200e3), 6)
        6.390092
    """
    new_shares = warrant_shares / shares_outstanding
    if new_shares > MOST_NEW_SHARES:
        raise BoundsError(
            f"warrant_shares {shown(warrant_shares)} is beyond all measure of shares_outstanding "
            f"{shown(shares_outstanding)}"
        )
    if method == "pre-issue" or new_shares == 0.0:
        undiluted = plain_value(
            "call", stock_price, exercise_price, years, rate, volatility, dividend_yield
        )
        return undiluted / (1.0 + new_shares)
    solution = fixed_point(
        stock_price, exercise_price, years, rate, volatility, new_shares, dividend_yield
    )
    equity_per_share = stock_price + new_shares * solution
    call = plain_value(
        "call", equity_per_share, exercise_price, years, rate, volatility, dividend_yield
    )
    return call / (1.0 + new_shares)


def fixed_point(
    stock_price: float,
    exercise_price: float,
    years: float,
    rate: float,
    volatility: float,
    new_shares: float,
    dividend_yield: float,
) -> float:
    """The least W with (1 + m) W = c(S + m W), m the new shares for each old one.

    Where the call is worth more than the share or the strike, what is subtracted is taken out
    of the equation by put-call parity: else m times the rounding would be left.

    Raises:
        BoundsError: there is none.
    """
    share = stock_price * exp(-dividend_yield * years)
    bond = exercise_price * exp(-rate * years)
    lost = -expm1(-dividend_yield * years)  # the part of a share that its dividends are
    deviation = volatility * sqrt(years)
    drift = (rate - dividend_yield) * years
    value = 0.0
    for _ in range(MOST_STEPS):
        equity = stock_price + new_shares * value
        terms = (equity, exercise_price, years, rate, volatility, dividend_yield)
        call = plain_value("call", *terms)
        if call <= max(share, bond):
            excess = call - (1.0 + new_shares) * value
        else:
            put = plain_value("put", *terms)
            excess = share - bond + put - (1.0 + new_shares * lost) * value
        moneyness = log_ratio(equity, exercise_price) + drift
        slope = 1.0 + new_shares * (lost + (1.0 - lost) * chance_below(moneyness, deviation))
        if excess <= 0.0:
            return value
        if slope <= 0.0:
            break
        nearer = value + excess / slope
        if nearer - value <= CLOSE * nearer:
            return nearer
        value = nearer
    raise BoundsError(
        f"no value solves the equation of the warrant with dividend_yield {shown(dividend_yield)} "
        f"and {shown(new_shares)} new shares for each share"
    )


def chance_below(moneyness: float, deviation: float) -> float:
    """One minus the delta of a call, before dividends; at no deviation its limit."""
    if deviation == 0.0:
        return 0.0 if moneyness > 0.0 else 1.0
    return 0.5 * erfc((moneyness / deviation + 0.5 * deviation) * SQRT_HALF)
