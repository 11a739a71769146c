"""The sheet of the liquidation: the waterfall, when conversion pays more, a Major Transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import xlfuncs
from tests.support.sheets import refreshed
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(VALENCE)


@pytest.fixture(scope="module")
def book(deal: Deal) -> Package:
    return Package(build_book(deal), "book.xlsx")


@pytest.fixture(scope="module")
def path(book: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("liquidation") / "book.xlsx"
    path.write_bytes(book.data)
    return path


def _cell(book: Package, name: str) -> Any:
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


def test_the_waterfall_of_the_reference(path: Path) -> None:
    """Ten million over 7,500 of A at 1,085 and 7,500 of B at 1,060: 5,058,275.06 and the rest."""
    outputs = refreshed(
        path,
        "1999-12-18",  # a year after the closing: the Premium is 60
        series_a_premium_rate=0,
        series_a_other_amounts_due=85,
        senior_claims=0,
        liquidation_proceeds=10_000_000,
    )
    assert (outputs["liquidation_preference"], outputs["series_a_liquidation_preference"]) == (
        1060,
        1085,
    )
    assert outputs["series_a_paid"] == pytest.approx(5_058_275.06, abs=0.005)
    assert outputs["preferred_paid"] == pytest.approx(4_941_724.94, abs=0.005)
    assert (outputs["senior_paid"], outputs["left_for_common"]) == (0, 0)
    assert outputs["payments_total"] == pytest.approx(10_000_000)


def test_each_rank_is_paid_before_the_next(path: Path) -> None:
    claims: dict[str, Any] = {"senior_claims": 3_000_000, "junior_claims": 2_000_000}
    first = refreshed(path, liquidation_proceeds=2_000_000, **claims)
    assert (first["senior_paid"], first["preferred_paid"]) == (2_000_000, 0)
    last = refreshed(path, liquidation_proceeds=100_000_000, **claims)
    assert (last["senior_paid"], last["junior_paid"]) == (3_000_000, 2_000_000)
    paid = last["liquidation_total"] + last["series_a_liquidation_total"] + 5_000_000
    assert last["left_for_common"] == pytest.approx(100_000_000 - paid)
    # The same with another order: what was junior is now before all.
    ranks = refreshed(path, liquidation_proceeds=2_500_000, junior_rank=1, **claims)
    assert (ranks["senior_paid"], ranks["junior_paid"]) == (1_500_000, 1_000_000)


def test_conversion_pays_more_from_the_break_even_on(path: Path) -> None:
    at = refreshed(path)["conversion_break_even"]
    less = refreshed(path, liquidation_proceeds=round(at) - 1)
    more = refreshed(path, liquidation_proceeds=round(at) + 1)
    assert (less["liquidation_choice"], more["liquidation_choice"]) == ("to keep", "to convert")
    assert more["converted_per_share"] == pytest.approx(more["kept_per_share"])
    assert more["converted_at_break_even"] == pytest.approx(more["liquidation_total"])
    # A common share is then paid the Conversion Price, but for the rounding of the shares.
    assert more["common_break_even"] == pytest.approx(more["conversion_price"], rel=1e-6)


def test_what_is_left_would_be_shared_as_if_converted(path: Path) -> None:
    outputs = refreshed(path, liquidation_proceeds=50_000_000)
    shares = 7500 * outputs["shares_per_preferred"]
    part = outputs["left_for_common"] * shares / (25_372_251 + shares)
    assert outputs["participation_part"] == pytest.approx(part)


def test_a_major_transaction_gives_the_greater(path: Path, deal: Deal) -> None:
    outputs = refreshed(path, transaction_announced="2000-03-02", consideration_per_share=20)
    assert outputs["transaction_day"] == dt.date(2000, 3, 1)
    bids = deal.market.bids
    day = dt.date(2000, 3, 1)
    variable = xlfuncs.variable_conversion_price(
        day, bids.dates, bids.closing_bids, 10, 6, 1.01, deal.market.holiday_dates
    )
    price = xlfuncs.conversion_price(day, dt.date(1999, 7, 27), 6.03, variable)
    premium = xlfuncs.accreted_premium(day, dt.date(1998, 12, 18), 1000, 0.06)
    each = xlfuncs.major_transaction_preferred(1000, premium, price, 20, 1.25)
    assert outputs["major_transaction_preferred"] == each
    assert outputs["major_transaction_preferred_total"] == 7500 * each
    assert outputs["major_transaction_preferred_choice"] == "(i) as converted"
    cash = refreshed(path, consideration_per_share=5)
    assert (cash["major_transaction_preferred"], cash["major_transaction_preferred_choice"]) == (
        1250,
        "(ii) cash",
    )
    monday = refreshed(path, "1999-09-07")  # the day after Labor Day
    assert monday["transaction_day"] == dt.date(1999, 9, 3)
    closing = refreshed(path, "1998-12-18")
    assert closing["transaction_day"] == dt.date(1998, 12, 18)


@pytest.mark.parametrize(
    "function", ["LIQUIDATION_PREFERENCE", "MAJOR_TRANSACTION_PREFERRED", "PARTICIPATING_DIVIDEND"]
)
def test_a_wrong_function_turns_the_cover_red(deal: Deal, function: str) -> None:
    name = f"XLF_{function}"

    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions[name]
        return {**functions, name: lambda *arguments: right(*arguments) + 1}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    assert "FAIL" in str(_cell(book, "verdict"))


def test_a_wrong_waterfall_turns_the_cover_red(deal: Deal) -> None:
    """A dollar too much to the first class, and one too little to the common stock."""

    def wrong(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        functions: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = functions["XLF_LIQUIDATION_WATERFALL"]

        def moved(*arguments: Any) -> Any:
            (first, *_), *rows, (last, *_) = right(*arguments)
            return [[first + 1], *rows, [last - 1]]

        return {**functions, "XLF_LIQUIDATION_WATERFALL": moved}

    book = Package(build_book(deal, Formualizer(wrong)), "book.xlsx")
    assert "FAIL" in str(_cell(book, "verdict"))
    assert _cell(book, "payments_total") == _cell(book, "liquidation_proceeds")


@pytest.mark.parametrize("beginning", ["series_a_", "cash_multiple", "premium_"])
def test_a_deal_with_less_has_the_rest(deal: Deal, beginning: str) -> None:
    kept = {name: term for name, term in deal.terms.items() if not name.startswith(beginning)}
    other = replace(deal, terms=type(deal.terms)(kept, deal.terms.heading))
    book = Package(build_book(other), "book.xlsx")
    assert str(_cell(book, "verdict")).startswith("All ")
    assert _cell(book, "payments_total") == _cell(book, "liquidation_proceeds")
    assert ("series_a_paid" in book.defined_names) == (beginning != "series_a_")
    assert ("major_transaction_preferred_total" in book.defined_names) == (
        beginning != "cash_multiple"
    )
