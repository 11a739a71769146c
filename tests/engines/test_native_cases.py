"""What the embedded engine makes of native formulas; the figures are not its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.engines.natives import CLOCK, NATIVES
from xlfuncs.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.formualizer import Formualizer
    from xlfuncs.ooxml.package import Package


def the_same(got: Value, wanted: Value) -> bool:
    if isinstance(wanted, (bool, str)) or not isinstance(wanted, (int, float)):
        return type(got) is type(wanted) and got == wanted
    return type(got) is float and got == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("file", ["native_cases.tsv", "array_cases.tsv"])
def test_every_case(
    file: str,
    cases: Callable[[str], dict[str, Value]],
    book: Callable[..., Package],
    engine: Callable[..., Formualizer],
    bid_sheet: dict[str, object],
    bid_names: dict[str, str],
) -> None:
    wanted = cases(file)
    cells: dict[str, Any] = {f"A{row}": f"={formula}" for row, formula in enumerate(wanted, 1)}
    if file.startswith("array"):
        cells = {
            ref: f'<f t="array" ref="{ref}">{text[1:].replace("<", "&lt;")}</f>'
            for ref, text in cells.items()
        }
    calculation = engine().open(book({"D": bid_sheet, "S": cells}, bid_names))
    calculation.recalculate()
    got = calculation.read()["S"]
    wrong = [
        f"{formula} gives {got[f'A{row}']!r}, not {value!r}"
        for row, (formula, value) in enumerate(wanted.items(), 1)
        if not the_same(got[f"A{row}"], value)
    ]
    assert not wrong


def test_every_function_allowed_has_a_case(
    cases: Callable[[str], dict[str, Value]],
) -> None:
    called = set(re.findall(r"([A-Z][A-Z0-9.]*)\(", " ".join(cases("native_cases.tsv"))))
    assert not NATIVES.keys() - called - CLOCK


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("SUMPRODUCT(SMALL(D!B1:B10,{1,2,3}))", "SMALL over a range"),
        ("SUMPRODUCT(--ISNUMBER(D!B1:B3))", "ISNUMBER over a range"),
        ("SUMPRODUCT(LN(bids))", "LN over a range"),
        ("SUMPRODUCT(COUNTIF(bids,bids))", "COUNTIF over a range"),
        ("LEN(bids)", "LEN over a range"),
        ("IF(bids>5,1,2)", "an ordinary cell"),
        ("SUM(D!B1:B3*2)", "an ordinary cell"),
        ("D!B1:B3", "an ordinary cell"),
        ("INDEX(D!A1:B12,0,2)", "an ordinary cell"),
        ('INDIRECT("D!B1:B3")', "an ordinary cell"),
        ("IFERROR(NOSUCH(1),0)", "NOSUCH is not among"),
        ("IF(TRUE,1,AGGREGATE(14,6,bids,1))", "AGGREGATE is not among"),
        ("_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(2)", "calls the result of a formula"),
        ("SUM((D!B1,D!B3))", "the operator ','"),
        ("SUM(D!B1:B3 D!B2:B5)", "the operator ' '"),
        ("D!B1#", "the operator '#'"),
        ("SUMPRODUCT((INDEX(bids,2):INDEX(bids,3)>5)*1)", "a range made by ':'"),
        ("Table1[amount]", "a table or another workbook"),
        ("[1]Sheet1!A1", "a table or another workbook"),
        ("SUM(D:S!A1)", "several sheets"),
        ("TODAY()-1", "reads the clock"),
        ("RAND()", "RAND is not among"),
        ('TEXT(5,"# ?/?")', "TEXT with the format"),
        ("TEXT(5,D!C1)", "TEXT with the format"),
        ('TEXT(1/3,"General")', "TEXT with the format"),
        ('INDIRECT("D!R1C1",FALSE)', "references written like A1"),
        ("CEILING(-4.3,-1)", "a step above zero"),
        ("MATCH(5,bids,-1)", "match types 0 and 1"),
        ("MATCH(5,bids,D!A1)", "match types 0 and 1"),
        ("SUM(1", "cannot be read"),
        ('"abc', "cannot be read"),
    ],
)
def test_what_would_be_wrong_is_refused(
    formula: str,
    why: str,
    book: Callable[..., Package],
    engine: Callable[..., Formualizer],
    bid_sheet: dict[str, object],
    bid_names: dict[str, str],
) -> None:
    data = book({"D": bid_sheet, "S": {"B7": f"={formula}", "B8": "=1+1"}}, bid_names)
    with pytest.raises(EngineError) as raised:
        engine().open(data)
    assert str(raised.value).startswith("deal.xlsx cannot be calculated: S!B7: ")
    assert why in str(raised.value)
