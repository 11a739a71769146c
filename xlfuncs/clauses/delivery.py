"""Around a conversion: the closing bid, the Conversion Date, the end of the Delivery Period."""

from datetime import datetime, time

from xlfuncs.calendars import open_day_after
from xlfuncs.card import card
from xlfuncs.errors import MissingDataError
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import ClosingBids, Date, Dates, DateTime, Price


@card
def closing_bid(
    bloomberg_bid: Price | None,
    otc_last_sale: Price | None,
    pink_sheet_bids: ClosingBids,
    appraised_value: Price | None,
) -> Price:
    """The Closing Bid Price: the first of four sources that has a price.

    A later source is looked at only where each before it is blank, however far the prices
    differ; a source without a price is left blank, not 0. The second is a sale, not a bid.

    Source: Certificate of Designation, III.B
        the closing bid price of such security on the principal securities exchange or trading
        market … as reported by Bloomberg Financial Markets … or if the foregoing does not
        apply, the last reported sale price of such security in the over-the-counter market on
        the electronic bulletin board … or, if no sale price is reported …, the average of the
        bid prices of any market makers for such security as reported in the "pink sheets" …
        If the Closing Bid Price cannot be calculated … on any of the foregoing bases, … the
        fair market value as reasonably determined by an investment banking firm

    Args:
        bloomberg_bid: the closing bid that Bloomberg, or the service in its place, reports, USD;
            blank if none.
        otc_last_sale: the last reported sale on the electronic bulletin board, USD; blank if none.
        pink_sheet_bids: the bids of the market makers in the pink sheets, USD; blank if none.
        appraised_value: the fair market value by the investment banking firm, USD; blank if none.

    Returns:
        USD a share, unrounded.

    Raises:
        BoundsError: a price is not above zero.
        MissingDataError: all four are blank.

    Example:
        >>> closing_bid(None, None, [5.0, 5.125, 5.25], 6.0)
        5.125
    """
    if bloomberg_bid is not None:
        return bloomberg_bid
    if otc_last_sale is not None:
        return otc_last_sale
    if pink_sheet_bids:
        with exact_arithmetic():
            average_bid = sum(map(exact, pink_sheet_bids)) / len(pink_sheet_bids)
        return float(average_bid)
    if appraised_value is not None:
        return appraised_value
    raise MissingDataError(
        "bloomberg_bid, otc_last_sale, pink_sheet_bids and appraised_value are all blank: "
        "an investment banking firm has to determine the fair market value"
    )


@card
def conversion_date(notice_date: Date, faxed_at: DateTime, holidays: Dates = ()) -> Date:
    """The Conversion Date of a Notice of Conversion.

    It is the date in the notice, be it a Sunday, if the fax came before 11:59 pm of that date:
    11:59:00 is late. A late fax counts for the business day after the day on which it was
    faxed, never for that day itself. The Required Conversion at Maturity needs no notice.

    Source: Certificate of Designation, III.C
        the date specified in the notice of conversion …, so long as the copy of the Notice of
        Conversion is faxed (or delivered by other means) to the Company before 11:59 p.m.,
        Eastern time, on the Conversion Date indicated in the Notice of Conversion. If the
        Notice of Conversion is not so faxed or otherwise delivered before such time, then the
        Conversion Date shall be the business day following the date on which the Notice of
        Conversion is faxed

    Args:
        notice_date: the Conversion Date that the notice specifies.
        faxed_at: the date and time of the fax, Eastern; a date alone is its first moment.
        holidays: the days, besides Saturdays and Sundays, on which business is closed; left
            out, each Monday to Friday is a business day.

    Returns:
        a date.

    Raises:
        BoundsError: the date would be outside a spreadsheet's calendar.

    Example:
        >>> conversion_date(date(1999, 7, 30), datetime(1999, 7, 30, 23, 59))
        datetime.date(1999, 8, 2)
    """
    faxed_before = datetime.combine(notice_date, time(23, 59))
    if faxed_at < faxed_before:
        return notice_date
    return open_day_after(faxed_at.date(), 1, holidays)


@card
def delivery_deadline(
    conversion_date: Date, certificates_received: Date | None, holidays: Dates = ()
) -> Date:
    """The last day of the Delivery Period for the shares of a conversion.

    The company is in default only once that whole day has passed without delivery. It is the
    later of two days: certificates that come early do not shorten the period.

    Source: Certificate of Designation, IV.C
        no later than the later of (a) the third (3rd) business day following the Conversion
        Date and (b) the day that is the first business day following the date of delivery of
        the Preferred Stock Certificates (or satisfaction of the provisions of Section XIV.B,
        if applicable) (the "DELIVERY PERIOD")

    Args:
        conversion_date: the Conversion Date.
        certificates_received: the date on which the certificates of the preferred stock, or the
            papers for lost ones (XIV.B), were delivered; blank while they are not.
        holidays: the days, besides Saturdays and Sundays, on which business is closed; left
            out, each Monday to Friday is a business day.

    Returns:
        a date.

    Raises:
        BoundsError: the date would be outside a spreadsheet's calendar.
        MissingDataError: certificates_received is blank: the period has no end yet.

    Example:
        >>> delivery_deadline(date(1999, 8, 2), date(1999, 8, 3))
        datetime.date(1999, 8, 5)
    """
    if certificates_received is None:
        raise MissingDataError(
            "certificates_received is blank: the Delivery Period does not end before the first "
            "business day after the certificates are delivered"
        )
    after_conversion = open_day_after(conversion_date, 3, holidays)
    after_certificates = open_day_after(certificates_received, 1, holidays)
    return max(after_conversion, after_certificates)
