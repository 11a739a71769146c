"""The workbook part: sheets, names, and how the book asks to be calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xlfuncs.errors import BookError
from xlfuncs.ooxml.markup import MAIN, RELATIONS, STRICT, Parser, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.ooxml.relations import Relation

Kind = Literal["worksheet", "chartsheet", "dialogsheet", "macrosheet"]
State = Literal["visible", "hidden", "veryHidden"]

_KINDS: Final[Mapping[str, Kind]] = {
    "worksheet": "worksheet",
    "chartsheet": "chartsheet",
    "dialogsheet": "dialogsheet",
    "xlMacrosheet": "macrosheet",
    "xlIntlMacrosheet": "macrosheet",
}
_STATES: Final[Mapping[str, State]] = {
    "visible": "visible",
    "hidden": "hidden",
    "veryHidden": "veryHidden",
}
_TRUE: Final = {"1", "true", "on"}
_FALSE: Final = {"0", "false", "off"}
_MACRO_MARKS: Final = ("function", "vbProcedure", "xlm")


class Sheet(NamedTuple):
    """One sheet: its tab, its part, and whether it can be seen."""

    name: str
    part: str
    kind: Kind
    state: State


class Calculation(NamedTuple):
    """How a book asks to be calculated.

    Args:
        mode: auto, autoNoTable or manual.
        full_on_load: calculate everything when the book is opened.
        iterative: circular references are meant.
        engine: the version of the engine that calculated last; 0 if not said.
    """

    mode: str
    full_on_load: bool
    iterative: bool
    engine: int


class Workbook(NamedTuple):
    """What the workbook part says.

    Args:
        sheets: the sheets, in the order of their tabs.
        names: the names that hold for the whole book.
        sheet_names: by sheet, the names that hold for it alone.
        macros: the names that stand for macros, each after the sheet it holds for.
        date1904: whether days are counted from 1904.
        calculation: how the book asks to be calculated.
        full_precision: whether it calculates with numbers as they are, not as they are shown.
    """

    sheets: tuple[Sheet, ...]
    names: Mapping[str, str]
    sheet_names: Mapping[str, Mapping[str, str]]
    macros: frozenset[tuple[str | None, str]]
    date1904: bool
    calculation: Calculation
    full_precision: bool


class _Handlers:
    """Gathers sheets, names and settings."""

    def __init__(self, book: str, relations: Mapping[str, Relation]) -> None:
        self.book = book
        self.relations = relations
        self.path: list[str] = []
        self.sheets: list[Sheet] = []
        self.names: list[tuple[dict[str, str], list[str]]] = []
        self.text: list[str] | None = None
        self.date1904 = False
        self.calculation = Calculation("auto", full_on_load=False, iterative=False, engine=0)
        self.full_precision = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) == 1:
            if name.startswith(STRICT):
                raise BookError(
                    f"{self.book} is in the Strict format: save it as an ordinary .xlsx"
                )
            if name != f"{MAIN} workbook":
                raise BookError(f"{self.book} is damaged: its workbook part is something else")
        elif self.path[1:] == [f"{MAIN} sheets", f"{MAIN} sheet"]:
            self.sheets.append(self.sheet(attributes))
        elif self.path[1:] == [f"{MAIN} definedNames", f"{MAIN} definedName"]:
            self.text = []
            self.names.append((attributes, self.text))
        elif self.path[1:] == [f"{MAIN} workbookPr"]:
            self.date1904 = attributes.get("date1904") in _TRUE
        elif self.path[1:] == [f"{MAIN} calcPr"]:
            engine = attributes.get("calcId", "0")
            self.calculation = Calculation(
                attributes.get("calcMode", "auto"),
                attributes.get("fullCalcOnLoad") in _TRUE,
                attributes.get("iterate") in _TRUE,
                int(engine) if engine.isdecimal() else 0,
            )
            self.full_precision = attributes.get("fullPrecision") not in _FALSE

    def end(self, _name: str) -> None:
        self.path.pop()
        self.text = None

    def characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def sheet(self, attributes: dict[str, str]) -> Sheet:
        name = attributes.get("name", "")
        relation = self.relations.get(attributes.get(f"{RELATIONS} id", ""))
        if not name or relation is None or relation.outside or relation.kind not in _KINDS:
            raise BookError(f"{self.book} is damaged: it holds no part for the sheet {name!r}")
        state = _STATES.get(attributes.get("state", "visible"), "visible")
        return Sheet(name, relation.target, _KINDS[relation.kind], state)

    def workbook(self) -> Workbook:
        if not self.sheets:
            raise BookError(f"{self.book} is damaged: it has no sheets")
        for what, values in (
            ("the sheet", [sheet.name for sheet in self.sheets]),
            ("the part", [sheet.part for sheet in self.sheets]),
        ):
            twice = _first_twice(values)
            if twice is not None:
                raise BookError(f"{self.book} is damaged: it lists {what} {twice!r} twice")
        names: dict[str, str] = {}
        local: dict[str, dict[str, str]] = {}
        seen: set[tuple[str | None, str]] = set()
        macros: set[tuple[str | None, str]] = set()
        for attributes, pieces in self.names:
            scope = self.scope(attributes)
            target = names if scope is None else local.setdefault(scope, {})
            name = attributes.get("name", "")
            key = scope, name.casefold()
            if key in seen and not name.startswith("_xlnm."):
                raise BookError(f"{self.book} is damaged: it defines the name {name!r} twice")
            seen.add(key)
            target[name] = "".join(pieces).strip().removeprefix("=")
            if any(attributes.get(mark) in _TRUE for mark in _MACRO_MARKS):
                macros.add((scope, name))
        return Workbook(
            tuple(self.sheets),
            names,
            local,
            frozenset(macros),
            self.date1904,
            self.calculation,
            self.full_precision,
        )

    def scope(self, attributes: Mapping[str, str]) -> str | None:
        place = attributes.get("localSheetId")
        if place is None:
            return None
        if not place.isdecimal() or int(place) >= len(self.sheets):
            raise BookError(
                f"{self.book} is damaged: the name {attributes.get('name', '')!r} "
                "belongs to a sheet that is not there"
            )
        return self.sheets[int(place)].name


def _first_twice(values: list[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            return value
        seen.add(value.casefold())
    return None


def read_workbook(part: Part, book: str, relations: Mapping[str, Relation]) -> Workbook:
    """What a workbook part says.

    Args:
        part: the workbook part.
        book: the name of the book, for error sentences.
        relations: the relations of the part, by id.
    """
    handlers = _Handlers(book, relations)
    Parser(part, handlers.start, handlers.end, handlers.characters).run()
    return handlers.workbook()
