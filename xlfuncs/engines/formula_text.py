"""A formula rewritten for the embedded engine: prefixes taken off, names put in, blanks filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.hosts.formula_tokens import TOKEN

if TYPE_CHECKING:
    from collections.abc import Collection

FIT: Final = "XLF__FIT"
BLANK: Final = "XLF__BLANK"
_DEPTH: Final = 8

_PLAIN: Final = "xlf_"
# What a formula without names of the two special kinds may hold that must be rewritten.
_TO_REWRITE = re.compile(r"(?i)_xll\.|_xldudf_|!\s*xlf_|,\s*[,)]|\(\s*,")
_ADDIN_PREFIX = re.compile(r"(?i)_xll\.|_xldudf_")


_FIXED = re.compile(r"\$[A-Za-z]+\$[0-9]+|\$[A-Za-z]+:\$[A-Za-z]+|\$[0-9]+:\$[0-9]+")
_AREA = re.compile(r"(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Z]*\$?[0-9]*:\$?[A-Z]*\$?[0-9]*")


class Unusable(Exception):  # noqa: N818  it is caught by whoever knows the cell
    """A formula that cannot be rewritten, and why."""


class Names(NamedTuple):
    """The defined names as one sheet sees them, in small letters.

    Args:
        put_in: names that stand for a formula, which is written in their place.
        refused: names that cannot be calculated with, and why.
    """

    put_in: dict[str, str]
    refused: dict[str, str]


class Rewritten(NamedTuple):
    """A formula for the engine, and whether it calls a worksheet function of ours."""

    text: str
    ours: bool


def rewritten(formula: str, functions: Collection[str], names: Names, depth: int = 0) -> Rewritten:
    """The formula as the embedded engine wants it.

    Args:
        formula: its text, without the equals sign.
        functions: the worksheet functions registered, in capitals.
        names: the names its sheet sees.
        depth: how many names deep the formula stands.

    Raises:
        Unusable: it uses a name that cannot be calculated with.
    """
    if depth > _DEPTH:
        raise Unusable("names stand for one another without an end")
    if not (names.put_in or names.refused or _TO_REWRITE.search(formula)):
        return Rewritten(formula, _PLAIN in formula.casefold())
    out: list[str] = []
    calls: list[bool] = []  # for every open bracket, whether it is a call of ours
    last, ours, kind = "", False, ""
    for token in TOKEN.finditer(formula):
        before, kind, text = kind, str(token.lastgroup), token[0]
        if kind == "function":
            name, is_ours = _function(token["function"], functions)
            if is_ours and before == "sheet":
                out.pop()  # the add-in's file, which Excel names: [1]!XLF_…
            ours |= is_ours
            calls.append(is_ours)
            text, last = f"{name}(", "("
        elif kind == "name":
            replaced = _named(text, names, functions, depth, qualified=before == "sheet")
            text, last = replaced.text, "x"
            ours |= replaced.ours
        elif kind == "other" and text in "({":
            calls.append(False)
            last = text
        elif kind == "other" and text in ",)}":
            # The engine passes 0 for an argument left out, as in F(1,,2); a blank is meant.
            call = bool(calls) and calls[-1]
            if call and (last == "," or (last == "(" and text == ",")):
                out.append(f"{BLANK}()")
            if text != "," and calls:
                calls.pop()
            last = text if text == "," else "x"
        elif kind != "space":
            last = "x"
        out.append(text)
    return Rewritten("".join(out), ours)


def relative(formula: str) -> bool:
    """Whether a formula holds a reference that moves with the cell it stands in."""
    return any(not _FIXED.fullmatch(formula, start, end) for start, end in cells_in(formula))


def cells_in(formula: str) -> list[tuple[int, int]]:
    """Where in a formula cells, whole rows and whole columns stand: starts and ends."""
    return [token.span() for token in TOKEN.finditer(formula) if token.lastgroup == "cell"]


def _function(name: str, functions: Collection[str]) -> tuple[str, bool]:
    plain = _ADDIN_PREFIX.sub("", name, count=1).upper()
    return (plain, True) if plain in functions else (name, False)


def _named(
    name: str, names: Names, functions: Collection[str], depth: int, *, qualified: bool
) -> Rewritten:
    word = name.casefold()
    reason = names.refused.get(word)
    if reason:
        raise Unusable(f"the name {name} {reason}")
    formula = names.put_in.get(word)
    if formula is None:
        return Rewritten(name, ours=False)
    if qualified:
        raise Unusable(f"the name {name} is used with a sheet before it")
    inner, ours = rewritten(formula, functions, names, depth + 1)
    return Rewritten(inner if _AREA.fullmatch(inner) else f"({inner})", ours)
