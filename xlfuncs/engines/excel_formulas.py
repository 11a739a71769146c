"""The formulas of a book before Excel calculates them: where they stand, what must be re-entered.

Excel itself opens the book, so nothing is translated; but a formula that names our functions
through a file of somebody's machine is entered again without it, TODAY and NOW are the moment
that the refresh is for, and what would lead out of the book is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.natives import CLOCK
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.formula_tokens import TOKEN
from xlfuncs.hosts.spelling import called
from xlfuncs.ooxml.model import ARRAY, DATA_TABLE
from xlfuncs.serials import serial_of, shift_of

if TYPE_CHECKING:
    import datetime as dt

    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.references import Area

_CHANCE: Final = frozenset({"RAND", "RANDBETWEEN", "RANDARRAY"})
_OUTSIDE: Final = frozenset({"WEBSERVICE", "RTD", "CALL", "REGISTER.ID", "SQL.REQUEST"})
_MOST_CELLS: Final = 100_000  # in one array; more is a slip, such as a whole column


class Array(NamedTuple):
    """An array formula: the cells it fills in the file, and whether it may fill others."""

    area: Area
    dynamic: bool


@dataclass
class Formulas:
    """The formula cells of a sheet.

    Args:
        cells: every formula cell, by its reference, as row and column from 1.
        arrays: array formulas by their first cell.
        ours: the cells whose formulas call our functions.
        again: the cells whose formulas must be entered again.
        errors: the errors that formula cells showed in the file.
    """

    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    errors: dict[str, ErrorValue] = field(default_factory=dict)

    def filled(self) -> set[str]:
        """Every cell that a formula gives its value."""
        inside = {str(spot) for array in self.arrays.values() for spot in array.area.spots()}
        return inside | self.cells.keys()


class Moment(NamedTuple):
    """What TODAY and NOW say, as numbers of the book; None if no date was given."""

    today: float | None
    now: float | None

    @classmethod
    def of(cls, clock: dt.datetime | None, *, date1904: bool) -> Moment:
        """The moment of a clock in a book's date system."""
        if clock is None:
            return cls(None, None)
        shift = shift_of(date1904=date1904)
        return cls(serial_of(clock.date(), shift), serial_of(clock.replace(tzinfo=None), shift))


class Unfit(Exception):  # noqa: N818  it is caught by whoever knows the cell
    """A formula that must not be calculated, and why."""


class Given(NamedTuple):
    """A formula as Excel is to have it, and whether it calls our functions."""

    text: str
    ours: bool


def given(formula: str, moment: Moment) -> Given:
    r"""A formula for Excel, in which our functions are named plainly and the clock stands still.

    Raises:
        Unfit: it reads the clock without a date being given, or leads out of the book.

    >>> given(r"'C:\x\xlfuncs.xlam'!XLF_VERSION()&TODAY()", Moment(36201.0, 36201.5)).text
    'XLF_VERSION()&(36201.0)'
    """
    out: list[str] = []
    before, ours = "", False
    for token in TOKEN.finditer(formula):
        text, kind = token[0], str(token.lastgroup)
        if kind == "function":
            made = called(token["function"])
            if made is not None:
                ours = True
                text = f"{made.worksheet_name}("
                if before == "sheet":
                    out.pop()  # the add-in's file, as somebody's machine had it
            else:
                text = _native(token["function"].upper().removeprefix("_XLFN."), text, moment)
        out.append(text)
        before = kind
    return Given("".join(out), ours)


def _native(word: str, text: str, moment: Moment) -> str:
    if word in CLOCK:
        serial = moment.today if word == "TODAY" else moment.now
        if serial is None:
            raise Unfit(f"{word} reads the clock, and no date was given to stand for it")
        return f"({serial!r}"  # its closing bracket follows
    if word in _CHANCE:
        raise Unfit(f"{word} gives another value each time")
    if word in _OUTSIDE:
        raise Unfit(f"{word} leads out of the book, which is never followed")
    return text


def formulas_in(package: Package, moment: Moment) -> dict[str, Formulas]:
    """The formulas of every worksheet.

    Raises:
        EngineError: some of them must not be calculated; all are named.
    """
    faults: list[Fault] = []
    names = [("the name ", package.defined_names)]
    names += [(f"the name {sheet}!", own) for sheet, own in package.sheet_names.items()]
    for label, meanings in names:
        for name, text in meanings.items():
            try:
                if given(text, moment).text != text:
                    faults.append(Fault(f"{label}{name}", f"it stands for {text[:60]}"))
            except Unfit as error:
                faults.append(Fault(f"{label}{name}", str(error)))
    found = {
        sheet.name: _sheet(package, sheet.name, moment, faults)
        for sheet in package.sheets
        if sheet.kind == "worksheet"
    }
    if faults:
        raise failure(package.name, faults)
    return found


def _sheet(package: Package, name: str, moment: Moment, faults: list[Fault]) -> Formulas:
    made = Formulas()
    shared: dict[int, str] = {}
    dynamic = package.rich.dynamic
    for cell, value in package.cells(name):
        formula = cell.formula
        if formula is None:
            continue
        ref = cell.ref
        made.cells[ref] = (cell.row, cell.column)
        if isinstance(value, ErrorValue):
            made.errors[ref] = value
        if formula.kind == DATA_TABLE:
            faults.append(Fault(f"{name}!{ref}", "it is a data table, which is not followed"))
            continue
        if formula.kind == ARRAY:
            if formula.ref is None or formula.ref.size > _MOST_CELLS:
                faults.append(Fault(f"{name}!{ref}", "its array formula fills too many cells"))
                continue
            made.arrays[ref] = Array(formula.ref, cell.attributes.cell_record in dynamic)
        text = formula.text
        if formula.group is not None:
            text = text or shared.get(formula.group, "")
            shared.setdefault(formula.group, text)
        try:
            wanted = given(text, moment)
        except Unfit as error:
            faults.append(Fault(f"{name}!{ref}", str(error)))
            continue
        if wanted.ours:
            made.ours.add(ref)
        if wanted.text != text:
            made.again.add(ref)
    return made
