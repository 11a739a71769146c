"""Values written by a sheet's form are the bytes that a walk over its rows would write."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfuncs.books.patch import SheetValues, write_values
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    import pytest


def made() -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    sheet = workbook.add_worksheet("Terms")
    for row in range(6):
        sheet.write(row, 0, f"label {row} & more")
        sheet.write_number(row, 1, row * 1.5)
        sheet.write_formula(row, 2, f"=B{row + 1}*2", None, row * 3)
    sheet.write_formula("C7", '="a"&B1', None, "a0")
    sheet.write_formula("C8", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C9", "=B1>0", None, value=True)
    sheet.write_array_formula("E1:E2", "{=B1:B2*2}", None, 0)
    sheet.merge_range("G1:H2", 4)
    sheet.write_blank("A9", None, workbook.add_format({"bold": True}))
    workbook.add_worksheet("Other").write("A1", 1)
    workbook.close()
    return buffer.getvalue()


BOOK = made()
values = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-5, 10**20)
    | st.text(max_size=6)
    | st.sampled_from([" padded ", "_x000D_", "a\nb", *ErrorValue, float("nan")])
)
inputs = st.sampled_from(["A1", "A3", "B1", "B6", "A9", "G1"])
rare_inputs = st.sampled_from(["H1", "G2", "C1", "Z9", "A10", "E1", "nowhere"])
results = st.sampled_from(["C1", "C2", "C7", "C8", "C9"])
rare_results = st.sampled_from(["E1", "E2", "B2", "Z9", "A9"])


def mostly(
    common: st.SearchStrategy[str], rare: st.SearchStrategy[str]
) -> st.SearchStrategy[dict[str, Any]]:
    often = st.dictionaries(common, values, max_size=5)
    return often | st.builds(
        lambda one, two: {**one, **two}, often, st.dictionaries(rare, values, max_size=1)
    )


def outcome(inputs: SheetValues, results: SheetValues) -> bytes | str:
    try:
        return write_values(Package(BOOK, "deal.xlsx"), inputs, results)
    except BookError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(mostly(inputs, rare_inputs), mostly(results, rare_results))
def test_by_form_or_walked_the_bytes_are_the_same(
    typed: dict[str, Any], found: dict[str, Any]
) -> None:
    asked = {"Terms": typed}, {"terms": found}
    by_form = outcome(*asked)
    with patch("xlfuncs.books.patch.edits_by_form", lambda *_: None):
        assert outcome(*asked) == by_form


def test_most_values_need_no_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlfuncs.books.patch._Walk", None)
    package = Package(BOOK, "deal.xlsx")
    data = write_values(
        package,
        {"Terms": {"B1": 9, "A1": "new", "A9": True, "G1": "x"}, "Other": {"A1": None}},
        {"Terms": {"C1": 1.25, "C2": "text", "C8": 5.0, "C7": ErrorValue.NA, "C9": False}},
    )
    new = Package(data, "new.xlsx").values("Terms")
    wanted = {
        "B1": 9.0, "A1": "new", "A9": True, "G1": "x", "C1": 1.25, "C2": "text",
        "C7": ErrorValue.NA, "C8": 5.0, "C9": False,
    }  # fmt: skip
    assert {ref: new.get(ref) for ref in wanted} == wanted
