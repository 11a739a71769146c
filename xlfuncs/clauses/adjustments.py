"""Anti-dilution adjustment of the warrants' exercise price and share count."""

from decimal import Decimal
from typing import Annotated

from xlfuncs.card import card
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import Choice
from xlfuncs.rounding import exact, exact_arithmetic, nearest_cent
from xlfuncs.units import (
    Fraction,
    Money,
    Price,
    Shares,
    SharesAboveZero,
    SharesOutstanding,
)

Carry = Annotated[str, Choice("reading", "how amounts are carried", ("additive", "compound"))]
Test = Annotated[str, Choice("reading", "what the 1 % test tests", ("unrounded", "rounded"))]
RoundSplits = Annotated[str, Choice("reading", "whether a split is rounded", ("yes", "no"))]


@card
def weighted_average_exercise_price(
    exercise_price: Price,
    shares_outstanding: SharesOutstanding,
    shares_issued: Shares,
    consideration: Money,
    market_price: Price,
) -> Price:
    """The Exercise Price after an issuance by the weighted average, before 1 % test and cent.

    What counts is whether the issue is below the market, not below the Exercise Price: an
    issue above the Exercise Price but below the market still lowers it.

    Source: Warrant, 4(a); Warrant, 4(k)(i)
        for a consideration per share less than the Market Price … on the date of issuance (a
        "DILUTIVE ISSUANCE"), then effective immediately upon the Dilutive Issuance, the
        Exercise Price will be adjusted … E' = (E) (O + P/M) / (CSDO)

    Args:
        exercise_price: E, the Exercise Price before, USD.
        shares_outstanding: O, the shares of common stock outstanding immediately before,
            without treasury shares.
        shares_issued: the shares issued or deemed issued; with O they make CSDO.
        consideration: P, all the company received for them, USD, before commissions.
        market_price: M, the Market Price on the date of issuance, USD.

    Returns:
        USD a share, unrounded; the price before where the issuance is not dilutive.

    Raises:
        BoundsError: the price would not be above zero.

    Example:
        >>> weighted_average_exercise_price(6.7838, 25_400_000, 1_000_000, 4_000_000.0, 5.0)
        6.732407575757576
    """
    with exact_arithmetic():
        adjusted_price = _weighted_average(
            exact(exercise_price), shares_outstanding, shares_issued, consideration, market_price
        )
    return float(adjusted_price)


@card
def anti_dilution_exercise_price(
    exercise_price: Price,
    shares_outstanding: SharesOutstanding,
    shares_issued: Shares,
    consideration: Money,
    market_price: Price,
    carried_forward: Money = 0.0,
    carry: Carry = "additive",
    test: Test = "unrounded",
    minimum_adjustment: Fraction = 0.01,
) -> Price:
    """The Exercise Price in effect after an issuance: to the cent, or unchanged under 1 %.

    A change of less than 1 % of the price in effect is not made but carried forward, and made
    together with the next that brings the total to 1 %. An issuance at or above the market
    adjusts nothing, so it makes no carried change either.

    Source: Warrant, 4(a); Warrant, 4; Warrant, 4(h)
        rounded up or down to the nearest cent … No adjustment of the Exercise Price shall be
        made in an amount of less than 1% of the Exercise Price in effect at the time … but any
        such lesser adjustment shall be carried forward and shall be made at the time and
        together with the next subsequent adjustment

    Reading: the test is on the unrounded change against the price in effect, carried amounts
        add, and the cent is rounded last, an exact half cent up.

    Args:
        exercise_price: E, the Exercise Price in effect before, USD.
        shares_outstanding: O, the shares of common stock outstanding immediately before,
            without treasury shares.
        shares_issued: the shares issued or deemed issued; with O they make CSDO.
        consideration: P, all the company received for them, USD, before commissions.
        market_price: M, the Market Price on the date of issuance, USD.
        carried_forward: the amount of earlier changes not yet made, USD a share; 0 if left out.
        carry: "additive" (if left out): the carried amount adds to this change; "compound":
            this change is computed on the price less the carried amount.
        test: "unrounded" (if left out): the 1 % test is on the exact change; "rounded": on the
            change to the price rounded to the cent.
        minimum_adjustment: the least change that is made, as a fraction of the price in effect;
            0.01 if left out.

    Returns:
        USD a share: to the cent, or exercise_price itself where nothing is adjusted.

    Raises:
        BoundsError: carried_forward is not below exercise_price, or the price would round to
            nothing.

    Example:
        >>> anti_dilution_exercise_price(6.7838, 26.4e6, 1.5e6, 5.25e6, 4.75, 0.0513924242)
        6.64
    """
    if carried_forward >= exercise_price:
        raise BoundsError(
            f"carried_forward {carried_forward:g} must be below exercise_price {exercise_price:g}"
        )
    with exact_arithmetic():
        price = exact(exercise_price)
        carried = exact(carried_forward)
        if carry == "compound":  # noqa: SIM108  an explanation tells the branch that was taken
            base = price - carried
        else:
            base = price
        this_change = base - _weighted_average(
            base, shares_outstanding, shares_issued, consideration, market_price
        )
        if this_change == 0:
            return exercise_price
        total_change = carried + this_change
        rounded_price = nearest_cent(price - total_change)
        if test == "rounded":  # noqa: SIM108  likewise
            tested_change = price - rounded_price
        else:
            tested_change = total_change
        least_change = exact(minimum_adjustment) * price
        if tested_change < least_change:
            return exercise_price
    return float(rounded_price)


@card
def split_adjusted_price(
    price: Price,
    new_shares: SharesAboveZero,
    old_shares: SharesAboveZero,
    round_splits: RoundSplits = "yes",
) -> Price:
    """A price after a split, stock dividend or combination, in proportion to the shares.

    The warrant adjusts after the date of record, so from the day after it. The 1 % test of
    4(h) is not made here: a stock dividend of less than 1 in 99 changes the price by less
    than 1 %, and such a change is carried forward (see anti_dilution_ledger). As many new
    shares as old are no split.

    Source: Warrant, 4(c); Warrant, 4; Certificate of Designation, XI.A
        then, after the date of record for effecting such subdivision, the Exercise Price in
        effect immediately prior to such subdivision will be proportionately reduced … In the
        event that any adjustment of the Exercise Price as required herein results in a
        fraction of a cent, such Exercise Price shall be rounded up or down to the nearest
        cent … the Fixed Conversion Price shall be proportionately reduced

    Reading: the warrant's cent holds for splits too, an exact half cent up; the certificate
        has no such rule, so round_splits is "no" for the Fixed Conversion Price.

    Args:
        price: the Exercise Price or Fixed Conversion Price before, USD.
        new_shares: the shares after, for old_shares before: 2 in a two-for-one split.
        old_shares: the shares before, for new_shares after: 1 in a two-for-one split.
        round_splits: "yes" (if left out): to the nearest cent, as the warrant says; "no":
            unrounded, as for the Fixed Conversion Price.

    Returns:
        USD a share.

    Raises:
        BoundsError: the price would round to nothing or be too large.

    Example:
        >>> split_adjusted_price(6.7838, 2, 1)
        3.39
    """
    if new_shares == old_shares:
        return price
    with exact_arithmetic():
        exact_price = exact(price) * exact(old_shares) / exact(new_shares)
        if round_splits == "no":
            return float(exact_price)
        return float(nearest_cent(exact_price))


@card
def warrant_adjusted_shares(
    warrant_shares: Shares, old_exercise_price: Price, new_exercise_price: Price
) -> Shares:
    """The Warrant Shares after an adjustment: the aggregate exercise price stays the same.

    The new price is the one rounded to the cent; the number itself is not rounded until
    exercise, when the fraction is paid in cash.

    Source: Warrant, 4(d)
        multiplying a number equal to the Exercise Price in effect immediately prior to such
        adjustment by the number of shares of Common Stock issuable upon exercise of this
        Warrant immediately prior to such adjustment and dividing the product so obtained by
        the adjusted Exercise Price

    Args:
        warrant_shares: the Warrant Shares before the adjustment.
        old_exercise_price: the Exercise Price before, USD.
        new_exercise_price: the Exercise Price after, USD.

    Returns:
        shares, unrounded.

    Example:
        >>> warrant_adjusted_shares(447761, 6.7838, 6.64)
        457457.9927409639
    """
    with exact_arithmetic():
        aggregate_price = exact(warrant_shares) * exact(old_exercise_price)
        shares = aggregate_price / exact(new_exercise_price)
    return float(shares)


def _weighted_average(
    price: Decimal,
    shares_outstanding: float,
    shares_issued: float,
    consideration: float,
    market_price: float,
) -> Decimal:
    """E (O + P/M) / CSDO, with the one division last; the price itself where not dilutive."""
    o, m, p = exact(shares_outstanding), exact(market_price), exact(consideration)
    issued_at_market = exact(shares_issued) * m
    if p >= issued_at_market:  # a consideration per share not less than the Market Price
        return price
    csdo = o + exact(shares_issued)
    return price * (o * m + p) / (m * csdo)
