"""Parts that a library would lose: macros, slicers, custom XML, the calculation chain and more."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import openpyxl
import pytest
import xlsxwriter

from xlfuncs.books.patch import write_values
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml.package import Package

SHEET: Final = "xl/worksheets/sheet1.xml"
MACROS: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 12
EXTENDED: Final = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    "<x14:conditionalFormattings><x14:conditionalFormatting "
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="dataBar" id="{1}"><x14:dataBar><x14:cfvo type="num">'
    "<xm:f>Terms!$B$1</xm:f></x14:cfvo></x14:dataBar></x14:cfRule><xm:sqref>B1:B7</xm:sqref>"
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext>"
    '<ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:slicerList><x14:slicer r:id="rId9" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></x14:slicerList>'
    "</ext></extLst>"
)
# Made by hand: only their bytes matter, since nothing but their names is read.
OTHERS: Final = {
    "xl/calcChain.xml": '<calcChain><c r="C1" i="1"/><c r="C2"/></calcChain>',
    "xl/slicers/slicer1.xml": '<slicers><slicer name="Series" cache="Slicer_Series"/></slicers>',
    "xl/slicerCaches/slicerCache1.xml": "<slicerCacheDefinition/>",
    "customXml/item1.xml": '<?xml version="1.0"?><deal><v>9</v><!-- kept --></deal>',
    "customXml/itemProps1.xml": "<itemProps/>",
    "xl/ctrlProps/ctrlProp1.xml": "<formControlPr/>",
    "xl/threadedComments/threadedComment1.xml": "<ThreadedComments/>",
    "xl/media/odd name é.bin": "\x00\x01 not XML at all <",
}


def made(tmp_macros: str | None = None) -> bytes:
    """A rich book by XlsxWriter, with more parts and a shared formula put in by hand."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    sheet = workbook.add_worksheet("Terms")
    for row in range(7):
        sheet.write_number(row, 1, row * 1.5)
        sheet.write_formula(row, 2, f"=B{row + 1}*2", None, row * 3)
    sheet.write_comment("A1", "note")
    sheet.add_sparkline("G1", {"range": "Terms!B1:B7"})
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"values": "=Terms!$B$1:$B$7"})
    sheet.insert_chart("L2", chart)
    other = workbook.add_worksheet("Other sheet")
    other.write_formula("A1", "=Terms!B1", None, 0)
    if tmp_macros is not None:
        workbook.add_vba_project(tmp_macros)
    workbook.close()
    out = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == SHEET:
                text = text.replace(b"<f>B2*2</f>", b'<f t="shared" ref="C2:C4" si="0">B2*2</f>')
                for row in (3, 4):
                    text = text.replace(b"<f>B%d*2</f>" % row, b'<f t="shared" si="0"/>')
                at = text.index(b"<extLst>")
                text = text[:at] + EXTENDED.encode() + text[text.index(b"</worksheet>") :]
            new.writestr(name, text)
        for name, content in OTHERS.items():
            new.writestr(name, content)
    return out.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    archive = Package(data, "deal.xlsx").archive
    return {each.name: data[each.start : each.stop] for each in archive.members.values()}


def test_every_part_but_the_sheets_written_is_the_same_bytes() -> None:
    old = made()
    package = Package(old, "deal.xlsx")
    new = write_values(
        package,
        {"Terms": {"B1": 9.5}},
        {"Terms": {"C1": 19.0, "C2": 1.25, "C3": "text", "C4": ErrorValue.NA},
         "Other sheet": {"A1": 9.5}},
    )  # fmt: skip
    changed = {SHEET, "xl/worksheets/sheet2.xml"}
    before, after = members(old), members(new)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == changed
    assert OTHERS.keys() <= before.keys() - changed
    read = Package(new, "deal.xlsx")
    assert {ref: read.value("Terms", ref) for ref in ("B1", "C1", "C2", "C3", "C4")} == {
        "B1": 9.5, "C1": 19.0, "C2": 1.25, "C3": "text", "C4": ErrorValue.NA,
    }  # fmt: skip
    assert read.value("Other sheet", "A1") == 9.5


def test_a_sheet_changes_at_its_values_alone() -> None:
    old = made()
    results = {f"C{row}": float(row) for row in range(1, 8)}
    new = write_values(Package(old, "deal.xlsx"), {}, {"Terms": results})
    with zipfile.ZipFile(io.BytesIO(old)) as one, zipfile.ZipFile(io.BytesIO(new)) as other:
        before, after = one.read(SHEET), other.read(SHEET)
    for row in range(1, 8):
        shown = f"<v>{(row - 1) * 3}</v>".encode()
        at = before.index(b'<c r="C%d"' % row)
        start = before.index(shown, at)
        before = before[:start] + b"<v>%d</v>" % row + before[start + len(shown) :]
    assert before == after
    assert EXTENDED.encode() in after


@pytest.mark.parametrize("by", ["xlsxwriter", "openpyxl"])
def test_macros_are_kept(by: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("macros")
    (folder / "vbaProject.bin").write_bytes(MACROS)
    old = made(str(folder / "vbaProject.bin"))
    if by == "openpyxl":
        with zipfile.ZipFile(io.BytesIO(old)) as archive:
            kept = {name: archive.read(name) for name in archive.namelist()}
        plain = io.BytesIO()
        with zipfile.ZipFile(plain, "w") as archive:
            for name, content in kept.items():
                if name not in OTHERS:
                    archive.writestr(name, content.replace(EXTENDED.encode(), b""))
        buffer = io.BytesIO()
        openpyxl.load_workbook(plain, keep_vba=True).save(buffer)
        old = buffer.getvalue()
    package = Package(old, "deal.xlsm")
    new = write_values(package, {"Terms": {"B1": 2.5}}, {"Terms": {"C1": 5.0}})
    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.read("xl/vbaProject.bin") == MACROS
        assert b"macroEnabled.main+xml" in archive.read("[Content_Types].xml")
    before, after = members(old), members(new)
    assert [name for name in before if before[name] != after[name]] == [SHEET]


def test_a_follower_of_a_shared_formula_takes_no_input() -> None:
    with pytest.raises(BookError, match="cell C3 holds a formula"):
        write_values(Package(made(), "deal.xlsx"), {"Terms": {"C3": 1}})


def test_an_encrypted_book_is_refused() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(BookError, match=r"deal\.xlsx is protected by a password"):
        Package(data, "deal.xlsx")
