"""Redemption Events: the clocks that lead to them, and what each lets a holder have redeemed.

A row is written for each event whose terms the deal has. A day is entered where something has
happened; all the rest follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.tables import entry_cell
from xlfuncs.books.style import mark_events
from xlfuncs.clauses.clocks import add_business_days
from xlfuncs.clauses.redemption import redeemable_shares
from xlfuncs.kinds import Day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.deal.reading import Deal

HAPPENED: Final = "Redemption Event"
_HOW_MANY: Final = f'COUNTIF(redemption_event_status,"{HAPPENED}")'
_BLANK: Final = "–"
_NONE: Final = "none entered"
_DOCUMENT: Final = "Certificate of Designation"
_ARTICLE: Final = "VIII.A"
_SECTION: Final = f"{_DOCUMENT}, {_ARTICLE}"
_LINE: Final = 15.75
_LETTERS: Final = 50  # of a label in a line


class _Event(NamedTuple):
    """A Redemption Event.

    Attributes:
        clause: its number in VIII.A.
        name: the name of the cell with the day that it is counted from.
        label: what has happened, and the day it is counted from.
        days: the term with its days; without one there is nothing to cure.
        calendar: whether these are calendar days, not business or trading days.
        needs: the other terms without which the deal has no such event.
        comment: what else to know about the day.
    """

    clause: str
    name: str
    label: str
    days: str = ""
    calendar: bool = False
    needs: tuple[str, ...] = ()
    comment: str = ""


_EVENTS: Final = (
    _Event("(i)", "suspension_date", "Trading suspended, or not listed: last trading day before it",
           "suspension_days", comment="Where trading had been suspended before within nine months, "
           "as many trading days earlier."),
    _Event("(i)", "delisting_date", "Voluntary action to end the listing: its day",
           needs=("suspension_days",), comment="None where the stock is listed on another of the "
           "exchanges at once."),
    _Event("(ii)", "legend_notice_date", "Legend not removed: the holder's written notice",
           "legend_cure_days", calendar=True),
    _Event("(iii)", "delivery_failure_date", "Shares not delivered: end of the Delivery Period",
           "delivery_cure_days", comment="Not where the cap forbids the issue. For the default "
           "under review further down its own dates are told there."),
    _Event("(iv)", "breach_notice_date", "Material breach: the written notice of it",
           "breach_cure_days"),
    _Event("(v)", "misstatement_date", "False representation, materially adverse: day it is known",
           needs=("breach_cure_days",)),
    _Event("(vi)", "unfiled_date", "Registration statement not filed: the Closing Date",
           "redemption_filing_days", calendar=True),
    _Event("(vi)", "ineffective_date", "Registration statement not effective: the Closing Date",
           "redemption_effective_days", calendar=True),
    _Event("(vi)", "unusable_date", "Registration unusable at a stretch: last business day before",
           "redemption_unusable_days"),
    _Event("(vi)", "unusable_total_date", "Registration unusable on too many days in twelve "
           "months: the first day too many", needs=("redemption_unusable_days_in_year",),
           comment="The days within twelve months are summed: the first beyond the number of "
           "the term redemption_unusable_days_in_year."),
    _Event("(vii)", "reserve_board_date", "Reserve not raised where the board alone can: "
           "Authorization Trigger Date", "reserve_board_days", calendar=True,
           needs=("stated_reserve", "coverage_ratio")),
    _Event("(vii)", "reserve_increase_date", "Reserve not raised otherwise: "
           "Authorization Trigger Date", "reserve_increase_days", calendar=True,
           needs=("stated_reserve", "coverage_ratio")),
    _Event("(viii)", "cap_event_date", "Cap not lifted by its deadline, and then a Trading Market "
           "Trigger Event: its day",
           needs=("stockholder_approval_deadline", "cap_amount", "coverage_ratio"),
           comment="After the deadline without Stockholder Approval: the day on which what is left "
           "under the cap is less than the coverage ratio of the shares issuable (VI.B)."),
    _Event("(ix)", "amendment_date", "Amendment not effective: Registration Trigger Date",
           "amendment_effective_days", needs=("registered_shares", "coverage_ratio")),
    _Event("(ix)", "new_statement_date", "New statement not effective: Registration Trigger Date",
           "new_statement_effective_days", needs=("registered_shares", "coverage_ratio")),
    _Event("(x)", "officer_date", "Named officer no longer chief executive: the day, from above",
           needs=("key_officer", "key_officer_until")),
)  # fmt: skip
_PARTIAL: Final = ("(vii)", "(viii)", "(ix)")  # only a portion is redeemable: VIII.B(ii) to (iv)


def write(page: p.Page, deal: Deal) -> None:
    """Write the sections, if the deal has any of the events."""
    draft = page.draft
    events = [event for event in _EVENTS if draft.has(*filter(None, (event.days, *event.needs)))]
    if not events:
        return
    page.section("Redemption Events: what has happened, and by when it must be cured")
    page.headings()
    _summary(page)
    if any(event.clause == "(x)" for event in events):
        page.entry(
            "officer_left_date",
            "Day on which the officer of VIII.A(x) ceased to be chief executive",
            None,
            p.DATE,
            unit="date; blank while in office",
            source=f"{_SECTION}(x)",
            note="The officer of the term key_officer; no event from the day key_officer_until on.",
            bounds=Day(),
        )
    _table(page, deal, events)
    _redeemable(page, deal, events)


def _summary(page: p.Page) -> None:
    page.figure(
        "redemption_events",
        "Redemption Events on the as-of date",
        f"=IF({_HOW_MANY}>0,{_HOW_MANY},"
        'IF(COUNT(redemption_event_dates)=0,"no event entered","none so far"))',
        p.COUNT,
        source=_SECTION,
        note="Enter in the table below the day from which each is counted; blank it once cured "
        "in time. What has become a Redemption Event stays one.",
        key=True,
    )
    page.figure(
        "next_event_deadline",
        "Next last day to cure",
        '=IF(COUNTIF(redemption_event_deadlines,">="&as_of)=0,"none",'
        'SMALL(redemption_event_deadlines,COUNTIF(redemption_event_deadlines,"<"&as_of)+1))',
        p.DATE,
        unit="date",
        source=_SECTION,
    )


def _table(page: p.Page, deal: Deal, events: Sequence[_Event]) -> None:
    heads = [
        *("Event, and the day that it is counted from", "That day", "Business or trading days"),
        *("Calendar days", "Last day to cure", "On the as-of date"),
    ]
    page.headings(heads, right=range(p.VALUE, p.NOTE))
    first, last = page.row, page.row + len(events) - 1
    after = f.call(add_business_days, optional=("holidays",), from_date="{day}", days="{days}")
    for row, event in enumerate(events, first):
        label = f"{_clause(event, deal)} {event.label}".strip()
        page.put(p.LABEL, label, "Label")
        page.sheet.row_dimensions[row].height = _LINE * -(-len(label) // _LETTERS)
        _day(page, event)
        term = f"={event.days}" if event.days else None
        page.put(p.UNIT, None if event.calendar else term, "Figure", p.COUNT)
        page.put(p.SOURCE, term if event.calendar else None, "Figure", p.COUNT)
        deadline = (
            f'=IF(NOT(ISNUMBER($B{row})),"{_BLANK}",IF(ISNUMBER($C{row}),'
            f"{after.format(day=f'$B{row}', days=f'$C{row}')},"
            f'IF(ISNUMBER($D{row}),$B{row}+$D{row},"at once")))'
        )
        name = event.name.removesuffix("_date") + "_deadline"
        page.draft.define(name, page.sheet.title, page.put(p.NAME, deadline, "Figure", p.DATE))
        if event.days and not event.calendar:
            twin = (
                f'IF(ISNUMBER({event.name}),WORKDAY({event.name},{event.days},holidays),"{_BLANK}")'
            )
            page.check(name, f"Last day to cure: {label.partition(':')[0]}", twin, p.DATE)
        status = (
            f'=IF(NOT(ISNUMBER($B{row})),"{_NONE}",IF($B{row}>as_of,"to come",'
            f'IF(NOT(ISNUMBER($E{row})),"{HAPPENED}",IF(as_of>$E{row},"{HAPPENED}",'
            f'"curing, days left: "&($E{row}-as_of)))))'
        )
        page.put(p.NOTE, status, "Small")
        page.next()
    for name, letter in (
        ("redemption_event_dates", "B"),
        ("redemption_event_deadlines", "E"),
        ("redemption_event_status", "F"),
    ):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    for clause, name in zip(_PARTIAL, ("reserve", "cap", "registration"), strict=True):
        rows = [row for row, event in enumerate(events, first) if event.clause == clause]
        if rows:
            cells = f"$F${rows[0]}:$F${rows[-1]}"
            page.draft.define(f"{name}_event_status", page.sheet.title, cells)
    mark_events(page.sheet, f"F{first}:F{last}", HAPPENED, _NONE)
    page.next()


def _clause(event: _Event, deal: Deal) -> str:
    """Where an event stands: in VIII.A its number, in another deal the section of its term."""
    if not event.days:
        return event.clause if deal.terms[event.needs[0]].source.startswith(_DOCUMENT) else ""
    section = deal.terms[event.days].source.partition(";")[0].partition(", ")[2]
    return event.clause if section.startswith(_ARTICLE) else section


def _day(page: p.Page, event: _Event) -> None:
    """The day that an event is counted from: an entry, or what follows from another."""
    if event.clause == "(x)":
        left = "ISNUMBER(officer_left_date)"
        early = "officer_left_date<key_officer_until"
        formula = f'=IF({left},IF({early},officer_left_date,""),"")'
        page.draft.define(
            event.name, page.sheet.title, page.put(p.VALUE, formula, "Figure", p.DATE)
        )
        return
    comment = f"{_SECTION}{event.clause}\nBlank while there is none. {event.comment}".strip()
    reference = entry_cell(page, p.VALUE, None, p.DATE, Day(), comment)
    page.draft.define(event.name, page.sheet.title, reference)


def _redeemable(page: p.Page, deal: Deal, events: Sequence[_Event]) -> None:
    """What a holder may have redeemed: any or all, or the portion that restores the coverage."""
    page.section("What is redeemable then, at the Redemption Amount")
    page.headings()
    page.figure(
        "redeemable_any",
        "Upon (i) to (vi) or (x): any or all",
        "=preferred_outstanding",
        p.SHARES,
        unit="preferred shares",
        source="Certificate of Designation, VIII.B(i)",
        note="As the holder elects.",
    )
    clauses = {event.clause for event in events}
    portions = []
    if "(vii)" in clauses:
        portions.append(
            ("reserve", "(vii)", "(ii)", "stated_reserve_now", "the Reserved Amount", "0")
        )
    # The Warrant issued with this stock; a book has its shares in effect on a later sheet.
    warrants = "shares_in_effect" if "warrant_shares" in deal.terms else "0"
    if "(viii)" in clauses:
        portions.append(("cap", "(viii)", "(iii)", "cap_amount", "the Cap Amount", warrants))
    if "(ix)" in clauses:
        portions.append(
            (
                "registration",
                "(ix)",
                "(iv)",
                "registration_available",
                "what is registered",
                warrants,
            )
        )
    occurred = []
    for name, clause, section, available, words, others in portions:
        _portion(page, f"redeemable_{name}", clause, section, available, words, others)
        occurred.append(f'IF(COUNTIF({name}_event_status,"{HAPPENED}")>0,redeemable_{name},0)')
    partial = "".join(f'-COUNTIF({one[0]}_event_status,"{HAPPENED}")' for one in portions)
    portion = f"MAX({','.join(occurred)})" if occurred else "0"
    page.figure(
        "redeemable_now",
        "Redeemable on the as-of date",
        f"=IF({_HOW_MANY}{partial}>0,redeemable_any,{portion})",
        p.SHARES,
        unit="preferred shares",
        source="Certificate of Designation, VIII.B",
        note="By the events entered above.",
        key=True,
    )
    page.figure(
        "redeemable_now_amount",
        "Its price",
        "=IF(redeemable_now=0,0,redeemable_now*redemption_amount)",
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, VIII.B",
        note="Payable in cash, if the holders elect it.",
        key=True,
    )
    page.next()


def _portion(
    page: p.Page, name: str, clause: str, section: str, available: str, words: str, warrants: str
) -> None:
    call = f.call(
        redeemable_shares,
        available_shares=available,
        issuable_per_share="shares_per_preferred",
        warrant_shares=warrants,
    )
    left = f"{available}-coverage_ratio*{warrants}" if warrants != "0" else available
    covered = f"({left})/(coverage_ratio*shares_per_preferred)"
    twin = (
        f"preferred_outstanding-MAX(MIN(ROUNDUP(ROUND({covered},6),0)-1,preferred_outstanding),0)"
    )
    limited = available == "cap_amount"  # without a limit once the stockholders have approved
    page.figure(
        name,
        f"Upon {clause}: until {words} covers the rest",
        f"=IF(ISNUMBER(cap_available),{call},0)" if limited else f"={call}",
        p.SHARES,
        unit="preferred shares",
        source=f"Certificate of Designation, VIII.B{section}",
        note="The fewest with which it exceeds the coverage ratio of the shares issuable; "
        + ("its Warrant counted" if warrants != "0" else "Warrants not counted")
        + (", one holder being taken to have all of the Cap Amount." if limited else "."),
        twin=f"IF(ISNUMBER(cap_available),{twin},0)" if limited else twin,
    )
