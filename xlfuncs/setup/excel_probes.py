"""Probes of Excel, of the add-in, and of what xlwings is told, on Windows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlfuncs.hosts.xlam import ADDIN_FILE, made_with, startup_file
from xlfuncs.setup import xlwings_conf as conf
from xlfuncs.setup.excel_addin import UDF_MODULE
from xlfuncs.setup.findings import Finding, good, ill, note
from xlfuncs.setup.machine import same_path
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfuncs.setup.machine import Machine

_PROGRAM: Final = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_CLICK_TO_RUN: Final = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_VERSIONS: Final = ("16.0", "15.0")
_SECURITY: Final = (
    r"HKCU\Software\Policies\Microsoft\Office\{}\Excel\Security",
    r"HKCU\Software\Microsoft\Office\{}\Excel\Security",
)
_DISABLED: Final = r"HKCU\Software\Microsoft\Office\{}\Excel\Resiliency\DisabledItems"
_ANEW: Final = "xlfuncs install excel"
_ALL_MACROS_OFF: Final = 4


def excel(machine: Machine) -> Finding:
    """Whether there is an Excel."""
    program = machine.value(_PROGRAM, "")
    if not program:
        return ill(
            "Excel", "there is no Excel on this machine", "install it, or use LibreOffice Calc"
        )
    bits = _bits(machine)
    return good("Excel", f"{program}{f', {bits} bits' if bits else ''}")


def _bits(machine: Machine) -> int | None:
    """The bits of Excel, or None where the registry does not say."""
    platform = machine.value(_CLICK_TO_RUN, "Platform")
    if platform is not None:
        return 64 if platform == "x64" else 32
    for version in _VERSIONS:
        found = machine.value(
            rf"HKLM\SOFTWARE\Microsoft\Office\{version}\Outlook", "Bitness"
        ) or machine.value(
            rf"HKLM\SOFTWARE\WOW6432Node\Microsoft\Office\{version}\Outlook", "Bitness"
        )
        if found is not None:
            return 64 if found == "x64" else 32
    return None


def bits(machine: Machine) -> Finding:
    """Excel loads a library of its own bits, which must lie beside the Python that it starts."""
    excels = _bits(machine)
    xlwings = machine.installed("xlwings")
    if excels is None or xlwings is None:
        return note("bits", "it is not known whether Excel has 32 or 64")
    library = f"xlwings{excels}-{xlwings}.dll"
    folders = (machine.python.parent, machine.python.parent.parent)
    if not any((folder / library).is_file() for folder in folders):
        return ill(
            "bits",
            f"Excel has {excels} bits, Python {machine.bits}, and {library}, by which they meet, "
            f"does not lie beside {machine.python}",
            f'"{machine.python}" -m pip install --force-reinstall --no-deps xlwings=={xlwings}',
        )
    if excels != machine.bits:
        return note(
            "bits", f"Excel has {excels}, Python {machine.bits}: they are two programs, and meet"
        )
    return good("bits", f"Excel and Python have {excels}")


def interpreter(machine: Machine) -> Finding:
    """Whether xlwings starts this Python."""
    path = conf.conf_path(machine.home)
    text = conf.read(path)
    named = conf.setting(text, conf.INTERPRETER) or conf.setting(text, conf.OLDER_INTERPRETER)
    if not text:
        return ill("xlwings.conf", f"there is no {path}", _ANEW)
    if not named:
        return ill("xlwings.conf", f"{path} names no Python", _ANEW)
    plain = machine.expanded(named)
    if not Path(plain).is_file():
        return ill("xlwings.conf", f"{path} names {named}, which is gone", _ANEW)
    if not same_path(plain, machine.python):
        return ill(
            "xlwings.conf",
            f"{path} names another Python, {named}, and xlfuncs is asked from {machine.python}",
            f'"{named}" -m pip install xlfuncs[excel], or take this one: {_ANEW} --this-python',
        )
    return good("xlwings.conf", f"{path} names this Python")


def udf_modules(machine: Machine) -> Finding:
    """What Import Functions imports; the add-in does not need it."""
    found = conf.setting(conf.read(conf.conf_path(machine.home)), conf.MODULES)
    if UDF_MODULE in [one.strip() for one in (found or "").split(";")]:
        return good("Import Functions", f"takes {UDF_MODULE}")
    return note(
        "Import Functions", f"does not take {UDF_MODULE}; the add-in does without it", _ANEW
    )


def addin(machine: Machine) -> Finding:
    """Whether the add-in lies where Excel loads it, and is of these versions."""
    path = startup_file(machine.environment)
    if path is None or not path.is_file():
        return ill("add-in", f"{ADDIN_FILE} is not in Excel's start folder", _ANEW)
    versions = made_with(path.read_bytes())
    xlwings = machine.installed("xlwings")
    if versions.xlwings and xlwings and versions.xlwings != xlwings:
        return ill(
            "add-in",
            f"{path} was made with xlwings {versions.xlwings}, and {xlwings} is installed",
            f"close Excel and run: {_ANEW}",
        )
    if versions.xlfuncs and versions.xlfuncs != VERSION:
        return ill(
            "add-in",
            f"{path} is of xlfuncs {versions.xlfuncs}, and {VERSION} is installed",
            f"close Excel and run: {_ANEW}",
        )
    return good("add-in", str(path))


def disabled(machine: Machine) -> Finding:
    """Excel puts an add-in aside after a crash, and does not load it again."""
    for version in _VERSIONS:
        for value in machine.values(_DISABLED.format(version)).values():
            text = value.decode("utf-16-le", "ignore") if isinstance(value, bytes) else str(value)
            if ADDIN_FILE in text.casefold():
                return ill(
                    "loaded",
                    "Excel has put the add-in aside after a crash",
                    "in Excel: File > Options > Add-ins > Manage: Disabled Items > Go > Enable",
                )
    return good("loaded", "Excel has not put the add-in aside")


def macros(machine: Machine) -> Finding:
    """Whether macros may run where the add-in lies."""
    if machine.value(r"HKCU\Software\Policies\Microsoft\Office\16.0\Common", "VBAOff") == 1:
        return ill("macros", "VBA is switched off by a policy", "ask who manages this machine")
    for key in _keys():
        nowhere = machine.value(rf"{key}\Trusted Locations", "AllLocationsDisabled") == 1
        if nowhere and machine.value(key, "VBAWarnings") == _ALL_MACROS_OFF:
            return ill(
                "macros",
                "Excel runs no macros, and trusts no folder",
                "in Excel: File > Options > Trust Center > Trust Center Settings > Trusted "
                "Locations: take the tick from Disable all Trusted Locations",
            )
    return good("macros", "may run in Excel's start folder")


def trust(machine: Machine) -> Finding:
    """The setting that Import Functions and --by-excel need; the add-in does not."""
    if any(machine.value(key, "AccessVBOM") == 1 for key in _keys()):
        return good("trust", "access to the VBA project object model is on")
    return note(
        "trust",
        "access to the VBA project object model is off, which Import Functions and install excel "
        "--by-excel need; the add-in does without it",
        "in Excel: File > Options > Trust Center > Trust Center Settings > Macro Settings > Trust "
        "access to the VBA project object model",
    )


def _keys() -> Iterator[str]:
    return (key.format(version) for version in _VERSIONS for key in _SECURITY)


PROBES: Final[tuple[Callable[[Machine], Finding], ...]] = (
    excel, bits, interpreter, udf_modules, addin, disabled, macros, trust,
)  # fmt: skip
