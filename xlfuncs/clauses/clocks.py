"""The clocks of the documents: business days and trading days."""

from xlfuncs.calendars import open_day_after
from xlfuncs.card import card
from xlfuncs.units import Date, Dates, DaysOn


@card
def add_business_days(from_date: Date, days: DaysOn, holidays: Dates = ()) -> Date:
    """The business day that is so many business days after a date.

    The date itself is never counted, whether it is a business day or not: the first business
    day after a Saturday is the Monday. 0 days give the date itself, open or closed.

    Source: Certificate of Designation, IV.C; Certificate of Designation, VII.A
        the third (3rd) business day following the Conversion Date … the first business day
        following the date of delivery … the fifth (5th) business day following the receipt by
        facsimile

    Reading: the documents do not define the business day; it is any day but Saturdays, Sundays
        and the holidays given. Without holidays every Monday to Friday counts.

    Args:
        from_date: the date from which the days are counted.
        days: how many business days later; negative for earlier.
        holidays: the days, besides Saturdays and Sundays, on which business is closed.

    Returns:
        a date.

    Raises:
        BoundsError: the date would be outside a spreadsheet's calendar.

    Example:
        >>> add_business_days(date(1999, 7, 1), 3, [date(1999, 7, 5)])
        datetime.date(1999, 7, 7)
    """
    return open_day_after(from_date, days, holidays)


@card
def add_trading_days(from_date: Date, days: DaysOn, holidays: Dates = ()) -> Date:
    """The trading day that is so many trading days after a date.

    The market keeps other holidays than business does: it trades on Columbus Day, and rests on
    Good Friday. The date itself is never counted; 0 days give the date itself.

    Source: Certificate of Designation, XI.B; Certificate of Designation, III.G
        the date which is seven (7) trading days after the date upon which the Company …
        publicly announces the termination or abandonment … the trading day immediately
        preceding the Conversion Date

    Reading: a trading day is any day but Saturdays, Sundays and the holidays given. Without
        holidays every Monday to Friday counts.

    Args:
        from_date: the date from which the days are counted.
        days: how many trading days later; negative for earlier.
        holidays: the days, besides Saturdays and Sundays, on which the market was closed.

    Returns:
        a date.

    Raises:
        BoundsError: the date would be outside a spreadsheet's calendar.

    Example:
        >>> add_trading_days(date(1999, 4, 1), 7, [date(1999, 4, 2)])
        datetime.date(1999, 4, 13)
    """
    return open_day_after(from_date, days, holidays)
