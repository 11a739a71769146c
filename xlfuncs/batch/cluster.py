"""The same books refreshed by the machines of a Dask cluster that is running already.

A machine that is lost costs nothing: its books go to another. When no machine is left, or the
scheduler is lost, the books that are not done are reported, and the run ends.
"""

from __future__ import annotations

import re
import secrets
from collections import deque
from contextlib import suppress
from importlib import import_module
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from xlfuncs.batch.desk import TRIES
from xlfuncs.batch.node import end_run, engine_label, node_version, on_node
from xlfuncs.batch.outcome import Outcome
from xlfuncs.batch.run import guarded, is_current, unchanged
from xlfuncs.batch.tasks import Answer
from xlfuncs.books.replace import check_lock, replace_file
from xlfuncs.errors import BookError, CommandError
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from xlfuncs.batch.runner import How, Job
    from xlfuncs.batch.tasks import Task

T = TypeVar("T")

_ADDRESS: Final = re.compile(r"(?:[a-z]+://)?(?:[^\s/:]+|\[[0-9a-fA-F:.%]+\]):[0-9]+/?")
_AHEAD: Final = 2  # books a thread is given at a time: one to work on, one to go on with
_PATIENCE: Final = 10.0  # seconds that the cluster may take for an answer about itself
_RETURN: Final = 30.0  # seconds in which a machine may come back when none is left
_HEARTBEAT: Final = 1.0


def on_cluster(
    jobs: Sequence[Job], tasks: Sequence[Task], how: How
) -> Generator[tuple[int, Answer]]:
    """The answers to tasks as they come, each with its number.

    Raises:
        CommandError: there is no such cluster, or it is not fit for the work.
    """
    try:
        dask: Any = import_module("distributed")  # an extra, which has no types
    except ImportError:
        raise CommandError("--scheduler needs Dask: pip install xlfuncs[cluster]") from None
    if not _ADDRESS.fullmatch(how.scheduler or ""):
        raise CommandError(
            f"--scheduler wants an address like tcp://host:8786, not {how.scheduler!r}"
        )
    try:
        client: Any = dask.Client(how.scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CommandError(f"--scheduler {how.scheduler} cannot be reached: {error}") from None
    run = secrets.token_hex(8)
    try:
        threads = _fit(client, how)
        yield from _Errand(client, jobs, tasks, how, run).answers(_AHEAD * threads)
    finally:
        with suppress(Exception):  # the cluster may be what has failed
            _in_time(lambda: client.run(end_run, run, on_error="ignore"))
        with suppress(Exception):
            _in_time(client.close)


def _in_time(asked: Callable[[], T]) -> T:
    """What a cluster answers; Dask itself may wait for ever for a machine that hangs.

    Raises:
        TimeoutError: it does not answer.
    """
    answers: SimpleQueue[T | BaseException] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(asked())
        except BaseException as error:  # noqa: BLE001  raised where the answer is awaited
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=_PATIENCE)
    except Empty:
        raise TimeoutError(f"no answer in {_PATIENCE:g} s") from None
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _fit(client: Any, how: How) -> int:  # noqa: ANN401  Dask has no types
    """How many threads the cluster has; its machines must have this version of xlfuncs."""
    try:
        versions: dict[str, str] = _in_time(lambda: client.run(node_version))
        threads = sum(map(int, _in_time(client.nthreads).values()))
    except ImportError as error:
        raise CommandError(f"the workers of {how.scheduler} lack xlfuncs: {error}") from None
    except OSError as error:  # a timeout is one
        raise CommandError(f"the workers of {how.scheduler} do not answer: {error}") from None
    if not threads:
        raise CommandError(f"the scheduler {how.scheduler} has no workers: start some")
    for node, version in versions.items():
        if version != VERSION:
            raise CommandError(
                f"the worker {node} has xlfuncs {version}, and here is {VERSION}: "
                "install the same version on all"
            )
    return threads


class _Errand:
    """The books of a run, on their way to the cluster and back.

    Args:
        client: the way to the cluster.
        jobs: the books, each with what is asked of it.
        tasks: the same, as they are handed over.
        how: how they are refreshed.
        run: what tells this run from others on the same cluster.
    """

    def __init__(
        self,
        client: Any,  # noqa: ANN401
        jobs: Sequence[Job],
        tasks: Sequence[Task],
        how: How,
        run: str,
    ) -> None:
        self._jobs = jobs
        self._tasks = tasks
        self._how = how
        self._run = run
        self._engines: dict[str, str] = {}
        self._client = client
        self._done: SimpleQueue[Any] = SimpleQueue()
        # What two tries at each of a thread's books take at the most.
        self._longest = _AHEAD * TRIES * how.limits.seconds + _RETURN

    def answers(self, ahead: int) -> Generator[tuple[int, Answer]]:
        """The answers as they come, so many books being handed over at a time."""
        waiting = deque(range(len(self._tasks)))
        numbers: dict[Any, int] = {}
        ready: list[Any] = []  # done, and perhaps lost with the worker that did it
        last = here = monotonic()
        while True:
            while waiting and len(numbers) < ahead and self._client.status == "running":
                number = waiting.popleft()
                prepared = self.prepared(number)
                if isinstance(prepared, Answer):
                    yield number, prepared
                else:
                    numbers[self._submitted(prepared)] = number
            if not (numbers or waiting):
                return
            future = self._done_in(_HEARTBEAT)
            if future is not None:
                ready.append(future)
            for future in [*ready]:
                answer = self.finished(numbers[future], future)
                if answer is None:
                    break
                ready.remove(future)
                yield numbers.pop(future), answer
                last = here = monotonic()
            now = monotonic()
            why = self._trouble() if future is None or ready else ""
            if not why:
                here = now
            elif now - here > _RETURN:
                break
            if now - last > self._longest:
                why = f"no book is done in {self._longest:g} s"
                break
        for number in (*numbers.values(), *waiting):
            yield number, self._lost(number, why)

    def _submitted(self, task: Task) -> Any:  # noqa: ANN401
        future = self._client.submit(on_node, task, self._how.limits, self._run, pure=False)
        future.add_done_callback(self._done.put)
        return future

    def _done_in(self, seconds: float) -> Any:  # noqa: ANN401
        with suppress(Empty):
            return self._done.get(timeout=seconds)
        return None

    def _trouble(self) -> str:
        """Why the cluster does no work at this moment; nothing if it can."""
        if self._client.status != "running":
            return "its scheduler is gone"
        try:
            there = _in_time(self._client.nthreads)
        except Exception as error:  # noqa: BLE001  whatever a cluster may raise
            return f"its scheduler does not answer ({type(error).__name__})"
        return "" if there else "it has no workers any more"

    def _lost(self, number: int, why: str) -> Answer:
        job = self._jobs[number]
        what = f"{job.book.name}: the cluster {self._how.scheduler} lost it: {why}"
        return Answer(Outcome(job.book, failure=f"{what}; refresh it again"))

    def prepared(self, number: int) -> Task | Answer:
        """A task as it is handed over, or the answer if there is nothing to hand over."""
        task = self._tasks[number]
        if not self._how.ship:
            return task
        job = self._jobs[number]
        data = b""

        def fetched() -> Outcome:
            nonlocal data
            if job.target is not None:
                check_lock(job.book)
                if task.known and is_current(task.known, job.book, job.target, self._engine(job)):
                    return unchanged(task.known, job.book)
            try:
                data = job.book.read_bytes()
            except OSError as error:
                raise BookError(f"{job.book.name} cannot be read: {error.strerror}") from None
            return Outcome(job.book)

        outcome = guarded(job.book, fetched)
        if outcome.failure or outcome.up_to_date:
            return Answer(outcome)
        return task._replace(known=None, data=data)

    def _engine(self, job: Job) -> str:
        word = job.request.engine
        if word not in self._engines:
            label = self._client.submit(engine_label, word, pure=False)
            self._engines[word] = label.result(timeout=self._longest)
        return self._engines[word]

    def finished(self, number: int, future: Any) -> Answer | None:  # noqa: ANN401
        """What the cluster answers; a file that was sent is put in its place.

        Nothing while the answer is not to be had: it may be lost with the worker that had it, and
        is found again only if another worker comes.
        """
        job = self._jobs[number]
        end = monotonic() + self._longest
        while True:
            try:
                answer: Answer = future.result(timeout=_PATIENCE)
                break
            except TimeoutError as error:
                if self._trouble():
                    return None
                if monotonic() > end:
                    return self._lost(number, type(error).__name__)
            except Exception as error:  # noqa: BLE001  whatever a cluster may raise, it costs one book
                return self._lost(number, type(error).__name__)
        target, outcome, data = job.target, answer.outcome, answer.data
        if outcome.failure or data is None or target is None:
            return Answer(outcome)

        def put() -> Outcome:
            replace_file(target, data, expected=outcome.before if target == job.book else None)
            return outcome

        return Answer(guarded(job.book, put))
