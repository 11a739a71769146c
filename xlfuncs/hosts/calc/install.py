"""The extension put into LibreOffice and taken out again, by LibreOffice's own unopkg."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import EngineError
from xlfuncs.hosts.calc.names import EXTENSION
from xlfuncs.hosts.calc.office import OLDEST_PYTHON, find_python
from xlfuncs.hosts.calc.pack import extension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.hosts.calc.office import Office

_PATIENCE: Final = 300.0
_RUNNING: Final = re.compile(r"(?i)lock|already running|is running")
_RIGHTS: Final = re.compile(r"(?i)permission|access|writ")
_ABSENT: Final = re.compile(r"(?i)no such extension|not deployed|there is no")


def install(office: Office, *, shared: bool, settings: Sequence[str] = ()) -> None:
    """Put the functions into LibreOffice, in the place of an older version of them.

    Args:
        office: the LibreOffice.
        shared: for all users of the machine, not for this one alone.
        settings: LibreOffice's own -env: words, such as another profile.

    Raises:
        EngineError: it cannot be done; the sentence says why and what helps.
    """
    _check_python(office)
    with TemporaryDirectory(prefix="xlfuncs-") as folder:
        file = Path(folder) / "xlfuncs.oxt"
        file.write_bytes(extension())
        user = _user("takes extensions from", shared=shared)
        words = ["add", "--force", "--suppress-license", *user, str(file)]
        said = _unopkg(office, [*words, *settings])
    if said:
        raise _failure("put in", said, shared=shared)


def uninstall(office: Office, *, shared: bool, settings: Sequence[str] = ()) -> None:
    """Take the functions out of LibreOffice.

    Raises:
        EngineError: they are not there, or it cannot be done.
    """
    user = _user("has extensions of", shared=shared)
    said = _unopkg(office, ["remove", *user, EXTENSION, *settings])
    if said:
        raise _failure("taken out", said, shared=shared)


def _check_python(office: Office) -> None:
    """Refuse a LibreOffice whose Python is too old for the functions."""
    python = find_python(office)
    if python.version < OLDEST_PYTHON:
        has, wants = (".".join(map(str, one)) for one in (python.version, OLDEST_PYTHON))
        raise EngineError(
            f"LibreOffice {office.version_text} runs add-ins in Python {has} and xlfuncs needs "
            f"{wants}: install a newer LibreOffice"
        )


def _user(what: str, *, shared: bool) -> list[str]:
    """The words that say for whom; `what` LibreOffice does for root for all users alone."""
    if shared:
        return ["--shared"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise EngineError(f"LibreOffice {what} the user root for all users only: add --shared")
    return []


def _unopkg(office: Office, words: list[str]) -> str:
    """What unopkg says if it fails; nothing if all is well."""
    try:
        done = subprocess.run(  # noqa: S603  LibreOffice's own program, and words of ours
            [str(office.tool("unopkg")), *words],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return "it did not end within five minutes; LibreOffice may be running"
    said = " ".join((done.stderr + done.stdout).split())
    return (said or f"unopkg ended with {done.returncode}") if done.returncode else ""


def _failure(what: str, said: str, *, shared: bool) -> EngineError:
    home = Path.home()
    if not shared and not os.access(home, os.W_OK):  # unopkg dies of that without a word
        return EngineError(
            f"the functions cannot be {what}: LibreOffice keeps them in the home folder, and "
            f"{home} cannot be written; set HOME to a folder of yours"
        )
    if _RUNNING.search(said):
        return EngineError(f"the functions cannot be {what} while LibreOffice runs: close it first")
    if _ABSENT.search(said):
        return EngineError("the functions are not in LibreOffice, so there is nothing to take out")
    if shared and _RIGHTS.search(said):
        return EngineError(
            f"the functions cannot be {what} for all users: this takes the rights of root"
        )
    return EngineError(f"the functions cannot be {what}; LibreOffice says: {said[:300]}")
