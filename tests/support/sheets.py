"""A drafted deal book calculated, its values by name, and functions that answer wrongly."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.batch.settings import parse_set
from xlfuncs.books.patch import write_values
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Functions = dict[str, Any]


def calculated(data: bytes, functions: Callable[[bool], Functions] | None = None) -> Package:
    """A book with its values, by other functions than ours if told."""
    package = Package(data, "book.xlsx")
    calculation = Formualizer(functions).open(package)
    try:
        calculation.recalculate()
        return Package(write_values(package, {}, calculation.read()), "book.xlsx")
    finally:
        calculation.close()


def named(book: Package, name: str) -> Any:
    """The value of the cell, or of the first cell, of a name."""
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


def table(book: Package, name: str) -> list[list[Any]]:
    """The values of the cells of a name, row by row."""
    workbook = _opened(book.data)
    sheet, cells = workbook.defined_names[name].attr_text.split("!")
    rows = workbook[sheet.strip("'")][cells.replace("$", "")]
    return [[cell.value for cell in row] for row in rows]


def shown(book: Package, sheet: str) -> Any:
    """A sheet as it is seen, with values for formulas."""
    return _opened(book.data)[sheet]


@cache
def _opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data), data_only=True)


def failing(book: Package) -> set[str]:
    """The names of the figures whose check fails."""
    rows = shown(book, "Checks").iter_rows(values_only=True)
    return {str(row[5]) for row in rows if row[6] is False}


def with_one_wrong(name: str) -> Callable[[bool], Functions]:
    """The worksheet functions, all numbers of one of them too large by a thousandth."""

    def functions(date1904: bool) -> Functions:  # noqa: FBT001  as the engine asks for them
        ours: Functions = dict(worksheet_functions(date1904=date1904))
        right = ours[name]
        ours[name] = lambda *arguments: _off(right(*arguments))
        return ours

    return functions


def _off(value: Any) -> Any:
    if isinstance(value, list):
        return [[_off(cell) for cell in row] for row in value]
    return value * 1.001 + 1.0 if isinstance(value, float) else value


def refreshed(path: Path, as_of: str = "1999-09-01", **sets: Any) -> dict[str, Any]:
    """The book's figures with other inputs; all its checks hold."""
    request = Request(
        as_of=dt.date.fromisoformat(as_of),
        sets=dict(parse_set(f"{name}={value}") for name, value in sets.items()),
        dry_run=True,
    )
    outcome = refresh_book(path, request)
    assert outcome.good, outcome.troubles or outcome.failure
    assert str(outcome.outputs["verdict"]).startswith("All ")
    return dict(outcome.outputs)
