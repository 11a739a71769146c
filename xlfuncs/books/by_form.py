"""New values for the cells of a sheet that is read by its form: no row is walked.

Only what needs no thought is done here: a value for a cell that stands in the file and that
nothing binds to others. For anything else the caller walks the sheet row by row, and that walk
says what is wrong, if something is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.ooxml.areas import table_areas
from xlfuncs.ooxml.edits import RICH_ONLY, Edit, value_edits
from xlfuncs.ooxml.model import NORMAL, SHARED
from xlfuncs.ooxml.values import number_text, plain_value, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.ooxml.forms import Form, Reading
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.values import CellValue
    from xlfuncs.ooxml.workbook import Sheet

    # By reference: the position of a cell in its form, and of its value if that is a number.
    Open = Mapping[str, tuple[int, int]]

_ALONE: Final = {NORMAL, SHARED}
_NO_NUMBER: Final = -1


def edits_by_form(
    package: Package, sheet: Sheet, given: Iterable[tuple[Mapping[str, CellValue], bool]]
) -> tuple[Reading, list[Edit]] | None:
    """The edits that give cells their values; None if the sheet must be walked for that.

    Args:
        package: the book.
        sheet: the sheet.
        given: values by reference, and whether formulas gave them.

    Raises:
        BookError: no cell can hold one of the values.
    """
    reading = package.reading(sheet.name)
    if reading is None or table_areas(package, sheet.part):
        return None
    label = f"{package.name}, sheet {sheet.name!r}"
    form = reading.form
    inputs, results = form.kept(_open_cells, lambda: _open_cells(form))
    data, values = reading.part.data, reading.values
    edits: list[Edit] = []
    for wanted, calculated in given:
        known = results if calculated else inputs
        for ref, want in wanted.items():
            place = known.get(ref)
            if place is None:
                return None
            at, slot = place
            value = plain_value(want, label, ref)
            if same(values[at], value):
                continue
            if slot != _NO_NUMBER and type(value) is float:
                edits.append(Edit(*reading.place(slot), number_text(value).encode()))
            elif value in RICH_ONLY:  # which the book must have a record for
                return None
            else:
                edits += value_edits(data, reading.cell(at), value, 0, calculated=calculated)
    return reading, edits


def _open_cells(form: Form) -> tuple[Open, Open]:
    """The cells that inputs, and those that results, can be put into without more ado."""
    numbers = dict(zip(*form.numbers, strict=True))
    bound = [
        cell.formula.ref
        for cell in form.cells
        if cell.formula is not None
        and cell.formula.kind not in _ALONE
        and cell.formula.ref is not None
    ]
    inputs: dict[str, tuple[int, int]] = {}
    results: dict[str, tuple[int, int]] = {}
    for at, (ref, cell) in enumerate(zip(form.refs, form.cells, strict=True)):
        formula, spot = cell.formula, cell.spot
        if any(spot in area for area in bound) or any(
            spot in area and spot != area.first for area in form.merged
        ):
            continue
        slot = numbers.get(at, _NO_NUMBER) if not cell.attributes.value_record else _NO_NUMBER
        if formula is None:
            inputs[ref] = at, slot
        elif formula.kind in _ALONE:
            results[ref] = at, slot
    return inputs, results
