"""The docstring of a worksheet function, taken apart into the fields of its card.

A summary line, remarks, then the sections `Source` (document, section, and below it the
operative words), `Reading` (which one is taken where the documents allow two), `Args`,
`Returns`, `Raises` and `Example`. Any clause in `xlfuncs/clauses` shows the form.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xlfuncs.errors import CardError

_SECTION = re.compile(r"(Source|Reading|Args|Returns|Raises|Example):(?: (.*))?")
_ARGUMENT = re.compile(r"( *)\*?(\w+): (.*)")
_PLACE = re.compile(r"(.*?\(\d{4}\)|[^,]*), (.*)")  # after a year, else at the first comma
_INDENT = 4


class Source(NamedTuple):
    """Where a rule stands: a document and a section of it."""

    document: str
    section: str


class Docstring(NamedTuple):
    """The parts of a worksheet function's docstring."""

    summary: str
    remarks: str
    sources: tuple[Source, ...]
    words: str
    reading: str
    arguments: dict[str, str]
    returns: str
    raises: str
    example: str

    @classmethod
    def parse(cls, name: str, text: str) -> Docstring:
        """Take the docstring of the function `name` apart.

        Raises:
            CardError: a part that every card needs is missing.
        """
        summary, _, rest = text.partition("\n")
        lines = _dedented(rest)
        sections: dict[str, list[str]] = {"Remarks": []}
        current = sections["Remarks"]
        for line in lines:
            match = _SECTION.fullmatch(line)
            if match:
                current = sections.setdefault(match[1], [])
                current.append(match[2] or "")
            else:
                current.append(line)
        missing = [
            part for part in ("Source", "Returns", "Example") if not _flowing(sections.get(part))
        ]
        if not summary.strip() or missing:
            raise CardError(f"{name}: the docstring lacks {', '.join(missing) or 'a summary'}")
        source, *words = sections["Source"]
        return cls(
            summary=summary.strip(),
            remarks=_paragraphs(sections["Remarks"]),
            sources=tuple(_source(name, part) for part in source.split("; ")),
            words=_flowing(words),
            reading=_flowing(sections.get("Reading")),
            arguments=_arguments(sections.get("Args", [])),
            returns=_flowing(sections["Returns"]),
            raises=_flowing(sections.get("Raises")),
            example="\n".join(line[_INDENT:] for line in sections["Example"][1:]).strip(),
        )


def _dedented(text: str) -> list[str]:
    lines = text.expandtabs().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:].rstrip() for line in lines]


def _flowing(lines: list[str] | None) -> str:
    return " ".join(" ".join(lines or []).split())


def _paragraphs(lines: list[str]) -> str:
    text = "\n".join(lines).strip()
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")) if text else ""


def _source(name: str, text: str) -> Source:
    match = _PLACE.fullmatch(text)
    if not match:
        raise CardError(f"{name}: Source must be 'document, section', not {text!r}")
    return Source(match[1], match[2])


def _arguments(lines: list[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for line in lines:
        match = _ARGUMENT.fullmatch(line)
        if match and len(match[1]) == _INDENT:
            found[match[2]] = [match[3]]
        elif line.strip() and found:
            found[next(reversed(found))].append(line)
    return {name: _flowing(text) for name, text in found.items()}
