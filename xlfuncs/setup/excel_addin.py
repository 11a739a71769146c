"""`xlfuncs install excel` and its undoing: the add-in, the settings of xlwings, and what to say."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.books.replace import replace_file
from xlfuncs.engines.excel import said, start_excel
from xlfuncs.errors import EngineError
from xlfuncs.hosts.vba import ENCODING, MODULE, module_bytes
from xlfuncs.hosts.xlam import ADDIN_FILE, addin_bytes, modules, startup_file
from xlfuncs.setup import xlwings_conf as conf
from xlfuncs.setup.machine import MAC, WINDOWS, Machine, same_path
from xlfuncs.setup.python_probes import python_ills

if TYPE_CHECKING:
    from collections.abc import Callable

UDF_MODULE: Final = "xlfuncs.hosts.excel"
_ADDIN_FORMAT: Final = 55  # xlOpenXMLAddIn

_ELSEWHERE: Final = (
    "What works here: build, refresh and every other command, with the embedded engine or "
    "LibreOffice; a book that they wrote shows its figures in any Excel. In cells the functions "
    "work in LibreOffice Calc: xlfuncs install calc."
)
_NO_EXCEL: Final = {
    MAC: "Excel for Mac cannot call Python from a cell: xlwings does that on Windows only. "
    + _ELSEWHERE,
    "Linux": f"There is no Excel for this system. {_ELSEWHERE}",
}
_NOW: Final = """\
Close Excel, start it again and type =XLF_VERSION() in a cell. Excel trusts the folder that the \
add-in is in, so nothing need be switched on.

Formulas that were written before, or on another machine, are entered again by the macro \
XlfRebind (Alt+F8); XlfStatus tells whether Python answers.

For Import Functions in a workbook of your own (.xlsm) instead of the add-in, switch on once: \
File > Options > Trust Center > Trust Center Settings > Macro Settings > Trust access to the VBA \
project object model. An error is then a text that begins with its code, since xlwings cannot \
put a true error into a cell.

If anything does not work: xlfuncs doctor."""


def install(
    machine: Machine,
    *,
    this_python: bool = False,
    by_excel: bool = False,
    start: Any = start_excel,  # noqa: ANN401
) -> list[str]:
    """Put the functions into the user's Excel.

    Args:
        machine: the machine.
        this_python: take the Python that runs this, even if xlwings.conf names another.
        by_excel: let Excel itself make the add-in.
        start: starts an Excel.

    Returns:
        what was done and what is to be done, for a person.

    Raises:
        EngineError: it cannot work here; the sentences say why, and the cure.
        BookError: a file cannot be written.
    """
    addin = _addin_path(machine)
    ills = [f"{one.says}: {one.cure}" for one in python_ills(machine) if one.ill]
    if ills:
        raise EngineError("\n".join(ills))
    path = conf.conf_path(machine.home)
    text = conf.read(path)
    settings, notes = _settings(machine, text, path, this_python=this_python)
    data = conf.encoded(conf.changed(text, settings), path)
    made = made_by_excel(start) if by_excel else addin_bytes()
    for folder in (path.parent, addin.parent):
        folder.mkdir(parents=True, exist_ok=True)
    module = path.with_name(f"{MODULE}.bas")
    replace_file(path, data)
    replace_file(module, module_bytes())
    replace_file(addin, made)
    return [
        f"The add-in: {addin}",
        f"The settings of xlwings: {path}",
        f"The VBA module, for a workbook of your own: {module}",
        *notes,
        _NOW,
    ]


def uninstall(machine: Machine) -> list[str]:
    """Take the functions out of the user's Excel; settings that are not ours stay.

    Raises:
        EngineError: there can be none here.
        BookError: a file cannot be changed.
    """
    addin = _addin_path(machine)
    path = conf.conf_path(machine.home)
    text = conf.read(path)
    told = []
    for file in (addin, path.with_name(f"{MODULE}.bas")):
        if file.exists():
            _remove(file)
            told.append(f"Removed: {file}")
    if text:
        replace_file(path, conf.encoded(conf.changed(text, _undone(machine, text)), path))
        told.append(f"The settings of xlwings are as they were before: {path}")
    return [*told, "Close Excel and start it again."] if told else ["Nothing was installed."]


def _addin_path(machine: Machine) -> Path:
    if machine.system != WINDOWS:
        raise EngineError(_NO_EXCEL.get(machine.system, _NO_EXCEL["Linux"]))
    path = startup_file(machine.environment)
    if path is None:
        raise EngineError("The variable APPDATA is not set, so Excel's start folder is not known")
    return path


def _settings(
    machine: Machine, text: str, path: Path, *, this_python: bool
) -> tuple[dict[str, str | None], list[str]]:
    """What goes into xlwings.conf, and what is to be said about it."""
    wanted = str(machine.python)
    settings: dict[str, str | None] = {conf.INTERPRETER: wanted}
    notes = []
    before = conf.setting(text, conf.INTERPRETER) or conf.setting(text, conf.OLDER_INTERPRETER)
    if before and not same_path(machine.expanded(before), wanted):
        there = Path(machine.expanded(before)).is_file()
        if there and not this_python:
            raise EngineError(
                f"{path} names another Python, {before}, which other functions of yours may need: "
                f'either install xlfuncs there ("{before}" -m pip install xlfuncs[excel]) and run '
                f'"{before}" -m xlfuncs install excel, or take this one with --this-python'
            )
        settings[conf.BEFORE] = before
        notes.append(f"xlwings started {before} until now{'' if there else ', which is gone'}.")
    known = conf.setting(text, conf.MODULES)
    settings[conf.MODULES] = conf.with_module(known, UDF_MODULE)
    if not known:
        notes.append(
            "Import Functions now takes xlfuncs for every workbook; one with a .py of its own name "
            "beside it needs a sheet or a file xlwings.conf that names its modules."
        )
    return settings, notes


def _undone(machine: Machine, text: str) -> dict[str, str | None]:
    settings: dict[str, str | None] = {
        conf.MODULES: conf.without_module(conf.setting(text, conf.MODULES), UDF_MODULE)
    }
    now = conf.setting(text, conf.INTERPRETER)
    if now and same_path(machine.expanded(now), machine.python):
        settings[conf.INTERPRETER] = conf.setting(text, conf.BEFORE)
        settings[conf.BEFORE] = None
    return settings


def _remove(file: Path) -> None:
    try:
        file.unlink()
    except OSError as error:
        raise EngineError(f"{file} cannot be removed ({error.strerror}): close Excel") from None


def made_by_excel(start: Callable[[], Any] = start_excel) -> bytes:
    """The add-in, made by an Excel of this machine.

    Raises:
        EngineError: Excel does not, as when it may not be told what VBA to hold.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / ADDIN_FILE
        app = start()
        try:
            with said(
                "Excel does not make the add-in; switch on Trust access to the VBA project object "
                "model (File > Options > Trust Center > Trust Center Settings > Macro Settings)"
            ):
                app.api.DisplayAlerts = False
                book = app.api.Workbooks.Add()
                for name, text in modules().items():
                    file = Path(folder) / f"{name}.bas"
                    file.write_bytes(text.encode(ENCODING))
                    book.VBProject.VBComponents.Import(str(file))
                book.SaveAs(str(path), FileFormat=_ADDIN_FORMAT)
                book.Close(SaveChanges=False)
        finally:
            app.quit()
        return path.read_bytes()
