"""How many shares a preferred share may become, conversion date by conversion date."""

from collections.abc import Sequence
from itertools import repeat
from typing import Annotated, Any, Final

from xlfuncs.card import card
from xlfuncs.checks import same_length
from xlfuncs.errors import MissingDataError
from xlfuncs.kinds import Number, Table
from xlfuncs.models.floating.conversion import SEED, Closes, Points, Seed
from xlfuncs.models.floating.kept import Draw, figures_of
from xlfuncs.models.floating.prepared import Rule, Stock, level_after, prepared, terms_of
from xlfuncs.ranges import Column
from xlfuncs.units import (
    Amounts,
    AnyRate,
    ClosingBids,
    FaceAmount,
    Multiple,
    Price,
    Shares,
    Volatility,
)

POINTS: Final = 4_096

TradingDays = Annotated[
    Sequence[int],
    Column(Number("days", "trading days from now", 0.0, 100_000.0, "0", whole=True)),
]
Times = Annotated[
    Sequence[float], Column(Number("years", "a time in years", 0.0, 1000.0, "0.0000"))
]
Fan = Annotated[
    list[list[Any]],
    Table(
        "table",
        "trading days, mean shares, 5/25/50/75/95 % quantiles of shares, chance that the variable "
        "price binds, chance that the cap binds; one row a conversion date",
    ),
]


@card
def dilution_fan(
    stock_price: Price,
    volatility: Volatility,
    rate: AnyRate,
    horizons: TradingDays,
    face_amount: FaceAmount,
    premiums: Amounts,
    fixed_price: Price | None,
    lookback_days: Closes,
    lowest_count: Closes,
    price_multiple: Multiple,
    years: Times = (),
    cap_shares_per_preferred: Shares | None = None,
    dividend_yield: AnyRate = 0.0,
    points: Points = POINTS,
    seed: Seed = SEED,
    known_bids: ClosingBids = (),
) -> Fan:
    """The shares a preferred share may become, for each of several conversion dates.

    Each row is what floating_conversion_value says of that date alone where both are given the
    same points: all of a preferred share converts on it, and nothing before. Left out, they are
    4,096 here and 16,384 there, and the figures differ by about a standard error. The Premium
    accretes, so each date has its own: accreted_premium of that date.

    Means, quantiles and chances are risk-neutral: the stock grows at rate less dividend_yield,
    as it must in a value. They are no forecast; for a view of your own, put the growth you
    expect in rate.

    A date takes 10 to 20 milliseconds at 4,096 points, and the time grows with the points: 250
    dates are 2 to 5 seconds in a cell. Where that is long, ask for fewer dates or points.

    Source: Glasserman (2004), Monte Carlo Methods in Financial Engineering, 5.4 and 3.1
        N = (face_amount + premium) / min(fixed_price, price_multiple × mean of the lowest)

    Reading: as in floating_conversion_value: 252 trading days a year, shares not rounded.

    Args:
        stock_price: the price of the common stock now, USD.
        volatility: the yearly volatility of the stock, as a fraction.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        horizons: the trading days from now to each conversion date.
        face_amount: the Face Amount of a preferred share, USD.
        premiums: the Premium on it at each of those dates, USD.
        fixed_price: the Fixed Conversion Price, USD; blank if the variable price alone counts.
        lookback_days: the closes in the window (10).
        lowest_count: how many of them, the lowest, the variable price is the mean of (6).
        price_multiple: the variable price over that mean (1.01).
        years: all the time to each date, years; trading days / 252 if left out.
        cap_shares_per_preferred: the most shares that a preferred share may give; none if left
            out.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.
        points: how many shapes of the window are drawn, at least; 4,096 if left out.
        seed: a whole number that the random shifts are drawn from; 1 if left out.
        known_bids: closing bids before today, in order of date; needed where a window reaches
            back before today.

    Returns:
        a row for each date: trading days, the mean of the shares, their 5, 25, 50, 75 and 95 %
        quantiles, the chance that the variable price is the lower, the chance that the cap
        binds.

    Raises:
        InputError: horizons and premiums, or years if given, differ in length.
        BoundsError: as in floating_conversion_value.
        MissingDataError: horizons is empty, or known_bids has fewer bids than a window reaches
            back.

    Example:
        >>> [row] = dilution_fan(5.0, 0.0, 0.0, [252], 1000.0, [60.0], 5.3, 10, 6, 1.01)
        >>> row[0], round(row[1], 6)
        (252, 209.90099)
    """
    if not horizons:
        raise MissingDataError("horizons is empty: it needs the trading days to each date")
    same_length("horizons", horizons, "premiums", premiums)
    if years:
        same_length("horizons", horizons, "years", years)
    stock = Stock(stock_price, volatility, rate, dividend_yield)
    rule = Rule(lookback_days, lowest_count, price_multiple, known_bids)
    rows = []
    for days, premium, time in zip(horizons, premiums, years or repeat(None), strict=False):
        ready = prepared(stock, rule, days, time)
        draw = Draw(ready.window, stock.log_drift, volatility, points, seed)
        level = level_after(ready.years_before, stock)
        terms = terms_of(face_amount + premium, fixed_price, cap_shares_per_preferred)
        _, _, mean_shares, _, *chances, q5, q25, q50, q75, q95 = figures_of(draw, terms, level, 1.0)
        rows.append([days, mean_shares, q5, q25, q50, q75, q95, *chances])
    return rows
