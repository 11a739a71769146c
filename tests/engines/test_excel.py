"""The Excel engine over an object model that stands in for Excel's."""

from __future__ import annotations

import datetime as dt
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.excel_model import CODES, ExcelModel
from xlfuncs.engines.choose import engine_named
from xlfuncs.engines.excel import Excel, start_excel
from xlfuncs.engines.excel_formulas import Moment, given
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import EngineError, ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfuncs.engines.excel import ExcelCalculation

    Book = Callable[..., Package]
    Opened = Callable[..., ExcelCalculation]

DEALS = Path(__file__).parents[2] / "workbooks"


@pytest.fixture
def opened() -> Iterator[Callable[..., ExcelCalculation]]:
    """Opens books, and closes them after the test."""
    waiting = []

    def open_one(model: ExcelModel, package: Package, **settings: Any) -> ExcelCalculation:
        waiting.append(engine(model, **settings).open(package))
        return waiting[-1]

    yield open_one
    for calculation in waiting:
        calculation.close()


def engine(model: ExcelModel, clock: dt.datetime | None = None) -> Excel:
    return Excel(clock, start=lambda: model, addin=lambda: b"the add-in")


def test_a_deal_book_is_as_the_embedded_engine_has_it(tmp_path: Path, opened: Opened) -> None:
    from xlfuncs.batch.settings import argument_units  # noqa: PLC0415
    from xlfuncs.books.deal_book import build_book  # noqa: PLC0415
    from xlfuncs.deal.reading import read_deal  # noqa: PLC0415

    data = build_book(read_deal(DEALS / "valence_1998", argument_units()))
    package = Package(data, "book.xlsx")
    expected = Formualizer().open(package)
    expected.recalculate()
    model = ExcelModel()
    calculation = opened(model, package)
    calculation.recalculate()
    assert calculation.read() == expected.read()
    assert calculation.arrays() == expected.arrays()
    calculation.close()
    assert model.ended == ["quit"]
    assert not model.folder.exists()
    assert not list(tmp_path.iterdir())


def test_how_the_files_are_opened(book: Book, opened: Opened) -> None:
    model = ExcelModel()
    calculation = opened(model, book({"S": {"A1": 2, "B1": "=A1*2"}}))
    assert [(name, macros) for name, macros, _ in model.opened] == [
        ("xlfuncs.xlam", 1),
        ("book.xlsx", 3),
    ]
    assert all(options["UpdateLinks"] == 0 for _, _, options in model.opened)
    api = model.api
    assert (api.DisplayAlerts, api.ScreenUpdating, api.EnableEvents) == (False, False, False)
    assert api.AskToUpdateLinks is False
    assert api.Calculation == -4135
    assert (model.folder / "xlfuncs.xlam").read_bytes() == b"the add-in"
    calculation.close()
    calculation.close()
    assert model.book is not None
    assert model.book.closed == [False]
    assert model.ended == ["quit"]


def test_values_in_and_out(book: Book, opened: Opened) -> None:
    cells = {"A1": 2, "B1": "=A1*2", "B2": '=A2&"!"', "B3": "=ISBLANK(A3)", "B4": "=A4",
             "B5": "=1/0", "B6": "=NOT(A5)"}  # fmt: skip
    model = ExcelModel()
    calculation = opened(model, book({"S": cells}))
    calculation.set("s", "$A$1", 21.0)
    calculation.set_range("S", "A2", [["=1+1"], [None], [ErrorValue.NA], [True]])
    assert model.book is not None
    assert model.book.put == {
        ("S", "A1"): 21.0, ("S", "A2"): "'=1+1", ("S", "A3"): "", ("S", "A4"): "#N/A",
        ("S", "A5"): True,
    }  # fmt: skip
    with pytest.raises(EngineError, match="must be recalculated"):
        calculation.read()
    calculation.recalculate()
    assert calculation.read()["S"] == {
        "B1": 42.0, "B2": "=1+1!", "B3": True, "B4": ErrorValue.NA, "B5": ErrorValue.DIV0,
        "B6": False,
    }  # fmt: skip
    calculation.close()
    with pytest.raises(EngineError, match="is closed"):
        calculation.read()


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [(("T", "A1"), 1.0, "has no sheet 'T'"), (("S", "A0"), 1.0, "'A0' is not a cell"),
     (("S", "B1"), 1.0, "S!B1 holds a formula; only inputs can be set"),
     (("S", "A1"), ErrorValue.SPILL, "cannot be set to #SPILL!")],
)  # fmt: skip
def test_what_cannot_be_set(
    where: tuple[str, str], value: Any, says: str, book: Book, opened: Opened
) -> None:
    calculation = opened(ExcelModel(), book({"S": {"A1": 2, "B1": "=A1*2"}}))
    with pytest.raises(EngineError, match=says):
        calculation.set(*where, value)
    calculation.close()


ARRAYS = {
    "A1": 3,
    "A2": 1,
    "C1": '<c r="C1" cm="1"><f t="array" ref="C1:C2">XLF_ALLOCATE_PRO_RATA(8,A1:A4)</f></c>',
    "E1": '<c r="E1"><f t="array" ref="E1:E2">A1*{1;2}</f><v>3</v></c>',
}


def test_a_spill_that_grows_and_shrinks(book: Book, opened: Opened) -> None:
    calculation = opened(ExcelModel(), book({"S": ARRAYS}))
    calculation.set("S", "A3", 4.0)
    calculation.recalculate()
    assert calculation.arrays() == {"S": {"C1": "C1:C3", "E1": "E1:E2"}}
    assert calculation.read()["S"] == {"C1": 3.0, "C2": 1.0, "C3": 4.0, "E1": 3.0, "E2": 6.0}
    calculation.set_range("S", "A2", [[None], [None]])
    calculation.recalculate()
    assert calculation.arrays()["S"]["C1"] == "C1"
    assert calculation.read()["S"] == {"C1": 8.0, "C2": None, "E1": 3.0, "E2": 6.0}


def test_formulas_that_are_entered_again(book: Book, opened: Opened) -> None:
    cells = {
        "A1": 7500,
        "B1": "=[1]!XLF_CONVERSION_SHARES(A1,1000,0,6.03)",
        "C1": '<c r="C1" cm="1"><f t="array" ref="C1:C2">_xll.XLF_CONVERSION_SHARES(A1:A2,1000,0,6)'
        "</f><v>1</v></c>",
        "D1": '<c r="D1"><f t="array" ref="D1:D2">[1]!XLF_CONVERSION_SHARES(A1:A2,1000,0,6)</f>'
        "</c>",
        "E1": "=XLF_CONVERSION_SHARES(A1,1000,0,6.03)",
        "F1": "=A1+1",
        "A2": 1,
    }
    model = ExcelModel(prepare=lambda one: one.unbound.add(("S", "E1")))
    calculation = opened(model, book({"S": cells}))
    assert model.book is not None
    plain = "=XLF_CONVERSION_SHARES(A1:A2,1000,0,6)"
    assert sorted(model.book.entered) == [
        ("Formula", "S!B1", "=XLF_CONVERSION_SHARES(A1,1000,0,6.03)"),
        ("Formula2", "S!C1", plain),
        ("FormulaArray", "S!D1:D2", plain),
    ]
    calculation.recalculate()
    assert model.book.entered[3:] == [("Formula", "S!E1", "=XLF_CONVERSION_SHARES(A1,1000,0,6.03)")]
    assert model.rebuilds == 2
    assert calculation.read()["S"]["E1"] == 1243782.0


def test_a_function_that_stays_unknown_fails_the_book(book: Book, opened: Opened) -> None:
    def stubborn(one: Any) -> None:
        one.odd["S", "A1"] = CODES[ErrorValue.NAME]
        one.odd["S", "A2"] = -2146826239  # #FIELD!, which no file of ours can hold

    model = ExcelModel(prepare=stubborn)
    calculation = opened(model, book({"S": {"A1": "=XLF_VERSION()", "A2": "=1+1"}}))
    with pytest.raises(EngineError) as raised:
        calculation.recalculate()
    assert "S!A1: it is #NAME?: it uses a name or a function that is not known" in str(raised.value)
    assert "S!A2: its value -2146826239 is none that a file can hold" in str(raised.value)


@pytest.mark.parametrize("fails_at", [".xlam", ".xlsx"])
def test_excel_is_quit_when_a_file_does_not_open(fails_at: str, book: Book) -> None:
    model = ExcelModel(fails_at=fails_at)
    with pytest.raises(EngineError, match=r"^Excel cannot open deal\.xlsx: .*Exception occurred"):
        engine(model).open(book({"S": {"A1": "=1+1"}}))
    assert model.ended == ["quit"]
    assert not model.folder.exists()


def test_a_hung_excel_is_ended(book: Book) -> None:
    model = ExcelModel(fails_at="quit")
    engine(model).open(book({"S": {"A1": "=1+1"}})).close()
    assert model.ended == ["quit", "kill"]


def test_a_calculation_that_fails_is_a_sentence(book: Book, opened: Opened) -> None:
    calculation = opened(ExcelModel(fails_at="calculate"), book({"S": {"A1": "=1+1"}}))
    with pytest.raises(EngineError, match=r"^Excel cannot calculate deal\.xlsx: Excel is busy$"):
        calculation.recalculate()


@pytest.mark.parametrize(
    ("formula", "says"),
    [("=TODAY()", "TODAY reads the clock"), ("=RAND()", "RAND gives another value each time"),
     ('=WEBSERVICE("http://x")', "WEBSERVICE leads out of the book")],
)  # fmt: skip
def test_what_is_refused_before_excel_starts(formula: str, says: str, book: Book) -> None:
    model = ExcelModel()
    with pytest.raises(EngineError, match=says):
        engine(model).open(book({"S": {"A1": formula}}))
    with pytest.raises(EngineError, match="the name clock: "):
        engine(model).open(book({"S": {"A1": "=clock"}}, {"clock": formula[1:]}))
    assert not model.opened


def test_the_clock_stands_still(book: Book, opened: Opened) -> None:
    clock = dt.datetime(1999, 2, 10, 18)  # noqa: DTZ001  a sheet has no zones
    model = ExcelModel(clock)
    calculation = opened(model, book({"S": {"A1": "=TODAY()", "A2": '="TODAY()"'}}), clock=clock)
    assert model.book is not None
    assert model.book.entered == [("Formula", "S!A1", "=(36201.0)")]
    calculation.close()
    assert Moment.of(clock, date1904=True) == (34739.0, 34739.75)
    assert given("NOW()+1", Moment(1.0, 1.5)).text == "(1.5)+1"


def test_the_long_names_of_libreoffice_are_entered_plainly() -> None:
    found = given("1+org.xlfuncs.addin.liquidationpreference(A1,60,0)", Moment(None, None))
    assert found == ("1+XLF_LIQUIDATION_PREFERENCE(A1,60,0)", True)


def test_where_there_is_no_excel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    with pytest.raises(EngineError, match="on Windows only; choose the engine formualizer or"):
        Excel()


@pytest.mark.skipif(platform.system() == "Windows", reason="there it may start")
def test_an_excel_that_does_not_start() -> None:
    with pytest.raises(EngineError, match=r"^Excel cannot be started \(run xlfuncs doctor\): "):
        start_excel()


def test_the_version_is_excels_own(book: Book) -> None:
    one = engine(ExcelModel())
    assert one.version == ""
    one.open(book({"S": {"A1": 1}})).close()
    assert (one.name, one.version) == ("excel", "16.0")


def test_a_refresh_writes_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlfuncs.batch import bench, run  # noqa: PLC0415
    from xlfuncs.batch.plan import Request  # noqa: PLC0415
    from xlfuncs.batch.settings import argument_units  # noqa: PLC0415
    from xlfuncs.books.deal_book import build_book  # noqa: PLC0415
    from xlfuncs.deal.reading import read_deal  # noqa: PLC0415

    data = build_book(read_deal(DEALS / "valence_1998", argument_units()))
    as_of = dt.date(1999, 10, 1)
    written = {}

    def named(name: str, clock: dt.datetime | None = None, heard: Any = None) -> Any:
        if name == "excel":
            return engine(ExcelModel(clock), clock)
        return engine_named(name, clock, heard)

    monkeypatch.setattr(bench, "engine_named", named)
    for name in ("formualizer", "excel"):
        path = tmp_path / name / "book.xlsx"
        path.parent.mkdir()
        path.write_bytes(data)
        request = Request({"shares_issued": 1_200_000.0}, as_of, engine=name, in_place=True)
        outcome = run.refresh_book(path, request)
        assert outcome.good, outcome
        assert outcome.changed > 10
        written[name] = path.read_bytes()
    assert written["excel"] == written["formualizer"]
