"""What tests of every room share: the spreadsheet programs of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from xlfuncs.engines.libreoffice import LibreOffice
from xlfuncs.errors import EngineError

# A shell that runs the tests in the background ignores SIGINT, and what they start would inherit
# that: then nothing could be interrupted.
signal.signal(signal.SIGINT, signal.default_int_handler)

Convert = Callable[[Sequence[Path], str], list[Path]]


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice's program; a test without it is skipped, or fails where hosts are required."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("XLFUNCS_REQUIRE_HOSTS") == "1":
            pytest.fail("soffice is missing")
        pytest.skip("soffice is missing")
    return found


@pytest.fixture(scope="session")
def convert(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Converts files to a format in one run of LibreOffice; gives the new files."""
    home = tmp_path_factory.mktemp("office")

    def converted(sources: Sequence[Path], kind: str) -> list[Path]:
        folder = home / f"out{len(list(home.iterdir()))}"
        wanted = [folder / source.with_suffix(f".{kind}").name for source in sources]
        command = [soffice, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", kind, "--outdir", str(folder), *map(str, sources)]
        for _ in range(2):  # a new profile may make it ask to be started again
            subprocess.run(command, check=False, capture_output=True, timeout=240)
            if all(file.exists() for file in wanted):
                return wanted
        pytest.fail(f"LibreOffice did not convert {', '.join(file.name for file in sources)}")

    return converted


@pytest.fixture(scope="session")
def libreoffice() -> LibreOffice:
    """The LibreOffice of this machine; without it a test is skipped, or fails where it must be."""
    try:
        return LibreOffice()
    except EngineError as error:
        if os.environ.get("XLFUNCS_REQUIRE_HOSTS"):
            pytest.fail(str(error))
        pytest.skip(str(error))
