"""Preferred stock that converts at the lesser of a fixed price and a multiple of low closes."""

from typing import Annotated, Any, Final

from xlfuncs.card import card
from xlfuncs.kinds import Number, Table
from xlfuncs.models.floating.estimate import named
from xlfuncs.models.floating.kept import Draw, figures_of
from xlfuncs.models.floating.lattice import MOST_DIMENSIONS, MOST_POINTS, SHIFTS
from xlfuncs.models.floating.prepared import (
    Rule,
    Stock,
    held_factor,
    level_after,
    prepared,
    terms_of,
)
from xlfuncs.units import (
    AnyRate,
    ClosingBids,
    FaceAmount,
    Money,
    Multiple,
    Periods,
    Price,
    Shares,
    Volatility,
    Years,
)

POINTS: Final = 16_384
SEED: Final = 1

Closes = Annotated[
    int,
    Number("closes", "a number of closes", 1.0, MOST_DIMENSIONS + 1.0, "0", whole=True),
]
Points = Annotated[
    int, Number("points", "a number of points", float(SHIFTS), float(MOST_POINTS), "0", whole=True)
]
Seed = Annotated[int, Number("seed", "a whole number from 0 on", 0.0, 2.0**53, "0", whole=True)]
ConversionTable = Annotated[
    list[list[Any]], Table("table", "a name and a number in each row", "#,##0.0000")
]


@card
def floating_conversion_value(
    stock_price: Price,
    volatility: Volatility,
    rate: AnyRate,
    trading_days: Periods,
    face_amount: FaceAmount,
    premium: Money,
    fixed_price: Price | None,
    lookback_days: Closes,
    lowest_count: Closes,
    price_multiple: Multiple,
    years: Years | None = None,
    cap_shares_per_preferred: Shares | None = None,
    dividend_yield: AnyRate = 0.0,
    points: Points = POINTS,
    seed: Seed = SEED,
    known_bids: ClosingBids = (),
) -> ConversionTable:
    """What the forced conversion of a preferred share on a day to come is worth, and its shares.

    It converts at the lesser of fixed_price and price_multiple times the mean of the lowest
    closes of the window, as the preferred stock of the certificate does on its maturity. The
    window is the last lookback_days closes before the conversion; with as many trading days to
    go as it has closes, the price now is the first of them, and with fewer the first ones are
    known_bids. The value is what the stock received sells for, on the day of conversion and
    without moving its price.

    That is one conversion on one date: not the fair value of the preferred share. No earlier
    conversion, no redemption, no default and no dividend on the preferred have a part in it;
    convertible_value has the credit risk, best_conversion_date of xlfuncs.arrays the choice of
    the date.

    The shares, their quantiles and both chances are risk-neutral: the stock grows at rate less
    dividend_yield, as it must in a value. They are no forecast. For shares and chances in a
    view of your own, put the growth you expect in rate; value then means nothing.

    A cap cuts the shares off, and what is not converted for it is worth nothing here; the
    chance that the variable price binds counts such conversions too.

    The shape of the window is drawn at quasi-random points; the way to it and the last day are
    closed forms. The points lie in 16 independent shifts, so their number is rounded up to 16
    times a power of two, and the standard error is that of the mean of 16: 0 where the answer
    is exact. The same seed gives the same answer. Where the window begins now or has begun,
    chances and quantiles are counts of points, and are as coarse as these; in a window over
    which the deviation is 0.5 or more, the standard errors are too small by a tenth or two.

    At 16,384 points a cell takes about a tenth of a second, the first of a window twice that;
    the time grows with the points, to 8 seconds and more at 1,048,576, the most there may be.
    Cells that ask for the same table after one another share it.

    Source: Glasserman (2004), Monte Carlo Methods in Financial Engineering, 5.4 and 3.1
        the price is lognormal with a constant rate and volatility; value = exp(-rT) E[N S(T)],
        N = (face_amount + premium) / min(fixed_price, price_multiple × mean of the lowest)

    Reading: one trading day is 1/252 of a year; what precedes the window takes the rest of
        years; the shares are not rounded; the stock's closing bid is its price.

    Args:
        stock_price: the price of the common stock now, USD.
        volatility: the yearly volatility of the stock, as a fraction.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        trading_days: the trading days from now to the conversion.
        face_amount: the Face Amount of a preferred share, USD.
        premium: the Premium on it at the conversion, USD.
        fixed_price: the Fixed Conversion Price, USD; blank if the variable price alone counts.
        lookback_days: the closes in the window (10).
        lowest_count: how many of them, the lowest, the variable price is the mean of (6).
        price_multiple: the variable price over that mean (1.01).
        years: all the time to the conversion, years; trading_days / 252 if left out.
        cap_shares_per_preferred: the most shares that a preferred share may give; none if left
            out.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.
        points: how many shapes of the window are drawn, at least; 16,384 if left out.
        seed: a whole number that the random shifts are drawn from; 1 if left out.
        known_bids: closing bids before today, in order of date; needed where the window reaches
            back before today.

    Returns:
        rows of a name and a number: the value in USD per preferred share and its standard
        error, the mean of the shares and its standard error, the chance that the variable
        price is the lower and the chance that the cap binds, and five quantiles of the shares.

    Raises:
        BoundsError: the window begins before today and no bids are known, years do not fit, or
            volatility is so high over the window that no number of points would do.
        MissingDataError: known_bids has fewer bids than the window reaches back.

    Example:
        >>> [name, value], *_ = floating_conversion_value(
        ...     5.0, 0.8, 0.045, 10, 1000.0, 50.0, 6.03, 1, 1, 1.01)
        >>> name, round(value, 6)
        ('value', 1046.621287)
    """
    stock = Stock(stock_price, volatility, rate, dividend_yield)
    rule = Rule(lookback_days, lowest_count, price_multiple, known_bids)
    window, years_in_all, years_before = prepared(stock, rule, trading_days, years)
    level = level_after(years_before, stock)
    stock_factor = held_factor(years_in_all, years_before, stock)
    amount = face_amount + premium
    terms = terms_of(amount, fixed_price, cap_shares_per_preferred)
    draw = Draw(window, stock.log_drift, volatility, points, seed)
    return named(figures_of(draw, terms, level, stock_factor))
