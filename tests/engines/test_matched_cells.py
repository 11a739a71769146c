"""SUMIF and its like over ranges with errors, truths, texts and blanks in them.

The values marked * are LibreOffice's too. It differs from Excel in that a truth is a number to it,
"*" matches numbers, and 12 does not match the text 12; and it gives the last error, not the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfuncs.errors import EngineError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.formualizer import Formualizer
    from xlfuncs.ooxml.package import Package

    Book = Callable[..., Package]
    Make = Callable[..., Formualizer]

NA, NUM, DIV, VALUE = ErrorValue.NA, ErrorValue.NUM, ErrorValue.DIV0, ErrorValue.VALUE
CELLS: dict[str, object] = {
    **{f"A{row}": key for row, key in enumerate("xyxyx", 1)},
    **{f"{column}{row}": row * 2 for column in "BCDEFG" for row in (1, 2, 4, 5)},
    "B3": "#N/A", "C3": True, "D3": "abc", "E3": "12", "F3": '=""',
    "H1": "#DIV/0!", "H2": 4, "H3": "#NUM!", "H4": False, "J1": 1, "J2": 2, "J3": "=K1+1",
    "K1": 3, "K2": '="<>#N/A"',
}  # fmt: skip


def opened(engine: Make, book: Book, formulas: dict[str, str]) -> dict[str, Value]:
    cells = {"D": CELLS, "S": {ref: f"={formula}" for ref, formula in formulas.items()}}
    calculation = engine().open(book(cells))
    calculation.recalculate()
    return calculation.read()["S"]


CASES: dict[str, Value] = {
    'SUMIF(D!A1:A5,"x",D!B1:B5)': NA,  # *
    'SUMIF(D!A1:A5,"y",D!B1:B5)': 12.0,  # *
    'SUMIF(D!A:A,"x",D!B:B)': NA,  # *
    'SUMIF(D!A:A,"y",D!B:B)': 12.0,  # *
    'SUMIF(D!A1:A5,"x",D!B1)': NA,  # *
    'SUMIF(D!A1:A5,"x",D!B1:B2)': NA,  # *
    'SUMIF(INDEX(D!A1:A5,1):D!A5,"x",INDEX(D!B1:B5,1):D!B5)': NA,  # *
    'SUMIF(D!A1:A5,"x",D!J1)': 5.0,  # *
    'SUMIF(D!B1:B5,">0")': 24.0,  # *
    'SUMIF(D!B1:B5,"<>4")': NA,  # *
    'AVERAGEIF(D!A1:A5,"x",D!B1:B5)': NA,  # *
    'AVERAGEIF(D!A1:A5,"y",D!B1:B5)': 6.0,  # *
    'AVERAGEIF(D!B1:B5,"<>4")': NA,  # *
    'SUMIFS(D!B1:B5,D!A1:A5,"x")': NA,  # *
    'SUMIFS(D!B1:B5,D!A1:A5,"x",D!G1:G5,">1")': 12.0,  # *
    'SUMIFS(D!B:B,D!A:A,"y")': 12.0,  # *
    'SUMIFS(D!G1:G5,D!B1:B5,">2")': 22.0,  # *
    'AVERAGEIFS(D!B1:B5,D!A1:A5,"x")': NA,  # *
    'AVERAGEIFS(D!B1:B5,D!A1:A5,"y")': 6.0,  # *
    '_xlfn.MAXIFS(D!B1:B5,D!A1:A5,"x")': NA,  # *
    '_xlfn.MINIFS(D!B1:B5,D!A1:A5,"y")': 4.0,  # *
    'COUNTIFS(D!A1:A5,"x",D!B1:B5,">0")': 2.0,  # *
    'SUMIF(D!A1:A4,"x",D!H1:H4)': DIV,
    'SUMIFS(D!H1:H4,D!A1:A4,"x")': DIV,
    'SUMIFS(D!G1:G4,D!A1:A5,"x")': VALUE,  # *
    'AVERAGEIFS(D!G1:G4,D!A1:A5,"x")': VALUE,  # *
    'COUNTIFS(D!G1:G4,">0",D!A1:A5,"x")': VALUE,  # *
    '_xlfn.MAXIFS(D!G1:G4,D!A1:A5,"x")': VALUE,  # *
    'SUMIF(D!A1:A5,"x",D!C1:C5)': 12.0,
    'AVERAGEIF(D!A1:A5,"x",D!C1:C5)': 6.0,  # Excel's help says that truths are ignored
    'SUMIFS(D!C1:C5,D!A1:A5,"y")': 12.0,  # *
    'COUNTIF(D!C1:C5,">0")': 4.0,
    'COUNTIF(D!C1:C5,"<>TRUE")': 4.0,  # *
    'SUMIFS(D!D1:D5,D!A1:A5,"x")': 12.0,  # *
    'AVERAGEIFS(D!E1:E5,D!A1:A5,"x")': 6.0,  # *
    "COUNTIF(D!E1:E5,12)": 1.0,
    'COUNTIF(D!E1:E5,">=12")': 0.0,  # *
    'COUNTIF(D!D1:D5,"*")': 1.0,
    'COUNTIF(D!F1:F5,"*")': 1.0,
    'COUNTIF(D!F1:F5,"")': 1.0,  # *
    'COUNTIF(D!F1:F5,"=")': 0.0,  # *
    'COUNTIF(D!G1:G5,"<>")': 4.0,  # *
    'SUMIF(D!A1:A5,"x",D!F1:F5)': 12.0,  # *
    '_xlfn.MINIFS(D!G1:G5,D!A1:A5,"x")': 2.0,  # *
}  # fmt: skip


@pytest.mark.parametrize("array", [False, True])
def test_the_cells_that_match(book: Book, engine: Make, *, array: bool) -> None:
    kind = '<f t="array" ref="{}">{}</f>' if array else "{}={}"
    cells = {
        ref: kind.format(ref, formula.replace("<", "&lt;")) if array else f"={formula}"
        for ref, formula in ((f"A{row}", text) for row, text in enumerate(CASES, 1))
    }
    calculation = engine().open(book({"D": CELLS, "S": cells}))
    calculation.recalculate()
    found = calculation.read()["S"]
    assert {text: found[f"A{row}"] for row, text in enumerate(CASES, 1)} == CASES


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        # Excel's help has said of SUMIFS and AVERAGEIFS that TRUE counts as 1.
        ('SUMIFS(D!C1:C5,D!A1:A5,"x")', "a cell that matches is TRUE or FALSE"),
        ('AVERAGEIFS(D!C1:C5,D!A1:A5,"x")', "a cell that matches is TRUE or FALSE"),
        ('_xlfn.MINIFS(D!C1:C5,D!A1:A5,"x")', "a cell that matches is TRUE or FALSE"),
        ("COUNTIF(D!B1:B5,D!B3)", "a criterion is an error"),
        ("IFERROR(SUMIF(D!B1:B5,NA(),D!G1:G5),0)", "a criterion is an error"),
        ('COUNTIF(D!G1:G5,"<"&D!B3)', "a criterion is an error"),
        ('COUNTIF(D!B1:B5,"#N/A")', "is about errors"),
        ('SUMIF(D!B1:B5,"<>#DIV/0!")', "is about errors"),
        ("SUMIF(D!B1:B5,D!K2)", "is about errors"),
        ('COUNTIF(D!C1:C5,">FALSE")', "orders truths"),
        ('SUMIFS(D!G1:G5,D!C1:C5,"<"&D!C3)', "orders truths"),
    ],
)
def test_what_cannot_be_known_is_refused(formula: str, why: str, book: Book, engine: Make) -> None:
    with pytest.raises(EngineError, match="S!A5: ") as bad:
        opened(engine, book, {"A5": formula})
    assert why in str(bad.value)


def test_cells_beside_a_short_range_are_followed(book: Book, engine: Make) -> None:
    """SUMIF takes as many cells as it searches, also such as its formula does not name."""
    made = engine().open(book({"D": CELLS, "S": {"A1": '=SUMIF(D!A1:A3,"x",D!J1)'}}))
    made.recalculate()
    made.set("D", "K1", 10.0)
    made.recalculate()
    assert made.read()["S"] == {"A1": 12.0}
