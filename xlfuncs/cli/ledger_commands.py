"""The command about the ledger: notice, what the company owes its holders after an adjustment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfuncs.cli.arguments import parse_date
from xlfuncs.cli.show import as_json
from xlfuncs.errors import BookError, CommandError

if TYPE_CHECKING:
    import argparse

_NOTICE = (
    "Write the notice of adjustment of the warrant's 4(g) and the certificate of the preferred's "
    "XI.H, with the facts from the deal's ledger and the method of calculation. Without --event "
    "it is about the last event that adjusted a price or carried an amount forward; where there "
    "was none, or the event adjusts no warrant, there are certificates alone."
)


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the command to the parser."""
    one = commands.add_parser(
        "notice",
        help="the notice of an adjustment, and the preferred's certificate",
        description=_NOTICE,
    )
    one.add_argument("deal", metavar="DEAL", type=Path, help="the folder of the deal")
    one.add_argument(
        "--as-of",
        metavar="DATE",
        help="the day of the certificate; that of the event, or of the ledger's last, if left out",
    )
    one.add_argument("--event", metavar="ID", default="", help="the id of an event of the ledger")
    one.add_argument("--json", action="store_true", help="the notices as JSON")
    one.add_argument("--output", metavar="FILE.xlsx", type=Path, help="a workbook of them as well")
    one.set_defaults(run=_notice)


def _notice(options: argparse.Namespace) -> int:
    from xlfuncs.books.notice import notice  # noqa: PLC0415  openpyxl, when used
    from xlfuncs.books.notice_parts import as_data, as_text  # noqa: PLC0415
    from xlfuncs.books.notice_sheet import workbook_of  # noqa: PLC0415
    from xlfuncs.books.replace import replace_file  # noqa: PLC0415
    from xlfuncs.deal.reading import read_deal  # noqa: PLC0415

    as_of = None if options.as_of is None else parse_date(options.as_of, "--as-of")
    if options.output is not None and options.output.suffix.lower() != ".xlsx":
        raise CommandError(f"--output must be a file named .xlsx, not {options.output.name}")
    notices = notice(read_deal(options.deal), as_of, options.event)
    if not notices:
        raise BookError("there is nothing to write: no warrant was adjusted, no preferred is held")
    print(as_json(as_data(notices)) if options.json else as_text(notices))
    if options.output is not None:
        replace_file(options.output, workbook_of(notices))
        print(f"xlfuncs: notices: {options.output}", file=sys.stderr)
    return 0
