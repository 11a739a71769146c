"""The purchase and registration agreements against exact fractions, and what must always hold."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support.oracles import typed

steady = settings(deadline=None, derandomize=True, max_examples=150)


def decimals(low: float, high: float, digits: int) -> st.SearchStrategy[float]:
    """Numbers as people type them, to so many decimals."""
    scale = 10**digits
    whole = st.integers(math.ceil(low * scale), math.floor(high * scale))
    return whole.map(lambda units: units / scale)


prices = decimals(0.0001, 500, 4)
money = decimals(0, 10**8, 2)
fractions = decimals(0, 1, 4)
volumes = st.integers(0, 10**8).map(float)
days = st.dates(dt.date(1998, 7, 27), dt.date(2003, 12, 31))


@steady
@given(floor=prices, value=prices, fraction=fractions)
def test_restricted_price_is_the_greater_limb(floor: float, value: float, fraction: float) -> None:
    price = xlfuncs.restricted_price(floor, value, fraction)
    assert price == float(max(typed(floor), typed(fraction) * typed(value)))


@steady
@given(expenses=money, paid=money, cap=money)
def test_reimbursements_never_pass_the_cap(expenses: float, paid: float, cap: float) -> None:
    due = xlfuncs.expense_reimbursement(expenses, paid, cap)
    assert due == float(min(typed(expenses), max(typed(cap) - typed(paid), Fraction(0))))
    assert 0 <= due <= expenses
    assert due == 0 or typed(paid) + typed(due) <= typed(cap)


@steady
@given(shares=st.integers(0, 100_000), premium=decimals(0, 200, 6), low=prices, fixed=prices)
def test_a_contribution_leaves_the_shares_of_the_fixed_price(
    shares: int, premium: float, low: float, fixed: float
) -> None:
    returned = xlfuncs.capital_contribution(shares, 1000, premium, low, fixed)
    received = xlfuncs.conversion_shares(shares, 1000, premium, low)
    at_fixed_price = xlfuncs.conversion_shares(shares, 1000, premium, fixed)
    assert returned == max(received - at_fixed_price, 0)


@steady
@given(
    day=volumes,
    prior=st.lists(volumes, min_size=1, max_size=9),
    least=volumes,
    fraction=fractions,
    price=prices,
)
def test_volume_limit_is_the_greatest_of_three_to_the_share(
    day: float, prior: list[float], least: float, fraction: float, price: float
) -> None:
    limit = xlfuncs.volume_limit(day, prior, price, 12.0, least, fraction)
    if price >= 12:
        assert limit == "no limit"
        return
    part = typed(fraction)
    mean = sum(map(typed, prior), Fraction(0)) / len(prior)
    assert limit == math.floor(max(typed(least), part * typed(day), part * mean))
    last = xlfuncs.volume_limit(day, [9e9, *prior], price, 12.0, least, fraction, len(prior))
    assert last == limit


@steady
@given(required=money, other=money, backstop=money)
def test_backstop_fills_the_gap_as_far_as_it_goes(
    required: float, other: float, backstop: float
) -> None:
    amount = xlfuncs.backstop_shortfall(required, other, backstop)
    gap = max(typed(required) - typed(other), Fraction(0))
    assert amount == float(min(gap, typed(backstop)))


@steady
@given(price=money, first=days, length=st.integers(0, 1000), cut=st.integers(0, 1000))
def test_penalty_of_two_times_that_meet_is_that_of_the_whole(
    price: float, first: dt.date, length: int, cut: int
) -> None:
    last = first + dt.timedelta(days=length)
    middle = first + dt.timedelta(days=min(cut, length))
    whole = xlfuncs.registration_penalty(price, first, last, 0.03)
    assert whole == float(typed(price) * length * Fraction("0.03") / 30)
    parts = [
        xlfuncs.registration_penalty(price, first, middle, 0.03),
        xlfuncs.registration_penalty(price, middle, last, 0.03),
    ]
    assert math.isclose(sum(parts), whole, rel_tol=1e-12, abs_tol=1e-9)


@steady
@given(first=days, length=st.integers(0, 800))
def test_calendar_months_grow_day_by_day_and_count_whole_months(
    first: dt.date, length: int
) -> None:
    """A month is 1/28 to 1/31 a day longer each day, and whole where the day comes round."""
    last = first + dt.timedelta(days=length)
    months = xlfuncs.registration_penalty(1, first, last, 1, 30, "calendar")
    longer = xlfuncs.registration_penalty(1, first, last + dt.timedelta(days=1), 1, 30, "calendar")
    assert 1 / 31 - 1e-12 <= longer - months <= 1 / 28 + 1e-12
    if first.day == last.day:
        assert months == (last.year - first.year) * 12 + last.month - first.month


@steady
@given(
    allowed=st.integers(0, 10**7), sought=st.lists(st.integers(0, 10**6), min_size=1, max_size=12)
)
def test_a_cutback_is_within_a_share_of_its_proportion(allowed: int, sought: list[int]) -> None:
    kept = xlfuncs.registration_cutback(allowed, sought)
    whole = sum(sought)
    assert sum(kept) == min(allowed, whole)
    for mine, wanted in zip(kept, sought, strict=True):
        assert 0 <= mine <= wanted
        if allowed < whole:
            assert abs(mine - Fraction(allowed * wanted, whole)) < 1
