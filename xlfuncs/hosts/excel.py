"""The functions as xlwings calls them from Excel: the module for its key UDF MODULES.

Every worksheet function of the catalogue is a name of this module, shaped so that xlwings
reads its arguments, its help and its category. A workbook that counts its days from 1904
takes `xlfuncs.hosts.excel_1904` instead; the VBA that `xlfuncs pack excel` writes chooses
between the two by itself.
"""

from __future__ import annotations

from functools import cache
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Final

import xlwings
from xlwings.conversion import Accessor, Pipeline

from xlfuncs.about import CARDS, function_named
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.cells import cell_function
from xlfuncs.hosts.excel_values import from_excel, to_excel
from xlfuncs.hosts.help_texts import CATEGORY, argument_help, function_help
from xlfuncs.serials import shift_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.card import Argument, Card
    from xlfuncs.errors import FunctionError

NAMES: Final = tuple(made.worksheet_name for made in CARDS)


class Cells(Accessor):
    """How xlwings reads an argument and writes a result: exactly as the cells hold them.

    xlwings' own reader takes Range.Value, which rounds a cell in a currency format to four
    places and makes a date of a number that is shown as one; here it is Range.Value2.
    """

    @classmethod
    def reader(cls, options: dict[str, Any]) -> Any:  # noqa: ANN401  xlwings has no type for it
        """What xlwings runs on every argument."""

        def read(context: Any) -> None:  # noqa: ANN401
            value = context.value if context.range is None else _value(context.range)
            context.value = from_excel(
                value,
                shift=options.get("shift", 0),
                rows=options.get("ndim") == 2,  # noqa: PLR2004
            )

        stages: Any = Pipeline()
        return stages.append_stage(read)

    @classmethod
    def writer(cls, options: dict[str, Any]) -> Any:  # noqa: ANN401, ARG003
        """What xlwings runs on the result, which is made ready in `shaped`."""
        return Pipeline()


def _value(cells: Any) -> object:  # noqa: ANN401
    """The values of a range as they are; one of several areas has none to give as a whole."""
    api = cells.api
    return ErrorValue.VALUE if api.Areas.Count > 1 else api.Value2


@cache
def shaped(name: str, *, date1904: bool = False) -> Callable[..., Any]:
    """A worksheet function as xlwings wants it.

    Args:
        name: its worksheet name.
        date1904: whether the workbook counts its days from 1904.
    """
    function = function_named(name)
    made = next(card for card in CARDS if card.worksheet_name == name)
    sentences: list[str] = []

    def hear(_: str, error: FunctionError) -> None:
        sentences.append(str(error))

    compute = cell_function(function, date1904=date1904, heard=hear)

    def called(*values: Any) -> list[list[object]]:  # noqa: ANN401
        sentences.clear()
        return to_excel(compute(*values), sentences)

    called.__name__ = called.__qualname__ = made.worksheet_name
    called.__doc__ = function_help(made)
    called.__signature__ = _signature(made)  # type: ignore[attr-defined]  # inspect reads it
    shift = shift_of(date1904=date1904)
    called.__annotations__ = {
        **{one.name: Annotated[Cells, _options(one, shift)] for one in made.arguments},
        "return": Cells,
    }
    taken: Callable[..., Any] = xlwings.func(category=CATEGORY)(called)
    return taken


def _signature(made: Card) -> Signature:
    return Signature(
        [
            Parameter(one.name, Parameter.VAR_POSITIONAL)
            if one.repeated
            else Parameter(
                one.name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=None if one.optional else Parameter.empty,
            )
            for one in made.arguments
        ]
    )


def _options(argument: Argument, shift: int) -> dict[str, Any]:
    options: dict[str, Any] = {"doc": argument_help(argument), "shift": shift}
    return {**options, "ndim": 2} if argument.is_range else options


def __getattr__(name: str) -> Callable[..., Any]:
    """A worksheet function by its name; xlwings looks the names up in the module."""
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return shaped(name)


def __dir__() -> list[str]:
    """The names that xlwings walks: the worksheet functions, and what the module holds."""
    return [*globals(), *NAMES]
