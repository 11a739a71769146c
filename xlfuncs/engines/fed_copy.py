"""The small workbook that the embedded engine loads: cells and names, nothing else."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.markup import MAIN, RELATIONS, escaped
from xlfuncs.ooxml.names import absolute
from xlfuncs.ooxml.text import encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.engines.fed_names import CellsName
    from xlfuncs.ooxml.values import CellValue

# The errors that the engine can load as a cell's content.
LOADED_ERRORS: Final = frozenset(ErrorValue) - {
    ErrorValue.SPILL,
    ErrorValue.CALC,
    ErrorValue.GETTING_DATA,
}

_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def formula_cell(ref: str, formula: str) -> str:
    """A cell with a formula."""
    return f'<c r="{ref}"><f>{escaped(formula)}</f></c>'


def value_cell(ref: str, value: CellValue) -> str:
    """A cell with a value; nothing for a blank one. Of errors, only LOADED_ERRORS are loaded."""
    kind = type(value)
    if kind is float:
        return f'<c r="{ref}"><v>{value!r}</v></c>'
    if kind is str:
        return _text_cell(ref, str(value))
    if value is None:
        return ""
    if isinstance(value, ErrorValue):
        return f'<c r="{ref}" t="e"><v>{value.value}</v></c>'
    if kind is bool:
        return f'<c r="{ref}" t="b"><v>{value:d}</v></c>'
    return f'<c r="{ref}"><v>{float(value)!r}</v></c>'


def _text_cell(ref: str, text: str) -> str:
    return f'<c r="{ref}" {_text_inside(text)}</c>'


@lru_cache(maxsize=1 << 13)  # books of a kind hold the same labels
def _text_inside(text: str) -> str:
    if text.isprintable():  # the engine takes t="str" as it reads, and loads it fastest
        return f't="str"><v>{escaped(text)}</v>'
    inside = escaped(encoded(text))
    return f't="inlineStr"><is><t xml:space="preserve">{inside}</t></is>'


def written(sheets: Mapping[str, bytes], names: Iterable[CellsName]) -> bytes:
    """A workbook of these sheets (the inside of each one's sheetData) and names."""
    order = {tab: number for number, tab in enumerate(sheets)}
    tabs = "".join(
        f'<sheet name={quoteattr(tab)} sheetId="{number + 1}" r:id="s{number}"/>'
        for tab, number in order.items()
    )
    defined = "".join(
        f"<definedName name={quoteattr(each.name)}"
        + ("" if each.sheet is None else f' localSheetId="{order[each.sheet]}"')
        + f">{escaped(absolute(each.place))}</definedName>"
        for each in names
        if each.sheet is None or each.sheet in order
    )
    parts = {f"xl/s{number}.xml": ("worksheet", f"s{number}") for number in order.values()}
    made: dict[str, str | bytes] = {
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
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{tabs}</sheets>'
        f"<definedNames>{defined}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _links(parts, "xl/"),
    }
    made |= {
        f"xl/s{order[tab]}.xml": b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>'
        % (MAIN.encode(), inside)
        for tab, inside in sheets.items()
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part, text in made.items():
            archive.writestr(part, text)
    return out.getvalue()


def _links(parts: Mapping[str, tuple[str, str]], folder: str) -> str:
    links = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{part.removeprefix(folder)}"/>'
        for part, (kind, key) in parts.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
