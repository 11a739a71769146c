"""Conversion of the preferred stock: the premium, the prices, the shares."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.calendars import is_open, open_days_before
from xlfuncs.card import card
from xlfuncs.checks import same_length
from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.rounding import exact, exact_arithmetic, whole_shares_up
from xlfuncs.units import (
    ClosingBids,
    Count,
    Date,
    Dates,
    FaceAmount,
    Money,
    Multiple,
    Price,
    Rate,
    Ratios,
    RisingDates,
    Shares,
    WholeShares,
)

_NAMED = 3  # missing days that an error names


@card
def accreted_premium(
    conversion_date: Date, closing_date: Date, face_amount: FaceAmount, premium_rate: Rate
) -> Money:
    """The Premium that has accrued on one share of preferred stock.

    N leaves out the Closing Date and counts the Conversion Date; the year has 365 days even
    when it is a leap year; nothing compounds; the start is the same for every holder.

    Source: Certificate of Designation, III.F
        "PREMIUM" means 1000 x (N/365) x (.06). N = the number of days from the first
        issuance of shares of the Preferred Stock (the "CLOSING DATE") to, and including,
        the Conversion Date.

    Reading: N is the Conversion Date less the Closing Date: 10 February 1999 is N = 54.

    Args:
        conversion_date: the Conversion Date; for redemption the date of the Redemption Notice,
            for liquidation the date of the final distribution.
        closing_date: the Closing Date, the first issuance of the preferred stock.
        face_amount: the Face Amount of one share, USD.
        premium_rate: the yearly rate of the Premium, as a fraction.

    Returns:
        USD a share, unrounded.

    Raises:
        BoundsError: conversion_date is before closing_date.

    Example:
        >>> accreted_premium(date(1999, 7, 26), date(1998, 12, 18), 1000.0, 0.06)
        36.16438356164384
    """
    n = (conversion_date - closing_date).days
    if n < 0:
        raise BoundsError(
            f"conversion_date {conversion_date} must not be before closing_date {closing_date}"
        )
    with exact_arithmetic():
        premium = exact(face_amount) * n * exact(premium_rate) / 365
    return float(premium)


@card
def fixed_conversion_price(
    stated_price: Price, as_of: Date, split_dates: Dates = (), split_ratios: Ratios = ()
) -> Price:
    """The Fixed Conversion Price, adjusted for every split up to a date.

    A ratio is new shares for each old share: 2 for a two-for-one split, 0.1 for a one-for-ten
    combination. The certificate has no rounding rule for this price, so it keeps its full
    precision; the cents of the warrants are another clause.

    Source: Certificate of Designation, III.E; Certificate of Designation, XI.A
        "FIXED CONVERSION PRICE" means $6.03 (subject to equitable adjustment for any stock
        splits, stock dividends, reclassifications or similar events during such period). …
        the Fixed Conversion Price shall be proportionately reduced …

    Args:
        stated_price: the price the certificate states, before any split.
        as_of: the date; a split that takes effect on it counts.
        split_dates: the dates on which splits took effect.
        split_ratios: new shares for each old share, one for each of split_dates.

    Returns:
        USD a share, unrounded.

    Raises:
        InputError: split_dates and split_ratios differ in length.

    Example:
        >>> fixed_conversion_price(6.03, date(2000, 6, 1), [date(2000, 3, 27)], [2.0])
        3.015
    """
    same_length("split_dates", split_dates, "split_ratios", split_ratios)
    with exact_arithmetic():
        shares_per_old_share = Decimal(1)
        for split_date, ratio in zip(split_dates, split_ratios, strict=True):
            if split_date <= as_of:
                shares_per_old_share *= exact(ratio)
        price = exact(stated_price) / shares_per_old_share
    return float(price)


@card
def variable_conversion_price(
    conversion_date: Date,
    bid_dates: RisingDates,
    closing_bids: ClosingBids,
    lookback_days: Count,
    lowest_count: Count,
    price_multiple: Multiple,
    holidays: Dates = (),
    split_dates: Dates = (),
    split_ratios: Ratios = (),
) -> Price:
    """The Variable Conversion Price: a multiple of the mean of the lowest bids of a window.

    The window is the last `lookback_days` bids dated before the Conversion Date; the bid of
    the Conversion Date itself is never in it. Without holidays the series is taken as it is;
    with holidays given, the window must hold each trading day before the Conversion Date.

    Source: Certificate of Designation, III.G
        101% of the average of the six (6) lowest of the Closing Bid Prices of the Common
        Stock for the ten (10) consecutive trading days ending on the trading day immediately
        preceding the Conversion Date (subject to equitable adjustment for any stock splits …
        during the such period)

    Reading: a bid from before a split that takes effect up to the Conversion Date is divided
        by the split's ratio, so that all bids are in shares as they are converted.

    Args:
        conversion_date: the Conversion Date.
        bid_dates: the trading days of the bids, each later than the one before.
        closing_bids: the Closing Bid Price of each of those days, USD.
        lookback_days: how many trading days the window has (10).
        lowest_count: how many of the lowest bids are averaged (6).
        price_multiple: the multiple of that average (1.01 for 101 %).
        holidays: the days, besides Saturdays and Sundays, on which the market was closed;
            left out, holes in the series are not looked for.
        split_dates: the dates on which splits took effect.
        split_ratios: new shares for each old share, one for each of split_dates.

    Returns:
        USD a share, unrounded.

    Raises:
        InputError: two ranges that belong together differ in length.
        BoundsError: a bid is not above zero, the dates do not rise, a date is no trading day,
            or lowest_count is above lookback_days.
        MissingDataError: there are too few bids, or one of a trading day is missing.

    Example:
        >>> days = [date(1999, 7, day) for day in (19, 20, 21, 22, 23, 26, 27, 28, 29, 30)]
        >>> bids = [5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875]
        >>> variable_conversion_price(date(1999, 8, 2), days, bids, 10, 6, 1.01)
        5.007916666666667
    """
    same_length("bid_dates", bid_dates, "closing_bids", closing_bids)
    same_length("split_dates", split_dates, "split_ratios", split_ratios)
    if lowest_count > lookback_days:
        raise BoundsError(
            f"lowest_count {lowest_count} must not be above lookback_days {lookback_days}"
        )
    bids_before = bisect_left(bid_dates, conversion_date)
    first = bids_before - lookback_days
    if holidays:
        _check_window(bid_dates[:bids_before], lookback_days, conversion_date, holidays)
    if first < 0:
        raise MissingDataError(
            f"closing_bids has {bids_before} bids before conversion_date {conversion_date}, "
            f"{lookback_days} are needed"
        )
    with exact_arithmetic():
        window = [exact(bid) for bid in closing_bids[first:bids_before]]
        for split_date, ratio in zip(split_dates, split_ratios, strict=True):
            if split_date <= conversion_date:
                old = max(bisect_left(bid_dates, split_date) - first, 0)
                adjusted = [bid / exact(ratio) for bid in window[:old]]
                window = adjusted + window[old:]
        lowest_bids = sorted(window)[:lowest_count]
        price = exact(price_multiple) * sum(lowest_bids) / lowest_count
    return float(price)


@card
def conversion_price(
    conversion_date: Date,
    variable_price_start: Date,
    fixed_price: Price,
    variable_price: Price | None,
) -> Price:
    """The Conversion Price: the fixed price at first, later the lower of fixed and variable.

    The start is a day of the variable price itself: "on or after".

    Source: Certificate of Designation, III.D
        "CONVERSION PRICE" means, (x) with respect to any Conversion Date which is prior to
        July 27, 1999, the Fixed Conversion Price, and (y) with respect to any Conversion Date
        which is on or after July 27, 1999, the lower of the Fixed Conversion Price and the
        Variable Conversion Price

    Args:
        conversion_date: the Conversion Date.
        variable_price_start: the first day on which the variable price counts.
        fixed_price: the Fixed Conversion Price in effect on that date.
        variable_price: the Variable Conversion Price as of that date; may be blank before
            variable_price_start.

    Returns:
        USD a share, unrounded.

    Raises:
        MissingDataError: variable_price is blank from variable_price_start on.

    Example:
        >>> conversion_price(date(1999, 8, 2), date(1999, 7, 27), 6.03, 5.007916666666667)
        5.007916666666667
    """
    if conversion_date < variable_price_start:
        return fixed_price
    if variable_price is None:
        raise MissingDataError(
            f"variable_price is blank, and conversion_date {conversion_date} is not before "
            f"variable_price_start {variable_price_start}"
        )
    return min(fixed_price, variable_price)


@card
def conversion_shares(
    preferred_shares: Shares, face_amount: FaceAmount, premium: Money, conversion_price: Price
) -> WholeShares:
    """The shares of common stock that a conversion gives.

    The number is rounded up once, for the whole notice: share by share it would give too many.
    An amount within a millionth of a whole share is that whole share.

    Source: Certificate of Designation, IV.A; Certificate of Designation, IV.E
        (Premium + 1000) / Conversion Price … No fractional shares of Common Stock are to be
        issued upon the conversion of Preferred Stock, but the Company shall instead round up
        to the next whole number

    Reading: one rounding for the whole Notice of Conversion.

    Args:
        preferred_shares: the shares of preferred stock converted by one notice.
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share, USD.
        conversion_price: the Conversion Price, USD a share.

    Returns:
        whole shares of common stock.

    Raises:
        BoundsError: the number is too large to be counted exactly.

    Example:
        >>> conversion_shares(7500, 1000.0, 36.16438356164384, 6.03)
        1288762
    """
    with exact_arithmetic():
        amount_converted = exact(preferred_shares) * (exact(face_amount) + exact(premium))
        unrounded_shares = amount_converted / exact(conversion_price)
        return whole_shares_up(unrounded_shares)


def _check_window(
    bid_dates: Sequence[date], lookback_days: int, conversion_date: date, holidays: Sequence[date]
) -> None:
    """Each trading day of the window has its bid, and no other day has one."""
    expected = open_days_before(conversion_date, lookback_days, holidays)
    if expected == list(bid_dates[-lookback_days:]):
        return
    found = [day for day in bid_dates if day >= expected[0]]
    for day in found:
        if not is_open(day, holidays):
            raise BoundsError(f"bid_dates has {day}, a {day:%A}, which is not a trading day")
    missing = [str(day) for day in expected if day not in found]
    raise MissingDataError(
        f"closing_bids lacks the bid of {', '.join(missing[:_NAMED])}"
        f"{' and others' if len(missing) > _NAMED else ''}; each of the {lookback_days} trading "
        f"days before conversion_date {conversion_date} is needed"
    )
