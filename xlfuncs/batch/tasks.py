"""One book to be refreshed, as it is handed to another process or machine, and the answer."""

from __future__ import annotations

import pickle
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.batch.run import refresh_book, refresh_data
from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    from xlfuncs.batch.bench import Bench
    from xlfuncs.batch.outcome import Known, Outcome
    from xlfuncs.batch.plan import Request

_MOST_GIB: Final = 1 << 30  # a limit of memory is a number of 63 bits


class Task(NamedTuple):
    """One book to be refreshed.

    Args:
        book: its file.
        request: what is asked of it, pickled once for all the books of which it is asked.
        known: what an earlier run has done with it for the same request.
        data: the file itself, where the one who works on it cannot reach its folder.
    """

    book: str
    request: bytes
    known: Known | None = None
    data: bytes | None = None


class Answer(NamedTuple):
    """What became of a task; `data` is the new file if the old one was handed over."""

    outcome: Outcome
    data: bytes | None = None


class Limits(NamedTuple):
    """What one book may cost.

    Args:
        seconds: how long one try may take.
        memory: how many bytes of address space its process may have, where the system counts.
    """

    seconds: float = 120.0
    memory: int = 4 << 30


def bytes_of(memory: float) -> int:
    """The bytes of so many GiB.

    >>> bytes_of(0.5)
    536870912

    Raises:
        CommandError: there are none, or more than a system counts.
    """
    if not 0 < memory < _MOST_GIB:
        raise CommandError(f"--memory must be above 0 and below {_MOST_GIB:,} GiB, not {memory:g}")
    return max(1, int(memory * (1 << 30)))


def do(task: Task, bench: Bench) -> Answer:
    """Refresh the book of a task."""
    book, request = Path(task.book), _request(task.request)
    if task.data is None:
        return Answer(refresh_book(book, request, bench, task.known))
    return Answer(*refresh_data(task.data, book, request, bench))


@lru_cache(maxsize=16)
def _request(pickled: bytes) -> Request:
    request: Request = pickle.loads(pickled)  # noqa: S301  from our own run
    return request
