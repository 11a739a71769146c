"""A formula rewritten for the embedded engine: our names plain, others put in, blanks filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.hosts.calc.names import SERVICE
from xlfuncs.hosts.formula_tokens import TOKEN
from xlfuncs.hosts.spelling import called

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FIT: Final = "XLF__FIT"
BLANK: Final = "XLF__BLANK"
_DEPTH: Final = 8

_PLAIN: Final = "xlf_"
# What a formula without names of the two special kinds may hold that must be rewritten.
_TO_REWRITE = re.compile(rf"(?i)_xll\.|_xldudf_|{re.escape(SERVICE)}\.|!\s*xlf_|,\s*[,)]|\(\s*,")
_ADDIN_PREFIX = re.compile(r"(?i)_xll\.|_xldudf_")


_LET = re.compile(r"(?i)\bLET\s*\(")
_OPENERS: Final = frozenset("(,")
_ENDS_ARGUMENT = re.compile(r"\s*[,)]")
_NONE: Final[Mapping[str, str]] = {}
_FIXED = re.compile(r"\$[A-Za-z]+\$[0-9]+|\$[A-Za-z]+:\$[A-Za-z]+|\$[0-9]+:\$[0-9]+")
_AREA = re.compile(r"(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Z]*\$?[0-9]*:\$?[A-Z]*\$?[0-9]*")


class Unusable(Exception):  # noqa: N818  it is caught by whoever knows the cell
    """A formula that cannot be rewritten, and why."""


Fixed = tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]


class Names(NamedTuple):
    """The defined names as one sheet sees them, in small letters.

    Args:
        put_in: names that stand for a formula, which is written in their place.
        refused: names that cannot be calculated with, and why.
    """

    put_in: dict[str, str]
    refused: dict[str, str]

    def fixed(self) -> Fixed:
        """All that they say, as a key."""
        return frozenset(self.put_in.items()), frozenset(self.refused.items())


class Rewritten(NamedTuple):
    """A formula for the engine, and whether it calls a worksheet function of ours."""

    text: str
    ours: bool


def rewritten(
    formula: str,
    functions: Collection[str],
    names: Names,
    held: Mapping[str, str] = _NONE,
    depth: int = 0,
) -> Rewritten:
    """The formula as the embedded engine wants it.

    Args:
        formula: its text, without the equals sign.
        functions: the worksheet functions registered, in capitals.
        names: the names its sheet sees.
        held: names of ranges that our functions take by reference, and what stands for each.
        depth: how many names deep the formula stands.

    Raises:
        Unusable: it uses a name that cannot be calculated with.
    """
    if depth > _DEPTH:
        raise Unusable("names stand for one another without an end")
    if not (names.put_in or names.refused or _TO_REWRITE.search(formula)):
        ours = _PLAIN in formula.casefold()
        if not (ours and held):
            return Rewritten(formula, ours)
    if _LET.search(formula):
        held = _NONE  # its variables may go by the names of ranges
    return _Rewriter(functions, names, held, depth).rewritten(formula)


class _Rewriter:
    """Writes one formula anew, token by token."""

    def __init__(
        self, functions: Collection[str], names: Names, held: Mapping[str, str], depth: int
    ) -> None:
        self.functions, self.names, self.held, self.depth = functions, names, held, depth
        self.out: list[str] = []
        self.calls: list[bool] = []  # for every open bracket, whether it is a call of ours
        self.last = ""
        self.ours = False

    def rewritten(self, formula: str) -> Rewritten:
        kind = ""
        for token in TOKEN.finditer(formula):
            before, kind, text = kind, str(token.lastgroup), token[0]
            if kind == "function":
                text = self.call(token["function"], before)
            elif kind == "name":
                is_argument = self.last in _OPENERS and _ENDS_ARGUMENT.match(formula, token.end())
                text = self.name(text, before, is_argument=bool(is_argument))
            elif kind == "other" and text in "({":
                self.calls.append(False)
                self.last = text
            elif kind == "other" and text in ",)}":
                self.mark(text)
            elif kind != "space":
                self.last = "x"
            self.out.append(text)
        return Rewritten("".join(self.out), self.ours)

    @property
    def in_call(self) -> bool:
        """Whether the innermost bracket is a call of ours."""
        return bool(self.calls) and self.calls[-1]

    def call(self, name: str, before: str) -> str:
        name, is_ours = _function(name, self.functions)
        if is_ours and before == "sheet":
            self.out.pop()  # the add-in's file, which Excel names: [1]!XLF_…
        self.ours |= is_ours
        self.calls.append(is_ours)
        self.last = "("
        return f"{name}("

    def name(self, text: str, before: str, *, is_argument: bool) -> str:
        self.last = "x"
        word = text.casefold()
        if is_argument and self.in_call and before != "sheet" and word in self.held:
            return self.held[word]
        reason = self.names.refused.get(word)
        if reason:
            raise Unusable(f"the name {text} {reason}")
        formula = self.names.put_in.get(word)
        if formula is None:
            return text
        if before == "sheet":
            raise Unusable(f"the name {text} is used with a sheet before it")
        inner, ours = rewritten(formula, self.functions, self.names, self.held, self.depth + 1)
        self.ours |= ours
        return inner if _AREA.fullmatch(inner) else f"({inner})"

    def mark(self, text: str) -> None:
        """A comma or a closing bracket."""
        # The engine passes 0 for an argument left out, as in F(1,,2); a blank is meant.
        if self.in_call and (self.last == "," or (self.last == "(" and text == ",")):
            self.out.append(f"{BLANK}()")
        if text != "," and self.calls:
            self.calls.pop()
        self.last = text if text == "," else "x"


def relative(formula: str) -> bool:
    """Whether a formula holds a reference that moves with the cell it stands in."""
    return any(not _FIXED.fullmatch(formula, start, end) for start, end in cells_in(formula))


def cells_in(formula: str) -> list[tuple[int, int]]:
    """Where in a formula cells, whole rows and whole columns stand: starts and ends."""
    return [token.span() for token in TOKEN.finditer(formula) if token.lastgroup == "cell"]


def _function(name: str, functions: Collection[str]) -> tuple[str, bool]:
    plain = _ADDIN_PREFIX.sub("", name, count=1).upper()
    if plain not in functions:
        made = called(name)  # LibreOffice before 25.2 writes the long names
        if made is None or made.worksheet_name not in functions:
            return name, False
        plain = made.worksheet_name
    return plain, True
