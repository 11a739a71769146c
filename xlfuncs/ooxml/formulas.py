"""The formula cells of a sheet: what they say, what they showed, which cells they fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.ooxml.model import ARRAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.ooxml.forms import Form
    from xlfuncs.ooxml.model import Cell
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.values import CellValue


class SheetFormulas(NamedTuple):
    """The formula cells of one sheet.

    Args:
        texts: the formula of each cell; the cells that an array fills share its formula.
        values: what each of these cells shows in the file.
        arrays: the cells that each array formula fills, by its own cell.
        dates: all cells, formulas or not, whose format shows a number as a date.
    """

    texts: Mapping[str, str]
    values: Mapping[str, CellValue]
    arrays: Mapping[str, str]
    dates: frozenset[str]


def formula_cells(package: Package, sheet: str) -> SheetFormulas:
    """The formula cells of a worksheet.

    Raises:
        BookError: the sheet is damaged.
    """
    reading = package.reading(sheet)
    if reading is None:
        shown: dict[str, CellValue] = {}

        def cells() -> Iterable[Cell]:
            for cell, value in package.cells(sheet):
                shown[cell.ref] = value
                yield cell

        texts, arrays, dates = _said(cells(), package.date_formats)
        return SheetFormulas(texts, {ref: shown.get(ref) for ref in texts}, arrays, dates)
    form, formats = reading.form, package.date_formats
    texts, arrays, dates, places = form.kept(
        (_said_by_form, formats), lambda: _said_by_form(form, formats)
    )
    found = [*reading.values, None]  # the last for cells that only an array knows
    values = {ref: found[at] for ref, at in zip(texts, places, strict=True)}
    return SheetFormulas(texts, values, arrays, dates)


def _said_by_form(
    form: Form, date_formats: frozenset[int]
) -> tuple[dict[str, str], dict[str, str], frozenset[str], list[int]]:
    """What does not depend on the values, and at which places of the form the values are."""
    texts, arrays, dates = _said(form.cells, date_formats)
    absent = len(form.cells)
    return texts, arrays, dates, [form.position.get(ref, absent) for ref in texts]


def _said(
    cells: Iterable[Cell], date_formats: frozenset[int]
) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    own: dict[str, str] = {}
    filled: dict[str, str] = {}
    arrays: dict[str, str] = {}
    dates: set[str] = set()
    for cell in cells:
        formula = cell.formula
        if formula is None and cell.attributes.style not in date_formats:
            continue
        ref = cell.ref
        if cell.attributes.style in date_formats:
            dates.add(ref)
        if formula is None:
            continue
        own[ref] = formula.text
        if formula.kind == ARRAY and formula.ref is not None:
            arrays[ref] = str(formula.ref)
            filled.update(dict.fromkeys(map(str, formula.ref.spots()), formula.text))
    return {**filled, **own}, arrays, frozenset(dates)
