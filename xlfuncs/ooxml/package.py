"""An .xlsx or .xlsm file held as bytes: its parts, its sheets and its names."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from xlfuncs.errors import BookError
from xlfuncs.ooxml.archive import Archive
from xlfuncs.ooxml.cells import Grid, grid
from xlfuncs.ooxml.formats import date_formats
from xlfuncs.ooxml.forms import LONGEST, Forms, Reading, cut_at_values
from xlfuncs.ooxml.markup import STRICT, Part
from xlfuncs.ooxml.relations import ContentTypes, Relation, read_relations, relations_name
from xlfuncs.ooxml.rich import Rich, read_rich
from xlfuncs.ooxml.text import shared_strings
from xlfuncs.ooxml.values import CellValue, Reader
from xlfuncs.ooxml.workbook import Calculation, Sheet, Workbook, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from xlfuncs.ooxml.model import Cell

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MAIN_ENDING: Final = ".main+xml"
_BINARY: Final = "application/vnd.ms-excel.sheet.binary"
_SPREADSHEETS: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.",
    "application/vnd.ms-excel.",
)
_SIGNATURE: Final = "/digital-signature/origin"
_SIZE_LIMIT: Final = 2 << 30
_KEPT: Final = 8 << 20  # read rows take some ten times the room of their markup
_FORMS: Final = Forms()  # of all books that a process reads


class Package:
    """A workbook file.

    Args:
        data: the file.
        name: what error sentences call it.
        allow_signed: open it even if it is digitally signed; the signature is then void as soon
            as a value changes.

    Raises:
        BookError: it is not a workbook that xlfuncs reads; the sentence says why.
    """

    def __init__(self, data: bytes, name: str, *, allow_signed: bool = False) -> None:
        self.data = data
        self.name = name
        _check_kind(data, name)
        self.archive = Archive(data, name)
        self._names = {member.lower(): member for member in self.archive.members}
        if not self._has("[content_types].xml"):
            what = "an OpenDocument file" if self._has("mimetype") else "a zip archive"
            raise BookError(f"{name} is not an Excel workbook but {what}")
        self._related: dict[str, tuple[Relation, ...]] = {}
        self._content_types = ContentTypes(self.part("[Content_Types].xml"))
        root = self.related("")
        if not allow_signed and any(each.type.endswith(_SIGNATURE) for each in root):
            raise BookError(
                f"{name} is digitally signed, and a changed value would void its signature"
            )
        self._main = self._main_part(root)
        self._workbook: Workbook = read_workbook(
            self.part(self._main), name, {each.id: each for each in self.related(self._main)}
        )
        self._grids: dict[str, Grid] = {}
        self._readings: dict[str, Reading | None] = {}
        self._room = _KEPT
        for sheet in self.sheets:
            if not self._has(sheet.part):
                raise BookError(f"{name} is damaged: the part of sheet {sheet.name!r} is missing")

    @classmethod
    def read(cls, path: Path, *, allow_signed: bool = False) -> Self:
        """The workbook at a path."""
        try:
            if path.stat().st_size > _SIZE_LIMIT:
                raise BookError(f"{path.name} is larger than 2 GiB")
            data = path.read_bytes()
        except OSError as error:
            raise BookError(f"{path.name} cannot be read: {error.strerror}") from None
        return cls(data, path.name, allow_signed=allow_signed)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets, in the order of their tabs."""
        return self._workbook.sheets

    @property
    def defined_names(self) -> Mapping[str, str]:
        """The names that hold for the whole book, and their formulas without "="."""
        return self._workbook.names

    @property
    def sheet_names(self) -> Mapping[str, Mapping[str, str]]:
        """By sheet, the names that hold for that sheet alone."""
        return self._workbook.sheet_names

    @property
    def macro_names(self) -> frozenset[tuple[str | None, str]]:
        """The names that stand for macros, each after the sheet it holds for, if one."""
        return self._workbook.macros

    @property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        return self._workbook.date1904

    @property
    def calculation(self) -> Calculation:
        """How the book asks to be calculated."""
        return self._workbook.calculation

    @property
    def full_precision(self) -> bool:
        """Whether the book calculates with numbers as they are, not as they are shown."""
        return self._workbook.full_precision

    @property
    def main(self) -> str:
        """The name of the workbook part."""
        return self._main

    def sheet(self, name: str) -> Sheet:
        """The sheet of a name; capitals do not matter, as in a formula."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise BookError(f"{self.name} has no sheet {name!r}")

    def part(self, name: str) -> Part:
        """A part by its name, which holds whatever its capitals."""
        try:
            member = self._names[name.lower()]
        except KeyError:
            raise BookError(f"{self.name} has no part {name}") from None
        return Part(f"{self.name}, part {member}", self.archive.read(member))

    def member(self, part: str) -> str:
        """The name under which a part lies in the archive."""
        return self._names[part.lower()]

    def related(self, part: str) -> tuple[Relation, ...]:
        """The relations of a part; "" is the package itself."""
        known = self._related.get(part)
        if known is None:
            name = relations_name(part)
            known = read_relations(self.part(name), part) if self._has(name) else ()
            self._related[part] = known
        return known

    def grid(self, sheet: str) -> Grid:
        """The cells of a worksheet with their places in the bytes.

        The rows of sheets that are not large are read once and kept: a refresh walks them
        three times.
        """
        found = self._worksheet(sheet)
        known = self._grids.get(found.name)
        if known is not None:
            return known
        made = grid(self._cells_part(found))
        if len(made.part.data) <= self._room:
            self._room -= len(made.part.data)
            made = self._grids[found.name] = made.kept()
        return made

    def reading(self, sheet: str) -> Reading | None:
        """A worksheet's cells and values by its form; None if it is to be read row by row.

        Raises:
            BookError: the sheet is damaged.
        """
        found = self._worksheet(sheet)
        if found.name not in self._readings:
            self._readings[found.name] = self._read_by_form(found)
        return self._readings[found.name]

    def _read_by_form(self, sheet: Sheet) -> Reading | None:
        known = self._grids.get(sheet.name)
        part = self._cells_part(sheet) if known is None else known.part
        if len(part.data) > LONGEST:
            return None
        cut = cut_at_values(part.data)
        form = _FORMS.of(part, cut, lambda: self.grid(sheet.name))
        if form is None:
            return None
        return Reading(part, form, cut, self.reader(part), lambda: self.strings)

    def _worksheet(self, name: str) -> Sheet:
        found = self.sheet(name)
        if found.kind != "worksheet":
            raise BookError(f"{self.name}, sheet {found.name!r} is a {found.kind} without cells")
        return found

    def _cells_part(self, sheet: Sheet) -> Part:
        return Part(f"{self.name}, sheet {sheet.name!r}", self.part(sheet.part).data)

    def reader(self, part: Part) -> Reader:
        """What makes values of the cells of a sheet's part."""
        return Reader(part, lambda: self.strings, self.rich.errors, date1904=self.date1904)

    def cells(self, sheet: str) -> Iterator[tuple[Cell, CellValue]]:
        """The cells of a worksheet, each with its value, row by row."""
        found = self.grid(sheet)
        value = self.reader(found.part).value
        return ((cell, value(cell)) for cell in found.cells())

    def values(self, sheet: str) -> dict[str, CellValue]:
        """Values by reference; formulas without a value are None, blank cells are left out."""
        return {
            cell.ref: value
            for cell, value in self.cells(sheet)
            if value is not None or cell.formula is not None
        }

    def value(self, sheet: str, ref: str) -> CellValue:
        """The value of one cell; None if it is blank."""
        reading = self.reading(sheet)
        if reading is None:
            return self.values(sheet).get(ref)
        at = reading.form.position.get(ref)
        return None if at is None else reading.values[at]

    def named(self, name: str) -> tuple[str, str] | None:
        """A name of the whole book, as it is spelled, and its formula; capitals do not matter."""
        return self._names_by_word.get(name.casefold())

    @cached_property
    def _names_by_word(self) -> dict[str, tuple[str, str]]:
        # Of names that differ in capitals alone (print areas may), the first counts.
        backwards = reversed(list(self.defined_names.items()))
        return {name.casefold(): (name, text) for name, text in backwards}

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        part = self._related_part("sharedStrings")
        return [] if part is None else shared_strings(part)

    @cached_property
    def rich(self) -> Rich:
        """Which records mark dynamic arrays and rich errors."""
        return read_rich(
            self._related_part("sheetMetadata"),
            self._related_part("rdRichValue"),
            self._related_part("rdRichValueStructure"),
        )

    @cached_property
    def date_formats(self) -> frozenset[int]:
        """The cell formats that show a number as a date."""
        part = self._related_part("styles")
        return frozenset() if part is None else date_formats(part)

    def _related_part(self, kind: str) -> Part | None:
        for relation in self.related(self._main):
            if relation.kind == kind and not relation.outside:
                return self.part(relation.target)
        return None

    def _has(self, name: str) -> bool:
        return name.lower() in self._names

    def _main_part(self, root: tuple[Relation, ...]) -> str:
        for relation in root:
            if relation.kind != "officeDocument" or relation.outside:
                continue
            kind = self._content_types.of(relation.target)
            if kind.startswith(_BINARY):
                raise BookError(f"{self.name} is a binary workbook (.xlsb): save it as .xlsx")
            if not kind.startswith(_SPREADSHEETS) or not kind.endswith(_MAIN_ENDING):
                break
            if relation.type.startswith(STRICT):
                raise BookError(
                    f"{self.name} is in the Strict format: save it as an ordinary .xlsx"
                )
            return relation.target
        raise BookError(f"{self.name} is not an Excel workbook but another kind of document")


def _check_kind(data: bytes, name: str) -> None:
    """Tell what the file is by its first bytes, if it is no zip archive."""
    if data.startswith(b"PK"):
        return
    if not data:
        raise BookError(f"{name} is empty")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise BookError(f"{name} is protected by a password and cannot be opened")
        raise BookError(f"{name} is in the format before 2007 (.xls): save it as .xlsx")
    try:
        data[:4096].decode()
    except UnicodeDecodeError as error:
        if error.start < 4090 or b"\0" in data[:4096]:  # noqa: PLR2004  not just cut in a letter
            raise BookError(f"{name} is not an Excel workbook") from None
    raise BookError(f"{name} is not an Excel workbook but a text file")
