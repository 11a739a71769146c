"""Figures that could not be computed, each with its cell and, where it is known, the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import CellError, ErrorValue
from xlfuncs.hosts.spelling import spelled
from xlfuncs.ooxml.names import NameKind, quoted, read_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.batch.plan import Formulas
    from xlfuncs.errors import FunctionError
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.values import CellValue

_ONE_CALL: Final = re.compile(r"(XLF_[A-Z_]+)\([^()]*\)", re.IGNORECASE)
_CHECKS_FAILED: Final = "checks_failed"


class Sentences:
    """The errors that functions gave while a book was calculated, by function."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, FunctionError]] = {}

    def hear(self, function: str, error: FunctionError) -> None:
        """Take note of one error."""
        self._said.setdefault(function, {}).setdefault(str(error), error)

    def behind(self, formula: str, value: ErrorValue) -> FunctionError | None:
        """The one error that a formula, if it is a call of ours, can have ended with, if one.

        An error that was only passed on from another cell is no reason.
        """
        call = _ONE_CALL.fullmatch(spelled(formula))
        said = self._said.get(call[1].upper(), {}).values() if call else ()
        found = [error for error in said if error.code == value]
        return found[0] if len(found) == 1 and not isinstance(found[0], CellError) else None


def troubles(
    package: Package,
    formulas: Formulas,
    results: Mapping[str, Mapping[str, CellValue]],
    sentences: Sentences,
) -> tuple[str, ...]:
    """One line for each figure that shows an error: named ones, and cells to which it is new.

    Those whose reason is known come first, then named figures, then the cells that pass an error
    on.
    """
    names = _names(package)
    found: list[tuple[int, str]] = []
    for sheet, cells in results.items():
        for ref, value in cells.items():
            if not isinstance(value, ErrorValue):
                continue
            before = formulas.values.get(sheet, {}).get(ref)
            name = names.get((sheet, ref), "")
            # A text that reads like an error is equal to it, and is none.
            if not name and isinstance(before, ErrorValue) and before == value:
                continue
            error = sentences.behind(formulas.texts.get(sheet, {}).get(ref, ""), value)
            called = f" ({name})" if name else ""
            line = f"{package.name}: {quoted(sheet)}!{ref}{called} is {value.value}"
            found.append((0 if error else 1 if name else 2, f"{line}: {error}" if error else line))
    lines = [line for _, line in sorted(found, key=lambda one: one[0])]
    return (*_failed_checks(package, names, results), *lines)


def _failed_checks(
    package: Package,
    names: Mapping[tuple[str, str], str],
    results: Mapping[str, Mapping[str, CellValue]],
) -> list[str]:
    """A line if the book says that checks of its own have failed."""
    for (sheet, ref), name in names.items():
        failed = results.get(sheet, {}).get(ref)
        if name == _CHECKS_FAILED and isinstance(failed, float) and failed > 0:
            return [f"{package.name}: {failed:g} of its checks fail ({quoted(sheet)}!{ref})"]
    return []


def _names(package: Package) -> dict[tuple[str, str], str]:
    """The names of single cells."""
    found = {}
    for name, text in package.defined_names.items():
        meaning = read_name(text)
        if not isinstance(meaning, NameKind) and meaning.area.size == 1:
            found[meaning.sheet, str(meaning.first)] = name
    return found
