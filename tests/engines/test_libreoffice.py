"""The engine LibreOffice: the same answers as the embedded one, and nothing left behind."""

from __future__ import annotations

import datetime as dt
import os
import signal
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.about import CARDS
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.batch.settings import argument_units
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal
from xlfuncs.engines import libreoffice as engine_module
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.engines.libreoffice import LibreOffice
from xlfuncs.engines.office_server import OfficeEnded, office_server
from xlfuncs.errors import EngineError, ErrorValue, FunctionError
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlfuncs.engines.base import Value

    Book = Callable[..., Package]

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
SLACK = 1e-12  # LibreOffice takes a difference that is nearly zero for zero, as Excel does


@pytest.fixture(scope="module", params=["valence_1998", "bogues_2004"])
def deal(request: pytest.FixtureRequest) -> Package:
    name = str(request.param)
    return Package(build_book(read_deal(WORKBOOKS / name, argument_units())), f"{name}.xlsx")


def _slack(tab: str, ref: str, cells: Mapping[str, Any]) -> float:
    """A difference on the sheet Checks is as exact as the figure that it is a difference of."""
    figure = cells.get(f"B{ref[1:]}")
    if tab == "Checks" and ref.startswith("D") and isinstance(figure, float):
        return SLACK * max(abs(figure), 1.0)
    return SLACK


def calculated(engine: LibreOffice, package: Package) -> dict[str, dict[str, Value]]:
    calculation = engine.open(package)
    try:
        calculation.recalculate()
        return calculation.read()
    finally:
        calculation.close()


def close_to(one: Value, other: Value, slack: float = SLACK) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) < slack * max(abs(one), 1.0)
    return type(one) is type(other) and one == other


def test_deal_books_agree_cell_by_cell(libreoffice: LibreOffice, deal: Package) -> None:
    embedded = Formualizer().open(deal)
    embedded.recalculate()
    real = libreoffice.open(deal)
    real.recalculate()
    ours, theirs = embedded.read(), real.read()
    assert ours.keys() == theirs.keys()
    wrong = [
        f"{tab}!{ref}: {value!r} embedded, {theirs[tab].get(ref)!r} in LibreOffice"
        for tab, cells in ours.items()
        for ref, value in cells.items()
        if not close_to(value, theirs[tab].get(ref), _slack(tab, ref, cells))
    ]
    assert not wrong
    assert {tab: cells.keys() for tab, cells in ours.items()} == {
        tab: cells.keys() for tab, cells in theirs.items()
    }
    assert embedded.arrays() == real.arrays()
    real.close()


@pytest.mark.usefixtures("libreoffice")
def test_a_refresh_writes_what_the_embedded_engine_writes(tmp_path: Path) -> None:
    data = build_book(read_deal(WORKBOOKS / "valence_1998", argument_units()))
    shown = {}
    for engine in ("formualizer", "libreoffice"):
        path = tmp_path / engine / "book.xlsx"
        path.parent.mkdir()
        path.write_bytes(data)
        outcome = refresh_book(
            path,
            Request(as_of=dt.date(1999, 9, 2), in_place=True, engine=engine),
        )
        assert not outcome.failure
        shown[engine] = outcome, Package.read(path)
    (one, first), (other, second) = shown.values()
    assert one.outputs == pytest.approx(dict(other.outputs))
    assert one.troubles == other.troubles
    for sheet in first.sheets:
        values, others = first.values(sheet.name), second.values(sheet.name)
        wrong = [
            f"{sheet.name}!{ref}: {value!r}, and {others[ref]!r} from LibreOffice"
            for ref, value in values.items()
            if not close_to(value, others[ref], _slack(sheet.name, ref, values))
        ]
        assert not wrong


@pytest.mark.usefixtures("libreoffice")
def test_values_of_every_kind(book: Book) -> None:
    cells = {
        "A1": True, "A2": "text", "A3": 6.03, "A4": "#N/A", "A6": 36201, "A7": "=TODAY()-A6",
        "B1": "=A1", "B2": "=A2", "B3": "=A3*2", "B4": "=A4", "B5": "=A5", "B6": "=1=1",
        "C1": "=1/0", "C2": '=""', "C3": "=SQRT(-1)", "C4": '="x"+1', "C5": "=NOT(A1)",
        "D1": "=XLF_CAP_TRIGGER(1000,100,2000,1.5)", "D2": "=D1=TRUE", "D3": "=IF(D1,1,2)",
        "E1": "=[1]!XLF_VERSION()", "E2": '=_xll.xlf_version()&"XLF_VERSION()"',
        "E3": "=org.xlfuncs.addin.version()",
        "F1": "=XLF_DEFAULT_INTEREST(1000,365,0.1,A5)",
        "F2": "=XLF_DEFAULT_INTEREST(1000,365,0.1,nothing)",
        "F3": "=XLF_HISTORICAL_VOLATILITY(A3:A4)", "F4": "=XLF_DEFAULT_INTEREST(1000,365,A4)",
        "F5": "=XLF_DEFAULT_INTEREST(1000,365,0.1,)",
    }  # fmt: skip
    formats = {"B6": '<c r="B6" s="1"><f>1=1</f></c>'}
    package = book({"S": {**cells, **formats}}, {"nothing": "S!$A$5"})
    found = calculated(LibreOffice(dt.datetime(1999, 2, 11, 9, 30)), package)["S"]  # noqa: DTZ001
    assert found == {
        "A7": 1.0, "B1": True, "B2": "text", "B3": 12.06, "B4": ErrorValue.NA, "B5": 0.0,
        "B6": True, "C1": ErrorValue.DIV0, "C2": "", "C3": ErrorValue.VALUE,
        "C4": ErrorValue.VALUE, "C5": False, "D1": found["D1"], "D2": found["D1"],
        "D3": 1.0 if found["D1"] else 2.0, "E1": "0.1.0", "E2": "0.1.0XLF_VERSION()",
        "E3": "0.1.0",
        "F1": 100.0, "F2": 100.0, "F3": ErrorValue.NA, "F4": ErrorValue.NA, "F5": 100.0,
    }  # fmt: skip
    assert isinstance(found["D1"], bool)


@pytest.mark.parametrize("value", [True, False, 7500.0, "text", None, ErrorValue.NA])
def test_inputs_of_every_kind(libreoffice: LibreOffice, book: Book, value: Value) -> None:
    calculation = libreoffice.open(book({"S": {"A1": 1, "B1": "=A1", "C1": "=ISBLANK(A1)"}}))
    calculation.set("s", "$A$1", value)
    calculation.recalculate()
    shown = calculation.read()["S"]
    calculation.close()
    assert shown["B1"] == (0.0 if value is None else value)
    assert type(shown["B1"]) is (float if value is None else type(value))
    assert shown["C1"] is (value is None)


def test_set_again_and_calculate_again(libreoffice: LibreOffice, book: Book) -> None:
    calculation = libreoffice.open(book({"S": {"A1": 1, "A2": 2, "B1": "=A1*A2"}}))
    with pytest.raises(EngineError, match="must be recalculated before it is read"):
        calculation.read()
    for number in (3.0, 4.0):
        calculation.set_range("S", "A1", [[number], [number]])
        calculation.recalculate()
        assert calculation.read()["S"]["B1"] == number * number
    with pytest.raises(EngineError, match="S!B1 holds a formula"):
        calculation.set("S", "B1", 1.0)
    with pytest.raises(EngineError, match="has no sheet 'T'"):
        calculation.set("T", "A1", 1.0)
    with pytest.raises(EngineError, match="'A0' is not a cell"):
        calculation.set("S", "A0", 1.0)
    with pytest.raises(EngineError, match="cannot be set to #REF!"):
        calculation.set("S", "A1", ErrorValue.REF)
    calculation.close()
    calculation.close()
    with pytest.raises(EngineError, match="is closed"):
        calculation.read()


def dynamic(ref: str, formula: str) -> str:
    return f'<c r="{ref[:2]}" cm="1"><f t="array" ref="{ref}">{formula}</f><v>0</v></c>'


@pytest.mark.parametrize(("rows", "area"), [(2, "B1:B2"), (3, "B1:B3"), (5, "B1:B5")])
def test_a_spill_takes_the_size_of_its_table(
    libreoffice: LibreOffice, book: Book, rows: int, area: str
) -> None:
    cells = {f"A{row}": 100 * row for row in range(1, rows + 1)}
    package = book({"S": {**cells, "B1": dynamic("B1:B3", "XLF_ALLOCATE_PRO_RATA(1000,A1:A5)")}})
    calculation = libreoffice.open(package)
    calculation.recalculate()
    assert calculation.arrays() == {"S": {"B1": area}}
    shown = calculation.read()["S"]
    assert sum(float(shown[f"B{row}"] or 0) for row in range(1, rows + 1)) == 1000
    assert shown["B3"] is None or rows >= 3
    calculation.close()


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (
            {"B1": dynamic("B1:B1", "XLF_ALLOCATE_PRO_RATA(9,A1:A2)"), "B2": "here"},
            "S!B1: it is #SPILL!",
        ),
        ({"A3": "=NOSUCH(1)"}, "S!A3: it is #NAME?"),
        ({"A3": "=A3+1"}, "S!A3: it depends on itself"),
        ({"A3": "=TODAY()"}, "S!A3: TODAY reads the clock: give an as-of date"),
        ({"A3": "=RAND()"}, "S!A3: RAND gives another value each time"),
        (
            {"A3": '=_xlfn.WEBSERVICE("http://localhost/")'},
            "S!A3: WEBSERVICE leads out of the book",
        ),
        ({"A3": '<f t="dataTable" ref="A3:A4" r1="A1"/>'}, "S!A3: it is a data table"),
    ],
)
def test_what_has_no_value_fails_the_book(
    libreoffice: LibreOffice, book: Book, cells: dict[str, object], why: str
) -> None:
    with pytest.raises(EngineError) as raised:
        calculated(libreoffice, book({"S": {"A1": 1, "A2": 2, **cells}}))
    assert str(raised.value).startswith(f"deal.xlsx cannot be calculated: {why}")


def test_a_name_error_that_was_there_stays(libreoffice: LibreOffice, book: Book) -> None:
    was = '<c r="A1" t="e"><f>NOSUCH(1)</f><v>#NAME?</v></c>'
    assert calculated(libreoffice, book({"S": {"A1": was}}))["S"]["A1"] is ErrorValue.NAME


@pytest.mark.usefixtures("libreoffice")
def test_error_sentences_are_heard_in_each_book(book: Book) -> None:
    package = book({"S": {"A1": -1, "A2": "=XLF_LIQUIDATION_PREFERENCE(A1,0,0)", "A3": "=A2"}})
    for _ in range(2):
        heard: list[tuple[str, FunctionError]] = []

        def hear(
            name: str, error: FunctionError, heard: list[tuple[str, FunctionError]] = heard
        ) -> None:
            heard.append((name, error))

        calculated(LibreOffice(heard=hear), package)
        assert [name for name, _ in heard] == ["XLF_LIQUIDATION_PREFERENCE"]
        assert "face_amount must be above 0" in str(heard[0][1])
        assert heard[0][1].code is ErrorValue.NUM


def test_explain_knows_a_condition(libreoffice: LibreOffice, book: Book) -> None:
    call = 'XLF_EXPLAIN("is_change_of_control",0.4,0.1,A1,FALSE)'
    cells = {"A1": True, "B1": f"=INDEX({call},5,3)", "B2": f"=INDEX({call},6,3)"}
    labels = {"C1": f"=INDEX({call},5,2)", "C2": f"=INDEX({call},6,2)"}
    shown = calculated(libreoffice, book({"S": {**cells, **labels}}))["S"]
    told = {shown["C1"]: shown["B1"], shown["C2"]: shown["B2"]}
    assert "TRUE" in told.values() or "FALSE" in told.values()


@pytest.mark.usefixtures("libreoffice")
def test_the_function_wizard_has_every_text() -> None:
    server = office_server()
    server.start()
    found = server.ask({"do": "wizard", "beginning": "XLF_"}, 60.0)["functions"]
    assert sorted(found) == sorted(made.worksheet_name for made in CARDS)
    for made in CARDS:
        description, arguments = found[made.worksheet_name]
        assert description.startswith(made.summary)
        assert [name for name, _ in arguments] == [one.name for one in made.arguments]
        for (_, text), one in zip(arguments, made.arguments, strict=True):
            assert text.startswith(one.help.rstrip("."))


def test_a_dead_libreoffice_is_started_again(libreoffice: LibreOffice, book: Book) -> None:
    package = book({"S": {"A1": 1, "B1": "=A1*2"}})
    server = office_server()
    calculation = libreoffice.open(package)
    calculation.set("S", "A1", 21.0)
    calculation.recalculate()
    starts = server.starts
    os.kill(server.process_id, signal.SIGKILL)
    calculation.recalculate()
    assert calculation.read()["S"]["B1"] == 42.0
    assert server.starts == starts + 1
    assert server._helper is not None
    server._helper.kill()  # the helper too: the kernel ends LibreOffice with it
    calculation.recalculate()
    assert calculation.read()["S"]["B1"] == 42.0
    calculation.close()


def test_a_book_that_kills_libreoffice_costs_itself(
    libreoffice: LibreOffice, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = book({"S": {"A1": 1, "B1": "=A1*2"}})
    server = office_server()

    def dies(*_: object) -> dict[str, Any]:
        raise OfficeEnded("it ended with -11")

    with monkeypatch.context() as patched:
        patched.setattr(engine_module.LibreOfficeCalculation, "_calculated", dies)
        with pytest.raises(EngineError, match=r"LibreOffice died of it: it ended with -11"):
            calculated(libreoffice, package)
    assert calculated(libreoffice, package)["S"]["B1"] == 2.0
    assert server.process_id


def test_a_book_that_takes_too_long_costs_itself(book: Book) -> None:
    package = book({"S": {"A1": 1, "B1": "=A1*2"}})
    with pytest.raises(EngineError, match="did not answer within 0 seconds"):
        calculated(LibreOffice(patience=0.0), package)
    assert calculated(LibreOffice(), package)["S"]["B1"] == 2.0


def test_another_book_is_never_read(libreoffice: LibreOffice, book: Book, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(book({"S": {"A1": 999}}).data)
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    space = "http://schemas.openxmlformats.org/package/2006"
    added = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{main}"><externalBook '
        f'xmlns:r="{links}" r:id="o"><sheetNames><sheetName val="S"/></sheetNames><sheetDataSet>'
        '<sheetData sheetId="0"><row r="1"><cell r="A1"><v>5</v></cell></row></sheetData>'
        "</sheetDataSet></externalBook></externalLink>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": f'<Relationships xmlns="{space}/'
        f'relationships"><Relationship Id="o" Type="{links}/externalLinkPath" '
        f'Target="{other.as_uri()}" TargetMode="External"/></Relationships>',
    }
    relation = (
        f'<Relationship Id="x" Type="{links}/externalLink" '
        'Target="/xl/externalLinks/externalLink1.xml"/></Relationships>'
    )
    reference = '<externalReferences><externalReference r:id="x"/></externalReferences>'
    package = book({"S": {"A1": "=[1]S!A1", "A2": "=A1*2"}}, calculation="")
    data = BytesIO()
    with zipfile.ZipFile(BytesIO(package.data)) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/_rels/workbook.xml.rels":
                text = text.replace("</Relationships>", relation)
            new.writestr(name, text.replace("</sheets>", f"</sheets>{reference}"))
        for name, text in added.items():
            new.writestr(name, text)
    shown = calculated(libreoffice, Package(data.getvalue(), "deal.xlsx"))["S"]
    assert shown == {"A1": 5.0, "A2": 10.0}
