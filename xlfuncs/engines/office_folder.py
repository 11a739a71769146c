"""The private folder of one LibreOffice: made, held, and swept away when its maker has died.

Its maker holds a lock on a file in it for as long as it lives, and the system lets go of the lock
whatever ends the maker. It holds copies of books, so that none may be left behind.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

if sys.platform != "win32":  # there a file that is open cannot be removed anyway
    import fcntl

_PREFIX: Final = "xlfuncs-calc-"
_LOCK: Final = "lock"


def make_folder() -> tuple[Path, BinaryIO]:
    """A new folder, and the file by which it is held until that is closed.

    Raises:
        OSError: there is no room or no right for it.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = (folder / _LOCK).open("wb")
        # Between its making and its lock another run may have taken it for a dead one's.
        if _held(lock) and (sys.platform == "win32" or os.fstat(lock.fileno()).st_nlink):
            (folder / "tmp").mkdir()
            return folder, lock
        lock.close()


def inside(folder: Path) -> dict[str, str]:
    """The variables that keep the temporary files of LibreOffice inside its folder."""
    return dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder / "tmp"))


def remove_folder(folder: Path) -> None:
    """Take a folder away, its lock last: until then it can be known for what it is."""
    with suppress(OSError):  # gone already
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def sweep() -> list[Path]:
    """Take away the folders whose makers are dead; gives back which they were."""
    swept = []
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        found = [Path(entry) for entry in entries if _may_be_swept(entry)]
        swept = [folder for folder in found if _swept(folder)]
    return swept


def _may_be_swept(entry: os.DirEntry[str]) -> bool:
    if not entry.name.startswith(_PREFIX) or not entry.is_dir(follow_symlinks=False):
        return False
    # What is another user's is left to that user.
    return not hasattr(os, "geteuid") or entry.stat(follow_symlinks=False).st_uid == os.geteuid()


def _swept(folder: Path) -> bool:
    lock = folder / _LOCK
    try:
        if sys.platform == "win32":
            lock.unlink()  # refused while its maker has it open
            remove_folder(folder)
        else:
            with lock.open("rb") as file:
                if not _held(file):
                    return False
                remove_folder(folder)  # while it is held, so that its maker cannot take it up
    except OSError:  # gone, not locked yet, or in use
        return False
    return True


def _held(file: BinaryIO) -> bool:
    """Hold an open file; whether that was possible."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held by another
            return False
    return True
