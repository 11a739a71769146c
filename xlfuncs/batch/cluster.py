"""The same books refreshed by the machines of a Dask cluster that is running already.

Each of the cluster's threads hands its books to a process of its own, as on one machine: a book
that brings its process down costs neither the machine nor the others. A machine that is lost
costs nothing: its books go to another.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.batch.bench import Bench
from xlfuncs.batch.desk import Desk
from xlfuncs.batch.outcome import Outcome
from xlfuncs.batch.run import guarded, is_current, unchanged
from xlfuncs.batch.tasks import Answer, Limits, Task
from xlfuncs.books.replace import check_lock, replace_file
from xlfuncs.errors import BookError, CommandError
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from xlfuncs.batch.runner import How, Job

_AHEAD: Final = 2  # books a thread is given at a time: one to work on, one to go on with
_PATIENCE: Final = "10s"


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
    try:
        client: Any = dask.Client(how.scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CommandError(f"--scheduler {how.scheduler} cannot be reached: {error}") from None
    try:
        threads = _fit(client, how)
        errand = _Errand(client, jobs, tasks, how)
        waiting = iter(range(len(tasks)))
        numbers: dict[Any, int] = {}
        done = dask.as_completed(loop=client.loop)
        while True:
            while len(numbers) < _AHEAD * threads and (number := next(waiting, None)) is not None:
                prepared = errand.prepared(number)
                if isinstance(prepared, Answer):
                    yield number, prepared
                    continue
                future = client.submit(on_node, prepared, how.limits, pure=False)
                numbers[future] = number
                done.add(future)
            if not numbers:
                break
            future = next(done)
            number = numbers.pop(future)
            yield number, errand.finished(number, future)
        client.run(close_desks)
    except BaseException:
        with suppress(Exception):  # the cluster may be what has failed
            client.run(shut_desks)
        raise
    finally:
        client.close()


def _fit(client: Any, how: How) -> int:  # noqa: ANN401  Dask has no types
    """How many threads the cluster has; its machines must have this version of xlfuncs."""
    try:
        versions: dict[str, str] = client.run(node_version)
    except ImportError as error:
        raise CommandError(f"the workers of {how.scheduler} lack xlfuncs: {error}") from None
    threads = sum(map(int, client.nthreads().values()))
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
    """The books of a run, on their way to the cluster and back."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401
        jobs: Sequence[Job],
        tasks: Sequence[Task],
        how: How,
    ) -> None:
        self._jobs = jobs
        self._tasks = tasks
        self._ship = how.ship
        self._engines: dict[str, str] = {}
        self._client = client

    def prepared(self, number: int) -> Task | Answer:
        """A task as it is handed over, or the answer if there is nothing to hand over."""
        task = self._tasks[number]
        if not self._ship:
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
            self._engines[word] = self._client.submit(engine_label, word, pure=False).result()
        return self._engines[word]

    def finished(self, number: int, future: Any) -> Answer:  # noqa: ANN401
        """What the cluster answers; a file that was sent is put in its place."""
        job = self._jobs[number]
        try:
            answer: Answer = future.result()
        except Exception as error:  # noqa: BLE001  whatever a cluster may raise, it costs one book
            kind = type(error).__name__
            failure = f"{job.book.name}: the cluster lost it ({kind}); refresh it again"
            return Answer(Outcome(job.book, failure=failure))
        target, outcome, data = job.target, answer.outcome, answer.data
        if outcome.failure or data is None or target is None:
            return Answer(outcome)

        def put() -> Outcome:
            replace_file(target, data, expected=outcome.before if target == job.book else None)
            return outcome

        return Answer(guarded(job.book, put))


_desks: dict[int, Desk] = {}


def on_node(task: Task, limits: Limits) -> Answer:
    """Work on a task on a machine of the cluster."""
    limits = Limits(*limits)
    desk = _desks.get(get_ident())
    if desk is None or desk.limits != limits:
        if desk is not None:
            desk.close()
        desk = _desks[get_ident()] = Desk(limits)
    return desk.do(Task(*task))


def close_desks() -> None:
    """Let the processes of a machine end, when there is no more work."""
    while _desks:
        _desks.popitem()[1].close()


def shut_desks() -> None:
    """End the processes of a machine, whatever they work on."""
    while _desks:
        _desks.popitem()[1].shut()


def node_version() -> str:
    """The version of xlfuncs on a machine of the cluster."""
    return VERSION


def engine_label(word: str) -> str:
    """The name and version of an engine on a machine of the cluster."""
    with Bench() as bench:
        return bench.label(word)
