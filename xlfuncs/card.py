"""The card of a worksheet function, read from its own signature and docstring.

`card` is the one decorator of a clause. It reads the card, checks it against the limits of
every host, and returns the same function behind a guard: each argument is checked by its
unit, and whatever goes wrong comes out as an xlfuncs error that names the clause. The guard
is compiled once per function, when it is first called, so that a call costs little more than
the bare body.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import update_wrapper
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec, TypeVar, get_args

from xlfuncs.docstring import Docstring, Source
from xlfuncs.errors import BoundsError, CardError, FunctionError, InputError
from xlfuncs.kinds import FIRST_DATE, Anything, Number, Table, Unit, shown
from xlfuncs.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_HELP_LIMIT = 255  # characters, in Excel's and LibreOffice's function wizards
_ARGUMENT_LIMIT = 30
_CELL_NAME = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*", re.IGNORECASE)
_VBA_WORDS: Final = frozenset(
    """
    and as boolean byref byte byval call case const currency date decimal declare dim do double
    each else elseif empty end enum erase error event exit false for friend function get global
    gosub goto if imp implements in integer is let lib like long longlong longptr loop lset me
    mod new next not nothing null object on option optional or paramarray preserve print private
    property public raiseevent redim rem resume return rset select set single static step stop
    string sub then to true type typeof until variant wend while with withevents write xor
    """.split()  # noqa: SIM905  words read better without a hundred quotes
)


class Argument(NamedTuple):
    """One argument of a worksheet function."""

    name: str
    unit: Unit | Range
    help: str
    optional: bool
    default: object
    nullable: bool
    repeated: bool = False

    @property
    def is_range(self) -> bool:
        """Whether the function takes the whole range at once."""
        return isinstance(self.unit, Range)


class Card(NamedTuple):
    """What every host needs to know of a worksheet function."""

    name: str
    worksheet_name: str
    command_name: str
    subject: str
    summary: str
    remarks: str
    sources: tuple[Source, ...]
    words: str
    reading: str
    arguments: tuple[Argument, ...]
    result: Unit | Range | Table
    result_help: str
    raises: str
    example: str
    body: Callable[..., object]

    @property
    def citation(self) -> str:
        """Document and section, as an error or a cell comment names them."""
        return "; ".join(f"{source.document}, {source.section}" for source in self.sources)

    @property
    def required(self) -> int:
        """The number of arguments that cannot be left out."""
        return sum(not argument.optional for argument in self.arguments)

    @property
    def signature(self) -> str:
        """The function as a person types it: ``XLF_NAME(first, second, [third])``."""
        names = [f"[{a.name}]" if a.optional else a.name for a in self.arguments]
        return f"{self.worksheet_name}({', '.join(names)})"


def card(body: Callable[P, R]) -> Callable[P, R]:
    """Make a function a worksheet function; see the module's docstring.

    Raises:
        CardError: the signature or the docstring does not make a card.
    """
    made = _read(body)
    compiled: Callable[..., R] | None = None

    def guarded(*arguments: P.args, **named: P.kwargs) -> R:
        nonlocal compiled
        if compiled is None:  # when first called: nobody calls every function
            compiled = _guard(made)
        return compiled(*arguments, **named)

    update_wrapper(guarded, body)
    guarded.__card__ = made  # type: ignore[attr-defined]  # read back by card_of
    return guarded


def card_of(function: Callable[..., object]) -> Card:
    """The card of a worksheet function.

    Raises:
        CardError: the function has none.
    """
    found = getattr(function, "__card__", None)
    if not isinstance(found, Card):
        raise CardError(f"{getattr(function, '__name__', function)!r} is not a worksheet function")
    return found


def _read(body: Callable[..., Any]) -> Card:
    name = body.__name__
    doc = Docstring.parse(name, body.__doc__ or "")
    code = body.__code__
    count = code.co_argcount
    if code.co_kwonlyargcount:
        raise CardError(f"{name}: a cell passes arguments by position, so none is keyword-only")
    names = code.co_varnames[: count + bool(code.co_flags & 0x04)]
    if list(doc.arguments) != list(names):
        raise CardError(f"{name}: Args lists {list(doc.arguments)}, the signature {list(names)}")
    defaults = body.__defaults__ or ()
    arguments = []
    for place, argument in enumerate(names):
        unit, nullable = _unit(name, argument, body.__annotations__.get(argument))
        if isinstance(unit, Table):
            raise CardError(f"{name}: {argument} cannot be a table")
        repeated = place == count
        optional = repeated or place >= count - len(defaults)
        default = defaults[place - count + len(defaults)] if optional and not repeated else None
        text = doc.arguments[argument]
        arguments.append(Argument(argument, unit, text, optional, default, nullable, repeated))
    result, _ = _unit(name, "return", body.__annotations__.get("return"))
    made = Card(
        name=name,
        worksheet_name=f"XLF_{name.upper()}",
        command_name=name.replace("_", "-"),
        subject=body.__module__.rpartition(".")[2].replace("_", " "),
        summary=doc.summary,
        remarks=doc.remarks,
        sources=doc.sources,
        words=doc.words,
        reading=doc.reading,
        arguments=tuple(arguments),
        result=result,
        result_help=doc.returns,
        raises=doc.raises,
        example=doc.example,
        body=body,
    )
    _check_host_limits(made)
    return made


def _unit(name: str, argument: str, annotation: object) -> tuple[Unit | Range | Table, bool]:
    parts = [part for part in get_args(annotation) if part is not NoneType]
    nullable = NoneType in get_args(annotation)
    if nullable and len(parts) == 1:
        annotation = parts[0]
    metadata: tuple[Any, ...] = getattr(annotation, "__metadata__", ())
    if not metadata:
        hint = " (annotations must be evaluated, not postponed)" if annotation else ""
        raise CardError(f"{name}: the type of {argument} is not one of xlfuncs.units{hint}")
    return metadata[0], nullable


def _check_host_limits(made: Card) -> None:
    faults = [
        f"{what} has {len(text)} characters of help, a host shows {_HELP_LIMIT}"
        for what, text in [
            (made.name, made.summary),
            *((argument.name, argument.help) for argument in made.arguments),
        ]
        if len(text) > _HELP_LIMIT
    ]
    if len(made.arguments) > _ARGUMENT_LIMIT:
        faults.append(f"it has more than {_ARGUMENT_LIMIT} arguments")
    if len(made.signature) > _HELP_LIMIT + len(made.worksheet_name):
        faults.append(f"its argument names are longer than {_HELP_LIMIT} characters together")
    for argument in made.arguments:
        if argument.name in _VBA_WORDS:
            faults.append(f"{argument.name} is a word of VBA")
        if argument.name.startswith("_") or argument.name in {"date", "FIRST_DATE"}:
            faults.append(f"{argument.name} is a name of the guard's own")
        if _CELL_NAME.fullmatch(argument.name):
            faults.append(f"{argument.name} reads as a cell")
    if faults:
        raise CardError(f"{made.name}: {'; '.join(faults)}")


def _guard(made: Card) -> Callable[..., Any]:
    """The body behind its checks, compiled from one line an argument (as dataclasses do)."""
    bound: dict[str, Any] = {
        "_body": made.body,
        "date": dt.date,
        "FIRST_DATE": FIRST_DATE,
        "FunctionError": FunctionError,
        "ArithmeticError": ArithmeticError,
        "_cited": _cited(made),
        "_outside": _outside(made),
        "_too_large": _too_large(made),
    }
    heads, lines, passed = [], [], []
    for place, argument in enumerate(made.arguments):
        name = argument.name
        if argument.repeated:
            heads.append(f"*{name}")
            passed.append(f"*{name}")
            continue
        passed.append(name)
        heads.append(f"{name}=_default{place}" if argument.optional else name)
        bound[f"_default{place}"] = argument.default
        if isinstance(argument.unit, Anything):
            continue
        bound[f"_check{place}"] = argument.unit.check
        easy = [argument.unit.fast_test(name)]
        if argument.optional:
            easy.insert(0, f"{name} is _default{place}")
        if argument.nullable:
            easy.insert(0, f"{name} is None")
        lines.append(f"if not ({' or '.join(f'({test})' for test in easy)}):")
        lines.append(f"    {name} = _check{place}({name}, {name!r})")
    finish = []
    if isinstance(made.result, Number):
        low, high = made.result.minimum, made.result.maximum
        within = f"{low!r} {'<' if made.result.above else '<='} _result <= {high!r}"
        finish = [f"if not {within}: raise _outside(_result)"]
    text = "\n".join(
        [
            f"def make({', '.join(bound)}):",
            f"    def {made.name}({', '.join(heads)}):",
            "        try:",
            *(f"            {line}" for line in lines),
            f"            _result = _body({', '.join(passed)})",
            *(f"            {line}" for line in finish),
            "            return _result",
            "        except FunctionError as error: raise _cited(error)",
            "        except ArithmeticError as error: raise _too_large() from error",
            f"    return {made.name}",
        ]
    )
    scope: dict[str, Any] = {}
    exec(  # noqa: S102  the text is made here, of names that Python has already accepted
        compile(text, f"<guard of {made.name}>", "exec"), made.body.__globals__, scope
    )
    guarded: Callable[..., Any] = scope["make"](**bound)
    return guarded


def _cited(made: Card) -> Callable[[FunctionError], FunctionError]:
    def cited(error: FunctionError) -> FunctionError:
        error.clause = error.clause or made.citation
        return error

    return cited


def _outside(made: Card) -> Callable[[float], FunctionError]:
    def outside(result: float) -> FunctionError:
        unit = made.result
        return BoundsError(
            f"{made.name} would be {shown(result)}, and {unit.meaning} must be "
            f"{unit.bounds if not isinstance(unit, Table) else 'finite'}",
            made.citation,
        )

    return outside


def _too_large(made: Card) -> Callable[[], FunctionError]:
    def too_large() -> FunctionError:
        return BoundsError(
            f"{made.name} has no finite answer for these arguments: they are too far apart",
            made.citation,
        )

    return too_large


def arguments_from(made: Card, given: int) -> None:
    """Check how many arguments were given to a function.

    Raises:
        InputError: too few or too many.
    """
    repeated = any(argument.repeated for argument in made.arguments)
    if given < made.required:
        missing = ", ".join(argument.name for argument in made.arguments[given : made.required])
        raise InputError(f"{made.name} needs {missing} as well", made.citation)
    if given > len(made.arguments) and not repeated:
        raise InputError(
            f"{made.name} takes at most {len(made.arguments)} arguments, not {given}", made.citation
        )
