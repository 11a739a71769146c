"""A worker and the one who minds it: what a book does to its process costs that book alone.

Not `multiprocessing`, nor a pool made of it: its processes run the caller's script again, which a
script or a notebook must be written for, and they leave behind what they have started.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from math import inf
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from xlfuncs.batch.outcome import Outcome
from xlfuncs.batch.tasks import Answer, Limits

if TYPE_CHECKING:
    from xlfuncs.batch.tasks import Task

WORK: Final = "xlfuncs.batch.tasks:do"
TRIES: Final = 2

# The path first: what follows is found by it, as in the process that asks.
_PROGRAM: Final = (
    "import os, pickle, sys; tasks = os.fdopen(os.dup(0), 'rb'); "
    "sys.path[:] = pickle.load(tasks); from xlfuncs.batch.worker import main; main(tasks)"
)
_GRACE: Final = 5.0
_TICK: Final = 0.1
_SHOWN: Final = 200


class _Died(NamedTuple):
    """How a worker ended in the middle of a book."""

    how: str


class Desk:
    """Books are handed in one after the other, and each is answered.

    Args:
        limits: what one book may cost.
        work: what is done with a task, as module:function.
    """

    def __init__(self, limits: Limits, work: str = WORK) -> None:
        self.limits = limits
        self._work = work
        self._worker: _Worker | None = None
        self._shut = False

    def do(self, task: Task) -> Answer:
        """Have a book refreshed; a worker that dies or hangs is replaced, and may try once more."""
        died = _Died("")
        for _ in range(TRIES):
            if self._shut:
                died = _Died("was ended with the run")
                break
            try:
                if self._worker is None:
                    self._worker = _Worker(self.limits, self._work)
                answer = self._worker.ask(task)
            except OSError as error:
                answer = _Died(f"cannot be started: {error.strerror or error}")
            if isinstance(answer, Answer):
                return answer
            died = answer
            self.kill()
        book = Path(task.book)
        return Answer(
            Outcome(book, failure=f"{book.name}: the process that worked on it {died.how}")
        )

    def close(self) -> None:
        """Let the worker end by itself, its engines closed."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def kill(self) -> None:
        """End the worker at once, with every program it has started."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def shut(self) -> None:
        """Take no more books, and end the one that is worked on; for another thread to call."""
        self._shut = True
        if self._worker is not None:
            self._worker.end()

    def halt(self) -> None:
        """End the worker at once; likewise for another thread, which is left to clear up."""
        if self._worker is not None:
            self._worker.halt()


class _Worker:
    """One process at work."""

    def __init__(self, limits: Limits, work: str) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed with the worker
        try:
            self._process = subprocess.Popen(  # noqa: S603  this Python, with our own program
                [sys.executable, "-P", "-c", _PROGRAM],  # nothing from the working folder
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                start_new_session=True,  # its own group, so that all it starts ends with it
            )
        except OSError:
            self._said.close()
            raise
        self._seconds = limits.seconds
        self._deadline = inf
        self._late = False
        self._over = Event()
        Thread(target=self._watch, daemon=True).start()
        self._tell(sys.path, (work, limits.memory))

    def ask(self, task: Task) -> Answer | _Died:
        """The answer to a task, or how the process died over it."""
        self._deadline = monotonic() + self._seconds
        try:
            self._tell(task)
            answer: Answer = pickle.load(self._answers)  # noqa: S301  from our own worker
        except (OSError, EOFError, pickle.UnpicklingError):
            return _Died(self._how())
        finally:
            self._deadline = inf
        return answer

    def _watch(self) -> None:
        """End the process when it is late; a thread for each task would cost more than a task."""
        while not self._over.wait(_TICK):
            if monotonic() > self._deadline:
                self._late = True
                self.halt()
                return

    def _how(self) -> str:
        code = self._process.wait()
        if self._late:
            return f"took more than {self._seconds:g} s, {TRIES} times; --timeout gives it more"
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        reason = f": {lines[-1][:_SHOWN]}" if lines else ""
        by = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"died {TRIES} times ({by}){reason}"

    def _tell(self, *messages: object) -> None:
        stream = self._process.stdin
        if stream is None:  # it was opened as a pipe
            raise AssertionError
        with suppress(BrokenPipeError):  # it is dead; there will be no answer either
            for message in messages:
                pickle.dump(message, stream)
            stream.flush()

    @property
    def _answers(self) -> IO[bytes]:
        stream = self._process.stdout
        if stream is None:  # likewise
            raise AssertionError
        return stream

    def end(self) -> None:
        """Ask it to end; its engines are closed."""
        self._process.terminate()

    def halt(self) -> None:
        """End it at once, with all that it has started."""
        with suppress(ProcessLookupError, PermissionError):  # it has ended already
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it at once and clear up after it."""
        self.halt()
        self._process.wait()
        self._over.set()
        self._let_go()

    def close(self) -> None:
        """Wait for it to end by itself, for some seconds."""
        self._tell(None)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        self.kill()

    def _let_go(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._said):
            if stream is not None:
                with suppress(OSError):  # what was not yet told to a dead process
                    stream.close()
