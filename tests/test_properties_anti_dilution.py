"""The ledger's rows held to the functions that compute one step each, and to what must hold."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xlfuncs import (
    anti_dilution_exercise_price,
    anti_dilution_ledger,
    deemed_issue_price,
    split_adjusted_price,
    variable_rate_issue_price,
    warrant_adjusted_shares,
    weighted_average_exercise_price,
)
from xlfuncs.errors import BoundsError, InputError

DAY = dt.date(1999, 8, 2)
PRICES = st.integers(100, 200_000).map(lambda price: price / 10_000)
MARKETS = st.integers(100, 2000).map(lambda cents: cents / 100)
SHARES = st.integers(1, 5_000_000).map(float)
AMOUNTS = st.integers(0, 20_000_000).map(float)
OUTSTANDING = st.integers(1_000_000, 50_000_000).map(float)
CARRY = st.sampled_from(["additive", "compound"])
TEST = st.sampled_from(["unrounded", "rounded"])


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    kind=st.sampled_from(["issue", "option", "convertible", "variable convertible"]),
    price=PRICES, count=SHARES, market=MARKETS, shares=SHARES, paid=AMOUNTS, more=AMOUNTS,
    outstanding=OUTSTANDING, carry=CARRY, test=TEST,
    carried=st.integers(0, 99).map(lambda part: part / 1e6),
)  # fmt: skip
def test_a_row_is_the_step_computed_alone(
    kind: str, price: float, count: float, market: float, shares: float, paid: float, more: float,
    outstanding: float, carry: str, test: str, carried: float,
) -> None:  # fmt: skip
    extra = None if kind == "issue" else more
    arguments = (price, outstanding, shares, paid + (extra or 0.0), market)
    row = [DAY, kind, shares, paid, extra, market, outstanding]
    try:
        expected = anti_dilution_exercise_price(*arguments, carried, carry, test)
    except BoundsError:
        with pytest.raises(BoundsError):
            anti_dilution_ledger(price, count, [row], carry, test, "yes", carried)
        return
    ((_, _, dilutive, factor, left, adjusted, adjusted_count, _),) = anti_dilution_ledger(
        price, count, [row], carry, test, "yes", carried
    )
    assert adjusted == expected
    assert adjusted_count == warrant_adjusted_shares(count, price, adjusted)
    unrounded = weighted_average_exercise_price(*arguments)
    assert factor * price == pytest.approx(unrounded, rel=1e-12)
    assert dilutive == (factor < 1)
    if adjusted == price and dilutive:
        assert left >= 0
    price_a_share = deemed_issue_price(paid, extra or 0.0, shares)
    assert dilutive is (price_a_share < market) or price_a_share == pytest.approx(market)


@settings(deadline=None, derandomize=True)
@given(price=PRICES, count=SHARES, new=st.integers(1, 100), old=st.integers(1, 100))
def test_a_split_of_one_per_cent_or_more_is_the_split_computed_alone(
    price: float, count: float, new: int, old: int
) -> None:
    assume(abs(new - old) * 50 > new)
    row: list[Any] = [DAY, "split", None, None, None, None, None, f"{new}:{old}"]
    for rounds in ("yes", "no"):
        try:
            expected = split_adjusted_price(price, new, old, rounds)
        except BoundsError:
            with pytest.raises(BoundsError):
                anti_dilution_ledger(price, count, [row])
            continue
        table = anti_dilution_ledger(price, count, [row], "additive", "unrounded", rounds)
        assert table[0][5] == expected
        assert table[0][4] == 0
        assert table[0][6] == pytest.approx(warrant_adjusted_shares(count, price, expected))


def test_a_floating_convertible_takes_the_price_of_its_function() -> None:
    price = variable_rate_issue_price(5.0, 0.85)
    row = [DAY, "variable convertible", None, 5e6, None, 5.0, 25.4e6, None, None, price]
    assert anti_dilution_ledger(6.7838, 447_761, [row])[0][5] == 6.66


@settings(deadline=None, derandomize=True)
@given(
    rows=st.lists(st.tuples(SHARES, AMOUNTS, MARKETS, OUTSTANDING), min_size=2, max_size=8),
    cut=st.integers(1, 7),
    carry=CARRY,
)
def test_a_table_goes_on_where_another_ended(
    rows: list[tuple[float, float, float, float]], cut: int, carry: str
) -> None:
    assume(cut < len(rows))
    events = [[DAY, "issue", q, p, None, m, o] for q, p, m, o in rows]
    try:
        whole = anti_dilution_ledger(6.7838, 447_761, events, carry)
    except BoundsError:
        return
    first, second = events[:cut], events[cut:]
    *_, (_, _, _, _, carried, price, count, _) = anti_dilution_ledger(6.7838, 447_761, first, carry)
    more = anti_dilution_ledger(price, count, second, carry, "unrounded", "yes", carried)
    for row, expected in zip(more, whole[cut:], strict=True):
        assert row[:3] == expected[:3]
        assert row[3:7] == pytest.approx(expected[3:7], rel=1e-9, abs=1e-12)
    prices = [6.7838, *(row[5] for row in whole)]
    assert all(later <= before for before, later in itertools.pairwise(prices))


@pytest.mark.parametrize("text", ["2:1", " 3 : 2 ", "1:10"])
def test_a_ratio_may_be_text(text: str) -> None:
    new, old = map(int, text.split(":"))
    row = [DAY, "split", None, None, None, None, None, text]
    as_text = anti_dilution_ledger(6.7838, 447_761, [row])
    number = [DAY, "split", None, None, None, None, None, new / old]
    assert as_text[0][5] == anti_dilution_ledger(6.7838, 447_761, [number])[0][5]


@pytest.mark.parametrize("text", ["2", "2-1", "0:1", "1:0", "two for one", "2:1:1"])
def test_a_ratio_in_other_words_is_refused(text: str) -> None:
    row = [DAY, "split", None, None, None, None, None, text]
    with pytest.raises(InputError, match="events row 1: new:old ratio must be a number or a text"):
        anti_dilution_ledger(6.7838, 447_761, [row])


@pytest.mark.parametrize(("typed", "hours"), [("2:1", 121), ("3:2", 182), ("1:10", 70)])
def test_a_ratio_that_became_a_time_is_refused(typed: str, hours: int) -> None:
    row = [DAY, "split", None, None, None, None, None, hours / 1440]
    with pytest.raises(BoundsError, match=f"write {typed} as text"):
        anti_dilution_ledger(6.7838, 447_761, [row])


@pytest.mark.parametrize("ratio", [0.5, 0.2, 0.1, 0.4, 1.5, 2.0, 1.05, 0.05, 0.025, 1 / 3])
def test_a_ratio_that_people_use_is_no_time(ratio: float) -> None:
    row = [DAY, "split", None, None, None, None, None, ratio]
    assert anti_dilution_ledger(100.0, 1000, [row])[0][5] == pytest.approx(100 / ratio, rel=1e-4)
