"""Cell values between the file's spelling and plain Python values."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml.text import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlfuncs.ooxml.markup import Part
    from xlfuncs.ooxml.model import Cell

CellValue = None | bool | float | int | str | ErrorValue

TEXT_LIMIT: Final = 32_767

_ERRORS: Final = {error.value: error for error in ErrorValue}
_BOOLEANS: Final = {"1": True, "0": False, "true": True, "false": False}
_DAY: Final = dt.timedelta(days=1)
_EPOCH_1900: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet has no time zones
_EPOCH_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_MARCH_1900: Final = 61.0  # before it the sheet counts a 29 February 1900 that never was


class Reader:
    """Makes values of the cells of one sheet.

    Args:
        part: the sheet's part, for error sentences.
        strings: gives the book's shared strings, when a cell needs them.
        rich_errors: the error behind each `vm` record that stands for one.
        date1904: whether the book counts its days from 1904.
    """

    def __init__(
        self,
        part: Part,
        strings: Callable[[], Sequence[str]],
        rich_errors: Mapping[int, ErrorValue],
        *,
        date1904: bool,
    ) -> None:
        self._part = part
        self._strings = strings
        self._rich_errors = rich_errors
        self._date1904 = date1904

    def value(self, cell: Cell) -> CellValue:
        """The value of a cell, as it was last calculated or typed."""
        raw = cell.raw
        if raw is None:
            return None
        kind = cell.attributes.type
        if kind == "n":
            return self._number(cell, raw)
        if kind == "s":
            return self._shared(cell, raw)
        if kind == "str":
            return decoded(raw)
        if kind == "inlineStr":
            return decoded(raw) if cell.inline is None else raw
        return self._other(cell, kind, raw)

    def _number(self, cell: Cell, raw: str) -> float | None:
        if not raw or raw.isspace():
            return None
        try:
            number = float(raw)
        except ValueError:
            raise self._strange(cell) from None
        if not math.isfinite(number) or "_" in raw:
            raise self._strange(cell)
        return number

    def _shared(self, cell: Cell, raw: str) -> str | None:
        if not raw:
            return None
        if raw.isascii() and raw.strip().isdecimal() and len(raw) < 10:  # noqa: PLR2004
            index = int(raw)
            strings = self._strings()
            if index < len(strings):
                return strings[index]
        raise BookError(f"{self._part.label}, cell {cell.ref} has text that is not in the book")

    def _other(self, cell: Cell, kind: str, raw: str) -> CellValue:
        if kind == "b" and raw.strip() in _BOOLEANS:
            return _BOOLEANS[raw.strip()]
        if kind == "e":
            rich = self._rich_errors.get(cell.attributes.value_record)
            # Excel itself shows #VALUE! for an error that it does not know.
            return rich or _ERRORS.get(raw.strip(), ErrorValue.VALUE)
        if kind == "d":
            return self._serial(cell, raw)
        raise self._strange(cell)

    def _serial(self, cell: Cell, raw: str) -> float:
        try:
            moment = dt.datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
        except ValueError:
            raise self._strange(cell) from None
        serial = (moment - (_EPOCH_1904 if self._date1904 else _EPOCH_1900)) / _DAY
        return serial if self._date1904 or serial >= _MARCH_1900 else serial - 1

    def _strange(self, cell: Cell) -> BookError:
        shown = (cell.raw or "")[:40]
        return BookError(
            f"{self._part.label}, cell {cell.ref} holds {shown!r}, "
            f"which is no value of the type {cell.attributes.type!r}"
        )


def plain_value(value: object, label: str, ref: str) -> CellValue:
    """A value as a cell can hold it: numbers as float, text as str.

    Args:
        value: what is to be written.
        label: what an error sentence calls the sheet.
        ref: the cell.

    Raises:
        BookError: a value that no cell can hold.
    """
    if type(value) is float and value - value == 0.0:
        return value
    where = f"{label}, cell {ref}"
    if value is None or isinstance(value, (bool, ErrorValue)):
        return value
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT // 2 and len(value.encode("utf-16-le", "replace")) > (
            2 * TEXT_LIMIT
        ):
            raise BookError(f"{where} cannot hold text of more than {TEXT_LIMIT:,} characters")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BookError(f"{where} cannot hold text with half a character in it") from None
        return str(value)
    if isinstance(value, (int, float)):
        try:
            number = float(value)  # also makes plain floats of numpy's
        except OverflowError:
            raise BookError(f"{where} cannot hold a number that large") from None
        if not math.isfinite(number):
            raise BookError(f"{where} cannot hold {number}, which is not a finite number")
        return number
    raise BookError(f"{where} cannot hold a value of the type {type(value).__name__}")


def same(one: CellValue, other: CellValue) -> bool:
    """Whether two values are the same in a cell: TRUE is not 1, and an error is not its text."""
    return type(one) is type(other) and one == other


def number_text(number: float) -> str:
    """The shortest text that reads back as the number.

    >>> number_text(3.0), number_text(0.1), number_text(1e22), number_text(-0.0)
    ('3', '0.1', '1e+22', '0')
    """
    if number.is_integer() and abs(number) < 1e16:  # noqa: PLR2004  from there on repr writes 1e+16
        return str(int(number))
    return repr(number)
