"""Deemed issues: the price at which options and convertibles count for the warrants."""

from decimal import Decimal

from xlfuncs.card import card
from xlfuncs.errors import BoundsError
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import IssuePrice, Money, Multiple, Price, SharesAboveZero

_ASSUMED_PART_OF_MARKET = Decimal("0.8")


@card
def deemed_issue_price(
    consideration: Money, additional_consideration: Money, maximum_shares: SharesAboveZero
) -> IssuePrice:
    """The price per share at which options or convertibles count as issued.

    If it is less than the Market Price, all the shares count as issued at once, and nothing
    more happens on the exercise or conversion. Options under plans that the outside directors
    approved are no Options here.

    Source: Warrant, 4(b)(i); Warrant, 4(b)(ii)(1)
        dividing (i) the total amount, if any, received or receivable by the Company as
        consideration for the issuance or granting of such Below Market Options, plus the
        minimum aggregate amount of additional consideration, if any, payable to the Company
        upon the exercise of all such Below Market Options, plus, in the case of Convertible
        Securities issuable upon the exercise of such Below Market Options, the minimum
        aggregate amount of additional consideration payable upon the exercise, conversion or
        exchange thereof … by (ii) the maximum total number of shares of Common Stock issuable
        upon the exercise of all such Below Market Options

    Args:
        consideration: all the company receives for the options or convertibles, USD, before
            commissions and expenses.
        additional_consideration: the least it receives besides on the exercise of all of them
            and on the conversion of what they give, USD.
        maximum_shares: the most shares of common stock that they can give.

    Returns:
        USD a share, unrounded; 0 where nothing is received.

    Raises:
        BoundsError: the price is too large.

    Example:
        >>> deemed_issue_price(200_000.0, 6_000_000.0, 2_000_000.0)
        3.1
    """
    with exact_arithmetic():
        amount_received = exact(consideration) + exact(additional_consideration)
        price_per_share = amount_received / exact(maximum_shares)
    return float(price_per_share)


@card
def variable_rate_issue_price(
    market_price: Price,
    percent_of_market: Multiple,
    price_cap: Price | None = None,
    price_floor: Price | None = None,
) -> Price:
    """The price at which a convertible with a fluctuating price counts as issued.

    It is the price its terms give when the market stands at 80 % of the Market Price. That
    assumption sets the price, and with it the number of shares; the price is then compared
    with the actual Market Price, and the actual one is M in the weighted average.

    Source: Warrant, 4(b)(ii)(2)
        shall be deemed to be the lowest price per share which would be applicable assuming
        that (1) all holding period and other conditions to any discounts contained in such
        Convertible Security have been satisfied, and (2) the Market Price on the date of
        issuance of such Convertible Security was 80% of the Market Price on such date (the
        "ASSUMED VARIABLE MARKET PRICE")

    Args:
        market_price: the actual Market Price on the date of issuance, USD.
        percent_of_market: the least part of the market at which it ever converts, with every
            discount earned: 0.85 for 85 %.
        price_cap: the price above which it never converts, USD; left out or blank if none.
        price_floor: the price under which it never converts, USD; left out or blank if none.

    Returns:
        USD a share, unrounded.

    Raises:
        BoundsError: price_floor is above price_cap, or the price would be too large.

    Example:
        >>> variable_rate_issue_price(5.0, 0.85)
        3.4
    """
    if price_cap is not None and price_floor is not None and price_floor > price_cap:
        raise BoundsError(f"price_floor {price_floor:g} must not be above price_cap {price_cap:g}")
    with exact_arithmetic():
        assumed_market_price = _ASSUMED_PART_OF_MARKET * exact(market_price)
        price_at_market = exact(percent_of_market) * assumed_market_price
    if price_cap is not None and price_at_market > exact(price_cap):
        return price_cap
    if price_floor is not None and price_at_market < exact(price_floor):
        return price_floor
    return float(price_at_market)
