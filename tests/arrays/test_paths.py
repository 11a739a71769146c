"""Conversions over dates and on the best date, against closed forms and other means."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from tests.support.contracts import CONTRACT, MONTHLY, best, near, over_dates
from xlfuncs import BoundsError, InputError, MissingDataError, XlfuncsError
from xlfuncs.arrays.simulation.conversions import Converted
from xlfuncs.arrays.simulation.paths import lowest_mean
from xlfuncs.models.floating.conversion import floating_conversion_value

MATURITY = {"trading_days": [650], "years": [952 / 365], "premium": 156.493151}


# The mandatory conversion of 27 July 2001: 8 million paths, with their standard errors.
@pytest.mark.parametrize(
    ("volatility", "value", "error"),
    [(0.6, 1376.14, 0.34), (0.8, 1492.96, 0.63), (1.0, 1597.41, 1.19)],
)
def test_mandatory_conversion(volatility: float, value: float, error: float) -> None:
    found = over_dates(**MATURITY, volatility=volatility, paths=65_536).total
    assert near(found.value, found.standard_error, value, error)
    assert found.standard_error < error / 4


def test_mandatory_conversion_under_a_cap() -> None:
    found = over_dates(**MATURITY, share_cap=338.1275, paths=65_536).total
    assert near(found.value, found.standard_error, 1113.88, 0.61)
    assert found.standard_error < 0.1
    assert near(found.mean_shares, found.mean_shares_error, 291.76, 0.02)
    assert near(found.cap_chance, found.cap_chance_error, 0.6103, 0.0002)
    free = over_dates(**MATURITY, paths=65_536).total
    assert near(free.mean_shares, free.mean_shares_error, 1127.70, 0.73)


def test_fixed_price_alone_is_exact() -> None:
    """Nothing is left to chance: shares are fixed, and a share is worth today's price."""
    found = over_dates(**MATURITY, volatility=0.3, price_multiple=100.0).total
    assert found.mean_shares == pytest.approx(1156.493151 / 6.03, rel=1e-13)
    assert found.value == pytest.approx(958.9495, abs=5e-5)
    assert found.standard_error < 1e-9
    assert found.shares_quantiles == pytest.approx([1156.493151 / 6.03] * 5, rel=1e-13)


# E[S/mean of the six lowest of ten], 20 million paths; the window begins today.
@pytest.mark.parametrize(
    ("volatility", "ratio"),
    [
        (0.2, 1.01082),
        (0.4, 1.02029),
        (0.6, 1.02948),
        (0.8, 1.03842),
        (1.0, 1.04706),
        (1.2, 1.05547),
    ],
)
def test_expected_price_over_the_mean_of_the_lowest(volatility: float, ratio: float) -> None:
    found = over_dates(
        trading_days=[10], volatility=volatility, rate=0.05, face_amount=1.0, fixed_price=None,
        price_multiple=1.0,
    ).total  # fmt: skip
    growth = exp(0.05 * 10 / 252)
    assert near(found.value * growth, found.standard_error * growth, ratio, 1.2e-5 + 1e-6)


@pytest.mark.parametrize(
    ("days", "lowest", "ratio"),
    [(10, 10, 0.99874), (10, 1, 1.07374), (10, 3, 1.05354), (20, 5, 1.08376), (1, 1, 1.000198)],
)
def test_other_rules_of_the_window(days: int, lowest: int, ratio: float) -> None:
    found = over_dates(
        trading_days=[days], volatility=0.6, rate=0.05, face_amount=1.0, fixed_price=None,
        price_multiple=1.0, lookback_days=days, lowest_count=lowest,
    ).total  # fmt: skip
    growth = exp(0.05 * days / 252)
    assert near(found.value * growth, found.standard_error * growth, ratio, 1e-5)


def test_one_date_is_what_a_cell_says() -> None:
    """The worksheet function integrates in closed form what is simulated here."""
    rows = floating_conversion_value(
        5.0, 0.8, 0.045, 63, 1000.0, 20.0, 6.03, 10, 6, 1.01, None, 260.0, 0.02
    )
    told = {str(name): float(figure) for name, figure in rows}
    found = over_dates(trading_days=[63], premium=20.0, share_cap=260.0, dividend_yield=0.02).total
    assert near(found.value, found.standard_error, told["value"], told["standard error"])
    assert near(found.mean_shares, found.mean_shares_error, told["mean shares"])
    assert near(found.cap_chance, found.cap_chance_error, told["chance that the cap binds"])


def test_the_standard_error_is_honest() -> None:
    """Over many seeds the estimates spread as they say, about the mean of all of them."""
    some = {"trading_days": [42, 84], "share_cap": 500.0, "paths": 4096}
    found = [over_dates(**some, seed=seed).total for seed in range(40)]
    values = np.array([one.value for one in found])
    errors = np.array([one.standard_error for one in found])
    assert 0.75 < values.std() / errors.mean() < 1.3


def test_a_cap_that_never_binds_is_the_sum_of_single_dates() -> None:
    together = over_dates(share_cap=1e9, premium_rate=0.06)
    total = error = 0.0
    for place, day in enumerate(MONTHLY):
        alone = over_dates(trading_days=[day], premium_rate=0.06, seed=place).total
        one = together.dates[place]
        assert near(one.value, one.standard_error, alone.value, alone.standard_error)
        assert near(
            one.mean_shares, one.mean_shares_error, alone.mean_shares, alone.mean_shares_error
        )
        total, error = total + alone.value, error + alone.standard_error**2
    assert near(together.total.value, together.total.standard_error, total, sqrt(error))
    assert together.total.cap_chance == together.total.unconverted == 0.0
    # The same paths without a cap have the same shares, path by path.
    free = over_dates(premium_rate=0.06)
    assert free.total.shares_quantiles == pytest.approx(together.total.shares_quantiles, rel=1e-12)


def test_no_cap_left_is_nothing_or_redemption_of_everything() -> None:
    nothing = over_dates(share_cap=0.0, preferred_shares=250.0).total
    assert (nothing.value, nothing.standard_error, nothing.mean_shares) == (0.0, 0.0, 0.0)
    assert (nothing.cap_chance, nothing.unconverted) == (1.0, 1500.0)
    paid = over_dates(share_cap=0.0, preferred_shares=250.0, redemption_multiple=1.25).total
    known = sum(250 * 1250 * exp(-0.045 * day / 252) for day in MONTHLY)
    assert paid.value == pytest.approx(known, rel=1e-12)
    assert paid.redemption_value == pytest.approx(known, rel=1e-12)


def test_a_larger_cap_brings_no_less() -> None:
    found = [
        over_dates(share_cap=float(cap)).total for cap in (0, 300, 600, 900, 1200, 2400, 10**6)
    ]
    for small, large in pairwise(found):
        slack = 4.0 * (small.standard_error + large.standard_error)
        assert large.value >= small.value - slack
        assert large.unconverted <= small.unconverted
        assert large.cap_chance <= small.cap_chance
        assert all(np.array(large.shares_quantiles) >= np.array(small.shares_quantiles) - 1e-9)
    assert found[2].shares_quantiles[-1] <= 600.0


def test_what_is_converted_and_what_is_not_is_all_there_is() -> None:
    """With the shares of a path in proportion, by the first date at least."""
    found = over_dates(share_cap=150.0, trading_days=[21], preferred_shares=1.0)
    converted = 1.0 - found.total.unconverted
    assert 0.0 < converted < 1.0
    assert found.total == found.dates[0]
    chances = [one.cap_chance for one in over_dates(share_cap=1200.0).dates]
    assert chances == sorted(chances)


def test_premium_for_each_date_is_premium_that_accretes() -> None:
    by_rate = over_dates(premium=12.0, premium_rate=0.06)
    by_date = over_dates(premium=[12.0 + 60.0 * day / 252 for day in MONTHLY])
    assert by_date.total.value == pytest.approx(by_rate.total.value, rel=1e-12)


def test_known_bids_reach_back() -> None:
    """Conversion today has nothing uncertain, and so has the window that is all but over."""
    bids = [5.2, 5.1, 5.0, 4.9, 5.1, 5.0, 4.8, 4.9, 5.0, 5.1]
    now = over_dates(trading_days=[0], known_bids=bids).total
    price = 1.01 * sum(sorted(bids)[:6]) / 6
    assert now.mean_shares == pytest.approx(1000 / price, rel=1e-14)
    assert now.value == pytest.approx(5000 / price, rel=1e-14)
    assert now.standard_error < 1e-9
    tomorrow = over_dates(trading_days=[1], known_bids=bids).total
    price = 1.01 * sum(sorted([*bids[1:], 5.0])[:6]) / 6
    assert tomorrow.value == pytest.approx(5000 / price, rel=1e-13)
    with pytest.raises(MissingDataError, match="known_bids has 10"):
        over_dates(trading_days=[0], lookback_days=11, known_bids=bids)


def test_without_volatility_everything_is_certain() -> None:
    found = over_dates(volatility=0.0, trading_days=[10], fixed_price=None).total
    closes = [5.0 * exp(0.045 * day / 252) for day in range(6)]
    shares = 1000 / (1.01 * sum(closes) / 6)
    assert found.mean_shares == pytest.approx(shares, rel=1e-13)
    assert found.value == pytest.approx(shares * 5.0, rel=1e-13)
    certain = best(volatility=0.0, fixed_price=None)
    assert certain.value == pytest.approx(certain.upper_bound, rel=1e-12)
    assert certain.value == pytest.approx(max(one.value for one in certain.dates), rel=1e-12)


def test_same_seed_same_figures() -> None:
    assert over_dates(share_cap=900.0) == over_dates(share_cap=900.0)
    assert over_dates(share_cap=900.0) != over_dates(share_cap=900.0, seed=1)
    few = {"trading_days": [21, 42], "paths": 4096}
    assert best(**few) == best(**few)


def test_columns_come_as_arrays_too() -> None:
    as_array = over_dates(trading_days=np.array(MONTHLY), preferred_shares=np.ones(6))
    assert as_array == over_dates(preferred_shares=[1] * 6)


def test_tables_are_names_and_numbers() -> None:
    for made in (over_dates(), over_dates().total, best(trading_days=[21, 42], paths=4096)):
        for name, figure in made.table():
            assert isinstance(name, str)
            assert float(figure) == figure


# The best date.


# What is refused.


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"stock_price": 0.0}, BoundsError, "stock_price must be above 0"),
        ({"stock_price": "five"}, InputError, "stock_price must be a number"),
        ({"volatility": float("nan")}, BoundsError, "volatility must be a finite number"),
        ({"volatility": 9.0}, BoundsError, "volatility must be at most 2.828 over 0.5 years"),
        ({"trading_days": []}, InputError, "trading_days must have at least one date"),
        ({"trading_days": [63, 63]}, XlfuncsError, "trading_days"),
        ({"trading_days": [5, 63]}, BoundsError, "5 of the 10 closes of the first window"),
        ({"trading_days": range(10, 300)}, BoundsError, "at most 260 dates, not 290"),
        ({"premium": [1.0, 2.0]}, InputError, "one for each of the 6 trading_days, not 2"),
        ({"lowest_count": 11}, BoundsError, "lowest_count must be at most lookback_days, 10"),
        ({"years": [0.01] * 6}, BoundsError, "years must leave 10 trading days"),
        ({"paths": 4097}, BoundsError, "paths must be an even number, not 4,097"),
        ({"paths": 4_000_000}, BoundsError, "paths must be at most 1,333,333 for 6 dates"),
        ({"seed": -1}, BoundsError, "seed"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(
    changed: dict[str, Any], error: type[XlfuncsError], words: str
) -> None:
    for function in (over_dates, best):
        with pytest.raises(error, match=words):
            function(**changed)


def test_junk_is_refused() -> None:
    junk: list[Any] = [
        None,
        "x",
        [],
        {},
        object(),
        float("inf"),
        -1e300,
        1e300,
        True,
        b"1",
        [[1], [2]],
    ]
    for name in CONTRACT:
        for value in junk:
            try:
                found = over_dates(**{"paths": 4096, name: value})
            except XlfuncsError:
                continue
            assert np.isfinite([figure for _, figure in found.table()]).all()


def test_results_are_plain_numbers() -> None:
    figures = asdict(over_dates().total)
    assert set(figures) == set(Converted.__dataclass_fields__)
    for figure in figures.values():
        for one in figure if isinstance(figure, tuple) else (figure,):
            assert type(one) in {int, float}


@pytest.mark.parametrize("count", range(1, 11))
def test_lowest_mean_is_that_of_the_sorted(count: int) -> None:
    closes = np.exp(np.random.default_rng(count).standard_normal((10, 300)))
    closes[:, :5] = 5.0
    expected = np.sort(closes, axis=0)[:count].mean(axis=0)
    assert lowest_mean(closes, count) == pytest.approx(expected, rel=1e-14)
