"""One sheet of the copy for the embedded engine: its formulas judged and put right.

What can be put right is put right; what cannot is a fault, which names its cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.engines.base import Fault
from xlfuncs.engines.checks import Setting, complaints
from xlfuncs.engines.fed_copy import LOADED_ERRORS, formula_cell, value_cell
from xlfuncs.engines.formula_text import FIT, Names, Unusable, rewritten
from xlfuncs.engines.guards import guarded
from xlfuncs.engines.moving import Moving
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.model import ARRAY, NORMAL, SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xlfuncs.engines.formula_text import Fixed
    from xlfuncs.ooxml.model import Cell, Formula
    from xlfuncs.ooxml.references import Area, Spot
    from xlfuncs.ooxml.values import CellValue

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


@lru_cache(maxsize=64)
def _known(setting: Setting, names: Fixed, number: int) -> dict[_Key, Given]:  # noqa: ARG001  by what formulas are judged
    """The formulas judged already on such a sheet: books of one kind hold the same ones."""
    return {}


class Feeder:
    """Writes one sheet."""

    def __init__(
        self,
        place: tuple[str, int],
        names: Names,
        setting: Setting,
        dynamic: frozenset[int],
        value_of: Callable[[Cell], CellValue],
    ) -> None:
        tab, self.number = place
        self.sheet = FedSheet(tab)
        self.names, self.setting, self.dynamic = names, setting, dynamic
        self.value_of = value_of
        self.faults: list[Fault] = []
        self.shared: dict[int, Shared] = {}
        self.filled: set[Spot] = set()
        self.held = dict(setting.held)
        self.known = _known(setting, names.fixed(), self.number)

    def inside(self, rows: Iterable[tuple[int, Iterable[Cell]]]) -> str:
        """The inside of the sheet's sheetData, as the engine wants it."""
        filled = self.filled
        out: list[str] = []
        for number, cells in rows:
            out.append(f'<row r="{number}">')
            for cell in cells:
                if cell.formula is not None:
                    out.append(self._formula_cell(cell, cell.formula))
                elif cell.raw is not None and not (filled and cell.spot in filled):
                    out.append(self.input_cell(cell))
            out.append("</row>")
        return "".join(out)

    def input_cell(self, cell: Cell) -> str:
        """A cell without a formula."""
        value, fault = loadable(cell, self.value_of(cell))
        if fault:
            self._fault(cell.ref, fault)
        return value_cell(cell.ref, value)

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
            given, ours = rewritten(text, functions, self.names, self.held)
        except Unusable as error:
            return "0", (str(error),)
        wrong = complaints(given, self.setting, array=array)
        if wrong:
            return "0", wrong
        try:
            given = guarded(given, self.setting, self.number, array=array)
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


def loadable(cell: Cell, value: CellValue) -> tuple[CellValue, str]:
    """An input as the engine can load it, and what is wrong if it cannot.

    Of a typed error that nobody knows, #VALUE! is read, which is more than the file says.
    """
    if not isinstance(value, ErrorValue):
        return value, ""
    word = value.value if value not in LOADED_ERRORS else (cell.raw or "").strip()
    if word in LOADED_ERRORS:
        return value, ""
    return None, f"formualizer does not know the error {word}"
