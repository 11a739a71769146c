"""A formula respelled so that LibreOffice computes it as Excel does.

- Our functions get the names that this version of LibreOffice reads.
- A reference that is an argument of ours goes through TRANSPOSE twice: LibreOffice hands an empty
  cell over as 0 and refuses a range with an error in it, but keeps both in a table.
- A condition of ours is compared with zero, since LibreOffice takes no TRUE from an add-in.
- TODAY and NOW are the moment that the refresh is for, never the clock.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.hosts.formula_tokens import TOKEN
from xlfuncs.hosts.spelling import Spelling, called, name_in
from xlfuncs.kinds import Flag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.card import Card

_TO_REWRITE: Final = re.compile(r"(?i)xlf_|org\.xlfuncs\.|\b[A-Z][\w.]*\s*\(")
_SHEET = r"(?P<sheet>(?:'(?:[^']|'')*'|[\w.]+)!)?"
_ONE_CELL: Final = re.compile(_SHEET + r"(?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7})")
_RANGE: Final = re.compile(
    _SHEET
    + r"(?:\$?[A-Za-z]{1,3}\$?[0-9]{1,7}:\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
    + r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[0-9]{1,7}:\$?[0-9]{1,7})"
)
_CLOCK: Final = frozenset({"TODAY", "NOW"})
_CHANCE: Final = frozenset({"RAND", "RANDBETWEEN", "RANDARRAY"})
_OUTSIDE: Final = frozenset({"WEBSERVICE", "DDE", "RTD", "CALL", "REGISTER.ID", "SQL.REQUEST"})


class Unfit(Exception):  # noqa: N818  it is caught by whoever knows the cell
    """A formula that must not be calculated, and why."""


class Setting(NamedTuple):
    """What the formulas of a sheet are respelled by.

    Args:
        spelling: how this version of LibreOffice names our functions.
        names: the cells that a name stands for, with dollar signs, by the name in small letters.
        today: the serial number of the day that TODAY says, if one is given.
        now: the serial number that NOW says.
    """

    spelling: Spelling
    names: Mapping[str, str]
    today: float | None
    now: float | None


class _Call(NamedTuple):
    """An open bracket: the function of ours, if it is one, and where its argument begins."""

    made: Card | None
    start: int


def respelled(formula: str, setting: Setting) -> str:
    """The formula for LibreOffice, without the equals sign.

    Raises:
        Unfit: it reads the clock without a day being given, or leads out of the book.
    """
    if not _TO_REWRITE.search(formula):
        return formula
    out: list[str] = []
    calls: list[_Call] = []
    before = ""
    for token in TOKEN.finditer(formula):
        text, kind = token[0], str(token.lastgroup)
        if kind == "function":
            made = called(token["function"])
            if made is not None and before == "sheet":
                out.pop()  # the add-in's file, which Excel names: [1]!XLF_…
            out.append(_opened(token["function"], made, text, setting))
            calls.append(_Call(made, len(out)))
        elif kind == "other" and text in "({":
            out.append(text)
            calls.append(_Call(None, len(out)))
        elif kind == "other" and text in ",)}" and calls:
            call = calls.pop()
            if call.made is not None:
                out[call.start :] = [_argument("".join(out[call.start :]), setting)]
            out.append(text)
            if text == ",":
                calls.append(call._replace(start=len(out)))
            elif call.made is not None and isinstance(call.made.result, Flag):
                out.append("<>0)")
        else:
            out.append(text)
        before = kind
    return "".join(out)


def whole_call(formula: str) -> Card | None:
    """The function of ours whose answer is the whole value of a formula; None if not one call."""
    depth = 0
    made: Card | None = None
    tokens = list(TOKEN.finditer(formula.strip()))
    for place, token in enumerate(tokens):
        if token.lastgroup == "function":
            if depth == 0:
                if made is not None:
                    return None
                made = called(token["function"])
            depth += 1
        elif token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth -= 1
            if depth == 0 and place + 1 < len(tokens):
                return None
        elif depth == 0 and token.lastgroup != "sheet":
            return None
    return made


def _opened(name: str, made: Card | None, text: str, setting: Setting) -> str:
    """A function's name and its bracket."""
    if made is not None:
        condition = "(" if isinstance(made.result, Flag) else ""
        return f"{condition}{name_in(made, setting.spelling)}("
    word = name.upper().removeprefix("_XLFN.")
    if word in _CLOCK:
        moment = setting.today if word == "TODAY" else setting.now
        if moment is None:
            raise Unfit(f"{word} reads the clock: give an as-of date")
        return f"({moment!r}"
    if word in _CHANCE:
        raise Unfit(f"{word} gives another value each time")
    if word in _OUTSIDE:
        raise Unfit(f"{word} leads out of the book, which is never followed")
    return text


def _argument(text: str, setting: Setting) -> str:
    """An argument of ours; see the module's docstring for what becomes of a reference."""
    plain = text.strip()
    plain = setting.names.get(plain.casefold(), plain)
    one = _ONE_CELL.fullmatch(plain)
    if one is not None:
        plain = f"{plain}:{one['cell']}"
    elif not _RANGE.fullmatch(plain):
        return text
    return f"TRANSPOSE(TRANSPOSE({plain}))"
