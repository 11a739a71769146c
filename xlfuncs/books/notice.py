"""The company's notices of an adjustment, from the ledger.

The warrant's 4(g) asks for a notice "setting forth in reasonable detail the method of
calculation and the facts upon which such calculation is based", the certificate's XI.H for a
certificate "showing in detail the facts". Both are what the replay and the explanations of the
functions say; nothing is computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books.certificate import Series, certificate_of
from xlfuncs.books.notice_parts import Line, Notice, Section, facts_of, method_of, moved
from xlfuncs.clauses.anti_dilution import anti_dilution_ledger
from xlfuncs.deal.ledger import Ledger
from xlfuncs.errors import BookError, DealError, Fault
from xlfuncs.explanation import Explanation, explain_call
from xlfuncs.position import Position, Warrant, adjusting_rows, replay
from xlfuncs.position.rows import ADJUSTING, key_of
from xlfuncs.position.state import CARRIED_FORWARD, EXERCISE_PRICE, FIXED_PRICE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from xlfuncs.clauses.dilution import History
    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.reading import Deal
    from xlfuncs.position import Reading

_REPLAYED: Final = frozenset({"change", "expiry"})
_ADJUSTED: Final = frozenset({EXERCISE_PRICE, CARRIED_FORWARD, FIXED_PRICE})
_CERTIFIED: Final = (
    "The calculation above is certified by the chief financial officer of the Company: "
    "____________________  Date: ____________"
)


def notice(
    deal: Deal, as_of: dt.date | None = None, event_id: str = "", reading: Reading | None = None
) -> tuple[Notice, ...]:
    """The notices of an event to the holders of each warrant, and the preferred's certificate.

    Args:
        deal: the deal.
        as_of: the day of the certificate, and the last day that is looked at; the day of the
            event, or of the last event of the ledger, if left out.
        event_id: the id of the event; if left out, the last one that adjusted or carried
            anything. Without one, or of a kind that adjusts no warrant, there are certificates
            alone.
        reading: how the documents are read; the defaults if left out.

    Raises:
        DealError: the ledger has faults, or no such event on or before the day.
        BookError: the calculation cannot be told, or does not agree with the replay.
    """
    events = deal.ledger.events
    known = {event.id: event for event in events if event.id}
    if event_id and event_id not in known:
        raise DealError([Fault(deal.ledger.file, 0, f"there is no event with the id {event_id!r}")])
    if not events:
        raise DealError([Fault(deal.ledger.file, 0, "there are no events")])
    chosen = known.get(event_id)
    day = as_of or (events[-1].date if chosen is None else chosen.date)
    if chosen is not None and chosen.date > day:
        what = f"event {event_id!r} is of {chosen.date}, after {day}"
        raise DealError([Fault(deal.ledger.file, chosen.line, what)])
    position = replay(deal.terms, deal.ledger, day, reading)
    event = chosen or _last_adjusting(position, events)
    if event is None:
        series = [Series(one, one, one) for one in position.preferred.values()]
        return tuple(certificate_of(deal, one, None, position) for one in series if one.now.shares)
    before = replay(
        deal.terms, Ledger(events[: events.index(event)], deal.ledger.file), day, reading
    )
    after = replay(deal.terms, Ledger((event,), deal.ledger.file), day, start=before)
    found: list[Notice] = []
    followed = before.warrants.values() if event.kind in ADJUSTING else ()
    for warrant in sorted(followed, key=lambda one: one.history is None):
        now = after.warrants[warrant.instrument]
        if any(warrant.holdings.values()) and (chosen is not None or _is_moved(warrant, now)):
            found.append(_of_warrant(deal, warrant, now, event, after.reading))
    for name, series_now in position.preferred.items():
        if series_now.shares and name in after.preferred:
            one = Series(before.preferred.get(name), after.preferred[name], series_now)
            found.append(certificate_of(deal, one, event, position))
    return tuple(found)


def _last_adjusting(position: Position, events: tuple[Event, ...]) -> Event | None:
    """The last event that changed a price, or an amount carried forward."""
    for event in reversed(events):
        if event.kind in ADJUSTING and event.date <= position.date:
            changed = {change.quantity for change in position.changes_by(event)}
            if changed & _ADJUSTED:
                return event
    return None


def _is_moved(before: Warrant, after: Warrant) -> bool:
    return (before.exercise_price, before.carried_forward, before.lost) != (
        after.exercise_price,
        after.carried_forward,
        after.lost,
    )


def _of_warrant(
    deal: Deal, before: Warrant, after: Warrant, event: Event, reading: Reading
) -> Notice:
    holders = ", ".join(holder for holder, held in before.holdings.items() if held)
    heading = Section(
        "Notice",
        (
            Line("company", deal.terms.heading.company),
            Line("holders", holders),
            Line("date of the event", event.date),
        ),
    )
    sections = [heading, facts_of(event), *_calculated(deal, before, after, event, reading)]
    clause = f"{before.document}, 4(g)"
    return Notice("Notice of adjustment", clause, before.instrument, tuple(sections))


def _calculated(
    deal: Deal, before: Warrant, after: Warrant, event: Event, reading: Reading
) -> list[Section]:
    """The result and the method, or why there is none."""
    text = ""
    if before.history is None:
        text = "Its Exercise Price is not stated in the ledger, so nothing can be computed."
    elif event.kind in _REPLAYED and event.refers_to not in before.history.adjusting:
        text = "Nothing to adjust: what the event changes was before this warrant."
    if text:
        return [Section("Result", (Line("", None, text),))]
    told = _told(deal, before, event, reading)
    if told.error is not None:
        raise BookError(f"{before.instrument}: {told.error}")
    row = told.result[-1] if isinstance(told.result, list) else None
    if row is None or row[5] != after.exercise_price:
        raise BookError(f"the calculation of {before.instrument} does not agree with the replay")
    by = str(row[7]).replace("Warrant", before.document, 1)
    lines = (
        *moved("Exercise Price", before.exercise_price, after.exercise_price, by),
        *moved("Warrant Shares", before.shares, after.shares),
        *moved("amount carried forward", before.carried_forward, after.carried_forward),
    )
    if before.exercise_price == after.exercise_price:
        carried = before.carried_forward != after.carried_forward
        text = "Less than 1 % in all: carried forward (4(h))." if carried else "Nothing to adjust."
        lines = (Line("", None, text), *lines)
    certified = Section("Certification", (Line("", None, _CERTIFIED),))
    return [Section("Result", lines), method_of(told), certified]


def _told(deal: Deal, before: Warrant, event: Event, reading: Reading) -> Explanation:
    """The calculation retold: of the event alone, or from the start where the clause says so."""
    readings = [reading.carry, reading.test, reading.round_splits]
    term = deal.terms.get("minimum_adjustment")
    least = [] if term is None else [term.value]
    if before.history is None or before.shares is None:  # said above
        raise BookError(f"the Exercise Price of {before.instrument} is not stated")
    if event.kind not in _REPLAYED:
        start = [before.exercise_price, before.shares, adjusting_rows([event])]
        return explain_call(
            anti_dilution_ledger, [*start, *readings, before.carried_forward, *least]
        )
    began = before.history.began
    aggregate = before.shares * float(before.history.now.exercise_price)
    shares = aggregate / float(began.exercise_price)
    rows = adjusting_rows([*_in_history(before.history, deal.ledger.events, event), event])
    start = [float(began.exercise_price), shares, rows]
    carried = float(began.carried_forward)
    return explain_call(anti_dilution_ledger, [*start, *readings, carried, *least])


def _in_history(history: History, events: Iterable[Event], last: Event) -> Iterable[Event]:
    """The events that made a history, up to one."""
    for place, event in enumerate(events, 1):
        if event is last:
            return
        if event.refers_to in history.adjusting or key_of(event, place) in history.adjusting:
            yield event
