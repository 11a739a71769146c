"""`xlfuncs doctor`: everything that is usually wrong, looked at before the user meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfuncs.errors import XlfuncsError
from xlfuncs.setup import excel_probes, python_probes
from xlfuncs.setup.findings import Finding, good, ill, note
from xlfuncs.setup.machine import MAC, WINDOWS
from xlfuncs.setup.office_probes import office_findings
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.setup.machine import Machine

    Probe = Callable[[Machine], Finding]


def findings(
    machine: Machine, office: Callable[[Machine], list[Finding]] | None = None
) -> list[Finding]:
    """What is found on a machine, in the order in which it is best put right.

    Args:
        machine: the machine.
        office: the probes of LibreOffice; the usual ones unless told.
    """
    found = [good("xlfuncs", VERSION)]
    if machine.system == WINDOWS:
        probes = (*python_probes.PROBES, *excel_probes.PROBES)
        found += [_asked(probe, machine) for probe in probes]
    else:
        found.append(good("Python", f"{machine.python_version}, {machine.python}"))
        where = "for Mac calls no Python from cells" if machine.system == MAC else "is not for here"
        found.append(note("Excel", f"{where}; books are built and refreshed without it"))
    return [*found, *(office or office_findings)(machine)]


def _asked(probe: Probe, machine: Machine) -> Finding:
    """A probe's answer; a probe that fails has found something itself."""
    what = probe.__name__.replace("_", " ")
    try:
        return probe(machine)
    except (OSError, XlfuncsError) as error:
        return ill(what, f"cannot be looked at: {error}", "put this right first, then ask again")
