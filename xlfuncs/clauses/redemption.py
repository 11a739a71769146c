"""Redemption of the preferred stock at the holder's election."""

from typing import Annotated

from xlfuncs.card import card
from xlfuncs.errors import MissingDataError
from xlfuncs.kinds import Table
from xlfuncs.rounding import (
    exact,
    exact_arithmetic,
    shared_out,
    whole_shares_below,
    whole_shares_paid_for,
)
from xlfuncs.units import (
    FaceAmount,
    Money,
    MoneyAboveZero,
    Multiple,
    Price,
    Shares,
    SharesAboveZero,
    WholeHoldings,
    WholeShares,
)

RedeemedShares = Annotated[list[int], Table("column", "whole shares, one row a holder", "#,##0")]


@card
def redeemable_shares(
    preferred_shares: WholeShares,
    available_shares: Shares,
    issuable_per_share: SharesAboveZero,
    warrant_shares: Shares,
    coverage_ratio: Multiple,
) -> WholeShares:
    """The shares of preferred stock to redeem until enough common stock covers the rest.

    What is available must exceed 200 % of what is issuable: where it is just equal, one share
    more goes. Warrants cannot be redeemed: where they alone take up what is available, all
    the preferred stock goes, and still the coverage is not reached. Upon any other Redemption
    Event, (i) to (vi) or (x), a holder may have any or all shares redeemed.

    Source: Certificate of Designation, VIII.B
        a portion of the Holder's Preferred Stock such that, after giving effect to such
        purchase, the Holder's allocated portion of the Reserved Amount exceeds two hundred
        percent (200%) of the total number of Common Stock issuable to such Holder upon
        conversion of its Preferred Stock (without giving effect to any limitation on
        conversion or exercise with respect thereto)

    Reading: the fewest whole shares of preferred stock with which the test is met.

    Args:
        preferred_shares: the shares of preferred stock the holder has.
        available_shares: the holder's portion of the Reserved Amount (event vii), of the Cap
            Amount (viii) or of the Registrable Securities (ix), shares of common stock.
        issuable_per_share: the shares of common stock into which one share of preferred stock
            converts, unrounded and without any limit.
        warrant_shares: the shares the holder's Warrants give, without any limit; 0 for event
            (vii), which does not count them.
        coverage_ratio: the part of the issuable shares that must be exceeded (2 for 200 %).

    Returns:
        whole shares of preferred stock, from 0 to all of them.

    Example:
        >>> redeemable_shares(7500, 4_000_000.0, 347.4155251141553, 0.0, 2.0)
        1744
    """
    with exact_arithmetic():
        ratio = exact(coverage_ratio)
        left_for_preferred = exact(available_shares) - ratio * exact(warrant_shares)
        shares_just_covered = left_for_preferred / (ratio * exact(issuable_per_share))
        shares_kept = min(max(whole_shares_below(shares_just_covered), 0), preferred_shares)
    return preferred_shares - shares_kept


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


@card
def pro_rata_redemption(
    affordable_shares: WholeShares, noticed_shares: WholeHoldings
) -> RedeemedShares:
    """The shares redeemed from each holder where the company cannot redeem all.

    The proportion is that of the shares in the notices, not of the shares held. What is not
    redeemed stays owed.

    Source: Certificate of Designation, VIII.D; Certificate of Designation, VIII.F
        the Company shall redeem shares of Preferred Stock from each Holder pro rata, based on
        the total number of shares of Preferred Stock included by such Holder in the
        Redemption Notice relative to the total number of shares of Preferred Stock in all of
        the Redemption Notices

    Reading: whole shares, the largest remainders rounded up so that they add up; among equals
        the earlier row first.

    Args:
        affordable_shares: the shares of preferred stock the company is able to redeem.
        noticed_shares: the shares in each holder's Redemption Notice.

    Returns:
        whole shares, one row a holder; all that was noticed where all can be redeemed.

    Raises:
        MissingDataError: noticed_shares is blank.

    Example:
        >>> pro_rata_redemption(1234, [3000, 2000])
        [740, 494]
    """
    if not noticed_shares:
        raise MissingDataError("noticed_shares is blank: there is no Redemption Notice")
    total_noticed = sum(noticed_shares)
    if affordable_shares >= total_noticed:
        return list(noticed_shares)
    return shared_out(affordable_shares, noticed_shares)


@card
def lawful_redemption(
    surplus: Money, redemption_amount: MoneyAboveZero, noticed_shares: WholeShares
) -> WholeShares:
    """The shares that may be redeemed without impairing the company's capital.

    The rest stays owed, and the company is in breach meanwhile. Among the holders the shares
    are divided as in pro_rata_redemption.

    Source: Certificate of Designation, VIII.F
        In the event that Section 160 of the Delaware General Corporation Law ("GCL"), would
        be violated by the redemption of any shares of Preferred Stock … the Company: (i) will
        redeem the greatest number of shares of Preferred Stock possible without violation of
        said Section

    Reading: redeeming for exactly the whole surplus does not impair the capital.

    Args:
        surplus: the surplus of the company that the law lets it spend on redemption, USD; 0
            where it has none.
        redemption_amount: the Redemption Amount of one share, USD; at a later redemption the
            greater of that of the original Redemption Event and that of the later election.
        noticed_shares: the shares of preferred stock in all Redemption Notices together.

    Returns:
        whole shares of preferred stock, never more than noticed_shares.

    Example:
        >>> lawful_redemption(1_000_000.0, 1250.858447488584, 5000)
        799
    """
    with exact_arithmetic():
        lawful_shares = exact(surplus) / exact(redemption_amount)
        return min(whole_shares_paid_for(lawful_shares), noticed_shares)
