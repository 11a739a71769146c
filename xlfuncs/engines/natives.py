"""The native functions that the embedded engine is known to calculate as Excel does.

Every one has cases in the test suite; any other is refused by name. The engine does not take
a function over the cells of an array (LEN of a range is one number to it, and no error), so
the arguments that may be ranges are part of what is known.
"""

from __future__ import annotations

from typing import Final

EVERY: Final = frozenset(range(255))


def _at(*positions: int) -> frozenset[int]:
    return frozenset(positions)


def _pairs(first: int) -> frozenset[int]:
    """The ranges of range-criterion pairs; the other positions hold the criteria."""
    return frozenset(range(first, 255, 2))


_SCALAR: Final = """
    ABS SIGN INT TRUNC SQRT LN LOG LOG10 EXP POWER ROUND ROUNDUP ROUNDDOWN MOD CEILING FLOOR
    CEILING.MATH FLOOR.MATH MROUND QUOTIENT PI FACT COMBIN EVEN ODD ISEVEN SIN COS TAN ASIN ATAN2
    RADIANS ERF GAMMALN NORM.S.DIST NORMSDIST NORM.DIST NORMDIST NORM.S.INV NORMSINV NORM.INV
    BINOM.DIST IF IFS SWITCH CHOOSE IFERROR IFNA ISERROR ISERR ISNA ISNUMBER ISTEXT ISNONTEXT
    ISBLANK ISLOGICAL N T NA NOT TRUE FALSE TYPE ERROR.TYPE CONCATENATE LEFT RIGHT MID LEN UPPER
    LOWER PROPER TRIM FIND SEARCH SUBSTITUTE REPLACE REPT VALUE CHAR CODE EXACT TEXT FIXED DATE
    YEAR MONTH DAY WEEKDAY WEEKNUM EDATE EOMONTH DATEDIF DAYS DAYS360 YEARFRAC TIME HOUR MINUTE
    SECOND DATEVALUE TIMEVALUE ROW COLUMN ADDRESS INDIRECT HYPERLINK PMT FV PV RATE LET TODAY NOW
"""
_RANGES: Final = {
    "SUM AVERAGE MIN MAX COUNT COUNTA MEDIAN MODE STDEV STDEV.S STDEV.P STDEVP VAR VAR.S VAR.P "
    "VARP SUMPRODUCT PRODUCT SUMSQ GEOMEAN HARMEAN NPV GCD LCM AND OR XOR CONCAT": EVERY,
    "COUNTBLANK COUNTIF LARGE SMALL PERCENTILE PERCENTILE.INC PERCENTILE.EXC QUARTILE TRIMMEAN "
    "IRR ROWS COLUMNS OFFSET INDEX": _at(0),
    "MATCH XMATCH VLOOKUP HLOOKUP RANK RANK.EQ": _at(1),
    "WORKDAY NETWORKDAYS": _at(2),
    "WORKDAY.INTL NETWORKDAYS.INTL": _at(3),
    "LOOKUP XLOOKUP XNPV": _at(1, 2),
    "SUMIF AVERAGEIF": _at(0, 2),
    "COUNTIFS": _pairs(0),
    "SUMIFS AVERAGEIFS MAXIFS MINIFS": _pairs(1) | _at(0),
    "CORREL SLOPE INTERCEPT RSQ SUMXMY2": _at(0, 1),
    "TEXTJOIN": EVERY - _at(0, 1),
}

NATIVES: Final[dict[str, frozenset[int]]] = dict.fromkeys(_SCALAR.split(), frozenset[int]()) | {
    name: positions for names, positions in _RANGES.items() for name in names.split()
}
# Excel calculates an array inside these even in an ordinary cell, and so does the engine.
ARRAY_WISE: Final = frozenset({"SUMPRODUCT", "LOOKUP"})
# In an array formula the engine takes these cell by cell; no others.
ELEMENT_WISE: Final = frozenset({"IF", "IFERROR", "IFNA"})
# IF gives back the range it chose, as long as its condition is one value.
CHOSEN: Final = {"IF": _at(1, 2)}
CLOCK: Final = frozenset({"TODAY", "NOW"})
