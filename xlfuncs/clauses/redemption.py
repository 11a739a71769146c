"""Redemption of the preferred stock at the holder's election."""

from xlfuncs.card import card
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import FaceAmount, Money, Multiple, Price


@card
def redemption_amount(
    face_amount: FaceAmount,
    premium: Money,
    penalty: Money,
    conversion_price: Price,
    market_price: Price,
    redemption_multiple: Multiple,
) -> Money:
    """The Redemption Amount of one share of preferred stock.

    Premium, Conversion Price and market price are those of the date of the Redemption Notice;
    the market price is the closing bid of that day itself, not of the day before.

    Source: Certificate of Designation, VIII.C
        an amount equal to the greater of (i) 1.25 times the aggregate Face Amount of the
        Preferred Stock for which a demand is being made and (ii) … (FACE AMOUNT + PREMIUM +
        PENALTY) / CP X M

    Reading: both limbs for one share; multiply by the shares redeemed afterwards. Penalty is
        the unpaid Conversion Default Payment of the share, and zero for shares not in default.

    Args:
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share to the date of the notice, USD.
        penalty: the unpaid Conversion Default penalty of one share, USD.
        conversion_price: the Conversion Price in effect on the date of the notice, USD.
        market_price: the closing bid on the date of the notice, USD.
        redemption_multiple: the multiple of the Face Amount that is paid at least (1.25).

    Returns:
        USD a share, unrounded.

    Example:
        >>> redemption_amount(1000.0, 72.164384, 80.0, 4.5, 5.25, 1.25)
        1344.1917813333334
    """
    with exact_arithmetic():
        floor_amount = exact(redemption_multiple) * exact(face_amount)
        amount_due = exact(face_amount) + exact(premium) + exact(penalty)
        as_converted_amount = amount_due * exact(market_price) / exact(conversion_price)
        amount = max(floor_amount, as_converted_amount)
    return float(amount)
