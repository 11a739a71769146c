"""The text of a function's assignments, with names and with the values filled in."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfuncs.errors import FunctionError
from xlfuncs.kinds import shown

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping
    from types import CodeType

_LONGEST_LIST = 12


class Assignment(NamedTuple):
    """One ``name = expression`` in the body of a function."""

    name: str
    lines: range
    formula: str
    expression: ast.expr


@cache
def assignments(code: CodeType) -> tuple[Assignment, ...]:
    """The assignments of a function to plain names, in the order of the text.

    None come back where Python has no source text, as in a frozen program; the explanation
    then shows the names' values without formulas.
    """
    import ast  # noqa: PLC0415  explanations alone need these, not every cell
    import inspect  # noqa: PLC0415
    import textwrap  # noqa: PLC0415

    try:
        lines, first = inspect.getsourcelines(code)
    except OSError:
        return ()
    tree = ast.parse(textwrap.dedent("".join(lines)))
    found = []
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            continue
        expression = node.value  # type: ignore[attr-defined]  # only an Assign has targets
        text = range(first + node.lineno - 1, first + (node.end_lineno or node.lineno))  # type: ignore[attr-defined]
        found.append(Assignment(targets[0].id, text, _text(expression), expression))
    return tuple(sorted(found, key=lambda one: one.lines.start))


def filled(expression: ast.expr, values: Mapping[str, Any]) -> str:
    """The text of an expression with each name's value in its place, where it has a short one."""
    import ast  # noqa: PLC0415
    import copy  # noqa: PLC0415

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            value = values.get(node.id)
            if value is None or isinstance(value, (list, tuple, dict, set)):
                return node
            return ast.Name(id=str(_short(value)))

    return _text(Fill().visit(copy.deepcopy(expression)))


def _text(expression: ast.expr) -> str:
    import ast  # noqa: PLC0415
    import copy  # noqa: PLC0415

    class Plain(ast.NodeTransformer):
        """Leaves out what only concerns the machine: the change of number type."""

        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            plain = name in {"exact", "float", "Decimal"} and len(node.args) == 1
            return node.args[0] if plain else node

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
        if len(value) > _LONGEST_LIST:
            return f"{len(value)} values, {_short(value[0])} to {_short(value[-1])}"
        return ", ".join(_short(item) for item in value)
    return value.code.value if isinstance(value, FunctionError) else shown(value)
