"""The text of cells: rich text, shared strings, and characters that XML cannot hold."""

from __future__ import annotations

import re
from typing import Final

from xlfuncs.ooxml.markup import MAIN, Parser, Part

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ESCAPE_LIKE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNSAYABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_T: Final = f"{MAIN} t"
_R: Final = f"{MAIN} r"


def decoded(text: str) -> str:
    r"""Text with its _xHHHH_ escapes resolved.

    >>> decoded("a_x000D_b"), decoded("_x005F_x000D_")
    ('a\rb', '_x000D_')
    """
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # escaped halves become one letter
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def encoded(text: str) -> str:
    """Text with what XML cannot hold as _xHHHH_, and what only looks so protected."""
    if "_x" in text:
        text = _ESCAPE_LIKE.sub("_x005F_", text)
    return _UNSAYABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


class TextCollector:
    """Gathers the text of one string item: its own and its runs', not its phonetic guide."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._pieces: list[str] = []
        self._listening = False

    def start(self, name: str) -> None:
        """An element inside the item starts."""
        self._path.append(name)
        self._listening = name == _T and (
            len(self._path) == 1 or (len(self._path) == 2 and self._path[0] == _R)  # noqa: PLR2004
        )

    def text(self, text: str) -> None:
        """Text inside the item."""
        if self._listening:
            self._pieces.append(text)

    def end(self) -> None:
        """An element inside the item ends."""
        self._path.pop()
        self._listening = False

    def taken(self) -> str:
        """The text so far; the collector is empty again."""
        text = decoded("".join(self._pieces))
        self._pieces.clear()
        return text


def shared_strings(part: Part) -> list[str]:
    """The strings of the sharedStrings part, in order."""
    found: list[str] = []
    collector = TextCollector()
    depth = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth >= 2:  # noqa: PLR2004  inside an item
            collector.start(name)
        depth += 1

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth >= 2:  # noqa: PLR2004
            collector.end()
        elif depth == 1 and name == f"{MAIN} si":
            found.append(collector.taken())

    Parser(part, start, end, collector.text).run()
    return found


def inline_text(raw: bytes) -> str:
    """The text of an `<is>` element without prefixes, taken out of its sheet."""
    collector = TextCollector()
    depth = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth >= 2:  # noqa: PLR2004
            collector.start(name)
        depth += 1

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth >= 2:  # noqa: PLR2004
            collector.end()

    document = f'<i xmlns="{MAIN}">'.encode() + raw + b"</i>"
    Parser(Part("an inline string", document), start, end, collector.text).run()
    return collector.taken()
