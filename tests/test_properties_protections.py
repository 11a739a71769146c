"""Protections of the preferred stock and of the warrants, whatever the numbers are."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support import oracles
from tests.support.oracles import typed

# The same examples every time, and no complaint about a slow machine.
steady = settings(deadline=None, derandomize=True, max_examples=150)

prices = st.integers(1, 5_000_000).map(lambda units: units / 10_000)
amounts = st.integers(0, 10**11).map(lambda units: units / 100)
premiums = st.integers(0, 200_000).map(lambda units: units / 100) | st.floats(
    0, 2000, allow_subnormal=False
)
shares = st.integers(1, 10**8).map(float)
discounts = st.lists(st.integers(0, 9999).map(lambda units: units / 10_000), max_size=5)
days = st.dates(dt.date(1999, 1, 1), dt.date(2001, 12, 31))
spans = st.integers(0, 400).map(dt.timedelta)
splits = st.integers(1, 1000).map(float)


# The preferred stock


@steady
@given(now=prices, then=prices, day=days, announced=days, span=spans)
def test_an_announcement_never_raises_the_price_and_ends(
    now: float, then: float, day: dt.date, announced: dt.date, span: dt.timedelta
) -> None:
    one_day = dt.timedelta(days=1)
    last = announced + span
    abandoned = xlfuncs.announcement_price(now, then, day, announced, last + one_day)
    consummated = xlfuncs.announcement_price(now, then, day, announced, None, last)
    protected = announced <= day <= last
    assert abandoned == consummated == (min(now, then) if protected else now)
    endless = xlfuncs.announcement_price(now, then, day, announced)
    assert endless == (min(now, then) if day >= announced else now)


@steady
@given(premium=premiums, price=prices, consideration=prices, multiple=prices)
def test_major_transaction_is_the_greater_of_two_exact_amounts(
    premium: float, price: float, consideration: float, multiple: float
) -> None:
    assume(multiple <= 100)
    found = xlfuncs.major_transaction_preferred(1000.0, premium, price, consideration, multiple)
    converted = (1000 + typed(premium)) / typed(price) * typed(consideration)
    assert found == float(max(converted, 1000 * typed(multiple)))


@steady
@given(average=prices, multiple=st.sampled_from([0.8, 0.85, 1.0, 1.01, 1.1]), parts=discounts)
def test_most_favoured_price_is_never_worse_than_any_of_them(
    average: float, multiple: float, parts: list[float]
) -> None:
    found = xlfuncs.most_favoured_price(average, multiple, parts)
    best = min([typed(multiple), *(1 - typed(part) for part in parts if part)])
    assert found == float(best * typed(average))


@steady
@given(fixed=prices, new=prices)
def test_a_ratchet_only_goes_down(fixed: float, new: float) -> None:
    found = xlfuncs.full_ratchet_price(fixed, new)
    assert found <= fixed
    assert found in {fixed, new}
    assert xlfuncs.full_ratchet_price(found, new) == found


@steady
@given(n=st.integers(0, 100_000), premium=premiums, price=prices, per_share=prices)
def test_rights_are_those_of_the_shares_as_converted(
    n: int, premium: float, price: float, per_share: float
) -> None:
    found = xlfuncs.purchase_rights(float(n), 1000.0, premium, price, per_share)
    assert found == float(n * (1000 + typed(premium)) * typed(per_share) / typed(price))


# Deemed issues and splits


@steady
@given(paid=amounts, more=amounts, most=shares)
def test_deemed_price_is_what_is_paid_over_the_most_shares(
    paid: float, more: float, most: float
) -> None:
    assume((paid + more) / most < 1e8)
    found = xlfuncs.deemed_issue_price(paid, more, most)
    assert found == float((typed(paid) + typed(more)) / typed(most))


@steady
@given(market=prices, part=st.integers(1, 12_000), first=prices, second=prices)
def test_variable_price_is_kept_within_cap_and_floor(
    market: float, part: int, first: float, second: float
) -> None:
    percent, floor_price, cap = part / 10_000, min(first, second), max(first, second)
    plain = Fraction(4, 5) * typed(percent) * typed(market)
    assert xlfuncs.variable_rate_issue_price(market, percent) == float(plain)
    bounded = xlfuncs.variable_rate_issue_price(market, percent, cap, floor_price)
    assert bounded == float(min(max(plain, typed(floor_price)), typed(cap)))
    assert xlfuncs.variable_rate_issue_price(market, percent, cap) <= cap
    assert xlfuncs.variable_rate_issue_price(market, percent, None, floor_price) >= floor_price


@steady
@given(price=prices, new=splits, old=splits)
def test_a_split_is_in_proportion_and_to_the_cent(price: float, new: float, old: float) -> None:
    exact = typed(price) * typed(old) / typed(new)
    assert xlfuncs.split_adjusted_price(price, new, old, "no") == float(exact)
    rounded = oracles.to_the_cent(exact) if new != old else typed(price)
    assume(rounded > 0)
    found = xlfuncs.split_adjusted_price(price, new, old)
    assert found == float(rounded)
    assert new == old or abs(typed(found) - exact) <= Fraction(1, 200)


@steady
@given(price=prices, ratio=st.integers(2, 50).map(float))
def test_a_combination_undoes_a_split_where_nothing_is_rounded(price: float, ratio: float) -> None:
    once = xlfuncs.split_adjusted_price(price, ratio, 1.0, "no")
    assert abs(xlfuncs.split_adjusted_price(once, 1.0, ratio, "no") - price) <= 1e-15 * 4 * price
    assert (
        xlfuncs.fixed_conversion_price(price, dt.date(2000, 1, 3), [dt.date(2000, 1, 3)], [ratio])
        == once
    )


# The warrants


@steady
@given(moment=st.datetimes(dt.datetime(1999, 1, 1), dt.datetime(2004, 1, 1)))  # noqa: DTZ001  Pacific
def test_the_period_is_open_at_its_beginning_and_closed_at_its_end(moment: dt.datetime) -> None:
    opens = dt.date(1999, 7, 27)
    expires = dt.datetime(2003, 7, 27, 17)  # noqa: DTZ001  Pacific
    begins = dt.datetime(1999, 7, 27)  # noqa: DTZ001  Pacific
    found = xlfuncs.warrant_is_exercisable(moment, opens, expires)
    assert found is (begins <= moment < expires)


@steady
@given(cost=amounts, proceeds=amounts, count=st.integers(0, 10**6), price=prices)
def test_a_warrant_buy_in_pays_no_less_than_that_of_the_preferred(
    cost: float, proceeds: float, count: int, price: float
) -> None:
    found = xlfuncs.warrant_buy_in_payment(cost, proceeds, float(count), price)
    assert found == float(
        max(typed(cost) - min(count * typed(price), typed(proceeds)), Fraction(0))
    )
    assert found >= float(max(typed(cost) - typed(proceeds), Fraction(0)))
    assert found <= cost


@steady
@given(amount=prices, count=st.integers(0, 10**6), replacement=amounts)
def test_a_warrant_gets_the_greater_of_cash_and_replacement(
    amount: float, count: int, replacement: float
) -> None:
    ((found, which),) = xlfuncs.major_transaction_warrant(amount, float(count), replacement)
    cash = count * typed(amount)
    assert found == float(max(cash, typed(replacement)))
    names = {1: "cash", 0: "either", -1: "replacement warrant"}
    assert which == names[(cash > typed(replacement)) - (cash < typed(replacement))]


@steady
@given(first=prices, second=prices, per_share=amounts)
def test_a_distribution_is_in_proportion_to_the_shares(
    first: float, second: float, per_share: float
) -> None:
    both = float(typed(first) + typed(second))
    found = xlfuncs.warrant_distribution(both, per_share)
    assert found == float((typed(first) + typed(second)) * typed(per_share))
    assert found >= xlfuncs.warrant_distribution(first, per_share)
