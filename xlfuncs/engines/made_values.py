"""Values that the embedded engine would read, cut or add up in another way than Excel.

Each function here takes and gives the engine's own values; what Excel would give is not always
known, and then the cell is refused.
"""

from __future__ import annotations

import re
from itertools import chain
from math import floor, inf, isfinite
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.engines import guard_names as names
from xlfuncs.engines.coercion import (
    DoubtfulError,
    doubtful_criterion,
    moment_of,
    number_of,
    text_of,
    to_digits,
    whole_of,
)
from xlfuncs.engines.engine_values import (
    DIV,
    NA,
    NUM,
    VALUE,
    ErrorCell,
    RefusedError,
    as_number,
    as_rows,
    for_both,
    for_each,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = Callable[..., Any]

_FAR: Final = 1e-14  # numbers as far apart as that differ in 15 digits
_HALF: Final = 0.5
_DAY: Final = 86_400  # seconds
_FIRST_TOLD: Final = 61  # 1 March 1900: Excel counts a day before it that there never was
_MOST_TIMES: Final = 1 << 27
_TRUTHS: Final = {"true": True, "false": False}
_LAST_DIGIT: Final = "hangs on the last digit of a number, of which programs differ"
# Text of other characters is ordered by rules of the language that Excel runs in.
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9 ]*")
_WORD_LETTER = re.compile(r"[^\W\d_]+")


def operators() -> dict[str, Function]:
    """What stands for operators, by the names that it is registered under."""
    return {
        names.TEXT: lambda value: for_each(value, _text),
        names.NEAR: near,
        names.PLUS: _plus,
        names.MINUS: _minus,
    }


def always_known() -> dict[str, Function]:
    """Functions that always have an answer, by name."""
    return {
        "INT": _int,
        "TYPE": _type,
        "PROPER": _proper,
        "REPLACE": _replace,
    }


def sometimes_known(shift: int) -> dict[str, Function]:
    """Functions that may refuse, by the names that they are registered under.

    Args:
        shift: the days between the workbook's epoch and that of 1900.
    """
    texts = _Texts(shift)
    return {
        names.NUMBER: texts.numbers,
        names.WHOLE: lambda value: for_each(value, texts.whole),
        names.DATE: lambda value: for_each(value, texts.date),
        names.DIRECT: lambda value: for_each(value, texts.direct),
        names.CHOSEN_ONE: _chosen,
        names.FOUND: _found,
        names.PLACE: _place,
        names.SHOWN: lambda value: for_each(value, texts.shown),
        names.ONLY: _only,
        names.REFUSED: _refused,
        names.TRUTH: lambda value: for_each(value, _truth),
        names.CRITERION: lambda value: for_each(value, _criterion),
        names.MATCHED: _matched,
        names.ORDER: _ordered,
        "XLF__VALUE": texts.value,
        "XLF__DATEVALUE": lambda text: float(floor(texts.moment(text))),
        "XLF__TIMEVALUE": lambda text: round(texts.moment(text) % 1 * _DAY) / _DAY,
        "XLF__MOD": _mod,
        "XLF__QUOTIENT": _quotient,
        "XLF__MROUND": _mround,
        "XLF__RANK": _rank,
    }


class _Texts:
    """Texts made numbers in a workbook of one date system."""

    def __init__(self, shift: int) -> None:
        self.shift = shift

    def read(self, text: str) -> float | None:
        try:
            return number_of(text, self.shift)
        except DoubtfulError as error:
            raise RefusedError(str(error)) from None

    def number(self, value: Any) -> Any:  # noqa: ANN401
        found = self.read(value) if type(value) is str else None
        return value if found is None else found

    def numbers(self, value: Any) -> Any:  # noqa: ANN401
        if type(value) is list and str not in set(map(type, chain.from_iterable(value))):
            return value
        return for_each(value, self.number)

    def whole(self, value: Any) -> Any:  # noqa: ANN401
        found = self.number(value)
        if type(found) is str:
            return VALUE
        if type(found) is bool:
            return float(found)
        if type(found) is float and isfinite(found) and whole_of(found) is None:
            raise RefusedError(f"{found!r}, which is cut to a whole number, {_LAST_DIGIT}")
        return found

    def date(self, value: Any) -> Any:  # noqa: ANN401
        found = self.whole(value)
        if not self.shift and type(value) is not dict and 0 <= as_number(found) < _FIRST_TOLD:
            raise RefusedError("it takes a blank cell, or a day before March 1900, for a date")
        return found

    def direct(self, value: Any) -> Any:  # noqa: ANN401
        found = self.number(value)
        return VALUE if type(found) is str else found

    def shown(self, value: Any) -> Any:  # noqa: ANN401
        if type(value) is bool:
            raise RefusedError("TEXT of TRUE or FALSE is not known to be right")
        return self.number(value)

    def value(self, value: Any) -> Any:  # noqa: ANN401
        if type(value) is str:
            found = self.read(value)
            return VALUE if found is None else found
        return VALUE if type(value) is bool else 0.0 if value is None else value

    def moment(self, text: Any) -> float:  # noqa: ANN401
        if type(text) is not str:
            raise ErrorCell(text if type(text) is dict else VALUE)
        found = moment_of(text.strip(" "), self.shift)
        if found is None:
            self.read(text)  # refuses what may be a date to another reader
            raise ErrorCell(VALUE)
        return found


def _text(value: Any) -> Any:  # noqa: ANN401
    if type(value) is bool:
        return str(value).upper()
    return text_of(value) if type(value) is float else value


def _chosen(value: Any) -> Any:  # noqa: ANN401
    """What IF and the like give to a sum: of a text Excel asks whether it stands in a cell."""
    if type(value) is str or type(value) is bool:
        raise RefusedError(f"{value!r} is chosen where a number is to be; Excel may leave it out")
    return [[None], [None]] if value is None else value  # a cell, which is left out if blank


def _found(value: Any) -> Any:  # noqa: ANN401
    if value is None:
        raise RefusedError("a blank cell is found where a number is to be; Excel may leave it out")
    return _chosen(value)


def _place(value: Any) -> Any:  # noqa: ANN401
    if type(value) is dict:
        raise RefusedError("it refers to an error")
    return _text(value)


def _only(total: Any) -> Any:  # noqa: ANN401
    """The error of a range that may hold numbers only."""
    if type(total) is dict:
        return total
    raise RefusedError("a range of dates or amounts holds a text, a truth or a blank")


def _refused(why: Any) -> Any:  # noqa: ANN401
    raise RefusedError(why)


def _truth(value: Any) -> Any:  # noqa: ANN401
    return _TRUTHS.get(value.casefold(), value) if type(value) is str else value


def _criterion(value: Any) -> Any:  # noqa: ANN401
    if type(value) is float and to_digits(value) != value:
        raise RefusedError(f"a criterion, {value!r}, {_LAST_DIGIT}")
    if type(value) is dict:
        raise RefusedError("a criterion is an error, which Excel looks for in the cells")
    why = doubtful_criterion(value) if type(value) is str else ""
    if why:
        raise RefusedError(why)
    return value


def _matched(value: Any, largest: Any, truths: Any = 0.0) -> Any:  # noqa: ANN401
    """What is made of the cells that match, unless one is an error: then that is given."""
    if type(largest) is dict:
        return largest
    if truths:
        raise RefusedError(
            "a cell that matches is TRUE or FALSE, which Excel is said to count, or to leave out"
        )
    return value


# Comparing


def near(one: Any, other: Any) -> Any:  # noqa: ANN401
    """What is compared with another value; the same number if 15 digits do not tell them apart.

    So Excel compares, and the engine does not: to it 0.1+0.2 is more than 0.3.
    """
    if type(one) is float and type(other) is float and abs(one - other) > _FAR * abs(other):
        return one
    return for_both(one, other, _same_digits)


def _same_digits(one: Any, other: Any) -> Any:  # noqa: ANN401
    if type(one) is float and type(other) is float and to_digits(one) == to_digits(other):
        return other
    return one


def plain_text(text: str) -> bool:
    """Whether a text is ordered among others alike in every language."""
    return _PLAIN_TEXT.fullmatch(text) is not None


def _ordered(one: Any, other: Any) -> Any:  # noqa: ANN401
    def compared(left: Any, right: Any) -> Any:  # noqa: ANN401
        texts = type(left) is str and type(right) is str
        if texts and not (plain_text(left) and plain_text(right)):
            raise RefusedError("it orders texts with marks or accents")
        return left

    for_both(one, other, compared)
    return near(one, other)


# Adding up, and cutting to whole numbers


def _plus(one: Any, other: Any) -> Any:  # noqa: ANN401
    """The last sum of a formula: nought where its parts agree in 15 digits."""
    if type(one) is float and type(other) is float:
        total = one + other
        if _FAR * abs(one) < abs(total) < inf:
            return total
    return for_both(one, other, lambda left, right: _sum(left, right, 1.0))


def _minus(one: Any, other: Any) -> Any:  # noqa: ANN401
    """The last difference of a formula, likewise."""
    if type(one) is float and type(other) is float:
        total = one - other
        if _FAR * abs(one) < abs(total) < inf:
            return total
    return for_both(one, other, lambda left, right: _sum(left, right, -1.0))


def _sum(one: Any, other: Any, sign: float) -> Any:  # noqa: ANN401
    try:
        first, second = as_number(one), sign * as_number(other)
    except ErrorCell as error:
        return error.value
    total = first + second
    if not isfinite(total):
        return NUM
    return 0.0 if to_digits(first) == -to_digits(second) else total


def _int(value: Any) -> Any:  # noqa: ANN401
    """INT, which takes a number by its first 15 digits: so INT(0.7/0.1) is 7."""
    return float(floor(to_digits(as_number(value))))


def _parted(value: Any, step: Any) -> tuple[float, float, float]:  # noqa: ANN401
    amount, size = as_number(value), as_number(step)
    if not size:
        raise ErrorCell(DIV)
    quotient = amount / size
    if not isfinite(quotient):
        raise ErrorCell(NUM)
    return amount, size, quotient


def _mod(value: Any, step: Any) -> Any:  # noqa: ANN401
    amount, size, quotient = _parted(value, step)
    if abs(quotient) >= _MOST_TIMES:
        raise RefusedError(f"MOD({amount!r},{size!r}) is an error to some versions of Excel")
    if amount.is_integer() and size.is_integer():
        return amount % size
    times = floor(quotient)
    rest = amount - size * times
    if times != floor(to_digits(quotient)) or 0 < abs(rest) <= _FAR * abs(amount):
        raise RefusedError(f"MOD({amount!r},{size!r}) {_LAST_DIGIT}")
    return rest


def _quotient(value: Any, step: Any) -> Any:  # noqa: ANN401
    amount, size, quotient = _parted(value, step)
    times = whole_of(quotient)
    if times is None:
        raise RefusedError(f"QUOTIENT({amount!r},{size!r}) {_LAST_DIGIT}")
    return float(times)


def _mround(value: Any, step: Any) -> Any:  # noqa: ANN401
    amount, size = as_number(value), as_number(step)
    if not amount or not size:
        return 0.0
    if (amount < 0) != (size < 0):
        return NUM
    times = to_digits(amount / size)
    if times % 1 == _HALF and not (size.is_integer() and amount / size == times):
        raise RefusedError(f"MROUND({amount!r},{size!r}) is half-way between two multiples")
    return to_digits(floor(times + _HALF) * size)


def _rank(value: Any, among: Any, order: Any = None) -> Any:  # noqa: ANN401
    wanted, rising = as_number(value), as_number(order) != 0
    cells = list(chain.from_iterable(as_rows(among)))
    for cell in cells:
        if type(cell) is dict:
            return cell
    numbers = [cell for cell in cells if type(cell) is float]
    if wanted not in numbers:
        if any(to_digits(cell) == to_digits(wanted) for cell in numbers):
            raise RefusedError(f"the rank of {wanted!r} {_LAST_DIGIT}")
        return NA
    before = sum(cell < wanted if rising else cell > wanted for cell in numbers)
    return float(before + 1)


# Others


def _type(value: Any) -> float:  # noqa: ANN401
    kinds = {str: 2.0, bool: 4.0, dict: 16.0, list: 64.0}
    return kinds.get(type(value), 1.0)


def _proper(value: Any) -> Any:  # noqa: ANN401
    return _WORD_LETTER.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), _string(value))


def _replace(value: Any, start: Any, length: Any, new: Any) -> Any:  # noqa: ANN401
    text, at, many = _string(value), int(as_number(start)), int(as_number(length))
    if at < 1 or many < 0:
        return VALUE
    return f"{text[: at - 1]}{_string(new)}{text[at - 1 + many :]}"


def _string(value: Any) -> str:  # noqa: ANN401
    """A text argument; numbers have been made texts before."""
    if type(value) is dict:
        raise ErrorCell(value)
    if type(value) is list:
        raise ErrorCell(VALUE)
    return "" if value is None else str(value).upper() if type(value) is bool else str(value)
