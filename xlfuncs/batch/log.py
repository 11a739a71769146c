"""The log of refreshes: a line of JSON a book, and what the next run remembers of this one.

A line says what was set, by whom the book was computed, from which file into which. A run that is
killed leaves at most its last line cut short; such a line is passed over, and its book refreshed
again.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from typing import TYPE_CHECKING, Any, Final, Self

from xlfuncs.batch.outcome import REFRESHED, Known
from xlfuncs.batch.report import as_data
from xlfuncs.books.replace import real
from xlfuncs.errors import BookError, CommandError
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlfuncs.batch.outcome import Outcome
    from xlfuncs.batch.plan import Request

_DATES: Final = "dates"


class Log:
    """A log that is being written to; without a path, one that nobody keeps.

    Args:
        path: its file; lines are added to what it holds.

    Raises:
        CommandError: the file is something else.
        BookError: it cannot be read or written.
    """

    def __init__(self, path: Path | None) -> None:
        self.complaint = ""
        self._path = path
        self._file: int | None = None
        self._known: dict[str, Known] = {}
        if path is None:
            return
        try:
            old = path.read_bytes() if path.exists() else b""
            _check(path, old)
            self._known = _known(old)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.open(path, flags, 0o666)
        except OSError as error:
            raise BookError(f"the log {path} cannot be written: {error.strerror}") from None
        if old and not old.endswith(b"\n"):
            self._write(b"\n")

    def known(self, target: Path | None, inputs: str) -> Known | None:
        """What was made of a file with the same inputs, if this log has it."""
        known = None if target is None else self._known.get(str(real(target)))
        return known if known and known.inputs == inputs else None

    def start(self, books: int) -> None:
        """Say that a run begins."""
        self._add(
            {
                "run": "started",
                "at": _now(),
                "books": books,
                "xlfuncs": VERSION,
                "python": platform.python_version(),
                "machine": platform.node(),
            }
        )

    def add(self, outcome: Outcome, request: Request, inputs: str) -> None:
        """Say what became of a book."""
        if self._file is None:
            return
        target = None if outcome.written is None else str(real(outcome.written))
        dates = [name for name, value in outcome.outputs.items() if isinstance(value, dt.date)]
        self._add(
            {
                "at": _now(),
                **as_data([outcome])[0],
                "written": target,
                "set": _settings(request),
                "inputs": inputs,
                "engine": outcome.engine or None,
                "xlfuncs": VERSION,
                "from": outcome.before or None,
                "to": outcome.after or None,
                _DATES: dates,
            }
        )

    def end(self, counts: Mapping[str, int], how: str = "ended") -> None:
        """Say how the run has ended."""
        self._add({"run": how, "at": _now(), **counts})

    def close(self) -> None:
        """Write the log down to the disk."""
        if self._file is not None:
            try:
                os.fsync(self._file)
            except OSError as error:
                self._complain(error)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _add(self, entry: Mapping[str, Any]) -> None:
        if self._file is not None:
            # Escapes, because a file name need not be UTF-8.
            line = json.dumps(entry, default=str, allow_nan=False)
            self._write(f"{line}\n".encode("ascii"))

    def _write(self, line: bytes) -> None:
        """One write a line, so that two runs may share a log.

        A full disk must not cost the books: it is complained of at the end.
        """
        if self._file is None or self.complaint:
            return
        try:
            written = os.write(self._file, line)
        except OSError as error:
            self._complain(error)
        else:
            if written < len(line):
                self._complain(OSError(0, "the disk is full"))

    def _complain(self, error: OSError) -> None:
        self.complaint = (
            f"the log {self._path} lacks books from here on: {error.strerror}; "
            "the next run refreshes them again"
        )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _settings(request: Request) -> dict[str, object]:
    """What a request sets, for a person: bids by their file and number."""
    settings: dict[str, object] = dict(request.sets)
    if request.as_of is not None:
        settings["as_of"] = request.as_of
    if request.bids is not None:
        settings["bids"] = f"{request.bids.file}: {len(request.bids)} bids"
    return settings


def _check(path: Path, old: bytes) -> None:
    if old and not old.startswith(b'{"'):
        raise CommandError(f"--log: {path} is there and is no log; name another file")


def _known(old: bytes) -> dict[str, Known]:
    """The last that is known of each file written; books with troubles are not passed over."""
    known: dict[str, Known] = {}
    for line in old.splitlines():
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):  # cut short by a crash
            continue
        if not isinstance(entry, dict) or not isinstance(entry.get("written"), str):
            continue
        known.pop(entry["written"], None)
        if entry.get("status") == REFRESHED:
            try:
                known[entry["written"]] = _known_of(entry)
            except (AttributeError, LookupError, TypeError, ValueError):
                continue  # not as a log is written; its book is refreshed again
    return known


def _known_of(entry: Mapping[str, Any]) -> Known:
    return Known(
        before=entry["from"],
        after=entry["to"],
        inputs=entry["inputs"],
        engine=entry["engine"],
        version=entry["xlfuncs"],
        outputs={
            name: _date(value) if name in entry[_DATES] else value
            for name, value in entry["outputs"].items()
        },
        bids=entry["bids"] or "",
    )


def _date(text: str) -> dt.date:
    moment = dt.datetime.fromisoformat(text)
    return moment if "T" in text else moment.date()
