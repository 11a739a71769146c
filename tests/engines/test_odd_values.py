"""Errors, truths, texts and blanks where a function wants numbers, dates or ranges of them.

The values marked * are LibreOffice's too; to it a truth is a number.
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

NA, VALUE = ErrorValue.NA, ErrorValue.VALUE
CELLS: dict[str, object] = {
    "A1": 5, "A3": True, "A4": "abc", "A5": "12", "B1": "#N/A", "C1": 36201, "C2": 36210,
    "C4": "x", "E1": -100, "E2": 60, "E3": 70, "F1": 36192, "F2": 36557, "F3": 36900, "G1": -100,
    "G3": 110,
}  # fmt: skip
CASES: dict[str, Value] = {
    "WORKDAY(36200,3,D!C1:C3)": 36206.0,  # *
    "WORKDAY(36200,3,D!B1)": NA,  # *
    "NETWORKDAYS(36190,36220,D!B1:B3)": NA,  # *
    "WORKDAY.INTL(36200,3,1,D!B1)": NA,  # *
    "IRR(D!E1:E3)": 0.18881944173155867,  # *
    "XNPV(0.1,D!B1:B2,D!F1:F2)": NA,
    "SMALL(D!E1:E3,D!B1)": NA,  # *
    "PERCENTILE(D!E1:E3,D!B1)": NA,  # *
    "QUARTILE(D!E1:E3,1/0)": ErrorValue.DIV0,  # *
    "PERCENTILE(D!E1:E3,D!A4)": VALUE,  # *
    'MAX("abc",1)': VALUE,  # *
    'AVERAGE(D!A4&"",3)': VALUE,  # *
    "MAX(D!A4,3)": 3.0,  # *
    "MIN(IF(TRUE,D!A2),3)": 3.0,  # *
    "SUM(IF(TRUE,D!A1:A2,3))": 5.0,  # *
    "MIN(INDEX(D!A1:A5,3),3)": 3.0,
    "COUNT(D!B1:B2,D!B1)": 0.0,  # *
    "COUNT(D!A1/D!A1)": 1.0,  # *
    'LEFT("abc",D!A4)': VALUE,  # *
    'MID("abc",1,D!A4)': VALUE,  # *
    "CHOOSE(TRUE,7,8)": 7.0,  # *
    "VLOOKUP(5,D!A1:A5,D!A3,FALSE)": 5.0,  # *
    "LEFT(D!A3,2)": "TR",
    "REPT(D!A3,2)": "TRUETRUE",
    "CODE(D!A3)": 84.0,
    '"a"&D!A3': "aTRUE",
    "D!A1&D!A2": "5",  # *
    'HYPERLINK("http://x",D!A3)': True,
    'HYPERLINK("http://x",D!A2)': 0.0,  # *
}


def opened(engine: Make, book: Book, formulas: dict[str, str]) -> dict[str, Value]:
    cells = {"D": CELLS, "S": {ref: f"={formula}" for ref, formula in formulas.items()}}
    calculation = engine().open(book(cells))
    calculation.recalculate()
    return calculation.read()["S"]


def test_odd_values(book: Book, engine: Make) -> None:
    found = opened(engine, book, {f"A{row}": text for row, text in enumerate(CASES, 1)})
    got = {text: found[f"A{row}"] for row, text in enumerate(CASES, 1)}
    wrong = {text: got[text] for text, value in CASES.items() if got[text] != value}
    assert not {
        text: value
        for text, value in wrong.items()
        if not isinstance(value, float) or value != pytest.approx(CASES[text])
    }


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("WORKDAY(36200,3,D!C1:C4)", "holds a text"),
        ("NETWORKDAYS(36190,36220,D!A3)", "a truth"),
        ('WORKDAY(36200,3,"x")', "no text for a holiday"),
        ("IRR(D!G1:G3)", "a blank"),  # Excel leaves it out, the engine has a flow of 0
        ("XNPV(0.1,D!G1:G3,D!F1:F3)", "a blank"),
        ("_xlfn.DAYS(D!C1,D!A2)", "before March 1900"),
        ('DATEDIF(D!A2,D!C1,"d")', "before March 1900"),
        ("EDATE(60,1)", "before March 1900"),
        ("COUNT(1/0,2)", "COUNT of an error"),
        ('IFERROR(MAX(IF(D!A1>9,D!A1,""),3),0)', "is chosen where a number"),
        ('MAX(IFERROR(D!B1,""),2)', "is chosen where a number"),
        ("HYPERLINK(D!B1,5)", "a link is an error"),
        ("INDIRECT(D!B1)", "refers to an error"),
        ('TEXT(TRUE,"0")', "TEXT of TRUE or FALSE"),
        ('_xlfn.SWITCH(D!A2,"",1,2)', "SWITCH of a blank"),
        ('_xlfn.TEXTJOIN("-",D!A4,"a")', "argument 2 is written"),
        ("ADDRESS(1,1,D!A2)", "argument 3 is written"),
        ("WORKDAY.INTL(36200,3,D!A2)", "argument 3 is written"),
        ("PMT(0.01,12,1000,0,0.06)", "argument 5 is written"),
        ("GCD(D!A1:A2)", "GCD over a range"),
    ],
)
def test_what_cannot_be_known_is_refused(formula: str, why: str, book: Book, engine: Make) -> None:
    with pytest.raises(EngineError, match="S!A5: ") as bad:
        opened(engine, book, {"A5": formula})
    assert why in str(bad.value)
