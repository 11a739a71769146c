"""Every error that xlfuncs raises, and the spreadsheet value each becomes in a cell.

::

    XlfuncsError
    ├── FunctionError          a worksheet function cannot answer
    │   ├── InputError         #VALUE!   an argument of the wrong kind
    │   ├── BoundsError        #NUM!     outside its bounds, or no solution
    │   ├── MissingDataError   #N/A      data the clause needs is missing, or the clause is silent
    │   └── CellError          (as it came)  an error value stood in an argument
    ├── CardError              a function cannot be offered to the hosts (raised at import)
    ├── DealError              the text files of a deal hold faults, all of them listed
    ├── BookError              a workbook cannot be read or written
    ├── EngineError            a calculation could not be carried out
    ├── RowsError              rows of a data frame have no answer (xlfuncs.frames)
    └── CommandError           the command line was not understood
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class ErrorValue(StrEnum):
    """An error as a spreadsheet cell shows it."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    SPILL = "#SPILL!"
    CALC = "#CALC!"
    GETTING_DATA = "#GETTING_DATA"


class XlfuncsError(Exception):
    """Whatever goes wrong in xlfuncs, said in one sentence."""


class FunctionError(XlfuncsError):
    """A worksheet function cannot answer; `code` is what its cell shows.

    Args:
        sentence: what is wrong: the argument, the bound and the value.
        clause: where the rule stands; filled in by the function's card.
    """

    code = ErrorValue.VALUE

    def __init__(self, sentence: str, clause: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.clause = clause

    def __str__(self) -> str:
        return f"{self.sentence} ({self.clause})" if self.clause else self.sentence


class InputError(FunctionError, TypeError):
    """An argument of the wrong kind: text for a number, a range for a date."""

    code = ErrorValue.VALUE


class BoundsError(FunctionError, ValueError):
    """An argument outside its bounds, or a question without a solution."""

    code = ErrorValue.NUM


class MissingDataError(FunctionError, LookupError):
    """Data that the clause needs is missing, or the clause is silent."""

    code = ErrorValue.NA


class CellError(FunctionError):
    """An error value stood in an argument's cell; it is passed on as it came."""

    def __init__(self, value: ErrorValue, argument: str) -> None:
        super().__init__(f"{argument} holds the error {value.value}")
        self.code = value


class CardError(XlfuncsError):
    """A function's signature or docstring does not make a card."""


class Fault(NamedTuple):
    """One fault in a text file: what is wrong, and where."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class DealError(XlfuncsError):
    """The files of a deal hold faults; `faults` has every one of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class BookError(XlfuncsError):
    """A workbook cannot be read or written; the sentence names the book."""


class EngineError(XlfuncsError):
    """A calculation could not be carried out; the sentence names book and cell."""


class CommandError(XlfuncsError):
    """The command line was not understood."""
