"""Hostile books are refused or computed, each with a sentence, in bounded memory and time."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.small_books import HOSTILE, zipped
from xlfuncs.batch.plan import Request
from xlfuncs.batch.runner import How, Job, refresh_books
from xlfuncs.batch.tasks import Limits

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits(seconds=100, memory=2 << 30)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is bounded where the system counts it")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_book(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make, says = HOSTILE[name]
    data = make()
    book = tmp_path / "hostile.xlsx"
    book.write_bytes(data)
    start = time.monotonic()
    outcome = refresh_books([Job(book, Request(in_place=True))], How(limits=LIMITS)).outcomes[0]
    assert time.monotonic() - start < LIMITS.seconds
    said = "; ".join([outcome.failure, *outcome.troubles]).strip("; ")
    assert says in said
    assert bool(says) == bool(said)
    assert "xlfuncs itself failed" not in said
    if outcome.failure:
        assert book.read_bytes() == data
    elif not outcome.troubles:
        assert outcome.outputs["double"]
    # Nothing was run, nothing was left behind.
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.xlsx"]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded where the system counts it")
def test_more_memory_than_allowed(tmp_path: Path) -> None:
    """The process is refused memory, or dies of it; the book is told of either way."""
    book = tmp_path / "large.xlsx"
    data = HOSTILE["two million cells"][0]()
    book.write_bytes(data)
    how = How(limits=LIMITS._replace(memory=200 << 20))
    outcome = refresh_books([Job(book, Request(in_place=True))], how).outcomes[0]
    assert outcome.failure.startswith("large.xlsx")
    assert "memory" in outcome.failure.lower()
    assert book.read_bytes() == data


def test_a_hostile_book_costs_only_itself(tmp_path: Path) -> None:
    books = []
    for name in ("zip bomb", "a circle", "macros that run when opened"):
        book = tmp_path / f"{name}.xlsx"
        book.write_bytes(HOSTILE[name][0]())
        books.append(book)
    (tmp_path / "empty.xlsx").write_bytes(zipped({}))
    books.insert(1, tmp_path / "empty.xlsx")
    jobs = [Job(book, Request(in_place=True)) for book in books]
    outcomes = refresh_books(jobs, How(jobs=2, limits=LIMITS)).outcomes
    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "failed", "refreshed"]
