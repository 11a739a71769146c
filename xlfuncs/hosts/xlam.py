"""The add-in xlfuncs.xlam: our VBA and that of the xlwings that is installed, in one file.

The file is written without Excel, by pyOpenVBA. The module of xlwings is taken from the
package as it stands here, with its licence, since it looks for a library of its own version
beside the Python that it starts: after a change of xlwings the add-in is made anew.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import EngineError
from xlfuncs.hosts.vba import MODULE, module_text
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDIN_FILE: Final = "xlfuncs.xlam"
XLWINGS_MODULE: Final = "xlwings"
_PROPERTIES: Final = "docProps/core.xml"
_CREATED: Final = (1980, 1, 1, 0, 0, 0)  # the same functions make the same file


def startup_file(environment: Mapping[str, str]) -> Path | None:
    """Where the add-in goes so that the user's Excel loads it at each start and trusts it.

    Args:
        environment: the variables of the process; APPDATA is there on Windows.
    """
    folder = environment.get("APPDATA")
    return Path(folder) / "Microsoft" / "Excel" / "XLSTART" / ADDIN_FILE if folder else None


def xlwings_module() -> str:
    """The VBA of the xlwings that is installed, as a module to stand beside ours."""
    text = files("xlwings").joinpath("xlwings.bas").read_text("utf-8")
    return "\r\n".join(text.splitlines()) + "\r\n"


def modules() -> dict[str, str]:
    """The modules of the add-in, by name."""
    return {XLWINGS_MODULE: xlwings_module(), MODULE: module_text()}


def addin_bytes() -> bytes:
    """The add-in.

    Raises:
        EngineError: pyOpenVBA, which writes it, is not installed.
    """
    try:
        from pyopenvba import ExcelFile  # noqa: PLC0415  an extra, loaded where it is used
    except ImportError:
        raise EngineError(
            f"{ADDIN_FILE} is written by pyOpenVBA, which is not installed: "
            "pip install xlfuncs[excel]"
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ADDIN_FILE
        with ExcelFile.create_new(str(path)) as book:
            project = book.vba_project()
            for name, text in modules().items():
                project.add_module(name, text)
            project.delete_module("Module1")
            book.save()
        return _own(path.read_bytes())


def _own(data: bytes) -> bytes:
    """The file with our name in its properties, instead of that of who made the template."""
    properties = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>xlfuncs</dc:title>'
        f"<dc:creator>xlfuncs {VERSION}</dc:creator>"
        f"<dc:description>with xlwings {version('xlwings')}</dc:description></cp:coreProperties>"
    )
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            content = properties.encode() if member == _PROPERTIES else old.read(member)
            info = zipfile.ZipInfo(member, _CREATED)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return made.getvalue()


class Versions(NamedTuple):
    """What an add-in was made with; "" where it does not say."""

    xlfuncs: str
    xlwings: str


def made_with(data: bytes) -> Versions:
    """The versions that an add-in was made with."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read(_PROPERTIES).decode()
    except (KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        return Versions("", "")
    return Versions(
        *(text.partition(words)[2].partition("<")[0] for words in (">xlfuncs ", ">with xlwings "))
    )
