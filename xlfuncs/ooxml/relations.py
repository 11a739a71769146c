"""How the parts of a package refer to one another."""

from __future__ import annotations

import posixpath
from typing import Final, NamedTuple
from urllib.parse import unquote

from xlfuncs.errors import BookError
from xlfuncs.ooxml.markup import Part, attributes_of

_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
_RELATION: Final = f"{_PACKAGE}relationships Relationship"
_DEFAULT: Final = f"{_PACKAGE}content-types Default"
_OVERRIDE: Final = f"{_PACKAGE}content-types Override"


class Relation(NamedTuple):
    """One relation of a part: what kind, and to which part or address.

    Args:
        id: its name within the part.
        type: its full type, an address.
        target: the name of the other part; the address as it stands if it is outside.
        outside: whether it leads out of the package.
    """

    id: str
    type: str
    target: str
    outside: bool

    @property
    def kind(self) -> str:
        """The last word of the type, such as worksheet."""
        return self.type.rpartition("/")[2]


def relations_name(part: str) -> str:
    """The name of the part that holds another part's relations; "" is the package itself.

    >>> relations_name("xl/workbook.xml"), relations_name("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def read_relations(part: Part, source: str) -> tuple[Relation, ...]:
    """The relations listed in a part, with their targets as part names.

    Args:
        part: the relations part.
        source: the name of the part whose relations they are.
    """
    found = []
    for name, attributes in attributes_of(part):
        if name != _RELATION:
            continue
        target = attributes.get("Target", "")
        outside = attributes.get("TargetMode") == "External"
        if not outside:
            target = _resolved(part, source, target)
        kind = attributes.get("Type", "")
        found.append(Relation(attributes.get("Id", ""), kind, target, outside))
    return tuple(found)


def _resolved(part: Part, source: str, target: str) -> str:
    path = unquote(target.partition("#")[0])
    joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), path))
    steps = posixpath.join("/" if path.startswith("/") else posixpath.dirname(source), path)
    depth = 0
    for step in steps.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            raise BookError(f"{part.label} leads out of the package: {target[:80]!r}")
    return joined.lstrip("/")


class ContentTypes:
    """What kind of content each part has, as `[Content_Types].xml` says."""

    def __init__(self, part: Part) -> None:
        self._by_ending: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for name, attributes in attributes_of(part):
            kind = attributes.get("ContentType", "")
            if name == _DEFAULT:
                self._by_ending[attributes.get("Extension", "").lower()] = kind
            elif name == _OVERRIDE:
                self._by_name[attributes.get("PartName", "").lstrip("/").lower()] = kind

    def of(self, part: str) -> str:
        """The content type of a part; empty if nothing is said."""
        named = self._by_name.get(part.lower())
        return named or self._by_ending.get(part.rpartition(".")[2].lower(), "")
