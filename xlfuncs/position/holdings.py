"""What holders get and give: issues of the deal, transfers, conversions, exercises, redemptions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfuncs.clauses.conversion import accreted_premium, conversion_shares
from xlfuncs.clauses.dilution import begun
from xlfuncs.clauses.warrants import cashless_exercise_shares
from xlfuncs.errors import BoundsError, InputError, MissingDataError
from xlfuncs.kinds import shown
from xlfuncs.position.book import added_to, taken_from
from xlfuncs.position.state import PREFERRED_SHARES, WARRANT_SHARES, Preferred, Warrant
from xlfuncs.rounding import exact, exact_arithmetic, fraction_of_a_share

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from xlfuncs.deal.ledger import Event
    from xlfuncs.position.book import Book

_HALF_A_CENT = 0.005


def take_preferred(book: Book, event: Event) -> None:
    """Preferred stock issued."""
    if event.instrument in book.warrants:
        raise InputError(f"{shown(event.instrument)} is a warrant of this ledger")
    shares = _whole(event)
    before = book.preferred.get(event.instrument)
    if before is None:
        stated = book.term(f"{book.prefix(event.instrument)}stated_price")
        price = exact(stated) if isinstance(stated, (int, float)) else None
        before = Preferred(event.instrument, event.date, {}, price)
    after = replace(before, holdings=added_to(before.holdings, event.holder, shares))
    book.preferred[event.instrument] = after
    _tell(book, event, PREFERRED_SHARES, before.holdings, after.holdings, event.source)


def take_warrant(book: Book, event: Event) -> None:
    """A warrant issued, at the Exercise Price of its row if that is known."""
    _check_new(book, event)
    investor = book.terms.heading.investor
    of_investor = bool(event.holder) and event.holder == investor
    book.warrants[event.instrument] = after = Warrant(
        event.instrument,
        "Warrant" if of_investor else "Placement Agent Warrant",
        of_investor,
        None if event.price is None else begun(event.price),
        {event.holder: exact(_needed(event, "shares"))},
    )
    _tell(book, event, WARRANT_SHARES, {}, after.holdings, event.source)


def take_exchange(book: Book, event: Event) -> None:
    """A warrant issued for another: at the price of its row, or as the other one stands."""
    _check_new(book, event)
    target = book.referred(event)
    old = book.warrant_of(target)
    holder, shares, left = taken_from(old.holdings, event, "exchanged")
    stands = event.price is None
    new = replace(
        old,
        instrument=event.instrument,
        history=old.history if event.price is None else begun(event.price),
        holdings={holder: shares},
        common_issued=0,
        lost=old.lost and stands,
    )
    book.warrants[old.instrument] = replace(old, holdings=left)
    book.warrants[event.instrument] = new
    for name, before, after in (
        (old.instrument, old.holdings, left),
        (event.instrument, {}, new.holdings),
    ):
        _tell(book, event, WARRANT_SHARES, before, after, event.source, instrument=name)


def take_transfer(book: Book, event: Event) -> None:
    """A holding passed to another holder."""
    if not event.transferee:
        raise MissingDataError("transferee is blank, and transfer needs it")
    if event.instrument in book.preferred:
        series = book.preferred[event.instrument]
        _whole(event)
        _, shares, left = taken_from(series.holdings, event, "transferred")
        after = added_to(left, event.transferee, shares)
        book.preferred[event.instrument] = replace(series, holdings=after)
        _tell(book, event, PREFERRED_SHARES, series.holdings, after, event.source)
        return
    warrant = book.warrant_of(event)
    _, shares, left = taken_from(warrant.holdings, event, "transferred")
    after = added_to(left, event.transferee, shares)
    book.warrants[event.instrument] = replace(warrant, holdings=after)
    _tell(book, event, WARRANT_SHARES, warrant.holdings, after, "Warrant, 8(a)")


def take_conversion(book: Book, event: Event) -> None:
    """Preferred stock converted: common shares issued, which the cap counts."""
    series = book.preferred_of(event)
    _whole(event)
    _, _, left = taken_from(series.holdings, event, "converted")
    issued = _issued_on_conversion(book, event, series)
    book.check_cap(event, issued, counts=True)
    book.preferred[event.instrument] = replace(
        series, holdings=left, common_issued=series.common_issued + issued
    )
    clause = "Certificate of Designation, IV.A"
    _tell(book, event, PREFERRED_SHARES, series.holdings, left, clause)
    clause = "Certificate of Designation, IV.A; Certificate of Designation, IV.E"
    book.change_issued(event, series.common_issued, issued, clause)


def _issued_on_conversion(book: Book, event: Event, series: Preferred) -> int:
    told = event.shares_issued
    if event.price is None:
        if told is None:
            raise MissingDataError("price and shares_issued are blank, and conversion needs one")
        return int(told)
    if series.fixed_price is not None and exact(event.price) > series.fixed_price:
        raise BoundsError(
            f"price {shown(event.price)} is above the Fixed Conversion Price "
            f"{shown(float(series.fixed_price))}",
            "Certificate of Designation, III.D",
        )
    prefix = book.prefix(event.instrument)
    face = book.needed(f"{prefix}face_amount")
    rate = book.needed(f"{prefix}premium_rate")
    premium = accreted_premium(event.date, series.closing_date, face, rate)
    computed = conversion_shares(int(_whole(event)), face, premium, event.price)
    if told is not None and told != computed:
        raise BoundsError(
            f"issued {shown(told)} shares on the conversion of {shown(event.shares)}, which at "
            f"{shown(event.price)} come to {shown(computed)}",
            "Certificate of Designation, IV.A; Certificate of Designation, IV.E",
        )
    return computed


def take_exercise(book: Book, event: Event) -> None:
    """A warrant exercised, for cash or cashless; the fraction of a share is paid in cash."""
    warrant = book.warrant_of(event)
    _check_period(book, event)
    _, shares, left = taken_from(warrant.holdings, event, "exercised")
    issued = _issued_on_exercise(event, warrant, shares)
    book.check_cap(event, issued, counts=warrant.of_investor)
    book.warrants[event.instrument] = replace(
        warrant, holdings=left, common_issued=warrant.common_issued + issued
    )
    clause = f"{warrant.document}, 1(a)"
    _tell(book, event, WARRANT_SHARES, warrant.holdings, left, clause)
    clause = f"{warrant.document}, {'12(c); 4(i)' if event.consideration is None else '1(a); 4(i)'}"
    book.change_issued(event, warrant.common_issued, issued, clause)


def _check_period(book: Book, event: Event) -> None:
    prefix = book.prefix(event.instrument)
    opens, expires = book.term(f"{prefix}opens"), book.term(f"{prefix}expiry_date")
    if isinstance(opens, dt.date) and event.date < opens:
        raise BoundsError(f"exercised before the Exercise Period opens on {opens}", "Warrant, 2")
    if isinstance(expires, dt.date) and event.date > expires:
        raise BoundsError(f"exercised after the Exercise Period ended on {expires}", "Warrant, 2")


def _issued_on_exercise(event: Event, warrant: Warrant, shares: Decimal) -> int:
    told, price = event.shares_issued, warrant.exercise_price
    if event.consideration is None and event.market_price is None:
        if told is None:
            raise MissingDataError(
                "consideration, market_price and shares_issued are blank: an exercise is for cash, "
                "or cashless at the Market Price, or tells the shares issued"
            )
        if told > shares:
            raise BoundsError(f"issued {shown(told)} shares for {shown(float(shares))}")
        return int(told)
    if price is None or warrant.lost:
        raise MissingDataError(f"the Exercise Price of {warrant.instrument} is not stated")
    if event.consideration is None:
        given = exact(cashless_exercise_shares(float(shares), event.market_price or 0.0, price))
    else:
        given = shares
        with exact_arithmetic():
            due = float(shares * exact(price))
        if abs(due - event.consideration) > _HALF_A_CENT:
            raise BoundsError(
                f"paid {event.consideration:,.2f} for {shown(float(shares))} shares, which at the "
                f"Exercise Price {shown(price)} come to {due:,.2f}",
                "Warrant, 1(a)",
            )
    fraction = fraction_of_a_share(given)
    computed = int((given - fraction).to_integral_value())
    good = {computed, computed + 1} if fraction else {computed}  # 4(i): without funds, rounded up
    if told is not None and told not in good:
        raise BoundsError(
            f"issued {shown(told)} shares, and the exercise gives {shown(float(given))}",
            "Warrant, 4(i)",
        )
    return computed if told is None else int(told)


def take_redemption(book: Book, event: Event) -> None:
    """Preferred stock redeemed."""
    series = book.preferred_of(event)
    _whole(event)
    _, _, left = taken_from(series.holdings, event, "redeemed")
    book.preferred[event.instrument] = replace(series, holdings=left)
    clause = "Certificate of Designation, VIII.B"
    _tell(book, event, PREFERRED_SHARES, series.holdings, left, clause)


def _whole(event: Event) -> Decimal:
    """The number of preferred shares of an event, which are never parted."""
    shares = exact(_needed(event, "shares"))
    if shares % 1:
        raise BoundsError(f"shares must be whole, not {shown(float(shares))}")
    return shares


def _check_new(book: Book, event: Event) -> None:
    if event.instrument in book.warrants or event.instrument in book.preferred:
        raise InputError(f"{shown(event.instrument)} has been issued before: name this another")


def _needed(event: Event, name: str) -> float:
    value: float | None = getattr(event, name)
    if value is None:
        raise MissingDataError(f"{name} is blank, and {event.kind} needs it")
    return value


def _tell(
    book: Book,
    event: Event,
    quantity: str,
    before: Mapping[str, Decimal],
    after: Mapping[str, Decimal],
    clause: str,
    *,
    instrument: str = "",
) -> None:
    """Note the change of each holder's holding."""
    for holder, held in after.items():
        was = before.get(holder)
        book.change(event, quantity, was, held, clause, instrument=instrument, holder=holder)
