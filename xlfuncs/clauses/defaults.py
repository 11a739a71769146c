"""Failure to satisfy conversions: default payments, buy-in, the price reset, interest."""

from datetime import timedelta
from decimal import Decimal

from xlfuncs.calendars import open_day_after
from xlfuncs.card import card
from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import (
    Condition,
    Date,
    Dates,
    Days,
    FaceAmount,
    Money,
    PremiumMode,
    Price,
    Prices,
    Rate,
    SharesAboveZero,
)


@card
def conversion_default_payment(
    fax_date: Date,
    delivery_deadline: Date,
    cure_date: Date,
    shares_in_default: SharesAboveZero,
    face_amount: FaceAmount,
    premium: Money,
    daily_amount: Money,
    daily_rate: Rate,
    holidays: Dates = (),
    premium_mode: PremiumMode = "once",
    include_cure_day: Condition = False,  # noqa: FBT002  a cell passes it by position
) -> Money:
    """The Conversion Default Payments for shares that were not delivered in time.

    Days are calendar days, from the day after the Delivery Period. Up to the fifth business
    day after the fax each costs the daily amount, whatever the number of shares; each later
    one the daily rate of their Face Amount. Nothing is owed where the cap forbids the issue,
    or where a similar amount was paid on Series A.

    Source: Certificate of Designation, VII.A
        five hundred dollars ($500) for each day such Conversion Default exists until the fifth
        (5th) business day following the receipt by facsimile by the Company of the Notice of
        Conversion … If, following the fifth (5th) business day …, the Company continues to
        fail … an amount equal to (i) one percent (1%) of the Face Amount of the Preferred
        Stock with respect to which the Conversion Default exists … for each day such
        Conversion Default exists (ii) plus any Premium with respect thereto

    Reading: the fifth business day itself costs the daily amount, and the rate runs from the
        day after it; the Cure Date is not counted unless include_cure_day; the Premium is
        added once, where the default lasts past the fifth business day, and is part of no
        daily base, unless premium_mode is "in_base" (the rate is of Face Amount and Premium)
        or "none". Where the company has announced that it will not convert (y), each holder is
        paid on its own shares, and the announcement stands for the fax.

    Args:
        fax_date: the date on which the company received the Notice of Conversion by fax.
        delivery_deadline: the last day of the Delivery Period.
        cure_date: the Cure Date, on which the company effects the conversion; before it, the day
            after the last one to count.
        shares_in_default: the shares of preferred stock that were not converted in time.
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share, USD.
        daily_amount: what each day costs at first, USD in total (500).
        daily_rate: what each later day costs, as a fraction of the Face Amount (0.01).
        holidays: the days, besides Saturdays and Sundays, on which business is closed; left
            out, each Monday to Friday is a business day.
        premium_mode: "once" adds the Premium a single time, "in_base" adds it to the Face Amount
            of each later day, "none" leaves it out; "once" unless told.
        include_cure_day: TRUE counts the Cure Date as a day of default; FALSE unless told.

    Returns:
        USD in total, unrounded; 0 if the shares were delivered in time.

    Raises:
        BoundsError: delivery_deadline is before fax_date.

    Example:
        >>> conversion_default_payment(
        ...     date(1999, 8, 2), date(1999, 8, 5), date(1999, 8, 20), 1000, 1000.0, 37.315068,
        ...     500.0, 0.01
        ... )
        139315.068
    """
    if delivery_deadline < fax_date:
        raise BoundsError(
            f"delivery_deadline {delivery_deadline} must not be before fax_date {fax_date}"
        )
    fifth_business_day = open_day_after(fax_date, 5, holidays)
    last_day = cure_date if include_cure_day else cure_date - timedelta(days=1)
    days_of_default = max((last_day - delivery_deadline).days, 0)
    days_to_fifth = max((fifth_business_day - delivery_deadline).days, 0)
    days_at_amount = min(days_of_default, days_to_fifth)
    days_at_rate = days_of_default - days_at_amount
    with exact_arithmetic():
        face_in_default = exact(shares_in_default) * exact(face_amount)
        premium_in_default = exact(shares_in_default) * exact(premium)
        in_base = premium_in_default if premium_mode == "in_base" else Decimal(0)
        at_once = premium_in_default if premium_mode == "once" and days_at_rate else Decimal(0)
        paid_by_amount = exact(daily_amount) * days_at_amount
        paid_by_rate = exact(daily_rate) * (face_in_default + in_base) * days_at_rate
        payment = paid_by_amount + paid_by_rate + at_once
    return float(payment)


@card
def buy_in_payment(purchase_cost: Money, sale_proceeds: Money) -> Money:
    """What the company pays a holder that had to buy shares in place of those not delivered.

    It comes on top of every other remedy, the Conversion Default Payments among them. The
    warrants have a buy-in of their own, with the Exercise Price in it.

    Source: Certificate of Designation, VII.B
        the amount by which (x) such Holder's total purchase price (including brokerage
        commissions, if any) for the shares of Common Stock so purchased exceeds (y) the net
        proceeds received by such Holder from the sale of the Sold Shares

    Args:
        purchase_cost: what the holder paid for the shares in total, commissions included, USD.
        sale_proceeds: what the holder received for the shares it had sold, net, USD.

    Returns:
        USD in total; 0 where the purchase cost no more than the sale brought.

    Example:
        >>> buy_in_payment(11000.0, 10000.0)
        1000.0
    """
    with exact_arithmetic():
        excess = exact(purchase_cost) - exact(sale_proceeds)
    return float(max(excess, Decimal(0)))


@card
def default_price_reset(fixed_price: Price, conversion_prices: Prices) -> Price:
    """The Fixed Conversion Price after a default that was not cured before its tenth day.

    It holds from then on, for all preferred shares of the affected holder and not only for
    those in default. Certificates that are in hand before the tenth calendar day after the
    Delivery Period, or that the cap forbids, change nothing.

    Source: Certificate of Designation, VII.C
        If a Holder has not received certificates for all shares of Common Stock prior to the
        tenth (10th) day after the expiration of the Delivery Period … the Fixed Conversion
        Price … shall thereafter be the lesser of (i) the Fixed Conversion Price on the
        Conversion Date … and (ii) the lowest Conversion Price in effect during the period
        beginning on, and including, such Conversion Date through and including the day such
        shares of Common Stock are delivered

    Args:
        fixed_price: the Fixed Conversion Price on the Conversion Date of the notice, USD.
        conversion_prices: the Conversion Price in effect on each day from the Conversion Date to
            the day of delivery, both included, USD.

    Returns:
        USD a share.

    Raises:
        MissingDataError: conversion_prices has no price.

    Example:
        >>> default_price_reset(6.03, [5.0079, 4.875, 5.125])
        4.875
    """
    if not conversion_prices:
        raise MissingDataError("conversion_prices is blank: it needs the price of each day")
    lowest_price = min(conversion_prices)
    return min(fixed_price, lowest_price)


@card
def default_interest(
    amount: Money, days: Days, contract_rate: Rate, legal_maximum_rate: Rate | None = None
) -> Money:
    """The interest on a cash payment that was not made when due.

    The rate is the lower of the contract's and the law's. It runs from the day after the
    payment was due to the day on which it is made in full.

    Source: Certificate of Designation, XIV.E
        such Holder shall thereafter be entitled to interest on the unpaid amount at a per
        annum rate equal to the lower of twenty-four percent (24%) or the highest interest rate
        permitted by applicable law until such amount is paid in full to the Holder

    Reading: simple interest on the days over 365, also in a leap year, as in III.F.

    Args:
        amount: the unpaid amount, USD.
        days: the calendar days for which it is unpaid.
        contract_rate: the yearly rate of the certificate, as a fraction (0.24).
        legal_maximum_rate: the highest yearly rate that the law permits, as a fraction; left out
            or blank where the law has none.

    Returns:
        USD in total, unrounded.

    Example:
        >>> default_interest(1000000.0, 37, 0.24)
        24328.76712328767
    """
    rate = contract_rate if legal_maximum_rate is None else min(contract_rate, legal_maximum_rate)
    with exact_arithmetic():
        interest = exact(amount) * exact(rate) * days / 365
    return float(interest)
