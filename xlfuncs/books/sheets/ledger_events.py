"""The events of a deal's ledger that may adjust its warrants, as the book's own ledger has them.

That ledger begins with the issuance of the warrants. Splits are entered in it like any other
event, and the market takes them from there, so that no two places can contradict each other.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.events import COLUMNS
from xlfuncs.position import adjusting_rows

if TYPE_CHECKING:
    import datetime as dt

    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.reading import Deal

_LEAST_ROWS: Final = 12
_SPARE_ROWS: Final = 6
_RATIO: Final = COLUMNS.index("new:old ratio")
_MOST_DECIMALS: Final = 12


class Split(NamedTuple):
    """So many new shares for each old one, from a day on."""

    date: dt.date
    ratio: float


def has_ledger(deal: Deal) -> bool:
    """Whether the book has an exercise price ledger."""
    return "warrant_shares" in deal.terms and "exercise_price" in deal.terms


def entered_rows(deal: Deal) -> list[list[Any]]:
    """The rows of the ledger that the deal's own ledger has, each as long as its columns."""
    rows = adjusting_rows(_since(deal))
    for row in rows:
        if row[_RATIO] is not None:
            row[_RATIO] = _ratio_cell(row[_RATIO])
    return rows


def room(deal: Deal) -> int:
    """How many rows the ledger has, filled and blank."""
    return max(_LEAST_ROWS, len(entered_rows(deal)) + _SPARE_ROWS)


def splits_before(deal: Deal) -> list[Split]:
    """The splits that the ledger of the book does not have."""
    events = deal.ledger.events
    if has_ledger(deal):
        events = events[: len(events) - len(_since(deal))]
    return [
        Split(event.date, (event.new_shares or 1) / (event.old_shares or 1))
        for event in events
        if event.kind == "split"
    ]


def _since(deal: Deal) -> tuple[Event, ...]:
    """The events from the issuance of the main warrant on."""
    events = deal.ledger.events
    price = deal.terms.value("exercise_price")
    for place, event in enumerate(events):
        if event.kind == "warrant" and event.price == price:
            return events[place + 1 :]
    return events


def _ratio_cell(words: str) -> float | str:
    """A ratio like 2:1 as a number where a short one says it exactly, otherwise as it is."""
    new, old = words.split(":")
    ratio = Fraction(new) / Fraction(old)
    number = round(float(ratio), _MOST_DECIMALS)
    return number if Fraction(str(number)) == ratio else words
