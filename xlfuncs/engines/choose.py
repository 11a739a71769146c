"""Which engine calculates: chosen by one word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import EngineError

if TYPE_CHECKING:
    from xlfuncs.engines.base import Engine

ENGINES: Final = ("auto", "formualizer", "libreoffice", "excel")


def engine_named(name: str) -> Engine:
    """The engine of that name; "auto" is the embedded one, which needs no installation.

    Raises:
        EngineError: there is no such engine, or not on this machine.
    """
    word = name.strip().casefold()
    if word in {"auto", "formualizer"}:
        from xlfuncs.engines.formualizer import Formualizer  # noqa: PLC0415  imported when chosen

        return Formualizer()
    if word == "libreoffice":
        from xlfuncs.engines.libreoffice import LibreOffice  # noqa: PLC0415  imported when chosen

        return LibreOffice()
    if word == "excel":
        from xlfuncs.engines.excel import Excel  # noqa: PLC0415  imported when chosen

        return Excel()
    raise EngineError(f"There is no engine named {name!r}; there are {', '.join(ENGINES)}.")
