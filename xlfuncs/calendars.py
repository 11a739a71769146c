"""Business and trading days: Monday to Friday less holidays, which are data of the deal.

The documents run three clocks: calendar days, business days and trading days. A day is a
business or a trading day if it is neither a Saturday, a Sunday nor in the list of holidays
given; which list belongs to which clock is for the caller to say.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

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
