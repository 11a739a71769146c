"""Names of the functions that a formula is led to, which no formula of a book can call."""

from __future__ import annotations

from typing import Final

BASE: Final = "XLF__BASE"
NEAR: Final = "XLF__NEAR"
ONE: Final = "XLF__ONE"
PICK: Final = "XLF__INDEX"
NUMBER: Final = "XLF__NUMBER"
WHOLE: Final = "XLF__WHOLE"
TEXT: Final = "XLF__TEXT"
TRUTH: Final = "XLF__TRUTH"
CRITERION: Final = "XLF__CRITERION"
MATCHED: Final = "XLF__MATCHED"
ONLY: Final = "XLF__ONLY"
REFUSED: Final = "XLF__REFUSED"
DATE: Final = "XLF__DATE"
PLACE: Final = "XLF__PLACE"
SHOWN: Final = "XLF__SHOWN"
DIRECT: Final = "XLF__DIRECT"
CHOSEN_ONE: Final = "XLF__CHOSEN"
FOUND: Final = "XLF__FOUND"
ORDER: Final = "XLF__ORDER"
PLUS: Final = "XLF__PLUS"
MINUS: Final = "XLF__MINUS"
# Functions whose answer is not always known, each led to one of this name with XLF__ before it.
TAGGED: Final = frozenset(
    {"MOD", "QUOTIENT", "MROUND", "RANK", "RANK.EQ", "VALUE", "DATEVALUE", "TIMEVALUE"}
)
