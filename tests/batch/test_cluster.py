"""A real cluster of processes on this machine: a shared folder, shipped bytes, a lost worker."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest

import xlfuncs
from tests.support.runs import children, is_alive, started, wait_until
from tests.support.small_books import HOSTILE, small_book
from xlfuncs.batch.cluster import _fit
from xlfuncs.batch.runner import How
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.batch.conftest import Shelf
    from xlfuncs.batch.outcome import Outcome

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

LOCAL = ("--host", "127.0.0.1", "--no-dashboard")


class Cluster(NamedTuple):
    """A scheduler and two workers."""

    address: str
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]]
    place: Path

    def new_worker(self) -> None:
        """Start one more worker, and wait until it is at hand."""
        at = len(self.workers)
        worker = _started(
            "worker", self.address, *LOCAL, "--nthreads", "1", "--no-nanny",
            "--local-directory", self.place / str(at), cwd=self.place,
        )  # fmt: skip
        self.workers.append(worker)
        assert worker.stderr is not None
        assert any("Registered to" in line for line in worker.stderr)
        threading.Thread(target=worker.stderr.read, daemon=True).start()


def _started(*words: str | Path, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + str(words[0]), *map(str, words[1:])],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """The workers' own folder is not the books': what is relative to ours is not found there."""
    place = tmp_path / "cluster"
    place.mkdir()
    scheduler = _started("scheduler", "--port", "0", *LOCAL, cwd=place)
    found = Cluster("", scheduler, [], place)
    try:
        address = ""
        assert scheduler.stderr is not None
        for line in scheduler.stderr:
            if match := re.search(r"tcp://127\.0\.0\.1:\d+", line):
                address = match[0]
                break
        assert address
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()
        found = found._replace(address=address)
        found.new_worker()
        found.new_worker()
        yield found
    finally:
        processes = [scheduler, *found.workers]
        pids = [pid for process in processes for pid in children(process.pid)]
        for process in reversed(processes):
            process.kill()
        for process in processes:
            process.wait()
            if process.stderr is not None:
                process.stderr.close()
        assert wait_until(lambda: not any(map(is_alive, pids)))


def test_a_cluster_does_what_one_machine_does(
    cluster: Cluster, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = shelf(6)
    monkeypatch.chdir(books[0].parent)
    books[1].write_bytes(HOSTILE["a circle"][0]())
    (books[0].parent / "~$book0002.xlsx").touch()
    names = [book.name for book in books]
    here = xlfuncs.refresh(names, sets={"amount": 7}, output_dir=tmp_path / "a", jobs=2)
    shared = xlfuncs.refresh(
        names, sets={"amount": 7}, output_dir=tmp_path / "b", scheduler=cluster.address
    )
    log = tmp_path / "log.jsonl"
    shipped = [
        xlfuncs.refresh(
            names,
            sets={"amount": 7},
            output_dir=tmp_path / "c",
            scheduler=cluster.address,
            ship=True,
            log=log,
        )
        for _ in range(2)
    ]
    assert list(here["status"]) == ["refreshed", "failed", "failed", *["refreshed"] * 3]
    assert here.equals(shared)
    assert here.equals(shipped[0])
    again = ["up to date", "failed", "failed", *["up to date"] * 3]
    assert list(shipped[1]["status"]) == again
    for name in ("b", "c"):
        made = sorted((tmp_path / name).iterdir())
        assert [path.read_bytes() for path in made] == [
            path.read_bytes() for path in sorted((tmp_path / "a").iterdir())
        ]
    # The processes on the cluster's machines have ended with the run.
    assert wait_until(lambda: not any(children(worker.pid) for worker in cluster.workers))


@pytest.mark.parametrize("ship", [False, True])
def test_a_worker_killed_in_the_middle_costs_no_book(
    cluster: Cluster, shelf: Shelf, *, ship: bool
) -> None:
    books = shelf(60)
    seen: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        seen.append(outcome)
        if len(seen) == 10:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    table = xlfuncs.refresh(
        books,
        sets={"amount": 7},
        in_place=True,
        scheduler=cluster.address,
        ship=ship,
        done=done,
    )
    assert set(table["status"]) == {"refreshed"}, table[table.status != "refreshed"].message
    contents = {book.read_bytes() for book in books}
    assert len(contents) == 1
    assert contents != {small_book()}
    assert sorted(books[0].parent.iterdir()) == books


def _refreshed(
    books: list[Path], cluster: Cluster, then: Callable[[], object], after: int = 5
) -> list[Outcome]:
    """What becomes of books when something happens after the first few."""
    seen: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        seen.append(outcome)
        if len(seen) == after:
            then()

    xlfuncs.refresh(books, sets={"amount": 7}, in_place=True, scheduler=cluster.address, done=done)
    assert sorted(outcome.book for outcome in seen) == books
    return seen


def _kill(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.kill()


@pytest.mark.parametrize("lost", ["scheduler", "workers", "everything"])
def test_a_cluster_that_is_lost_is_waited_for_in_vain_for_a_while(
    lost: str, cluster: Cluster, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("RETURN", 1.0), ("PATIENCE", 1.0), ("HEARTBEAT", 0.2)):
        monkeypatch.setattr(f"xlfuncs.batch.cluster._{name}", seconds)
    there = {"scheduler": [cluster.scheduler], "workers": cluster.workers}
    there["everything"] = [*there["scheduler"], *there["workers"]]
    books = shelf(60)
    seen = _refreshed(books, cluster, lambda: _kill(*there[lost]))
    failures = [outcome.failure for outcome in seen if outcome.failure]
    assert 0 < len(failures) <= 55
    assert all(f": the cluster {cluster.address} lost it: " in said for said in failures)
    assert all(said.endswith("; refresh it again") for said in failures)
    assert {book.read_bytes() for book in books} >= {small_book()}
    assert xlfuncs.refresh(books, sets={"amount": 7}, in_place=True)["status"].eq("refreshed").all()
    assert len({book.read_bytes() for book in books}) == 1


def test_a_worker_that_comes_back_goes_on(cluster: Cluster, shelf: Shelf) -> None:
    def then() -> None:
        _kill(*cluster.workers)
        cluster.new_worker()

    assert not any(outcome.failure for outcome in _refreshed(shelf(40), cluster, then))


def test_a_run_that_is_stopped_leaves_another_alone(cluster: Cluster, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("stopped", "other")]
    for folder in folders:
        folder.mkdir()
        for at in range(60):
            (folder / f"{at:02d}.xlsx").write_bytes(small_book())
    stopped, other = (sorted(folder.iterdir()) for folder in folders)
    seen: list[Outcome] = []

    def stop() -> None:
        raise KeyboardInterrupt

    def begin() -> None:
        with pytest.raises(KeyboardInterrupt):
            _refreshed(stopped, cluster, stop)

    seen = _refreshed(other, cluster, begin)
    assert not any(outcome.failure for outcome in seen)
    assert len({book.read_bytes() for book in other}) == 1
    assert small_book() in {book.read_bytes() for book in stopped}
    assert wait_until(lambda: not any(children(worker.pid) for worker in cluster.workers))


def test_processes_of_a_dead_run_do_not_stay(cluster: Cluster, shelf: Shelf) -> None:
    with distributed.Client(cluster.address, set_as_default=False) as client:
        client.run(lambda: setattr(importlib.import_module("xlfuncs.batch.node"), "IDLE", 0.5))
    run = started([*shelf(300), "--in-place", "--set", "amount=7", "--scheduler", cluster.address])
    assert wait_until(lambda: any(children(worker.pid) for worker in cluster.workers))
    run.kill()
    run.communicate()
    assert wait_until(lambda: not any(children(worker.pid) for worker in cluster.workers))


def test_a_scheduler_that_is_not_there(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlfuncs.batch.cluster._PATIENCE", 0.5)
    (book,) = shelf(1)
    assert main(["refresh", str(book), "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "--scheduler tcp://127.0.0.1:9 cannot be reached" in capsys.readouterr().err
    assert book.read_bytes() == small_book()


class _Nodes:
    """A cluster as its client tells of it."""

    def __init__(self, versions: dict[str, str]) -> None:
        self.versions = versions

    def run(self, _function: object) -> dict[str, str]:
        return self.versions

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.versions, 2)


def test_a_cluster_that_is_not_fit() -> None:
    how = How(scheduler="tcp://there:1")
    for versions, says in (
        ({}, "the scheduler tcp://there:1 has no workers"),
        ({"a": xlfuncs.__version__, "b": "0.0.1"}, "the worker b has xlfuncs 0.0.1, and here is"),
    ):
        with pytest.raises(xlfuncs.CommandError, match=says):
            _fit(_Nodes(versions), how)
    assert _fit(_Nodes({"a": xlfuncs.__version__, "b": xlfuncs.__version__}), how) == 4
