"""Opening workbooks: what is found in them, and what is refused."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from xlfuncs.errors import BookError
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package
from xlfuncs.ooxml.relations import relations_name
from xlfuncs.ooxml.workbook import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="x"/>'
    f'<Override PartName="/odd/book.xml" ContentType="{MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="odd/book.xml"/></Relationships>',
    "odd/_rels/book.xml.rels": f'<Relationships xmlns="{RELS}">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="/other/one.xml"/>'
    f'<Relationship Id="r2" Type="{OFFICE}/worksheet" Target="../other/two%20b.xml"/>'
    f'<Relationship Id="r3" Type="{OFFICE}/chartsheet" Target="./chart.xml"/></Relationships>',
    "odd/book.xml": f'<workbook xmlns="{NS}" xmlns:r="{OFFICE}"><workbookPr date1904="1"/>'
    '<sheets><sheet name="One &amp; all" sheetId="1" r:id="r1"/>'
    '<sheet name="Two" sheetId="2" state="veryHidden" r:id="r2"/>'
    '<sheet name="Chart" sheetId="3" r:id="r3"/></sheets>'
    "<definedNames><definedName name=\"price\">'One &amp; all'!$B$7</definedName>"
    '<definedName name="PRICE" localSheetId="1">Two!$A$1:$A$3</definedName>'
    '<definedName name="rate">0.06</definedName>'
    '<definedName name="chart">Chart!$A$1</definedName>'
    '<definedName name="nowhere">Gone!$A$1</definedName></definedNames>'
    '<calcPr calcId="191029" calcMode="manual" fullCalcOnLoad="1" iterate="true"/></workbook>',
    "other/one.xml": f'<worksheet xmlns="{NS}"><sheetData/></worksheet>',
    "other/two b.xml": f'<worksheet xmlns="{NS}"><sheetData/></worksheet>',
    "odd/chart.xml": f'<chartsheet xmlns="{NS}"/>',
}


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def book(changes: Mapping[str, str | bytes] | None = None) -> Package:
    return Package(packed(PARTS | dict(changes or {})), "deal.xlsx")


def refusal(data: bytes) -> str:
    with pytest.raises(BookError) as caught:
        Package(data, "deal.xlsx")
    sentence = str(caught.value)
    assert sentence.startswith("deal.xlsx")
    assert "\n" not in sentence
    return sentence


def changed(name: str, old: str, new: str) -> str:
    assert old in PARTS[name]
    return refusal(packed(PARTS | {name: PARTS[name].replace(old, new)}))


def test_parts_are_found_through_relations() -> None:
    package = book()
    assert package.sheets == (
        Sheet("One & all", "other/one.xml", "worksheet", "visible"),
        Sheet("Two", "other/two b.xml", "worksheet", "veryHidden"),
        Sheet("Chart", "odd/chart.xml", "chartsheet", "visible"),
    )
    assert package.sheet("one & ALL").part == "other/one.xml"
    assert package.date1904
    assert package.calculation == ("manual", True, True, 191029)
    assert package.part("OTHER/one.XML").data.endswith(b"</worksheet>")
    assert package.values("Two") == {}
    assert relations_name("other/one.xml") == "other/_rels/one.xml.rels"


def test_names_by_scope() -> None:
    package = book()
    assert package.defined_names["price"] == "'One & all'!$B$7"
    assert package.sheet_names == {"Two": {"PRICE": "Two!$A$1:$A$3"}}
    assert str(resolve(package, "Price")) == "'One & all'!B7"
    assert str(resolve(package, "price", "two")) == "Two!A1:A3"
    assert str(resolve(package, "price", "One & all")) == "'One & all'!B7"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rate", "the name rate is a constant"),
        ("chart", "the name chart leads to a chartsheet"),
        ("nowhere", "no sheet 'Gone'"),
        ("unknown", "does not define the name unknown"),
    ],
)
def test_names_that_are_no_place_are_refused(name: str, words: str) -> None:
    with pytest.raises(BookError, match=words):
        resolve(book(), name)


def test_what_is_no_workbook() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "password" in refusal(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "before 2007" in refusal(ole)
    assert "is empty" in refusal(b"")
    assert "text file" in refusal(b"date,price\n1998-12-18,5.00\n")
    assert "text file" in refusal("Größe;1\n".encode() * 1000)
    assert "not an Excel workbook" in refusal(b"%PDF-1.7\xe2\xe3\xcf\xd3\0\0")
    assert "damaged" in refusal(b"PK\x03\x04 and no more")
    assert "but a zip archive" in refusal(packed({"a.txt": "a"}))
    assert "OpenDocument" in refusal(packed({"mimetype": "application/vnd.oasis"}))


def test_other_office_files_are_refused() -> None:
    types = "[Content_Types].xml"
    assert "binary workbook" in changed(
        types, MAIN, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    )
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert "another kind" in changed(types, MAIN, word)
    assert "another kind" in changed("_rels/.rels", "/officeDocument", "/other")


def test_strict_files_are_refused() -> None:
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    assert "Strict" in changed("_rels/.rels", OFFICE, strict)
    strict_main = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    assert "Strict" in changed("odd/book.xml", NS, strict_main)
    sheet = f'<worksheet xmlns="{strict_main}"><sheetData/></worksheet>'
    with pytest.raises(BookError, match="Strict"):
        book({"other/one.xml": sheet}).values("One & all")


def test_signed_files_are_refused_unless_allowed() -> None:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    origin = f'<Relationship Id="r9" Type="{kind}" Target="_xmlsignatures/origin.sigs"/>'
    rels = PARTS["_rels/.rels"].replace("</Rel", f"{origin}</Rel")
    data = packed(PARTS | {"_rels/.rels": rels, "_xmlsignatures/origin.sigs": ""})
    assert "signed" in refusal(data)
    assert Package(data, "deal.xlsx", allow_signed=True).sheets


def test_damaged_workbooks_are_refused() -> None:
    assert "'Gone'" not in changed("odd/book.xml", 'r:id="r1"', 'r:id="r7"')
    assert "'Two' twice" in changed("odd/book.xml", "One &amp; all", "Two")
    assert "twice" in changed("odd/book.xml", 'name="rate"', 'name="Price"')
    assert "not there" in changed("odd/book.xml", 'localSheetId="1"', 'localSheetId="9"')
    assert "out of the package" in changed("odd/_rels/book.xml.rels", "../other", "../../other")
    assert "missing" in changed("odd/_rels/book.xml.rels", "/other/one.xml", "/other/gone.xml")
    assert "the part" in changed("odd/_rels/book.xml.rels", "/other/one.xml", "/other/two b.xml")
    assert "no sheets" in refusal(
        packed(PARTS | {"odd/book.xml": f'<workbook xmlns="{NS}"><sheets/></workbook>'})
    )


@pytest.mark.parametrize("part", ["[Content_Types].xml", "_rels/.rels", "odd/book.xml"])
def test_document_types_are_refused_everywhere(part: str) -> None:
    bombed = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + PARTS[part]
    assert "document type" in refusal(packed(PARTS | {part: bombed}))
    assert "not well-formed" in refusal(packed(PARTS | {part: PARTS[part] + "<"}))
    assert "UTF-8" in refusal(packed(PARTS | {part: PARTS[part].encode("utf-16")}))


def test_sheets_without_cells_are_refused() -> None:
    with pytest.raises(BookError, match="chartsheet without cells"):
        book().values("Chart")
    with pytest.raises(BookError, match="no sheet 'Three'"):
        book().values("Three")
    with pytest.raises(BookError, match="no part"):
        book().part("gone.xml")


def test_reading_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "deal.xlsx"
    with pytest.raises(BookError, match=r"deal\.xlsx cannot be read"):
        Package.read(path)
    path.write_bytes(packed(PARTS))
    assert Package.read(path).name == "deal.xlsx"


def test_openpyxl_and_xlsxwriter_books() -> None:
    buffer = io.BytesIO()
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Terms"
    sheet["A1"] = "price"
    sheet["B1"] = 6.03
    sheet["B2"] = "=B1*2"
    sheet["B3"] = True
    workbook.defined_names["price"] = DefinedName("price", attr_text="Terms!$B$1")
    workbook.create_chartsheet("Chart")
    workbook.save(buffer)
    package = Package(buffer.getvalue(), "deal.xlsx")
    assert [sheet.kind for sheet in package.sheets] == ["worksheet", "chartsheet"]
    assert package.values("Terms") == {"A1": "price", "B1": 6.03, "B2": None, "B3": True}
    assert package.calculation.full_on_load
    assert str(resolve(package, "price")) == "Terms!B1"

    buffer = io.BytesIO()
    writer = xlsxwriter.Workbook(buffer)
    other = writer.add_worksheet("Deal's")
    other.write_formula("A1", "=1+1", None, 2)
    writer.add_worksheet("Shown").activate()
    other.hide()
    writer.define_name("Deal's!two", "='Deal''s'!$A$1")
    writer.close()
    package = Package(buffer.getvalue(), "deal.xlsx")
    assert package.sheets[0].state == "hidden"
    assert package.values("Deal's") == {"A1": 2.0}
    assert str(resolve(package, "two", "Deal's")) == "'Deal''s'!A1"
