"""The reference workbook: every function in it, every check live, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from xlfuncs import about
from xlfuncs.books.patch import write_values
from xlfuncs.books.reference_book import ERRORS, build_reference
from xlfuncs.books.reference_calls import ABOUT, VALUATION, calls, wrong_calls
from xlfuncs.cli.main import main
from xlfuncs.engines.choose import engine_named
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.hosts.spelling import Spelling
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from xlfuncs.engines.base import Engine, Value
    from xlfuncs.engines.libreoffice import LibreOffice

WRONG = wrong_calls(calls())
CHECKS = len(about.CARDS) + len(WRONG)


@pytest.fixture(scope="module")
def data() -> bytes:
    return build_reference()


def _computed(engine: Engine, data: bytes) -> dict[str, dict[str, Value]]:
    calculation = engine.open(Package(data, "reference.xlsx"))
    calculation.recalculate()
    values = calculation.read()
    calculation.close()
    return values


def _named(data: bytes, values: dict[str, dict[str, Value]], name: str) -> Value:
    place = resolve(Package(data, "reference.xlsx"), name)
    return values[place.sheet][str(place.first)]


def _verdict(engine: Engine, data: bytes) -> Value:
    return _named(data, _computed(engine, data), "verdict")


def _rows(data: bytes) -> dict[str, int]:
    """The row of each function on the sheet Functions, the first one of each name."""
    cells = Package(data, "reference.xlsx").values("Functions")
    rows: dict[str, int] = {}
    for ref, value in cells.items():
        if ref.startswith("A") and isinstance(value, str) and value.startswith("XLF_"):
            rows.setdefault(value, int(ref[1:]))
    return rows


def test_every_function_stands_in_it_once_in_document_order(data: bytes) -> None:
    names = [made.worksheet_name for made in about.CARDS]
    rows = _rows(data)
    assert sorted(rows) == sorted(names)
    groups = calls()
    assert list(groups)[-2:] == [VALUATION, ABOUT]
    for group in groups.values():
        places = [names.index(call.made.worksheet_name) for call in group]
        assert places == sorted(places)
        on_the_sheet = [rows[call.made.worksheet_name] for call in group]
        assert on_the_sheet == list(range(on_the_sheet[0], on_the_sheet[0] + len(group)))


def test_the_file_holds_its_values(data: bytes) -> None:
    """So that a viewer without the functions shows the book as it should be."""
    values = Package(data, "reference.xlsx").values("Cover")
    assert values["A3"] == f"All {CHECKS} checks hold"
    functions = Package(data, "reference.xlsx").values("Functions")
    row = _rows(data)["XLF_CONVERSION_SHARES"]
    assert functions[f"E{row}"] == functions[f"F{row}"] == 1288762.0
    assert functions[f"G{row}"] is True


def test_refreshed_every_check_holds(data: bytes) -> None:
    values = _computed(engine_named("formualizer"), data)
    assert _named(data, values, "verdict") == f"All {CHECKS} checks hold"
    assert _named(data, values, "checks_hold") == _named(data, values, "checks_made") == CHECKS
    assert _named(data, values, "xlfuncs_version") == VERSION
    checks = [value for ref, value in values["Functions"].items() if ref.startswith("G")]
    assert checks == [True] * CHECKS


def test_promises_are_exact(data: bytes) -> None:
    """A promise has every digit that Python gave, not the sixteen that a library writes."""
    functions = Package(data, "reference.xlsx").values("Functions")
    for group in calls().values():
        for call in group:
            if isinstance(call.promised, float):
                row = _rows(data)[call.made.worksheet_name]
                assert functions[f"F{row}"] == functions[f"E{row}"] == call.promised


def _changed(data: bytes, sheet: str, ref: str, value: Any) -> bytes:
    return write_values(Package(data, "reference.xlsx"), {sheet: {ref: value}})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("XLF_CONVERSION_SHARES", 1288763.0),
        ("XLF_ACCRETED_PREMIUM", 36.1643835617),
        ("XLF_DELIVERY_DEADLINE", 36376.0),
        ("XLF_CAP_TRIGGER", False),
        ("XLF_VERSION", "0.0.9"),
    ],
)
def test_a_wrong_promise_turns_its_check_and_the_cover(data: bytes, name: str, wrong: Any) -> None:
    row = _rows(data)[name]
    changed = _changed(data, "Functions", f"F{row}", wrong)
    values = _computed(engine_named("formualizer"), changed)
    assert values["Functions"][f"G{row}"] is False
    assert _named(changed, values, "checks_failed") == 1.0
    assert _named(changed, values, "verdict") == (
        f"1 of {CHECKS} checks FAIL: see the sheet Functions"
    )


def _promises_of_tables(data: bytes) -> list[tuple[str, Any]]:
    """Each cell that a table must show, with a value that is wrong there."""
    cells = Package(data, "reference.xlsx").values("Tables")
    found = []
    for call in [one for group in calls().values() for one in group if one.is_table]:
        rows: Any = call.promised
        (top,) = [
            int(ref[1:]) + 2 for ref, value in cells.items()
            if ref.startswith("A") and value == call.made.worksheet_name
        ]  # fmt: skip
        wide = max(map(len, rows))
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[2 * wide]  # the last promised one
        found.append((f"{letter}{top + len(rows) - 1}", call))
    return found


def test_a_wrong_cell_of_a_table_turns_its_check(data: bytes) -> None:
    """The last cell of the last row of each table is compared too."""
    for ref, call in _promises_of_tables(data):
        changed = _changed(data, "Tables", ref, "something else")
        values = _computed(engine_named("formualizer"), changed)
        row = _rows(data)[call.made.worksheet_name]
        assert values["Functions"][f"G{row}"] is False, call.made.name


def test_a_changed_input_turns_its_check(data: bytes) -> None:
    """The formulas read the inputs laid out on the sheets: nothing is written into them."""
    inputs = Package(data, "reference.xlsx").values("Inputs")
    (first,) = [ref for ref, value in inputs.items() if value == "XLF_LIQUIDATION_PREFERENCE"]
    changed = _changed(data, "Inputs", f"C{first[1:]}", 1001.0)
    assert _verdict(engine_named("formualizer"), changed) == (
        f"1 of {CHECKS} checks FAIL: see the sheet Functions"
    )


def test_errors_of_three_kinds_are_called_for(data: bytes) -> None:
    functions = Package(data, "reference.xlsx").values("Functions")
    assert {one.code for one in WRONG} == {ErrorValue.NUM, ErrorValue.VALUE, ErrorValue.NA}
    shown = [value for value in functions.values() if isinstance(value, ErrorValue)]
    assert len(shown) == len(WRONG)
    row = next(int(ref[1:]) for ref, value in functions.items() if value is ErrorValue.NA)
    book = load_workbook(io.BytesIO(data))
    book["Functions"][f"E{row}"].value = '=XLF_LIQUIDATION_PREFERENCE("x",1,1)'
    stream = io.BytesIO()
    book.save(stream)
    values = _computed(engine_named("formualizer"), stream.getvalue())
    assert values["Functions"][f"G{row}"] is False, "another error is not the promised one"


@pytest.mark.parametrize("spelling", [Spelling.PLAIN, Spelling.SERVICE, Spelling.XLL])
def test_the_names_are_those_of_the_host(spelling: Spelling) -> None:
    written = build_reference(spelling)
    formulas = "".join(
        str(getattr(cell.value, "text", cell.value))
        for sheet in load_workbook(io.BytesIO(written)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    )
    used = set(re.findall(r"(?:_xll\.|ORG\.XLFUNCS\.ADDIN\.|XLF_)\w+(?=\()", formulas))
    starts = {Spelling.PLAIN: "XLF_", Spelling.XLL: "_xll.XLF_"}
    assert len(used) == len(about.CARDS)
    assert all(name.startswith(starts.get(spelling, "ORG.XLFUNCS.ADDIN.")) for name in used)
    assert Package(written, "x.xlsx").values("Cover")["A3"] == f"All {CHECKS} checks hold"


def test_the_same_bytes_each_time(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert build_reference() == data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_is_calculated_on_opening_and_nothing_in_it_is_volatile(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b'fullCalcOnLoad="1"' in book.read("xl/workbook.xml")
        sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets/" in name)
    assert not re.search(rb"<f[^>]*>[^<]*\b(?:NOW|TODAY|RAND|OFFSET|INDIRECT)\(", sheets)


def test_in_libreoffice_every_check_holds(libreoffice: LibreOffice) -> None:
    for spelling in (Spelling.PLAIN, Spelling.SERVICE):
        written = build_reference(spelling)
        assert _verdict(libreoffice, written) == f"All {CHECKS} checks hold", spelling


def test_in_libreoffice_a_wrong_promise_turns_the_cover(
    libreoffice: LibreOffice, data: bytes
) -> None:
    changed = _changed(data, "Functions", f"F{_rows(data)['XLF_VERSION']}", "0.0.9")
    assert _verdict(libreoffice, changed) == f"1 of {CHECKS} checks FAIL: see the sheet Functions"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    path = tmp_path / "reference.xlsx"
    assert main(["reference", "--output", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(path)
    assert f"reference.xlsx: All {CHECKS} checks hold" in err
    assert path.read_bytes() == data
    assert main(["reference", "--host", "calc", "--json", "--output", str(path)]) == 0
    assert '"host": "calc"' in capsys.readouterr().out
    assert main(["reference", "--host", "lotus"]) == 2


def test_each_host_has_a_file_of_its_own_and_it_is_a_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["reference", "--output", "x.ods"]) == 2
    assert "--output x.ods: the book is written as .xlsx" in capsys.readouterr().err
    assert main(["reference"]) == main(["reference", "--host", "calc"]) == 0
    assert capsys.readouterr().out.split() == [
        "xlfuncs_reference.xlsx",
        "xlfuncs_reference_calc.xlsx",
    ]
    assert len(list(tmp_path.iterdir())) == 2
    told = [set(Package.read(path).values("Cover").values()) for path in sorted(tmp_path.iterdir())]
    wants = "LibreOffice before 25.2 wants another file: xlfuncs reference --host calc."
    assert [wants in texts for texts in told] == [True, False]


def test_an_example_that_does_not_call_its_function_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a new function's docstring might."""
    (function, *_) = about.FUNCTIONS
    made = about.CARDS[0]._replace(example=">>> 1\n1")
    monkeypatch.setattr(function, "__card__", made)
    with pytest.raises(BookError, match="the example of closing_bid does not call"):
        calls()


def test_the_sections_are_named(data: bytes) -> None:
    cover = Package(data, "reference.xlsx").values("Cover")
    assert ERRORS in cover.values()
    assert {"Certificate of Designation", "Warrant", "Offer Letter"} <= set(cover.values())
