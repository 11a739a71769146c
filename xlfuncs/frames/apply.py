"""One function over the rows of a frame: bind the arguments, compute, gather the faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from xlfuncs.about import function_named
from xlfuncs.card import card_of
from xlfuncs.errors import InputError
from xlfuncs.frames.binding import bind
from xlfuncs.frames.faults import fault_table, row_fault
from xlfuncs.frames.results import one_answer, row_answers
from xlfuncs.frames.rows import compute

if TYPE_CHECKING:
    from collections.abc import Callable


class Applied(NamedTuple):
    """What a function gave over a frame.

    `values` is a Series under the frame's index, blank where a row has no answer; a DataFrame
    where the function answers with tables, whose index then has a last level `row`; or one
    answer, where no argument differs from row to row. `faults` has a row for each row without
    an answer: position, argument, error code, sentence and clause.
    """

    values: Any
    faults: pd.DataFrame


def apply(
    frame: pd.DataFrame, function: str | Callable[..., Any], /, *arguments: object, **named: object
) -> Applied:
    """Apply a function to the rows of a frame.

    Args:
        frame: the frame.
        function: a worksheet function or its name.
        arguments: the function's arguments in order; each may as well be given by name.
        named: arguments by name. The module's docstring says what an argument may be.

    Returns:
        the values, and the faults of rows without an answer.

    Raises:
        InputError: an argument is missing, ambiguous, or of the wrong kind for every row.
        FunctionError: a value given for all rows is not what the argument wants.
    """
    meant = function_meant(function)
    made = card_of(meant)
    bound = bind(frame, made, arguments, named)
    if bound.columns:
        answers, errors = compute(meant, made, bound, len(frame))
        faults = fault_table(
            [row_fault(position, error, made) for position, error in errors.items()], frame.index
        )
        values: Any = row_answers(made.result, answers, errors, frame.index)
    else:
        faults = fault_table([], frame.index)
        values = one_answer(meant(*bound.singles), made.result, bound.rows)
    if isinstance(values, pd.Series):
        values.name = made.name
    return Applied(values, faults)


def function_meant(function: str | Callable[..., Any]) -> Callable[..., Any]:
    """A worksheet function from its name or from itself.

    Raises:
        InputError: there is no such function, or it takes another's arguments.
    """
    meant = function_named(function) if isinstance(function, str) else function
    made = card_of(meant)
    if made.arguments and made.arguments[-1].repeated:
        raise InputError(f"{made.name} takes the arguments of another function, not columns")
    return meant
