"""Ranges that our functions take by reference: long columns of inputs, handed over once.

The engine makes a new list of a range for every call. Where a named range holds inputs alone, a
call of ours is given a cell of a sheet of its own instead, whose text stands for the range and
is looked up among the values read from the file. The engine still knows what depends on the
range: an input set in it changes that text.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.engines.fed_copy import value_cell
from xlfuncs.ooxml.model import ARRAY, DATA_TABLE
from xlfuncs.ooxml.references import Area
from xlfuncs.ranges import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlfuncs.engines.base import Rows, Value
    from xlfuncs.engines.fed_names import FedNames
    from xlfuncs.ooxml.forms import Form, Reading
    from xlfuncs.ooxml.references import Spot
    from xlfuncs.ooxml.values import CellValue

SHEET: Final = "xlf__ranges"
_SECRET: Final = secrets.token_hex(8)  # so that no text of a book can be taken for a range
_MOST_CELLS: Final = 100_000


class Held(NamedTuple):
    """A range handed over by reference.

    Args:
        name: its name, in small letters.
        sheet: its sheet's tab.
        area: its cells.
    """

    name: str
    sheet: str
    area: Area


class HeldRanges:
    """The ranges of one book that are handed over by reference, with their values.

    Args:
        ranges: the ranges.
        readings: the sheets, by tab.
    """

    def __init__(self, ranges: tuple[Held, ...], readings: Mapping[str, Reading | None]) -> None:
        self.ranges = ranges
        self._readings = readings
        self._on: dict[str, list[tuple[int, Area]]] = {}
        for number, each in enumerate(ranges):
            self._on.setdefault(each.sheet, []).append((number, each.area))
        self._rows: dict[int, Remembered] = {}
        self._meant: dict[str, int | Remembered] = {}
        self._version = 0
        self._changed: set[int] = set()
        for number in range(len(ranges)):
            self._meant[self._text(number)] = number

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Each range's name, and the reference that stands for it in a formula."""
        return tuple(
            (each.name, f"{SHEET}!$A${number}") for number, each in enumerate(self.ranges, 1)
        )

    def inside(self) -> str:
        """The inside of the sheet of references."""
        return "".join(
            f'<row r="{number + 1}">{value_cell(f"A{number + 1}", self._text(number))}</row>'
            for number in range(len(self.ranges))
        )

    def meant(self, value: Value | Rows) -> Value | Rows:
        """An argument of a call of ours: the range that it stands for, or else the value itself."""
        if type(value) is not str:
            return value
        found = self._meant.get(value)
        if found is None:
            return value
        if isinstance(found, int):  # most ranges of most books are never asked for
            found = self._meant[value] = self._table(found)
        return found

    def put(self, sheet: str, place: Spot, value: Value) -> None:
        """Take note of an input that was set."""
        for number, area in self._on.get(sheet, ()):
            if place in area:
                row, column = place.row - area.first.row, place.column - area.first.column
                if number not in self._changed:  # a table that calls have seen stays as it is
                    self._changed.add(number)
                    self._rows[number] = Remembered(map(list, self._table(number)))
                plain = value if value is None or isinstance(value, (bool, str)) else float(value)
                self._rows[number][row][column] = plain

    def changed(self) -> Iterator[tuple[int, str]]:
        """The rows of the sheet of references that are to say something else, and what."""
        if not self._changed:
            return
        self._version += 1
        for number in sorted(self._changed):
            text = self._text(number)
            self._meant[text] = self._rows[number]
            yield number + 1, text
        self._changed.clear()

    def _table(self, number: int) -> Remembered:
        """The values of a range."""
        known = self._rows.get(number)
        if known is None:
            _, sheet, area = self.ranges[number]
            reading = self._readings[sheet]
            if reading is None:  # of such a sheet `held_ranges` takes nothing
                raise AssertionError(sheet)
            found: list[CellValue] = [*reading.values, None]
            form = reading.form
            rows = form.kept((_positions, area), lambda: _positions(form, area))
            known = self._rows[number] = Remembered([found[at] for at in row] for row in rows)
        return known

    def _text(self, number: int) -> str:
        return f"{SHEET} {_SECRET} {number} {self._version}"


def held_ranges(names: FedNames, readings: Mapping[str, Reading | None]) -> HeldRanges:
    """The named ranges that can be handed over by reference.

    Args:
        names: the names of the book.
        readings: its sheets; None for one that is read row by row.
    """
    if SHEET in {tab.casefold() for tab in readings}:
        return HeldRanges((), readings)
    # A word that means something else on some sheet is left alone everywhere.
    others = {each.name.casefold() for each in names.cells if each.sheet is not None}
    for scope in (names.book, *names.local.values()):
        others |= scope.put_in.keys() | scope.refused.keys()
    found = []
    for name, sheet, place in names.cells:
        word = name.casefold()
        if sheet is not None or word in others or not 1 < place.area.size <= _MOST_CELLS:
            continue
        reading = readings.get(place.sheet)
        if reading is not None and _holds_inputs_alone(reading.form, place.area):
            found.append(Held(word, place.sheet, place.area))
    return HeldRanges(tuple(found), readings)


def _holds_inputs_alone(form: Form, cells: Area) -> bool:
    """Whether no formula gives any of the cells its value, nor could."""
    calculated = form.kept(_calculated, lambda: _calculated(form))
    return calculated is not None and not any(area.meets(cells) for area in calculated)


def _calculated(form: Form) -> list[Area] | None:
    """The cells of formulas, runs of a column together; None if more may become such."""
    found: list[Area] = []
    open_runs: dict[int, int] = {}  # by column, the last of the areas found
    for cell in form.cells:
        formula, spot = cell.formula, cell.spot
        if formula is None:
            continue
        if cell.attributes.cell_record:  # a dynamic array may grow
            return None
        if formula.kind in {ARRAY, DATA_TABLE}:
            if formula.ref is None:
                return None
            found.append(formula.ref)
        run = open_runs.get(spot.column)
        if run is not None and found[run].last.row == spot.row - 1:
            found[run] = found[run]._replace(last=spot)
        else:
            open_runs[spot.column] = len(found)
            found.append(Area(spot, spot))
    return found


def _positions(form: Form, cells: Area) -> list[list[int]]:
    """Where in the form each cell of an area stands, row by row; the end for a blank one."""
    columns = range(cells.first.column, cells.last.column + 1)
    absent = len(form.cells)
    by_spot = {(cell.row, cell.column): at for at, cell in enumerate(form.cells)}
    return [
        [by_spot.get((row, column), absent) for column in columns]
        for row in range(cells.first.row, cells.last.row + 1)
    ]
