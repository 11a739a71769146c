"""The values that LibreOffice hands over, as neutral ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlfuncs.errors import ErrorValue
from xlfuncs.kinds import Flag, Table
from xlfuncs.ooxml.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.calc_copy import Array, CalcSheet
    from xlfuncs.ooxml.references import Area

# LibreOffice's codes for what Excel has an error for; 502 and 504 are what it calls an illegal
# argument or parameter, which it saves as #VALUE! too.
_ERRORS: Final = {
    502: ErrorValue.VALUE,
    503: ErrorValue.NUM,
    504: ErrorValue.VALUE,
    519: ErrorValue.VALUE,
    521: ErrorValue.NULL,
    523: ErrorValue.NUM,
    524: ErrorValue.REF,
    525: ErrorValue.NAME,
    532: ErrorValue.DIV0,
    32767: ErrorValue.NA,
}
_WHY: Final = {
    522: "it depends on itself",
    ErrorValue.NAME: "it is #NAME?: it uses a name or a function that LibreOffice does not know",
}
_FORMULAS: Final = {ErrorValue.NA: "=NA()", ErrorValue.DIV0: "=1/0"}
_WORDS: Final = {"TRUE": True, "FALSE": False}
_MOST_SPARSE: Final = 4  # cells read for each formula cell, before they are read in parts


def formula_for(value: ErrorValue) -> str | None:
    """A formula that gives an error, or None."""
    return _FORMULAS.get(value)


def areas_of(
    formulas: Iterable[tuple[int, int]], arrays: Iterable[Area]
) -> list[tuple[int, int, int, int]]:
    """Rectangles that hold every formula cell, from 0: one, or one a row where that is far less."""
    rows: dict[int, list[int]] = {}
    number = 0
    for row, column in [*formulas, *(spot for area in arrays for spot in area.spots())]:
        rows.setdefault(row - 1, []).append(column - 1)
        number += 1
    if not rows:
        return []
    lines = [(row, min(columns), row, max(columns)) for row, columns in sorted(rows.items())]
    top, bottom = lines[0][0], lines[-1][2]
    left, right = min(line[1] for line in lines), max(line[3] for line in lines)
    whole = (bottom - top + 1) * (right - left + 1)
    return [(top, left, bottom, right)] if whole <= _MOST_SPARSE * number + 1000 else lines


def values_of(
    sheet: CalcSheet, areas: Mapping[str, Area], answer: dict[str, Any]
) -> tuple[dict[str, Value], list[tuple[str, str]]]:
    """The values of the formula cells of a sheet, and the cells that have none, and why.

    Args:
        sheet: what is known of the formulas.
        areas: what each array formula fills now.
        answer: values by area, the codes of errors, and the areas that show TRUE or FALSE.
    """
    cells = _cells(answer)
    found: dict[str, Value] = {}
    wrong: list[tuple[str, str]] = []

    def take(ref: str, value: Any) -> None:  # noqa: ANN401
        if not isinstance(value, dict):
            found[ref] = value
            return
        code = value["code"]
        error = _ERRORS.get(code)
        if error is None or (error in _WHY and sheet.errors.get(ref) != error):
            why = _WHY.get(error or code, f"LibreOffice gives it the error {code}")
            wrong.append((ref, why))
            return
        found[ref] = error

    for ref, (row, column) in sheet.formulas.items():
        take(ref, cells[row - 1, column - 1])
    for anchor, array in sheet.arrays.items():
        now = areas[anchor]
        for place in sorted({*now.spots(), *array.area.spots()}):
            ref = f"{column_letters(place.column)}{place.row}"
            if place in now:
                take(ref, _meant(cells[place.row - 1, place.column - 1], array))
            else:
                found[ref] = None
    return found, wrong


def _cells(answer: dict[str, Any]) -> dict[tuple[int, int], Any]:
    """Every value handed over, by row and column from 0; an error is its code in a dict."""
    found: dict[tuple[int, int], Any] = {}
    for (top, left, _, _), rows in zip(answer["areas"], answer["values"], strict=True):
        for row, values in enumerate(rows, top):
            for column, value in enumerate(values, left):
                found[row, column] = value
    for top, left, bottom, right in answer["truths"]:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                value = found.get((row, column))
                if isinstance(value, float):
                    found[row, column] = value != 0.0
    for row, column, code in answer["errors"]:
        found[row, column] = {"code": code}
    return found


def _meant(value: Any, array: Array) -> Any:  # noqa: ANN401
    """A cell of an array: TRUE and FALSE of ours come as 1 and 0, or as words in a table."""
    if array.made is None:
        return value
    if isinstance(array.made.result, Flag) and isinstance(value, float):
        return value != 0.0
    if isinstance(array.made.result, Table) and isinstance(value, str):
        return _WORDS.get(value, value)
    return value
