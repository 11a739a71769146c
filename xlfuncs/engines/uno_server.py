"""LibreOffice served over two pipes; run by a Python that has the module uno, not imported.

Each line of the standard input is a request in JSON, each line of the standard output its
answer. The first request says how LibreOffice is started; it runs with a private profile and is
ended when the standard input ends, however that comes about, so that nothing is left running
when the process that asked is killed. This file needs nothing of xlfuncs and little of Python.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

import uno

Request = dict[str, Any]
Answer = dict[str, Any]

_PAUSE: Final = 0.02
_RESTARTED: Final = 81  # LibreOffice's wish to be started again
_MOST_STARTS: Final = 5
_NO_UPDATE: Final = 0  # of com.sun.star.document.UpdateDocMode
_NEVER: Final = 0  # of com.sun.star.document.MacroExecMode
_TRUTH: Final = 1024  # of com.sun.star.util.NumberFormat
_FORMULAS: Final = 16  # of com.sun.star.sheet.CellFlags
_SPREADSHEET: Final = "com.sun.star.sheet.SpreadsheetDocument"
_ERRORS: Final = 4  # of com.sun.star.sheet.FormulaResult
_ENDING: Final = 15.0
_LAST_BREATH: Final = 5.0
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG


class Ended(Exception):  # noqa: N818  it says what happened, to the one who asks
    """LibreOffice has ended while it was needed."""


class Served:
    """One LibreOffice, and the books open in it."""

    def __init__(self, start: Request) -> None:
        self.words: list[str] = start["words"]
        self.environment: dict[str, str] = start["environment"]
        self.folder = Path(start["folder"])
        self.pipe: str = start["pipe"]
        self.patience: float = start["patience"]
        self.books: dict[int, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.over = False
        self.context: Any = None
        self.desktop: Any = None

    def do_start(self, _request: Request) -> Answer:
        """Start LibreOffice, again if it asks for that, and connect."""
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        url = f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext"
        until = time.monotonic() + self.patience
        starts = 0
        while time.monotonic() < until and not self.over:
            if self.process is None or self.process.poll() is not None:
                code = None if self.process is None else self.process.returncode
                if code not in (None, 0, _RESTARTED) or starts == _MOST_STARTS:
                    raise Ended(f"it ended with {code} as it was started")
                self.process = self.launched()
                starts += 1
            try:
                self.context = resolver.resolve(url)
                self.desktop = self.context.ServiceManager.createInstanceWithContext(
                    "com.sun.star.frame.Desktop", self.context
                )
            except Exception:  # noqa: BLE001  uno has its own kinds; not there yet
                time.sleep(_PAUSE)
            else:
                return {"pid": self.process.pid}
        raise Ended(f"it did not start within {self.patience:g} seconds")

    def launched(self) -> subprocess.Popen[bytes]:
        """The process; on Linux the kernel ends it with this one."""
        library = ctypes.CDLL(None) if sys.platform == "linux" else None

        def with_parent() -> None:
            if library is not None:
                library.prctl(_DIE_WITH_PARENT, signal.SIGKILL)

        return subprocess.Popen(  # noqa: S603  the words come from xlfuncs
            self.words,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=with_parent if library else None,  # noqa: PLW1509  one call of the kernel
        )

    def stop(self) -> None:
        """End LibreOffice and take its folder away."""
        self.over = True  # what is being started at this moment is not started again
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.kill()
            process.wait(_ENDING)
        shutil.rmtree(self.folder, ignore_errors=True)

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        answer: Answer = getattr(self, f"do_{request['do']}")(request)
        return answer

    def do_open(self, request: Request) -> Answer:
        """Open a copy of a book; nothing in it is run or updated."""
        wanted = {
            "Hidden": True,
            "UpdateDocMode": _NO_UPDATE,
            "MacroExecutionMode": _NEVER,
            "FilterName": "Calc MS Excel 2007 XML",
        }
        settings = []
        for name, value in wanted.items():
            setting = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            setting.Name, setting.Value = name, value
            settings.append(setting)
        url = uno.systemPathToFileUrl(request["file"])
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, tuple(settings))
        if document is None or not document.supportsService(_SPREADSHEET):
            return {"failed": "it cannot be loaded"}
        self.books[request["book"]] = document
        return {}

    def do_close(self, request: Request) -> Answer:
        """Let a book go."""
        document = self.books.pop(request["book"], None)
        if document is not None:
            document.close(True)  # noqa: FBT003  a UNO call
        return {}

    def do_set(self, request: Request) -> Answer:
        """Put rows of values into cells; None empties a cell."""
        sheets = self.books[request["book"]].Sheets
        for tab, row, column, rows in request["cells"]:
            last_row, last_column = row + len(rows) - 1, column + len(rows[0]) - 1
            cells = sheets.getByName(tab).getCellRangeByPosition(column, row, last_column, last_row)
            cells.setDataArray(tuple(tuple(_given(cell) for cell in line) for line in rows))
            for down, line in enumerate(rows):
                for right, cell in enumerate(line):
                    if isinstance(cell, (bool, dict)):
                        _put(cells.getCellByPosition(right, down), cell)
        return {}

    def do_calculate(self, request: Request) -> Answer:
        """Calculate every formula, then read areas: by sheet their values, and what errors."""
        document = self.books[request["book"]]
        document.calculateAll()
        return {"sheets": [self.read(document, *asked) for asked in request["areas"]]}

    def read(self, document: Any, tab: str, areas: list[list[int]]) -> Answer:  # noqa: ANN401
        """The values of some areas of a sheet, and the codes of its errors by row and column."""
        sheet = document.Sheets.getByName(tab)
        formats = document.NumberFormats
        truths: set[tuple[int, int, int, int]] = set()
        values = []
        for top, left, bottom, right in areas:
            cells = sheet.getCellRangeByPosition(left, top, right, bottom)
            values.append(cells.getDataArray())
            for alike in _each(cells.UniqueCellFormatRanges):
                first = alike.getByIndex(0)
                if formats.getByKey(first.NumberFormat).Type & _TRUTH:
                    truths |= {_corners(one.RangeAddress) for one in _each(alike)}
        errors = []
        for found in _each(sheet.queryFormulaCells(_ERRORS)):
            box = found.RangeAddress
            for row in range(box.StartRow, box.EndRow + 1):
                for column in range(box.StartColumn, box.EndColumn + 1):
                    code = sheet.getCellByPosition(column, row).getError()
                    errors.append((row, column, code))
        return {"areas": areas, "values": values, "errors": errors, "truths": sorted(truths)}

    def do_wizard(self, request: Request) -> Answer:
        """What the Function Wizard shows of the functions whose names begin so."""
        descriptions = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.sheet.FunctionDescriptions", self.context
        )
        found = {}
        for each in _each(descriptions):
            texts = {item.Name: item.Value for item in each}
            if texts["Name"].startswith(request["beginning"]):
                arguments = [[one.Name, one.Description] for one in texts["Arguments"] or ()]
                found[texts["Name"]] = [texts["Description"], arguments]
        return {"functions": found}

    def do_sizes(self, request: Request) -> Answer:
        """How many rows and columns array formulas have, each told by a formula far away."""
        document = self.books[request["book"]]
        found = []
        for tab, row, column in request["anchors"]:
            sheet = document.Sheets.getByName(tab)
            text = sheet.getCellByPosition(column, row).Formula
            found.append([self.counted(sheet, text, word) for word in ("ROWS", "COLUMNS")])
        return {"sizes": found}

    def counted(self, sheet: Any, text: str, word: str) -> int:  # noqa: ANN401
        """ROWS or COLUMNS of a formula on a sheet, or 0 where that is an error."""
        address = sheet.RangeAddress
        far = sheet.getCellRangeByPosition(
            address.EndColumn, address.EndRow, address.EndColumn, address.EndRow
        )
        far.setArrayFormula(f"={word}({_bare(text).removeprefix('=')})")
        number = far.getDataArray()[0][0]
        far.clearContents(_FORMULAS)
        return int(number) if isinstance(number, float) else 0

    def do_resize(self, request: Request) -> Answer:
        """Give an array formula other cells to fill; False where others hold something."""
        document = self.books[request["book"]]
        tab, before, after = request["sheet"], request["before"], request["after"]
        sheet = document.Sheets.getByName(tab)
        old = sheet.getCellRangeByPosition(*_lefttop(before))
        text = old.getCellByPosition(0, 0).Formula
        old.setArrayFormula("")
        new = sheet.getCellRangeByPosition(*_lefttop(after))
        taken = any(cell != "" for line in new.getFormulaArray() for cell in line)
        (old if taken else new).setArrayFormula(_bare(text))
        return {"taken": taken}


def _bare(text: str) -> str:
    """An array formula without the braces that LibreOffice shows around it."""
    return text.removeprefix("{").removesuffix("}")


def _lefttop(area: list[int]) -> tuple[int, int, int, int]:
    top, left, bottom, right = area
    return left, top, right, bottom


def _corners(box: Any) -> tuple[int, int, int, int]:  # noqa: ANN401  a UNO struct
    return box.StartRow, box.StartColumn, box.EndRow, box.EndColumn


def _each(container: Any) -> list[Any]:  # noqa: ANN401
    return [container.getByIndex(at) for at in range(container.Count)]


def _given(cell: Any) -> float | str:  # noqa: ANN401  whatever JSON holds
    """A value as setDataArray takes it; what it does not take is put in afterwards."""
    if cell is None or isinstance(cell, dict):
        return ""
    return float(cell) if isinstance(cell, (bool, int, float)) else str(cell)


def _put(cell: Any, value: Any) -> None:  # noqa: ANN401
    """TRUE, FALSE or an error, which only a formula can be."""
    cell.Formula = f"={value}()".upper() if isinstance(value, bool) else value["formula"]


def _serve(requests: queue.Queue[str], served: Served) -> None:
    while True:
        request = json.loads(requests.get())
        try:
            answer = served.answer(request)
        except Ended as error:
            answer = {"ended": str(error)}
        except Exception as error:  # noqa: BLE001  whatever UNO raises goes to whoever asked
            code = _ending(served.process, error)
            what = f"{type(error).__name__}: {error}"
            answer = {"failed": what} if code is None else {"ended": f"it ended with {code}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _ending(process: subprocess.Popen[bytes] | None, error: Exception) -> int | None:
    """The exit code of a LibreOffice that has ended, for which a lost bridge is the first sign."""
    lost = "Disposed" in type(error).__name__ or "bridge" in str(error)
    try:
        return None if process is None else process.wait(_LAST_BREATH if lost else _PAUSE)
    except subprocess.TimeoutExpired:
        return None


def main() -> None:
    """Serve until the standard input ends."""
    requests: queue.Queue[str] = queue.Queue()
    first = sys.stdin.readline()
    if not first:
        return  # nothing was started, and the folder is swept by the next run
    served = Served(json.loads(first))

    def listen() -> None:
        for line in sys.stdin:
            requests.put(line)
        served.stop()  # whatever is being done: nobody waits for it any more
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    _serve(requests, served)


if __name__ == "__main__":
    main()
