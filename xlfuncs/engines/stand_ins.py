"""Native functions that the embedded engine gets wrong, as it is to call them instead.

They take and give the engine's own values. What Excel's answer would be is not always known, for
instance when a column searched for the nearest value is not sorted: then the cell is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.engines.guards import BASE, NEAR, ONE, PICK

if TYPE_CHECKING:
    from collections.abc import Callable

# Cells that show this kind of error are known to be no value.
NOT_A_VALUE: Final = {"type": "Error", "kind": "NImpl"}
# Sheet, row, column, and the number of the call in its cell.
Place = tuple[float, float, float, float]

_FAR: Final = 1e-14  # numbers as far apart as that differ in 15 digits
_NA: Final = {"type": "Error", "kind": "Na"}
_NUM: Final = {"type": "Error", "kind": "Num"}
_REF: Final = {"type": "Error", "kind": "Ref"}
_VALUE: Final = {"type": "Error", "kind": "Value"}
# Text of other characters is ordered by rules of the language that Excel runs in.
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9 ]*")


class RefusedError(Exception):
    """What Excel would give is not known; the reason."""


class _ErrorCell(Exception):  # noqa: N818  it is a value
    def __init__(self, value: dict[str, Any]) -> None:
        super().__init__()
        self.value = value


def stand_ins(refused: dict[Place, str]) -> dict[str, Callable[..., Any]]:
    """What to register with the engine, by name.

    Args:
        refused: where calls that cannot be answered are noted.
    """

    def tagged(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*values: Any) -> Any:  # noqa: ANN401  the engine's
            place: Place = values[:4]
            if refused:
                refused.pop(place, None)
            try:
                return function(*values[4:])
            except _ErrorCell as error:
                return error.value
            except RefusedError as error:
                refused[place] = str(error)
                return NOT_A_VALUE

        return called

    def plain(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*values: Any) -> Any:  # noqa: ANN401
            try:
                return function(*values)
            except _ErrorCell as error:
                return error.value

        return called

    return {
        BASE: _base,
        NEAR: _near,
        ONE: tagged(_one),
        PICK: plain(_pick),
        "XLF__LOOKUP": tagged(_lookup),
        "XLF__MATCH": tagged(_match),
        "XLF__VLOOKUP": tagged(_vlookup),
        "XLF__HLOOKUP": tagged(_hlookup),
        "XLF__XLOOKUP": tagged(_xlookup),
        "XLF__XMATCH": tagged(_xmatch),
        "FLOOR": plain(_floor),
        "CEILING": plain(_ceiling),
        "FLOOR.MATH": plain(_floor_math),
        "CEILING.MATH": plain(_ceiling_math),
    }


def _one(value: Any) -> Any:  # noqa: ANN401
    if type(value) is list:
        raise RefusedError(
            "it takes a whole range where one value is meant (a row or column number of 0 means "
            "all of them); Excel would take the cell in line with it, which is not followed"
        )
    return value


def _number(value: Any) -> float:  # noqa: ANN401
    if type(value) is dict:
        raise _ErrorCell(value)
    if value is None:
        return 0.0
    try:
        return float(value)
    except (TypeError, ValueError):
        raise _ErrorCell(_VALUE) from None


def _table(value: Any) -> list[list[Any]]:  # noqa: ANN401
    return value if type(value) is list else [[value]]


def _nought(value: Any) -> bool:  # noqa: ANN401
    if type(value) is str:
        try:
            return float(value) == 0
        except ValueError:
            return False
    return value is None or (type(value) is not dict and value == 0)


def _base(base: Any, exponent: Any) -> Any:  # noqa: ANN401
    """The base of a power; an error where the exponent is 0 too, which the engine takes for 1."""
    return _each(
        base, exponent, lambda one, other: _NUM if _nought(one) and _nought(other) else one
    )


def _near(one: Any, other: Any) -> Any:  # noqa: ANN401
    """What is compared with another value; the same number if 15 digits do not tell them apart.

    So Excel compares, and the engine does not: to it 0.1+0.2 is more than 0.3.
    """
    if type(one) is float and type(other) is float and abs(one - other) > _FAR * abs(other):
        return one
    return _each(one, other, _same_digits)


def _same_digits(one: Any, other: Any) -> Any:  # noqa: ANN401
    if type(one) is float and type(other) is float and f"{one:.15g}" == f"{other:.15g}":
        return other
    return one


def _each(one: Any, other: Any, made: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    """What is made of two values, or of the cells of two tables, the smaller one repeated."""
    if type(one) is not list and type(other) is not list:
        return made(one, other)
    if type(other) is not list:
        return [[made(each, other) for each in row] for row in one]
    ones, others = _table(one), _table(other)
    high, wide = max(len(ones), len(others)), max(len(ones[0]), len(others[0]))

    def cell(table: list[list[Any]], row: int, column: int) -> Any:  # noqa: ANN401
        row, column = (0 if len(table) == 1 else row), (0 if len(table[0]) == 1 else column)
        return table[row][column] if row < len(table) and column < len(table[0]) else _NA

    return [
        [made(cell(ones, row, column), cell(others, row, column)) for column in range(wide)]
        for row in range(high)
    ]


def _pick(value: Any, row: Any = None, column: Any = None) -> Any:  # noqa: ANN401
    """INDEX of what was calculated: its own gives #REF! for an error's second column."""
    if type(value) is dict:
        return value
    table = _table(value)
    high, wide = len(table), len(table[0])
    down, right = int(_number(row)), int(_number(column))
    if high == 1 and wide > 1 and column is None:
        down, right = 0, down
    if down < 0 or right < 0:
        return _VALUE
    if down > high or right > wide:
        return _REF
    rows = [table[down - 1]] if down else table
    cut = [[cells[right - 1]] if right else cells for cells in rows]
    return cut[0][0] if len(cut) == len(cut[0]) == 1 else cut


# Nearest values


def _kind(value: Any) -> type:  # noqa: ANN401
    return float if type(value) is int else type(value)


def _same_kind(wanted: Any, cells: list[Any]) -> list[tuple[int, Any]]:  # noqa: ANN401
    """The cells of the same kind as what is looked for, with their places."""
    kind = _kind(wanted)
    same = [(at, cell) for at, cell in enumerate(cells) if _kind(cell) is kind]
    if kind is not str:
        return same
    if not all(_PLAIN_TEXT.fullmatch(text) for text in (wanted, *(text for _, text in same))):
        raise RefusedError("it looks for the nearest text among texts with marks or accents")
    return [(at, text.casefold()) for at, text in same]


def _nearest(wanted: Any, cells: list[Any]) -> int:  # noqa: ANN401
    """The last cell, of those of its kind, that is not above what is looked for."""
    if type(wanted) is dict:
        raise _ErrorCell(wanted)
    if type(wanted) is list:
        raise RefusedError("it looks for a whole range")
    if wanted is None:
        if any(_kind(cell) is float and cell <= 0 for cell in cells):
            raise RefusedError("it looks for the nearest value to a blank cell")
        raise _ErrorCell(_NA)
    if type(wanted) is float and set(map(type, cells)) <= {float, type(None)}:
        filled = len(cells) - cells.count(None)
        if None not in cells[:filled] and sorted(cells[:filled]) == cells[:filled]:
            count = bisect_right(cells, wanted, 0, filled)  # the same, fast
            if not count:
                raise _ErrorCell(_NA)
            return count - 1
    same = _same_kind(wanted, cells)
    sought = wanted.casefold() if type(wanted) is str else wanted
    below = [cell <= sought for _, cell in same]
    count = sum(below)
    if not all(below[:count]):
        raise RefusedError("it looks for the nearest value in cells that are not sorted upwards")
    if not count:
        raise _ErrorCell(_NA)
    return int(same[count - 1][0])


def _line(value: Any) -> list[Any] | None:  # noqa: ANN401
    """The cells of a row or a column; None if it is neither."""
    table = _table(value)
    if len(table) == 1:
        return list(table[0])
    return [row[0] for row in table] if len(table[0]) == 1 else None


def _match(wanted: Any, among: Any, _kind_of_match: Any = None) -> Any:  # noqa: ANN401
    cells = _line(among)
    if cells is None:
        return _NA
    return float(_nearest(wanted, cells) + 1)


def _lookup(wanted: Any, among: Any, results: Any = None, *_more: Any) -> Any:  # noqa: ANN401
    table = _table(among)
    if results is None:
        if len(table[0]) > len(table):
            return table[-1][_nearest(wanted, list(table[0]))]
        return table[_nearest(wanted, [row[0] for row in table])][-1]
    cells, given = _line(among), _line(results)
    if cells is None or given is None or len(cells) != len(given):
        raise RefusedError(
            "LOOKUP is given two ranges that are not of one length (whole columns end with "
            "their last filled cell)"
        )
    return given[_nearest(wanted, cells)]


def _vlookup(wanted: Any, table: Any, number: Any, _near: Any = None) -> Any:  # noqa: ANN401
    return _from_table(wanted, _table(table), number)


def _hlookup(wanted: Any, table: Any, number: Any, _near: Any = None) -> Any:  # noqa: ANN401
    turned = [list(column) for column in zip(*_table(table), strict=True)]
    return _from_table(wanted, turned, number)


def _from_table(wanted: Any, rows: list[list[Any]], number: Any) -> Any:  # noqa: ANN401
    if type(wanted) is dict:
        return wanted
    if type(number) is list:
        raise RefusedError("its row or column number is a whole range")
    at = int(_number(number))
    if at < 1:
        return _VALUE
    if at > len(rows[0]):
        raise RefusedError(f"it asks for row or column {at} of a table that has {len(rows[0])}")
    return rows[_nearest(wanted, [row[0] for row in rows])][at - 1]


def _next_to(wanted: Any, cells: list[Any], way: float) -> int | None:  # noqa: ANN401
    """The first cell that is the same, or else the next below (-1) or above (1)."""
    if type(wanted) is dict:
        raise _ErrorCell(wanted)
    if wanted is None or type(wanted) is list:
        raise RefusedError("it looks for the nearest value to a blank cell or a whole range")
    sought = wanted.casefold() if type(wanted) is str else wanted
    same = _same_kind(wanted, cells)
    fit = [(cell, at) for at, cell in same if (cell <= sought if way < 0 else cell >= sought)]
    if not fit:
        return None
    best = max(cell for cell, _ in fit) if way < 0 else min(cell for cell, _ in fit)
    return next(at for cell, at in fit if cell == best)


def _xmatch(wanted: Any, among: Any, way: Any) -> Any:  # noqa: ANN401
    cells = _line(among)
    if cells is None:
        return _VALUE
    at = _next_to(wanted, cells, way)
    return _NA if at is None else float(at + 1)


def _xlookup(wanted: Any, among: Any, results: Any, otherwise: Any, way: Any) -> Any:  # noqa: ANN401
    cells, given = _line(among), _line(results)
    if cells is None or given is None or len(cells) != len(given):
        raise RefusedError("XLOOKUP is given ranges that are not one row or column of one length")
    at = _next_to(wanted, cells, way)
    if at is None:
        return _NA if otherwise is None else otherwise
    return given[at]


# Steps: 0.7/0.1 is 7 to Excel, which takes a number by its first 15 digits.


def _stepped(number: float, step: float, whole: Callable[[float], int]) -> float:
    return float(f"{whole(float(f'{number / step:.15g}')) * step:.15g}")


def _floor(number: Any, step: Any) -> Any:  # noqa: ANN401
    return _stepped(_number(number), _number(step), floor)


def _ceiling(number: Any, step: Any) -> Any:  # noqa: ANN401
    return _stepped(_number(number), _number(step), ceil)


def _floor_math(number: Any, step: Any = 1.0, mode: Any = None) -> Any:  # noqa: ANN401
    value, size = _number(number), abs(_number(step))
    towards_zero = value < 0 and _number(mode) != 0
    return _stepped(value, size, ceil if towards_zero else floor) if size else 0.0


def _ceiling_math(number: Any, step: Any = 1.0, mode: Any = None) -> Any:  # noqa: ANN401
    value, size = _number(number), abs(_number(step))
    away = value < 0 and _number(mode) != 0
    return _stepped(value, size, floor if away else ceil) if size else 0.0
