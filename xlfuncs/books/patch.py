"""Values written into an existing workbook; every byte that is not a value stays as it was.

A user's workbook is theirs: charts, formats, macros and whatever else a library would lose are
never read, only copied. Where a value cannot be placed soundly, nothing is written and the error
names book, sheet and cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from xlfuncs.books.asked import Asked, Want
from xlfuncs.books.by_form import edits_by_form
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml import model
from xlfuncs.ooxml.areas import (
    ARRAY,
    DATA_TABLE,
    MERGED,
    TABLE,
    TABLE_TOTALS,
    Bound,
    Sweep,
    table_areas,
)
from xlfuncs.ooxml.edits import RICH_ONLY, Edit, new_cell, spliced, value_edits
from xlfuncs.ooxml.markup import tag_at, with_attribute
from xlfuncs.ooxml.references import Area, Spot
from xlfuncs.ooxml.values import CellValue, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfuncs.ooxml.archive import Packed
    from xlfuncs.ooxml.model import Cell, Formula, Row
    from xlfuncs.ooxml.package import Package

SheetValues = Mapping[str, Mapping[str, CellValue]]
Spills = Mapping[str, Mapping[str, str]]

SPILL_LIMIT: Final = 1_000_000

_UNPLACED: Final = "is not in the file, among cells that are placed by their order alone"
_NUMBER: Final = re.compile(r"[0-9]+")
_NONE: Final[Mapping[str, Mapping[str, CellValue]]] = {}
_NO_SPILLS: Final[Spills] = {}


def write_values(
    package: Package,
    inputs: SheetValues,
    results: SheetValues = _NONE,
    spills: Spills = _NO_SPILLS,
) -> bytes:
    """The workbook's file with new values in it.

    Args:
        package: the book.
        inputs: by sheet and reference, what is typed into cells without a formula.
        results: by sheet and reference, what formulas have given, spilled cells included.
        spills: by sheet and anchor, the cells that a dynamic array now fills, where they changed.

    Returns:
        The new file, or the very bytes of the old if no value is new.

    Raises:
        BookError: a value cannot be placed; the sentence names book, sheet and cell.
    """
    asked: dict[str, Asked] = {}
    for given, calculated in ((inputs, False), (results, True)):
        for name, values in given.items():
            sheet = package.sheet(name)
            found = asked.setdefault(sheet.name, Asked(package, sheet))
            found.given.append((values, calculated))
    for name, anchors in spills.items():
        sheet = package.sheet(name)
        asked.setdefault(sheet.name, Asked(package, sheet)).take_spills(anchors)
    changes: dict[str, Packed] = {}
    for name, wanted in asked.items():
        member = package.member(package.sheet(name).part)
        data, edits = _edits(package, wanted)
        if edits:  # packed at once, so that one sheet at a time lies unpacked in memory
            changes[member] = package.archive.pack(member, spliced(data, edits))
    return package.archive.rebuilt(changes) if changes else package.data


def _edits(package: Package, asked: Asked) -> tuple[bytes, list[Edit]]:
    """A sheet's part, and every edit that it needs."""
    if not asked.spills and not asked.names_a_cell_twice():
        by_form = edits_by_form(package, asked.sheet, asked.given)
        if by_form is not None:
            reading, edits = by_form
            return reading.part.data, edits
    asked.sort()
    walk = _Walk(package, asked)
    return walk.data, walk.edits()


class _Walk:
    """One walk down the rows of a sheet, gathering edits."""

    def __init__(self, package: Package, asked: Asked) -> None:
        self.asked = asked
        self.wanted_rows = sorted(asked.rows, reverse=True)
        self.grid = package.grid(asked.sheet.name)
        self.data = self.grid.part.data
        self.layout = self.grid.layout
        self.value_of = package.reader(self.grid.part).value
        self.rich = package.rich
        merged = [Bound(area, MERGED) for area in self.layout.merged]
        self.obstacles = [*merged, *table_areas(package, asked.sheet.part)]
        self.bounds = Sweep(self.obstacles)
        self.resized: list[tuple[Area, Area]] = []
        self.found: list[Edit] = []
        self.inserted: list[Spot] = []

    def edits(self) -> list[Edit]:
        """Every edit the sheet needs."""
        for row in self.grid.rows():
            new_rows = self.rows_before(row.number)
            if new_rows:
                if row.implied:
                    raise self.error(self.inserted[-1], _UNPLACED)
                self.found.append(Edit(row.start, row.start, new_rows))
            self.walk_row(row)
        self.rows_at_end()
        for anchor in self.asked.spills:
            raise self.error(anchor, "holds no dynamic array formula")
        self.extend_dimension()
        return self.found

    def error(self, place: Spot, what: str) -> BookError:
        return BookError(f"{self.asked.label}, cell {place} {what}")

    def walk_row(self, row: Row) -> None:
        wants: dict[int, Want] = {}
        if self.wanted_rows and self.wanted_rows[-1] == row.number:
            wants = self.asked.rows[self.wanted_rows.pop()].copy()
        if self.resized:
            self.resized = [pair for pair in self.resized if _last_row(pair) >= row.number]
        for cell in row.cells:
            if cell.formula is not None and cell.formula.ref is not None:
                self.meet_array(cell, cell.formula)
            want = wants.pop(cell.column, None) if wants else None
            if self.resized:
                want = self.resized_want(cell, want)
            if want is not None:
                self.change(cell, want)
        if wants:
            self.insert(row, wants)

    def meet_array(self, cell: Cell, formula: Formula) -> None:
        """Note what an array formula or a data table binds together, and give it a new size."""
        old = formula.ref
        if old is None or formula.kind not in {model.ARRAY, model.DATA_TABLE}:
            return
        if old.first != cell.spot:
            raise self.error(cell.spot, f"holds an array formula for other cells, {old}")
        if formula.kind == model.DATA_TABLE:
            self.bounds.add(Bound(old, DATA_TABLE))
            return
        new = self.asked.spills.pop(cell.spot, old)
        if new != old:
            self.resize(cell, formula, old, new)
        self.bounds.add(Bound(new, ARRAY))

    def resize(self, cell: Cell, formula: Formula, old: Area, new: Area) -> None:
        if cell.attributes.cell_record not in self.rich.dynamic:
            raise self.error(cell.spot, f"holds an array formula of fixed size, {old}")
        for bound in self.obstacles:
            if bound.area.meets(new):
                raise self.error(
                    cell.spot, f"cannot spill into {new}: {bound.area} is {bound.kind}"
                )
        if new.size > SPILL_LIMIT:
            raise self.error(cell.spot, f"cannot spill into {new}, which is more than is supported")
        for place in new.spots():
            if place not in old and not self.asked.is_result(place):
                raise self.error(cell.spot, f"spills into {place}, but no value is given for that")
        tag = tag_at(self.data, formula.start)
        marked = self.data[formula.start : tag.inside]
        resized = with_attribute(marked, b"ref", str(new).encode())
        self.found.append(Edit(formula.start, tag.inside, resized))
        self.resized.append((old, new))

    def resized_want(self, cell: Cell, want: Want | None) -> Want | None:
        """What a resized spill makes of a cell: one left behind is emptied, one taken was empty."""
        for old, new in self.resized:
            if cell.spot in old and cell.spot not in new and cell.formula is None:
                if want is not None and want.calculated and want.value is not None:
                    raise self.error(cell.spot, f"is no longer filled by {new.first}")
                if want is None or want.calculated:
                    self.write(cell, None, calculated=True)
                    return None
            if (
                cell.spot in new
                and cell.spot not in old
                and (cell.formula is not None or self.value_of(cell) is not None)
            ):
                raise self.error(cell.spot, f"is not empty, so {new.first} cannot spill into it")
        return want

    def change(self, cell: Cell, want: Want) -> None:
        value, calculated = want
        if not self.bounds and calculated is (cell.formula is not None):  # most cells of most books
            if not same(self.value_of(cell), value):
                self.write(cell, value, calculated=calculated)
            return
        place = cell.spot
        bounds = self.bounds.holding(place)
        if bounds or calculated is (cell.formula is None):
            self.check_kind(place, want, bounds, has_formula=cell.formula is not None)
        if same(self.value_of(cell), value):
            return
        if bounds:
            self.check_bounds(place, want, bounds)
        self.write(cell, value, calculated=calculated)

    def write(self, cell: Cell, value: CellValue, *, calculated: bool) -> None:
        record = self.record(cell.spot, value) if isinstance(value, ErrorValue) else 0
        self.found += value_edits(self.data, cell, value, record, calculated=calculated)

    def check_kind(
        self, place: Spot, want: Want, bounds: list[Bound], *, has_formula: bool
    ) -> None:
        has_formula = has_formula or any(bound.kind in {ARRAY, DATA_TABLE} for bound in bounds)
        if want.calculated and not has_formula:
            raise self.error(place, "holds no formula that could give a result")
        if has_formula and not want.calculated:
            raise self.error(place, "holds a formula, so no input can be typed there")

    def check_bounds(self, place: Spot, want: Want, bounds: list[Bound]) -> None:
        for bound in bounds:
            if (
                bound.kind in {ARRAY, TABLE}
                or (bound.kind == MERGED and bound.area.first == place)
                or (bound.kind == TABLE_TOTALS and want.calculated)
            ):
                continue
            raise self.error(place, f"cannot be changed alone: {bound.area} is {bound.kind}")

    def record(self, place: Spot, value: ErrorValue) -> int:
        """The `vm` record for an error that the file format has no word for."""
        if value not in RICH_ONLY:
            return 0
        for number, error in self.rich.errors.items():
            if error == value:
                return number
        raise self.error(place, f"cannot hold {value}, which only Excel can put into a book")

    def rows_before(self, number: int | None) -> bytes:
        """The wanted rows above a row that the sheet does not hold yet."""
        out = b""
        prefix = self.layout.prefix
        while self.wanted_rows and (number is None or self.wanted_rows[-1] < number):
            row = self.wanted_rows.pop()
            cells = b"".join(
                new for _, new in self.new_cells(row, self.asked.rows[row], {}, prefix)
            )
            if cells:
                name = prefix + b"row"
                out += b"<" + name + b' r="%d">' % row + cells + b"</" + name + b">"
        return out

    def rows_at_end(self) -> None:
        new_rows = self.rows_before(None)
        if not new_rows:
            return
        layout = self.layout
        if layout.data_close is not None:
            self.found.append(Edit(layout.data_close, layout.data_close, new_rows))
            return
        tag = tag_at(self.data, layout.data_start)
        opened = _opened(self.data[layout.data_start : tag.inside])
        filled = opened + new_rows + b"</" + tag.name + b">"
        self.found.append(Edit(layout.data_start, layout.data_inside, filled))

    def new_cells(
        self, row: int, wants: Mapping[int, Want], attributes: Mapping[str, str], prefix: bytes
    ) -> Iterator[tuple[int, bytes]]:
        """Cells that a row does not hold yet, from left to right, each with its column."""
        for column in sorted(wants):
            place, want = Spot(row, column), wants[column]
            bounds = self.bounds.holding(place)
            self.check_kind(place, want, bounds, has_formula=False)
            if want.value is None:
                continue
            self.check_bounds(place, want, bounds)
            self.inserted.append(place)
            style = self.style(column, attributes)
            record = self.record(place, want.value) if isinstance(want.value, ErrorValue) else 0
            yield (
                column,
                new_cell(place, want.value, prefix, style, record, calculated=want.calculated),
            )

    def style(self, column: int, attributes: Mapping[str, str]) -> int:
        """The format that a blank cell shows: its row's, or else its column's."""
        own = attributes.get("s", "")
        if own.isdecimal() and attributes.get("customFormat") in {"1", "true"}:
            return int(own)
        for columns in self.layout.columns:
            if columns.first <= column <= columns.last:
                return columns.style
        return 0

    def insert(self, row: Row, wants: Mapping[int, Want]) -> None:
        """Put new cells into a row that the sheet holds."""
        tag = tag_at(self.data, row.start)
        new = list(self.new_cells(row.number, wants, row.attributes, tag.prefix))
        if not new:
            return
        if row.implied:
            raise self.error(Spot(row.number, new[0][0]), _UNPLACED)
        marked = self.data[row.start : row.inside]
        start = _with_spans(marked, row.attributes.get("spans"), new[0][0], new[-1][0])
        if row.close is None:
            cells = b"".join(cell for _, cell in new)
            closed = _opened(start) + cells + b"</" + tag.name + b">"
            self.found.append(Edit(row.start, row.end, closed))
            return
        if start != marked:
            self.found.append(Edit(row.start, row.inside, start))
        following = iter(row.cells)
        after = next(following, None)
        for column, cell in new:
            while after is not None and after.column < column:
                after = next(following, None)
            at = row.close if after is None else after.start
            self.found.append(Edit(at, at, cell))

    def extend_dimension(self) -> None:
        used = self.layout.dimension
        if used is None or not self.inserted:
            return
        wider = used
        for place in self.inserted:
            wider = wider.with_spot(place)
        if wider != used:
            at = self.layout.dimension_at
            end = tag_at(self.data, at).inside
            new = with_attribute(self.data[at:end], b"ref", str(wider).encode())
            self.found.append(Edit(at, end, new))


def _last_row(pair: tuple[Area, Area]) -> int:
    return max(pair[0].last.row, pair[1].last.row)


def _opened(tag: bytes) -> bytes:
    """An empty tag as a start tag."""
    return tag[: tag.rindex(b"/")].rstrip() + b">"


def _with_spans(tag: bytes, spans: str | None, first: int, last: int) -> bytes:
    """A row's tag whose spans, if it has any, take in new columns."""
    columns = [int(each) for each in _NUMBER.findall(spans or "")]
    if not columns or (min(columns) <= first and last <= max(columns)):
        return tag
    wider = f"{min(first, *columns)}:{max(last, *columns)}"
    return with_attribute(tag, b"spans", wider.encode())
