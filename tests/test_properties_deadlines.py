"""Clocks counted day by day, apart from the calendars, and what holds of all of them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfuncs import deadlines
from xlfuncs.clauses.deadlines import CLOCKS, EVENTS, Clock, Days

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
HOLIDAYS = st.lists(DAYS, max_size=12)
DOCUMENTS = {
    "Certificate of Designation",
    "Warrant",
    "Securities Purchase Agreement",
    "Registration Rights Agreement",
    "Offer Letter",
}
ONE_DAY = dt.timedelta(days=1)


def _counted(clock: Clock, day: dt.date, closed: list[dt.date]) -> dt.date:
    """Step by step: a day counts if its clock runs on it."""
    forward = ONE_DAY if clock.number > 0 else -ONE_DAY
    left = abs(clock.number)
    if clock.from_first:
        day -= ONE_DAY
    while left:
        day += forward
        open_day = day.weekday() < 5 and day not in closed
        left -= clock.days is Days.CALENDAR or open_day
    return day + dt.timedelta(days=clock.more_days)


@settings(deadline=None, derandomize=True)
@given(day=DAYS, holidays=HOLIDAYS, market=st.none() | HOLIDAYS, event=st.sampled_from(EVENTS))
def test_each_date_is_the_one_counted_by_hand(
    day: dt.date, holidays: list[dt.date], market: list[dt.date] | None, event: str
) -> None:
    clocks = [clock for clock in CLOCKS if clock.event == event]
    rows = deadlines(event, day, holidays, market)
    assert len(rows) == len(clocks)
    for clock, row in zip(clocks, rows, strict=True):
        if clock.days is Days.MONTHS:
            continue
        closed = market if market is not None and clock.days is Days.TRADING else holidays
        assert row[1] == _counted(clock, day, closed)


@given(day=DAYS)
def test_months_end_on_the_same_day_or_the_day_before(day: dt.date) -> None:
    last = deadlines("first day of employment", day)[-1][1]
    after = last + ONE_DAY
    assert (after.year, after.month) == (day.year + 2, day.month)
    assert after.day == day.day or (day.month, day.day, after.day) == (2, 29, 28)
    anniversary = deadlines("closing", day)[-1][1]
    assert anniversary == after


@pytest.mark.parametrize("clock", CLOCKS, ids=[f"{one.event}-{one.section}" for one in CLOCKS])
def test_a_clock_is_complete(clock: Clock) -> None:
    assert clock.event == clock.event.lower()
    assert clock.document in DOCUMENTS
    assert clock.number
    assert clock.deadline
    assert clock.words
    rows = deadlines(clock.event.upper(), dt.date(1999, 8, 2))
    clause = f"{clock.document}, {clock.section}"
    assert [clock.deadline, clause, clock.words] in [[row[0], row[3], row[4]] for row in rows]
    assert {len(row) for row in rows} == {5}


def test_every_event_is_named_where_a_reader_looks() -> None:
    text = " ".join((deadlines.__doc__ or "").split())
    assert not [event for event in EVENTS if event not in text]
