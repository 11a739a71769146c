"""Sheets of one form: the sheets of books of a kind differ in their values alone.

What lies outside a sheet's `<v>` elements is its form. A form is read cell by cell once; a sheet
whose form is known is only cut at its values. That is as safe as reading it anew: every byte of
the form was proved well-formed and understood, and values that are more than plain ASCII send
the whole sheet through expat again.
"""

from __future__ import annotations

import re
from itertools import accumulate
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from xlfuncs.ooxml.markup import Parser, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlfuncs.ooxml.cells import Grid
    from xlfuncs.ooxml.markup import Part
    from xlfuncs.ooxml.model import Cell
    from xlfuncs.ooxml.references import Area
    from xlfuncs.ooxml.values import CellValue, Reader

T = TypeVar("T")

LONGEST: Final = 1 << 20  # longer sheets are read row by row, so that few rows lie in memory

_VALUE: Final = re.compile(rb"<v>([^<]*+)</v>")
_GAP: Final = b"<v></v>"  # no piece between two values holds it, so the joined form is unique
_OPEN: Final = len(b"<v>")
_CLOSE: Final = len(b"</v>")
# Entities, what XML forbids or changes in text, and the one plain text that it forbids.
_ODD: Final = re.compile(rb"[&\x00-\x08\x0b-\x1f]|\]\]>")
_DIGITS: Final = re.compile(rb"[0-9.eE+\-\n]*+")
_MOST_MADE: Final = 64
_MOST_KEPT: Final = 8 << 20  # read cells take some ten times the room of their markup


class Slots(NamedTuple):
    """Cells of one type: their positions in the form, and those of their values."""

    cells: tuple[int, ...]
    values: tuple[int, ...]

    def taken(self, raws: Sequence[bytes]) -> list[bytes]:
        """The values of these cells."""
        return [raws[at] for at in self.values]


class Form:
    """What the sheets of one form have in common.

    Args:
        grid: a sheet of the form, its rows kept.
        cut: the same sheet, cut at its values.
    """

    def __init__(self, grid: Grid, cut: Sequence[bytes]) -> None:
        self.cells: tuple[Cell, ...] = tuple(grid.cells())
        self.refs: tuple[str, ...] = tuple(cell.ref for cell in self.cells)
        self.position: dict[str, int] = {ref: at for at, ref in enumerate(self.refs)}
        self.merged: tuple[Area, ...] = grid.layout.merged
        self._kept: dict[object, Any] = {}
        self.length = len(grid.part.data)
        self.spans: list[tuple[int, int]] = _spans(cut)
        # Of each cell, its own value or else the next one after it.
        self.slot_of: list[int] = []
        of_type: dict[str, list[tuple[int, int]]] = {"n": [], "s": [], "": []}
        self.fixed: list[CellValue] = []  # the values that belong to the form: inline text
        slot = 0
        for at, cell in enumerate(self.cells):
            self.slot_of.append(slot)
            self.fixed.append(None if cell.inline is None else cell.raw)
            if cell.value is not None:
                kind = cell.attributes.type
                of_type[kind if kind in of_type else ""].append((at, slot))
                slot += 1
        self.numbers, self.shared, self.others = (
            Slots(tuple(at for at, _ in pairs), tuple(place for _, place in pairs))
            for pairs in of_type.values()
        )

    def kept(self, key: object, make: Callable[[], T]) -> T:
        """What somebody makes of the form: made once, and let go together with it.

        Args:
            key: what else it depends on, and who makes it.
            make: makes it.
        """
        if key not in self._kept:
            if len(self._kept) >= _MOST_MADE:
                self._kept.clear()
            self._kept[key] = make()
        made: T = self._kept[key]
        return made

    def fits(self) -> bool:
        """Whether its values are those of its cells, each with an element of its own."""
        return self.spans == [cell.value for cell in self.cells if cell.value is not None] and all(
            cell.inline is None or (cell.value is None and cell.attributes.type == "inlineStr")
            for cell in self.cells
        )


class Reading:
    """One sheet, read by its form.

    Args:
        part: the sheet's part.
        form: its form.
        cut: the part, cut at its values: every other piece is one.
        reader: makes values of single cells.
        strings: gives the book's shared strings.

    Raises:
        BookError: a value is none that its cell can hold.
    """

    def __init__(
        self,
        part: Part,
        form: Form,
        cut: Sequence[bytes],
        reader: Reader,
        strings: Callable[[], Sequence[str]],
    ) -> None:
        self.part = part
        self.form = form
        self.raws: Sequence[bytes] = cut[1::2]
        self._cut = cut
        self._ends: list[int] = []
        self.values: list[CellValue] = list(form.fixed)
        texts = form.numbers.taken(self.raws)
        numbers = _floats(texts) if _DIGITS.fullmatch(b"\n".join(texts)) else None
        # Whether every number is spelled as any program reads it.
        self.plain_numbers = numbers is not None
        self._fill(form.numbers, numbers, reader)
        if form.shared.cells:
            strings_found = _texts(form.shared.taken(self.raws), strings())
            self._fill(form.shared, strings_found, reader)
        self._fill(form.others, None, reader)

    def _fill(self, slots: Slots, found: Sequence[CellValue] | None, reader: Reader) -> None:
        """Put values in their places; without any, each is made by itself."""
        values = self.values
        if found is not None:
            for at, value in zip(slots.cells, found, strict=True):
                values[at] = value
            return
        cells = self.form.cells
        for at, slot in zip(*slots, strict=True):
            values[at] = reader.value(cells[at]._replace(raw=plain_text(self.raws[slot])))

    def place(self, slot: int) -> tuple[int, int]:
        """Start and end of the text of a value in the part."""
        if not self._ends:
            self._ends = list(accumulate(map(len, self._cut)))
        tags = (_OPEN + _CLOSE) * slot + _OPEN
        return self._ends[2 * slot] + tags, self._ends[2 * slot + 1] + tags

    def cell(self, at: int) -> Cell:
        """A cell as it lies in this part."""
        form = self.form
        cell, slot = form.cells[at], form.slot_of[at]
        if slot == len(self.raws):  # it stands after the last value
            return _moved(cell, len(self.part.data) - form.length)
        start, end = self.place(slot)
        start, end = start - _OPEN, end + _CLOSE
        moved = _moved(cell, start - form.spans[slot][0])
        if cell.value is None:
            return moved
        return moved._replace(
            end=cell.end + end - cell.value[1], value=(start, end), raw=plain_text(self.raws[slot])
        )


class Forms:
    """The forms met so far; the oldest go when they take too much room."""

    def __init__(self) -> None:
        self._forms: dict[bytes, Form] = {}
        self._size = 0

    def of(self, part: Part, cut: Sequence[bytes], grid: Callable[[], Grid]) -> Form | None:
        """The form of a sheet; None if it is to be read row by row.

        Args:
            part: the sheet's part.
            cut: the part, cut at its values.
            grid: gives the sheet's rows, kept, should its form be new.

        Raises:
            BookError: the sheet is damaged.
        """
        key = _GAP.join(cut[::2])
        form = self._forms.get(key)
        if form is not None:
            if _ODD.search(values := b"\n".join(cut[1::2])) or not values.isascii():
                Parser(part).run()
            return form
        made = grid()
        if not made.plain or made.known is None:
            return None
        form = Form(made, cut)
        if not form.fits():
            return None
        self._forms[key] = form
        self._size += len(key)
        while self._size > _MOST_KEPT:
            oldest = next(iter(self._forms))
            del self._forms[oldest]
            self._size -= len(oldest)
        return form


def cut_at_values(data: bytes) -> list[bytes]:
    """A part's bytes, cut at its values; every other piece is the text of one."""
    return _VALUE.split(data)


def _spans(cut: Sequence[bytes]) -> list[tuple[int, int]]:
    """Start and end of each `<v>` element."""
    ends = list(accumulate(map(len, cut)))
    tags = _OPEN + _CLOSE
    return [
        (start + tags * slot, end + tags * (slot + 1))
        for slot, (start, end) in enumerate(zip(ends[::2], ends[1::2], strict=False))
    ]


def _moved(cell: Cell, by: int) -> Cell:
    """A cell so many bytes further on."""
    formula, inline = cell.formula, cell.inline
    return cell._replace(
        start=cell.start + by,
        inside=cell.inside + by,
        end=cell.end + by,
        formula=formula and formula._replace(start=formula.start + by, end=formula.end + by),
        inline=inline and (inline[0] + by, inline[1] + by),
    )


def _floats(raws: Sequence[bytes]) -> list[float] | None:
    """Numbers of their texts; None if one needs a closer look."""
    try:
        numbers = list(map(float, raws))
    except ValueError:
        return None
    return numbers if all(map(isfinite, numbers)) else None


def _texts(raws: Sequence[bytes], strings: Sequence[str]) -> list[str] | None:
    """The strings that numbers stand for; None if one needs a closer look."""
    if not b"".join(raws).isdigit() or max(map(len, raws)) > 9 or not all(raws):  # noqa: PLR2004  as Reader
        return None
    indices = list(map(int, raws))
    return [strings[index] for index in indices] if max(indices) < len(strings) else None
