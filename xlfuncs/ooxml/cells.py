"""The cells of a worksheet part: what each holds and at which bytes it lies.

Sheets as Excel, LibreOffice, openpyxl and XlsxWriter write them are read by one anchored regular
expression per cell, after expat has proved the part well-formed and free of document types. The
expression accepts nothing that could mean something else (no comments, CDATA, prefixes, missing
references); at the first byte it does not accept, expat takes over for the rest of the part.
"""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.ooxml import slow_cells
from xlfuncs.ooxml.markup import Parser, Part, plain_text
from xlfuncs.ooxml.model import (
    NORMAL,
    Attributes,
    Cell,
    Formula,
    Row,
    formula_of,
    meaning,
    out_of_order,
    row_number,
)
from xlfuncs.ooxml.references import LAST_ROW, column_number
from xlfuncs.ooxml.structure import Layout, layout_of_all, layout_of_skeleton
from xlfuncs.ooxml.text import decoded, inline_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# No quantifier here can give back what it took, so the time is linear in the length.
_ATTRIBUTES = rb"(?:\s++[A-Za-z0-9:]++=\"[^\"<&]*+\")*+"
_SPACE = rb"(?:\s++xml:space=\"preserve\")?+"
_ROW: Final = re.compile(rb"\s*+(<row\s++r=\"([0-9]{1,7}+)\"(" + _ATTRIBUTES + rb")\s*+(/?+)>)")
_ROW_END: Final = re.compile(rb"\s*+(</row>)")
_DATA_END: Final = re.compile(rb"\s*+(</sheetData>)")
_CELL: Final = re.compile(
    rb"(<c\s++r=\"([A-Z]{1,3}+)([0-9]{1,7}+)\"(" + _ATTRIBUTES + rb")\s*+(?:/>|>))"
    rb"(?:(?<=/>)|"
    rb"\s*+(?:(<f(" + _ATTRIBUTES + rb")\s*+(?:/>|>([^<]*+)</f>))\s*+)?+"
    rb"(?:(<v" + _SPACE + rb"\s*+(?:/>|>([^<]*+)</v>))\s*+)?+"
    rb"(?:(<is>(?:<t" + _SPACE + rb">([^<]*+)</t></is>|.*?</is>))\s*+)?+"
    rb"</c>)",
    re.DOTALL,
)
# What most cells of most files are: nothing between the elements, no text of their own.
_PLAIN_CELL: Final = re.compile(
    rb"<c r=\"([A-Z]{1,3}+)([0-9]{1,7}+)\"([^<>&/']*+)(?:/>|>"
    rb"(?:<f([^<>&/']*+)(?:/>|>([^<]*+)</f>))?+"
    rb"(?:<v>([^<]*+)</v>|<is><t>([^<]*+)</t></is>)?+</c>)"
)
_PLAIN_ATTRIBUTES: Final = re.compile(_ATTRIBUTES + rb"\s*+")
_TAG_SIZE: Final = len(b'<c r="">')
_FORMULA_SIZE: Final = len(b"<f></f>")
_EMPTY_FORMULA_SIZE: Final = len(b"<f/>")
_BLANKS: Final = re.compile(rb"\s++")
_END_SIZE: Final = len(b"</c>")
_ROW_CLOSE: Final = b"</row>"
_COLUMNS: Final[dict[bytes, int]] = {}
_PAIR: Final = re.compile(r"([A-Za-z0-9:]+)=\"([^\"]*)\"")


class Grid(NamedTuple):
    """A worksheet part, its layout, whether the quick reading may be tried, and rows kept."""

    part: Part
    layout: Layout
    plain: bool
    known: tuple[Row, ...] | None = None

    def kept(self) -> Grid:
        """The same with every row read, so that walking it again costs nothing.

        Raises:
            BookError: rows or cells that are out of order or cannot be placed.
        """
        collecting = gc.isenabled()
        gc.disable()  # it would walk the growing list again and again, and find nothing
        try:
            return self._replace(known=tuple(self.rows()))
        finally:
            if collecting:
                gc.enable()

    def rows(self) -> Iterator[Row]:
        """Every row with its cells, in order.

        Raises:
            BookError: rows or cells that are out of order or cannot be placed.
        """
        if self.known is not None:
            yield from self.known
            return
        done = 0
        if self.plain:
            try:
                for row in _quick_rows(self.part, self.layout):
                    done += 1
                    yield row
            except _NotPlain:
                pass
            else:
                return
        for number, row in enumerate(slow_cells.rows(self.part)):
            if number >= done:
                yield row

    def cells(self) -> Iterator[Cell]:
        """Every cell, row by row."""
        for row in self.rows():
            yield from row.cells


def grid(part: Part) -> Grid:
    """A worksheet part, ready to be walked."""
    data = part.data
    if b"<!" not in data and data.find(b"<?", 5) < 0:
        Parser(part).run()
        layout = layout_of_skeleton(part)
        # A namespace declared among the cells could make another thing of a plain tag.
        if layout is not None and data.find(b"xmlns", layout.data_inside, layout.data_close) < 0:
            return Grid(part, layout, plain=True)
    return Grid(part, layout_of_all(part), plain=False)


class _NotPlain(Exception):  # noqa: N818  a signal, not an error
    """The quick reading met something it does not know."""


def _quick_rows(part: Part, layout: Layout) -> Iterator[Row]:
    data, at = part.data, layout.data_inside
    if layout.data_close is None:
        return
    known: dict[bytes, Attributes] = {}
    known_rows: dict[bytes, Mapping[str, str]] = {}
    new = tuple.__new__
    last = 0
    while found := _ROW.match(data, at):
        tag, digits, rest, empty = found.groups()
        attributes = known_rows.get(rest)
        if attributes is None:
            attributes = known_rows[rest] = _pairs(rest)
        number = int(digits)
        last = number if last < number <= LAST_ROW else row_number(part, digits.decode(), last)
        at = found.end()
        start = at - len(tag)
        cells: list[Cell] = []
        if empty:
            yield Row(last, attributes, start, at, None, at, cells, implied=False)
            continue
        inside = at
        at = _plain_cells(part, at, digits, known, cells)
        if not data.startswith(_ROW_CLOSE, at):
            at = _quick_cells(part, at, last, known, cells)
            closing = _ROW_END.match(data, at)
            if closing is None:
                raise _NotPlain
            at = closing.start(1)
        close, at = at, at + len(_ROW_CLOSE)
        yield new(Row, (last, attributes, start, inside, close, at, cells, False))
    closing = _DATA_END.match(data, at)
    if closing is None or closing.start(1) != layout.data_close:
        raise _NotPlain


def _plain_cells(
    part: Part, at: int, digits: bytes, known: dict[bytes, Attributes], cells: list[Cell]
) -> int:
    """Read the plain cells that a row begins with into a list; the offset after the last.

    The innermost loop of every reading: a cell is made without the calls that it can do without,
    and its places follow from the lengths of its pieces.
    """
    match, columns, new, append = _PLAIN_CELL.match, _COLUMNS, tuple.__new__, cells.append
    data, row, last = part.data, int(digits), 0
    while found := match(data, at):
        letters, row_digits, rest, marks, text, raw, inline = found.groups()
        column = columns.get(letters) or _column(letters)
        if row_digits != digits or not column:
            raise _NotPlain
        if column <= last:
            raise out_of_order(part, f"{letters.decode()}{row}")
        last = column
        attributes = known.get(rest)
        if attributes is None:
            if not _PLAIN_ATTRIBUTES.fullmatch(rest):
                raise _NotPlain
            attributes = known[rest] = meaning(part, _pairs(rest))
        start, at = at, found.end()
        inside = value_at = start + _TAG_SIZE + len(letters) + len(digits) + len(rest)
        if at == inside + 1:  # <c r="A1"/>
            append(new(Cell, (row, column, attributes, start, at, at, None, None, None, None)))
            continue
        made = shown = span = inline_span = None
        if marks is not None:
            made = _plain_formula(part, marks, text, inside)
            value_at = made.end
        if raw is not None:
            span = value_at, at - _END_SIZE
            shown = raw.decode()
            if "&" in shown or "\r" in shown:
                shown = plain_text(raw)
        elif inline is not None:
            inline_span = value_at, at - _END_SIZE
            shown = decoded(plain_text(inline))
        append(
            new(Cell, (row, column, attributes, start, inside, at, made, span, inline_span, shown))
        )
    return at


def _plain_formula(part: Part, marks: bytes, text: bytes | None, start: int) -> Formula:
    said, end = "", start + _EMPTY_FORMULA_SIZE + len(marks)
    if text is not None:
        said, end = text.decode(), start + _FORMULA_SIZE + len(marks) + len(text)
        if "&" in said or "\r" in said:
            said = plain_text(text)
    if not marks:
        return tuple.__new__(Formula, (NORMAL, said, None, None, start, end))
    if not _PLAIN_ATTRIBUTES.fullmatch(marks):
        raise _NotPlain
    return formula_of(part, _pairs(marks), said, start, end)


def _quick_cells(
    part: Part, at: int, row: int, known: dict[bytes, Attributes], cells: list[Cell]
) -> int:
    """Read what is left of the cells of one row into a list; the offset after the last."""
    data, match, columns, new = part.data, _CELL.match, _COLUMNS, tuple.__new__
    digits = b"%d" % row
    last = cells[-1].column if cells else 0
    while True:
        found = match(data, at)
        if found is None:
            blanks = _BLANKS.match(data, at)
            if blanks is None:
                return at
            at = blanks.end()
            continue
        tag, letters, row_digits, rest, formula, marks, text, value, raw, inline, simple = (
            found.groups()
        )
        column = columns.get(letters) or _column(letters)
        if row_digits != digits or not column:
            raise _NotPlain
        if column <= last:
            raise out_of_order(part, f"{letters.decode()}{row}")
        last = column
        attributes = known.get(rest)
        if attributes is None:
            attributes = known[rest] = meaning(part, _pairs(rest))
        start, at = at, found.end()
        inside = value_at = inline_at = start + len(tag)
        made = None
        if formula is not None:
            value_at = inline_at = inside + len(formula)
            made = _formula(part, marks, text, inside, value_at)
        shown = value_span = inline_span = None
        if value is not None:
            inline_at = value_at + len(value)
            value_span = value_at, inline_at
            shown = "" if raw is None else plain_text(raw)
        if inline is not None:
            inline_span = inline_at, inline_at + len(inline)
            if shown is None:
                shown = _inline(inline) if simple is None else decoded(plain_text(simple))
            inline_at += len(inline)
        if inline_at + _END_SIZE != at and inline_at != at:  # blanks between the elements
            made = made and made._replace(start=found.start(5), end=found.end(5))
            value_span = value_span and found.span(8)
            inline_span = inline_span and found.span(10)
        cells.append(
            new(
                Cell,
                (row, column, attributes, start, inside, at, made, value_span, inline_span, shown),
            )
        )


def _column(letters: bytes) -> int:
    number = column_number(letters.decode())
    if number:
        _COLUMNS[letters] = number
    return number


def _inline(element: bytes) -> str:
    try:
        return inline_text(element)
    except BookError:  # a prefix declared further out
        raise _NotPlain from None


def _pairs(attributes: bytes) -> dict[str, str]:
    return dict(_PAIR.findall(attributes.decode()))


def _formula(part: Part, marks: bytes, text: bytes | None, start: int, end: int) -> Formula:
    shown = "" if text is None else plain_text(text)
    if not marks:
        return Formula(NORMAL, shown, None, None, start, end)
    return formula_of(part, _pairs(marks), shown, start, end)
