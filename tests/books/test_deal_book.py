"""The Valence deal book: what is in it, that it is right, that its checks can fail."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import xlfuncs
from xlfuncs.about import FUNCTIONS
from xlfuncs.batch.plan import Request, formulas_of
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import build_book, draft_book
from xlfuncs.card import card_of
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import BookError, ErrorValue
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.hosts.spelling import Spelling, spelled
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"
VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|OFFSET|INDIRECT|INFO|CELL)\(", re.IGNORECASE)


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(VALENCE)


@pytest.fixture(scope="module")
def book(deal: Deal) -> Package:
    return Package(build_book(deal), "book.xlsx")


def _named(book: Package, name: str) -> Any:
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


def test_the_sheets_in_their_order(book: Package) -> None:
    sheets = ["Cover", "Terms", "Market", "Conversion", "Redemption", "Liquidation", "Warrants"]
    sheets += ["Exercise price ledger", "Capitalisation", "Reserve", "Options", "Checks"]
    sheets += ["Clauses"]
    assert [sheet.name for sheet in book.sheets] == sheets
    assert all(sheet.state == "visible" for sheet in book.sheets)


def test_every_formula_shows_a_value_in_any_viewer(book: Package) -> None:
    sheets = load_workbook(io.BytesIO(book.data))
    shown = load_workbook(io.BytesIO(book.data), data_only=True)
    count = 0
    for sheet in sheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    value = shown[sheet.title][cell.coordinate].value
                    assert not str(value).startswith("#"), f"{sheet.title}!{cell.coordinate}"
                    formula = getattr(cell.value, "text", str(cell.value))
                    blank = '""' in formula
                    assert value is not None or blank, f"{sheet.title}!{cell.coordinate}"
    assert count > 400


def test_every_term_is_an_input_of_its_own_name(book: Package, deal: Deal) -> None:
    formulas = formulas_of(book)
    for term in deal.terms.values():
        place = resolve(book, term.name)
        assert not formulas.has(place.sheet, str(place.first)), term.name
        value = _named(book, term.name)
        if isinstance(term.value, (int, float)):
            assert value == term.value, term.name


def test_all_checks_hold(book: Package) -> None:
    assert _named(book, "verdict") == f"All {_named(book, 'checks_made'):g} checks hold"
    assert _named(book, "checks_failed") == 0
    assert _named(book, "checks_made") > 20


def test_the_figures_are_those_of_the_functions(book: Package, deal: Deal) -> None:
    bids, terms = deal.market.bids, deal.terms
    as_of = terms.value("as_of")
    assert isinstance(as_of, dt.date)
    premium = xlfuncs.accreted_premium(as_of, dt.date(1998, 12, 18), 1000, 0.06)
    variable = xlfuncs.variable_conversion_price(
        as_of, bids.dates, bids.closing_bids, 10, 6, 1.01, deal.market.holiday_dates
    )
    price = xlfuncs.conversion_price(as_of, dt.date(1999, 7, 27), 6.03, variable)
    wanted = xlfuncs.conversion_shares(7500, 1000, premium, price)
    assert _named(book, "premium") == premium
    assert _named(book, "variable_price") == variable
    assert _named(book, "conversion_price") == price
    assert _named(book, "wanted_shares") == wanted
    assert _named(book, "convertible_shares") == min(wanted, 5_071_913, 1_307_297)
    assert _named(book, "binding_limit") == "ownership limit"


def test_nothing_is_volatile_and_nothing_is_hidden_or_recalculated_on_load(book: Package) -> None:
    for texts in formulas_of(book).texts.values():
        for cell, text in texts.items():
            assert not VOLATILE.search(text), cell
    assert not book.calculation.full_on_load


def test_the_formulas_use_our_functions(book: Package) -> None:
    texts = " ".join(text for cells in formulas_of(book).texts.values() for text in cells.values())
    used = set(re.findall(r"XLF_[A-Z_]+", texts))
    assert used <= {card_of(function).worksheet_name for function in FUNCTIONS}
    assert len(used) > 20


def test_the_bids_say_that_they_are_illustrative(book: Package) -> None:
    assert "llustrative" in _named(book, "bids_note")
    assert "llustrative" in str(book.values("Cover")["A4"])


@pytest.mark.parametrize("name", ["premium", "conversion_price", "adjusted_exercise_price"])
def test_a_wrong_figure_turns_the_cover_red(deal: Deal, name: str) -> None:
    """Each check compares two computations, so it fails when one of them is wrong."""
    function = {
        "premium": "XLF_ACCRETED_PREMIUM",
        "conversion_price": "XLF_CONVERSION_PRICE",
        "adjusted_exercise_price": "XLF_ANTI_DILUTION_EXERCISE_PRICE",
    }[name]

    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions[function]

        def off(*arguments: Any) -> Any:
            value = right(*arguments)
            return value + 0.01 if isinstance(value, float) else value

        return {**functions, function: off}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    assert "FAIL" in _named(book, "verdict")
    assert _named(book, "checks_failed") >= 1


DATES = [
    *("1998-12-18", "1999-02-10", "1999-07-26", "1999-07-27", "1999-09-01"),
    *("1999-12-31", "2000-02-29", "2000-06-30", "2001-03-01", "2001-07-27"),
]


@pytest.mark.parametrize("day", DATES)
def test_all_checks_hold_on_dates_from_closing_to_maturity(
    book: Package, tmp_path: Path, day: str
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book.data)
    outcome = refresh_book(path, Request(as_of=dt.date.fromisoformat(day), dry_run=True))
    assert outcome.good, outcome.troubles or outcome.failure
    assert str(outcome.outputs["verdict"]).startswith("All ")


def test_a_split_is_proved_by_its_twin(book: Package, tmp_path: Path) -> None:
    """A two-for-one split inside the window of bids halves the prices, and all checks hold.

    It is entered in the exercise price ledger, from which the market has its splits.
    """
    path = tmp_path / "book.xlsx"
    workbook = load_workbook(io.BytesIO(book.data))
    sheet, cells = workbook.defined_names["events"].attr_text.split("!")
    row = workbook[sheet.strip("'")][cells.replace("$", "")][0]
    row[0].value, row[1].value, row[7].value = dt.date(1999, 8, 26), "split", 2
    workbook.save(path)
    outcome = refresh_book(path, Request(dry_run=True))
    assert outcome.outputs["fixed_price"] == 3.015
    assert outcome.outputs["price_in_effect"] == 3.39  # Warrant, 4(c), to the cent
    assert outcome.outputs["shares_in_effect"] == pytest.approx(896_023.9150, abs=5e-5)
    assert outcome.outputs["agent_price_in_effect"] == 2.47
    assert str(outcome.outputs["verdict"]).startswith("All ")


def test_a_split_is_no_jump_in_the_volatility(book: Package, tmp_path: Path) -> None:
    """Bids halved from a two-for-one split on give the volatility of before."""
    whole, split = tmp_path / "whole.xlsx", tmp_path / "split.xlsx"
    whole.write_bytes(book.data)
    workbook = load_workbook(io.BytesIO(book.data))
    market = workbook["Market"]
    day = dt.datetime(1999, 8, 25)  # noqa: DTZ001  as openpyxl gives it
    for row in range(7, 1500):
        if isinstance(market.cell(row, 1).value, dt.datetime) and market.cell(row, 1).value >= day:  # type: ignore[operator]
            market.cell(row, 2).value /= 2  # type: ignore[operator]
    for name, value in (("split_dates", day), ("split_ratios", 2)):
        cells = workbook.defined_names[name].attr_text.split("!")[1]
        market[cells.split(":")[0].replace("$", "")] = value
    workbook.save(split)
    before = refresh_book(whole, Request(dry_run=True)).outputs["historical_volatility"]
    after = refresh_book(split, Request(dry_run=True)).outputs["historical_volatility"]
    assert after == pytest.approx(before)


@pytest.mark.parametrize("count", [5, 10, 43, 100])
def test_a_short_series_costs_only_what_needs_it(
    book: Package, tmp_path: Path, deal: Deal, count: int
) -> None:
    """The Premium needs no bid, the variable price ten, the volatility a hundred and one."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(book.data)
    dates = deal.market.bids.dates
    end = dates.index(dt.date(1999, 9, 1))
    few = replace(
        deal.market.bids,
        dates=dates[end - count : end + 1],
        closing_bids=deal.market.bids.closing_bids[end - count : end + 1],
        volumes=deal.market.bids.volumes[end - count : end + 1],
    )
    outputs = refresh_book(path, Request(bids=few, dry_run=True)).outputs
    assert outputs["days_accrued"] == 257
    assert (outputs["variable_price"] == "#N/A") == (count < 10)
    assert outputs["historical_volatility"] == "#N/A"
    assert "have no value: see the sheet Checks" in str(outputs["verdict"])
    early = Request(bids=few, as_of=dt.date(1999, 7, 26), dry_run=True)
    assert refresh_book(path, early).outputs["conversion_price"] == 6.03


def test_a_trading_day_without_its_bid_is_no_failed_check(book: Package, tmp_path: Path) -> None:
    """The bids end on 31 July 2001; 4 August is a Saturday after three days without any."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(book.data)
    for day in (dt.date(2001, 8, 1), dt.date(2001, 8, 4)):
        outcome = refresh_book(path, Request(as_of=day, dry_run=True))
        assert outcome.outputs["redemption_amount"] == ErrorValue.NA.value
        assert "have no value: see the sheet Checks" in str(outcome.outputs["verdict"])


@pytest.mark.parametrize("spelling", [Spelling.SERVICE, Spelling.XLL])
def test_a_book_spelled_for_another_program(
    deal: Deal, book: Package, spelling: Spelling, tmp_path: Path
) -> None:
    """Only the formulas' names differ; every engine reads them."""
    spelt = Package(build_book(deal, spelling=spelling), "book.xlsx")
    plain, other = formulas_of(book).texts, formulas_of(spelt).texts
    assert other != plain
    assert {tab: {ref: spelled(text) for ref, text in cells.items()}
            for tab, cells in other.items()} == plain  # fmt: skip
    texts = "".join(text for cells in other.values() for text in cells.values())
    assert not re.search(r"(?<!_xll\.)\bXLF_", texts)
    for sheet in book.sheets:
        assert spelt.values(sheet.name) == book.values(sheet.name)
    outputs = []
    for number, package in enumerate((book, spelt)):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(package.data)
        as_of = dt.date(1999, 10, 1)
        outputs.append(refresh_book(path, Request(as_of=as_of, dry_run=True)).outputs)
    assert outputs[0] == outputs[1]
    late = refresh_book(path, Request(as_of=dt.date(2002, 3, 4), dry_run=True))
    assert any("closing_bids lacks the bid of 2002-03-01" in line for line in late.troubles)


def test_a_missing_term_is_named(deal: Deal) -> None:
    terms = type(deal.terms)(
        {name: term for name, term in deal.terms.items() if name != "face_amount"},
        deal.terms.heading,
    )
    with pytest.raises(BookError, match="speaks of face_amount, and no cell has that name"):
        draft_book(replace(deal, terms=terms))


def test_the_ledger_says_what_was_issued_against_the_cap(tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    shutil.copytree(VALENCE, folder, ignore=shutil.ignore_patterns("*.xlsx"))
    ledger = folder / "ledger.csv"
    header, *rows = ledger.read_text("utf-8").splitlines()
    columns = header.split(",")
    event = {
        "id": "C-1",
        "date": "1999-03-01",
        "kind": "conversion",
        "instrument": "Series B Convertible Participating Preferred Stock",
        "holder": '"CC Investments, LDC"',
        "shares": "100",
        "price": "6.03",
        "source": "an example",
    }
    rows.append(",".join(event.get(column, "") for column in columns))
    ledger.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    book = Package(build_book(read_deal(folder)), "book.xlsx")
    premium = xlfuncs.accreted_premium(dt.date(1999, 3, 1), dt.date(1998, 12, 18), 1000, 0.06)
    issued = xlfuncs.conversion_shares(100, 1000, premium, 6.03)
    assert _named(book, "shares_issued") == issued
    assert _named(book, "cap_available") == 5_071_913 - issued


def test_what_was_converted_is_not_outstanding(tmp_path: Path) -> None:
    """Nothing is left once all preferred stock has been converted, and no figure is an error."""
    folder = tmp_path / "deal"
    shutil.copytree(VALENCE.parent / "fixed_2024", folder, ignore=shutil.ignore_patterns("*.xlsx"))
    deal = read_deal(folder)
    book = Package(build_book(deal), "book.xlsx")
    assert _named(book, "preferred_shares") == 10_000
    assert _named(book, "preferred_outstanding") == 8_000
    assert _named(book, "redemption_total") == 8_000 * _named(book, "redemption_amount")
    ledger = folder / "ledger.csv"
    header, *rows = ledger.read_text("utf-8").splitlines()
    conversion = next(event for event in deal.ledger.events if event.kind == "conversion")
    event = {
        "id": "ALL",
        "date": "2025-09-30",
        "kind": "redemption",
        "instrument": f'"{conversion.instrument}"',
        "holder": f'"{conversion.holder}"',
        "shares": "8000",
        "consideration": "9600000",
        "source": "an example",
    }
    rows.append(",".join(event.get(name, "") for name in header.split(",")))
    ledger.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    book = Package(build_book(read_deal(folder)), "book.xlsx")
    assert _named(book, "preferred_outstanding") == 0
    assert _named(book, "wanted_shares") == _named(book, "redemption_total") == 0
    assert _named(book, "verdict") == f"All {_named(book, 'checks_made'):g} checks hold"
    for sheet in book.sheets:
        errors = {
            ref: value
            for ref, value in book.values(sheet.name).items()
            if isinstance(value, ErrorValue)
        }
        assert not errors, sheet.name
