"""Arguments as arrays, checked by the card of the scalar function of the same name.

A whole array is held against its bounds at once. Where something in it is wrong, the unit of
the argument says what, about the first bad element, in the sentence that a single value gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from xlfuncs.card import Card, arguments_from, card_of
from xlfuncs.errors import BoundsError, FunctionError, InputError
from xlfuncs.kinds import FIRST_DATE, Choice, Day, Number, shown
from xlfuncs.ranges import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_REAL = "fiu"  # the kinds of numpy types that hold numbers: floats, signed and unsigned integers
_FIRST_DAY = np.datetime64(FIRST_DATE)
_LAST_DAY = np.datetime64("9999-12-31")


def checked(
    function: Callable[..., object],
    arguments: tuple[object, ...],
    named: Mapping[str, object] | None = None,
    *,
    later: bool = False,
) -> dict[str, Any]:
    """Bind arguments to a worksheet function's parameters and check every element of each.

    Args:
        function: the scalar function whose card has the names, the bounds and the defaults.
        arguments: the arguments by position.
        named: the arguments by name.
        later: whether the bounds of numbers are left to `within_bounds`, for a kernel that
            finds out by itself whether anything is outside.

    Returns:
        by parameter: numbers, whole ones too, as an array of float64; words as a str, or an
        array of str; dates as an array of datetime64[D]; None where that is allowed.
        Nothing is broadcast yet, and an array that needs no conversion is not copied.

    Raises:
        InputError: an argument is missing, unknown, given twice, or of the wrong kind.
        BoundsError: an element is outside the bounds of its argument.
    """
    made = card_of(function)
    given = _bound(made, arguments, named or {})
    found: dict[str, Any] = {}
    try:
        for argument in made.arguments:
            value = given.get(argument.name, argument.default)
            blank = value is None and argument.nullable
            unit = _inner(argument.unit)
            if blank:
                found[argument.name] = None
            elif later and isinstance(unit, Number):
                found[argument.name] = _doubles(unit, value, argument.name)
            else:
                found[argument.name] = of_unit(unit, value, argument.name)
    except FunctionError as error:
        error.clause = error.clause or made.citation
        raise
    return found


def within_bounds(function: Callable[..., object], found: Mapping[str, Any]) -> None:
    """Check the numbers that `checked` left for later.

    Raises:
        BoundsError: an element is outside the bounds of its argument.
    """
    made = card_of(function)
    try:
        for argument in made.arguments:
            unit = _inner(argument.unit)
            if isinstance(unit, Number) and found.get(argument.name) is not None:
                numbers(unit, found[argument.name], argument.name)
    except FunctionError as error:
        error.clause = error.clause or made.citation
        raise


def of_unit(unit: object, value: object, name: str) -> object:
    """One argument as an array of its unit.

    Raises:
        InputError: it is of the wrong kind.
        BoundsError: an element is outside the bounds of the unit.
    """
    inner = _inner(unit)
    if isinstance(inner, Number):
        return numbers(inner, value, name)
    if isinstance(inner, Day):
        return _days(inner, value, name)
    if isinstance(inner, Choice):
        return _words(inner, value, name)
    return cast("Any", inner).check(value, name)


def numbers(unit: Number, value: object, name: str) -> NDArray[np.float64]:
    """Numbers as float64, each within the bounds of the unit.

    Raises:
        InputError: something else than numbers.
        BoundsError: an element is outside the bounds.
    """
    array = _doubles(unit, value, name)
    if array.size == 0 or _within(unit, array):
        return array
    low = array <= unit.minimum if unit.above else array < unit.minimum
    bad = ~(np.isfinite(array) & ~low & (array <= unit.maximum))
    if unit.whole:
        bad |= array != np.floor(array)
    _refuse(unit, array, bad, name)
    return array


def _inner(unit: object) -> object:
    """The unit of one element: that of a range is its column's."""
    return unit.unit if isinstance(unit, Column) else unit


def _doubles(unit: Number, value: object, name: str) -> NDArray[np.float64]:
    """Numbers as float64; what is no plain number is checked by its unit, one by one."""
    array = _array(value, name)
    if array.dtype.kind not in _REAL:
        checks = [unit.check(one, place) for one, place in _elements(array, name)]
        array = np.array(checks, dtype=np.float64).reshape(array.shape)
    return array.astype(np.float64, copy=False)


def together(values: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    """The shape of arrays broadcast against one another.

    Raises:
        InputError: they do not fit together.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in values.values()))
    except ValueError:
        shapes = [f"{name} {array.shape}" for name, array in values.items() if array.ndim]
        raise InputError(f"the shapes do not fit together: {', '.join(shapes)}") from None


def check_axis(name: str, array: NDArray[Any], axis: object) -> None:
    """See that an array has an axis of that number.

    Raises:
        InputError: it has not, or the number is none.
    """
    if not isinstance(axis, int) or not -array.ndim <= axis < array.ndim:
        raise InputError(f"{name} has no axis {shown(axis)}, it has {array.ndim}")


def valued(function: Callable[..., object], result: NDArray[np.float64]) -> NDArray[np.float64]:
    """The result, NaN where the scalar function would refuse it; a single one as a number."""
    unit = card_of(function).result
    if isinstance(unit, Number) and result.size and not _within(unit, result):
        low = result > unit.minimum if unit.above else result >= unit.minimum
        result = np.where(low & (result <= unit.maximum), result, np.nan)
    return single(result)


def single(result: NDArray[np.float64]) -> NDArray[np.float64]:
    """The result, or the number that is all of it."""
    found: NDArray[np.float64] = result[()]
    return found


def _bound(
    made: Card, arguments: tuple[object, ...], named: Mapping[str, object]
) -> dict[str, object]:
    names = [argument.name for argument in made.arguments]
    if len(arguments) > len(names):
        arguments_from(made, len(arguments))
    given = dict(zip(names, arguments, strict=False))
    for name, value in named.items():
        if name in given or name not in names:
            fault = "was given twice" if name in given else "is not an argument"
            raise InputError(f"{name} {fault} of {made.name}", made.citation)
        given[name] = value
    missing = [one.name for one in made.arguments if not one.optional and one.name not in given]
    if missing:
        raise InputError(f"{made.name} needs {', '.join(missing)} as well", made.citation)
    return given


def _array(value: object, name: str) -> NDArray[Any]:
    """Whatever came as an array, without guessing: text, truths and blanks stay what they are."""
    if isinstance(value, np.ma.MaskedArray):
        value = np.ma.filled(value.astype(object), None)
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiuMO" or (array.dtype.kind in _REAL and _mixed(value)):
            array = np.asarray(value, dtype=object)  # numbers among text, truths among numbers
    except (ValueError, TypeError, OverflowError):
        raise InputError(f"{name} must be numbers in equal rows, not {shown(value)}") from None
    return array


def _mixed(value: object) -> bool:
    """Whether a list that numpy reads as numbers has truths among them."""
    if not isinstance(value, (list, tuple)):
        return isinstance(value, bool)
    return any(_mixed(one) for one in value)


def _elements(array: NDArray[Any], name: str) -> list[tuple[object, str]]:
    """Each element with its place, as in spot[3]."""
    items = array.astype(object) if array.dtype.kind != "O" else array
    return [(items[index], _place(name, index)) for index in np.ndindex(array.shape)]


def _place(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _within(unit: Number, array: NDArray[np.float64]) -> bool:
    """Whether every element is within the bounds; a NaN never is."""
    lowest, highest = array.min(), array.max()
    low = unit.minimum < lowest if unit.above else unit.minimum <= lowest
    fits = bool(low and highest <= unit.maximum)
    return fits and (not unit.whole or bool((array == np.floor(array)).all()))


def _refuse(unit: Number | Day, array: NDArray[Any], bad: NDArray[np.bool_], name: str) -> None:
    count = int(np.count_nonzero(bad))
    index = tuple(int(one) for one in np.unravel_index(int(bad.argmax()), bad.shape))
    try:
        unit.check(array[index].item(), _place(name, index))
    except FunctionError as error:
        if count > 1:
            sentence = f"{error.sentence}; {count:,} of the {array.size:,} values are such"
            raise type(error)(sentence) from None
        raise


def _days(unit: Day, value: object, name: str) -> NDArray[np.datetime64]:
    array = _array(value, name)
    if array.dtype.kind != "M":
        days = [unit.check(one, place) for one, place in _elements(array, name)]
        return np.array(days, dtype="datetime64[D]").reshape(array.shape)
    array = array.astype("datetime64[D]")
    missing = np.isnat(array)
    if missing.any():
        index = np.unravel_index(int(missing.argmax()), array.shape)
        place = _place(name, tuple(map(int, index)))
        raise InputError(f"{place} must be a date, not blank")
    _refuse_days(unit, array, name)
    return array


def _refuse_days(unit: Day, array: NDArray[np.datetime64], name: str) -> None:
    bad = array < _FIRST_DAY
    if bad.any():
        _refuse(unit, array, bad, name)
    if array.size and array.max() > _LAST_DAY:
        raise BoundsError(f"{name} must be at most {_LAST_DAY}, not {array.max()}")


def _words(unit: Choice, value: object, name: str) -> str | NDArray[Any]:
    if isinstance(value, str):
        return unit.check(value, name)
    array = np.asarray(value)
    if array.dtype.kind == "U" and bool(np.isin(array, unit.words).all()):
        return array
    array = np.asarray(value, dtype=object)
    items = array.ravel().tolist()
    if not set(map(type, items)) <= {str}:
        items = [unit.check(one, place) for one, place in _elements(array, name)]
    words = dict.fromkeys(items)
    if set(words) <= set(unit.words):
        return np.array(items, dtype=object).reshape(array.shape)
    for one, place in _elements(array, name):
        words[one] = words[one] or unit.check(one, place)  # each spelling is read once
    return np.array([words[one] for one in items], dtype=object).reshape(array.shape)
