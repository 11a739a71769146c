"""The exercise price ledger of a book: as the replay has it, in any reading, and proved."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from xlfuncs import events
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import build_book
from xlfuncs.books.sheets.exercise_price_ledger import _RULES, SHEET
from xlfuncs.books.sheets.ledger_events import entered_rows, splits_before
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package
from xlfuncs.position import Reading, replay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
# The reference's two issues, then a grant that expires in part after a split of three for two, a
# floating convertible whose terms change, and a combination that no decimal says exactly.
EVENTS = """\
N1,1999-08-02,issue,1000000,4000000,,5,25400000,,,,,
N2,1999-08-10,issue,1500000,5250000,,4.75,26400000,,,,,
O1,1999-08-12,option,2000000,200000,6000000,5,27900000,,,,,
S1,1999-08-16,split,,,,,,3,2,,,
X1,1999-08-20,expiry,1500000,,,,,,,,O1,
V1,1999-08-23,variable convertible,,5000000,,5,42000000,,,3.4,,
C1,1999-08-27,change,,,,,,,,3.0,V1,
N3,1999-11-01,issue,1500000,2250000,,3.75,43000000,,,,,
S2,2000-06-01,split,,,,,,1,3,,,
"""
COLUMNS = (
    *("id", "date", "kind", "shares", "consideration", "additional_consideration"),
    *("market_price", "shares_outstanding", "new_shares", "old_shares", "price", "refers_to"),
)
WARRANTS = {"": "Second Warrant", "agent_": "Placement Agent Warrant"}


def _folder(folder: Path, lines: str, *, before: bool = False) -> Path:
    """The Valence deal with more events in its ledger, after those it has or before its closing."""
    shutil.copytree(WORKBOOKS / "valence_1998", folder, ignore=shutil.ignore_patterns("*.xlsx"))
    path = folder / "ledger.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    more = []
    for line in lines.splitlines():
        cells = dict(zip(COLUMNS, line.split(","), strict=False)) | {"source": "an example"}
        more.append(",".join(cells.get(column, "") for column in header.split(",")))
    rows = [*rows[:3], *more, *rows[3:]] if before else [*rows, *more]
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def deal(tmp_path_factory: pytest.TempPathFactory) -> Deal:
    return read_deal(_folder(tmp_path_factory.mktemp("deals") / "deal", EVENTS))


@pytest.fixture(scope="module")
def path(deal: Deal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "book.xlsx"
    path.write_bytes(build_book(deal))
    return path


@pytest.fixture(scope="module")
def plain() -> bytes:
    return build_book(read_deal(WORKBOOKS / "valence_1998"))


def _figures(path: Path, as_of: str, **sets: str) -> Mapping[str, Any]:
    request = Request(as_of=dt.date.fromisoformat(as_of), sets=sets, dry_run=True)
    return refresh_book(path, request).outputs


def _entered(book: bytes, path: Path, rows: Sequence[Sequence[object]], skip: int = 0) -> Path:
    """A book with events typed in by hand, from the first row of the ledger on."""
    workbook = load_workbook(io.BytesIO(book))
    sheet, cells = workbook.defined_names["events"].attr_text.split("!")
    ledger = list(workbook[sheet.strip("'")][cells.replace("$", "")])[skip:]
    for line, event in zip(ledger, rows, strict=False):
        for cell, value in zip(line, event, strict=False):
            cell.value = value
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    "day", ["1999-08-02", "1999-08-10", "1999-08-19", "1999-08-20", "1999-09-01", "1999-12-31",
            "2000-06-30"],
)  # fmt: skip
def test_what_is_in_effect_is_what_the_replay_says(deal: Deal, path: Path, day: str) -> None:
    position = replay(deal.terms, deal.ledger, dt.date.fromisoformat(day))
    found = _figures(path, day)
    for prefix, name in WARRANTS.items():
        warrant = position.warrants[name]
        assert found[f"{prefix}price_in_effect"] == warrant.exercise_price
        assert found[f"{prefix}shares_in_effect"] == pytest.approx(warrant.shares, abs=1e-6)
        assert found[f"{prefix}carried_forward"] == pytest.approx(warrant.carried_forward)
        aggregate = found[f"{prefix}aggregate_exercise_price"]
        assert aggregate == pytest.approx(found[f"{prefix}price_at_issue"] * {
            "": 447_761, "agent_": 87_500}[prefix])  # fmt: skip
    assert found["fixed_price"] == pytest.approx(
        position.preferred[
            "Series B Convertible Participating Preferred Stock"
        ].fixed_conversion_price
    )
    assert str(found["verdict"]).startswith("All ")


def test_the_vectors_of_the_reference(path: Path) -> None:
    carried = _figures(path, "1999-08-02")
    assert carried["price_in_effect"] == 6.7838
    assert carried["carried_forward"] == pytest.approx(0.0513924242, abs=1e-10)
    made = _figures(path, "1999-08-10")
    assert (made["price_in_effect"], made["agent_price_in_effect"]) == (6.64, 4.83)
    assert made["shares_in_effect"] == pytest.approx(457_457.9927, abs=1e-4)


@pytest.mark.parametrize(
    ("carry", "test", "rounds"),
    [
        ("compound", "unrounded", "no"),
        ("additive", "rounded", "yes"),
        ("compound", "rounded", "no"),
    ],
)
def test_every_reading_is_proved_too(
    deal: Deal, path: Path, carry: str, test: str, rounds: str
) -> None:
    reading = Reading(carry=carry, test=test, round_splits=rounds)
    position = replay(deal.terms, deal.ledger, dt.date(1999, 12, 31), reading)
    found = _figures(path, "1999-12-31", carry=carry, test=test, round_splits=rounds)
    for prefix, name in WARRANTS.items():
        assert found[f"{prefix}price_in_effect"] == pytest.approx(
            position.warrants[name].exercise_price, rel=1e-15
        )
    assert str(found["verdict"]).startswith("All ")


def test_another_least_adjustment_counts_in_the_ledger(path: Path) -> None:
    request = Request(as_of=dt.date(1999, 8, 2), sets={"minimum_adjustment": 0.005}, dry_run=True)
    found = refresh_book(path, request).outputs
    assert found["price_in_effect"] == 6.73
    assert str(found["verdict"]).startswith("All ")


def test_the_market_has_its_splits_from_the_ledger(path: Path) -> None:
    book = Package(path.read_bytes(), "book.xlsx")
    dates, ratios = resolve(book, "split_dates"), resolve(book, "split_ratios")
    cells = book.values("Market")
    shown = [
        (cells.get(f"H{row}") or "", cells.get(f"I{row}") or "")
        for row in range(dates.first.row, dates.last.row + 1)
    ]
    assert ratios.first.row == dates.first.row
    assert [ratio for _, ratio in shown if ratio] == [1.5, pytest.approx(1 / 3)]
    assert [date for date, _ in shown if date] == [36388, 36678]  # 16 Aug 1999, 1 Jun 2000


def test_a_split_before_the_warrants_is_the_markets_alone(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "deal", "S0,1998-09-01,split,,,,,,2,1,,,\n", before=True)
    deal = read_deal(folder)
    assert entered_rows(deal) == []
    assert splits_before(deal) == [(dt.date(1998, 9, 1), 2.0)]
    book = Package(build_book(deal), "book.xlsx")
    place = resolve(book, "split_dates")
    assert book.values("Market")[str(place.first)] == 36039
    price = resolve(book, "price_in_effect")
    assert book.values(price.sheet)[str(price.first)] == 6.7838


def test_a_notice_of_the_company_agrees() -> None:
    """The illustrative fixed-price deal has a share sale, and the company's notice of 4.71."""
    book = Package(build_book(read_deal(WORKBOOKS / "fixed_2024")), "book.xlsx")
    place = resolve(book, "price_in_effect")
    assert book.values(place.sheet)[str(place.first)] == 4.71


def test_an_event_typed_in_counts_from_its_day_on(plain: bytes, tmp_path: Path) -> None:
    rows = [
        (dt.datetime(1999, 8, 2), "issue", 2e6, 6e6, None, 5, 25.4e6),  # noqa: DTZ001
        (dt.datetime(1999, 12, 1), "split", None, None, None, None, None, "2:1"),  # noqa: DTZ001
    ]
    path = _entered(plain, tmp_path / "book.xlsx", rows)
    before = _figures(path, "1999-07-30")
    assert (before["events_in_effect"], before["price_in_effect"]) == (0, 6.7838)
    found = _figures(path, "1999-09-01")
    assert (found["events_in_effect"], found["price_in_effect"]) == (1, 6.59)
    after = _figures(path, "1999-12-01")
    assert (after["events_in_effect"], after["price_in_effect"]) == (2, 3.3)  # 3.295 goes up
    assert after["fixed_price"] == 3.015
    for figures in (before, found, after):
        assert str(figures["verdict"]).startswith("All ")


def test_a_ledger_out_of_order_has_no_price(plain: bytes, tmp_path: Path) -> None:
    event = (dt.datetime(1999, 8, 2), "exempt", 1)  # noqa: DTZ001
    gap = _entered(plain, tmp_path / "gap.xlsx", [event], skip=1)
    found = _figures(gap, "1999-09-01")
    assert found["ledger_in_order"].startswith("no")
    assert found["price_in_effect"] == ErrorValue.NA.value
    later = (dt.datetime(1999, 8, 3), "exempt", 1)  # noqa: DTZ001
    falling = _entered(plain, tmp_path / "falling.xlsx", [later, event])
    assert _figures(falling, "1999-09-01")["price_in_effect"] == ErrorValue.NUM.value


def test_a_grant_changed_twice_is_said_to_be_unproved(tmp_path: Path) -> None:
    lines = (
        "O1,1999-08-02,option,2000000,200000,6000000,5,25400000,,,,,\n"
        "C1,1999-08-03,change,,,4000000,,,,,,O1,\n"
        "C2,1999-08-04,change,,,5000000,,,,,,O1,\n"
    )
    deal = read_deal(_folder(tmp_path / "deal", lines))
    book = Package(build_book(deal), "book.xlsx")
    position = replay(deal.terms, deal.ledger, dt.date(1999, 9, 1))
    for name, expected in (
        ("grants_changed_twice", 1),
        ("price_in_effect", position.warrants["Second Warrant"].exercise_price),
    ):
        place = resolve(book, name)
        assert book.values(place.sheet)[str(place.first)] == expected


@pytest.mark.parametrize("place", [4, 5])
def test_a_wrong_ledger_turns_the_cover_red(deal: Deal, place: int) -> None:
    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions["XLF_ANTI_DILUTION_LEDGER"]

        def off(*given: Any) -> Any:
            return [
                [cell + 0.01 if at == place else cell for at, cell in enumerate(row)]
                for row in right(*given)
            ]

        return {**functions, "XLF_ANTI_DILUTION_LEDGER": off}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    verdict = resolve(book, "verdict")
    assert "FAIL" in str(book.values(verdict.sheet)[str(verdict.first)])


def test_the_sheet_says_of_each_kind_what_the_function_needs() -> None:
    """Columns from shares to lowest price, as `xlfuncs.events` asks for them or refuses them."""
    columns = events.COLUMNS[2:]
    for kind, needs, *_ in _RULES:
        told = dict(zip(columns, needs, strict=True))
        assert {name for name, word in told.items() if word == "needed"} == set(
            events._NEEDS[kind]
        ), kind
        for name in events._REFUSES[kind]:
            assert not told[name], (kind, name)
    assert [kind for kind, *_ in _RULES] == list(events.KINDS)


def test_the_sheet_has_a_chart_once_there_are_events(path: Path, plain: bytes) -> None:
    books: list[Any] = [load_workbook(path), load_workbook(io.BytesIO(plain))]
    assert [len(book[SHEET]._charts) for book in books] == [1, 0]
