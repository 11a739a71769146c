"""What one process keeps from book to book: its engines, and what it has read of a request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from xlfuncs.engines.base import Lasting
from xlfuncs.engines.choose import engine_named
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.hosts.cells import worksheet_functions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlfuncs.batch.plan import Request
    from xlfuncs.batch.troubles import Sentences
    from xlfuncs.engines.base import Engine
    from xlfuncs.hosts.cells import CellResult

_EMBEDDED = {"auto", "formualizer"}


class Bench:
    """The engines of one process, each opened once; closes them at its end."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}
        self._labels: dict[str, str] = {}

    def engine(self, request: Request, sentences: Sentences) -> Engine:
        """The engine asked for; TODAY and NOW say the as-of date, never the clock's.

        The embedded one costs nothing to make, and is made for each book with its own ears.
        """
        if request.engine not in _EMBEDDED:
            return self._kept(request.engine)
        as_of = request.as_of
        clock = None if as_of is None else dt.datetime.combine(as_of, dt.time())

        def functions(date1904: bool) -> Mapping[str, Callable[..., CellResult]]:  # noqa: FBT001  the one thing it is asked
            return worksheet_functions(date1904=date1904, heard=sentences.hear)

        return Formualizer(functions, clock)

    def label(self, word: str) -> str:
        """The name and version of an engine, as a log says by whom a book was computed."""
        if word not in self._labels:
            engine = self._kept(word)
            self._labels[word] = f"{engine.name} {engine.version}"
        return self._labels[word]

    def _kept(self, word: str) -> Engine:
        if word not in self._engines:
            self._engines[word] = engine_named(word)
        return self._engines[word]

    def close(self) -> None:
        """Close every engine that keeps something; closing twice does no harm."""
        while self._engines:
            _, engine = self._engines.popitem()
            if isinstance(engine, Lasting):
                engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
