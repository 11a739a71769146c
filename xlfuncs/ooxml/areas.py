"""Areas of a sheet that bind their cells together, looked up while rows are walked downwards."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.ooxml.markup import attributes_of
from xlfuncs.ooxml.references import Area, Spot, area

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfuncs.ooxml.package import Package

# The words finish the sentence "B2:D4 is …".
MERGED: Final = "merged"
ARRAY: Final = "filled by one formula"
DATA_TABLE: Final = "a what-if data table"
TABLE: Final = "a table"
TABLE_HEADER: Final = "the header of a table"
TABLE_TOTALS: Final = "the totals row of a table"
PIVOT: Final = "a pivot table"


class Bound(NamedTuple):
    """An area, and what it is."""

    area: Area
    kind: str


class Sweep:
    """Finds the areas that hold a cell; rows are asked for in rising order only."""

    def __init__(self, bounds: Iterable[Bound]) -> None:
        self._waiting = sorted(bounds, key=lambda bound: bound.area.first.row, reverse=True)
        self._open: list[tuple[int, int, Bound]] = []
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._waiting or self._open)

    def add(self, bound: Bound) -> None:
        """Take in an area that starts in the row now walked."""
        self._count += 1
        heappush(self._open, (bound.area.last.row, self._count, bound))

    def holding(self, spot: Spot) -> list[Bound]:
        """The areas that hold a cell."""
        if not self._waiting and not self._open:
            return []
        while self._waiting and self._waiting[-1].area.first.row <= spot.row:
            self.add(self._waiting.pop())
        while self._open and self._open[0][0] < spot.row:
            heappop(self._open)
        return [bound for _, _, bound in self._open if spot in bound.area]


def table_areas(package: Package, part: str) -> list[Bound]:
    """The headers and totals of the tables on a sheet, and its pivot tables."""
    found: list[Bound] = []
    for relation in package.related(part):
        if relation.outside or relation.kind not in {"table", "pivotTable"}:
            continue
        elements = attributes_of(package.part(relation.target))
        if relation.kind == "pivotTable":
            places = [pairs for name, pairs in elements if name.endswith(" location")]
            found += (
                Bound(place, PIVOT) for pairs in places if (place := area(pairs.get("ref", "")))
            )
            continue
        _, pairs = elements[0]
        whole = area(pairs.get("ref", ""))
        if whole is None:
            continue
        found.append(Bound(whole, TABLE))
        first, last = whole
        if pairs.get("headerRowCount", "1") != "0":
            found.append(Bound(Area(first, Spot(first.row, last.column)), TABLE_HEADER))
        if pairs.get("totalsRowCount", "0") != "0":
            found.append(Bound(Area(Spot(last.row, first.column), last), TABLE_TOTALS))
    return found
