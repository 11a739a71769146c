"""The add-in as LibreOffice loads it: one object with a method for each worksheet function.

The extension holds this file at its root and the package beside it in `pythonpath/`. The class
is shaped from the catalogue when Calc first calls a function; values go through hosts/cells, as
in every other host. Three things are peculiar to Calc:

- It hands over an empty cell as 0. An argument that may be blank and cannot be zero is blank if
  it is 0. Where zero means something too (legal_maximum_rate), it is zero: leave the argument
  out, or give the cell as a range of one (B7:B7), which keeps its blank.
- It has no way to be given TRUE or FALSE: 1 and 0 stand for them, and the words in tables.
- It turns every exception into #VALUE! and forgets it, so a fault of the add-in itself is
  written into xlfuncs.log in the user's profile. Why a function gives an error value is told
  by XLF_EXPLAIN, as everywhere.
"""

from __future__ import annotations

import json
import os
import struct
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from xlfuncs.about import FUNCTIONS, function_named
from xlfuncs.card import card_of
from xlfuncs.errors import ErrorValue, FunctionError
from xlfuncs.hosts.calc.names import INTERFACE, SERVICE, method_name, needs_document
from xlfuncs.hosts.cells import shifted_function
from xlfuncs.kinds import Flag, Number
from xlfuncs.ranges import Block, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlfuncs.card import Card

LOG_FILE: Final = "xlfuncs.log"
# Names a file for every error sentence; the refresh of books sets it. An argument is then
# exactly what it is: the refresh spells its formulas so that a blank arrives as one.
ENGINE_LOG: Final = "XLFUNCS_ENGINE_LOG"

_QUIET_NAN: Final = 0x7FF8_0000_0000_0000
_CODES: Final = {
    ErrorValue.NULL: 521,
    ErrorValue.DIV0: 532,
    ErrorValue.VALUE: 519,
    ErrorValue.REF: 524,
    ErrorValue.NAME: 525,
    ErrorValue.NUM: 503,
    ErrorValue.NA: 32767,
}
_ERRORS: Final = {code: value for value, code in _CODES.items()}
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()


def error_number(error: ErrorValue) -> float:
    """The number that Calc shows as an error: no number, with the error's code in it."""
    bits = _QUIET_NAN | _CODES.get(error, _CODES[ErrorValue.VALUE])
    return float(struct.unpack("<d", struct.pack("<Q", bits))[0])


def error_of(number: float) -> ErrorValue:
    """The error in such a number."""
    code = struct.unpack("<Q", struct.pack("<d", number))[0] & 0xFFFF
    return _ERRORS.get(code, ErrorValue.VALUE)


def neutral(value: Any) -> Any:  # noqa: ANN401  whatever UNO hands over
    """What Calc hands over, as hosts/cells takes it: tuples of rows become lists."""
    if type(value) is not tuple:
        return error_of(value) if value != value else value  # noqa: PLR0124  NaN differs from itself
    return [
        [error_of(cell) if cell != cell else cell for cell in row]  # noqa: PLR0124
        for row in value
    ]


def given_back(result: object, *, flag: bool) -> Any:  # noqa: ANN401  whatever UNO takes
    """A result as Calc takes it; a table is a tuple of rows."""
    if isinstance(result, list):
        return tuple(tuple(_cell(cell, flag=flag) for cell in row) for row in result)
    return ((_cell(result, flag=True),),)


def _cell(value: object, *, flag: bool) -> Any:  # noqa: ANN401
    if isinstance(value, ErrorValue):
        return error_number(value)
    if isinstance(value, bool):
        return float(value) if flag else str(value).upper()
    return "" if value is None else value


class Desk:
    """What the methods share: the functions for each date system, and the log.

    Args:
        log: the file for faults of the add-in itself.
        sentences: the file for every error sentence, or None.
        usual_zero: 30 December 1899 as UNO has it, to know it at one glance.
    """

    def __init__(self, log: Path, sentences: Path | None = None, usual_zero: object = None) -> None:
        self.usual_zero = usual_zero
        self.exact = sentences is not None
        self._log = sentences or log
        self._said: set[tuple[str, str]] = set()
        self._made: dict[tuple[str, int], Callable[..., Any]] = {}

    def function(self, function: Callable[..., Any], shift: int) -> Callable[..., Any]:
        """A function for documents whose days are counted from so many days after 1899-12-30."""
        key = (function.__name__, shift)
        made = self._made.get(key)
        if made is None:
            heard = self._hear if self.exact else None
            made = self._made[key] = shifted_function(function, shift, heard)
        return made

    def _hear(self, name: str, error: FunctionError) -> None:
        if self._is_new(name, str(error)):
            self._write({"function": name, "says": error.sentence, "clause": error.clause,
                         "kind": type(error).__name__, "code": error.code.value})  # fmt: skip

    def fault(self, name: str) -> float:
        """Note the exception at hand, which is a fault of the add-in; what its cell shows."""
        where = traceback.format_exc()
        if self._is_new(name, where):
            self._write({"function": name, "fault": where} if self.exact else f"{name}\n{where}")
        return error_number(ErrorValue.VALUE)

    def _is_new(self, name: str, words: str) -> bool:
        """Whether the log does not say it yet; whoever reads the log takes it away."""
        if not self._log.exists():
            self._said.clear()
        known = (name, words) in self._said
        self._said.add((name, words))
        return not known

    def _write(self, entry: object) -> None:
        with self._log.open("a", encoding="utf-8") as file:
            file.write((entry if isinstance(entry, str) else json.dumps(entry)) + "\n")


def method(function: Callable[..., Any], desk: Desk) -> Callable[..., Any]:
    """A worksheet function as a method of the add-in, which answers with rows of cells.

    Any function may be given columns and then answers with one, so each has the type of a table;
    a single value is a table of one cell.
    """
    made = card_of(function)
    answered = _answering(made, desk)
    if needs_document(made):

        def dated(_self: object, options: Any, *values: Any) -> Any:  # noqa: ANN401  from UNO
            try:
                return answered(desk.function(function, shift_of(options, desk.usual_zero)), values)
            except Exception:  # noqa: BLE001  Calc would swallow it; it is logged
                return ((desk.fault(made.worksheet_name),),)

        return dated

    cells = desk.function(function, 0)
    quick = isinstance(made.result, Number) and (desk.exact or not _blank_places(made))

    def undated(_self: object, *values: Any) -> Any:  # noqa: ANN401  from UNO
        try:
            if quick:  # plain numbers, as nearly always, need no detour
                result = function(*values)
                if type(result) in _NUMBERS:
                    return ((float(result),),)
            return answered(cells, values)
        except FunctionError:
            return answered(cells, values)  # which knows blanks and columns, and error values
        except Exception:  # noqa: BLE001  Calc would swallow it; it is logged
            return ((desk.fault(made.worksheet_name),),)

    return undated


def _answering(made: Card, desk: Desk) -> Callable[[Callable[..., Any], Sequence[Any]], Any]:
    """What calls a function with the values of a call, and makes rows of its answer."""
    flag = isinstance(made.result, Flag)
    repeated = bool(made.arguments) and made.arguments[-1].repeated
    blanks = () if desk.exact else _blank_places(made)

    def answered(call: Callable[..., Any], values: Sequence[Any]) -> Any:  # noqa: ANN401
        if repeated:
            values = (*values[:-1], *values[-1])
        while values and values[-1] is None:
            values = values[:-1]
        arguments = [neutral(value) for value in values]
        for place in blanks:
            if place < len(arguments) and arguments[place] == 0.0:
                arguments[place] = None
        if repeated:
            _mark_truths(arguments)
        result = call(*arguments)
        return ((result,),) if type(result) is float else given_back(result, flag=flag)

    return answered


def _mark_truths(arguments: list[Any]) -> None:
    """Make TRUE and FALSE of 1 and 0 where the function that is told about wants a condition."""
    name = arguments[0] if arguments else None
    try:
        told = card_of(function_named(name)).arguments if type(name) is str else ()
    except FunctionError:
        return  # the call itself will say that there is no such function
    for place, argument in enumerate(told[: len(arguments) - 1], 1):
        value = arguments[place]
        if isinstance(argument.unit, Flag) and value in (
            {0.0, 1.0} if type(value) is float else _ONE
        ):
            arguments[place] = bool(value if type(value) is float else value[0][0])


_ONE: Final = ([[0.0]], [[1.0]])
_NUMBERS: Final = {float, int}


def _blank_places(made: Card) -> tuple[int, ...]:
    """The arguments for which a zero is taken for an empty cell; see the module's docstring."""
    return tuple(
        place
        for place, argument in enumerate(made.arguments)
        if (argument.optional or argument.nullable)
        and not argument.repeated
        and not isinstance(argument.unit, (Column, Block))
        and not _takes_zero(argument.unit)
    )


def _takes_zero(unit: Any) -> bool:  # noqa: ANN401  any unit
    try:
        unit.check(0.0, "")
    except FunctionError:
        return False
    return True


def shift_of(options: Any, usual_zero: object = None) -> int:  # noqa: ANN401  from UNO
    """How many days after 1899-12-30 a document's day zero is.

    Args:
        options: the document's XPropertySet, which Calc hands over unasked.
        usual_zero: 30 December 1899 as UNO has it; each attribute of a date costs a call of UNO.
    """
    zero = options.NullDate
    if zero == usual_zero:
        return 0
    return date(zero.Year, zero.Month, zero.Day).toordinal() - _DAY_ZERO


def add_in(context: Any) -> type:  # noqa: ANN401  UNO is without types
    """The class of the add-in."""
    import uno  # noqa: PLC0415  there is one in LibreOffice only
    import unohelper  # noqa: PLC0415

    engine_log = os.environ.get(ENGINE_LOG)
    usual_zero = uno.createUnoStruct("com.sun.star.util.Date", 30, 12, 1899)
    sentences = Path(engine_log) if engine_log else None
    desk = Desk(_profile(context) / LOG_FILE, sentences, usual_zero)

    methods = {method_name(card_of(function)): method(function, desk) for function in FUNCTIONS}
    bases = (unohelper.Base, *map(uno.getClass, ("com.sun.star.lang.XServiceInfo", INTERFACE)))
    about = {
        "__init__": lambda _self, _context: None,
        "getImplementationName": lambda _self: SERVICE,
        "supportsService": lambda _self, name: name == SERVICE,
        "getSupportedServiceNames": lambda _self: (SERVICE,),
    }
    return type("AddIn", bases, {**methods, **about})


def _profile(context: Any) -> Path:  # noqa: ANN401
    """The user's profile folder."""
    substitution = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.util.PathSubstitution", context
    )
    url = substitution.substituteVariables("$(user)", True)  # noqa: FBT003  a UNO call
    return Path(url2pathname(unquote(urlsplit(url).path) if os.name != "nt" else url[7:]))


def getComponentFactory(implementation: str, manager: Any, key: Any) -> Any:  # noqa: ANN401, N802  LibreOffice's Python loader calls it by this name
    """What LibreOffice asks of a component in Python: the factory of its object."""
    import unohelper  # noqa: PLC0415

    helper = unohelper.ImplementationHelper()
    helper.addImplementation(add_in(manager.DefaultContext), SERVICE, (SERVICE,))
    return helper.getComponentFactory(implementation, key, manager)
