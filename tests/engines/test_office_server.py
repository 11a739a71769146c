"""LibreOffice as a process: whose Python it finds, and that nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import venv
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.ooxml.package import Package

    Book = Callable[..., Package]


_ASKED = """
import sys
from pathlib import Path
from xlfuncs.engines.libreoffice import LibreOffice
from xlfuncs.ooxml.package import Package
calculation = LibreOffice().open(Package.read(Path(sys.argv[1])))
calculation.recalculate()
print(calculation.read()["S"]["A1"])
"""


@pytest.mark.usefixtures("libreoffice")
def test_an_activated_environment_is_not_libreoffices(tmp_path: Path, book: Book) -> None:
    """Its Python takes the folders of the first python3 on the PATH, which has no module uno."""
    venv.create(tmp_path / "venv", symlinks=True)
    folder = tmp_path / "venv" / "bin"
    path = tmp_path / "book.xlsx"
    path.write_bytes(book({"S": {"A1": "=XLF_CONVERSION_SHARES(7500,1000,0,6.03)"}}).data)
    done = subprocess.run(
        [sys.executable, "-c", _ASKED, str(path)],
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1243782.0\n", "")


_KILLED = """
import sys, time
from pathlib import Path
from xlfuncs.engines.libreoffice import LibreOffice
from xlfuncs.engines.office_server import office_server
from xlfuncs.ooxml.package import Package
calculation = LibreOffice().open(Package.read(Path(sys.argv[1])))
calculation.recalculate()
print(office_server().process_id, office_server()._helper.pid, office_server().folder, flush=True)
if sys.argv[2] == "wait":
    time.sleep(60)
"""


@pytest.mark.usefixtures("libreoffice")
@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "in good order"])
def test_nothing_is_left_running(tmp_path: Path, book: Book, end: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book({"S": {"A1": 1, "B1": "=A1*2"}}).data)
    words = [sys.executable, "-c", _KILLED, str(path), "go" if end == "in good order" else "wait"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        office, helper, folder = process.stdout.readline().split()
        if end != "in good order":
            process.send_signal(getattr(signal, end))
        process.wait(30)
    until = time.monotonic() + 15
    while time.monotonic() < until and (_runs(int(office)) or Path(folder).exists()):
        time.sleep(0.05)
    assert not _runs(int(office))
    assert not _runs(int(helper))
    assert not Path(folder).exists()


def _runs(process_id: int) -> bool:
    with suppress(OSError):
        return "\nState:\tZ" not in Path(f"/proc/{process_id}/status").read_text("utf-8")
    return False
