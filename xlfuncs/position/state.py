"""What is known of a deal on a day: holdings, prices, what was issued, and every change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.clauses.dilution import Readings
from xlfuncs.clauses.limits import exchange_cap_available

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from decimal import Decimal

    from xlfuncs.clauses.dilution import History
    from xlfuncs.deal.ledger import Event

FIXED_PRICE = "Fixed Conversion Price"
EXERCISE_PRICE = "Exercise Price"
CARRIED_FORWARD = "carried forward"
WARRANT_SHARES = "Warrant Shares"
PREFERRED_SHARES = "preferred shares"
COMMON_ISSUED = "common shares issued"


class Reading(NamedTuple):
    """How the documents are read where they allow two readings.

    Attributes:
        carry: how amounts under 1 % are carried forward: "additive" or "compound".
        test: what the 1 % test tests: the change "unrounded", or "rounded".
        round_splits: whether a split's price is rounded to the cent: "yes" or "no".
        adjustments_start: from when on a warrant is adjusted: "issuance" or "exercise period".
        include_agent: whether warrants other than the investor's count against the cap.
    """

    carry: str = "additive"
    test: str = "unrounded"
    round_splits: str = "yes"
    adjustments_start: str = "issuance"
    include_agent: str = "no"

    @property
    def of_warrant(self) -> Readings:
        """The readings of the warrant's section 4."""
        return Readings(self.carry, self.test, self.round_splits)


DEFAULT_READING = Reading()


class Change(NamedTuple):
    """One figure that one event changed, and the clause that says so."""

    date: dt.date
    file: str
    line: int
    kind: str
    instrument: str
    holder: str
    quantity: str
    before: float | None
    after: float | None
    clause: str


class Holding(NamedTuple):
    """What one holder has of one instrument."""

    instrument: str
    holder: str
    shares: float | None


@dataclass(frozen=True, slots=True)
class Preferred:
    """A series of preferred stock.

    Attributes:
        instrument: its name in the ledger.
        closing_date: the day of its first issuance.
        holdings: the shares outstanding of each holder.
        fixed_price: the Fixed Conversion Price, exact; None if the terms do not give it.
        common_issued: the common shares issued on its conversion.
    """

    instrument: str
    closing_date: dt.date
    holdings: Mapping[str, Decimal]
    fixed_price: Decimal | None
    common_issued: int = 0

    @property
    def fixed_conversion_price(self) -> float | None:
        """The Fixed Conversion Price, USD; None if the terms do not give it."""
        return None if self.fixed_price is None else float(self.fixed_price)

    @property
    def shares(self) -> float:
        """The shares outstanding."""
        return float(sum(self.holdings.values()))


@dataclass(frozen=True, slots=True)
class Warrant:
    """A warrant, or several on the same terms.

    Attributes:
        instrument: its name in the ledger.
        document: the document it is in the form of.
        of_investor: whether it is one of the Warrants that the cap counts.
        history: what has adjusted it; None if its Exercise Price is not stated.
        holdings: the Warrant Shares of each holder, unrounded.
        common_issued: the common shares issued on its exercise.
        lost: whether something has adjusted it that cannot be computed without its price.
    """

    instrument: str
    document: str
    of_investor: bool
    history: History | None
    holdings: Mapping[str, Decimal]
    common_issued: int = 0
    lost: bool = False

    @property
    def exercise_price(self) -> float | None:
        """The Exercise Price in effect, USD; None if it is not known."""
        return None if self.history is None else float(self.history.now.exercise_price)

    @property
    def carried_forward(self) -> float | None:
        """The amount of changes not yet made, USD a share; None if it is not known."""
        return None if self.history is None else float(self.history.now.carried_forward)

    @property
    def shares(self) -> float | None:
        """The Warrant Shares, unrounded; None if they are not known any more."""
        return None if self.lost else float(sum(self.holdings.values()))


@dataclass(frozen=True, slots=True)
class Position:
    """What is outstanding on a day, what has been issued, and why.

    Attributes:
        date: the day.
        reading: how the documents were read.
        preferred: each series of preferred stock by name, converted ones too.
        warrants: each warrant by name, exercised ones too.
        cap_amount: the Cap Amount; None if the terms have none.
        approved_on: the day of Stockholder Approval, if it was obtained.
        changes: every figure that an event changed, in order.
        facts: the events that change no figure here: defaults, announcements and the like.
        named: the events so far that have an id.
        count: how many events have been replayed.
        last: the day of the last of them.
    """

    date: dt.date
    reading: Reading = DEFAULT_READING
    preferred: Mapping[str, Preferred] = field(default_factory=dict)
    warrants: Mapping[str, Warrant] = field(default_factory=dict)
    cap_amount: float | None = None
    approved_on: dt.date | None = None
    changes: tuple[Change, ...] = ()
    facts: tuple[Event, ...] = ()
    named: Mapping[str, Event] = field(default_factory=dict)
    count: int = 0
    last: dt.date | None = None

    @property
    def issued_against_cap(self) -> int:
        """The common shares that the cap counts: conversions, and exercises of Warrants."""
        every = self.reading.include_agent == "yes"
        converted = sum(one.common_issued for one in self.preferred.values())
        exercised = sum(
            one.common_issued for one in self.warrants.values() if one.of_investor or every
        )
        return converted + exercised

    @property
    def cap_available(self) -> int | str | None:
        """The shares left under the cap, or "no limit"; None if the terms have no cap."""
        if self.cap_amount is None:
            return None
        return exchange_cap_available(
            self.cap_amount, self.issued_against_cap, self.date, self.approved_on
        )

    @property
    def holdings(self) -> tuple[Holding, ...]:
        """What each holder has of each instrument, those with nothing left out."""
        lost = {one.instrument for one in self.warrants.values() if one.lost}
        held = {one.instrument: one.holdings for one in self.preferred.values()}
        held |= {one.instrument: one.holdings for one in self.warrants.values()}
        return tuple(
            Holding(instrument, holder, None if instrument in lost else float(shares))
            for instrument, holdings in held.items()
            for holder, shares in holdings.items()
            if shares
        )

    def changes_by(self, event: Event) -> tuple[Change, ...]:
        """The changes of one event."""
        return tuple(
            one for one in self.changes if (one.file, one.line) == (event.file, event.line)
        )
