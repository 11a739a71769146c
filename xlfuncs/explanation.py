"""A call retold: the clause, its words, the inputs, each step with its value, the reading.

Nothing describes a formula a second time: the function is run and watched, and each statement
that gave a value is shown as it stands in the code, once with names and once with the values
they had at that moment.
"""

from __future__ import annotations

import sys
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfuncs.card import Card, arguments_from, card_of
from xlfuncs.errors import FunctionError, InputError
from xlfuncs.kinds import shown
from xlfuncs.sourcetext import Statement, Target, filled, shown_value, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType


_TOLD = ("xlfuncs.clauses.", "xlfuncs.models.")


class Input(NamedTuple):
    """One argument of the call; `given` is false where the default stood in."""

    name: str
    value: object
    given: bool
    help: str


class Step(NamedTuple):
    """One value on the way to the result, as the statement that gave it was carried out.

    `name` is the name it was given, or that of the function whose answer it is; `given` are the
    values of all names before.
    """

    function: str
    name: str
    value: object
    target: Target
    given: dict[str, Any]

    @property
    def how(self) -> str:
        """The statement's formula, with names and with their values."""
        values = filled(self.target.expression, self.given)
        formula = self.target.formula
        return formula if values == formula else f"{formula} = {values}"


class Explanation(NamedTuple):
    """A call and everything needed to check it by hand."""

    card: Card
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    result: object
    error: FunctionError | None


def explain_call(function: Callable[..., object], arguments: Sequence[object]) -> Explanation:
    """Run a worksheet function and tell how it came to its answer.

    Args:
        function: a worksheet function.
        arguments: its arguments, in order.

    Returns:
        the explanation; an error of the function is told, not raised.
    """
    made = card_of(function)
    steps: list[Step] = []
    result: object = None
    error: FunctionError | None = None
    outer = sys.gettrace()
    sys.settrace(_watcher(steps))
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
        steps=tuple(steps),
        result=result,
        error=error,
    )


def _is_told(frame: FrameType) -> bool:
    """Whether a function is a clause, a model, or a part of one that has no card of its own."""
    code = frame.f_code
    if "<" in code.co_name + code.co_filename:  # a guard, a comprehension
        return False
    if not frame.f_globals.get("__name__", "").startswith(_TOLD):
        return False
    return code.co_name.startswith("_") or hasattr(frame.f_globals.get(code.co_name), "__card__")


class _Watch:
    """Follows one call of a function and notes each value it gives."""

    def __init__(self, frame: FrameType, steps: list[Step]) -> None:
        self.code = frame.f_code
        self.statements = statements(self.code)
        self.steps = steps
        self.begun: Statement | None = None
        self.given: dict[str, Any] = {}
        self.failed = False

    def see(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        """What happens next in the function: a line, its return, an exception."""
        if event == "exception":
            self.failed = True
            return self.see
        statement = self.statements.get(frame.f_lineno) if event == "line" else None
        if statement is not None and statement is self.begun:
            return self.see  # a statement of several lines goes on
        if event == "line" and self.begun is not None and not self.begun.targets[0].name:
            return self.see  # a return that first leaves a block
        if self.begun is not None and not self.failed:
            self._note(frame.f_locals, argument if event == "return" else None)
        self.failed = False
        self.begun = statement
        if statement is not None:
            self.given = dict(frame.f_locals)
        return self.see

    def _note(self, values: dict[str, Any], returned: object) -> None:
        for target in self.begun.targets if self.begun else ():
            if target.name:
                name, value = target.name, values.get(target.name)
            elif target.formula.isidentifier() or isinstance(returned, list):
                continue  # it hands back what has been told, or the rows that the result is told by
            else:
                name, value = self.code.co_name, returned
            kept = copy(value) if isinstance(value, (dict, list)) else value
            self.steps.append(Step(self.code.co_name, name, kept, target, self.given))


def _watcher(steps: list[Step]) -> Callable[..., Any]:
    def on_call(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        return _Watch(frame, steps).see if _is_told(frame) else None

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


def table(explanation: Explanation, version: str) -> list[list[Any]]:
    """An explanation as rows of four: part, name, value, and what it means or comes from."""
    made = explanation.card
    rows: list[list[Any]] = [["function", made.worksheet_name, "", made.summary]]
    rows += [["clause", source.document, source.section, ""] for source in made.sources]
    rows[1][3] = made.words  # beside the first of the places they are taken from
    rows += [
        ["input" if item.given else "left out", item.name, shown_value(item.value), item.help]
        for item in explanation.inputs
    ]
    rows += [_step_row(made, step) for step in explanation.steps]
    if made.reading:
        rows.append(["reading", "", "", made.reading])
    if explanation.error is not None:
        rows.append(["error", made.name, explanation.error.code.value, str(explanation.error)])
    else:
        rows += _result_rows(explanation)
    rows.append(["version", "xlfuncs", version, ""])
    return rows


def _step_row(made: Card, step: Step) -> list[Any]:
    inner = step.function.strip("_").replace("_", " ")
    name = step.name.strip("_").replace("_", " ") if step.name.startswith("_") else step.name
    if step.function not in {made.name, step.name}:
        name = f"{inner}: {name}"
    return ["step", name, shown_value(step.value), step.how]


def _result_rows(explanation: Explanation) -> list[list[Any]]:
    made, result = explanation.card, explanation.result
    if not isinstance(result, list):
        return [["result", made.name, shown_value(result), made.result_help]]
    rows: list[list[Any]] = []
    for number, row in enumerate(result, 1):
        listed = row if isinstance(row, list) else [row]
        cells = ", ".join(str(shown_value(cell)) for cell in listed)
        rows.append(["result", f"row {number}", cells, made.result_help if number == 1 else ""])
    return rows


def unknown_function(name: str, known: Sequence[str]) -> InputError:
    """The error for a function that does not exist, with the nearest that does."""
    from difflib import get_close_matches  # noqa: PLC0415  only where somebody mistyped

    near = get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return InputError(f"function_name {shown(name)} is no function{hint}")
