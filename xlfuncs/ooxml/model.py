"""What a worksheet part is made of: rows, cells and formulas, each with its place in the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.ooxml.references import LAST_ROW, Area, Spot, area, column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.ooxml.markup import Part

NORMAL: Final = "normal"
SHARED: Final = "shared"
ARRAY: Final = "array"
DATA_TABLE: Final = "dataTable"


class Attributes(NamedTuple):
    """What a cell's start tag says besides its reference.

    Args:
        type: the `t` attribute; n where none is given.
        style: the index of the cell's format.
        cell_record: the `cm` attribute, which marks dynamic arrays; 0 is none.
        value_record: the `vm` attribute, which marks rich values; 0 is none.
    """

    type: str
    style: int
    cell_record: int
    value_record: int


class Formula(NamedTuple):
    """The `<f>` element of a cell.

    Args:
        kind: normal, shared, array or dataTable.
        text: the formula without "="; empty in the followers of a shared formula.
        ref: the cells that a shared, array or data table formula fills.
        group: which shared formula it is.
        start: the offset of the element.
        end: the offset after it.
    """

    kind: str
    text: str
    ref: Area | None
    group: int | None
    start: int
    end: int


class Cell(NamedTuple):
    """One `<c>` element.

    Args:
        row: its row, from 1.
        column: its column, from 1.
        attributes: its type, format and metadata.
        start: the offset of the start tag.
        inside: the offset after the start tag.
        end: the offset after the element.
        formula: its formula.
        value: start and end of the `<v>` element.
        inline: start and end of the `<is>` element.
        raw: the text of `<v>`, entities resolved; without one, the text of `<is>`.
    """

    row: int
    column: int
    attributes: Attributes
    start: int
    inside: int
    end: int
    formula: Formula | None
    value: tuple[int, int] | None
    inline: tuple[int, int] | None
    raw: str | None

    @property
    def ref(self) -> str:
        """The cell's reference, such as B7."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def spot(self) -> Spot:
        """The cell's place."""
        return Spot(self.row, self.column)


class Row(NamedTuple):
    """One `<row>` element.

    Args:
        number: from 1.
        attributes: what its start tag says besides its number.
        start: the offset of the start tag.
        inside: the offset after the start tag.
        close: the offset of the end tag; None if the row is one empty tag.
        end: the offset after the element.
        cells: its cells, from left to right.
        implied: whether the row or a cell of it is placed by its order alone.
    """

    number: int
    attributes: Mapping[str, str]
    start: int
    inside: int
    close: int | None
    end: int
    cells: list[Cell]
    implied: bool


def meaning(part: Part, attributes: Mapping[str, str]) -> Attributes:
    """The attributes of a cell."""
    try:
        return Attributes(
            attributes.get("t", "n"),
            int(attributes.get("s", 0)),
            int(attributes.get("cm", 0)),
            int(attributes.get("vm", 0)),
        )
    except ValueError:
        raise BookError(f"{part.label} holds a cell with a broken attribute") from None


def formula_of(
    part: Part, attributes: Mapping[str, str], text: str, start: int, end: int
) -> Formula:
    """A formula from its element."""
    kind = attributes.get("t", NORMAL)
    ref = attributes.get("ref")
    group = attributes.get("si")
    filled = None
    if ref is not None:
        filled = area(ref)
        if filled is None:
            raise BookError(f"{part.label} holds a formula for the impossible cells {ref[:40]!r}")
    return Formula(
        kind, text, filled, int(group) if group and group.isdecimal() else None, start, end
    )


def row_number(part: Part, given: str | None, last: int) -> int:
    """The number of a row; one without a number follows the row before."""
    if given is None:
        number = last + 1
    else:
        number = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0  # noqa: PLR2004
    if not 1 <= number <= LAST_ROW:
        raise BookError(f"{part.label} holds a row with the impossible number {given!r}")
    if number <= last:
        raise BookError(f"{part.label} holds row {number} twice, or out of order")
    return number


def out_of_order(part: Part, ref: str) -> BookError:
    """The error for a cell that stands where it cannot."""
    return BookError(f"{part.label} holds cell {ref} twice, or out of order")
