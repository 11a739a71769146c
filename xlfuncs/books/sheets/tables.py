"""What tables of a sheet share: entries in their cells, even steps, examples in a deal's size."""

from __future__ import annotations

from math import floor, log10, prod
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from xlfuncs.books.validation import validation_of

if TYPE_CHECKING:
    from xlfuncs.books import page as p
    from xlfuncs.deal.reading import Deal

EXAMPLE: Final = "An example, to be replaced"
_EVEN: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def entry_cell(
    page: p.Page, column: int, value: object, cell_format: str, bounds: object, comment: str = ""
) -> str:
    """An input in a cell of the current row of a table; gives back its absolute reference."""
    reference = page.put(column, value, "Entry", cell_format)
    validation = validation_of(bounds)
    if validation:
        page.sheet.add_data_validation(validation)
        validation.add(f"{get_column_letter(column)}{page.row}")
    if comment:
        page.explain(column, comment)
    return reference


def even_step(about: float) -> float:
    """The even step nearest to a number: 1, 2, 2.5 or 5 times a power of ten.

    >>> even_step(0.975), even_step(1.9e6), even_step(12_345_678.0)
    (1.0, 2000000.0, 10000000.0)
    """
    power = 10.0 ** floor(log10(about))
    return min((even * power for even in _EVEN), key=lambda step: abs(step - about))


def scaled(deal: Deal, *names: str) -> float:
    """The product of some terms of a deal, for an example of its size; 1 for one it has not."""
    values = [deal.terms.value(name) for name in names if name in deal.terms]
    return prod(float(str(value)) for value in values)


def step_number(first: int, row: int, start: int) -> str:
    """How many steps a row of a table is from its first, counted from 0 or from 1.

    It counts the rows above, so that no cell counts itself.
    """
    rows = f"ROWS($A${first - 1}:$A{row - 1})"
    return rows if start else f"({rows}-1)"
