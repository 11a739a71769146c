"""Probes of LibreOffice: is it here, can it run Python, does it have the functions?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.errors import EngineError
from xlfuncs.hosts.calc.names import EXTENSION, READS_PLAIN_NAMES
from xlfuncs.hosts.calc.office import OLDEST_PYTHON, Office, UnoPython, find_office, find_python
from xlfuncs.setup.findings import Finding, good, ill, note

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.setup.machine import Machine

_WHAT: Final = "LibreOffice"


def office_findings(
    machine: Machine,
    find: Callable[[], Office] = find_office,
    find_its_python: Callable[[Office], UnoPython] = find_python,
) -> list[Finding]:
    """What is found of LibreOffice; that there is none is a note, since nobody must have it.

    Args:
        machine: the machine.
        find: finds the LibreOffice.
        find_its_python: finds the Python that can talk to it.
    """
    try:
        office = find()
    except EngineError as error:
        says, _, cure = str(error).partition(": ")
        return [note(_WHAT, says, cure)]
    findings = [good(_WHAT, f"{office.version_text}, {office.program}")]
    if office.version[:2] < READS_PLAIN_NAMES:
        findings.append(_spelling(office))
    findings.append(_python(office, find_its_python))
    findings.append(_extension(machine, office))
    return findings


def _spelling(office: Office) -> Finding:
    newer = ".".join(map(str, READS_PLAIN_NAMES))
    return note(
        "its spelling",
        f"LibreOffice {office.version_text} reads the functions' long names only: books with "
        "plain names show #NAME?",
        f"xlfuncs build --host calc, or LibreOffice {newer} or newer",
    )


def _python(office: Office, find: Callable[[Office], UnoPython]) -> Finding:
    what = "its Python"
    try:
        python = find(office)
    except EngineError as error:
        says, _, cure = str(error).rpartition(": ")
        return ill(what, says, cure)
    shown = ".".join(map(str, python.version))
    if python.version < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return ill(
            what, f"{python.path} is Python {shown}, and xlfuncs needs {oldest}",
            "install a newer LibreOffice",
        )  # fmt: skip
    return good(what, f"{shown}, {python.path}")


def _extension(machine: Machine, office: Office) -> Finding:
    what = "its add-in"
    try:
        unopkg = str(office.tool("unopkg"))
    except EngineError as error:
        says, _, cure = str(error).partition(": ")
        return ill(what, says, cure)
    lists = [machine.run([unopkg, "list", *shared]) for shared in ((), ("--shared",))]
    own, shared = (EXTENSION in (text or "") for text in lists)
    if own or shared:
        whose = " and ".join(["for this user"] * own + ["for all users (--shared)"] * shared)
        return good(what, f"the functions are installed {whose}")
    if all(text is None for text in lists):
        return note(
            what, "LibreOffice does not tell its extensions", "close LibreOffice, try again"
        )
    return note(what, "the functions are not installed", "xlfuncs install calc")
