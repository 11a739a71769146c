"""Rich values: which `cm` marks a dynamic array, and which `vm` stands for which error.

Errors newer than the file format, such as #SPILL!, are saved as #VALUE! with a `vm` attribute,
the number of a record in the metadata part, which names a rich value, whose structure is called
_error and has a field errorType (MS-XLSX 2.3.6; 8 is #SPILL!, 13 is #CALC!).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.markup import Parser, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

DYNAMIC_ARRAY: Final = "XLDAPR"
RICH_VALUE: Final = "XLRICHVALUE"

_ERROR_TYPES: Final = {"8": ErrorValue.SPILL, "13": ErrorValue.CALC}
_NOTHING: Final = -1


class Rich(NamedTuple):
    """What the metadata of a book says.

    Args:
        dynamic: the `cm` records that mark dynamic arrays.
        errors: the `vm` records that stand for an error.
    """

    dynamic: frozenset[int]
    errors: Mapping[int, ErrorValue]


class _Metadata:
    """The handlers for metadata.xml, as far as a `cm` or `vm` reaches into it."""

    def __init__(self) -> None:
        self.types: list[str] = []
        self.future: dict[str, list[int]] = {}
        self.records: dict[str, list[tuple[int, int]]] = {"cellMetadata": [], "valueMetadata": []}
        self._kind = ""
        self._list: list[int] = []

    def start(self, full_name: str, attributes: dict[str, str]) -> None:
        name = full_name.rpartition(" ")[2]
        if name == "metadataType":
            self.types.append(attributes.get("name", ""))
        elif name == "futureMetadata":
            self._kind = name
            self._list = self.future.setdefault(attributes.get("name", ""), [])
        elif name in self.records:
            self._kind = name
        elif name == "bk":
            if self._kind == "futureMetadata":
                self._list.append(_NOTHING)
            elif self._kind:
                self.records[self._kind].append((0, 0))
        elif name == "rc" and self.records.get(self._kind):
            self.records[self._kind][-1] = (
                _number(attributes.get("t")),
                _number(attributes.get("v")),
            )
        elif self._list and name == "dynamicArrayProperties":
            self._list[-1] = int(attributes.get("fDynamic") in {"1", "true"})
        elif self._list and name == "rvb":
            self._list[-1] = _number(attributes.get("i"))

    def end(self, full_name: str) -> None:
        if full_name.rpartition(" ")[2] in {"futureMetadata", *self.records}:
            self._kind = ""
            self._list = []

    def reached(self, kind: str, name: str) -> dict[int, int]:
        """What each record of a kind reaches in the list of a name; records count from 1."""
        found: dict[int, int] = {}
        targets = self.future.get(name, [])
        for number, (type_number, index) in enumerate(self.records[kind], 1):
            if (
                1 <= type_number <= len(self.types)
                and self.types[type_number - 1] == name
                and 0 <= index < len(targets)
            ):
                found[number] = targets[index]
        return found


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else _NOTHING


def read_rich(metadata: Part | None, values: Part | None, structures: Part | None) -> Rich:
    """The dynamic array marks and rich errors of a book; parts that it lacks are None."""
    if metadata is None:
        return Rich(frozenset(), {})
    handlers = _Metadata()
    Parser(metadata, handlers.start, handlers.end).run()
    dynamic = handlers.reached("cellMetadata", DYNAMIC_ARRAY)
    errors: dict[int, ErrorValue] = {}
    if values is not None and structures is not None:
        rich_errors = _rich_errors(values, _error_places(structures))
        for record, index in handlers.reached("valueMetadata", RICH_VALUE).items():
            if index in rich_errors:
                errors[record] = rich_errors[index]
    return Rich(frozenset(number for number, flag in dynamic.items() if flag == 1), errors)


def _error_places(structures: Part) -> dict[int, int]:
    """Where errorType stands in each structure that is an error."""
    places: dict[int, int] = {}
    structure, key, is_error = -1, -1, False

    def start(full_name: str, attributes: dict[str, str]) -> None:
        nonlocal structure, key, is_error
        name = full_name.rpartition(" ")[2]
        if name == "s":
            structure, key, is_error = structure + 1, -1, attributes.get("t") == "_error"
        elif name == "k":
            key += 1
            if is_error and attributes.get("n") == "errorType":
                places[structure] = key

    Parser(structures, start).run()
    return places


def _rich_errors(values: Part, places: Mapping[int, int]) -> dict[int, ErrorValue]:
    """The error that each rich value is, by its index."""
    found: dict[int, ErrorValue] = {}
    index, structure = -1, -1
    fields: list[str] = []
    listening = False

    def start(full_name: str, attributes: dict[str, str]) -> None:
        nonlocal index, structure, listening
        name = full_name.rpartition(" ")[2]
        if name == "rv":
            index, structure = index + 1, _number(attributes.get("s"))
            fields.clear()
        listening = name == "v"
        if listening:
            fields.append("")

    def text(piece: str) -> None:
        if listening:
            fields[-1] += piece

    def end(full_name: str) -> None:
        nonlocal listening
        listening = False
        place = places.get(structure, _NOTHING)
        if full_name.rpartition(" ")[2] == "rv" and 0 <= place < len(fields):
            error = _ERROR_TYPES.get(fields[place].strip())
            if error is not None:
                found[index] = error

    Parser(values, start, end, text).run()
    return found
