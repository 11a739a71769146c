"""A refresh as a process of its own, to be killed; and what is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMAND = [sys.executable, "-m", "xlfuncs", "refresh"]


def started(words: Sequence[str | Path], **how: Any) -> subprocess.Popen[str]:
    """The command refresh, at work."""
    return subprocess.Popen(
        [*COMMAND, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


def children(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        own = parents.get(waiting.pop(), [])
        found += own
        waiting += own
    return found


def is_alive(pid: int) -> bool:
    """Whether a process is there and no mere entry in a table."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(done: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes about in time."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def killed(run: subprocess.Popen[str], *, with_children: bool) -> None:
    """Kill a run, or the run with all its processes at once; wait until all of them are gone."""
    pids = children(run.pid)
    for pid in [run.pid, *(pids if with_children else [])]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    run.communicate()
    assert wait_until(lambda: not any(map(is_alive, pids))), "a worker outlives its run"
