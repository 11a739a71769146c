"""Workbooks compared part by part: what differs, told by part and, in a sheet, by cell."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

# Parts that may differ, each with the reason.
IGNORED: Final = {
    "docProps/app.xml": "names the version of the library that writes the file",
    "docProps/core.xml": "names the version of xlfuncs",
}
_CELL: Final = re.compile(r'<c r="([A-Z]+\d+)".*?(?:/>|</c>)', re.DOTALL)
_MOST: Final = 8


def differences(golden: bytes, made: bytes) -> list[str]:
    """What differs between two workbooks, in sentences; none if they are the same."""
    with zipfile.ZipFile(io.BytesIO(golden)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        names = set(old.namelist()) ^ set(new.namelist())
        found = [f"{name} is in one of them alone" for name in sorted(names)]
        for name in sorted(set(old.namelist()) & set(new.namelist())):
            if name not in IGNORED and old.read(name) != new.read(name):
                found += _of_part(name, old.read(name).decode(), new.read(name).decode())
    return found


def _of_part(name: str, old: str, new: str) -> list[str]:
    cells = [{match[1]: match[0] for match in _CELL.finditer(text)} for text in (old, new)]
    wrong = [ref for ref in {**cells[0], **cells[1]} if cells[0].get(ref) != cells[1].get(ref)]
    if not wrong:
        return [f"{name} differs, and no cell of it"]
    told = [f"{name} {ref}: {cells[0].get(ref)} is now {cells[1].get(ref)}" for ref in wrong]
    more = [f"{name}: {len(wrong) - _MOST} more cells"] if len(wrong) > _MOST else []
    return told[:_MOST] + more
