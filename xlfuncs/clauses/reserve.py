"""Shares reserved and the exchange cap: how they are allocated, and when they are too few."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Annotated

from xlfuncs.calendars import is_open, open_day_after
from xlfuncs.card import card
from xlfuncs.checks import same_length
from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.kinds import Table
from xlfuncs.rounding import exact, exact_arithmetic, shared_out, whole_shares_up
from xlfuncs.units import (
    Condition,
    Count,
    Date,
    Dates,
    Multiple,
    RisingDates,
    ShareCounts,
    Shares,
    WholeShares,
)

AllocatedShares = Annotated[list[int], Table("column", "whole shares, one a row")]


@card
def allocate_pro_rata(total: WholeShares, holdings: ShareCounts) -> AllocatedShares:
    """The Cap Amount or the Reserved Amount allocated to the holders in whole shares.

    The initial amount and each increase are allocated by the holdings of their own date, and
    a conversion changes no allocation. What is left allocated to somebody who holds no
    preferred stock any more is allocated again, by the holdings of that time.

    Source: Certificate of Designation, XIV.C; Registration Rights Agreement, 11.11
        The initial Cap Amount and Reserved Amount shall be allocated to the Holders in the
        same proportion as the number of shares of Preferred Stock held by such Holder bears
        to the aggregate number of outstanding shares of Preferred Stock. Each increase …
        shall be allocated pro rata among the Holders based on the number of shares of
        Preferred Stock held by each Holder at the time of the increase

    Reading: whole shares that sum to the total: each proportion is rounded down, and what is
        left goes to the largest remainders, among equals to the earlier row first.

    Args:
        total: the number of shares to allocate: the amount, an increase, or a portion that has
            lost its holder.
        holdings: the shares of preferred stock of each holder, one a row; by 11.11 the
            Registrable Securities of each.

    Returns:
        whole shares, one row for each row of holdings.

    Raises:
        BoundsError: no holder has a share.

    Example:
        >>> allocate_pro_rata(5071913, [4000, 2500, 1000])
        [2705020, 1690638, 676255]
    """
    if not any(holdings):
        raise BoundsError("holdings must have a number above 0 in at least one row")
    return shared_out(total, holdings)


@card
def reserved_amount(stated_reserve: Shares, full_issuable_shares: Shares) -> WholeShares:
    """The shares of common stock that must be reserved for the preferred stock and the warrants.

    The stated number is a floor and never enough by itself: the reserve must also cover full
    conversion of the preferred and full exercise of the warrants, at today's prices and
    without regard to any limit on them.

    Source: Certificate of Designation, V.A
        The Company shall have authorized and reserved and keep available for issuance not less
        than 4,000,000 shares of Common Stock (such number to be subject to equitable
        adjustment for any stock splits …) … The Company shall at all times reserve and keep
        available … a sufficient number of shares of Common Stock to provide for the full
        conversion of all outstanding Preferred Stock and exercise of the Warrants

    Reading: a fraction of a share is covered only by a whole one.

    Args:
        stated_reserve: the number that the certificate states (4,000,000), adjusted for splits.
        full_issuable_shares: the shares issuable upon full conversion of all preferred stock
            and full exercise of the warrants.

    Returns:
        whole shares.

    Example:
        >>> reserved_amount(4000000, 5127450.5)
        5127451
    """
    with exact_arithmetic():
        shares_needed = max(exact(stated_reserve), exact(full_issuable_shares))
        return whole_shares_up(shares_needed)


@card
def coverage_trigger_date(
    dates: RisingDates,
    available_shares: ShareCounts,
    issuable_shares: ShareCounts,
    coverage_ratio: Multiple,
    consecutive_days: Count,
    holidays: Dates = (),
) -> Date:
    """The day on which the shares available have been too few for so many days in a row.

    It is the last day of the first such run: the Authorization Trigger Date of V.B, or the
    Registration Trigger Date. Exactly the ratio is enough. A day that is covered ends a run.
    Without holidays each row is taken for the trading day after the row before.

    Source: Certificate of Designation, V.B; Registration Rights Agreement, 3.2
        if the Reserved Amount for any three (3) consecutive trading days (the last of such
        three (3) trading days being the "AUTHORIZATION TRIGGER DATE") is less than two hundred
        percent (200%) of the number of shares of Common Stock issuable on such trading days
        upon conversion of the outstanding Preferred Stock (without giving effect to any
        limitation on conversion or exercise thereof)

    Reading: by V.B the warrants are not among the issuable shares, though the Reserved Amount
        serves them too; by 3.2 they are, for the Registrable Securities are. One purchaser's
        figures give that purchaser's trigger.

    Args:
        dates: the trading days, each later than the one before.
        available_shares: the Reserved Amount, or the shares registered, on each of those days.
        issuable_shares: the shares issuable on each of those days, at that day's Premium and
            Conversion Price and without any limit.
        coverage_ratio: how many times they must be covered (2 for 200 %, 1.75 for 175 %).
        consecutive_days: how many trading days in a row make the trigger (3).
        holidays: the days, besides Saturdays and Sundays, on which the market was closed; left
            out, holes in the series are not looked for.

    Returns:
        a date.

    Raises:
        InputError: the ranges differ in length.
        BoundsError: the dates do not rise or, with holidays given, one is no trading day.
        MissingDataError: the shares were never too few for so long or, with holidays given, a
            trading day is missing.

    Example:
        >>> days = [date(1999, 9, day) for day in (1, 2, 3, 7)]
        >>> coverage_trigger_date(days, [4e6] * 4, [1.9e6, 2.1e6, 2.2e6, 2.3e6], 2.0, 3)
        datetime.date(1999, 9, 7)
    """
    same_length("dates", dates, "available_shares", available_shares)
    same_length("dates", dates, "issuable_shares", issuable_shares)
    if holidays:
        _check_trading_days(dates, holidays)
    with exact_arithmetic():
        needed_shares = [exact(coverage_ratio) * exact(issuable) for issuable in issuable_shares]
        too_few = [
            exact(available) < needed
            for available, needed in zip(available_shares, needed_shares, strict=True)
        ]
    days_in_a_row = list(accumulate(map(int, too_few), lambda run, short: (run + 1) * short))
    if consecutive_days not in days_in_a_row:
        raise MissingDataError(
            f"available_shares was never under {coverage_ratio:g} times issuable_shares for "
            f"{consecutive_days} trading days in a row: there is no trigger date"
        )
    return dates[days_in_a_row.index(consecutive_days)]


def _check_trading_days(dates: Sequence[date], holidays: Sequence[date]) -> None:
    """No other day is in the series, and no trading day within it is missing."""
    for row, day in enumerate(dates):
        if not is_open(day, holidays):
            raise BoundsError(f"dates has {day}, a {day:%A}, which is not a trading day")
        expected = open_day_after(dates[row - 1], 1, holidays) if row else day
        if day != expected:
            raise MissingDataError(f"dates lacks {expected}, a trading day")


@card
def cap_trigger(
    holder_cap: Shares, holder_issued: Shares, holder_issuable: Shares, coverage_ratio: Multiple
) -> Condition:
    """Whether a holder's Trading Market Trigger Event exists: too little of the cap is left.

    One day is enough, and exactly the ratio is no event. It is tested for each holder alone,
    after 27 July 1999, and no more once the cap has fallen away. To cure it by redemption
    (VIII.B(iii)) another test is to be met, with the warrants in it.

    Source: Certificate of Designation, VI.B
        If at any time after July 27, 1999 the then unissued portion of any Holder's Cap Amount
        is less than two hundred percent (200%) of the number of shares of Common Stock then
        issuable upon conversion of such Holder's shares of Preferred Stock (without giving
        effect to any limitation on conversion or exercise thereof) (a "TRADING MARKET TRIGGER
        EVENT")

    Reading: the shares of the warrants are not among those issuable here, but those issued by
        their exercise have used up the cap.

    Args:
        holder_cap: the portion of the Cap Amount that is allocated to the holder, shares.
        holder_issued: the shares already issued to the holder under the cap.
        holder_issuable: the shares issuable upon conversion of the holder's preferred stock,
            without any limit.
        coverage_ratio: how many times the unissued portion must cover them (2 for 200 %).

    Returns:
        TRUE if the event exists, otherwise FALSE.

    Example:
        >>> cap_trigger(2535957, 0, 1288762, 2.0)
        True
    """
    with exact_arithmetic():
        unissued_portion = exact(holder_cap) - exact(holder_issued)
        needed_shares = exact(coverage_ratio) * exact(holder_issuable)
        return unissued_portion < needed_shares
