"""Registration rights: payments while shares cannot be sold, and the cutback."""

from datetime import date
from typing import Annotated

from xlfuncs.calendars import months_later
from xlfuncs.card import card
from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.kinds import Choice, Table
from xlfuncs.rounding import exact, exact_arithmetic, shared_out
from xlfuncs.units import Count, Date, Money, Rate, WholeHoldings, WholeShares

Months = Annotated[str, Choice("reading", "what a month is", ("days", "calendar"))]
SharesIncluded = Annotated[list[int], Table("column", "whole shares, one a row")]


@card
def registration_penalty(
    purchase_price: Money,
    first_day: Date,
    last_day: Date,
    monthly_rate: Rate,
    days_in_month: Count = 30,
    months: Months = "days",
) -> Money:
    """The payments for a time in which the registered shares cannot be sold.

    The rate is on the price of all preferred stock the holder has bought, what it has since
    converted included, even if only one of the registrations fails. The days run from
    first_day to the day before last_day: two ranges that meet do not count a day twice.

    Source: Registration Rights Agreement, 2.3
        an amount equal to (x) (A) .03 times (B) the aggregate purchase price of the Preferred
        Stock held by such Purchaser (including, without limitation, shares of Preferred Stock
        that have been converted into Conversion Shares) times (y) the number of months
        (prorated per day for partial months) … that sales cannot be made … payments shall be
        made for each such thirty (30) day period

    Reading: a month is the thirty days of a payment period. With months "calendar" it runs to
        the same day of the next month (its last day, where it has no such day), and a partial
        month is its days over the days of the month it is part of.

    Args:
        purchase_price: the aggregate purchase price of the holder's preferred stock, USD.
        first_day: the first day on which sales cannot be made.
        last_day: the day from which sales can be made again, itself not counted.
        monthly_rate: the rate for a month, as a fraction (0.03).
        days_in_month: the days of a month (30); a calendar month has its own.
        months: "days" for months of days_in_month days, "calendar" for calendar months.

    Returns:
        USD in all, unrounded; due within five days after the end of each thirty days.

    Raises:
        BoundsError: last_day is before first_day.

    Example:
        >>> registration_penalty(15_000_000.0, date(1999, 2, 17), date(1999, 4, 3), 0.03)
        675000.0
    """
    if last_day < first_day:
        raise BoundsError(f"last_day {last_day} must not be before first_day {first_day}")
    with exact_arithmetic():
        payment_for_a_month = exact(monthly_rate) * exact(purchase_price)
        whole_months, month_length = 0, days_in_month
        days = (last_day - first_day).days
        if months == "calendar":
            whole_months = _whole_months(first_day, last_day)
            month_start = months_later(first_day, whole_months)
            days = (last_day - month_start).days
            if days:
                month_length = (months_later(first_day, whole_months + 1) - month_start).days
        payments = payment_for_a_month * (whole_months * month_length + days) / month_length
    return float(payments)


@card
def registration_cutback(
    shares_allowed: WholeShares, shares_sought: WholeHoldings
) -> SharesIncluded:
    """The shares of each holder that stay in a registration which the underwriter limits.

    The limit is what the underwriter leaves for these holders: securities without a right to
    be included, or to be included pro rata, are cut first and entirely. Holders of other
    securities with an equal right are rows of the same range.

    Source: Registration Rights Agreement, 2.4
        Any exclusion of Registrable Securities shall be made pro rata among the Purchasers
        seeking to include Registrable Securities, in proportion to the number of Registrable
        Securities sought to be included by such Purchasers

    Reading: whole shares by the largest remainder, among equals the earlier row first; so the
        rows use up what is allowed.

    Args:
        shares_allowed: the shares the underwriter allows in all, whole.
        shares_sought: the shares each holder seeks to include, whole.

    Returns:
        whole shares, one row a holder; what each seeks where all of it is allowed.

    Raises:
        MissingDataError: shares_sought has no row.

    Example:
        >>> registration_cutback(1_000_000, [900_000, 450_000, 150_000])
        [600000, 300000, 100000]
    """
    if not shares_sought:
        raise MissingDataError("shares_sought has no row: at least one holder is needed")
    total_sought = sum(shares_sought)
    if shares_allowed >= total_sought:
        return list(shares_sought)
    return shared_out(shares_allowed, shares_sought)


def _whole_months(first_day: date, last_day: date) -> int:
    """The calendar months from one day to another, each to the same day of the next."""
    between = (last_day.year - first_day.year) * 12 + last_day.month - first_day.month
    return between - (months_later(first_day, between) > last_day)
