"""The ledger of a deal: dated facts, one a row; what is outstanding is replayed from them.

The file may leave out columns that it does not use, so that a column added here later leaves
older files as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from xlfuncs.deal.files import Faults, Row, raise_faults, read_table
from xlfuncs.kinds import Number, shown
from xlfuncs.units import Count, Money, Price, Shares, SharesOutstanding, WholeShares

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

LEDGER_FILE: Final = "ledger.csv"


class Kind(NamedTuple):
    """A kind of event: what it records, and the columns that it cannot do without."""

    meaning: str
    needs: tuple[str, ...] = ()


KINDS: Final[Mapping[str, Kind]] = {
    # the deal itself
    "preferred": Kind("preferred stock issued", ("instrument", "shares", "consideration")),
    "warrant": Kind("a warrant issued", ("instrument", "shares")),
    "exchange": Kind("a warrant issued for the one in refers_to", ("shares", "refers_to")),
    "transfer": Kind(
        "a holding passed to another holder", ("instrument", "holder", "transferee", "shares")
    ),
    "registration": Kind("a registration statement effective", ("instrument",)),
    "approval": Kind("stockholder approval obtained"),
    # issues by the company (Investor Warrant, 4)
    "issue": Kind("common stock issued", ("shares", "consideration")),
    "option": Kind("options or rights granted", ("shares", "consideration")),
    "convertible": Kind("convertible securities issued", ("shares", "consideration")),
    "variable convertible": Kind("convertibles at a floating price issued", ("consideration",)),
    "exempt": Kind("an issue that adjusts nothing", ("shares",)),
    "split": Kind("a split, stock dividend or combination", ("new_shares", "old_shares")),
    "change": Kind("changed terms of the issue in refers_to", ("refers_to",)),
    "expiry": Kind(
        "shares of refers_to expired unissued; blank: none was exercised",
        ("refers_to",),
    ),
    "distribution": Kind("assets distributed to the common", ("consideration",)),
    # what holders do
    "conversion": Kind("preferred stock converted", ("instrument", "shares")),
    "exercise": Kind("a warrant exercised", ("instrument", "shares")),
    "redemption": Kind("preferred stock redeemed", ("instrument", "shares", "consideration")),
    # notices
    "default": Kind("notice of a conversion default or a Redemption Event", ("instrument",)),
    "announcement": Kind("a merger, asset sale or tender offer announced"),
    "abandonment": Kind("the announcement in refers_to abandoned", ("refers_to",)),
    "notice": Kind("the company's notice of a price: an assertion", ("instrument", "price")),
}

_UNITS: Final[Mapping[str, Number]] = {
    "shares": get_args(Shares)[1],
    "consideration": get_args(Money)[1],
    "additional_consideration": get_args(Money)[1],
    "market_price": get_args(Price)[1],
    "shares_outstanding": get_args(SharesOutstanding)[1],
    "new_shares": get_args(Count)[1],
    "old_shares": get_args(Count)[1],
    "price": get_args(Price)[1],
    "shares_issued": get_args(WholeShares)[1],
}
_TEXTS: Final = ("instrument", "holder", "transferee", "refers_to", "note")
COLUMNS: Final = ("id", "date", "kind", "source", *_TEXTS, *_UNITS)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact; None or an empty text where the ledger does not say.

    Attributes:
        date: the day of the event.
        kind: one of KINDS.
        source: the document that tells it.
        id: a name by which later events refer to this one.
        instrument: what is issued, converted, exercised, noticed.
        holder: who holds it.
        transferee: who holds it after a transfer.
        shares: how many of it: for options and convertibles the common shares they can become.
        consideration: what the company received in all, in USD, before expenses.
        additional_consideration: what it is still to receive on exercise or conversion.
        market_price: the Market Price on the day.
        shares_outstanding: common shares outstanding immediately before.
        new_shares: of a split, so many new shares for the old.
        old_shares: of a split, so many old shares.
        price: a price a share: of a conversion the Conversion Price, of a floating convertible
            the lowest one deemed, of a notice the one asserted.
        shares_issued: the common shares issued on a conversion or an exercise.
        refers_to: the id of the event that this one changes, ends or replaces.
        note: whatever else a reader should know.
        file: the name of the file.
        line: the line in the file.
    """

    date: dt.date
    kind: str
    source: str
    id: str = ""
    instrument: str = ""
    holder: str = ""
    transferee: str = ""
    shares: float | None = None
    consideration: float | None = None
    additional_consideration: float | None = None
    market_price: float | None = None
    shares_outstanding: float | None = None
    new_shares: float | None = None
    old_shares: float | None = None
    price: float | None = None
    shares_issued: float | None = None
    refers_to: str = ""
    note: str = ""
    file: str = LEDGER_FILE
    line: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The events of a deal in the order of their dates."""

    events: tuple[Event, ...] = ()
    file: str = LEDGER_FILE

    def __len__(self) -> int:
        return len(self.events)

    def of_kind(self, *kinds: str) -> tuple[Event, ...]:
        """The events of these kinds."""
        return tuple(event for event in self.events if event.kind in kinds)


def read_ledger(path: Path) -> Ledger:
    """The events of a CSV file with the columns date, kind, source and any others of COLUMNS.

    Raises:
        DealError: with every fault of the file.
    """
    faults = Faults(path)
    ledger = ledger_from(path, faults)
    raise_faults(faults)
    return ledger


def ledger_from(path: Path, faults: Faults) -> Ledger:
    """The events of a file, with its faults noted; a row without a date is left out."""
    table = read_table(path, ("date", "kind", "source"), faults, known=COLUMNS)
    lines_of_ids: dict[str, int] = {}
    events: list[Event] = []
    for row in table.rows if table else ():
        _check_references(row, lines_of_ids)
        event = _event(row, path.name)
        if event and events and event.date < events[-1].date:
            row.fault(
                f"dates must not fall from row to row: {event.date} follows {events[-1].date}"
            )
        if event:
            events.append(event)
    return Ledger(tuple(events), path.name)


def _event(row: Row, file: str) -> Event | None:
    date = row.date("date")
    kind = row.text("kind").lower()
    if kind not in KINDS:
        row.fault(f"kind must be one of {', '.join(KINDS)}, not {shown(kind or None)}")
    else:
        for name in KINDS[kind].needs:
            if not row.text(name):
                row.fault(f"{name} is blank, and {kind} ({KINDS[kind].meaning}) needs it")
    if not row.text("source"):
        row.fault("source is blank: a fact needs a document that tells it")
    numbers = {name: row.number(name, _UNITS[name]) for name in _UNITS if row.text(name)}
    if date is None:
        return None
    return Event(
        date=date,
        kind=kind,
        source=row.text("source"),
        id=row.text("id"),
        instrument=row.text("instrument"),
        holder=row.text("holder"),
        transferee=row.text("transferee"),
        refers_to=row.text("refers_to"),
        note=row.text("note"),
        file=file,
        line=row.line,
        shares=numbers.get("shares"),
        consideration=numbers.get("consideration"),
        additional_consideration=numbers.get("additional_consideration"),
        market_price=numbers.get("market_price"),
        shares_outstanding=numbers.get("shares_outstanding"),
        new_shares=numbers.get("new_shares"),
        old_shares=numbers.get("old_shares"),
        price=numbers.get("price"),
        shares_issued=numbers.get("shares_issued"),
    )


def _check_references(row: Row, lines_of_ids: dict[str, int]) -> None:
    target, name = row.text("refers_to"), row.text("id")
    if target and target not in lines_of_ids:
        row.fault(f"refers_to names {shown(target)}, and no row above has that id")
    if name in lines_of_ids:
        row.fault(f"id {shown(name)} stands twice, here and in line {lines_of_ids[name]}")
    elif name:
        lines_of_ids[name] = row.line
