"""Notices of adjustment: what they say agrees with the replay, as text, as data, as a sheet."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from xlfuncs.books.notice import notice
from xlfuncs.books.notice_parts import Notice, as_data, as_text
from xlfuncs.books.notice_sheet import workbook_of
from xlfuncs.cli.main import main
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.errors import DealError
from xlfuncs.position import Reading

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"
COLUMNS = (
    "id", "date", "kind", "shares", "consideration", "additional_consideration", "market_price",
    "shares_outstanding", "new_shares", "old_shares", "refers_to", "note", "source",
)  # fmt: skip
EVENTS: list[dict[str, object]] = [
    {"id": "N1", "date": "1999-08-02", "kind": "issue", "shares": 1_000_000, "consideration": 4e6,
     "market_price": 5, "shares_outstanding": 25_400_000},
    {"id": "N2", "date": "1999-09-01", "kind": "issue", "shares": 1_500_000,
     "consideration": 5_250_000, "market_price": 4.75, "shares_outstanding": 26_400_000},
    {"id": "O", "date": "1999-10-01", "kind": "option", "shares": 2_000_000,
     "consideration": 200_000, "additional_consideration": 6_000_000, "market_price": 5,
     "shares_outstanding": 27_900_000},
    {"id": "S", "date": "1999-11-01", "kind": "split", "new_shares": 2, "old_shares": 1},
    {"id": "E", "date": "2000-10-02", "kind": "expiry", "refers_to": "O"},
    {"id": "X", "date": "2000-10-03", "kind": "exempt", "shares": 1000,
     "note": "=HYPERLINK(1)"},
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Valence deal with events that adjust."""
    made = tmp_path_factory.mktemp("deals") / "valence"
    shutil.copytree(VALENCE, made)
    file = made / "ledger.csv"
    lines = file.read_text().splitlines()
    header = lines[0].split(",")
    for event in EVENTS:
        cells = {**event, "source": "Form 10-Q"}
        assert set(cells) <= set(COLUMNS)
        lines.append(",".join(str(cells.get(name, "")) for name in header))
    file.write_text("\n".join(lines) + "\n")
    return made


@pytest.fixture(scope="module")
def deal(folder: Path) -> Deal:
    return read_deal(folder)


def _lines(one: Notice, heading: str) -> dict[str, Any]:
    for section in one.sections:
        if section.heading.startswith(heading):
            return {line.label: line.value for line in section.lines}
    raise AssertionError(f"no section {heading}")


def _of(notices: tuple[Notice, ...], instrument: str) -> Notice:
    return next(one for one in notices if one.instrument == instrument)


def test_an_issue_with_what_was_carried(deal: Deal) -> None:
    notices = notice(deal, event_id="N2")
    one = _of(notices, "Second Warrant")
    assert one.clause == "Warrant, 4(g)"
    result = _lines(one, "Result")
    assert result["Exercise Price before"] == 6.7838
    assert result["Exercise Price after"] == 6.64
    assert result["increase of the Warrant Shares"] == pytest.approx(9696.9927, abs=1e-4)
    assert result["amount carried forward after"] == 0
    method = _lines(one, "Method")
    assert method["after issue: csdo"] == 27_900_000
    assert method["made or carried: exact price"] == pytest.approx(6.636428515)
    facts = _lines(one, "Facts")
    assert facts["source"] == "Form 10-Q"
    assert facts["Market Price, USD"] == 4.75
    assert _of(notices, "Placement Agent Warrant").clause == "Placement Agent Warrant, 4(g)"
    unknown = _lines(_of(notices, "Warrant to the advisor on Series A"), "Result")
    assert unknown == {"": None}
    assert "Initial Warrant" not in [each.instrument for each in notices]  # exchanged, none left


def test_a_carried_adjustment_says_so(deal: Deal) -> None:
    one = _of(notice(deal, event_id="N1"), "Second Warrant")
    text = as_text([one])
    assert "Less than 1 % in all: carried forward (4(h))." in text
    assert "Exercise Price after                    6.7838" in text
    assert "0.0513924242" in text


def test_a_split_with_the_certificate_of_the_preferred(deal: Deal) -> None:
    notices = notice(deal, event_id="S")
    # 6.64 x (27.9m + 6.2m / 5) / 29.9m = 6.4712, so 6.47, and half of it is 3.235
    assert _lines(_of(notices, "Second Warrant"), "Result")["Exercise Price after"] == 3.24
    series_b = _of(notices, "Series B Convertible Participating Preferred Stock")
    assert series_b.clause == "Certificate of Designation, XI.H"
    adjustment = _lines(series_b, "Adjustment")
    assert adjustment["Fixed Conversion Price before"] == 6.03
    assert adjustment["Fixed Conversion Price after"] == 3.015
    in_effect = _lines(series_b, "Conversion Price in effect")
    assert in_effect["Conversion Price"] <= 3.015
    assert "the bids" in in_effect  # illustrative ones are called so
    assert "illustrative: not a quotation" in as_text([series_b])


def test_an_expiry_is_told_from_the_start(deal: Deal) -> None:
    one = _of(notice(deal, event_id="E"), "Second Warrant")
    result = _lines(one, "Result")
    assert result["Exercise Price before"] == 3.24
    assert result["Exercise Price after"] == 3.32  # 6.64 halved, as if there had been no options
    assert "decrease of the Warrant Shares" in result
    headings = [line.label for line in one.sections[3].lines]
    assert headings.count("after issue: csdo") >= 2


def test_an_exempt_issue_requires_nothing(deal: Deal) -> None:
    one = _of(notice(deal, event_id="X"), "Second Warrant")
    assert "Nothing to adjust." in as_text([one])


def test_without_an_event_it_is_the_last_that_adjusted(deal: Deal) -> None:
    day = dt.date(1999, 10, 31)
    assert _lines(_of(notice(deal, day), "Second Warrant"), "Facts")["date"] == dt.date(1999, 10, 1)
    assert _lines(_of(notice(deal), "Second Warrant"), "Facts")["date"] == dt.date(2000, 10, 2)


def test_without_adjustments_there_are_certificates_on_request() -> None:
    notices = notice(read_deal(VALENCE), dt.date(1999, 3, 1))
    assert [one.title for one in notices] == ["Certificate of adjustment"] * 2
    in_effect = _lines(notices[1], "Conversion Price in effect")
    assert in_effect["Conversion Price"] == 6.03
    assert in_effect["Common Stock for one share"] == 168
    assert "series_a_variable_price_start" in as_text(notices[:1])


def test_a_price_that_cannot_be_computed_says_why(deal: Deal) -> None:
    notices = notice(deal, dt.date(2003, 1, 2))
    series_b = _of(notices, "Series B Convertible Participating Preferred Stock")
    in_effect = _lines(series_b, "Conversion Price in effect")
    assert in_effect["Conversion Price"] == "cannot be computed: see below"
    assert "closing_bids lacks" in as_text([series_b])


def test_readings_change_the_notice(deal: Deal) -> None:
    exact = notice(deal, event_id="S", reading=Reading(round_splits="no"))
    price = _lines(_of(exact, "Second Warrant"), "Result")["Exercise Price after"]
    assert price == 3.235


def test_unknown_and_later_events_are_refused(deal: Deal) -> None:
    with pytest.raises(DealError, match=r"ledger\.csv: there is no event with the id 'Z'"):
        notice(deal, event_id="Z")
    with pytest.raises(DealError, match="event 'S' is of 1999-11-01, after 1999-10-31"):
        notice(deal, dt.date(1999, 10, 31), "S")


def test_the_sheet_holds_what_the_text_says(deal: Deal) -> None:
    notices = notice(deal, event_id="N2")
    book = load_workbook(io.BytesIO(workbook_of(notices)))
    assert len(book.sheetnames) == len(notices)
    sheet = book[book.sheetnames[0]]
    cells = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=1)}
    assert sheet["A1"].value == "Notice of adjustment"
    assert cells["Exercise Price after"] == 6.64
    assert cells["Warrant Shares before"] == 447_761
    assert cells["date of the event"] == dt.datetime(1999, 9, 1)  # noqa: DTZ001  as sheets have it


def test_text_of_the_ledger_is_no_formula(deal: Deal) -> None:
    book = load_workbook(io.BytesIO(workbook_of(notice(deal, event_id="X"))))
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in types


def test_the_command_writes_all_three(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notice.xlsx"
    assert main(["notice", str(folder), "--event", "N2", "--output", str(file)]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("NOTICE OF ADJUSTMENT\nSecond Warrant (Warrant, 4(g))\n")
    assert "certified by the chief financial officer" in told.out
    assert told.err == f"xlfuncs: notices: {file}\n"
    assert load_workbook(file).sheetnames[0] == "1 Notice"
    assert main(["notice", str(folder), "--event", "N2", "--as-of", "1999-09-01", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(
        json.dumps(as_data(notice(read_deal(folder), event_id="N2")), default=str)
    )


def test_the_command_refuses_what_it_does_not_understand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notice", str(folder), "--as-of", "2 May"]) == 2
    assert main(["notice", str(folder), "--output", "notice.pdf"]) == 2
    assert main(["notice", str(folder), "--event", "Z"]) == 1
    assert "there is no event with the id 'Z'" in capsys.readouterr().err
