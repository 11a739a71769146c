"""Protections of the preferred stock: transactions, better securities, rights to the common."""

from xlfuncs.card import card
from xlfuncs.errors import BoundsError
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import Date, Discounts, FaceAmount, Money, Multiple, Price, Rights, Shares


@card
def announcement_price(
    conversion_price: Price,
    announcement_price: Price,
    as_of: Date,
    announcement_date: Date,
    abandonment_date: Date | None = None,
    consummation_date: Date | None = None,
) -> Price:
    """The Conversion Price while a merger, sale of assets or tender offer is announced.

    It is at most the price of the Announcement Date. On the Abandonment Date itself, which is
    seven trading days after the abandonment is announced, the ordinary price is back.

    Source: Certificate of Designation, XI.B
        the Conversion Price shall, effective upon the Announcement Date and continuing
        through the consummation of the proposed tender offer or transaction or the
        Abandonment Date (as defined below), be equal to the lesser of … From and after the
        Abandonment Date, as the case may be, the Conversion Price shall be determined as set
        forth in Article IV.

    Reading: the Abandonment Date is no longer protected ("from and after"); the day of
        consummation still is ("through").

    Args:
        conversion_price: the Conversion Price as of the date, without this protection, USD.
        announcement_price: the Conversion Price that a conversion on the Announcement Date
            would have had, USD.
        as_of: the date of the question.
        announcement_date: the Announcement Date.
        abandonment_date: the Abandonment Date: seven trading days after the announcement that
            the transaction is abandoned; left out or blank while there is none.
        consummation_date: the day on which the transaction is consummated; left out or blank
            while it is not.

    Returns:
        USD a share, unrounded.

    Raises:
        BoundsError: abandonment_date or consummation_date is too early, or both are given.

    Example:
        >>> announcement_price(5.5, 4.75, date(1999, 10, 12), date(1999, 9, 1), date(1999, 10, 13))
        4.75
    """
    if abandonment_date is not None and abandonment_date <= announcement_date:
        raise BoundsError(
            f"abandonment_date {abandonment_date} must be after announcement_date "
            f"{announcement_date}"
        )
    if consummation_date is not None and consummation_date < announcement_date:
        raise BoundsError(
            f"consummation_date {consummation_date} must not be before announcement_date "
            f"{announcement_date}"
        )
    if abandonment_date is not None and consummation_date is not None:
        raise BoundsError(
            f"abandonment_date {abandonment_date} and consummation_date {consummation_date} "
            "must not both be given: a transaction is consummated or abandoned"
        )
    announced = as_of >= announcement_date
    abandoned = abandonment_date is not None and as_of >= abandonment_date
    consummated = consummation_date is not None and as_of > consummation_date
    lesser_price = min(conversion_price, announcement_price)
    return lesser_price if announced and not abandoned and not consummated else conversion_price


@card
def major_transaction_preferred(
    face_amount: FaceAmount,
    premium: Money,
    conversion_price: Price,
    consideration_per_share: Money,
    cash_multiple: Multiple,
) -> Money:
    """What one share of preferred stock gets in a merger or reclassification.

    The conversion is thought to be on the trading day before the public announcement, with
    the Premium and the Conversion Price of that day and without any limit. The cash is a
    multiple of the Face Amount alone, without Premium.

    Source: Certificate of Designation, XI.C
        consideration, in exchange for each share of Preferred Stock held by it, equal to the
        greater of, as determined in the sole discretion of such Holder: (i) the number of
        shares of stock or securities or property … to which a Holder of the number of shares
        of Common Stock delivered upon conversion of such shares of Preferred Stock would have
        been entitled … and (ii) 125% of the Face Amount of such shares of Preferred Stock in
        cash

    Reading: for one share, with its shares of common stock not rounded; multiply afterwards.

    Args:
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share to the trading day before the announcement,
            USD.
        conversion_price: the Conversion Price of the trading day before the announcement, USD.
        consideration_per_share: what one share of common stock gets in the transaction, or
            its value, USD.
        cash_multiple: the multiple of the Face Amount that may be had in cash (1.25).

    Returns:
        USD a share of preferred stock, unrounded.

    Raises:
        BoundsError: the amount is too large.

    Example:
        >>> major_transaction_preferred(1000.0, 60.0, 5.0, 6.5, 1.25)
        1378.0
    """
    with exact_arithmetic():
        cash = exact(cash_multiple) * exact(face_amount)
        amount_converted = exact(face_amount) + exact(premium)
        as_converted = amount_converted * exact(consideration_per_share) / exact(conversion_price)
        amount = max(cash, as_converted)
    return float(amount)


@card
def most_favoured_price(
    closing_bids_average: Price, price_multiple: Multiple, discounts: Discounts
) -> Price:
    """The Variable Conversion Price after the company has issued convertibles at a discount.

    The greatest discount of any such security takes the place of the 101 %, on the same
    average of bids. Securities without a discount change nothing.

    Source: Certificate of Designation, XI.E
        at a conversion or exchange rate based on a discount from the market price of the
        Common Stock at the time of conversion or exercise … at the Holder's option: (x) … the
        Variable Conversion Price in respect of any conversion of Preferred Stock after such
        issuance shall be calculated utilizing the greatest discount applicable to any such
        Convertible Securities

    Reading: 1 less the discount, of the average of the variable price; the holder, whose
        option it is, takes it only where it is lower.

    Args:
        closing_bids_average: the average of the lowest bids by which the Variable Conversion
            Price goes, USD.
        price_multiple: the multiple of that average without such securities (1.01 for 101 %).
        discounts: the greatest discount of each such security, as a fraction (0.15 for 85 % of
            the market); a blank range where there is none.

    Returns:
        USD a share, unrounded.

    Raises:
        BoundsError: a discount is 1, which leaves no price.

    Example:
        >>> most_favoured_price(4.958333333333333, 1.01, [0.1, 0.15])
        4.214583333333333
    """
    with exact_arithmetic():
        greatest_discount = exact(max(discounts, default=0.0))
        if greatest_discount == 1:
            raise BoundsError("discounts has a discount of 1, and a price must be above 0")
        multiple = exact(price_multiple)
        if greatest_discount > 0:
            multiple = min(exact(price_multiple), 1 - greatest_discount)
        price = multiple * exact(closing_bids_average)
    return float(price)


@card
def full_ratchet_price(fixed_price: Price, new_security_price: Price) -> Price:
    """The Fixed Conversion Price after the company has issued convertibles at a lower price.

    However few were issued, the whole difference counts. Plain shares of common stock are not
    covered, and a higher price changes nothing.

    Source: Certificate of Designation, XI.E
        with a fixed conversion or exercise price less than the Fixed Conversion Price, then,
        at the Holder's option: … (y) in the case of clause (ii), the Fixed Conversion Price
        shall be reduced to such lesser conversion or exercise price

    Args:
        fixed_price: the Fixed Conversion Price in effect, USD.
        new_security_price: the fixed conversion or exercise price of the new securities, USD.

    Returns:
        USD a share.

    Example:
        >>> full_ratchet_price(6.03, 4.5)
        4.5
    """
    return min(fixed_price, new_security_price)


@card
def purchase_rights(
    preferred_shares: Shares,
    face_amount: FaceAmount,
    premium: Money,
    conversion_price: Price,
    rights_per_share: Rights,
) -> Rights:
    """The rights a holder may acquire when rights go to the holders of common stock.

    They are counted as if all the preferred stock had been converted immediately before the
    record date, without any limit on conversion.

    Source: Certificate of Designation, XI.F
        the Holders will be entitled to acquire, upon the terms applicable to such Distributed
        Items, the aggregate Distributed Items which such Holder could have acquired if such
        Holder had held the number of shares of Common Stock acquirable upon complete
        conversion of the Preferred Stock (without regard to any limitations on conversion or
        exercise herein or elsewhere contained) immediately before the date on which a record
        is taken

    Reading: the shares as converted are not rounded; a fraction of a right is for the terms of
        the rights.

    Args:
        preferred_shares: the shares of preferred stock the holder has.
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share immediately before the record date, USD.
        conversion_price: the Conversion Price immediately before the record date, USD a share.
        rights_per_share: the rights, warrants, securities or other items for one share of
            common stock.

    Returns:
        rights, unrounded.

    Raises:
        BoundsError: the number is too large.

    Example:
        >>> purchase_rights(7500, 1000.0, 60.0, 5.0, 0.1)
        159000.0
    """
    with exact_arithmetic():
        amount_converted = exact(preferred_shares) * (exact(face_amount) + exact(premium))
        rights = amount_converted * exact(rights_per_share) / exact(conversion_price)
    return float(rights)
