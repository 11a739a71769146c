"""Defined names: which mean one cell or one rectangle, and what the others are."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.ooxml.references import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Spot,
    column_letters,
    column_number,
)

if TYPE_CHECKING:
    from xlfuncs.ooxml.package import Package

_LONGEST: Final = 8192  # what Excel takes for a formula
_SHEET = r"(?:'((?:[^'\[\]:*?/\\]|'')+)'|([^\s'\"!\[\]:(){},+\-*/^&=<>%;#@]+))!"
_SPOT = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_CELLS = rf"({_SPOT}(?::{_SPOT})?|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}|\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}})"
_PLACE: Final = re.compile(_SHEET + _CELLS)
_SEVERAL: Final = re.compile(rf"\(?{_SHEET}{_CELLS}(?:,{_SHEET}{_CELLS})+\)?")
_CORNER: Final = re.compile(r"(\$?)([A-Z]*)(\$?)([0-9]*)")
_ELSEWHERE: Final = re.compile(r"'?[^'!\[]*\[[^\]]+\][^!]*!")
_CONSTANT: Final = re.compile(
    r"[-+]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?[0-9]+)?%?|\"(?:[^\"]|\"\")*\"|TRUE|FALSE"
    r"|\{[^{}]*\}|#(?:NULL!|DIV/0!|VALUE!|NAME\?|NUM!|N/A)",
    re.IGNORECASE,
)
_TEXT: Final = re.compile(r"\"(?:[^\"]|\"\")*\"")
_PLAIN_SHEET: Final = re.compile(r"[^\W\d][\w.]*")
_CELL_LIKE: Final = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc]?[0-9]*|[Cc][0-9]*")


class NameKind(StrEnum):
    """What a name is that does not mean one rectangle; the words finish "the name … "."""

    CONSTANT = "is a constant"
    FORMULA = "is a formula"
    SEVERAL = "means several areas"
    RELATIVE = "means another cell wherever it is used, since its reference has no dollar signs"
    ELSEWHERE = "leads to another book"
    BROKEN = "leads to cells that are gone (#REF!)"


class Place(NamedTuple):
    """A rectangle on a sheet."""

    sheet: str
    first: Spot
    last: Spot

    @property
    def area(self) -> Area:
        """The rectangle alone."""
        return Area(self.first, self.last)

    def __str__(self) -> str:
        return f"{quoted(self.sheet)}!{self.area}"


def quoted(sheet: str) -> str:
    """A sheet's name as a formula spells it.

    >>> quoted("Terms"), quoted("Holders' list"), quoted("Q1")
    ('Terms', "'Holders'' list'", "'Q1'")
    """
    if _PLAIN_SHEET.fullmatch(sheet) and not _CELL_LIKE.fullmatch(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def absolute(place: Place) -> str:
    """A place as a defined name holds it.

    >>> absolute(Place("Terms", Spot(7, 2), Spot(7, 3)))
    'Terms!$B$7:$C$7'
    """
    corners = [f"${column_letters(spot.column)}${spot.row}" for spot in (place.first, place.last)]
    cells = corners[0] if corners[0] == corners[1] else ":".join(corners)
    return f"{quoted(place.sheet)}!{cells}"


@lru_cache(maxsize=4096)  # the books of a deal define the same names
def read_name(text: str) -> Place | NameKind:
    """What the formula text of a name means.

    >>> str(read_name("'Holders'' list'!$B$7:$B$9"))
    "'Holders'' list'!B7:B9"
    >>> read_name("Terms!$B$7*2"), read_name("0.06")
    (<NameKind.FORMULA: 'is a formula'>, <NameKind.CONSTANT: 'is a constant'>)
    """
    text = text.strip().removeprefix("=").strip()
    if len(text) > _LONGEST:
        return NameKind.FORMULA
    found = _PLACE.fullmatch(text)
    if found is not None:
        quoted_sheet, sheet, cells = found.groups()
        name = quoted_sheet.replace("''", "'") if quoted_sheet else sheet
        return _place(name, cells)
    unquoted = _TEXT.sub('""', text)
    if "#REF!" in unquoted:
        return NameKind.BROKEN
    if _CONSTANT.fullmatch(text):
        return NameKind.CONSTANT
    if _SEVERAL.fullmatch(text):
        return NameKind.SEVERAL
    return NameKind.ELSEWHERE if _ELSEWHERE.match(unquoted) else NameKind.FORMULA


def _place(sheet: str, cells: str) -> Place | NameKind:
    first_text, colon, last_text = cells.partition(":")
    first, last = _corner(first_text), _corner(last_text if colon else first_text)
    if isinstance(first, NameKind) or isinstance(last, NameKind):
        broken = NameKind.BROKEN in {first, last}
        return NameKind.BROKEN if broken else NameKind.RELATIVE
    first_row, first_column = first
    last_row, last_column = last
    if not (first_row and first_column):  # whole rows or whole columns
        first_row, last_row = first_row or 1, last_row or LAST_ROW
        first_column, last_column = first_column or 1, last_column or LAST_COLUMN
    return Place(
        sheet,
        Spot(min(first_row, last_row), min(first_column, last_column)),
        Spot(max(first_row, last_row), max(first_column, last_column)),
    )


def _corner(text: str) -> tuple[int, int] | NameKind:
    """Row and column of one corner, 0 where the reference is to a whole row or column."""
    found = _CORNER.fullmatch(text)
    if found is None:
        return NameKind.FORMULA
    mark, letters, row_mark, digits = found.groups()
    if not letters:  # "$7": the one dollar sign belongs to the row
        mark, row_mark = "$", mark or row_mark
    row, column = int(digits or 0), column_number(letters)
    if (letters and not column) or (digits and not 1 <= row <= LAST_ROW):
        return NameKind.BROKEN
    if (letters and not mark) or (digits and not row_mark):
        return NameKind.RELATIVE
    return row, column


def resolve(package: Package, name: str, sheet: str | None = None) -> Place:
    """The cell or rectangle that a name means.

    Args:
        package: the book.
        name: the name; capitals do not matter.
        sheet: look among this sheet's own names first.

    Raises:
        BookError: there is no such name, or it is not one rectangle on a worksheet of the book.
    """
    found = package.named(name)
    if sheet is not None:
        local = package.sheet_names.get(package.sheet(sheet).name, {})
        own = [each for each in local.items() if each[0].casefold() == name.casefold()]
        found = own[0] if own else found
    if found is None:
        raise BookError(f"{package.name} does not define the name {name}")
    defined, text = found
    meaning = read_name(text)
    if isinstance(meaning, NameKind):
        raise BookError(f"{package.name}: the name {defined} {meaning.value}")
    tab = package.sheet(meaning.sheet)
    if tab.kind != "worksheet":
        raise BookError(f"{package.name}: the name {defined} leads to a {tab.kind}")
    return meaning._replace(sheet=tab.name)
