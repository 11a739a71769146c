"""The cells of any worksheet part, read by expat: prefixes, comments, CDATA, implied places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BookError
from xlfuncs.ooxml.markup import MAIN, Parser, Part, Tag, tag_at
from xlfuncs.ooxml.model import Cell, Formula, Row, formula_of, meaning, out_of_order, row_number
from xlfuncs.ooxml.references import LAST_COLUMN, column_letters, spot
from xlfuncs.ooxml.text import TextCollector

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = 1 << 16
_SHEET: Final = f"{MAIN} worksheet"
_DATA: Final = f"{MAIN} sheetData"
_ROW: Final = f"{MAIN} row"
_CELL: Final = f"{MAIN} c"
_F: Final = f"{MAIN} f"
_V: Final = f"{MAIN} v"
_IS: Final = f"{MAIN} is"
_EXTENSIONS: Final = f"{MAIN} extLst"
_ALLOWED: Final = (
    {_SHEET},
    None,  # anything may stand beside the cells
    {_ROW},
    {_CELL, _EXTENSIONS},
    {_F, _V, _IS, _EXTENSIONS},
)
_CELL_DEPTH: Final = 4


class _Reader:
    """The handlers: a path of open elements, and what of the row and cell is known so far."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.data = part.data
        self.ready: list[Row] = []
        self.path: list[str] = []
        self.in_cells = False
        self.skipping = 0
        self.collector = TextCollector()
        self.pieces: list[str] | None = None
        self.last_row = 0
        self.parser = Parser(part, self.start, self.end, self.text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self.path)
        self.path.append(name)
        if depth == 1:
            self.in_cells = name == _DATA
        if not self.in_cells or depth < 2 or self.skipping:  # noqa: PLR2004
            return
        if depth > _CELL_DEPTH:
            if self.path[_CELL_DEPTH] == _IS:
                self.collector.start(name)
                return
            raise self.strange(name)
        if name not in (_ALLOWED[depth] or ()):
            raise self.strange(name)
        if name == _EXTENSIONS:
            self.skipping = depth
        elif name == _ROW:
            self.start_row(attributes)
        elif name == _CELL:
            self.start_cell(attributes)
        else:
            self.start_content(name, attributes)

    def strange(self, name: str) -> BookError:
        return BookError(
            f"{self.part.label} holds the element {name.rpartition(' ')[2]} among its cells, "
            "which xlfuncs does not know"
        )

    def start_row(self, attributes: dict[str, str]) -> None:
        self.row_at = self.parser.at
        self.row_tag = tag_at(self.data, self.row_at)
        given = attributes.pop("r", None)
        self.row_attributes = attributes
        self.implied = given is None
        self.last_row = row_number(self.part, given, self.last_row)
        self.last_column = 0
        self.cells: list[Cell] = []

    def start_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        if ref is None:
            self.implied = True
            column = self.last_column + 1
        else:
            place = spot(ref)
            if place is None or place.row != self.last_row:
                raise BookError(
                    f"{self.part.label} holds a cell with the impossible reference "
                    f"{ref[:20]!r} in row {self.last_row}"
                )
            column = place.column
        if column <= self.last_column or column > LAST_COLUMN:
            raise out_of_order(self.part, ref or f"{column_letters(column)}{self.last_row}")
        self.last_column = column
        self.cell_at = self.parser.at
        self.cell_tag = tag_at(self.data, self.cell_at)
        self.meaning = meaning(self.part, attributes)
        self.formula: Formula | None = None
        self.value: tuple[int, int] | None = None
        self.inline: tuple[int, int] | None = None
        self.raw: str | None = None

    def start_content(self, name: str, attributes: dict[str, str]) -> None:
        taken = {_F: self.formula, _V: self.value, _IS: self.inline}[name]
        if taken is not None:
            raise BookError(
                f"{self.part.label} holds two formulas or values in cell "
                f"{column_letters(self.last_column)}{self.last_row}"
            )
        self.content_at = self.parser.at
        self.content_tag = tag_at(self.data, self.content_at)
        self.content_attributes = attributes
        self.pieces = None if name == _IS else []

    def text(self, text: str) -> None:
        if self.pieces is not None:
            self.pieces.append(text)
        elif self.in_cells:
            self.collector.text(text)

    def end(self, name: str) -> None:
        self.path.pop()
        depth = len(self.path)
        if not self.in_cells or depth < 2:  # noqa: PLR2004
            return
        if self.skipping:
            self.skipping = self.skipping if depth > self.skipping else 0
        elif depth > _CELL_DEPTH:
            self.collector.end()
        elif depth == _CELL_DEPTH:
            self.end_content(name)
        elif name == _CELL:
            self.end_cell()
        else:
            self.end_row()

    def after(self, tag: Tag) -> int:
        """The offset after the element that ends here."""
        return tag.inside if tag.empty else self.data.index(b">", self.parser.at) + 1

    def end_content(self, name: str) -> None:
        start, end = self.content_at, self.after(self.content_tag)
        text = "".join(self.pieces or ())
        self.pieces = None
        if name == _F:
            self.formula = formula_of(self.part, self.content_attributes, text, start, end)
        elif name == _V:
            self.value = start, end
            self.raw = text
        else:
            self.inline = start, end
            inline = self.collector.taken()
            self.raw = inline if self.raw is None else self.raw

    def end_cell(self) -> None:
        self.cells.append(
            Cell(
                self.last_row,
                self.last_column,
                self.meaning,
                self.cell_at,
                self.cell_tag.inside,
                self.after(self.cell_tag),
                self.formula,
                self.value,
                self.inline,
                self.raw,
            )
        )

    def end_row(self) -> None:
        tag = self.row_tag
        self.ready.append(
            Row(
                self.last_row,
                self.row_attributes,
                self.row_at,
                tag.inside,
                None if tag.empty else self.parser.at,
                self.after(tag),
                self.cells,
                self.implied,
            )
        )


def rows(part: Part) -> Iterator[Row]:
    """Every row of a worksheet part with its cells, in order."""
    reader = _Reader(part)
    data = part.data
    for at in range(0, len(data) or 1, _CHUNK):
        reader.parser.feed(data[at : at + _CHUNK], last=at + _CHUNK >= len(data))
        yield from reader.ready
        reader.ready.clear()
