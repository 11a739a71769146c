"""A workbook's copy for the embedded engine: what it would misread is put right or refused.

The copy holds cells and names, nothing else; the user's file is never touched. What can be put
right is put right; what cannot is a fault, which names its cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.checks import Setting, complaints
from xlfuncs.engines.fed_copy import LOADED_ERRORS, formula_cell, value_cell, written
from xlfuncs.engines.fed_names import fed_names
from xlfuncs.engines.formula_text import BLANK, FIT, Names, Unusable, rewritten
from xlfuncs.engines.guards import guarded
from xlfuncs.engines.moving import Moving
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.model import ARRAY, NORMAL, SHARED
from xlfuncs.ooxml.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.engines.formula_text import Fixed
    from xlfuncs.ooxml.model import Cell, Formula
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.references import Area, Spot

_MOST_CELLS: Final = 100_000  # in one array; more is a slip, such as a whole column


# A formula as the engine is given it, and what is wrong with it.
Given = tuple[str, tuple[str, ...]]
_Key = tuple[str, bool, tuple[int, int] | None]
_MOST_KNOWN: Final = 20_000  # formulas of one sheet


class Array(NamedTuple):
    """An array formula: the cells it fills in the file, and whether it may fill others."""

    area: Area
    dynamic: bool


class Shared(NamedTuple):
    """A formula that cells share: the first of them, its text, what is given, what is wrong."""

    first: Spot
    text: str
    given: Moving
    wrong: tuple[str, ...]


@dataclass
class FedSheet:
    """The formulas of a sheet.

    Args:
        name: the sheet's tab.
        formulas: every formula by its cell.
        places: every cell with a formula, with its row and column.
        arrays: array formulas by their first cell.
        errors: the errors that formula cells showed in the file.
    """

    name: str
    formulas: dict[str, str] = field(default_factory=dict)
    places: list[tuple[str, int, int]] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)
    errors: dict[str, ErrorValue] = field(default_factory=dict)

    def filled(self) -> set[str]:
        """The cells that arrays fill beside their own."""
        cells = {str(place) for array in self.arrays.values() for place in array.area.spots()}
        return cells - self.formulas.keys()


class Fed(NamedTuple):
    """What the engine is given, and what is known of the book besides."""

    data: bytes
    sheets: Mapping[str, FedSheet]


def feed(package: Package, functions: Iterable[str], *, clock: bool) -> Fed:
    """The copy that the embedded engine calculates.

    Args:
        package: the workbook.
        functions: the worksheet functions registered, in capitals.
        clock: whether TODAY and NOW are pinned.

    Raises:
        BookError: its sheets cannot be read.
        EngineError: it holds what the engine would not calculate rightly; all of it is named.
    """
    names = fed_names(package)
    setting = Setting(frozenset({*functions, BLANK}), names.ranges, clock)
    faults: list[Fault] = []
    if not package.full_precision:
        faults.append(
            Fault("the book", "it calculates with numbers as shown ('precision as shown')")
        )
    sheets: dict[str, FedSheet] = {}
    insides: dict[str, str] = {}
    for tab in package.sheets:
        if tab.kind == "worksheet":
            sheet = sheets[tab.name] = FedSheet(tab.name)
            number = len(sheets) - 1
            feeder = _Feeder(package, sheet, number, names.seen_by(tab.name), setting, faults)
            insides[tab.name] = feeder.inside()
    if faults:
        raise failure(package.name, faults)
    return Fed(written(insides, names.cells), sheets)


@lru_cache(maxsize=64)
def _known(setting: Setting, names: Fixed, number: int) -> dict[_Key, Given]:  # noqa: ARG001  by what formulas are judged
    """The formulas judged already on such a sheet: books of one kind hold the same ones."""
    return {}


class _Feeder:
    """Writes one sheet."""

    def __init__(
        self,
        package: Package,
        sheet: FedSheet,
        number: int,
        names: Names,
        setting: Setting,
        faults: list[Fault],
    ) -> None:
        self.sheet, self.names, self.setting, self.faults = sheet, names, setting, faults
        self.number = number
        self.grid = package.grid(sheet.name)
        self.value_of = package.reader(self.grid.part).value
        self.dynamic = package.rich.dynamic
        self.shared: dict[int, Shared] = {}
        self.filled: set[Spot] = set()
        self.known = _known(setting, names.fixed(), number)

    def inside(self) -> str:
        """The inside of the sheet's sheetData, as the engine wants it."""
        value_of, filled = self.value_of, self.filled
        out: list[str] = []
        for row in self.grid.rows():
            number = row.number
            out.append(f'<row r="{number}">')
            for cell in row.cells:
                if cell.formula is not None:
                    out.append(self._formula_cell(cell, cell.formula))
                elif cell.raw is not None and not (filled and cell.spot in filled):
                    value = value_of(cell)
                    if isinstance(value, ErrorValue):
                        value = self._error(cell, value)
                    out.append(value_cell(f"{column_letters(cell.column)}{number}", value))
            out.append("</row>")
        return "".join(out)

    def _error(self, cell: Cell, value: ErrorValue) -> ErrorValue | None:
        """An error typed into a cell; None, and a fault, if the engine does not know it."""
        # A word that nobody knows is read as #VALUE!, which is more than the file says.
        word = value.value if value not in LOADED_ERRORS else (cell.raw or "").strip()
        if word in LOADED_ERRORS:
            return value
        self._fault(cell.ref, f"formualizer does not know the error {word}")
        return None

    def _formula_cell(self, cell: Cell, formula: Formula) -> str:
        ref = cell.ref
        if cell.attributes.type == "e":
            value = self.value_of(cell)
            if isinstance(value, ErrorValue):
                self.sheet.errors[ref] = value
        text, given = formula.text, None
        if formula.kind == SHARED and formula.group is not None:
            text, given = self._shared(cell, formula, formula.group)
        elif formula.kind in {NORMAL, SHARED, ARRAY} and text:
            array = None
            if formula.kind == ARRAY:
                array = self._array(cell, formula.ref)
                if array is None:
                    return ""
            given, wrong = self._given(text, array)
            self._note(ref, wrong)
        else:
            self._fault(ref, "it is a data table or an empty formula")
        if given is None:
            return ""
        self.sheet.formulas[ref] = text
        self.sheet.places.append((ref, cell.row, cell.column))
        return formula_cell(ref, given)

    def _array(self, cell: Cell, area: Area | None) -> Array | None:
        """What an array formula fills; None, and a fault, if that is not followed."""
        if area is None or area.first != cell.spot or area.size > _MOST_CELLS:
            self._fault(cell.ref, f"its array formula fills {area}, which is not followed")
            return None
        array = Array(area, cell.attributes.cell_record in self.dynamic)
        self.sheet.arrays[cell.ref] = array
        self.filled.update(area.spots())
        return array

    def _shared(self, cell: Cell, formula: Formula, group: int) -> tuple[str, str | None]:
        """The text of a shared formula, and the formula to give; None, and a fault, if none."""
        shared = self.shared.get(group)
        if formula.text and (shared is None or formula.ref is not None):
            given, wrong = self._given(formula.text, None)
            self.shared[group] = Shared(cell.spot, formula.text, Moving(given), wrong)
            self._note(cell.ref, wrong)
            return formula.text, given
        if shared is None:
            self._fault(cell.ref, "its formula is shared with a cell that does not come before it")
            return "", None
        rows, columns = cell.row - shared.first.row, cell.column - shared.first.column
        given_here = shared.given.moved(rows, columns)
        if given_here is None:
            self._fault(cell.ref, "its shared formula leads off the sheet")
        if formula.text and formula.text != Moving(shared.text).moved(rows, columns):
            self._fault(cell.ref, "it shares one formula and holds another")
        self._note(cell.ref, shared.wrong)
        return shared.text, given_here

    def _given(self, text: str, array: Array | None) -> Given:
        """The formula as the engine is given it, and what is wrong with it."""
        size = None
        if array is not None and not array.dynamic:
            first, last = array.area
            size = last.row - first.row + 1, last.column - first.column + 1
        key = text, array is not None, size
        known = self.known.get(key)
        if known is None:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            known = self.known[key] = self._made(text, size, array=array is not None)
        return known

    def _made(self, text: str, size: tuple[int, int] | None, *, array: bool) -> Given:
        functions = self.setting.functions
        try:
            given, ours = rewritten(text, functions, self.names)
        except Unusable as error:
            return "0", (str(error),)
        wrong = complaints(given, self.setting, array=array)
        if wrong:
            return "0", wrong
        try:
            given = guarded(given, functions, self.number, array=array)
        except Unusable as error:
            return "0", (str(error),)
        if size is not None:
            return f"{FIT}({size[0]},{size[1]},{given})", ()
        # A table in an ordinary cell shows its first value; the engine would let it spill.
        return (f"{FIT}(1,1,{given})" if ours and not array else given), ()

    def _note(self, ref: str, wrong: tuple[str, ...]) -> None:
        if wrong:
            self._fault(ref, "; ".join(wrong))

    def _fault(self, ref: str, why: str) -> None:
        self.faults.append(Fault(f"{self.sheet.name}!{ref}", why))
