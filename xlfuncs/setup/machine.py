"""What is asked of a machine: its system, its Python, its registry, what is installed."""

from __future__ import annotations

import importlib
import os
import platform
import re
import struct
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.hosts.calc.office import printed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    RegistryValues = Mapping[str, object]

WINDOWS: Final = "Windows"
MAC: Final = "Darwin"
_VARIABLE: Final = re.compile(r"%([^%]+)%")


@dataclass(frozen=True)
class Machine:
    r"""A machine, as far as it is asked; each answer can be given by a test.

    Args:
        system: Windows, Darwin or Linux.
        python: the Python that runs this.
        base: the folder of the installation that this Python belongs to.
        bits: 32 or 64.
        python_version: such as 3.11.2.
        home: the user's folder.
        environment: the variables of the process.
        values: the values of a key of the registry, such as HKCU\Software\…; none if not there.
        subkeys: the keys inside a key of the registry.
        installed: the version of a package for this Python, or None.
        run: what a program prints, or None if it does not run or fails.
    """

    system: str
    python: Path
    base: Path
    bits: int
    python_version: str
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    values: Callable[[str], RegistryValues] = lambda _: {}
    subkeys: Callable[[str], Sequence[str]] = lambda _: ()
    installed: Callable[[str], str | None] = lambda _: None
    run: Callable[[Sequence[str]], str | None] = lambda _: None

    def value(self, key: str, name: str) -> object:
        """One value of the registry, or None."""
        found = {known.casefold(): value for known, value in self.values(key).items()}
        return found.get(name.casefold())

    def expanded(self, text: str) -> str:
        """A path with the variables in it, as in %LOCALAPPDATA%, filled in."""
        known = {name.casefold(): value for name, value in self.environment.items()}
        return _VARIABLE.sub(lambda found: known.get(found[1].casefold(), found[0]), text)


def this_machine() -> Machine:
    """The machine that this runs on."""
    return Machine(
        system=platform.system(),
        python=Path(sys.executable),
        base=Path(sys.base_prefix),
        bits=struct.calcsize("P") * 8,
        python_version=platform.python_version(),
        home=Path.home(),
        environment=dict(os.environ),
        values=_values,
        subkeys=_subkeys,
        installed=_installed,
        run=printed,
    )


def same_path(one: str | Path, other: str | Path) -> bool:
    """Whether two paths are written for one file; Windows minds neither capitals nor slashes."""
    return _plain(one) == _plain(other)


def inside(path: str | Path, folder: str | Path) -> bool:
    """Whether a path lies in a folder, as it is written."""
    return f"{_plain(path)}/".startswith(f"{_plain(folder)}/")


def _plain(path: str | Path) -> str:
    return str(path).replace("\\", "/").rstrip("/").casefold()


def _key(key: str) -> tuple[Any, Any, str]:
    """The registry's module, the hive, and the path in it."""
    winreg: Any = importlib.import_module("winreg")
    hive, _, path = key.partition("\\")
    hives = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    return winreg, hives[hive], path


def _values(key: str) -> RegistryValues:
    if platform.system() != WINDOWS:
        return {}
    winreg, hive, path = _key(key)
    found: dict[str, object] = {}
    try:
        with winreg.OpenKey(hive, path) as opened:
            for at in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, at)
                found[name] = value
    except OSError:  # there is no such key
        return {}
    return found


def _subkeys(key: str) -> Sequence[str]:
    if platform.system() != WINDOWS:
        return ()
    winreg, hive, path = _key(key)
    try:
        with winreg.OpenKey(hive, path) as opened:
            return [winreg.EnumKey(opened, at) for at in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:  # there is no such key
        return ()


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
