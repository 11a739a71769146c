"""What is wanted of a sheet: values for its cells, and new sizes for its dynamic arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.ooxml.references import area, spot
from xlfuncs.ooxml.values import plain_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.references import Area, Spot
    from xlfuncs.ooxml.values import CellValue
    from xlfuncs.ooxml.workbook import Sheet


class Want(NamedTuple):
    """A value for one cell, and whether a formula gave it."""

    value: CellValue
    calculated: bool


class Asked:
    """What is wanted of one sheet, by row and column."""

    def __init__(self, package: Package, sheet: Sheet) -> None:
        self.sheet = sheet
        self.label = f"{package.name}, sheet {sheet.name!r}"
        self.given: list[tuple[Mapping[str, CellValue], bool]] = []
        self.rows: dict[int, dict[int, Want]] = {}
        self.spills: dict[Spot, Area] = {}

    def names_a_cell_twice(self) -> bool:
        """Whether a cell is named as an input and as a result."""
        return len(set().union(*(values for values, _ in self.given))) != sum(
            len(values) for values, _ in self.given
        )

    def sort(self) -> None:
        """Put all that was given in its row and column."""
        for values, calculated in self.given:
            self._take(values, calculated=calculated)

    def _take(self, values: Mapping[str, CellValue], *, calculated: bool) -> None:
        for ref, value in values.items():
            place = spot(ref)
            if place is None:
                raise BookError(f"{self.label} has no cell {ref!r}")
            row = self.rows.setdefault(place.row, {})
            if place.column in row:
                raise BookError(f"{self.label}, cell {ref} is both an input and a result")
            row[place.column] = Want(plain_value(value, self.label, ref), calculated)

    def take_spills(self, anchors: Mapping[str, str]) -> None:
        """Take the cells that dynamic arrays fill now."""
        for anchor, ref in anchors.items():
            place, filled = spot(anchor), area(ref)
            if place is None or filled is None or filled.first != place:
                raise BookError(f"{self.label}, cell {anchor} cannot spill into {ref!r}")
            self.spills[place] = filled

    def is_result(self, place: Spot) -> bool:
        """Whether a formula's value is given for a cell."""
        want = self.rows.get(place.row, {}).get(place.column)
        return want is not None and want.calculated
