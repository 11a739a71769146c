"""Numbers made text and texts made numbers as Excel does it by itself, in `1/3&""` and `"6%"+1`.

The text is read as an Excel of the United States reads it. What another language's Excel, or the
year in which it is read, would make something else of is not guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from functools import lru_cache
from math import floor, isfinite
from typing import Final

from xlfuncs.serials import serial_of

_DIGITS: Final = 15  # that Excel takes of a number
_LONGEST: Final = 20  # characters of a number below 1 that is written without an exponent
_MOST_WRITTEN_OUT: Final = 19  # the power of ten of a number that is
_FEWER_DIGITS: Final = 99  # the power of ten from which on Excel writes one digit less

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_MONEY = re.compile(
    r"(?P<open>\()?(?P<sign>[+-])?\$?(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?"
    r"|\.[0-9]+)(?P<percent>%)?(?P<close>\))?"
)
_DATE = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"|(?P<day2>[0-9]{1,2})[ -](?P<name>[A-Za-z]{3,9})[ -](?P<year2>[0-9]{4})"
    r"|(?P<name3>[A-Za-z]{3,9}) (?P<day3>[0-9]{1,2}), (?P<year3>[0-9]{4})"
)
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?(?: (?P<half>[AP]M))?",
    re.IGNORECASE,
)
_OF_ERRORS = re.compile(r"(?:<>|[<>=]=?)?#(?:[A-Z]+(?:/0)?[!?]|N/A)", re.IGNORECASE)
_OF_TRUTHS = re.compile(r"[<>]=?(?:TRUE|FALSE)", re.IGNORECASE)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SHORT: Final = 3
_WORD = re.compile(r"[^\W\d_]+")
# Words that a text may hold and still be a date, a time or a number to some Excel.
_WORDS_OF_NUMBERS: Final = frozenset({"a", "p", "am", "pm", "e", "d"})
_FIRST_YEAR: Final = 1901  # before it the two date systems, and programs, differ
_DAY: Final = 86_400


class DoubtfulError(Exception):
    """A text of which one Excel makes a number and another does not; the reason."""


def text_of(number: float) -> str:
    """A number as Excel joins it to text: 15 digits, an exponent only where it gets too long.

    >>> text_of(1 / 3), text_of(1e20), text_of(1e-5), text_of(1234567890123456.0)
    ('0.333333333333333', '1E+20', '0.00001', '1234567890123460')
    """
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = f"{abs(number):.{_DIGITS - 1}e}".partition("e")
    power = int(exponent)
    if abs(power) >= _FEWER_DIGITS:
        mantissa = f"{abs(number):.{_DIGITS - 2}e}".partition("e")[0]
    digits = mantissa.replace(".", "").rstrip("0")
    if not digits or abs(number) < sys.float_info.min:
        return "0"
    if power > _MOST_WRITTEN_OUT or (power < 0 and 1 - power + len(digits) > _LONGEST):
        point = f".{digits[1:]}" if digits[1:] else ""
        return f"{sign}{digits[0]}{point}E{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole, part = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def number_of(text: str, shift: int = 0) -> float | None:
    """The number that a text stands for in arithmetic; None if it stands for none.

    >>> number_of("1,234.50"), number_of("($7)"), number_of(" 6% "), number_of("1999-02-10")
    (1234.5, -7.0, 0.06, 36201.0)
    >>> number_of("Series A"), number_of("Feb 10, 1999"), number_of("5:30 PM")
    (None, 36201.0, 0.7291666666666666)

    Args:
        text: the text.
        shift: the days between the workbook's epoch and that of 1900.

    Raises:
        DoubtfulError: it may stand for one, as "2/10/1999" does, or not.
    """
    plain = text.strip(" ")
    if _PLAIN.fullmatch(plain):
        number = float(plain)
        if isfinite(number):
            return number
    elif (found := _MONEY.fullmatch(plain)) and bool(found["open"]) == bool(found["close"]):
        if not (found["open"] and (found["sign"] or found["percent"])):
            return _money(found)
    elif (moment := moment_of(plain, shift)) is not None:
        return moment
    words = {word.casefold() for word in _WORD.findall(plain)}
    if not any(map(str.isdigit, plain)) or not all(map(_may_be_in_a_number, words)):
        return None
    raise DoubtfulError(f"whether the text {text[:40]!r} stands for a number depends on the reader")


@lru_cache(maxsize=1 << 13)  # books of a kind hold the same labels
def reads_as_number(text: str) -> bool:
    """Whether a text stands for a number, or may.

    >>> reads_as_number("Series A"), reads_as_number("6%"), reads_as_number("2/10/1999")
    (False, True, True)
    """
    try:
        return number_of(text) is not None
    except DoubtfulError:
        return True


def doubtful_criterion(text: str) -> str:
    """Why the cells that match a criterion are not known; nothing if they are.

    >>> doubtful_criterion("<>#N/A")
    "the criterion '<>#N/A' is about errors, which the engine does not find"
    >>> doubtful_criterion(">TRUE")
    "the criterion '>TRUE' orders truths, which is not known to be right"
    >>> doubtful_criterion("<>TRUE"), doubtful_criterion("# of shares")
    ('', '')
    """
    if _OF_ERRORS.fullmatch(text):
        return f"the criterion {text!r} is about errors, which the engine does not find"
    if _OF_TRUTHS.fullmatch(text):
        return f"the criterion {text!r} orders truths, which is not known to be right"
    return ""


def _money(found: re.Match[str]) -> float:
    number = float(found["digits"].replace(",", "") + ("e-2" if found["percent"] else ""))
    return -number if found["open"] or found["sign"] == "-" else number


def moment_of(text: str, shift: int = 0) -> float | None:
    """The serial number of a date, a time or both; None if a text is neither."""
    if time := _TIME.fullmatch(text):
        return _time(time)
    day, _, rest = text.rpartition(" ")
    if found := _DATE.fullmatch(text):
        return _date(found, shift)
    found, time = _DATE.fullmatch(day), _TIME.fullmatch(rest)
    if not found or not time or time["half"]:
        return None
    date, part = _date(found, shift), _time(time)
    return None if date is None or part is None else date + part


def _date(found: re.Match[str], shift: int) -> float | None:
    name = (found["name"] or found["name3"] or "").casefold()
    month = int(found["month"] or 0) or next(
        (at for at, full in enumerate(_MONTHS, 1) if name in {full, full[:_SHORT]}), 0
    )
    year = int(found["year"] or found["year2"] or found["year3"])
    try:
        day = dt.date(year, month, int(found["day"] or found["day2"] or found["day3"]))
    except ValueError:
        return None
    return serial_of(day, shift) if year >= _FIRST_YEAR + 4 * bool(shift) else None


def _time(found: re.Match[str]) -> float | None:
    hour, half = int(found["hour"]), (found["half"] or "").upper()
    if hour > (12 if half else 23) or (half and not hour):
        return None
    if half:
        hour = hour % 12 + 12 * (half == "PM")
    return (hour * 3600 + int(found["minute"]) * 60 + int(found["second"] or 0)) / _DAY


def _may_be_in_a_number(word: str) -> bool:
    months = any(full.startswith(word) for full in _MONTHS) and len(word) >= _SHORT
    return months or word in _WORDS_OF_NUMBERS or not word.isascii()


def to_digits(number: float) -> float:
    """A number by its first 15 digits, which are all that Excel takes of one.

    >>> to_digits(0.7 / 0.1), to_digits(0.1 + 0.2)
    (7.0, 0.3)
    """
    return float(f"{number:.{_DIGITS}g}")


def whole_of(number: float) -> int | None:
    """A number cut down to a whole one; None if its first 15 digits are already the next one.

    >>> whole_of(2.9), whole_of(-2.9), whole_of(0.3 / 0.1), whole_of(3.0)
    (2, -2, None, 3)
    """
    near = to_digits(number)
    return int(number) if floor(number) == floor(near) and int(number) == int(near) else None
