"""The embedded engine: our functions in its cells, what it is fed, what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import EngineError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Rows, Value
    from xlfuncs.engines.formualizer import FormualizerCalculation
    from xlfuncs.ooxml.package import Package

    Book = Callable[..., Package]
    Make = Callable[..., Formualizer]


def opened(engine: Formualizer, package: Package, **values: Value) -> FormualizerCalculation:
    calculation = engine.open(package)
    for ref, value in values.items():
        calculation.set("S", ref, value)
    calculation.recalculate()
    return calculation


def faults(engine: Formualizer, package: Package) -> list[str]:
    with pytest.raises(EngineError) as raised:
        opened(engine, package)
    head, _, rest = str(raised.value).partition(": " if ":\n" not in str(raised.value) else ":\n")
    assert head.startswith("deal.xlsx cannot be calculated")
    return [line.strip() for line in rest.splitlines()]


class Seen:
    """A function that remembers what it was called with."""

    def __init__(self, result: Any = 1.0) -> None:  # whatever a test returns
        self.result = result
        self.calls: list[tuple[Value | Rows, ...]] = []

    def __call__(self, *values: Value | Rows) -> Any:
        self.calls.append(values)
        return self.result


INPUTS: dict[str, object] = {
    "A1": 1.5, "A2": 3, "A4": "#N/A", "A5": True, "A6": "text", "A7": "=1/0", "B1": 36201,
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ('A1,TRUE,"x"', (1.5, True, "x")),
        ("A3", (None,)),
        ("A4", (ErrorValue.NA,)),
        ("A7", (ErrorValue.DIV0,)),
        ("A1:A2", ([[1.5], [3.0]],)),
        ("A1:B1", ([[1.5, 36201.0]],)),
        ("A1:A1", (1.5,)),
        ("A3:A7", ([[None], [ErrorValue.NA], [True], ["text"], [ErrorValue.DIV0]],)),
        ("A:A", ([[1.5], [3.0], [None], [ErrorValue.NA], [True], ["text"], [ErrorValue.DIV0]],)),
        ("whole", ([[1.5], [3.0], [None], [ErrorValue.NA], [True], ["text"], [ErrorValue.DIV0]],)),
        ("one", (1.5,)),
        ("several", ([[1.5], [3.0]],)),
        ("own", (3.0,)),
        ("twice", (3.0,)),
        ("rate", (0.06,)),
        ("B1", (36201.0,)),
        ("DATE(1999,2,10)", (36201.0,)),
        ("1,,2", (1.0, None, 2.0)),
        (",1", (None, 1.0)),
        ("1,", (1.0, None)),
        ('IF(TRUE,1,2),(1+2),"a,,b"', (1.0, 3.0, "a,,b")),
        ("{1,2;3,4}", ([[1.0, 2.0], [3.0, 4.0]],)),
        ("", ()),
    ],
)  # fmt: skip
def test_arguments(
    arguments: str, values: tuple[Value | Rows, ...], book: Book, engine: Make
) -> None:
    seen = Seen()
    names = {
        "one": "S!$A$1", "several": "S!$A$1:$A$2", "whole": "S!$A:$A", "own": "S!$A$1",
        "own@0": "S!$A$2", "twice": "S!$A$1*2", "rate": "6%",
    }  # fmt: skip
    opened(engine(SEEN=seen), book({"S": INPUTS | {"D1": f"=XLF_SEEN({arguments})"}}, names))
    assert seen.calls == [values]


@pytest.mark.parametrize(
    "result",
    [1.5, 0.0, True, False, "", "#N/A as text", *(e for e in ErrorValue if e.name not in
     {"GETTING_DATA", "NAME", "SPILL", "CALC"})],
)  # fmt: skip
def test_results(result: Value, book: Book, engine: Make) -> None:
    cells = {"A1": "=XLF_SEEN()", "A2": "=ISERROR(A1)"}
    got = opened(engine(SEEN=Seen(result)), book({"S": cells})).read()["S"]
    assert got == {"A1": result, "A2": isinstance(result, ErrorValue)}
    assert type(got["A1"]) is type(result)


def array(area: str, formula: str, *, dynamic: bool = False) -> str:
    cm = ' cm="1"' if dynamic else ""
    first = area.partition(":")[0]
    return f'<c r="{first}"{cm}><f t="array" ref="{area}">{formula}</f><v>9</v></c>'


TABLE: Rows = [[1.0, "a"], [2.0, ErrorValue.NA], [3.0, True]]


def test_tables_fit_their_array_as_in_excel(book: Book, engine: Make) -> None:
    cells: dict[str, object] = {
        "A1": array("A1:B3", "XLF_TABLE()"),
        "B1": 9, "A2": 9,  # what the file shows in the array's other cells
        "D1": array("D1:D2", "XLF_TABLE()"),
        "F1": array("F1:H4", "XLF_TABLE()"),
        "J1": array("J1:J2", "XLF_ONE()"),
        "L1": "=XLF_TABLE()",
        "M1": "=SUM(D1:D4)",
    }  # fmt: skip
    data = book({"S": dict(sorted(cells.items()))})
    calculation = opened(engine(TABLE=Seen(TABLE), ONE=Seen(7.0)), data)
    got = calculation.read()["S"]
    na = ErrorValue.NA
    assert got == {
        "A1": 1.0, "B1": "a", "A2": 2.0, "B2": na, "A3": 3.0, "B3": True,
        "D1": 1.0, "D2": 2.0,
        "F1": 1.0, "G1": "a", "H1": na, "F2": 2.0, "G2": na, "H2": na,
        "F3": 3.0, "G3": True, "H3": na, "F4": na, "G4": na, "H4": na,
        "J1": 7.0, "J2": 7.0, "L1": 1.0, "M1": 3.0,
    }  # fmt: skip
    areas = {"A1": "A1:B3", "D1": "D1:D2", "F1": "F1:H4", "J1": "J1:J2"}
    assert calculation.arrays() == {"S": areas}


def test_a_dynamic_array_grows_and_shrinks(book: Book, engine: Make) -> None:
    def rows(length: Value) -> Rows:
        return [[float(row)] for row in range(int(float(str(length))))]

    cells = {"A1": array("A1:A2", "XLF_ROWS(C1)", dynamic=True), "A2": 1, "C1": 2}
    cells |= {"B1": "=SUM(A1:A9)"}
    data = book({"S": dict(sorted(cells.items()))})
    made = engine(ROWS=rows)
    grown = opened(made, data, C1=4.0)
    assert grown.read()["S"] == {"A1": 0, "A2": 1, "A3": 2, "A4": 3, "B1": 6}
    assert grown.arrays()["S"] == {"A1": "A1:A4"}
    shrunk = opened(made, data, C1=1.0)
    assert shrunk.read()["S"] == {"A1": 0, "A2": None, "B1": 0}
    assert shrunk.arrays()["S"] in ({"A1": "A1"}, {"A1": "A1:A1"})
    blocked = book({"S": dict(sorted((cells | {"A3": 5}).items()))})
    with pytest.raises(EngineError, match=r"deal.xlsx cannot be calculated.*\n? *S!A1: .*#SPILL!"):
        opened(made, blocked, C1=4.0)


def test_every_failing_cell_is_named(book: Book, engine: Make) -> None:
    data = book(
        {
            "S": {"A1": "=nosuch+1", "A2": "=A1*2", "A3": "=IFERROR(A1,0)"},
            "T t": {"A1": "=S!A1", "B2": "=B2+1", "C1": "=1+1"},
        }
    )
    data2 = book({"S": {"A1": "=NOSUCH(1)", "B5": "=AGGREGATE(1,2,3)"}, "T": {"A1": "=OTHER()"}})
    found = faults(engine(), data)
    assert [line.partition(": ")[0] for line in found] == ["S!A1", "S!A2", "T t!A1", "T t!B2"]
    assert found[0] == "S!A1: it is #NAME?: it uses a name or a function that is not known"
    assert found[-1] == "T t!B2: it depends on itself"
    assert [line.partition(": ")[0] for line in faults(engine(), data2)] == ["S!A1", "S!B5", "T!A1"]


def test_an_error_that_was_in_the_file_may_stay(book: Book, engine: Make) -> None:
    cell = '<c r="A1" t="e"><f>nosuch</f><v>#NAME?</v></c>'
    got = opened(engine(), book({"S": {"A1": cell, "A2": "=1/0"}})).read()
    assert got == {"S": {"A1": ErrorValue.NAME, "A2": ErrorValue.DIV0}}


def test_a_bug_in_a_function_is_not_a_value(book: Book, engine: Make) -> None:
    def broken(value: float) -> float:
        return 1 / (value - 1)

    cells = {"A1": 1, "B1": "=XLF_BROKEN(A1)", "B2": "=IFERROR(XLF_BROKEN(A1),0)"}
    calculation = engine(BROKEN=broken).open(book({"S": cells}))
    for _ in range(2):
        with pytest.raises(EngineError) as raised:
            calculation.recalculate()
        assert "XLF_BROKEN: the function failed with ZeroDivisionError" in str(raised.value)
        assert "S!B1: " in str(raised.value)
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
    with pytest.raises(EngineError, match="must be recalculated"):
        calculation.read()


@pytest.mark.parametrize(
    "result",
    [float("nan"), float("inf"), [], [[]], [[1.0], [1.0, 2.0]], [1.0], (1.0,), object(),
     dt.date(1999, 2, 10), ErrorValue.GETTING_DATA],
)  # fmt: skip
def test_a_result_that_is_no_value_is_a_bug(result: object, book: Book, engine: Make) -> None:
    found = faults(engine(SEEN=Seen(result)), book({"S": {"A1": "=XLF_SEEN()"}}))
    assert found[0].startswith("XLF_SEEN: the function failed with ")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interruption_gets_through(
    interruption: type[BaseException], book: Book, engine: Make
) -> None:
    calls = []

    def interrupted() -> float:
        calls.append(1)
        raise interruption

    cells = {f"A{row}": "=IFERROR(XLF_LONG(),0)" for row in range(1, 100)}
    calculation = engine(LONG=interrupted).open(book({"S": cells}))
    with pytest.raises(interruption):
        calculation.recalculate()
    assert len(calls) == 1
    with pytest.raises(EngineError, match=r"deal\.xlsx is closed"):
        calculation.read()


@pytest.mark.parametrize(
    "spelling",
    ["XLF_SEEN(A1)", "xlf_Seen(A1)", "_xll.XLF_SEEN(A1)", "_xldudf_XLF_SEEN(A1)",
     "[1]!XLF_SEEN(A1)", "'C:\\x y\\xlfuncs.xlam'!XLF_SEEN(A1)", "xlfuncs.xlam!XLF_SEEN (A1)"],
)  # fmt: skip
def test_spellings(spelling: str, book: Book, engine: Make) -> None:
    data = book({"S": {"A1": 2, "B1": f"=1+{spelling}"}})
    assert opened(engine(SEEN=Seen(4.0)), data).read()["S"] == {"B1": 5.0}


def test_the_long_names_of_libreoffice(book: Book) -> None:
    """As LibreOffice before 25.2 saves them; in a shared formula, a name and an array too."""
    shared = (
        '<f t="shared" ref="B1:B2" si="0">1+org.xlfuncs.addin.liquidationpreference(A1,60,0)</f>'
    )
    cells = {
        "A1": 1000, "A2": 2000,
        "B1": f'<c r="B1">{shared}</c>',
        "B2": '<c r="B2"><f t="shared" si="0"/></c>',
        "C1": "=ORG.XLFUNCS.ADDIN.CONVERSIONSHARES(7500,1000,8.88,6.03)",
        "C2": '="ORG.XLFUNCS.ADDIN.VERSION()"',
        "C3": "=preference",
        "D1": '<c r="D1"><f t="array" ref="D1:D2">'
        "ORG.XLFUNCS.ADDIN.LIQUIDATIONPREFERENCE(A1:A2,,0)</f></c>",
    }  # fmt: skip
    names = {"preference": "ORG.XLFUNCS.ADDIN.LIQUIDATIONPREFERENCE(S!$A$1,60,0)"}
    assert opened(Formualizer(), book({"S": cells}, names)).read()["S"] == {
        "B1": 1061.0, "B2": 2061.0, "C1": 1254826.0, "C2": "ORG.XLFUNCS.ADDIN.VERSION()",
        "C3": 1060.0, "D1": ErrorValue.VALUE, "D2": ErrorValue.VALUE,
    }  # fmt: skip
    unknown = book({"S": {"A1": "=ORG.XLFUNCS.ADDIN.NOSUCH(1)"}})
    assert "NOSUCH is not among the functions" in faults(Formualizer(), unknown)[0]


def test_other_refusals(book: Book, engine: Make) -> None:
    shown = book({"S": {"A1": "=1+1"}}, calculation='<calcPr fullPrecision="0"/>')
    assert "numbers as shown" in faults(engine(), shown)[0]
    iterated = book({"S": {"A1": "=A1+1"}}, calculation='<calcPr iterate="1"/>')
    assert faults(engine(), iterated) == ["S!A1: it depends on itself"]


@pytest.mark.parametrize("since_1904", [False, True])
def test_date_systems(since_1904: bool, book: Book) -> None:  # noqa: FBT001  a parameter
    asked: list[bool] = []

    def functions(date1904: bool) -> dict[str, Callable[..., Any]]:  # noqa: FBT001
        asked.append(date1904)
        return {"XLF_SAME": lambda value: value}

    day = 34739.0 if since_1904 else 36201.0
    cells = {
        "A1": day, "B1": "=XLF_SAME(A1)", "B2": "=XLF_SAME(DATE(1999,2,10))", "B3": "=YEAR(A1)",
        "B4": '=TEXT(A1,"yyyy-mm-dd")', "B5": "=TODAY()", "B6": "=NOW()-TODAY()", "B7": '=A1&""',
    }  # fmt: skip
    properties = '<workbookPr date1904="1"/>' if since_1904 else ""
    data = book({"S": cells}, workbook_properties=properties)
    engine = Formualizer(functions, clock=dt.datetime(1999, 2, 10, 18))  # noqa: DTZ001  no zone
    assert opened(engine, data).read()["S"] == {
        "B1": day, "B2": day, "B3": 1999.0, "B4": "1999-02-10", "B5": day, "B6": 0.75,
        "B7": f"{day:.0f}",
    }  # fmt: skip
    assert asked[-1] is since_1904
    assert [line[:4] for line in faults(Formualizer(functions), data)] == ["S!B5", "S!B6"]
