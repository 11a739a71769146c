"""The events that may adjust a warrant, as a row of cells or a row of a ledger tells them.

A row has what its kind cannot do without; what the kind does not need is left alone. The law
of these events is in `xlfuncs.clauses.anti_dilution`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from xlfuncs.errors import BoundsError, CellError, ErrorValue, FunctionError, InputError
from xlfuncs.errors import MissingDataError as Missing
from xlfuncs.kinds import Choice, Day, Number, shown
from xlfuncs.ranges import Block
from xlfuncs.units import Count, Money, Price, Shares, SharesOutstanding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

KINDS: Final = (
    "issue", "option", "convertible", "variable convertible", "exempt", "split", "change", "expiry",
)  # fmt: skip
COLUMNS: Final = (
    "date", "kind", "shares", "consideration", "additional consideration", "market price",
    "shares outstanding before", "new:old ratio", "row it changes or expires",
    "lowest price a share",
)  # fmt: skip
BLOCK: Final = Block("a range of events, one a row, the oldest first", COLUMNS, dates=("date",))

_DAY: Final = Day()
_KIND: Final = Choice("kind", "the kind of event", KINDS)
_RATIO: Final = Number("ratio", "new shares for each old share", 0.0, 1e6, "0.######", above=True)
_NUMBERS: Final[Mapping[str, Number]] = {
    "shares": get_args(Shares)[1],
    "consideration": get_args(Money)[1],
    "additional consideration": get_args(Money)[1],
    "market price": get_args(Price)[1],
    "shares outstanding before": get_args(SharesOutstanding)[1],
    "row it changes or expires": get_args(Count)[1],
    "lowest price a share": get_args(Price)[1],
}
_MARKET: Final = ("market price", "shares outstanding before")
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "issue": ("shares", "consideration", *_MARKET),
    "option": ("shares", "consideration", "additional consideration", *_MARKET),
    "convertible": ("shares", "consideration", *_MARKET),
    "variable convertible": ("consideration", *_MARKET),
    "exempt": (),
    "split": ("new:old ratio",),
    "change": ("row it changes or expires",),
    "expiry": ("row it changes or expires",),
}
_REFUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "issue": ("additional consideration", *COLUMNS[7:]),
    "option": COLUMNS[7:],
    "convertible": COLUMNS[7:],
    "variable convertible": COLUMNS[7:9],
    "exempt": (),
    "split": (*COLUMNS[3:5], *COLUMNS[8:]),
    "change": ("consideration", "new:old ratio"),
    "expiry": (*COLUMNS[3:5], "new:old ratio", "lowest price a share"),
}

# A ratio typed as 2:1 is taken by a spreadsheet for a time of day, 121/1440 of a day.
_RATIO_IN_WORDS: Final = re.compile(r"\s*(\d{1,6})\s*:\s*(\d{1,6})\s*", re.ASCII)
_MINUTES: Final = 1440
_FIRST_RATIO: Final = 61  # 1:1
_OLDEST_SHARES: Final = 40  # no combination is of more shares than these in odd parts


class AdjustingEvent(NamedTuple):
    """One event; None where the row does not say.

    Attributes:
        date: the day of the event.
        kind: one of KINDS.
        shares: the shares issued, deemed issued or expired.
        consideration: what the company received, USD in all.
        additional_consideration: what it is still to receive, USD in all.
        market_price: the Market Price on the day, USD.
        shares_outstanding: common shares outstanding immediately before.
        new_shares: of a split, so many new shares for the old ones.
        old_shares: of a split, so many old shares.
        refers_to: the key of the event that this one changes or ends.
        lowest_price: of a variable rate convertible, the price a share that is deemed, USD.
    """

    date: dt.date
    kind: str
    shares: float | None = None
    consideration: float | None = None
    additional_consideration: float | None = None
    market_price: float | None = None
    shares_outstanding: float | None = None
    new_shares: float | None = None
    old_shares: float | None = None
    refers_to: int | str | None = None
    lowest_price: float | None = None


def check_complete(event: AdjustingEvent) -> None:
    """That an event has what its kind needs, and nothing that its kind has no place for.

    Raises:
        MissingDataError: a cell is blank that the clause needs.
        BoundsError: a cell is filled that would be passed over, or that says a thing twice.
    """
    filled = dict(zip(COLUMNS, _cells_of(event), strict=True))
    one = f"{'an' if event.kind[0] in 'aeio' else 'a'} {event.kind}"
    for name in _NEEDS[event.kind]:
        if filled[name] is None:
            raise Missing(f"{name} is blank, and {one} needs it")
    for name in _REFUSES[event.kind]:
        if filled[name]:
            raise BoundsError(f"{name} must be blank: {one} has none")
    if event.kind == "variable convertible":
        if event.shares is None and event.lowest_price is None:
            raise Missing(
                "shares and lowest price a share are both blank, and a variable convertible "
                "needs one of them"
            )
        if event.shares is not None and event.lowest_price is not None:
            raise BoundsError("give shares or the lowest price a share, not both")


def _cells_of(event: AdjustingEvent) -> tuple[object, ...]:
    ratio = None if event.old_shares is None else event.new_shares
    return (*event[:7], ratio, event.refers_to, event.lowest_price)


def events_from(rows: Sequence[Sequence[Any]], argument: str) -> tuple[AdjustingEvent, ...]:
    """The events of a range, each row checked, its errors naming the row.

    Raises:
        FunctionError: the first fault, from the top.
    """
    found: list[AdjustingEvent] = []
    for number, row in enumerate(rows, 1):
        place = f"{argument} row {number}"
        for name, cell in zip(COLUMNS, row, strict=True):
            if isinstance(cell, ErrorValue):
                raise CellError(cell, f"{place} {name}")
        try:
            event = _event(row)
            check_complete(event)
            _check_order(event, found)
        except FunctionError as error:
            raise type(error)(f"{place}: {error.sentence}") from None
        found.append(event)
    return tuple(found)


def _event(row: Sequence[Any]) -> AdjustingEvent:
    cells = dict(zip(COLUMNS, row, strict=True))
    for name in ("date", "kind"):
        if cells[name] is None:
            raise Missing(f"{name} is blank")
    kind = _KIND.check(cells["kind"], "kind")
    numbers = {
        name: None if cells[name] is None else unit.check(cells[name], name)
        for name, unit in _NUMBERS.items()
    }
    ratio = cells["new:old ratio"]
    new_shares, old_shares = (None, None) if ratio is None else _ratio(ratio)
    refers_to = numbers["row it changes or expires"]
    return AdjustingEvent(
        date=_DAY.check(cells["date"], "date"),
        kind=kind,
        shares=numbers["shares"],
        consideration=numbers["consideration"],
        additional_consideration=numbers["additional consideration"],
        market_price=numbers["market price"],
        shares_outstanding=numbers["shares outstanding before"],
        new_shares=new_shares,
        old_shares=old_shares,
        refers_to=None if refers_to is None else int(refers_to),
        lowest_price=numbers["lowest price a share"],
    )


def _check_order(event: AdjustingEvent, before: Sequence[AdjustingEvent]) -> None:
    if before and event.date < before[-1].date:
        raise BoundsError(
            f"dates must not fall from row to row: {event.date} follows {before[-1].date}"
        )
    row = event.refers_to if event.kind in {"change", "expiry"} else None
    if isinstance(row, int) and row > len(before):
        raise BoundsError(f"row it changes or expires must be a row above, not {row}")


def _ratio(cell: object) -> tuple[float, float]:
    """New and old shares of a split, from the text 2:1 or the number of new for each old share."""
    if isinstance(cell, str):
        match = _RATIO_IN_WORDS.fullmatch(cell)
        new, old = (int(match[1]), int(match[2])) if match else (0, 0)
        if not (new and old):
            raise InputError(
                f"new:old ratio must be a number or a text like 2:1, not {shown(cell)}"
            )
        return new, old
    number = _RATIO.check(cell, "new:old ratio")
    minutes = Fraction(number * _MINUTES).limit_denominator(1_000_000)
    odd = (minutes / _MINUTES).denominator > _OLDEST_SHARES
    if minutes.denominator == 1 and minutes >= _FIRST_RATIO and minutes % 60 and odd:
        hours, rest = divmod(int(minutes), 60)
        raise BoundsError(
            f"new:old ratio {number:g} is the time of day {hours}:{rest:02}: write {hours}:{rest} "
            f"as text or the new shares for each old share as a number"
        )
    return number, 1
