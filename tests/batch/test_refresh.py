"""Refresh: what is set, what is written, what is reported, and what is left alone."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from tests.support.small_books import parts, small_book
from xlfuncs import conversion_shares
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.batch.runner import How, Job, refresh_books
from xlfuncs.books.patch import write_values
from xlfuncs.cli.main import main
from xlfuncs.deal.market import read_bids
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.batch.run import Output

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    deal = tmp_path_factory.mktemp("deal") / "valence"
    shutil.copytree(VALENCE, deal, ignore=shutil.ignore_patterns("*.xlsx"))
    assert main(["build", str(deal)]) == 0
    return deal / "book.xlsx"


@pytest.fixture
def book(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "book.xlsx"))


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _figures(book: Path, request: Request) -> Mapping[str, Output]:
    outcome = refresh_book(book, request)
    assert outcome.good, (outcome.failure, outcome.troubles)
    return outcome.outputs


def test_inputs_are_set_and_everything_that_depends_on_them_moves(book: Path) -> None:
    before = _figures(book, Request(dry_run=True))
    after = _figures(book, Request(sets={"face_amount": 2000.0}, dry_run=True))
    assert after["wanted_shares"] == conversion_shares(
        7500, 2000, float(str(after["premium"])), float(str(after["conversion_price"]))
    )
    assert float(str(after["premium"])) == pytest.approx(2 * float(str(before["premium"])))
    assert after["market_price"] == before["market_price"]


def test_the_as_of_date_is_an_input_like_any_other(book: Path) -> None:
    figures = _figures(book, Request(as_of=dt.date(1999, 2, 10), dry_run=True))
    assert figures["conversion_date"] == dt.date(1999, 2, 10)
    assert figures["days_accrued"] == 54
    assert figures["conversion_price"] == 6.03
    assert figures["wanted_shares"] == 1_254_822  # Certificate of Designation, IV.A


def test_new_bids_take_the_place_of_all_old_ones(book: Path, tmp_path: Path) -> None:
    bids = tmp_path / "quotes.csv"
    days = pd.bdate_range("1999-07-01", "2000-03-31").date
    bids.write_text("date,closing_bid\n" + "".join(f"{day},5.5\n" for day in days))
    request = Request(as_of=dt.date(2000, 3, 1), bids=read_bids(bids), folder=tmp_path / "out")
    (tmp_path / "out").mkdir()
    outcome = refresh_book(book, request)
    # Those days are no calendar of an exchange: the book's holidays find the bids of 4 July 1999.
    assert outcome.outputs["market_price"] == 5.5
    sheet = load_workbook(tmp_path / "out" / "book.xlsx", data_only=True)["Market"]
    assert sheet["A6"].value == dt.datetime(1999, 7, 1)  # noqa: DTZ001  as openpyxl gives it
    assert sheet["B6"].value == 5.5
    last = 6 + len(days)
    assert [sheet.cell(last + step, 1).value for step in range(3)] == [None] * 3
    assert sheet["A3"].value == "As in quotes.csv"


def test_only_values_change(book: Path, tmp_path: Path) -> None:
    old = _members(book)
    (tmp_path / "out").mkdir()
    request = Request(as_of=dt.date(1999, 10, 1), folder=tmp_path / "out")
    assert refresh_book(book, request).good
    new = _members(tmp_path / "out" / "book.xlsx")
    assert list(new) == list(old)
    changed = {name for name in old if old[name] != new[name]}
    assert changed
    assert all(name.startswith("xl/worksheets/sheet") for name in changed)
    formulas = load_workbook(tmp_path / "out" / "book.xlsx")["Conversion"]
    before = load_workbook(book)["Conversion"]
    assert [[c.value for c in row] for row in formulas] == [
        [c.value for c in row] for row in before
    ]


def test_a_second_refresh_with_the_same_inputs_changes_no_byte(book: Path) -> None:
    request = Request(as_of=dt.date(1999, 10, 1), in_place=True)
    assert refresh_book(book, request).changed > 0
    first = book.read_bytes()
    assert refresh_book(book, request).changed == 0
    assert book.read_bytes() == first


def test_refreshing_back_gives_the_values_of_before(book: Path, built: Path) -> None:
    refresh_book(book, Request(as_of=dt.date(2000, 3, 1), in_place=True))
    refresh_book(book, Request(as_of=dt.date(1999, 9, 1), in_place=True))
    old, new = Package.read(built), Package.read(book)
    for sheet in old.sheets:
        assert new.values(sheet.name) == old.values(sheet.name)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "nope=3"], "does not define the name nope"),
        (["--set", "conversion_date=2000-01-03"], "conversion_date (Conversion!B6) is a formula"),
        (["--set", "closing_bids=5"], "closing_bids is the range Market!B6:B"),
        (["--set", "face_amount=-1000"], "face_amount must be above 0"),
        (["--set", "face_amount=thousand"], "face_amount must be a number, not 'thousand'"),
        (["--set", "as_of=10 February 1999"], "as_of must be a date, not '10 February 1999'"),
        (["--outputs", "nothing"], "does not define the name nothing"),
        (["--outputs", "closing_bids"], "closing_bids is the range"),
        (["--engine", "excel"], "Excel calculates our functions on Windows only"),
    ],
)
def test_what_cannot_be_asked_touches_no_file(
    book: Path, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert main(["refresh", str(book), "--in-place", *words]) == 1
    assert says in capsys.readouterr().err
    assert book.read_bytes() == before
    assert [path.name for path in book.parent.iterdir()] == ["book.xlsx"]


def test_a_figure_without_a_value_is_named_with_its_cell_and_reason(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["refresh", str(book), "--as-of", "2002-03-04", "--dry-run"]) == 1
    causes = capsys.readouterr().err.splitlines()[:2]
    assert "(variable_price) is #N/A: closing_bids lacks the bid of 2002-02-15" in causes[0]
    assert "(market_price) is #N/A: closing_bids lacks the bid of 2002-03-01" in causes[1]


def test_a_book_that_fails_costs_only_itself(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, text = tmp_path / "broken.xlsx", tmp_path / "text.xlsx"
    broken.write_bytes(book.read_bytes()[:5000])
    text.write_text("date,closing_bid\n")
    books = [str(path) for path in (broken, book, text, tmp_path / "missing.xlsx")]
    assert main(["refresh", *books, "--dry-run", "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in shown] == ["failed", "refreshed", "failed", "failed"]
    assert "broken.xlsx" in shown[0]["failure"]
    assert shown[2]["failure"] == "text.xlsx is not an Excel workbook but a text file"
    assert shown[3]["failure"] == "missing.xlsx cannot be read: No such file or directory"


def test_a_formula_that_cannot_be_computed_fails_the_book(tmp_path: Path) -> None:
    path = tmp_path / "user.xlsx"
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"] = "=XLF_NOT_THERE(1)"
    sheet["A2"] = "=1+1"
    workbook.save(path)
    before = path.read_bytes()
    outcome = refresh_book(path, Request(in_place=True))
    assert "user.xlsx" in outcome.failure
    assert "A1" in outcome.failure
    assert path.read_bytes() == before


def test_a_locked_book_is_left_alone(book: Path) -> None:
    (book.parent / "~$book.xlsx").write_bytes(b"")
    outcome = refresh_book(book, Request(as_of=dt.date(1999, 10, 1), in_place=True))
    assert "book.xlsx" in outcome.failure
    assert "~$book.xlsx" in outcome.failure


def test_several_books_in_several_processes(book: Path, tmp_path: Path) -> None:
    copies = [shutil.copy(book, tmp_path / f"book{number}.xlsx") for number in range(3)]
    books = [book, *map(Path, copies)]
    request = Request(as_of=dt.date(1999, 10, 1), in_place=True)
    seen: list[Path] = []
    jobs = [Job(book, request) for book in books]
    outcomes, _ = refresh_books(jobs, How(jobs=2), done=lambda one: seen.append(one.book))
    assert [outcome.book for outcome in outcomes] == books
    assert all(outcome.good for outcome in outcomes)
    assert sorted(seen) == sorted(books)
    assert len({path.read_bytes() for path in books}) == 1


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_results_are_kept_as_a_table(book: Path, tmp_path: Path, ending: str) -> None:
    results = tmp_path / f"results.{ending}"
    words = ["--as-of", "1999-10-01", "--dry-run", "--results", str(results)]
    assert main(["refresh", str(book), *words]) == 0
    if ending == "csv":
        table = pd.read_csv(results)
    else:
        table = (
            pd.read_parquet(results)
            if ending == "parquet"
            else pd.read_excel(results, engine="openpyxl")
        )
    assert list(table["status"]) == ["refreshed"]
    assert float(table["conversion_price"][0]) == 4.67125
    assert str(table["conversion_date"][0])[:10] == "1999-10-01"
    assert table["binding_limit"][0] == "ownership limit"


def test_text_that_could_be_a_formula_is_made_harmless(tmp_path: Path) -> None:
    path = tmp_path / "user.xlsx"
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"] = '="=cmd|evil"&""'
    workbook.defined_names["shown"] = DefinedName("shown", attr_text="Sheet!$A$1")
    workbook.save(path)
    results = tmp_path / "results.csv"
    assert main(["refresh", str(path), "--dry-run", "--results", str(results)]) == 0
    assert list(pd.read_csv(results)["shown"]) == ["'=cmd|evil"]


def test_more_bids_than_the_book_has_room_for(book: Path, tmp_path: Path) -> None:
    bids = tmp_path / "many.csv"
    days = pd.date_range("1999-01-01", periods=3000).date
    weekdays = [day for day in days if day.weekday() < 5]
    bids.write_text("date,closing_bid\n" + "".join(f"{day},5.5\n" for day in weekdays))
    outcome = refresh_book(book, Request(bids=read_bids(bids), in_place=True))
    assert "many.csv has" in outcome.failure
    assert "room for" in outcome.failure


def test_without_a_place_for_the_copy_it_lies_beside_the_book(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert main(["refresh", str(book), "--as-of", "1999-10-01"]) == 0
    assert book.read_bytes() == before
    copy = book.with_name("book.refreshed.xlsx")
    assert Package.read(copy).values("Conversion")["B11"] == 4.67125
    assert str(copy) in capsys.readouterr().err


def test_results_never_replace_what_the_refresh_reads_or_writes(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    bids = tmp_path / "bids.csv"
    bids.write_text("date,closing_bid\n1999-07-01,5\n")
    copy = book.with_name("book.refreshed.xlsx")
    for path in (book, copy, bids):
        words = ["--bids", str(bids), "--results", str(path)]
        assert main(["refresh", str(book), *words]) == 2
        assert "which this refresh reads or writes" in capsys.readouterr().err
    assert main(["refresh", str(book), "--results", str(tmp_path / "none" / "r.csv")]) == 2
    assert book.read_bytes() == before
    assert not copy.exists()


def test_a_check_that_fails_is_a_trouble(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The book's window of bids has ten rows, and twenty days were asked for."""
    words = ["--set", "lookback_days=20", "--dry-run", "--outputs", "conversion_price"]
    assert main(["refresh", str(book), *words]) == 1
    assert "of its checks fail (Checks!" in capsys.readouterr().err


def test_names_hold_whatever_their_capitals(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = _figures(book, Request(sets={"Face_Amount": 2000.0}, dry_run=True))
    assert figures["liquidation_preference"] == 2000 + float(str(figures["premium"]))
    words = ["--as-of", "1999-10-01", "--set", "AS_OF=1999-11-01"]
    assert main(["refresh", str(book), *words]) == 2
    assert "AS_OF is set twice" in capsys.readouterr().err
    assert main(["refresh", str(book), "--set", "FACE_AMOUNT=abc"]) == 1
    assert "FACE_AMOUNT must be a number" in capsys.readouterr().err


def test_the_label_of_the_bids_goes_with_the_figures(book: Path, tmp_path: Path) -> None:
    outcome = refresh_book(book, Request(dry_run=True))
    assert outcome.bids == "Illustrative: not a quotation"
    results = tmp_path / "results.csv"
    main(["refresh", str(book), "--dry-run", "--results", str(results)])
    assert list(pd.read_csv(results)["bids"]) == ["Illustrative: not a quotation"]


def _user_book(path: Path, cells: dict[str, object]) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for ref, value in cells.items():
        sheet[ref] = value  # type: ignore[assignment]  # what a test puts there
    sheet["A9"].number_format = "yyyy-mm-dd"
    workbook.defined_names["when"] = DefinedName("when", attr_text="Sheet!$A$9")
    workbook.save(path)


def test_today_is_the_as_of_date(tmp_path: Path) -> None:
    path = tmp_path / "user.xlsx"
    _user_book(path, {"A9": "=TODAY()"})
    assert "TODAY" in refresh_book(path, Request(dry_run=True)).failure
    outcome = refresh_book(path, Request(as_of=dt.date(1999, 2, 10), dry_run=True))
    assert outcome.outputs["when"] == dt.date(1999, 2, 10)


def test_an_as_of_date_that_nothing_asks_for_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "user.xlsx"
    _user_book(path, {"A9": "=1+1"})
    outcome = refresh_book(path, Request(as_of=dt.date(1999, 2, 10), dry_run=True))
    assert "neither a name as_of nor a formula with TODAY or NOW" in outcome.failure


def test_a_number_that_is_no_date_stays_a_number(tmp_path: Path) -> None:
    path = tmp_path / "user.xlsx"
    _user_book(path, {"A9": "=100000000"})
    assert refresh_book(path, Request(dry_run=True)).outputs["when"] == 1e8
    _user_book(path, {"A9": "=36201.75"})
    moment = refresh_book(path, Request(dry_run=True)).outputs["when"]
    assert str(moment) == "1999-02-10 18:00:00"


def test_a_figure_still_without_a_value_is_reported_again(book: Path) -> None:
    request = Request(
        as_of=dt.date(2001, 8, 1), outputs=("conversion_price",), in_place=True
    )  # the day after the last bid
    first, again = refresh_book(book, request), refresh_book(book, request)
    assert any("(bid_on_notice_date) is #N/A" in line for line in first.troubles)
    assert any("(bid_on_notice_date) is #N/A" in line for line in again.troubles)


def test_a_cell_is_reported_when_its_error_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "user.xlsx"
    _user_book(path, {"B9": "=SQRT(-1)"})
    request = Request(in_place=True)
    assert any("B9 is #NUM!" in line for line in refresh_book(path, request).troubles)
    assert not any("B9" in line for line in refresh_book(path, request).troubles)
    package = Package.read(path)
    sheet = package.sheets[0].name
    data = write_values(package, {}, {sheet: {"B9": ErrorValue.NAME}})
    path.write_bytes(data)
    assert any("B9 is #NUM!" in line for line in refresh_book(path, request).troubles)


def test_a_signed_book_is_written_only_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    origin = f'<Relationship Id="r9" Type="{kind}" Target="_xmlsignatures/origin.sigs"/></Rel'
    rels = parts()["_rels/.rels"].replace("</Rel", origin)
    data = small_book(**{"_rels/.rels": rels, "_xmlsignatures/origin.sigs": ""})
    path = tmp_path / "signed.xlsx"
    path.write_bytes(data)
    words = ["refresh", str(path), "--in-place", "--set", "amount=7"]
    assert main(words) == 1
    assert "signed.xlsx is digitally signed" in capsys.readouterr().err
    assert main([*words[:2], "--dry-run"]) == 0
    assert path.read_bytes() == data
    assert main([*words, "--signed"]) == 0
    assert Package.read(path, allow_signed=True).values("S")["A2"] == 14.0
