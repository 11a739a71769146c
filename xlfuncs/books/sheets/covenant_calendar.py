"""The calendar of covenants: every dated one in the order of its date, and how it stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from xlfuncs.books import page as p
from xlfuncs.books.sheets.covenant_words import cited, state_of
from xlfuncs.books.style import mark_words

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_FILED: Final = "registration_filed_on"
_EFFECTIVE: Final = "registration_effective_on"
_APPROVED: Final = "stockholder_approval_date"


class _Day(NamedTuple):
    """A dated covenant.

    Attributes:
        label: what is due, or begins or ends.
        terms: the term with its date, or the closing date and the term with the days after it.
        done: the cell with the day on which it was met; nothing, where a time begins or ends.
        note: what follows.
    """

    label: str
    terms: tuple[str, ...]
    done: str = ""
    note: str = ""


_DAYS: Final = (
    _Day("Closing of Series A", ("series_a_closing_date",)),
    _Day("Closing", ("closing_date",), note="The Premium runs from this day."),
    _Day("Registration statement filed, or a Redemption Event",
         ("closing_date", "redemption_filing_days"), _FILED),
    _Day("Registration statement filed", ("closing_date", "registration_filing_days"), _FILED,
         "The Filing Date."),
    _Day("Stockholder Approval", ("stockholder_approval_deadline",), _APPROVED,
         "Without it a shortage under the cap becomes a Redemption Event."),
    _Day("Registration effective, without comments",
         ("closing_date", "registration_effective_days"), _EFFECTIVE, "Then payments run."),
    _Day("Registration effective, with comments", ("closing_date", "registration_review_days"),
         _EFFECTIVE, "Then payments run, if the SEC commented."),
    _Day("Registration effective, or a Redemption Event",
         ("closing_date", "redemption_effective_days"), _EFFECTIVE),
    _Day("Variable Conversion Price starts", ("variable_price_start",),
         note="This day has the lower of both prices."),
    _Day("Restriction on issuing equity ends", ("restriction_end",)),
    _Day("The named officer may leave without a Redemption Event", ("key_officer_until",)),
    _Day("Warrant: exercise opens", ("opens",)),
    _Day("Placement agent's warrant: exercise opens", ("agent_opens",)),
    _Day("Backstop loan agreement: duty to keep it up ends", ("backstop_end",)),
    _Day("Maturity Date: Required Conversion", ("maturity_date",)),
    _Day("Warrant expires", ("expiry_date",)),
    _Day("Placement agent's warrant expires", ("agent_expiry_date",)),
)  # fmt: skip


def write(page: p.Page, deal: Deal) -> None:
    """Write the section."""
    days = [day for day in _DAYS if page.draft.has(*day.terms)]
    if not page.draft.has("registration_review_days"):
        days = [day._replace(label=day.label.removesuffix(", without comments")) for day in days]
    days.sort(key=lambda day: _date_of(deal, day))  # sorts keep the order of equals
    page.section("Calendar of covenants, in the order of their dates")
    page.headings(
        ("What is due, begins or ends", "Date", "Days from the as-of date", "Where it stands",
         "On the as-of date", "What follows"),
        right=(p.VALUE, p.UNIT),
    )  # fmt: skip
    first = page.row
    for day in days:
        row = page.row
        page.put(p.LABEL, day.label, "Label")
        page.put(p.VALUE, f"={'+'.join(day.terms)}", "Figure", p.DATE)
        page.put(p.UNIT, f"=B{row}-as_of", "Figure", p.SHARES)
        page.put(p.SOURCE, cited(deal, *day.terms[-1:]), "Small")
        done = day.done if page.draft.has(day.done) else ""
        state = state_of(done, f"$B{row}") if done else f'IF(as_of>=$B{row},"past","to come")'
        page.put(p.NAME, f"={state}", "Small")
        page.put(p.NOTE, day.note or None, "Small")
        page.fit_height({p.LABEL: day.label, p.SOURCE: cited(deal, *day.terms[-1:]),
                         p.NOTE: day.note})  # fmt: skip
        page.next()
    last = page.row - 1
    for name, letter in (("covenant_labels", "A"), ("covenant_dates", "B")):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    mark_words(page.sheet, f"E{first}:E{last}", red=("days overdue",), amber=("days late",))
    page.next()
    page.headings()
    page.figure(
        "next_covenant_date",
        "Next date of the calendar",
        '=IF(COUNTIF(covenant_dates,">="&as_of)=0,"none",'
        'SMALL(covenant_dates,COUNTIF(covenant_dates,"<"&as_of)+1))',
        p.DATE,
        unit="date",
        note="The as-of date itself counts.",
        key=True,
    )
    page.figure(
        "next_covenant",
        "What it is",
        "=IF(ISNUMBER(next_covenant_date),INDEX(covenant_labels,"
        'MATCH(next_covenant_date,covenant_dates,0)),"nothing more")',
        p.GENERAL,
        note="The first of them, where several fall on one day.",
    )
    page.sheet.cell(page.row - 1, p.VALUE).style = "Across"
    page.next()


def _date_of(deal: Deal, day: _Day) -> dt.date:
    """The date by the terms as they are when the book is built."""
    start, *days = (deal.terms.value(name) for name in day.terms)
    found = cast("dt.date", start)
    found = dt.date(found.year, found.month, found.day)
    return found + dt.timedelta(days=sum(int(float(str(one))) for one in days))
