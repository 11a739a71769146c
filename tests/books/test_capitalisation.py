"""The capitalisation: totals, holders, limits, and deals that have less or more of it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import xlfuncs
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import build_book
from xlfuncs.books.sheets.holdings import held_in
from xlfuncs.deal.ledger import Ledger
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"
OUTSTANDING = 25_372_251
SERIES_B = "Series B Convertible Participating Preferred Stock"
MORE = (
    f"1999-02-01,transfer,{SERIES_B},CC,2500,,,Other Fund",
    f"1999-03-01,conversion,{SERIES_B},Other Fund,500,6.03,,",
    f"1999-03-02,conversion,{SERIES_B},CC,1000,6.03,,",
    "1999-08-02,exercise,Second Warrant,CC,47761,,9,",
)


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(VALENCE)


@pytest.fixture(scope="module")
def path(deal: Deal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    path.write_bytes(build_book(deal))
    return path


def _figures(path: Path, as_of: str = "1999-09-01", **sets: float) -> Mapping[str, Any]:
    request = Request(as_of=dt.date.fromisoformat(as_of), sets=sets, dry_run=True)
    return refresh_book(path, request).outputs


def _named(book: Package, name: str) -> Any:
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


@pytest.mark.parametrize("day", ["1998-12-18", "1999-09-01", "2001-07-27"])
def test_the_totals_are_those_of_the_functions(path: Path, day: str) -> None:
    found = _figures(path, day)
    date, price = dt.date.fromisoformat(day), found["conversion_price"]
    converted = OUTSTANDING
    for closing in (dt.date(1998, 12, 18), dt.date(1998, 7, 27)):  # Series B and Series A
        premium = xlfuncs.accreted_premium(date, closing, 1000, 0.06)
        converted += xlfuncs.conversion_shares(7500, 1000, premium, price)
    assert found["shares_now"] == OUTSTANDING
    assert found["shares_converted"] == converted
    warrants = 2 * 447_761 + 2 * 87_500
    assert found["shares_diluted"] == converted + warrants
    market = found["market_price"]
    cashless = 87_500.0  # the advisor's, whose price is not stated
    for shares, strike in ((2 * 447_761, 6.7838), (87_500, 4.9375)):
        cashless += xlfuncs.cashless_exercise_shares(shares, market, strike)
    assert found["shares_diluted_cashless"] == pytest.approx(converted + cashless)
    part = (converted - OUTSTANDING + 2 * 447_761) / (converted + warrants)
    assert found["investor_part_diluted"] == pytest.approx(part)


def test_the_limits_leave_no_more_than_4_9_percent(path: Path) -> None:
    found = _figures(path)
    assert found["shares_within_limits"] == OUTSTANDING + 1_307_297
    assert found["owned_after_1"] == found["investor_part_within_limits"]
    assert 0.04899 < found["owned_after_1"] <= 0.049
    held = _figures(path, shares_held=200_000)
    assert held["limited_shares_1"] == 1_096_992
    assert held["owned_after_1"] == pytest.approx(1_296_992 / (OUTSTANDING + 1_096_992))
    assert held["shares_now"] == OUTSTANDING  # the investor's are among those outstanding
    small = _figures(path, shares_issued=5_000_000)
    assert small["limited_shares_1"] == 71_913
    for figures in (found, held, small):
        assert str(figures["verdict"]).startswith("All ")


def _with_more(folder: Path) -> Deal:
    """The deal after a transfer, two conversions and a cashless exercise."""
    shutil.copytree(VALENCE, folder, ignore=shutil.ignore_patterns("*.xlsx"))
    path = folder / "ledger.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    columns = (*header.split(","), "transferee")
    rows = [f"{row}," for row in rows]
    names = ("date", "kind", "instrument", "holder", "shares", "price", "market_price")
    for line in MORE:
        cells = dict(zip((*names, "transferee"), line.split(","), strict=True))
        cells["holder"] = cells["holder"].replace("CC", '"CC Investments, LDC"')
        cells |= {"source": "an example"}
        rows.append(",".join(cells.get(column, "") for column in columns))
    path.write_text("\n".join([",".join(columns), *rows]) + "\n", "utf-8")
    return read_deal(folder)


def test_several_holders_have_limits_of_their_own(tmp_path: Path) -> None:
    deal = _with_more(tmp_path / "deal")
    held = held_in(deal)
    assert [(one.holder, one.shares) for one in held.preferred] == [
        ("CC Investments, LDC", 4000),
        ("Other Fund", 2000),
        ("CC Investments, LDC", 7500),
    ]
    assert held.allocated == {"CC Investments, LDC": 12_500, "Other Fund": 2500}
    assert {one.instrument: one.shares for one in held.warrants}["Second Warrant"] == 400_000
    book = Package(build_book(deal), "book.xlsx")
    assert _named(book, "verdict").startswith("All ")
    portions = xlfuncs.allocate_pro_rata(5_071_913, [12_500, 2500])
    assert [_named(book, f"cap_portion_{row}") for row in (1, 2)] == portions
    premium = xlfuncs.accreted_premium(dt.date(1999, 3, 1), dt.date(1998, 12, 18), 1000, 0.06)
    issued = xlfuncs.conversion_shares(500, 1000, premium, 6.03)
    assert _named(book, "cap_left_2") == portions[1] - issued
    assert _named(book, "limited_shares_1") == 1_307_297
    price = _named(book, "conversion_price")
    premium = xlfuncs.accreted_premium(dt.date(1999, 9, 1), dt.date(1998, 12, 18), 1000, 0.06)
    own = xlfuncs.conversion_shares(2000, 1000, premium, price)
    assert _named(book, "limited_shares_2") == own
    assert _named(book, "shares_within_limits") == OUTSTANDING + 1_307_297 + own
    assert _named(book, "preferred_outstanding") == 6000


def test_options_count_once_they_are_granted(deal: Deal) -> None:
    terms = dict(deal.terms)
    terms["start_date"] = replace(terms["start_date"], value=dt.date(1999, 1, 4))
    granted = replace(deal, terms=type(deal.terms)(terms, deal.terms.heading))
    with_them, without = (Package(build_book(one), "book.xlsx") for one in (granted, deal))
    for name, expected in (
        ("shares_diluted", 220_000),
        (
            "shares_diluted_cashless",
            xlfuncs.cashless_exercise_shares(220_000, _named(without, "market_price"), 3.0),
        ),
    ):
        assert _named(with_them, name) - _named(without, name) == pytest.approx(expected)
    assert _named(with_them, "verdict").startswith("All ")


def _series_a(name: str) -> bool:
    return name.startswith("series_a_")


def _agent(name: str) -> bool:
    return name.startswith("agent_")


def _warrants(name: str) -> bool:
    return _agent(name) or "warrant" in name or name in {
        "exercise_price", "opens", "expires", "expiry_date", "volatility_days",
        "minimum_adjustment", "assumed_market_fraction",
    }  # fmt: skip


def _cap(name: str) -> bool:
    return name.startswith("cap_") or name == "stockholder_approval_deadline"


def _limits(name: str) -> bool:
    return _cap(name) or name == "ownership_limit"


def _variable(name: str) -> bool:
    return name in {"lookback_days", "lowest_count", "price_multiple", "variable_price_start"}


def _fixed(name: str) -> bool:
    return name in {"stated_price", "series_a_stated_price", "variable_price_start"}


@pytest.mark.parametrize(
    ("left_out", "there", "not_there"),
    [
        (_series_a, "shares_converted", "series_a_premium_rate"),
        (_agent, "black_scholes_total", "agent_price_in_effect"),
        (_warrants, "shares_converted", "shares_diluted"),
        (_cap, "owned_after_1", "cap_portion_1"),
        (_limits, "limited_shares_1", "ownership_left_1"),
        (_variable, "holding_2_price", "variable_price"),
        (_fixed, "holding_2_price", "fixed_price"),
    ],
)
def test_a_deal_with_less_has_less(
    deal: Deal, left_out: Callable[[str], bool], there: str, not_there: str
) -> None:
    heading = deal.terms.heading
    kept = {name: term for name, term in deal.terms.items() if not left_out(name)}
    instruments = tuple(
        one for one in heading.instruments
        if any(name.startswith(one.prefix) for name in kept)
    )  # fmt: skip
    terms = type(deal.terms)(kept, replace(heading, instruments=instruments))
    events = tuple(
        event for event in deal.ledger.events
        if not (left_out is _series_a and event.instrument.startswith("Series A"))
        and not (left_out is _warrants and event.kind in {"warrant", "exchange"})
    )  # fmt: skip
    data = build_book(replace(deal, terms=terms, ledger=Ledger(events)))
    book = Package(data, "book.xlsx")
    assert there in book.defined_names
    assert not_there not in book.defined_names
    assert _named(book, "verdict").startswith("All ")


def test_without_a_ledger_the_terms_say_who_holds_what(deal: Deal) -> None:
    held = held_in(replace(deal, ledger=Ledger()))
    assert [(one.holder, one.shares, one.prefix) for one in held.preferred] == [
        ("CC Investments, LDC", 7500, ""),
        ("CC Investments, LDC", 7500, "series_a_"),
    ]
    assert [(one.holder, one.shares) for one in held.warrants] == [
        ("CC Investments, LDC", 447_761),
        ("Gemini Capital, L.L.C.", 87_500),
    ]
    book = Package(build_book(replace(deal, ledger=Ledger())), "book.xlsx")
    assert _named(book, "verdict").startswith("All ")
