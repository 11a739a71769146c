"""A book's names for the embedded engine: those of cells it is given, formulas are put in.

The engine leaves out names that stand for formulas, so each is written out where it is used;
what cannot be written out is refused where it is used, and costs nothing where it is not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.engines.formula_text import Names, relative
from xlfuncs.ooxml.names import NameKind, Place, read_name
from xlfuncs.ooxml.references import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlfuncs.ooxml.package import Package

_TEXT: Final = re.compile(r'"(?:[^"]|"")*"')
_GONE: Final = "stands for cells that are not there"
_ELSEWHERE: Final = "stands for a table or another workbook, which is not read"


_Defined = tuple[str | None, str, str]


class CellsName(NamedTuple):
    """A name of cells; `sheet` is the sheet it belongs to, or None for the whole book."""

    name: str
    sheet: str | None
    place: Place


class FedNames(NamedTuple):
    """The names of a book.

    Args:
        cells: the names of cells, which the engine is given.
        book: the other names, as a sheet without names of its own sees them.
        local: the other names, as the sheets with names of their own see them.
    """

    cells: tuple[CellsName, ...]
    book: Names
    local: Mapping[str, Names]

    @property
    def ranges(self) -> frozenset[str]:
        """The names of more than one cell, in small letters."""
        return frozenset(
            each.name.casefold() for each in self.cells if each.place.first != each.place.last
        )

    def seen_by(self, sheet: str) -> Names:
        """The names that are not of cells, as a sheet sees them: its own first."""
        return self.local.get(sheet, self.book)


def fed_names(package: Package) -> FedNames:
    """The names of a book, sorted."""
    tabs = tuple(tab.name for tab in package.sheets if tab.kind == "worksheet")
    return _sorted(tabs, tuple(_defined(package)), package.macro_names)


@lru_cache(maxsize=64)  # books of a kind define the same names
def _sorted(
    tabs: tuple[str, ...],
    defined: tuple[_Defined, ...],
    macros: frozenset[tuple[str | None, str]],
) -> FedNames:
    spelled = {tab.casefold(): tab for tab in tabs}
    cells: list[CellsName] = []
    book = Names({}, {})
    local: dict[str, Names] = {}
    for scope, name, text in defined:
        if scope is None:
            seen = book
        else:  # the names of the whole book come first
            seen = local.setdefault(scope, Names(dict(book.put_in), dict(book.refused)))
        word = name.casefold()
        seen.put_in.pop(word, None)
        seen.refused.pop(word, None)
        meaning = read_name(text)
        if (scope, name) in macros:
            seen.refused[word] = "is a macro"
        elif isinstance(meaning, Place) and meaning.sheet.casefold() not in spelled:
            seen.refused[word] = _GONE
        elif isinstance(meaning, Place) and not _whole(meaning):
            place = meaning._replace(sheet=spelled[meaning.sheet.casefold()])
            cells.append(CellsName(name, scope, place))
        elif why := _unusable(meaning, text):
            seen.refused[word] = why
        else:
            seen.put_in[word] = text
    return FedNames(tuple(cells), book, local)


def _defined(package: Package) -> Iterator[_Defined]:
    """Every name a formula can use, after the sheet it belongs to; the whole book's first."""
    scopes = [(None, package.defined_names), *package.sheet_names.items()]
    for scope, names in scopes:
        for name, text in names.items():
            if not name.casefold().startswith("_xl"):  # print areas, filters and the like
                yield scope, name, text


def _whole(place: Place) -> bool:
    """Whether a place is whole rows or columns, which the engine knows in formulas only."""
    high = place.first.row == 1 and place.last.row == LAST_ROW
    return high or (place.first.column == 1 and place.last.column == LAST_COLUMN)


def _unusable(meaning: Place | NameKind, text: str) -> str:
    """Why a name cannot be written out in a formula."""
    if meaning == NameKind.BROKEN:
        return _GONE
    if meaning == NameKind.ELSEWHERE or "[" in _TEXT.sub("", text):
        return _ELSEWHERE
    if relative(text):
        return "moves with the cell that uses it"
    return ""
