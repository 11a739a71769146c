"""What issues, splits, changed terms and expiries adjust: warrants and fixed prices."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfuncs.clauses.dilution import begun, followed, shares_after
from xlfuncs.errors import BoundsError
from xlfuncs.events import check_complete
from xlfuncs.position.rows import adjusting_event, key_of
from xlfuncs.position.state import CARRIED_FORWARD, EXERCISE_PRICE, FIXED_PRICE, WARRANT_SHARES
from xlfuncs.rounding import exact, exact_arithmetic

if TYPE_CHECKING:
    from xlfuncs.clauses.dilution import Outcome
    from xlfuncs.deal.ledger import Event
    from xlfuncs.events import AdjustingEvent
    from xlfuncs.position.book import Book
    from xlfuncs.position.state import Preferred, Warrant

_CAN_CHANGE = ("option", "convertible", "variable convertible")


def take_adjusting(book: Book, event: Event) -> None:
    """Every warrant followed through an event, and each fixed price through a split.

    Raises:
        FunctionError: the event lacks something, or leaves no possible price.
    """
    one = adjusting_event(event)
    check_complete(one)
    if one.kind in {"change", "expiry"}:
        target = book.referred(event)
        if target.kind not in _CAN_CHANGE:
            raise BoundsError(
                f"only options and convertibles change or expire, not the kind {target.kind}"
            )
    key = key_of(event, book.count + 1)
    after: list[tuple[Warrant, Warrant, Outcome | None]] = []
    for warrant in book.warrants.values():
        if _begins_later(book, warrant, event):
            continue
        after.append((warrant, *_adjusted(warrant, key, one, book)))
    split = [(series, _split(series, one)) for series in book.preferred.values()]
    for warrant, adjusted, outcome in after:
        book.warrants[warrant.instrument] = adjusted
        if outcome is not None:
            _tell(book, event, warrant, adjusted, f"{warrant.document}, {outcome.sections}")
    for series, adjusted_series in split:
        book.preferred[series.instrument] = adjusted_series
        book.change(
            event,
            FIXED_PRICE,
            series.fixed_price,
            adjusted_series.fixed_price,
            "Certificate of Designation, XI.A",
            instrument=series.instrument,
        )


def _begins_later(book: Book, warrant: Warrant, event: Event) -> bool:
    """Whether, by the reading, adjustments start only when the warrant can be exercised."""
    opens = book.term(f"{book.prefix(warrant.instrument)}opens")
    by_reading = book.reading.adjustments_start == "exercise period"
    return by_reading and isinstance(opens, dt.date) and event.date < opens


def _adjusted(
    warrant: Warrant, key: str, event: AdjustingEvent, book: Book
) -> tuple[Warrant, Outcome | None]:
    reading = book.readings
    if warrant.history is None:  # without its price nothing can be said once it is adjusted
        _, outcome = followed(begun(1e6), key, event, reading)
        touched = outcome.dilutive or outcome.factor != 1
        return replace(warrant, lost=warrant.lost or touched), None
    history, outcome = followed(warrant.history, key, event, reading)
    holdings = {name: shares_after(held, outcome) for name, held in warrant.holdings.items()}
    return replace(warrant, history=history, holdings=holdings), outcome


def _tell(book: Book, event: Event, before: Warrant, after: Warrant, clause: str) -> None:
    for quantity, old, new in (
        (EXERCISE_PRICE, before.exercise_price, after.exercise_price),
        (CARRIED_FORWARD, before.carried_forward, after.carried_forward),
        (WARRANT_SHARES, before.shares, after.shares),
    ):
        book.change(event, quantity, old, new, clause, instrument=before.instrument)


def _split(series: Preferred, event: AdjustingEvent) -> Preferred:
    if event.kind != "split" or series.fixed_price is None:
        return series
    with exact_arithmetic():
        new, old = exact(event.new_shares or 1), exact(event.old_shares or 1)
        return replace(series, fixed_price=series.fixed_price * old / new)
