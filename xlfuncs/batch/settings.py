"""Values for input cells, as a person types them and as a cell holds them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Final

from xlfuncs.about import CARDS
from xlfuncs.errors import BoundsError, CommandError, InputError
from xlfuncs.kinds import Day, Number
from xlfuncs.serials import date_of, moment_of, serial_of, shift_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.ooxml.values import CellValue

AS_OF: Final = "as_of"

_MOST_CHARACTERS: Final = 32_767

Setting = dt.date | dt.datetime | bool | float | str | None


def parse_set(text: str) -> tuple[str, Setting]:
    """``NAME=VALUE`` as a person types it.

    A date is written 1999-02-10, a number 6.03 or 6%, a truth TRUE or FALSE; nothing after the
    equals sign empties the cell; anything else is text.

    >>> parse_set("as_of=1999-02-10"), parse_set("premium_rate=6%"), parse_set("penalty=")
    (('as_of', datetime.date(1999, 2, 10)), ('premium_rate', 0.06), ('penalty', None))

    Raises:
        CommandError: there is no name or no equals sign.
    """
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not name or not equals:
        raise CommandError(f"--set wants NAME=VALUE, not {text!r}")
    return name, parse_value(value) if value else None


def parse_value(text: str) -> Setting:
    """A value as a person types it: a truth, a number, a date, or else text.

    >>> parse_value("true"), parse_value("6%"), parse_value("no limit")
    (True, 0.06, 'no limit')
    """
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE"
    number = parse_number(text)
    if number is not None:
        return number
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.date() if len(text) == len("1999-02-10") else moment


def parse_number(text: str) -> float | None:
    """A number as people write it, or None.

    >>> parse_number("1_254_822"), parse_number("6%"), parse_number("six")
    (1254822.0, 0.06, None)
    """
    plain = text.strip().replace("_", "")
    percent = plain.endswith("%")
    digits = plain[:-1] if percent else plain
    try:
        number = float(f"{digits}e-2" if percent and "e" not in digits.lower() else digits)
    except ValueError:
        return None
    return number if digits[-1:].isdigit() or digits.endswith(".") else None


@cache
def argument_units() -> dict[str, Day | Number]:
    """The unit of each argument that is one number or one date, by its name."""
    return {
        argument.name: argument.unit
        for made in CARDS
        for argument in made.arguments
        if isinstance(argument.unit, (Day, Number))
    }


def as_settings(sets: Mapping[str, object]) -> dict[str, Setting]:
    """Values as Python's own numbers, whatever kind of number they are given as.

    >>> from decimal import Decimal
    >>> as_settings({"amount": Decimal("2.5"), "label": "x"})
    {'amount': 2.5, 'label': 'x'}

    Raises:
        InputError: a value is of a kind that no cell holds.
    """
    return {name: _own(value, name) for name, value in sets.items()}


def _own(value: object, name: str) -> Setting:
    item = getattr(value, "item", None)
    if callable(item):  # numpy's kinds
        value = item()
    if value is None or isinstance(value, (dt.date, bool, int, float, str)):
        return value
    if isinstance(value, (Real, Decimal)):
        return float(value)
    raise InputError(f"{name} must be a number, a date, a truth, text or None, not {value!r}"[:200])


def check_settings(sets: Mapping[str, Setting]) -> None:
    """Hold each value to what a cell holds and to the bounds of the argument of its name.

    Raises:
        FunctionError: a value is of the wrong kind, outside its bounds, or not finite.
    """
    units = argument_units()
    for name, value in sets.items():
        if isinstance(value, (int, float)) and not _finite(value):
            raise BoundsError(f"{name} must be a finite number that a cell can hold")
        if isinstance(value, str) and len(value) > _MOST_CHARACTERS:
            raise BoundsError(
                f"{name} must be at most {_MOST_CHARACTERS:,} characters, which a cell holds, "
                f"not {len(value):,}"
            )
        unit = units.get(name.casefold())
        if unit is not None and value is not None:
            unit.check(value, name)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of more than 308 digits
        return False


def as_cell(value: Setting, *, date1904: bool) -> CellValue:
    """A setting as a cell holds it: a date is a serial number of the book's date system.

    >>> as_cell(dt.date(1999, 2, 10), date1904=False)
    36201.0
    """
    if isinstance(value, dt.date):
        return serial_of(value, shift_of(date1904=date1904))
    return value


def as_date(serial: float, *, date1904: bool) -> dt.date | float:
    """The date, or date and time, that a number means; the number itself where it means none.

    >>> as_date(36201.0, date1904=False), as_date(1e8, date1904=False)
    (datetime.date(1999, 2, 10), 100000000.0)
    """
    shift = shift_of(date1904=date1904)
    found = moment_of(serial, shift) if serial % 1 else date_of(serial, shift)
    return serial if found is None else found
