"""How LibreOffice calls the add-in, its functions and their arguments.

Names of the UNO type system have no underscores, so `conversion_shares` is the method
`conversionShares`; in files of older versions its formula is the service's name and the method's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.kinds import Anything, Day, Moment, Table
from xlfuncs.ranges import Block, Column

if TYPE_CHECKING:
    from xlfuncs.card import Argument, Card
    from xlfuncs.kinds import Unit
    from xlfuncs.ranges import Range

SERVICE: Final = "org.xlfuncs.AddIn"
INTERFACE: Final = "org.xlfuncs.XFunctions"
EXTENSION: Final = "org.xlfuncs.addin"
# The oldest LibreOffice that reads and writes the plain names, XLF_NAME, in .xlsx files.
READS_PLAIN_NAMES: Final = (25, 2)


def method_name(made: Card) -> str:
    """The method that a function is.

    >>> from xlfuncs import about
    >>> method_name(about.CARDS[1])
    'conversionDate'
    """
    first, *others = made.name.split("_")
    return first + "".join(map(str.capitalize, others))


def parameter_name(argument: Argument) -> str:
    """An argument in the interface; the leading letter keeps it clear of the words of IDL."""
    return "a" + "".join(map(str.capitalize, argument.name.split("_")))


def service_name(made: Card) -> str:
    """A function as formulas in files of LibreOffice before 25.2 name it."""
    return f"{SERVICE}.{method_name(made)}".upper()


def needs_document(made: Card) -> bool:
    """Whether a function takes or gives dates, whose numbers depend on the document."""
    units = [argument.unit for argument in made.arguments]
    return _holds_dates(made.result) or any(map(_holds_dates, units))


def _holds_dates(unit: Unit | Range | Table) -> bool:
    if isinstance(unit, Column):
        unit = unit.unit
    if isinstance(unit, Block):
        return bool(unit.dates)
    return isinstance(unit, (Day, Moment, Table, Anything))
