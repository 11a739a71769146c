"""The add-in for LibreOffice as far as it runs without LibreOffice, its extension, its install."""

from __future__ import annotations

import ast
import datetime as dt
import math
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.support.cases import all_cases
from xlfuncs.about import CARDS, function_named
from xlfuncs.card import card_of
from xlfuncs.cli.main import main
from xlfuncs.errors import EngineError, ErrorValue
from xlfuncs.hosts.calc import component, install, office, pack
from xlfuncs.hosts.calc.component import Desk, error_number, error_of, given_back, method, neutral
from xlfuncs.hosts.calc.names import method_name, needs_document, parameter_name
from xlfuncs.hosts.calc.office import Office, UnoPython
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.engines.libreoffice import LibreOffice

ODD = ErrorValue.SPILL, ErrorValue.CALC, ErrorValue.GETTING_DATA  # LibreOffice has no code for them


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "xlfuncs.log")


def document(year: int, month: int, day: int) -> Any:
    return SimpleNamespace(NullDate=SimpleNamespace(Year=year, Month=month, Day=day))


USUAL = document(1899, 12, 30)


def called(desk: Desk, name: str, *values: Any, options: Any = USUAL) -> Any:
    """What Calc is given back, errors as errors, a table of one cell as its value."""
    function = function_named(name)
    first = (options,) if needs_document(card_of(function)) else ()
    rows = neutral(method(function, desk)(None, *first, *values))
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


@pytest.mark.parametrize("error", [error for error in ErrorValue if error not in ODD])
def test_an_error_is_a_number_that_is_none(error: ErrorValue) -> None:
    assert math.isnan(error_number(error))
    assert error_of(error_number(error)) is error


def test_tables_go_there_and_back() -> None:
    rows = [[1.0, "text", None], [ErrorValue.NA, True, 0.5]]
    back = given_back(rows, flag=False)
    assert back[0] == (1.0, "text", "")
    assert neutral(back)[1] == [ErrorValue.NA, "TRUE", 0.5]
    assert given_back([[True], [False]], flag=True) == ((1.0,), (0.0,))
    assert given_back(True, flag=True) == ((1.0,),)  # noqa: FBT003  the value under test


def test_every_case_through_the_methods(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "xlfuncs.log", tmp_path / "said.jsonl")
    functions = worksheet_functions()
    for case in all_cases():
        if not all(map(_fits, case.in_cells())):
            continue
        made = case.card
        values = [_from_calc(value) for value in case.in_cells()]
        known = [_known(value) for value in case.in_cells()]
        expected = functions[made.worksheet_name](*known)
        values += [None] * (len(made.arguments) - len(values))  # Calc passes every argument
        answer = called(desk, made.name, *values)
        assert answer == _shown(expected), case.name


def _fits(value: Any) -> bool:
    """Whether a cell can hold it."""
    if isinstance(value, list):
        return all(map(_fits, value))
    return not isinstance(value, float) or math.isfinite(value)


def _from_calc(value: Any) -> Any:
    """A value as Calc hands it over: tuples of rows, empty text for a blank, 1 for TRUE."""
    if isinstance(value, list):
        return tuple(tuple(_from_calc(cell) for cell in row) for row in value)
    if isinstance(value, ErrorValue):
        return error_number(value)
    return "" if value is None else float(value) if isinstance(value, bool) else value


def _known(value: Any) -> Any:
    if isinstance(value, list):
        return [[_known(cell) for cell in row] for row in value]
    return float(value) if isinstance(value, bool) else value


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        rows = [[_shown(cell) if cell is not None else "" for cell in row] for row in value]
        rows = [
            ["TRUE" if c is True else "FALSE" if c is False else c for c in row] for row in rows
        ]
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
    return value


def test_an_empty_cell_is_blank_where_zero_means_nothing(desk: Desk, tmp_path: Path) -> None:
    day = 36201.0
    assert called(desk, "conversion_price", day, day + 100, 6.03, 0.0) == 6.03
    assert called(desk, "default_interest", 1000.0, 365.0, 0.1, (("",),)) == 100.0
    assert called(desk, "default_interest", 1000.0, 365.0, 0.1, 0.0) == 0.0  # as the law may say
    assert called(desk, "is_change_of_control", 0.0, "", 0.0, 0.0) == 1.0  # none held is no blank
    exact = Desk(tmp_path / "xlfuncs.log", tmp_path / "said.jsonl")
    price = called(exact, "conversion_price", day, day + 100, 6.03, 0.0)
    assert price is ErrorValue.NUM  # the refresh of books hands over blanks as they are


@pytest.mark.parametrize("zero", [dt.date(1899, 12, 30), dt.date(1904, 1, 1), dt.date(1900, 1, 1)])
def test_days_are_counted_from_the_documents_own_zero(desk: Desk, zero: dt.date) -> None:
    options = document(zero.year, zero.month, zero.day)
    start, end = dt.date(1998, 12, 18), dt.date(1999, 2, 10)
    days = [float((day - zero).days) for day in (end, start)]
    premium = called(desk, "accreted_premium", *days, 1000.0, 0.06, options=options)
    assert premium == 8.876712328767123
    after = called(desk, "add_business_days", days[0], 1.0, None, options=options)
    assert zero + dt.timedelta(days=after) == dt.date(1999, 2, 11)


def test_a_fault_of_the_add_in_is_logged(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_value: object) -> object:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(component, "neutral", broken)
    for _ in range(2):
        rows = method(function_named("version"), desk)(None)
        assert rows == (("0.1.0",),)
        answer = method(function_named("clause"), desk)(None, USUAL, "version")
        assert error_of(answer[0][0]) is ErrorValue.VALUE
    log = (tmp_path / "xlfuncs.log").read_text("utf-8")
    assert log.count("ZeroDivisionError: a fault of ours") == 1
    assert log.startswith("XLF_CLAUSE\nTraceback")


def parts() -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(pack.extension())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_extension_is_the_same_each_time() -> None:
    assert pack.extension() == pack.extension()


def test_what_the_extension_holds() -> None:
    held = parts()
    manifest = ET.fromstring(held["META-INF/manifest.xml"])  # noqa: S314  our own file
    space = "{http://openoffice.org/2001/manifest}"
    listed = {entry.attrib[f"{space}full-path"] for entry in manifest}
    assert listed == {"xlfuncs.idl", "xlfuncs.components", "CalcAddIns.xcu"}
    assert f'<version value="{VERSION}"/>' in held["description.xml"]
    assert "<publisher>" in held["description.xml"]
    assert held["LICENSE"].startswith("MIT License")
    for name in ("description.xml", "xlfuncs.components", "CalcAddIns.xcu"):
        ET.fromstring(held[name])  # noqa: S314  our own file


def test_the_extension_needs_the_standard_library_alone() -> None:
    for name, text in parts().items():
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            outer = {str(one).partition(".")[0] for one in names}
            assert outer <= {*sys.stdlib_module_names, "xlfuncs", "uno", "unohelper"}, name


def test_the_packed_modules_suffice(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(pack.extension())) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'pythonpath')!r})\n"
        f"exec(compile(open({str(tmp_path / 'component.py')!r}).read(), 'component.py', 'exec'))\n"
        "import xlfuncs; print(xlfuncs.__file__)\n"
        "desk = Desk(None)\n"
        "for function in FUNCTIONS: method(function, desk)\n"
        "print(method(function_named('version'), desk)(None))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    module, answer = done.stdout.splitlines()
    assert module.startswith(str(tmp_path))
    assert answer == f"(({VERSION!r},),)"


def test_interface_and_texts_name_every_function_and_argument() -> None:
    interface, texts = pack.interface(), pack.wizard_texts()
    for made in CARDS:
        assert f" {method_name(made)}(" in interface
        assert f'<value xml:lang="en">{made.worksheet_name}</value>' in texts
        for argument in made.arguments:
            assert f"any {parameter_name(argument)}" in interface.replace("<any>", " any")
            assert f'oor:name="{parameter_name(argument)}"' in texts


def test_pack_calc_writes_the_extension(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "made.oxt"
    assert main(["pack", "calc", "--output", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert path.read_bytes() == pack.extension()
    assert main(["pack", "calc", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'xlfuncs.oxt'}\n"
    assert main(["pack", "calc", "--output", str(tmp_path / "made.zip")]) == 2
    assert "neither a folder that is there nor a .oxt file" in capsys.readouterr().err
    assert main(["pack", "calc", "--out", str(path)]) == 2  # options are written in full


def test_installed_and_taken_out_again(libreoffice: LibreOffice, tmp_path: Path) -> None:
    here = office.find_office()
    (tmp_path / "shared").mkdir()
    settings = [
        f"-env:UserInstallation={(tmp_path / 'user').as_uri()}",
        f"-env:UNO_SHARED_PACKAGES_CACHE={(tmp_path / 'shared').as_uri()}",
    ]
    for _ in range(2):  # a newer version takes the place of an older one
        install.install(here, shared=True, settings=settings)
    assert list((tmp_path / "shared").rglob("CalcAddIns.xcu"))
    install.uninstall(here, shared=True, settings=settings)
    with pytest.raises(EngineError, match="nothing to take out"):
        install.uninstall(here, shared=True, settings=settings)
    assert libreoffice.version == here.version_text


@pytest.mark.parametrize(
    ("said", "shared", "sentence"),
    [
        ("ERROR: unopkg cannot be started. The lock file indicates it as already running.", False,
         "the functions cannot be put in while LibreOffice runs: close it first"),
        ("ERROR: Cannot create folder: permission denied", True,
         "the functions cannot be put in for all users: this takes the rights of root"),
        ("ERROR: something else", False,
         "the functions cannot be put in; LibreOffice says: ERROR: something else"),
    ],
)  # fmt: skip
def test_why_it_cannot_be_installed(
    monkeypatch: pytest.MonkeyPatch, said: str, sentence: str, *, shared: bool
) -> None:
    monkeypatch.setattr(install, "find_python", lambda _: UnoPython(Path("python"), (3, 11)))
    monkeypatch.setattr(install, "_user", lambda *_, **__: [])
    monkeypatch.setattr(install, "_unopkg", lambda *_: said)
    with pytest.raises(EngineError) as raised:
        install.install(Office(Path(), (7, 4)), shared=shared)
    assert str(raised.value) == sentence


def test_a_home_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    monkeypatch.setattr(install, "find_python", lambda _: UnoPython(Path("python"), (3, 11)))
    monkeypatch.setattr(install, "_user", lambda *_, **__: [])
    monkeypatch.setattr(install, "_unopkg", lambda *_: "unopkg ended with -11")
    with pytest.raises(EngineError, match="cannot be written; set HOME to a folder of yours"):
        install.install(Office(Path(), (7, 4)), shared=False)


@pytest.mark.parametrize(
    ("act", "says"), [(install.install, "takes extensions"), (install.uninstall, "has extensions")]
)
def test_root_is_told_of_shared(
    act: Callable[..., None], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "find_python", lambda _: UnoPython(Path("python"), (3, 11)))
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    with pytest.raises(EngineError, match=rf"{says}.* user root for all users only: add --shared"):
        act(Office(Path(), (7, 4)), shared=False)


def test_a_python_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "find_python", lambda _: UnoPython(Path("python"), (3, 8)))
    with pytest.raises(EngineError, match=r"runs add-ins in Python 3\.8 and xlfuncs needs 3\.11"):
        install.install(Office(Path(), (7, 0)), shared=False)


def test_no_libreoffice_no_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(office, "_USUAL_PLACES", (str(tmp_path / "none" / "program"),))
    with pytest.raises(EngineError, match="LibreOffice is not on this machine: install it"):
        office.find_office.__wrapped__()
    monkeypatch.setenv("XLFUNCS_SOFFICE", str(tmp_path / "soffice"))
    with pytest.raises(EngineError, match=r"XLFUNCS_SOFFICE names .*, which is no file"):
        office.find_office.__wrapped__()
    monkeypatch.setenv("XLFUNCS_UNO_PYTHON", sys.executable)  # which has no module uno
    with pytest.raises(EngineError, match="no Python here can talk to LibreOffice"):
        office.find_python.__wrapped__(Office(tmp_path, (7, 4)))
