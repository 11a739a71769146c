"""The process that books are refreshed in: tasks come on standard input, answers go out.

It is started by `xlfuncs.batch.desk`, is killed by it, and ends with it: when the run is gone,
its standard input ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from contextlib import suppress
from importlib import import_module
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from xlfuncs.batch.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.batch.tasks import Answer, Task


def main(tasks: BinaryIO) -> None:
    """Work on tasks until there are no more."""
    answers = _answers()
    work, memory = pickle.load(tasks)  # noqa: S301  from our own run
    _hold_to(memory)
    # An interruption is for the run, which then ends this process as it sees fit.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    do = _function(work)
    waiting: SimpleQueue[Task | None] = SimpleQueue()
    Thread(target=_listen, args=(tasks, waiting), daemon=True).start()
    with Bench() as bench:
        while (task := waiting.get()) is not None:
            pickle.dump(do(task, bench), answers)
            answers.flush()


def _answers() -> BinaryIO:
    """Answers on a descriptor of their own, so that nothing printed gets among them.

    Tasks come on one already: nothing that is started here may read them or hold them open.
    """
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return answers


def _hold_to(memory: int) -> None:
    """Bound the memory of this process, and let it leave no image of itself when it dies."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  not there on Windows

        for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(what)
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(ValueError, OSError):  # macOS does not count address space
                resource.setrlimit(what, (allowed, hard))


def _function(name: str) -> Callable[[Task, Bench], Answer]:
    module, _, function = name.partition(":")
    found: Callable[[Task, Bench], Answer] = getattr(import_module(module), function)
    return found


def _listen(tasks: BinaryIO, waiting: SimpleQueue[Any]) -> None:
    """Pass tasks on; end at once, in the middle of a book, when the run is gone."""
    try:
        while True:
            task = pickle.load(tasks)  # noqa: S301  from our own run
            waiting.put(task)
            if task is None:
                return
    except (EOFError, OSError, pickle.UnpicklingError):
        if sys.platform != "win32" and os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)  # with every program it has started
        os._exit(1)


def _end(*_: object) -> NoReturn:
    raise SystemExit(1)
