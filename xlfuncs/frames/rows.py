"""The rows of a call: those plainly good at once, the others one by one."""

from __future__ import annotations

from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from xlfuncs.errors import FunctionError
from xlfuncs.frames.columns import ready
from xlfuncs.frames.kernels import kernel_for, kernel_values
from xlfuncs.frames.whole import whole_range
from xlfuncs.kinds import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from xlfuncs.card import Card
    from xlfuncs.frames.binding import Bound
    from xlfuncs.frames.columns import Mask, Ready

    Answers = list[Any] | NDArray[np.float64]
    Columns = dict[int, Ready]

_NOTHING: Any = object()  # a row that has no answer yet


def compute(
    function: Callable[..., Any], made: Card, bound: Bound, rows: int
) -> tuple[Answers, dict[int, FunctionError]]:
    """The answer of each row, and the errors of those that have none, by position.

    Where a row has no answer, what stands in its place means nothing.
    """
    columns = {
        place: ready(column, made.arguments[place]) for place, column in bound.columns.items()
    }
    good = np.logical_and.reduce([column.good for column in columns.values()])
    answers: Answers
    from_kernel = _by_kernel(made, bound.singles, columns, good)
    if from_kernel is not None:
        answers = from_kernel
        waiting = np.flatnonzero(np.isnan(from_kernel)).tolist()
    else:
        answers = _by_body(made, bound.singles, columns, good)
        waiting = [row for row, answer in enumerate(answers) if answer is _NOTHING]
    outside = _outside(made, answers, waiting, rows)
    return answers, _closer_look(
        function, made, bound.singles, columns, answers, [*waiting, *outside]
    )


def _by_kernel(
    made: Card, singles: list[Any], columns: Columns, good: Mask
) -> NDArray[np.float64] | None:
    kernel = kernel_for(made)
    if kernel is None or not good.any():
        return None
    arguments: list[Any] = list(singles)
    for place, column in columns.items():
        if column.array is None:
            return None
        arguments[place] = column.array[good]
    last = max(
        place
        for place, argument in enumerate(made.arguments)
        if place in columns or not argument.optional or singles[place] is not argument.default
    )
    values = kernel_values(kernel, arguments[: last + 1], int(good.sum()))
    if values is None:
        return None
    answers = np.full(len(good), np.nan)
    answers[good] = values
    return answers


def _by_body(made: Card, singles: list[Any], columns: Columns, good: Mask) -> list[Any]:
    """The bare body over the good rows, whose arguments need no check any more."""
    all_good = bool(good.all())
    flags = good.tolist()
    streams: list[Any] = []
    for place, single in enumerate(singles):
        if place not in columns:
            streams.append(repeat(single))
        else:
            plain = columns[place].plain
            streams.append(plain if all_good else compress(plain, flags))
    found = _run(made.body, zip(*streams, strict=False))
    if all_good:
        return list(found)
    return [next(found) if flag else _NOTHING for flag in flags]


def _run(body: Callable[..., Any], rows: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
    for row in rows:
        try:
            yield body(*row)
        except (FunctionError, ArithmeticError):
            yield _NOTHING  # the function itself will say why


def _outside(made: Card, answers: Answers, waiting: list[int], rows: int) -> list[int]:
    """The rows whose answer is outside the bounds of the result."""
    if not isinstance(made.result, Number):
        return []
    if isinstance(answers, list):
        for row in waiting:
            answers[row] = np.nan
        numbers = np.fromiter(answers, dtype=np.float64, count=rows)
    else:
        numbers = answers
    unit = made.result
    with np.errstate(invalid="ignore"):
        above = numbers > unit.minimum if unit.above else numbers >= unit.minimum
        within = above & (numbers <= unit.maximum)
    within[waiting] = True  # they are looked at anyway
    return [int(row) for row in np.flatnonzero(~within)]


def _closer_look(
    function: Callable[..., Any],
    made: Card,
    singles: list[Any],
    columns: Columns,
    answers: Answers,
    waiting: list[int],
) -> dict[int, FunctionError]:
    """Ask the function itself about rows; answers are put in their place."""
    positions = np.array(sorted(waiting), dtype=np.intp)
    streams: list[Any] = []
    for place, argument in enumerate(made.arguments):
        if place not in columns:
            streams.append(repeat(singles[place]))
            continue
        items = columns[place].looked_at(positions, argument.default)
        if argument.is_range:
            items = [whole_range(item, argument.unit) for item in items]
        streams.append(items)
    errors: dict[int, FunctionError] = {}
    for position, row in zip(positions.tolist(), zip(*streams, strict=False), strict=False):
        try:
            answers[position] = function(*row)
        except FunctionError as error:
            errors[position] = error.with_traceback(None)
    return errors
