"""Exercise of the warrants: period, market price, cashless exercise, fractions, buy-in."""

from bisect import bisect_left
from datetime import datetime, time

from xlfuncs.calendars import is_open, open_days_before
from xlfuncs.card import card
from xlfuncs.checks import same_length
from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.rounding import exact, exact_arithmetic, fraction_of_a_share
from xlfuncs.units import (
    ClosingBids,
    Condition,
    Date,
    Dates,
    DateTime,
    Money,
    Price,
    RisingDates,
    Shares,
)


@card
def warrant_is_exercisable(at: DateTime, opens: Date, expires: DateTime) -> Condition:
    """Whether the warrant can be exercised at a moment.

    The first day counts from its first moment, the last hour does not: at 5:00 pm sharp it is
    too late. A date without a time of day is its first moment.

    Source: Warrant, 2
        This Warrant is exercisable at any time or from time to time on or after July 27, 1999
        and before 5:00 p.m., Henderson, Nevada time on July 27, 2003 (the "EXERCISE PERIOD").

    Reading: the end does not roll: 27 July 2003 is a Sunday, and the period ends on it.

    Args:
        at: the date and time of the exercise, Pacific time.
        opens: the first day of the Exercise Period.
        expires: the date and time at which the Exercise Period ends, Pacific time: 27 July
            2003 at 5:00 pm.

    Returns:
        TRUE or FALSE.

    Raises:
        BoundsError: expires is not after the first moment of opens.

    Example:
        >>> warrant_is_exercisable(
        ...     datetime(2003, 7, 27, 16, 59), date(1999, 7, 27), datetime(2003, 7, 27, 17, 0)
        ... )
        True
    """
    if expires <= datetime.combine(opens, time()):
        raise BoundsError(f"expires {expires} must be after opens {opens}")
    has_opened = at.date() >= opens
    has_expired = at >= expires
    return has_opened and not has_expired


@card
def warrant_market_price(
    as_of: Date, bid_dates: RisingDates, closing_bids: ClosingBids, holidays: Dates = ()
) -> Price:
    """The Market Price: the closing bid of the trading day before a date.

    The words speak of an average, but of one observation only.

    Source: Warrant, 4(k)(ii)
        "MARKET PRICE," as of any date, (i) means the average of the Closing Bid Prices for
        the shares of Common Stock as reported to Nasdaq National Market System for the
        trading day immediately preceding such date

    Args:
        as_of: the date; its own bid is never taken.
        bid_dates: the trading days of the bids, each later than the one before.
        closing_bids: the Closing Bid Price of each of those days, USD.
        holidays: the days, besides Saturdays and Sundays, on which the market was closed;
            left out, the last bid before as_of is taken, however old.

    Returns:
        USD a share.

    Raises:
        InputError: the ranges differ in length.
        BoundsError: a bid is not above zero, the dates do not rise, or the last is no trading
            day.
        MissingDataError: there is no bid before as_of or, with holidays given, none for the
            trading day before it.

    Example:
        >>> warrant_market_price(date(1999, 8, 2), [date(1999, 7, 30), date(1999, 8, 2)], [5.5, 6])
        5.5
    """
    same_length("bid_dates", bid_dates, "closing_bids", closing_bids)
    rows_before = bisect_left(bid_dates, as_of)
    if rows_before == 0:
        raise MissingDataError(f"closing_bids has no bid before as_of {as_of}")
    last_day = bid_dates[rows_before - 1]
    if holidays:
        if not is_open(last_day, holidays):
            raise BoundsError(
                f"bid_dates has {last_day}, a {last_day:%A}, which is not a trading day"
            )
        (trading_day_before,) = open_days_before(as_of, 1, holidays)
        if last_day != trading_day_before:
            raise MissingDataError(
                f"closing_bids lacks the bid of {trading_day_before}, the trading day before "
                f"as_of {as_of}; its last is of {last_day}"
            )
    return closing_bids[rows_before - 1]


@card
def cashless_exercise_shares(
    warrant_shares: Shares, market_price: Price, exercise_price: Price
) -> Shares:
    """The shares that a cashless exercise gives.

    The market price is that of the trading day before the exercise. The fraction of a share
    is paid in cash: see fraction_cash.

    Source: Warrant, 12(c)
        multiplying the number of Warrant Shares to which it would otherwise be entitled by a
        fraction, the numerator of which shall be the amount by which the then current Market
        Price per share of the Common Stock exceeds the Exercise Price, and the denominator of
        which shall be such then current Market Price

    Args:
        warrant_shares: the Warrant Shares for which the warrant is surrendered.
        market_price: the Market Price, USD a share.
        exercise_price: the Exercise Price in effect, USD a share.

    Returns:
        shares, unrounded; 0 where the market price is not above the exercise price.

    Example:
        >>> cashless_exercise_shares(447761, 9.0, 6.7838)
        110258.65868888889
    """
    with exact_arithmetic():
        excess = max(exact(market_price) - exact(exercise_price), exact(0))
        shares = exact(warrant_shares) * excess / exact(market_price)
    return float(shares)


@card
def fraction_cash(shares: Shares, price: Price) -> Money:
    """The cash paid in place of the fraction of a share upon exercise.

    The warrant says it twice: 4(i) takes the fraction of the Market Price, 1(d) of the
    Exercise Price. The price given is the reading.

    Source: Warrant, 4(i); Warrant, 1(d)
        the Company shall pay a cash adjustment in respect of any fractional share which would
        otherwise be issuable in an amount equal to the same fraction of the Market Price of a
        share of Common Stock

    Reading: the Market Price (4(i)), which is what the fraction is worth; give the Exercise
        Price for 1(d).

    Args:
        shares: the shares of the exercise, unrounded.
        price: the Market Price by 4(i), or the Exercise Price by 1(d), USD a share.

    Returns:
        USD for the fraction, unrounded; 0 for whole shares.

    Example:
        >>> fraction_cash(110258.65868888889, 9.0)
        5.92820000001
    """
    with exact_arithmetic():
        fraction = fraction_of_a_share(exact(shares))
        cash = fraction * exact(price)
    return float(cash)


@card
def warrant_buy_in_payment(
    purchase_cost: Money, sale_proceeds: Money, shares: Shares, exercise_price: Price
) -> Money:
    """What the company owes for a buy-in after it failed to deliver the shares of an exercise.

    Unlike the buy-in of the preferred stock, the lesser of the exercise price and the sale
    proceeds is taken off, so more is owed where the shares were sold above the exercise price.

    Source: Warrant, 1(e)
        the amount by which (x) Holder's total purchase price (including brokerage commission,
        if any) for the shares of Common Stock so purchased exceeds (y) the lesser of (A) the
        Exercise Price or (B) the net proceeds received by Holder from the sale of the Sold
        Shares

    Reading: the Exercise Price times the shares, since it stands against two totals.

    Args:
        purchase_cost: what the holder paid for the shares bought in, with commissions, USD in
            total.
        sale_proceeds: the net proceeds of the Sold Shares, USD in total.
        shares: the Sold Shares that were bought in.
        exercise_price: the Exercise Price, USD a share.

    Returns:
        USD in total, unrounded; 0 where the purchase cost no more.

    Raises:
        BoundsError: the amount is too large.

    Example:
        >>> warrant_buy_in_payment(11_000.0, 10_000.0, 1000, 6.7838)
        4216.2
    """
    with exact_arithmetic():
        aggregate_exercise_price = exact(shares) * exact(exercise_price)
        lesser_amount = min(aggregate_exercise_price, exact(sale_proceeds))
        payment = max(exact(purchase_cost) - lesser_amount, exact(0))
    return float(payment)
