"""What native functions take in each place, and what they give: numbers, texts, truths.

By it a value is made what Excel would make of it before the embedded engine does: that writes
more digits of a number than Excel, and reads fewer texts as numbers.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import cache
from typing import Any, Final

from xlfuncs.engines.natives import EVERY, NATIVES, at_places, every_other


class Kind(Enum):
    """What a place in a formula takes, or a part of a formula gives."""

    ANY = auto()
    NUMBER = auto()
    DATE = auto()  # a whole number that is a day
    PLACE = auto()  # a text that is a reference
    SHOWN = auto()  # what TEXT writes
    WHOLE = auto()  # a number that is cut down to a whole one
    TEXT = auto()
    TRUTH = auto()
    CRITERION = auto()
    COUNTED = auto()  # the same, but a text that is no number is not counted
    DIRECT = auto()  # a number where text is written, else any: SUM("5",A1)


# Where no number is taken; elsewhere one is, if no range is.
_TAKEN: Final[dict[Kind, dict[str, frozenset[int]]]] = {
    Kind.TEXT: {
        "CONCATENATE CONCAT": EVERY,
        "TEXTJOIN": EVERY - at_places(1),
        "LEFT RIGHT MID LEN UPPER LOWER PROPER TRIM CODE REPT DATEVALUE TIMEVALUE": (at_places(0)),
        "FIND SEARCH EXACT": at_places(0, 1),
        "SUBSTITUTE": at_places(0, 1, 2),
        "REPLACE": at_places(0, 3),
        "ADDRESS": at_places(4),
    },
    Kind.PLACE: {"INDIRECT": at_places(0)},
    Kind.SHOWN: {"TEXT": at_places(0)},
    Kind.DATE: {
        "WEEKNUM EDATE EOMONTH WORKDAY WORKDAY.INTL": at_places(0),
        "NETWORKDAYS NETWORKDAYS.INTL DATEDIF DAYS DAYS360 YEARFRAC": at_places(0, 1),
    },
    Kind.WHOLE: {
        "CHOOSE CHAR FACT EVEN ODD ISEVEN YEAR MONTH DAY WEEKNUM": at_places(0),
        "COMBIN WEEKDAY EDATE EOMONTH WORKDAY WORKDAY.INTL NETWORKDAYS NETWORKDAYS.INTL DATEDIF "
        "DAYS DAYS360 YEARFRAC BINOM.DIST": at_places(0, 1),
        "ROUND ROUNDUP ROUNDDOWN TRUNC FIXED LEFT RIGHT REPT SMALL LARGE QUARTILE": at_places(1),
        "MID REPLACE INDEX": at_places(1, 2),
        "FIND SEARCH VLOOKUP HLOOKUP": at_places(2),
        "SUBSTITUTE": at_places(3),
        "OFFSET": at_places(1, 2, 3, 4),
        "DATE TIME ADDRESS": at_places(0, 1, 2),
    },
    Kind.TRUTH: {"IF NOT": at_places(0), "IFS": every_other(0)},
    Kind.CRITERION: {
        "COUNTIF SUMIF AVERAGEIF": at_places(1),
        "COUNTIFS": every_other(1),
        "SUMIFS AVERAGEIFS MAXIFS MINIFS": every_other(2),
    },
    Kind.COUNTED: {"COUNT": EVERY},
    Kind.DIRECT: {
        "SUM AVERAGE MIN MAX MEDIAN MODE STDEV STDEV.S STDEV.P STDEVP VAR VAR.S VAR.P VARP "
        "PRODUCT SUMSQ GEOMEAN HARMEAN": EVERY,
    },
    Kind.ANY: {
        "SWITCH LET IFERROR IFNA ISERROR ISERR ISNA ISNUMBER ISTEXT ISNONTEXT ISBLANK ISLOGICAL N "
        "T TYPE ERROR.TYPE ROW COLUMN HYPERLINK VALUE AND OR XOR COUNTA": EVERY,
        "IF CHOOSE": EVERY - at_places(0),
        "IFS": every_other(1),
        "MATCH XMATCH VLOOKUP HLOOKUP LOOKUP": at_places(0, 3),
        "XLOOKUP": at_places(0, 3, 4, 5),
        "INDIRECT TEXT TEXTJOIN": at_places(1),
        "ADDRESS": at_places(3),
        "WORKDAY.INTL NETWORKDAYS.INTL DATEDIF": at_places(2),
    },
}
_GIVEN: Final = {
    Kind.TEXT: """CONCATENATE CONCAT TEXTJOIN LEFT RIGHT MID UPPER LOWER PROPER TRIM SUBSTITUTE
        REPLACE REPT CHAR TEXT FIXED ADDRESS""",
    Kind.ANY: """IF IFS SWITCH CHOOSE IFERROR IFNA T LET HYPERLINK INDEX OFFSET INDIRECT LOOKUP
        VLOOKUP HLOOKUP XLOOKUP""",
    Kind.WHOLE: """COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS MATCH XMATCH ROW ROWS COLUMN COLUMNS
        LEN FIND SEARCH CODE INT DATE EDATE EOMONTH WORKDAY WORKDAY.INTL YEAR MONTH DAY WEEKDAY
        TODAY""",
}
# What native functions give, if not a number.
_GIVES: Final = {name: kind for kind, names in _GIVEN.items() for name in names.split()}
_ARITHMETIC: Final = frozenset("+-*/^")
_MOST_EXACT: Final = 1e15  # all of its digits are written


@cache
def taken(name: str, at: int) -> Kind:
    """What a native function takes in one of its places, counted from 0."""
    for kind, places in _TAKEN.items():
        if any(at in where for names, where in places.items() if name in names.split()):
            return kind
    return Kind.ANY if at in NATIVES[name] else Kind.NUMBER


def given(node: Any) -> Kind:  # noqa: ANN401, PLR0911  the engine's tree
    """What a part of a formula gives, as far as that can be told before it is calculated."""
    kind = node.node_type()
    if kind == "Literal":
        value = node.get_literal_value()
        if type(value) is float:
            return Kind.WHOLE if value.is_integer() and abs(value) < _MOST_EXACT else Kind.NUMBER
        if str(node.get_source_token().value).startswith("#"):  # an error
            return Kind.ANY
        return {str: Kind.TEXT, bool: Kind.TRUTH}.get(type(value), Kind.ANY)
    if kind == "UnaryOp":
        operand = given(node.children()[0])
        if node.get_operator() == "%":
            return Kind.NUMBER
        return operand if operand is Kind.WHOLE or node.get_operator() == "+" else Kind.NUMBER
    if kind == "BinaryOp":
        sign = node.get_operator()
        if sign == "&":
            return Kind.TEXT
        return Kind.NUMBER if sign in _ARITHMETIC else Kind.ANY if sign == ":" else Kind.TRUTH
    if kind == "Function":
        name = str(node.get_function_name()).upper().removeprefix("_XLFN.")
        return _GIVES.get(name, Kind.NUMBER) if name in NATIVES else Kind.ANY
    return Kind.ANY
