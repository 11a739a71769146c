"""Bids and holidays held against the terms: does what a figure looks back on lie in them?"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from xlfuncs.calendars import open_days_before
from xlfuncs.deal.market import BIDS_FILE, HOLIDAYS_FILE
from xlfuncs.deal.reading import needs_market

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal
    from xlfuncs.deal.terms import Term
    from xlfuncs.drafting.findings import Findings

_LONGEST: Final = 1000  # trading days: what looks back further is not looked for
_LAST_DATES: Final = ("maturity_date", "expiry_date")


def check_market(deal: Deal, findings: Findings) -> None:
    """Hold the bids and the holidays of a deal against its terms."""
    if not needs_market(deal.terms):
        return
    if not findings.has_faults_of(HOLIDAYS_FILE):
        _check_years(deal, findings)
    if findings.has_faults_of(BIDS_FILE):
        return
    bids = deal.market.bids
    if not bids.note:
        what = "nothing says where the figures come from: add a column source"
        findings.of_file(bids.file, what, note=True)
    # Without its holidays a day without trading would seem to be a day without a bid.
    if not findings.has_faults_of(HOLIDAYS_FILE):
        _check_windows(deal, findings)


def _check_windows(deal: Deal, findings: Findings) -> None:
    """The days that a figure of the as-of date looks back on, and of the closing date."""
    terms = deal.terms
    as_of = terms.get("as_of")
    variable, volatility = terms.get("lookback_days"), terms.get("volatility_days")
    if as_of and variable and _counts(deal, as_of):
        _check_window(deal, as_of, _count(variable), "the variable price", findings)
    elif as_of and "warrant_shares" in terms:
        _check_window(deal, as_of, 1, "the Market Price of the warrant", findings)
    if as_of and volatility:
        words = "the volatility"
        _check_window(deal, as_of, _count(volatility) + 1, words, findings, note=True)
    start = terms.get("variable_price_start") or terms.get("closing_date")
    if start and variable:
        words = "the variable price of its first day"
        _check_window(deal, start, _count(variable), words, findings, note=True)


def _check_window(
    deal: Deal, term: Term, days: int, what: str, findings: Findings, *, note: bool = False
) -> None:
    """That each trading day of a window before a date has its bid."""
    day, dates = term.value, deal.market.bids.dates
    if not isinstance(day, dt.date) or days > _LONGEST:
        return
    wanted = open_days_before(day, days, deal.market.holiday_dates)
    have = set(dates[max(bisect_left(dates, day) - days, 0) : bisect_left(dates, day)])
    missing = [one for one in wanted if one not in have]
    if not missing:
        return
    back = f"{days} trading days" if days > 1 else "the trading day before"
    lack = f"has no bid of {missing[0]}"
    if missing[1:]:
        lack = f"lacks {len(missing)} of their bids, the first that of {missing[0]}"
    words = (
        f"{day}: {what} looks back on {back}, and {deal.market.bids.file} ({dates[0]} to "
        f"{dates[-1]}) {lack}"
    )
    findings.of_term(deal.terms, term, words, note=note)


def _counts(deal: Deal, as_of: Term) -> bool:
    """Whether the variable price counts on the as-of date."""
    start = deal.terms.get("variable_price_start")
    early = start and isinstance(start.value, dt.date) and isinstance(as_of.value, dt.date)
    return not (early and as_of.value < start.value)  # type: ignore[operator, union-attr]


def _check_years(deal: Deal, findings: Findings) -> None:
    """That the holidays reach from the first bid to the as-of date, and to the last date."""
    file = HOLIDAYS_FILE
    known = {day.year for day in deal.market.holiday_dates}
    needed = _years_needed(deal)
    if not known:
        what = (
            "there are no holidays under the header: each Monday to Friday would be a trading day"
        )
        findings.of_file(file, what)
        return
    missing = sorted(needed - known)
    if missing:
        findings.of_file(file, f"there are no holidays of {_spans(missing)}, up to the as-of date")
    later = _years_to_come(deal) - needed - known
    if later:
        what = f"there are no holidays of {_spans(sorted(later))}, to which the terms reach"
        findings.of_file(file, what, note=True)


def _years_needed(deal: Deal) -> set[int]:
    dates = deal.market.bids.dates
    days = [*dates[:1], *dates[-1:], *(_day(deal, name) for name in ("closing_date", "as_of"))]
    years = [day.year for day in days if day]
    return set(range(min(years), max(years) + 1)) if years else set()


def _years_to_come(deal: Deal) -> set[int]:
    days = [_day(deal, name) for name in ("as_of", *_LAST_DATES)]
    years = [day.year for day in days if day]
    return set(range(min(years), max(years) + 1)) if years else set()


def _spans(years: list[int]) -> str:
    """Years as people write them.

    >>> _spans([2024, 2025, 2026, 2029])
    '2024 to 2026, 2029'
    """
    starts = [years[0], *(late for early, late in pairwise(years) if late > early + 1)]
    ends = [*(early for early, late in pairwise(years) if late > early + 1), years[-1]]
    pairs = zip(starts, ends, strict=True)
    return ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in pairs)


def _day(deal: Deal, name: str) -> dt.date | None:
    found = deal.terms.get(name)
    return found.value if found is not None and isinstance(found.value, dt.date) else None


def _count(term: Term) -> int:
    return int(term.value) if isinstance(term.value, (int, float)) else 0
