"""What sheets of covenants share: where a term stands, and how a deadline stands on the date."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal


def cited(deal: Deal, *names: str) -> str:
    """Where some terms of a deal stand in its own documents, each place once."""
    places: list[str] = []
    for name in names:
        if name in deal.terms:
            term = deal.terms[name]
            source = "Assumption" if term.assumption else term.source
            places += [place for place in source.split("; ") if place not in places]
    return "; ".join(places)


def state_of(done: str, deadline: str) -> str:
    """The formula that says how a deadline stands on the date of the book.

    Args:
        done: the cell with the day on which it was met; blank while it is not.
        deadline: the cell with its last day, or the formula of it.
    """
    return (
        f'IF(AND(ISNUMBER({done}),{done}<=as_of),IF({done}<={deadline},"in time",'
        f'"days late: "&({done}-{deadline})),IF(as_of>{deadline},'
        f'"days overdue: "&(as_of-{deadline}),"days left: "&({deadline}-as_of)))'
    )
