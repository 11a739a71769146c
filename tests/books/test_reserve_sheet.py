"""The sheet Reserve: what must be reserved, when it and the cap are too little."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import xlfuncs
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import Deal, read_deal

if TYPE_CHECKING:
    from collections.abc import Mapping

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(VALENCE)


@pytest.fixture(scope="module")
def path(deal: Deal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    path.write_bytes(build_book(deal))
    return path


def _figures(
    path: Path, as_of: str, deal: Deal | None = None, factor: float = 1.0, **sets: Any
) -> Mapping[str, Any]:
    bids = None
    if deal is not None:
        closes = tuple(bid * factor for bid in deal.market.bids.closing_bids)
        bids = replace(deal.market.bids, closing_bids=closes)
    date = dt.date.fromisoformat(as_of)
    return refresh_book(path, Request(as_of=date, bids=bids, sets=sets, dry_run=True)).outputs


@pytest.mark.parametrize(
    ("day", "price"),
    [("1998-12-18", 3.75), ("1999-07-27", 3.886233), ("2001-07-27", 4.336849)],
)
def test_the_price_at_which_the_reserve_is_too_small(path: Path, day: str, price: float) -> None:
    found = _figures(path, day)
    assert found["reserve_trigger_price"] == pytest.approx(price, abs=5e-7)
    assert found["authorization_trigger_date"] == "none"
    assert found["reserved_amount"] == 4_000_000
    assert found["reserve_in_words"] == "yes"


def test_three_days_short_are_the_trigger(path: Path, deal: Deal) -> None:
    found = _figures(path, "1999-09-01", deal, 0.6)
    price = found["conversion_price"]
    assert price < found["reserve_trigger_price"]
    assert found["authorization_trigger_date"] == dt.date(1999, 9, 1)
    assert found["reserve_coverage"] < 2
    short = 2 * found["wanted_shares"] - 4_000_000
    assert found["reserve_shortfall"] == pytest.approx(short)
    full = found["wanted_shares"] + 2 * 447_761
    assert found["reserved_amount"] == xlfuncs.reserved_amount(4_000_000, full)
    assert str(found["verdict"]).startswith("All ")


def test_the_warrants_count_in_the_reserve_and_not_in_its_coverage(path: Path, deal: Deal) -> None:
    found = _figures(path, "1999-09-01", deal, 0.4)
    full = found["wanted_shares"] + 2 * 447_761
    assert found["reserved_amount"] == full > 4_000_000
    assert found["reserve_in_words"].startswith("no")
    assert found["reserve_coverage"] == pytest.approx(4_000_000 / found["wanted_shares"])


@pytest.mark.parametrize(
    ("day", "issued", "approved", "words"),
    [
        ("1999-07-27", 5_000_000, None, "not tested yet"),
        ("1999-07-28", 5_000_000, None, "exists"),
        ("1999-07-28", 0, None, "none"),
        ("1999-07-28", 5_000_000, dt.date(1999, 7, 1), "no cap any more"),
    ],
)
def test_a_trading_market_trigger_event(
    path: Path, day: str, issued: int, approved: dt.date | None, words: str
) -> None:
    sets: dict[str, Any] = {"shares_issued": issued}
    if approved:
        sets["stockholder_approval_date"] = approved
    found = _figures(path, day, **sets)
    assert found["cap_trigger"] == words
    if words == "exists":
        assert found["conversion_price"] < found["cap_trigger_price"]
        assert xlfuncs.cap_trigger(5_071_913, issued, found["wanted_shares"], 2)
    if words == "no cap any more":
        assert found["cap_exhausted_price"] == "none"
    assert str(found["verdict"]).startswith("All ")


def test_the_price_at_which_all_series_take_up_the_cap(path: Path) -> None:
    """At the closing of Series B, with the Premium that Series A has by then."""
    found = _figures(path, "1998-12-18")
    premium = xlfuncs.accreted_premium(dt.date(1998, 12, 18), dt.date(1998, 7, 27), 1000, 0.06)
    amount = 7500 * 1000 + 7500 * (1000 + premium)
    assert found["cap_exhausted_price"] == pytest.approx(amount / 5_071_913)
