"""How the reference book compares what a cell shows with what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books.sheets.checks import NO_VALUE

if TYPE_CHECKING:
    from xlfuncs.errors import ErrorValue
    from xlfuncs.hosts.cells import CellValue

TOLERANCE: Final = "1E-12"
_ERROR_TYPES: Final = {
    "#NULL!": 1, "#DIV/0!": 2, "#VALUE!": 3, "#REF!": 4, "#NAME?": 5, "#NUM!": 6, "#N/A": 7,
}  # fmt: skip


def same(cell: str, promised_cell: str, promised: CellValue) -> str:
    """The condition that a cell shows what was promised, by the kind of the promise.

    Numbers agree to a part in a million million: a logarithm may end in another digit on
    another machine. LibreOffice shows TRUE as 1, in a table as the word, a blank there as empty
    text; and text from an add-in equals no other text to it until it is joined to some.
    """
    if promised is None:
        return f'{cell}&""=""'
    if isinstance(promised, bool):
        word = str(promised).upper()
        return f'IF(ISTEXT({cell}),{cell}&""="{word}",{cell}={promised_cell})'
    if isinstance(promised, float):
        near = f"ABS({cell}-{promised_cell})<={TOLERANCE}*MAX(1,ABS({promised_cell}))"
        return f"IF(ISNUMBER({cell}),{near},FALSE)"
    return f'EXACT({cell}&"",{promised_cell})'


def check(cell: str, condition: str) -> str:
    """A check: TRUE or FALSE, or that there is no value to compare."""
    return f'=IF(ISERROR({cell}),"{NO_VALUE}",IFERROR({condition},FALSE))'


def error_check(cell: str, code: ErrorValue) -> str:
    """A check that a cell shows this very error; #NAME? is a function that is not there."""
    kind, missing = _ERROR_TYPES[code.value], _ERROR_TYPES["#NAME?"]
    return (
        f"=IF(ISERROR({cell}),IF(ERROR.TYPE({cell})={missing},"
        f'"{NO_VALUE}",ERROR.TYPE({cell})={kind}),FALSE)'
    )


def check_of_all(cells: str, count: int) -> str:
    """One check for a column of checks."""
    return f'=IF(COUNTIF({cells},"{NO_VALUE}")>0,"{NO_VALUE}",COUNTIF({cells},TRUE)={count})'
