"""Cases as data: what a clause must answer, written so that a lawyer can read it.

A file in ``tests/cases`` holds one subject. Each case is a sentence (`what`), a `function`,
what it is given by argument name (`given`), what must come out (`expected`, or `error` and a
fragment of what the error `says`), and who or what that was `checked` against::

    [[case]]
    what = "Ten days after the Closing Date the Premium is ten days of 6 %"
    function = "accreted_premium"
    given = { conversion_date = 1998-12-28, closing_date = 1998-12-18, … }
    expected = 1.643836
    digits = 6
    checked = "computed by hand with exact decimal arithmetic"

Without `digits` the answer must be exact. A blank is written "(blank)", an error value as the
cell shows it ("#N/A"), and "@name" stands for a series of values in the table `series` of the
same file. A case can be called in Python (`in_python`), in a spreadsheet's cells (`in_cells`)
or be written into a workbook (`in_cells` gives the values of its argument cells).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from xlfuncs.about import function_named
from xlfuncs.card import card_of
from xlfuncs.errors import ErrorValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfuncs.card import Argument, Card
    from xlfuncs.hosts.cells import CellInput, CellValue

FOLDER = Path(__file__).parent.parent / "cases"
BLANK = "(blank)"

_KEYS = {"what", "function", "given", "expected", "digits", "error", "says", "checked"}
_NEEDED = {"what", "function", "given", "checked"}
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's clock has no zone
_DAYS_TO_1904 = 1462
_ERROR_VALUES = {value.value: value for value in ErrorValue}


class Case(NamedTuple):
    """One case of one file."""

    file: str
    number: int
    what: str
    function: str
    given: dict[str, Any]
    expected: Any
    digits: int | None
    error: ErrorValue | None
    says: str
    checked: str

    @property
    def name(self) -> str:
        """How a test report names the case: file, place in it, and the sentence."""
        return f"{self.file}-{self.number}-{self.what}"

    @property
    def card(self) -> Card:
        """The card of the function the case is about."""
        return card_of(function_named(self.function))

    def in_python(self) -> dict[str, Any]:
        """The arguments by name, as Python passes them."""
        return {name: _python(value) for name, value in self.given.items()}

    def in_order(self) -> list[Any]:
        """The arguments in order, left-out ones in between at their defaults."""
        named = self.in_python()
        arguments = self._passed()
        return [named.get(argument.name, argument.default) for argument in arguments]

    def in_cells(self, *, date1904: bool = False, across: bool = False) -> list[CellInput]:
        """The arguments in order, as a spreadsheet passes them.

        Args:
            date1904: whether the days count from 1904.
            across: whether a range is a row; otherwise it is a column.
        """
        return [
            to_cells(self.given.get(argument.name, BLANK), date1904=date1904, across=across)
            for argument in self._passed()
        ]

    def as_one_cell_ranges(self) -> list[CellInput]:
        """The arguments as a spreadsheet passes them, single values as ranges of one cell."""
        return [cell if isinstance(cell, list) else [[cell]] for cell in self.in_cells()]

    def agrees(self, answer: object) -> bool:
        """Whether an answer, from Python or from a cell, is the one expected."""
        return _agrees(answer, self.expected, self.digits)

    def agrees_in_cells(self, answer: object, *, date1904: bool = False) -> bool:
        """Whether what a cell shows is what the case expects there: a value or an error."""
        if self.error is not None:
            return answer is self.error
        return _agrees(answer, _shown(self.expected, date1904=date1904), self.digits)

    def _passed(self) -> tuple[Argument, ...]:
        """The function's arguments as far as the last one that the case gives."""
        arguments = self.card.arguments
        places = [place for place, one in enumerate(arguments) if one.name in self.given]
        return arguments[: max(places, default=-1) + 1]


def to_cells(value: object, *, date1904: bool = False, across: bool = False) -> CellInput:
    """A value of a case as a spreadsheet holds it: numbers as doubles, dates as serials."""
    if isinstance(value, list):
        return _range(value, date1904=date1904, across=across)
    if isinstance(value, dt.datetime):
        days = (value.replace(tzinfo=None) - _DAY_ZERO) / dt.timedelta(days=1)
        return days - _DAYS_TO_1904 * date1904
    if isinstance(value, dt.date):
        serial = value.toordinal() - _DAY_ZERO.toordinal() - _DAYS_TO_1904 * date1904
        return float(serial)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    return cast("CellValue", _python(value))


def _range(values: list[Any], *, date1904: bool, across: bool) -> CellInput:
    if values and all(isinstance(row, list) for row in values):  # a block lies one way only
        rows = values
    else:
        rows = [values] if across else [[value] for value in values]
    return [[cast("CellValue", to_cells(cell, date1904=date1904)) for cell in row] for row in rows]


def _shown(expected: Any, *, date1904: bool) -> Any:
    """What is expected, as cells show it: dates as serials, a column as rows of one."""
    if isinstance(expected, list):
        rows = [row if isinstance(row, list) else [row] for row in expected]
        return [[_shown(cell, date1904=date1904) for cell in row] for row in rows]
    return to_cells(expected, date1904=date1904) if isinstance(expected, dt.date) else expected


def read_cases(file: Path) -> Iterator[Case]:
    """The cases of one file; a case that is not well formed is named."""
    data = tomllib.loads(file.read_text("utf-8"))
    series = data.pop("series", {})
    cases = data.pop("case")
    assert set(data) <= {"about"}, f"{file.name}: unknown {sorted(set(data) - {'about'})}"
    for number, entry in enumerate(cases, 1):
        place = f"{file.name}, case {number}"
        assert not set(entry) - _KEYS, f"{place}: unknown {sorted(set(entry) - _KEYS)}"
        assert not _NEEDED - set(entry), f"{place}: lacks {sorted(_NEEDED - set(entry))}"
        assert ("expected" in entry) != ("error" in entry), f"{place}: expected or error"
        assert ("says" in entry) == ("error" in entry), f"{place}: an error says something"
        yield Case(
            file=file.stem,
            number=number,
            what=entry["what"],
            function=entry["function"],
            given={
                name: series[value[1:]] if str(value).startswith("@") else value
                for name, value in entry["given"].items()
            },
            expected=entry.get("expected"),
            digits=entry.get("digits"),
            error=_ERROR_VALUES[entry["error"]] if "error" in entry else None,
            says=entry.get("says", ""),
            checked=entry["checked"],
        )


def all_cases() -> list[Case]:
    """The cases of all files, in the order of their names."""
    return [case for file in sorted(FOLDER.glob("*.toml")) for case in read_cases(file)]


def good_call(function: str, cases: list[Case]) -> Case | None:
    """The case that gives a function the most arguments and gets an answer."""
    good = [case for case in cases if case.function == function and case.error is None]
    return max(good, key=lambda case: len(case.given), default=None)


def _python(value: object) -> object:
    if isinstance(value, list):
        return [_python(item) for item in value]
    if isinstance(value, str):
        return None if value == BLANK else _ERROR_VALUES.get(value, value)
    return value


def _agrees(answer: object, expected: object, digits: int | None) -> bool:
    if isinstance(expected, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(expected)
            and all(map(_agrees, answer, expected, [digits] * len(expected)))
        )
    number = isinstance(expected, (int, float)) and not isinstance(expected, bool)
    if not number or isinstance(answer, bool) or not isinstance(answer, (int, float)):
        return type(answer) is type(expected) and answer == expected
    if digits is None:
        return bool(answer == expected)
    return abs(answer - cast("float", expected)) <= 0.500001 * 10.0**-digits
