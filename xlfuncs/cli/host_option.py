"""The option --host of the commands that write a book: whose spelling, and the file's name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.errors import CommandError
from xlfuncs.hosts.spelling import SPELLINGS

if TYPE_CHECKING:
    import argparse

_PLAIN = "plain"


def add_to(command: argparse.ArgumentParser, usual: str) -> None:
    """Add --host and --output to a command that writes a book.

    Args:
        command: its parser.
        usual: the usual name of the file, for the help.
    """
    command.add_argument(
        "--host",
        choices=list(SPELLINGS),
        default=_PLAIN,
        help="whose spelling of the functions' names: plain for Excel and for LibreOffice from "
        "25.2 on, calc for LibreOffice before that, xll for an XLL add-in",
    )
    command.add_argument(
        "--output",
        metavar="FILE.xlsx",
        type=Path,
        help=f"instead of {usual} (with --host calc: {_of_host(usual, 'calc')})",
    )


def path_of(options: argparse.Namespace, folder: Path, usual: str) -> Path:
    """The file that the command is to write.

    Args:
        options: what was asked for.
        folder: where the file goes unless told.
        usual: its usual name; the book of another program has another, so that neither takes the
            other's place.

    Raises:
        CommandError: the name is not that of an .xlsx file.
    """
    if options.output is None:
        return folder / _of_host(usual, options.host)
    path = Path(options.output)
    if path.suffix.lower() != ".xlsx":
        raise CommandError(
            f"--output {path}: the book is written as .xlsx: give it a name that ends in .xlsx"
        )
    return path


def _of_host(usual: str, host: str) -> str:
    path = Path(usual)
    return usual if host == _PLAIN else str(path.with_name(f"{path.stem}_{host}{path.suffix}"))
