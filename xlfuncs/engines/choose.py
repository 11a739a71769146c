"""Which engine calculates: chosen by one word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import EngineError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from xlfuncs.engines.base import Engine
    from xlfuncs.errors import FunctionError
    from xlfuncs.hosts.cells import CellResult

    Heard = Callable[[str, FunctionError], None]

ENGINES: Final = ("auto", "formualizer", "libreoffice", "excel")


def engine_named(name: str, clock: dt.datetime | None = None, heard: Heard | None = None) -> Engine:
    """The engine of that name; "auto" is the embedded one, which needs no installation.

    Args:
        name: one of `ENGINES`.
        clock: what TODAY and NOW say; without it a book that uses them is refused.
        heard: is told each error of a function that became an error value, by an engine that
            can tell.

    Raises:
        EngineError: there is no such engine, or not on this machine.
    """
    word = name.strip().casefold()
    if word in {"auto", "formualizer"}:
        from xlfuncs.engines.formualizer import Formualizer  # noqa: PLC0415  imported when chosen
        from xlfuncs.hosts.cells import worksheet_functions  # noqa: PLC0415  likewise

        def functions(date1904: bool) -> Mapping[str, Callable[..., CellResult]]:  # noqa: FBT001  the one thing it is asked
            return worksheet_functions(date1904=date1904, heard=heard)

        return Formualizer(functions, clock)
    if word == "libreoffice":
        from xlfuncs.engines.libreoffice import LibreOffice  # noqa: PLC0415  imported when chosen

        return LibreOffice(clock, heard)
    if word == "excel":
        from xlfuncs.engines.excel import Excel  # noqa: PLC0415  imported when chosen

        return Excel(clock)
    raise EngineError(f"There is no engine named {name!r}; there are {', '.join(ENGINES)}.")
