"""A workbook's copy for the embedded engine: what it would misread taken out, the rest as it is.

The copy holds cells, strings and names, nothing else; the user's file is never touched. What
can be put right is put right; what cannot is a fault, which names its cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from xlfuncs.engines.base import Fault, area_of, cells_of, failure
from xlfuncs.engines.checks import Setting, complaints
from xlfuncs.engines.fed_package import read_package, written
from xlfuncs.engines.formula_text import BLANK, FIT, Names, Unusable, rewritten
from xlfuncs.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.engines.fed_package import Package

_MOST_CELLS: Final = 100_000  # in one array; more is a slip, such as a whole column
_FORMULA_CELL = re.compile(
    r"<c\s([^>]*[^/>])>\s*<f(\s[^>]*?)?(?:/>|>([^<]*)</f>)[^<]*(?:<v\s*/>|<v[^>]*>([^<]*)</v>)?\s*</c>"
)
_VALUE_CELL = re.compile(r"<c\s([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ODD = re.compile(
    r"<!--|<!\[CDATA\[|<!DOCTYPE|<\w+:sheetData|<(?:c|row)(?:\s(?![^>]*\br=)[^>]*)?/?>"
)
_ODD_VALUE = re.compile(r"""<c\s[^>]*\bt=["'](?:d|e)["']""")
_ENGINE_ERRORS: Final = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


class Array(NamedTuple):
    """An array formula: the cells it fills in the file, and whether it may fill others."""

    area: str
    dynamic: bool


@dataclass
class FedSheet:
    """The formulas of a sheet.

    Args:
        name: the sheet's tab.
        formulas: every formula by its cell.
        arrays: array formulas by their first cell.
        errors: the errors that formula cells showed in the file.
    """

    name: str
    formulas: dict[str, str] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def filled(self) -> set[str]:
        """The cells that arrays fill beside their own."""
        if not self.arrays:
            return set()
        cells = {ref for array in self.arrays.values() for ref in cells_of(array.area)}
        return cells - self.formulas.keys()


class Fed(NamedTuple):
    """What the engine is given, and what is known of the book besides."""

    data: bytes
    date1904: bool
    sheets: Mapping[str, FedSheet]


def feed(data: bytes, book: str, functions: Iterable[str], *, clock: bool) -> Fed:
    """The copy that the embedded engine calculates.

    Args:
        data: the workbook.
        book: what messages call it.
        functions: the worksheet functions registered, in capitals.
        clock: whether TODAY and NOW are pinned.

    Raises:
        BookError: this is no workbook.
        EngineError: it holds what the engine would not calculate rightly; all of it is named.
    """
    package = read_package(data, book)
    areas = {name: area for name in package.names if (area := package.area(name))}
    ranges = frozenset(name.name.casefold() for name, (_, several) in areas.items() if several)
    setting = Setting(frozenset({*functions, BLANK}), ranges, clock)
    faults: list[Fault] = []
    if package.rounds:
        faults.append(
            Fault("the book", "it calculates with numbers as shown ('precision as shown')")
        )
    sheets: dict[str, FedSheet] = {}
    insides: dict[str, str] = {}
    for tab, markup in package.sheets.items():
        sheets[tab] = FedSheet(tab)
        feeder = _Feeder(sheets[tab], _seen_by(tab, package), setting, faults)
        insides[tab] = feeder.inside(markup)
    if faults:
        raise failure(book, faults)
    return Fed(written(insides, areas, package.strings), package.date1904, sheets)


def _seen_by(tab: str, package: Package) -> Names:
    """The names as a sheet sees them: its own first, then the book's."""
    put_in: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name in sorted(package.names, key=lambda name: name.sheet is not None):
        if name.sheet not in {None, tab}:
            continue
        word = name.name.casefold()
        put_in.pop(word, None)
        refused.pop(word, None)
        if package.area(name):
            continue
        if reason := package.unusable(name):
            refused[word] = reason
        else:
            put_in[word] = name.text
    return Names(put_in, refused)


class _Feeder:
    """Rewrites one sheet."""

    def __init__(
        self, sheet: FedSheet, names: Names, setting: Setting, faults: list[Fault]
    ) -> None:
        self.sheet, self.names, self.setting, self.faults = sheet, names, setting, faults
        self.shared: dict[str, str] = {}

    def inside(self, markup: str) -> str:
        """The inside of the sheet's sheetData, as the engine wants it."""
        found = re.search(r"<sheetData\s*>(.*)</sheetData\s*>", markup, re.DOTALL)
        if not found and re.search(r"<sheetData\s*/>", markup):
            return ""
        if not found or _ODD.search(found[1]):
            self._fault("", "its markup is written in a way that is not followed yet")
            return ""
        inside, count = _FORMULA_CELL.subn(self._formula_cell, found[1])
        if count != len(re.findall(r"<f[\s/>]", found[1])):
            self._fault("", "a formula is written in a way that is not followed yet")
        filled = self.sheet.filled()
        if filled or _ODD_VALUE.search(inside):
            inside = _VALUE_CELL.sub(lambda cell: self._value_cell(cell, filled), inside)
        return inside

    def _formula_cell(self, cell: re.Match[str]) -> str:
        attributes, of_formula = _attributes(cell[1]), _attributes(cell[2] or "")
        ref, kind = attributes["r"], of_formula.get("t", "normal")
        if attributes.get("t") == "e" and cell[4]:
            self.sheet.errors[ref] = cell[4]
        text, key = unescape(cell[3] or ""), of_formula.get("si", "")
        if kind == "shared":
            text = self.shared.setdefault(key, text) if text else self.shared.get(key, "")
        if kind == "dataTable" or not text:
            self._fault(ref, "it is a data table or an empty formula")
            return ""
        self.sheet.formulas[ref] = text
        if kind == "array" and not self._array(ref, of_formula.get("ref", ref), "cm" in attributes):
            return ""
        given = self._given(ref, text, array=kind == "array")
        if kind == "shared":
            # The engine moves a shared formula's references as Excel does.
            area = f' ref="{of_formula["ref"]}"' if "ref" in of_formula else ""
            given = "" if not cell[3] else escape(given)
            return f'<c r="{ref}"><f t="shared"{area} si="{key}">{given}</f></c>'
        return f'<c r="{ref}"><f>{escape(given)}</f></c>'

    def _array(self, ref: str, area: str, dynamic: bool) -> bool:  # noqa: FBT001  its one caller says which
        try:
            rows, columns = _size(area)
            followed = rows * columns <= _MOST_CELLS and area.partition(":")[0] == ref
        except EngineError:
            followed = False
        if not followed:
            self._fault(ref, f"its array formula fills {area}, which is not followed")
            return False
        self.sheet.arrays[ref] = Array(area, dynamic)
        return True

    def _given(self, ref: str, text: str, *, array: bool) -> str:
        """The formula as the engine is given it; what is wrong with it is noted."""
        try:
            given, ours = rewritten(text, self.setting.functions, self.names)
        except Unusable as error:
            self._fault(ref, str(error))
            return "0"
        if wrong := complaints(given, self.setting, array=array):
            self._fault(ref, "; ".join(wrong))
        if array and not self.sheet.arrays[ref].dynamic:
            rows, columns = _size(self.sheet.arrays[ref].area)
            return f"{FIT}({rows},{columns},{given})"
        # A table in an ordinary cell shows its first value; the engine would let it spill.
        return f"{FIT}(1,1,{given})" if ours and not array else given

    def _value_cell(self, cell: re.Match[str], filled: set[str]) -> str:
        attributes = _attributes(cell[1])
        if attributes["r"] in filled:
            return ""
        kind = attributes.get("t", "n")
        if kind == "d":
            self._fault(attributes["r"], "its date is written as text, which is not followed yet")
        value = re.search(r"<v>([^<]*)</v>", cell[2] or "")
        if kind == "e" and value and value[1] not in _ENGINE_ERRORS:
            self._fault(attributes["r"], f"formualizer does not know the error {value[1]}")
        return cell[0]

    def _fault(self, ref: str, why: str) -> None:
        place = f"{self.sheet.name}!{ref}" if ref else f"sheet {self.sheet.name}"
        self.faults.append(Fault(place, why))


def _attributes(text: str) -> dict[str, str]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}


def _size(area: str) -> tuple[int, int]:
    top, left, bottom, right = area_of(area)
    return bottom - top + 1, right - left + 1
