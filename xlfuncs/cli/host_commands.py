"""Commands that bring the functions into a spreadsheet program: pack, install, uninstall.

Each spreadsheet program adds its own word to the three: `xlfuncs install calc`.
"""

from __future__ import annotations

from typing import Any

from xlfuncs.cli import calc_commands, doctor_command, excel_commands


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add these commands to the parser."""
    hosts = {
        name: commands.add_parser(name, help=text, description=f"{text}.".capitalize())
        .add_subparsers(metavar="HOST", required=True)
        for name, text in [
            ("pack", "write the file that a spreadsheet program takes the functions from"),
            ("install", "put the functions into a spreadsheet program"),
            ("uninstall", "take the functions out of a spreadsheet program"),
        ]
    }  # fmt: skip
    calc_commands.add_to(hosts["pack"], hosts["install"], hosts["uninstall"])
    excel_commands.add_to(hosts["pack"], hosts["install"], hosts["uninstall"])
    doctor_command.add_to(commands)
