"""`xlfuncs reference`: the workbook with which a spreadsheet proves that it has the functions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.cli import host_option
from xlfuncs.cli.show import as_json
from xlfuncs.hosts.spelling import SPELLINGS

if TYPE_CHECKING:
    import argparse

REFERENCE_FILE: Final = "xlfuncs_reference.xlsx"
_GOOD: Final = "All "


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the command to the parser."""
    one = commands.add_parser(
        "reference",
        help="write the workbook in which every function is checked against its promised value",
        description="Write a workbook that calls every function with its example, beside the "
        "value that Python gives. A spreadsheet that has the functions proves itself by opening "
        "it: see its cover.",
    )
    host_option.add_to(one, REFERENCE_FILE)
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_reference)


def _reference(options: argparse.Namespace) -> int:
    from xlfuncs.books.reference_book import build_reference  # noqa: PLC0415  openpyxl, when used
    from xlfuncs.books.replace import replace_file  # noqa: PLC0415
    from xlfuncs.ooxml.names import resolve  # noqa: PLC0415
    from xlfuncs.ooxml.package import Package  # noqa: PLC0415

    path = host_option.path_of(options, Path(), REFERENCE_FILE)
    data = build_reference(SPELLINGS[options.host])
    replace_file(path, data)
    package = Package(data, path.name)
    place = resolve(package, "verdict")
    verdict = str(package.values(place.sheet)[str(place.first)])
    if options.json:
        print(as_json({"book": str(path), "host": options.host, "verdict": verdict}))
    else:
        print(path)
        print(f"xlfuncs: {path.name}: {verdict}", file=sys.stderr)
    return 0 if verdict.startswith(_GOOD) else 1
