"""The words of a command line as the arguments of a function.

Values stand in the function's order, or as ``--face-amount 1000``. A date is written
1999-02-10, a range as values with commas between them or ``@bids.csv:closing_bid`` for a
column of a CSV file, a range of several columns as ``@events.csv`` with their names in its first
line, a blank as ``-``.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.batch.settings import parse_number
from xlfuncs.card import arguments_from
from xlfuncs.errors import CommandError, InputError
from xlfuncs.kinds import Choice, Day, Flag, Limit, Moment, Words
from xlfuncs.ranges import Block, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.card import Argument, Card

BLANK = "-"


def arguments_of(made: Card, words: Sequence[str]) -> list[object]:
    """The arguments of a function, from the words after its name.

    Raises:
        CommandError: a word is not understood, or there are too few or too many.
    """
    given = _by_place(made, words)
    last = max(given, default=-1)
    try:
        arguments_from(made, last + 1)
    except InputError as error:
        raise CommandError(f"{error.sentence}; see xlfuncs functions") from None
    missing = [
        a.name for place, a in enumerate(made.arguments[: made.required]) if place not in given
    ]
    if missing:
        raise CommandError(f"{made.name} needs {', '.join(missing)} as well")
    return [
        _value(made.arguments[place], given[place]) if place in given else argument.default
        for place, argument in enumerate(made.arguments[: last + 1])
    ]


def _by_place(made: Card, words: Sequence[str]) -> dict[int, str]:
    places = {argument.name: place for place, argument in enumerate(made.arguments)}
    given: dict[int, str] = {}
    following = iter(words)
    plain = 0
    for word in following:
        if word.startswith("--"):
            name, equals, text = word[2:].partition("=")
            name = name.replace("-", "_")
            if name not in places:
                raise CommandError(f"{made.name} has no argument {word!r}")
            place = places[name]
            text = text if equals else next(following, "")
        else:
            place, text = plain, word
            plain += 1
        if place in given:
            raise CommandError(f"{made.arguments[place].name} is given twice")
        given[place] = text
    return given


def _value(argument: Argument, text: str) -> object:
    if text == BLANK:
        return None
    if isinstance(argument.unit, Column):
        unit = argument.unit.unit
        return [_single(unit, item, argument.name) for item in _items(text, argument.name)]
    if isinstance(argument.unit, Block):
        return _rows(argument.unit, text, argument.name)
    return _single(argument.unit, text, argument.name)


def _single(unit: object, text: str, name: str) -> object:
    if isinstance(unit, (Choice, Words)):
        return text
    if isinstance(unit, Day):
        return parse_date(text, name)
    if isinstance(unit, Moment):
        return parse_moment(text, name)
    if isinstance(unit, Flag) and text.strip().upper() in {"TRUE", "FALSE"}:
        return text.strip().upper() == "TRUE"
    number = parse_number(text)
    if number is None:
        if isinstance(unit, Limit):
            return text
        raise CommandError(f"{name} must be a number, not {text!r}")
    return number


def parse_date(text: str, name: str) -> dt.date:
    """A date written like 1999-02-10.

    Raises:
        CommandError: it is not one.
    """
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"{name} must be a date like 1999-02-10, not {text!r}") from None


def parse_moment(text: str, name: str) -> dt.datetime:
    """A date and time written like 1999-02-10T23:58.

    Raises:
        CommandError: it is not one.
    """
    try:
        return dt.datetime.fromisoformat(text.strip())
    except ValueError:
        example = "1999-02-10T23:58"
        raise CommandError(f"{name} must be a date and time like {example}, not {text!r}") from None


def _items(text: str, name: str) -> list[str]:
    if not text.startswith("@"):
        return [item for item in text.split(",") if item.strip()]
    file, _, column = text[1:].rpartition(":")
    table = _table(file, text, name)
    if column not in (table.fieldnames or ()):
        raise CommandError(f"{name}: {file} has no column {column!r}")
    return [row[column] or "" for row in table]


def _rows(unit: Block, text: str, name: str) -> list[list[object]]:
    """The rows of a CSV file, whose header names columns of the range in any order."""
    if not text.startswith("@"):
        raise CommandError(f"{name} must be a file, as @{name}.csv, not {text!r}")
    table = _table(text[1:], text, name)
    unknown = [column for column in (table.fieldnames or ()) if column not in unit.columns]
    if unknown:
        known = ", ".join(unit.columns)
        raise CommandError(f"{name}: {text[1:]} has a column {unknown[0]!r}: known are {known}")
    return [[_cell(unit, row.get(column), column) for column in unit.columns] for row in table]


def _cell(unit: Block, text: str | None, column: str) -> object:
    if not text or not text.strip():
        return None
    if column in unit.dates:
        return parse_date(text, column)
    number = parse_number(text)
    return text if number is None else number


def _table(file: str, text: str, name: str) -> csv.DictReader[str]:
    try:
        lines = Path(file).read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise CommandError(f"{name}: cannot read {file or text!r}: {error.strerror}") from None
    return csv.DictReader([line for line in lines if not line.startswith("#")])
