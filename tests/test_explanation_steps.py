"""What an explanation says of a step is true: its formula, with the names it had, is its value."""

from __future__ import annotations

import ast
import sys
from typing import Any

import pytest

from tests.support.cases import Case, all_cases
from xlfuncs.about import function_named
from xlfuncs.explanation import Step, explain_call
from xlfuncs.rounding import exact_arithmetic

CASES = [case for case in all_cases() if case.error is None]


def _namespace(case: Case, step: Step) -> dict[str, Any]:
    """The names that the step's function sees: those of the module it is defined in."""
    home = vars(sys.modules[case.card.body.__module__])
    modules = [home, *(vars(m) for n, m in sys.modules.items() if n.startswith("xlfuncs."))]
    for names in modules:
        if getattr(names.get(step.function), "__module__", "") == names["__name__"]:
            return names
    raise AssertionError(step.function)


def _again(case: Case, step: Step) -> object:
    expression = ast.fix_missing_locations(ast.Expression(step.target.expression))
    code = compile(expression, "<step>", "eval")
    with exact_arithmetic():
        value = eval(code, {**_namespace(case, step), **step.given})  # noqa: S307  our own code
    parts = value if isinstance(value, (tuple, list)) else ()
    if step.value in parts:  # one name of several that were given values at once
        return step.value
    return value


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_step_is_true(case: Case) -> None:
    told = explain_call(function_named(case.function), case.in_order())
    for step in told.steps:
        assert _again(case, step) == step.value, (step.name, step.how)


def test_a_value_changed_in_a_loop_is_told_each_time() -> None:
    from datetime import date  # noqa: PLC0415

    days = [date(1999, 1, 4), date(2000, 1, 3)]
    told = explain_call(
        function_named("fixed_conversion_price"), [6.03, date(2001, 1, 2), days, [2.0, 3.0]]
    )
    changes = [step for step in told.steps if step.name == "shares_per_old_share"]
    assert [float(step.value) for step in changes] == [1.0, 2.0, 6.0]  # type: ignore[arg-type]
    assert changes[2].how == "shares_per_old_share × ratio = 2 × 3"


def test_the_formula_of_the_weighted_average_is_told() -> None:
    told = explain_call(
        function_named("weighted_average_exercise_price"), [6.7838, 25.4e6, 1e6, 4e6, 5.0]
    )
    formulas = [step.how for step in told.steps]
    assert any(how.startswith("price × (o × m + p) ÷ (m × csdo) = 6.7838 × (") for how in formulas)


def test_an_answer_without_intermediate_values_has_its_formula_too() -> None:
    from datetime import date  # noqa: PLC0415

    told = explain_call(
        function_named("conversion_price"),
        [date(1999, 8, 2), date(1999, 7, 27), 6.03, 5.0079],
    )
    assert told.steps[-1].how == "min(fixed_price, variable_price) = min(6.03, 5.0079)"
