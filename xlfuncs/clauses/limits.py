"""Limits on conversion and exercise: the exchange cap and the 4.9 % ownership limit."""

from typing import Annotated

from xlfuncs.card import card
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import NO_LIMIT, Table
from xlfuncs.rounding import exact, exact_arithmetic, whole_shares_within
from xlfuncs.units import (
    Date,
    Fraction,
    ShareLimit,
    Shares,
    SharesOutstanding,
    WholeShareLimit,
    WholeShares,
)

ConvertibleNow = Annotated[
    list[list[int | float | str]],
    Table("row", "the shares, and beside them the name of the limit that binds"),
]


@card
def exchange_cap_available(
    cap_amount: Shares,
    shares_issued: Shares,
    as_of: Date,
    stockholder_approval_date: Date | None = None,
) -> WholeShareLimit:
    """The shares that may still be issued under the exchange cap before stockholder approval.

    The cap counts what has been issued on Series A, Series B and the investor's Warrants
    together, in the order of submission. From the day of approval it falls away.

    Source: Certificate of Designation, IV.G(i); Warrant, 5
        Prior to Stockholder Approval … in no event shall the total number of shares of Common
        Stock issued upon conversion of the Preferred Stock exceed … 5,071,913 shares (or any
        such higher number as the rules permit)

    Reading: the placement agent's warrants are outside the cap unless shares_issued includes
        them.

    Args:
        cap_amount: the Cap Amount, shares.
        shares_issued: the shares already issued that count against it.
        as_of: the date of the question.
        stockholder_approval_date: the date of Stockholder Approval; left out or blank while
            there is none.

    Returns:
        whole shares, never below 0; the text "no limit" from the approval date on.

    Example:
        >>> exchange_cap_available(5071913, 1254822, date(1999, 3, 1))
        3817091
    """
    if stockholder_approval_date is not None and as_of >= stockholder_approval_date:
        return NO_LIMIT
    with exact_arithmetic():
        available = exact(cap_amount) - exact(shares_issued)
    return max(whole_shares_within(available), 0)


@card
def beneficial_ownership_limit(
    shares_outstanding: SharesOutstanding, shares_held: Shares, ownership_limit: Fraction
) -> WholeShares:
    """The shares a holder may still acquire without owning more than the limit.

    The shares acquired also join the shares outstanding: x is the most for which
    (held + x) / (outstanding + x) does not exceed the limit. Exactly 4.9 % is allowed.

    Source: Certificate of Designation, IV.G(ii); Warrant, 8(f)
        shall not be convertible by a Holder to the extent (but only to the extent) that, if
        convertible by such Holder, such Holder, or any of its affiliates … would beneficially
        own in excess of 4.9% of the shares of Common Stock

    Reading: by Section 13(d) the shares being acquired count in both numbers.

    Args:
        shares_outstanding: the shares of common stock outstanding before the conversion.
        shares_held: the shares the holder and its affiliates beneficially own already.
        ownership_limit: the greatest part they may own, as a fraction (0.049), below 1.

    Returns:
        whole shares, never below 0.

    Raises:
        BoundsError: ownership_limit is 1 or more.

    Example:
        >>> beneficial_ownership_limit(25372251, 200000, 0.049)
        1096992
    """
    if ownership_limit >= 1:
        raise BoundsError(f"ownership_limit must be below 1, not {ownership_limit:g}")
    with exact_arithmetic():
        limit = exact(ownership_limit)
        shares_below_limit = limit * exact(shares_outstanding) - exact(shares_held)
        available = shares_below_limit / (1 - limit)
    return max(whole_shares_within(available), 0)


@card
def convertible_now(
    wanted_shares: Shares, cap_available: ShareLimit, ownership_available: ShareLimit
) -> ConvertibleNow:
    """The shares that can be issued now, and which limit binds.

    The two limits apply independently; a limit that is just met does not bind.

    Source: Certificate of Designation, IV.G
        The conversion of shares of Preferred Stock shall be subject to the following
        limitations (each of which limitations shall be applied independently)

    Args:
        wanted_shares: the shares of common stock that the notice asks for.
        cap_available: the shares left under the exchange cap, or "no limit".
        ownership_available: the shares left under the ownership limit, or "no limit".

    Returns:
        a row of two: the shares, and "none", "exchange cap", "ownership limit" or
        "exchange cap and ownership limit".

    Example:
        >>> convertible_now(1254822, 3817091, 1096992)
        [[1096992, 'ownership limit']]
    """
    limits = {"exchange cap": cap_available, "ownership limit": ownership_available}
    room = {
        name: whole_shares_within(exact(limit))
        for name, limit in limits.items()
        if not isinstance(limit, str)
    }
    wanted = whole_shares_within(exact(wanted_shares))
    shares = min([wanted, *room.values()])
    binding = [name for name, limit in room.items() if limit == shares < wanted]
    return [[shares, " and ".join(binding) or "none"]]
