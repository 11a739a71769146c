"""The Required Conversion at Maturity."""

from xlfuncs.card import card
from xlfuncs.rounding import exact, exact_arithmetic, whole_shares_up
from xlfuncs.units import FaceAmount, Money, Price, Shares, WholeShares


@card
def mandatory_conversion_shares(
    preferred_shares: Shares,
    face_amount: FaceAmount,
    premium: Money,
    unpaid_default_payments: Money,
    conversion_price: Price,
) -> WholeShares:
    """The shares of common stock that the Required Conversion at Maturity gives a holder.

    Unpaid Conversion Default Payments are converted with the shares, as a total and not per
    share. Whether the shares are authorized, registered and listed, and whether the holder may
    elect otherwise, is to be seen first; the limits of IV.G apply to the result.

    Source: Certificate of Designation, IV.H; Certificate of Designation, IV.E
        each share of Preferred Stock outstanding on July 27, 2001 (the "MATURITY DATE") (and
        any accrued and unpaid Conversion Default Payments), automatically shall be converted
        into shares of Common Stock on such date in accordance with the conversion formula set
        forth in Section IV.A

    Reading: one rounding for all that the holder converts; an unpaid payment stands beside the
        Face Amount and the Premium over the same Conversion Price.

    Args:
        preferred_shares: the shares of preferred stock that the holder has on the Maturity Date.
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share to the Maturity Date, USD.
        unpaid_default_payments: the holder's accrued and unpaid Conversion Default Payments, USD
            in total.
        conversion_price: the Conversion Price on the Maturity Date, USD a share.

    Returns:
        whole shares of common stock.

    Raises:
        BoundsError: the number is too large to be counted exactly.

    Example:
        >>> mandatory_conversion_shares(7500, 1000.0, 156.4931506849315, 0.0, 6.03)
        1438425
    """
    with exact_arithmetic():
        amount_of_shares = exact(preferred_shares) * (exact(face_amount) + exact(premium))
        amount_converted = amount_of_shares + exact(unpaid_default_payments)
        unrounded_shares = amount_converted / exact(conversion_price)
        return whole_shares_up(unrounded_shares)
