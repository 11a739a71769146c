"""The native functions that the embedded engine is known to calculate as Excel does.

Every one has cases in the test suite; any other is refused by name. The engine does not take
a function over the cells of an array (LEN of a range is one number to it, and no error), so
the arguments that may be ranges are part of what is known.
"""

from __future__ import annotations

from typing import Final

EVERY: Final = frozenset(range(255))


def at_places(*positions: int) -> frozenset[int]:
    """Some places of a function, counted from 0."""
    return frozenset(positions)


def every_other(first: int) -> frozenset[int]:
    """Every other place from one on, as of the ranges of range-criterion pairs."""
    return frozenset(range(first, 255, 2))


_SCALAR: Final = """
    ABS SIGN INT TRUNC SQRT LN LOG LOG10 EXP POWER ROUND ROUNDUP ROUNDDOWN MOD CEILING FLOOR
    CEILING.MATH FLOOR.MATH MROUND QUOTIENT PI FACT COMBIN EVEN ODD ISEVEN SIN COS TAN ASIN ATAN2
    RADIANS ERF GAMMALN NORM.S.DIST NORMSDIST NORM.DIST NORMDIST NORM.S.INV NORMSINV NORM.INV
    GCD LCM BINOM.DIST IF IFS SWITCH CHOOSE IFERROR IFNA ISERROR ISERR ISNA ISNUMBER ISTEXT
    ISNONTEXT ISBLANK ISLOGICAL N T NA NOT TRUE FALSE TYPE ERROR.TYPE CONCATENATE LEFT RIGHT MID
    LEN UPPER LOWER PROPER TRIM FIND SEARCH SUBSTITUTE REPLACE REPT VALUE CHAR CODE EXACT TEXT FIXED
    DATE YEAR MONTH DAY WEEKDAY WEEKNUM EDATE EOMONTH DATEDIF DAYS DAYS360 YEARFRAC TIME HOUR
    MINUTE SECOND DATEVALUE TIMEVALUE ROW COLUMN ADDRESS INDIRECT HYPERLINK PMT FV PV RATE LET
    TODAY NOW
"""
_RANGES: Final = {
    "SUM AVERAGE MIN MAX COUNT COUNTA MEDIAN MODE STDEV STDEV.S STDEV.P STDEVP VAR VAR.S VAR.P "
    "VARP SUMPRODUCT PRODUCT SUMSQ GEOMEAN HARMEAN NPV AND OR XOR CONCAT": EVERY,
    "COUNTBLANK COUNTIF LARGE SMALL PERCENTILE PERCENTILE.INC PERCENTILE.EXC QUARTILE TRIMMEAN "
    "IRR ROWS COLUMNS OFFSET INDEX": at_places(0),
    "MATCH XMATCH VLOOKUP HLOOKUP RANK RANK.EQ": at_places(1),
    "WORKDAY NETWORKDAYS": at_places(2),
    "WORKDAY.INTL NETWORKDAYS.INTL": at_places(3),
    "LOOKUP XLOOKUP XNPV": at_places(1, 2),
    "SUMIF AVERAGEIF": at_places(0, 2),
    "COUNTIFS": every_other(0),
    "SUMIFS AVERAGEIFS MAXIFS MINIFS": every_other(1) | at_places(0),
    "CORREL SLOPE INTERCEPT RSQ SUMXMY2": at_places(0, 1),
    "TEXTJOIN": EVERY - at_places(0, 1),
}

NATIVES: Final[dict[str, frozenset[int]]] = dict.fromkeys(_SCALAR.split(), frozenset[int]()) | {
    name: positions for names, positions in _RANGES.items() for name in names.split()
}
# Excel calculates an array inside these even in an ordinary cell, and so does the engine.
ARRAY_WISE: Final = frozenset({"SUMPRODUCT", "LOOKUP"})
# In an array formula the engine takes these cell by cell; no others.
ELEMENT_WISE: Final = frozenset({"IF", "IFERROR", "IFNA"})
# IF gives back the range it chose, as long as its condition is one value.
CHOSEN: Final = {"IF": at_places(1, 2)}
CLOCK: Final = frozenset({"TODAY", "NOW"})
