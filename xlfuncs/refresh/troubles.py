"""Figures that could not be computed, each with its cell and, where it is known, the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import CellError, ErrorValue
from xlfuncs.ooxml.names import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.errors import FunctionError
    from xlfuncs.ooxml.names import Place
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
    book: str,
    formulas: Formulas,
    results: Mapping[str, Mapping[str, CellValue]],
    outputs: Mapping[str, Place],
    sentences: Sentences,
) -> tuple[str, ...]:
    """One line for each figure that shows an error: outputs, and cells that showed none before.

    Those that are the cause come first, those that only pass an error on after them.
    """
    names = {(place.sheet, str(place.first)): name for name, place in outputs.items()}
    causes: list[str] = []
    passed_on: list[str] = []
    for sheet, cells in results.items():
        for ref, value in cells.items():
            if not isinstance(value, ErrorValue):
                continue
            name = names.get((sheet, ref))
            if name is None and isinstance(formulas.values.get(sheet, {}).get(ref), ErrorValue):
                continue
            error = sentences.behind(formulas.texts.get(sheet, {}).get(ref, ""), value)
            called = f" ({name})" if name else ""
            reason = f": {error}" if error else ""
            line = f"{book}: {quoted(sheet)}!{ref}{called} is {value.value}{reason}"
            own = error is not None and not isinstance(error, CellError)
            (causes if own else passed_on).append(line)
    return (*causes, *passed_on)
