"""The offer letter against a second count, and what must hold for any grant and any start."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support.oracles import typed

steady = settings(deadline=None, derandomize=True, max_examples=150)

starts = st.dates(dt.date(2000, 1, 1), dt.date(2012, 12, 31))
grants = st.integers(0, 10**7)
money = st.integers(0, 10**9).map(lambda cents: cents / 100)
DAY = dt.timedelta(days=1)


def months_on(start: dt.date, months: int) -> dt.date:
    """Month by month, holding on to the day of the start: another way than the clause's."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@steady
@given(grant=grants, start=starts)
def test_the_schedule_is_a_quarter_and_twelve_sixteenths(grant: int, start: dt.date) -> None:
    rows = xlfuncs.option_vesting_schedule(grant, start)
    assert [row[0] for row in rows] == [months_on(start, 12 + 3 * row) for row in range(13)]
    assert [row[1] for row in rows] == [grant * (4 + row) // 16 for row in range(13)]
    assert rows[-1][1] == grant


@steady
@given(grant=grants, start=starts, row=st.integers(0, 12))
def test_vested_follows_the_schedule_day_for_day(grant: int, start: dt.date, row: int) -> None:
    rows = xlfuncs.option_vesting_schedule(grant, start)
    day, vested = rows[row]
    assert isinstance(day, dt.date)
    before = rows[row - 1][1] if row else 0
    assert xlfuncs.option_vested(grant, start, day) == vested
    assert xlfuncs.option_vested(grant, start, day - DAY) == before


@steady
@given(
    grant=grants,
    start=starts,
    as_of=st.integers(-100, 2000),
    event=st.integers(1, 2000),
)
def test_an_event_vests_all_from_its_day_on_and_changes_nothing_before(
    grant: int, start: dt.date, as_of: int, event: int
) -> None:
    day = start + as_of * DAY
    vested = xlfuncs.option_vested(grant, start, day, start + event * DAY)
    assert vested == (grant if as_of >= event else xlfuncs.option_vested(grant, start, day))


@steady
@given(salary=money, first=starts, days=st.integers(1, 1500), cut=st.integers(1, 1499))
def test_salary_is_by_the_day_and_adds_up(
    salary: float, first: dt.date, days: int, cut: int
) -> None:
    last = first + (days - 1) * DAY
    paid = xlfuncs.prorated_salary(salary, first, last)
    assert paid == float(typed(salary) * days / 365)
    if cut < days:
        middle = first + (cut - 1) * DAY
        parts = xlfuncs.prorated_salary(salary, first, middle)
        parts += xlfuncs.prorated_salary(salary, middle + DAY, last)
        assert abs(parts - paid) <= 1e-9 * max(paid, 1)


@steady
@given(
    salary=money,
    target=st.integers(0, 100).map(lambda percent: percent / 100),
    quarters=st.integers(0, 40),
)
def test_bonus_of_a_quarter_is_a_fourth(salary: float, target: float, quarters: int) -> None:
    bonus = xlfuncs.target_bonus(salary, target, quarters)
    assert bonus == float(typed(salary) * typed(target) * quarters / 4)


@steady
@given(start=starts, months=st.integers(1, 60), offset=st.integers(-3, 3))
def test_the_window_ends_the_day_before_its_months_come_round(
    start: dt.date, months: int, offset: int
) -> None:
    end = months_on(start, months)
    trigger = end + offset * DAY
    paid = xlfuncs.change_of_control_payment(start, trigger, 100_000, months)
    assert paid == (100_000 if trigger < end else 0)


@steady
@given(
    left=st.none() | st.integers(0, 1000).map(lambda permille: permille / 1000),
    taken=st.none() | st.integers(0, 1000).map(lambda permille: permille / 1000),
    sold=st.booleans(),
    ended=st.booleans(),
)
def test_change_of_control_is_any_of_four(
    *,
    left: float | None,
    taken: float | None,
    sold: bool,
    ended: bool,
) -> None:
    merged = left is not None and typed(left) < Fraction(1, 2)
    acquired = taken is not None and typed(taken) > Fraction(1, 2)
    answer = xlfuncs.is_change_of_control(left, taken, sold, ended)
    assert answer is any([merged, acquired, sold, ended])


@steady
@given(days=st.integers(0, 100), periods=st.integers(0, 1000), per_year=st.integers(1, 365))
def test_vacation_is_the_exact_fraction(days: int, periods: int, per_year: int) -> None:
    accrued = xlfuncs.vacation_accrued(days, per_year, periods)
    assert accrued == float(Fraction(days * periods, per_year))
