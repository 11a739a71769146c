"""American options: against integration, against one another, and what must hold of any of them."""

from __future__ import annotations

from math import exp, inf, log, sqrt

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bermudan import bermudan_value
from xlfuncs import BoundsError, InputError, american_option, black_scholes
from xlfuncs.explanation import explain_call
from xlfuncs.models.american.boundary import boundary, gap_at_expiry, premium, scaled_rates
from xlfuncs.models.american.grid import grid_value
from xlfuncs.models.american.put import BOUNDARY, GRID, early_value, mismatch
from xlfuncs.models.american.terms import Terms

few = settings(deadline=None, derandomize=True, max_examples=60)

SPOTS = st.floats(40.0, 250.0)
YEARS = st.floats(0.01, 8.0)
RATES = st.floats(0.0, 0.2)
YIELDS = st.floats(-0.05, 0.2)
VOLATILITIES = st.floats(0.05, 1.0)

# Longstaff and Schwartz's table: spot, then (0.2, 1), (0.2, 2), (0.4, 1), (0.4, 2)
FIFTY_DATES = {
    36: (4.478, 4.840, 7.101, 8.507),
    38: (3.250, 3.745, 6.148, 7.668),
    40: (2.314, 2.885, 5.312, 6.917),
    42: (1.617, 2.213, 4.583, 6.245),
    44: (1.110, 1.690, 3.948, 5.642),
}
COLUMNS = ((0.2, 1), (0.2, 2), (0.4, 1), (0.4, 2))


@pytest.mark.parametrize("spot", FIFTY_DATES)
def test_fifty_dates_a_year_are_worth_a_little_less(spot: int) -> None:
    """The Bermudan put of Longstaff and Schwartz: 40, 6 %."""
    for (volatility, years), expected in zip(COLUMNS, FIFTY_DATES[spot], strict=True):
        dates = [(number / 50, 0.0) for number in range(1, 50 * years)]
        bermudan = bermudan_value("put", spot, 40.0, years, 0.06, volatility, dates, 401)
        american = american_option("put", spot, 40, years, 0.06, volatility)
        assert bermudan == pytest.approx(expected, abs=0.001)
        assert bermudan < american < bermudan + 0.012


def _normal(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def _call(share: mpmath.mpf, left: mpmath.mpf) -> mpmath.mpf:
    """Roll, Geske and Whaley's call after the dividend: 82, 6 %, 30 %."""
    deviation = mpmath.mpf("0.3") * mpmath.sqrt(left)
    rate = mpmath.mpf("0.06")
    d1 = (mpmath.log(share / 82) + rate * left) / deviation + deviation / 2
    return share * _normal(d1) - 82 * mpmath.exp(-rate * left) * _normal(d1 - deviation)


def test_one_dividend_by_integration() -> None:
    """Roll, Geske and Whaley: exercised just before the dividend above a critical price."""
    with mpmath.workdps(30):
        rate, when, left = mpmath.mpf("0.06"), mpmath.mpf("0.25"), mpmath.mpf("0.0833")
        deviation = mpmath.mpf("0.3") * mpmath.sqrt(when)
        share = 80 - 4 * mpmath.exp(-rate * when)
        critical = mpmath.findroot(lambda price: _call(price, left) - (price + 4 - 82), 80)
        forward = share * mpmath.exp(rate * when - deviation**2 / 2)

        def worth(z: mpmath.mpf) -> mpmath.mpf:
            price = forward * mpmath.exp(deviation * z)
            gain = price + 4 - 82 if price > critical else _call(price, left)
            return gain * mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi)

        bend = mpmath.log(critical / forward) / deviation
        value = mpmath.exp(-rate * when) * mpmath.quad(worth, [-12, -4, -1, bend, 2, 5, 12])
    assert float(critical) == pytest.approx(80.1162, abs=5e-5)
    found = american_option("call", 80, 82, 0.3333, 0.06, 0.3, 0.0, None, [0.25], [4])
    assert found == pytest.approx(float(value), abs=5e-6)


@pytest.mark.parametrize("spot", [34.0, 40.0, 47.0])
def test_two_dividends_by_integration(spot: float) -> None:
    first, second, rate = 1 / 6, 5 / 12, 0.09
    share = spot - 0.5 * exp(-rate * first) - 0.5 * exp(-rate * second)
    dates = [(first, 0.5 + 0.5 * exp(-rate * (second - first))), (second, 0.5)]
    expected = bermudan_value("call", share, 40.0, 0.5, rate, 0.3, dates)
    found = american_option("call", spot, 40, 0.5, rate, 0.3, 0.0, None, [second, first], [0.5] * 2)
    assert found == pytest.approx(expected, abs=1e-5)


@few
@given(SPOTS, YEARS, RATES, YIELDS, VOLATILITIES)
def test_a_call_is_a_put_with_everything_exchanged(
    spot: float, years: float, rate: float, dividend_yield: float, volatility: float
) -> None:
    put = american_option("put", spot, 100, years, rate, volatility, dividend_yield)
    call = american_option("call", 100, spot, years, dividend_yield, volatility, rate)
    assert put == pytest.approx(call, rel=1e-12, abs=1e-10)


@few
@given(st.sampled_from(["call", "put"]), SPOTS, YEARS, RATES, YIELDS, VOLATILITIES)
def test_what_holds_of_any_american_option(
    option_type: str,
    spot: float,
    years: float,
    rate: float,
    dividend_yield: float,
    volatility: float,
) -> None:
    def value(spot: float, years: float, volatility: float, scale: float = 1.0) -> float:
        return american_option(
            option_type, scale * spot, scale * 100.0, years, rate, volatility, dividend_yield
        )

    here = value(spot, years, volatility)
    european = black_scholes(option_type, spot, 100, years, rate, volatility, dividend_yield)
    payoff = spot - 100.0 if option_type == "call" else 100.0 - spot
    assert max(european, payoff, 0.0) <= here
    cap = spot * max(1.0, exp(-dividend_yield * years)) if option_type == "call" else 100.0
    assert here <= cap * (1.0 + 1e-9)
    assert value(spot, 1.1 * years, volatility) >= here - 1e-6
    assert value(spot, years, 1.1 * volatility) >= here - 1e-6
    assert value(spot, years, volatility, 7.0) == pytest.approx(7.0 * here, rel=1e-9, abs=1e-9)
    low, high = value(0.99 * spot, years, volatility), value(1.01 * spot, years, volatility)
    assert here <= 0.5 * (low + high) + 1e-6, "convex in the spot"
    assert abs(high - low) <= 0.02 * spot * max(1.0, exp(-dividend_yield * years)) + 1e-6


@few
@given(st.floats(0.0001, 2.0), st.floats(-1.0, 2.0), st.floats(0.001, 20.0))
def test_value_and_payoff_meet_at_the_boundary(
    rate: float, dividend_yield: float, variance: float
) -> None:
    """The equation that was solved is of the slopes: that the values meet too is its proof."""
    scaled = scaled_rates(rate, dividend_yield)
    found = boundary(scaled, variance, 24, 40)
    assert mismatch(found, variance) < 1e-6
    assert 0.0 < gap_at_expiry(found, variance) <= scaled.perpetual_gap * (1.0 + 1e-6)
    assert premium(found, variance, 1e-6) > 0.0


@pytest.mark.parametrize("volatility", [0.1, 0.3, 0.8])
def test_a_put_without_end_has_its_closed_form(volatility: float) -> None:
    power = 2.0 * 0.05 / volatility**2
    critical = 100.0 * power / (1.0 + power)
    expected = (100.0 - critical) * (120.0 / critical) ** -power
    found = american_option("put", 120, 100, 1000, 0.05, volatility)
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("spot", "years", "rate", "volatility", "dividend_yield"),
    [
        (80.0, 1.0, 0.10, 0.4, 0.0),
        (100.0, 0.5, 0.05, 0.2, 0.05),
        (100.0, 3.0, 0.03, 0.3, 0.07),
        (120.0, 2.0, 0.08, 0.5, -0.02),
    ],
)
def test_the_grid_and_trees_agree_with_the_boundary(
    spot: float, years: float, rate: float, volatility: float, dividend_yield: float
) -> None:
    terms = ("put", spot, 100.0, years, rate, volatility, dividend_yield)
    european = black_scholes(*terms)
    scheme, value = early_value(Terms(*terms), european)
    assert scheme == BOUNDARY
    assert grid_value(Terms(*terms)) == pytest.approx(value, abs=1e-3)
    trees = [american_option(*terms, steps) for steps in (999, 1000)]
    assert 0.5 * sum(trees) == pytest.approx(value, abs=5e-3)
    for method in ("barone-adesi-whaley", "bjerksund-stensland", "ju-zhong"):
        approximate = american_option(*terms, None, (), (), method)
        assert approximate == pytest.approx(value, rel=0.02)


def _whole_tree(sign: float, spot: float, rate: float, dividend_yield: float, steps: int) -> float:
    """Every price of a tree on a year's option at 100, 40 %, none left out."""
    step = 1.0 / steps
    up = exp(0.4 * sqrt(step))
    likely = (exp((rate - dividend_yield) * step) - 1.0 / up) / (up - 1.0 / up)
    values = [0.0] * (steps + 2)
    for level in range(steps, -1, -1):
        for place in range(level + 1):
            payoff = sign * (spot * up ** (2 * place - level) - 100.0)
            later = likely * values[place + 1] + (1.0 - likely) * values[place]
            held = 0.0 if level == steps else exp(-rate * step) * later
            values[place] = max(payoff, held)
    return values[0]


@pytest.mark.parametrize("steps", [1, 2, 3, 50, 151])
@pytest.mark.parametrize("spot", [60.0, 100.0, 170.0])
def test_prices_left_out_of_a_tree_do_not_count(spot: float, steps: int) -> None:
    put = american_option("put", spot, 100, 1, 0.1, 0.4, 0.02, steps)
    assert put == pytest.approx(_whole_tree(-1.0, spot, 0.1, 0.02, steps), rel=1e-11)
    call = american_option("call", spot, 100, 1, 0.02, 0.4, 0.1, steps)
    assert call == pytest.approx(_whole_tree(1.0, spot, 0.02, 0.1, steps), rel=1e-11)


@few
@given(SPOTS, st.floats(0.1, 20.0), st.floats(-0.2, 0.3), st.floats(-0.2, 0.3))
def test_next_to_no_volatility_is_no_volatility(
    spot: float, years: float, rate: float, dividend_yield: float
) -> None:
    terms = ("put", spot, 100.0, years, rate)
    none = american_option(*terms, 0.0, dividend_yield)
    assert american_option(*terms, 1e-9, dividend_yield) == pytest.approx(none, abs=2e-3)
    assert american_option(*terms, 1e-13, dividend_yield) == pytest.approx(none, abs=1e-9)


def test_dividends_without_volatility() -> None:
    """A call is exercised just before the dividend, a put just after it."""
    call = american_option("call", 100, 50, 1, 0.05, 0, 0, None, [0.5], [20])
    before = 100.0 - 50.0 * exp(-0.05 * 0.5)
    assert call == pytest.approx(before, rel=1e-12)
    put = american_option("put", 60, 100, 1, 0.05, 0, 0, None, [0.5], [20])
    after = 100.0 * exp(-0.05 * 0.5) - (60.0 - 20.0 * exp(-0.05 * 0.5))
    assert put == pytest.approx(after, rel=1e-12)


def test_dividends_of_nothing_change_nothing() -> None:
    plain = american_option("put", 95, 100, 1, 0.05, 0.3)
    assert american_option("put", 95, 100, 1, 0.05, 0.3, 0, None, [0.5, 1.0], [0, 7]) == plain
    tiny = american_option("put", 95, 100, 1, 0.05, 0.3, 0, None, [0.5], [1e-9])
    assert tiny == pytest.approx(plain, abs=1e-3)


@pytest.mark.parametrize("option_type", ["call", "put"])
def test_dividends_on_a_tree_and_on_the_grid(option_type: str) -> None:
    terms = (option_type, 100, 100, 2, 0.03, 0.4, 0.02)
    columns = ([0.3, 0.8, 1.4], [1.0, 1.5, 2.0])
    coarse, fine = (
        0.5 * sum(american_option(*terms, steps, *columns) for steps in pair)
        for pair in ((999, 1000), (1999, 2000))
    )
    found = american_option(*terms, None, *columns)
    assert found == pytest.approx(2.0 * fine - coarse, abs=5e-4)


@settings(deadline=None, derandomize=True, max_examples=6)
@given(st.floats(0.1, 16.0), YEARS, RATES, YIELDS, st.floats(0.01, 5.0), st.floats(0.1, 0.9))
def test_a_call_is_never_worth_more_than_what_it_buys(
    deviation: float, years: float, rate: float, dividend_yield: float, amount: float, part: float
) -> None:
    """However widely the prices spread, a grid must not make stock of nothing."""
    terms = ("call", 100, 100, years, rate, deviation / sqrt(years), dividend_yield)
    value = american_option(*terms, None, [part * years], [amount])
    assert value <= 100.0 * exp(max(-dividend_yield * years, 0.0))


@pytest.mark.parametrize("deviation", [0.3, 1.0, 5.0, 10.0, 16.0])
def test_a_dividend_not_worth_exercising_for(deviation: float) -> None:
    """A call without a yield waits where the strike earns more than the dividend pays."""
    volatility = deviation / 5.0
    share = 100.0 - exp(-0.05 * 12.5)
    european = black_scholes("call", share, 100, 25, 0.05, volatility)
    found = american_option("call", 100, 100, 25, 0.05, volatility, 0, None, [12.5], [1])
    assert found == pytest.approx(european, abs=1e-4)


def test_how_a_value_was_found_is_told() -> None:
    def told(*arguments: object) -> dict[str, object]:
        return {step.name: step.value for step in explain_call(american_option, arguments).steps}

    plain = told("put", 50, 50, 5 / 12, 0.1, 0.4)
    assert plain["answer"][0] == BOUNDARY  # type: ignore[index]
    assert plain["early_exercise_premium"] == pytest.approx(4.284216 - 4.075981, abs=1e-5)
    paying = told("put", 50, 50, 5 / 12, 0.1, 0.4, 0, None, [0.2], [0.5])
    assert paying["answer"][0] == GRID  # type: ignore[index]


def test_what_is_too_wide_for_a_grid_is_refused() -> None:
    with pytest.raises(BoundsError, match=r"volatility × √years must be at most 16"):
        american_option("call", 100, 100, 4, 0.03, 10, 0.02, None, [1], [1])


@pytest.mark.parametrize("method", ["barone-adesi-whaley", "bjerksund-stensland", "ju-zhong"])
def test_approximations_at_their_limits(method: str) -> None:
    def value(spot: float, strike: float, years: float, rate: float, volatility: float) -> float:
        terms = ("put", spot, strike, years, rate, volatility, 0.0)
        return american_option(*terms, None, (), (), method)

    assert value(80.0, 100.0, 1.0, 0.0, 0.3) == black_scholes("put", 80, 100, 1, 0, 0.3)
    assert value(40.0, 100.0, 1.0, 0.05, 0.3) == 60.0
    assert value(80.0, 100.0, 1.0, 0.05, 0.0) == 20.0
    assert value(80.0, 100.0, 0.0, 0.05, 0.3) == 20.0
    with pytest.raises(InputError, match="method must be exact with steps or dividends"):
        american_option("put", 80, 100, 1, 0.05, 0.3, 0, None, [0.5], [1], method)


@few
@given(
    st.floats(1e-6, 1e6),
    st.floats(1e-6, 1e6),
    st.floats(0.0, 1000.0),
    st.floats(-1.0, 10.0),
    st.floats(0.0, 100.0),
    st.floats(-1.0, 10.0),
)
def test_anything_within_bounds_has_a_value_or_an_error(
    spot: float, strike: float, years: float, rate: float, volatility: float, dividend_yield: float
) -> None:
    try:
        value = american_option("put", spot, strike, years, rate, volatility, dividend_yield)
    except BoundsError:
        assert max(abs(rate), abs(dividend_yield)) * years > log(1e3)
    else:
        assert max(strike - spot, 0.0) <= value < inf
