"""A file replaced as a whole: a crash at any moment leaves the old or the new, never a half."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from xlfuncs.books.beside import CAN_BE_HELD, open_beside
from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def fingerprint(data: bytes) -> str:
    """What tells one content of a file from another: its SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def real(path: Path) -> Path:
    """Where a path leads, by whatever links; of a loop of links, some place in it."""
    return path.__class__(os.path.realpath(path))  # resolve() raises where links go round


def replace_file(path: Path, data: bytes, *, expected: str | None = None) -> None:
    """Put new content in the place of a file, or make the file if there is none.

    A symbolic link stays, and the file it leads to is replaced. Mode and owner are kept.

    Args:
        path: the file.
        data: its new content.
        expected: the fingerprint of the content that the new one was made from; if the file
            holds anything else by now, it is left alone.

    Raises:
        BookError: the file is open in Excel or LibreOffice, read-only, changed meanwhile, or
            cannot be written; it is then as it was.
    """
    try:
        target = path.resolve()
        old = target.stat() if target.exists() else None
    except (OSError, RuntimeError) as error:  # RuntimeError is a loop of links
        raise BookError(f"{path.name} cannot be found: {_reason(error)}") from None
    _check_lock(path, target)
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise BookError(f"{path.name} is not a file")
    if old is not None and not (old.st_mode & 0o222 and os.access(target, os.W_OK)):
        raise BookError(f"{path.name} is read-only")
    _check_expected(path, target, expected)
    try:
        # Until its mode is set, what may be a private book is nobody else's to read.
        beside, file = open_beside(target, 0o666 if old is None else 0o600)
    except OSError as error:
        raise BookError(f"{path.name} cannot be written: {_reason(error)}") from None
    replaced = False
    try:
        with file:
            _write(file, data, old)
            _check_lock(path, target)
            _check_expected(path, target, expected)
            if not CAN_BE_HELD:  # Windows gives an open file no other name
                file.close()
            beside.replace(target)
            replaced = True
        _sync_folder(target.parent)
    except OSError as error:
        raise BookError(f"{path.name} cannot be written: {_reason(error)}") from None
    finally:
        if not replaced:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def check_lock(path: Path) -> None:
    """Refuse a book that Excel or LibreOffice has open.

    Raises:
        BookError: it is open there.
    """
    try:
        target = path.resolve()
    except (OSError, RuntimeError) as error:
        raise BookError(f"{path.name} cannot be found: {_reason(error)}") from None
    _check_lock(path, target)


def _reason(error: OSError | RuntimeError) -> str:
    return str(getattr(error, "strerror", None) or error)


def _locks(path: Path, target: Path) -> Iterator[Path]:
    """The files by which Excel and LibreOffice say that they have a book open."""
    for file in (path, target):
        yield file.with_name(f"~${file.name}")
        yield file.with_name(f".~lock.{file.name}#")


def _check_lock(path: Path, target: Path) -> None:
    for lock in _locks(path, target):
        if os.path.lexists(lock):
            raise BookError(
                f"{path.name} is open in another program: close it there, "
                f"or remove {lock.name} if that program is no longer running"
            )


def _check_expected(path: Path, target: Path, expected: str | None) -> None:
    if expected is None:
        return
    try:
        current = fingerprint(target.read_bytes())
    except FileNotFoundError:
        raise BookError(f"{path.name} is gone") from None
    except OSError as error:
        raise BookError(f"{path.name} cannot be read: {_reason(error)}") from None
    if current != expected:
        raise BookError(f"{path.name} was changed by someone else meanwhile, and is left as it is")


def _write(file: BinaryIO, data: bytes, old: os.stat_result | None) -> None:
    """Write a new file down to the disk, with the mode and owner of an old one."""
    file.write(data)
    if old is not None and hasattr(os, "fchown"):
        with suppress(OSError):  # only the superuser may give a file away
            os.fchown(file.fileno(), old.st_uid, old.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Write the folder's new entry down to the disk, where the system can do that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
