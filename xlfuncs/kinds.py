"""The kinds of values an argument may be, and how each checks what a host hands over.

A unit (`xlfuncs.units`) is one of these kinds with a meaning and bounds. Its check gives back
a plain value or raises an error that names the argument, the bound and the value.
"""

from __future__ import annotations

import datetime as dt
from numbers import Real
from typing import Final, NamedTuple

from xlfuncs.errors import BoundsError, CellError, ErrorValue, InputError

# A worksheet's day 60 is 29 February 1900, which never was, and before it Excel and
# LibreOffice count different days: the first date that means one day everywhere is this.
FIRST_DATE: Final = dt.date(1900, 3, 1)
NO_LIMIT: Final = "no limit"

_LONGEST_NUMBER = 1e15
_LONGEST_TEXT = 40


def shown(value: object) -> str:
    """A value as an error sentence shows it, short and on one line.

    >>> shown(1254822), shown(0.06), shown("six")
    ('1,254,822', '0.06', "'six'")
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _shown_number(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return "blank" if value is None else str(value).upper()
    text = value if isinstance(value, str) else f"a {type(value).__name__}"
    text = " ".join(text.split())
    text = f"{text[: _LONGEST_TEXT - 1]}…" if len(text) > _LONGEST_TEXT else text
    return repr(text) if isinstance(value, str) else text


def _shown_number(number: float) -> str:
    if abs(number) < _LONGEST_NUMBER:
        return f"{number:,.15g}"
    try:
        return f"{number:g}"
    except OverflowError:  # a Python int may be too long for a float
        return "a number of many digits"


class Number(NamedTuple):
    """A number with a meaning and bounds; `above` leaves out the lower bound itself."""

    name: str
    meaning: str
    minimum: float
    maximum: float
    cell_format: str
    above: bool = False
    whole: bool = False

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        if self.above:
            return f"above {shown(self.minimum)} and at most {shown(self.maximum)}"
        return f"from {shown(self.minimum)} to {shown(self.maximum)}"

    def fast_test(self, name: str) -> str:
        """A Python condition, true of values that need no closer look."""
        first = "<" if self.above else "<="
        kind = f"type({name}) is int"
        kind = kind if self.whole else f"(type({name}) is float or {kind})"
        return f"{kind} and {self.minimum!r} {first} {name} <= {self.maximum!r}"

    def check(self, value: object, argument: str) -> float:
        """The value as a plain number, or an error that says what is wrong with it."""
        number = plain_number(value, argument)
        too_low = number <= self.minimum if self.above else number < self.minimum
        if not number - number == 0.0:
            raise BoundsError(f"{argument} must be a finite number, not {shown(number)}")
        if too_low or number > self.maximum:
            raise BoundsError(f"{argument} must be {self.bounds}, not {shown(number)}")
        if self.whole and number % 1:
            raise BoundsError(f"{argument} must be a whole number, not {shown(number)}")
        return int(number) if self.whole else number


def plain_number(value: object, argument: str) -> float:
    """An int or a float, whatever kind of real number came; anything else is the wrong kind."""
    kind = type(value)
    if kind is float or kind is int:
        return value  # type: ignore[return-value]  # the exact type was just tested
    if isinstance(value, ErrorValue):
        raise CellError(value, argument)
    if isinstance(value, bool) or type(value).__name__ == "bool_" or value is None:
        raise InputError(f"{argument} must be a number, not {shown(value)}")
    if isinstance(value, Real) or type(value).__name__ == "Decimal":
        try:
            return float(value)  # type: ignore[arg-type]  # Real and Decimal both have __float__
        except (OverflowError, ValueError):  # too long for a float; a signalling NaN
            raise BoundsError(f"{argument} must be a finite number") from None
    raise InputError(f"{argument} must be a number, not {shown(value)}")


class Day(NamedTuple):
    """A calendar date."""

    name: str = "date"
    meaning: str = "a date"
    cell_format: str = "d mmm yyyy"

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return f"a date from {FIRST_DATE.isoformat()} on"

    def fast_test(self, name: str) -> str:
        """A Python condition, true of values that need no closer look."""
        return f"type({name}) is date and {name} >= FIRST_DATE"

    def check(self, value: object, argument: str) -> dt.date:
        """The value as a plain date; a time of day is dropped."""
        if isinstance(value, ErrorValue):
            raise CellError(value, argument)
        if not isinstance(value, dt.date) or value != value:  # noqa: PLR0124  pandas' NaT differs from itself
            raise InputError(f"{argument} must be a date, not {shown(value)}")
        if not dt.MINYEAR <= value.year <= dt.MAXYEAR:  # pandas counts further than a date can
            raise BoundsError(f"{argument} must be {self.bounds}, not one of the year {value.year}")
        day = dt.date(value.year, value.month, value.day)
        if day < FIRST_DATE:
            raise BoundsError(f"{argument} must be {self.bounds}, not {shown(day)}")
        return day


class Moment(NamedTuple):
    """A date with a time of day, in the time zone that the clause names."""

    name: str = "date and time"
    meaning: str = "a date and a time of day"
    cell_format: str = "d mmm yyyy h:mm"

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return f"a date and time from {FIRST_DATE.isoformat()} on"

    def fast_test(self, name: str) -> str:  # noqa: ARG002  one shape for every unit
        """A Python condition, true of values that need no closer look."""
        return "False"

    def check(self, value: object, argument: str) -> dt.datetime:
        """The value as a plain date and time; a date alone is its first moment."""
        day = Day().check(value, argument)
        if not isinstance(value, dt.datetime):
            return dt.datetime.combine(day, dt.time())
        if value.tzinfo is not None:
            raise InputError(f"{argument} must be in the clause's own time, without a time zone")
        time = dt.time(value.hour, value.minute, value.second, value.microsecond)
        return dt.datetime.combine(day, time)


class Flag(NamedTuple):
    """A condition that holds or does not."""

    name: str = "condition"
    meaning: str = "TRUE or FALSE"
    cell_format: str = "General"

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return "TRUE or FALSE"

    def fast_test(self, name: str) -> str:
        """A Python condition, true of values that need no closer look."""
        return f"type({name}) is bool"

    def check(self, value: object, argument: str) -> bool:
        """The value as a truth; 1 and 0 are what some spreadsheets make of TRUE and FALSE."""
        if isinstance(value, ErrorValue):
            raise CellError(value, argument)
        if type(value).__name__ in {"bool", "bool_"}:
            return bool(value)
        if isinstance(value, Real) and value in {0, 1}:
            return bool(value)
        raise InputError(f"{argument} must be TRUE or FALSE, not {shown(value)}")


class Choice(NamedTuple):
    """One of a few words; capitals do not matter."""

    name: str
    meaning: str
    words: tuple[str, ...]
    cell_format: str = "@"

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        quoted = [f'"{word}"' for word in self.words]
        return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]

    def fast_test(self, name: str) -> str:
        """A Python condition, true of values that need no closer look."""
        return f"type({name}) is str and {name} in {self.words!r}"

    def check(self, value: object, argument: str) -> str:
        """The value as one of the words."""
        if isinstance(value, ErrorValue):
            raise CellError(value, argument)
        if not isinstance(value, str):
            raise InputError(f"{argument} must be {self.bounds}, not {shown(value)}")
        word = value.strip().lower()
        if word not in self.words:
            raise InputError(f"{argument} must be {self.bounds}, not {shown(value)}")
        return word


class Limit(NamedTuple):
    """A number of shares that may still be issued, or the text "no limit"."""

    name: str
    meaning: str
    shares: Number

    @property
    def cell_format(self) -> str:
        """The cell format of the number."""
        return self.shares.cell_format

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return f'{self.shares.bounds}, or "{NO_LIMIT}"'

    def fast_test(self, name: str) -> str:
        """A Python condition, true of values that need no closer look."""
        return self.shares.fast_test(name)

    def check(self, value: object, argument: str) -> float | str:
        """The value as a number, or the text "no limit"."""
        if isinstance(value, str) and not isinstance(value, ErrorValue):
            if value.strip().lower() == NO_LIMIT:
                return NO_LIMIT
            raise InputError(f'{argument} must be a number or "{NO_LIMIT}", not {shown(value)}')
        return self.shares.check(value, argument)


class Words(NamedTuple):
    """Free text, such as the name of a function."""

    name: str = "text"
    meaning: str = "text"
    cell_format: str = "@"

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return "text"

    def fast_test(self, name: str) -> str:
        """A Python condition, true of values that need no closer look."""
        return f"type({name}) is str"

    def check(self, value: object, argument: str) -> str:
        """The value as plain text."""
        if isinstance(value, ErrorValue):
            raise CellError(value, argument)
        if not isinstance(value, str):
            raise InputError(f"{argument} must be text, not {shown(value)}")
        return str(value)


class Anything(NamedTuple):
    """A value that is handed on as it came: the arguments of another function."""

    name: str = "any"
    meaning: str = "any value"
    cell_format: str = "General"

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return "any value"

    def fast_test(self, name: str) -> str:  # noqa: ARG002  one shape for every unit
        """A Python condition, true of values that need no closer look."""
        return "True"

    def check(self, value: object, argument: str) -> object:  # noqa: ARG002
        """The value itself."""
        return value


class Table(NamedTuple):
    """A result of several rows and columns."""

    name: str
    meaning: str
    cell_format: str = "General"


Unit = Number | Day | Moment | Flag | Choice | Limit | Words | Anything
