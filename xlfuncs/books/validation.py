"""What a spreadsheet lets a person type into an input, from the bounds of its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.datavalidation import DataValidation

from xlfuncs.kinds import Day, Number
from xlfuncs.serials import FIRST_SERIAL

if TYPE_CHECKING:
    from collections.abc import Sequence


def choice_of(choices: Sequence[str]) -> DataValidation:
    """A list to choose from; the words have no comma."""
    made = DataValidation(
        type="list",
        formula1=f'"{",".join(choices)}"',
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
    )
    made.errorTitle = "Not one of the choices"
    made.error = f"This must be one of: {', '.join(choices)}."[:255]
    return made


def validation_of(bounds: object) -> DataValidation | None:
    """What Excel may let a person type into an input, from the bounds of its unit."""
    if isinstance(bounds, Day):
        made = _rule("date", "greaterThanOrEqual", str(FIRST_SERIAL), None)
    elif isinstance(bounds, Number):
        kind = "whole" if bounds.whole else "decimal"
        made = _rule(kind, "between", f"{bounds.minimum:.15g}", f"{bounds.maximum:.15g}")
    else:
        return None
    made.errorTitle = "Outside the bounds"
    made.error = f"This must be {bounds.bounds}."[:255]
    made.promptTitle = bounds.name.capitalize()[:32]
    made.prompt = f"{bounds.meaning}: {bounds.bounds}"[:255]
    return made


def _rule(kind: Any, operator: Any, first: str, second: str | None) -> DataValidation:  # noqa: ANN401  openpyxl's own word lists
    return DataValidation(
        type=kind,
        operator=operator,
        formula1=first,
        formula2=second,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
    )
