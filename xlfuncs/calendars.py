"""Business and trading days: Monday to Friday less holidays, which are data of the deal.

The documents run three clocks: calendar days, business days and trading days. A day is a
business or a trading day if it is neither a Saturday, a Sunday nor in the list of holidays
given; which list belongs to which clock is for the caller to say.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import TYPE_CHECKING

from xlfuncs.errors import BoundsError
from xlfuncs.kinds import FIRST_DATE

if TYPE_CHECKING:
    from collections.abc import Collection

_SATURDAY = 5
_ONE_DAY = dt.timedelta(days=1)


def is_open(day: dt.date, holidays: Collection[dt.date]) -> bool:
    """Whether a day is neither at the weekend nor a holiday.

    >>> is_open(dt.date(1999, 7, 5), [dt.date(1999, 7, 5)])
    False
    """
    return day.weekday() < _SATURDAY and day not in holidays


def open_days_before(day: dt.date, count: int, holidays: Collection[dt.date]) -> list[dt.date]:
    """The last `count` open days before a day, which itself is not among them; oldest first.

    Fewer come back only where the calendar itself begins.

    >>> open_days_before(dt.date(1999, 8, 2), 2, [])
    [datetime.date(1999, 7, 29), datetime.date(1999, 7, 30)]
    """
    closed = frozenset(holidays)
    found: list[dt.date] = []
    current = day
    while len(found) < count and current > dt.date.min:
        current -= _ONE_DAY
        if is_open(current, closed):
            found.append(current)
    found.reverse()
    return found


def open_day_after(day: dt.date, count: int, holidays: Collection[dt.date]) -> dt.date:
    """The open day that is so many open days after a day; a negative count goes back.

    The day itself is not counted, open or not. A count of 0 gives the day itself.

    >>> open_day_after(dt.date(1999, 7, 2), 1, [dt.date(1999, 7, 5)])
    datetime.date(1999, 7, 6)

    Raises:
        BoundsError: the calendar of a spreadsheet begins or ends before.
    """
    closed = frozenset(holidays)
    step, last = (_ONE_DAY, dt.date.max) if count > 0 else (-_ONE_DAY, FIRST_DATE)
    left = abs(count)
    current = day
    while left:
        if current == last:
            raise BoundsError(f"{count} open days from {day} is beyond {last}")
        current += step
        left -= is_open(current, closed)
    return current


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month; the month's last day where it has no such day.

    Months are always counted from the first date, so that 31 January comes to 28 February
    and then to 31 March.

    >>> months_later(dt.date(2005, 1, 31), 1), months_later(dt.date(2005, 1, 31), 2)
    (datetime.date(2005, 2, 28), datetime.date(2005, 3, 31))

    Raises:
        BoundsError: the calendar ends before.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > dt.MAXYEAR:
        raise BoundsError(f"{months} months after {day} is beyond the year {dt.MAXYEAR}")
    length = monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, length))
