"""Books refreshed several at a time, each in a process that it may bring down."""

from __future__ import annotations

from collections import deque
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

from xlfuncs.batch.desk import WORK, Desk

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from xlfuncs.batch.tasks import Answer, Limits, Task

_HEARTBEAT: Final = 0.2  # an interruption is noticed between two waits, on every system
_GRACE: Final = 3.0


def in_processes(
    tasks: Sequence[Task], limits: Limits, jobs: int, work: str = WORK
) -> Generator[tuple[int, Answer]]:
    """The answers to tasks as they come, each with its number.

    Whoever stops asking, by an interruption for example, has ended all the processes.

    Args:
        tasks: the books.
        limits: what one book may cost.
        jobs: how many processes work at once.
        work: what is done with a task, as module:function.
    """
    todo = deque(enumerate(tasks))
    answers: SimpleQueue[tuple[int, Answer | BaseException]] = SimpleQueue()
    desks = [Desk(limits, work) for _ in range(min(jobs, len(tasks)))]
    threads = [Thread(target=_serve, args=(desk, todo, answers)) for desk in desks]
    for thread in threads:
        thread.start()
    try:
        for _ in tasks:
            yield _next(answers)
    except BaseException:  # the generator's end before its time included
        todo.clear()
        _dismiss(desks, threads)
        raise
    for thread in threads:
        thread.join()


def _serve(
    desk: Desk,
    todo: deque[tuple[int, Task]],
    answers: SimpleQueue[tuple[int, Answer | BaseException]],
) -> None:
    """Take books from the pile until there are none."""
    number = -1
    try:
        while True:
            try:
                number, task = todo.popleft()
            except IndexError:
                break
            answers.put((number, desk.do(task)))
        desk.close()
    except BaseException as error:  # noqa: BLE001  raised where the answers are awaited
        desk.kill()
        answers.put((number, error))


def _next(
    answers: SimpleQueue[tuple[int, Answer | BaseException]],
) -> tuple[int, Answer]:
    while True:
        try:
            number, answer = answers.get(timeout=_HEARTBEAT)
        except Empty:
            continue
        if isinstance(answer, BaseException):
            raise answer
        return number, answer


def _dismiss(desks: list[Desk], threads: list[Thread]) -> None:
    """End every process that is still at work: first asked, then made to."""
    for desk in desks:
        desk.shut()
    for thread in threads:
        thread.join(_GRACE)
    for desk, thread in zip(desks, threads, strict=True):
        if thread.is_alive():
            desk.halt()
        thread.join()
