"""The embedded engine: formualizer, in the process, with the worksheet functions in Python."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.coercion import reads_as_number
from xlfuncs.engines.fed_ranges import SHEET as HELD
from xlfuncs.engines.feed import feed
from xlfuncs.engines.udf import CellResult, Desk, NoValueError, to_engine, to_neutral
from xlfuncs.errors import EngineError, ErrorValue
from xlfuncs.ooxml.references import LAST_COLUMN, LAST_ROW, Area, Spot, area, spot
from xlfuncs.serials import shift_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.fed_sheet import FedSheet
    from xlfuncs.engines.feed import Fed
    from xlfuncs.ooxml.package import Package

    Functions = Mapping[str, Callable[..., CellResult]]

_WHY: Final = {
    "NImpl": "it needs what formualizer does not do",
    "Circ": "it depends on itself",
    "Error": "its formula cannot be read",
    "NotFinite": "its value is no finite number",
    ErrorValue.NAME: "it is #NAME?: it uses a name or a function that is not known",
    ErrorValue.SPILL: "it is #SPILL!: other cells stand where its table would go",
    ErrorValue.CALC: "it is #CALC!: formualizer cannot calculate it",
}


class Formualizer:
    """The engine; one of them opens any number of workbooks.

    Args:
        functions: gives the worksheet functions for a date system (True for 1904);
            those of xlfuncs unless told.
        clock: what TODAY and NOW say; without it a book that uses them is refused.
    """

    name = "formualizer"

    def __init__(
        self,
        functions: Callable[[bool], Functions] | None = None,
        clock: dt.datetime | None = None,
    ) -> None:
        self._functions = functions or _own_functions
        self._clock = clock

    @property
    def version(self) -> str:
        """The version of the formualizer that is installed."""
        return _version()

    def open(self, package: Package) -> FormualizerCalculation:
        """Take a workbook; see `Engine.open`."""
        return FormualizerCalculation(package.name, lambda texts: self._loaded(package, texts))

    def _loaded(self, package: Package, texts: bool) -> _Loaded:  # noqa: FBT001  see _Loaded
        desk = Desk(self._functions(package.date1904), shift_of(date1904=package.date1904))
        known = (function.upper() for function in desk.functions)
        fed = feed(package, known, clock=self._clock is not None, texts=texts)
        desk.held = fed.held
        return _Loaded(fed, desk, _workbook(fed, desk, package, self._clock))


class _Loaded(NamedTuple):
    """A workbook in the engine, fed with or without care for texts that read as numbers."""

    fed: Fed
    desk: Desk
    workbook: Any


@cache
def _version() -> str:
    return version("formualizer")  # found in a file, and asked for with every book


def _own_functions(date1904: bool) -> Functions:  # noqa: FBT001  the one thing it is asked
    from xlfuncs.hosts.cells import worksheet_functions  # noqa: PLC0415  not needed to be imported

    return worksheet_functions(date1904=date1904)


def _workbook(fed: Fed, desk: Desk, package: Package, clock: dt.datetime | None) -> Any:  # noqa: ANN401  see close
    import formualizer  # noqa: PLC0415  loaded where it is used

    config = formualizer.EvaluationConfig()
    config.enable_parallel = False  # else every call of a Python function crosses threads
    config.date_system = "1904" if package.date1904 else "1900"
    try:
        workbook = formualizer.Workbook.from_bytes(
            fed.data, config=formualizer.WorkbookConfig(eval_config=config)
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineError(f"{package.name} cannot be loaded by formualizer: {error}") from error
    left_out = [
        Fault(f"the name {entry['name']}", "formualizer leaves it out")
        for entry in workbook.name_import_diagnostics
    ]
    if left_out:
        raise failure(package.name, left_out)
    workbook.set_temporal_egress("serial")
    if clock is not None:
        workbook.set_deterministic_clock(*_instant(clock))
    for name, callback in desk.callbacks().items():
        workbook.register_function(name, callback, allow_override_builtin=True)
    return workbook


def _instant(clock: dt.datetime) -> tuple[dt.datetime, int]:
    """A moment as the engine takes it; one without a time zone is taken as it reads."""
    from datetime import UTC  # noqa: PLC0415  with its one user

    moment = clock if clock.tzinfo else clock.replace(tzinfo=UTC)
    offset = moment.utcoffset()
    return moment, int(offset.total_seconds()) if offset else 0


class FormualizerCalculation:
    """One workbook in formualizer; made by `Formualizer.open`.

    A text that reads as a number is a number to Excel's arithmetic. Few books have such texts, and
    looking for them costs time: where one turns up, the book is loaded anew, with care for them.

    Args:
        book: its name.
        load: loads it, with care or without.
    """

    def __init__(self, book: str, load: Callable[[bool], _Loaded]) -> None:
        self._book = book
        self._load = load
        self._fed, self._desk, self._workbook = fed, _, _ = load(False)  # noqa: FBT003
        self._put: dict[tuple[str, Spot], Value] = {}
        self._tabs = {tab.casefold(): tab for tab in fed.sheets}
        self._locked = {
            tab: sheet.filled() | sheet.formulas.keys() for tab, sheet in fed.sheets.items()
        }
        self._values: dict[str, dict[str, Value]] | None = None
        self._areas: dict[str, dict[str, str]] = {}

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Put a value into an input cell; see `Calculation.set`."""
        self.set_range(sheet, ref, [[value]])

    def set_range(self, sheet: str, first_ref: str, rows: Sequence[Sequence[Value]]) -> None:
        """Put rows of values into cells; see `Calculation.set_range`."""
        workbook = self._open()
        tab = self._tabs.get(sheet.casefold())
        if tab is None:  # the engine would add the sheet
            raise EngineError(f"{self._book} has no sheet {sheet!r}")
        first = spot(first_ref.replace("$", "").upper())
        if first is None:
            raise EngineError(f"{first_ref!r} is not a cell")
        cells = [
            (row, column, self._taken(tab, Spot(row, column), value))
            for row, values in enumerate(rows, first.row)
            for column, value in enumerate(values, first.column)
        ]
        self._values = None
        for (row, column, given), value in zip(cells, chain.from_iterable(rows), strict=True):
            workbook.set_value(tab, row, column, given)
            self._fed.held.put(tab, Spot(row, column), value)
            self._put[tab, Spot(row, column)] = value

    def _taken(self, tab: str, place: Spot, value: Value) -> Any:  # noqa: ANN401
        ref = str(place)
        if place.row > LAST_ROW or place.column > LAST_COLUMN:
            raise EngineError(f"{ref!r} is not a cell")
        if ref in self._locked[tab]:
            raise EngineError(f"{self._book} {tab}!{ref} holds a formula; only inputs can be set")
        try:
            return to_engine(value)
        except NoValueError as error:
            raise EngineError(f"{self._book} {tab}!{ref} cannot be set to {error}") from None

    def recalculate(self) -> None:
        """Calculate; see `Calculation.recalculate`."""
        self._open()
        self._values = None
        if not self._fed.texts and _number_texts(self._put.values()):
            self._take_care()
        self._values = self._calculated()
        if not self._fed.texts and any(
            _number_texts(found.values()) for found in self._values.values()
        ):
            self._take_care()
            self._values = self._calculated()

    def _take_care(self) -> None:
        """Load the workbook anew, with care for texts that read as numbers."""
        self._fed, self._desk, self._workbook = self._load(True)  # noqa: FBT003
        for (tab, place), value in self._put.items():
            self._workbook.set_value(tab, *place, to_engine(value))
            self._fed.held.put(tab, place, value)

    def _calculated(self) -> dict[str, dict[str, Value]]:
        import formualizer  # noqa: PLC0415  loaded where it is used

        workbook = self._open()
        for row, text in self._fed.held.changed():
            workbook.set_value(HELD, row, 1, text)
        try:
            workbook.evaluate_all()
        except formualizer.ExcelEvaluationError as error:
            self._raise_interruption()
            raise EngineError(f"{self._book} cannot be calculated: {error}") from error
        self._raise_interruption()
        return self._gathered(workbook)

    def _raise_interruption(self) -> None:
        if self._desk.interruption is not None:
            self.close()
            raise self._desk.interruption

    def _gathered(self, workbook: Any) -> dict[str, dict[str, Value]]:  # noqa: ANN401
        """Take every value out, and note those that are none."""
        faults = [
            Fault(name, f"the function failed with {type(bug).__name__}: {bug}")
            for name, bug in self._desk.bugs.items()
        ]
        tabs = list(self._fed.sheets)
        faults += [
            Fault(f"{tabs[int(sheet)]}!{Spot(int(row), int(column))}", why)
            for (sheet, row, column, _), why in self._desk.refused.items()
        ]
        values: dict[str, dict[str, Value]] = {}
        for tab, sheet in self._fed.sheets.items():
            found = values[tab] = {}
            for ref, row, column in sheet.places:
                value = workbook.get_value(tab, row, column)
                found[ref] = self._value(sheet, ref, value, faults)
            self._areas[tab] = areas = {}
            for anchor, array in sheet.arrays.items():
                filled = _spilled(workbook, tab, array.area) if array.dynamic else array.area
                areas[anchor] = str(filled)
                for place in sorted({*filled.spots(), *array.area.spots()}):
                    ref = str(place)
                    value = workbook.get_value(tab, *place) if place in filled else None
                    found[ref] = self._value(sheet, ref, value, faults)
        if faults:
            told = {fault.place for fault in faults if fault.why != _WHY["NImpl"]}
            faults = [
                each for each in faults if each.why != _WHY["NImpl"] or each.place not in told
            ]
            raise failure(self._book, faults) from next(iter(self._desk.bugs.values()), None)
        return values

    def _value(self, sheet: FedSheet, ref: str, value: Any, faults: list[Fault]) -> Value:  # noqa: ANN401
        try:
            neutral = to_neutral(value)
        except NoValueError as error:
            why = _WHY.get(str(error), f"formualizer gives it {error}")
            faults.append(Fault(f"{sheet.name}!{ref}", why))
            return None
        if isinstance(neutral, ErrorValue) and neutral in _WHY and sheet.errors.get(ref) != neutral:
            faults.append(Fault(f"{sheet.name}!{ref}", _WHY[neutral]))
        return neutral

    def read(self) -> dict[str, dict[str, Value]]:
        """The values; see `Calculation.read`."""
        self._open()
        if self._values is None:
            raise EngineError(f"{self._book} must be recalculated before it is read")
        return {tab: dict(found) for tab, found in self._values.items()}

    def arrays(self) -> dict[str, dict[str, str]]:
        """The ranges that arrays fill; see `Calculation.arrays`."""
        self.read()
        return {tab: dict(areas) for tab, areas in self._areas.items()}

    def close(self) -> None:
        """Let the workbook go; see `Calculation.close`."""
        self._workbook = None

    def _open(self) -> Any:  # noqa: ANN401
        if self._workbook is None:
            raise EngineError(f"{self._book} is closed")
        return self._workbook


def _number_texts(values: Iterable[Value]) -> bool:
    return any(type(value) is str and reads_as_number(value) for value in values)


def _spilled(workbook: Any, tab: str, before: Area) -> Area:  # noqa: ANN401
    """The cells that a dynamic array fills now."""
    quoted = tab.replace("'", "''")
    role = workbook.inspect_cell(f"'{quoted}'!{before.first}").cell.spill
    if role is None or role.extent is None:
        return Area(before.first, before.first)
    extent = str(role.extent).rpartition("!")[2].replace("$", "")
    filled = area(extent)
    if filled is None:
        raise EngineError(f"formualizer says that {tab}!{before.first} fills {extent!r}")
    return filled
