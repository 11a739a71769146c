"""A call retold: the clause, its words, the inputs, each step with its value, the reading.

Nothing describes a formula a second time: the function itself is run, from its own text with
notes taken, and each statement that gave a value is shown as it stands in the code, once with
names and once with the values they had at that moment.
"""

from __future__ import annotations

import re
from copy import copy
from decimal import Decimal
from functools import cache, update_wrapper
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfuncs.card import Card, arguments_from, card, card_of
from xlfuncs.errors import FunctionError, InputError
from xlfuncs.kinds import shown
from xlfuncs.sourcetext import Target, filled, shown_value, statements

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping, Sequence

    from xlfuncs.sourcetext import Statement


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
    retelling = _Retelling()
    result: object = None
    error: FunctionError | None = None
    try:
        arguments_from(made, len(arguments))
        for argument in arguments:
            if isinstance(argument, FunctionError):  # a cell that gave no value for it
                raise argument
        result = retelling.again(function)(*arguments)
    except FunctionError as raised:
        raised.clause = raised.clause or made.citation
        error = raised
    return Explanation(
        card=made,
        inputs=_inputs(made, arguments),
        steps=tuple(retelling.steps),
        result=result,
        error=error,
    )


class Noted(NamedTuple):
    """A function's code with a note taken of each value that a statement gives.

    Before such a statement the code calls `__seen__(locals())`, after it `__told__(number,
    seen, locals())`; a `return` is `__answer__(number, seen, value)`. `statements` holds the
    targets of the statement of each number.
    """

    code: CodeType
    statements: tuple[tuple[Target, ...], ...]


@cache
def noted(code: CodeType) -> Noted | None:
    """A function's code with notes taken.

    None where Python has no source text, as in a frozen program, or another than that which
    runs, as after a change of the file; the explanation then tells inputs and result alone.
    """
    import ast  # noqa: PLC0415  explanations alone need these, not every cell
    import inspect  # noqa: PLC0415

    try:
        lines, _ = inspect.findsource(code)
    except OSError:
        return None
    module = ast.parse("".join(lines))
    # The imports stay: the compiler calls what they bring in another way than other names.
    kept = [one for one in module.body if isinstance(one, (ast.Import, ast.ImportFrom, ast.If))]
    for function in module.body:
        if isinstance(function, ast.FunctionDef) and function.name == code.co_name:
            module.body = [*kept, function]
            plain = _compiled(module, code)
            if plain is None or plain.co_code != code.co_code or plain.co_names != code.co_names:
                continue
            found = _with_notes(function, statements(code))
            made = _compiled(ast.fix_missing_locations(module), code)
            return Noted(made, found) if made else None
    return None


def _with_notes(
    function: ast.FunctionDef, known: Mapping[int, Statement]
) -> tuple[tuple[Target, ...], ...]:
    """Put the taking of notes into a function; what its numbered statements give values to."""
    import ast  # noqa: PLC0415

    class Notes(ast.NodeTransformer):
        def __init__(self) -> None:
            self.found: list[tuple[Target, ...]] = []

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            return node  # one within the function: nothing in it is told

        def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
            return self.between(node)

        def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
            return self.between(node)

        def visit_Return(self, node: ast.Return) -> ast.AST:
            targets = known[node.lineno].targets if node.lineno in known else ()
            if targets and node.value is not None:
                (told,) = ast.parse(f"__answer__({len(self.found)}, __seen__(locals()))").body
                told.value.args.append(node.value)  # type: ignore[attr-defined]  # it is a call
                node = ast.Return(told.value)  # type: ignore[attr-defined]
                self.found.append(targets)
            return node

        def between(self, node: ast.Assign | ast.AugAssign) -> ast.AST | list[ast.stmt]:
            targets = known[node.lineno].targets if node.lineno in known else ()
            if not targets:
                return node
            (before,) = ast.parse("__given__ = __seen__(locals())").body
            (after,) = ast.parse(f"__told__({len(self.found)}, __given__, locals())").body
            self.found.append(targets)
            return [before, node, after]

    notes = Notes()
    notes.generic_visit(function)
    return tuple(notes.found)


def _compiled(module: ast.Module, code: CodeType) -> CodeType | None:
    """The code of the same function in a module's tree, if it stands where the other does."""
    made = compile(module, code.co_filename, "exec", dont_inherit=True)
    place = (code.co_name, code.co_firstlineno)
    inner = [one for one in made.co_consts if isinstance(one, CodeType)]
    return next((one for one in inner if (one.co_name, one.co_firstlineno) == place), None)


class _Retelling:
    """Functions made again with notes taken in them, for one explanation.

    Told are the function itself and, of those that it calls by name, the ones with a card and
    the private ones. What any other function calls in its turn is told in a clause alone; in a
    model it runs as it always does, at its own speed.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.names: dict[str, dict[str, Any]] = {}

    def again(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does as the given one, and has its steps noted."""
        made = getattr(function, "__card__", None)
        if made is None:
            return self.with_notes(function)
        again = self.with_notes(made.body)
        return function if again is made.body else card(again)

    def with_notes(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same for one without a guard."""
        if not isinstance(function, FunctionType) or not _is_followed(function):
            return function
        found = noted(function.__code__) if _is_told(function) else None
        if found is None:
            return self.remade(function, function.__code__, {})

        def tell(number: int, given: dict[str, Any], values: dict[str, Any]) -> None:
            for target in found.statements[number]:
                self.note(function.__name__, target, given, values[target.name])

        def answer(number: int, given: dict[str, Any], value: object) -> object:
            (target,) = found.statements[number]
            # What hands back what has been told, or the rows that the result is told by, is none.
            if not (target.formula.isidentifier() or isinstance(value, list)):
                self.note(function.__name__, target, given, value)
            return value

        hooks = {"__seen__": _seen, "__told__": tell, "__answer__": answer}
        return self.remade(function, found.code, hooks)

    def remade(
        self, function: FunctionType, code: CodeType, hooks: dict[str, Any]
    ) -> Callable[..., Any]:
        """A function of other code, or with other names to call."""
        again = FunctionType(
            code,
            {**self.names_of(function), **hooks},
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        again.__kwdefaults__ = function.__kwdefaults__
        return update_wrapper(again, function)

    def names_of(self, function: FunctionType) -> dict[str, Any]:
        """What a function's module calls by name, with a stand-in for what is told."""
        module = function.__module__
        if module not in self.names:
            self.names[module] = {
                name: self.stand_in(value) if _is_followed(value) else value
                for name, value in function.__globals__.items()
            }
        return self.names[module]

    def stand_in(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """What makes a function again when it is called: few of those in a module are."""
        made: list[Callable[..., Any]] = []

        def called(*arguments: object, **named: object) -> object:
            if not made:
                made.append(self.again(function))
            return made[0](*arguments, **named)

        return update_wrapper(called, function)

    def note(self, function: str, target: Target, given: dict[str, Any], value: object) -> None:
        """Note one value; of one that may change, as it is now."""
        kept = copy(value) if isinstance(value, (dict, list)) else value
        self.steps.append(Step(function, target.name or function, kept, target, given))


def _is_told(value: object) -> bool:
    """Whether it is a clause, a model, or a part of one that has no card of its own."""
    if not isinstance(value, FunctionType) or not (value.__module__ or "").startswith(_TOLD):
        return False
    named = value.__globals__.get(value.__name__)
    return (
        value.__name__.startswith("_") or hasattr(value, "__card__") or hasattr(named, "__card__")
    )


def _is_followed(value: object) -> bool:
    """Whether it is told, or a part of a clause that may call what is told."""
    return _is_told(value) or (
        isinstance(value, FunctionType) and (value.__module__ or "").startswith(_TOLD[0])
    )


def _seen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "__given__"}


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
    is_record = isinstance(step.value, tuple) and hasattr(step.value, "_asdict")
    return ["step", name, _record(step) if is_record else shown_value(step.value), step.how]


def _record(step: Step) -> str:
    """The fields of a named tuple, but for those that its formula names."""
    told = [
        f"{field}: {_field(value)}"
        for field, value in step.value._asdict().items()  # type: ignore[attr-defined]
        if not re.search(rf"(?<![.\w]){field}\b", step.target.formula)
    ]
    return ", ".join(told) or "as given"


def _field(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return str(shown_value(value)) if len(value) == 1 else f"{len(value)} values"
    plain = float(value) if isinstance(value, Decimal) else value
    return shown(plain) if isinstance(plain, (int, float)) else str(shown_value(value))


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
