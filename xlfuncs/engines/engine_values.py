"""Values as the embedded engine holds them: errors, tables, and what cannot be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# Cells that show this kind of error are known to be no value.
NOT_A_VALUE: Final = {"type": "Error", "kind": "NImpl"}
# Sheet, row, column, and the number of the call in its cell.
Place = tuple[float, float, float, float]

DIV: Final = {"type": "Error", "kind": "Div"}
NA: Final = {"type": "Error", "kind": "Na"}
NUM: Final = {"type": "Error", "kind": "Num"}
REF: Final = {"type": "Error", "kind": "Ref"}
VALUE: Final = {"type": "Error", "kind": "Value"}


class RefusedError(Exception):
    """What Excel would give is not known; the reason."""


class ErrorCell(Exception):  # noqa: N818  it is a value
    """A function ends with an error of the spreadsheet."""

    def __init__(self, value: dict[str, Any]) -> None:
        super().__init__()
        self.value = value


def as_number(value: Any) -> float:  # noqa: ANN401
    """An argument as a number; texts that stand for one have been made one before."""
    if type(value) is dict:
        raise ErrorCell(value)
    if type(value) is str or type(value) is list:
        raise ErrorCell(VALUE)
    return 0.0 if value is None else float(value)


def as_rows(value: Any) -> list[list[Any]]:  # noqa: ANN401
    """An argument as rows of cells."""
    return value if type(value) is list else [[value]]


def for_each(value: Any, made: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    """What is made of a value, or of every cell of a table."""
    return (
        made(value) if type(value) is not list else [[made(each) for each in row] for row in value]
    )


def for_both(one: Any, other: Any, made: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    """What is made of two values, or of the cells of two tables, the smaller one repeated."""
    if type(one) is not list and type(other) is not list:
        return made(one, other)
    if type(other) is not list:
        return [[made(each, other) for each in row] for row in one]
    ones, others = as_rows(one), as_rows(other)
    high, wide = max(len(ones), len(others)), max(len(ones[0]), len(others[0]))

    def cell(among: list[list[Any]], row: int, column: int) -> Any:  # noqa: ANN401
        row, column = (0 if len(among) == 1 else row), (0 if len(among[0]) == 1 else column)
        return among[row][column] if row < len(among) and column < len(among[0]) else NA

    return [
        [made(cell(ones, row, column), cell(others, row, column)) for column in range(wide)]
        for row in range(high)
    ]
