"""A call retold: the clause, its words, the inputs, each step with its value, the reading.

Nothing describes a formula a second time: the function is run, its named values are watched,
and each assignment that was carried out is shown as it stands in the code, once with names
and once with the values filled in.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfuncs.card import Card, arguments_from, card_of
from xlfuncs.errors import FunctionError, InputError
from xlfuncs.kinds import shown
from xlfuncs.sourcetext import Assignment, assignments, filled, shown_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, FrameType


_TOLD = ("xlfuncs.clauses.", "xlfuncs.models.")


class Input(NamedTuple):
    """One argument of the call; `given` is false where the default stood in."""

    name: str
    value: object
    given: bool
    help: str


class Step(NamedTuple):
    """One named value on the way to the result."""

    function: str
    name: str
    value: object
    formula: str
    filled_in: str


class Explanation(NamedTuple):
    """A call and everything needed to check it by hand."""

    card: Card
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    result: object
    error: FunctionError | None


class _Run(NamedTuple):
    """What was seen of one function's body: the lines carried out and the values at the end."""

    code: CodeType
    lines: list[int]
    values: dict[str, Any]


def explain_call(function: Callable[..., object], arguments: Sequence[object]) -> Explanation:
    """Run a worksheet function and tell how it came to its answer.

    Args:
        function: a worksheet function.
        arguments: its arguments, in order.

    Returns:
        the explanation; an error of the function is told, not raised.
    """
    made = card_of(function)
    runs: list[_Run] = []
    result: object = None
    error: FunctionError | None = None
    outer = sys.gettrace()
    sys.settrace(_watcher(runs))
    try:
        arguments_from(made, len(arguments))
        for argument in arguments:
            if isinstance(argument, FunctionError):  # a cell that gave no value for it
                raise argument
        result = function(*arguments)
    except FunctionError as raised:
        raised.clause = raised.clause or made.citation
        error = raised
    finally:
        sys.settrace(outer)
    return Explanation(
        card=made,
        inputs=_inputs(made, arguments),
        steps=tuple(step for run in runs for step in _steps(run)),
        result=result,
        error=error,
    )


def _is_told(frame: FrameType) -> bool:
    """Whether a function belongs to the law or the models, and is neither guard nor loop."""
    module = frame.f_globals.get("__name__", "")
    code = frame.f_code
    return module.startswith(_TOLD) and "<" not in code.co_name + code.co_filename


def _watcher(runs: list[_Run]) -> Callable[..., Any]:
    def on_call(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        if not _is_told(frame):
            return None
        run = _Run(frame.f_code, [], {})
        runs.append(run)

        def on_line(frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
            if event == "line":
                run.lines.append(frame.f_lineno)
            elif event == "return":
                run.values.update(frame.f_locals)
            return on_line

        return on_line

    return on_call


def _inputs(made: Card, given: Sequence[object]) -> tuple[Input, ...]:
    return tuple(
        Input(
            argument.name,
            given[place] if place < len(given) else argument.default,
            place < len(given),
            argument.help,
        )
        for place, argument in enumerate(made.arguments)
        if not argument.repeated
    )


def _steps(run: _Run) -> list[Step]:
    done: dict[str, Assignment] = {}
    carried_out = set(run.lines)
    for assignment in assignments(run.code):
        if assignment.name in run.values and carried_out & set(assignment.lines):
            done[assignment.name] = assignment
    return [
        Step(
            run.code.co_name,
            name,
            run.values[name],
            assignment.formula,
            filled(assignment.expression, run.values),
        )
        for name, assignment in done.items()
    ]


def table(explanation: Explanation, version: str) -> list[list[Any]]:
    """An explanation as rows of four: part, name, value, and what it means or comes from."""
    made = explanation.card
    rows: list[list[Any]] = [["function", made.worksheet_name, "", made.summary]]
    rows += [["clause", source.document, source.section, ""] for source in made.sources]
    rows[-1][3] = made.words
    rows += [
        ["input" if item.given else "left out", item.name, shown_value(item.value), item.help]
        for item in explanation.inputs
    ]
    for step in explanation.steps:
        how = step.formula
        if step.filled_in != step.formula:
            how += f" = {step.filled_in}"
        inner = step.function.strip("_").replace("_", " ")
        name = step.name if step.function == made.name else f"{inner}: {step.name}"
        rows.append(["step", name, shown_value(step.value), how])
    if made.reading:
        rows.append(["reading", "", "", made.reading])
    if explanation.error is not None:
        rows.append(["error", made.name, explanation.error.code.value, str(explanation.error)])
    else:
        rows += _result_rows(explanation)
    rows.append(["version", "xlfuncs", version, ""])
    return rows


def _result_rows(explanation: Explanation) -> list[list[Any]]:
    made, result = explanation.card, explanation.result
    if not isinstance(result, list):
        return [["result", made.name, shown_value(result), made.result_help]]
    rows: list[list[Any]] = []
    for number, row in enumerate(result, 1):
        cells = ", ".join(str(shown_value(cell)) for cell in row)
        rows.append(["result", f"row {number}", cells, made.result_help if number == 1 else ""])
    return rows


def unknown_function(name: str, known: Sequence[str]) -> InputError:
    """The error for a function that does not exist, with the nearest that does."""
    from difflib import get_close_matches  # noqa: PLC0415  only where somebody mistyped

    near = get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return InputError(f"function_name {shown(name)} is no function{hint}")
