"""The add-in's file, as far as it can be judged without Excel."""

from __future__ import annotations

import io
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from xlfuncs.errors import EngineError
from xlfuncs.hosts.vba import module_text
from xlfuncs.hosts.xlam import addin_bytes, made_with, startup_file, xlwings_module
from xlfuncs.version import VERSION


@pytest.fixture(scope="module")
def addin() -> bytes:
    return addin_bytes()


def test_it_holds_the_two_modules(addin: bytes, tmp_path: Path) -> None:
    from pyopenvba import ExcelFile  # noqa: PLC0415

    path = tmp_path / "xlfuncs.xlam"
    path.write_bytes(addin)
    with ExcelFile(str(path)) as book:
        assert book.module_names() == ["ThisWorkbook", "Sheet1", "xlwings", "xlfuncs"]
        for name, text in (("xlwings", xlwings_module()), ("xlfuncs", module_text())):
            assert book.get_module(name).replace("\r\n", "\n").rstrip() == (
                text.replace("\r\n", "\n").rstrip()
            )
        assert not book.validate()


def test_it_is_an_addin_of_ours(addin: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(addin)) as archive:
        assert archive.testzip() is None
        kinds = archive.read("[Content_Types].xml").decode()
        properties = archive.read("docProps/core.xml").decode()
    assert "application/vnd.ms-excel.addin.macroEnabled.main+xml" in kinds
    assert "<dc:creator>xlfuncs " in properties
    assert "Smith" not in properties
    assert made_with(addin) == (VERSION, version("xlwings"))


def test_it_is_the_same_each_time(addin: bytes) -> None:
    assert addin_bytes() == addin


def test_a_file_that_does_not_say() -> None:
    assert made_with(b"nothing") == ("", "")
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w"):
        pass
    assert made_with(empty.getvalue()) == ("", "")


def test_without_pyopenvba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(EngineError, match=r"pip install xlfuncs\[excel\]"):
        addin_bytes()


def test_where_excel_looks_at_its_start() -> None:
    found = startup_file({"APPDATA": "/users/ann/appdata"})
    assert found == Path("/users/ann/appdata/Microsoft/Excel/XLSTART/xlfuncs.xlam")
    assert startup_file({}) is None
