"""Array kernels of the valuation functions, where they are installed and have the function."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from xlfuncs.errors import FunctionError
from xlfuncs.kinds import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from xlfuncs.card import Card

_ROOM: Final = "xlfuncs.arrays"


def kernel_for(made: Card) -> Callable[..., Any] | None:
    """The function of the same name over arrays, or None.

    Only for functions that answer with a number that nobody counts: a kernel agrees with the
    scalar to the last digits of a double, which is no measure for whole shares.
    """
    if not isinstance(made.result, Number) or made.result.whole:
        return None
    try:
        room = import_module(_ROOM)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("xlfuncs"):
            return None  # this installation has no kernels
        raise
    found = getattr(room, made.name, None)
    if isinstance(found, ModuleType):  # a module of the room may have the name of its function
        found = getattr(found, made.name, None)
    return found if callable(found) else None


def kernel_values(
    kernel: Callable[..., Any], arguments: Sequence[Any], rows: int
) -> NDArray[np.float64] | None:
    """What a kernel gives for so many rows, NaN where it has none; None if it does not take them.

    A kernel refuses as a whole what the scalar function refuses row by row: then the rows are
    taken one by one, and each has its own sentence.
    """
    try:
        values = kernel(*arguments)
    except FunctionError:
        return None
    if isinstance(values, np.ndarray) and values.shape == (rows,):
        return values.astype(np.float64, copy=False)
    return None
