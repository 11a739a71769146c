"""What in a formula the embedded engine would not calculate as Excel does, before it tries.

Much of it would come out as a plausible value, or be hidden by an IFERROR, so looking at the
results is not enough.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.engines.argument_kinds import Kind, taken
from xlfuncs.engines.coercion import doubtful_criterion
from xlfuncs.engines.natives import ARRAY_WISE, CHOSEN, CLOCK, ELEMENT_WISE, NATIVES

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = re.compile(r'("(?:[^"]|"")*")')
_CELL = re.compile(r"(?<![\w.$])\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w.(!])", re.IGNORECASE | re.ASCII)
_NUMBER_FORMAT: Final = r"\$?[#,]*0+(?:\.0*#*)?%?"
_TEXT_FORMAT = re.compile(
    rf"{_NUMBER_FORMAT}(?:;\({_NUMBER_FORMAT}\))?"
    r"|(?:d{1,4}|m{1,4}|yyyy|yy|h{1,2}|s{1,2}|AM/PM|[-/:, ])+",
)
_KNOWN: Final = "among the functions known to be calculated rightly"
_OF_THIS_VERSION: Final = "a function of this version of xlfuncs"
_ORDINARY: Final = "an array is calculated in an ordinary cell, where Excel takes one cell of it"


class Setting(NamedTuple):
    """What a formula is judged by, beside its own text.

    Args:
        functions: the worksheet functions registered, in capitals.
        ranges: the defined names of more than one cell, in small letters.
        clock: whether TODAY and NOW are pinned.
        held: names of ranges that our functions are handed by reference, each with the cell
            that stands for it.
        texts: whether a cell of the book may hold a text that reads as a number.
    """

    functions: frozenset[str]
    ranges: frozenset[str]
    clock: bool
    held: tuple[tuple[str, str], ...] = ()
    texts: bool = True


def complaints(formula: str, setting: Setting, *, array: bool) -> tuple[str, ...]:
    """Why a formula is refused; nothing if it is not.

    Args:
        formula: its text, without the equals sign.
        setting: what else it is judged by.
        array: whether it is an array formula.
    """
    # Formulas filled down a column differ in their cells only, and are judged once.
    if '"' not in formula:
        return _judged(_CELL.sub("A1", formula), setting, array)
    parts = _STRING.split(formula)
    parts[::2] = [_CELL.sub("A1", part) for part in parts[::2]]
    return _judged("".join(parts), setting, array)


@lru_cache(maxsize=4096)
def _judged(formula: str, setting: Setting, array: bool) -> tuple[str, ...]:  # noqa: FBT001  a key of the cache
    import formualizer  # noqa: PLC0415  loaded where it is used

    try:
        tree = formualizer.parse(f"={formula}").to_dict()
    except (formualizer.ParserError, formualizer.TokenizerError) as error:
        return (f"its formula cannot be read ({error})",)
    judge = _Judge(setting)
    several = judge.several(tree, array)
    if several and not array:
        judge.found.append(_ORDINARY)
    return tuple(dict.fromkeys(judge.found))


class _Judge:
    """Walks a formula's tree; `several` says whether a part of it has more than one value."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.found: list[str] = []

    def several(self, node: dict[str, Any], array: bool) -> bool:  # noqa: FBT001  passed down
        kind = node["node_type"]
        if kind == "Reference":
            return self._reference(node["reference"])
        if kind == "Function":
            return self._function(node, array)
        if kind in {"BinaryOp", "UnaryOp"}:
            return self._operator(node, array)
        if kind == "Array":
            return True
        if kind not in {"Literal", "Omitted"}:
            self.found.append("it calls the result of a formula, which formualizer does not")
        return False

    def _reference(self, reference: str) -> bool:
        sheet, mark, area = reference.rpartition("!")
        if "[" in reference:
            self.found.append(f"{reference} is a table or another workbook, which is not read")
        elif mark and ":" in sheet and not sheet.startswith("'"):
            self.found.append(f"{reference} runs over several sheets, which formualizer cannot")
        return ":" in area or area.casefold() in self.setting.ranges

    def _operator(self, node: dict[str, Any], array: bool) -> bool:  # noqa: FBT001
        sign = node["operator"]
        sides = [node[key] for key in ("left", "right", "operand") if key in node]
        several = [self.several(side, array) for side in sides]
        if sign == ":":
            return True
        if sign in {",", " ", "#", "@"}:
            self.found.append(f"the operator {sign!r} between ranges is not known to formualizer")
            return False
        if any(side.get("operator") == ":" for side in sides):
            self.found.append("formualizer does not calculate with a range made by ':'")
        if any(several) and not array:
            self.found.append(_ORDINARY)
        return any(several)

    def _function(self, node: dict[str, Any], array: bool) -> bool:  # noqa: FBT001
        name = node["name"].upper().removeprefix("_XLFN.")
        arguments: list[dict[str, Any]] = node["args"]
        native = name not in self.setting.functions
        if native and name not in NATIVES:
            ours = name.startswith("XLF_")
            self.found.append(f"{name} is not {_OF_THIS_VERSION if ours else _KNOWN}")
            return False
        if name in CLOCK and not self.setting.clock:
            self.found.append(f"{name} reads the clock, and no date was given to stand for it")
        self.found += _particular(name, arguments) if native else ()
        inside = array or name in ARRAY_WISE
        several = [self.several(argument, inside) for argument in arguments]
        if not native:
            return False
        return self._ranges(name, several, array) or _gives_range(name, arguments)

    def _ranges(self, name: str, several: list[bool], array: bool) -> bool:  # noqa: FBT001
        """Complain of ranges where the engine wants one value; say if the result is a range."""
        taken, chosen = NATIVES[name], CHOSEN.get(name, frozenset[int]())
        wrong = [at for at, many in enumerate(several) if many and at not in taken]
        if not wrong:
            return False
        if array and name in ELEMENT_WISE:
            return True
        if chosen.issuperset(wrong):
            return True
        self.found.append(f"formualizer does not calculate {name} over a range in that place")
        return False


def _gives_range(name: str, arguments: list[dict[str, Any]]) -> bool:
    if name == "INDEX":  # a row or column number of 0, or none, means all of them
        return any(
            argument["node_type"] == "Omitted" or argument.get("value") == 0
            for argument in arguments[1:]
        )
    if name == "INDIRECT":
        return ":" in str(arguments[0].get("value", "")) if arguments else False
    return name == "OFFSET" and len(arguments) > 3  # noqa: PLR2004  then height and width


def _particular(name: str, arguments: list[dict[str, Any]]) -> Iterator[str]:
    """Functions of which only some uses are known to be right."""
    second = arguments[1] if len(arguments) > 1 else {"node_type": "Omitted"}
    value = second.get("value") if second["node_type"] == "Literal" else None
    if name in {"CEILING", "FLOOR"} and not (isinstance(value, float) and value > 0):
        yield f"{name} is known to be right for a step above zero written in the formula only"
    if name == "TEXT" and not (isinstance(value, str) and _TEXT_FORMAT.fullmatch(value)):
        yield f"TEXT with the format {value!r} is not known to be right"
    if name == "MATCH" and len(arguments) > 2:  # noqa: PLR2004  the third says how to search
        kind = arguments[2]
        if kind["node_type"] != "Literal" or kind["value"] not in {0, 1}:
            yield "MATCH is known to be right for the match types 0 and 1 only"
    if name == "INDIRECT" and len(arguments) > 1 and value is not True:
        yield "INDIRECT is known to be right for references written like A1 only"
    yield from _criteria(name, arguments)
    yield from _to_be_written(name, arguments)
    fourth = arguments[3]["node_type"] if len(arguments) > 3 else "Omitted"  # noqa: PLR2004
    if name in {"VLOOKUP", "HLOOKUP"} and fourth not in {"Literal", "Omitted"}:
        yield f"{name} is known to be right if TRUE or FALSE is written in the formula only"
    if name in {"XLOOKUP", "XMATCH"}:
        yield from _next_to(name, arguments[4 if name == "XLOOKUP" else 2 :])


def _criteria(name: str, arguments: list[dict[str, Any]]) -> Iterator[str]:
    """Criteria that are written in the formula and match other cells than in Excel."""
    for at, argument in enumerate(arguments):
        value = argument.get("value") if argument["node_type"] == "Literal" else None
        if isinstance(value, str) and taken(name, at) is Kind.CRITERION:
            why = doubtful_criterion(value)
            yield from [why] if why else []


# What engine and Excel read in different ways unless it is a number or a truth in the formula.
_WRITTEN: Final = {
    "TEXTJOIN": (1,), "ADDRESS": (2, 3), "WORKDAY.INTL": (2,), "NETWORKDAYS.INTL": (2,),
    "PMT": (4,), "PV": (4,), "FV": (4,), "RATE": (4,),
}  # fmt: skip


def _to_be_written(name: str, arguments: list[dict[str, Any]]) -> Iterator[str]:
    for at in _WRITTEN.get(name, ()):
        if at < len(arguments):
            kind, value = arguments[at]["node_type"], arguments[at].get("value")
            weekend = name.endswith(".INTL") and isinstance(value, str)
            whole = isinstance(value, (int, float)) and float(value).is_integer()
            if kind != "Omitted" and not (kind == "Literal" and (whole or weekend)):
                yield f"{name} is known to be right if argument {at + 1} is written in the formula"
    last = arguments[-1] if arguments else {"node_type": "Omitted"}
    if name.startswith(("WORKDAY", "NETWORKDAYS")) and isinstance(last.get("value"), str):
        holidays = 3 if name.endswith(".INTL") else 2
        if len(arguments) > holidays:
            yield f"{name} takes no text for a holiday"


def _next_to(name: str, ways: list[dict[str, Any]]) -> Iterator[str]:
    """XLOOKUP and XMATCH, by what says how they match and in which order."""
    if not ways or ways[0]["node_type"] == "Omitted":
        return
    way = ways[0].get("operand", ways[0])
    if way["node_type"] != "Literal" or way["value"] not in {0, 1, 2}:
        yield f"{name} is known to be right for a match mode written in the formula only"
    elif way["value"] == 1 and len(ways) > 1:
        yield f"{name} with a search mode is known to be right for what is the same only"
