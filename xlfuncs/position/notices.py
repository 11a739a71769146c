"""What is told and not done: approval, abandonment, and notices held to the replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BoundsError, InputError, MissingDataError
from xlfuncs.kinds import shown
from xlfuncs.position.state import EXERCISE_PRICE, FIXED_PRICE

if TYPE_CHECKING:
    from xlfuncs.deal.ledger import Event
    from xlfuncs.position.book import Book

_FOUR_DECIMALS: Final = 0.00005


def take_approval(book: Book, event: Event) -> None:
    """Stockholder Approval: from its day on there is no cap."""
    book.facts.append(event)
    if book.approved_on is None:
        book.approved_on = event.date


def take_abandonment(book: Book, event: Event) -> None:
    """An announcement abandoned.

    Raises:
        InputError: what it refers to is no announcement.
    """
    target = book.referred(event)
    if target.kind != "announcement":
        raise InputError(f"refers_to names the kind {target.kind}, not an announcement")
    book.facts.append(event)


def take_notice(book: Book, event: Event) -> None:
    """The company's notice of a price and, if it tells it, of a share count.

    A price agrees to four decimals, as the documents state them; a count to less than a share.

    Raises:
        BoundsError: it does not agree.
    """
    if event.price is None:
        raise MissingDataError("price is blank, and notice needs it")
    if event.instrument in book.warrants:
        warrant = book.warrants[event.instrument]
        name, price, clause = EXERCISE_PRICE, warrant.exercise_price, f"{warrant.document}, 4(g)"
        shares = warrant.shares
    elif event.instrument in book.preferred:
        series = book.preferred[event.instrument]
        name, price = FIXED_PRICE, series.fixed_conversion_price
        clause = "Certificate of Designation, XI.H"
        shares = series.shares
    else:
        raise InputError(f"nothing named {shown(event.instrument)} has been issued")
    if price is None:
        raise MissingDataError(f"the {name} of {event.instrument} is not stated to compare with")
    if abs(event.price - price) > _FOUR_DECIMALS:
        raise BoundsError(
            f"the company's notice has the {name} {shown(event.price)}, the replay {shown(price)}",
            clause,
        )
    if event.shares is not None and (shares is None or abs(event.shares - shares) >= 1):
        now = "cannot tell them" if shares is None else f"has {shown(shares)}"
        raise BoundsError(
            f"the company's notice has {shown(event.shares)} shares, the replay {now}", clause
        )
    book.facts.append(event)
