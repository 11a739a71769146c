"""What must hold whatever the numbers are: bounds, order, exactness, and a second opinion."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support import oracles
from tests.support.oracles import typed

# The same examples every time, and no complaint about a slow machine.
steady = settings(deadline=None, derandomize=True, max_examples=150)


def decimals(low: float, high: float, digits: int) -> st.SearchStrategy[float]:
    """Numbers as people type them, to so many decimals."""
    scale = 10**digits
    whole = st.integers(math.ceil(low * scale), math.floor(high * scale))
    return whole.map(lambda units: units / scale)


prices = decimals(0.0001, 500, 4)
cents = decimals(0.01, 500, 2)
premiums = decimals(0, 2000, 2) | st.floats(0, 2000, allow_subnormal=False)
faces = st.sampled_from([1000.0, 1.0, 100.0, 0.01, 1000.5])
preferred = st.integers(0, 1_000_000).map(float) | decimals(0, 100_000, 3)
share_counts = st.integers(0, 10**9).map(float) | decimals(0, 10**6, 4)
outstanding = st.integers(1, 10**9).map(float)
days = st.dates(dt.date(1998, 12, 18), dt.date(2011, 12, 31))
readings = st.tuples(
    st.sampled_from(["additive", "compound"]), st.sampled_from(["unrounded", "rounded"])
)


# The preferred stock


@steady
@given(day=days, face=faces, rate=decimals(0, 0.5, 4))
def test_premium_is_the_exact_fraction(day: dt.date, face: float, rate: float) -> None:
    n = (day - dt.date(1998, 12, 18)).days
    premium = xlfuncs.accreted_premium(day, dt.date(1998, 12, 18), face, rate)
    assert premium == float(typed(face) * typed(rate) * n / 365)


@steady
@given(day=days, fixed=prices, variable=prices, start=days)
def test_conversion_price_is_positive_and_never_above_the_fixed_price(
    day: dt.date, fixed: float, variable: float, start: dt.date
) -> None:
    price = xlfuncs.conversion_price(day, start, fixed, variable)
    assert 0 < price <= fixed
    assert price == (fixed if day < start else min(fixed, variable))


@steady
@given(bids=st.lists(prices, min_size=10, max_size=25), lowest=st.integers(1, 10))
def test_variable_price_is_the_exact_mean_of_the_lowest(bids: list[float], lowest: int) -> None:
    rows = [dt.date(1999, 7, 1) + dt.timedelta(days=row) for row in range(len(bids))]
    day = rows[-1] + dt.timedelta(days=1)
    price = xlfuncs.variable_conversion_price(day, rows, bids, 10, lowest, 1.01)
    window = sorted(map(typed, bids[-10:]))
    assert price == float(Fraction("1.01") * sum(window[:lowest]) / lowest)
    assert min(bids[-10:]) * 1.01 * (1 - 1e-15) <= price <= max(bids[-10:]) * 1.01 * (1 + 1e-15)


@steady
@given(bids=st.lists(prices, min_size=10, max_size=10), split=st.integers(0, 10))
def test_a_split_in_the_window_changes_only_the_unit(bids: list[float], split: int) -> None:
    """Bids quoted after a split, and adjusted for it, give the price of the old bids halved."""
    rows = [dt.date(1999, 7, 1) + dt.timedelta(days=row) for row in range(10)]
    day, split_day = dt.date(1999, 7, 11), dt.date(1999, 7, 1) + dt.timedelta(days=split)
    doubled = [bid if row >= split else bid * 2 for row, bid in enumerate(bids)]
    plain = xlfuncs.variable_conversion_price(day, rows, bids, 10, 6, 1.01)
    adjusted = xlfuncs.variable_conversion_price(
        day, rows, doubled, 10, 6, 1.01, (), [split_day], [2.0]
    )
    assert adjusted == plain


@steady
@given(ratios=st.lists(decimals(0.01, 100, 2), max_size=4), stated=prices)
def test_splits_and_the_combinations_that_undo_them_leave_the_price(
    ratios: list[float], stated: float
) -> None:
    day = dt.date(1999, 1, 4)
    exact_inverses = [ratio for ratio in ratios if typed(1 / ratio) * typed(ratio) == 1]
    both = [*exact_inverses, *(1 / ratio for ratio in exact_inverses)]
    price = xlfuncs.fixed_conversion_price(stated, day, [day] * len(both), both)
    assert price == stated


@steady
@given(n=preferred, face=faces, premium=premiums, price=prices)
def test_shares_are_enough_but_not_one_too_many(
    n: float, face: float, premium: float, price: float
) -> None:
    amount = typed(n) * (typed(face) + typed(premium)) / typed(price)
    assume(amount < 2**53)
    shares = xlfuncs.conversion_shares(n, face, premium, price)
    assert shares >= amount - oracles.A_MILLIONTH
    assert shares - 1 < amount
    assert shares == oracles.shares_of_conversion(n, face, premium, price)


@steady
@given(shares=st.integers(1, 10**6), n=st.integers(1, 7500), price=cents)
def test_an_exact_number_of_shares_gains_none(shares: int, n: int, price: float) -> None:
    """Whatever doubles come before it: the face amount here is what makes whole shares."""
    face = float(shares * typed(price) / n)
    assume(face > 0)
    assert xlfuncs.conversion_shares(float(n), face, 0.0, price) == shares


@steady
@given(n=st.integers(0, 10**5), m=st.integers(0, 10**5), premium=premiums, price=cents)
def test_two_notices_give_at_most_one_share_more_than_one(
    n: int, m: int, premium: float, price: float
) -> None:
    one, other, both = (
        xlfuncs.conversion_shares(float(count), 1000.0, premium, price) for count in (n, m, n + m)
    )
    assert both <= one + other <= both + 1


@steady
@given(n=preferred, low=prices, high=prices, premium=premiums)
def test_a_lower_price_never_gives_fewer_shares(
    n: float, low: float, high: float, premium: float
) -> None:
    low, high = sorted((low, high))
    assume(n * (1000 + premium) / low < 2**52)
    more = xlfuncs.conversion_shares(n, 1000.0, premium, low)
    assert more >= xlfuncs.conversion_shares(n, 1000.0, premium, high) >= 0


# Limits


@steady
@given(cap=st.integers(0, 10**9), issued=st.integers(0, 10**9))
def test_available_and_issued_make_the_cap(cap: int, issued: int) -> None:
    day = dt.date(1999, 3, 1)
    available = xlfuncs.exchange_cap_available(float(cap), float(issued), day)
    assert isinstance(available, int)
    assert available + min(issued, cap) == cap


@steady
@given(
    total=outstanding,
    held=share_counts,
    limit=decimals(0, 0.9999, 4) | st.sampled_from([0.049, 0.0499, 0.0999]),
)
def test_ownership_limit_is_exactly_the_most(total: float, held: float, limit: float) -> None:
    most = xlfuncs.beneficial_ownership_limit(total, held, limit)

    def part(acquired: int) -> Fraction:
        return (typed(held) + acquired) / (typed(total) + acquired)

    assert part(most + 1) > typed(limit)
    assert most == 0 or part(most) <= typed(limit)


limits = st.just("no limit") | share_counts


@steady
@given(wanted=share_counts, cap=limits, ownership=limits)
def test_what_can_be_converted_is_the_most_under_both_limits(
    wanted: float, cap: float | str, ownership: float | str
) -> None:
    ((shares, binding),) = xlfuncs.convertible_now(wanted, cap, ownership)
    room = {
        name: math.floor(limit)
        for name, limit in (("exchange cap", cap), ("ownership limit", ownership))
        if not isinstance(limit, str)
    }
    wanted = math.floor(wanted)
    assert shares == min([wanted, *room.values()])
    assert binding == (
        " and ".join(name for name in room if shares < wanted and room[name] == shares) or "none"
    )


# Redemption and liquidation


@steady
@given(face=faces, premium=premiums, penalty=premiums, price=prices, market=prices)
def test_redemption_is_the_greater_of_two_exact_amounts(
    face: float, premium: float, penalty: float, price: float, market: float
) -> None:
    amount = xlfuncs.redemption_amount(face, premium, penalty, price, market, 1.25)
    due = typed(face) + typed(premium) + typed(penalty)
    assert amount == float(max(typed(face) * Fraction(5, 4), due / typed(price) * typed(market)))
    assert xlfuncs.liquidation_preference(face, premium, penalty) == float(due)


# Warrants

issue = st.tuples(outstanding, share_counts, st.floats(0, 1.2), prices)


@steady
@given(price=prices, terms=issue)
def test_weighted_average_is_between_nothing_and_the_old_price(
    price: float, terms: tuple[float, float, float, float]
) -> None:
    o, q, part_of_market, m = terms
    p = q * part_of_market * m
    assume(typed(price) * typed(o) / (typed(o) + typed(q)) > Fraction(1, 10**9))
    after = xlfuncs.weighted_average_exercise_price(price, o, q, p, m)
    assert 0 < after <= price
    assert after == float(oracles.weighted_average(typed(price), o, q, p, m))


@steady
@given(price=prices, o=outstanding, q=st.integers(1, 10**7), m=prices, more=cents, carried=cents)
def test_an_issue_at_or_above_the_market_never_moves_the_price(
    price: float, o: float, q: int, m: float, more: float, carried: float
) -> None:
    assume(carried < price)
    at_market = float(q * typed(m))
    assume(typed(at_market) == q * typed(m))
    for p in (at_market, at_market + more):
        assert xlfuncs.weighted_average_exercise_price(price, o, float(q), p, m) == price
        assert xlfuncs.anti_dilution_exercise_price(price, o, float(q), p, m, carried) == price


@steady
@given(price=prices, terms=issue, carried=decimals(0, 1, 4), reading=readings)
def test_price_in_effect_against_exact_fractions(
    price: float,
    terms: tuple[float, float, float, float],
    carried: float,
    reading: tuple[str, str],
) -> None:
    o, q, part_of_market, m = terms
    p = q * part_of_market * m
    assume(carried < price)
    expected = oracles.price_in_effect(price, o, q, p, m, carried, *reading)
    assume(expected is None or expected > 0)
    after = xlfuncs.anti_dilution_exercise_price(price, o, q, p, m, carried, *reading)
    assert after == (price if expected is None else float(expected))


@steady
@given(hundredths=st.integers(2, 10_000), percent=st.integers(1, 60), reading=readings)
def test_exact_half_cents_and_exactly_one_per_cent(
    hundredths: int, percent: int, reading: tuple[str, str]
) -> None:
    """An issue for nothing of so many per cent takes exactly so many per cent off the price."""
    price, o, q = hundredths / 100, float(100 - percent), float(percent)
    expected = oracles.price_in_effect(price, o, q, 0.0, 5.0, 0.0, *reading)
    assume(expected is None or expected > 0)
    after = xlfuncs.anti_dilution_exercise_price(price, o, q, 0.0, 5.0, 0.0, *reading)
    assert after == (price if expected is None else float(expected))
    if reading[1] == "unrounded":
        assert expected is not None


@steady
@given(shares=st.integers(1, 10**7), old=prices, new=prices)
def test_warrant_shares_times_price_is_constant(shares: int, old: float, new: float) -> None:
    adjusted = xlfuncs.warrant_adjusted_shares(float(shares), old, new)
    assert adjusted == float(shares * typed(old) / typed(new))
    assert math.isclose(adjusted * new, shares * old, rel_tol=1e-15 * 4)
    back = xlfuncs.warrant_adjusted_shares(adjusted, new, old)
    assert math.isclose(back, shares, rel_tol=1e-15 * 4)


@steady
@given(shares=st.integers(0, 10**7), market=prices, exercise=prices)
def test_cashless_exercise_gives_no_more_than_the_warrant_shares(
    shares: int, market: float, exercise: float
) -> None:
    given_shares = xlfuncs.cashless_exercise_shares(float(shares), market, exercise)
    assert 0 <= given_shares <= shares
    assert (given_shares == 0) == (market <= exercise or shares == 0)
    exact = shares * (typed(market) - typed(exercise)) / typed(market)
    assert given_shares == float(max(exact, Fraction(0)))
    cash = xlfuncs.fraction_cash(given_shares, market)
    assert 0 <= cash < market


# Valuation

kinds = st.sampled_from(["call", "put"])
spots = st.floats(0.05, 500)
times = st.floats(0.01, 30)
rates = st.floats(-0.05, 0.25)
vols = st.floats(0.05, 2.0)


@steady
@given(kind=kinds, s=spots, k=spots, t=times, r=rates, v=vols, q=rates)
def test_black_scholes_and_greeks_against_50_digits(
    kind: str, s: float, k: float, t: float, r: float, v: float, q: float
) -> None:
    assume(max(-r, -q) * t < 1)
    value = xlfuncs.black_scholes(kind, s, k, t, r, v, q)
    assert abs(value - oracles.option_value(kind, s, k, t, r, v, q)) <= 1e-13 * max(s, k)
    for greek, expected in oracles.option_greeks(kind, s, k, t, r, v, q).items():
        found = xlfuncs.black_scholes_greek(greek, kind, s, k, t, r, v, q)
        size = {"gamma": 1 / (s * v * math.sqrt(t)), "delta": 1.0}.get(
            greek, max(s, k, s * t, k * t)
        )
        assert abs(found - expected) <= 1e-12 * size, greek


@steady
@given(s=spots, k=spots, t=times, r=rates, v=vols, q=rates)
def test_put_call_parity_and_bounds(
    s: float, k: float, t: float, r: float, v: float, q: float
) -> None:
    call = xlfuncs.black_scholes("call", s, k, t, r, v, q)
    put = xlfuncs.black_scholes("put", s, k, t, r, v, q)
    share, bond = s * math.exp(-q * t), k * math.exp(-r * t)
    scale = 1e-13 * max(share, bond)
    assert abs(call - put - (share - bond)) <= scale
    assert max(share - bond, 0.0) - scale <= call <= share + scale
    assert max(bond - share, 0.0) - scale <= put <= bond + scale
    assert xlfuncs.black_scholes_warrant_value(s, k, t, r, v, q) == call


@steady
@given(s=spots, k=spots, t=times, r=rates, v=vols, factor=st.floats(1.001, 3))
def test_a_call_rises_with_the_stock_and_with_volatility(
    s: float, k: float, t: float, r: float, v: float, factor: float
) -> None:
    value = xlfuncs.black_scholes("call", s, k, t, r, v)
    noise = 1e-13 * max(s, k * math.exp(-r * t)) * factor
    assert xlfuncs.black_scholes("call", s * factor, k, t, r, v) >= value - noise
    assert xlfuncs.black_scholes("call", s, k * factor, t, r, v) <= value + noise
    assert xlfuncs.black_scholes("call", s, k, t, r, v * factor) >= value - noise
    assert xlfuncs.black_scholes("put", s * factor, k, t, r, v) <= (
        xlfuncs.black_scholes("put", s, k, t, r, v) + noise
    )


@steady
@given(kind=kinds, s=spots, k=spots, t=times, r=rates, v=vols, q=rates)
def test_small_time_and_volatility_approach_the_limit(
    kind: str, s: float, k: float, t: float, r: float, v: float, q: float
) -> None:
    at_zero = xlfuncs.black_scholes(kind, s, k, 0.0, r, v, q)
    assert math.isclose(
        at_zero, xlfuncs.black_scholes(kind, s, k, 1e-14, r, v, q), abs_tol=1e-6 * max(s, k)
    )
    certain = xlfuncs.black_scholes(kind, s, k, t, r, 0.0, q)
    assert math.isclose(
        certain, xlfuncs.black_scholes(kind, s, k, t, r, 1e-9, q), abs_tol=1e-6 * max(s, k)
    )


@steady
@given(closes=st.lists(cents, min_size=3, max_size=60), scale=st.floats(0.01, 100))
def test_volatility_against_the_statistics_module_and_whatever_the_unit(
    closes: list[float], scale: float
) -> None:
    returns = [math.log(b / a) for a, b in itertools.pairwise(closes)]
    found = xlfuncs.historical_volatility(closes)
    assert math.isclose(
        found, statistics.stdev(returns) * math.sqrt(252), rel_tol=1e-12, abs_tol=1e-12
    )
    population = xlfuncs.historical_volatility(closes, 252.0, "population")
    assert math.isclose(
        population, statistics.pstdev(returns) * math.sqrt(252), rel_tol=1e-12, abs_tol=1e-12
    )
    scaled = xlfuncs.historical_volatility([close * scale for close in closes])
    assert math.isclose(found, scaled, rel_tol=1e-9, abs_tol=1e-9)
