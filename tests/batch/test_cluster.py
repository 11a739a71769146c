"""A real cluster of processes on this machine: a shared folder, shipped bytes, a lost worker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest

import xlfuncs
from tests.support.runs import children, is_alive, wait_until
from tests.support.small_books import HOSTILE, small_book
from xlfuncs.batch.cluster import _fit
from xlfuncs.batch.runner import How
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.batch.conftest import Shelf
    from xlfuncs.batch.outcome import Outcome

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


class Cluster(NamedTuple):
    """A scheduler and two workers."""

    address: str
    workers: list[subprocess.Popen[str]]


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
    local = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = _started("scheduler", "--port", "0", *local, cwd=place)
    processes = [scheduler]
    try:
        address = ""
        assert scheduler.stderr is not None
        for line in scheduler.stderr:
            if found := re.search(r"tcp://127\.0\.0\.1:\d+", line):
                address = found[0]
                break
        assert address
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()
        workers = [
            _started(
                "worker", address, *local, "--nthreads", "1", "--no-nanny",
                "--local-directory", place / str(at), cwd=place,
            )
            for at in range(2)
        ]  # fmt: skip
        processes += workers
        for worker in workers:
            assert worker.stderr is not None
            assert any("Registered to" in line for line in worker.stderr)
            threading.Thread(target=worker.stderr.read, daemon=True).start()
        yield Cluster(address, workers)
    finally:
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


def test_a_scheduler_that_is_not_there(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlfuncs.batch.cluster._PATIENCE", "1s")
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
