"""A position while events are taken in, and what every kind of event asks of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BoundsError, InputError, MissingDataError
from xlfuncs.kinds import shown
from xlfuncs.position.rows import prefix_of
from xlfuncs.position.state import COMMON_ISSUED, Change, Position, Preferred, Reading, Warrant
from xlfuncs.rounding import exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.clauses.dilution import Readings
    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.terms import Terms, Value

NOTHING: Final = Decimal(0)
_A_MILLIONTH: Final = Decimal("1e-6")


class Book:
    """What is known so far; a position is made of it at the end."""

    def __init__(self, terms: Terms, reading: Reading | None, start: Position | None) -> None:
        self.terms = terms
        self.start = start or Position(dt.date.min, reading or Reading())
        self.reading = reading or self.start.reading
        self.preferred = dict(self.start.preferred)
        self.warrants = dict(self.start.warrants)
        self.approved_on = self.start.approved_on
        self.changes = list(self.start.changes)
        self.facts = list(self.start.facts)
        self.named = dict(self.start.named)
        self.count = self.start.count
        self.last = self.start.last
        cap = terms.get("cap_amount")
        self.cap_amount = None if cap is None else _number(cap.value)

    def position(self, date: dt.date) -> Position:
        """The position at the end of a day."""
        return Position(
            date,
            self.reading,
            dict(self.preferred),
            dict(self.warrants),
            self.cap_amount,
            self.approved_on,
            tuple(self.changes),
            tuple(self.facts),
            dict(self.named),
            self.count,
            self.last,
        )

    def note(self, event: Event) -> None:
        """That an event has been taken in."""
        if event.id:
            self.named[event.id] = event
        self.count += 1
        self.last = event.date

    def change(
        self,
        event: Event,
        quantity: str,
        before: Decimal | float | None,
        after: Decimal | float | None,
        clause: str,
        *,
        instrument: str = "",
        holder: str = "",
    ) -> None:
        """Note what an event changed, if it did."""
        if before == after:
            return
        self.changes.append(
            Change(
                event.date,
                event.file,
                event.line,
                event.kind,
                instrument or event.instrument,
                holder,
                quantity,
                None if before is None else float(before),
                None if after is None else float(after),
                clause,
            )
        )

    def prefix(self, instrument: str) -> str:
        """What the names of an instrument's terms begin with; nothing for the main one."""
        return prefix_of(self.terms, instrument)

    def term(self, name: str) -> Value | None:
        """The value of a term, None if the deal has none of that name."""
        found = self.terms.get(name)
        return None if found is None else found.value

    @property
    def readings(self) -> Readings:
        """The readings of the warrants' section 4, with the least change that the terms name."""
        least = self.terms.get("minimum_adjustment")
        found = self.reading.of_warrant
        return found if least is None else found._replace(minimum_adjustment=_number(least.value))

    def needed(self, name: str) -> float:
        """The value of a term that is a number.

        Raises:
            MissingDataError: the deal has no such term.
        """
        return _number(self.terms.value(name))

    def preferred_of(self, event: Event) -> Preferred:
        """The preferred stock that an event is about.

        Raises:
            InputError: none of that name has been issued.
        """
        found = self.preferred.get(event.instrument)
        if found is None:
            raise InputError(f"no preferred stock named {shown(event.instrument)} has been issued")
        return found

    def warrant_of(self, event: Event) -> Warrant:
        """The warrant that an event is about.

        Raises:
            InputError: none of that name has been issued.
        """
        found = self.warrants.get(event.instrument)
        if found is None:
            raise InputError(f"no warrant named {shown(event.instrument)} has been issued")
        return found

    def referred(self, event: Event) -> Event:
        """The event that another one refers to.

        Raises:
            InputError: there is none of that id.
        """
        found = self.named.get(event.refers_to)
        if found is None:
            raise InputError(
                f"refers_to names {shown(event.refers_to)}, and no event before has that id"
            )
        return found

    def check_cap(self, event: Event, issued: int, *, counts: bool) -> None:
        """That shares could be issued under the cap.

        Raises:
            BoundsError: they exceed it.
        """
        if not counts and self.reading.include_agent == "no":
            return
        left = self.position(event.date).cap_available
        if isinstance(left, int) and issued > left:
            raise BoundsError(
                f"issued {shown(issued)} shares but {shown(left)} were left under the cap",
                "Certificate of Designation, IV.G(i); Warrant, 5",
            )

    def change_issued(self, event: Event, before: int, issued: int, clause: str) -> None:
        """Note common shares issued."""
        self.change(event, COMMON_ISSUED, before, before + issued, clause)


def taken_from(
    holdings: Mapping[str, Decimal], event: Event, done: str
) -> tuple[str, Decimal, dict[str, Decimal]]:
    """The holder from whom shares go, how many, and the holdings after.

    Raises:
        InputError: the holder is not said, and there are several, or has none.
        BoundsError: more shares go than there are.
    """
    if event.shares is None:
        raise MissingDataError(f"shares is blank, and {event.kind} needs it")
    shares = exact(event.shares)
    having = [holder for holder, held in holdings.items() if held]
    holder = event.holder
    if not holder and len(having) > 1:
        raise InputError(f"holder is blank, and there are {' and '.join(having)}")
    if not holder and having:
        holder = having[0]
    held = holdings.get(holder, NOTHING)
    if abs(shares - held) <= _A_MILLIONTH:  # a count that is no whole number, as somebody wrote it
        shares = held
    if shares > held:
        by = f" in the hands of {holder}" if len(having) > 1 or (having and not held) else ""
        raise BoundsError(
            f"{done} {shown(event.shares)} shares but {shown(float(held))} were outstanding{by}"
        )
    return holder, shares, {**holdings, holder: held - shares}


def added_to(holdings: Mapping[str, Decimal], holder: str, shares: Decimal) -> dict[str, Decimal]:
    """The holdings with more shares for one holder."""
    return {**holdings, holder: holdings.get(holder, NOTHING) + shares}


def _number(value: Value) -> float:
    if isinstance(value, (int, float)):
        return value
    raise InputError(f"a term must be a number here, not {shown(value)}")
