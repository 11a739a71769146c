"""XML read with care: UTF-8 only, no document type, and where every tag lies in the bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# Exact on any start tag of a well-formed document: "<" cannot stand in an attribute, and ">"
# can only between quotes.
_NAME = rb"[^\s/>=\"'<]+"
_ATTRIBUTE = rb"\s+(" + _NAME + rb")\s*=\s*(\"[^\"]*\"|'[^']*')"
START_TAG: Final = re.compile(rb"<(" + _NAME + rb")((?:" + _ATTRIBUTE + rb")*)\s*(/?)>")
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)

_ENTITY: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Part(NamedTuple):
    """The bytes of one XML part, and what an error sentence calls it."""

    label: str
    data: bytes


class Tag(NamedTuple):
    """A start tag as it lies in the bytes."""

    name: bytes
    inside: int
    empty: bool

    @property
    def prefix(self) -> bytes:
        """The namespace prefix with its colon, or nothing."""
        return self.name[: self.name.find(b":") + 1]


def tag_at(data: bytes, at: int) -> Tag:
    """The start tag that lies at an offset."""
    found = START_TAG.match(data, at)
    if found is None:  # the parser has just seen a start tag here
        raise AssertionError(data[at : at + 40])
    return Tag(found[1], found.end(), bool(found[5]))


def with_attribute(tag: bytes, name: bytes, value: bytes | None) -> bytes:
    """A start tag with one attribute set, or removed if the value is None.

    >>> with_attribute(b'<c r="B7" t="s"/>', b"t", b"b")
    b'<c r="B7" t="b"/>'
    >>> with_attribute(b'<c r="B7" t="s"/>', b"t", None)
    b'<c r="B7"/>'
    """
    start = START_TAG.match(tag)
    if start is None:
        raise AssertionError(tag)
    for found in _ATTRIBUTES.finditer(tag, start.end(1), start.end(2)):
        if found[1] == name:
            if value is None:
                return tag[: found.start()] + tag[found.end() :]
            return tag[: found.start(2)] + b'"' + value + b'"' + tag[found.end(2) :]
    if value is None:
        return tag
    return tag[: start.end(2)] + b" " + name + b'="' + value + b'"' + tag[start.end(2) :]


def plain_text(raw: bytes) -> str:
    """What a parser makes of text between two tags: line ends and entities resolved."""
    text = raw.decode()  # first, since a string is searched faster than bytes are
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return chr(int(found[2])) if found[2] else _ENTITIES[found[3]]


def escaped(text: str) -> str:
    """Text as it stands between two tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Parser:
    """An expat parser that refuses what no spreadsheet program writes.

    Args:
        part: what is parsed.
        start: called with "namespace name" and the attributes of every element.
        end: called when an element ends.
        text: called with text.
    """

    def __init__(
        self,
        part: Part,
        start: Callable[[str, dict[str, str]], object] | None = None,
        end: Callable[[str], object] | None = None,
        text: Callable[[str], object] | None = None,
    ) -> None:
        self._part = part
        self._expat = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        if start is not None:
            parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        if part.data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in part.data[:4]:
            raise BookError(f"{part.label} is not written in UTF-8")

    @property
    def at(self) -> int:
        """The offset of the tag that the running handler was called for."""
        return self._expat.CurrentByteIndex

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """Parse some more bytes."""
        try:
            self._expat.Parse(chunk, last)
        except expat.ExpatError as error:
            raise BookError(
                f"{self._part.label} is not well-formed XML: {expat.ErrorString(error.code)} "
                f"at line {error.lineno}, column {error.offset}"
            ) from None

    def run(self) -> None:
        """Parse the whole part."""
        self.feed(self._part.data, last=True)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            raise BookError(f"{self._part.label} is not written in UTF-8")

    def _doctype(self, *_: object) -> None:
        raise BookError(f"{self._part.label} declares a document type, as no workbook does")


def attributes_of(part: Part) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part: its "namespace name" and its attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    Parser(part, start=lambda name, attributes: found.append((name, attributes))).run()
    return found
