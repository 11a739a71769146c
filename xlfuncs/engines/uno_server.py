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
import traceback
from pathlib import Path

import uno

_PAUSE = 0.02
_RESTARTED = 81  # LibreOffice's wish to be started again
_MOST_STARTS = 5
_NO_UPDATE = _NEVER = 0  # of com.sun.star.document.UpdateDocMode and MacroExecMode
_ERRORS = 4  # of com.sun.star.sheet.FormulaResult
_ENDING = 15.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Ended(Exception):  # noqa: N818  it says what happened, to the one who asks
    """LibreOffice has ended while it was needed."""


class Served:
    """One LibreOffice, and the books open in it."""

    def __init__(self, start):
        self.words, self.environment = start["words"], start["environment"]
        self.folder = Path(start["folder"])
        self.pipe = start["pipe"]
        self.patience = start["patience"]
        self.books = {}
        self.process = None
        self.context = self.desktop = None

    def do_start(self, request):
        """Start LibreOffice, again if it asks for that, and connect."""
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        url = f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext"
        until = time.monotonic() + self.patience
        starts = 0
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                code = None if self.process is None else self.process.returncode
                if code not in (None, 0, _RESTARTED) or starts == _MOST_STARTS:
                    raise Ended(f"it ended with {code} as it was started")
                self.process = self.launched()
                starts += 1
            try:
                self.context = resolver.resolve(url)
                manager = self.context.ServiceManager
                self.desktop = manager.createInstanceWithContext(
                    "com.sun.star.frame.Desktop", self.context
                )
            except Exception:  # noqa: BLE001  uno has its own kinds; not there yet
                time.sleep(_PAUSE)
            else:
                return {"pid": self.process.pid}
        raise Ended(f"it did not start within {self.patience:g} seconds")

    def launched(self):
        """The process; on Linux the kernel ends it with this one."""
        library = ctypes.CDLL(None) if sys.platform == "linux" else None

        def with_parent():
            library.prctl(_DIE_WITH_PARENT, signal.SIGKILL)

        return subprocess.Popen(  # noqa: S603  the words come from xlfuncs
            self.words,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=with_parent if library else None,  # noqa: PLW1509  one call of the kernel
        )

    def stop(self):
        """End LibreOffice and take its folder away."""
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.kill()
            process.wait(_ENDING)
        shutil.rmtree(self.folder, ignore_errors=True)

    def answer(self, request):
        """Do what is asked."""
        return getattr(self, "do_" + request["do"])(request)

    def do_open(self, request):
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
        if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return {"failed": "it cannot be loaded"}
        self.books[request["book"]] = document
        return {}

    def do_close(self, request):
        """Let a book go."""
        document = self.books.pop(request["book"], None)
        if document is not None:
            document.close(True)
        return {}

    def do_set(self, request):
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

    def do_calculate(self, request):
        """Calculate every formula, then read areas: by sheet their values, and what errors."""
        document = self.books[request["book"]]
        document.calculateAll()
        return {"sheets": [self.read(document, *asked) for asked in request["areas"]]}

    def read(self, document, tab, areas):
        """The values of some areas of a sheet, and the codes of its errors by row and column."""
        sheet = document.Sheets.getByName(tab)
        formats = document.NumberFormats
        truths = set()
        values = []
        for top, left, bottom, right in areas:
            cells = sheet.getCellRangeByPosition(left, top, right, bottom)
            values.append(cells.getDataArray())
            for alike in _each(cells.UniqueCellFormatRanges):
                first = alike.getByIndex(0)
                if formats.getByKey(first.NumberFormat).Type & 1024:  # of util.NumberFormat
                    for one in _each(alike):
                        truths.add(_corners(one.RangeAddress))
        errors = []
        for found in _each(sheet.queryFormulaCells(_ERRORS)):
            box = found.RangeAddress
            for row in range(box.StartRow, box.EndRow + 1):
                for column in range(box.StartColumn, box.EndColumn + 1):
                    code = sheet.getCellByPosition(column, row).getError()
                    errors.append((row, column, code))
        return {"areas": areas, "values": values, "errors": errors, "truths": sorted(truths)}

    def do_sizes(self, request):
        """How many rows and columns array formulas have, each told by a formula far away."""
        document = self.books[request["book"]]
        found = []
        for tab, row, column in request["anchors"]:
            sheet = document.Sheets.getByName(tab)
            text = sheet.getCellByPosition(column, row).Formula
            found.append([self.counted(sheet, text, word) for word in ("ROWS", "COLUMNS")])
        return {"sizes": found}

    def counted(self, sheet, text, word):
        """ROWS or COLUMNS of a formula on a sheet, or 0 where that is an error."""
        address = sheet.RangeAddress
        far = sheet.getCellRangeByPosition(
            address.EndColumn, address.EndRow, address.EndColumn, address.EndRow
        )
        far.setArrayFormula(f"={word}({text.strip('{}').lstrip('=')})")
        number = far.getDataArray()[0][0]
        far.clearContents(16)  # of sheet.CellFlags: formulas
        return int(number) if isinstance(number, float) else 0

    def do_resize(self, request):
        """Give an array formula other cells to fill; False where others hold something."""
        document = self.books[request["book"]]
        tab, before, after = request["sheet"], request["before"], request["after"]
        sheet = document.Sheets.getByName(tab)
        old = sheet.getCellRangeByPosition(*_lefttop(before))
        text = old.getCellByPosition(0, 0).Formula.strip("{}")
        old.setArrayFormula("")
        new = sheet.getCellRangeByPosition(*_lefttop(after))
        taken = any(cell != "" for line in new.getFormulaArray() for cell in line)
        (old if taken else new).setArrayFormula(text)
        return {"taken": taken}


def _lefttop(area):
    top, left, bottom, right = area
    return left, top, right, bottom


def _corners(box):
    return box.StartRow, box.StartColumn, box.EndRow, box.EndColumn


def _each(container):
    return [container.getByIndex(at) for at in range(container.Count)]


def _given(cell):
    """A value as setDataArray takes it; what it does not take is put in afterwards."""
    if cell is None or isinstance(cell, dict):
        return ""
    return float(cell) if isinstance(cell, (bool, int, float)) else cell


def _put(cell, value):
    """TRUE, FALSE or an error, which only a formula can be."""
    cell.Formula = str(value).upper() + "()" if isinstance(value, bool) else value["formula"]
    if isinstance(value, bool):
        cell.Formula = f"={str(value).upper()}()"


def _serve(requests, served):
    for line in iter(requests.get, None):
        request = json.loads(line)
        try:
            answer = served.answer(request)
        except Ended as error:
            answer = {"ended": str(error)}
        except Exception as error:  # noqa: BLE001  whatever UNO raises goes to whoever asked
            process = served.process
            code = None
            if process is not None:
                try:
                    code = process.wait(1.0 if "Disposed" in type(error).__name__ else _PAUSE)
                except subprocess.TimeoutExpired:
                    code = None
            if code is not None:
                answer = {"ended": f"it ended with {code}"}
            else:
                answer = {"failed": f"{type(error).__name__}: {error}", "where": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main():
    """Serve until the standard input ends."""
    requests = queue.Queue()
    first = sys.stdin.readline()
    if not first:
        return
    served = Served(json.loads(first))

    def listen():
        for line in sys.stdin:
            requests.put(line)
        served.stop()  # whatever is being done: nobody waits for it any more
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    _serve(requests, served)


if __name__ == "__main__":
    main()
