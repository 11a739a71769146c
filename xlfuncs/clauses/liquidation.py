"""Participation and liquidation: what the preferred stock gets with the common and before it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from xlfuncs.card import card
from xlfuncs.checks import same_length
from xlfuncs.kinds import Table
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import Amounts, FaceAmount, Money, Price, Seniorities, Shares

Payments = Annotated[
    list[float],
    Table("column", "USD, one row a class, and last what is left for the common", "#,##0.00"),
]


@card
def participating_dividend(
    preferred_shares: Shares,
    face_amount: FaceAmount,
    premium: Money,
    conversion_price: Price,
    dividend_per_share: Money,
) -> Money:
    """The dividend that preferred stock takes part in, as if it had been converted.

    The Premium and the Conversion Price are those of the day before the record date, so the
    bids of the variable price end one trading day before that. No limit on conversion counts.

    Source: Certificate of Designation, IX.B
        the Holders shall … be entitled to such dividends paid and distributions made to the
        holders of Common Stock to the same extent as if such Holders had converted such
        Preferred Stock into Common Stock (without regard to any limitations on conversion
        herein or elsewhere contained) and had such Common Stock been issued on the day before
        the record date for said dividend or distribution

    Reading: the shares as converted are not rounded, since cash is paid and none are issued.

    Args:
        preferred_shares: the shares of preferred stock.
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share to the day before the record date, USD.
        conversion_price: the Conversion Price of the day before the record date, USD a share.
        dividend_per_share: the dividend or distribution on one share of common stock, USD.

    Returns:
        USD in total, unrounded.

    Raises:
        BoundsError: the amount is too large.

    Example:
        >>> participating_dividend(7500, 1000.0, 60.0, 5.0, 0.25)
        397500.0
    """
    with exact_arithmetic():
        amount_converted = exact(preferred_shares) * (exact(face_amount) + exact(premium))
        dividend = amount_converted * exact(dividend_per_share) / exact(conversion_price)
    return float(dividend)


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


@card
def liquidation_waterfall(
    assets: Money, seniorities: Seniorities, preferences: Amounts
) -> Payments:
    """What each class is paid in a liquidation, and what is left for the common stock.

    Classes of one rank share by the amounts of their preferences, not by their numbers of
    shares. Each rank is paid in full before the next gets anything.

    Source: Certificate of Designation, X.A; Certificate of Designation, IX.A
        the entire assets and funds of the Company legally available for distribution to the
        Preferred Stock and the Pari Passu Securities shall be distributed ratably among such
        shares in proportion to the ratio that the Liquidation Preference payable on each such
        share bears to the aggregate Liquidation Preference payable on all such shares

    Reading: what is left is shown whole; whether the preferred stock also takes part in it
        (IX.B, distributions to the common) is not decided here.

    Args:
        assets: what is available for distribution, USD.
        seniorities: the rank of each class: 1 is paid first, then 2; equals share ratably.
        preferences: the preference of each class in total, USD: the Liquidation Preference of
            one share times the shares.

    Returns:
        USD, one row a class in the order given, unrounded; the last row is what is left for
        the common stock.

    Raises:
        InputError: seniorities and preferences differ in length.

    Example:
        >>> liquidation_waterfall(10_000_000.0, [2, 1, 2], [9_000_000.0, 2_000_000.0, 3_000_000.0])
        [6000000.0, 2000000.0, 2000000.0, 0.0]
    """
    same_length("seniorities", seniorities, "preferences", preferences)
    with exact_arithmetic():
        claims = _claims_by_rank(seniorities, preferences)
        paid = _paid_by_rank(exact(assets), claims)
        payments = [
            exact(preference) * paid[rank] / (claims[rank] or 1)
            for rank, preference in zip(seniorities, preferences, strict=True)
        ]
        left_for_common = exact(assets) - sum(paid.values())
    return [float(payment) for payment in [*payments, left_for_common]]


def _claims_by_rank(seniorities: Sequence[int], preferences: Sequence[float]) -> dict[int, Decimal]:
    """The preferences of each rank together, the first to be paid first."""
    claims: dict[int, Decimal] = dict.fromkeys(sorted(set(seniorities)), Decimal(0))
    for rank, preference in zip(seniorities, preferences, strict=True):
        claims[rank] += exact(preference)
    return claims


def _paid_by_rank(assets: Decimal, claims: dict[int, Decimal]) -> dict[int, Decimal]:
    """What each rank gets of the assets, in order."""
    paid: dict[int, Decimal] = {}
    for rank, claim in claims.items():
        paid[rank] = min(claim, assets)
        assets -= paid[rank]
    return paid
