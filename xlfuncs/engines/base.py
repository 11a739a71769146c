"""What every calculation engine offers: open, set, recalculate, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from xlfuncs.errors import EngineError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfuncs.ooxml.package import Package

# What a cell holds: blank, TRUE or FALSE, a number (a date is its serial), text, an error.
Value = bool | float | str | ErrorValue | None
Rows = list[list[Value]]


class Calculation(Protocol):
    """One workbook, opened for calculating."""

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Put a value into an input cell; None empties it."""

    def set_range(self, sheet: str, first_ref: str, rows: Sequence[Sequence[Value]]) -> None:
        """Put rows of values into the cells from `first_ref` on, rightwards and down."""

    def recalculate(self) -> None:
        """Calculate what depends on the values set.

        Raises:
            EngineError: cells could not be calculated; the message names every one of them.
        """

    def read(self) -> dict[str, dict[str, Value]]:
        """The value of every formula cell, and of every cell an array fills, sheet by sheet.

        A cell that an array filled in the file and fills no longer is there, as None.
        """

    def arrays(self) -> dict[str, dict[str, str]]:
        """The ranges that array formulas fill now, by sheet and by the formula's cell."""

    def close(self) -> None:
        """Let the workbook go; closing twice does no harm."""


class Engine(Protocol):
    """A spreadsheet calculator."""

    @property
    def name(self) -> str:
        """The word it is chosen by."""

    @property
    def version(self) -> str:
        """Its version, for the report."""

    def open(self, package: Package) -> Calculation:
        """Take a workbook; messages call it by the package's name.

        Raises:
            EngineError: the engine would not calculate some of its cells rightly; all are named.
            BookError: its sheets cannot be read.
        """


@runtime_checkable
class Lasting(Protocol):
    """An engine that keeps something over many books, a program say, has this method besides."""

    def close(self) -> None:
        """Let it go; closing twice does no harm."""


class Fault(NamedTuple):
    """A cell (or a sheet, or a name) that cannot be calculated, and why."""

    place: str
    why: str


def failure(book: str, faults: Iterable[Fault]) -> EngineError:
    """The error that names the book and every one of its faults, each once."""
    lines = list(dict.fromkeys(f"{place}: {why}" for place, why in faults))
    if len(lines) == 1:
        return EngineError(f"{book} cannot be calculated: {lines[0]}")
    return EngineError("\n  ".join([f"{book} cannot be calculated, {len(lines)} faults:", *lines]))
