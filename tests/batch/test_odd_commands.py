"""Commands that a person gets wrong, and files of odd names: a sentence, and nothing touched."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.small_books import small_book
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.batch.conftest import Shelf

POSIX = pytest.mark.skipif(sys.platform != "linux", reason="links and names of Linux")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["[x]"], "[x] means no workbook"),
        ([""], "the name of a book is blank"),
        (["*/nothing.xlsx"], "means no workbook: no .xlsx or .xlsm file fits it"),
        (["--set", "=3"], "--set wants NAME=VALUE, not '=3'"),
        (["--set", "amount"], "--set wants NAME=VALUE, not 'amount'"),
        (["--set", "Amount=3", "--set", "amount=4"], "amount is set twice"),
        (["--set", f"amount={'x' * 40_000}"], "at most 32,767 characters, which a cell holds"),
        (["--jobs", "0"], "--jobs must be at least 1, and whole, not 0"),
        (["--jobs", "many"], "--jobs: invalid int value: 'many'"),
        (["--timeout", "nan"], "--timeout must be above 0, not nan"),
        (["--memory", "-1"], "--memory must be above 0"),
        (["--results", "gone/results.csv"], "--results: there is no folder gone"),
        (["--results", "results.txt"], "--results wants a file ending in .csv"),
        (["--log", "gone/log.jsonl"], "--log: there is no folder gone"),
        (["--as-of", "1999-02-30"], "--as-of must be a date like 1999-02-10"),
        (["--output-dir", "."], "--output-dir is the folder of"),
        (["--scheduler", "here"], "--scheduler wants an address like tcp://host:8786, not 'here'"),
        (["--manifest", "gone.csv"], "gone.csv: the file is missing"),
        (["--manifest", "."], "--manifest wants a .csv, .toml or .parquet file"),
        (["--bids", "gone.csv"], "gone.csv: the file is missing"),
    ],
)  # fmt: skip
def test_a_wrong_command_touches_nothing(
    words: list[str],
    says: str,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (book,) = shelf(1)
    monkeypatch.chdir(book.parent)
    assert main(["refresh", book.name, *words]) in {1, 2}
    said = capsys.readouterr()
    assert says in said.err
    assert len(said.err) < 300
    assert not said.out
    assert list(book.parent.iterdir()) == [book]
    assert book.read_bytes() == small_book()


def test_limits_that_are_no_limits(shelf: Shelf) -> None:
    (book,) = shelf(1)
    for seconds in ("inf", "1e300"):
        words = ["--dry-run", "--timeout", seconds, "--jobs", "1000"]
        assert main(["refresh", str(book), *words]) == 0


def test_books_of_one_name_cannot_go_into_one_folder(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    (book,) = shelf(1)
    other = book.parent / "deeper" / book.name
    other.parent.mkdir()
    other.write_bytes(small_book())
    words = [f"{book.parent}/**/*.xlsx", "--output-dir", f"{book.parent}/out"]
    assert main(["refresh", *words]) == 2
    assert "--output-dir would hold two books named book0000.xlsx" in capsys.readouterr().err
    assert not (book.parent / "out").exists()


@POSIX
def test_links_are_followed_and_may_lead_nowhere(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    (book,) = shelf(1)
    folder = book.parent
    link, dead, loop = (folder / name for name in ("link.xlsx", "dead.xlsx", "loop.xlsx"))
    for path, target in ((link, book), (dead, folder / "gone.xlsx"), (loop, loop)):
        path.symlink_to(target)
    assert main(["refresh", str(link), str(book), "--in-place"]) == 2
    assert "would both be written to" in capsys.readouterr().err
    words = [str(link), str(dead), str(loop), "--in-place", "--set", "amount=7"]
    assert main(["refresh", *words]) == 1
    said = capsys.readouterr().err
    assert "dead.xlsx cannot be read: No such file or directory" in said
    assert "loop.xlsx cannot be found: Symlink loop" in said
    assert link.is_symlink()
    assert book.read_bytes() != small_book()
    assert sorted(folder.iterdir()) == sorted([book, link, dead, loop])


@POSIX
@pytest.mark.parametrize(
    "name",
    [
        b"Gr\xc3\xb6\xc3\x9fe 'q' [1] \xe6\x97\xa5.xlsx",
        b"not utf-8 \xff.xlsx",
        b"-dash.XLSM",
        b'a;b,c"d.xltx',
    ],
)
def test_any_file_name(name: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / os.fsdecode(name)
    book.write_bytes(small_book())
    results = tmp_path / "results.csv"
    words = [str(book), "--in-place", "--set", "amount=7", "--results", str(results)]
    assert main(["refresh", *words]) == 0
    assert "1 book" not in capsys.readouterr().err
    assert book.read_bytes() != small_book()
    assert len(results.read_text().splitlines()) == 2
