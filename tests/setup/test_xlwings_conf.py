from __future__ import annotations

import locale
from typing import TYPE_CHECKING

import pytest

from xlfuncs.errors import BookError
from xlfuncs.setup import xlwings_conf as conf

if TYPE_CHECKING:
    from pathlib import Path

THEIRS = '"LICENSE_KEY","abc"\r\n"interpreter_win","C:\\py\\python.exe"\n"SHOW CONSOLE","False"\r\n'


def test_reading_as_vba_does() -> None:
    assert conf.setting(THEIRS, "INTERPRETER_WIN") == r"C:\py\python.exe"
    assert conf.setting(THEIRS, "show console") == "False"
    assert conf.setting(THEIRS, "UDF MODULES") is None
    assert conf.setting("A,1\nB , 2\n", "B") == "2"
    assert conf.setting('"A",""\n', "A") == ""
    assert conf.setting('"A","1"\n"A","2"\n', "a") == "1"


def test_what_the_user_has_stays() -> None:
    text = conf.changed(THEIRS, {"INTERPRETER_WIN": "D:\\x.exe", "UDF MODULES": "m"})
    assert text == (
        '"LICENSE_KEY","abc"\r\n"INTERPRETER_WIN","D:\\x.exe"\r\n"SHOW CONSOLE","False"\r\n'
        '"UDF MODULES","m"\r\n'
    )
    assert conf.changed(text, {"UDF MODULES": None, "INTERPRETER_WIN": None}) == (
        '"LICENSE_KEY","abc"\r\n"SHOW CONSOLE","False"\r\n'
    )
    assert conf.changed("", {"A": "1"}) == '"A","1"\r\n'
    assert conf.changed('"B","2"', {"A": "1"}) == '"B","2"\r\n"A","1"\r\n'
    assert conf.changed('"A","1"\n"A","2"\n', {"A": "3"}) == '"A","3"\r\n'
    assert conf.changed("a comment\n", {"A": None}) == "a comment\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, "x"), ("", "x"), ("mine", "mine;x"), ("mine; x ;", "mine;x"), ("x", "x")],
)
def test_modules(before: str | None, after: str) -> None:
    assert conf.with_module(before, "x") == after
    left = conf.without_module(after, "x")
    assert left == ("mine" if "mine" in after else None)


def test_letters_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "cp1252")
    path = tmp_path / "xlwings.conf"
    data = b'"A","J\xfcrg \x81"\r\n'  # 0x81 is no letter in cp1252
    path.write_bytes(data)
    assert conf.encoded(conf.changed(conf.read(path), {}), path) == data
    with pytest.raises(BookError, match=r"cannot hold 'ř'"):
        conf.encoded('"A","Dvořák"', path)
    assert conf.read(tmp_path / "none") == ""
    with pytest.raises(BookError, match="cannot be read"):
        conf.read(tmp_path)
