"""The VBA module xlfuncs.bas: a wrapper for each function, true errors, help, macros.

The wrappers call Python by the entry of xlwings' own, and put the error that Python names
into the cell, where xlwings itself has no way to (it shows text). What is the same for all
functions stands in core.bas; what is made here follows the catalogue.
"""

from __future__ import annotations

import unicodedata
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from xlfuncs.about import CARDS
from xlfuncs.hosts.excel_values import NUMBERS
from xlfuncs.hosts.help_texts import CATEGORY, argument_help, function_help
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfuncs.card import Card

MODULE: Final = "xlfuncs"
ENCODING: Final = "cp1252"  # VBA source is in the machine's code page; this is the western one

_LONGEST_LINE: Final = 100
_MOST_LINES: Final = 20  # VBA continues a line 24 times at most
_USER_DEFINED: Final = r" \n14"  # the number of Excel's own category for functions of users
_SIGNS: Final = str.maketrans(
    {"≤": "<=", "≥": ">=", "−": "-", "≠": "<>", "→": "->", "Σ": "sum", "√": "sqrt", "\u202f": " "}
)


def module_text() -> str:
    """The module, with lines ended by CR and LF as VBA wants them."""
    lines = [
        f'Attribute VB_Name = "{MODULE}"',
        *_core(),
        "",
        "Private Sub XlfDescribeAll()",
        *(f"    Xlf{_number(at)}" for at, _ in enumerate(CARDS)),
        "End Sub",
    ]
    for at, made in enumerate(CARDS):
        lines += ["", *_help(at, made)]
    lines += ["", "' ---- The worksheet functions"]
    for made in CARDS:
        lines += ["", *_wrapper(made)]
    return "\r\n".join([*lines, ""])


def module_bytes() -> bytes:
    """The module as a file holds it."""
    return module_text().encode(ENCODING)


def _core() -> Iterator[str]:
    text = files("xlfuncs.hosts").joinpath("core.bas").read_text("utf-8")
    text = text.replace("@VERSION@", f"version {VERSION}").replace("@CATEGORY@", CATEGORY)
    for line in text.splitlines():
        if line == "@ERRORS@":
            for error, number in NUMBERS.items():
                yield f'        Case "{error.value}": XlfCell = CVErr({number})'
        else:
            yield line


def _number(at: int) -> str:
    return f"Help{at + 1:03}"


def _help(at: int, made: Card) -> Iterator[str]:
    """A small procedure for each function, since VBA's lines and procedures are bounded."""
    yield f"Private Sub Xlf{_number(at)}()"
    told = "Empty"
    if made.arguments:
        told = "told"
        yield f"    Dim told(0 To {len(made.arguments) - 1}) As Variant"
        for place, argument in enumerate(made.arguments):
            yield f"    told({place}) = {quoted(argument_help(argument))}"
    yield f'    XlfHelp "{made.worksheet_name}", {quoted(function_help(made))}, {told}'
    yield "End Sub"


def _wrapper(made: Card) -> Iterator[str]:
    name = made.worksheet_name
    heads, passed, several = [], [], ""
    for argument in made.arguments:
        if argument.repeated:
            heads.append(f"ParamArray {argument.name}() As Variant")
            several = argument.name
        else:
            optional = "Optional " if argument.optional else ""
            heads.append(f"{optional}ByRef {argument.name} As Variant")
            passed.append(argument.name)
    yield from _folded(f"Public Function {name}(", heads, ") As Variant")
    yield f"Attribute {name}.VB_Description = {quoted(function_help(made))}"
    yield f'Attribute {name}.VB_ProcData.VB_Invoke_Func = "{_USER_DEFINED}"'
    if several:
        first = len(passed)
        yield "    Dim passed() As Variant"
        yield "    Dim place As Long"
        yield f"    ReDim passed(0 To {first} + UBound({several}))"
        for at, one in enumerate(passed):
            yield f"    If IsObject({one}) Then Set passed({at}) = {one} Else passed({at}) = {one}"
        yield f"    For place = 0 To UBound({several})"
        yield f"        If IsObject({several}(place)) Then"
        yield f"            Set passed({first} + place) = {several}(place)"
        yield "        Else"
        yield f"            passed({first} + place) = {several}(place)"
        yield "        End If"
        yield "    Next place"
        yield f'    {name} = XlfAnswer("{name}", passed)'
    else:
        yield from _folded(f'    {name} = XlfAnswer("{name}", Array(', passed, "))")
    yield "End Function"


def _folded(start: str, items: list[str], end: str) -> Iterator[str]:
    """A call or a declaration, continued over as few lines as its items need."""
    lines = [start]
    for at, item in enumerate(items):
        last = at == len(items) - 1
        piece = f"{item}{end}" if last else f"{item}, "
        if len(lines[-1]) + len(piece) > _LONGEST_LINE and len(lines) < _MOST_LINES:
            lines.append("        ")
        lines[-1] += piece
    if not items:
        lines[-1] += end
    yield from (f"{line.rstrip()} _" for line in lines[:-1])
    yield lines[-1]


def quoted(text: str) -> str:
    """Text as a VBA literal, in letters of the western code page."""
    return '"{}"'.format(western(text).replace('"', '""'))


def western(text: str) -> str:
    """Text in letters of the western code page; what it lacks is written with what it has.

    >>> western("at most ≤ 4.9 % – “x”")
    'at most <= 4.9 % – “x”'
    """
    return "".join(map(_letter, " ".join(text.translate(_SIGNS).split())))


def _letter(letter: str) -> str:
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"
    return letter
