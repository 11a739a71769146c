"""Every ill that the doctor knows, on a machine that has it, with its cure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.machines import (
    CLICK_TO_RUN,
    COMMON,
    CORE,
    DISABLED,
    EXCEL,
    SECURITY,
    TRUSTED,
    XLWINGS,
    Described,
    addin,
)  # fmt: skip
from xlfuncs.cli import doctor_command
from xlfuncs.cli.main import main
from xlfuncs.errors import EngineError
from xlfuncs.hosts.calc.office import Office, UnoPython
from xlfuncs.setup import doctor, python_probes
from xlfuncs.setup.findings import Finding, State, good, ill, note
from xlfuncs.setup.machine import Machine
from xlfuncs.setup.office_probes import office_findings

if TYPE_CHECKING:
    from collections.abc import Callable

    Spoil = Callable[[Described], None]


@pytest.fixture
def described(tmp_path: Path) -> Described:
    made = Described(tmp_path)
    made.set_up()
    return made


def asked(described: Described) -> dict[str, Finding]:
    return {one.what: one for one in doctor.findings(described.machine, lambda _: [])}


def test_a_machine_on_which_all_is_well(described: Described) -> None:
    found = asked(described)
    assert [(one.what, one.state) for one in found.values() if one.state is not State.GOOD] == []
    assert list(found) == [
        "xlfuncs", "Python", "OneDrive", "pywin32", "xlwings", "Pythons", "Excel", "bits",
        "xlwings.conf", "Import Functions", "add-in", "loaded", "macros", "trust",
    ]  # fmt: skip


def store(described: Described) -> None:
    apps = described.folder / "AppData" / "Local" / "Microsoft" / "WindowsApps" / "python.exe"
    described.changed(python=apps)


def store_below(described: Described) -> None:
    name = "PythonSoftwareFoundation.Python.3.11_qbz5n2kfra8p0"
    described.changed(base=Path(f"C:\\Program Files\\WindowsApps\\{name}"))


def synchronised(described: Described) -> None:
    described.environment({"OneDriveCommercial": str(described.folder / "env").upper()})


def no_excel(described: Described) -> None:
    del described.registry[EXCEL]


def excel_of_32_bits(described: Described) -> None:
    described.registry[CLICK_TO_RUN] = {"platform": "x86"}


def old_excel_of_32_bits(described: Described) -> None:
    del described.registry[CLICK_TO_RUN]
    described.registry[r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Office\16.0\Outlook"] = {
        "Bitness": "x86"
    }


def no_conf(described: Described) -> None:
    described.conf.unlink()


def conf_without_python(described: Described) -> None:
    described.put(described.conf, b'"SHOW CONSOLE","False"\r\n')


def conf_of_a_python_that_is_gone(described: Described) -> None:
    described.put(described.conf, b'"INTERPRETER_WIN","%LOCALAPPDATA%\\gone\\python.exe"\r\n')


def conf_of_another_python(described: Described) -> None:
    described.environment({"LOCALAPPDATA": str(described.folder / "local")})
    described.put(described.folder / "local" / "python.exe")
    described.put(described.conf, b'"INTERPRETER","%LocalAppData%/python.exe"\r\n')


def conf_that_cannot_be_read(described: Described) -> None:
    described.conf.unlink()
    described.conf.mkdir()


def no_addin(described: Described) -> None:
    described.addin.unlink()


def addin_of_another_xlwings(described: Described) -> None:
    described.packages["xlwings"] = "0.38.0"
    described.put(described.folder / "env" / "xlwings64-0.38.0.dll")


def addin_of_another_version(described: Described) -> None:
    from xlfuncs.hosts import xlam  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlam, "VERSION", "0.0.9")
        described.put(described.addin, xlam.addin_bytes())


def addin_put_aside(described: Described) -> None:
    text = r"\0 c:\users\ann\appdata\microsoft\excel\xlstart\XLFUNCS.xlam"
    described.registry[DISABLED] = {"6B42": text.encode("utf-16-le")}


def no_macros(described: Described) -> None:
    described.registry[SECURITY] = {"VBAWarnings": 4}
    described.registry[TRUSTED] = {"AllLocationsDisabled": 1}


def no_vba(described: Described) -> None:
    described.registry[COMMON] = {"VBAOff": 1}


def without(package: str) -> Spoil:
    def spoil(described: Described) -> None:
        del described.packages[package]

    return spoil


ILLS: list[tuple[Spoil, str, str, str]] = [
    (store, "Python", "comes from the Microsoft Store", "install Python from python.org"),
    (store_below, "Python", "comes from the Microsoft Store", "py -m venv %LOCALAPPDATA%"),
    (synchronised, "OneDrive", "lies in OneDrive", "keep Python out of OneDrive"),
    (without("pywin32"), "pywin32", "which is missing", 'python.exe" -m pip install pywin32'),
    (without("xlwings"), "xlwings", "xlwings is missing", "-m pip install xlwings"),
    (no_excel, "Excel", "there is no Excel on this machine", "or use LibreOffice Calc"),
    (excel_of_32_bits, "bits", f"32 bits, Python 64, and xlwings32-{XLWINGS}.dll", "--force-re"),
    (old_excel_of_32_bits, "bits", f"xlwings32-{XLWINGS}.dll", f"xlwings=={XLWINGS}"),
    (no_conf, "xlwings.conf", "there is no ", "xlfuncs install excel"),
    (conf_without_python, "xlwings.conf", "names no Python", "xlfuncs install excel"),
    (conf_of_a_python_that_is_gone, "xlwings.conf", "which is gone", "xlfuncs install excel"),
    (conf_of_another_python, "xlwings.conf", "names another Python", "--this-python"),
    (conf_that_cannot_be_read, "interpreter", "cannot be looked at: ", "put this right first"),
    (no_addin, "add-in", "is not in Excel's start folder", "xlfuncs install excel"),
    (addin_of_another_xlwings, "add-in", "0.38.0 is installed", "close Excel and run: xlfuncs"),
    (addin_of_another_version, "add-in", "is of xlfuncs 0.0.9", "close Excel and run: xlfuncs"),
    (addin_put_aside, "loaded", "put the add-in aside", "Disabled Items"),
    (no_macros, "macros", "runs no macros", "Disable all Trusted Locations"),
    (no_vba, "macros", "switched off by a policy", "ask who manages this machine"),
]


@pytest.mark.parametrize(
    ("spoil", "what", "says", "cure"), ILLS, ids=[f"{at}-{one[1]}" for at, one in enumerate(ILLS)]
)
def test_an_ill_and_its_cure(
    spoil: Spoil, what: str, says: str, cure: str, described: Described
) -> None:
    spoil(described)
    found = asked(described)[what]
    assert found.ill
    assert says in found.says
    assert cure in found.cure


def two_pythons(described: Described) -> None:
    described.keys[CORE] = ["3.11", "3.12"]
    described.registry[rf"{CORE}\3.12\InstallPath"] = {"ExecutablePath": r"C:\py312\python.exe"}


def trust_off(described: Described) -> None:
    described.registry[SECURITY] = {"AccessVBOM": 0}


def mixed_bits(described: Described) -> None:
    excel_of_32_bits(described)
    described.put(described.folder / "env" / f"xlwings32-{XLWINGS}.dll")


def unknown_bits(described: Described) -> None:
    del described.registry[CLICK_TO_RUN]


def no_udf_modules(described: Described) -> None:
    text = f'"INTERPRETER_WIN","{described.machine.python}"\r\n"UDF MODULES","mine"\r\n'
    described.put(described.conf, text.encode())


NOTES: list[tuple[Spoil, str, str]] = [
    (two_pythons, "Pythons", r"there are 2: 3.11, C:\py312\python.exe"),
    (trust_off, "trust", "the add-in does without it"),
    (mixed_bits, "bits", "they are two programs, and meet"),
    (unknown_bits, "bits", "it is not known"),
    (no_udf_modules, "Import Functions", "the add-in does without it"),
    (without("pyOpenVBA"), "xlwings", "pyOpenVBA is missing"),
]


@pytest.mark.parametrize(("spoil", "what", "says"), NOTES, ids=[one[1] for one in NOTES])
def test_what_is_only_to_be_known(spoil: Spoil, what: str, says: str, described: Described) -> None:
    spoil(described)
    found = asked(described)
    assert found[what].state is State.NOTE
    assert says in found[what].says
    assert not any(one.ill for one in found.values())


@pytest.mark.parametrize(
    ("system", "says"), [("Linux", "is not for here"), ("Darwin", "for Mac calls no Python")]
)
def test_elsewhere_excel_is_a_note(system: str, says: str, tmp_path: Path) -> None:
    described = Described(tmp_path)
    described.changed(system=system)
    found = asked(described)
    assert list(found) == ["xlfuncs", "Python", "Excel"]
    assert says in found["Excel"].says
    assert not any(one.ill for one in found.values())


OFFICE = (7, 4, 7, 2)


def office(
    described: Described,
    find: Callable[[], Office] | None = None,
    python: Callable[[Office], UnoPython] | None = None,
) -> dict[str, Finding]:
    program = described.folder / "libreoffice"
    described.put(program / "unopkg")
    found = office_findings(
        described.machine,
        find or (lambda: Office(program, OFFICE)),
        python or (lambda _: UnoPython(Path("/usr/bin/python3"), (3, 11))),
    )
    return {one.what: one for one in found}


def _raise(sentence: str) -> Any:
    raise EngineError(sentence)


def test_libreoffice(described: Described) -> None:
    unopkg = str(described.folder / "libreoffice" / "unopkg")
    assert office(described)["its add-in"].state is State.NOTE
    assert "does not tell" in office(described)["its add-in"].says
    described.printed[unopkg, "list"] = "nothing"
    assert office(described)["its add-in"].cure == "xlfuncs install calc"
    described.printed[unopkg, "list", "--shared"] = "Identifier: org.xlfuncs.addin"
    shared = office(described)
    assert shared.pop("its spelling").state is State.NOTE
    assert {one.state for one in shared.values()} == {State.GOOD}
    assert shared["its add-in"].says == "the functions are installed for all users (--shared)"
    described.printed[unopkg, "list"] = "Identifier: org.xlfuncs.addin"
    assert "for this user and for all users" in office(described)["its add-in"].says
    (described.folder / "libreoffice" / "unopkg").unlink()
    found = office_findings(
        described.machine,
        lambda: Office(described.folder / "libreoffice", OFFICE),
        lambda _: UnoPython(Path("python3"), (3, 9)),
    )
    assert [one.ill for one in found] == [False, False, True, True]
    assert "is Python 3.9, and xlfuncs needs 3.11" in found[2].says
    none = office(described, lambda: _raise("LibreOffice is not on this machine: install it"))
    assert none == {
        "LibreOffice": note("LibreOffice", "LibreOffice is not on this machine", "install it")
    }
    mute = office(described, None, lambda _: _raise("no Python here can talk: install uno"))
    assert (mute["its Python"].ill, mute["its Python"].cure) == (True, "install uno")


@pytest.mark.parametrize(("version", "told"), [((7, 4, 7, 2), True), ((25, 2, 3), False)])
def test_a_libreoffice_that_reads_long_names_only(
    described: Described, version: tuple[int, ...], *, told: bool
) -> None:
    found = office(described, lambda: Office(described.folder / "libreoffice", version))
    assert ("its spelling" in found) is told
    if told:
        spelling = found["its spelling"]
        assert "books with plain names show #NAME?" in spelling.says
        assert spelling.cure == "xlfuncs build --host calc, or LibreOffice 25.2 or newer"


def test_the_text_is_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    found = [
        good("Python", "3.11.9, 64 bits"),
        ill(
            "xlwings.conf",
            "there is no C:\\Users\\Ann Example\\.xlwings\\xlwings.conf at all",
            "x y",
        ),
        note("trust", "off", "on"),
    ]
    assert doctor_command.text(found) == (
        "ok    Python        3.11.9, 64 bits\n"
        "ILL   xlwings.conf  there is no C:\\Users\\Ann\n"
        "                    Example\\.xlwings\\xlwings.conf at all\n"
        "                    -> x y\n"
        "note  trust         off\n"
        "                    -> on\n"
        "\n"
        "1 to put right"
    )
    assert doctor_command.text([good("a", "b")]).endswith("\n\nNothing to put right")


@pytest.mark.parametrize("spoiled", [False, True])
def test_the_command(
    spoiled: bool,  # noqa: FBT001  a parameter
    described: Described,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    if spoiled:
        described.packages.pop("pywin32")
    monkeypatch.setattr("xlfuncs.setup.machine.this_machine", lambda: described.machine)
    monkeypatch.setattr(doctor, "office_findings", lambda _: [])
    assert main(["doctor"]) == int(spoiled)
    assert ("1 to put right" in capsys.readouterr().out) == spoiled
    assert main(["doctor", "--json"]) == int(spoiled)
    states = {one["state"] for one in json.loads(capsys.readouterr().out)}
    assert states == ({"ok", "ILL"} if spoiled else {"ok"})


def test_each_probe_says_why_it_is_there() -> None:
    from xlfuncs.setup import excel_probes  # noqa: PLC0415

    probes = (*python_probes.PROBES, *excel_probes.PROBES)
    assert all(probe.__doc__ for probe in probes)
    assert len({probe.__name__ for probe in probes}) == len(probes)
    assert addin()
    assert Machine.__doc__
