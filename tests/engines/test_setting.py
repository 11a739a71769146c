"""Inputs set and values read, and a whole book as openpyxl writes it."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.errors import EngineError, ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.base import Rows, Value
    from xlfuncs.engines.formualizer import Formualizer

    Book = Callable[..., Package]
    Make = Callable[..., Formualizer]


@pytest.mark.parametrize(
    ("sheet", "ref", "value", "why"),
    [
        ("S", "B1", 1.0, "S!B1 holds a formula; only inputs can be set"),
        ("S", "C2", 1.0, "S!C2 holds a formula; only inputs can be set"),
        ("T", "A1", 1.0, "has no sheet 'T'"),
        ("S", "A0", 1.0, "'A0' is not a cell"),
        ("S", "XFE1", 1.0, "'XFE1' is not a cell"),
        ("S", "A1:B2", 1.0, "'A1:B2' is not a cell"),
        ("S", "A1", float("nan"), "S!A1 cannot be set to nan"),
        ("S", "A1", dt.date(1999, 2, 10), "S!A1 cannot be set to a date"),
        ("S", "A1", ErrorValue.GETTING_DATA, "S!A1 cannot be set to #GETTING_DATA"),
    ],
)
def test_what_cannot_be_set(
    sheet: str, ref: str, value: Any, why: str, book: Book, engine: Make
) -> None:
    data = book({"S": {"A1": 1, "B1": "=A1", "C1": '<f t="array" ref="C1:C2">A1</f>'}})
    calculation = engine().open(data)
    with pytest.raises(EngineError) as raised:
        calculation.set(sheet, ref, value)
    assert why in str(raised.value)
    assert "deal.xlsx" in str(raised.value) or "is not a cell" in why


def test_setting(book: Book, engine: Make) -> None:
    cells = {"A1": 1, "B1": "=A1", "B2": "=ISBLANK(A1)", "B3": "=COUNTA(A1:A4)", "B4": "=A2&A3"}
    calculation = engine().open(book({"S": cells}))
    with pytest.raises(EngineError, match="must be recalculated"):
        calculation.read()
    calculation.set_range("s", "A1", [[None], ["=1+1"], ["x"], [5]])
    calculation.recalculate()
    assert calculation.read()["S"] == {"B1": 0.0, "B2": True, "B3": 3.0, "B4": "=1+1x"}
    calculation.set("S", "$A$1", ErrorValue.NA)
    with pytest.raises(EngineError, match="must be recalculated"):
        calculation.read()
    calculation.recalculate()
    assert calculation.read()["S"]["B1"] is ErrorValue.NA
    calculation.close()
    calculation.close()
    with pytest.raises(EngineError, match=r"deal\.xlsx is closed"):
        calculation.set("S", "A1", 1.0)


def test_a_book_as_openpyxl_writes_it(engine: Make) -> None:
    book = openpyxl.Workbook()
    terms = book.create_sheet("Deal & terms")
    terms.append(["conversion date", dt.date(1999, 2, 10)])
    terms.append(["face amount", 1000])
    terms.append(["<rate>", 0.06])
    terms.append(["registered", True])
    for row in range(5, 15):
        terms.append([dt.date(1999, 1, row), 5 + row / 16])
    for name, area in {
        "conversion_date": "$B$1",
        "face": "$B$2",
        "rate": "$B$3",
        "bids": "$B$5:$B$14",
    }.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"'Deal & terms'!{area}")
    choice = DataValidation(type="list", formula1='"yes,no"')
    terms.add_data_validation(choice)
    choice.add("B4")
    chart = LineChart()
    chart.add_data(Reference(terms, min_col=2, min_row=5, max_row=14))
    terms.add_chart(chart, "D5")
    shown = book["Sheet"]
    shown["A1"] = "=XLF_LOWEST(bids,6,conversion_date)"
    shown["A2"] = "=ROUND(face*rate*54/365,2)"
    shown["A3"] = ArrayFormula("A3:B4", "=XLF_TABLE(face)")
    shown["A5"] = '="a<b"&IF(\'Deal & terms\'!B4,"yes","no")'
    shown["A6"] = "=AVERAGE(SMALL(bids,1),SMALL(bids,2))"
    shown["A7"] = "=COUNTIF('Deal & terms'!A5:A14,\"<\"&DATE(1999,1,8))"
    shown["A8"] = "=_xlfn.NORM.S.DIST(0,TRUE)"
    data = io.BytesIO()
    book.save(data)
    calls: list[tuple[Value | Rows, ...]] = []

    def lowest(*values: Value | Rows) -> Value:
        calls.append(values)
        return 4.5

    calculation = engine(LOWEST=lowest, TABLE=lambda _: [[1.0, "x"], [2.0, "y"]]).open(
        Package(data.getvalue(), "deal.xlsx")
    )
    calculation.recalculate()
    assert calls == [([[5 + row / 16] for row in range(5, 15)], 6.0, 36201.0)]
    assert calculation.read() == {
        "Sheet": {
            "A1": 4.5, "A2": 8.88, "A3": 1.0, "B3": "x", "A4": 2.0, "B4": "y", "A5": "a<byes",
            "A6": 5.34375, "A7": 3.0, "A8": 0.5,
        },
        "Deal & terms": {},
    }  # fmt: skip
    calculation.set("deal & terms", "B4", False)  # noqa: FBT003  a cell's value
    calculation.recalculate()
    assert calculation.read()["Sheet"]["A5"] == "a<bno"
