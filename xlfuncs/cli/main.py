"""`xlfuncs COMMAND …`: the parser, the exit codes, and one way to end badly.

Data goes to standard output, messages to standard error. The exit code is 0 when done, 1 when
the data is wrong (a term, a bid, a cell, a file), 2 when the command itself is wrong.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from xlfuncs.cli import (
    about_commands,
    book_commands,
    deal_commands,
    host_commands,
    ledger_commands,
    reference_commands,
    register_commands,
)
from xlfuncs.errors import CommandError, XlfuncsError
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DATA_IS_WRONG = 1
_COMMAND_IS_WRONG = 2
_INTERRUPTED = 130
_TERMINATED = 143


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, with the way to the help.

    An option is written in full: what abbreviates one today may abbreviate two tomorrow.
    """

    def __init__(self, *words: Any, **settings: Any) -> None:  # noqa: ANN401  passed on as they are
        super().__init__(*words, **{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message}; see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    made = _Parser(
        prog="xlfuncs",
        description="Worksheet functions, deal books and batch refresh for private placements "
        "of convertible preferred stock and warrants.",
    )
    made.add_argument("--version", action="version", version=f"xlfuncs {VERSION}")
    commands = made.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    deal_commands.add_to(commands)
    book_commands.add_to(commands)
    ledger_commands.add_to(commands)
    about_commands.add_to(commands)
    register_commands.add_to(commands)
    reference_commands.add_to(commands)
    host_commands.add_to(commands)
    return made


class _Terminated(KeyboardInterrupt):
    """The system, or another program, asks this one to end: all is cleared up as after Ctrl-C."""


@contextmanager
def _terminable() -> Iterator[None]:
    """Have SIGTERM end what is done here in good order, and not at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets only the main thread hear signals
        return

    def end(*_: object) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # asked twice, it clears up once
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _take_any_character() -> None:
    """Have what a terminal cannot show, a file's name for instance, shown with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the exit code."""
    _take_any_character()
    try:
        with _terminable():
            options = parser().parse_args(words)
            return int(options.run(options))
    except CommandError as error:
        print(f"xlfuncs: {error}", file=sys.stderr)
        return _COMMAND_IS_WRONG
    except XlfuncsError as error:
        for line in str(error).splitlines():
            print(f"xlfuncs: {line}", file=sys.stderr)
        return _DATA_IS_WRONG
    except _Terminated:
        print("xlfuncs: terminated", file=sys.stderr)
        return _TERMINATED
    except KeyboardInterrupt:
        print("xlfuncs: interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as in `xlfuncs functions | head`: no message.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DATA_IS_WRONG


if __name__ == "__main__":
    sys.exit(main())
