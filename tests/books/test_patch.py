"""Values written into existing books: what changes, what stays, and what is refused."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.books.patch import write_values
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.ooxml.values import CellValue

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DYNAMIC = (
    f'<metadata xmlns="{NS}" xmlns:d="d" xmlns:x="{RICH}"><metadataTypes count="2">'
    '<metadataType name="XLDAPR"/><metadataType name="XLRICHVALUE"/></metadataTypes>'
    '<futureMetadata name="XLDAPR"><bk><d:dynamicArrayProperties fDynamic="1"/></bk>'
    '</futureMetadata><futureMetadata name="XLRICHVALUE"><bk><x:rvb i="0"/></bk></futureMetadata>'
    '<cellMetadata><bk><rc t="1" v="0"/></bk></cellMetadata>'
    '<valueMetadata><bk><rc t="2" v="0"/></bk></valueMetadata></metadata>'
)
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="s.xml"/>'
    f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="t.xml"/>'
    f'<Relationship Id="r3" Type="{OFFICE}/sheetMetadata" Target="m.xml"/>'
    f'<Relationship Id="r4" Type="{OFFICE}/rdRichValue" Target="v.xml"/>'
    f'<Relationship Id="r5" Type="{OFFICE}/rdRichValueStructure" Target="k.xml"/></Relationships>',
    "xl/t.xml": f'<sst xmlns="{NS}"><si><t>old</t></si></sst>',
    "xl/m.xml": DYNAMIC,
    "xl/v.xml": f'<rvData xmlns="{RICH}"><rv s="0"><v>13</v></rv></rvData>',
    "xl/k.xml": f'<rvStructures xmlns="{RICH}"><s t="_error"><k n="errorType"/></s></rvStructures>',
}
WORKSHEET = f'<worksheet xmlns="{NS}">%s</worksheet>'


def book(body: str, around: str = WORKSHEET, parts: Mapping[str, str] | None = None) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**PARTS, **(parts or {}), "xl/s.xml": around % body}.items():
            file.writestr(name, content)
    return Package(buffer.getvalue(), "deal.xlsx")


def cells(rows: str, tail: str = "") -> str:
    return f"<sheetData>{rows}</sheetData>{tail}"


def patched(
    package: Package,
    inputs: Mapping[str, CellValue] | None = None,
    results: Mapping[str, CellValue] | None = None,
    spills: Mapping[str, str] | None = None,
) -> str:
    """The sheet's XML after a patch, without what surrounds it."""
    data = write_values(
        package, {"S": inputs or {}}, {"S": results or {}}, {"S": spills} if spills else {}
    )
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        text = file.read("xl/s.xml").decode()
    return text.removeprefix(WORKSHEET.partition("%s")[0]).removesuffix("</worksheet>")


def row_of(
    cell: str,
    inputs: Mapping[str, CellValue] | None = None,
    results: Mapping[str, CellValue] | None = None,
) -> str:
    """One cell's XML after a patch."""
    found = patched(book(cells(f'<row r="1">{cell}</row>')), inputs, results)
    return found.removeprefix('<sheetData><row r="1">').removesuffix("</row></sheetData>")


OLD = '<c r="A1"><f>1</f><v>1</v></c>'


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        (OLD, 2.0, '<c r="A1"><f>1</f><v>2</v></c>'),
        (OLD, 0.1, '<c r="A1"><f>1</f><v>0.1</v></c>'),
        (OLD, 10**20, '<c r="A1"><f>1</f><v>1e+20</v></c>'),
        ('<c r="A1"><f/></c>', 5e15, '<c r="A1"><f/><v>5000000000000000</v></c>'),
        ('<c r="A1"><f>1</f></c>', -3, '<c r="A1"><f>1</f><v>-3</v></c>'),
        ('<c r="A1"><f>1</f><v/></c>', 5, '<c r="A1"><f>1</f><v>5</v></c>'),
        ('<c r="A1"><f/></c>', 5, '<c r="A1"><f/><v>5</v></c>'),
        ('<c r="A1" s="4" t="str"><f>1</f><v>a</v></c>', 2, '<c r="A1" s="4"><f>1</f><v>2</v></c>'),
        ('<c r="A1" t="n"><f>1</f></c>', "<", '<c r="A1" t="str"><f>1</f><v>&lt;</v></c>'),
        (OLD, " a\r", '<c r="A1" t="str"><f>1</f><v xml:space="preserve"> a_x000D_</v></c>'),
        (OLD, "", '<c r="A1" t="str"><f>1</f><v></v></c>'),
        (OLD, True, '<c r="A1" t="b"><f>1</f><v>1</v></c>'),
        (OLD, ErrorValue.DIV0, '<c r="A1" t="e"><f>1</f><v>#DIV/0!</v></c>'),
        ('<c r="A1" t="e"><f>1</f><v>#N/A</v></c>', None, '<c r="A1"><f>1</f></c>'),
        (
            '<c r="A1" cm="1" t="e" vm="9"><f>1</f><v>#VALUE!</v></c>',
            4,
            '<c r="A1" cm="1"><f>1</f><v>4</v></c>',
        ),
        (OLD, ErrorValue.CALC, '<c r="A1" t="e" vm="1"><f>1</f><v>#VALUE!</v></c>'),
        (
            '<c t="s" r="A1" >\n <f>1</f> <v>0</v>\n <extLst/></c >',
            7,
            '<c r="A1" >\n <f>1</f> <v>7</v>\n <extLst/></c >',
        ),
    ],
)
def test_results(cell: str, value: CellValue, expected: str) -> None:
    assert row_of(cell, results={"A1": value}) == expected


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ('<c r="A1"><v>1</v></c>', 2, '<c r="A1"><v>2</v></c>'),
        ('<c r="A1" s="2"/>', 2, '<c r="A1" s="2"><v>2</v></c>'),
        ('<c r="A1" s="2" />', 2, '<c r="A1" s="2"><v>2</v></c>'),
        ('<c r="A1" s="2"></c>', False, '<c r="A1" s="2" t="b"><v>0</v></c>'),
        ('<c r="A1" s="2" t="s"><v>0</v></c>', None, '<c r="A1" s="2"></c>'),
        ('<c r="A1" t="s"><v>0</v></c>', 5, '<c r="A1"><v>5</v></c>'),
        (
            '<c r="A1" s="2" t="s" ph="1"><v>0</v></c>',
            "a ",
            '<c r="A1" s="2" t="inlineStr" ph="1"><is><t xml:space="preserve">a </t></is></c>',
        ),
        (
            '<c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c>',
            "_x0041_",
            '<c r="A1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>',
        ),
        ('<c r="A1" t="inlineStr"><is><t>a</t></is></c>', 1, '<c r="A1"><v>1</v></c>'),
        ('<c r="A1" t="d"><v>1998-12-18</v></c>', 36148, '<c r="A1"><v>36148</v></c>'),
    ],
)
def test_inputs(cell: str, value: CellValue, expected: str) -> None:
    assert row_of(cell, inputs={"A1": value}) == expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "old"),
        ('<c r="A1"><v>1.0</v></c>', 1),
        ('<c r="A1"><v>0</v></c>', -0.0),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>', ErrorValue.CALC),
        ('<c r="A1" t="inlineStr"><is><r><t>o</t></r><r><t>ld</t></r></is></c>', "old"),
        ('<c r="A1" t="d"><v>1998-12-18</v></c>', 36147),
        ('<c r="B1"/>', None),
    ],
)
def test_equal_values_leave_the_file_as_it_is(cell: str, value: CellValue) -> None:
    package = book(cells(f'<row r="1">{cell}</row>'))
    assert write_values(package, {"S": {"A1": value}}) is package.data


def test_unknown_sheets_are_refused() -> None:
    with pytest.raises(BookError, match="no sheet 'T'"):
        write_values(book("<sheetData/>"), {"T": {"A1": 1}})


def test_true_is_not_one_and_an_error_is_not_its_text() -> None:
    one = '<c r="A1"><v>1</v></c>'
    assert row_of(one, inputs={"A1": True}) == '<c r="A1" t="b"><v>1</v></c>'
    error = '<c r="A1" t="e"><v>#N/A</v></c>'
    assert "inlineStr" in row_of(error, inputs={"A1": "#N/A"})


def test_new_cells_are_put_in_order() -> None:
    body = (
        '<dimension ref="B2:C4"/><sheetData><row r="2" spans="2:3"><c r="B2"/><c r="C2"/></row>'
        '<row r="4" spans="2:3" ht="20"/></sheetData>'
    )
    inputs = {"A1": 1, "A2": 2, "D2": 4, "E2": None, "B3": "x", "A4": 5, "A5": True, "C6": 6}
    assert patched(book(body), inputs) == (
        '<dimension ref="A1:D6"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2" spans="1:4"><c r="A2"><v>2</v></c><c r="B2"/><c r="C2"/><c r="D2"><v>4</v></c>'
        '</row><row r="3"><c r="B3" t="inlineStr"><is><t>x</t></is></c></row>'
        '<row r="4" spans="1:3" ht="20"><c r="A4"><v>5</v></c></row>'
        '<row r="5"><c r="A5" t="b"><v>1</v></c></row><row r="6"><c r="C6"><v>6</v></c></row>'
        "</sheetData>"
    )


def test_new_cells_beside_changed_ones() -> None:
    body = cells('<row r="1"><c r="B1"/><c r="D1"><v>1</v></c></row>')
    assert patched(book(body), {"A1": 1, "B1": 2, "C1": 3, "D1": True, "E1": 5}) == cells(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1"><v>5</v></c></row>'
    )


def test_new_cells_have_the_format_of_their_row_or_column() -> None:
    body = (
        '<cols><col min="2" max="3" style="7"/></cols><sheetData>'
        '<row r="1" s="4" customFormat="1"/><row r="2" s="4"/></sheetData>'
    )
    found = patched(book(body), {"A1": 1, "B1": 1, "A2": 1, "B2": 1, "C3": 1})
    styles = dict(re.findall(r'<c r="(\w+)"(?: s="(\d+)")?', found))
    assert styles == {"A1": "4", "B1": "4", "A2": "", "B2": "7", "C3": "7"}


def test_an_empty_sheet_takes_cells() -> None:
    filled = cells('<row r="2"><c r="B2"><v>1</v></c></row>')
    assert patched(book("<sheetData/>"), {"B2": 1}) == filled
    package = book("<sheetData />")
    assert write_values(package, {"S": {"B2": None}}) is package.data


def test_prefixed_sheets_keep_their_prefix() -> None:
    around = f'<x:worksheet xmlns:x="{NS}">%s</x:worksheet>'
    body = '<x:sheetData><x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row></x:sheetData>'
    package = book(body, around)
    new = write_values(package, {"S": {"B1": "a", "A2": 1}}, {"S": {"A1": "b"}})
    with zipfile.ZipFile(io.BytesIO(new)) as file:
        assert file.read("xl/s.xml").decode() == around % (
            '<x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:f>1</x:f><x:v>b</x:v></x:c>'
            '<x:c r="B1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row>'
            '<x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row></x:sheetData>'
        )


def test_comments_and_implied_places() -> None:
    body = cells("<!-- a --><row><c><v>1</v></c><!-- b --><c><f>A1</f></c></row>")
    assert patched(book(body), {"A1": 2}, {"B1": 3}) == cells(
        "<!-- a --><row><c><v>2</v></c><!-- b --><c><f>A1</f><v>3</v></c></row>"
    )


def refusal(package: Package, **how: Any) -> str:
    before = package.data
    with pytest.raises(BookError) as caught:
        patched(package, **how)
    assert package.data is before
    sentence = str(caught.value)
    assert sentence.startswith("deal.xlsx")
    assert "\n" not in sentence
    return sentence


ONE = cells('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row>')


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"inputs": {"B1": 1}}, "sheet 'S', cell B1 holds a formula"),
        ({"results": {"A1": 1}}, "sheet 'S', cell A1 holds no formula"),
        ({"results": {"C1": 1}}, "cell C1 holds no formula"),
        ({"results": {"A9": None}}, "cell A9 holds no formula"),
        ({"inputs": {"B1": 1}, "results": {"B1": 1}}, "both an input and a result"),
        ({"inputs": {"$A$1": 1}}, "has no cell '$A$1'"),
        ({"inputs": {"XFE1": 1}}, "has no cell 'XFE1'"),
        ({"inputs": {"A1": float("nan")}}, "cell A1 cannot hold nan"),
        ({"inputs": {"A1": float("inf")}}, "cannot hold inf"),
        ({"inputs": {"A1": 10**400}}, "a number that large"),
        ({"inputs": {"A1": "x" * 32768}}, "32,767 characters"),
        ({"inputs": {"A1": "\ud800"}}, "half a character"),
        ({"inputs": {"A1": [1]}}, "a value of the type list"),
        ({"results": {"B1": ErrorValue.SPILL}}, "cell B1 cannot hold #SPILL!"),
        ({"spills": {"B1": "B1:B3"}}, "cell B1 holds no dynamic array formula"),
        ({"spills": {"B1": "C1:C3"}}, "cell B1 cannot spill into 'C1:C3'"),
    ],
)
def test_refusals(how: dict[str, Any], words: str) -> None:
    assert words in refusal(book(ONE), **how)


def test_text_of_the_largest_size_is_taken() -> None:
    assert "x" * 32767 in patched(book(ONE), {"A1": "x" * 32767})
    assert "32,767" in refusal(book(ONE), inputs={"A1": "\N{GRINNING FACE}" * 16384})


def test_cells_placed_by_order_take_no_new_neighbours() -> None:
    package = book(cells("<row><c><v>1</v></c></row><row/>"))
    assert "by their order" in refusal(package, inputs={"C1": 1})
    assert "by their order" in refusal(book(cells("<row/><row r='5'><c/></row>")), inputs={"A4": 1})


def test_merged_cells() -> None:
    tail = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    package = book(cells('<row r="1"><c r="A1"/><c r="B1"/></row>', tail))
    assert "A1:B2 is merged" in refusal(package, inputs={"B1": 1})
    assert "A1:B2 is merged" in refusal(package, inputs={"A2": 1})
    assert '<c r="A1"><v>1</v></c>' in patched(package, {"A1": 1, "B1": None, "B2": None, "C2": 3})


def table(**attributes: str) -> dict[str, str]:
    marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return {
        "xl/_rels/s.xml.rels": f'<Relationships xmlns="{RELS}">'
        f'<Relationship Id="r1" Type="{OFFICE}/table" Target="table.xml"/></Relationships>',
        "xl/table.xml": f'<table xmlns="{NS}" ref="A1:B4"{marks}/>',
    }


def test_table_headers_and_totals() -> None:
    package = book("<sheetData/>", parts=table(totalsRowCount="1"))
    assert "A1:B1 is the header of a table" in refusal(package, inputs={"B1": "x"})
    assert "A4:B4 is the totals row" in refusal(package, inputs={"A4": "x"})
    assert '<c r="A2"><v>1</v></c>' in patched(package, {"A2": 1, "C1": 1})
    assert '<c r="B1">' in patched(
        book("<sheetData/>", parts=table(headerRowCount="0")), {"B1": 1, "A4": 2}
    )
    total = cells('<row r="4"><c r="B4"><f>SUM(B2:B3)</f></c></row>')
    assert "<v>3</v>" in patched(book(total, parts=table(totalsRowCount="1")), None, {"B4": 3})


def test_pivot_tables() -> None:
    pivot = f'<pivotTableDefinition xmlns="{NS}"><location ref="A1:B4"/></pivotTableDefinition>'
    parts = {
        "xl/_rels/s.xml.rels": table()["xl/_rels/s.xml.rels"].replace("/table", "/pivotTable"),
        "xl/table.xml": pivot,
    }
    assert "a pivot table" in refusal(book("<sheetData/>", parts=parts), inputs={"B2": 1})


DATA_TABLE = cells(
    '<row r="2"><c r="B2"><f t="dataTable" ref="B2:B3" dt2D="0" dtr="0" r1="A1"/><v>1</v></c></row>'
    '<row r="3"><c r="B3"><v>2</v></c></row>'
)


def test_data_tables() -> None:
    for ref in ("B2", "B3"):
        assert "what-if data table" in refusal(book(DATA_TABLE), results={ref: 9})
        assert f"cell {ref} holds a formula" in refusal(book(DATA_TABLE), inputs={ref: 9})
    assert patched(book(DATA_TABLE), None, {"B2": 1, "B3": 2}) == DATA_TABLE


def spill(ref: str = "B2:B3", cm: str = ' cm="1"', rest: str = "") -> str:
    return cells(
        f'<row r="2"><c r="B2"{cm}><f t="array" ref="{ref}">A1:A9</f><v>1</v></c></row>'
        f'<row r="3"><c r="B3" s="5"><v>2</v></c></row>{rest}'
    )


def test_values_of_an_array() -> None:
    package = book(spill(cm=""))
    assert patched(package, None, {"B2": 3, "B3": "x"}) == cells(
        '<row r="2"><c r="B2"><f t="array" ref="B2:B3">A1:A9</f><v>3</v></c></row>'
        '<row r="3"><c r="B3" s="5" t="str"><v>x</v></c></row>'
    )
    assert "cell B3 holds a formula" in refusal(package, inputs={"B3": 1})
    assert "cell B4 holds no formula" in refusal(package, results={"B4": 1})
    assert "of fixed size" in refusal(package, results={"B4": 1}, spills={"B2": "B2:B4"})
    wide = cells('<row r="1"><c r="A1"><f t="array" ref="A1:B2">1</f></c></row>')
    assert '<row r="2"><c r="B2"><v>4</v></c></row>' in patched(book(wide), None, {"B2": 4})
    odd = cells('<row r="1"><c r="A1"><f t="array" ref="B1:B2">1</f></c></row>')
    assert "for other cells" in refusal(book(odd), inputs={"C1": 1})


def test_a_spill_that_grows() -> None:
    results: dict[str, CellValue] = {"B2": 1, "B3": 3, "B4": 4, "B5": "x"}
    rest = '<row r="4"><c r="B4" s="1"/></row>'
    assert patched(book(spill(rest=rest)), None, results, {"B2": "B2:B5"}) == cells(
        '<row r="2"><c r="B2" cm="1"><f t="array" ref="B2:B5">A1:A9</f><v>1</v></c></row>'
        '<row r="3"><c r="B3" s="5"><v>3</v></c></row><row r="4"><c r="B4" s="1"><v>4</v></c></row>'
        '<row r="5"><c r="B5" t="str"><v>x</v></c></row>'
    )
    taken = book(spill(rest='<row r="4"><c r="B4"><v>7</v></c></row>'))
    assert "is not empty" in refusal(taken, results=results, spills={"B2": "B2:B5"})
    formula = book(spill(rest='<row r="4"><c r="B4"><f>1</f></c></row>'))
    assert "is not empty" in refusal(formula, results=results, spills={"B2": "B2:B5"})
    assert "no value is given" in refusal(book(spill()), spills={"B2": "B2:B5"})
    merged = book(spill() + '<mergeCells><mergeCell ref="B5:C5"/></mergeCells>')
    assert "B5:C5 is merged" in refusal(merged, results=results, spills={"B2": "B2:B5"})
    inside = book(spill(), parts=table())
    assert "A1:B4 is a table" in refusal(inside, results=results, spills={"B2": "B2:B5"})


def test_a_spill_that_shrinks() -> None:
    assert patched(book(spill()), None, {"B2": 7}, {"B2": "B2"}) == cells(
        '<row r="2"><c r="B2" cm="1"><f t="array" ref="B2">A1:A9</f><v>7</v></c></row>'
        '<row r="3"><c r="B3" s="5"></c></row>'
    )
    assert '<c r="B3" s="5"></c>' in patched(book(spill()), None, {"B3": None}, {"B2": "B2"})
    assert "no longer filled" in refusal(book(spill()), results={"B3": 2}, spills={"B2": "B2"})
    same_size = book(spill())
    assert write_values(same_size, {}, {}, {"S": {"B2": "B2:B3"}}) is same_size.data
