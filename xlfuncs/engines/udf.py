"""Worksheet functions as formualizer calls them: its values in and out, and no bug swallowed."""

from __future__ import annotations

from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.engines.base import Rows, Value
from xlfuncs.engines.engine_values import NOT_A_VALUE, Place
from xlfuncs.engines.formula_text import BLANK, FIT
from xlfuncs.engines.stand_ins import stand_ins
from xlfuncs.errors import ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlfuncs.engines.fed_ranges import HeldRanges

CellResult = Value | Rows

_KINDS: Final = {
    ErrorValue.NULL: "Null",
    ErrorValue.DIV0: "Div",
    ErrorValue.VALUE: "Value",
    ErrorValue.REF: "Ref",
    ErrorValue.NAME: "Name",
    ErrorValue.NUM: "Num",
    ErrorValue.NA: "Na",
    ErrorValue.SPILL: "Spill",
    ErrorValue.CALC: "Calc",
}
_ERRORS: Final = {kind: value for value, kind in _KINDS.items()}
_NUMBERS: Final = {float}
_NEUTRAL: Final = {float, str, bool, type(None)}


class NoValueError(Exception):
    """An argument or a result that is no spreadsheet value."""


def to_neutral(value: Any) -> Value:  # noqa: ANN401  whatever the engine holds
    """An engine's value as a neutral one.

    Raises:
        NoValueError: it is none; the error names the engine's word for it.
    """
    kind = type(value)
    if kind is float or kind is str or kind is bool or value is None:
        if kind is float and not isfinite(value):
            raise NoValueError("NotFinite")
        return value  # type: ignore[no-any-return]  # its exact type was just tested
    if kind is int:
        return float(value)
    error = _ERRORS.get(value.get("kind", "")) if kind is dict else None
    if error is None:
        raise NoValueError(value.get("kind", "") if kind is dict else kind.__name__)
    return error


def to_engine(value: object) -> Any:  # noqa: ANN401  whatever the engine wants
    """A neutral value as the engine takes it.

    Raises:
        NoValueError: it is no neutral value, or one the engine does not have.
    """
    if type(value) is float:
        if not isfinite(value):
            raise NoValueError(str(value))
        return value
    if isinstance(value, ErrorValue):
        if value not in _KINDS:
            raise NoValueError(value.value)
        return {"type": "Error", "kind": _KINDS[value]}
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, int):
        return float(value)
    raise NoValueError(f"a {type(value).__name__}")


class Desk:
    """The functions of one calculation, and what went wrong in them.

    The engine turns every exception of a function into #VALUE!, an interruption included, so
    what was raised is kept here for whoever asked for the calculation.

    Args:
        functions: the functions, by name.
        shift: the days between the workbook's epoch and that of 1900.
    """

    def __init__(self, functions: Mapping[str, Callable[..., CellResult]], shift: int = 0) -> None:
        self.functions = functions
        self._shift = shift
        self.bugs: dict[str, BaseException] = {}
        self.interruption: BaseException | None = None
        self.refused: dict[Place, str] = {}
        self.held: HeldRanges | None = None

    def callbacks(self) -> dict[str, Callable[..., Any]]:
        """What to register with the engine, by name."""
        ours = {name: self._callback(name, made) for name, made in self.functions.items()}
        native = stand_ins(self.refused, self._shift)
        return ours | native | {FIT: _fit, BLANK: lambda: None, "SUMPRODUCT": _sumproduct}

    def _callback(self, name: str, function: Callable[..., CellResult]) -> Callable[..., Any]:
        def called(*values: Any) -> Any:  # noqa: ANN401
            if self.interruption is not None:
                return NOT_A_VALUE
            arguments: Iterable[Value | Rows] = values
            try:
                # A sum is finite only if every number in it is.
                if set(map(type, values)) != _NUMBERS or not isfinite(sum(values)):
                    arguments = [_argument(value) for value in values]
                    if self.held is not None and str in map(type, values):
                        arguments = map(self.held.meant, arguments)
            except NoValueError:
                return NOT_A_VALUE  # its own cell is a fault already
            try:
                return _result(function(*arguments))
            except Exception as error:  # noqa: BLE001  kept, and raised when the calculation ends
                self.bugs.setdefault(name, error)
            except BaseException as error:  # noqa: BLE001  likewise
                self.interruption = error
            return NOT_A_VALUE

        return called


def _argument(value: Any) -> Value | Rows:  # noqa: ANN401
    if type(value) is not list:
        return to_neutral(value)
    cells = list(chain.from_iterable(value))
    # Most ranges hold values that are neutral as they are, and need no copy. A sum is finite only
    # if every number in it is.
    if set(map(type, cells)) <= _NEUTRAL and isfinite(
        sum(cell for cell in cells if type(cell) is float)
    ):
        return value
    return [[to_neutral(cell) for cell in row] for row in value]


def _result(value: object) -> Any:  # noqa: ANN401
    if type(value) is float and isfinite(value):
        return value
    if type(value) is not list:
        return to_engine(value)
    rows = [[to_engine(cell) for cell in row] for row in value]
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise NoValueError("a table without cells, or with rows of different lengths")
    return rows


def _fit(rows: float, columns: float, value: Any) -> Any:  # noqa: ANN401
    """An array as Excel fits it into the cells of its formula: cut, repeated, or #N/A."""
    table = value if type(value) is list else [[value]]
    high, wide = len(table), len(table[0])
    na = {"type": "Error", "kind": "Na"}

    def cell(row: int, column: int) -> Any:  # noqa: ANN401
        row, column = (0 if high == 1 else row), (0 if wide == 1 else column)
        return table[row][column] if row < high and column < wide else na

    if rows == columns == 1:
        return table[0][0]
    return [[cell(row, column) for column in range(int(columns))] for row in range(int(rows))]


def _sumproduct(*arrays: Any) -> Any:  # noqa: ANN401
    """SUMPRODUCT, of which the engine's own counts TRUE and text that reads as a number."""
    tables = [array if type(array) is list else [[array]] for array in arrays]
    if len({(len(table), len(table[0])) for table in tables}) != 1:
        return {"type": "Error", "kind": "Value"}
    total = 0.0
    for rows in zip(*tables, strict=True):
        for cells in zip(*rows, strict=True):
            product = 1.0
            for cell in cells:
                if type(cell) is dict:
                    return cell
                product *= cell if type(cell) is float else 0.0
            total += product
    return total
