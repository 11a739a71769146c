"""The holidays of the New York Stock Exchange, by the package exchange_calendars if it is there."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Final

from xlfuncs.errors import CommandError

_SATURDAY: Final = 5
_ONE_DAY: Final = dt.timedelta(days=1)
_MOST_YEARS: Final = 100


def parse_years(text: str) -> tuple[int, int]:
    """The first and the last of a range of years as a person types it.

    >>> parse_years("2024-2029"), parse_years("2024")
    ((2024, 2029), (2024, 2024))

    Raises:
        CommandError: it is none.
    """
    first, dash, last = text.partition("-")
    years = [first.strip(), last.strip() if dash else first.strip()]
    if all(len(year) == len("2024") and year.isascii() and year.isdigit() for year in years):
        low, high = map(int, years)
        if 0 < low <= high < low + _MOST_YEARS:
            return low, high
    raise CommandError(f"--years must be years like 2024-2029, not {text!r}")


def holiday_rows(first: int, last: int) -> str:
    """The rows of holidays.csv for some years: weekdays without trading all day.

    Days to come are those of the exchange's rules; a closing that nobody foresees is not there.

    Raises:
        CommandError: exchange_calendars is not installed, or does not know these years.
    """
    try:
        import exchange_calendars as calendars  # noqa: PLC0415  optional, and slow to import
    except ImportError:
        raise CommandError(
            "--years needs the package exchange_calendars (pip install xlfuncs[calendar]); without "
            "it leave --years out, and fill in holidays.csv by hand"
        ) from None
    start, end = dt.date(first, 1, 1), dt.date(last, 12, 31)
    try:
        with warnings.catch_warnings():  # what it says to its own developers
            warnings.simplefilter("ignore")
            calendar = calendars.get_calendar("XNYS", start=start.isoformat(), end=end.isoformat())
            named = calendar.regular_holidays.holidays(start=start, end=end, return_name=True)
    except ValueError as error:
        said = " ".join(str(error).split())
        raise CommandError(f"--years {first}-{last}: exchange_calendars says: {said}") from error
    sessions = {session.date() for session in calendar.sessions}
    names = {day.date(): str(name) for day, name in named.items()}
    source = f"exchange_calendars {calendars.__version__}: XNYS"
    rows = []
    day = start
    while day <= end:
        if day.weekday() < _SATURDAY and day not in sessions:
            rows.append(f"{day},{names.get(day, 'closed on this day alone')},{source}\n")
        day += _ONE_DAY
    return "".join(rows)
