"""Patterns and manifests: what is asked of which book, and every fault of what asks it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.support.small_books import small_book
from xlfuncs.batch.api import jobs_of
from xlfuncs.batch.books import files_of
from xlfuncs.batch.manifest import read_manifest
from xlfuncs.batch.plan import Request
from xlfuncs.batch.runner import How
from xlfuncs.cli.main import main
from xlfuncs.errors import CommandError, DealError

if TYPE_CHECKING:
    from tests.batch.conftest import Shelf

DAY = dt.date(1999, 10, 1)
BIDS = "date,closing_bid,source\n1999-09-30,5.5,made up\n1999-10-01,5.25,made up\n"


@pytest.fixture
def folder(shelf: Shelf) -> Path:
    return shelf(3)[0].parent


def _faults(path: Path) -> list[str]:
    with pytest.raises(DealError) as caught:
        read_manifest(path)
    return str(caught.value).splitlines()


def test_patterns_mean_workbooks_and_not_their_copies(folder: Path) -> None:
    for name in ("~$book0001.xlsx", "book0001.refreshed.xlsx", "notes.txt", ".hidden.xlsx"):
        (folder / name).write_bytes(b"")
    (folder / "deep").mkdir()
    (folder / "deep" / "b.xlsm").write_bytes(b"")
    (folder / "odd[1].xlsx").write_bytes(b"")
    found = files_of([f"{folder}/book*", folder / "book0001.xlsx", folder / "odd[1].xlsx"])
    assert [path.name for path in found] == [
        "book0000.xlsx", "book0001.xlsx", "book0002.xlsx", "odd[1].xlsx",
    ]  # fmt: skip
    assert folder / "deep" / "b.xlsm" in files_of([f"{folder}/**/*"])
    assert files_of([folder / "missing.xlsx"]) == [folder / "missing.xlsx"]  # its refresh fails
    with pytest.raises(CommandError, match="means no workbook"):
        files_of([f"{folder}/*.xls"])


def test_a_csv_manifest(folder: Path) -> None:
    (folder / "bids.csv").write_text(BIDS)
    path = folder / "books.csv"
    path.write_text(
        "Book,as_of,bids,Amount,premium_rate,label\n"
        "book0000.xlsx,1999-10-01,bids.csv,1_500,6%,\n"
        "book0001.xlsx,,,,-,no limit\n"
        "book0002.xlsx,1999-10-01,,3,0.06,1999-02-10\n"
    )
    one, two, three = read_manifest(path)
    assert one.book == folder / "book0000.xlsx"
    assert (one.as_of, one.sets) == (DAY, {"amount": 1500.0, "premium_rate": 0.06})
    assert one.bids is not None
    assert (one.bids.closing_bids, one.bids.note) == ((5.5, 5.25), "made up")
    assert (two.as_of, two.bids, two.sets) == (
        None,
        None,
        {"premium_rate": None, "label": "no limit"},
    )
    assert three.sets == {"amount": 3.0, "premium_rate": 0.06, "label": dt.date(1999, 2, 10)}


def test_every_fault_of_a_csv_manifest(folder: Path) -> None:
    (folder / "bids.csv").write_text(BIDS.replace("5.25", "-1"))
    (folder / "sub").mkdir()
    path = folder / "books.csv"
    path.write_text(
        "book,as_of,bids,face_amount\n"
        "book0000.xlsx,10 Oct 1999,,1000\n"
        "book*.xls,,,\n"
        "book0001.xlsx,,bids.csv,-5\n"
        ",,,\n"
        ",,,7\n"
        "book0001.xlsx,,,many\n"
        "book0002.xlsx,,\n"
        "gone.xlsx,,,\n"
        "sub,,,\n"
        "book0002.xlsx,1999-10-01 12:00,,\n"
    )
    faults = _faults(path)
    wanted = [
        "books.csv:2: as_of must be a date like 1999-02-10, not '10 Oct 1999'",
        "books.csv:3: ",
        "books.csv:4: face_amount must be above 0 and at most",
        "books.csv:4: bids.csv:3: closing_bid must be",
        "books.csv:6: book is blank",
        "books.csv:7: face_amount must be a number, not 'many'",
        "books.csv:7: book0001.xlsx stands in line 4 already",
        "books.csv:8: the row has 3 columns, the header 4",
        "books.csv:9: gone.xlsx is not there",
        "books.csv:10: sub is no file",
        "books.csv:11: as_of must be a date like 1999-02-10, not 1999-10-01 12:00:00",
    ]
    assert len(faults) == len(wanted)
    for fault, start in zip(faults, wanted, strict=True):
        assert fault.startswith(start)


def test_a_toml_manifest(folder: Path) -> None:
    path = folder / "books.toml"
    path.write_text(
        "as_of = 1999-10-01\nset = {premium_rate = 0.06, amount = 1}\n\n"
        '[[book]]\nbook = "book000[01].xlsx"\nset = {amount = 2}\n\n'
        '[[book]]\nbook = "book0002.xlsx"\nas_of = 1999-12-31\n[book.set]\nlabel = "a"\n'
    )
    one, two, three = read_manifest(path)
    assert [one.book.name, two.book.name] == ["book0000.xlsx", "book0001.xlsx"]
    assert one.sets == two.sets == {"premium_rate": 0.06, "amount": 2.0}
    assert (one.as_of, three.as_of) == (DAY, dt.date(1999, 12, 31))
    assert three.sets == {"premium_rate": 0.06, "amount": 1.0, "label": "a"}


def test_every_fault_of_a_toml_manifest(folder: Path) -> None:
    path = folder / "books.toml"
    path.write_text(
        'asof = 1999-10-01\n\n[[book]]\nbook = "book0000.xlsx"\namount = 3\n\n'
        "[[book]]\nset = 3\n\n"
        '[[book]]\nbook = "book0001.xlsx"\nset = {face_amount = [1], premium_rate = -2}\n'
    )
    faults = _faults(path)
    assert faults[0].startswith("books.toml:1: asof is not one of as_of, bids; an input goes into")
    assert any(fault.startswith("books.toml:3: amount is not one of") for fault in faults)
    assert "books.toml:7: book is blank" in faults
    assert any(fault.startswith("books.toml:7: set must be a table") for fault in faults)
    assert any(
        fault.startswith("books.toml:10: face_amount must be a number, a") for fault in faults
    )
    assert any(fault.startswith("books.toml:10: premium_rate must") for fault in faults)
    path.write_text('as_of = 1\n[[book]\nbook = "x"\n')
    assert _faults(path)[0].startswith("books.toml:2: this is not TOML: ")
    path.write_text("book = 3\n")
    assert "books are written as tables headed [[book]]" in _faults(path)[0]
    path.write_text("as_of = 1999-10-01\n")
    assert _faults(path) == ["books.toml: it names no books"]


@pytest.mark.parametrize("parquet", [True, False])
def test_a_frame_is_a_manifest(folder: Path, *, parquet: bool) -> None:
    books = [str(folder / f"book000{at}.xlsx") for at in range(3)]
    frame = pd.DataFrame(
        {
            "book": books,
            "as_of": [DAY, None, dt.date(1999, 12, 31)],
            "Amount": [1.0, None, 3.0],
            "count": [1, 2, 3],
            "label": ["a", None, "c"],
        }
    )
    source: Any = frame
    if parquet:
        source = folder / "books.parquet"
        frame.to_parquet(source)
    one, two, three = read_manifest(source)
    assert one.book == Path(books[0])
    assert (one.as_of, two.as_of) == (DAY, None)
    assert one.sets == {"amount": 1.0, "count": 1.0, "label": "a"}
    assert two.sets == {"count": 2.0}
    assert three.sets["label"] == "c"


def test_frames_that_are_no_manifests() -> None:
    for frame, says in (
        (pd.DataFrame({"file": ["a.xlsx"]}), "frame: there is no column book"),
        (pd.DataFrame({"book": [3.0]}), "frame:1: book is blank"),
        (pd.DataFrame({"book": ["a.xlsx"], "x": [[1]]}), "frame:1: x must be a number, a date"),
        (pd.DataFrame({"book": ["a.xlsx"], "A": [1], "a": [2]}), "frame: column a stands twice"),
        (pd.DataFrame({"book": []}), "frame: it names no books"),
    ):
        with pytest.raises(DealError) as caught:
            read_manifest(frame)
        assert str(caught.value).startswith(says)


@pytest.mark.parametrize("how", ["as_of", "sets"])
def test_a_date_of_a_row_comes_before_that_of_all(folder: Path, how: str) -> None:
    path = folder / "books.csv"
    path.write_text("book,as_of\nbook0000.xlsx,1999-10-01\nbook0001.xlsx,\n")
    common = dt.date(2000, 3, 1)
    request = Request(as_of=common) if how == "as_of" else Request({"As_Of": common, "amount": 5.0})
    one, two = (job.request for job in jobs_of([], request, How(), path))
    assert (one.as_of, two.as_of) == (DAY, common)
    assert not {name.casefold() for name in one.sets} & {"as_of"}
    assert one.sets == two.sets


def test_the_command_takes_a_manifest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "books.csv"
    path.write_text("book,amount\nbook0000.xlsx,1\nbook0001.xlsx,\n")
    words = ["--manifest", str(path), "--in-place", "--set", "amount=5", "--outputs", "double"]
    assert main(["refresh", *words, "--json"]) == 0
    assert [line.strip() for line in capsys.readouterr().out.splitlines() if "double" in line] == [
        '"double": 2.0', '"double": 10.0',
    ]  # fmt: skip
    assert (folder / "book0002.xlsx").read_bytes() == small_book()
    (folder / "books.txt").write_text("")
    for wrong, code, says in (
        (
            ["--manifest", str(folder / "books.txt")],
            2,
            "--manifest wants a .csv, .toml or .parquet",
        ),
        (["--manifest", str(folder / "no.csv")], 1, "no.csv: the file is missing"),
        ([], 2, "refresh wants books: name them, or give a --manifest"),
        ([str(folder / "book0000.xlsx"), "--ship"], 2, "--ship is for --scheduler"),
        ([str(folder / "book0000.xlsx"), "--timeout", "0"], 2, "--timeout must be above 0"),
    ):
        assert main(["refresh", *wrong]) == code
        assert says in capsys.readouterr().err


def test_no_book_is_written_over_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = folder / "book0000.xlsx"
    copy = book.with_name("book0000.refreshed.xlsx")
    copy.write_bytes(small_book())
    assert main(["refresh", str(book), str(copy)]) == 2
    assert "which is to be refreshed too" in capsys.readouterr().err
    link = folder / "link.xlsx"
    link.symlink_to(book)
    assert main(["refresh", str(book), str(link), "--in-place"]) == 2
    assert "would both be written to" in capsys.readouterr().err
    assert Request(in_place=True).target(book) == book


def test_bids_that_cannot_be_read_are_one_fault_of_several(folder: Path) -> None:
    (folder / "bad.parquet").write_bytes(b"no Parquet")
    path = folder / "books.csv"
    path.write_text(
        "book,as_of,bids\nbook0000.xlsx,,bad.parquet\nbook0001.xlsx,,no.csv\nbook0002.xlsx,x,\n"
    )
    one, two, three = _faults(path)
    assert "books.csv:2: bad.parquet cannot be read" in one
    assert "books.csv:3: " in two
    assert "no.csv: the file is missing" in two
    assert "books.csv:4: as_of must be a date" in three
