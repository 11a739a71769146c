"""Values written into books made by openpyxl, XlsxWriter and LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tests.support.writers import by_excelize, by_openxlsx, by_pyexcelerate
from xlfuncs.books.patch import SheetValues, Spills, write_values
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml.package import Package
from xlfuncs.ooxml.references import spot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xlfuncs.ooxml.values import CellValue


def by_openpyxl() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Terms"
    for row in range(1, 8):
        sheet.cell(row, 1, f"label {row}")
        sheet.cell(row, 2, row * 1.5).number_format = "#,##0.00"
        sheet.cell(row, 3, f"=B{row}*2")
    sheet["A1"].comment = Comment("note", "me")
    sheet.conditional_formatting.add("B1:B7", Rule(type="containsBlanks"))
    validation = DataValidation(type="list", formula1='"call,put"')
    sheet.add_data_validation(validation)
    validation.add("E1")
    sheet["G1"], sheet["H1"], sheet["G2"], sheet["H2"] = "name", "bid", "a", 1
    sheet.add_table(Table(displayName="Bids", ref="G1:H2"))
    sheet.merge_cells("J1:K2")
    workbook.create_sheet("Other")["A1"] = 1
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def by_xlsxwriter() -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    sheet = workbook.add_worksheet("Terms")
    money = workbook.add_format({"num_format": "#,##0.00"})
    for row in range(7):
        sheet.write(row, 0, f"label {row}")
        sheet.write_number(row, 1, row * 1.5, money)
        sheet.write_formula(row, 2, f"=B{row + 1}*2", money, row * 3)
    sheet.write_dynamic_array_formula("E1:E3", "=SEQUENCE(3)", money, 1)
    sheet.write_rich_string("A9", "a", workbook.add_format({"bold": True}), "b")
    sheet.write_comment("A1", "note")
    sheet.conditional_format("B1:B7", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("F1", {"validate": "integer", "criteria": ">", "value": 1})
    sheet.add_sparkline("G1", {"range": "Terms!B1:B7"})
    sheet.insert_textbox("I2", "text")
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"values": "=Terms!$B$1:$B$7"})
    sheet.insert_chart("L2", chart)
    workbook.add_chartsheet("Chart").set_chart(_chart(workbook))
    workbook.define_name("price", "=Terms!$B$1")
    workbook.close()
    return buffer.getvalue()


def _chart(workbook: Any) -> Any:
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=Terms!$C$1:$C$7"})
    return chart


def raw_members(data: bytes) -> dict[str, bytes]:
    archive = Package(data, "deal.xlsx").archive
    return {each.name: data[each.start : each.stop] for each in archive.members.values()}


BOOKS = {
    "openpyxl": by_openpyxl(),
    "xlsxwriter": by_xlsxwriter(),
    "pyexcelerate": by_pyexcelerate(),
    "excelize": by_excelize(),
    "openxlsx": by_openxlsx(),
}
SHEET = "xl/worksheets/sheet1.xml"

texts = st.text(max_size=12) | st.text("_x041F\r\n\t &<>\"']]>", max_size=12)
cell_values = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**70), 2**70)
    | texts
    | st.sampled_from([error for error in ErrorValue if error not in {"#SPILL!", "#CALC!"}])
)
input_refs = st.sampled_from(["A2", "B1", "B7", "D3", "A9", "Z1", "M40", "AA5"])
result_refs = st.sampled_from(["C1", "C2", "C7"])


def expected_value(value: CellValue) -> CellValue:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and value is not None else value


@pytest.mark.parametrize("kind", BOOKS)
@settings(max_examples=100, deadline=None)
@given(
    inputs=st.dictionaries(input_refs, cell_values),
    results=st.dictionaries(result_refs, cell_values),
    others=st.dictionaries(result_refs, cell_values),
)
def test_what_is_written_is_read_and_nothing_else_changes(
    kind: str,
    inputs: dict[str, CellValue],
    results: dict[str, CellValue],
    others: dict[str, CellValue],
) -> None:
    check(BOOKS[kind], inputs, results, others)


def check(
    old: bytes,
    inputs: dict[str, CellValue],
    results: dict[str, CellValue],
    others: dict[str, CellValue],
) -> None:
    """Write twice; all that was not written is as it was, and readers of others' agree."""
    package = Package(old, "deal.xlsx")
    first = write_values(package, {"Terms": inputs}, {"Terms": others})
    second = Package(first, "deal.xlsx")
    new = write_values(second, {"Terms": inputs}, {"Terms": results})
    read = Package(new, "deal.xlsx").values("Terms")
    before = package.values("Terms")
    wanted = {**before, **others, **inputs, **results}
    for ref, value in wanted.items():
        found = read.get(ref)
        assert found == expected_value(value)
        assert type(found) is type(expected_value(value))
    assert not set(read) - set(wanted)

    with zipfile.ZipFile(io.BytesIO(new)) as file:
        assert file.testzip() is None
        text = file.read(SHEET)
    one, other = raw_members(old), raw_members(new)
    assert list(one) == list(other)
    assert all(one[name] == other[name] for name in one if name != SHEET)
    with zipfile.ZipFile(io.BytesIO(old)) as file:
        untouched = file.read(SHEET)
    touched = {*inputs, *results, *others}
    assert bare(text, touched) == bare(untouched, touched)

    if ErrorValue.GETTING_DATA not in read.values():  # which calamine does not read
        assert_calamine_reads(new, read)
    again = Package(new, "deal.xlsx")
    assert write_values(again, {"Terms": inputs}, {"Terms": results}) is again.data
    both = {**others, **results}
    direct = write_values(Package(old, "deal.xlsx"), {"Terms": inputs}, {"Terms": both})
    assert Package(direct, "deal.xlsx").values("Terms") == read


def assert_calamine_reads(data: bytes, values: Mapping[str, CellValue]) -> None:
    """A reader that has nothing in common with ours finds the same numbers and words."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = book.get_sheet_by_name("Terms").to_python(skip_empty_area=False)
    for ref, value in values.items():
        place = spot(ref)
        assert place is not None
        if isinstance(value, float) or (type(value) is str and value.isalnum()):
            assert rows[place.row - 1][place.column - 1] == value


def bare(sheet: bytes, without: set[str]) -> bytes:
    """A sheet without certain cells, and without what new cells change around them."""
    refs = b"|".join(ref.encode() for ref in without) or b"-"
    sheet = re.sub(rb'<c r="(?:' + refs + rb')"[^>]*?(?:/>|>.*?</c>)', b"", sheet, flags=re.DOTALL)
    sheet = re.sub(rb' spans="[0-9:]+"|<dimension ref="[A-Z0-9:]+" ?/?>', b"", sheet)
    return re.sub(rb'<row r="[0-9]+"></row>', b"", re.sub(rb"(<row [^>]*)/>", rb"\1></row>", sheet))


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_openpyxl_reads_what_was_written() -> None:
    for kind in ("openpyxl", "xlsxwriter"):  # of the others it does not read every style
        data = BOOKS[kind]
        inputs: SheetValues = {"Terms": {"A2": "new text", "B1": 7.25, "Z3": True}}
        results: SheetValues = {"Terms": {"C1": 14.5, "C2": ErrorValue.NA, "C3": " x "}}
        new = write_values(Package(data, kind), inputs, results)
        found = openpyxl.load_workbook(io.BytesIO(new), data_only=True)["Terms"]
        shown = [found[ref].value for ref in ("A2", "B1", "Z3", "C1", "C2", "C3")]
        assert shown == ["new text", 7.25, True, 14.5, "#N/A", " x "]
        formulas = openpyxl.load_workbook(io.BytesIO(new))["Terms"]
        assert formulas["C1"].value == "=B1*2"
        assert formulas["B1"].number_format == "#,##0.00"


def test_what_is_written_into_a_book_by_libreoffice(
    convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    source = tmp_path / "deal.xlsx"
    source.write_bytes(BOOKS["xlsxwriter"])
    data = convert([source], "xlsx")[0].read_bytes()

    @settings(max_examples=60, deadline=None)
    @given(
        inputs=st.dictionaries(input_refs, cell_values),
        results=st.dictionaries(result_refs, cell_values),
        others=st.dictionaries(result_refs, cell_values),
    )
    def each(
        inputs: dict[str, CellValue],
        results: dict[str, CellValue],
        others: dict[str, CellValue],
    ) -> None:
        check(data, inputs, results, others)

    each()


def test_a_dynamic_array_by_xlsxwriter_grows() -> None:
    package = Package(BOOKS["xlsxwriter"], "deal.xlsx")
    results: SheetValues = {"Terms": {f"E{row}": row for row in range(1, 6)}}
    spills: Spills = {"Terms": {"E1": "E1:E5"}}
    new = Package(write_values(package, {}, results, spills), "deal.xlsx")
    found = {cell.ref: (cell, value) for cell, value in new.cells("Terms")}
    anchor = found["E1"][0]
    assert anchor.attributes.cell_record == 1
    assert anchor.formula is not None
    assert str(anchor.formula.ref) == "E1:E5"
    assert [found[f"E{row}"][1] for row in range(1, 6)] == [1, 2, 3, 4, 5]


def test_tables_and_merged_cells_by_openpyxl() -> None:
    package = Package(BOOKS["openpyxl"], "deal.xlsx")
    with pytest.raises(BookError, match="G1:H1 is the header of a table"):
        write_values(package, {"Terms": {"H1": "ask"}})
    with pytest.raises(BookError, match="J1:K2 is merged"):
        write_values(package, {"Terms": {"K2": 1}})
    new = write_values(package, {"Terms": {"H2": 2, "J1": "anchor"}, "Other": {"A1": 5}})
    found = Package(new, "deal.xlsx")
    assert found.values("Terms")["H2"] == 2.0
    assert found.values("Other") == {"A1": 5.0}


def test_a_book_by_libreoffice_is_patched_and_read_by_it(
    convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    source = tmp_path / "deal.xlsx"
    source.write_bytes(BOOKS["xlsxwriter"])
    package = Package.read(convert([source], "xlsx")[0])
    assert package.values("Terms")["B3"] == 3.0
    grid = package.grid("Terms")
    assert grid.plain
    text = (
        ' a<&"\r_x0041_\tz '  # as a result LibreOffice 7.4 shows the escapes, as input it does not
    )
    inputs: SheetValues = {"Terms": {"A2": text, "B1": 12.5, "B2": True, "M30": "far"}}
    results: SheetValues = {"Terms": {"C1": 99, "C2": text, "C3": ErrorValue.NA, "C4": None}}
    new = write_values(package, inputs, results)
    assert Package(new, "deal.xlsx").values("Terms")["C2"] == text
    patched_file = tmp_path / "patched.xlsx"
    patched_file.write_bytes(new)
    shown = convert([patched_file], "fods")[0].read_text()
    assert 'table:formula="of:=[.B1]*2" office:value-type="float" office:value="99"' in shown
    result = re.search(
        r'"of:=\[\.B2\]\*2" office:value-type="string" office:string-value="( a[^"]*)"', shown
    )
    assert result is not None
    assert result[1].startswith(" a&lt;&amp;&quot;")
    assert result[1].endswith("&#x09;z ")
    assert "<text:s/>a&lt;&amp;&quot;&#x0d;_x0041_<text:tab/>z " in shown
    assert "<text:p>far</text:p>" in shown
    assert "<text:p>12.50</text:p>" in shown
