"""Text files as tables of rows, with every fault noted where it stands.

Spreadsheet programs write CSV files with a byte order mark and with other line ends: both are
read. What changes a figure (a decimal comma, a date in another order) is a fault.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import DealError, Fault, FunctionError
from xlfuncs.kinds import Day, Number, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# float() reads more than a figure in a file should be: 1_000, and the digits of other scripts.
_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|nan|inf|infinity)", re.ASCII | re.IGNORECASE
)
_DAY: Final = Day()
_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}


class Faults:
    """The faults of one file."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.found: list[Fault] = []

    def add(self, line: int, what: str) -> None:
        """Note one fault; line 0 stands for the whole file."""
        self.found.append(Fault(self.file, line, what))

    def lines(self) -> set[int]:
        """The lines at which there are faults."""
        return {fault.line for fault in self.found}


def faults_of(*files: Faults) -> tuple[Fault, ...]:
    """The faults of all the files, each from its top down."""
    return tuple(fault for file in files for fault in sorted(file.found, key=lambda at: at.line))


def raise_faults(*files: Faults) -> None:
    """Raise one error with the faults of all the files, each from its top down."""
    found = faults_of(*files)
    if found:
        raise DealError(found)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its line in the file, and its filled cells by column name."""

    line: int
    cells: Mapping[str, str]
    faults: Faults

    def text(self, name: str) -> str:
        """The text of a cell, empty if it is blank."""
        return self.cells.get(name, "")

    def fault(self, what: str) -> None:
        """Note a fault of this row."""
        self.faults.add(self.line, what)

    def date(self, name: str) -> dt.date | None:
        """A date written like 1999-02-10, or None with a fault noted."""
        text = self.text(name)
        if not text:
            self.fault(f"{name} is blank")
            return None
        if not _DATE.fullmatch(text):
            self.fault(f"{name} must be written like 1999-02-10, not {shown(text)}")
            return None
        try:
            return _DAY.check(dt.date.fromisoformat(text), name)
        except FunctionError as error:
            self.fault(error.sentence)
        except ValueError:
            self.fault(f"{name} is not a day of the calendar: {text}")
        return None

    def number(self, name: str, unit: Number) -> float | None:
        """A number within the bounds of its unit, or None with a fault noted."""
        text = self.text(name)
        if not text:
            self.fault(f"{name} is blank")
            return None
        if not _NUMBER.fullmatch(text):
            self.fault(f"{name} must be a number like 5.625, not {shown(text)}")
            return None
        try:
            return unit.check(float(text), name)
        except FunctionError as error:
            self.fault(error.sentence)
        return None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a header, and the comment lines above it as one note."""

    rows: Sequence[Row] = ()
    note: str = ""


def read_text(path: Path, faults: Faults) -> str:
    """The text of a UTF-8 file with plain line ends; empty, with a fault, if it cannot be read."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        faults.add(0, "the file is missing")
        return ""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        faults.add(0, f"the file cannot be read: {reason}")
        return ""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add(0, "the file is in UTF-16: save it as UTF-8")
        return ""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        wrong = f"byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
        faults.add(before.count(b"\n") + 1, wrong)
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        faults.add(0, "the file is empty")
        return ""
    return text


def read_table(
    path: Path, needed: Sequence[str], faults: Faults, known: Collection[str] | None = None
) -> Table | None:
    """The rows of a CSV file whose header names its columns, in any order.

    Args:
        path: the file.
        needed: the columns it must have.
        faults: where its faults are noted.
        known: all columns it may have; without it any other column is passed over.

    Returns:
        The table without its faulty rows, or None if there is no usable header.
    """
    text = read_text(path, faults)
    notes: list[str] = []
    columns: list[str] = []
    rows: list[Row] = []
    # Line by line, so that a quotation mark left open spoils one row and not the rest of the file.
    for number, line in enumerate(text.split("\n"), 1):
        cells = _cells(line, number, faults)
        if not any(cells):
            continue
        if columns:
            if _fits(cells, columns, number, faults):
                filled = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
                rows.append(Row(number, filled, faults))
        elif cells[0].startswith("#"):
            notes.append(",".join(cells).rstrip(",").lstrip("# "))
        else:
            columns = _header(cells, needed, known, number, faults)
            if not columns:
                return None
    if text and not columns:
        faults.add(0, f"there is no header: it must name the columns {', '.join(needed)}")
    return Table(rows, " ".join(notes)) if columns else None


def _cells(line: str, number: int, faults: Faults) -> list[str]:
    try:
        rows = list(csv.reader([line], strict=True))
    except csv.Error as error:
        open_mark = "unexpected end of data" in str(error)
        what = "a quotation mark is not closed" if open_mark else f"this is not a CSV row: {error}"
        faults.add(number, what)
        return []
    return [cell.strip() for row in rows for cell in row]


def _header(
    cells: list[str],
    needed: Sequence[str],
    known: Collection[str] | None,
    line: int,
    faults: Faults,
) -> list[str]:
    columns = [cell.lower() for cell in cells]
    if not set(needed) <= set(columns):
        found = ", ".join(shown(cell) for cell in cells)
        what = f"the header must name the columns {', '.join(needed)}; found {found}"
        for separator, name in _OTHER_SEPARATORS.items():
            if separator in cells[0]:
                what = f"columns are separated by {name}: save the file with commas"
        faults.add(line, what)
        return []
    for name in filter(None, dict.fromkeys(columns)):
        if columns.count(name) > 1:
            faults.add(line, f"column {name} stands twice")
        if known is not None and name not in known:
            faults.add(line, f"column {shown(name)} is not one of {', '.join(known)}")
    return columns


def _fits(cells: list[str], columns: list[str], line: int, faults: Faults) -> bool:
    """A spreadsheet program pads rows with blanks: those do no harm."""
    width, filled = len(cells), len(columns)
    if width < filled or any(cells[filled:]):
        plural = "s" if width > 1 else ""
        faults.add(line, f"the row has {width} column{plural}, the header {filled}")
        return False
    return True
