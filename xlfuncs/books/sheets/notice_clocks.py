"""Clocks: what would be due, and by when, if an event happened on the as-of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.clauses.deadlines import CLOCKS, deadlines

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_EVENTS: Final = (
    "notice of conversion",
    "confirmation of conversion",
    "conversion date",
    "certificates delivered",
    "delivery period ended",
    "demand for default payments",
    "legend notice",
    "breach notice",
    "redemption notice",
)
# The terms that say the same number of days as the clock of an event, where it starts but one.
_TERMS: Final = {
    "demand for default payments": "demand_days",
    "legend notice": "legend_cure_days",
    "breach notice": "breach_cure_days",
    "redemption notice": "redemption_payment_days",
}
_DOCUMENT: Final = "Certificate of Designation"


def write(page: p.Page, deal: Deal) -> None:
    """Write the section: a row for each clock that one of the events starts.

    The clocks are those of the certificate that the function reads: a deal with another one has
    its own days, and no such section.
    """
    if all(one.name != _DOCUMENT for one in deal.terms.heading.documents):
        return
    page.section("Clocks: what is due, if it happens on the as-of date")
    heads = ("What is due", "Not later than", "From the event", "Where it stands", "Count", "Words")
    page.headings(heads, right=(p.VALUE,))
    started = [clock for event in _EVENTS for clock in CLOCKS if clock.event == event]
    first = page.row
    for place, clock in enumerate(started, 1):
        row = page.row
        table = f.call(deadlines, optional=("holidays",), event_name=f"$C{row}", from_date="as_of")
        # Its place among the clocks of one event: the rows so far that begin with the same.
        number = f"COUNTIF($C${first}:$C{row},$C{row})"
        page.put(p.LABEL, clock.deadline[:1].upper() + clock.deadline[1:], "Label")
        page.put(p.UNIT, clock.event, "Small")
        for column, part, style, cell_format in (
            (p.VALUE, 2, "Figure", p.DATE),
            (p.NAME, 3, "Small", p.GENERAL),
            (p.SOURCE, 4, "Small", p.GENERAL),
            (p.NOTE, 5, "Small", p.GENERAL),
        ):
            page.put(column, f"=INDEX({table},{number},{part})", style, cell_format)
        name = f"clock_{place}"
        page.draft.define(name, page.sheet.title, f"$B${row}")
        count = f'VALUE(LEFT(Redemption!$E${row},FIND(" ",Redemption!$E${row})-1))'
        term = _TERMS.get(clock.event, "")
        if page.draft.has(term):
            count = term
        twin = (
            f'IF(ISNUMBER(SEARCH("business",Redemption!$E${row})),WORKDAY(as_of,{count},holidays),'
            f"as_of+{count})"
        )
        page.check(name, f"{clock.event.capitalize()}: {clock.deadline}", twin, p.DATE)
        page.next()
    page.next()
