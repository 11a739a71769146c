"""Ranges of cells as arguments: a row or a column of one unit, or a block of rows.

Whatever a host hands over for a range (nested lists, a flat list, an array, a single value
for a range of one cell) is brought to one form here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from operator import lt
from typing import Any, NamedTuple

from xlfuncs.errors import BoundsError, CellError, ErrorValue, InputError, MissingDataError
from xlfuncs.kinds import FIRST_DATE, Day, Number, shown


class Remembered(list[list[Any]]):
    """The rows of a range that many calls are handed: what is made of them is kept with them."""

    __slots__ = ("made",)

    def __init__(self, rows: Iterable[list[Any]] = ()) -> None:
        super().__init__(rows)
        self.made: dict[object, Any] = {}


class Checked(NamedTuple):
    """The values of a column that have passed its check."""

    values: tuple[Any, ...]
    column: Column


class Column(NamedTuple):
    """A range of values of one unit: a row or a column without gaps."""

    unit: Number | Day
    rising: bool = False

    @property
    def name(self) -> str:
        """The name of the unit, in the plural."""
        return f"{self.unit.name}s"

    @property
    def meaning(self) -> str:
        """What a range of this unit is."""
        return f"a row or a column of values, each {self.unit.meaning}"

    @property
    def cell_format(self) -> str:
        """The cell format of one value."""
        return self.unit.cell_format

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        order = ", each later than the one before" if self.rising else ""
        return f"{self.unit.bounds} in every row{order}"

    def fast_test(self, name: str) -> str:  # noqa: ARG002  one shape for every unit
        """A Python condition, true of values that need no closer look."""
        return "False"

    def check(self, value: object, argument: str) -> tuple[Any, ...]:
        """The values of a row or a column as a tuple; blanks after the last value are left out."""
        if type(value) is Checked and value.column is self:
            return value.values
        items = flat(value, argument)
        try:
            found = self._whole_column(items)
        except TypeError:  # mixed kinds do not compare: say which row is wrong
            found = None
        if found is None:
            found = tuple(self._row(item, argument, row) for row, item in enumerate(items, 1))
        if self.rising:
            _check_rising(found, argument)
        return found

    def checked(self, value: object, argument: str) -> Checked:
        """The same, known to this column as checked: it will not look at the values again."""
        return Checked(self.check(value, argument), self)

    def _whole_column(self, items: Sequence[Any]) -> tuple[Any, ...] | None:
        """All rows at once, if nothing in them needs a closer look."""
        kinds = set(map(type, items))
        if isinstance(self.unit, Day):
            good = kinds <= {dt.date} and (not items or min(items) >= FIRST_DATE)
        else:
            low, high = self.unit.minimum, self.unit.maximum
            good = kinds <= {float, int} and (
                not items
                or (
                    (low < min(items) if self.unit.above else low <= min(items))
                    and max(items) <= high
                    and sum(items) - sum(items) == 0.0  # no NaN among them
                    and not self.unit.whole
                )
            )
        return tuple(items) if good else None

    def _row(self, item: object, argument: str, row: int) -> object:
        if item is None or (type(item) is str and item == ""):
            raise MissingDataError(f"{argument} has a gap: row {row} of the range is blank")
        return self.unit.check(item, f"{argument} row {row}")


def _check_rising(days: Sequence[Any], argument: str) -> None:
    if all(map(lt, days, days[1:])):
        return
    for row in range(1, len(days)):
        if days[row] <= days[row - 1]:
            raise BoundsError(
                f"{argument} must rise from row to row, but row {row + 1} "
                f"({shown(days[row])}) is not after row {row} ({shown(days[row - 1])})"
            )


def flat(value: object, argument: str) -> list[Any]:
    """The cells of a row or a column, from whatever a host hands over for a range.

    >>> flat([[5.0], [4.5], [None]], "closing_bids")
    [5.0, 4.5]
    """
    if isinstance(value, ErrorValue):
        raise CellError(value, argument)
    listed = getattr(value, "tolist", None)  # numpy arrays and pandas columns
    if listed is not None and not isinstance(value, (str, bytes)):
        value = listed()
    if isinstance(value, (str, bytes, dict)) or not isinstance(value, Iterable):
        value = [value]
    cells = list(value)
    kinds = set(map(type, cells))
    if list in kinds or tuple in kinds:
        rows = cells if kinds <= {list, tuple} else [_as_row(cell) for cell in cells]
        if len(rows) == 1:
            cells = list(rows[0])
        elif set(map(len, rows)) != {1}:
            raise InputError(f"{argument} must be one row or one column, not a block of cells")
        else:
            cells = [row[0] for row in rows]
        kinds = set(map(type, cells))
    if ErrorValue in kinds:
        raise CellError(next(cell for cell in cells if isinstance(cell, ErrorValue)), argument)
    while cells and (cells[-1] is None or (type(cells[-1]) is str and cells[-1] == "")):
        cells.pop()
    return cells


def _as_row(cell: object) -> Sequence[Any]:
    return cell if isinstance(cell, (list, tuple)) else [cell]


class Block(NamedTuple):
    """A range of several columns, read row by row by the clause itself.

    `dates` names the columns in which a spreadsheet's serial numbers stand for dates.
    """

    meaning: str
    columns: tuple[str, ...]
    name: str = "rows"
    cell_format: str = "General"
    dates: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """The bounds in words, for help and errors."""
        return f"rows of up to {len(self.columns)} columns: {', '.join(self.columns)}"

    def fast_test(self, name: str) -> str:  # noqa: ARG002  one shape for every unit
        """A Python condition, true of values that need no closer look."""
        return "False"

    def check(self, value: object, argument: str) -> tuple[tuple[Any, ...], ...]:
        """The rows, each as long as there are columns; blank rows at the end are left out.

        Blank cells and empty text are None. Error values stay for the clause to name.
        """
        if isinstance(value, ErrorValue):
            raise CellError(value, argument)
        listed = getattr(value, "tolist", None)
        rows = listed() if listed is not None else value
        if not isinstance(rows, (list, tuple)) or any(
            not isinstance(row, (list, tuple)) for row in rows
        ):
            raise InputError(f"{argument} must be {self.bounds}, not {shown(value)}")
        wide = max((len(row) for row in rows), default=0)
        if wide > len(self.columns):
            raise InputError(f"{argument} must be {self.bounds}, not {wide} columns")
        blanks = (None,) * len(self.columns)
        found = [tuple(None if _is_blank(cell) else cell for cell in row) for row in rows]
        filled = [(row + blanks)[: len(blanks)] for row in found]
        while filled and filled[-1] == blanks:
            filled.pop()
        return tuple(filled)


def _is_blank(cell: object) -> bool:
    return cell is None or (type(cell) is str and not cell.strip())


Range = Column | Block
