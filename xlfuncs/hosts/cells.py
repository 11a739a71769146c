"""Between a spreadsheet's cells and the functions: values in, arguments out, errors as values.

A cell's value is neutral here: None (blank), bool, float, str or an ErrorValue; a range is a
list of rows; dates are serial numbers of the workbook's date system. A function never raises
for what stands in the cells: it returns the error value that its cell shows.

Where one number is wanted a column may be given, and a column of results comes back. Columns
are checked as a whole and then run through the bare body; only if a row needs a closer look
are the rows taken one by one, and a bad row's error is that row's alone.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from xlfuncs.about import FUNCTIONS, function_named
from xlfuncs.card import arguments_from, card_of
from xlfuncs.errors import BoundsError, ErrorValue, FunctionError, InputError
from xlfuncs.kinds import Anything, Day, Moment, Number
from xlfuncs.ranges import Block, Column, Remembered, flat
from xlfuncs.serials import date_of, moment_of, serial_of, shift_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlfuncs.card import Argument, Card

    Heard = Callable[[str, FunctionError], None]

CellValue = bool | float | str | ErrorValue | None
Rows = list[list[CellValue]]
CellInput = CellValue | Rows
CellResult = CellValue | Rows


def worksheet_functions(
    *, date1904: bool = False, heard: Heard | None = None
) -> dict[str, Callable[..., CellResult]]:
    """Every function as a spreadsheet calls it, by its worksheet name.

    Args:
        date1904: whether the workbook counts its days from 1904.
        heard: is told each error that becomes an error value, with the function's name.
    """
    return {
        card_of(function).worksheet_name: cell_function(function, date1904=date1904, heard=heard)
        for function in FUNCTIONS
    }


def cell_function(
    function: Callable[..., Any], *, date1904: bool = False, heard: Heard | None = None
) -> Callable[..., CellResult]:
    """A function as a spreadsheet calls it: neutral cell values in, neutral cell values out."""
    return shifted_function(function, shift_of(date1904=date1904), heard)


def shifted_function(
    function: Callable[..., Any], shift: int, heard: Heard | None = None
) -> Callable[..., CellResult]:
    """The same, for a workbook whose day zero is so many days after 30 December 1899."""
    made, least, most, tells = _shape(function)
    takers = _takers(function, shift)

    def called(*values: CellInput) -> CellResult:
        try:
            if len(values) < least or (len(values) > most and not tells):
                arguments_from(made, len(values))
            taken = _told(values, shift) if tells else takers
            arguments = [take(value) for take, value in zip(taken, values, strict=False)]
            if _Several in map(type, arguments):
                return _lifted(function, made, arguments, shift, heard)
            result = function(*arguments)
            return result if type(result) is float else _to_cells(result, shift)
        except FunctionError as error:
            if heard is not None:
                heard(made.worksheet_name, error)
            return error.code

    called.__name__ = made.worksheet_name
    return called


class _Several(NamedTuple):
    """A row or a column where the function wants one value."""

    cells: list[CellValue]
    across: bool


@cache
def _shape(function: Callable[..., Any]) -> tuple[Card, int, int, bool]:
    """A function's card, the least and the most it takes, and whether it tells about another.

    Looked up once, though every book asks for its functions anew; so with `_takers`.
    """
    made = card_of(function)
    tells = bool(made.arguments) and made.arguments[-1].repeated
    return made, made.required, len(made.arguments), tells


@cache
def _takers(function: Callable[..., Any], shift: int) -> list[Callable[[CellInput], object]]:
    """What takes each argument."""
    return [_taker(argument, shift) for argument in card_of(function).arguments]


def _taker(argument: Argument, shift: int) -> Callable[[CellInput], object]:
    """What turns a cell's value into this argument, or a column of them into several."""
    name, unit, optional, default = (
        argument.name,
        argument.unit,
        argument.optional,
        argument.default,
    )

    def take(value: CellInput) -> object:
        if type(value) is float:
            return convert(value, name, shift) if convert else value
        if isinstance(value, list):
            if len(value) != 1 or len(value[0]) != 1:
                return _several(value, name)
            return take(value[0][0])
        if value is None or value == "":
            return default if optional else None
        return value

    def take_block(value: CellInput) -> object:
        if not isinstance(value, list):
            return value
        return [
            [
                _day(cell, f"{name} row {row}", shift)
                if place in days_at and isinstance(cell, float)
                else cell
                for place, cell in enumerate(cells)
            ]
            for row, cells in enumerate(value, 1)
        ]

    if isinstance(unit, Column):
        return _range_taker(argument, unit, shift)
    if isinstance(unit, Block) and unit.dates:
        days_at = {unit.columns.index(column) for column in unit.dates}
        return take_block
    convert = _day if isinstance(unit, Day) else _moment if isinstance(unit, Moment) else None
    return _as_it_is if isinstance(unit, (Anything, Block)) else take


def _range_taker(argument: Argument, column: Column, shift: int) -> Callable[[CellInput], object]:
    """What takes a range of cells as a column."""
    name, dates = argument.name, isinstance(column.unit, Day)

    def cells_of(value: CellInput) -> list[object]:
        cells = flat(value, name)
        return _days(tuple(cells), tuple(map(type, cells)), name, shift) if dates else cells

    def take_range(value: CellInput) -> object:
        if type(value) is Remembered:
            return remembered(value)
        if value is None and argument.optional:
            return argument.default
        return cells_of(value)

    def remembered(value: Remembered) -> object:
        taken = value.made.get(take_range)
        if taken is None:
            taken = cells_of(value)
            with suppress(FunctionError):  # the function will say it, after what comes before
                taken = column.checked(taken, name)
            value.made[take_range] = taken
        return taken

    return take_range


def _told(values: Sequence[CellInput], shift: int) -> list[Callable[[CellInput], object]]:
    """Takers for a call that tells about another: its name, then that function's arguments."""
    name = _only(values[0])
    takers = list(map(_telling, _takers(function_named(name), shift) if type(name) is str else ()))
    more = len(values) - 1 - len(takers)
    return [_only, *takers, *[_as_it_is] * more]


def _only(value: CellInput) -> CellInput:
    """The one value of a range of one cell, or what came."""
    if type(value) is list and len(value) == 1 and len(value[0]) == 1:
        return value[0][0]
    return value


def _as_it_is(value: CellInput) -> object:
    return value


def _telling(take: Callable[[CellInput], object]) -> Callable[[CellInput], object]:
    """An argument that is told about: what is wrong with its cell is the value it has."""

    def taken(value: CellInput) -> object:
        try:
            return take(value)
        except FunctionError as error:
            return error

    return taken


def _several(rows: Rows, name: str) -> _Several:
    if len(rows) == 1:
        return _Several(list(rows[0]), across=True)
    if set(map(len, rows)) != {1}:
        raise InputError(f"{name} must be one value, one row or one column, not a block of cells")
    return _Several(list(chain.from_iterable(rows)), across=False)


def _day(serial: float, argument: str, shift: int) -> dt.date:
    day = date_of(serial, shift)
    if day is None:
        raise BoundsError(
            f"{argument} must be a date from 1900-03-01 to 9999-12-31, not the number {serial:g}"
        )
    return day


def _moment(serial: float, argument: str, shift: int) -> dt.datetime:
    _day(serial, argument, shift)
    return cast("dt.datetime", moment_of(serial, shift))


@lru_cache(maxsize=64)
def _days(
    cells: tuple[CellValue, ...], _kinds: tuple[type, ...], argument: str, shift: int
) -> list[object]:
    """A column of dates; remembered, since many cells of a book read the same column.

    The kinds of the cells belong to what it is remembered by: TRUE equals 1.
    """
    return [
        _day(cell, f"{argument} row {row}", shift) if isinstance(cell, float) else cell
        for row, cell in enumerate(cells, 1)
    ]


def _lifted(
    function: Callable[..., Any],
    made: Card,
    arguments: list[Any],
    shift: int,
    heard: Heard | None,
) -> Rows:
    """One result for each row of the columns, in the shape in which they came."""
    columns = {place: one for place, one in enumerate(arguments) if type(one) is _Several}
    if made.arguments[-1].repeated:
        raise InputError(f"{made.name} takes single values, not columns", made.citation)
    if len({len(column.cells) for column in columns.values()}) != 1:
        named = ", ".join(
            f"{made.arguments[place].name} has {len(column.cells)}"
            for place, column in columns.items()
        )
        raise InputError(f"columns must have the same number of rows: {named}", made.citation)
    results = _all_rows(made, arguments)
    if results is None:
        results = _row_by_row(function, arguments, columns, shift)
        if heard is not None:
            for result in results:
                if isinstance(result, FunctionError):
                    heard(made.worksheet_name, result)
        results = [one.code if isinstance(one, FunctionError) else one for one in results]
    across = next(iter(columns.values())).across
    if set(map(type, results)) == {float}:
        return [results] if across else [[result] for result in results]
    return _shaped([_to_cells(result, shift) for result in results], across=across)


def _all_rows(made: Card, arguments: list[Any]) -> list[Any] | None:
    """All rows through the bare body, or None if any of them needs a closer look."""
    streams: list[Any] = []
    try:
        for argument, value in zip(made.arguments, arguments, strict=False):
            if type(value) is not _Several:
                easy = value is argument.default or (value is None and argument.nullable)
                streams.append(repeat(value if easy else argument.unit.check(value, argument.name)))
            elif isinstance(argument.unit, Number) and _all_within(argument.unit, value.cells):
                streams.append(value.cells)
            else:
                return None
        results = list(map(made.body, *streams))
    except (FunctionError, ArithmeticError):
        return None  # the rows one by one will tell which, and why
    if isinstance(made.result, Number) and not _within(made.result, results):
        return None
    return results


def _all_within(unit: Number, cells: list[Any]) -> bool:
    return not unit.whole and set(map(type, cells)) == {float} and _within(unit, cells)


def _within(unit: Number, numbers: list[Any]) -> bool:
    """Whether all numbers are within the bounds of a unit, and none is no number."""
    low = min(numbers)
    above = unit.minimum < low if unit.above else unit.minimum <= low
    total = sum(numbers)  # a NaN may hide from min and max, but not from a sum
    return bool(above and max(numbers) <= unit.maximum and total - total == 0.0)


def _row_by_row(
    function: Callable[..., Any],
    arguments: list[Any],
    columns: dict[int, _Several],
    shift: int,
) -> list[Any]:
    every = _takers(function, shift)
    takers = [every[place] for place in columns]
    results: list[Any] = []
    for row in zip(*(column.cells for column in columns.values()), strict=True):
        filled = list(arguments)
        try:
            for place, take, value in zip(columns, takers, row, strict=True):
                filled[place] = take(value)
            results.append(function(*filled))
        except FunctionError as error:
            results.append(error)
    return results


def _to_cells(result: object, shift: int) -> CellResult:
    if type(result) is float:
        return result
    if isinstance(result, list):
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in result]
        return [[cast("CellValue", _to_cells(cell, shift)) for cell in row] for row in rows]
    if isinstance(result, dt.date):
        return serial_of(result, shift)
    if isinstance(result, int) and not isinstance(result, bool):
        return float(result)
    return cast("CellValue", result)


def _shaped(results: Sequence[CellResult], *, across: bool) -> Rows:
    """Results side by side or below one another; a table of one row each joins in."""
    if not any(isinstance(result, list) for result in results):
        singles = cast("list[CellValue]", list(results))
        return [singles] if across else [[single] for single in singles]
    width = max(len(result[0]) for result in results if isinstance(result, list))
    rows: Rows = []
    for result in results:
        if isinstance(result, list) and len(result) != 1:
            raise InputError(
                "a function that answers with a table takes single values, not columns"
            )
        rows.append(result[0] if isinstance(result, list) else [result] * width)
    return [list(column) for column in zip(*rows, strict=True)] if across else rows
