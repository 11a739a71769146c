"""What every calculation engine offers: open, set, recalculate, read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from xlfuncs.errors import EngineError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What a cell holds: blank, TRUE or FALSE, a number (a date is its serial), text, an error.
Value = bool | float | str | ErrorValue | None
Rows = list[list[Value]]

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", re.ASCII | re.IGNORECASE)


class Calculation(Protocol):
    """One workbook, opened for calculating."""

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Put a value into an input cell; None empties it."""

    def set_range(self, sheet: str, first_ref: str, rows: Sequence[Sequence[Value]]) -> None:
        """Put rows of values into the cells from `first_ref` on, rightwards and down."""

    def recalculate(self) -> None:
        """Calculate what depends on the values set.

        Raises:
            EngineError: cells could not be calculated; the message names every one of them.
        """

    def read(self) -> dict[str, dict[str, Value]]:
        """The value of every formula cell, and of every cell an array fills, sheet by sheet.

        A cell that an array filled in the file and fills no longer is there, as None.
        """

    def arrays(self) -> dict[str, dict[str, str]]:
        """The ranges that array formulas fill now, by sheet and by the formula's cell."""

    def close(self) -> None:
        """Let the workbook go; closing twice does no harm."""


class Engine(Protocol):
    """A spreadsheet calculator."""

    @property
    def name(self) -> str:
        """The word it is chosen by."""

    @property
    def version(self) -> str:
        """Its version, for the report."""

    def open(self, data: bytes, name: str) -> Calculation:
        """Take a workbook's bytes; `name` is what messages call it.

        Raises:
            EngineError: the engine would not calculate some of its cells rightly; all are named.
            BookError: this is no workbook that can be read.
        """


class Fault(NamedTuple):
    """A cell (or a sheet, or a name) that cannot be calculated, and why."""

    place: str
    why: str


def failure(book: str, faults: Iterable[Fault]) -> EngineError:
    """The error that names the book and every one of its faults, each once."""
    lines = list(dict.fromkeys(f"{place}: {why}" for place, why in faults))
    if len(lines) == 1:
        return EngineError(f"{book} cannot be calculated: {lines[0]}")
    return EngineError("\n  ".join([f"{book} cannot be calculated, {len(lines)} faults:", *lines]))


def row_column(ref: str) -> tuple[int, int]:
    """A cell's row and column, both counted from 1.

    >>> row_column("B12"), row_column("$AA$1")
    ((12, 2), (1, 27))
    """
    found = _CELL.fullmatch(ref)
    row, column = 0, 0
    if found:
        row = int(found[2])
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - 64
    if not (0 < row <= LAST_ROW and 0 < column <= LAST_COLUMN):
        raise EngineError(f"{ref!r} is not a cell")
    return row, column


def ref_of(row: int, column: int) -> str:
    """The cell at a row and a column.

    >>> ref_of(12, 2), ref_of(1, 27)
    ('B12', 'AA1')
    """
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"


def area_of(area: str) -> tuple[int, int, int, int]:
    """First row, first column, last row and last column of a range or a single cell."""
    first, _, last = area.partition(":")
    return (*row_column(first), *row_column(last or first))


def cells_of(area: str) -> list[str]:
    """Every cell of a range, row by row.

    >>> cells_of("A1:B2")
    ['A1', 'B1', 'A2', 'B2']
    """
    top, left, bottom, right = area_of(area)
    return [
        ref_of(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
    ]
