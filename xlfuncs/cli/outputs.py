"""`--output FILE|DIR`: the files that a command packs, under their own names or another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def add_output(one: argparse.ArgumentParser, otherwise: str) -> None:
    """Add the option; `otherwise` is what its help says beside the folder."""
    one.add_argument(
        "--output", metavar="FILE|DIR", type=Path, default=Path(), help=f"a folder, {otherwise}"
    )


def output_files(output: Path, names: Sequence[str]) -> list[Path]:
    """The files to be written: all of them into a folder, or the one whose ending is asked for.

    >>> [str(path) for path in output_files(Path("new.bas"), ["xlfuncs.bas", "xlfuncs.xlam"])]
    ['new.bas']

    Raises:
        CommandError: it is no folder, and has the ending of none of the files.
    """
    if output.is_dir():
        return [output / name for name in names]
    endings = [Path(name).suffix for name in names]
    if output.suffix.lower() in endings:
        return [output]
    raise CommandError(
        f"--output {output} is neither a folder that is there nor a {' or '.join(endings)} file"
    )
