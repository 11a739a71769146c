"""One formula written anew from the engine's tree of it, its doubtful parts led elsewhere."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from xlfuncs.engines.argument_kinds import Kind, given, taken
from xlfuncs.engines.formula_text import FIT, Unusable
from xlfuncs.engines.guard_ends import ENDED, ended
from xlfuncs.engines.guard_matched import OF_MATCHED, matched
from xlfuncs.engines.guard_names import (
    BASE,
    CHOSEN_ONE,
    CRITERION,
    DATE,
    DIRECT,
    FOUND,
    MINUS,
    NEAR,
    NUMBER,
    ONE,
    ORDER,
    PICK,
    PLACE,
    PLUS,
    SHOWN,
    TAGGED,
    TEXT,
    TRUTH,
    WHOLE,
)
from xlfuncs.engines.natives import ARRAY_WISE, CHOSEN, ELEMENT_WISE, NATIVES

_MAY_GIVE_RANGE: Final = frozenset({"INDEX", "OFFSET", "INDIRECT", "XLOOKUP"})
_OF_REFERENCES: Final = frozenset({"ROW", "COLUMN"})
_GIVES_REFERENCE: Final = frozenset({"INDEX", "OFFSET", "INDIRECT", "IF"})
# The argument that says how a lookup searches, and the lookup's other name if it is not exactly.
_NEARING: Final = {
    "LOOKUP": 255,
    "MATCH": 2,
    "VLOOKUP": 3,
    "HLOOKUP": 3,
    "XLOOKUP": 4,
    "XMATCH": 2,
}
# Functions that the engine finds only without their prefix when they are registered.
_PREFIXED: Final = frozenset({"CEILING.MATH", "FLOOR.MATH"})
_EXACT_UNLESS_TOLD: Final = frozenset({"XLOOKUP", "XMATCH"})
_WILDCARD: Final = 2.0
_EQUALITIES: Final = frozenset({"=", "<>"})
_COMPARISONS: Final = _EQUALITIES | {"<", ">", "<=", ">="}
# How closely operators bind, and those of which a chain needs no brackets.
_RANKS: Final = {
    **dict.fromkeys(_COMPARISONS, 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5,
}  # fmt: skip
_CHAINS: Final = {_RANKS[sign] for sign in "&+*"}
SUMS: Final = {"+": PLUS, "-": MINUS}
# What a place takes as it is.
_FITTING: Final = {
    Kind.NUMBER: {Kind.NUMBER, Kind.WHOLE, Kind.TRUTH},
    Kind.TRUTH: {Kind.NUMBER, Kind.WHOLE, Kind.TRUTH},
    Kind.WHOLE: {Kind.WHOLE},
    Kind.TEXT: {Kind.TEXT},
}
# What a cell is asked before its value is made another, since most cells hold what is wanted.
_ASKED: Final = {NUMBER: "ISTEXT", TRUTH: "ISTEXT"}
_MAKERS: Final = {
    Kind.WHOLE: WHOLE, Kind.TRUTH: TRUTH, Kind.DATE: DATE, Kind.PLACE: PLACE, Kind.SHOWN: SHOWN,
}  # fmt: skip
# Functions that may give a text where a sum wants a number.
_CHOOSING: Final = {
    **dict.fromkeys(("IF", "IFS", "SWITCH", "CHOOSE"), CHOSEN_ONE),
    **dict.fromkeys(("IFERROR", "IFNA", "LET", "T", "VLOOKUP", "HLOOKUP", "LOOKUP"), FOUND),
}
_PLAIN_CRITERIA: Final = {Kind.TEXT, Kind.WHOLE, Kind.TRUTH}
_FIRST_SURE: Final = 61  # the day after the one that 1900 did not have
_LONGEST: Final = 100_000
HERE: Final = "\x01"
A_CELL: Final = "\x02"

CELL = re.compile(r"(?<![\w.$])\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w.(!])", re.IGNORECASE | re.ASCII)

# What a place in a formula takes: a range, one value, or one value even of our own functions.
ANY, ONE_VALUE, _STRICT = 0, 1, 2


class _Written(NamedTuple):
    """A part of a formula, as it is written.

    Args:
        text: the part, in brackets if it needs them anywhere.
        loose: whether a function of ours may make a table of it.
        bare: the part without its brackets; nothing if it has none.
        rank: how closely its operator binds, if it has one.
    """

    text: str
    loose: bool = False
    bare: str = ""
    rank: int = 0

    @property
    def inside(self) -> str:
        """The part where nothing stands beside it."""
        return self.bare or self.text

    def beside(self, rank: int, *, left: bool) -> str:
        """The part beside an operator; brackets upon brackets are too deep for the engine."""
        return (
            self.inside
            if self.rank > rank or (left and self.rank == rank in _CHAINS)
            else self.text
        )


class Writer:
    """Writes a formula anew from its tree.

    Args:
        functions: the worksheet functions registered, in capitals.
        last: whether the sum or difference on top is the last thing that is calculated.
        texts: whether a cell may hold a text that reads as a number.
    """

    def __init__(self, functions: frozenset[str], *, last: bool, texts: bool) -> None:
        self.functions = functions
        self.texts = texts
        self.last = last
        self.cells = 0
        self.guards = 0
        self.changed = False

    def write(self, node: Any, wanted: int, array: bool, *, ranged: bool = False) -> _Written:  # noqa: ANN401, FBT001  the engine's tree
        """A part of the formula and all that is in it; `wanted` is what its place takes."""
        kind = node.node_type()
        if kind in {"Omitted", "Array", "Reference", "Literal"}:
            return _Written(self._leaf(node, kind))
        token = node.get_source_token().value
        if kind == "Function":
            written = self._function(node, token, wanted, array, ranged)
        else:
            written = self._operator(node, token, array)
        if len(written.text) > _LONGEST:  # a side of a comparison is written twice or thrice
            raise Unusable("it nests comparisons or powers too deeply to be followed")
        if not (wanted == _STRICT and written.loose):
            return written
        self.changed = True
        # A table in an ordinary cell counts as its first value.
        guard = self._tagged(ONE, written.text) if array else f"{FIT}(1,1,{written.text})"
        return _Written(guard)

    def _leaf(self, node: Any, kind: str) -> str:  # noqa: ANN401
        if kind == "Omitted":
            return ""
        if kind == "Array":
            return str(node.to_formula()).removeprefix("=")
        token = str(node.get_source_token().value)
        return CELL.sub(self._cell, token) if kind == "Reference" else token

    def _cell(self, _found: re.Match[str]) -> str:
        self.cells += 1
        return f"{A_CELL}{self.cells - 1}{A_CELL}"

    def _tag(self) -> str:
        self.changed = True
        self.guards += 1
        return f"{HERE},ROW(),COLUMN(),{self.guards}"

    def _tagged(self, name: str, arguments: str) -> str:
        return f"{name}({self._tag()},{arguments})"

    def _operator(self, node: Any, sign: str, array: bool) -> _Written:  # noqa: ANN401, FBT001
        ranged, last = sign == ":", self.last
        self.last = False
        wanted = ANY if array or ranged else ONE_VALUE
        children = node.children()
        sides = [self.write(side, wanted, array, ranged=ranged) for side in children]
        loose = any(side.loose for side in sides)
        takes, rank = _operand(sign, unary=len(sides) == 1), _RANKS.get(sign, 0)
        texts: list[str] = []
        for child, side in zip(children, sides, strict=True):
            made = self._made(takes, child, side.inside, array)
            alone = last or made != side.inside
            texts.append(made if alone else side.beside(rank, left=not texts))
        if len(texts) == 1:
            operand = texts[0] if made != sides[0].inside else sides[0].text
            return _Written(f"({operand}%)" if sign == "%" else f"({sign}{operand})", loose)
        left, right = texts
        if last:
            self.changed = True
            return _Written(f"{SUMS[sign]}({left},{right})", loose)
        if sign == "^" and not any(map(_not_zero, children)):
            left = self._base(left, right)
        if sign in _COMPARISONS:
            left = self._comparable(sign, children, left, right, array)
        text = f"{left}{sign}{right}"
        return _Written(text) if ranged else _Written(f"({text})", loose, text, rank)

    def _comparable(
        self,
        sign: str,
        children: list[Any],
        left: str,
        right: str,
        array: bool,  # noqa: FBT001
    ) -> str:
        """The left side of a comparison, as it is to be compared."""
        near = left
        if not any(map(_is_no_number, children)):
            self.changed = True
            near = f"{NEAR}({left},{right})"
        if sign in _EQUALITIES or any(given(child) in _FITTING[Kind.NUMBER] for child in children):
            return near
        ordered = self._tagged(ORDER, f"{left},{right}")
        return f"IF(ISTEXT({left}),{ordered},{near})" if _is_cell(children[0], array) else ordered

    def _made(self, takes: Kind, node: Any, text: str, array: bool) -> str:  # noqa: ANN401, FBT001
        """A part of a formula, made what its place takes if it may be anything else."""
        maker = _maker(takes, node) if text else ""
        by_texts = maker in {NUMBER, TRUTH}
        if not maker or (by_texts and not self.texts and node.node_type() == "Reference"):
            return text
        asked = _ASKED.get(maker) if _is_cell(node, array) else None
        if maker == TEXT:
            self.changed = True
            made = f"{TEXT}({text})"
            return f"IF(ISTEXT({text}),{text},{made})" if _is_cell(node, array) else made
        made = self._tagged(maker, text)
        return f"IF({asked}({text}),{made},{text})" if asked else made

    def _base(self, left: str, right: str) -> str:
        self.changed = True
        return f"{BASE}({left},{right})"

    def _function(
        self,
        node: Any,  # noqa: ANN401
        token: str,
        wanted: int,
        array: bool,  # noqa: FBT001
        ranged: bool,  # noqa: FBT001
    ) -> _Written:
        self.last = False
        name = token.rstrip("( \n\r\t").upper().removeprefix("_XLFN.")
        children = node.children()
        if name in self.functions:
            texts = [self.write(child, ANY, array).inside for child in children]
            return _Written(f"{token}{','.join(texts)})", loose=True)
        inside = array or name in ARRAY_WISE
        sides = [
            self.write(child, _taken(name, at, wanted, array), inside)
            for at, child in enumerate(children)
        ]
        texts = [
            self._made(
                _takes(name, at, child, inside), child, side.inside, inside or at in NATIVES[name]
            )
            for at, (child, side) in enumerate(zip(children, sides, strict=True))
        ]
        if name == "POWER" and len(sides) == 2 and not any(map(_not_zero, children)):  # noqa: PLR2004
            texts[0] = self._base(*texts)
        arguments = ",".join(texts)
        loose = name in ELEMENT_WISE and any(side.loose for side in sides)
        if name in _NEARING and _nearing(name, children):
            text = self._tagged(f"XLF__{name}", arguments)
        elif name == "INDEX" and not ranged and _no_reference(children):
            self.changed = True
            text = f"{PICK}({arguments})"
        elif name in TAGGED:
            text = self._tagged(f"XLF__{name.partition('.')[0]}", arguments)
        elif name in OF_MATCHED and len(texts) > 1:
            text = matched(name, token, texts, self._tag())
        elif name in _PREFIXED:
            self.changed = True
            text = f"{name}({arguments})"
        else:
            text = f"{token}{arguments})"
        if name in ENDED:
            before = text
            text = ended(name, text, texts, children, self._tag)
            self.changed = self.changed or text != before
        if name in _MAY_GIVE_RANGE and wanted != ANY:
            text = self._tagged(ONE, text)
        return _Written(text, loose)


def _taken(name: str, at: int, wanted: int, array: bool) -> int:  # noqa: FBT001
    """What an argument of a native function may be."""
    if at in NATIVES[name] or name in _OF_REFERENCES:
        return ANY
    if at in CHOSEN.get(name, ()):
        return min(wanted, ONE_VALUE)
    if name in ELEMENT_WISE:
        return ANY if array else ONE_VALUE
    return _STRICT


def _takes(name: str, at: int, node: Any, array: bool) -> Kind:  # noqa: ANN401, FBT001
    """What kind it takes; of many values a sum leaves texts and truths out by itself."""
    kind = taken(name, at)
    many = array and kind is Kind.DIRECT and given(node) is Kind.ANY
    return Kind.ANY if many else kind


def _operand(sign: str, *, unary: bool) -> Kind:
    """What an operator takes; a plus before a value takes anything, and gives it back."""
    if sign == "&":
        return Kind.TEXT
    if sign == ":" or sign in _COMPARISONS or (unary and sign == "+"):
        return Kind.ANY
    return Kind.NUMBER


def _maker(takes: Kind, node: Any) -> str:  # noqa: ANN401
    """The function that makes a part of a formula what its place takes; none if it is that."""
    gives = given(node)
    if takes is Kind.ANY or gives in _FITTING.get(takes, ()):
        return ""
    literal = node.node_type() == "Literal"
    if takes is Kind.CRITERION:
        maker = "" if literal and gives in _PLAIN_CRITERIA else CRITERION
    elif takes is Kind.TEXT:
        maker = "" if literal and gives is Kind.WHOLE else TEXT
    elif takes is Kind.COUNTED:
        maker = NUMBER if gives is Kind.TEXT else ""
    elif takes is Kind.DIRECT and gives is Kind.ANY:
        maker = _CHOOSING.get(_name(node), "")
    elif takes is Kind.DIRECT:
        maker = DIRECT if gives is Kind.TEXT else ""
    else:
        maker = "" if takes is Kind.DATE and _is_late(node) else _MAKERS.get(takes, NUMBER)
    return maker


def _is_late(node: Any) -> bool:  # noqa: ANN401
    """Whether it is a day written in the formula that all date systems agree on."""
    value = node.get_literal_value() if node.node_type() == "Literal" else None
    return type(value) is float and value.is_integer() and value >= _FIRST_SURE


def _is_cell(node: Any, array: bool) -> bool:  # noqa: ANN401, FBT001
    """Whether it is one cell, which the engine can ask for its kind; in an array it may be many."""
    return not array and node.node_type() == "Reference"


def _not_zero(node: Any) -> bool:  # noqa: ANN401
    """Whether it is a number written in the formula, and not 0."""
    kind = node.node_type()
    if kind == "UnaryOp":
        return _not_zero(node.children()[0])
    value = node.get_literal_value() if kind == "Literal" else None
    return isinstance(value, float) and value != 0


def _is_no_number(node: Any) -> bool:  # noqa: ANN401
    """Whether it is text or a truth written in the formula, or text that was joined."""
    if node.node_type() == "BinaryOp":
        return bool(node.get_operator() == "&")
    return node.node_type() == "Literal" and type(node.get_literal_value()) in {str, bool}


def _nearing(name: str, children: list[Any]) -> bool:
    """Whether a lookup takes what is nearest."""
    at = _NEARING[name]
    if at >= len(children):
        return name not in _EXACT_UNLESS_TOLD
    kind = children[at]
    if kind.node_type() == "Omitted":
        return False
    value = kind.get_literal_value() if kind.node_type() == "Literal" else 1
    if kind.node_type() == "UnaryOp":
        return True
    return bool(value) and not (name in _EXACT_UNLESS_TOLD and value == _WILDCARD)


def _name(node: Any) -> str:  # noqa: ANN401
    if node.node_type() != "Function":
        return ""
    return str(node.get_function_name()).upper().removeprefix("_XLFN.")


def _no_reference(children: list[Any]) -> bool:
    """Whether INDEX is asked for a part of what was calculated."""
    if not children or children[0].node_type() in {"Reference", "Array", "Omitted"}:
        return False
    if children[0].node_type() == "BinaryOp":
        return bool(children[0].get_operator() != ":")
    return _name(children[0]) not in _GIVES_REFERENCE
