"""Inputs set one after another and recalculated give what a fresh load of the same gives."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from xlfuncs.errors import ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Rows, Value
    from xlfuncs.engines.formualizer import Formualizer, FormualizerCalculation
    from xlfuncs.ooxml.package import Package

FORMULAS = (
    "XLF_ADD(one)", "XLF_ADD(several)", "XLF_ADD(In!A1:A5)", "XLF_ADD(own)", "XLF_ADD(whole)",
    "XLF_ADD(ten_times)", "A1+A2", "SUM(several)", "one*2", "XLF_ADD(OFFSET(In!A1,1,0,2,1))",
    "XLF_ADD(C1:C10)", "SUM(C1:C10)", "COUNT(C1:C10)", "XLF_ADD(In!B1,,In!B2)",
    'COUNTIF(several,">2")', "IFERROR(In!A1/In!B1,-1)", 'one&"|"&In!B2',
    "SUMPRODUCT(several,several)",
    "IF(ISBLANK(In!A3),0,In!A3)", "INDEX(several,MATCH(2,several,0))", "MAX(several)-MIN(In!B1:B8)",
)  # fmt: skip
NAMES = {
    "one": "In!$A$1",
    "several": "In!$A$1:$A$5",
    "whole": "In!$A:$A",
    "own@1": "In!$A$2",
    "ten_times": "In!$A$1*10",
    "length": "In!$C$1",
}


def add(*values: Value | Rows) -> Value:
    total = 0.0
    for value in values:
        for row in value if isinstance(value, list) else [[value]]:
            for cell in row:
                if isinstance(cell, ErrorValue):
                    return cell
                total += cell if type(cell) is float else 0.0
    return total


def column(length: Value) -> Rows:
    return [[float(row)] for row in range(int(float(str(length))))]


def test_edits_equal_a_fresh_load(
    book: Callable[..., Package], engine: Callable[..., Formualizer]
) -> None:
    inputs = {f"A{row}": row for row in range(1, 7)} | {"C1": 3}
    cells: dict[str, object] = {f"A{row}": f"={text}" for row, text in enumerate(FORMULAS, 1)}
    cells["C1"] = '<c r="C1" cm="1"><f t="array" ref="C1:C3">XLF_COLUMN(length)</f></c>'
    data = book({"In": inputs, "S": cells}, NAMES)
    made = engine(ADD=add, COLUMN=column)

    def fresh(values: dict[str, Value]) -> FormualizerCalculation:
        calculation = made.open(data)
        for ref, value in values.items():
            calculation.set("In", ref, value)
        calculation.recalculate()
        return calculation

    drawn = random.Random(1998)  # noqa: S311  the same edits every time
    edited, values = fresh({}), dict[str, "Value"]()
    for _ in range(150):
        for _ in range(drawn.randint(1, 4)):
            ref = drawn.choice("AB") + str(drawn.randint(1, 8))
            values[ref] = drawn.choice([None, 1.5, 2.0, 7.0, "x", True, 0.0, "", ErrorValue.NA])
            edited.set("In", ref, values[ref])
        if drawn.random() < 0.3:
            values["C1"] = float(drawn.randint(1, 9))
            edited.set("In", "C1", values["C1"])
        edited.recalculate()
        again = fresh(values)
        assert edited.read() == again.read()
        assert edited.arrays() == again.arrays()
