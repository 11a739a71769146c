"""Registration and covenants: what late registration costs, coverage, covenants, their calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, cast, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import (
    covenant_calendar,
    covenants,
    registration_coverage,
    registration_rules,
)
from xlfuncs.books.sheets.covenant_words import cited, state_of
from xlfuncs.books.sheets.tables import EXAMPLE, entry_cell
from xlfuncs.clauses.registration import registration_penalty
from xlfuncs.kinds import Day
from xlfuncs.units import Years

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_CENT: Final = 0.005
_PAYMENT: Final = ("purchase_price", "monthly_rate", "days_in_month")
_DELAYS: Final = (0.5, 1, 2, 3, 4, 6, 9, 12)  # months of the table, to be replaced
_MONTHS: Final[object] = get_args(Years)[1]
# The example: filed a day early, effective two weeks late, and later not usable for twelve days.
_EARLY, _LATE, _USABLE, _UNUSABLE = 1, 15, 120, 12


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Registration",
        "Registration and covenants",
        "What registration and the covenants ask for, and what a breach costs",
        labelled=draft.has("bids_note"),
    )
    if draft.has("registration_filing_days", "registration_effective_days"):
        _dates(page, deal)
        if draft.has(*_PAYMENT):
            _payments(page, deal)
            _delays(page, deal)
        if draft.has("redemption_filing_days", "redemption_effective_days"):
            registration_rules.write(page, deal)
    if draft.has("registered_shares", "wanted_shares"):
        registration_coverage.write(page, deal)
    covenants.write(page, deal)
    covenant_calendar.write(page, deal)
    page.sheet.freeze_panes = "B4"


def _example(deal: Deal) -> dict[str, dt.date]:
    """Days to begin with: those the ledger has, and otherwise an example's."""
    closing = cast("dt.date", deal.terms.value("closing_date"))
    days = {
        name: int(float(str(deal.terms.value(f"registration_{name}_days"))))
        for name in ("filing", "effective")
    }
    declared = [
        event.date
        for event in deal.ledger.events
        if event.kind == "registration" and event.date > closing
    ]
    effective = closing + dt.timedelta(days=days["effective"] + _LATE)
    effective = declared[0] if declared else effective
    unusable = effective + dt.timedelta(days=_USABLE)
    return {
        "registration_filed_on": closing + dt.timedelta(days=days["filing"] - _EARLY),
        "registration_effective_on": effective,
        "unavailable_from": unusable,
        "unavailable_to": unusable + dt.timedelta(days=_UNUSABLE),
    }


def _dates(page: p.Page, deal: Deal) -> None:
    filing, effective = "registration_filing_days", "registration_effective_days"
    page.section("Registration of the resale (blue dates: an example, to be replaced)")
    page.headings()
    days = _example(deal)
    for name, label, term, note in (
        ("registration_filed_on", "Registration statement filed", filing, ""),
        ("registration_effective_on", "Declared effective", effective, ""),
        ("unavailable_from", "Sales cannot be made: first day", "monthly_rate", ""),
        (
            "unavailable_to",
            "Sales can be made again: first day",
            "monthly_rate",
            "Itself not counted. Blank while sales cannot be made: counted up to the as-of date.",
        ),
    ):
        page.entry(
            name,
            label,
            days[name],
            p.DATE,
            unit="date; blank while there is none",
            source=cited(deal, term),
            note=" ".join(filter(None, (f"{EXAMPLE}.", note))),
            bounds=Day(),
            fact=True,
        )
    page.figure(
        "registration_filing_deadline",
        "To be filed by",
        f"=closing_date+{filing}",
        p.DATE,
        unit="date",
        source=cited(deal, filing),
    )
    page.figure(
        "registration_filing_state",
        "Filing",
        f"={state_of('registration_filed_on', 'registration_filing_deadline')}",
        p.GENERAL,
        source=cited(deal, filing),
        note="In time, or calendar days.",
    )
    review = page.draft.has("registration_review_days")
    if review:
        page.entry(
            "registration_commented",
            "Has the SEC commented on it?",
            "no",
            p.TEXT,
            source=cited(deal, "registration_review_days"),
            note=f"{EXAMPLE}. With comments the later deadline counts.",
            choices=("yes", "no"),
        )
        _deadline(page, deal, "without", effective)
        _deadline(page, deal, "with", "registration_review_days")
    by = 'IF(registration_commented="yes",registration_review_days,{0})' if review else "{0}"
    page.figure(
        "registration_deadline",
        "Registration Deadline",
        f"=closing_date+{by.format(effective)}",
        p.DATE,
        unit="date",
        source=cited(deal, effective, "registration_review_days"),
        note="Effective on this day is in time.",
        key=True,
    )
    page.figure(
        "registration_state",
        "Effectiveness",
        f"={state_of('registration_effective_on', 'registration_deadline')}",
        p.GENERAL,
        source=cited(deal, effective, "registration_review_days"),
        key=True,
    )
    page.next()


def _deadline(page: p.Page, deal: Deal, word: str, days: str) -> None:
    page.figure(
        f"deadline_{word}_comments",
        f"Deadline {word} comments",
        f"=closing_date+{days}",
        p.DATE,
        unit="date",
        source=cited(deal, days),
    )


def _payments(page: p.Page, deal: Deal) -> None:
    place = cited(deal, "monthly_rate")
    page.section("Payments for the time without a usable registration, up to the as-of date")
    page.headings()
    effective = "AND(ISNUMBER(registration_effective_on),registration_effective_on<=as_of)"
    page.figure(
        "registration_delay_from",
        "First day of delay",
        "=registration_deadline+1",
        p.DATE,
        unit="date",
        source=place,
        note="The day after the Registration Deadline.",
    )
    page.figure(
        "registration_delay_days",
        "Days of delay",
        f"=MAX(IF({effective},registration_effective_on,as_of)-registration_delay_from,0)",
        p.COUNT,
        unit="calendar days",
        source=place,
        note="The day of effectiveness is not counted, nor is the as-of date while it is awaited.",
    )
    page.figure(
        "unavailable_start",
        "Unusable from",
        f"=IF(AND({effective},ISNUMBER(unavailable_from),unavailable_from<=as_of),"
        'MAX(unavailable_from,registration_effective_on),"not so far")',
        p.DATE,
        unit="date",
        source=place,
        note="Days before effectiveness are days of delay.",
    )
    page.figure(
        "unavailable_days",
        "Days not usable after effectiveness",
        "=IF(ISNUMBER(unavailable_start),MAX(IF(ISNUMBER(unavailable_to),"
        "MIN(unavailable_to,as_of),as_of)-unavailable_start,0),0)",
        p.COUNT,
        unit="calendar days",
        source=place,
    )
    rule = "monthly_rate*purchase_price*{days}/days_in_month"
    for name, label, start, days in (
        ("registration_delay_payment", "For the delay", "registration_delay_from", "delay"),
        ("unavailable_payment", "For days not usable", "unavailable_start", "unavailable"),
    ):
        counted = "registration_delay_days" if days == "delay" else "unavailable_days"
        call = f.call(
            registration_penalty,
            optional=("days_in_month",),
            first_day=start,
            last_day=f"{start}+{counted}",
        )
        page.figure(
            name,
            label,
            f"=IF({counted}=0,0,{call})",
            p.MONEY,
            unit="USD",
            source=place,
            note=f.note(registration_penalty) if days == "delay" else "",
            twin=rule.format(days=counted),
            tolerance=_CENT,
        )
    page.figure(
        "registration_penalty",
        "Registration payments so far",
        "=registration_delay_payment+unavailable_payment",
        p.MONEY,
        unit="USD",
        source=place,
        note="On the price of all preferred stock, what has been converted included; no other "
        "remedy is excluded by it.",
        twin=rule.format(days="(registration_delay_days+unavailable_days)"),
        tolerance=_CENT,
        key=True,
    )
    page.figure(
        "registration_day_cost",
        "One more day costs",
        "=monthly_rate*purchase_price/days_in_month",
        p.MONEY,
        unit="USD",
        source=place,
    )
    if page.draft.has("registration_payment_days"):
        _due(page, deal, effective)
    if page.draft.has("conversion_price", "registration_stock_days"):
        _in_stock(page, deal)
    page.next()


def _due(page: p.Page, deal: Deal, effective: str) -> None:
    """When cash is due: within five days of the end of thirty days, and of the end of all."""
    place = cited(deal, "registration_payment_days")
    usable = "AND(ISNUMBER(unavailable_to),unavailable_to<=as_of)"
    for name, words, start, days, over in (
        ("registration", "the delay", "registration_delay_from", "registration_delay_days",
         effective),
        ("unavailable", "days not usable", "unavailable_start", "unavailable_days", usable),
    ):  # fmt: skip
        page.figure(
            f"{name}_first_due",
            f"For {words}: first payment by",
            f'=IF({days}=0,"none",{start}-1+IF({over},MIN({days},days_in_month),days_in_month)'
            "+registration_payment_days)",
            p.DATE,
            unit="date",
            source=place,
            note="So many days after it has ended or has lasted thirty days."
            if name == "registration"
            else "",
        )
        page.figure(
            f"{name}_last_due",
            f"For {words}: last payment by",
            f'=IF({days}=0,"none",IF({over},{start}-1+{days}+registration_payment_days,'
            '"still open"))',
            p.DATE,
            unit="date",
            source=place,
        )


def _in_stock(page: p.Page, deal: Deal) -> None:
    """The same amount in stock, at the Purchaser's option."""
    place = cited(deal, "registration_stock_days")
    page.figure(
        "registration_penalty_shares",
        "The payments so far in stock, at the Purchaser's option",
        "=ROUNDUP(ROUND(registration_penalty/conversion_price,6),0)",
        p.SHARES,
        unit="whole shares",
        source=place,
        note="At the Conversion Price of the as-of date, rounded up as in a conversion.",
        key=True,
    )
    if page.draft.has("registration_first_due"):
        page.figure(
            "registration_stock_notice",
            "For the delay: notice to take stock, from",
            "=IF(ISNUMBER(registration_first_due),"
            'registration_first_due-registration_stock_days,"none")',
            p.DATE,
            unit="date",
            source=place,
            note="Within these days before the cash is first payable.",
        )
    if not page.draft.has("ownership_available"):
        return
    page.figure(
        "registration_shares_now",
        "Of these within the ownership limit",
        "=MIN(registration_penalty_shares,ownership_available)",
        p.SHARES,
        unit="whole shares",
        source=place,
        note="Before any conversion of preferred stock.",
    )
    page.figure(
        "registration_limit_binds",
        "Does the ownership limit bite?",
        '=IF(registration_penalty_shares>ownership_available,"yes: the rest in cash","no")',
        p.GENERAL,
        source=place,
    )


def _delays(page: p.Page, deal: Deal) -> None:
    """What effectiveness so many months after the deadline costs."""
    stock = page.draft.has("registration_penalty_shares")
    page.section("What a delay costs, by months after the Registration Deadline")
    heads = ["Months of delay", "Effective on", "USD", "Of the purchase price"]
    if stock:
        heads += ["Shares at today's price", "Within the ownership limit"]
    page.headings(heads, right=range(p.VALUE, p.NOTE))
    limit = page.draft.has("ownership_available")
    first, last = page.row, page.row + len(_DELAYS) - 1
    for months in _DELAYS:
        row = page.row
        entry_cell(page, p.LABEL, months, "0.0#", _MONTHS, f"{EXAMPLE}.")
        day = f"=registration_delay_from+ROUND($A{row}*days_in_month,0)"
        page.put(p.VALUE, day, "Figure", p.DATE)
        cost = f.call(
            registration_penalty,
            optional=("days_in_month",),
            first_day="registration_delay_from",
            last_day=f"$B{row}",
        )
        page.put(p.UNIT, f"={cost}", "Figure", p.MONEY)
        page.put(p.SOURCE, f"=C{row}/purchase_price", "Figure", p.PERCENT)
        if stock:
            shares = f"=ROUNDUP(ROUND(C{row}/conversion_price,6),0)"
            page.put(p.NAME, shares, "Figure", p.SHARES)
            within = f'=IF(E{row}<=ownership_available,"yes","no")' if limit else "no limit"
            page.put(p.NOTE, within, "Small")
        page.next()
    for name, letter in (("delay_ends", "B"), ("delay_costs", "C")):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    page.figure(
        "delay_costs_total",
        "Sum of this table, for its proof",
        "=SUM(delay_costs)",
        p.MONEY,
        unit="USD",
        source=cited(deal, "monthly_rate"),
        twin="monthly_rate*purchase_price/days_in_month"
        "*(SUM(delay_ends)-ROWS(delay_ends)*registration_delay_from)",
        tolerance=_CENT,
    )
    page.next()
