"""What one process keeps from book to book: its engines, and what it has read of a request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from xlfuncs.engines.base import Lasting
from xlfuncs.engines.choose import engine_named

if TYPE_CHECKING:
    from xlfuncs.batch.plan import Request
    from xlfuncs.batch.troubles import Sentences
    from xlfuncs.engines.base import Engine


class Bench:
    """The engines of one process; closes at its end what they keep."""

    def __init__(self) -> None:
        self._lasting: dict[str, Lasting] = {}
        self._labels: dict[str, str] = {}

    def engine(self, request: Request, sentences: Sentences) -> Engine:
        """The engine asked for; TODAY and NOW say the as-of date, never the clock's.

        An engine costs nothing to make, and is made for each book with its own ears; the program
        that it may run is kept.
        """
        as_of = request.as_of
        clock = None if as_of is None else dt.datetime.combine(as_of, dt.time())
        return self._noted(request.engine, engine_named(request.engine, clock, sentences.hear))

    def label(self, word: str) -> str:
        """The name and version of an engine, as a log says by whom a book was computed."""
        if word not in self._labels:
            engine = self._noted(word, engine_named(word))
            self._labels[word] = f"{engine.name} {engine.version}"
        return self._labels[word]

    def _noted(self, word: str, engine: Engine) -> Engine:
        if isinstance(engine, Lasting):
            self._lasting[word] = engine
        return engine

    def close(self) -> None:
        """Close every engine that keeps something; closing twice does no harm."""
        while self._lasting:
            _, engine = self._lasting.popitem()
            engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
