"""Files replaced as a whole, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from xlfuncs.books import replace
from xlfuncs.books.replace import fingerprint, replace_file
from xlfuncs.errors import BookError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "deal.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o640)
    return path


def left_alone(book: Path, words: str, **how: str) -> None:
    """The replacement is refused; the file and its folder are as they were."""
    before = sorted(os.listdir(book.parent))  # noqa: PTH208  names suffice
    with pytest.raises(BookError, match=words) as caught:
        replace_file(book, b"new", **how)
    assert str(caught.value).startswith("deal.xlsx")
    assert book.read_bytes() == b"old"
    assert sorted(os.listdir(book.parent)) == before  # noqa: PTH208


def test_a_file_is_replaced_and_keeps_its_mode(book: Path) -> None:
    before = book.stat()
    replace_file(book, b"new", expected=fingerprint(b"old"))
    after = book.stat()
    assert book.read_bytes() == b"new"
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino
    assert [each.name for each in book.parent.iterdir()] == ["deal.xlsx"]


def test_a_new_file_is_made(tmp_path: Path) -> None:
    replace_file(tmp_path / "deal.xlsx", b"new")
    assert (tmp_path / "deal.xlsx").read_bytes() == b"new"
    with pytest.raises(BookError, match="is gone"):
        replace_file(tmp_path / "other.xlsx", b"new", expected=fingerprint(b"old"))
    with pytest.raises(BookError, match="cannot be written"):
        replace_file(tmp_path / "no folder" / "deal.xlsx", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["deal.xlsx"]


def test_a_link_stays_and_its_target_is_replaced(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "deal.xlsx"
    link.symlink_to(book)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert book.read_bytes() == b"new"
    assert [each.name for each in folder.iterdir()] == ["deal.xlsx"]
    (tmp_path / "~$deal.xlsx").touch()
    with pytest.raises(BookError, match="is open"):
        replace_file(link, b"newer")
    loop = folder / "loop"
    loop.symlink_to(loop)
    with pytest.raises(BookError, match="cannot be found"):
        replace_file(loop, b"new")


@pytest.mark.parametrize("lock", ["~$deal.xlsx", ".~lock.deal.xlsx#"])
def test_an_open_book_is_left_alone(book: Path, lock: str) -> None:
    (book.parent / lock).write_text("someone")
    left_alone(book, "is open in another program.*deal")


def test_a_book_opened_meanwhile_is_left_alone(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = iter([None, BookError("deal.xlsx is open")])

    def check(*_: Path) -> None:
        found = next(checks)
        if found is not None:
            raise found

    monkeypatch.setattr(replace, "_check_lock", check)
    left_alone(book, "is open")


def test_a_book_changed_meanwhile_is_left_alone(book: Path) -> None:
    left_alone(book, "changed by someone else", expected=fingerprint(b"older"))


def test_a_read_only_file_is_left_alone(book: Path) -> None:
    book.chmod(0o440)
    left_alone(book, "read-only")


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="is not a file"):
        replace_file(tmp_path, b"new")


@pytest.mark.parametrize("call", ["open", "fsync", "fchmod"])
def test_a_failure_leaves_the_old_file(
    book: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        left_alone(book, "cannot be written: Permission denied")


def test_a_failed_exchange_leaves_the_old_file(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        left_alone(book, "No space left")


def test_an_interruption_leaves_the_old_file(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(book, b"new")
    assert book.read_bytes() == b"old"
    assert [each.name for each in book.parent.iterdir()] == ["deal.xlsx"]


def test_a_folder_that_cannot_be_synced_is_no_failure(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def sync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    replace_file(book, b"new")
    assert book.read_bytes() == b"new"
