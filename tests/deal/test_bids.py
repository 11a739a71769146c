"""Files of bids: what is accepted, and every fault with its exact sentence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlfuncs.deal.market import Bids, read_bids, read_market
from xlfuncs.errors import DealError, Fault

if TYPE_CHECKING:
    from pathlib import Path

PRESIDENTS_DAY = dt.date(1999, 2, 15)
YEAR_END = dt.date(1999, 12, 24)
HEADER = b"date,closing_bid,volume\n"
GOOD = HEADER + b"1999-02-10,5.625,100\n1999-02-11,5.5,200\n"


class Case(NamedTuple):
    name: str
    content: bytes
    faults: tuple[str, ...]
    holidays: tuple[dt.date, ...] = ()


FAULTS = (
    Case("empty", b"", ("bids.csv: the file is empty",)),
    Case("blank", b"\r\n  \n", ("bids.csv: the file is empty",)),
    Case(
        "only a comment",
        b"# illustrative\n",
        ("bids.csv: there is no header: it must name the columns date, closing_bid",),
    ),
    Case("only a header", HEADER, ("bids.csv: there are no bids under the header",)),
    Case(
        "no header",
        b"1999-02-10,5.625\n",
        (
            (
                "bids.csv:1: the header must name the columns date, closing_bid; "
                "found '1999-02-10', '5.625'"
            ),
        ),
    ),
    Case(
        "a column under another name",
        b"Date,Close\n1999-02-10,5.625\n",
        ("bids.csv:1: the header must name the columns date, closing_bid; found 'Date', 'Close'",),
    ),
    Case(
        "semicolons",
        b"date;closing_bid\n1999-02-10;5,625\n",
        ("bids.csv:1: columns are separated by semicolons: save the file with commas",),
    ),
    Case(
        "tabs",
        b"date\tclosing_bid\n1999-02-10\t5.625\n",
        ("bids.csv:1: columns are separated by tabs: save the file with commas",),
    ),
    Case(
        "a column twice",
        b"date,closing_bid,closing_bid\n1999-02-10,5,5\n",
        ("bids.csv:1: column closing_bid stands twice",),
    ),
    Case(
        "UTF-16",
        GOOD.decode().encode("utf-16"),
        ("bids.csv: the file is in UTF-16: save it as UTF-8",),
    ),
    Case(
        "Windows-1252",
        b"# caf\xe9\n" + GOOD,
        ("bids.csv:1: byte 0xe9 is not UTF-8: save the file as UTF-8",),
    ),
    Case(
        "not UTF-8, further down, with line ends of Windows",
        GOOD.replace(b"\n", b"\r\n") + b"1999-02-12,5\xbd,3\r\n",
        ("bids.csv:4: byte 0xbd is not UTF-8: save the file as UTF-8",),
    ),
    Case(
        "unequal columns",
        HEADER + b"1999-02-10,5.625\n1999-02-11\n1999-02-12,5,625,100\n",
        (
            "bids.csv:2: the row has 2 columns, the header 3",
            "bids.csv:3: the row has 1 column, the header 3",
            "bids.csv:4: the row has 4 columns, the header 3",
        ),
    ),
    Case(
        "an open quotation mark hides no other row",
        HEADER + b'1999-02-10,"5.625,100\n1999-02-11,0,100\n',
        (
            "bids.csv:2: a quotation mark is not closed",
            "bids.csv:3: closing_bid must be above 0 and at most 1,000,000,000, not 0",
        ),
    ),
    Case(
        "bids that are none",
        HEADER
        + b"1999-02-01,0,1\n1999-02-02,-1,1\n1999-02-03,nan,1\n1999-02-04,-inf,1\n"
        + b"1999-02-05,1e308,1\n1999-02-08,n/a,1\n1999-02-09,,1\n1999-02-10,$5,1\n"
        + b'1999-02-11,5 5/8,1\n1999-02-12,"1,000",1\n1999-02-16,1_0,1\n1999-02-17,1e999,1\n',
        (
            "bids.csv:2: closing_bid must be above 0 and at most 1,000,000,000, not 0",
            "bids.csv:3: closing_bid must be above 0 and at most 1,000,000,000, not -1",
            "bids.csv:4: closing_bid must be a finite number, not nan",
            "bids.csv:5: closing_bid must be a finite number, not -inf",
            "bids.csv:6: closing_bid must be above 0 and at most 1,000,000,000, not 1e+308",
            "bids.csv:7: closing_bid must be a number like 5.625, not 'n/a'",
            "bids.csv:8: closing_bid is blank",
            "bids.csv:9: closing_bid must be a number like 5.625, not '$5'",
            "bids.csv:10: closing_bid must be a number like 5.625, not '5 5/8'",
            "bids.csv:11: closing_bid must be a number like 5.625, not '1,000'",
            "bids.csv:12: closing_bid must be a number like 5.625, not '1_0'",
            "bids.csv:13: closing_bid must be a finite number, not inf",
        ),
    ),
    Case(
        "a volume that is none",
        HEADER + b"1999-02-10,5,-1\n1999-02-11,5,many\n",
        (
            "bids.csv:2: volume must be from 0 to 1e+15, not -1",
            "bids.csv:3: volume must be a number like 5.625, not 'many'",
        ),
    ),
    Case(
        "dates written otherwise",
        HEADER
        + b"2/10/99,5,1\n19990211,5,1\n1999-2-12,5,1\n1999-W07-2,5,1\n"
        + b"1999-02-17 00:00:00,5,1\n,5,1\n1999-02-30,5,1\n1900-02-28,5,1\n",
        (
            "bids.csv:2: date must be written like 1999-02-10, not '2/10/99'",
            "bids.csv:3: date must be written like 1999-02-10, not '19990211'",
            "bids.csv:4: date must be written like 1999-02-10, not '1999-2-12'",
            "bids.csv:5: date must be written like 1999-02-10, not '1999-W07-2'",
            "bids.csv:6: date must be written like 1999-02-10, not '1999-02-17 00:00:00'",
            "bids.csv:7: date is blank",
            "bids.csv:8: date is not a day of the calendar: 1999-02-30",
            "bids.csv:9: date must be a date from 1900-03-01 on, not 1900-02-28",
        ),
    ),
    Case(
        "a date twice, and one that falls",
        HEADER + b"1999-02-10,5,1\n1999-02-10,5,1\n1999-02-12,5,1\n1999-02-11,5,1\n",
        (
            "bids.csv:3: date 1999-02-10 stands twice, here and in line 2",
            "bids.csv:5: dates must rise from row to row: 1999-02-11 follows 1999-02-12",
        ),
    ),
    Case(
        "the latest first",
        HEADER + b"1999-02-12,5,1\n1999-02-11,5,1\n1999-02-10,5,1\n",
        ("bids.csv:2: dates fall from row to row: sort the file, the earliest first",),
    ),
    Case(
        "a weekend",
        HEADER + b"1999-02-12,5,1\n1999-02-13,5,1\n1999-02-14,5,1\n",
        ("bids.csv:3: date 1999-02-13 is a Saturday", "bids.csv:4: date 1999-02-14 is a Sunday"),
    ),
    Case(
        "a holiday",
        HEADER + b"1999-02-12,5,1\n1999-02-15,5,1\n1999-02-16,5,1\n",
        ("bids.csv:3: date 1999-02-15 is a holiday",),
        (PRESIDENTS_DAY,),
    ),
    Case(
        "holes",
        HEADER + b"1999-02-10,5,1\n1999-02-12,5,1\n1999-02-16,5,1\n1999-02-24,5,1\n",
        (
            "bids.csv:3: no bid for the trading days before 1999-02-12: 1999-02-11",
            (
                "bids.csv:5: no bid for the trading days before 1999-02-24: "
                "1999-02-17, 1999-02-18, 1999-02-19 and 2 more"
            ),
        ),
        (PRESIDENTS_DAY,),
    ),
    Case(
        "a faulty row makes no hole",
        HEADER + b"1999-02-10,5,1\n2/11/99,5,1\n1999-02-12,5,1\n",
        ("bids.csv:3: date must be written like 1999-02-10, not '2/11/99'",),
        (PRESIDENTS_DAY,),
    ),
    Case(
        "a mistyped year makes no hole",
        HEADER + b"1999-02-10,5,1\n1989-02-10,5,1\n1999-02-12,5,1\n",
        ("bids.csv:3: dates must rise from row to row: 1989-02-10 follows 1999-02-10",),
        (PRESIDENTS_DAY,),
    ),
)

ACCEPTED = {
    "as it should be": GOOD,
    "with a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "with line ends of Windows": GOOD.replace(b"\n", b"\r\n"),
    "with old line ends of the Macintosh": GOOD.replace(b"\n", b"\r"),
    "without a last line end": GOOD.rstrip(),
    "in another order, in capitals": b"Volume,CLOSING_BID, Date\n"
    b"100,5.625,1999-02-10\n200,5.5,1999-02-11\n",
    "with other columns": b"date,high,closing_bid,volume\n"
    b"1999-02-10,6,5.625,100\n1999-02-11,,5.5,200\n",
    "with blank rows, and padded": b"date,closing_bid,volume,,\n1999-02-10,5.625,100,,\n"
    b",,,,\n\n1999-02-11,5.5,200,,,\n",
    "quoted": b'"date","closing_bid","volume"\n"1999-02-10","5.625","100"\n'
    b'"1999-02-11"," 5.5 ","200"\n',
}


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.name)
def test_every_fault_is_listed_with_its_line(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "bids.csv"
    path.write_bytes(case.content)
    with pytest.raises(DealError) as raised:
        read_bids(path, case.holidays)
    assert tuple(map(str, raised.value.faults)) == case.faults


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_file_is_read_however_it_was_saved(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bids.csv"
    path.write_bytes(content)
    assert read_bids(path) == Bids(
        dates=(dt.date(1999, 2, 10), dt.date(1999, 2, 11)),
        closing_bids=(5.625, 5.5),
        volumes=(100.0, 200.0),
    )


def test_volumes_may_be_unknown(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("date,closing_bid\n1999-02-10,5.625\n")
    bids = read_bids(path)
    assert bids.volumes == (None,)
    assert bids.file == "mine.csv"
    path.write_text("date,closing_bid,volume\n1999-02-10,5.625,\n")
    assert read_bids(path).volumes == (None,)


@pytest.mark.parametrize(
    "content",
    [
        "# Illustrative, not quotations\ndate,closing_bid\n1999-02-10,5\n",
        # as a spreadsheet program saves the same lines
        '"# Illustrative, not quotations",\ndate,closing_bid\n1999-02-10,5\n',
        "# Illustrative, not quotations,,\ndate,closing_bid\n1999-02-10,5\n",
        'date,closing_bid,source\n1999-02-10,5,"Illustrative, not quotations"\n',
    ],
)
def test_the_label_is_kept(content: str, tmp_path: Path) -> None:
    path = tmp_path / "bids.csv"
    path.write_text(content)
    note = read_bids(path).note
    assert note.replace(", ", ",") == "Illustrative,not quotations"


def test_every_source_is_in_the_label(tmp_path: Path) -> None:
    path = tmp_path / "bids.csv"
    path.write_text(
        "# Two sources\ndate,closing_bid,source\n"
        "1999-02-10,5,illustrative\n1999-02-11,5,Bloomberg\n1999-02-12,5,illustrative\n"
    )
    assert read_bids(path).note == "Two sources; illustrative; Bloomberg"


def test_holes_are_looked_for_only_where_holidays_are_known(tmp_path: Path) -> None:
    path = tmp_path / "bids.csv"
    path.write_text("date,closing_bid\n1998-12-28,5\n1999-01-04,5\n")
    with pytest.raises(DealError, match=r"before 1999-01-04: 1999-01-01$"):
        read_bids(path, [PRESIDENTS_DAY])
    path.write_text("date,closing_bid\n1999-12-31,5\n2005-01-03,5\n9999-12-31,5\n")
    assert len(read_bids(path, [YEAR_END])) == 3
    assert len(read_bids(path)) == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DealError, match=r"^bids.csv: the file is missing$"):
        read_bids(tmp_path / "bids.csv")
    with pytest.raises(DealError, match="the file cannot be read"):
        read_bids(tmp_path)


def test_a_market_is_a_folder_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "bids.csv").write_bytes(GOOD)
    (tmp_path / "holidays.csv").write_text("date,name\n1999-02-15,Washington's Birthday\n")
    market = read_market(tmp_path)
    assert market.bids == read_bids(tmp_path / "bids.csv")
    assert market.holiday_dates == (PRESIDENTS_DAY,)
    assert market.holidays[0].name == "Washington's Birthday"
    alone = read_market(tmp_path / "bids.csv", [YEAR_END, PRESIDENTS_DAY])
    assert alone.holiday_dates == (PRESIDENTS_DAY, YEAR_END)


def test_faults_of_holidays_and_bids_come_together(tmp_path: Path) -> None:
    (tmp_path / "bids.csv").write_text("date,closing_bid\n1999-02-10,0\n1999-02-16,5\n")
    (tmp_path / "holidays.csv").write_text(
        "date,name\n1999-02-15,Monday\n1999-02-13,Saturday\n1999-01-18,King\n2/1/99,\n"
    )
    with pytest.raises(DealError) as raised:
        read_market(tmp_path)
    assert [str(fault) for fault in raised.value.faults] == [
        "bids.csv:2: closing_bid must be above 0 and at most 1,000,000,000, not 0",
        "holidays.csv:3: date 1999-02-13 is a Saturday: the market is closed anyway",
        "holidays.csv:4: dates must rise from row to row: 1999-01-18 follows 1999-02-15",
        "holidays.csv:5: date must be written like 1999-02-10, not '2/1/99'",
    ]


def test_a_holiday_is_named(tmp_path: Path) -> None:
    (tmp_path / "bids.csv").write_text("date,closing_bid\n1999-02-15,5\n")
    (tmp_path / "holidays.csv").write_text("date,name\n1999-02-15,Washington's Birthday\n")
    with pytest.raises(DealError, match="1999-02-15 is a holiday: Washington's Birthday"):
        read_market(tmp_path)


def test_pandas_reads_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "bids.csv"
    path.write_text("date,closing_bid,source\n1999-02-10,5.625,illustrative: not a quotation\n")
    frame = pd.read_csv(path, parse_dates=["date"])
    assert tuple(frame["closing_bid"]) == read_bids(path).closing_bids


_JUNK = st.binary() | st.text().map(lambda text: HEADER + text.encode("utf-8", "replace"))


@given(content=_JUNK)
@example(content=HEADER + b"9999-12-31,5,1\n")
@example(content=HEADER + b"1999-02-10,5\x00,1\n")
@example(content=HEADER + b"x" * 200_000)
def test_whatever_a_file_holds_its_faults_are_the_answer(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("junk") / "bids.csv"
    path.write_bytes(content)
    bids, faults = read(path)
    assert bool(len(bids)) is not bool(faults)
    assert len(bids.dates) == len(bids.closing_bids) == len(bids.volumes)
    last = content.count(b"\n") + content.count(b"\r") + 1
    assert all(0 <= fault.line <= last for fault in faults)


def read(path: Path) -> tuple[Bids, tuple[Fault, ...]]:
    try:
        return read_bids(path, [PRESIDENTS_DAY]), ()
    except DealError as error:
        return Bids(), error.faults
