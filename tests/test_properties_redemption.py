"""Redemption, participation and liquidation, whatever the numbers are."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support.oracles import A_MILLIONTH, typed

if TYPE_CHECKING:
    from random import Random

# The same examples every time, and no complaint about a slow machine.
steady = settings(deadline=None, derandomize=True, max_examples=150)

prices = st.integers(1, 5_000_000).map(lambda units: units / 10_000)
amounts = st.integers(0, 10**11).map(lambda units: units / 100)
premiums = st.integers(0, 200_000).map(lambda units: units / 100) | st.floats(
    0, 2000, allow_subnormal=False
)
preferred = st.integers(0, 100_000)
shares = st.integers(0, 10**8)
ratios = st.sampled_from([1.0, 1.75, 2.0, 2.5])
notices = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


@steady
@given(n=preferred, available=shares, issuable=prices, warrants=shares, ratio=ratios)
def test_what_is_kept_is_covered_and_one_share_more_would_not_be(
    n: int, available: int, issuable: float, warrants: int, ratio: float
) -> None:
    gone = xlfuncs.redeemable_shares(n, float(available), issuable, float(warrants), ratio)
    assert 0 <= gone <= n
    kept = n - gone

    def needed(preferred_shares: Fraction) -> Fraction:
        return typed(ratio) * (preferred_shares * typed(issuable) + warrants)

    assert kept == 0 or available > needed(Fraction(kept))
    assert gone == 0 or available <= needed(kept + 1 + A_MILLIONTH)


@steady
@given(kept=st.integers(1, 7500), hundredths=st.integers(1, 3000), warrants=st.integers(0, 10**6))
def test_exactly_the_coverage_is_not_enough(kept: int, hundredths: int, warrants: int) -> None:
    """However little the double of what one share gives differs from the fraction it stands for."""
    per_share = Fraction(100_000, hundredths)
    available = 2 * (kept * per_share + warrants)
    assume(available.denominator == 1)
    gone = xlfuncs.redeemable_shares(7500, float(available), float(per_share), float(warrants), 2.0)
    assert 7500 - gone == kept - 1


@steady
@given(n=preferred, available=shares, more=shares, issuable=prices, ratio=ratios)
def test_more_available_never_redeems_more(
    n: int, available: int, more: int, issuable: float, ratio: float
) -> None:
    gone = xlfuncs.redeemable_shares(n, float(available), issuable, 0.0, ratio)
    assert xlfuncs.redeemable_shares(n, float(available + more), issuable, 0.0, ratio) <= gone
    assert xlfuncs.redeemable_shares(n, float(available), issuable, float(more), ratio) >= gone


@steady
@given(affordable=st.integers(0, 120_000), noticed=notices)
def test_pro_rata_redemption_adds_up_and_strays_less_than_a_share(
    affordable: int, noticed: list[int]
) -> None:
    redeemed = xlfuncs.pro_rata_redemption(affordable, noticed)
    total = min(affordable, sum(noticed))
    assert sum(redeemed) == total
    for part, notice in zip(redeemed, noticed, strict=True):
        assert 0 <= part <= notice
        assert abs(part * sum(noticed) - notice * total) < max(sum(noticed), 1)
    for (first, more), (second, less) in itertools.combinations(
        zip(redeemed, noticed, strict=True), 2
    ):
        assert more < less or first >= second
        assert more >= less or first <= second


@steady
@given(surplus=amounts, amount=prices, noticed=preferred)
def test_lawful_redemption_is_the_most_that_the_surplus_pays(
    surplus: float, amount: float, noticed: int
) -> None:
    redeemed = xlfuncs.lawful_redemption(surplus, amount, noticed)
    assert 0 <= redeemed <= noticed
    assert (redeemed - A_MILLIONTH) * typed(amount) <= typed(surplus)
    assert redeemed == noticed or (redeemed + 1) * typed(amount) > typed(surplus)


@steady
@given(count=st.integers(1, 5000), thirds=st.integers(3750, 20_000))
def test_a_surplus_for_so_many_shares_redeems_so_many(count: int, thirds: int) -> None:
    """A Redemption Amount of so many thirds of a dollar is no exact double."""
    assume(count * thirds % 3 == 0)
    surplus = float(count * thirds // 3)
    assert xlfuncs.lawful_redemption(surplus, thirds / 3, 10_000) == count


@steady
@given(n=preferred, premium=premiums, price=prices, dividend=prices)
def test_dividend_is_the_exact_fraction(
    n: int, premium: float, price: float, dividend: float
) -> None:
    found = xlfuncs.participating_dividend(float(n), 1000.0, premium, price, dividend)
    assert found == float(n * (1000 + typed(premium)) * typed(dividend) / typed(price))


classes = st.lists(st.tuples(st.integers(1, 4), amounts), min_size=1, max_size=8)


def _waterfall(assets: Fraction, ranked: list[tuple[int, float]]) -> list[Fraction]:
    """X.A in exact fractions: rank by rank, what is left of the assets over the claims."""
    paid = [Fraction(0)] * len(ranked)
    for rank in sorted({rank for rank, _ in ranked}):
        rows = [row for row, (own, _) in enumerate(ranked) if own == rank]
        claims = sum(typed(ranked[row][1]) for row in rows)
        part = min(Fraction(1), assets / claims) if claims else Fraction(0)
        for row in rows:
            paid[row] = typed(ranked[row][1]) * part
        assets -= claims * part
    return [*paid, assets]


@steady
@given(assets=amounts, ranked=classes)
def test_waterfall_against_exact_fractions(assets: float, ranked: list[tuple[int, float]]) -> None:
    ranks, preferences = map(list, zip(*ranked, strict=True))
    found = xlfuncs.liquidation_waterfall(assets, ranks, preferences)
    exact = _waterfall(typed(assets), ranked)
    assert found == [float(payment) for payment in exact]
    assert sum(exact) == typed(assets)
    assert all(paid <= owed for paid, owed in zip(found, preferences, strict=False))
    for (rank, owed), paid in zip(ranked, found, strict=False):
        if paid < owed:  # who is junior to somebody not paid in full gets nothing
            assert all(
                other == 0 for (one, _), other in zip(ranked, found, strict=False) if one > rank
            )
            assert found[-1] == 0


@steady
@given(assets=amounts, ranked=classes, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    assets: float, ranked: list[tuple[int, float]], order: Random
) -> None:
    rows = list(range(len(ranked)))
    order.shuffle(rows)
    mixed = [ranked[row] for row in rows]
    found = xlfuncs.liquidation_waterfall(assets, *map(list, zip(*ranked, strict=True)))
    other = xlfuncs.liquidation_waterfall(assets, *map(list, zip(*mixed, strict=True)))
    assert other[:-1] == [found[row] for row in rows]
    assert math.isclose(other[-1], found[-1])
