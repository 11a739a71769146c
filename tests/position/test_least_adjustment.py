"""A warrant whose terms name another least adjustment than 1 % is followed by its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace as changed
from pathlib import Path

import pytest

from xlfuncs.deal.ledger import Event, Ledger
from xlfuncs.deal.reading import read_deal
from xlfuncs.deal.terms import Terms
from xlfuncs.position import replay

VALENCE = read_deal(Path(__file__).parents[2] / "workbooks" / "valence_1998")
ISSUES = tuple(
    Event(
        dt.date(1999, month, 1),
        "issue",
        "an example",
        shares=shares,
        consideration=received,
        market_price=market,
        shares_outstanding=outstanding,
    )
    for month, shares, received, market, outstanding in (
        (8, 1_000_000, 4_000_000, 5.0, 25_400_000),
        (9, 1_500_000, 5_250_000, 4.75, 26_400_000),
    )
)


@pytest.mark.parametrize(
    ("least", "price"),
    [(0.005, 6.63), (0.01, 6.64), (0.05, 6.7838)],  # 6.73 and then 6.63; once, 6.64; not at all
)
def test_the_least_adjustment_is_the_one_of_the_terms(least: float, price: float) -> None:
    named = dict(VALENCE.terms)
    named["minimum_adjustment"] = changed(named["minimum_adjustment"], value=least)
    terms = Terms(named, VALENCE.terms.heading)
    ledger = Ledger((*VALENCE.ledger.events, *ISSUES))
    position = replay(terms, ledger, dt.date(1999, 12, 31))
    assert position.warrants["Second Warrant"].exercise_price == price
