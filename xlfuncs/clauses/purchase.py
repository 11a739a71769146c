"""Covenants of the purchase agreement: issues, expenses, Series A, sales, the backstop."""

from decimal import Decimal

from xlfuncs.card import card
from xlfuncs.errors import MissingDataError
from xlfuncs.kinds import NO_LIMIT
from xlfuncs.rounding import exact, exact_arithmetic, whole_shares_up, whole_shares_within
from xlfuncs.units import (
    Count,
    FaceAmount,
    Fraction,
    Money,
    Price,
    ShareCounts,
    Shares,
    WholeShareLimit,
    WholeShares,
)


@card
def restricted_price(
    fixed_floor: Price, fair_market_value: Price, market_fraction: Fraction
) -> Price:
    """The price under which an issue of equity at a fixed price is restricted.

    An issue at exactly this price is not restricted: "less than". Equity at a variable price
    is restricted whatever its price. The restriction ends on 27 July 1999, and sooner where
    the Purchaser holds less than 30 % of the preferred stock.

    Source: Securities Purchase Agreement, 4.5
        Until July 27, 1999, the Company shall not issue or agree to issue … any equity
        securities at a fixed price less than the greater of (A) $6.03 and (B) 80% of the fair
        market value thereof on such date

    Args:
        fixed_floor: the price of limb (A), USD a share; no adjustment for splits is stated.
        fair_market_value: the fair market value of the security on the date of the issue, USD.
        market_fraction: the part of the fair market value in limb (B), as a fraction (0.8).

    Returns:
        USD a share, unrounded.

    Raises:
        BoundsError: an argument is outside its bounds.

    Example:
        >>> restricted_price(6.03, 8.0, 0.8)
        6.4
    """
    with exact_arithmetic():
        part_of_market_value = exact(market_fraction) * exact(fair_market_value)
        price = max(exact(fixed_floor), part_of_market_value)
    return float(price)


@card
def expense_reimbursement(expenses: Money, already_paid: Money, expense_cap: Money) -> Money:
    """The reimbursement of the Purchaser's expenses that is due now.

    One cap for everything: what was reimbursed at the First Closing and since counts towards
    it. Expenses above the cap are not carried anywhere.

    Source: Securities Purchase Agreement, 4.6
        such reimbursement of Expenses, together with the Expenses reimbursed at the First
        Closing and subsequent thereto pursuant to Section 4.6 of the Securities Purchase
        Agreement, shall not exceed $50,000

    Args:
        expenses: the expenses reasonably incurred and not yet reimbursed, USD.
        already_paid: all reimbursed so far, at the First Closing and since, USD.
        expense_cap: the most that is reimbursed in all, USD.

    Returns:
        USD, never below 0.

    Raises:
        BoundsError: an argument is outside its bounds.

    Example:
        >>> expense_reimbursement(32000.0, 25000.0, 50000.0)
        25000.0
    """
    with exact_arithmetic():
        left_under_cap = max(exact(expense_cap) - exact(already_paid), Decimal(0))
        reimbursement = min(exact(expenses), left_under_cap)
    return float(reimbursement)


@card
def capital_contribution(
    preferred_shares: Shares,
    face_amount: FaceAmount,
    premium: Money,
    variable_price: Price,
    fixed_price: Price,
) -> WholeShares:
    """The shares to be returned when Series A is converted below its Fixed Conversion Price.

    Both numbers of shares are those of a conversion, each rounded up once for the whole
    notice. Without the contribution the Company may reject the notice.

    Source: Securities Purchase Agreement, 4.8
        on any date in which the Variable Conversion Price is less than the Fixed Conversion
        Price … unless Purchaser shall deliver to the Company, as a contribution to the capital
        of the Company, that number of shares of Common Stock received upon such conversion as
        shall exceed the number of shares of Common Stock that would have been issued upon such
        conversion if the applicable Conversion Price on such date would have been the Fixed
        Conversion Price

    Args:
        preferred_shares: the shares of Series A preferred stock converted by one notice.
        face_amount: the Face Amount of one share, USD.
        premium: the Premium accrued on one share, USD.
        variable_price: the Variable Conversion Price on the date of conversion, USD.
        fixed_price: the Fixed Conversion Price on that date, USD.

    Returns:
        whole shares of common stock; 0 where the variable price is not the lower.

    Raises:
        BoundsError: the number is too large to be counted exactly.

    Example:
        >>> capital_contribution(1000, 1000.0, 50.0, 5.0, 6.03)
        35870
    """
    if variable_price >= fixed_price:
        return 0
    with exact_arithmetic():
        amount_converted = exact(preferred_shares) * (exact(face_amount) + exact(premium))
        shares_received = whole_shares_up(amount_converted / exact(variable_price))
        shares_at_fixed_price = whole_shares_up(amount_converted / exact(fixed_price))
    return shares_received - shares_at_fixed_price


@card
def volume_limit(
    day_volume: Shares,
    prior_volumes: ShareCounts,
    sale_price: Price,
    price_threshold: Price,
    minimum_shares: Shares,
    volume_fraction: Fraction,
    volume_days: Count | None = None,
) -> WholeShareLimit:
    """The shares that may be sold on one trading day at a price under the threshold.

    The day's volume is known only after the close: with 0 for it the answer is what is
    certain beforehand. Sales at or over the threshold do not count. The limit is that of the
    Purchaser and its affiliates together; after a transfer of Series B it is prorated.

    Source: Securities Purchase Agreement, 4.15
        shall not, on any trading day, sell on a public trading market, at a price less than
        $12.00 per share … such number of shares of Common Stock as when aggregated together
        shall exceed the greatest of (i) 30,000 shares … (ii) 15% of the total number of shares
        of Common Stock sold on the Nasdaq National Market during such trading day, and (iii)
        15% of the average daily trading volume on the Nasdaq National Market for the five
        consecutive trading days immediately preceding such sale

    Args:
        day_volume: the shares traded on the day itself; 0 while it is not known.
        prior_volumes: the shares traded on each of the trading days immediately before, the
            earliest first.
        sale_price: the price of the sale, USD a share.
        price_threshold: the price from which on there is no limit, adjusted for splits.
        minimum_shares: the shares that may be sold in any case, adjusted for splits.
        volume_fraction: the part of a volume that may be sold, as a fraction (0.15).
        volume_days: how many of the last prior_volumes are averaged (5); left out, all that
            are given.

    Returns:
        whole shares; the text "no limit" at or over the threshold.

    Raises:
        MissingDataError: prior_volumes has no value, or fewer than volume_days.

    Example:
        >>> volume_limit(180000, [250e3, 190e3, 310e3, 220e3, 240e3], 6.5, 12.0, 30000, 0.15)
        36300
    """
    if sale_price >= price_threshold:
        return NO_LIMIT
    days = volume_days or len(prior_volumes)
    if len(prior_volumes) < max(days, 1):
        raise MissingDataError(
            f"prior_volumes has {len(prior_volumes)} days, {max(days, 1)} are needed"
        )
    with exact_arithmetic():
        fraction = exact(volume_fraction)
        part_of_day_volume = fraction * exact(day_volume)
        total_volume = sum(exact(volume) for volume in prior_volumes[-days:])
        part_of_average_volume = fraction * total_volume / days
        limit = max(exact(minimum_shares), part_of_day_volume, part_of_average_volume)
        return whole_shares_within(limit)


@card
def backstop_shortfall(
    required_funding: Money, other_funding: Money, backstop_limit: Money
) -> Money:
    """The amount for which the backstop loan agreement must stay in force.

    Other funding counts only if it is immediately available and nothing suggests that it will
    end before the second anniversary of the Second Closing. The duty itself ends on that
    anniversary, or once the Purchaser holds no preferred stock.

    Source: Securities Purchase Agreement, 5.4
        the agreement between Baccarat Electronics, Inc. … and the Company to lend the Company
        amounts totaling $7,500,000 … if an amount less than $8,000,000 is immediately available
        … Baccarat's agreement need only be in full force and effect as to the amount by which
        $8,000,000 exceeds the amount so available under such funding

    Reading: the agreement is for 7,500,000, so never more than that is needed of it, though
        8,000,000 less the other funding can be more.

    Args:
        required_funding: the funding at which the backstop is no longer needed (8,000,000), USD.
        other_funding: what is so available under a working capital line or IDB funding, USD.
        backstop_limit: the amount of the backstop agreement (7,500,000), USD.

    Returns:
        USD, never below 0.

    Raises:
        BoundsError: an argument is outside its bounds.

    Example:
        >>> backstop_shortfall(8_000_000.0, 3_000_000.0, 7_500_000.0)
        5000000.0
    """
    with exact_arithmetic():
        funding_missing = max(exact(required_funding) - exact(other_funding), Decimal(0))
        amount = min(funding_missing, exact(backstop_limit))
    return float(amount)
