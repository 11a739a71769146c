"""New bytes for cells: the element's tag and value are replaced, all else of it is kept."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.markup import escaped, tag_at, with_attribute
from xlfuncs.ooxml.text import encoded
from xlfuncs.ooxml.values import CellValue, number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlfuncs.ooxml.model import Cell
    from xlfuncs.ooxml.references import Spot

_BLOCK: Final = 1000
_PLAIN_CELL: Final = b"<c "

RICH_ONLY: Final = {ErrorValue.SPILL, ErrorValue.CALC}


class Edit(NamedTuple):
    """Bytes from start to end that are to be replaced."""

    start: int
    end: int
    new: bytes


class _Content(NamedTuple):
    """A value as the file spells it: the cell's type (none for numbers) and the element."""

    type: bytes | None
    element: bytes


def spliced(data: bytes, edits: Iterable[Edit]) -> Iterator[bytes | memoryview]:
    """The pieces of the edited bytes, in blocks large enough to be packed with few calls.

    Args:
        data: the bytes.
        edits: what changes; the stretches do not overlap.
    """
    at = 0
    block: list[bytes] = []
    for edit in sorted(edits, key=itemgetter(0, 1)):
        start, end, new = edit
        if start < at:
            raise AssertionError(edit)
        block += (data[at:start], new)
        at = end
        if len(block) >= _BLOCK:
            yield b"".join(block)
            block.clear()
    yield b"".join(block)
    yield memoryview(data)[at:]


def value_edits(
    data: bytes, cell: Cell, value: CellValue, record: int, *, calculated: bool
) -> list[Edit]:
    """What gives a cell another value.

    Args:
        data: the part.
        cell: the cell as it stands.
        value: the new value.
        record: the `vm` record of the value; 0 is none.
        calculated: whether the value is a formula's result, its own or a spilling neighbour's.
    """
    span, attributes = cell.value, cell.attributes
    if (
        type(value) is float
        and span is not None
        and cell.inline is None
        and attributes.type == "n"
        and attributes.value_record == record
        and data.startswith(_PLAIN_CELL, cell.start)
    ):  # what most results of most books are
        return [Edit(span[0], span[1], b"<v>%s</v>" % number_text(value).encode())]
    tag = tag_at(data, cell.start)
    content = _content(value, tag.prefix, calculated=calculated)
    old = data[cell.start : cell.inside]
    new = old
    if content.type is not None or cell.attributes.type != "n":
        new = with_attribute(new, b"t", content.type)
    if cell.attributes.value_record != record:
        new = with_attribute(new, b"vm", b"%d" % record if record else None)
    if tag.empty:
        if content.element:
            closing = b"</" + tag.name + b">"
            new = new[:-2].rstrip() + b">" + content.element + closing
        return [Edit(cell.start, cell.end, new)]
    edits = [Edit(cell.start, cell.inside, new)] if new != old else []
    places = [place for place in (cell.value, cell.inline) if place is not None]
    if not places:
        after = cell.formula.end if cell.formula is not None else cell.inside
        places = [(after, after)]
    for start, end in places:
        edits.append(Edit(start, end, content.element))
        content = content._replace(element=b"")
    return edits


def new_cell(
    spot: Spot, value: CellValue, prefix: bytes, style: int, record: int, *, calculated: bool
) -> bytes:
    """A cell that was not in the sheet yet."""
    content = _content(value, prefix, calculated=calculated)
    name = prefix + b"c"
    mark = b' s="%d"' % style if style else b""
    kind = b' t="' + content.type + b'"' if content.type is not None else b""
    kind += b' vm="%d"' % record if record else b""
    start = b"<" + name + b' r="' + str(spot).encode() + b'"' + mark + kind
    if not content.element:
        return start + b"/>"
    return start + b">" + content.element + b"</" + name + b">"


def _content(value: CellValue, prefix: bytes, *, calculated: bool) -> _Content:
    if value is None:
        return _Content(None, b"")
    if isinstance(value, bool):
        return _Content(b"b", _element(prefix, b"v", b"1" if value else b"0"))
    if isinstance(value, ErrorValue):
        shown = ErrorValue.VALUE if value in RICH_ONLY else value
        return _Content(b"e", _element(prefix, b"v", shown.value.encode()))
    if isinstance(value, str):
        text = escaped(encoded(value)).encode()
        padded = value != value.strip() or "\n" in value
        if calculated:
            return _Content(b"str", _element(prefix, b"v", text, padded=padded))
        inner = _element(prefix, b"t", text, padded=padded)
        return _Content(b"inlineStr", _element(prefix, b"is", inner))
    return _Content(None, _element(prefix, b"v", number_text(float(value)).encode()))


def _element(prefix: bytes, name: bytes, inner: bytes, *, padded: bool = False) -> bytes:
    mark = b' xml:space="preserve"' if padded else b""
    return b"<" + prefix + name + mark + b">" + inner + b"</" + prefix + name + b">"
