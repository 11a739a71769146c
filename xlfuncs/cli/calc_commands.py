"""`xlfuncs pack calc`, `install calc`, `uninstall calc`: the add-in for LibreOffice Calc."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from xlfuncs.cli.outputs import add_output, output_files
from xlfuncs.hosts.calc import install, office, pack

if TYPE_CHECKING:
    import argparse

_FILE = "xlfuncs.oxt"


def add_to(pack_hosts: Any, install_hosts: Any, uninstall_hosts: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the word calc to the three commands."""
    one = pack_hosts.add_parser(
        "calc",
        help="the extension for LibreOffice, xlfuncs.oxt",
        description="Write the extension that LibreOffice's Extension Manager takes.",
    )
    add_output(one, "or the file; here if left out")
    one.set_defaults(run=_pack)
    for hosts, run, text in [
        (install_hosts, _install, "Put the functions into LibreOffice Calc, by its own unopkg."),
        (uninstall_hosts, _uninstall, "Take the functions out of LibreOffice Calc."),
    ]:
        one = hosts.add_parser("calc", help="LibreOffice Calc", description=text)
        one.add_argument(
            "--shared", action="store_true", help="for all users of this machine; needs the rights"
        )
        one.set_defaults(run=run)


def _pack(options: argparse.Namespace) -> int:
    from xlfuncs.books.replace import replace_file  # noqa: PLC0415  with its one user

    (file,) = output_files(options.output, [_FILE])
    replace_file(file, pack.extension())
    print(file)
    return 0


def _install(options: argparse.Namespace) -> int:
    found = office.find_office()
    install.install(found, shared=options.shared)
    print(
        f"xlfuncs: installed in LibreOffice {found.version_text}; start Calc again and type "
        "=XLF_VERSION()",
        file=sys.stderr,
    )
    return 0


def _uninstall(options: argparse.Namespace) -> int:
    found = office.find_office()
    install.uninstall(found, shared=options.shared)
    print(f"xlfuncs: taken out of LibreOffice {found.version_text}", file=sys.stderr)
    return 0
