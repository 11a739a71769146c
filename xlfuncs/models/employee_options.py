"""Employee stock options: worth less than a traded option, since who leaves loses them."""

from math import exp
from typing import TYPE_CHECKING, Annotated, cast

from xlfuncs.card import card, card_of
from xlfuncs.kinds import Number
from xlfuncs.models.black_scholes import OptionValue, black_scholes
from xlfuncs.units import AnyRate, Price, Volatility, Years

if TYPE_CHECKING:
    from collections.abc import Callable

ForfeitureRate = Annotated[
    float, Number("rate", "options lost in a year, as a fraction of those left", 0.0, 10.0, "0.00%")
]
_plain_value = cast("Callable[..., float]", card_of(black_scholes).body)


@card
def employee_option_value(
    stock_price: Price,
    exercise_price: Price,
    years: Years,
    rate: AnyRate,
    volatility: Volatility,
    forfeiture_rate: ForfeitureRate,
    dividend_yield: AnyRate = 0.0,
) -> OptionValue:
    """The value of an employee's option, which is lost if the employee leaves first.

    It is held to expiry or forfeited: early exercise is not in it, nor is a right to exercise
    what has vested on leaving. Of many grants the value is what is left of them on average.

    Source: Jennergren and Näslund (1993), A Comment on Valuation of Executive Stock Options
        the value of the European call times exp(-λT), the chance of still being employed at
        expiry; λ is the rate of leaving

    Args:
        stock_price: the price of the share now, USD.
        exercise_price: the exercise price of the option, USD.
        years: the time to expiry, or the expected time to exercise, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly volatility of the stock, as a fraction.
        forfeiture_rate: the rate of leaving a year, continuous: at 0.15, 13.9 % leave in a year.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.

    Returns:
        USD a share under option, unrounded.

    Raises:
        BoundsError: the rate and the time are so large that no finite value exists.

    Example:
        >>> round(employee_option_value(60.0, 64.0, 2.0, 0.07, 0.38, 0.15, 0.03), 4)
        9.1244
    """
    option_value = _plain_value(
        "call", stock_price, exercise_price, years, rate, volatility, dividend_yield
    )
    chance_of_staying = exp(-forfeiture_rate * years)
    return option_value * chance_of_staying
