"""A conversion made ready: its window, when it begins, and the price at its first close.

The worksheet functions and the array form all begin here, with the same refusals.
"""

from collections.abc import Sequence
from math import exp, inf, sqrt
from typing import NamedTuple

from xlfuncs.models.floating.law import Level, Terms, level_of
from xlfuncs.models.floating.shapes import TRADING_DAYS_A_YEAR, Window
from xlfuncs.models.floating.window import check_spread, window_of, years_before_window


class Stock(NamedTuple):
    """The stock: USD, and fractions a year, continuously compounded."""

    price: float
    volatility: float
    rate: float
    dividend_yield: float

    @property
    def carry(self) -> float:
        """What its price grows by in a year, on average, where it is valued."""
        return self.rate - self.dividend_yield

    @property
    def log_drift(self) -> float:
        """What the logarithm of its price gains in a year."""
        return self.carry - 0.5 * self.volatility**2


class Rule(NamedTuple):
    """The rule of the variable price, and the closes that are known for it."""

    lookback_days: int
    lowest_count: int
    price_multiple: float
    known_bids: Sequence[float]


class Prepared(NamedTuple):
    """The window of a conversion, the time to it, and the time to the window's first close."""

    window: Window
    years_in_all: float
    years_before: float


def prepared(stock: Stock, rule: Rule, trading_days: int, years: float | None) -> Prepared:
    """A conversion on a day to come, of all the time to which `years` may be left out.

    Raises:
        BoundsError: the window begins before today and no bids are known, years do not fit, or
            volatility is too high over the window.
        MissingDataError: less is known of the window than it needs.
    """
    window = window_of(
        trading_days,
        rule.lookback_days,
        rule.lowest_count,
        rule.price_multiple,
        stock.price,
        rule.known_bids,
    )
    check_spread(stock.volatility, window.ahead)
    years_in_all = trading_days / TRADING_DAYS_A_YEAR if years is None else years
    years_before = years_before_window(trading_days, rule.lookback_days, years_in_all)
    return Prepared(window, years_in_all, years_before)


def level_after(years: float, stock: Stock) -> Level:
    """The price of the stock so many years from now.

    Raises:
        BoundsError: its mean is no number.
    """
    forward_price = stock.price * exp(stock.carry * years)
    return level_of(forward_price, stock.volatility * sqrt(years))


def held_factor(years_in_all: float, years_before: float, stock: Stock) -> float:
    """What one unit of stock bought after `years_before` and then held is worth now."""
    return exp(-stock.rate * years_in_all) * exp(stock.carry * (years_in_all - years_before))


def terms_of(amount: float, fixed_price: float | None, cap: float | None) -> Terms:
    """The terms of a preferred share, where no fixed price is one that is never reached."""
    return Terms(amount, inf if fixed_price is None else fixed_price, cap)
