"""The subjects of a deal, read from subjects.toml beside this module, and what a deal needs."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final, NamedTuple


class Listed(NamedTuple):
    """A term of a subject; what is left blank is read from the card of its argument."""

    name: str
    unit: str = ""
    meaning: str = ""
    source: str = ""
    optional: bool = False
    assumed: bool = False


class Subject(NamedTuple):
    """Terms that belong together.

    Attributes:
        title: what it is called.
        brings: what is in the book of a deal that has it.
        terms: its terms.
        brought_by: the terms by which a deal has it, the first being the one it cannot lack.
        functions: the functions whose required arguments it then needs, so far as they are terms.
        needs: the terms it needs besides.
        prefix: what the names of its terms begin with, where it is another instrument's.
    """

    title: str
    brings: str
    terms: tuple[Listed, ...]
    brought_by: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    prefix: str = ""


def subject(title: str) -> Subject:
    """The subject of a title.

    >>> subject("Fixed price").brought_by
    ('stated_price',)

    Raises:
        KeyError: there is none.
    """
    return _BY_TITLE[title]


def _read() -> tuple[Subject, ...]:
    content = tomllib.loads(files("xlfuncs.drafting").joinpath("subjects.toml").read_text("utf-8"))
    told = content["term"]
    return tuple(
        Subject(
            title=table["title"],
            brings=table["brings"],
            terms=tuple(Listed(name, **told.get(name, {})) for name in table["terms"]),
            brought_by=tuple(table.get("brought_by", ())),
            functions=tuple(table.get("functions", ())),
            needs=tuple(table.get("needs", ())),
            prefix=table.get("prefix", ""),
        )
        for table in content["subject"]
    )


SUBJECTS: Final[tuple[Subject, ...]] = _read()
_BY_TITLE: Final = {one.title: one for one in SUBJECTS}
