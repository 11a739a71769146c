"""Cells and rectangles in A1 notation."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@cache
def column_number(letters: str) -> int:
    """The number of a column; 0 if there is no such column.

    >>> column_number("A"), column_number("AB"), column_number("XFD"), column_number("XFE")
    (1, 28, 16384, 0)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


@cache
def column_letters(number: int) -> str:
    """The letters of a column.

    >>> column_letters(28), column_letters(16384)
    ('AB', 'XFD')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Spot(NamedTuple):
    """One cell's place on its sheet; rows and columns count from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


class Area(NamedTuple):
    """A rectangle of cells."""

    first: Spot
    last: Spot

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}:{self.last}"

    def __contains__(self, spot: object) -> bool:
        return (
            isinstance(spot, Spot)
            and self.first.row <= spot.row <= self.last.row
            and self.first.column <= spot.column <= self.last.column
        )

    @property
    def size(self) -> int:
        """The number of cells."""
        rows = self.last.row - self.first.row + 1
        return rows * (self.last.column - self.first.column + 1)

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.first.row <= other.last.row
            and other.first.row <= self.last.row
            and self.first.column <= other.last.column
            and other.first.column <= self.last.column
        )

    def spots(self) -> list[Spot]:
        """Every cell, row by row."""
        return [
            Spot(row, column)
            for row in range(self.first.row, self.last.row + 1)
            for column in range(self.first.column, self.last.column + 1)
        ]

    def with_spot(self, spot: Spot) -> Area:
        """The smallest rectangle that also holds a cell."""
        return Area(
            Spot(min(self.first.row, spot.row), min(self.first.column, spot.column)),
            Spot(max(self.last.row, spot.row), max(self.last.column, spot.column)),
        )


@lru_cache(maxsize=1 << 14)  # the books of one kind hold the same cells
def spot(text: str) -> Spot | None:
    """The cell that a reference such as B7 means, without dollar signs; None if it is none.

    >>> spot("B7"), spot("XFE1"), spot("b7"), spot("B0")
    (Spot(row=7, column=2), None, None, None)
    """
    found = _CELL.fullmatch(text)
    if found is None:
        return None
    row, column = int(found[2]), column_number(found[1])
    return Spot(row, column) if column and row <= LAST_ROW else None


def area(text: str) -> Area | None:
    """The rectangle that B2:D4 or B2 means; None if it is none.

    >>> str(area("B2:D4")), str(area("B2")), area("D4:B2"), area("B:B")
    ('B2:D4', 'B2', None, None)
    """
    first, colon, last = text.partition(":")
    start = spot(first)
    stop = spot(last) if colon else start
    if start is None or stop is None or start.row > stop.row or start.column > stop.column:
        return None
    return Area(start, stop)
