"""Liquidation: what stands before the common stock."""

from xlfuncs.card import card
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import FaceAmount, Money


@card
def liquidation_preference(
    face_amount: FaceAmount, premium: Money, other_amounts_due: Money
) -> Money:
    """The Liquidation Preference of one share of preferred stock.

    The Premium runs to the date of the final distribution, which here takes the place of the
    Conversion Date.

    Source: Certificate of Designation, X.C
        an amount equal to the Face Amount thereof plus the Premium with respect thereto plus
        any other amounts that may be due from the Company with respect thereto through the
        date of final distribution

    Args:
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share to the date of final distribution, USD.
        other_amounts_due: whatever else the company owes with respect to one share, USD.

    Returns:
        USD a share, unrounded.

    Example:
        >>> liquidation_preference(1000.0, 60.0, 500.25)
        1560.25
    """
    with exact_arithmetic():
        preference = exact(face_amount) + exact(premium) + exact(other_amounts_due)
    return float(preference)
