"""TOML files with the line of every key, and with more than their first fault.

`tomllib` stops at the first fault of a file and gives no lines for what it has read. So lines are
found by looking through the text again, and a file with a fault is read again table by table.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfuncs.deal.files import Faults

_HEADER: Final = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_.\- ]+?)\s*\]{1,2}\s*(?:#.*)?")
# The beginning of a header, well formed or not: where a file is taken apart.
_HEADER_START: Final = re.compile(r"\s*\[{1,2}\s*[A-Za-z]")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=")
_PLACE: Final = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_LONG_QUOTES: Final = ('"""', "'''")


class TomlFile(NamedTuple):
    """What a TOML file holds, and the line of each table and of each key of a table.

    The third of the tables [[deal.documents]] is deal, documents, 3 in `lines`.
    """

    content: dict[str, Any]
    lines: dict[tuple[str, ...], int]

    def line(self, *path: str) -> int:
        """The line of a key, or else of its table; 0 if neither is found."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def parse(text: str, faults: Faults) -> TomlFile:
    """The tables of a TOML text that can be read, with its faults noted."""
    lines = _lines_of_keys(text)
    try:
        return TomlFile(tomllib.loads(text), lines)
    except (ValueError, RecursionError) as error:
        content = _table_by_table(text, faults)
        if not faults.found:
            _note(error, text, faults)
        return TomlFile(content, lines)


def _table_by_table(text: str, faults: Faults) -> dict[str, Any]:
    rows = text.split("\n")
    starts = [number for number, row in _plain(rows) if number and _HEADER_START.match(row)]
    content: dict[str, Any] = {}
    for start, end in pairwise([0, *starts, len(rows)]):
        # The empty lines before keep the line numbers of the whole file.
        part = "\n" * start + "\n".join(rows[start:end])
        try:
            found = tomllib.loads(part)
        except (ValueError, RecursionError) as error:
            _note(error, part, faults)
            continue
        for name, table in found.items():
            both = content.get(name), table
            if all(isinstance(one, dict) and "value" in one for one in both):
                faults.add(start + 1, f"{name} stands twice")
            content.setdefault(name, table)
    return content


def _note(error: Exception, text: str, faults: Faults) -> None:
    if isinstance(error, RecursionError):
        faults.add(0, "this is not TOML: it is nested too deeply")
        return
    place = _PLACE.match(str(error))
    what, line, column = place.groups() if place else (str(error), None, None)
    where = f" in column {column}" if column else ""
    last = text.rstrip("\n").count("\n") + 1
    at = int(line) if line else last if place else 0
    faults.add(at, f"this is not TOML: {what[:1].lower()}{what[1:]}{where}")


def _headers(rows: list[str]) -> Iterator[tuple[int, str]]:
    """The table headers, each with its place; lines within a long quotation are passed over."""
    for number, row in _plain(rows):
        header = _HEADER.fullmatch(row)
        if header:
            yield number, header[1]


def _plain(rows: list[str]) -> Iterator[tuple[int, str]]:
    inside = ""
    for number, row in enumerate(rows):
        if not inside:
            yield number, row
        for quotes in _LONG_QUOTES:
            if inside in {"", quotes} and row.count(quotes) % 2:
                inside = "" if inside else quotes


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    rows = text.split("\n")
    headers = dict(_headers(rows))
    lines: dict[tuple[str, ...], int] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    table: tuple[str, ...] = ()
    for number, row in _plain(rows):
        if number in headers:
            table = tuple(part.strip() for part in headers[number].split("."))
            lines.setdefault(table, number + 1)
            if row.lstrip().startswith("[["):
                counts[table] += 1
                table = (*table, str(counts[table]))
                lines[table] = number + 1
        elif key := _KEY.match(row):
            path = (*table, *key[1].split("."))
            for length in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:length], number + 1)
    return lines
