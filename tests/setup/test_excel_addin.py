"""Installing and uninstalling, on machines that a test describes."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.machines import Described, addin
from xlfuncs.cli.main import main
from xlfuncs.errors import BookError, EngineError
from xlfuncs.hosts.vba import module_bytes
from xlfuncs.setup import xlwings_conf as conf
from xlfuncs.setup.doctor import findings
from xlfuncs.setup.excel_addin import install, made_by_excel, uninstall
from xlfuncs.setup.findings import State

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES = "xlfuncs.hosts.excel"


@pytest.fixture
def described(tmp_path: Path) -> Described:
    return Described(tmp_path)


def settings(described: Described) -> dict[str, str | None]:
    text = described.conf.read_bytes().decode()
    return {key: conf.setting(text, key) for key in ("INTERPRETER_WIN", "UDF MODULES", conf.BEFORE)}


def test_on_a_machine_that_has_nothing(described: Described) -> None:
    told = "\n".join(install(described.machine))
    python = str(described.machine.python)
    assert settings(described) == {
        "INTERPRETER_WIN": python, "UDF MODULES": MODULES, conf.BEFORE: None,
    }  # fmt: skip
    assert described.addin.read_bytes() == addin()
    assert described.conf.with_name("xlfuncs.bas").read_bytes() == module_bytes()
    assert f"The add-in: {described.addin}" in told
    assert "=XLF_VERSION()" in told
    assert "Trust access to the VBA project object model" in told
    states = {one.state for one in findings(described.machine, lambda _: [])}
    assert states == {State.GOOD}


def test_what_the_user_has_stays(described: Described) -> None:
    theirs = b'"LICENSE_KEY","abc"\r\n"UDF MODULES","mine"\r\n'
    described.put(described.conf, theirs)
    told = "\n".join(install(described.machine))
    assert described.conf.read_bytes().startswith(
        b'"LICENSE_KEY","abc"\r\n"UDF MODULES","mine;xlfuncs.hosts.excel"\r\n'
    )
    assert "every workbook" not in told
    install(described.machine)
    assert settings(described)["UDF MODULES"] == f"mine;{MODULES}"
    uninstall(described.machine)
    assert described.conf.read_bytes() == theirs
    assert not described.addin.exists()


def test_another_python_is_not_taken_away_unasked(described: Described) -> None:
    other = described.folder / "conda" / "python.exe"
    described.put(other)
    described.put(described.conf, f'"INTERPRETER_WIN","{other}"\n'.encode())
    with pytest.raises(EngineError) as raised:
        install(described.machine)
    assert f'("{other}" -m pip install xlfuncs[excel])' in str(raised.value)
    assert "--this-python" in str(raised.value)
    assert not described.addin.exists()
    told = "\n".join(install(described.machine, this_python=True))
    assert f"xlwings started {other} until now." in told
    assert settings(described)[conf.BEFORE] == str(other)
    uninstall(described.machine)
    assert settings(described) == {
        "INTERPRETER_WIN": str(other), "UDF MODULES": None, conf.BEFORE: None,
    }  # fmt: skip


def test_a_python_that_is_gone_is_replaced(described: Described) -> None:
    described.put(described.conf, b'"INTERPRETER","C:\\gone\\python.exe"\r\n')
    told = "\n".join(install(described.machine))
    assert "which is gone" in told
    assert settings(described)["INTERPRETER_WIN"] == str(described.machine.python)


def test_a_python_that_the_user_chose_later_stays(described: Described) -> None:
    install(described.machine)
    text = described.conf.read_text().replace(str(described.machine.python), r"C:\new\python.exe")
    described.put(described.conf, text.encode())
    uninstall(described.machine)
    assert settings(described)["INTERPRETER_WIN"] == r"C:\new\python.exe"


def without_pywin32(described: Described) -> None:
    del described.packages["pywin32"]


def from_the_store(described: Described) -> None:
    described.changed(base=Path(r"C:\Program Files\WindowsApps\Python"))


def without_a_folder(described: Described) -> None:
    described.changed(environment={})


def on_linux(described: Described) -> None:
    described.changed(system="Linux")


def on_a_mac(described: Described) -> None:
    described.changed(system="Darwin")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(without_pywin32, "-m pip install pywin32"), (from_the_store, "from the Microsoft Store"),
     (without_a_folder, "APPDATA is not set"), (on_linux, "There is no Excel for this system"),
     (on_a_mac, "xlwings does that on Windows only. What works here: build, refresh")],
)  # fmt: skip
def test_where_it_cannot_work(
    spoil: Callable[[Described], None], says: str, described: Described
) -> None:
    spoil(described)
    with pytest.raises(EngineError, match=says):
        install(described.machine)
    assert not described.conf.exists()


def test_an_addin_that_excel_has_open(described: Described) -> None:
    install(described.machine)
    described.put(described.addin.with_name("~$xlfuncs.xlam"))
    with pytest.raises(BookError, match="is open in another program: close it there"):
        install(described.machine)


def test_nothing_to_take_out(described: Described) -> None:
    assert uninstall(described.machine) == ["Nothing was installed."]


class Maker:
    """An Excel that makes an add-in, or may not be told what VBA to hold."""

    def __init__(self, *, trusted: bool) -> None:
        self.imported: list[bytes] = []
        self.ended: list[str] = []
        components = SimpleNamespace(Import=self._import)
        self._book = SimpleNamespace(SaveAs=self._save, Close=lambda **_: None)
        if trusted:
            self._book.VBProject = SimpleNamespace(VBComponents=components)
        self.api = SimpleNamespace(Workbooks=SimpleNamespace(Add=lambda: self._book))

    def _import(self, file: str) -> None:
        self.imported.append(Path(file).read_bytes())

    def _save(self, path: str, FileFormat: int) -> None:  # noqa: N803  Excel's name
        assert FileFormat == 55
        Path(path).write_bytes(b"made by Excel")

    def quit(self) -> None:
        self.ended.append("quit")


def test_an_addin_made_by_excel(described: Described) -> None:
    maker = Maker(trusted=True)
    install(described.machine, by_excel=True, start=lambda: maker)
    assert described.addin.read_bytes() == b"made by Excel"
    assert maker.imported[1] == module_bytes()
    assert maker.imported[0].startswith(b'Attribute VB_Name = "xlwings"\r\n')
    assert maker.ended == ["quit"]


def test_an_excel_that_does_not_trust(described: Described) -> None:
    maker = Maker(trusted=False)
    with pytest.raises(EngineError, match="switch on Trust access to the VBA project object model"):
        install(described.machine, by_excel=True, start=lambda: maker)
    assert maker.ended == ["quit"]
    assert not described.conf.exists()


@pytest.mark.skipif(platform.system() == "Windows", reason="there it may start")
def test_no_excel_to_make_it() -> None:
    with pytest.raises(EngineError, match="Excel cannot be started"):
        made_by_excel()


def test_the_commands(
    described: Described, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr("xlfuncs.setup.machine.this_machine", lambda: described.machine)
    assert main(["install", "excel"]) == 0
    assert "The add-in: " in capsys.readouterr().out
    assert main(["uninstall", "excel"]) == 0
    assert f"Removed: {described.addin}" in capsys.readouterr().out
    described.changed(system="Linux")
    assert main(["install", "excel"]) == 1
    assert "There is no Excel for this system" in capsys.readouterr().err
    assert main(["pack", "excel", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == [
        str(tmp_path / "xlfuncs.bas"), str(tmp_path / "xlfuncs.xlam"),
    ]  # fmt: skip
    assert (tmp_path / "xlfuncs.xlam").read_bytes() == addin()
    assert main(["pack", "excel", "--output", str(tmp_path / "none")]) == 2
    assert "is neither a folder that is there nor a .bas or .xlam file" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    assert main(["pack", "excel", "--output", str(tmp_path)]) == 0  # the add-in is an extra
    shown = capsys.readouterr()
    assert shown.out == f"{tmp_path / 'xlfuncs.bas'}\n"
    assert shown.err.startswith("xlfuncs: note: xlfuncs.xlam is left out: ")
    assert "pip install xlfuncs[excel]" in shown.err
    assert main(["pack", "excel", "--output", str(tmp_path / "own.xlam")]) == 1
