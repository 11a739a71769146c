"""A formula that many cells share, moved from the first to the others as Excel moves it.

The engine could move it itself, but takes a sheet's name such as 'Q1 1999' for a cell.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from xlfuncs.engines.formula_text import cells_in
from xlfuncs.ooxml.references import LAST_COLUMN, LAST_ROW, column_letters, column_number

_CORNER: Final = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")


class _Corner(NamedTuple):
    """A cell, a column (row 0) or a row (column 0) in a formula, with the text before it."""

    before: str
    column: int
    row: int
    column_moves: bool
    row_moves: bool


class Moving:
    """A formula with its references taken apart."""

    def __init__(self, formula: str) -> None:
        self._corners: list[_Corner] = []
        done = 0
        for start, end in cells_in(formula):
            for found in _CORNER.finditer(formula, start, end):
                corner = _corner(formula[done : found.start()], found)
                if corner is not None:
                    self._corners.append(corner)
                    done = found.end()
        self._after = formula[done:]

    def moved(self, rows: int, columns: int) -> str | None:
        """The formula so many rows down and columns to the right.

        Returns:
            None if a reference then leads off the sheet.
        """
        out: list[str] = []
        for before, column, row, column_moves, row_moves in self._corners:
            out.append(before)
            if column:
                at = column + columns if column_moves else column
                if not 1 <= at <= LAST_COLUMN:
                    return None
                out.append(column_letters(at) if column_moves else f"${column_letters(at)}")
            if row:
                at = row + rows if row_moves else row
                if not 1 <= at <= LAST_ROW:
                    return None
                out.append(f"{at}" if row_moves else f"${at}")
        out.append(self._after)
        return "".join(out)


def _corner(before: str, found: re.Match[str]) -> _Corner | None:
    """A corner taken apart; None if it is no cell, row or column that a sheet has."""
    mark, letters, row_mark, digits = found.groups()
    if not (letters or digits):
        return None
    if not letters:  # "$7": the one dollar sign belongs to the row
        mark, row_mark = "", mark or row_mark
    column, row = column_number(letters.upper()), int(digits or 0)
    if (letters and not column) or (digits and not 1 <= row <= LAST_ROW):
        return None
    return _Corner(before, column, row, not mark, not row_mark)
