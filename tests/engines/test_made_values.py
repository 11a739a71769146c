"""What the engine would read, cut or add up in another way than Excel; the values are Excel's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import EngineError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Value
    from xlfuncs.ooxml.package import Package

    Book = Callable[..., Package]

NA, NUM, VALUE = ErrorValue.NA, ErrorValue.NUM, ErrorValue.VALUE
CELLS: dict[str, object] = {
    "B1": "1,234", "B2": "10 Feb 1999", "B3": "Series A", "B4": "2/10/1999", "B5": "TRUE",
    "C1": 0.1, "C2": 0.2, "C3": 0.3, "C4": 1e20, "C5": 7,
    "D1": '=LEFT("1,234x",5)', "D2": "=1/3",
}  # fmt: skip


def value(book: Book, formula: str, **more: object) -> Value:
    """What a cell of the sheet S says."""
    cells = dict(sorted({**CELLS, **more, "A1": f"={formula}"}.items()))
    calculation = Formualizer().open(book({"S": cells}))
    calculation.recalculate()
    return calculation.read()["S"]["A1"]


@pytest.mark.parametrize(
    ("formula", "excel"),
    [
        # The last sum or difference of a formula, and only that one.
        ("0.3-0.1-0.2", 0.0),
        ("C3-C1-C2", 0.0),
        ("1.333+1.225-1.333-1.225", 0.0),
        ("-C3+(C1+C2)", 0.0),
        ("52.8-8.8*6", 0.0),
        ("SUM(C1:C2)-C3", 0.0),
        ("C5-7", 0.0),
        ("C1-C3", 0.1 - 0.3),
        ("(0.5-0.4-0.1)", -2.7755575615628914e-17),
        ("0.5-0.4-0.1=0", False),
        ("0=0.5-0.4-0.1", False),
        ("1*(0.5-0.4-0.1)", -2.7755575615628914e-17),
        ("1E308+1E308", NUM),
        ("C5-NA()", NA),
        ("Z1-Z2", 0.0),
        # Texts
        ('"1,234"+0', 1234.0),
        ("B1+0", 1234.0),
        ("B1*B1", 1234.0**2),
        ("-B1", -1234.0),
        ("+B1", "1,234"),
        ("IFERROR(B1*2,0)", 2468.0),
        ("D1+1", 1235.0),
        ("B2+0", 36201.0),
        ("YEAR(B2)", 1999.0),
        ("ROUND(B1,-2)", 1200.0),
        ("IFERROR(B3*2,0)", 0.0),
        ("B3+1", VALUE),
        ("SUM(B1,1)", 1.0),
        ('SUM("1,234",1)', 1235.0),
        ('COUNT("1,234","x")', 1.0),
        ("SUMPRODUCT(B1:B2*1)", 37435.0),
        ("VALUE(B1)", 1234.0),
        ("VALUE(Z1)", 0.0),
        ("VALUE(TRUE)", VALUE),
        ("VALUE(B3)", VALUE),
        ('DATEVALUE("10 Feb 1999")', 36201.0),
        ('DATEVALUE("5")', VALUE),
        ('TIMEVALUE("1999-02-10 17:00")', 17 / 24),
        ('IF("TRUE",1,2)', 1.0),
        ("IF(B5,1,2)", 1.0),
        ("NOT(B5)", False),
        ('IF("yes",1,2)', VALUE),
        # Numbers as texts
        ('1E20&""', "1E+20"),
        ('C4&""', "1E+20"),
        ('LEN(1/3&"")', 17.0),
        ("LEN(D2)", 17.0),
        ("LEFT(2/3,17)", "0.666666666666667"),
        ("RIGHT(2/3,2)", "67"),
        ('SUBSTITUTE(D2,"3","4")', "0.444444444444444"),
        ('EXACT(D2,"0.333333333333333")', True),
        ('FIND("4",C1+C2+0.1)', 3.0),
        ("REPT(D2,1)", "0.333333333333333"),
        ("CONCATENATE(C1+C2)", "0.3"),
        ("_xlfn.CONCAT(C1:C2,D2)", "0.10.20.333333333333333"),
        ('_xlfn.TEXTJOIN("-",TRUE,C1+C2,C5)', "0.3-7"),
        ('TRUE&"x"', "TRUEx"),
        ('Z1&"x"', "x"),
        # Numbers cut to whole ones
        ("INT(0.7/0.1)", 7.0),
        ("INT(4.35*100)", 435.0),
        ("INT(123456789-0.0000004)", 123456789.0),
        ("INT(-1.5)", -2.0),
        ("INDEX(C1:C3,2.9)", 0.2),
        ("MOD(5.5,1)", 0.5),
        ("MOD(-7,3)", 2.0),
        ("MROUND(2.5,1)", 3.0),
        ("MROUND(7,-5)", NUM),
        ("RANK(0.25,C1:C3)", NA),
        # Others
        ('REPLACE("abc",10,1,"x")', "abcx"),
        ('PROPER("76budGet o\'neil")', "76Budget O'Neil"),
        ("TYPE(NA())", 16.0),
        ("TYPE(TRUE)", 4.0),
        ('"b">"A"', True),
        ("C1+C2>C3", False),
        ("TRUE>B3", True),
    ],
)
def test_as_excel_gives_it(formula: str, excel: Value, book: Book) -> None:
    got = value(book, formula)
    assert got == (pytest.approx(excel, rel=1e-15, abs=0) if isinstance(excel, float) else excel)
    assert type(got) is type(excel)


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("B4+0", "whether the text '2/10/1999' stands for a number"),
        ("IFERROR(B4*1,0)", "whether the text '2/10/1999'"),
        ('MONTH("2/10/1999")', "whether the text"),
        ('VALUE("1 1/2")', "whether the text '1 1/2'"),
        ("SUMPRODUCT(B3:B4*1)", "whether the text '2/10/1999'"),
        ("MOD(0.7,0.1)", "the last digit"),
        ("MOD(1E15,7)", "some versions of Excel"),
        ("QUOTIENT(0.7,0.1)", "the last digit"),
        ("MROUND(6.05,0.1)", "half-way between two multiples"),
        ("IFERROR(INDEX(C1:C3,C3/C1),0)", "2.9999999999999996, which is cut to a whole number"),
        ('CHOOSE(C3/C1,"a","b","c")', "the last digit"),
        ("COUNTIF(C1:C3,C1+C2)", "a criterion, 0.30000000000000004"),
        ("RANK(C1+C2,C1:C3)", "the rank of 0.30000000000000004"),
        ('"é"<"f"', "orders texts with marks"),
        ("B1>B3", "orders texts with marks"),
        (f"{'C1=(' * 30}1{')' * 30}", "nests comparisons or powers too deeply"),
        (f"{'C1^(' * 30}C1{')' * 30}", "nests comparisons or powers too deeply"),
    ],
)
def test_what_cannot_be_known_is_refused(formula: str, why: str, book: Book) -> None:
    with pytest.raises(EngineError, match="S!A1: ") as refused:
        value(book, formula)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("formula", "excel"),
    [
        ("+".join(["C5"] * 200), 1400.0),
        ("-".join(["C5"] * 200), 7.0 - 199 * 7),
        ("*".join(["C5"] * 200 + ["0"]), 0.0),
        ("&".join(["C5"] * 200), "7" * 200),
        ("C5-(C5-(C5-2))*3-C5/(C5*2)/2^(1+1)", 7.0 - 6.0 - 0.125),
        ("-C5^2&C5*2+1&(C5=7)", "4915TRUE"),
        ("(C5+1)*(C5-1)%-(-C5)", 0.48 + 7),
        ("2^(3^2)/2^3^2", 8.0),
        ("C5<(C5<8)", True),
    ],
)
def test_brackets_are_kept_where_they_count_and_nowhere_else(
    formula: str, excel: Value, book: Book
) -> None:
    """The engine reads 72 brackets in one another, and Excel a formula as long as a page."""
    got = value(book, formula, B1="x 1", B2="x", B4="x", D1="=1")
    assert got == (pytest.approx(excel, rel=1e-14) if isinstance(excel, float) else excel)


def test_a_text_that_reads_as_a_number_may_turn_up_at_any_time(book: Book) -> None:
    """Without one the book is fed without care for them; set, or calculated, it counts."""
    cells = {"A1": 1, "B1": "=A1*2", "C1": "=IFERROR(E1*2,0)", "D1": "x", "E1": "=D1"}
    calculation = Formualizer().open(book({"S": cells}))
    calculation.set("S", "A1", "1,000")
    calculation.recalculate()
    assert calculation.read()["S"] == {"B1": 2000.0, "C1": 0.0, "E1": "x"}
    calculation.set("S", "D1", "(5)")
    calculation.recalculate()
    assert calculation.read()["S"] == {"B1": 2000.0, "C1": -10.0, "E1": "(5)"}
    later = Formualizer().open(book({"S": {**cells, "D1": "x", "E1": '=IF(A1=2,"7%","x")'}}))
    for given, wanted in ((1.0, 0.0), (2.0, 0.14)):
        later.set("S", "A1", given)
        later.recalculate()
        assert later.read()["S"]["C1"] == wanted
