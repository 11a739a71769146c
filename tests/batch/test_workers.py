"""Processes that die, hang or eat memory cost their own book; the rest goes on."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.runs import is_alive, wait_until
from xlfuncs.batch.crew import in_processes
from xlfuncs.batch.tasks import Limits, Task

if TYPE_CHECKING:
    from pathlib import Path

    from xlfuncs.batch.outcome import Outcome

WORK = "tests.support.desk_work:act"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def _gone(pids: list[int]) -> bool:
    return wait_until(lambda: not any(map(is_alive, pids)))


def _run(books: list[Path], jobs: int = 1, limits: Limits | None = None) -> list[Outcome]:
    tasks = [Task(str(book), b"") for book in books]
    found = dict(in_processes(tasks, limits or Limits(), jobs, WORK))
    assert sorted(found) == list(range(len(books)))
    return [found[at].outcome for at in range(len(books))]


@pytest.mark.parametrize("jobs", [1, 3])
def test_what_dies_costs_one_book(tmp_path: Path, jobs: int) -> None:
    names = ["good-1", "killed-1", "good-2", "crash-1", "good-3", "once-1", "noisy-1", "good-4"]
    outcomes = _run([tmp_path / name for name in names], jobs)
    said = {outcome.book.name: outcome.failure for outcome in outcomes if outcome.failure}
    assert said == {
        "killed-1": "killed-1: the process that worked on it died 2 times (signal 9)",
        "crash-1": "crash-1: the process that worked on it died 2 times (exit code 3): "
        "the memory is gone",
    }
    assert (tmp_path / "once-1").exists()  # it was tried again, and answered


def test_a_hang_is_ended_with_all_it_has_started(tmp_path: Path) -> None:
    books = [tmp_path / "good-1", tmp_path / "hang-1", tmp_path / "good-2"]
    outcomes = _run(books, limits=Limits(seconds=1.0))
    assert [bool(outcome.failure) for outcome in outcomes] == [False, True, False]
    assert "took more than 1 s, 2 times; --timeout gives it more" in outcomes[1].failure
    assert _gone([int(books[1].read_text())])


def test_memory_is_bounded(tmp_path: Path) -> None:
    small = Limits(memory=1 << 30)
    greedy, good = _run([tmp_path / "greedy-1", tmp_path / "good-1"], limits=small)
    assert "MemoryError" in greedy.failure
    assert not good.failure


def test_one_process_works_on_many_books_and_ends_with_the_last(tmp_path: Path) -> None:
    outcomes = _run([tmp_path / f"good-{at}" for at in range(50)], 2)
    pids = {int(outcome.engine) for outcome in outcomes}
    assert 1 <= len(pids) <= 2
    assert os.getpid() not in pids
    assert not any(map(is_alive, pids))


def test_nothing_is_loaded_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('hostile')")
    monkeypatch.chdir(tmp_path)
    (outcome,) = _run([tmp_path / "good-1"])
    assert not outcome.failure


def test_whoever_stops_asking_has_ended_the_processes(tmp_path: Path) -> None:
    books = [tmp_path / "good-1", tmp_path / "hang-1", tmp_path / "good-2"]
    answers = in_processes([Task(str(book), b"") for book in books], Limits(), 1, WORK)
    _, first = next(answers)
    assert wait_until(books[1].exists)
    answers.close()
    assert _gone([int(first.outcome.engine), int(books[1].read_text())])


def test_a_task_costs_less_than_a_millisecond(tmp_path: Path) -> None:
    """The best of five hundreds, since other processes disturb the clock."""
    tasks = [Task(str(tmp_path / "good"), b"x" * 20_000) for _ in range(501)]
    answers = in_processes(tasks, Limits(), 1, WORK)
    next(answers)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(100):
            next(answers)
        times.append((time.perf_counter() - start) / 100)
    assert list(answers) == []
    assert min(times) < 1e-3
