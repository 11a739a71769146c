"""The calls of the reference book: every function with its card's example, and calls that err.

The arguments are those that the example itself passes: it is run, and its call noted. What a
cell must show is computed from what stands in the cells, by the same code that a cell calls.
"""

from __future__ import annotations

import datetime as dt
import io
from contextlib import redirect_stdout
from doctest import DocTestParser
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.about import CARDS, FUNCTIONS
from xlfuncs.card import card_of
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.hosts.cells import cell_function
from xlfuncs.kinds import Day, Moment, Number, Table
from xlfuncs.ranges import Column
from xlfuncs.serials import serial_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfuncs.card import Card
    from xlfuncs.hosts.cells import CellInput, CellResult, CellValue, Rows

VALUATION: Final = "Valuation"
ABOUT: Final = "About the add-in"
TEXT: Final = "six"


class Call(NamedTuple):
    """A call of a function with its cells, and what its own cell must show.

    `dates` are the places of a table, row and column from 0, in which numbers stand for dates.
    """

    made: Card
    cells: tuple[CellInput, ...]
    promised: CellResult
    dates: frozenset[tuple[int, int]]

    @property
    def is_table(self) -> bool:
        """Whether it fills several cells."""
        return isinstance(self.promised, list)


class WrongCall(NamedTuple):
    """A function's call with one argument wrong, and the error that its cell must show."""

    call: Call
    place: int
    wrong: CellInput
    what: str
    code: ErrorValue


def calls() -> dict[str, list[Call]]:
    """Every function's call, by the document of its rule, in document order."""
    found = [_call(function) for function in FUNCTIONS]
    documents = dict.fromkeys(
        call.made.sources[0].document for call in found if _room(call.made) == "clauses"
    )
    groups: dict[str, list[Call]] = {name: [] for name in (*documents, VALUATION, ABOUT)}
    for call in found:
        document = call.made.sources[0].document
        if _room(call.made) == "about":
            groups[ABOUT].append(call)
        else:
            groups[document if document in documents else VALUATION].append(call)
    return groups


def _room(made: Card) -> str:
    return made.body.__module__.split(".")[1]


def _call(function: Callable[..., Any]) -> Call:
    made = card_of(function)
    arguments = _example(function)
    cells = tuple(_in_cells(value) for value in arguments)
    answer = function(*arguments)
    rows = answer if isinstance(answer, list) else [[answer]]
    dates = frozenset(
        (down, across)
        for down, row in enumerate(rows)
        for across, value in enumerate(row if isinstance(row, list) else [row])
        if isinstance(value, dt.date)
    )
    return Call(made, cells, cell_function(function)(*cells), dates)


def _example(function: Callable[..., Any]) -> list[object]:
    """The arguments that the example of a card passes to its function, in order."""
    made = card_of(function)
    passed: list[list[object]] = []

    def noted(*arguments: object, **named: object) -> object:
        last = max((p for p, one in enumerate(made.arguments) if one.name in named), default=-1)
        rest = made.arguments[len(arguments) : last + 1]
        passed.append([*arguments, *(named.get(one.name, one.default) for one in rest)])
        return function(*arguments, **named)

    names: dict[str, Any] = {one.name: other for one, other in zip(CARDS, FUNCTIONS, strict=True)}
    names |= {"date": dt.date, "datetime": dt.datetime, made.name: noted}
    with redirect_stdout(io.StringIO()):
        for example in DocTestParser().get_examples(made.example):
            exec(example.source, names)  # noqa: S102  the project's own docstring, run as its tests run it
    if not passed:
        raise BookError(f"the example of {made.name} does not call it")
    return passed[0]


def _in_cells(value: object) -> CellInput:
    """A value as cells hold it; a range is a row of cells, or rows of them."""
    if isinstance(value, (list, tuple)):
        rows = value if any(isinstance(row, (list, tuple)) for row in value) else [value]
        return [[_cell(item) for item in row] for row in rows]
    return _cell(value)


def _cell(value: Any) -> CellValue:  # noqa: ANN401  whatever an example passes
    if isinstance(value, dt.date):
        return serial_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    plain: CellValue = value
    return plain


def wrong_calls(groups: dict[str, list[Call]]) -> list[WrongCall]:
    """Calls that must err: of each subject the first that errs with #NUM!, #VALUE! and #N/A."""
    found: dict[tuple[str, ErrorValue], WrongCall] = {}
    for group in groups.values():
        for call in group:
            for one in _wrong(call):
                found.setdefault((one.call.made.subject, one.code), one)
    order = [ErrorValue.NUM, ErrorValue.VALUE, ErrorValue.NA]
    return sorted(found.values(), key=lambda one: order.index(one.code))


def _wrong(call: Call) -> Iterator[WrongCall]:
    """The ways in which a call is made to err, where it does err so."""
    if isinstance(call.made.result, Table):
        return
    (function,) = (one for one in FUNCTIONS if card_of(one) is call.made)
    for place, (argument, cell) in enumerate(zip(call.made.arguments, call.cells, strict=False)):
        unit = argument.unit
        ways: list[tuple[CellInput, str, ErrorValue]] = []
        if isinstance(unit, Number) and unit.minimum >= 0.0:
            ways.append((-1.0, f"{argument.name} is −1", ErrorValue.NUM))
        if isinstance(unit, (Number, Day, Moment)):
            ways.append((TEXT, f"{argument.name} is text", ErrorValue.VALUE))
        if isinstance(unit, Column) and isinstance(cell, list) and len(cell[0]) > 1:
            gap: Rows = [[None, *cell[0][1:]]]
            ways.append((gap, f"{argument.name} has a gap", ErrorValue.NA))
        for wrong, what, code in ways:
            cells = [*call.cells[:place], wrong, *call.cells[place + 1 :]]
            if cell_function(function)(*cells) is code:
                yield WrongCall(call, place, wrong, what, code)
