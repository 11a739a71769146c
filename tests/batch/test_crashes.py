"""Killed at any moment, a refresh leaves whole books, and the next one finishes the job."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from tests.support.runs import children, is_alive, killed, started, wait_until
from tests.support.small_books import small_book
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.batch.conftest import Shelf

MOMENTS = 12  # two hundred are in tests/benchmarks/bench_batch.py
BOOKS = 60

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def _refreshed(folder: Path, amount: int) -> bytes:
    """What a small book is with another amount."""
    book = folder / "one.xlsx"
    book.write_bytes(small_book())
    assert refresh_book(book, Request(sets={"amount": float(amount)}, in_place=True)).good
    return book.read_bytes()


def _words(books: list[Path], amount: int, log: Path) -> list[str | Path]:
    return [*books, "--in-place", "--set", f"amount={amount}", "--jobs", "2", "--log", log]


def test_kill_at_random_moments(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(4)  # noqa: S311  moments, not secrets
    books, log = shelf(BOOKS), tmp_path / "log.jsonl"
    folder, before = books[0].parent, small_book()
    found = {"old": 0, "some": 0, "new": 0}
    for moment in range(MOMENTS):
        amount = moment + 1
        after = _refreshed(tmp_path, amount)
        run = started(_words(books, amount, log))
        assert wait_until(lambda: bool(children(run.pid)))  # noqa: B023  called at once
        time.sleep(chance.uniform(0.1, 0.45))
        killed(run, with_children=bool(moment % 2))
        contents = [book.read_bytes() for book in books]
        assert set(contents) <= {before, after}
        found["some" if len(set(contents)) > 1 else "new" if after in contents else "old"] += 1
        strangers = {path.name for path in folder.iterdir()} - {book.name for book in books}
        assert all(name.startswith(".xlfuncs-") for name in strangers)
        assert main(["refresh", *map(str, _words(books, amount, log))]) == 0
        assert {book.read_bytes() for book in books} == {after}
        assert sorted(folder.iterdir()) == books  # what the dead run left is gone
        before = after
    capsys.readouterr()
    assert found["some"], found  # runs were met in the middle


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_interruption_ends_cleanly(
    shelf: Shelf, tmp_path: Path, number: signal.Signals, code: int, word: str
) -> None:
    books, log, results = shelf(500), tmp_path / "log.jsonl", tmp_path / "results.csv"
    run = started([*_words(books, 7, log), "--results", results])
    assert wait_until(lambda: log.exists() and log.read_text().count("\n") > 3)
    pids = children(run.pid)
    assert pids
    run.send_signal(number)
    _, said = run.communicate(timeout=20)
    assert run.returncode == code
    shown = pd.read_csv(results)
    logged = [json.loads(line) for line in log.read_text().splitlines()]
    assert said.splitlines() == [
        f"xlfuncs: {len(shown)} of 500 books are done",
        f"xlfuncs: results: {results}",
        f"xlfuncs: {word}",
    ]
    assert list(shown["book"]) == [entry["book"] for entry in logged[1:-1]]
    assert set(shown["status"]) == {"refreshed"}
    assert logged[-1]["run"] == "interrupted"
    assert logged[-1]["refreshed"] == len(shown)
    assert not any(map(is_alive, pids))
    assert sorted(books[0].parent.iterdir()) == books
    assert {book.read_bytes() for book in books} == {_refreshed(tmp_path, 7), small_book()}


def test_a_killed_worker_costs_no_book(shelf: Shelf, tmp_path: Path) -> None:
    books, log = shelf(60), tmp_path / "log.jsonl"
    run = started([*_words(books, 7, log), "--json"])
    assert wait_until(lambda: log.exists() and log.read_text().count("\n") > 3)
    (first, *_) = children(run.pid)
    os.kill(first, signal.SIGKILL)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 0, said
    assert {book.read_bytes() for book in books} == {_refreshed(tmp_path, 7)}


def test_no_progress_bar_in_a_log(shelf: Shelf, tmp_path: Path) -> None:
    books = shelf(3)
    run = started(_words(books, 7, tmp_path / "log.jsonl"))
    shown, said = run.communicate(timeout=60)
    assert run.returncode == 0
    lines = [f"xlfuncs: {book.name}: 2 values changed: {book}" for book in books]
    assert said.splitlines() == [*lines, "xlfuncs: 3 books: 3 refreshed"]
    assert "book0000.xlsx" in shown
