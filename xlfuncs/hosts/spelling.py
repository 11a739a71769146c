"""How a formula names our functions in each spreadsheet's files, both ways.

| spreadsheet | in the file |
|---|---|
| VBA in the workbook itself, LibreOffice from 25.2 on, the embedded engine | `XLF_NAME(` |
| LibreOffice before 25.2 | `ORG.XLFUNCS.ADDIN.NAME(`, the service's name and the method's |
| an XLL | `_xll.XLF_NAME(` |
| Office.js | `_xldudf_XLF_NAME(` |

Excel writes the add-in's file before a name once it has saved the book (`[1]!XLF_NAME(`): that is
read, and never written. Text in quotes and the names of sheets are left as they are.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from xlfuncs.about import CARDS
from xlfuncs.hosts.calc.names import READS_PLAIN_NAMES, SERVICE, service_name
from xlfuncs.hosts.formula_tokens import TOKEN

if TYPE_CHECKING:
    from xlfuncs.card import Card

_PREFIX: Final = re.compile(r"(?i)_xll\.|_xldudf_")
_OURS: Final = re.compile(rf"(?i)xlf_|{re.escape(SERVICE)}\.")


class Spelling(StrEnum):
    """A way in which files name our functions."""

    PLAIN = "plain"
    SERVICE = "service"
    XLL = "xll"
    OFFICE_JS = "office.js"


# The programs for which a book can be written, as the command line names them.
SPELLINGS: Final = {"plain": Spelling.PLAIN, "calc": Spelling.SERVICE, "xll": Spelling.XLL}


def calc_spelling(version: tuple[int, ...]) -> Spelling:
    """The spelling that a version of LibreOffice reads.

    >>> calc_spelling((7, 4)), calc_spelling((25, 2))
    (<Spelling.SERVICE: 'service'>, <Spelling.PLAIN: 'plain'>)
    """
    return Spelling.PLAIN if version[:2] >= READS_PLAIN_NAMES else Spelling.SERVICE


def spelled(formula: str, spelling: Spelling = Spelling.PLAIN) -> str:
    """A formula, however it names our functions, as files of one spreadsheet name them.

    Args:
        formula: its text, with or without the equals sign.
        spelling: how it is to name them.

    >>> spelled('=[1]!XLF_CONVERSION_PRICE(A1,"XLF_VERSION()")', Spelling.SERVICE)
    '=ORG.XLFUNCS.ADDIN.CONVERSIONPRICE(A1,"XLF_VERSION()")'
    >>> spelled("=org.xlfuncs.addin.version()&_xll.XLF_VERSION()")
    '=XLF_VERSION()&XLF_VERSION()'
    """
    if not _OURS.search(formula):
        return formula
    out: list[str] = []
    before = ""
    for token in TOKEN.finditer(formula):
        made = called(token["function"]) if token["function"] else None
        if made is None:
            out.append(token[0])
        else:
            if before == "sheet":
                out.pop()  # the add-in's file
            out.append(f"{name_in(made, spelling)}(")
        before = str(token.lastgroup)
    return "".join(out)


def name_in(made: Card, spelling: Spelling) -> str:
    """A function's name as one spreadsheet's files have it."""
    if spelling is Spelling.SERVICE:
        return service_name(made)
    prefix = {Spelling.XLL: "_xll.", Spelling.OFFICE_JS: "_xldudf_"}.get(spelling, "")
    return prefix + made.worksheet_name


def called(name: str) -> Card | None:
    """The function that a formula means by a name, in whichever spelling; None if not ours."""
    return _by_name().get(_PREFIX.sub("", name, count=1).upper())


@cache
def _by_name() -> dict[str, Card]:
    cards = {made.worksheet_name: made for made in CARDS}
    return cards | {service_name(made): made for made in CARDS}
