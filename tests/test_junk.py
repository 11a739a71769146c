"""Junk in every argument of every function: a good answer or a function's own error, nothing else.

An error is one line, names the argument and cites the clause; in a cell it is an error value.
Where a value is within its argument's bounds, and only the arguments together have no answer,
the sentence need not name one of them.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import xlfuncs
from tests.support.cases import all_cases, good_call
from xlfuncs import about, catalogue
from xlfuncs.card import card_of
from xlfuncs.errors import CellError, ErrorValue, FunctionError
from xlfuncs.hosts.cells import worksheet_functions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfuncs.card import Card

EASTERN = dt.timezone(-dt.timedelta(hours=5))


class Six(float):
    """A number of somebody's own kind."""


class Weird(enum.IntEnum):
    ONE = 1


class Hostile:
    """An object that answers every question with an exception."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compared")

    def __hash__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        raise RuntimeError("asked")

    def __repr__(self) -> str:
        raise RuntimeError("shown")


def _generator() -> Iterator[float]:
    yield 1.0
    yield 2.0


def _the_same(value: object) -> Callable[[], object]:
    return lambda: value


# What a person, a host or a program might hand over; generators are made for each call.
JUNK: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "empty text": lambda: "",
    "text": lambda: "six",
    "text of a number": lambda: "6.03",
    "text of a date": lambda: "1999-02-10",
    "text with newlines": lambda: "no\r\nlimit\n\u2028\t\x00",
    "a long text": lambda: "long " * 20_000,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "NaN": lambda: math.nan,
    "infinity": lambda: math.inf,
    "minus infinity": lambda: -math.inf,
    "1e308": lambda: 1e308,
    "minus 1e308": lambda: -1e308,
    "-1": lambda: -1,
    "0": lambda: 0,
    "-0.0": lambda: -0.0,
    "5e-324": lambda: 5e-324,
    "1e-300": lambda: 1e-300,
    "0.5": lambda: 0.5,
    "10**400": lambda: 10**400,
    "Decimal NaN": lambda: Decimal("NaN"),
    "Decimal sNaN": lambda: Decimal("sNaN"),
    "Decimal infinity": lambda: Decimal("Infinity"),
    "Decimal": lambda: Decimal("1.01"),
    "Fraction": lambda: Fraction(1, 3),
    "a huge Fraction": lambda: Fraction(10**400, 3),
    "complex": lambda: 1 + 2j,
    "an own number": lambda: Six(6.0),
    "an own number, NaN": lambda: Six("nan"),
    "an enumeration": lambda: Weird.ONE,
    "an object": object,
    "a hostile object": Hostile,
    "a class": lambda: dict,
    "a function": lambda: len,
    "bytes": lambda: b"6.03",
    "an empty list": list,
    "a list of an empty list": lambda: [[]],
    "a list of None": lambda: [None],
    "a list of one": lambda: [6.0],
    "a block": lambda: [[1.0, 2.0], [3.0, 4.0]],
    "a ragged list": lambda: [[1.0], [2.0, 3.0], 4.0, []],
    "a deep list": lambda: [[[[1.0]]]],
    "a list of junk": lambda: [1.0, "six", None, math.nan],
    "a list of NaN": lambda: [math.nan, 1.0],
    "a list of huge numbers": lambda: [10**400, 1e308],
    "a list of mixed dates": lambda: [dt.date(1999, 7, 1), 36_000.0, "x"],
    "a list of an error": lambda: [[1.0], [ErrorValue.NAME]],
    "a list of hostile objects": lambda: [Hostile(), Hostile()],
    "a tuple": lambda: (1.0, 2.0),
    "a dict": lambda: {"a": 1},
    "a set": lambda: {1.0, "six"},
    "a generator": _generator,
    "a range": lambda: range(3),
    "a date before 1900": lambda: dt.date(1899, 12, 31),
    "28 February 1900": lambda: dt.date(1900, 2, 28),
    "1 March 1900": lambda: dt.date(1900, 3, 1),
    "the first date": lambda: dt.date.min,
    "the last date": lambda: dt.date.max,
    "a date and time": lambda: dt.datetime(1999, 7, 27, 17, 0),  # noqa: DTZ001  without a zone
    "a date and time in a zone": lambda: dt.datetime(1999, 7, 27, 17, 0, tzinfo=EASTERN),
    "the last moment": lambda: dt.datetime.max,  # noqa: DTZ901  on purpose
    "a time": lambda: dt.time(17, 0),
    "a span of time": lambda: dt.timedelta(days=1),
    "a numpy number": lambda: np.float64(6.03),
    "a numpy NaN": lambda: np.float64("nan"),
    "a numpy whole number": lambda: np.int64(6),
    "a numpy truth": lambda: np.True_,
    "a numpy array": lambda: np.array([5.0, 5.125]),
    "a numpy array of one": lambda: np.array(5.0),
    "a numpy block": lambda: np.ones((2, 2)),
    "numpy dates": lambda: np.array(["1999-07-27", "NaT"], dtype="datetime64[D]"),
    "numpy NaT": lambda: np.datetime64("NaT"),
    "pandas NaT": lambda: pd.NaT,
    "pandas NA": lambda: pd.NA,
    "a pandas timestamp": lambda: pd.Timestamp("1999-07-27 17:00", tz="US/Eastern"),
    "a pandas column": lambda: pd.Series([5.0, None]),
    "a pandas table": lambda: pd.DataFrame({"bid": [5.0, 5.125]}),
    **{f"the error {value.value}": _the_same(value) for value in ErrorValue},
}

CASES = all_cases()
ABOUT_CALLS: dict[str, list[Any]] = {
    "explain": ["liquidation_preference", 1000.0, 60.0, 0.0],
    "clause": ["liquidation_preference"],
}


def good_arguments(made: Card) -> list[Any] | None:
    """Arguments that get an answer: those of a case, the left-out ones at their defaults."""
    if made.name in ABOUT_CALLS:
        return list(ABOUT_CALLS[made.name])
    case = good_call(made.name, CASES)
    if case is None:
        return None
    named = case.in_python()
    return [named.get(argument.name, argument.default) for argument in made.arguments]


PLACES = [
    (function, place)
    for function in about.FUNCTIONS
    for place in range(len(good_arguments(card_of(function)) or []))
]
IDS = [f"{card_of(function).name}-{place}" for function, place in PLACES]

each_argument = pytest.mark.parametrize(("function", "place"), PLACES, ids=IDS)


def _is_good(made: Card, answer: Any) -> bool:
    """Whether an answer is what the card promises, within the bounds of its unit."""
    unit: Any = made.result
    if hasattr(unit, "check"):
        try:
            within = unit.check(answer, "the answer") == answer
        except FunctionError:
            return False
        return within and type(answer) in {int, float, str, bool, dt.date}
    kinds = (list, int, float, str, dt.date)  # rows of a table, or the cells of a column
    return isinstance(answer, list) and all(isinstance(row, kinds) for row in answer)


def _complaint(made: Card, place: int, make: Callable[[], Any], error: FunctionError) -> str:
    """What is wrong with an error's sentence; nothing if it is as it should be."""
    text = str(error)
    if len(text.splitlines()) != 1 or len(text) > 1000:
        return f"not one line: {text[:200]!r}"
    if f"({made.citation})" not in text:
        return f"does not cite {made.citation}: {text}"
    argument = made.arguments[min(place, len(made.arguments) - 1)]
    try:
        argument.unit.check(make(), argument.name)
    except FunctionError:
        if argument.name not in text:
            return f"does not name {argument.name}: {text}"
    else:  # good in itself, bad with the others
        if " inf " in text or " nan " in text:
            return f"speaks of a number that nobody gave: {text}"
    return ""


@each_argument
def test_junk_in_python(function: Callable[..., Any], place: int) -> None:
    made = card_of(function)
    wrong = []
    for junk, make in JUNK.items():
        arguments = good_arguments(made)
        assert arguments is not None
        arguments[place] = make()
        try:
            answer = function(*arguments)
        except FunctionError as error:
            complaint = _complaint(made, place, make, error)
        except BaseException as error:  # noqa: BLE001  nothing else may come out, whatever it is
            complaint = f"raised {type(error).__name__}: {error}"
        else:
            complaint = "" if _is_good(made, answer) else f"answered {answer!r}"
        if complaint:
            wrong.append(f"{junk}: {complaint}")
    assert not wrong, "\n".join(wrong)


NEUTRAL: list[Any] = [
    None, "", "six", "1999-02-10", "no\nlimit", "long " * 20_000, True, False,
    math.nan, math.inf, -math.inf, 1e308, -1e308, -1.0, 0.0, -0.0, 5e-324, 0.5, 59.0, 60.0, 61.0,
    36_000.75, 2_958_465.99, 2_958_466.0, 1e300, *ErrorValue,
]  # fmt: skip
NEUTRAL_RANGES: list[Any] = [
    [[]], [[None]], [[""]], [[None, None]], [[None], [None], [None]], [[1.0, 2.0], [3.0, 4.0]],
    [[1.0], [2.0, 3.0]], [[1.0], ["six"], [None], [math.nan]], [[None], [1.0]],
    [[math.inf, -1.0, ErrorValue.REF]], [[True], [False]], [[36_000.0], [36_001.0], [36_000.0]],
]  # fmt: skip
SHOWN = (bool, float, str)


def _is_cell_value(answer: object) -> bool:
    if isinstance(answer, list):
        return all(isinstance(row, list) and all(map(_is_cell_value, row)) for row in answer)
    finite = not isinstance(answer, float) or math.isfinite(answer)
    return answer is None or (type(answer) in {*SHOWN, ErrorValue} and finite)


@each_argument
@pytest.mark.parametrize("date1904", [False, True], ids=["1900", "1904"])
def test_junk_in_cells(function: Callable[..., Any], place: int, *, date1904: bool) -> None:
    made = card_of(function)
    called = worksheet_functions(date1904=date1904)[made.worksheet_name]
    case = good_call(made.name, CASES)
    good: list[Any] = ABOUT_CALLS.get(made.name) or (
        case.in_cells(date1904=date1904) if case else []
    )
    if place >= len(good):
        good = [*good, *[None] * (place + 1 - len(good))]
    for junk in [*NEUTRAL, *NEUTRAL_RANGES]:
        arguments = list(good)
        arguments[place] = junk
        answer = called(*arguments)
        echo = made.name == "explain"  # it shows its inputs as they came
        assert echo or _is_cell_value(answer), f"{junk!r}: {answer!r}"


@pytest.mark.parametrize("function", about.FUNCTIONS, ids=lambda f: card_of(f).name)
def test_too_few_and_too_many_arguments(function: Callable[..., Any]) -> None:
    made = card_of(function)
    called = worksheet_functions()[made.worksheet_name]
    if made.required:
        assert called() is ErrorValue.VALUE
    if not any(argument.repeated for argument in made.arguments):
        assert called(*[1.0] * (len(made.arguments) + 1)) is ErrorValue.VALUE


@pytest.mark.parametrize("value", list(ErrorValue))
@pytest.mark.parametrize("made", catalogue.CARDS, ids=lambda made: made.name)
def test_an_error_value_is_passed_on_as_it_came(made: Card, value: ErrorValue) -> None:
    """In any argument, alone or in a range, in Python and in a cell."""
    good = good_arguments(made)
    if good is None:
        pytest.skip("no case yet: test_cases tells")
    called = worksheet_functions()[made.worksheet_name]
    case = good_call(made.name, CASES)
    assert case is not None
    cells: list[Any] = case.in_cells()
    for place, argument in enumerate(made.arguments):
        with pytest.raises(CellError) as raised:
            getattr(xlfuncs, made.name)(*good[:place], value, *good[place + 1 :])
        assert raised.value.code is value
        assert argument.name in str(raised.value)
        if place < len(cells):
            in_cell = [*cells[:place], value, *cells[place + 1 :]]
            assert called(*in_cell) is value


def test_the_days_from_1904_take_no_truth_for_a_date() -> None:
    """1 and TRUE are equal in Python; in a cell of the 1904 system only 1 is a date."""
    called = worksheet_functions(date1904=True)["XLF_FIXED_CONVERSION_PRICE"]
    assert called(6.03, 40_000.0, [[1.0]], [[2.0]]) == 3.015
    assert called(6.03, 40_000.0, [[True]], [[2.0]]) is ErrorValue.VALUE
    assert called(6.03, 40_000.0, [[False]], [[2.0]]) is ErrorValue.VALUE
    assert called(6.03, 40_000.0, [[0.0]], [[2.0]]) == 3.015
