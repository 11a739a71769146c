"""What must hold of conversion dates, delivery, reserve and default, whatever the numbers are."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import xlfuncs
from tests.support.oracles import A_MILLIONTH, typed
from xlfuncs.rounding import shared_out

# The same examples every time, and no complaint about a slow machine.
steady = settings(deadline=None, derandomize=True, max_examples=150)

ONE_DAY = dt.timedelta(days=1)
NO_HOLIDAYS: list[dt.date] = []

days = st.dates(dt.date(1998, 12, 18), dt.date(2003, 12, 31))
holiday_lists = st.lists(st.dates(dt.date(1998, 12, 1), dt.date(2004, 3, 31)), max_size=40)
moments = st.datetimes(dt.datetime(1998, 12, 18), dt.datetime(2003, 12, 31))  # noqa: DTZ001
whole = st.integers(0, 10**9)
shares = whole.map(float) | st.integers(0, 10**9).map(lambda tenths: tenths / 10)
prices = st.integers(1, 5_000_000).map(lambda units: units / 10_000)
money = st.integers(0, 10**9).map(lambda cents: cents / 100)
rates = st.integers(0, 10_000).map(lambda units: units / 10_000)
ratios = st.integers(1, 400).map(lambda hundredths: hundredths / 100)
weights = st.lists(shares, min_size=1, max_size=12).filter(any)


def is_open(day: dt.date, holidays: list[dt.date]) -> bool:
    return day.isoweekday() <= 5 and day not in holidays


def open_days_within(first: dt.date, last: dt.date, holidays: list[dt.date]) -> int:
    """How many open days there are after one day, up to and including another."""
    every = (first + ONE_DAY * n for n in range(1, (last - first).days + 1))
    return sum(is_open(day, holidays) for day in every)


# Business days and trading days


@steady
@given(day=days, count=st.integers(1, 60), holidays=holiday_lists)
def test_days_later_are_counted_off_one_by_one(
    day: dt.date, count: int, holidays: list[dt.date]
) -> None:
    later = xlfuncs.add_business_days(day, count, holidays)
    assert is_open(later, holidays)
    assert open_days_within(day, later, holidays) == count
    assert xlfuncs.add_trading_days(day, count, holidays) == later


@steady
@given(day=days, count=st.integers(1, 60), holidays=holiday_lists)
def test_days_back_from_an_open_day_lead_to_where_one_came_from(
    day: dt.date, count: int, holidays: list[dt.date]
) -> None:
    assume(is_open(day, holidays))
    later = xlfuncs.add_business_days(day, count, holidays)
    assert xlfuncs.add_business_days(later, -count, holidays) == day
    assert xlfuncs.add_business_days(day, 0, holidays) == day


@steady
@given(day=days, first=st.integers(0, 30), second=st.integers(0, 30), holidays=holiday_lists)
def test_days_add_up(day: dt.date, first: int, second: int, holidays: list[dt.date]) -> None:
    in_two = xlfuncs.add_trading_days(
        xlfuncs.add_trading_days(day, first, holidays), second, holidays
    )
    assert in_two == xlfuncs.add_trading_days(day, first + second, holidays)


# The closing bid, the Conversion Date, the Delivery Period


@steady
@given(
    bloomberg=st.none() | prices,
    sale=st.none() | prices,
    bids=st.lists(prices, max_size=6),
    appraised=st.none() | prices,
)
def test_the_closing_bid_is_that_of_the_first_source(
    bloomberg: float | None, sale: float | None, bids: list[float], appraised: float | None
) -> None:
    average = float(sum(map(typed, bids)) / len(bids)) if bids else None
    found = [price for price in (bloomberg, sale, average, appraised) if price is not None]
    if found:
        assert xlfuncs.closing_bid(bloomberg, sale, bids, appraised) == found[0]
    else:
        with pytest.raises(xlfuncs.MissingDataError):
            xlfuncs.closing_bid(bloomberg, sale, bids, appraised)


@steady
@given(notice=days, faxed=moments, holidays=holiday_lists)
def test_the_conversion_date_is_the_notices_or_a_business_day_after_the_fax(
    notice: dt.date, faxed: dt.datetime, holidays: list[dt.date]
) -> None:
    day = xlfuncs.conversion_date(notice, faxed, holidays)
    late = faxed.date() > notice or (faxed.date() == notice and faxed.time() >= dt.time(23, 59))
    assert (day == notice) == (not late)
    if late:
        assert open_days_within(faxed.date(), day, holidays) == 1
        assert is_open(day, holidays)


@steady
@given(day=days, certificates=days, holidays=holiday_lists)
def test_the_delivery_period_has_both_its_parts(
    day: dt.date, certificates: dt.date, holidays: list[dt.date]
) -> None:
    last = xlfuncs.delivery_deadline(day, certificates, holidays)
    of_three = open_days_within(day, last, holidays)
    of_one = open_days_within(certificates, last, holidays)
    assert is_open(last, holidays)
    assert of_three >= 3
    assert of_one >= 1
    assert of_three == 3 or of_one == 1


# Allocation


@steady
@given(total=whole, holdings=weights)
def test_an_allocation_sums_to_the_total_and_is_nowhere_off_by_a_share(
    total: int, holdings: list[float]
) -> None:
    parts = xlfuncs.allocate_pro_rata(total, holdings)
    every = sum(map(typed, holdings))
    exact = [total * typed(one) / every for one in holdings]
    assert sum(parts) == total
    assert all(
        part in {floor(share), ceil(share)} for part, share in zip(parts, exact, strict=True)
    )
    # Whoever was rounded up had more to lose than anybody who was not, or stands earlier.
    lost = [share - floor(share) for share in exact]
    up = [row for row, part in enumerate(parts) if part > exact[row]]
    down = [row for row, part in enumerate(parts) if part < exact[row]]
    assert all((lost[a], -a) > (lost[b], -b) for a in up for b in down)


@steady
@given(total=whole, holdings=weights, scale=st.integers(1, 1000))
def test_an_allocation_knows_proportions_only(
    total: int, holdings: list[float], scale: int
) -> None:
    tenths = [int(typed(one) * 10) for one in holdings]
    assert shared_out(total, [one * scale for one in tenths]) == shared_out(total, holdings)


@steady
@given(total=whole, holding=shares.filter(bool), count=st.integers(1, 20))
def test_equal_holders_differ_by_a_share_at_most_the_earlier_first(
    total: int, holding: float, count: int
) -> None:
    parts = xlfuncs.allocate_pro_rata(total, [holding] * count)
    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


@pytest.mark.parametrize("holdings", [[5e-324, 1e15], [1e-300, 3e-300, 1.0], [1e15] * 3])
def test_an_allocation_is_exact_between_extremes(holdings: list[float]) -> None:
    parts = xlfuncs.allocate_pro_rata(10**15, holdings)
    assert sum(parts) == 10**15
    assert parts[-1] == max(parts) or parts[-1] == max(parts) - 1


# The reserve and the triggers


@steady
@given(stated=shares, issuable=shares)
def test_the_reserve_covers_both(stated: float, issuable: float) -> None:
    reserved = xlfuncs.reserved_amount(stated, issuable)
    most = max(typed(stated), typed(issuable))
    assert most - A_MILLIONTH <= reserved < most + 1


@steady
@given(
    rows=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 4)), max_size=25),
    ratio=st.sampled_from([2.0, 1.75, 1.1]),
    run=st.integers(1, 4),
)
def test_the_trigger_ends_the_first_run(
    rows: list[tuple[int, int]], ratio: float, run: int
) -> None:
    dates = [dt.date(1999, 9, 1) + ONE_DAY * row for row in range(len(rows))]
    available = [float(row[0]) for row in rows]
    issuable = [float(row[1]) for row in rows]
    short = [Fraction(a) < typed(ratio) * b for a, b in rows]
    ends = [row for row in range(run - 1, len(rows)) if all(short[row - run + 1 : row + 1])]
    if ends:
        day = xlfuncs.coverage_trigger_date(dates, available, issuable, ratio, run)
        assert day == dates[ends[0]]
    else:
        with pytest.raises(xlfuncs.MissingDataError):
            xlfuncs.coverage_trigger_date(dates, available, issuable, ratio, run)


@steady
@given(cap=shares, issued=shares, issuable=shares, ratio=ratios)
def test_the_cap_triggers_by_the_exact_fraction(
    cap: float, issued: float, issuable: float, ratio: float
) -> None:
    answer = xlfuncs.cap_trigger(cap, issued, issuable, ratio)
    assert answer is (typed(cap) - typed(issued) < typed(ratio) * typed(issuable))


@steady
@given(preferred=st.integers(0, 10**6), premium=money, unpaid=money, price=prices)
def test_at_maturity_unpaid_payments_add_their_shares(
    preferred: int, premium: float, unpaid: float, price: float
) -> None:
    assume(price > 0.1)
    amount = preferred * (1000 + typed(premium)) + typed(unpaid)
    answer = xlfuncs.mandatory_conversion_shares(preferred, 1000.0, premium, unpaid, price)
    exact = amount / typed(price)
    near = abs(exact - round(exact)) <= A_MILLIONTH
    assert answer == (round(exact) if near else ceil(exact))
    without = xlfuncs.mandatory_conversion_shares(preferred, 1000.0, premium, 0.0, price)
    assert without == xlfuncs.conversion_shares(preferred, 1000.0, premium, price) <= answer


# Default


@steady
@given(
    fax=days,
    to_deadline=st.integers(0, 20),
    to_cure=st.integers(-5, 40),
    in_default=st.integers(1, 7500),
    premium=money,
    holidays=holiday_lists,
    mode=st.sampled_from(["once", "in_base", "none"]),
    cure_day=st.booleans(),
)
def test_a_default_costs_what_its_days_cost_one_by_one(
    fax: dt.date,
    to_deadline: int,
    to_cure: int,
    in_default: int,
    premium: float,
    holidays: list[dt.date],
    mode: str,
    *,
    cure_day: bool,
) -> None:
    deadline = fax + ONE_DAY * to_deadline
    cure = deadline + ONE_DAY * to_cure
    owed, late = Fraction(0), False
    day = deadline + ONE_DAY
    while day < cure or (cure_day and day == cure):
        if open_days_within(fax, day - ONE_DAY, holidays) < 5:
            owed += 500
        else:
            late = True
            base = in_default * (1000 + (typed(premium) if mode == "in_base" else 0))
            owed += Fraction(base) / 100
        day += ONE_DAY
    if late and mode == "once":
        owed += in_default * typed(premium)
    payment = xlfuncs.conversion_default_payment(
        fax, deadline, cure, in_default, 1000.0, premium, 500.0, 0.01, holidays, mode, cure_day
    )
    assert payment == float(owed)


@steady
@given(cost=money, proceeds=money)
def test_a_buy_in_is_paid_one_way(cost: float, proceeds: float) -> None:
    paid = xlfuncs.buy_in_payment(cost, proceeds)
    assert paid == float(max(typed(cost) - typed(proceeds), Fraction(0)))
    assert not (paid and xlfuncs.buy_in_payment(proceeds, cost))


@steady
@given(fixed=prices, lowest=st.lists(prices, min_size=1, max_size=30))
def test_a_reset_takes_the_lowest_price(fixed: float, lowest: list[float]) -> None:
    assert xlfuncs.default_price_reset(fixed, lowest) == min([fixed, *lowest])


@steady
@given(amount=money, count=st.integers(0, 5000), rate=rates, legal=st.none() | rates)
def test_interest_is_the_exact_fraction_at_the_lower_rate(
    amount: float, count: int, rate: float, legal: float | None
) -> None:
    interest = xlfuncs.default_interest(amount, count, rate, legal)
    lower = typed(rate) if legal is None else min(typed(rate), typed(legal))
    assert interest == float(typed(amount) * lower * count / 365)
