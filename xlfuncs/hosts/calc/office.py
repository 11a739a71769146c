"""The LibreOffice of this machine: its programs, its version, and a Python that can talk to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST_PYTHON: Final = (3, 11)
SOFFICE_VARIABLE: Final = "XLFUNCS_SOFFICE"
PYTHON_VARIABLE: Final = "XLFUNCS_UNO_PYTHON"

_USUAL_PLACES: Final = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/Applications/LibreOffice.app/Contents/MacOS",
    "C:/Program Files/LibreOffice/program",
    "C:/Program Files (x86)/LibreOffice/program",
)
_CURE: Final = (
    "install it (on Debian: apt-get install libreoffice-calc-nogui python3-uno) or name its "
    f"soffice in {SOFFICE_VARIABLE}"
)
_ASK: Final = "import sys, uno; print('.'.join(map(str, sys.version_info[:2])))"
_PATIENCE: Final = 60.0


class Office(NamedTuple):
    """A LibreOffice.

    Args:
        program: the folder of its programs.
        version: its version, as (7, 4, 7, 2).
    """

    program: Path
    version: tuple[int, ...]

    @property
    def version_text(self) -> str:
        """The version as a person reads it."""
        return ".".join(map(str, self.version))

    def tool(self, name: str) -> Path:
        """One of its programs, such as unopkg, in whichever form this system has it."""
        for ending in (".com", ".exe", ""):
            path = self.program / f"{name}{ending}"
            if path.is_file():
                return path
        raise EngineError(f"LibreOffice in {self.program} has no {name}: repair its installation")


class UnoPython(NamedTuple):
    """A Python that can talk to LibreOffice.

    Args:
        path: the program.
        version: its version, as (3, 11).
    """

    path: Path
    version: tuple[int, ...]


@cache
def find_office() -> Office:
    """The LibreOffice of this machine.

    Raises:
        EngineError: there is none.
    """
    for program in _programs():
        version = _version(program)
        if version:
            return Office(program, version)
    raise EngineError(f"LibreOffice is not on this machine: {_CURE}")


def _programs() -> Iterator[Path]:
    """The folders in which its programs may be, the likeliest first."""
    named = os.environ.get(SOFFICE_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise EngineError(f"{SOFFICE_VARIABLE} names {named}, which is no file")
        yield Path(named).resolve().parent
        return
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            yield Path(found).resolve().parent
    for place in _USUAL_PLACES:
        path = Path(place)
        yield from sorted(path.parent.parent.glob(f"{path.parent.name}/{path.name}"), reverse=True)


def _version(program: Path) -> tuple[int, ...]:
    """The version that the program itself tells; () if there is none."""
    for ending in (".com", ".exe", ""):
        path = program / f"soffice{ending}"
        if path.is_file():
            found = re.search(
                r"LibreOffice[^0-9]*([0-9]+(?:\.[0-9]+)+)", printed([str(path), "--version"]) or ""
            )
            return _numbers(found[1]) if found else ()
    return ()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(".") if number)


@cache
def find_python(office: Office) -> UnoPython:
    """The Python that LibreOffice brings, or the system's own with the module uno.

    Raises:
        EngineError: there is none.
    """
    tried = []
    for path in _pythons(office):
        said = printed([str(path), "-c", _ASK]) or ""  # the next one is tried if it fails
        if re.fullmatch(r"[0-9]+\.[0-9]+", said.strip()):
            return UnoPython(path, _numbers(said.strip()))
        tried.append(str(path))
    raise EngineError(
        f"no Python here can talk to LibreOffice (tried: {', '.join(tried) or 'none found'}): "
        "install the module uno (on Debian: apt-get install python3-uno) or name a Python that "
        f"has it in {PYTHON_VARIABLE}"
    )


def _pythons(office: Office) -> Iterator[Path]:
    named = os.environ.get(PYTHON_VARIABLE)
    if named:
        yield Path(named)
        return
    program = office.program
    candidates = [
        program / "python.exe",
        program / "python",
        program.parent / "Resources" / "python",
        Path("/usr/bin/python3"),
    ]
    found = shutil.which("python3")
    candidates += [Path(found)] if found else []
    yield from (path for path in dict.fromkeys(candidates) if path.is_file())


def environment_for(python: Path | None = None) -> dict[str, str]:
    """The variables of this process, without what would mislead another Python.

    A Python inside a program, such as LibreOffice's, takes the folders of the first python3 on
    the PATH for its own, and a virtual environment is there once it is activated.

    Args:
        python: the Python whose folders are to be found.
    """
    found = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
    if python is not None:
        found["PATH"] = os.pathsep.join([str(python.parent), found.get("PATH", "")])
    return found


def printed(words: Sequence[str]) -> str | None:
    """What a program prints; None if it fails, is not there or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603  a program of this machine, and words of ours
            list(words),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env=environment_for(),
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
