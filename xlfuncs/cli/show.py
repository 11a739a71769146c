"""How the command line shows values and tables to a person, and to a program."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST = 110
_GAP = "  "


def as_json(value: object) -> str:
    """A value as JSON: dates as text like 1999-02-10, tables as lists of rows."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain, allow_nan=False)


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {value!r}")


def as_text(value: object) -> str:
    """A single value, with all its digits."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def table(rows: Sequence[Sequence[Any]], *, headed: bool = False) -> str:
    """Rows in aligned columns, the last one wrapped to the width of the terminal."""
    if not rows:
        return ""
    texts = [[as_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)][:-1]
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    indent = sum(widths) + len(_GAP) * len(widths)
    lines: list[str] = []
    for number, row in enumerate(texts):
        head = "".join(f"{cell:<{size}}{_GAP}" for cell, size in zip(row[:-1], widths, strict=True))
        room = max(width - indent, 30)
        wrapped = textwrap.wrap(row[-1], room) or [""]
        lines.append((head + wrapped[0]).rstrip())
        lines += [" " * indent + line for line in wrapped[1:]]
        if headed and number == 0:
            lines.append("-" * min(width, indent + max(map(len, wrapped))))
    return "\n".join(lines)
