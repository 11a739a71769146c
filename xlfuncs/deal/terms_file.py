"""Reads terms.toml: a table a term, and the table [deal]."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from xlfuncs import kinds
from xlfuncs.deal.files import Faults, raise_faults, read_text
from xlfuncs.deal.terms import UNITS, Document, Heading, Instrument, Term, Terms, Value
from xlfuncs.deal.toml import TomlFile, parse
from xlfuncs.errors import FunctionError
from xlfuncs.ranges import Range

if TYPE_CHECKING:
    from pathlib import Path

Arguments = Mapping[str, kinds.Unit | Range]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_TEXTS: Final = ("source", "words", "reason", "note")
_KEYS: Final = ("value", "unit", "assumption", *_TEXTS)
_FACT_NEEDS: Final = ("value", "unit", "source", "words")
_ASSUMPTION_NEEDS: Final = ("value", "unit", "reason")
_HEADING_TEXTS: Final = ("name", "company", "currency", "investor", "placement_agent")
_HEADING_NEEDS: Final = _HEADING_TEXTS[:3]
_BLANK: Final = "is to be filled in"


def read_terms(path: Path, arguments: Arguments | None = None) -> Terms:
    """The terms of a TOML file: a table a term, and the table [deal].

    Args:
        path: the file.
        arguments: the units of the functions' arguments by name; with them a term is also held
            to the bounds of the argument of its name.

    Returns:
        The terms.

    Raises:
        DealError: with every fault of the file.
    """
    faults = Faults(path)
    terms = terms_from(path, faults, arguments)
    raise_faults(faults)
    return terms


def terms_from(path: Path, faults: Faults, arguments: Arguments | None = None) -> Terms:
    """The terms of a file that can be read, with its faults noted."""
    text = read_text(path, faults)
    if not text:
        return Terms({}, file=path.name, whole=False)
    file = parse(text, faults)
    # A file that is not TOML is read table by table: what is missing then may be in a lost table.
    whole = not faults.found
    heading = _heading(file, faults) if whole else Heading()
    reader = _TermReader(file, faults, heading if whole else None, arguments or {})
    tables = {name: table for name, table in file.content.items() if name != "deal"}
    found = (reader.term(name, table) for name, table in tables.items())
    good = {term.name: term for term in found if term}
    return Terms(good, heading, path.name, tables, whole=whole)


class _TermReader:
    """Reads the tables of one document, each as a term."""

    def __init__(
        self, file: TomlFile, faults: Faults, heading: Heading | None, arguments: Arguments
    ) -> None:
        self.file = file
        self.faults = faults
        self.arguments = arguments
        self.documents = _names_of_documents(file) if heading else ()

    def term(self, name: str, table: object) -> Term | None:
        """The term, or None with its faults noted."""
        line = self.file.line(name)
        before = len(self.faults.found)
        if not _NAME.fullmatch(name):
            self.faults.add(line, f"{name!r} is not a name: small letters, digits and _ are")
        if not isinstance(table, dict):
            wanted = f"write [{name}], and under it value, unit, source and words"
            self.faults.add(line, f"{name} must be a table: {wanted}")
            return None
        if _is_blank(table.get("value")):
            self.faults.add(self.file.line(name, "value"), _to_fill_in(name, table.get("unit")))
            return None
        self._check_keys(name, table)
        self._check_source(name, table)
        value = self._value(name, table)
        if value is None or len(self.faults.found) > before:
            return None
        texts = {key: " ".join(table[key].split()) for key in _TEXTS if key in table}
        assumption = table.get("assumption", False)
        return Term(name, value, table["unit"], assumption=assumption, line=line, **texts)

    def _check_keys(self, name: str, table: dict[str, Any]) -> None:
        for key, entry in table.items():
            at = self.file.line(name, key)
            if key not in _KEYS:
                self.faults.add(
                    at, f"{name} has an unknown key {key}: known are {', '.join(_KEYS)}"
                )
            elif key == "assumption" and not isinstance(entry, bool):
                self.faults.add(at, f"{name} assumption must be true or false")
            elif key in _TEXTS:
                _check_text(at, f"{name} {key}", entry, self.faults)
        needs = _ASSUMPTION_NEEDS if table.get("assumption") is True else _FACT_NEEDS
        kind = "an assumption" if needs is _ASSUMPTION_NEEDS else "a term"
        for key in needs:
            if key not in table:
                self.faults.add(self.file.line(name), f"{name} has no {key}: {kind} needs one")

    def _check_source(self, name: str, table: dict[str, Any]) -> None:
        source = table.get("source")
        if not isinstance(source, str) or not self.documents:
            return
        for citation in filter(None, map(str.strip, source.split(";"))):
            document = citation.split(",")[0].strip()
            if document not in self.documents:
                at = self.file.line(name, "source")
                self.faults.add(at, f"{name} cites {document!r}, which [deal] does not list")

    def _value(self, name: str, table: dict[str, Any]) -> Value | None:
        at = self.file.line(name, "value")
        unit = table.get("unit")
        if "unit" in table and not (isinstance(unit, str) and unit in UNITS):
            wanted = f"one of {', '.join(UNITS)}, not {_shown(unit)}"
            self.faults.add(self.file.line(name, "unit"), f"{name} unit must be {wanted}")
        if "value" not in table or not isinstance(unit, str) or unit not in UNITS:
            return None
        try:
            checked = UNITS[unit].check(table["value"], name)
            if name in self.arguments:
                self.arguments[name].check(checked, name)
        except FunctionError as error:
            self.faults.add(at, error.sentence)
            return None
        return checked if isinstance(checked, (int, float, str, dt.date)) else None


def _heading(file: TomlFile, faults: Faults) -> Heading:
    table = file.content.get("deal")
    if not isinstance(table, dict):
        faults.add(file.line("deal"), "there is no table [deal]: it names the deal")
        return Heading()
    for key, entry in table.items():
        at = file.line("deal", key)
        if key in _HEADING_TEXTS:
            _check_text(at, f"deal {key}", entry, faults)
        elif key not in {*_HEADING_TEXTS, "instruments", "documents"}:
            faults.add(at, f"deal has an unknown key {key}")
    for key in _HEADING_NEEDS:
        if key not in table:
            faults.add(file.line("deal"), f"deal has no {key}")
    instruments = _entries(file, faults, "instruments", {"name": str, "prefix": str})
    documents = _entries(file, faults, "documents", {"name": str, "title": str, "date": dt.date})
    return Heading(
        **{key: entry for key, entry in table.items() if key in _HEADING_TEXTS},
        instruments=tuple(Instrument(**entry) for entry in instruments),
        documents=tuple(Document(**entry) for entry in documents),
    )


def _entries(
    file: TomlFile, faults: Faults, key: str, kinds: Mapping[str, type]
) -> list[dict[str, Any]]:
    """The tables [[deal.documents]] or [[deal.instruments]] that have exactly the keys of kinds."""
    line = file.line("deal", key)
    tables = file.content["deal"].get(key)
    if not isinstance(tables, list) or not tables:
        faults.add(line, f"deal has no {key}: write [[deal.{key}]] for each")
        return []
    good = []
    for number, table in enumerate(tables, 1):
        where = ("deal", key, str(number))
        fits = isinstance(table, dict) and {name: type(entry) for name, entry in table.items()}
        # A prefix may be empty: it is that of the main instrument.
        blank = [name for name in kinds if fits and name != "prefix" and _is_blank(table.get(name))]
        for name in blank:
            faults.add(file.line(*where, name), f"deal {key}: {name} of number {number} {_BLANK}")
        if fits == kinds and not blank:
            good.append(table)
        elif not blank:
            wanted = ", ".join(kinds)
            at = file.line(*where)
            faults.add(at, f"deal {key}: number {number} must have {wanted}, and nothing else")
    return good


def _names_of_documents(file: TomlFile) -> tuple[str, ...]:
    """What sources may cite, also where something else of a document is still blank."""
    deal = file.content.get("deal")
    tables = deal.get("documents") if isinstance(deal, dict) else None
    found = tables if isinstance(tables, list) else []
    names = (one.get("name") for one in found if isinstance(one, dict))
    return tuple(name for name in names if isinstance(name, str) and name.strip())


def _check_text(line: int, what: str, entry: object, faults: Faults) -> None:
    if _is_blank(entry):
        faults.add(line, f"{what} {_BLANK}")
    elif not isinstance(entry, str):
        faults.add(line, f"{what} must be a text, not {_shown(entry)}")


def _is_blank(entry: object) -> bool:
    return isinstance(entry, str) and not entry.strip()


def _to_fill_in(name: str, unit: object) -> str:
    meaning = f": {UNITS[unit].meaning}" if isinstance(unit, str) and unit in UNITS else ""
    return f"{name} {_BLANK}{meaning}"


def _shown(entry: object) -> str:
    return kinds.shown(entry) if isinstance(entry, (str, bool, dt.date)) else type(entry).__name__
