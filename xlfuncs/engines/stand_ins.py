"""Native functions that the embedded engine gets wrong, as it is to call them instead.

They take and give the engine's own values. What Excel's answer would be is not always known, for
instance when a column searched for the nearest value is not sorted: then the cell is refused.
"""

from __future__ import annotations

from bisect import bisect_right
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from xlfuncs.engines.coercion import to_digits
from xlfuncs.engines.engine_values import (
    NA,
    NOT_A_VALUE,
    NUM,
    REF,
    VALUE,
    ErrorCell,
    Place,
    RefusedError,
    as_number,
    as_rows,
    for_both,
)
from xlfuncs.engines.guard_names import BASE, ONE, PICK
from xlfuncs.engines.made_values import always_known, operators, plain_text, sometimes_known

if TYPE_CHECKING:
    from collections.abc import Callable


def stand_ins(refused: dict[Place, str], shift: int = 0) -> dict[str, Callable[..., Any]]:
    """What to register with the engine, by name.

    Args:
        refused: where calls that cannot be answered are noted.
        shift: the days between the workbook's epoch and that of 1900.
    """

    def tagged(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*values: Any) -> Any:  # noqa: ANN401  the engine's
            place: Place = values[:4]
            if refused:
                refused.pop(place, None)
            try:
                return function(*values[4:])
            except ErrorCell as error:
                return error.value
            except RefusedError as error:
                refused[place] = str(error)
                return NOT_A_VALUE

        return called

    def plain(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*values: Any) -> Any:  # noqa: ANN401
            try:
                return function(*values)
            except ErrorCell as error:
                return error.value

        return called

    return {
        **operators(),
        **{name: plain(made) for name, made in always_known().items()},
        **{name: tagged(made) for name, made in sometimes_known(shift).items()},
        BASE: _base,
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


def _nought(value: Any) -> bool:  # noqa: ANN401
    return value is None or (type(value) in {float, bool} and value == 0)


def _base(base: Any, exponent: Any) -> Any:  # noqa: ANN401
    """The base of a power; an error where the exponent is 0 too, which the engine takes for 1."""
    return for_both(
        base, exponent, lambda one, other: NUM if _nought(one) and _nought(other) else one
    )


def _pick(value: Any, row: Any = None, column: Any = None) -> Any:  # noqa: ANN401
    """INDEX of what was calculated: its own gives #REF! for an error's second column."""
    if type(value) is dict:
        return value
    table = as_rows(value)
    high, wide = len(table), len(table[0])
    down, right = int(as_number(row)), int(as_number(column))
    if high == 1 and wide > 1 and column is None:
        down, right = 0, down
    if down < 0 or right < 0:
        return VALUE
    if down > high or right > wide:
        return REF
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
    if not all(plain_text(text) for text in (wanted, *(text for _, text in same))):
        raise RefusedError("it looks for the nearest text among texts with marks or accents")
    return [(at, text.casefold()) for at, text in same]


def _nearest(wanted: Any, cells: list[Any]) -> int:  # noqa: ANN401
    """The last cell, of those of its kind, that is not above what is looked for."""
    if type(wanted) is dict:
        raise ErrorCell(wanted)
    if type(wanted) is list:
        raise RefusedError("it looks for a whole range")
    if wanted is None:
        if any(_kind(cell) is float and cell <= 0 for cell in cells):
            raise RefusedError("it looks for the nearest value to a blank cell")
        raise ErrorCell(NA)
    if type(wanted) is float and set(map(type, cells)) <= {float, type(None)}:
        filled = len(cells) - cells.count(None)
        if None not in cells[:filled] and sorted(cells[:filled]) == cells[:filled]:
            count = bisect_right(cells, wanted, 0, filled)  # the same, fast
            if not count:
                raise ErrorCell(NA)
            return count - 1
    same = _same_kind(wanted, cells)
    sought = wanted.casefold() if type(wanted) is str else wanted
    below = [cell <= sought for _, cell in same]
    count = sum(below)
    if not all(below[:count]):
        raise RefusedError("it looks for the nearest value in cells that are not sorted upwards")
    if not count:
        raise ErrorCell(NA)
    return int(same[count - 1][0])


def _line(value: Any) -> list[Any] | None:  # noqa: ANN401
    """The cells of a row or a column; None if it is neither."""
    table = as_rows(value)
    if len(table) == 1:
        return list(table[0])
    return [row[0] for row in table] if len(table[0]) == 1 else None


def _match(wanted: Any, among: Any, _kind_of_match: Any = None) -> Any:  # noqa: ANN401
    cells = _line(among)
    if cells is None:
        return NA
    return float(_nearest(wanted, cells) + 1)


def _lookup(wanted: Any, among: Any, results: Any = None, *_more: Any) -> Any:  # noqa: ANN401
    table = as_rows(among)
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


def _vlookup(wanted: Any, among: Any, at: Any, _near: Any = None) -> Any:  # noqa: ANN401
    return _from_table(wanted, as_rows(among), at)


def _hlookup(wanted: Any, table: Any, number: Any, _near: Any = None) -> Any:  # noqa: ANN401
    turned = [list(column) for column in zip(*as_rows(table), strict=True)]
    return _from_table(wanted, turned, number)


def _from_table(wanted: Any, rows: list[list[Any]], number: Any) -> Any:  # noqa: ANN401
    if type(wanted) is dict:
        return wanted
    if type(number) is list:
        raise RefusedError("its row or column number is a whole range")
    at = int(as_number(number))
    if at < 1:
        return VALUE
    if at > len(rows[0]):
        raise RefusedError(f"it asks for row or column {at} of a table that has {len(rows[0])}")
    return rows[_nearest(wanted, [row[0] for row in rows])][at - 1]


def _next_to(wanted: Any, cells: list[Any], way: float) -> int | None:  # noqa: ANN401
    """The first cell that is the same, or else the next below (-1) or above (1)."""
    if type(wanted) is dict:
        raise ErrorCell(wanted)
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
        return VALUE
    at = _next_to(wanted, cells, way)
    return NA if at is None else float(at + 1)


def _xlookup(wanted: Any, among: Any, results: Any, otherwise: Any, way: Any) -> Any:  # noqa: ANN401
    cells, given = _line(among), _line(results)
    if cells is None or given is None or len(cells) != len(given):
        raise RefusedError("XLOOKUP is given ranges that are not one row or column of one length")
    at = _next_to(wanted, cells, way)
    if at is None:
        return NA if otherwise is None else otherwise
    return given[at]


# Steps: 0.7/0.1 is 7 to Excel, which takes a number by its first 15 digits.


def _stepped(amount: float, step: float, whole: Callable[[float], int]) -> float:
    return to_digits(whole(to_digits(amount / step)) * step)


def _floor(number: Any, step: Any) -> Any:  # noqa: ANN401
    return _stepped(as_number(number), as_number(step), floor)


def _ceiling(number: Any, step: Any) -> Any:  # noqa: ANN401
    return _stepped(as_number(number), as_number(step), ceil)


def _floor_math(number: Any, step: Any = 1.0, mode: Any = None) -> Any:  # noqa: ANN401
    value, size = as_number(number), abs(as_number(step))
    towards_zero = value < 0 and as_number(mode) != 0
    return _stepped(value, size, ceil if towards_zero else floor) if size else 0.0


def _ceiling_math(number: Any, step: Any = 1.0, mode: Any = None) -> Any:  # noqa: ANN401
    value, size = as_number(number), abs(as_number(step))
    away = value < 0 and as_number(mode) != 0
    return _stepped(value, size, floor if away else ceil) if size else 0.0
