"""The ledger replayed: what is outstanding, what has been issued, each price, and why.

The ledger holds facts; nothing here is stored that follows from them. Each event is replayed in
the order of the file, and what it changes is noted with its clause. What does not fit the rest
is a fault of its line, and all faults are told at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BoundsError, DealError, Fault, FunctionError
from xlfuncs.position import adjusting, holdings, notices
from xlfuncs.position.book import Book
from xlfuncs.position.rows import ADJUSTING, adjusting_event, adjusting_rows
from xlfuncs.position.state import Change, Holding, Position, Preferred, Reading, Warrant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from xlfuncs.deal.ledger import Event, Ledger
    from xlfuncs.deal.terms import Terms

__all__ = [
    "Change",
    "Holding",
    "Position",
    "Preferred",
    "Reading",
    "Warrant",
    "adjusting_event",
    "adjusting_rows",
    "replay",
]

_TAKEN_BY: Final[Mapping[str, Callable[[Book, Event], None]]] = {
    "preferred": holdings.take_preferred,
    "warrant": holdings.take_warrant,
    "exchange": holdings.take_exchange,
    "transfer": holdings.take_transfer,
    "conversion": holdings.take_conversion,
    "exercise": holdings.take_exercise,
    "redemption": holdings.take_redemption,
    "approval": notices.take_approval,
    "abandonment": notices.take_abandonment,
    "notice": notices.take_notice,
    **dict.fromkeys(ADJUSTING, adjusting.take_adjusting),
}


def replay(
    terms: Terms,
    ledger: Ledger,
    date: dt.date,
    reading: Reading | None = None,
    start: Position | None = None,
) -> Position:
    """The position of a deal at the end of a day.

    Args:
        terms: the terms of the deal.
        ledger: its events; those after the day are left alone.
        date: the day.
        reading: how the documents are read; the defaults, or those of start, if left out.
        start: the position to which earlier events have led, from which this ledger goes on.

    Returns:
        The position; a company's notices in the ledger have been found to agree with it.

    Raises:
        DealError: with every fault, each at its file and line.
    """
    book = Book(terms, reading, start)
    faults: list[Fault] = []
    for event in ledger.events:
        if event.date > date:
            continue
        try:
            _take(book, event)
        except FunctionError as error:
            faults.append(Fault(event.file, event.line, str(error)))
    if faults:
        raise DealError(faults)
    return book.position(date)


def _take(book: Book, event: Event) -> None:
    """Take in one event; a faulty one leaves the book as it was."""
    if book.last is not None and event.date < book.last:
        raise BoundsError(f"dates must not fall: {event.date} follows {book.last}")
    take = _TAKEN_BY.get(event.kind)
    if take is None:
        book.facts.append(event)
    else:
        take(book, event)
    book.note(event)
