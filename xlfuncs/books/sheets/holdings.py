"""Who holds what on the day a book is built for: the deal's ledger replayed, or its terms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.position import replay
from xlfuncs.position.rows import prefix_of
from xlfuncs.position.state import COMMON_ISSUED, PREFERRED_SHARES, WARRANT_SHARES

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal
    from xlfuncs.position import Position, Warrant

HELD: Final = "held_outstanding"  # the name of the shares that holders have
NOT_NAMED: Final = "Holder not named"
# The kinds of events that change who holds what, and what was issued to whom.
_CHANGES: Final = (
    *("preferred", "warrant", "exchange", "transfer", "conversion", "exercise", "redemption"),
)
_DIGITS: Final = 6


class PreferredHeld(NamedTuple):
    """Shares of one series in the hands of one holder.

    Attributes:
        holder: who holds them.
        instrument: what the series is called.
        shares: how many.
        prefix: what the names of the series' terms begin with.
    """

    holder: str
    instrument: str
    shares: float
    prefix: str


class WarrantHeld(NamedTuple):
    """A warrant in the hands of one holder.

    Attributes:
        holder: who holds it.
        instrument: what it is called.
        shares: its Warrant Shares as they were before any adjustment, less those exercised.
        prefix: of the warrant with the same Exercise Price: "" or "agent_"; None if the price
            is not stated or another.
    """

    holder: str
    instrument: str
    shares: float
    prefix: str | None


class Held(NamedTuple):
    """All that is held on a day.

    Attributes:
        day: the day.
        preferred: the preferred stock of each holder, the main series first.
        warrants: the warrants, the investor's first.
        issued: the common stock issued to each holder under the cap.
        allocated: the preferred stock by which each holder has a portion of the cap: as issued
            and transferred, since a conversion moves no portion.
        options: whether the options of an offer letter have been granted.
        since: the day of the last event that changed a holding; the day itself if none has.
        until: the day of the next such event, if the ledger has it.
    """

    day: dt.date
    preferred: list[PreferredHeld]
    warrants: list[WarrantHeld]
    issued: dict[str, float]
    allocated: dict[str, float]
    options: bool
    since: dt.date
    until: dt.date | None


def held_in(deal: Deal) -> Held:
    """What is held on the as-of date, the main series first.

    Raises:
        BookError: the as-of date is none.
    """
    day = deal.terms.value("as_of")
    if not isinstance(day, dt.date):
        raise BookError("as_of must be a date")
    position = replay(deal.terms, deal.ledger, day)
    preferred = [
        PreferredHeld(holder or NOT_NAMED, name, float(shares), prefix_of(deal.terms, name))
        for name, series in position.preferred.items()
        for holder, shares in series.holdings.items()
    ]
    if not position.preferred:
        preferred = _by_terms(deal)
    warrants = [
        WarrantHeld(holder or NOT_NAMED, name, share, _prefix(deal, warrant))
        for name, warrant in position.warrants.items()
        for holder, share in _before_adjustments(warrant).items()
        if share
    ]
    if not position.warrants:
        warrants = _warrants_by_terms(deal)
    preferred.sort(key=lambda one: one.prefix != "")
    warrants.sort(key=lambda one: one.prefix != "")
    issued, allocated = _issued(position), _allocated(position)
    changes = [event.date for event in deal.ledger.of_kind(*_CHANGES)]
    since = max((date for date in changes if date <= day), default=day)
    until = min((date for date in changes if date > day), default=None)
    options = _granted(deal, day)
    return Held(day, preferred, warrants, issued, allocated, options, since, until)


def _granted(deal: Deal, day: dt.date) -> bool:
    """Whether the options of an offer letter are there on a day, and can be valued."""
    if "grant" not in deal.terms or "strike" not in deal.terms:
        return False
    start = deal.terms.get("start_date")
    return start is not None and isinstance(start.value, dt.date) and start.value <= day


def outstanding(deal: Deal, prefix: str = "") -> str:
    """The formula of the preferred shares outstanding of a series, without its equals sign.

    They are those that the sheet Capitalisation lists by holder; a book without that sheet has
    an input for its own series, and takes another series as issued.
    """
    if not prefix:
        return "preferred_outstanding"
    if "shares_outstanding" in deal.terms:
        held = held_in(deal).preferred
        if any(one.prefix == prefix for one in held):
            return f"SUM({prefix}{HELD})"
    return f"{prefix}preferred_shares"


def _by_terms(deal: Deal) -> list[PreferredHeld]:
    """Each series of the heading as its terms have it, where the ledger has none."""
    found: dict[str, PreferredHeld] = {}
    for one in deal.terms.heading.instruments:
        term = deal.terms.get(f"{one.prefix}preferred_shares")
        if term and isinstance(term.value, (int, float)):
            holder = deal.terms.heading.investor or NOT_NAMED
            held = PreferredHeld(holder, one.name, float(term.value), one.prefix)
            found.setdefault(one.prefix, held)
    return list(found.values())


def _warrants_by_terms(deal: Deal) -> list[WarrantHeld]:
    heading = deal.terms.heading
    found = []
    for prefix, holder, name in (
        ("", heading.investor, "Warrant"),
        ("agent_", heading.placement_agent, "Placement agent's warrant"),
    ):
        term = deal.terms.get(f"{prefix}warrant_shares")
        if term and isinstance(term.value, (int, float)):
            found.append(WarrantHeld(holder or NOT_NAMED, name, float(term.value), prefix))
    return found


def _prefix(deal: Deal, warrant: Warrant) -> str | None:
    if warrant.history is None:
        return None
    began = float(warrant.history.began.exercise_price)
    for prefix in ("", "agent_"):
        term = deal.terms.get(f"{prefix}exercise_price")
        if term and term.value == began:
            return prefix
    return None


def _before_adjustments(warrant: Warrant) -> dict[str, float]:
    """What each holder has, in Warrant Shares of the issuance."""
    factor = 1.0
    if warrant.history is not None:
        now, began = warrant.history.now, warrant.history.began
        factor = float(now.exercise_price) / float(began.exercise_price)
    return {
        holder: round(float(shares) * factor, _DIGITS)
        for holder, shares in warrant.holdings.items()
    }


def _allocated(position: Position) -> dict[str, float]:
    """Certificate XIV.C: what each holder was issued or sold, conversions left out."""
    found: dict[str, float] = {}
    for one in position.changes:
        if one.quantity == PREFERRED_SHARES and one.kind in {"preferred", "transfer"}:
            holder = one.holder or NOT_NAMED
            found[holder] = found.get(holder, 0.0) + (one.after or 0.0) - (one.before or 0.0)
    return found


def _issued(position: Position) -> dict[str, float]:
    """The common stock issued to each holder on conversions and exercises."""
    holders = {
        (one.file, one.line): one.holder
        for one in position.changes
        if one.quantity in {PREFERRED_SHARES, WARRANT_SHARES} and one.holder
    }
    found: dict[str, float] = {}
    for one in position.changes:
        if one.quantity == COMMON_ISSUED:
            holder = holders.get((one.file, one.line), NOT_NAMED)
            found[holder] = found.get(holder, 0.0) + (one.after or 0.0) - (one.before or 0.0)
    return found
