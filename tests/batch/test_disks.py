"""A full disk, a folder that takes nothing, a book in somebody's hands: whole books, and a word."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.runs import started
from tests.support.small_books import small_book
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.beside import open_beside, remove_leftovers
from xlfuncs.books.patch import write_values
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.batch.conftest import Shelf

CHANGE = Request(sets={"amount": 7.0}, in_place=True)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits and modes of POSIX")


@POSIX
def test_files_that_may_not_grow(shelf: Shelf, tmp_path: Path) -> None:
    """The system's bound on the size of a file stops books and log in the middle."""
    import resource  # noqa: PLC0415  not there on Windows

    books, log = shelf(5), tmp_path / "log.jsonl"
    bound = len(small_book()) // 2
    run = started(
        [*books, "--in-place", "--set", "amount=7", "--log", log],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bound, bound)),
    )
    _, said = run.communicate(timeout=60)
    assert run.returncode == 1
    for book in books:
        assert f"{book.name} cannot be written: File too large" in said
        assert book.read_bytes() == small_book()
    assert "lacks books from here on" in said
    assert sorted(books[0].parent.iterdir()) == books
    assert main(["refresh", *map(str, books), "--in-place", "--log", str(log)]) == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB, where one can be had."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "none", str(place)],
        capture_output=True,
        check=False,
    )
    if not made or made.returncode:
        pytest.skip("only the superuser makes disks")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S607  where mount was


def test_a_full_disk(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = small_disk / "book.xlsx"
    book.write_bytes(small_book())
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(1 << 20))
    words = ["refresh", str(book), "--in-place", "--set", "amount=7"]
    assert main(words) == 1
    assert "book.xlsx cannot be written: No space left on device" in capsys.readouterr().err
    assert book.read_bytes() == small_book()
    assert sorted(small_disk.iterdir()) == [book, filler]
    filler.unlink()
    assert main(words) == 0
    assert book.read_bytes() != small_book()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_folder_that_takes_no_file(
    shelf: Shelf, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (book,) = shelf(1)
    opened = os.open

    def refuse(path: str, flags: int, *rest: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number))
        return opened(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    outcome = refresh_book(book, CHANGE)
    assert outcome.failure == f"book0000.xlsx cannot be written: {os.strerror(number)}"
    assert book.read_bytes() == small_book()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder(shelf: Shelf) -> None:
    (book,) = shelf(1)
    book.parent.chmod(0o500)
    outcome = refresh_book(book, CHANGE)
    book.parent.chmod(0o700)
    assert "book0000.xlsx cannot be written: Permission denied" in outcome.failure
    assert book.read_bytes() == small_book()


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_book_open_elsewhere_is_reported_and_not_refreshed(
    shelf: Shelf, lock: str, *, in_place: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    book, other = shelf(2)
    owner = book.with_name(lock.format(book.name))
    owner.write_text("someone")
    before = sorted(book.parent.iterdir())
    words = ["--in-place"] if in_place else []
    assert main(["refresh", str(book), str(other), "--set", "amount=7", *words]) == 1
    assert f"book0000.xlsx is open in another program: close it there, or remove {owner.name}" in (
        capsys.readouterr().err
    )
    assert book.read_bytes() == small_book()
    copy = [] if in_place else [other.with_name("book0001.refreshed.xlsx")]
    assert sorted(book.parent.iterdir()) == sorted([*before, *copy])
    assert main(["refresh", str(book), "--dry-run"]) == 0  # reading takes nothing from anybody


def test_a_book_edited_meanwhile_keeps_the_edit(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (book,) = shelf(1)
    edited = _edited(book)

    def meanwhile(*arguments: object) -> bytes:
        book.write_bytes(edited)
        return write_values(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("xlfuncs.batch.run.write_values", meanwhile)
    outcome = refresh_book(book, CHANGE)
    assert outcome.failure == (
        "book0000.xlsx was changed by someone else meanwhile, and is left as it is"
    )
    assert book.read_bytes() == edited
    assert list(book.parent.iterdir()) == [book]


def _edited(book: Path) -> bytes:
    """The book as a person has edited it."""
    assert refresh_book(book, Request(sets={"amount": 42.0}, in_place=True)).good
    edited = book.read_bytes()
    book.write_bytes(small_book())
    return edited


def test_leftovers_of_dead_runs_are_removed_and_those_of_the_living_are_not(
    shelf: Shelf, tmp_path: Path
) -> None:
    (book,) = shelf(1)
    folder = book.parent
    dead = folder / ".xlfuncs-0123456789abcdef.tmp"
    dead.write_bytes(b"half a boo")
    others = [folder / ".xlfuncs-notes.tmp", folder / "x.tmp"]
    for other in others:
        other.write_text("somebody's")
    living, file = open_beside(book, 0o600)
    with file:
        assert remove_leftovers([folder, tmp_path / "no folder"]) == [dead]
        assert living.exists()
    assert remove_leftovers([folder]) == [living]
    assert sorted(folder.iterdir()) == sorted([book, *others])
