"""The engine that is Excel itself, through xlwings: Windows, with Excel and our add-in.

The user's file is never opened: Excel gets a copy in a folder of its own. The add-in is opened
first, with its macros; then macros are switched off, and only then the book is opened, so that
no macro of the book runs while our functions, which are macros of the add-in, do. An Excel
that is started by a program loads no add-in by itself.
"""

from __future__ import annotations

import platform
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.excel_formulas import Moment, formulas_in, given
from xlfuncs.engines.excel_sheet import areas_now, values_now
from xlfuncs.errors import EngineError, ErrorValue, XlfuncsError
from xlfuncs.hosts.xlam import ADDIN_FILE, addin_bytes
from xlfuncs.ooxml.references import LAST_COLUMN, LAST_ROW, Area, Spot, spot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.excel_formulas import Formulas
    from xlfuncs.ooxml.package import Package

MACROS_ON: Final = 1  # msoAutomationSecurityLow
MACROS_OFF: Final = 3  # msoAutomationSecurityForceDisable
_MANUAL: Final = -4135  # xlCalculationManual
_LINKS_OFF: Final = 0
_SETTABLE: Final = frozenset(ErrorValue) - {
    ErrorValue.SPILL, ErrorValue.CALC, ErrorValue.GETTING_DATA,
}  # fmt: skip


def start_excel() -> Any:  # noqa: ANN401  xlwings' own class of an Excel
    """An Excel of our own, which nobody sees.

    Raises:
        EngineError: it does not start.
    """
    import xlwings  # noqa: PLC0415  loaded where it is used

    with said("Excel cannot be started (run xlfuncs doctor)"):
        return xlwings.App(visible=False, add_book=False)


def check_system() -> None:
    """Say at once where there can be no Excel that calculates our functions.

    Raises:
        EngineError: this is not Windows.
    """
    if platform.system() != "Windows":
        raise EngineError(
            "Excel calculates our functions on Windows only; choose the engine formualizer or "
            "libreoffice."
        )


@contextmanager
def said(what: str) -> Iterator[None]:
    """Whatever Excel refuses becomes an EngineError that begins with these words."""
    try:
        yield
    except XlfuncsError:
        raise
    except Exception as error:  # COM's error class exists on Windows alone
        raise EngineError(f"{what}: {' '.join(str(error).split())}") from error


class Excel:
    """The engine.

    Args:
        clock: what TODAY and NOW say; without it a book that uses them is refused.
        start: starts an Excel, instead of that of this machine.
        addin: makes the add-in.

    Raises:
        EngineError: there is no Excel on this kind of machine.
    """

    name = "excel"

    def __init__(
        self,
        clock: dt.datetime | None = None,
        start: Callable[[], Any] | None = None,
        addin: Callable[[], bytes] = addin_bytes,
    ) -> None:
        if start is None:
            check_system()
        self._clock = clock
        self._start = start or start_excel
        self._addin = addin
        self._version = ""

    @property
    def version(self) -> str:
        """The version of the Excel that calculated last; "" before one did."""
        return self._version

    def open(self, package: Package) -> ExcelCalculation:
        """Take a workbook; see `Engine.open`."""
        moment = Moment.of(self._clock, date1904=package.date1904)
        formulas = formulas_in(package, moment)
        calculation = ExcelCalculation(package, formulas, moment)
        try:
            calculation.begin(self._start, self._addin())
            self._version = calculation.version
        except BaseException:
            calculation.close()
            raise
        return calculation


class ExcelCalculation:
    """One workbook in an Excel of its own; made by `Excel.open`."""

    version = ""

    def __init__(self, package: Package, formulas: dict[str, Formulas], moment: Moment) -> None:
        self._package = package
        self._formulas = formulas
        self._moment = moment
        self._tabs = {tab.casefold(): tab for tab in formulas}
        self._locked = {tab: found.filled() for tab, found in formulas.items()}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._app: Any = None
        self._book: Any = None
        self._values: dict[str, dict[str, Value]] | None = None
        self._areas: dict[str, dict[str, str]] = {}

    def begin(self, start: Callable[[], Any], addin: bytes) -> None:
        """Start Excel and open the add-in, then the book."""
        name = self._package.name
        self._folder = tempfile.TemporaryDirectory(prefix="xlfuncs-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        (folder / ADDIN_FILE).write_bytes(addin)
        copy = folder / f"book{Path(name).suffix or '.xlsx'}"
        copy.write_bytes(self._package.data)
        self._app = start()
        with said(f"Excel cannot open {name}"):
            api = self._app.api
            self.version = str(api.Version)
            api.DisplayAlerts = False
            api.ScreenUpdating = False
            api.EnableEvents = False
            api.AskToUpdateLinks = False
            api.AutomationSecurity = MACROS_ON
            api.Workbooks.Open(str(folder / ADDIN_FILE), UpdateLinks=_LINKS_OFF, ReadOnly=True)
            api.AutomationSecurity = MACROS_OFF
            self._book = api.Workbooks.Open(
                str(copy), UpdateLinks=_LINKS_OFF, IgnoreReadOnlyRecommended=True, AddToMru=False
            )
            api.Calculation = _MANUAL
            # Excel takes this from the first file it opens, which was the add-in.
            api.Iteration = self._package.calculation.iterative
            for tab, found in self._formulas.items():
                for ref in found.again:
                    self._enter(tab, ref)

    def _enter(self, tab: str, ref: str) -> None:
        """Enter a formula again, as one cell, an array or a spill, whichever it is."""
        cell = self._sheet(tab).Range(ref)
        array = self._formulas[tab].arrays.get(ref)
        if array is None:
            cell.Formula = given(str(cell.Formula), self._moment).text
        elif array.dynamic:
            cell.Formula2 = given(str(cell.Formula2), self._moment).text
        else:
            whole = self._sheet(tab).Range(str(array.area))
            whole.FormulaArray = given(str(cell.Formula), self._moment).text

    def _sheet(self, tab: str) -> Any:  # noqa: ANN401
        return self._open().Worksheets(tab)

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Put a value into an input cell; see `Calculation.set`."""
        self.set_range(sheet, ref, [[value]])

    def set_range(self, sheet: str, first_ref: str, rows: Sequence[Sequence[Value]]) -> None:
        """Put rows of values into cells; see `Calculation.set_range`."""
        self._open()
        book = self._package.name
        tab = self._tabs.get(sheet.casefold())
        if tab is None:
            raise EngineError(f"{book} has no sheet {sheet!r}")
        first = spot(first_ref.replace("$", "").upper())
        if first is None:
            raise EngineError(f"{first_ref!r} is not a cell")
        wide = max(map(len, rows), default=0)
        if not wide:
            return
        last = Spot(first.row + len(rows) - 1, first.column + wide - 1)
        if last.row > LAST_ROW or last.column > LAST_COLUMN:
            raise EngineError(f"{last} is not a cell")
        wrong = sorted(self._locked[tab] & set(map(str, Area(first, last).spots())))
        if wrong:
            raise EngineError(f"{book} {tab}!{wrong[0]} holds a formula; only inputs can be set")
        with said(f"Excel cannot set {tab}!{first_ref} of {book}"):
            for at, row in enumerate(rows):
                if row:
                    ends = Area(
                        Spot(first.row + at, first.column),
                        Spot(first.row + at, first.column + len(row) - 1),
                    )
                    values = tuple(map(_taken, row))
                    target = self._sheet(tab).Range(str(ends))
                    target.Value2 = values[0] if len(values) == 1 else (values,)
        self._values = None

    def recalculate(self) -> None:
        """Calculate; see `Calculation.recalculate`."""
        self._open()
        book = self._package.name
        self._values = None
        with said(f"Excel cannot calculate {book}"):
            self._app.api.CalculateFullRebuild()
            if self._bind():
                self._app.api.CalculateFullRebuild()
            self._gather()

    def _bind(self) -> bool:
        """Enter again our formulas that Excel did not bind to the add-in when it opened them."""
        found = False
        for tab, formulas in self._formulas.items():
            ours = {ref: formulas.cells[ref] for ref in sorted(formulas.ours)}
            for ref, value in values_now(self._sheet(tab), ours, []).items():
                if value is ErrorValue.NAME:
                    self._enter(tab, ref)
                    found = True
        return found

    def _gather(self) -> None:
        """Take every value out, and note those that are none."""
        faults: list[Fault] = []
        values: dict[str, dict[str, Value]] = {}
        for tab, formulas in self._formulas.items():
            sheet = self._sheet(tab)
            now = areas_now(sheet, formulas.arrays)
            self._areas[tab] = {ref: str(area) for ref, area in now.items()}
            before = [array.area for array in formulas.arrays.values()]
            cells = dict(formulas.cells)
            for area in (*before, *now.values()):
                cells.update({str(place): (place.row, place.column) for place in area.spots()})
            found = values_now(sheet, cells, faults, tab)
            filled = {str(place) for area in now.values() for place in area.spots()}
            for area in before:
                for place in area.spots():
                    if str(place) not in filled and str(place) not in formulas.cells:
                        found[str(place)] = None
            values[tab] = found
            faults += _troubles(tab, formulas, found)
        if faults:
            raise failure(self._package.name, faults)
        self._values = values

    def read(self) -> dict[str, dict[str, Value]]:
        """The values; see `Calculation.read`."""
        self._open()
        if self._values is None:
            raise EngineError(f"{self._package.name} must be recalculated before it is read")
        return {tab: dict(found) for tab, found in self._values.items()}

    def arrays(self) -> dict[str, dict[str, str]]:
        """The ranges that arrays fill; see `Calculation.arrays`."""
        self.read()
        return {tab: dict(areas) for tab, areas in self._areas.items()}

    def close(self) -> None:
        """Quit Excel, whatever state it is in; see `Calculation.close`."""
        app, book, folder = self._app, self._book, self._folder
        self._app = self._book = self._folder = None
        if book is not None:
            with suppress(Exception):  # an Excel that died has nothing to close
                book.Close(SaveChanges=False)
        if app is not None:
            try:
                app.quit()
            except Exception:  # noqa: BLE001  it must not stay, and it may be hung
                with suppress(Exception):
                    app.kill()
        if folder is not None:
            folder.cleanup()

    def _open(self) -> Any:  # noqa: ANN401
        if self._book is None:
            raise EngineError(f"{self._package.name} is closed")
        return self._book


def _taken(value: Value) -> object:
    """A value as Excel takes it for a constant; text must not read as a number or a formula."""
    if isinstance(value, ErrorValue):
        if value not in _SETTABLE:
            raise EngineError(f"a cell cannot be set to {value.value}")
        return value.value
    if isinstance(value, str):
        return f"'{value}"
    return "" if value is None else value


def _troubles(tab: str, formulas: Formulas, found: dict[str, Value]) -> Iterator[Fault]:
    """Values that are no result: a name that Excel does not know, and the like."""
    reasons = {
        ErrorValue.NAME: "it uses a name or a function that is not known",
        ErrorValue.SPILL: "other cells stand where its table would go",
        ErrorValue.CALC: "Excel cannot calculate it",
        ErrorValue.GETTING_DATA: "it waits for data from outside the book",
    }
    for ref, value in found.items():
        if isinstance(value, ErrorValue) and value in reasons and formulas.errors.get(ref) != value:
            yield Fault(f"{tab}!{ref}", f"it is {value.value}: {reasons[value]}")
