"""Calls that the engine answers wrongly by itself: ranges in ordinary cells, nearest values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfuncs.engines import guards
from xlfuncs.engines.checks import Setting
from xlfuncs.errors import EngineError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Rows, Value
    from xlfuncs.engines.formualizer import Formualizer
    from xlfuncs.ooxml.package import Package

    Book = Callable[..., Package]
    Make = Callable[..., Formualizer]

NA, NUM, VALUE = ErrorValue.NA, ErrorValue.NUM, ErrorValue.VALUE
TABLE: Rows = [[2.5, 3.5], [4.5, "x"]]
CELLS: dict[str, object] = {
    "B1": 10, "B2": 20, "B3": 30, "C1": 1, "C2": 0, "E1": "#N/A",
    "F1": 1, "F2": "x", "F3": 4, "F4": 9, "G1": 1, "G2": 2, "G5": 3,
    "K1": 1, "K2": "a", "K4": 7, "K5": "z", "L1": 3, "L2": 1, "L3": 2,
    "M1": 0, "M2": 5, "M3": 5, "M4": 8, "N1": "apple", "N2": "fig", "N3": 3, "N4": "pear",
    "P1": 1, "Q1": "x", "R1": 4, "S1": 9,
}  # fmt: skip


def opened(engine: Make, book: Book, formulas: dict[str, str]) -> dict[str, Value]:
    """What cells of a sheet S hold, whose other cells are CELLS."""
    cells = dict(sorted({**CELLS, **formulas}.items()))
    made = engine(
        TABLE=lambda: TABLE, ERR=lambda: NUM, SAME=lambda value: value, SEEN=repr, ONE=lambda: 0.7
    )
    calculation = made.open(book({"S": cells}))
    calculation.recalculate()
    return calculation.read()["S"]


@pytest.mark.parametrize(
    "formula",
    [
        "INDEX(B1:B3,C1-1)",
        "INDEX(F1:G4,1,C1-1)",
        "INDEX(B1:B3,C1-1)*2",
        "-INDEX(B1:B3,C1-1)",
        "SUM(INDEX(B1:B3,C1-1)*2)",
        "IFERROR(INDEX(B1:B3,C1-1),0)",
        "IFERROR(ABS(INDEX(B1:B3,C1-1)),0)",
        "LEN(INDEX(B1:B3,C1-1))",
        "SUMPRODUCT(LN(INDEX(B1:B3,C1-1))*1)",
        "IF(C1=1,INDEX(B1:B3,C1-1),5)",
        "SUM(IF(INDEX(B1:B3,C1-1)>15,1,2))",
        'INDIRECT("B1:B"&C1+2)',
        "OFFSET(B1:B3,0,0)",
        "XLOOKUP(C1,C1:C3,F1:G3)",
        "INDEX(XLF_TABLE(),C1-1,1)",
    ],
)
def test_a_range_in_an_ordinary_cell_is_refused(formula: str, book: Book, engine: Make) -> None:
    cells = {"A5": f"={formula}", "D1": "=SUM(A5:A9)", "D2": "=A7"}
    with pytest.raises(EngineError, match=r"S!A5: it takes a whole range where one value") as bad:
        opened(engine, book, cells)
    assert "D2" not in str(bad.value)


def test_a_shared_formula_is_refused_where_it_fails(book: Book, engine: Make) -> None:
    shared = {"A5": '<f t="shared" ref="A5:A6" si="0">INDEX(B$1:B$3,C1)</f>'}
    shared["A6"] = '<f t="shared" si="0"/>'
    made = engine().open(book({"S": dict(sorted({**CELLS, **shared}.items()))}))
    with pytest.raises(EngineError, match=r"S!A6: it takes a whole range") as bad:
        made.recalculate()
    assert "S!A5" not in str(bad.value)
    made.set("S", "C2", 3.0)  # and is calculated when it fails no longer
    made.recalculate()
    assert made.read() == {"S": {"A5": 10.0, "A6": 30.0}}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("INDEX(B1:B3,C1)", 10.0),
        ("INDEX(B1:B3,C1+1)*2+1", 41.0),
        ("INDEX(G1:G5,3)", 0.0),
        ('INDEX(G1:G5,C1+2)=""', True),
        ("INDEX(E1:E2,C1)", NA),
        ("SUM(INDEX(B1:B3,C1+1))", 20.0),
        ("SUM(INDEX(B1:B3,C1-1))", 60.0),
        ("SUM(INDEX(B1:B3,C1):INDEX(B1:B3,C1+1))", 30.0),
        ("XLF_SAME(INDEX(B1:B3,C1+1))", 20.0),
        ("XLF_SEEN(INDEX(B1:B3,C1-1))", "[[10.0], [20.0], [30.0]]"),
        ("SUMPRODUCT(INDEX(B1:B3,C1-1)*2)", 120.0),
        ("IF(C1=2,INDEX(B1:B3,C1-1),5)", 5.0),
        ('IF(C1=1,"INDEX(A1^B2)",B1^C1)', "INDEX(A1^B2)"),
        ('B1^C1&"B3 ""^"', '10B3 "^'),
        ("ROW(INDEX(B1:B3,C1+1))", 2.0),
        ("XLF_TABLE()+1", 3.5),
        ("LEFT(XLF_TABLE(),1)", "2"),
        ("ROUND(XLF_TABLE()*2,0)", 5.0),
        ("INDEX(XLF_TABLE(),2,1)", 4.5),
        ("INDEX(XLF_TABLE(),3,1)", ErrorValue.REF),
        ("INDEX(XLF_ERR(),1,2)", NUM),
        ("INDEX(NA(),1,2)", NA),  # LibreOffice
    ],
)
def test_one_value_goes_through(formula: str, value: Value, book: Book, engine: Make) -> None:
    assert opened(engine, book, {"A5": f"={formula}"})["A5"] == value


# The values marked * are LibreOffice's too; the others are as Excel documents them.
@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("LOOKUP(9.99E307,K1:K5)", 7.0),  # *
        ('LOOKUP("m",K1:K5)', "a"),
        ('LOOKUP("zz",K1:K5)', "z"),  # *
        ("LOOKUP(0.5,F1:F4)", NA),  # *
        ("LOOKUP(2,1/(M1:M4=5),F1:F4)", 4.0),
        ("LOOKUP(2,1/(M1:M4=5),K1:K4)", 0.0),  # *
        ("LOOKUP(E1,F1:F4)", NA),
        ("LOOKUP(4,P1:S1)", 4.0),
        ("VLOOKUP(5,F1:F4,1)", 4.0),  # *
        ("VLOOKUP(5,F1:F4,1,TRUE)", 4.0),  # *
        ("VLOOKUP(5,M1:N4,2)", 3.0),  # *
        ('VLOOKUP("Grape",N1:N4,1)', "fig"),
        ("VLOOKUP(5,F1:F4,0)", VALUE),
        ("HLOOKUP(5,P1:S1,1)", 4.0),
        ("MATCH(5,F1:F4,1)", 3.0),  # *
        ("MATCH(5,M1:M4)", 3.0),  # *
        ("MATCH(5,P1:S1)", 3.0),
        ("MATCH(Z1,G1:G2,1)", NA),  # *
        ("MATCH(4,F1:F4,0)", 3.0),
        ("SUM(B1:INDEX(B1:B3,MATCH(5,F1:F4)))", 60.0),
        ('XLOOKUP(8,K1:K5,K1:K5,"none",-1)', 7.0),
        ('XLOOKUP(2,K1:K5,B1:B5,"none",1)', 0.0),
        ('XLOOKUP(0,K1:K5,K1:K5,"none",-1)', "none"),
        ("XMATCH(5,L1:L3,-1)", 1.0),
        ("XMATCH(1.5,L1:L3,1)", 3.0),
        ("C2^C2", NUM),
        ("POWER(C2,Z1)", NUM),
        ("C2^Z1", NUM),
        ("(1+C1)^C2", 1.0),
        ("C2^C1", 0.0),
        ("-B1^2", 100.0),
        ("SUMPRODUCT(B1:B3/(1+C1)^F1:F1)", 30.0),
        ("SUMPRODUCT(B1:B3/(1+C1)^B1:B3)", 10 / 2**10 + 20 / 2**20 + 30 / 2**30),
        ("SUMPRODUCT((B1:B3-10)^C2)", NUM),
        ("FLOOR(0.7,0.1)", 0.7),  # *
        ("FLOOR(0.3,0.1)", 0.3),  # *
        ("FLOOR(-0.75,0.1)", -0.8),
        ("CEILING(0.3,0.1)", 0.3),  # *
        ("CEILING(0.6,0.2)", 0.6),  # *
        ("CEILING(-0.7,0.1)", -0.7),  # *
        ("CEILING(XLF_ONE(),0.1)", 0.7),
        ("FLOOR(E1,0.1)", NA),
        ('FLOOR("x",0.1)', VALUE),
        ("_xlfn.FLOOR.MATH(0.7,0.1)", 0.7),
        ("_xlfn.FLOOR.MATH(-5.5,2,-1)", -4.0),
        ("_xlfn.CEILING.MATH(-5.5,2,-1)", -6.0),
        ("_xlfn.CEILING.MATH(-5.5,2)", -4.0),
        ("_xlfn.CEILING.MATH(6.7)", 7.0),
        ("CEILING.MATH(0.3,0.1)", 0.3),
    ],
)
def test_what_the_engine_gets_wrong(formula: str, value: Value, book: Book, engine: Make) -> None:
    for kind in (f"={formula}", f'<f t="array" ref="A5">{formula.replace("&", "&amp;")}</f>'):
        assert opened(engine, book, {"A5": kind})["A5"] == value


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("MATCH(2,L1:L3)", "not sorted upwards"),
        ("IFERROR(VLOOKUP(2,L1:L3,1),0)", "not sorted upwards"),
        ("VLOOKUP(Z1,M1:M4,1)", "a blank cell"),  # Excel and LibreOffice may differ
        ('LOOKUP("a-b",K1:K5)', "marks or accents"),
        ("LOOKUP(5,F1:F4,B1:B3)", "not of one length"),
        ("VLOOKUP(5,F1:F4,2)", "column 2 of a table that has 1"),
        ("VLOOKUP(5,F1:F4,1,C1)", "TRUE or FALSE is written"),
        ('XLOOKUP(8,K1:K5,K1:K5,"none",C1)', "a match mode written"),
        ('XLOOKUP(8,K1:K5,K1:K5,"none",-1,-1)', "a search mode"),
        ("XMATCH(8,K1:K5,-1,2)", "a search mode"),
    ],
)
def test_what_cannot_be_known_is_refused(formula: str, why: str, book: Book, engine: Make) -> None:
    with pytest.raises(EngineError, match="S!A5: ") as bad:
        opened(engine, book, {"A5": f"={formula}"})
    assert why in str(bad.value)


def test_what_needs_no_guard_is_left_as_it_is() -> None:
    setting = Setting(frozenset({"XLF_X"}), frozenset(), clock=False, texts=False)
    for formula in (
        "SUM(INDEX(B1:B3,2))", "B1^2", "2^B1", "MATCH(1,B1:B3,0)", "B1*2", "ROUND(B1/C1,2)",
        'IF(B1,"a"&"b"&5,XLF_X(B1))', "(B1-C1)", "-B1%", 'LEN(LEFT("abc",2))', "SUM(B1:B3)*2",
    ):  # fmt: skip
        assert guards.guarded(formula, setting, 0, array=False) == formula
