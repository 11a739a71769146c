"""What surrounds the cells of a worksheet part: dimension, column formats, merged cells."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.ooxml.markup import MAIN, STRICT, Parser, Part, tag_at
from xlfuncs.ooxml.references import Area, area

_WORKSHEET: Final = f"{MAIN} worksheet"
_DATA: Final = f"{MAIN} sheetData"
_INSIDE: Final = {f"{MAIN} cols": f"{MAIN} col", f"{MAIN} mergeCells": f"{MAIN} mergeCell"}
_DATA_TAG: Final = re.compile(rb"<sheetData\s*(/?)>")
_DATA_END: Final = b"</sheetData>"


class Columns(NamedTuple):
    """A stretch of columns with one format."""

    first: int
    last: int
    style: int


class Layout(NamedTuple):
    """The frame of a worksheet.

    Args:
        data_start: the offset of the `<sheetData>` tag.
        data_inside: the offset after it.
        data_close: the offset of its end tag; None if it is one empty tag.
        prefix: the namespace prefix of its tags, with the colon.
        dimension: the cells that the sheet says it uses.
        dimension_at: the offset of the tag that says so.
        columns: columns with a format of their own.
        merged: the merged areas.
    """

    data_start: int
    data_inside: int
    data_close: int | None
    prefix: bytes
    dimension: Area | None
    dimension_at: int
    columns: tuple[Columns, ...]
    merged: tuple[Area, ...]


class _Frame:
    """The handlers that gather a layout."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.path: list[str] = []
        self.data_at: list[int] = []
        self.close_at = 0
        self.dimension: tuple[Area | None, int] = (None, -1)
        self.columns: list[Columns] = []
        self.merged: list[Area] = []
        self.parser = Parser(part, self.start, self.end)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        path = self.path
        depth = len(path)
        path.append(name)
        if depth == 1:
            if name == _DATA:
                self.data_at.append(self.parser.at)
            elif name == f"{MAIN} dimension":
                self.dimension = (area(attributes.get("ref", "")), self.parser.at)
        elif depth == 2 and name == _INSIDE.get(path[1]):  # noqa: PLR2004
            self.within(name, attributes)
        elif depth == 0 and name != _WORKSHEET:
            kind = "the Strict format" if name.startswith(STRICT) else "an unknown format"
            raise BookError(f"{self.part.label} is written in {kind}, which xlfuncs does not edit")

    def within(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{MAIN} mergeCell":
            merged = area(attributes.get("ref", ""))
            if merged is None:
                raise BookError(f"{self.part.label} holds a merged area without cells")
            self.merged.append(merged)
            return
        first, last, style = (attributes.get(key, "0") for key in ("min", "max", "style"))
        if style != "0" and all(map(str.isdecimal, (first, last, style))):
            self.columns.append(Columns(int(first), int(last), int(style)))

    def end(self, name: str) -> None:
        self.path.pop()
        if name == _DATA and len(self.path) == 1:
            self.close_at = self.parser.at

    def run(self) -> None:
        self.parser.run()
        if len(self.data_at) != 1:
            raise BookError(f"{self.part.label} holds no cells, or holds them in two places")


def layout_of_all(part: Part) -> Layout:
    """The layout of any worksheet part, found by parsing all of it."""
    frame = _Frame(part)
    frame.run()
    start = frame.data_at[0]
    tag = tag_at(part.data, start)
    close = None if tag.empty else frame.close_at
    return _layout(frame, start, tag.inside, close, tag.prefix)


def layout_of_skeleton(part: Part) -> Layout | None:
    """The layout found by parsing all but the cells; None if that is not safe here.

    Args:
        part: well-formed, without comments, CDATA and processing instructions, so that every
            "<" in it starts a tag.
    """
    data = part.data
    found = _DATA_TAG.search(data)
    if found is None:
        return None
    close = None if found[1] else data.rfind(_DATA_END)
    if close is not None and close < found.end():
        return None
    after = found.end() if close is None else close + len(_DATA_END)
    skeleton = data[: found.start()] + b"<sheetData/>" + data[after:]
    frame = _Frame(Part(part.label, skeleton))
    try:
        frame.run()
    except BookError:  # cut in the wrong place, or broken: the full reading will tell
        return None
    if frame.data_at != [found.start()] or frame.dimension[1] > found.start():
        return None
    return _layout(frame, found.start(), found.end(), close, b"")


def _layout(frame: _Frame, start: int, inside: int, close: int | None, prefix: bytes) -> Layout:
    dimension, dimension_at = frame.dimension
    return Layout(
        start,
        inside,
        close,
        prefix,
        dimension,
        dimension_at,
        tuple(frame.columns),
        tuple(frame.merged),
    )
