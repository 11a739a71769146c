"""What a worker does in tests of the workers themselves; the book's name says it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.batch.outcome import Outcome
from xlfuncs.batch.tasks import Answer

if TYPE_CHECKING:
    from xlfuncs.batch.bench import Bench
    from xlfuncs.batch.tasks import Task


def act(task: Task, _bench: Bench) -> Answer:
    """Die, hang, or answer with the number of the process that did."""
    book = Path(task.book)
    word = book.name.partition("-")[0]
    if word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "crash":
        print("the memory is gone", file=sys.stderr)
        os._exit(3)
    elif word == "hang":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        book.write_text(str(child.pid))
        time.sleep(600)
    elif word == "once" and not book.exists():
        book.write_text("tried")
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "greedy":
        return Answer(Outcome(book, failure=f"{len(bytearray(3 << 30))}"))
    elif word == "noisy":
        print("not an answer")
        os.write(1, b"nor this")
    return Answer(Outcome(book, engine=str(os.getpid())))
