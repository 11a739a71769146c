"""How far a refresh has come, for a person at a terminal; a log sees nothing of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from xlfuncs.batch.outcome import Outcome


class Progress:
    """A bar on standard error, if that is a terminal and there is more than one book.

    Args:
        books: how many there are.
    """

    def __init__(self, books: int) -> None:
        self._bar = None
        self._bad = 0
        if books > 1 and sys.stderr.isatty():
            from tqdm import tqdm  # noqa: PLC0415  loaded when somebody looks

            self._bar = tqdm(total=books, unit="book", file=sys.stderr, leave=False)

    def step(self, outcome: Outcome) -> None:
        """One more book is done."""
        if self._bar is None:
            return
        self._bad += not outcome.good
        if self._bad:
            self._bar.set_postfix_str(f"{self._bad} with trouble", refresh=False)
        self._bar.update()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
