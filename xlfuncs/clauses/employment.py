"""The executive's offer letter: options, salary, bonus, change of control, vacation."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from xlfuncs.calendars import months_later
from xlfuncs.card import card
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import Table
from xlfuncs.rounding import exact, exact_arithmetic, whole_shares_within
from xlfuncs.units import (
    Condition,
    Count,
    Date,
    Fraction,
    Money,
    Periods,
    WholeShares,
    WorkingDays,
)

VestingSchedule = Annotated[
    list[list[date | int]],
    Table("table", "a date and the options vested on it in all, one row a vesting date"),
]

_HALF = 0.5
_MONTHS_TO_THE_FIRST_VESTING = 12
_MONTHS_IN_A_QUARTER = 3
_QUARTERS_AFTER_THE_FIRST_VESTING = 12  # "the remaining three years"
_PARTS = 16  # a quarter at first and 75 % in twelve: so many equal parts
_PARTS_AT_THE_FIRST_VESTING = 4


@card
def option_vested(
    grant: WholeShares, start_date: Date, as_of: Date, acceleration_date: Date | None = None
) -> WholeShares:
    """The options that have vested up to a date.

    A quarter vests on the first anniversary and nothing before it; the rest in twelve
    quarters over the three years after. A Change of Control, a termination without Good Cause
    or a resignation for Good Reason vests all at once; the 24 months of the cash payment do
    not limit this. Nothing vests after employment has ended otherwise: give its last day as
    as_of then.

    Source: Offer Letter, 3
        This option vests over a four-year period; 25% on your anniversary date and 75% vests
        quarterly over the remaining three years. In the event of a Change of Control in the
        Company, termination without Good Cause or resignation with Good Reason … all options
        granted prior to the effective date of the transaction shall immediately vest

    Reading: what has vested in all is rounded down to whole options, and the last quarter
        brings all that is left. A quarter ends on the day of the month of the start, or on the
        last day of a month that has no such day. The options are granted on the first day, so
        an event on that day itself finds none "granted prior".

    Args:
        grant: the options granted.
        start_date: the first day of employment.
        as_of: the date of the question; what vests on it counts.
        acceleration_date: the effective date of the Change of Control, or the date of the
            termination or resignation; left out or blank while there is none.

    Returns:
        whole options; 0 before the first anniversary.

    Raises:
        BoundsError: acceleration_date is before start_date.

    Example:
        >>> option_vested(220000, date(2004, 12, 6), date(2006, 6, 30))
        82500
    """
    if acceleration_date is not None:
        if acceleration_date < start_date:
            raise BoundsError(
                f"acceleration_date {acceleration_date} must not be before start_date {start_date}"
            )
        if start_date < acceleration_date <= as_of:
            return grant
    vested = 0
    for vesting_date, options in _vesting(grant, start_date):
        if vesting_date > as_of:
            break
        vested = options
    return vested


@card
def option_vesting_schedule(grant: WholeShares, start_date: Date) -> VestingSchedule:
    """The dates on which options vest, and how many have vested then in all.

    Thirteen rows: the first anniversary, then twelve quarters. The numbers add up: a row less
    the row before is what vests on that date.

    Source: Offer Letter, 3
        This option vests over a four-year period; 25% on your anniversary date and 75% vests
        quarterly over the remaining three years.

    Reading: what has vested in all is rounded down to whole options, and the last quarter
        brings all that is left. A quarter ends on the day of the month of the start, or on the
        last day of a month that has no such day.

    Args:
        grant: the options granted.
        start_date: the first day of employment.

    Returns:
        thirteen rows of two: the date, and the whole options vested on it in all.

    Raises:
        BoundsError: four years from start_date are beyond the calendar.

    Example:
        >>> option_vesting_schedule(220000, date(2004, 12, 6))[:2]
        [[datetime.date(2005, 12, 6), 55000], [datetime.date(2006, 3, 6), 68750]]
    """
    return [[vesting_date, options] for vesting_date, options in _vesting(grant, start_date)]


@card
def prorated_salary(
    annual_salary: Money, first_day: Date, last_day: Date, days_in_year: Count = 365
) -> Money:
    """The base salary for the days from one date to another, both counted.

    Source: Offer Letter, 2
        your salary shall be at an annualized rate of two hundred thousand dollars ($200,000).
        … In the event you or the Company terminates your employment, for any reason, you will
        earn the base salary prorated to the date of termination.

    Reading: by calendar days, the day of termination included, the year at 365 days even when
        it is a leap year; days_in_year 366 is the other reading for such a year.

    Args:
        annual_salary: the base salary of a year, USD.
        first_day: the first day that is paid.
        last_day: the last day that is paid, the date of termination.
        days_in_year: the days by which a year's salary is divided.

    Returns:
        USD in all, unrounded, before taxes.

    Raises:
        BoundsError: last_day is before first_day.

    Example:
        >>> prorated_salary(200_000.0, date(2005, 1, 1), date(2005, 4, 10))
        54794.520547945205
    """
    if last_day < first_day:
        raise BoundsError(f"last_day {last_day} must not be before first_day {first_day}")
    days = (last_day - first_day).days + 1
    with exact_arithmetic():
        salary = exact(annual_salary) * days / days_in_year
    return float(salary)


@card
def target_bonus(annual_salary: Money, target_fraction: Fraction, quarters: Periods) -> Money:
    """The target bonus of so many quarters.

    A target, not a promise: the letter leaves what has to be reached to a program that was
    still to be finalized.

    Source: Offer Letter, 2
        You are also eligible for a sales incentive compensation program with a target bonus
        payment of 50% of your annual base salary, to be paid quarterly.

    Args:
        annual_salary: the base salary of a year, USD.
        target_fraction: the target as a part of the base salary of a year (0.5).
        quarters: how many quarters, whole.

    Returns:
        USD in all, unrounded.

    Raises:
        BoundsError: an argument is outside its bounds.

    Example:
        >>> target_bonus(200_000.0, 0.5, 1)
        25000.0
    """
    with exact_arithmetic():
        target_of_a_year = exact(target_fraction) * exact(annual_salary)
        bonus = target_of_a_year * quarters / 4
    return float(bonus)


@card
def change_of_control_payment(
    start_date: Date, trigger_date: Date, lump_sum: Money, window_months: Count
) -> Money:
    """The lump sum for a Change of Control, a dismissal without Good Cause, or Good Reason.

    Payable on the fifth day after the event. The 24 months begin with the first day, so the
    last day of the window is the day before its second anniversary. After the window there is
    the prorated salary alone; the options vest all at once in any case.

    Source: Offer Letter, 5.1
        If during the twenty four (24) months commencing on your first day of employment, there
        occurs a Change of control … the Company terminates your employment for other than Good
        Cause … or you resign for Good Reason … the Company shall (a) pay to you, on the fifth
        day following … a lump sum payment of an amount equal to one hundred thousand dollars
        ($100,000)

    Reading: paid once, though a Change of Control is an event of its own and a Good Reason as
        well: give the date of the first event.

    Args:
        start_date: the first day of employment.
        trigger_date: the date of the Change of Control, termination or resignation.
        lump_sum: the payment, USD.
        window_months: the months from the first day in which an event counts (24).

    Returns:
        USD: the lump sum, or 0 after the window.

    Raises:
        BoundsError: trigger_date is before start_date.

    Example:
        >>> change_of_control_payment(date(2004, 12, 6), date(2006, 12, 5), 100_000.0, 24)
        100000.0
    """
    if trigger_date < start_date:
        raise BoundsError(f"trigger_date {trigger_date} must not be before start_date {start_date}")
    first_day_after_window = months_later(start_date, window_months)
    return float(lump_sum) if trigger_date < first_day_after_window else 0.0


@card
def is_change_of_control(
    holders_share_after_merger: Fraction | None,
    acquirer_share: Fraction | None,
    assets_sold: Condition,
    liquidated: Condition,
) -> Condition:
    """Whether there has been a Change of Control.

    Any one of four is enough. Both comparisons are strict: with exactly half of the voting
    control left to the shareholders, or in one hand, there is none.

    Source: Offer Letter, 5.3
        if the shareholders of the Company immediately prior to such consolidation or merger …
        own less that 50% of the voting control of the surviving corporation … any sale, lease
        or other transfer … of all or substantially all of the assets … any Person other than
        Carl Berg or any entity owned or affiliated with him shall become the beneficial owner
        … of … more than fifty percent (50%) of the voting control … a liquidation of the
        Company

    Reading: "less that 50%" is less than 50 %.

    Args:
        holders_share_after_merger: the part of the voting control of the surviving corporation
            that the shareholders of before own; blank where there is no merger.
        acquirer_share: the part of the voting control that a person has come to own
            beneficially; blank where nobody has, and for Carl Berg and his affiliates.
        assets_sold: TRUE if all or substantially all assets were sold, leased or transferred.
        liquidated: TRUE if the Company is liquidated.

    Returns:
        TRUE or FALSE.

    Raises:
        InputError: assets_sold or liquidated is blank.

    Example:
        >>> is_change_of_control(0.5, 0.501, False, False)
        True
    """
    control_lost_in_merger = (
        holders_share_after_merger is not None and holders_share_after_merger < _HALF
    )
    control_acquired = acquirer_share is not None and acquirer_share > _HALF
    return control_lost_in_merger or control_acquired or assets_sold or liquidated


@card
def vacation_accrued(
    annual_days: WorkingDays, periods_per_year: Count, periods: Periods
) -> WorkingDays:
    """The days of vacation accrued after so many pay periods.

    Source: Offer Letter, 4
        You will be eligible for four weeks of vacation per year, accrued on a bi-weekly basis.

    Reading: four weeks are 20 working days, and two weeks the 26th part of a year. The letter
        sets no limit to what may be carried from year to year.

    Args:
        annual_days: the days of vacation of a year (20).
        periods_per_year: the pay periods of a year (26).
        periods: the pay periods completed, whole.

    Returns:
        working days, unrounded.

    Raises:
        BoundsError: an argument is outside its bounds.

    Example:
        >>> vacation_accrued(20, 26, 13)
        10.0
    """
    with exact_arithmetic():
        days = exact(annual_days) * periods / periods_per_year
    return float(days)


def _vesting(grant: int, start_date: date) -> Iterator[tuple[date, int]]:
    """The vesting dates, each with the options vested on it in all."""
    for quarter in range(_QUARTERS_AFTER_THE_FIRST_VESTING + 1):
        months = _MONTHS_TO_THE_FIRST_VESTING + quarter * _MONTHS_IN_A_QUARTER
        parts = _PARTS_AT_THE_FIRST_VESTING + quarter
        with exact_arithmetic():
            options = whole_shares_within(exact(grant) * parts / _PARTS)
        yield months_later(start_date, months), options
