"""A list of books with what is asked of each: a CSV, TOML or Parquet file, or a pandas frame.

A row a book: its file or a pattern in the column `book`, the as-of date in `as_of`, a file of bids
in `bids`, and in any other column a value for the input of that name; a blank leaves the input as
it is, "-" empties it. Files are looked for from the folder of the manifest.

In TOML what stands at the top holds for all books, and is overruled by a book's own::

    as_of = 1999-10-01
    set = {premium_rate = 0.06}

    [[book]]
    book = "deals/*.xlsx"
    bids = "bids.csv"
    set = {shares_issued = 1200000}
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.batch.bids import read_any_bids
from xlfuncs.batch.books import files_of
from xlfuncs.batch.frames import read_parquet, rows_of
from xlfuncs.batch.settings import AS_OF, check_settings, parse_value
from xlfuncs.books.replace import real
from xlfuncs.deal.files import Faults, raise_faults, read_table, read_text
from xlfuncs.errors import BookError, CommandError, DealError, FunctionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from xlfuncs.batch.settings import Setting
    from xlfuncs.deal.market import Bids

BOOK: Final = "book"
BIDS: Final = "bids"
SET: Final = "set"

_EMPTY: Final = "-"
_ARRAY: Final = re.compile(r"\s*\[\[\s*book\s*\]\]\s*(?:#.*)?")
_FIRST_ROW: Final = 1


class Entry(NamedTuple):
    """One book of a manifest, and what is asked of it."""

    book: Path
    sets: Mapping[str, Setting]
    as_of: dt.date | None
    bids: Bids | None


class _Line(NamedTuple):
    """What a manifest says of a book or a pattern, and where."""

    number: int
    own: Mapping[str, Any]
    sets: Mapping[str, Any]


def read_manifest(source: Path | pd.DataFrame) -> list[Entry]:
    """The books of a manifest, in its order.

    Raises:
        DealError: with every fault of the manifest, and those of the bids it names.
        CommandError: it is of no kind that is read.
    """
    if not isinstance(source, Path):
        faults = Faults(Path("frame"))
        lines, folder = _of_frame(source, faults), Path()
    else:
        faults, folder = Faults(source), source.parent
        ending = source.suffix.lower()
        if ending == ".csv":
            lines = _of_csv(source, faults)
        elif ending == ".toml":
            lines = _of_toml(source, faults)
        elif ending == ".parquet":
            lines = _of_frame(read_parquet(source), faults)
        else:
            raise CommandError(
                f"--manifest wants a .csv, .toml or .parquet file, not {source.name}"
            )
    entries = list(_entries(list(lines), folder, faults))
    if not entries and not faults.found:
        faults.add(0, "it names no books")
    raise_faults(faults)
    return entries


def _of_csv(path: Path, faults: Faults) -> Iterator[_Line]:
    table = read_table(path, (BOOK,), faults)
    for row in table.rows if table else ():
        cells = {name: _typed(name, text) for name, text in row.cells.items() if name}
        yield _line(row.line, cells)


def _typed(name: str, text: str) -> Any:  # noqa: ANN401  what a cell holds
    if name in {BOOK, BIDS}:
        return text
    return None if text == _EMPTY else parse_value(text)


def _of_frame(frame: pd.DataFrame, faults: Faults) -> Iterator[_Line]:
    names = [str(name).lower() for name in frame.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(0, f"column {name} stands twice")
    if BOOK not in names:
        faults.add(0, f"there is no column {BOOK}")
        return
    for number, row in enumerate(rows_of(frame), _FIRST_ROW):
        yield _line(number, {name.lower(): value for name, value in row.items()})


def _line(number: int, cells: Mapping[str, Any]) -> _Line:
    own = {BOOK, BIDS, AS_OF}
    return _Line(
        number,
        {name: value for name, value in cells.items() if name in own},
        {name: value for name, value in cells.items() if name not in own},
    )


def _of_toml(path: Path, faults: Faults) -> Iterator[_Line]:
    text = read_text(path, faults)
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+)", str(error))
        faults.add(int(place[1]) if place else 0, f"this is not TOML: {error}")
        return
    starts = [at for at, line in enumerate(text.split("\n"), 1) if _ARRAY.fullmatch(line)]
    books = content.pop(BOOK, [])
    if not isinstance(books, list) or not all(isinstance(book, dict) for book in books):
        faults.add(0, f"books are written as tables headed [[{BOOK}]]")
        return
    common = _Line(1, content, _table(content.pop(SET, {}), 1, faults))
    _check_keys(common, {AS_OF, BIDS}, faults)
    for at, book in enumerate(books):
        number = starts[at] if at < len(starts) else 0
        sets = _table(book.pop(SET, {}), number, faults)
        line = _Line(number, {**content, **book}, {**common.sets, **sets})
        _check_keys(line, {BOOK, AS_OF, BIDS}, faults)
        yield line


def _table(value: object, number: int, faults: Faults) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    faults.add(number, f"{SET} must be a table like {{premium_rate = 0.06}}")
    return {}


def _check_keys(line: _Line, known: set[str], faults: Faults) -> None:
    for name in line.own.keys() - known:
        what = f"{name} is not one of {', '.join(sorted(known))}; an input goes into {SET}"
        faults.add(line.number, what)


def _entries(lines: list[_Line], folder: Path, faults: Faults) -> Iterator[Entry]:
    seen: dict[Path, int] = {}

    @cache
    def bids_of(name: str) -> Bids:
        return read_any_bids(folder / name)

    for line in lines:
        as_of = _as_of(line, faults)
        sets = _sets(line, faults)
        bids = None
        if line.own.get(BIDS):
            try:
                bids = bids_of(str(line.own[BIDS]))
            except DealError as error:
                told = "; ".join(map(str, error.faults))
                faults.add(line.number, told)
            except BookError as error:
                faults.add(line.number, str(error))
        for book in _books(line, folder, faults):
            first = seen.setdefault(real(book), line.number)
            if first != line.number:
                faults.add(line.number, f"{book.name} stands in line {first} already")
            yield Entry(book, sets, as_of, bids)


def _books(line: _Line, folder: Path, faults: Faults) -> list[Path]:
    name = line.own.get(BOOK)
    if isinstance(name, os.PathLike):
        name = os.fspath(name)
    if not isinstance(name, str) or not name:
        faults.add(line.number, f"{BOOK} is blank")
        return []
    try:
        books = files_of([folder / name])
    except CommandError as error:
        faults.add(line.number, str(error))
        return []
    for book in books:
        if not book.is_file():
            faults.add(line.number, f"{name} is {'no file' if book.exists() else 'not there'}")
    return books


def _as_of(line: _Line, faults: Faults) -> dt.date | None:
    value = line.own.get(AS_OF)
    if value is None or value == "":
        return None
    day = parse_value(value) if isinstance(value, str) else value
    if isinstance(day, dt.datetime) and day.time() == dt.time() and day.tzinfo is None:
        day = day.date()
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        shown = repr(value) if isinstance(value, str) else value
        faults.add(line.number, f"{AS_OF} must be a date like 1999-02-10, not {shown}")
        return None
    return day if _checked(line, AS_OF, day, faults) else None


def _sets(line: _Line, faults: Faults) -> dict[str, Setting]:
    sets: dict[str, Setting] = {}
    for name, value in line.sets.items():
        if value is not None and not isinstance(value, (dt.date, bool, int, float, str)):
            faults.add(line.number, f"{name} must be a number, a date, TRUE, FALSE or text")
        elif _checked(line, name, value, faults):
            sets[name] = _real(value)
    return sets


def _real(value: Setting) -> Setting:
    """A whole number as the cell has it; TRUE and FALSE are none."""
    if isinstance(value, bool):
        return value
    return float(value) if isinstance(value, (int, float)) else value


def _checked(line: _Line, name: str, value: Setting, faults: Faults) -> bool:
    try:
        check_settings({name: value})
    except FunctionError as error:
        faults.add(line.number, error.sentence)
        return False
    return True
