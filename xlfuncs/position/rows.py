"""Events of a ledger as those that may adjust a warrant, and as rows of a worksheet's range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlfuncs.events import KINDS, AdjustingEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.terms import Terms

ADJUSTING: Final = frozenset(KINDS)
_PRICED: Final = frozenset({"variable convertible", "change"})


def prefix_of(terms: Terms, instrument: str) -> str:
    """What the names of an instrument's terms begin with; nothing for the main one."""
    for one in terms.heading.instruments:
        if instrument and one.name.startswith(instrument):
            return one.prefix
    return ""


def adjusting_event(event: Event) -> AdjustingEvent:
    """An event of the ledger as the warrant's section 4 looks at it."""
    return AdjustingEvent(
        date=event.date,
        kind=event.kind,
        shares=event.shares,
        consideration=event.consideration,
        additional_consideration=event.additional_consideration,
        market_price=event.market_price,
        shares_outstanding=event.shares_outstanding,
        new_shares=event.new_shares,
        old_shares=event.old_shares,
        refers_to=event.refers_to or None,
        lowest_price=event.price if event.kind in _PRICED else None,
    )


def key_of(event: Event, place: int) -> str:
    """What an event is called in the history of a warrant; `place` is its place from 1 on."""
    return event.id or f"event {place}"


def adjusting_rows(events: Iterable[Event]) -> list[list[Any]]:
    """The rows that `anti_dilution_ledger` takes, for the events that may adjust a warrant.

    A change or an expiry of an event that is not among them is left out: it was before.
    """
    rows: list[list[Any]] = []
    places: dict[str, int] = {}
    for event in events:
        refers = event.kind in {"change", "expiry"}
        if event.kind not in ADJUSTING or (refers and event.refers_to not in places):
            continue
        one = adjusting_event(event)
        ratio = None if one.old_shares is None else f"{one.new_shares:g}:{one.old_shares:g}"
        row = places[event.refers_to] if refers else None
        rows.append([*one[:7], ratio, row, one.lowest_price])
        if event.id:
            places[event.id] = len(rows)
    return rows
