"""Terms held against each other: what is missing, what cannot be, what is seldom meant."""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from xlfuncs.deal.terms import UNITS
from xlfuncs.drafting.offered import needed_for, offered, plain_name
from xlfuncs.drafting.subjects import SUBJECTS
from xlfuncs.kinds import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.deal.terms import Term, Terms
    from xlfuncs.drafting.findings import Findings

# Pairs of dates of one instrument of which the first must not be later than the second.
_ORDER: Final = (
    ("closing_date", "maturity_date"),
    ("closing_date", "variable_price_start"),
    ("variable_price_start", "maturity_date"),
    ("opens", "expiry_date"),
    ("closing_date", "expiry_date"),
)
_USUAL_ORDER: Final = (
    ("closing_date", "opens"),
    ("closing_date", "stockholder_approval_deadline"),
    ("closing_date", "restriction_end"),
)
# The as-of date has a figure from the first of these on, and is of use up to the second.
_FROM: Final = ("closing_date", "start_date")
_UP_TO: Final = ("maturity_date", "expiry_date")
# Between which values a term usually is. A percentage typed as a number is far above.
_USUAL: Final[Mapping[str, tuple[float, float]]] = {
    "premium_rate": (0.0, 0.25),
    "price_multiple": (0.5, 1.25),
    "ownership_limit": (0.01, 0.2),
    "coverage_ratio": (1.0, 3.0),
    "registration_coverage_ratio": (1.0, 3.0),
    "daily_rate": (0.0, 0.05),
    "redemption_multiple": (1.0, 2.0),
    "cash_multiple": (1.0, 2.0),
    "contract_rate": (0.0, 0.36),
    "monthly_rate": (0.0, 0.1),
    "minimum_adjustment": (0.0, 0.05),
    "assumed_market_fraction": (0.5, 1.0),
    "market_fraction": (0.5, 1.0),
    "volume_fraction": (0.01, 0.5),
    "risk_free_rate": (-0.02, 0.2),
    "volatility": (0.05, 3.0),
    "dividend_yield": (0.0, 0.2),
    "annualisation": (200.0, 366.0),
    "target_fraction": (0.0, 2.0),
}
_PERCENT: Final = 100
# Numbers that a function has within it, so that a deal can have no others yet.
_FIXED: Final[Mapping[str, tuple[int, str]]] = {
    "premium_days_in_year": (365, "accreted_premium"),
    "delivery_days": (3, "delivery_deadline"),
    "daily_amount_days": (5, "conversion_default_payment"),
}
_CAP: Final = 0.2  # of the shares outstanding: what the exchanges allow without approval
_SATURDAY: Final = 5
_ALIKE: Final = 0.85


def check_terms(terms: Terms, findings: Findings) -> None:
    """Hold the terms of a deal against each other; what has a fault already is passed over."""
    if terms.whole:
        _check_subjects(terms, findings)
        _check_price(terms, findings)
    listed = dict.fromkeys(("", *(one.prefix for one in terms.heading.instruments)))
    prefixes = {**listed, **dict.fromkeys(one.prefix for one in SUBJECTS)}
    for prefix in prefixes:
        _check_dates(terms, prefix, findings)
        _check_counts(terms, prefix, findings)
        _check_expiry(terms, prefix, findings)
    _check_as_of(terms, findings)
    for term in terms.values():
        _check_usual(terms, term, plain_name(term.name, prefixes), findings)
    _check_cap(terms, findings)
    _check_names(terms, list(listed), findings)


def _check_subjects(terms: Terms, findings: Findings) -> None:
    """Every subject that a deal has, with all that its functions and sheets need."""
    for subject in SUBJECTS:
        having = next((name for name in subject.brought_by if name in terms), None)
        if having is None:
            continue
        missing = [name for name in needed_for(subject) if not _stands_in(terms, name)]
        if missing:
            needed = " and ".join(missing)
            what = f"belongs to the subject {subject.title}, which needs {needed} as well"
            findings.of_term(terms, terms[having], what)
    if not _stands_in(terms, "as_of"):
        findings.of_file(terms.file, "there is no as_of: a book needs the date it is built for")


def _check_price(terms: Terms, findings: Findings) -> None:
    has_price = _stands_in(terms, "stated_price") or _stands_in(terms, "lookback_days")
    if "preferred_shares" in terms and not has_price:
        what = "has no price to convert at: stated_price, or lookback_days and what goes with it"
        findings.of_term(terms, terms["preferred_shares"], what)


def _check_dates(terms: Terms, prefix: str, findings: Findings) -> None:
    for pairs, note in ((_ORDER, False), (_USUAL_ORDER, True)):
        for first, second in pairs:
            early, late = _date(terms, prefix + first), _date(terms, prefix + second)
            if early and late and late < early:
                what = f"{late} is before {prefix + first} {early}"
                findings.of_term(terms, terms[prefix + second], what, note=note)
    for name in ("maturity_date", "expiry_date"):
        day = _date(terms, prefix + name)
        if day and day.weekday() >= _SATURDAY:
            what = f"{day} is a {day:%A}: does the document move it?"
            findings.of_term(terms, terms[prefix + name], what, note=True)


def _check_counts(terms: Terms, prefix: str, findings: Findings) -> None:
    days, lowest = (terms.get(f"{prefix}{name}") for name in ("lookback_days", "lowest_count"))
    if days and lowest and _number(lowest) > _number(days):
        what = f"{shown(lowest.value)} is above {days.name} {shown(days.value)}"
        findings.of_term(terms, lowest, what)
    for name, (only, function) in _FIXED.items():
        term = terms.get(f"{prefix}{name}")
        if term and term.value != only:
            what = f"must be {only}, not {shown(term.value)}: {function} has no other"
            findings.of_term(terms, term, what)
    limit = terms.get(f"{prefix}ownership_limit")
    if limit and _number(limit) >= 1:
        findings.of_term(terms, limit, f"must be below 1, not {shown(limit.value)}")


def _check_expiry(terms: Terms, prefix: str, findings: Findings) -> None:
    day, moment = terms.get(f"{prefix}expiry_date"), terms.get(f"{prefix}expires")
    if not day or not moment or not isinstance(moment.value, dt.datetime):
        return
    if moment.value.date() != day.value:
        what = f"{day.value} is not the day of {moment.name} {moment.value}"
        findings.of_term(terms, day, what)


def _check_as_of(terms: Terms, findings: Findings) -> None:
    as_of = _date(terms, "as_of")
    if not as_of:
        return
    begun = next((name for name in _FROM if _date(terms, name)), "")
    begins = _date(terms, begun)
    if begins and as_of < begins:
        findings.of_term(terms, terms["as_of"], f"{as_of} is before {begun} {begins}")
    for name in _UP_TO:
        ends = _date(terms, name)
        if ends and as_of > ends:
            what = f"{as_of} is after {name} {ends}"
            findings.of_term(terms, terms["as_of"], what, note=True)


def _check_usual(terms: Terms, term: Term, plain: str, findings: Findings) -> None:
    if plain not in _USUAL or not isinstance(term.value, (int, float)):
        return
    low, high = _USUAL[plain]
    if low <= term.value <= high or (plain == "ownership_limit" and term.value >= 1):
        return
    percent = term.value / _PERCENT
    if term.value > high and max(low, 1 / _PERCENT) <= percent <= high and plain != "annualisation":
        what = f"{shown(term.value)} is {term.value:,.0%}: is {shown(percent)} meant?"
        findings.of_term(terms, term, what)
        return
    what = f"{shown(term.value)} is not between {shown(low)} and {shown(high)}, as is usual"
    findings.of_term(terms, term, what, note=True)


def _check_cap(terms: Terms, findings: Findings) -> None:
    cap, outstanding = terms.get("cap_amount"), terms.get("shares_outstanding")
    if cap and outstanding and _number(cap) > _CAP * _number(outstanding):
        part = _number(cap) / _number(outstanding)
        what = f"{shown(cap.value)} is {part:.2%} of shares_outstanding {shown(outstanding.value)}"
        findings.of_term(terms, cap, f"{what}: exchanges allow less than 20 %", note=True)


def _check_names(terms: Terms, prefixes: list[str], findings: Findings) -> None:
    """Names and units as the functions know them."""
    for term in terms.values():
        plain = plain_name(term.name, prefixes)
        if plain in offered():
            unit, subject = offered()[plain].unit, offered()[plain].subject
            if type(UNITS[term.unit]) is not type(UNITS[unit]):
                findings.of_term(terms, term, f"has the unit {term.unit}: its unit is {unit}")
            if subject.prefix and subject.prefix not in prefixes:
                what = f"begins with {subject.prefix}, the prefix of no instrument in [deal]"
                findings.of_term(terms, term, what, note=True)
            continue
        alike = get_close_matches(plain, offered(), 1, _ALIKE)
        if alike:
            what = f"is the name of no function's argument: is {alike[0]} meant?"
            findings.of_term(terms, term, what, note=True)


def _stands_in(terms: Terms, name: str) -> bool:
    """Whether the file has the term, be it with a fault."""
    return name in terms or name in terms.unread


def _date(terms: Terms, name: str) -> dt.date | None:
    found = terms.get(name)
    if found is None or not isinstance(found.value, dt.date):
        return None
    return found.value.date() if isinstance(found.value, dt.datetime) else found.value


def _number(term: Term) -> float:
    return term.value if isinstance(term.value, (int, float)) else 0.0
