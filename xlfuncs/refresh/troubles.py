"""Figures that could not be computed, each with its cell and, where it is known, the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import CellError, ErrorValue
from xlfuncs.ooxml.names import NameKind, quoted, read_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.errors import FunctionError
    from xlfuncs.ooxml.names import Place
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.values import CellValue
    from xlfuncs.refresh.plan import Formulas

_OURS: Final = re.compile(r"XLF_[A-Z_]+", re.IGNORECASE)


class Sentences:
    """The errors that functions gave while a book was calculated, by function."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, FunctionError]] = {}

    def hear(self, function: str, error: FunctionError) -> None:
        """Take note of one error."""
        self._said.setdefault(function, {}).setdefault(str(error), error)

    def behind(self, formula: str, value: ErrorValue) -> FunctionError | None:
        """The one error that a formula's functions can have given with this value, if one."""
        found = {
            sentence: error
            for function in _OURS.findall(formula)
            for sentence, error in self._said.get(function.upper(), {}).items()
            if error.code == value
        }
        return next(iter(found.values())) if len(found) == 1 else None


def troubles(
    package: Package,
    formulas: Formulas,
    results: Mapping[str, Mapping[str, CellValue]],
    outputs: Mapping[str, Place],
    sentences: Sentences,
) -> tuple[str, ...]:
    """One line for each figure that shows an error: outputs, and cells that showed none before.

    Those whose reason is known come first, then named figures, then the cells that pass an error
    on.
    """
    names = _names(package)
    wanted = {(place.sheet, str(place.first)) for place in outputs.values()}
    found: list[tuple[int, str]] = []
    for sheet, cells in results.items():
        for ref, value in cells.items():
            if not isinstance(value, ErrorValue):
                continue
            before = formulas.values.get(sheet, {}).get(ref)
            if (sheet, ref) not in wanted and isinstance(before, ErrorValue):
                continue
            name = names.get((sheet, ref), "")
            error = sentences.behind(formulas.texts.get(sheet, {}).get(ref, ""), value)
            cause = error is not None and not isinstance(error, CellError)
            called = f" ({name})" if name else ""
            line = f"{package.name}: {quoted(sheet)}!{ref}{called} is {value.value}"
            found.append((0 if cause else 1 if name else 2, f"{line}: {error}" if error else line))
    return tuple(line for _, line in sorted(found, key=lambda one: one[0]))


def _names(package: Package) -> dict[tuple[str, str], str]:
    """The names of single cells."""
    found = {}
    for name, text in package.defined_names.items():
        meaning = read_name(text)
        if not isinstance(meaning, NameKind) and meaning.area.size == 1:
            found[meaning.sheet, str(meaning.first)] = name
    return found
