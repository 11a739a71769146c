"""A workbook's copy for LibreOffice: formulas respelled, all else as it is.

The user's file is never touched. Formula cells lose their number formats in the copy, because
LibreOffice tells a condition from the number 1 by the format that it gives the cell itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.calc_formulas import Setting, Unfit, respelled, whole_call
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.edits import Edit, spliced
from xlfuncs.ooxml.markup import escaped, plain_text, tag_at, with_attribute
from xlfuncs.ooxml.model import ARRAY, DATA_TABLE
from xlfuncs.ooxml.names import NameKind, absolute, read_name
from xlfuncs.serials import serial_of, shift_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from xlfuncs.card import Card
    from xlfuncs.hosts.spelling import Spelling
    from xlfuncs.ooxml.archive import Packed
    from xlfuncs.ooxml.model import Cell, Formula
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.references import Area

_NAME: Final = re.compile(rb"<(?:\w+:)?definedName\b[^>]*>([^<]*)<")
_MOST_CELLS: Final = 100_000  # in one array; more is a slip, such as a whole column


class Array(NamedTuple):
    """An array formula: what it fills in the file, whether it may fill others, and its function.

    Args:
        area: the cells.
        dynamic: whether it spills.
        made: the function of ours whose answer it is, if it is one.
    """

    area: Area
    dynamic: bool
    made: Card | None


@dataclass
class CalcSheet:
    """The formula cells of a sheet.

    Args:
        formulas: every formula cell, by its reference, as row and column from 1.
        arrays: array formulas by their first cell.
        errors: the errors that formula cells showed in the file.
    """

    formulas: dict[str, tuple[int, int]] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)
    errors: dict[str, ErrorValue] = field(default_factory=dict)

    def filled(self) -> set[str]:
        """Every cell that a formula gives its value."""
        cells = {str(spot) for array in self.arrays.values() for spot in array.area.spots()}
        return cells | self.formulas.keys()


class CalcCopy(NamedTuple):
    """The copy as a file, and the formula cells by sheet."""

    data: bytes
    sheets: dict[str, CalcSheet]


def calc_copy(package: Package, spelling: Spelling, clock: dt.datetime | None) -> CalcCopy:
    """The copy that LibreOffice calculates.

    Args:
        package: the workbook.
        spelling: how this version of LibreOffice names our functions.
        clock: what TODAY and NOW say; without it a book that uses them is refused.

    Raises:
        BookError: its sheets cannot be read.
        EngineError: it holds what would not be calculated rightly; all of it is named.
    """
    faults: list[Fault] = []
    if not package.full_precision:
        why = "it calculates with numbers as shown ('precision as shown')"
        faults.append(Fault("the book", why))
    shift = shift_of(date1904=package.date1904)
    now = None if clock is None else serial_of(clock, shift)
    today = None if now is None else float(int(now))
    own = _places(package.defined_names)
    changes: dict[str, Packed] = {}
    sheets: dict[str, CalcSheet] = {}
    for tab in package.sheets:
        if tab.kind != "worksheet":
            continue
        names = own | _places(package.sheet_names.get(tab.name, {}))
        walk = _Walk(package, tab.name, Setting(spelling, names, today, now), faults)
        edits = walk.edits()
        sheets[tab.name] = walk.sheet
        if edits:
            member = package.member(tab.part)
            changes[member] = package.archive.pack(member, spliced(walk.data, edits))
    main = package.member(package.main)
    data = package.archive.read(main)
    edits = _name_edits(data, Setting(spelling, own, today, now), faults)
    if edits:
        changes[main] = package.archive.pack(main, spliced(data, edits))
    if faults:
        raise failure(package.name, faults)
    return CalcCopy(package.archive.rebuilt(changes) if changes else package.data, sheets)


def _places(names: Mapping[str, str]) -> dict[str, str]:
    """The names that mean cells, with what they mean."""
    found = {name.casefold(): read_name(text) for name, text in names.items()}
    return {n: absolute(place) for n, place in found.items() if not isinstance(place, NameKind)}


class _Walk:
    """One walk down a sheet, gathering what changes."""

    def __init__(self, package: Package, tab: str, setting: Setting, faults: list[Fault]) -> None:
        self.tab, self.setting, self.faults = tab, setting, faults
        self.sheet = CalcSheet()
        self.grid = package.grid(tab)
        self.data = self.grid.part.data
        self.value_of = package.reader(self.grid.part).value
        self.dynamic = package.rich.dynamic

    def edits(self) -> list[Edit]:
        found: list[Edit] = []
        for cell in self.grid.cells():
            if cell.formula is not None:
                found += self.formula_edits(cell, cell.formula)
        return found

    def formula_edits(self, cell: Cell, formula: Formula) -> list[Edit]:
        ref = cell.ref
        self.sheet.formulas[ref] = cell.row, cell.column
        if cell.attributes.type == "e":
            value = self.value_of(cell)
            if isinstance(value, ErrorValue):
                self.sheet.errors[ref] = value
        if formula.kind == DATA_TABLE:
            self.fault(ref, "it is a data table")
        if formula.kind == ARRAY:
            self.array(cell, formula)
        found = []
        if cell.attributes.style:
            tag = with_attribute(self.data[cell.start : cell.inside], b"s", None)
            found.append(Edit(cell.start, cell.inside, tag))
        try:
            text = respelled(formula.text, self.setting)
        except Unfit as error:
            self.fault(ref, str(error))
            return found
        if text != formula.text:
            element = tag_at(self.data, formula.start)
            new = self.data[formula.start : element.inside] + escaped(text).encode()
            new += b"</" + element.name + b">"
            found.append(Edit(formula.start, formula.end, new))
        return found

    def array(self, cell: Cell, formula: Formula) -> None:
        area = formula.ref
        if area is None or area.first != cell.spot or area.size > _MOST_CELLS:
            self.fault(cell.ref, f"its array formula fills {area}, which is not followed")
            return
        dynamic = cell.attributes.cell_record in self.dynamic
        self.sheet.arrays[cell.ref] = Array(area, dynamic, whole_call(formula.text))

    def fault(self, ref: str, why: str) -> None:
        self.faults.append(Fault(f"{self.tab}!{ref}", why))


def _name_edits(data: bytes, setting: Setting, faults: list[Fault]) -> list[Edit]:
    """The names that stand for formulas, respelled too."""
    found = []
    for name in _NAME.finditer(data):
        text = plain_text(name[1])
        try:
            new = respelled(text, setting)
        except Unfit as error:
            faults.append(Fault(f"a name that stands for {text}", str(error)))
            continue
        if new != text:
            found.append(Edit(name.start(1), name.end(1), escaped(new).encode()))
    return found
