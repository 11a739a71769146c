"""The register: every numeric clause of the documents, and each fault in their drafting.

It is text (register.toml, beside this module) and says of each clause what computes it, or why
nothing does. Whether that is so is not written down there but looked up when asked: an entry
that names a function, an argument or a part of the package that is not there is open.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.about import CARDS
from xlfuncs.docstring import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.card import Card

REGISTER_FILE: Final = "register.toml"
DOCUMENTS: Final = (
    "Certificate of Designation",
    "Warrant",
    "Securities Purchase Agreement",
    "Registration Rights Agreement",
    "Offer Letter",
)


class Status(StrEnum):
    """How far an entry is computed."""

    DONE = "done"
    IN_PART = "in part"  # what it names is there; `why` says what that leaves out
    OPEN = "open"  # something it names is not there
    NONE = "none"  # nothing computes it, for the reason in `why`


class Part(NamedTuple):
    """Something of the package that works a clause out and is not a worksheet function."""

    name: str
    module: str
    what: str

    @property
    def is_there(self) -> bool:
        """Whether the module stands in the package and defines the name; it is not imported."""
        try:
            found = find_spec(self.module)
        except ModuleNotFoundError:
            return False
        if found is None or found.origin is None:
            return False
        return f"\ndef {self.name}(" in Path(found.origin).read_text("utf-8")


class Entry(NamedTuple):
    """One numeric clause, or one fault of drafting.

    Attributes:
        number: its number in the register; a fault's begins with B.
        sources: where it stands, the first place being its own.
        text: the rule in one line; for a fault, what is wrong in the document.
        functions: the worksheet functions that compute it.
        parts: what else of the package works it out.
        arguments: `function.argument`, by which another reading or a choice is taken.
        reading: the reading taken, where the documents allow two.
        why: why nothing computes it, or what of it the functions leave out.
        missing: what of the above is named and is not there.
    """

    number: str
    sources: tuple[Source, ...]
    text: str
    functions: tuple[str, ...]
    parts: tuple[str, ...]
    arguments: tuple[str, ...]
    reading: str
    why: str
    missing: tuple[str, ...]

    @property
    def is_fault(self) -> bool:
        """Whether it is a fault of drafting and not a rule."""
        return self.number.startswith("B")

    @property
    def document(self) -> str:
        """The document it stands in."""
        return self.sources[0].document

    @property
    def status(self) -> Status:
        """How far it is computed."""
        if self.missing:
            return Status.OPEN
        if self.functions or self.parts:
            return Status.IN_PART if self.why else Status.DONE
        return Status.NONE


class Register(NamedTuple):
    """All entries, and the parts of the package that they name."""

    rules: tuple[Entry, ...]
    faults: tuple[Entry, ...]
    parts: Mapping[str, Part]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rules, then the faults."""
        return self.rules + self.faults

    @property
    def open(self) -> tuple[Entry, ...]:
        """The entries that name something that is not there."""
        return tuple(entry for entry in self.entries if entry.status is Status.OPEN)


def read_register() -> Register:
    """The register of this package, held against its functions as they are."""
    return register_from(files("xlfuncs").joinpath(REGISTER_FILE).read_text("utf-8"))


def register_from(text: str) -> Register:
    """A register from its text.

    >>> register_from('''
    ... [[rule]]
    ... number = 1
    ... source = "Warrant, 12(c)"
    ... rule = "A cashless exercise gives fewer shares."
    ... functions = ["cashless_exercise_shares", "no_such_function"]
    ... ''').open[0].missing
    ('no_such_function',)
    """
    content = tomllib.loads(text)
    parts = {name: Part(name, **made) for name, made in content.get("parts", {}).items()}
    cards = {made.name: made for made in CARDS}
    there = {*cards, *(name for name, part in parts.items() if part.is_there)}
    return Register(
        rules=tuple(_entry("rule", made, cards, there) for made in content.get("rule", [])),
        faults=tuple(_entry("fault", made, cards, there) for made in content.get("fault", [])),
        parts=parts,
    )


def _entry(kind: str, made: dict[str, Any], cards: Mapping[str, Card], there: set[str]) -> Entry:
    """An entry from its table; a key too many or too few is an error by its name."""
    rest = dict(made)
    number, source, text = str(rest.pop("number")), rest.pop("source"), rest.pop(kind)
    lists = {name: tuple(rest.pop(name, ())) for name in ("functions", "parts", "arguments")}
    named = (*lists["functions"], *lists["parts"])
    return Entry(
        number=number,
        sources=tuple(_source(place) for place in source.split("; ")),
        text=text,
        reading=rest.pop("reading", ""),
        why=rest.pop("why", ""),
        missing=(
            *(name for name in named if name not in there),
            *(name for name in lists["arguments"] if not _has_argument(name, cards)),
        ),
        **lists,
        **rest,
    )


def _source(place: str) -> Source:
    document, _, section = place.partition(", ")
    return Source(document, section)


def _has_argument(name: str, cards: Mapping[str, Card]) -> bool:
    """Whether a function has an argument, both named as in `fraction_cash.price`."""
    function, _, argument = name.partition(".")
    return function in cards and argument in {one.name for one in cards[function].arguments}
