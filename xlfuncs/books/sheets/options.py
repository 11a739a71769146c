"""Options: what has vested, when the rest will, what an event would vest at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import events
from xlfuncs.clauses.employment import option_vested, option_vesting_schedule

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_LETTER: Final = "Offer Letter, 3"
_QUARTERS: Final = 12
_QUARTER_LABEL: Final = '"Quarter "0" after it";;"First anniversary"'
_PART: Final = "(first_vesting_part+(1-first_vesting_part)*{quarters}/vesting_quarters)"
_VESTED: Final = (
    'IF(COUNTIF(vesting_dates,"<="&{day})=0,0,INT(grant*'
    + _PART.format(quarters='(COUNTIF(vesting_dates,"<="&{day})-1)')
    + "))"
)
_FIRST: Final = "25% on your anniversary date"
_REST: Final = "75% vests quarterly over the remaining three years"


def write(draft: p.Draft, deal: Deal) -> None:  # noqa: ARG001  every sheet is written alike
    """Write the sheet."""
    page = p.Page(draft, "Options", "Options", "Vested on the as-of date, and still to vest")
    events.write(page)
    _vested(page)
    _value(page)
    _acceleration(page)
    _schedule(page)
    page.sheet.freeze_panes = "B4"


def _vested(page: p.Page) -> None:
    page.section("Vested")
    page.headings()
    vested = f.call(
        option_vested,
        optional=("acceleration_date",),
        as_of="employed_to",
        acceleration_date="trigger_date",
    )
    by_time = _VESTED.format(day="employed_to")
    page.figure(
        "grant_state",
        "State of the grant",
        '=IF(as_of<start_date,"not yet granted","granted")',
        p.GENERAL,
        source=_LETTER,
        note="The options are granted on the first day of employment.",
    )
    page.figure(
        "options_vested",
        "Options vested",
        f"={vested}",
        p.SHARES,
        unit="whole options",
        source=f.source(option_vested),
        note=f.note(option_vested),
        key=True,
        twin="IF(ISNUMBER(trigger_date),IF(AND(trigger_date>start_date,trigger_date<=employed_to),"
        f"grant,{by_time}),{by_time})",
    )
    page.figure(
        "options_unvested",
        "Options not vested",
        "=grant-options_vested",
        p.SHARES,
        unit="whole options",
        source=_LETTER,
        note="Lost, if employment has ended otherwise than by an event that vests all.",
    )
    page.figure(
        "next_vesting_date",
        "Next date on which options vest",
        '=IF(OR(options_vested=grant,employed_to<as_of),"none",'
        'INDEX(vesting_dates,COUNTIF(vesting_dates,"<="&as_of)+1))',
        p.DATE,
        unit="date",
        source=_LETTER,
    )
    page.next()


def _value(page: p.Page) -> None:
    page.section("Value on exercise, before taxes")
    page.headings()
    page.figure(
        "option_spread",
        "Stock price above the exercise price",
        "=MAX(stock_price-strike,0)",
        p.PRICE,
        unit="USD an option",
        source="Assumptions on the sheet Terms",
        note="Both prices are assumptions: the letter gives neither.",
    )
    page.figure(
        "vested_value",
        "Value of the vested options",
        "=options_vested*option_spread",
        p.MONEY,
        unit="USD",
    )
    page.figure(
        "exercise_cost",
        "Cost of exercising the vested options",
        "=options_vested*strike",
        p.MONEY,
        unit="USD",
    )
    page.next()


def _acceleration(page: p.Page) -> None:
    page.section("The event under review")
    page.headings()
    at_once = f.call(
        option_vested,
        optional=("acceleration_date",),
        as_of="event_date",
        acceleration_date="event_date",
    )
    by_time = f.call(option_vested, as_of="event_date")
    page.figure(
        "accelerated_options",
        "Options that vest at once",
        f"={at_once}-{by_time}",
        p.SHARES,
        unit="whole options",
        source=f.source(option_vested),
        note="All that has not vested by time; there is no limit of 24 months.",
        key=True,
        twin="IF(event_date<start_date,NA(),IF(event_date=start_date,0,"
        f"grant-{_VESTED.format(day='event_date')}))",
    )
    page.figure(
        "accelerated_value",
        "Their value",
        "=accelerated_options*option_spread",
        p.MONEY,
        unit="USD",
    )
    page.next()


def _schedule(page: p.Page) -> None:
    """The thirteen vesting dates, each date and number with its own twin."""
    page.section("Vesting by time")
    page.headings()
    for name, label, value, cell_format, unit, words in (
        ("first_vesting_months", "First vesting after", 12, p.COUNT, "months", _FIRST),
        ("first_vesting_part", "Part that vests then", 0.25, p.PERCENT, "of the grant", _FIRST),
        ("vesting_quarter_months", "Months of a quarter", 3, p.COUNT, "months", _REST),
        ("vesting_quarters", "Quarters for the rest", _QUARTERS, p.COUNT, "quarters", _REST),
    ):
        note = f"“{words}”. The function has it too: with another number the checks fail."
        page.entry(name, label, value, cell_format, unit=unit, source=_LETTER, note=note)
    page.headings(
        ("", "Date", "Vested in all", "Vests on the date", "On the as-of date", ""),
        right=(p.VALUE, p.UNIT, p.SOURCE),
    )
    table = f.call(option_vesting_schedule)
    first = page.row
    for quarter in range(_QUARTERS + 1):
        row = page.row
        status = f'=IF(C{row}<=options_vested,"vested",IF(employed_to<as_of,"lost","to come"))'
        page.put(p.LABEL, quarter, "Number label", _QUARTER_LABEL)
        date = page.put(p.VALUE, f"=INDEX({table},$A{row}+1,1)", "Figure", p.DATE)
        vested = page.put(p.UNIT, f"=INDEX({table},$A{row}+1,2)", "Figure", p.SHARES)
        page.put(p.SOURCE, f"=C{row}-N(C{row - 1})", "Figure", p.SHARES)
        page.put(p.NAME, status, "Small")
        number = f"Options!$A${row}"
        part = _PART.format(quarters=number)
        months = f"first_vesting_months+vesting_quarter_months*{number}"
        for name, what, cell, twin, cell_format in [
            ("vesting_date", "date", date, f"EDATE(start_date,{months})", p.DATE),
            ("vested_by_date", "vested in all", vested, f"INT(grant*{part})", p.SHARES),
        ]:
            named = f"{name}_{quarter + 1}"
            page.draft.define(named, page.sheet.title, cell)
            words = f"Row {quarter + 1} of the vesting schedule: {what}"
            page.check(named, words, twin, cell_format)
        page.next()
    page.draft.define("vesting_dates", page.sheet.title, f"$B${first}:$B${page.row - 1}")
