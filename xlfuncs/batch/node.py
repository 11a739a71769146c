"""What a machine of a cluster does with the books that it is handed.

Each is worked on by a process of its own, kept for the next book of the same run. Runs share no
process, so that one may be stopped and the other goes on. A process that no book has come to for
a while is ended, since nobody tells a machine that the run which handed it books is dead.
"""

from __future__ import annotations

from collections import defaultdict, deque
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Final, NamedTuple

from xlfuncs.batch.bench import Bench
from xlfuncs.batch.desk import Desk
from xlfuncs.batch.tasks import Answer, Limits, Task
from xlfuncs.version import VERSION

IDLE: Final = 30.0  # seconds that a process is kept without a book
_TICK: Final = 0.5
_REMEMBERED: Final = 256  # runs that have ended; their late books come within seconds


class RunEndedError(Exception):
    """A book of a run that has been ended."""


class _Waiting(NamedTuple):
    """A desk without a book, and since when."""

    desk: Desk
    since: float


class _Desks:
    """The desks of this machine, by run."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str, list[_Waiting]] = defaultdict(list)
        self._busy: defaultdict[str, list[Desk]] = defaultdict(list)
        self._watched = False
        self._ended: deque[str] = deque(maxlen=_REMEMBERED)

    def take(self, run: str, limits: Limits) -> Desk:
        """A desk of a run that has no book.

        Raises:
            RunEndedError: the run has been ended: a book of it came too late, and nobody waits.
        """
        with self._lock:
            if run in self._ended:
                raise RunEndedError(run)
            waiting = self._waiting[run]
            desk = waiting.pop().desk if waiting else Desk(limits)
            self._busy[run].append(desk)
        return desk

    def give_back(self, run: str, desk: Desk) -> None:
        """Keep a desk for the next book; one that was told to end meanwhile is let go."""
        with self._lock:
            kept = desk in self._busy[run]
            if kept:
                self._busy[run].remove(desk)
                self._waiting[run].append(_Waiting(desk, monotonic()))
            watch, self._watched = kept and not self._watched, self._watched or kept
        if not kept:
            desk.kill()
        if watch:
            Thread(target=self._watch, daemon=True).start()

    def end(self, run: str) -> None:
        """Let the processes of a run end, and stop those that have a book."""
        with self._lock:
            self._ended.append(run)
            waiting, busy = self._waiting.pop(run, []), self._busy.pop(run, [])
        for desk in busy:
            desk.shut()
        for desk, _ in waiting:
            desk.close()

    def _watch(self) -> None:
        """End what no book has come to for a while; as long as anything waits for one."""
        while True:
            sleep(_TICK)
            oldest = monotonic() - IDLE
            late: list[Desk] = []
            with self._lock:
                for run, waiting in list(self._waiting.items()):
                    late += [each.desk for each in waiting if each.since < oldest]
                    waiting[:] = [each for each in waiting if each.since >= oldest]
                    if not waiting:
                        del self._waiting[run]
                self._watched = bool(self._waiting)
                over = not self._watched
            for desk in late:
                desk.close()
            if over:
                return


_DESKS: Final = _Desks()


def on_node(task: Task, limits: Limits, run: str) -> Answer:
    """Work on a task of a run on this machine."""
    desk = _DESKS.take(run, Limits(*limits))
    try:
        return desk.do(Task(*task))
    finally:
        _DESKS.give_back(run, desk)


def end_run(run: str) -> None:
    """End the processes that this machine keeps for a run, whatever they work on."""
    _DESKS.end(run)


def node_version() -> str:
    """The version of xlfuncs on this machine."""
    return VERSION


def engine_label(word: str) -> str:
    """The name and version of an engine on this machine."""
    with Bench() as bench:
        return bench.label(word)
