"""The file beside a file: written first, then put in its place; recognised when its maker died.

Its maker holds a lock on it for as long as it lives, and the system lets go of the lock whatever
ends the maker. So a file of this kind that can be locked is nobody's any more.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

if sys.platform != "win32":  # there a file that is open cannot be removed anyway
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CAN_BE_HELD: Final = sys.platform != "win32"

_NAME: Final = re.compile(r"\.xlfuncs-[0-9a-f]{16}\.tmp")
_BINARY: Final = getattr(os, "O_BINARY", 0)
_NOT_A_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


def open_beside(target: Path, mode: int) -> tuple[Path, BinaryIO]:
    """A new file beside another, open for writing and held.

    Raises:
        OSError: the folder takes no new file.
    """
    while True:
        path = target.with_name(f".xlfuncs-{secrets.token_hex(8)}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
        file = open(os.open(path, flags, mode), "wb")  # noqa: SIM115, PTH123  the caller's to close
        _lock(file.fileno(), wait=True)
        # Between its making and its lock another run may have taken it for a dead run's.
        if not CAN_BE_HELD or os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()


def remove_leftovers(folders: Iterable[Path]) -> list[Path]:
    """Remove what dead runs have left in folders; gives back what was removed."""
    removed = []
    for folder in dict.fromkeys(folders):
        with suppress(OSError), os.scandir(folder) as entries:  # no folder, no leftovers
            found = [entry.name for entry in entries if _NAME.fullmatch(entry.name)]
            removed += [folder / name for name in found if _removed(folder / name)]
    return removed


def _removed(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | _BINARY | _NOT_A_LINK)
    except OSError:  # gone, or not ours to remove
        return False
    try:
        if not _lock(descriptor, wait=False):
            return False
        if CAN_BE_HELD:  # while it is held, so that its maker cannot take it up
            path.unlink()
    except OSError:
        return False
    finally:
        os.close(descriptor)
    if not CAN_BE_HELD:
        with suppress(OSError):  # its maker has it open
            path.unlink()
    return True


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Hold an open file; whether that was possible."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:  # held by another, or on a file system without locks
            return False
    return True
