"""The book of an offer letter, a deal without a market: what is in it, and that it is right."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import xlfuncs
from xlfuncs.batch.plan import Request, formulas_of
from xlfuncs.batch.run import Outcome, refresh_book
from xlfuncs.books.deal_book import build_book, draft_book
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import BookError
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

BOGUES = Path(__file__).parents[2] / "workbooks" / "bogues_2004"
START, AS_OF = dt.date(2004, 12, 6), dt.date(2006, 6, 30)
FUNCTIONS = {
    "XLF_OPTION_VESTED",
    "XLF_OPTION_VESTING_SCHEDULE",
    "XLF_PRORATED_SALARY",
    "XLF_TARGET_BONUS",
    "XLF_CHANGE_OF_CONTROL_PAYMENT",
    "XLF_IS_CHANGE_OF_CONTROL",
    "XLF_VACATION_ACCRUED",
}


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(BOGUES)


@pytest.fixture(scope="module")
def book(deal: Deal) -> Package:
    return Package(build_book(deal), "book.xlsx")


def _named(book: Package, name: str) -> Any:
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


def _refreshed(book: Package, folder: Path, **sets: Any) -> Outcome:
    path = folder / "book.xlsx"
    path.write_bytes(book.data)
    return refresh_book(path, Request(sets=sets, dry_run=True))


def test_the_sheets_in_their_order(book: Package) -> None:
    sheets = ["Cover", "Terms", "Options", "Employment", "Checks", "Clauses"]
    assert [sheet.name for sheet in book.sheets] == sheets
    assert all(sheet.state == "visible" for sheet in book.sheets)


def test_every_formula_shows_a_value_in_any_viewer(book: Package) -> None:
    """And none is TRUE or FALSE of ours: not every viewer keeps those of unknown functions."""
    sheets = load_workbook(io.BytesIO(book.data))
    shown = load_workbook(io.BytesIO(book.data), data_only=True)
    count = 0
    for sheet in sheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                value = shown[sheet.title][cell.coordinate].value
                assert value is not None, f"{sheet.title}!{cell.coordinate}"
                assert not str(value).startswith("#"), f"{sheet.title}!{cell.coordinate}"
                ours = "XLF_" in str(cell.value)
                assert not (ours and isinstance(value, bool)), f"{sheet.title}!{cell.coordinate}"
    assert count > 200


def test_every_term_is_an_input_of_its_own_name(book: Package, deal: Deal) -> None:
    formulas = formulas_of(book)
    for term in deal.terms.values():
        place = resolve(book, term.name)
        assert not formulas.has(place.sheet, str(place.first)), term.name
        if isinstance(term.value, (int, float)):
            assert _named(book, term.name) == term.value, term.name


def test_all_checks_hold(book: Package) -> None:
    assert _named(book, "verdict") == f"All {_named(book, 'checks_made'):g} checks hold"
    assert _named(book, "checks_failed") == 0
    assert _named(book, "checks_made") == 34


def test_the_figures_are_those_of_the_functions(book: Package) -> None:
    assert _named(book, "options_vested") == xlfuncs.option_vested(220_000, START, AS_OF) == 82_500
    assert _named(book, "options_unvested") == 137_500
    salary = xlfuncs.prorated_salary(200_000, dt.date(2006, 1, 1), AS_OF)
    assert _named(book, "prorated_salary") == salary
    assert _named(book, "quarterly_target_bonus") == 25_000
    assert _named(book, "target_bonus") == 150_000  # six quarters
    assert _named(book, "vacation_accrued") == xlfuncs.vacation_accrued(20, 26, 40)
    assert _named(book, "change_of_control_payment") == 100_000
    assert _named(book, "is_change_of_control") == "no"
    assert _named(book, "event_total") == 100_000 + 137_500 * (4 - 3)


def test_the_schedule_is_the_functions(book: Package) -> None:
    rows = xlfuncs.option_vesting_schedule(220_000, START)
    for number, (day, vested) in enumerate(rows, 1):
        assert isinstance(day, dt.date)
        serial = (day - dt.date(1899, 12, 30)).days
        assert _named(book, f"vesting_date_{number}") == serial
        assert _named(book, f"vested_by_date_{number}") == vested


def test_the_formulas_use_our_functions(book: Package) -> None:
    texts = " ".join(text for cells in formulas_of(book).texts.values() for text in cells.values())
    assert set(re.findall(r"XLF_[A-Z_]+", texts)) == {*FUNCTIONS, "XLF_VERSION"}


def test_the_cover_names_what_is_assumed(book: Package) -> None:
    warning = str(book.values("Cover")["A4"])
    assert warning.endswith("assumed: start date, days in year, strike, stock price")


DATES = [
    *("2004-12-06", "2004-12-31", "2005-12-05", "2005-12-06", "2006-03-05", "2006-12-05"),
    *("2006-12-06", "2008-02-29", "2008-12-05", "2008-12-06", "2015-07-01"),
]
STARTS = [dt.date(2004, 12, 6), dt.date(2004, 8, 31), dt.date(2004, 2, 29), dt.date(2005, 11, 30)]


@pytest.mark.parametrize("day", DATES)
def test_all_checks_hold_from_the_first_day_on(book: Package, tmp_path: Path, day: str) -> None:
    outcome = _refreshed(book, tmp_path, as_of=dt.date.fromisoformat(day))
    assert outcome.good, outcome.troubles or outcome.failure
    assert outcome.outputs["verdict"] == "All 34 checks hold"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("grant", [220_000, 10, 1, 0, 333_333])
def test_all_checks_hold_for_any_start_and_grant(
    book: Package, tmp_path: Path, start: dt.date, grant: int
) -> None:
    outcome = _refreshed(book, tmp_path, start_date=start, grant=grant)
    assert outcome.outputs["verdict"] == "All 34 checks hold"
    vested = xlfuncs.option_vested(grant, start, AS_OF)
    assert outcome.outputs["options_vested"] == vested


def test_an_event_vests_all_and_pays_within_the_window(book: Package, tmp_path: Path) -> None:
    outcome = _refreshed(book, tmp_path, trigger_date=dt.date(2006, 6, 1))
    shown = outcome.outputs
    assert shown["verdict"] == "All 34 checks hold"
    assert shown["options_vested"] == 220_000
    assert shown["accelerated_options"] == 220_000 - 68_750
    assert shown["change_of_control_payment"] == 100_000
    assert shown["payment_due"] == dt.date(2006, 6, 6)
    assert shown["coverage_end"] == dt.date(2006, 12, 1)
    assert shown["next_vesting_date"] == "none"


def test_an_event_after_the_window_vests_all_and_pays_nothing(
    book: Package, tmp_path: Path
) -> None:
    day = dt.date(2006, 12, 6)
    outcome = _refreshed(book, tmp_path, as_of=day, trigger_date=day)
    shown = outcome.outputs
    assert shown["verdict"] == "All 34 checks hold"
    assert shown["options_vested"] == 220_000
    assert shown["change_of_control_payment"] == 0
    assert shown["payment_due"] == shown["coverage_end"] == "none"
    assert shown["window_end"] == dt.date(2006, 12, 5)


def test_an_event_to_come_changes_nothing_yet(book: Package, tmp_path: Path) -> None:
    outcome = _refreshed(book, tmp_path, trigger_date=dt.date(2006, 7, 1))
    assert outcome.outputs["options_vested"] == 82_500
    assert outcome.outputs["verdict"] == "All 34 checks hold"


def test_after_the_last_day_nothing_more_vests_or_is_earned(book: Package, tmp_path: Path) -> None:
    outcome = _refreshed(book, tmp_path, termination_date=dt.date(2005, 12, 31))
    shown = outcome.outputs
    assert shown["verdict"] == "All 34 checks hold"
    assert shown["options_vested"] == 55_000
    assert shown["next_vesting_date"] == "none"
    assert shown["prorated_salary"] == 200_000
    assert shown["quarters"] == 4


@pytest.mark.parametrize(
    ("sets", "answer"),
    [
        ({"holders_share_after_merger": 0.499}, "yes"),
        ({"holders_share_after_merger": 0.5, "acquirer_share": 0.5}, "no"),
        ({"acquirer_share": 0.501}, "yes"),
        ({"assets_sold": True}, "yes"),
        ({"liquidated": True}, "yes"),
    ],
)
def test_a_transaction_under_review(
    book: Package, tmp_path: Path, sets: dict[str, Any], answer: str
) -> None:
    outcome = _refreshed(book, tmp_path, **sets)
    assert outcome.outputs["is_change_of_control"] == answer
    assert outcome.outputs["verdict"] == "All 34 checks hold"


def test_before_the_first_day_there_is_no_pay_and_no_failed_check(
    book: Package, tmp_path: Path
) -> None:
    outcome = _refreshed(book, tmp_path, as_of=dt.date(2004, 12, 2))
    assert outcome.outputs["options_vested"] == 0
    assert outcome.outputs["prorated_salary"] == "#NUM!"
    assert outcome.outputs["checks_failed"] == 0
    assert "1 of 34 figures have no value: see the sheet Checks" in str(outcome.outputs["verdict"])


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_wrong_figure_turns_the_cover_red(deal: Deal, function: str) -> None:
    """Each check compares two computations, so it fails when one of them is wrong."""

    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions[function]

        def off(*arguments: Any) -> Any:
            value = right(*arguments)
            if isinstance(value, bool):
                return not value
            if isinstance(value, list):
                return [[day, vested + 1] for day, vested in value]
            return value + 1

        return {**functions, function: off}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    assert "FAIL" in _named(book, "verdict")
    assert _named(book, "checks_failed") >= 1


def _without(deal: Deal, *names: str) -> Deal:
    terms = {name: term for name, term in deal.terms.items() if name not in names}
    return replace(deal, terms=type(deal.terms)(terms, deal.terms.heading))


def test_a_missing_term_is_named(deal: Deal) -> None:
    with pytest.raises(BookError, match="speaks of lump_sum, and no cell has that name"):
        draft_book(_without(deal, "lump_sum"))


@pytest.mark.parametrize(
    ("missing", "sheets"),
    [
        ("grant", ["Cover", "Terms", "Employment", "Checks", "Clauses"]),
        ("annual_salary", ["Cover", "Terms", "Options", "Checks", "Clauses"]),
    ],
)
def test_a_sheet_is_there_for_the_terms_that_are(
    deal: Deal, missing: str, sheets: list[str]
) -> None:
    book = Package(build_book(_without(deal, missing)), "book.xlsx")
    assert [sheet.name for sheet in book.sheets] == sheets
    assert str(_named(book, "verdict")).startswith("All ")
