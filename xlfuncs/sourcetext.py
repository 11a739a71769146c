"""The text of a function's statements, with names and with the values filled in."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.errors import FunctionError
from xlfuncs.kinds import shown

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence
    from types import CodeType

_LONGEST_LIST = 12
_MACHINERY = frozenset({"exact", "float", "Decimal"})  # what only changes a number's type


class Target(NamedTuple):
    """One name that a statement gives a value to, and the expression for it.

    A `return` gives its value to the function, whose name is then "".
    """

    name: str
    expression: ast.expr
    formula: str


class Statement(NamedTuple):
    """One statement that gives values, and the lines it stands on."""

    lines: range
    targets: tuple[Target, ...]


@cache
def statements(code: CodeType) -> Mapping[int, Statement]:
    """The statements of a function that give values, by each of their lines.

    None come back where Python has no source text, as in a frozen program; the explanation
    then tells inputs and result alone.
    """
    import ast  # noqa: PLC0415  explanations alone need these, not every cell
    import inspect  # noqa: PLC0415
    import textwrap  # noqa: PLC0415

    try:
        lines, first = inspect.getsourcelines(code)
    except OSError:
        return {}
    found: dict[int, Statement] = {}
    for node in ast.walk(ast.parse(textwrap.dedent("".join(lines)))):
        targets = _targets(node)
        if targets and isinstance(node, ast.stmt):
            last = node.end_lineno or node.lineno
            span = range(first + node.lineno - 1, first + last)
            found.update(dict.fromkeys(span, Statement(span, targets)))
    return found


def _targets(node: ast.AST) -> tuple[Target, ...]:
    import ast  # noqa: PLC0415

    if isinstance(node, ast.Return) and node.value is not None:
        return (_target("", node.value),)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        name = node.target.id
        return (_target(name, ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value)),)
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return ()
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Name):
        return (_target(target.id, value),)
    if isinstance(target, ast.Tuple):
        names = [one.id for one in target.elts if isinstance(one, ast.Name)]
        parts = value.elts if isinstance(value, ast.Tuple) else [value] * len(names)
        if len(names) == len(target.elts) == len(parts):
            return tuple(map(_target, names, parts))
    return ()


def _target(name: str, expression: ast.expr) -> Target:
    return Target(name, expression, _text(expression))


def filled(expression: ast.expr, values: Mapping[str, object]) -> str:
    """The text of an expression with each name's value in its place, where it has a short one."""
    import ast  # noqa: PLC0415
    import copy  # noqa: PLC0415

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            value = values.get(node.id)
            if value is None or isinstance(value, (list, tuple, dict, set)):
                return node
            return ast.Name(_short(value), ast.Load())

    return _text(Fill().visit(copy.deepcopy(expression)))


def _text(expression: ast.expr) -> str:
    import ast  # noqa: PLC0415
    import copy  # noqa: PLC0415

    class Plain(ast.NodeTransformer):
        """Leaves out what only concerns the machine: the change of number type."""

        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            return node.args[0] if name in _MACHINERY and len(node.args) == 1 else node

    text = ast.unparse(Plain().visit(copy.deepcopy(expression)))
    return text.replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ")


def _short(value: object) -> str:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, str):
        return f'"{value}"'
    negative = isinstance(value, (int, float)) and value < 0
    return f"({shown(value)})" if negative else shown(value)


def shown_value(value: object) -> bool | float | str:
    """A value as the table of an explanation holds it: a number, or text."""
    if isinstance(value, (float, Decimal)):
        return float(value) if Decimal(value).is_finite() else str(value)
    if isinstance(value, (bool, int, str)) or value is None:
        return "" if value is None else value
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_short(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return _listed(value)
    return value.code.value if isinstance(value, FunctionError) else shown(value)


def _listed(values: Sequence[object]) -> str:
    if values and all(isinstance(row, (list, tuple)) for row in values):
        return f"{len(values)} row{'s' if len(values) > 1 else ''}"
    if len(values) > _LONGEST_LIST:
        return f"{len(values)} values, {_short(values[0])} to {_short(values[-1])}"
    return ", ".join(_short(item) for item in values)
