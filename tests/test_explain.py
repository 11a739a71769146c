"""Explanations: the clause, its words, the inputs, each step with its value, the reading."""

from __future__ import annotations

import importlib
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import xlfuncs
from xlfuncs.errors import ErrorValue
from xlfuncs.explanation import explain_call, noted
from xlfuncs.hosts.cells import worksheet_functions

if TYPE_CHECKING:
    from pathlib import Path

BIDS = [5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875]
DAYS = [date(1999, 7, day) for day in (19, 20, 21, 22, 23, 26, 27, 28, 29, 30)]

Rows = list[list[Any]]


def _part(rows: Rows, part: str) -> Rows:
    return [row[1:] for row in rows if row[0] == part]


def test_an_explanation_has_its_parts_in_order() -> None:
    rows = xlfuncs.explain("redemption_amount", 1000.0, 72.164384, 80.0, 4.5, 5.25, 1.25)
    assert [len(row) for row in rows] == [4] * len(rows)
    parts = list(dict.fromkeys(row[0] for row in rows))
    assert parts == ["function", "clause", "input", "step", "reading", "result", "version"]
    assert rows[0][1] == "XLF_REDEMPTION_AMOUNT"
    assert rows[-1] == ["version", "xlfuncs", xlfuncs.__version__, ""]


def test_clause_and_operative_words() -> None:
    rows = xlfuncs.explain("redemption_amount", 1000.0, 72.164384, 80.0, 4.5, 5.25, 1.25)
    ((document, section, words),) = _part(rows, "clause")
    assert (document, section) == ("Certificate of Designation", "VIII.C")
    assert "the greater of (i) 1.25 times the aggregate Face Amount" in words
    ((_, _, reading),) = _part(rows, "reading")
    assert "both limbs for one share" in reading


def test_steps_in_order_with_their_values() -> None:
    rows = xlfuncs.explain("redemption_amount", 1000.0, 72.164384, 80.0, 4.5, 5.25, 1.25)
    steps = _part(rows, "step")
    assert [(name, value) for name, value, _ in steps] == [
        ("floor_amount", 1250.0),
        ("amount_due", 1152.164384),
        ("as_converted_amount", pytest.approx(1344.1917813333)),
        ("amount", pytest.approx(1344.1917813333)),
    ]
    assert steps[0][2] == "redemption_multiple × face_amount = 1.25 × 1,000"
    assert steps[2][2] == (
        "amount_due × market_price ÷ conversion_price = 1,152.164384 × 5.25 ÷ 4.5"
    )
    ((name, value, _),) = _part(rows, "result")
    assert (name, value) == ("redemption_amount", pytest.approx(1344.1917813333))


def test_the_days_of_the_premium_are_a_step() -> None:
    rows = xlfuncs.explain("accreted_premium", date(1999, 7, 26), date(1998, 12, 18), 1000.0, 0.06)
    steps = {name: value for name, value, _ in _part(rows, "step")}
    assert steps["n"] == 220
    assert steps["premium"] == pytest.approx(36.164383561643)
    inputs = {name: value for name, value, _ in _part(rows, "input")}
    assert inputs["conversion_date"] == "1999-07-26"
    ((_, _, reading),) = _part(rows, "reading")
    assert "10 February 1999 is N = 54" in reading


def test_the_window_of_the_variable_price_can_be_checked_by_hand() -> None:
    rows = xlfuncs.explain("variable_conversion_price", date(1999, 8, 2), DAYS, BIDS, 10, 6, 1.01)
    steps = {name: value for name, value, _ in _part(rows, "step")}
    assert steps["lowest_bids"] == "4.75, 4.875, 4.9375, 5, 5.0625, 5.125"
    assert steps["window"] == "5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875"
    assert steps["price"] == pytest.approx(5.0079166667)
    left_out = [name for name, _, _ in _part(rows, "left out")]
    assert left_out == ["holidays", "split_dates", "split_ratios"]


def test_left_out_arguments_are_told_with_their_defaults() -> None:
    rows = xlfuncs.explain("anti_dilution_exercise_price", 6.7838, 25.4e6, 1e6, 4e6, 5.0)
    assert [row[:2] for row in _part(rows, "left out")] == [
        ["carried_forward", 0.0],
        ["carry", "additive"],
        ["test", "unrounded"],
        ["minimum_adjustment", 0.01],
    ]


def test_a_carried_adjustment_shows_the_test_it_failed() -> None:
    rows = xlfuncs.explain("anti_dilution_exercise_price", 6.7838, 25.4e6, 1e6, 4e6, 5.0)
    steps = {name: value for name, value, _ in _part(rows, "step")}
    assert steps["this_change"] == pytest.approx(0.05139242424)
    assert steps["tested_change"] == pytest.approx(0.05139242424)
    assert steps["weighted average: csdo"] == 26_400_000
    ((_, value, _),) = _part(rows, "result")
    assert value == 6.7838


def test_only_the_branch_that_was_taken_is_told() -> None:
    not_dilutive = xlfuncs.explain("weighted_average_exercise_price", 6.7838, 25.4e6, 1e6, 5e6, 5.0)
    assert not [name for name, _, _ in _part(not_dilutive, "step") if name.endswith("csdo")]
    arguments = (6.0, 6.7838, date(1999, 9, 1), date(2003, 7, 27), 0.0575, 0.7)
    steps = {
        n: (v, how)
        for n, v, how in _part(xlfuncs.explain("black_scholes_amount", *arguments), "step")
    }
    assert steps["continuous_rate"] == (0.0575, "risk_free_rate = 0.0575")
    other = xlfuncs.explain("black_scholes_amount", *arguments, "bond-equivalent")
    value, how = {n: (v, how) for n, v, how in _part(other, "step")}["continuous_rate"]
    assert value == pytest.approx(0.056688946)
    assert how.startswith("2.0 × log(1.0 + risk_free_rate ÷ 2.0) = ")


def test_steps_of_an_inner_function_bear_its_name() -> None:
    rows = xlfuncs.explain(
        "black_scholes_amount", 6.0, 6.7838, date(1999, 9, 1), date(2003, 7, 27), 0.0575, 0.7
    )
    steps = {name: value for name, value, _ in _part(rows, "step")}
    assert steps["days"] == 1425
    assert steps["years"] == pytest.approx(3.904109589)
    assert steps["black scholes: value"] == pytest.approx(3.213340884)


def test_an_error_is_told_as_a_sentence() -> None:
    rows = xlfuncs.explain("conversion_shares", 7500.0, 1000.0, 0.0, 0.0)
    ((name, code, sentence),) = _part(rows, "error")
    assert (name, code) == ("conversion_shares", "#NUM!")
    assert sentence.startswith(
        "conversion_price must be above 0 and at most 1,000,000,000, not 0 ("
    )
    assert sentence.endswith("(Certificate of Designation, IV.A; Certificate of Designation, IV.E)")
    assert not _part(rows, "result")


def test_steps_before_an_error_are_told() -> None:
    rows = xlfuncs.explain("accreted_premium", date(1998, 12, 17), date(1998, 12, 18), 1000.0, 0.06)
    assert [(name, value) for name, value, _ in _part(rows, "step")] == [("n", -1)]
    assert _part(rows, "error")[0][1] == "#NUM!"


def test_missing_and_surplus_arguments_are_told() -> None:
    few = xlfuncs.explain("conversion_shares", 7500.0, 1000.0)
    assert "needs premium, conversion_price as well" in _part(few, "error")[0][2]
    many = xlfuncs.explain("liquidation_preference", 1.0, 2.0, 3.0, 4.0)
    assert "takes at most 3 arguments, not 4" in _part(many, "error")[0][2]


def test_a_row_of_results_is_told_row_by_row() -> None:
    rows = xlfuncs.explain("convertible_now", 1254822, 3817091, 1096992)
    ((name, value, _),) = _part(rows, "result")
    assert (name, value) == ("row 1", "1096992, ownership limit")


@pytest.mark.parametrize(
    "name", ["accreted_premium", "XLF_ACCRETED_PREMIUM", "accreted-premium", " Accreted_Premium "]
)
def test_a_function_has_many_spellings(name: str) -> None:
    assert xlfuncs.clause(name)[0][:2] == ["Certificate of Designation", "III.F"]


def test_a_mistyped_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(xlfuncs.InputError, match="did you mean accreted_premium"):
        xlfuncs.explain("acreted_premium")
    with pytest.raises(xlfuncs.InputError, match="'xyz' is no function"):
        xlfuncs.clause("xyz")


def test_clause_gives_each_place_and_the_words_once() -> None:
    rows = xlfuncs.clause("anti_dilution_exercise_price")
    assert [row[:2] for row in rows] == [["Warrant", "4(a)"], ["Warrant", "4"], ["Warrant", "4(h)"]]
    assert "nearest cent" in rows[0][2]
    assert [row[2] for row in rows[1:]] == ["", ""]


def test_functions_lists_every_function_with_its_arguments() -> None:
    heading, *rows = xlfuncs.functions()
    assert heading == ["function", "gives", "unit", "clause"]
    assert len(rows) == len(xlfuncs.about.CARDS)
    assert [row[0] for row in rows if row[0].startswith("XLF_CONVERSION_PRICE(")] == [
        "XLF_CONVERSION_PRICE(conversion_date, variable_price_start, fixed_price, variable_price)"
    ]
    assert all(all(row) for row in rows)


@pytest.mark.parametrize(("date1904", "shift"), [(False, 0), (True, 1462)])
def test_explain_in_cells_reads_serials_as_dates(*, date1904: bool, shift: int) -> None:
    called = worksheet_functions(date1904=date1904)["XLF_EXPLAIN"]
    rows = called("XLF_ACCRETED_PREMIUM", 36367.0 - shift, 36147.0 - shift, 1000.0, 0.06)
    assert isinstance(rows, list)
    inputs = {name: value for name, value, _ in _part(rows, "input")}
    assert inputs["conversion_date"] == "1999-07-26"
    assert inputs["closing_date"] == "1998-12-18"
    ((_, value, _),) = _part(rows, "result")
    assert value == 36.16438356164384
    assert all(type(cell) in {float, str, bool} for row in rows for cell in row)


def test_explain_in_cells_reads_ranges_of_serials() -> None:
    called = worksheet_functions()["XLF_EXPLAIN"]
    serials = [[float(day.toordinal() - date(1899, 12, 30).toordinal())] for day in DAYS]
    bids: Any = [[float(bid)] for bid in BIDS]
    cells: Any = serials
    rows = called("variable_conversion_price", 36374.0, cells, bids, 10.0, 6.0, 1.01)
    assert isinstance(rows, list)
    ((_, value, _),) = _part(rows, "result")
    assert value == pytest.approx(5.0079166667)


def test_explain_in_cells_tells_errors_and_shows_its_own() -> None:
    called = worksheet_functions()["XLF_EXPLAIN"]
    rows = called("conversion_shares", 7500.0, 1000.0, None, 6.03)
    assert isinstance(rows, list)
    _, code, sentence = _part(rows, "error")[0]
    assert code == "#VALUE!"
    assert sentence == (
        "premium must be a number, not blank "
        "(Certificate of Designation, IV.A; Certificate of Designation, IV.E)"
    )
    assert called("no_such_function", 1.0) is ErrorValue.VALUE
    assert called(None) is ErrorValue.VALUE
    assert called(36367.0) is ErrorValue.VALUE
    assert called(ErrorValue.REF) is ErrorValue.REF


def test_a_date_that_is_no_date_is_told_in_cells() -> None:
    """The sentence behind the error value is what explain is for."""
    called = worksheet_functions()["XLF_EXPLAIN"]
    rows = called("accreted_premium", 1.0, 36147.0, 1000.0, 0.06)
    assert isinstance(rows, list), "explain must tell the error of the function, not have it"
    code, sentence = _part(rows, "error")[0][1:]
    assert code == "#NUM!"
    assert "conversion_date must be a date from 1900-03-01" in sentence
    assert "(Certificate of Designation, III.F)" in sentence


def test_no_tracer_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """One would slow down every line of a model by ten, and take a debugger's place."""

    def refused(_tracer: object) -> None:
        raise AssertionError

    monkeypatch.setattr(sys, "settrace", refused)
    monkeypatch.setattr(sys, "setprofile", refused)
    for price in (6.03, 0.0):
        explain_call(xlfuncs.conversion_shares, (7500.0, 1000.0, 0.0, price))


def test_explaining_changes_no_answer() -> None:
    arguments = (6.7838, 26.4e6, 1.5e6, 5.25e6, 4.75, 0.0513924242)
    told = explain_call(xlfuncs.anti_dilution_exercise_price, arguments)
    assert told.result == xlfuncs.anti_dilution_exercise_price(*arguments) == 6.64


def test_the_authors_and_the_year_of_a_paper_are_one_document() -> None:
    rows = xlfuncs.clause("convertible_value")
    assert [row[:2] for row in rows] == [
        ["Ayache, Forsyth and Vetzal (2003)", "The Valuation of Convertible Bonds"],
        ["Hull", "Derivatives"],
    ]


def test_a_named_tuple_is_told_field_by_field_without_what_is_known() -> None:
    rows = xlfuncs.explain("convertible_value", 5.0, 200.0, 1000.0, 0.0, 0.05, 0.2, 0.02, 0.4)
    assert _part(rows, "step")[0][:2] == ["terms", "as given"]
    issued = [date(1999, 8, 2), "issue", 1e6, 4e6, None, 5.0, 25.4e6]
    told = _part(xlfuncs.explain("anti_dilution_ledger", 6.7838, 447761, [issued]), "step")
    record, how = next(row[1:] for row in told if row[0] == "deemed issue")
    assert record == (
        "date: 1999-08-02, kind: issue, market_price: 5, shares_outstanding: 25,400,000"
    )
    assert how.startswith("Issue(event.date, event.kind, shares, consideration, ")


def test_only_the_solution_of_an_equation_is_told() -> None:
    rows = xlfuncs.explain("diluted_warrant_value", 40.0, 60.0, 5.0, 0.03, 0.3, 1e6, 200e3)
    steps = _part(rows, "step")
    names = [name for name, _, _ in steps]
    assert names[:3] == ["new_shares", "solution", "equity_per_share"]
    assert names[-2:] == ["call", "diluted_warrant_value"]
    assert names.count("black_scholes") == 1
    assert steps[2][2].startswith("stock_price + new_shares × solution = 40 + 0.2 × 6.39009")
    assert steps[-1][1] == pytest.approx(steps[1][1], rel=1e-14)


def test_a_file_that_has_changed_since_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text would be another function than the one that runs."""
    path = tmp_path / "changing.py"
    path.write_text("def change(price):\n    half = price / 2\n    return half\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    code = importlib.import_module("changing").change.__code__
    assert noted.__wrapped__(code) is not None
    path.write_text("def change(price):\n    half = price * 2\n    return half\n\n", "utf-8")
    assert noted.__wrapped__(code) is None
    path.unlink()
    assert noted.__wrapped__(code) is None
