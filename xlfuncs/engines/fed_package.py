"""The workbook as a package: its sheets' markup and its names read, a small copy written."""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from xlfuncs.engines.formula_text import relative
from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_AREA = re.compile(
    r"('(?:[^']|'')+'|[\w.]+)!(\$[A-Z]{1,3}\$[0-9]{1,7})(?::(\$[A-Z]{1,3}\$[0-9]{1,7}))?",
)
_TRUE: Final = {"1", "true"}


class Name(NamedTuple):
    """A defined name; `sheet` is the sheet it belongs to, or nothing for the whole book."""

    name: str
    text: str
    sheet: str | None
    macro: bool = False


class Package(NamedTuple):
    """What of a workbook the engine needs.

    Args:
        sheets: every worksheet's markup, in the book's order.
        names: the defined names.
        strings: the shared strings part, if there is one.
        date1904: whether days are counted from 1904.
        rounds: whether it calculates with numbers as they are shown.
    """

    sheets: Mapping[str, str]
    names: Sequence[Name]
    strings: bytes | None
    date1904: bool
    rounds: bool

    def area(self, name: Name) -> tuple[str, bool] | None:
        """The sheet of a name that stands for cells of this book, and whether for several."""
        found = _AREA.fullmatch(name.text)
        if not found:
            return None
        sheet = found[1].removeprefix("'").removesuffix("'").replace("''", "'")
        if sheet.casefold() not in {known.casefold() for known in self.sheets}:
            return None
        return sheet, found[3] is not None and found[3] != found[2]

    def unusable(self, name: Name) -> str:
        """Why a name that stands for no cells cannot be written out in a formula."""
        if name.macro:
            return "is a macro"
        if "#REF!" in name.text or _AREA.fullmatch(name.text):
            return "stands for cells that are not there"
        if "[" in name.text:
            return "stands for a table or another workbook, which is not read"
        if relative(name.text):
            return "moves with the cell that uses it"
        return ""


def read_package(data: bytes, book: str) -> Package:
    """Read a workbook's bytes.

    Raises:
        BookError: it is no such workbook.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _read(archive, book)
    except (zipfile.BadZipFile, KeyError, ET.ParseError, ValueError, NotImplementedError) as error:
        raise BookError(f"{book} cannot be read as an Excel workbook: {error}") from error


def _read(archive: zipfile.ZipFile, book: str) -> Package:
    part = _related(archive, "", "/officeDocument")[0][1]
    root = ET.fromstring(archive.read(part))  # noqa: S314  expat expands no outside entities
    if root.tag != f"{{{_MAIN}}}workbook":
        raise BookError(f"{book} is not an Excel workbook, or is one of the strict kind")
    targets = dict(_related(archive, part, "/worksheet"))
    tabs = [
        (str(tab.get("name")), tab.get(f"{{{_RELATED}}}id"))
        for tab in root.iterfind(f"{{{_MAIN}}}sheets/{{{_MAIN}}}sheet")
    ]
    sheets = {
        tab: archive.read(targets[key]).decode("utf-8-sig") for tab, key in tabs if key in targets
    }
    names = [
        Name(
            str(name.get("name")),
            "".join(name.itertext()).strip().removeprefix("="),
            tabs[int(local)][0] if (local := name.get("localSheetId")) else None,
            macro=any(name.get(key) in _TRUE for key in ("function", "vbProcedure", "xlm")),
        )
        for name in root.iterfind(f"{{{_MAIN}}}definedNames/{{{_MAIN}}}definedName")
    ]
    strings = [target for _, target in _related(archive, part, "/sharedStrings")]
    properties, calculation = root.find(f"{{{_MAIN}}}workbookPr"), root.find(f"{{{_MAIN}}}calcPr")
    return Package(
        sheets,
        [name for name in names if not name.name.casefold().startswith("_xl")],
        archive.read(strings[0]) if strings else None,
        date1904=properties is not None and properties.get("date1904") in _TRUE,
        rounds=calculation is not None and calculation.get("fullPrecision") in {"0", "false"},
    )


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> list[tuple[str, str]]:
    """The parts that a part names as being of some kind, by their keys."""
    folder, _, file = part.rpartition("/")
    links = ET.fromstring(archive.read(posixpath.join(folder, "_rels", f"{file}.rels")))  # noqa: S314
    return [
        (
            str(link.get("Id")),
            posixpath.normpath(posixpath.join("/", folder, str(link.get("Target")))).lstrip("/"),
        )
        for link in links
        if str(link.get("Type")).endswith(kind)
    ]


def written(sheets: Mapping[str, str], names: Iterable[Name], strings: bytes | None) -> bytes:
    """A small workbook of these sheets (the inside of each one's sheetData) and names."""
    order = {tab: number for number, tab in enumerate(sheets)}
    tabs = "".join(
        f'<sheet name={quoteattr(tab)} sheetId="{number + 1}" r:id="s{number}"/>'
        for tab, number in order.items()
    )
    defined = "".join(
        f"<definedName name={quoteattr(name.name)}"
        + ("" if name.sheet is None else f' localSheetId="{order[name.sheet]}"')
        + f">{escape(name.text)}</definedName>"
        for name in names
        if name.sheet is None or name.sheet in order
    )
    parts = {f"xl/s{number}.xml": ("worksheet", f"s{number}") for number in order.values()}
    if strings is not None:
        parts["xl/strings.xml"] = ("sharedStrings", "strings")
    made = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/{part}" ContentType="{_KIND}.{kind}+xml"/>'
            for part, (kind, _) in parts.items()
        )
        + "</Types>",
        "_rels/.rels": _links({"xl/workbook.xml": ("officeDocument", "book")}, ""),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{tabs}</sheets>'
        f"<definedNames>{defined}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _links(parts, "xl/"),
    }
    made |= {
        f"xl/s{order[tab]}.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{inside}</sheetData>'
        "</worksheet>"
        for tab, inside in sheets.items()
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part, text in made.items():
            archive.writestr(part, text)
        if strings is not None:
            archive.writestr("xl/strings.xml", strings)
    return out.getvalue()


def _links(parts: Mapping[str, tuple[str, str]], folder: str) -> str:
    links = "".join(
        f'<Relationship Id="{key}" Type="{_RELATED}/{kind}" Target="{part.removeprefix(folder)}"/>'
        for part, (kind, key) in parts.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
