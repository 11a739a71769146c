"""What stands in the cells of a sheet in Excel, read in as few calls as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlfuncs.engines.base import Fault
from xlfuncs.errors import EngineError
from xlfuncs.hosts.excel_values import error_of
from xlfuncs.ooxml.references import Area, Spot, area

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.engines.base import Value
    from xlfuncs.engines.excel_formulas import Array

_MOST_AT_ONCE: Final = 200_000  # cells; each is some 100 bytes on its way


def values_now(
    sheet: Any,  # noqa: ANN401  a Worksheet of Excel's
    cells: Mapping[str, tuple[int, int]],
    faults: list[Fault],
    tab: str = "",
) -> dict[str, Value]:
    """The values of cells; what is no value is a fault.

    Args:
        sheet: the worksheet.
        cells: the cells, with their rows and columns.
        faults: takes what is wrong.
        tab: the sheet's name, for faults.
    """
    found: dict[str, Value] = {}
    if not cells:
        return found
    first_column = min(column for _, column in cells.values())
    last_column = max(column for _, column in cells.values())
    rows = sorted({row for row, _ in cells.values()})
    by_row: dict[int, list[tuple[str, int]]] = {}
    for ref, (row, column) in cells.items():
        by_row.setdefault(row, []).append((ref, column))
    for first, last in _stretches(rows, last_column - first_column + 1):
        block = Area(Spot(first, first_column), Spot(last, last_column))
        table = sheet.Range(str(block)).Value2
        if block.size == 1:
            table = ((table,),)
        for row in range(first, last + 1):
            for ref, column in by_row.get(row, ()):
                value = table[row - first][column - first_column]
                found[ref] = _value(value, f"{tab}!{ref}", faults)
    return found


def _stretches(rows: list[int], width: int) -> list[tuple[int, int]]:
    """Runs of rows to read at once: no large gaps inside, no more cells than can be carried."""
    most = max(1, _MOST_AT_ONCE // width)
    runs = [[rows[0], rows[0]]]
    for row in rows[1:]:
        near = row - runs[-1][1] <= most // 10 + 1
        if near and row - runs[-1][0] < most:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [(first, last) for first, last in runs]


def _value(value: object, place: str, faults: list[Fault]) -> Value:
    """A value of a cell; over COM an int is an error, and a number always a float."""
    if value is None or isinstance(value, (bool, float, str)):
        return value
    if isinstance(value, int):
        error = error_of(value)
        if error is not None:
            return error
    faults.append(Fault(place, f"its value {value!r} is none that a file can hold"))
    return None


def areas_now(sheet: Any, arrays: Mapping[str, Array]) -> dict[str, Area]:  # noqa: ANN401
    """The cells that array formulas fill now, by their first cell."""
    found = {}
    for ref, array in arrays.items():
        found[ref] = array.area
        if array.dynamic:
            cell = sheet.Range(ref)
            if not cell.HasSpill:
                found[ref] = Area(array.area.first, array.area.first)
                continue
            text = str(cell.SpillingToRange.Address).replace("$", "")
            filled = area(text)
            if filled is None:
                raise EngineError(f"Excel says that {ref} fills {text!r}")
            found[ref] = filled
    return found
