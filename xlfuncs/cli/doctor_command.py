"""`xlfuncs doctor`: what keeps the functions from working here, and the cure."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.cli.show import as_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from xlfuncs.setup.findings import Finding

_WIDEST: Final = 100


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the command to the parser."""
    one = commands.add_parser(
        "doctor",
        help="what keeps the functions from working in Excel or LibreOffice, and the cure",
        description="Look at Python, Excel, xlwings and LibreOffice; each ill is told with its "
        "cure. The exit code is 1 if there is one.",
    )
    one.add_argument("--json", action="store_true", help="the findings as JSON")
    one.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from xlfuncs.setup.doctor import findings  # noqa: PLC0415  with its one user
    from xlfuncs.setup.machine import this_machine  # noqa: PLC0415

    found = findings(this_machine())
    print(as_json([one._asdict() for one in found]) if options.json else text(found))
    return 1 if any(one.ill for one in found) else 0


def text(found: Sequence[Finding]) -> str:
    """The findings in aligned columns, each cure below what it cures."""
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    named = max(len(one.what) for one in found)
    indent = " " * (named + 8)
    lines = []
    for one in found:
        head = f"{one.state.value:<6}{one.what:<{named}}  "
        lines += _wrapped(one.says, width, head, indent)
        if one.cure:
            lines += _wrapped(one.cure, width, f"{indent}-> ", f"{indent}   ")
    ills = sum(one.ill for one in found)
    lines += ["", f"{ills} to put right" if ills else "Nothing to put right"]
    return "\n".join(lines)


def _wrapped(words: str, width: int, first: str, later: str) -> list[str]:
    # Paths and commands are to be copied whole, so nothing is broken inside a word.
    return textwrap.wrap(
        words, max(width, len(later) + 40), initial_indent=first, subsequent_indent=later,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
