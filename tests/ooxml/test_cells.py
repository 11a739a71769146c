"""The cells of a sheet: offsets, values, and the two ways of reading that must agree."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml import slow_cells
from xlfuncs.ooxml.cells import grid
from xlfuncs.ooxml.markup import Part
from xlfuncs.ooxml.references import Area, Spot
from xlfuncs.ooxml.rich import read_rich
from xlfuncs.ooxml.structure import layout_of_all
from xlfuncs.ooxml.values import CellValue, Reader

if TYPE_CHECKING:
    from xlfuncs.ooxml.model import Cell

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = ["zero", "one"]


def part_of(data: str, *, around: str = '<worksheet xmlns="{}">{}</worksheet>') -> Part:
    return Part("book.xlsx, sheet 'S'", around.format(NS, data).encode())


def sheet(cells: str) -> Part:
    return part_of(f"<sheetData>{cells}</sheetData>")


def read(part: Part, *, plain: bool | None = None) -> list[Cell]:
    """Both readings, which must agree where the quick one may be tried."""
    found = grid(part)
    if plain is not None:
        assert found.plain is plain
    rows = list(found.rows())
    assert rows == list(slow_cells.rows(part))
    assert found.layout == layout_of_all(part)
    for cell in found.cells():
        text = part.data[cell.start : cell.end]
        assert text.startswith(b"<")
        assert text.replace(b" ", b"").endswith((b"c>", b"/>"))
        assert part.data[cell.inside - 1] == ord(">")
        for place, name in ((cell.value, b"v"), (cell.inline, b"is")):
            if place is not None:
                element = part.data[slice(*place)]
                assert name in element[: len(name) + 4]
                assert element[-1] == ord(">")
    return list(found.cells())


def values(
    part: Part, *, plain: bool | None = None, date1904: bool = False
) -> dict[str, CellValue]:
    reader = Reader(part, lambda: STRINGS, {7: ErrorValue.SPILL}, date1904=date1904)
    return {cell.ref: reader.value(cell) for cell in read(part, plain=plain)}


def value(cell: str, *, plain: bool | None = None, date1904: bool = False) -> CellValue:
    return values(sheet(f'<row r="1">{cell}</row>'), plain=plain, date1904=date1904)["A1"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1"/>', None),
        ('<c r="A1" s="3"></c>', None),
        ('<c r="A1"><v>1.5</v></c>', 1.5),
        ('<c r="A1" t="n"><v> 1E3 </v></c>', 1000.0),
        ('<c r="A1"><f>B1</f><v></v></c>', None),
        ('<c r="A1"><f>B1</f><v/></c>', None),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>false</v></c>', False),
        ('<c r="A1" t="s"><v>1</v></c>', "one"),
        ('<c r="A1" t="s"/>', None),
        ('<c r="A1" t="str"><f>B1</f><v>a &lt; b_x000D_</v></c>', "a < b\r"),
        ('<c r="A1" t="str"><f>B1</f><v xml:space="preserve"> a</v></c>', " a"),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', ""),
        ('<c r="A1" t="str"><f>B1</f></c>', None),
        ('<c r="A1" t="inlineStr"><is><t>one_x0041_</t></is></c>', "oneA"),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', ""),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', ErrorValue.NA),
        ('<c r="A1" t="e"><v>#GETTING_DATA</v></c>', ErrorValue.GETTING_DATA),
        ('<c r="A1" t="e"><v>Err:502</v></c>', ErrorValue.VALUE),
        ('<c r="A1" t="e" vm="7"><v>#VALUE!</v></c>', ErrorValue.SPILL),
        ('<c r="A1" t="e" vm="8"><v>#VALUE!</v></c>', ErrorValue.VALUE),
        ('<c r="A1" t="d"><v>1998-12-18T12:00:00Z</v></c>', 36147.5),
        ('<c r="A1" t="d"><v>1900-01-01</v></c>', 1.0),
    ],
)
def test_values(cell: str, expected: CellValue) -> None:
    found = value(cell, plain=True)
    assert found == expected
    assert type(found) is type(expected)


def test_dates_from_1904() -> None:
    assert value('<c r="A1" t="d"><v>1904-01-02</v></c>', date1904=True) == 1.0


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><v>six</v></c>',
        '<c r="A1"><v>1_000</v></c>',
        '<c r="A1"><v>nan</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1" t="b"><v>2</v></c>',
        '<c r="A1" t="s"><v>2</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1" t="d"><v>yesterday</v></c>',
        '<c r="A1" t="odd"><v>1</v></c>',
    ],
)
def test_values_that_are_none_are_refused(cell: str) -> None:
    with pytest.raises(BookError, match=r"book\.xlsx, sheet 'S', cell A1"):
        value(cell)


def test_formulas() -> None:
    cells = read(
        sheet(
            '<row r="1"><c r="A1"><f>B1&amp;"&lt;"</f><v>1</v></c>'
            '<c r="B1"><f t="shared" ref="B1:B3" si="4">C1</f><v>1</v></c>'
            '<c r="C1" cm="1"><f t="array" ref="C1:C2" ca="1">D1:D2</f><v>1</v></c>'
            '<c r="D1"><f t="dataTable" ref="D1:D2" dt2D="0" dtr="0" r1="A1"/><v>1</v></c></row>'
            '<row r="2"><c r="B2"><f t="shared" si="4"/><v>1</v></c></row>'
        ),
        plain=True,
    )
    formulas = {cell.ref: cell.formula for cell in cells if cell.formula is not None}
    assert formulas["A1"].text == 'B1&"<"'
    assert (formulas["B1"].kind, formulas["B1"].group, formulas["B1"].text) == ("shared", 4, "C1")
    assert (formulas["B2"].kind, formulas["B2"].group, formulas["B2"].text) == ("shared", 4, "")
    assert formulas["C1"].ref == Area(Spot(1, 3), Spot(2, 3))
    assert formulas["D1"].kind == "dataTable"
    assert cells[2].attributes.cell_record == 1


ODD = {
    "prefix": '<x:worksheet xmlns:x="{0}"><x:dimension ref="A1"/><x:sheetData><x:row r="1">'
    '<x:c r="A1" t="inlineStr"><x:is><x:t>text</x:t></x:is></x:c></x:row></x:sheetData>'
    '<x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells></x:worksheet>',
    "comment": '<worksheet xmlns="{0}"><!-- <sheetData> --><sheetData><row r="1"><!-- <c> -->'
    '<c r="A1" t="str"><f>1</f><!-- ? --><v>te<!-- -->xt</v></c></row></sheetData></worksheet>',
    "cdata": '<worksheet xmlns="{0}"><sheetData><row r="1"><c r="A1" t="str">'
    "<v><![CDATA[text]]></v></c></row></sheetData></worksheet>",
    "instruction": '<worksheet xmlns="{0}"><sheetData><?a <c r="B1"/>?><row r="1">'
    '<c r="A1" t="str"><v>text</v></c></row></sheetData></worksheet>',
    "quotes": "<worksheet xmlns='{0}'><sheetData><row r='1'><c t='str' r = 'A1' a='>'>"
    "<v>text</v></c ></row></sheetData></worksheet>",
    "blanks": '<worksheet xmlns="{0}">\n <sheetData>\n  <row r="1">\n   <c r="A1" t="str">\n'
    "    <f>1</f>\n    <v>text</v>\n   </c>\n  </row>\n </sheetData>\n</worksheet>",
    "implied": '<worksheet xmlns="{0}"><sheetData><row><c t="str"><v>text</v></c></row>'
    "</sheetData></worksheet>",
    "foreign": '<worksheet xmlns="{0}" xmlns:o="other"><sheetData><row r="1"><c r="A1" t="str">'
    '<v>text</v><extLst><ext><c xmlns="other" r="Z9"/></ext></extLst></c><extLst/></row>'
    "</sheetData></worksheet>",
    "mark": '\ufeff<worksheet xmlns="{0}"><sheetData><row r="1"><c r="A1" t="str"><v>text</v></c>'
    "</row></sheetData></worksheet>",
    "outside": '<worksheet xmlns="{0}" xmlns:o="other"><o:a><o:b><sheetData><row r="1">'
    '<c r="A1"/></row></sheetData></o:b></o:a><sheetData><row r="1"><c r="A1" t="str">'
    "<v>text</v></c></row></sheetData></worksheet>",
    "late prefix": '<worksheet xmlns="{0}" xmlns:x="{0}"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><x:t>text</x:t></is></c></row></sheetData></worksheet>',
    "redeclared": '<worksheet xmlns="{0}" xmlns:x="{0}"><sheetData><row r="1"><x:c r="A1" t="str">'
    '<x:v>text</x:v><extLst><c xmlns="other" r="A1"/></extLst></x:c></row></sheetData></worksheet>',
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_but_legal_sheets(kind: str) -> None:
    assert values(part_of("", around=ODD[kind])) == {"A1": "text"}


def test_layout() -> None:
    part = part_of(
        '<dimension ref="A1:B9"/>'
        '<cols><col min="1" max="2" style="5"/><col min="3" max="3"/></cols>'
        '<sheetData/><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
    )
    layout = grid(part).layout
    assert layout == layout_of_all(part)
    assert layout.data_close is None
    assert part.data[layout.data_start : layout.data_inside] == b"<sheetData/>"
    assert layout.columns == ((1, 2, 5),)
    assert [str(area) for area in layout.merged] == ["A1:B2"]
    assert str(layout.dimension) == "A1:B9"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('<row r="2"/><row r="1"/>', "row 1 twice, or out of order"),
        ('<row r="1"/><row r="1"/>', "row 1 twice"),
        ('<row r="0"/>', "impossible number '0'"),
        ('<row r="1048577"/>', "impossible number"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "cell A1 twice, or out of order"),
        ('<row r="1"><c r="A1"/><c r="A1"/></row>', "cell A1 twice"),
        ('<row r="1"><c r="A2"/></row>', "impossible reference 'A2' in row 1"),
        ('<row r="1"><c r="XFE1"/></row>', "impossible reference"),
        ('<row r="1"><c r="XFD1"/><c/></row>', "out of order"),
        ('<row r="1"><c r="A1" s="x"/></row>', "broken attribute"),
        ('<row r="1"><c r="A1"><f t="array" ref="?">1</f></c></row>', "impossible cells"),
        ('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>', "two formulas or values"),
        ('<row r="1"><c r="A1"><odd/></c></row>', "element odd"),
        ('<row r="1"><c r="A1"><v><b/></v></c></row>', "element b"),
        ("<odd/>", "element odd"),
        ('<row r="1"><x:c xmlns:x="other"/></row>', "element c"),
    ],
)
def test_cells_that_cannot_be_placed_are_refused(data: str, words: str) -> None:
    with pytest.raises(BookError, match=words):
        list(grid(sheet(data)).cells())
    with pytest.raises(BookError, match=words):
        list(slow_cells.rows(sheet(data)))


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        ('<worksheet xmlns="{0}"/>', "no cells"),
        ('<worksheet xmlns="{0}"><sheetData/><sheetData/></worksheet>', "two places"),
        ('<worksheet xmlns="{0}"><sheetData><row r="1"></sheetData></worksheet>', "well-formed"),
        ('<!DOCTYPE worksheet><worksheet xmlns="{0}"><sheetData/></worksheet>', "document type"),
        ('<html xmlns="{0}"><sheetData/></html>', "unknown format"),
        (
            '<worksheet xmlns="{0}"><sheetData/><mergeCells><mergeCell/></mergeCells></worksheet>',
            "merged area",
        ),
    ],
)
def test_parts_that_are_no_sheets_are_refused(whole: str, words: str) -> None:
    with pytest.raises(BookError, match=words):
        list(grid(part_of("", around=whole)).cells())


def test_sheets_in_other_encodings_are_refused() -> None:
    text = f'<worksheet xmlns="{NS}"><sheetData/></worksheet>'
    for data in (text.encode("utf-16"), text.encode("utf-16-le"), text.encode("utf-32")):
        with pytest.raises(BookError, match="UTF-8"):
            grid(Part("book.xlsx, sheet 'S'", data))


tags = st.sampled_from(
    [
        '<row r="1">', '<row r="2" spans="1:2">', "</row>", '<row r="3"/>', '<c r="A1"/>',
        '<c r="B1" s="1">', '<c r="A2" t="str">', "</c>", "<f>A1</f>", "<v>1</v>", "<v/>",
        "<is><t>x</t></is>", '<f t="shared" si="0"/>', " ", "<!-- c -->", "<v>&lt;</v>", "<c>",
        "<row>", "<extLst/>", "<![CDATA[<c>]]>", "\r\n", "<is><r><t>y</t></r></is>",
    ]
)  # fmt: skip


@given(st.lists(tags, max_size=12).map("".join))
def test_the_quick_and_the_slow_reading_agree_on_anything(cells: str) -> None:
    part = sheet(cells)
    slow: object
    quick: object
    try:
        slow = list(slow_cells.rows(part))
    except BookError as error:
        slow = str(error)
    try:
        quick = list(grid(part).rows())
    except BookError as error:
        quick = str(error)
    # Where a part has two faults, either may be named.
    assert (isinstance(quick, str) and isinstance(slow, str)) or quick == slow


raws = st.none() | st.sampled_from(["1", "2.5", "a&amp;b", "", "&#10;"])


@given(
    st.dictionaries(
        st.integers(1, 30),
        st.dictionaries(
            st.integers(1, 26),
            st.tuples(
                st.sampled_from(["", ' s="2"', ' t="str"', ' t="str" s="1" cm="1"']), raws, raws
            ),
            max_size=5,
        ),
        max_size=6,
    )
)
def test_both_readings_agree_on_generated_sheets(
    rows: dict[int, dict[int, tuple[str, str | None, str | None]]],
) -> None:
    text = ""
    for row in sorted(rows):
        text += f'<row r="{row}">'
        for column in sorted(rows[row]):
            attributes, formula, raw = rows[row][column]
            text += f'<c r="{chr(64 + column)}{row}"{attributes}>'
            text += "" if formula is None else f"<f>{formula}</f>"
            text += "</c>" if raw is None else f"<v>{raw}</v></c>"
        text += "</row>"
    read(sheet(text), plain=True)


def test_a_book_by_xlsxwriter_is_read_the_quick_way() -> None:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    worksheet = workbook.add_worksheet()
    worksheet.write_rich_string("A1", "a", workbook.add_format({"bold": True}), "b", "c")
    worksheet.write_dynamic_array_formula("B1:B3", "=SEQUENCE(3)", None, 1)
    worksheet.write_array_formula("C1:C2", "{=D1:D2}", None, "x")
    worksheet.write_formula("E1", "=NA()", None, "#N/A")
    worksheet.write_formula("E2", '=" a"', None, " a")
    worksheet.merge_range("F1:G2", "merged")
    worksheet.write_comment("A1", "note")
    worksheet.data_validation("A2", {"validate": "list", "source": ["<", ">"]})
    workbook.close()
    with zipfile.ZipFile(buffer) as file:
        part = Part("book.xlsx, sheet 'S'", file.read("xl/worksheets/sheet1.xml"))
        metadata = Part("m", file.read("xl/metadata.xml"))
    assert [cell.ref for cell in read(part, plain=True)][:4] == ["A1", "B1", "C1", "E1"]
    assert read_rich(metadata, None, None).dynamic == {1}


RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
METADATA = f"""<metadata xmlns="{NS}" xmlns:xlrd="{RICH}" xmlns:xda="dyn"><metadataTypes count="2">
<metadataType name="XLDAPR" cellMeta="1"/><metadataType name="XLRICHVALUE"/></metadataTypes>
<futureMetadata name="XLDAPR" count="2">
<bk><extLst><ext><xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk>
<bk><extLst><ext><xda:dynamicArrayProperties fDynamic="0"/></ext></extLst></bk></futureMetadata>
<futureMetadata name="XLRICHVALUE" count="3">
<bk><extLst><ext uri="b"><xlrd:rvb i="1"/></ext></extLst></bk>
<bk><extLst><ext uri="b"><xlrd:rvb i="0"/></ext></extLst></bk>
<bk><extLst><ext uri="b"><xlrd:rvb i="2"/></ext></extLst></bk></futureMetadata>
<cellMetadata count="2"><bk><rc t="1" v="1"/></bk><bk><rc t="1" v="0"/></bk></cellMetadata>
<valueMetadata count="4"><bk><rc t="2" v="0"/></bk><bk><rc t="2" v="1"/></bk>
<bk><rc t="2" v="2"/></bk><bk><rc t="9" v="9"/></bk></valueMetadata></metadata>"""
STRUCTURES = f"""<rvStructures xmlns="{RICH}" count="3"><s t="_error"><k n="colOffset" t="i"/>
<k n="errorType" t="i"/><k n="rwOffset" t="i"/><k n="subType" t="i"/></s>
<s t="_error"><k n="errorType" t="i"/><k n="subType" t="i"/></s>
<s t="_localImage"><k n="errorType" t="i"/></s></rvStructures>"""
RICH_VALUES = f"""<rvData xmlns="{RICH}" count="3"><rv s="0"><v>0</v><v>8</v><v>2</v><v>1</v></rv>
<rv s="1"><v>13</v><v>3</v></rv><rv s="2"><v>8</v></rv></rvData>"""


def test_rich_errors_are_found_through_the_metadata() -> None:
    parts = [Part("p", text.encode()) for text in (METADATA, RICH_VALUES, STRUCTURES)]
    rich = read_rich(*parts)
    assert rich.dynamic == {2}
    assert rich.errors == {1: ErrorValue.CALC, 2: ErrorValue.SPILL}
    assert read_rich(parts[0], None, None).errors == {}
    assert read_rich(None, None, None) == (frozenset(), {})
