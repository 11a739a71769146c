"""The ledger held against the terms and the bids, and replayed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from xlfuncs.clauses.conversion import variable_conversion_price
from xlfuncs.deal.ledger import LEDGER_FILE
from xlfuncs.deal.market import BIDS_FILE, HOLIDAYS_FILE
from xlfuncs.errors import DealError, FunctionError
from xlfuncs.kinds import shown
from xlfuncs.position import replay
from xlfuncs.position.rows import prefix_of

if TYPE_CHECKING:
    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.reading import Deal
    from xlfuncs.drafting.findings import Findings

_NEAR: Final = 0.00005  # prices are stated to four decimals
_ISSUES: Final = ("preferred", "warrant", "exchange")


def check_ledger(deal: Deal, findings: Findings, *, with_terms: bool) -> None:
    """Hold the ledger of a deal against its terms and bids, and replay it.

    Args:
        deal: the deal.
        findings: where faults and notes are put.
        with_terms: whether all of the terms could be read; otherwise the ledger is looked at alone.
    """
    if findings.has_faults_of(LEDGER_FILE):
        return
    for event in deal.ledger.events:
        _check_source(deal, event, findings)
    if not with_terms:
        return
    _check_instruments(deal, findings)
    _check_issues(deal, findings)
    _check_investor(deal, findings)
    _check_prices(deal, findings)
    _replay(deal, findings)
    later = [event for event in deal.ledger.events if event.date > _as_of(deal)]
    if later:
        what = f"{later[0].date} is after as_of: this event and what follows are not in the book"
        findings.of_event(later[0], what, note=True)


def _check_source(deal: Deal, event: Event, findings: Findings) -> None:
    known = {document.name for document in deal.terms.heading.documents}
    for citation in filter(None, map(str.strip, event.source.split(";"))):
        document = citation.split(",")[0].strip()
        if known and document not in known:
            findings.of_event(event, f"source cites {shown(document)}, which [deal] does not list")


def _check_instruments(deal: Deal, findings: Findings) -> None:
    """Whose terms an instrument has is found by its name in [deal]."""
    told: set[str] = set()
    for event in deal.ledger.events:
        name = event.instrument
        if event.kind not in _ISSUES or not name or name in told or _is_listed(deal, name):
            continue
        told.add(name)
        what = f"no instrument in [deal] has a name that begins with {shown(name)}"
        if event.kind == "preferred":
            findings.of_event(event, what)
        else:
            what += ": it is taken to have the terms without a prefix"
            findings.of_event(event, what, note=True)


def _check_issues(deal: Deal, findings: Findings) -> None:
    """What was issued, when and at which price, against the terms of the instrument."""
    issued: dict[str, float] = {}
    for event in deal.ledger.of_kind(*_ISSUES):
        if not _is_listed(deal, event.instrument):
            continue
        prefix = prefix_of(deal.terms, event.instrument)
        first = event.instrument not in issued
        issued[event.instrument] = issued.get(event.instrument, 0.0) + (event.shares or 0.0)
        if event.kind == "preferred":
            if first:
                _compare(deal, event, f"{prefix}closing_date", event.date, findings)
            _compare_shares(deal, event, f"{prefix}preferred_shares", issued, findings)
        else:
            _compare(deal, event, f"{prefix}exercise_price", event.price, findings)
            _compare_shares(deal, event, f"{prefix}warrant_shares", issued, findings)
    if "preferred_shares" in deal.terms and not deal.ledger.of_kind("preferred"):
        what = "there is no issue of the preferred stock: an event of the kind preferred"
        findings.of_file(deal.ledger.file, what, note=True)


def _compare(
    deal: Deal, event: Event, name: str, value: float | dt.date | None, findings: Findings
) -> None:
    term = deal.terms.get(name)
    if term is not None and value is not None and term.value != value:
        what = f"{event.instrument} has {shown(value)}, and {deal.terms.file} {name} "
        findings.of_event(event, what + shown(term.value))


def _compare_shares(
    deal: Deal, event: Event, name: str, issued: dict[str, float], findings: Findings
) -> None:
    term, sum_so_far = deal.terms.get(name), issued[event.instrument]
    if term is not None and isinstance(term.value, (int, float)) and sum_so_far > term.value:
        what = f"{shown(sum_so_far)} shares of {event.instrument} are issued, and {name} is "
        findings.of_event(event, what + shown(term.value))


def _check_investor(deal: Deal, findings: Findings) -> None:
    """The cap counts the warrants of the investor: of who is so called in [deal]."""
    warrants = deal.ledger.of_kind("warrant")
    investor = deal.terms.heading.investor
    if "cap_amount" not in deal.terms or not warrants:
        return
    if not any(event.holder == investor for event in warrants):
        name = shown(investor) if investor else "of no name"
        what = f"no warrant has the holder {name}, the investor in [deal]: the cap counts none"
        findings.of_file(deal.ledger.file, what, note=True)


def _check_prices(deal: Deal, findings: Findings) -> None:
    """The price of each conversion against the one that terms and bids give, without splits."""
    if any(findings.has_faults_of(file) for file in (BIDS_FILE, HOLIDAYS_FILE)):
        return
    if deal.ledger.of_kind("split", "announcement"):
        return
    for event in deal.ledger.of_kind("conversion"):
        price = _price_on(deal, event) if event.price is not None else None
        if price is not None and event.price is not None and abs(price - event.price) > _NEAR:
            what = f"price {shown(event.price)} is not the Conversion Price of terms and bids, "
            findings.of_event(event, what + shown(round(price, 6)), note=True)


def _price_on(deal: Deal, event: Event) -> float | None:
    """The Conversion Price of the main instrument on the day of an event, if it can be told."""
    if prefix_of(deal.terms, event.instrument):
        return None
    fixed, start = _number(deal, "stated_price"), deal.terms.get("variable_price_start")
    prices = [fixed] if fixed else []
    early = start is not None and isinstance(start.value, dt.date) and event.date < start.value
    if "lookback_days" in deal.terms and not early:
        bids = deal.market.bids
        try:
            variable = variable_conversion_price(
                event.date,
                bids.dates,
                bids.closing_bids,
                int(_number(deal, "lookback_days")),
                int(_number(deal, "lowest_count")),
                _number(deal, "price_multiple"),
                deal.market.holiday_dates,
            )
        except FunctionError:
            return None
        prices.append(variable)
    return min(prices, default=None)


def _number(deal: Deal, name: str) -> float:
    term = deal.terms.get(name)
    return term.value if term is not None and isinstance(term.value, (int, float)) else 0.0


def _replay(deal: Deal, findings: Findings) -> None:
    events = deal.ledger.events
    if not events:
        return
    try:
        replay(deal.terms, deal.ledger, max(event.date for event in events))
    except DealError as error:
        findings.faults += error.faults


def _is_listed(deal: Deal, instrument: str) -> bool:
    names = [one.name for one in deal.terms.heading.instruments]
    return bool(instrument) and any(name.startswith(instrument) for name in names)


def _as_of(deal: Deal) -> dt.date:
    found = deal.terms.get("as_of")
    return found.value if found is not None and isinstance(found.value, dt.date) else dt.date.max
