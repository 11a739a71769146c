"""Which cell formats show a number as a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlfuncs.ooxml.markup import MAIN, Parser

if TYPE_CHECKING:
    from xlfuncs.ooxml.markup import Part

_BUILT_IN: Final = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})
_NOT_LETTERS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SECTION: Final = f"{MAIN} cellXfs"


class _Formats:
    """Collects the number formats and what each cell format uses."""

    def __init__(self) -> None:
        self.dates = set(_BUILT_IN)
        self.used: list[int] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{MAIN} numFmt" and _is_date(attributes.get("formatCode", "")):
            self.dates.add(int(attributes["numFmtId"]))
        elif name == _SECTION:
            self._inside = True
        elif self._inside and name == f"{MAIN} xf":
            self.used.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == _SECTION:
            self._inside = False


def _is_date(code: str) -> bool:
    """Whether a number format shows a day or a year; one of hours alone does not."""
    letters = _NOT_LETTERS.sub("", code.split(";", maxsplit=1)[0]).lower()
    return "general" not in letters and ("d" in letters or "y" in letters)


def date_formats(styles: Part) -> frozenset[int]:
    """The cell formats, by the index that cells name them with, that show dates."""
    formats = _Formats()
    Parser(styles, start=formats.start, end=formats.end).run()
    return frozenset(index for index, number in enumerate(formats.used) if number in formats.dates)
