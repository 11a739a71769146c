"""Two rules on registration that run side by side: payments by one, redemption by the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import page as p
from xlfuncs.books.sheets.covenant_words import cited, state_of
from xlfuncs.books.style import mark_words

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

EVENT: Final = "Redemption Event"
_NO_EVENT: Final = '"no event"'
_USE: Final = ("redemption_unusable_days", "redemption_unusable_days_in_year")


def write(page: p.Page, deal: Deal) -> None:
    """Write the section."""
    page.section("Two rules side by side, at the dates above: payments, and redemption")
    page.headings(
        (
            "What is asked for",
            "Payments: by",
            "On the as-of date",
            "Redemption Event: unless by",
            "On the as-of date",
            "Where they stand",
        ),
        right=(p.VALUE, p.SOURCE),
    )
    first = page.row
    filed, effective = "registration_filed_on", "registration_effective_on"
    event_by = f"$D{page.row}"
    _row(
        page,
        "Filing",
        "=registration_filing_deadline",
        f"={state_of(filed, 'registration_filing_deadline')}",
        "=closing_date+redemption_filing_days",
        _event(filed, event_by),
        cited(deal, "registration_filing_days", "redemption_filing_days"),
    )
    event_by = f"$D{page.row}"
    _row(
        page,
        "Effectiveness",
        "=registration_deadline",
        f"={state_of(effective, 'registration_deadline')}",
        "=closing_date+redemption_effective_days",
        _event(effective, event_by),
        cited(deal, "registration_effective_days", "redemption_effective_days"),
    )
    if page.draft.has("unavailable_start", *_USE):
        _use(page, deal)
    last = page.row - 1
    page.draft.define("registration_events", page.sheet.title, f"$E${first}:$E${last}")
    mark_words(page.sheet, f"E{first}:E{last}", red=(EVENT,))
    page.next()
    words = (
        "Neither rule excludes the other: a statement filed late for the one can be in time for "
        "the other, and payments do not cure a Redemption Event."
    )
    page.put(p.LABEL, words, "Plain", row=page.row - 1)
    page.next()


def _event(done: str, deadline: str) -> str:
    """Whether a day was missed, so that it is a Redemption Event."""
    return (
        f"=IF(AND(ISNUMBER({done}),{done}<=MIN({deadline},as_of)),{_NO_EVENT},"
        f'IF(as_of>{deadline},"{EVENT}","days left: "&({deadline}-as_of)))'
    )


def _use(page: p.Page, deal: Deal) -> None:
    """Sales that cannot be made: payments at once, an event after days at a stretch or in all."""
    row = page.row
    stretch = (
        "IF(ISNUMBER(unavailable_start),"
        'WORKDAY(unavailable_start-1,redemption_unusable_days,holidays),"not so far")'
    )
    over = f"unavailable_start+unavailable_days>$D{row}"
    many = "unavailable_days>redemption_unusable_days_in_year"
    open_now = "unavailable_start+unavailable_days>=as_of"
    _row(
        page,
        "Sales that can be made: usable again by",
        "=unavailable_start",
        '=IF(unavailable_days=0,"no payment","days to be paid: "&unavailable_days)',
        f"={stretch}",
        f"=IF(NOT(ISNUMBER(unavailable_start)),{_NO_EVENT},"
        f'IF(OR({over},{many}),"{EVENT}",IF({open_now},"business days left: "'
        f"&NETWORKDAYS(as_of,$D{row},holidays),{_NO_EVENT})))",
        f"{cited(deal, 'monthly_rate')}; {cited(deal, *_USE)}",
    )


def _row(
    page: p.Page, label: str, by: str, state: str, event_by: str, event: str, where: str
) -> None:
    page.put(p.LABEL, label, "Label")
    page.put(p.VALUE, by, "Figure", p.DATE)
    page.put(p.UNIT, state, "Small")
    page.put(p.SOURCE, event_by, "Figure", p.DATE)
    page.put(p.NAME, event, "Small")
    page.put(p.NOTE, where, "Small")
    page.sheet.row_dimensions[page.row].height = _HEIGHT
    page.next()


_HEIGHT: Final = 27.0  # two lines of small letters
