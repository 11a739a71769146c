"""The engine LibreOffice: the complete spreadsheet, with our add-in, under a private profile."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from xlfuncs import errors
from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.calc_copy import calc_copy
from xlfuncs.engines.calc_values import areas_of, formula_for, values_of
from xlfuncs.engines.office_server import OfficeEnded, office_server
from xlfuncs.errors import CellError, EngineError, ErrorValue, FunctionError
from xlfuncs.hosts.spelling import calc_spelling
from xlfuncs.ooxml.references import LAST_COLUMN, LAST_ROW, Area, Spot, spot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.calc_copy import CalcCopy
    from xlfuncs.engines.office_server import OfficeServer
    from xlfuncs.ooxml.package import Package

PATIENCE: Final = 300.0
_TRIES: Final = 2
_ROUNDS: Final = 4  # until arrays that feed one another have their size
_NUMBERS: Final = count(1)


class LibreOffice:
    """The engine; one LibreOffice serves every workbook of this process.

    Args:
        clock: what TODAY and NOW say; without it a book that uses them is refused.
        heard: is told each error of a function that became an error value.
        patience: how many seconds one step with one book may take.

    Raises:
        EngineError: LibreOffice, or a Python that can talk to it, is not on this machine.
    """

    name = "libreoffice"

    def __init__(
        self,
        clock: dt.datetime | None = None,
        heard: Callable[[str, FunctionError], None] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._server = office_server()
        self._clock = clock
        self._heard = heard
        self._patience = patience

    @property
    def version(self) -> str:
        """The version of the LibreOffice that is installed."""
        return self._server.office.version_text

    def close(self) -> None:
        """End LibreOffice; a book that is opened after it starts it again."""
        self._server.stop()

    def open(self, package: Package) -> LibreOfficeCalculation:
        """Take a workbook; see `Engine.open`."""
        copy = calc_copy(package, calc_spelling(self._server.office.version), self._clock)
        return LibreOfficeCalculation(package.name, copy, self._server, self._heard, self._patience)


class LibreOfficeCalculation:
    """One workbook in LibreOffice; made by `LibreOffice.open`.

    It is sent when it is calculated, and sent again with all that was set if LibreOffice dies.
    """

    def __init__(
        self,
        book: str,
        copy: CalcCopy,
        server: OfficeServer,
        heard: Callable[[str, FunctionError], None] | None,
        patience: float,
    ) -> None:
        self._book = book
        self._copy: CalcCopy | None = copy
        self._server = server
        self._heard = heard
        self._patience = patience
        self._number = next(_NUMBERS)
        self._tabs = {tab.casefold(): tab for tab in copy.sheets}
        self._locked = {tab: sheet.filled() for tab, sheet in copy.sheets.items()}
        self._sets: list[tuple[str, int, int, list[list[Any]]]] = []
        self._sent = 0
        self._opened_in = 0  # the start of LibreOffice in which the book is open
        self._file: Path | None = None
        self._areas: dict[str, dict[str, Area]] = {}
        self._values: dict[str, dict[str, Value]] | None = None

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Put a value into an input cell; see `Calculation.set`."""
        self.set_range(sheet, ref, [[value]])

    def set_range(self, sheet: str, first_ref: str, rows: Sequence[Sequence[Value]]) -> None:
        """Put rows of values into cells; see `Calculation.set_range`."""
        self._open()
        tab = self._tabs.get(sheet.casefold())
        if tab is None:
            raise EngineError(f"{self._book} has no sheet {sheet!r}")
        first = spot(first_ref.replace("$", "").upper())
        if first is None:
            raise EngineError(f"{first_ref!r} is not a cell")
        self._values = None
        for row, values in enumerate(rows, first.row):
            given = [
                self._taken(tab, Spot(row, column), value)
                for column, value in enumerate(values, first.column)
            ]
            if given:
                self._sets.append((tab, row - 1, first.column - 1, [given]))

    def _taken(self, tab: str, place: Spot, value: Value) -> Any:  # noqa: ANN401  as JSON holds it
        ref = str(place)
        if place.row > LAST_ROW or place.column > LAST_COLUMN:
            raise EngineError(f"{ref!r} is not a cell")
        if ref in self._locked[tab]:
            raise EngineError(f"{self._book} {tab}!{ref} holds a formula; only inputs can be set")
        if isinstance(value, ErrorValue):
            formula = formula_for(value)
            if formula is None:
                raise EngineError(f"{self._book} {tab}!{ref} cannot be set to {value.value}")
            return {"formula": formula}
        return value

    def recalculate(self) -> None:
        """Calculate; see `Calculation.recalculate`."""
        copy = self._open()
        self._values = None
        for attempt in range(1, _TRIES + 1):
            try:
                self._server.start()
                self._send(copy)
                answers = self._calculated(copy)
                break
            except OfficeEnded as error:
                if attempt == _TRIES:
                    raise EngineError(
                        f"{self._book} cannot be calculated: LibreOffice died of it: {error}"
                    ) from None
        self._values = self._gathered(copy, answers)

    def _send(self, copy: CalcCopy) -> None:
        """Open the book where it is not open yet, and set what is not set yet."""
        if self._opened_in != self._server.starts:
            file = self._server.folder / f"book{self._number}.xlsx"
            file.write_bytes(copy.data)
            self._file = file
            self._ask({"do": "open", "file": str(file)})
            self._opened_in, self._sent = self._server.starts, 0
            self._areas = {
                tab: {anchor: array.area for anchor, array in sheet.arrays.items()}
                for tab, sheet in copy.sheets.items()
            }
        if self._sent < len(self._sets):
            self._ask({"do": "set", "cells": self._sets[self._sent :]})
            self._sent = len(self._sets)

    def _calculated(self, copy: CalcCopy) -> list[dict[str, Any]]:
        """The values by sheet, once every array that spills has its size."""
        for _ in range(_ROUNDS):
            self._server.log.unlink(missing_ok=True)
            asked = [
                [tab, areas_of(sheet.formulas.values(), self._areas[tab].values())]
                for tab, sheet in copy.sheets.items()
            ]
            answer = self._ask({"do": "calculate", "areas": asked})
            if not self._resized(copy):
                return list(answer["sheets"])
        raise EngineError(f"{self._book} cannot be calculated: its arrays change without an end")

    def _resized(self, copy: CalcCopy) -> bool:
        """Give the arrays that spill the size of their values; whether any had another."""
        anchors = [
            (tab, anchor)
            for tab, sheet in copy.sheets.items()
            for anchor, array in sheet.arrays.items()
            if array.dynamic
        ]
        if not anchors:
            return False
        firsts = [(tab, self._areas[tab][anchor].first) for tab, anchor in anchors]
        asked = [[tab, first.row - 1, first.column - 1] for tab, first in firsts]
        sizes = self._ask({"do": "sizes", "anchors": asked})["sizes"]
        changed = False
        for (tab, anchor), (high, wide) in zip(anchors, sizes, strict=True):
            before = self._areas[tab][anchor]
            first = before.first
            last = Spot(first.row + max(high, 1) - 1, first.column + max(wide, 1) - 1)
            after = Area(first, last)
            if after == before:
                continue
            if last.row > LAST_ROW or last.column > LAST_COLUMN:
                raise failure(
                    self._book, [Fault(f"{tab}!{anchor}", "its table leads off the sheet")]
                )
            request = {"do": "resize", "sheet": tab, "before": _corners(before)}
            if self._ask({**request, "after": _corners(after)})["taken"]:
                why = "it is #SPILL!: other cells stand where its table would go"
                raise failure(self._book, [Fault(f"{tab}!{anchor}", why)])
            self._areas[tab][anchor] = after
            changed = True
        return changed

    def _gathered(
        self, copy: CalcCopy, answers: list[dict[str, Any]]
    ) -> dict[str, dict[str, Value]]:
        """The values by reference; raises what went wrong."""
        faults = self._said()
        found: dict[str, dict[str, Value]] = {}
        for (tab, sheet), answer in zip(copy.sheets.items(), answers, strict=True):
            found[tab], wrong = values_of(sheet, self._areas[tab], answer)
            faults += [Fault(f"{tab}!{ref}", why) for ref, why in wrong]
        if faults:
            raise failure(self._book, faults)
        return found

    def _said(self) -> list[Fault]:
        """What the functions said: error sentences are passed on, faults of theirs come back."""
        log = self._server.log
        faults = []
        for line in log.read_text("utf-8").splitlines() if log.is_file() else ():
            entry = json.loads(line)
            if "fault" in entry:
                why = entry["fault"].strip().splitlines()[-1]
                faults.append(Fault(entry["function"], f"the function failed with {why}"))
            elif self._heard is not None:
                self._heard(entry["function"], _error(entry))
        return faults

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._server.ask({**request, "book": self._number}, self._patience)
        except EngineError as error:
            raise EngineError(f"{self._book} cannot be calculated: {error}") from None

    def read(self) -> dict[str, dict[str, Value]]:
        """The values; see `Calculation.read`."""
        self._open()
        if self._values is None:
            raise EngineError(f"{self._book} must be recalculated before it is read")
        return {tab: dict(found) for tab, found in self._values.items()}

    def arrays(self) -> dict[str, dict[str, str]]:
        """The ranges that arrays fill; see `Calculation.arrays`."""
        self.read()
        return {
            tab: {anchor: str(area) for anchor, area in areas.items()}
            for tab, areas in self._areas.items()
        }

    def close(self) -> None:
        """Let the workbook go; see `Calculation.close`."""
        opened, self._opened_in, self._copy = self._opened_in, 0, None
        if not opened or opened != self._server.starts:
            return
        try:
            self._ask({"do": "close"})
        except (OfficeEnded, EngineError):
            self._server.stop()  # it is of no use any more, and the next book starts another
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _open(self) -> CalcCopy:
        if self._copy is None:
            raise EngineError(f"{self._book} is closed")
        return self._copy


def _corners(area: Area) -> list[int]:
    first, last = area
    return [first.row - 1, first.column - 1, last.row - 1, last.column - 1]


def _error(entry: dict[str, str]) -> FunctionError:
    """An error of a function as the add-in wrote it down."""
    if entry["kind"] == CellError.__name__:
        return CellError(ErrorValue(entry["code"]), entry["says"].partition(" ")[0])
    kind = getattr(errors, entry["kind"])
    made: FunctionError = kind(entry["says"], entry["clause"])
    return made
