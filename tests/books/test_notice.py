"""Notices of adjustment: what they say agrees with the replay, as text, as data, as a sheet."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from xlfuncs.books.notice import notice
from xlfuncs.books.notice_parts import Notice, as_data, as_text
from xlfuncs.books.notice_sheet import workbook_of
from xlfuncs.cli.main import main
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.errors import BookError, DealError
from xlfuncs.position import Reading, adjusting_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfuncs.deal.ledger import Event

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


SERIES_B = "Series B Convertible Participating Preferred Stock"


def _deal_with(path: Path, *events: Mapping[str, object]) -> Deal:
    """The Valence deal as shipped, with these events after its own."""
    made = path / "valence"
    shutil.copytree(VALENCE, made)
    file = made / "ledger.csv"
    lines = file.read_text().splitlines()
    header = lines[0].split(",")
    for event in events:
        cells = {**event, "source": "Form 8-K"}
        lines.append(",".join(str(cells.get(name, "")) for name in header))
    file.write_text("\n".join(lines) + "\n")
    return read_deal(made)


def _announced(day: str) -> dict[str, object]:
    return {"id": "AN", "date": day, "kind": "announcement"}


_ABANDONED: dict[str, object] = {
    "id": "AB", "date": "2000-01-03", "kind": "abandonment", "refers_to": "AN",
}  # fmt: skip


def _price(deal: Deal, day: dt.date) -> object:
    one = _of(notice(deal, day), SERIES_B)
    return _lines(one, "Conversion Price in effect")["Conversion Price"]


def test_an_announcement_holds_the_price_down(tmp_path: Path) -> None:
    made = _deal_with(tmp_path, _announced("1999-09-10"))
    day = dt.date(2000, 1, 14)
    assert _price(read_deal(VALENCE), day) == 6.03
    assert _price(made, day) == pytest.approx(4.545)
    assert _price(made, dt.date(1999, 9, 9)) == _price(read_deal(VALENCE), dt.date(1999, 9, 9))
    assert _price(made, dt.date(1999, 9, 10)) == pytest.approx(4.545)
    one = _of(notice(made, day), SERIES_B)
    in_effect = _lines(one, "Conversion Price in effect")
    assert in_effect["Conversion Price by Article IV"] == 6.03
    assert in_effect["Announcement Date"] == dt.date(1999, 9, 10)
    assert in_effect["Common Stock for one share"] == 235  # 1064.438 / 4.545 = 234.2
    text = as_text([one])
    assert "XLF_ANNOUNCEMENT_PRICE" in text
    assert "assumes that the transaction announced is not consummated" in " ".join(text.split())


def test_an_announcement_is_over_on_the_abandonment_date(tmp_path: Path) -> None:
    made = _deal_with(tmp_path, _announced("1999-09-10"), _ABANDONED)
    last = dt.date(2000, 1, 11)  # the seventh trading day after 3 January is the 12th
    assert _price(made, last) == pytest.approx(4.545)
    in_effect = _lines(_of(notice(made, last), SERIES_B), "Conversion Price in effect")
    assert in_effect["Abandonment Date"] == dt.date(2000, 1, 12)
    assert _price(made, dt.date(2000, 1, 12)) == 6.03


def test_a_second_announcement_keeps_what_the_first_had_made_of_the_price(tmp_path: Path) -> None:
    second = {**_announced("1999-12-30"), "id": "AN2"}
    made = _deal_with(tmp_path, _announced("1999-09-10"), second, _ABANDONED)
    assert _price(made, dt.date(2000, 1, 14)) == pytest.approx(4.545)


def test_a_price_of_the_announcement_before_the_series_cannot_be_computed(tmp_path: Path) -> None:
    file = VALENCE / "ledger.csv"
    made = tmp_path / "valence"
    shutil.copytree(VALENCE, made)
    lines = file.read_text().splitlines()
    cells = {**_announced("1998-12-07"), "source": "Form 8-K"}
    at = next(place for place, line in enumerate(lines) if line.startswith("B,"))
    lines.insert(at, ",".join(str(cells.get(name, "")) for name in lines[0].split(",")))
    (made / "ledger.csv").write_text("\n".join(lines) + "\n")
    assert _price(read_deal(made), dt.date(2000, 1, 14)) == "cannot be computed: see below"


def test_too_few_bids_on_the_announcement_date_give_no_price(tmp_path: Path) -> None:
    made = _deal_with(tmp_path, _announced("1999-09-10"))
    bids = made.market.bids
    kept = [place for place, day in enumerate(bids.dates) if day >= dt.date(1999, 9, 8)]
    fewer = replace(
        bids,
        dates=tuple(bids.dates[place] for place in kept),
        closing_bids=tuple(bids.closing_bids[place] for place in kept),
    )
    short = replace(made, market=replace(made.market, bids=fewer))
    one = _of(notice(short, dt.date(2000, 1, 14)), SERIES_B)
    in_effect = _lines(one, "Conversion Price in effect")
    assert in_effect["Conversion Price by Article IV"] == 6.03
    assert in_effect["Conversion Price"] == "cannot be computed: see below"
    section = next(each for each in one.sections if each.heading == "Conversion Price in effect")
    why = {line.label: line.how for line in section.lines}["Conversion Price"]
    assert "closing_bids" in why


def test_a_split_since_the_announcement_is_named(tmp_path: Path) -> None:
    split = {"id": "S", "date": "1999-11-01", "kind": "split", "new_shares": 2, "old_shares": 1}
    made = _deal_with(tmp_path, _announced("1999-09-10"), split)
    assert "There was a split since" in as_text(notice(made, dt.date(2000, 1, 14)))


def test_what_is_at_the_holders_option_is_named(tmp_path: Path, deal: Deal) -> None:
    default: dict[str, object] = {
        "id": "D", "date": "1999-09-10", "kind": "default", "instrument": SERIES_B,
    }  # fmt: skip
    made = _deal_with(tmp_path, default)
    one = _of(notice(made, dt.date(1999, 9, 10)), SERIES_B)
    in_effect = next(each for each in one.sections if each.heading == "Conversion Price in effect")
    hows = {line.label: line.how for line in in_effect.lines}
    assert "holder-specific" in hows["Certificate of Designation, VII.C"]
    assert "Certificate of Designation, XI.E" not in hows
    assert "VII.C" not in as_text(notice(made, dt.date(1999, 9, 9)))
    issued = as_text([_of(notice(deal, dt.date(1999, 10, 1)), SERIES_B)])
    assert "option of 1999-10-01 (O)" in issued
    assert "at each Holder's option. It is not taken into account" in " ".join(issued.split())


@pytest.mark.parametrize("event", ["A", "B", "B-W", "REG-1", "A-W2", "B-G", "C", "D", "AN"])
def test_an_event_that_adjusts_nothing_has_certificates_alone(tmp_path: Path, event: str) -> None:
    conversion = {
        "id": "C", "date": "1999-09-01", "kind": "conversion", "instrument": SERIES_B,
        "holder": '"CC Investments, LDC"', "shares": 10, "price": 5,
    }  # fmt: skip
    default = {"id": "D", "date": "1999-09-02", "kind": "default", "instrument": SERIES_B}
    made = _deal_with(tmp_path, conversion, default, _announced("1999-09-10"))
    notices = notice(made, event_id=event)
    assert notices
    assert {one.title for one in notices} == {"Certificate of adjustment"}


def test_an_error_of_the_calculation_is_told(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(events: list[Event]) -> list[list[Any]]:
        return [[*row[:2], -1, *row[3:]] for row in adjusting_rows(events)]

    monkeypatch.setattr("xlfuncs.books.notice.adjusting_rows", bad)
    with pytest.raises(BookError, match=r"^Second Warrant: .*shares"):
        notice(deal, event_id="N2")


def test_the_command_says_that_there_is_nothing_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redeemed = [
        {"id": f"R{name}", "date": "1999-09-01", "kind": "redemption", "instrument": each,
         "holder": '"CC Investments, LDC"', "shares": 7500, "consideration": 1}
        for name, each in (("A", SERIES_B.replace("Series B", "Series A")), ("B", SERIES_B))
    ]  # fmt: skip
    _deal_with(tmp_path, *redeemed)
    assert main(["notice", str(tmp_path / "valence"), "--event", "RB"]) == 1
    assert "there is nothing to write" in capsys.readouterr().err
