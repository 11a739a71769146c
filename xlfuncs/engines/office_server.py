"""The one LibreOffice of this process: started when first asked, started anew when it has died.

It runs under a helper (uno_server) in a Python that has the module uno, with a private profile
that holds our add-in. The helper ends it as soon as this process is gone, however it went.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import subprocess
import tempfile
import threading
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from xlfuncs.engines.office_folder import inside, make_folder, remove_folder, sweep
from xlfuncs.errors import EngineError
from xlfuncs.hosts.calc.component import ENGINE_LOG
from xlfuncs.hosts.calc.office import Office, environment_for, find_office, find_python
from xlfuncs.hosts.calc.pack import extension

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVER: Final = Path(__file__).with_name("uno_server.py")
_START_PATIENCE: Final = 120.0
_END_PATIENCE: Final = 10.0
_WORDS: Final = (
    "--headless",
    "--norestore",
    "--nologo",
    "--nodefault",
    "--nolockcheck",
    "--nofirststartwizard",
)
# Links are never updated, macros never run, values in the file stay until they are calculated.
_SETTINGS: Final = {
    ("/org.openoffice.Office.Calc/Content/Update", "Link"): "1",
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode"): "1",
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel"): "3",
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent"): "true",
}


class OfficeEnded(Exception):  # noqa: N818  it says what happened; the engine starts it again
    """LibreOffice has ended while it worked; the message says how."""


class OfficeServer:
    """LibreOffice under its helper; asked with requests of JSON.

    Args:
        extensions: the extensions that it has, by name; ours alone unless told.
    """

    def __init__(self, extensions: Mapping[str, bytes] | None = None) -> None:
        self._extensions = extensions
        self.office: Office = find_office()
        self._python = find_python(self.office)
        self._helper: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._folder = Path()
        self._lock: BinaryIO | None = None
        self.starts = 0
        self.process_id = 0

    @property
    def log(self) -> Path:
        """The file into which the add-in writes each error sentence, and its own faults."""
        return self._folder / "log.jsonl"

    @property
    def folder(self) -> Path:
        """The folder of its profile, and of the copies of books."""
        return self._folder

    def start(self) -> None:
        """Start LibreOffice if it does not run.

        Raises:
            EngineError: it does not start.
        """
        if self._helper is not None and self._helper.poll() is None:
            return
        self.stop()
        sweep()
        try:
            self._folder, self._lock = make_folder()
            _make_profile(self._folder, self._extensions or {"xlfuncs": extension()})
        except OSError as error:
            self.stop()
            raise EngineError(
                f"LibreOffice has no folder to work in: {tempfile.gettempdir()} does not take one: "
                f"{error.strerror}"
            ) from None
        environment = environment_for(self._python.path) | inside(self._folder)
        try:
            self._helper = subprocess.Popen(  # noqa: S603  a Python of this machine, a file of ours
                [str(self._python.path), str(_SERVER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=environment,
                start_new_session=True,  # Ctrl-C is for us; it is ended in good order
            )
        except OSError as error:
            self.stop()
            raise EngineError(f"{self._python.path} does not run: {error.strerror}") from None
        self._answers = queue.Queue()
        threading.Thread(target=_listen, args=(self._helper, self._answers), daemon=True).start()
        self.starts += 1
        self._send(
            {
                "words": self._words(),
                "environment": {**environment, ENGINE_LOG: str(self.log)},
                "folder": str(self._folder),
                "pipe": self._folder.name,
                "patience": _START_PATIENCE,
            }
        )
        try:
            self.process_id = int(self.ask({"do": "start"}, _START_PATIENCE + _END_PATIENCE)["pid"])
        except OfficeEnded as error:
            self.stop()
            raise EngineError(f"LibreOffice does not start: {error}") from None

    def _words(self) -> list[str]:
        office, folder = self.office, self._folder
        program = office.program / "soffice.bin"  # itself, not the script that would outlive it
        if os.name == "nt" or not program.is_file():
            program = office.tool("soffice")
        return [
            str(program),
            *_WORDS,
            f"--accept=pipe,name={folder.name};urp;",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"-env:BUNDLED_EXTENSIONS={(folder / 'extensions').as_uri()}",
        ]

    def ask(self, request: dict[str, Any], patience: float) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises:
            OfficeEnded: LibreOffice, or its helper, has ended.
            EngineError: it did not answer in time (it is then ended), or it says what is wrong.
        """
        self._send(request)
        try:
            line = self._answers.get(timeout=patience)
        except queue.Empty:
            self.stop()
            raise EngineError(f"LibreOffice did not answer within {patience:g} seconds") from None
        if not line:
            self.stop()
            raise OfficeEnded("its helper has ended")
        answer: dict[str, Any] = json.loads(line)
        if "ended" in answer:
            self.stop()
            raise OfficeEnded(answer["ended"])
        if "failed" in answer:
            raise EngineError(f"LibreOffice says: {answer['failed']}")
        return answer

    def _send(self, request: dict[str, Any]) -> None:
        helper = self._helper
        if helper is None or helper.stdin is None:
            raise OfficeEnded("it is not running")
        try:
            helper.stdin.write(json.dumps(request) + "\n")
            helper.stdin.flush()
        except OSError:
            self.stop()
            raise OfficeEnded("its helper has ended") from None

    def stop(self) -> None:
        """End LibreOffice and its helper, and take their folder away."""
        helper, self._helper = self._helper, None
        if helper is not None:
            with suppress(OSError):
                if helper.stdin is not None:
                    helper.stdin.close()  # at which the helper ends LibreOffice
            try:
                helper.wait(_END_PATIENCE)
            except subprocess.TimeoutExpired:
                helper.kill()  # and the kernel LibreOffice with it
                helper.wait(_END_PATIENCE)
        folder, self._folder = self._folder, Path()
        lock, self._lock = self._lock, None
        if lock is not None and os.name == "nt":
            lock.close()  # there no open file can be removed
        if folder != Path():
            remove_folder(folder)
        if lock is not None:
            lock.close()


def _listen(helper: subprocess.Popen[str], answers: queue.Queue[str]) -> None:
    """Pass on each line the helper writes; nothing is its end."""
    if helper.stdout is not None:
        with helper.stdout as lines:
            for line in lines:
                answers.put(line)
    answers.put("")


def _make_profile(folder: Path, extensions: Mapping[str, bytes]) -> None:
    """A profile with our settings, and the extensions beside it as if they came with LibreOffice.

    LibreOffice takes in what lies there when it starts, without unopkg's locks and questions.
    """
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for (path, name), value in _SETTINGS.items()
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>\n',
        encoding="utf-8",
    )
    for name, data in extensions.items():
        with zipfile.ZipFile(BytesIO(data)) as archive:
            archive.extractall(folder / "extensions" / name)


_mine: dict[int, OfficeServer] = {}


def office_server() -> OfficeServer:
    """The LibreOffice of this process, which ends with it.

    Raises:
        EngineError: there is none on this machine, or no Python that can talk to it.
    """
    server = _mine.get(os.getpid())
    if server is None:
        _mine.clear()  # after a fork those of the parent are not ours to end
        server = _mine[os.getpid()] = OfficeServer()
        atexit.register(_stop, os.getpid())
    return server


def _stop(process_id: int) -> None:
    if os.getpid() == process_id and process_id in _mine:
        _mine.pop(process_id).stop()
