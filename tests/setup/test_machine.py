"""What is asked of a machine: its paths, its registry, its programs."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING, Any

from xlfuncs.setup.machine import inside, same_path, this_machine

if TYPE_CHECKING:
    import pytest


def test_this_machine_can_be_asked() -> None:
    machine = this_machine()
    assert machine.installed("xlwings") is not None
    assert machine.installed("no-such-package") is None
    assert machine.run([str(machine.python), "-c", "print(1)"]) == "1\n"
    assert machine.run([str(machine.python), "-c", "raise SystemExit(1)"]) is None
    assert machine.run(["/no/such/program"]) is None
    if machine.system != "Windows":
        assert not machine.values(r"HKCU\Software")
        assert not machine.subkeys(r"HKCU\Software")
    assert machine.expanded("%NO_SUCH_VARIABLE%/x") == "%NO_SUCH_VARIABLE%/x"


def test_paths_as_windows_writes_them() -> None:
    assert same_path(r"C:\Py\python.exe", "c:/py/PYTHON.EXE")
    assert inside(r"C:\Users\Ann\OneDrive\x", "c:/users/ann/onedrive/")
    assert not inside(r"C:\Users\Ann\OneDrive2\x", r"C:\Users\Ann\OneDrive")


class Registry:
    """The module winreg, with one key."""

    HKEY_CURRENT_USER = "HKCU"
    HKEY_LOCAL_MACHINE = "HKLM"

    def __init__(self) -> None:
        self.closed = 0

    def OpenKey(self, hive: str, path: str) -> Any:  # noqa: N802  winreg's name
        if (hive, path) != ("HKCU", r"Software\Python"):
            raise FileNotFoundError(2, "no such key")
        return self

    def __enter__(self) -> str:
        return "opened"

    def __exit__(self, *_: object) -> None:
        self.closed += 1

    def QueryInfoKey(self, _: str) -> tuple[int, int, int]:  # noqa: N802
        return 1, 2, 0

    def EnumKey(self, _: str, at: int) -> str:  # noqa: N802
        return ["PythonCore"][at]

    def EnumValue(self, _: str, at: int) -> tuple[str, object, int]:  # noqa: N802
        return [("", "path", 1), ("AccessVBOM", 1, 4)][at]


def test_the_registry_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setitem(sys.modules, "winreg", registry)
    machine = this_machine()
    assert machine.values(r"HKCU\Software\Python") == {"": "path", "AccessVBOM": 1}
    assert machine.value(r"HKCU\Software\Python", "accessvbom") == 1
    assert machine.subkeys(r"HKCU\Software\Python") == ["PythonCore"]
    assert machine.values(r"HKLM\Software\Python") == {}
    assert machine.subkeys(r"HKLM\Software\Python") == ()
    assert registry.closed == 3
