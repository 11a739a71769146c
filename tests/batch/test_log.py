"""The log says what was done; by it the next run passes over what is up to date."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import xlfuncs
from tests.support.small_books import small_book
from xlfuncs.batch.manifest import read_manifest
from xlfuncs.batch.plan import Request
from xlfuncs.batch.runner import How, Job, refresh_books
from xlfuncs.books.replace import fingerprint
from xlfuncs.cli.main import main
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from tests.batch.conftest import Shelf

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"
SEVEN = Request(sets={"amount": 7.0}, in_place=True)


def _statuses(books: list[Path], request: Request, log: Path, **how: Any) -> list[str]:
    jobs = [Job(book, request) for book in books]
    result = refresh_books(jobs, How(log=log, **how))
    assert not result.complaint
    return [outcome.status for outcome in result.outcomes]


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_what_is_logged(shelf: Shelf, tmp_path: Path) -> None:
    book, missing = shelf(1)[0], tmp_path / "missing.xlsx"
    log = tmp_path / "log.jsonl"
    assert _statuses([book, missing], SEVEN, log) == ["refreshed", "failed"]
    start, one, two, end = _lines(log)
    assert (start["run"], start["books"], start["xlfuncs"]) == ("started", 2, VERSION)
    assert one["set"] == {"amount": 7.0}
    assert one["engine"].startswith("formualizer 0.")
    assert one["from"] == fingerprint(small_book())
    assert one["to"] == fingerprint(book.read_bytes())
    assert one["written"] == str(book)
    assert one["outputs"] == {"double": 14.0, "preference": 67.0}
    assert (two["status"], two["written"]) == ("failed", None)
    assert "missing.xlsx cannot be read" in two["failure"]
    assert (end["run"], end["refreshed"], end["failed"]) == ("ended", 1, 1)


def test_what_is_up_to_date_is_passed_over(shelf: Shelf, tmp_path: Path) -> None:
    books, log = shelf(3), tmp_path / "log.jsonl"
    done, passed = ["refreshed"] * 3, ["up to date"] * 3
    assert _statuses(books, SEVEN, log) == done
    times = [book.stat().st_mtime_ns for book in books]
    assert _statuses(books, SEVEN, log) == passed
    assert [book.stat().st_mtime_ns for book in books] == times
    assert _statuses(books, SEVEN, log, force=True) == done
    assert _statuses(books, Request(sets={"Amount": 7}, in_place=True), log) == passed
    assert _statuses(books, Request(sets={"amount": 8.0}, in_place=True), log) == done
    assert _statuses(books, SEVEN, log) == done  # what counts is the last, not that it once was so
    books[1].write_bytes(small_book())  # edited
    assert _statuses(books, SEVEN, log) == ["up to date", "refreshed", "up to date"]
    assert _statuses(books, Request(sets={"amount": 7.0}, dry_run=True), log) == done


def test_copies_are_up_to_date_while_book_and_copy_are_the_same(
    shelf: Shelf, tmp_path: Path
) -> None:
    books, log = shelf(2), tmp_path / "log.jsonl"
    request = Request(sets={"amount": 7.0}, folder=tmp_path)
    assert _statuses(books, request, log) == ["refreshed"] * 2
    assert _statuses(books, request, log) == ["up to date"] * 2
    (tmp_path / "book0000.xlsx").unlink()
    shutil.copy(tmp_path / "book0001.xlsx", books[1])
    assert _statuses(books, request, log) == ["refreshed"] * 2


def test_another_version_or_engine_computes_anew(shelf: Shelf, tmp_path: Path) -> None:
    books, log = shelf(1), tmp_path / "log.jsonl"
    assert _statuses(books, SEVEN, log) == ["refreshed"]
    text = log.read_text()
    for old, new in ((f'"xlfuncs": "{VERSION}"', '"xlfuncs": "0.0.1"'), ("formualizer 0.", "x 0.")):
        log.write_text(text.replace(old, new))
        assert _statuses(books, SEVEN, log) == ["refreshed"]


def test_figures_of_books_passed_over_are_reported_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deal = tmp_path / "deal"
    shutil.copytree(VALENCE, deal, ignore=shutil.ignore_patterns("*.xlsx"))
    assert main(["build", str(deal)]) == 0
    words = ["refresh", str(deal / "book.xlsx"), "--as-of", "1999-10-01", "--json"]
    words += ["--log", str(tmp_path / "log.jsonl")]
    capsys.readouterr()
    assert main(words) == 0
    (first,) = json.loads(capsys.readouterr().out)
    assert main(words) == 0
    (again,) = json.loads(capsys.readouterr().out)
    assert again["status"] == "up to date"
    assert again["outputs"] == first["outputs"]
    assert again["bids"] == "Illustrative: not a quotation"
    frame = refresh_books(
        [Job(deal / "book.xlsx", Request(as_of=dt.date(1999, 10, 1)))],
        How(log=tmp_path / "log.jsonl"),
    ).outcomes[0]
    assert frame.outputs["conversion_date"] == dt.date(1999, 10, 1)


def test_books_with_troubles_are_computed_each_time(tmp_path: Path) -> None:
    book, log = tmp_path / "book.xlsx", tmp_path / "log.jsonl"
    book.write_bytes(small_book())
    request = Request(sets={"amount": "many"}, in_place=True)
    assert _statuses([book], request, log) == ["trouble"]
    assert _statuses([book], request, log) == ["trouble"]


def test_a_line_cut_short_is_passed_over(shelf: Shelf, tmp_path: Path) -> None:
    books, log = shelf(3), tmp_path / "log.jsonl"
    assert _statuses(books, SEVEN, log) == ["refreshed"] * 3
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:3]) + lines[3][:100])
    assert _statuses(books, SEVEN, log) == ["up to date", "up to date", "refreshed"]
    assert _statuses(books, SEVEN, log) == ["up to date"] * 3


def test_what_is_no_log_is_left_alone(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, *others = shelf(2)
    other = str(others[0])
    notes = tmp_path / "notes.txt"
    notes.write_text("my notes")
    for log, says in (
        (notes, "is there and is no log; name another file"),
        (book, "which this refresh reads or writes"),
        (tmp_path / "no" / "log", "there is no folder"),
    ):
        assert main(["refresh", str(book), other, "--log", str(log)]) == 2
        assert says in capsys.readouterr().err
    assert main(["refresh", str(book), "--log", str(tmp_path)]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert notes.read_text() == "my notes"
    assert book.read_bytes() == small_book()


def test_a_file_name_that_is_not_utf8_is_logged(shelf: Shelf, tmp_path: Path) -> None:
    (plain,), log = shelf(1), tmp_path / "log.jsonl"
    try:
        book = plain.rename(plain.with_name(os.fsdecode(b"caf\xe9.xlsx")))
    except (OSError, UnicodeError):
        pytest.skip("file names are UTF-8 here")
    assert _statuses([book], SEVEN, log) == ["refreshed"]
    assert _lines(log)[1]["written"] == str(book)
    assert _statuses([book], SEVEN, log) == ["up to date"]


def test_inputs_that_are_not_finite_are_refused(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book,), log = shelf(1), tmp_path / "log.jsonl"
    says = "amount must be a finite number"
    assert main(["refresh", str(book), "--set", "amount=1e999", "--log", str(log)]) != 0
    assert says in capsys.readouterr().err
    for value in (float("inf"), float("nan"), 10**400):
        with pytest.raises(xlfuncs.XlfuncsError, match=says):
            xlfuncs.refresh(book, sets={"amount": value}, log=log)
    manifest = tmp_path / "books.toml"
    manifest.write_text(f"[[book]]\nbook = '{book}'\nset = {{amount = {10**400}}}\n")
    with pytest.raises(xlfuncs.DealError, match=f"books.toml:1: {says}"):
        read_manifest(manifest)
    assert not log.exists()


def test_a_line_without_what_a_log_says_is_passed_over(shelf: Shelf, tmp_path: Path) -> None:
    books, log = shelf(2), tmp_path / "log.jsonl"
    assert _statuses(books, SEVEN, log) == ["refreshed"] * 2
    odd = {"status": "refreshed", "written": str(books[0])}
    with log.open("a") as file:
        file.write(f"{json.dumps(odd)}\n{json.dumps({**odd, 'outputs': []})}\n[]\n")
    assert _statuses(books, SEVEN, log) == ["refreshed", "up to date"]
