"""The events of an employment: a section of the first sheet that speaks of them."""

from __future__ import annotations

from xlfuncs.books import page as p
from xlfuncs.kinds import Day


def write(page: p.Page) -> None:
    """Write the section, unless a sheet before has it."""
    if "event_date" in page.draft.names:
        return
    page.section("Events")
    page.headings()
    page.entry(
        "trigger_date",
        "Change of Control, dismissal without Good Cause, or resignation for Good Reason",
        None,
        p.DATE,
        unit="date; blank while there is none",
        source="Offer Letter, 3; Offer Letter, 5.1",
        note="The first of them, from the first day of employment on.",
        bounds=Day(),
    )
    page.entry(
        "termination_date",
        "Last day of employment",
        None,
        p.DATE,
        unit="date; blank while employed",
        source="Offer Letter, 2",
        note="Whatever the reason.",
        bounds=Day(),
    )
    page.figure(
        "employed_to",
        "Employed up to",
        "=IF(ISNUMBER(termination_date),MIN(termination_date,as_of),as_of)",
        p.DATE,
        unit="date",
        note="The as-of date, or the last day of employment before it.",
    )
    page.figure(
        "event_date",
        "Event under review",
        "=IF(ISNUMBER(trigger_date),trigger_date,MAX(employed_to,start_date))",
        p.DATE,
        unit="date",
        source="Offer Letter, 3; Offer Letter, 5.1",
        note="The trigger date; while there is none, an event on the date above, or on the first "
        "day of employment if that is later.",
    )
    page.next()
