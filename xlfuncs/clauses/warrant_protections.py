"""Protections of the warrants: major transactions and distributions of assets."""

from typing import Annotated

from xlfuncs.card import card
from xlfuncs.kinds import Table
from xlfuncs.rounding import exact, exact_arithmetic
from xlfuncs.units import Money, Shares

GreaterOfTwo = Annotated[
    list[list[float | str]], Table("row", "USD, and beside it which of the two it is", "#,##0.00")
]


@card
def major_transaction_warrant(
    black_scholes_amount: Money, warrant_shares: Shares, replacement_value: Money
) -> GreaterOfTwo:
    """What the warrant gets in a merger or reclassification: cash or a replacement warrant.

    The choice is the holder's, so the value of the replacement warrant is the one the holder
    puts on it. No limit on exercise counts.

    Source: Warrant, 4(e)
        consideration, in exchange for such Warrant, equal to the greater of, as determined in
        the sole discretion of such holder: (i) a warrant to purchase (at the same aggregate
        exercise price and on the same terms and conditions as the Warrant surrendered) the
        number of shares of stock or securities or property … and (ii) cash … in an amount
        equal to the Black-Scholes Amount … times the number of shares of Common Stock for
        which this Warrant was exercisable … on the date immediately preceding the date of
        such Major Transaction

    Args:
        black_scholes_amount: the Black-Scholes Amount, USD a share.
        warrant_shares: the shares for which the warrant was exercisable on the day before the
            Major Transaction.
        replacement_value: the value of the whole replacement warrant, USD.

    Returns:
        a row of two: USD in total, unrounded, and "cash", "replacement warrant" or "either".

    Example:
        >>> major_transaction_warrant(3.0, 447761, 1_200_000.0)
        [[1343283.0, 'cash']]
    """
    with exact_arithmetic():
        cash = exact(black_scholes_amount) * exact(warrant_shares)
        replacement = exact(replacement_value)
        amount = max(cash, replacement)
    if cash == replacement:
        return [[float(amount), "either"]]
    return [[float(amount), "cash" if cash > replacement else "replacement warrant"]]


@card
def warrant_distribution(warrant_shares: Shares, distribution_per_share: Money) -> Money:
    """What an exercise of the warrant gets of an earlier distribution of assets.

    It is paid on the exercise and not before; distributions add up until then. Neither the
    Exercise Price nor the number of Warrant Shares changes.

    Source: Warrant, 4(f)
        the Holder shall be entitled upon exercise of this Warrant for the purchase of any or
        all of the shares of Common Stock subject hereto, to receive the amount of such assets
        (or rights) which would have been payable to the Holder had such Holder been the
        holder of such shares of Common Stock on the record date

    Reading: the shares are those of the record date, before any later split.

    Args:
        warrant_shares: the Warrant Shares for which the warrant is exercised, in shares as
            they were on the record date.
        distribution_per_share: what was distributed on one share of common stock, USD.

    Returns:
        USD in total, unrounded.

    Raises:
        BoundsError: the amount is too large.

    Example:
        >>> warrant_distribution(447761, 0.5)
        223880.5
    """
    with exact_arithmetic():
        amount = exact(warrant_shares) * exact(distribution_per_share)
    return float(amount)
