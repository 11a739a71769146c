"""What of a workbook the embedded engine is given: values, strings, shared formulas, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfuncs.books.patch import write_values
from xlfuncs.errors import BookError, EngineError, ErrorValue
from xlfuncs.ooxml.cells import Grid, grid
from xlfuncs.ooxml.forms import Forms
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Rows, Value
    from xlfuncs.engines.formualizer import Formualizer
    from xlfuncs.ooxml.markup import Part

    Book = Callable[..., Package]
    Make = Callable[..., Formualizer]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def calculated(engine: Formualizer, package: Package) -> dict[str, Value]:
    calculation = engine.open(package)
    calculation.recalculate()
    return calculation.read()["S"]


def faults(engine: Formualizer, package: Package) -> list[str]:
    with pytest.raises(EngineError) as raised:
        engine.open(package)
    head, *rest = str(raised.value).replace("cannot be calculated: ", "\n").splitlines()
    assert head.startswith("deal.xlsx ")
    return [line.strip() for line in rest]


def seen(value: Value | Rows) -> Value:
    """Show what reached a function, rows and all."""
    return repr(value)


@pytest.mark.parametrize(
    ("markup", "value"),
    [
        ("<c><v>7</v></c>", 7.0),  # its place is implied
        ('<c r="A1"><!-- a --><v>7</v></c>', 7.0),
        ('<c r="A1"><v>7<!-- a --></v></c>', 7.0),
        ('<c r="A1"><v><![CDATA[7]]></v></c>', 7.0),
        ("<c r='A1'  s='0' ><v> 7 </v></c>", 7.0),
        ('<c r="A1"><v>0.1</v></c>', 0.1),
        ('<c r="A1"><v>1.7976931348623157E+308</v></c>', 1.7976931348623157e308),
        ('<c r="A1" t="d"><v>1999-02-10</v></c>', 36201.0),
        ('<c r="A1" t="d"><v>1999-02-10T18:00:00</v></c>', 36201.75),
        ('<c r="A1" t="b"><v>true</v></c>', True),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', ErrorValue.DIV0),
        ('<c r="A1" t="s"><v>0</v></c>', "a & <b>"),
        ('<c r="A1" t="s"><v>1</v></c>', " two\nlines "),
        ('<c r="A1" t="s"><v>2</v></c>', "rich text"),
        ('<c r="A1" t="s"><v>3</v></c>', "a\rb_x000D_\x01"),
        ('<c r="A1" t="str"><v> x_x000D_</v></c>', " x\r"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c r="A1" t="str"><v></v></c>', ""),
        ('<c r="A1" t="str"><v>TRUE</v></c>', "TRUE"),
        ('<c r="A1" t="str"><v>=1+1</v></c>', "=1+1"),
        ('<c r="A1" s="0"/>', None),
        ('<c r="A1" t="s"/>', None),
    ],
)
def test_values_are_given_as_the_file_means_them(
    markup: str, value: Value, book: Book, engine: Make
) -> None:
    strings = (
        "<si><t>a &amp; &lt;b&gt;</t></si><si><t xml:space='preserve'> two\nlines </t></si>"
        "<si><r><t xml:space='preserve'>rich </t></r><r><t>text</t></r><rPh><t>no</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_x000D__x0001_</t></si>"
    )
    cells = f'<row r="1">{markup}<c r="B1"><f>XLF_SEEN(A1)</f></c></row>'
    package = book({"S": cells}, strings=strings)
    assert calculated(engine(SEEN=seen), package) == {"B1": repr(value)}


@pytest.mark.parametrize(("room", "times"), [(8 << 20, 1), (0, 4)])
def test_a_sheet_that_is_not_large_is_parsed_once(
    room: int, times: int, book: Book, engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def noted(part: Part) -> Grid:
        parsed.append(part.label)
        return grid(part)

    monkeypatch.setattr("xlfuncs.ooxml.package.grid", noted)
    monkeypatch.setattr("xlfuncs.ooxml.package._KEPT", room)
    monkeypatch.setattr("xlfuncs.ooxml.package.LONGEST", room)
    monkeypatch.setattr("xlfuncs.ooxml.package._FORMS", Forms())
    package = book({"S": {"A1": 1, "B1": "=A1+1"}})
    assert package.values("S") == {"A1": 1.0, "B1": None}
    results = {"S": calculated(engine(), package)}
    for _ in range(2):  # what is kept is not changed by writing
        written = Package(write_values(package, {}, results), "new.xlsx")
    assert len(parsed) == times
    assert written.values("S") == {"A1": 1.0, "B1": 2.0}


def test_any_prefix_is_followed(book: Book, engine: Make) -> None:
    cells = (
        f'<m:row xmlns:m="{MAIN}"><m:c><m:v>2</m:v></m:c>'
        "<m:c><m:v>0</m:v><m:f>A1*<!-- not here -->3</m:f></m:c></m:row>"
    )
    assert calculated(engine(), book({"S": cells})) == {"B1": 6.0}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('<c r="A1" t="e"><v>#SPILL!</v></c>', "does not know the error #SPILL!"),
        ('<c r="A1" t="e"><v>#GETTING_DATA</v></c>', "does not know the error #GETTING_DATA"),
        ('<c r="A1" t="e"><v>#FIELD!</v></c>', "does not know the error #FIELD!"),
        ('<c r="A1"><f t="dataTable" ref="A1:A2" r1="B1"/></c>', "a data table or an empty"),
        ('<c r="A1"><f/><v>1</v></c>', "a data table or an empty"),
        ('<c r="A1"><f t="odd">1+1</f></c>', "a data table or an empty"),
        ('<c r="A1"><f t="array" ref="A1:XFD1048576">1+1</f></c>', "fills A1:XFD1048576"),
        ('<c r="A1"><f t="array" ref="B1:B2">1+1</f></c>', "fills B1:B2"),
        ('<c r="A1"><f t="array">1+1</f></c>', "its array formula fills None"),
        ('<c r="A1"><f t="shared" si="0"/></c>', "that does not come before it"),
    ],
)
def test_cells_that_are_refused(cell: str, why: str, book: Book, engine: Make) -> None:
    (fault,) = faults(engine(), book({"S": f'<row r="1">{cell}</row>'}))
    assert fault.startswith("S!A1: ")
    assert why in fault


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('<x:sheetData xmlns:x="x"/>', "the element sheetData among its cells"),
        ('<c r="A1" t="b"><v>2</v></c>', "cell A1 holds '2'"),
        ('<c r="A1" t="s"><v>9</v></c>', "cell A1 has text that is not in the book"),
        ('<c r="B1"/><c r="A1"/>', "holds cell A1 twice, or out of order"),
    ],
)
def test_sheets_that_cannot_be_read(cell: str, why: str, book: Book, engine: Make) -> None:
    with pytest.raises(BookError, match=r"deal\.xlsx, sheet 'S'") as raised:
        engine().open(book({"S": f'<row r="1">{cell}</row>'}))
    assert why in str(raised.value)


def test_a_mark_without_metadata_is_no_dynamic_array(book: Book, engine: Make) -> None:
    cell = '<c r="A1" cm="2"><f t="array" ref="A1:A2">XLF_ROWS()</f></c>'
    rows: Rows = [[1.0], [2.0], [3.0]]
    calculation = engine(ROWS=lambda: rows).open(book({"S": f'<row r="1">{cell}</row>'}))
    calculation.recalculate()
    assert calculation.read() == {"S": {"A1": 1.0, "A2": 2.0}}
    assert calculation.arrays() == {"S": {"A1": "A1:A2"}}


def test_shared_formulas(book: Book, engine: Make) -> None:
    package = book(
        {
            "S": {
                "A1": 1, "B1": '<f t="shared" ref="B1:B3" si="0">XLF_SEEN(A1)+A1*rate</f><v>5</v>',
                "A2": 2, "B2": '<f t="shared" si="0"/><v>5</v>',
                "A3": 3, "B3": '<f t="shared" si="0"/><v>5</v>',
            }
        },
        {"rate": "50%"},
    )  # fmt: skip
    calls: list[Value | Rows] = []

    def noted(value: Value | Rows) -> Value:
        calls.append(value)
        return 10.0

    got = calculated(engine(SEEN=noted), package)
    assert got == {"B1": 10.5, "B2": 11.0, "B3": 11.5}
    assert calls == [1.0, 2.0, 3.0]
    bad = book(
        {"S": {"B1": '<f t="shared" ref="B1:B2" si="0">NO(A1)</f>', "B2": '<f t="shared" si="0"/>'}}
    )
    assert [line[:4] for line in faults(engine(), bad)] == ["S!B1", "S!B2"]


def test_a_sheet_named_like_a_cell_does_not_move(book: Book, engine: Make) -> None:
    sheets = {
        "S": {
            "B1": """<f t="shared" ref="B1:B2" si="0">'Q1 1999'!A1&amp;"A1"</f>""",
            "B2": '<f t="shared" si="0"/>',
        },
        "Q1 1999": {"A1": 1, "A2": 2},
        "Q2 1999": {"A1": 10, "A2": 20},
    }
    assert calculated(engine(), book(sheets)) == {"B1": "1A1", "B2": "2A1"}


@pytest.mark.parametrize(
    ("second", "value"),
    [
        ('<f t="shared" si="0">A2*10</f>', 20.0),  # what it shares, written out
        ('<f t="shared" ref="B2:B3" si="0">A2*11</f>', 22.0),  # the number used anew
        ('<f t="shared" si="0">A2*11</f>', "it shares one formula and holds another"),
        ('<f t="shared" si="1"/>', "that does not come before it"),
        ('<f t="shared"/>', "an empty formula"),
        ('<f t="shared">A2*12</f>', 24.0),
    ],
)
def test_odd_shared_formulas(second: str, value: Value, book: Book, engine: Make) -> None:
    cells = {"A1": 1, "B1": '<f t="shared" si="0">A1*10</f>', "A2": 2, "B2": second}
    if isinstance(value, str):
        (fault,) = faults(engine(), book({"S": cells}))
        assert fault.startswith("S!B2: ")
        assert value in fault
    else:
        assert calculated(engine(), book({"S": cells})) == {"B1": 10.0, "B2": value}


def test_a_shared_formula_off_the_sheet(book: Book, engine: Make) -> None:
    cells = {
        "A1": '<f t="shared" ref="A1:A2" si="0">B1048576</f>',
        "A2": '<f t="shared" si="0"/>',
    }
    assert faults(engine(), book({"S": cells})) == ["S!A2: its shared formula leads off the sheet"]


@pytest.mark.parametrize(
    ("definition", "why"),
    [
        ("#REF!", "stands for cells that are not there"),
        ("Gone!$A$1", "stands for cells that are not there"),
        ("[1]S!$A$1", "stands for a table or another workbook, which is not read"),
        ("S!A1*2", "moves with the cell that uses it"),
        ("SUM(S!1:1)", "moves with the cell that uses it"),
        ("Chart!$A:$A", "stands for cells that are not there"),
        ("it+1", "names stand for one another without an end"),
        ("INFO(1)", "INFO is not among the functions known to be calculated rightly"),
    ],
)
def test_names_that_cannot_be_calculated_with(
    definition: str, why: str, book: Book, engine: Make
) -> None:
    found = faults(engine(), book({"S": {"B2": "=IFERROR(it,0)"}}, {"it": definition}))
    assert len(found) == 1
    assert found[0].startswith("S!B2: ")
    assert why in found[0]
    unused = book({"S": {"B2": '="it"'}}, {"it": definition})
    assert calculated(engine(), unused) == {"B2": "it"}


def test_macros_are_no_names_of_cells(book: Book, engine: Make) -> None:
    for mark in ("function", "vbProcedure", "xlm"):
        package = book({"S": {"B2": "=it+1"}}, {f'it@{mark}="1"': "S!$A$1"})
        assert faults(engine(), package) == ["S!B2: the name it is a macro"]


def test_a_sheet_sees_its_own_names_first(book: Book, engine: Make) -> None:
    names = {"it": "S!$A$1", "it@1": "6%", "row": "S!$1:$1", "all": "s!$A$1:$A$2", "n": '"[1]A1"'}
    formulas = {"A9": "=it+1", "B9": "=SUM(row)", "C9": "=SUM(all)", "D9": "=n"}
    package = book({"S": {"A1": 1, "B1": 5, "A2": 7} | formulas, "T": {"A1": "=it+1"}}, names)
    calculation = engine().open(package)
    calculation.recalculate()
    assert calculation.read() == {
        "S": {"A9": 2.0, "B9": 6.0, "C9": 8.0, "D9": "[1]A1"},
        "T": {"A1": 1.06},
    }
