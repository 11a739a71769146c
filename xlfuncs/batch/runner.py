"""Books refreshed, from the first to the last: what the command and the function both call."""

from __future__ import annotations

import pickle
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.batch.crew import in_processes
from xlfuncs.batch.log import Log
from xlfuncs.batch.tasks import Limits, Task
from xlfuncs.books.beside import remove_leftovers
from xlfuncs.books.replace import real

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from xlfuncs.batch.outcome import Outcome
    from xlfuncs.batch.plan import Request
    from xlfuncs.batch.tasks import Answer


class Job(NamedTuple):
    """A book and what is asked of it."""

    book: Path
    request: Request

    @property
    def target(self) -> Path | None:
        """Where the refreshed book goes; None if nowhere."""
        return self.request.target(self.book)


@dataclass(frozen=True, slots=True)
class How:
    """How books are refreshed, whatever is asked of them.

    Attributes:
        jobs: how many processes work at once on this machine.
        limits: what one book may cost.
        log: the file that says what was done, and by which what is up to date is passed over.
        force: whether what is up to date is refreshed anyway.
        scheduler: the address of a Dask scheduler, if other machines do the work.
        ship: whether they are sent the files, having no folder in common with this one.
    """

    jobs: int = 1
    limits: Limits = field(default_factory=Limits)
    log: Path | None = None
    force: bool = False
    scheduler: str | None = None
    ship: bool = False


class Result(NamedTuple):
    """What became of the books, in their order, and what else went wrong."""

    outcomes: list[Outcome]
    complaint: str = ""


def refresh_books(
    jobs: Sequence[Job], how: How | None = None, done: Callable[[Outcome], None] = lambda _: None
) -> Result:
    """Refresh books, each in a process that it may bring down.

    What dead runs have left in the folders that are written to is removed first.

    Args:
        jobs: the books.
        how: by how many, at what cost, with which log.
        done: is told of each book as it is finished.
    """
    how = how or How()
    folders = [real(target).parent for job in jobs if (target := job.target) is not None]
    requests = {id(job.request): job.request for job in jobs}
    pickled = {key: pickle.dumps(_anywhere(request)) for key, request in requests.items()}
    inputs = {key: request.fingerprint for key, request in requests.items()}
    found: dict[int, Outcome] = {}
    with Log(how.log) as log:
        remove_leftovers(folders)
        log.start(len(jobs))
        tasks = [
            Task(
                str(job.book.absolute()),
                pickled[id(job.request)],
                None if how.force else log.known(job.target, inputs[id(job.request)]),
            )
            for job in jobs
        ]
        try:
            with closing(_answers(jobs, tasks, how)) as answers:
                for number, answer in answers:
                    book, request = jobs[number]
                    outcome = replace(
                        answer.outcome, book=book, written=_written(jobs[number], answer)
                    )
                    found[number] = outcome
                    if not outcome.up_to_date:
                        log.add(outcome, request, inputs[id(request)])
                    done(outcome)
        except KeyboardInterrupt:
            log.end(_counts(found.values()), "interrupted")
            raise
        finally:
            remove_leftovers(folders)
        outcomes = [found[number] for number in range(len(jobs))]
        log.end(_counts(outcomes))
    return Result(outcomes, log.complaint)


def _counts(outcomes: Iterable[Outcome]) -> Counter[str]:
    return Counter(outcome.status for outcome in outcomes)


def _anywhere(request: Request) -> Request:
    """A request that means the same in a process with another working folder."""
    return request if request.folder is None else replace(request, folder=request.folder.absolute())


def _written(job: Job, answer: Answer) -> Path | None:
    """The file that now holds the new values, if there is one and it was written by this run."""
    outcome = answer.outcome
    return None if outcome.failure or outcome.up_to_date else job.target


def _answers(jobs: Sequence[Job], tasks: list[Task], how: How) -> Generator[tuple[int, Answer]]:
    if how.scheduler is None:
        return in_processes(tasks, how.limits, how.jobs)
    from xlfuncs.batch.cluster import on_cluster  # noqa: PLC0415  an extra, loaded when asked for

    return on_cluster(jobs, tasks, how)
