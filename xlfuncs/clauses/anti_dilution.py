"""The anti-dilution ledger of a warrant: each event, what it adjusts, and by which clause."""

from collections.abc import Sequence
from typing import Annotated, Any

from xlfuncs.card import card
from xlfuncs.clauses.adjustments import Carry, RoundSplits, Test
from xlfuncs.clauses.dilution import History, Readings, begun, followed, shares_after
from xlfuncs.errors import BoundsError, FunctionError, MissingDataError
from xlfuncs.events import BLOCK, AdjustingEvent, events_from
from xlfuncs.kinds import Number, Table
from xlfuncs.rounding import exact
from xlfuncs.units import Fraction, Price, Shares

Events = Annotated[Sequence[Sequence[Any]], BLOCK]
CarriedForward = Annotated[
    float, Number("money", "an amount in USD a share", -1e9, 1e9, "#,##0.0000")
]
LedgerTable = Annotated[
    list[list[Any]],
    Table(
        "table",
        "date, kind, dilutive?, factor, carried forward, exercise price, warrant shares, clause",
    ),
]


@card
def anti_dilution_ledger(
    exercise_price: Price,
    warrant_shares: Shares,
    events: Events,
    carry: Carry = "additive",
    test: Test = "unrounded",
    round_splits: RoundSplits = "yes",
    carried_forward: CarriedForward = 0.0,
    minimum_adjustment: Fraction = 0.01,
) -> LedgerTable:
    """A warrant's Exercise Price and share count event by event, and the clause behind each.

    A row of events has ten columns, the last ones blank where the kind does not need them:
    date; kind (issue, option, convertible, variable convertible, exempt, split, change,
    expiry); shares, for options and convertibles all that they can give; consideration
    received, USD in all; additional consideration, the least still to be paid on exercise or
    conversion, USD in all; Market Price; shares outstanding immediately before; the ratio of a
    split, as new shares for each old one or as a text like 2:1; the row, counted from the top
    of events, that a change or an expiry is about; and for a variable convertible whose shares
    are blank the price a share that variable_rate_issue_price gives.

    A change has the shares, the additional consideration or the price of the whole grant as if
    they had been so from the start. An expiry has the shares that expired without having been
    issued; blank says that none of the grant was exercised, so that all of it, less what
    expired before, is gone. What was issued keeps its price a share. Both are followed from the
    start, so that the price may rise and the count fall; they change what the rows from theirs
    on show, and no row above. Their shares and prices are those of their own date, after the
    splits up to it.

    Source: Warrant, 4(a); Warrant, 4(b); Warrant, 4(c); Warrant, 4(d); Warrant, 4(h)
        if and whenever after the initial issuance of this Warrant, the Company issues or
        sells, or in accordance with Section 4(b) hereof is deemed to have issued or sold, any
        shares of Common Stock for no consideration or for a consideration per share less than
        the Market Price … readjusted to the Exercise Price which would have been in effect at
        such time had such Options or Convertible Securities still outstanding provided for
        such changed additional consideration or changed conversion rate … never been issued …
        any such lesser adjustment shall be carried forward and shall be made at the time and
        together with the next subsequent adjustment

    Reading: the 1 % test is on the unrounded change against the price in effect, carried
        amounts add, and the cent is rounded last. A split is an adjustment like another: what
        is carried is made with it, scaled by it, and a split of less than 1 % is itself carried.
        A readjustment for changed terms or an expiry is made whatever its size. All starts at
        issuance, not at the Exercise Period.

    Args:
        exercise_price: the Exercise Price before the first event, USD.
        warrant_shares: the Warrant Shares before the first event.
        events: the events, one a row, the oldest first, without headings.
        carry: "additive" (if left out): the carried amount adds to the next change; "compound":
            the next change is computed on the price less the carried amount.
        test: "unrounded" (if left out): the 1 % test is on the exact change; "rounded": on the
            change to the price rounded to the cent.
        round_splits: "yes" (if left out): a split's price is rounded to the cent too; "no": it
            stays as it is.
        carried_forward: the amount of changes not yet made before the first event, USD a share;
            0 if left out.
        minimum_adjustment: the least change that is made, as a fraction of the price in effect;
            0.01 if left out.

    Returns:
        a row for each event: date, kind, whether it is a Dilutive Issuance (of a change or an
        expiry: whether what it leaves is one), the factor by which it alone changes the price
        before rounding and test, and after it the amount carried forward, the Exercise Price,
        the Warrant Shares, unrounded, and the clause.

    Raises:
        InputError: a cell is of the wrong kind; the row is named.
        BoundsError: a cell is outside its bounds, dates fall, or a price is not possible.
        MissingDataError: events is empty, or a row lacks what its kind needs.

    Example:
        >>> anti_dilution_ledger(6.0, 1000, [[date(1999, 8, 2), "split", *[None] * 5, "2:1"]])
        [[datetime.date(1999, 8, 2), 'split', False, 0.5, 0.0, 3.0, 2000.0, 'Warrant, 4(c); 4(d)']]
    """
    if not events:
        raise MissingDataError("events is empty: it needs a row for each event")
    if abs(carried_forward) >= exercise_price:
        raise BoundsError(
            f"carried_forward {carried_forward:g} must be below exercise_price {exercise_price:g}"
        )
    return ledger_rows(
        begun(exercise_price, carried_forward),
        warrant_shares,
        events_from(events, "events"),
        Readings(carry, test, round_splits, minimum_adjustment),
    )


def ledger_rows(
    history: History,
    warrant_shares: float,
    events: Sequence[AdjustingEvent],
    readings: Readings,
) -> list[list[Any]]:
    """A row for each event: what it was, what it did, what is in effect after it, the clause.

    Raises:
        FunctionError: the first fault, naming the row.
    """
    shares = exact(warrant_shares)
    rows: list[list[Any]] = []
    for number, event in enumerate(events, 1):
        try:
            history, outcome = followed(history, number, event, readings)
            shares = shares_after(shares, outcome)
        except FunctionError as error:
            raise type(error)(f"events row {number}: {error.sentence}") from None
        rows.append(
            [
                event.date,
                event.kind,
                outcome.dilutive,
                float(outcome.factor),
                float(outcome.after.carried_forward),
                float(outcome.after.exercise_price),
                float(shares),
                f"Warrant, {outcome.sections}",
            ]
        )
    return rows
