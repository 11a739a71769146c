"""Small workbooks, written cell by cell so that a test says exactly what the file holds."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from xlfuncs.engines.base import Value

HERE = Path(__file__).parent
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Book = Callable[..., Package]
Functions = Mapping[str, Callable[..., Any]]

DATES = (36192, 36193, 36194, 36195, 36196, 36199, 36200, 36201, 36202, 36203, 36206, 36207)
BIDS = (5.125, 5.0, 4.875, 4.9375, 5.25, 5.5, 5.375, 4.75, 4.8125, 5.0625, 5.0, 4.6875)
BID_NAMES = {"bids": "D!$B$1:$B$12", "bid_dates": "D!$A$1:$A$12", "as_of": "D!$A$11"}


def cell(ref: str, content: object) -> str:
    """A cell's XML: markup as it is ("<f>…"), a formula ("=…"), or a value."""
    if isinstance(content, str) and content.startswith("<c"):
        return content
    if isinstance(content, str) and content.startswith("<"):
        return f'<c r="{ref}">{content}</c>'
    if isinstance(content, str) and content.startswith("="):
        return f'<c r="{ref}"><f>{escape(content[1:], quote=False)}</f></c>'
    if isinstance(content, bool):
        return f'<c r="{ref}" t="b"><v>{content:d}</v></c>'
    if isinstance(content, str):
        kind = "e" if content.startswith("#") else "str"
        return f'<c r="{ref}" t="{kind}"><v>{escape(content)}</v></c>'
    return f'<c r="{ref}"><v>{content}</v></c>'


def sheet(cells: Mapping[str, object]) -> str:
    rows: dict[int, list[str]] = {}
    for ref, content in cells.items():
        rows.setdefault(int(ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), []).append(
            cell(ref, content)
        )
    return "".join(f'<row r="{row}">{"".join(rows[row])}</row>' for row in sorted(rows))


# What Excel writes beside a dynamic array, whose cell says cm="1".
METADATA = (
    f'<metadata xmlns="{MAIN}" xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/'
    'dynamicarray"><metadataTypes count="1"><metadataType name="XLDAPR"/></metadataTypes>'
    '<futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{x}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk>'
    '</futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)


def workbook(
    sheets: Mapping[str, Mapping[str, object] | str],
    names: Mapping[str, str] | None = None,
    workbook_properties: str = "",
    calculation: str = "",
    strings: str = "",
) -> Package:
    """A workbook; a sheet is its cells, or the markup inside sheetData."""
    insides = [inside if isinstance(inside, str) else sheet(inside) for inside in sheets.values()]
    tabs = "".join(
        f'<sheet name="{escape(tab)}" sheetId="{at}" r:id="r{at}"/>'
        for at, tab in enumerate(sheets, 1)
    )
    defined = "".join(
        f'<definedName name="{name.partition("@")[0]}"'
        + (
            f' localSheetId="{mark}"'
            if (mark := name.partition("@")[2]).isdecimal()
            else f" {mark}"
        )
        + f">{escape(text)}</definedName>"
        for name, text in (names or {}).items()
    )
    others = {"sharedStrings": f'<sst xmlns="{MAIN}">{strings}</sst>', "sheetMetadata": METADATA}
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override '
        f'PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="b" '
        f'Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}">{workbook_properties}'
        f"<sheets>{tabs}</sheets><definedNames>{defined}</definedNames>{calculation}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{at}" Type="{RELATED}/worksheet" Target="/xl/sheets/s{at}.xml"/>'
            for at, _ in enumerate(insides, 1)
        )
        + "".join(
            f'<Relationship Id="{kind}" Type="{RELATED}/{kind}" Target="/xl/{kind}.xml"/>'
            for kind in others
        )
        + "</Relationships>",
    }
    parts |= {f"xl/{kind}.xml": text for kind, text in others.items()}
    for at, inside in enumerate(insides, 1):
        parts[f"xl/sheets/s{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'
        )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return Package(data.getvalue(), "deal.xlsx")


@pytest.fixture(scope="session")
def book() -> Book:
    return workbook


@pytest.fixture
def engine() -> Callable[..., Formualizer]:
    """An engine with a few functions that only a test has."""

    def made(**functions: Callable[..., Any]) -> Formualizer:
        return Formualizer(lambda _date1904: {f"XLF_{name}": f for name, f in functions.items()})

    return made


@pytest.fixture(scope="session")
def bid_sheet() -> dict[str, object]:
    """The sheet D that the native cases read."""
    cells: dict[str, object] = {f"A{row}": date for row, date in enumerate(DATES, 1)}
    cells |= {f"B{row}": bid for row, bid in enumerate(BIDS, 1)}
    cells |= {"C1": "put", "C2": "call", "C3": "Call", "C4": "#N/A", "C5": "", "C6": 0.06}
    return cells | {"D1": 10, "D2": True, "D3": "12", "D5": -2.5, "D6": 1_000_000}


def read_cases(file: str) -> dict[str, Value]:
    """The native formulas of a file, each with the value it must give."""
    found: dict[str, Value] = {}
    for line in (HERE / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            formula, value = line.split("\t")[:2]
            found[formula] = ErrorValue(value) if value.startswith("#") else json.loads(value)
    return found


@pytest.fixture(scope="session")
def cases() -> Callable[[str], dict[str, Value]]:
    return read_cases


@pytest.fixture(scope="session")
def cases_marked() -> set[str]:
    """The formulas of which the file says that LibreOffice gives something else."""
    lines = (HERE / "native_cases.tsv").read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[0] for line in lines if line.endswith("\tExcel")}


@pytest.fixture(scope="session")
def bid_names() -> dict[str, str]:
    return BID_NAMES
