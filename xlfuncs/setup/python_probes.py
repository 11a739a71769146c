"""Probes of the Python that Excel is to start, on Windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.setup.findings import Finding, good, ill, note
from xlfuncs.setup.machine import inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.setup.machine import Machine

_ONEDRIVE: Final = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
_PYTHONS: Final = (
    r"HKCU\Software\Python\PythonCore",
    r"HKLM\Software\Python\PythonCore",
    r"HKLM\Software\WOW6432Node\Python\PythonCore",
)
_ANEW: Final = (
    "install Python from python.org, then: py -m venv %LOCALAPPDATA%\\xlfuncs, "
    "%LOCALAPPDATA%\\xlfuncs\\Scripts\\pip install xlfuncs[excel], "
    "%LOCALAPPDATA%\\xlfuncs\\Scripts\\xlfuncs install excel"
)


def store_python(machine: Machine) -> Finding:
    """Python from the Microsoft Store runs in a box of its own, where Excel cannot start it."""
    for path in (machine.python, machine.base):
        text = str(path).replace("\\", "/").casefold()
        if "/windowsapps/" in text or "pythonsoftwarefoundation.python." in text:
            return ill(
                "Python",
                f"{machine.python} comes from the Microsoft Store, and Excel cannot start that",
                _ANEW,
            )
    return good("Python", f"{machine.python_version}, {machine.bits} bits, {machine.python}")


def synchronised_python(machine: Machine) -> Finding:
    """Files in OneDrive come and go, and their paths are not what Excel takes them for."""
    for name in _ONEDRIVE:
        folder = machine.environment.get(name)
        if not folder:
            continue
        for path in (machine.python, machine.base):
            if inside(path, folder):
                return ill(
                    "OneDrive",
                    f"{path} lies in OneDrive, where files come and go while Excel needs them",
                    f"keep Python out of OneDrive: {_ANEW}",
                )
    return good("OneDrive", "Python does not lie in it")


def pywin32(machine: Machine) -> Finding:
    """Without pywin32 Python cannot talk to Excel."""
    found = machine.installed("pywin32")
    if found is None:
        return ill(
            "pywin32",
            "Python cannot talk to Excel without the package pywin32, which is missing",
            f'"{machine.python}" -m pip install pywin32',
        )
    return good("pywin32", found)


def packages(machine: Machine) -> Finding:
    """xlwings, and what writes the add-in."""
    xlwings = machine.installed("xlwings")
    if xlwings is None:
        return ill(
            "xlwings",
            "the package xlwings is missing",
            f'"{machine.python}" -m pip install xlwings',
        )
    if machine.installed("pyOpenVBA") is None:
        return note(
            "xlwings",
            f"{xlwings}; pyOpenVBA is missing, which writes the add-in without Excel's help",
            f'"{machine.python}" -m pip install xlfuncs[excel], or: '
            "xlfuncs install excel --by-excel",
        )
    return good("xlwings", xlwings)


def several_pythons(machine: Machine) -> Finding:
    """Several Pythons are no ill, but it must be known which of them Excel starts."""
    found = {}
    for key in _PYTHONS:
        for version in machine.subkeys(key):
            place = machine.value(f"{key}\\{version}\\InstallPath", "ExecutablePath")
            found[str(place or version)] = version
    if len(found) > 1:
        listed = ", ".join(sorted(found))
        return note("Pythons", f"there are {len(found)}: {listed}", f"this is {machine.python}")
    return good("Pythons", "there are no others")


PROBES: Final[tuple[Callable[[Machine], Finding], ...]] = (
    store_python, synchronised_python, pywin32, packages, several_pythons,
)  # fmt: skip


def python_ills(machine: Machine) -> list[Finding]:
    """What these probes find."""
    return [probe(machine) for probe in PROBES]
