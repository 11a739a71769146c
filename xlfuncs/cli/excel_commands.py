"""`xlfuncs pack excel`, `install excel`, `uninstall excel`: the functions for Excel."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from xlfuncs.cli.outputs import add_output, output_files
from xlfuncs.errors import EngineError

if TYPE_CHECKING:
    import argparse


def add_to(pack_hosts: Any, install_hosts: Any, uninstall_hosts: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the word excel to the three commands."""
    one = pack_hosts.add_parser(
        "excel",
        help="the VBA module xlfuncs.bas and the add-in xlfuncs.xlam",
        description="Write xlfuncs.bas, the VBA module with all functions, and xlfuncs.xlam, the "
        "add-in of it and xlwings' own module (with pyOpenVBA: pip install xlfuncs[excel]).",
    )
    add_output(one, "or one of the two files; both here if left out")
    one.set_defaults(run=_pack)
    one = install_hosts.add_parser(
        "excel",
        help="put the functions into Excel (Windows)",
        description="Put the add-in where your Excel loads it, and tell xlwings which Python to "
        "start. Other settings of xlwings stay.",
    )
    one.add_argument(
        "--this-python", action="store_true", help="even if xlwings.conf names another Python"
    )
    one.add_argument(
        "--by-excel", action="store_true", help="let your Excel make the add-in, not pyOpenVBA"
    )
    one.set_defaults(run=_install)
    one = uninstall_hosts.add_parser(
        "excel",
        help="take the functions out of Excel (Windows)",
        description="Take the add-in away, and out of the settings of xlwings what is ours.",
    )
    one.set_defaults(run=_uninstall)


def _pack(options: argparse.Namespace) -> int:
    from xlfuncs.books.replace import replace_file  # noqa: PLC0415  with its one user
    from xlfuncs.hosts.vba import MODULE, module_bytes  # noqa: PLC0415
    from xlfuncs.hosts.xlam import ADDIN_FILE, addin_bytes  # noqa: PLC0415

    files = output_files(options.output, [f"{MODULE}.bas", ADDIN_FILE])
    for file in files:
        try:
            data = module_bytes() if file.suffix.lower() == ".bas" else addin_bytes()
        except EngineError as error:
            if len(files) == 1:  # it alone was asked for
                raise
            # The module is all that a workbook of one's own needs: the add-in is an extra.
            print(f"xlfuncs: note: {ADDIN_FILE} is left out: {error}", file=sys.stderr)
            continue
        replace_file(file, data)
        print(file)
    return 0


def _install(options: argparse.Namespace) -> int:
    from xlfuncs.setup.excel_addin import install  # noqa: PLC0415  with its one user
    from xlfuncs.setup.machine import this_machine  # noqa: PLC0415

    machine = this_machine()
    told = install(machine, this_python=options.this_python, by_excel=options.by_excel)
    print("\n\n".join(told))
    return 0


def _uninstall(options: argparse.Namespace) -> int:  # noqa: ARG001  it has none
    from xlfuncs.setup.excel_addin import uninstall  # noqa: PLC0415  with its one user
    from xlfuncs.setup.machine import this_machine  # noqa: PLC0415

    print("\n".join(uninstall(this_machine())))
    return 0
