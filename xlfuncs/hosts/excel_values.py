"""Values as Excel hands them over, and as it takes them.

Over COM a number is a float, and an int is one of Excel's errors (or an argument left out).
An error cannot go back the same way, so it goes as text with a mark by which the VBA of
`xlfuncs.hosts.vba` knows it and puts the true error into the cell. Where that VBA is not at
work, the text says which error it is, and why.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import ErrorValue
from xlfuncs.serials import serial_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlfuncs.hosts.cells import CellInput, CellResult, CellValue, Rows

MARK: Final = " xlfuncs: "

# Excel's own numbers of its errors, which VBA's CVErr takes.
NUMBERS: Final = {
    ErrorValue.NULL: 2000,
    ErrorValue.DIV0: 2007,
    ErrorValue.VALUE: 2015,
    ErrorValue.REF: 2023,
    ErrorValue.NAME: 2029,
    ErrorValue.NUM: 2036,
    ErrorValue.NA: 2042,
    ErrorValue.GETTING_DATA: 2043,
    ErrorValue.SPILL: 2045,
    ErrorValue.CALC: 2050,
}
FIRST_CODE: Final = -2146828288  # the code over COM of an error number 0
ERRORS: Final = {FIRST_CODE + number: error for error, number in NUMBERS.items()}
_LEFT_OUT: Final = -2147352572
_WORDS: Final = {error.value: error for error in ErrorValue}


def error_of(code: int) -> ErrorValue | None:
    """The error that a code over COM stands for, or None if it is none that is known.

    >>> error_of(-2146826246)
    <ErrorValue.NA: '#N/A'>
    """
    return ERRORS.get(code)


def from_excel(value: object, *, shift: int = 0, rows: bool = False) -> CellInput:
    """An argument: a cell's value, or the rows of a range.

    Args:
        value: what came over COM.
        shift: the days between the book's epoch and that of 1900.
        rows: whether a single cell is a range of one cell as well.
    """
    if isinstance(value, (list, tuple)):
        lines = value if value and isinstance(value[0], (list, tuple)) else [value]
        return [[_cell(cell, shift) for cell in line] for line in lines]
    cell = _cell(value, shift)
    return [[cell]] if rows else cell


def _cell(value: object, shift: int) -> CellValue:
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _code(value)
    if isinstance(value, dt.datetime):
        return serial_of(value.replace(tzinfo=None), shift)
    # An object of Excel's that is no cell has no value.
    return float(value) if isinstance(value, Decimal) else ErrorValue.VALUE


def _code(code: int) -> CellValue:
    """What an int stands for: nothing, an error, or the number that VBA passed."""
    if code == _LEFT_OUT:
        return None
    newer = FIRST_CODE <= code < FIRST_CODE + 10_000  # an error that we do not know by name
    return ERRORS.get(code) or (ErrorValue.VALUE if newer else float(code))


def _text(text: str) -> CellValue:
    """Text of a cell; an error that went to a cell as text comes back as the error."""
    word, mark, _ = text.partition(MARK)
    return _WORDS.get(word, text) if mark else text


def to_excel(result: CellResult, sentences: Sequence[str] = ()) -> list[list[object]]:
    """A result as rows of what goes over COM.

    Args:
        result: what a worksheet function answers.
        sentences: why there are errors in it, in their order.
    """
    rows: Rows = result if isinstance(result, list) else [[result]]
    errors = sum(isinstance(cell, ErrorValue) for row in rows for cell in row)
    reasons = iter(sentences if len(sentences) == errors else [""] * errors)
    return [[_sent(cell, reasons) for cell in row] for row in rows]


def _sent(cell: CellValue, reasons: Iterator[str]) -> object:
    if isinstance(cell, ErrorValue):
        return f"{cell.value}{MARK}{next(reasons)}"
    return "" if cell is None else cell
