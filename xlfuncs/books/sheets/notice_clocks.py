"""Clocks: what would be due, and by when, if an event happened on the as-of date."""

from __future__ import annotations

from typing import Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.clauses.deadlines import CLOCKS, deadlines

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


def write(page: p.Page) -> None:
    """Write the section: a row for each clock that one of the events starts."""
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
        twin = (
            f'IF(ISNUMBER(SEARCH("business",Redemption!$E${row})),WORKDAY(as_of,{count},holidays),'
            f"as_of+{count})"
        )
        page.check(name, f"{clock.event.capitalize()}: {clock.deadline}", twin, p.DATE)
        page.next()
    page.next()
