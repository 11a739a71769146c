"""xlfuncs.refresh: what the command does, as a frame."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import xlfuncs
from tests.support.small_books import small_book
from xlfuncs.batch.outcome import STATUSES, Outcome
from xlfuncs.batch.plan import Request
from xlfuncs.batch.report import summary, write_results
from xlfuncs.batch.runner import Job, refresh_books
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from tests.batch.conftest import Shelf


def test_it_gives_a_row_a_book(shelf: Shelf, tmp_path: Path) -> None:
    books = shelf(3)
    seen = []
    table = xlfuncs.refresh(
        f"{books[0].parent}/*.xlsx",
        sets={"amount": 7},
        outputs=["preference", "double"],
        output_dir=tmp_path / "out",
        jobs=2,
        done=lambda outcome: seen.append(outcome.book.name),
    )
    assert list(table.columns) == ["book", "status", "preference", "double", "message"]
    assert list(table["book"]) == list(map(str, books))
    assert set(table["status"]) == {"refreshed"}
    assert set(table["double"]) == {14.0}
    assert sorted(seen) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert books[0].read_bytes() == small_book()


def test_it_takes_a_frame_and_gives_what_the_command_gives(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = shelf(2)
    frame = pd.DataFrame({"book": books, "amount": [1, 2]}).astype({"book": str})
    table = xlfuncs.refresh(frame, in_place=True)
    assert list(table["double"]) == [2.0, 4.0]
    manifest = tmp_path / "books.parquet"
    frame.to_parquet(manifest)
    results = tmp_path / "results.parquet"
    assert main(["refresh", "--manifest", str(manifest), "--results", str(results)]) == 0
    pd.testing.assert_frame_equal(pd.read_parquet(results), table, check_dtype=False)
    capsys.readouterr()


@pytest.mark.parametrize(
    "amount",
    [np.int64(3), np.float32(3), np.array(3.0), Decimal(3), Fraction(3), 3],
)
def test_it_takes_numbers_of_any_kind(amount: object, shelf: Shelf) -> None:
    (book,) = shelf(1)
    table = xlfuncs.refresh(book, sets={"amount": amount}, outputs="double", dry_run=True)
    assert list(table["double"]) == [6.0]
    frame = pd.DataFrame({"book": [book], "amount": [amount]})
    assert list(xlfuncs.refresh(frame, dry_run=True)["double"]) == [6.0]


def test_it_takes_bids_as_a_frame(shelf: Shelf) -> None:
    (book,) = shelf(1)
    bids = pd.DataFrame(
        {"date": pd.to_datetime(["1999-09-30", "1999-10-01"]), "closing_bid": [5, 6]}
    )
    table = xlfuncs.refresh(book, bids=bids, dry_run=True)
    assert "does not define the name bid_dates" in table["message"][0]
    with pytest.raises(xlfuncs.DealError, match="frame:2: closing_bid must be"):
        xlfuncs.refresh(book, bids=bids.assign(closing_bid=[5, -6]), dry_run=True)
    with pytest.raises(xlfuncs.DealError, match="frame: there is no column closing_bid"):
        xlfuncs.refresh(book, bids=bids[["date"]], dry_run=True)


def test_what_cannot_be_asked_is_raised(shelf: Shelf, tmp_path: Path) -> None:
    (book,) = shelf(1)
    for says, asked in (
        ("cannot both", {"in_place": True, "output_dir": tmp_path}),
        ("is set twice", {"sets": {"as_of": None, "AS_OF": None}}),
        ("--jobs must be at least 1, and whole, not 0", {"jobs": 0}),
        ("--jobs must be at least 1, and whole, not 1.5", {"jobs": 1.5}),
        ("label must be a number, a date, a truth, text or None", {"sets": {"label": [1]}}),
        ("There is no engine named", {"engine": "abacus"}),
    ):
        with pytest.raises(xlfuncs.XlfuncsError, match=says):
            xlfuncs.refresh(book, **asked)
    assert book.read_bytes() == small_book()


def test_a_script_needs_no_guard(shelf: Shelf, tmp_path: Path) -> None:
    """Processes made by multiprocessing would run the script again."""
    books = shelf(2)
    script = tmp_path / "script.py"
    script.write_text(
        "import xlfuncs\nprint('once')\n"
        f"table = xlfuncs.refresh({list(map(str, books))!r}, jobs=2, dry_run=True)\n"
        "print(*table.status)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "once\nrefreshed refreshed\n"
    assert done.stderr == ""


def test_an_excel_file_of_results_has_a_sheet_of_failures(shelf: Shelf, tmp_path: Path) -> None:
    (book,) = shelf(1)
    missing = tmp_path / "=cmd.xlsx"
    trouble = Request(sets={"amount": "many"}, dry_run=True)
    jobs = [Job(book, Request(dry_run=True)), Job(missing, trouble), Job(book, trouble)]
    outcomes = refresh_books(jobs).outcomes
    assert [outcome.status for outcome in outcomes] == ["refreshed", "failed", "trouble"]
    write_results(outcomes, tmp_path / "results.xlsx")
    sheets = pd.read_excel(tmp_path / "results.xlsx", sheet_name=None, engine="openpyxl")
    assert list(sheets) == ["Results", "Failures"]
    assert list(sheets["Results"]["status"]) == ["refreshed", "failed", "trouble"]
    failures = sheets["Failures"]
    assert list(failures["status"]) == ["failed", "trouble", "trouble"]
    assert failures["message"][0] == "'=cmd.xlsx cannot be read: No such file or directory"
    assert "S!A2 (double) is #VALUE!" in "".join(failures["message"][1:])
    assert summary(outcomes) == "3 books: 1 refreshed, 1 trouble, 1 failed"
    assert {outcome.status for outcome in outcomes} < set(STATUSES)


def test_results_take_any_character(tmp_path: Path) -> None:
    outcomes = [
        Outcome(Path("a.xlsx"), {"label": "one\x0btwo"}, troubles=("bell \x07",)),
        Outcome(Path("caf\udce9.xlsx"), failure="cut \x00"),
    ]
    for name in ("results.xlsx", "results.csv", "results.parquet"):
        write_results(outcomes, tmp_path / name)
    sheets = pd.read_excel(tmp_path / "results.xlsx", sheet_name=None, engine="openpyxl")
    assert sheets["Results"]["label"][0] == "one\ufffdtwo"
    assert list(sheets["Results"]["book"]) == ["a.xlsx", "caf\\udce9.xlsx"]
    assert list(sheets["Failures"]["message"]) == ["bell \ufffd", "cut \ufffd"]


def test_parquet_leaves_out_errors_and_keeps_other_text(tmp_path: Path) -> None:
    outcomes = [
        Outcome(Path("#1.xlsx"), {"rate": 5.0, "label": "#1"}),
        Outcome(Path("b.xlsx"), {"rate": "#N/A", "label": "#REF!"}, failure="#N/A"),
    ]
    write_results(outcomes, tmp_path / "results.parquet")
    table = pd.read_parquet(tmp_path / "results.parquet")
    assert list(table["book"]) == ["#1.xlsx", "b.xlsx"]
    assert table["label"][0] == "#1"
    assert list(table["rate"].isna()) == list(table["label"].isna()) == [False, True]
    assert table["message"][1] == "#N/A"


@pytest.mark.parametrize("memory", ["inf", "nan", "0", "1e300"])
def test_memory_that_is_no_size_is_refused(
    memory: str, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    (book,) = shelf(1)
    assert main(["refresh", str(book), "--memory", memory]) == 2
    assert "--memory must be above 0 and below" in capsys.readouterr().err
    with pytest.raises(xlfuncs.CommandError, match="--memory must be above 0"):
        xlfuncs.refresh(book, memory=float(memory))
