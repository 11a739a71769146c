"""Dates as spreadsheets count them: days from an epoch, the time of day as a fraction.

A workbook counts from 1900 or from 1904. Before 1 March 1900 spreadsheets disagree about the
day that a number means (29 February 1900 never was), so there a number is no date here.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

DAYS_TO_1904: Final = 1462
FIRST_SERIAL: Final = 61  # 1 March 1900
LAST_SERIAL: Final = 2_958_465  # 31 December 9999

_DAY_ZERO: Final = dt.date(1899, 12, 30).toordinal()
_SECONDS_A_DAY: Final = 86_400


def shift_of(*, date1904: bool) -> int:
    """The days between a workbook's epoch and that of 1900."""
    return DAYS_TO_1904 if date1904 else 0


def date_of(serial: float, shift: int = 0) -> dt.date | None:
    """The day that a number means, or None if it means none everywhere.

    >>> date_of(36201.75), date_of(34739.0, DAYS_TO_1904), date_of(60.0)
    (datetime.date(1999, 2, 10), datetime.date(1999, 2, 10), None)
    """
    number = serial + shift
    if not FIRST_SERIAL <= number < LAST_SERIAL + 1:
        return None
    return dt.date.fromordinal(_DAY_ZERO + int(number))


def moment_of(serial: float, shift: int = 0) -> dt.datetime | None:
    """The day and time that a number means, to the second, or None.

    >>> moment_of(36201.75)
    datetime.datetime(1999, 2, 10, 18, 0)
    """
    day = date_of(serial, shift)
    if day is None:
        return None
    seconds = min(round(serial % 1 * _SECONDS_A_DAY), _SECONDS_A_DAY - 1)
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds)


def serial_of(day: dt.date, shift: int = 0) -> float:
    """The number for a day, or for a day and time.

    >>> serial_of(dt.date(1999, 2, 10)), serial_of(dt.datetime(1999, 2, 10, 18))
    (36201.0, 36201.75)
    """
    whole = float(day.toordinal() - _DAY_ZERO - shift)
    if not isinstance(day, dt.datetime):
        return whole
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return whole + seconds / _SECONDS_A_DAY
