"""Machines as a test describes them: the registry, the packages, the files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlfuncs.hosts.xlam import addin_bytes, startup_file
from xlfuncs.setup.machine import Machine
from xlfuncs.setup.xlwings_conf import conf_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

XLWINGS = "0.37.8"
EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
SECURITY = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
DISABLED = r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
TRUSTED = rf"{SECURITY}\Trusted Locations"
COMMON = r"HKCU\Software\Policies\Microsoft\Office\16.0\Common"
CORE = r"HKCU\Software\Python\PythonCore"

_ADDIN: list[bytes] = []


class Described:
    """A machine on which all is well, and what a test changes in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry: dict[str, dict[str, object]] = {
            EXCEL: {"": r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"},
            CLICK_TO_RUN: {"Platform": "x64"},
            SECURITY: {"AccessVBOM": 1},
        }
        self.keys: dict[str, list[str]] = {}
        self.packages: dict[str, str] = {
            "pywin32": "311", "xlwings": XLWINGS, "pyOpenVBA": "6.5.0",
        }  # fmt: skip
        self.printed: dict[tuple[str, ...], str] = {}
        python = folder / "env" / "Scripts" / "python.exe"
        self.machine = Machine(
            system="Windows",
            python=python,
            base=folder / "python311",
            bits=64,
            python_version="3.11.9",
            home=folder / "home",
            environment={"APPDATA": str(folder / "appdata"), "OneDrive": str(folder / "OneDrive")},
            values=lambda key: self.registry.get(key, {}),
            subkeys=lambda key: self.keys.get(key, []),
            installed=self.packages.get,
            run=lambda words: self.printed.get(tuple(words)),
        )
        self.put(python)
        self.put(python.parent.parent / f"xlwings64-{XLWINGS}.dll")

    def changed(self, **changes: Any) -> None:
        """Change an answer of the machine."""
        self.machine = replace(self.machine, **changes)

    def environment(self, more: Mapping[str, str]) -> None:
        """Set variables of the process."""
        self.changed(environment={**self.machine.environment, **more})

    def put(self, path: Path, data: bytes = b"") -> None:
        """Put a file somewhere."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    @property
    def conf(self) -> Path:
        """The user's xlwings.conf."""
        return conf_path(self.machine.home)

    @property
    def addin(self) -> Path:
        """Where the add-in lies."""
        found = startup_file(self.machine.environment)
        assert found is not None
        return found

    def set_up(self) -> None:
        """Put everything there that install would."""
        python = self.machine.python
        modules = "xlfuncs.hosts.excel"
        text = f'"INTERPRETER_WIN","{python}"\r\n"UDF MODULES","{modules}"\r\n'
        self.put(self.conf, text.encode())
        self.put(self.addin, addin())


def addin() -> bytes:
    """The add-in, made once."""
    if not _ADDIN:
        _ADDIN.append(addin_bytes())
    return _ADDIN[0]
