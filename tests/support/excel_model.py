"""A small object model of Excel, to drive the engine with: what it is told is written down.

It calculates with the embedded engine, so that a refreshed book can be compared cell by cell.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.excel_values import ERRORS
from xlfuncs.ooxml.package import Package
from xlfuncs.ooxml.references import Area, area

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

CODES = {error: code for code, error in ERRORS.items()}
NAME_ERROR = CODES[ErrorValue.NAME]


class Cells:
    """A Range."""

    def __init__(self, book: Workbook, tab: str, place: Area) -> None:
        self._book, self._tab, self._place = book, tab, place

    @property
    def Value2(self) -> Any:  # noqa: N802  Excel's name
        shown = self._book.shown[self._tab]
        first, last = self._place
        rows = tuple(
            tuple(shown.get((row, column)) for column in range(first.column, last.column + 1))
            for row in range(first.row, last.row + 1)
        )
        return rows[0][0] if self._place.size == 1 else rows

    @Value2.setter
    def Value2(self, value: Any) -> None:  # noqa: N802
        rows = value if isinstance(value, tuple) else ((value,),)
        for place, one in zip(self._place.spots(), (c for row in rows for c in row), strict=True):
            self._book.put[self._tab, str(place)] = one

    @property
    def HasSpill(self) -> bool:  # noqa: N802
        return ":" in self._book.areas[self._tab].get(str(self._place), "")

    @property
    def SpillingToRange(self) -> Any:  # noqa: N802
        text = self._book.areas[self._tab][str(self._place)]
        return SimpleNamespace(Address=":".join(f"${ref[0]}${ref[1:]}" for ref in text.split(":")))

    def _formula(self) -> str:
        return f"={self._book.texts[self._tab].get(str(self._place.first), '')}"

    def _entered(self, kind: str, text: str) -> None:
        self._book.entered.append((kind, f"{self._tab}!{self._place}", text))
        self._book.unbound.discard((self._tab, str(self._place)))

    Formula = property(_formula, lambda self, text: self._entered("Formula", text))
    Formula2 = property(_formula, lambda self, text: self._entered("Formula2", text))
    FormulaArray = property(_formula, lambda self, text: self._entered("FormulaArray", text))


class Workbook:
    """A workbook that is open in Excel."""

    def __init__(self, path: Path, clock: dt.datetime | None) -> None:
        package = Package.read(path)
        self.calculation = Formualizer(clock=clock).open(package)
        self.texts = {
            sheet.name: {
                cell.ref: cell.formula.text for cell, _ in package.cells(sheet.name) if cell.formula
            }
            for sheet in package.sheets
        }
        self.put: dict[tuple[str, str], Any] = {}
        self.shown: dict[str, dict[tuple[int, int], Any]] = {}
        self.areas: dict[str, dict[str, str]] = {}
        self.entered: list[tuple[str, str, str]] = []
        self.unbound: set[tuple[str, str]] = set()
        self.odd: dict[tuple[str, str], Any] = {}
        self.closed: list[bool] = []

    def Worksheets(self, tab: str) -> Any:  # noqa: N802
        def cells(ref: str) -> Cells:
            place = area(ref)
            assert place is not None
            return Cells(self, tab, place)

        return SimpleNamespace(Range=cells)

    def Close(self, *, SaveChanges: bool) -> None:  # noqa: N802, N803
        self.closed.append(SaveChanges)

    def calculate(self) -> None:
        for (tab, ref), value in self.put.items():
            self.calculation.set(tab, ref, _constant(value))
        self.calculation.recalculate()
        self.areas = self.calculation.arrays()
        self.shown = {}
        for tab, found in self.calculation.read().items():
            self.shown[tab] = {
                _spot(ref): CODES[value] if isinstance(value, ErrorValue) else value
                for ref, value in found.items()
            }
        for tab, ref in self.unbound:
            self.shown[tab][_spot(ref)] = NAME_ERROR
        for (tab, ref), value in self.odd.items():
            self.shown[tab][_spot(ref)] = value


def _spot(ref: str) -> tuple[int, int]:
    place = area(ref)
    assert place is not None
    return place.first.row, place.first.column


def _constant(value: Any) -> Any:
    """What a cell holds after a constant was typed into it."""
    if isinstance(value, str):
        if value.startswith("'"):
            return value[1:]
        return ErrorValue(value) if value else None
    return value


class ExcelModel:
    """An Excel as xlwings hands it over: an App with its `api`."""

    def __init__(
        self,
        clock: dt.datetime | None = None,
        prepare: Callable[[Workbook], None] = lambda _: None,
        fails_at: str = "",
    ) -> None:
        self.opened: list[tuple[str, int, dict[str, Any]]] = []
        self.ended: list[str] = []
        self.folder = Path()
        self.book: Workbook | None = None
        self._clock, self._prepare, self._fails_at = clock, prepare, fails_at
        self.api = SimpleNamespace(
            Version="16.0", AutomationSecurity=1, Workbooks=SimpleNamespace(Open=self._open),
            CalculateFullRebuild=self._calculate,
        )  # fmt: skip
        self.rebuilds = 0

    def _open(self, path: str, **options: Any) -> Workbook | None:
        place = Path(path)
        self.folder = place.parent
        self.opened.append((place.name, self.api.AutomationSecurity, options))
        if self._fails_at == place.suffix:
            raise OSError("(-2147352567, 'Exception occurred.')")
        if place.suffix == ".xlam":
            return None
        self.book = Workbook(place, self._clock)
        self._prepare(self.book)
        return self.book

    def _calculate(self) -> None:
        self.rebuilds += 1
        if self._fails_at == "calculate":
            raise OSError("Excel is busy")
        assert self.book is not None
        self.book.calculate()

    def quit(self) -> None:
        self.ended.append("quit")
        if self._fails_at == "quit":
            raise OSError("it hangs")

    def kill(self) -> None:
        self.ended.append("kill")
