"""Every case of ``tests/cases`` in Python, in cells, and retold."""

from __future__ import annotations

import pytest

import xlfuncs
from tests.support.cases import FOLDER, Case, all_cases
from xlfuncs import catalogue
from xlfuncs.about import function_named
from xlfuncs.explanation import explain_call
from xlfuncs.hosts.cells import worksheet_functions

CASES = all_cases()
IN_CELLS = {date1904: worksheet_functions(date1904=date1904) for date1904 in (False, True)}

each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@each_case
def test_in_python(case: Case) -> None:
    function = getattr(xlfuncs, case.function)
    if case.error is None:
        answer = function(**case.in_python())
        assert case.agrees(answer), f"{case.what}: {answer!r}, not {case.expected!r}"
        return
    with pytest.raises(xlfuncs.FunctionError) as raised:
        function(**case.in_python())
    assert raised.value.code is case.error, f"{case.what}: {raised.value}"
    assert case.says in str(raised.value)


@each_case
@pytest.mark.parametrize("date1904", [False, True], ids=["days from 1900", "days from 1904"])
@pytest.mark.parametrize("across", [False, True], ids=["columns", "rows"])
def test_in_cells(case: Case, *, date1904: bool, across: bool) -> None:
    function = IN_CELLS[date1904][case.card.worksheet_name]
    answer = function(*case.in_cells(date1904=date1904, across=across))
    assert case.agrees_in_cells(answer, date1904=date1904), f"{case.what}: {answer!r}"


@each_case
def test_in_ranges_of_one_cell(case: Case) -> None:
    """A single value may as well be a range that has one cell."""
    answer = IN_CELLS[False][case.card.worksheet_name](*case.as_one_cell_ranges())
    assert case.agrees_in_cells(answer), f"{case.what}: {answer!r}"


@each_case
def test_retold(case: Case) -> None:
    """The explanation of a call comes to the same answer, or tells the same error."""
    told = explain_call(function_named(case.function), case.in_order())
    if case.error is None:
        assert case.agrees(told.result)
        assert told.error is None
    else:
        assert told.error is not None
        assert told.error.code is case.error
        assert case.says in str(told.error)


def test_each_sentence_is_said_once() -> None:
    sentences = [case.what for case in CASES]
    twice = {sentence for sentence in sentences if sentences.count(sentence) > 1}
    assert not twice, f"said twice: {sorted(twice)}"


def test_each_function_has_a_case() -> None:
    covered = {case.function for case in CASES}
    without = [made.name for made in catalogue.CARDS if made.name not in covered]
    assert not without, f"no case in {FOLDER.name}/*.toml for {', '.join(without)}"


def test_each_clause_function_refuses_something() -> None:
    """A function that never refuses in the cases has not been tried at its bounds."""
    refused = {case.function for case in CASES if case.error is not None}
    without = [made.name for made in catalogue.CARDS if made.name not in refused]
    assert not without, f"no case with an error for {', '.join(without)}"
