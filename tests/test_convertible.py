"""Convertibles: the published tables, closed forms, a second scheme, and what must hold of all."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from xlfuncs import BoundsError, black_scholes, convertible_value
from xlfuncs.models.convertible.terms import Terms

PUBLISHED: dict[str, Any] = {
    "stock_price": 100.0,
    "conversion_ratio": 1.0,
    "face_amount": 100.0,
    "years": 5.0,
    "rate": 0.05,
    "volatility": 0.2,
    "hazard_rate": 0.02,
    "recovery": 0.0,
    "coupon_times": [0.5 * number for number in range(1, 11)],
    "coupons": [4.0] * 10,
    "call_price": 110.0,
    "call_start": 2.0,
    "put_price": 105.0,
    "put_time": 3.0,
}
PLAIN: dict[str, Any] = {
    "stock_price": 90.0,
    "conversion_ratio": 1.0,
    "face_amount": 100.0,
    "years": 3.0,
    "rate": 0.04,
    "volatility": 0.35,
    "hazard_rate": 0.03,
    "recovery": 0.0,
}
HULL: dict[str, Any] = {
    "stock_price": 50.0,
    "conversion_ratio": 2.0,
    "face_amount": 100.0,
    "years": 0.75,
    "rate": 0.05,
    "volatility": math.sqrt(0.3**2 - 0.01),
    "hazard_rate": 0.01,
    "recovery": 0.4,
    "call_price": 113.0,
}


@pytest.mark.parametrize(
    ("change", "published"),
    [
        ({"hazard_rate": 0.0}, 125.9529),
        ({"stock_fall": 0.0}, 124.9178),
        ({"stock_fall": 1.0}, 122.7316),
    ],
    ids=["no default", "partial default", "total default"],
)
def test_the_tables_of_ayache_forsyth_and_vetzal(
    change: dict[str, float], published: float
) -> None:
    assert convertible_value(**PUBLISHED | change) == pytest.approx(published, abs=2.5e-4)


def test_their_tsiveriotis_and_fernandes_value() -> None:
    """Theirs falls from 123.9714 to 123.9705 as the grid gets finer; ours has come to rest.

    The part that is debt ends where the security is called. If that place is only known to a
    node, as it is in a tree, the value comes down to 123.964 in the same slow way.
    """
    method = {"method": "tsiveriotis-fernandes"}
    values = [convertible_value(**PUBLISHED | method, steps=steps) for steps in (100, 200)]
    assert values[1] == pytest.approx(123.964, abs=1e-3)
    assert values[0] == pytest.approx(values[1], abs=2e-3)
    assert values[1] == pytest.approx(123.9705, abs=7e-3)


@pytest.mark.parametrize(
    ("change", "published"),
    [({"hazard_rate": 0.0}, 1.5396), ({"stock_fall": 0.0}, 1.4792), ({"stock_fall": 1.0}, 1.6738)],
    ids=["no default", "partial default", "total default"],
)
def test_called_before_the_coupon_of_the_first_day_it_is_worth_less(
    change: dict[str, float], published: float
) -> None:
    """By so much on a tree of 4,000 steps: the rule of the edge is not a detail."""
    terms = PUBLISHED | change | {"steps": 100}
    drop = convertible_value(**terms) - convertible_value(**terms | {"call_start": 2.0 - 1e-6})
    assert drop == pytest.approx(published, abs=5e-4)


def test_hull_s_tree_and_the_grid_agree_where_a_node_lies_on_the_call() -> None:
    """Elsewhere the tree sees the call at its next node, by up to 0.07 too high."""
    assert convertible_value(**HULL, method="hull-tree", steps=3) == pytest.approx(
        106.9286, abs=5e-5
    )
    grid = convertible_value(**HULL)
    for steps in (402, 1028):  # ln(113/100) is 10 and 16 steps of the tree
        tree = convertible_value(**HULL, method="hull-tree", steps=steps)
        assert tree == pytest.approx(grid, abs=2e-3)


def test_the_tree_and_the_grid_agree_on_a_security_without_a_call() -> None:
    terms = PUBLISHED | {"call_price": None, "stock_fall": 0.4, "recovery": 0.3}
    terms |= {"dividend_yield": 0.03, "premium_rate": 0.01}
    tree = convertible_value(**terms, method="hull-tree", steps=500)
    assert convertible_value(**terms) == pytest.approx(tree, abs=0.02)


@pytest.mark.parametrize("hazard_rate", [0.0, 0.03, 0.3])
def test_a_bond_and_a_call_where_nothing_else_is_promised(hazard_rate: float) -> None:
    """On total default without recovery the hazard rate only adds to the rate."""
    terms = PLAIN | {"hazard_rate": hazard_rate}
    rate = terms["rate"] + hazard_rate
    call = black_scholes("call", 90.0, 100.0, 3.0, rate, 0.35)
    expected = 100.0 * math.exp(-3.0 * rate) + call
    assert convertible_value(**terms) == pytest.approx(expected, abs=3e-4)
    coarse = convertible_value(**terms, steps=60)
    assert coarse == pytest.approx(expected, abs=5e-3)


@pytest.mark.parametrize("method", ["hazard-rate", "tsiveriotis-fernandes"])
def test_a_bond_where_the_stock_is_worth_nothing(method: str) -> None:
    terms = PLAIN | {"stock_price": 1e-6, "recovery": 0.4, "method": method}
    terms |= {"coupon_times": [1.0, 2.0, 3.0], "coupons": [5.0, 5.0, 5.0]}
    hazard, rate = 0.03, 0.04
    loss = hazard if method == "hazard-rate" else 0.6 * hazard
    left = [math.exp(-(rate + loss) * time) for time in (1.0, 2.0, 3.0)]
    recovered = 40.0 * hazard / (rate + hazard) * (1.0 - left[2])
    expected = 5.0 * sum(left) + 100.0 * left[2] + recovered * (method == "hazard-rate")
    assert convertible_value(**terms) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("volatility", [0.0, 1e-9, 0.2, 0.8])
def test_what_must_be_converted_is_worth_its_shares(volatility: float) -> None:
    """With or without default, where the stock alone bears it; the premium's shares included."""
    terms = PLAIN | {"volatility": volatility, "redemption": 0.0, "premium_rate": 0.06}
    expected = 90.0 * 1.18
    for hazard_rate in (0.0, 0.05):
        value = convertible_value(**terms | {"hazard_rate": hazard_rate})
        assert value == pytest.approx(expected, rel=1e-12)


def test_without_volatility_the_best_of_what_is_certain() -> None:
    terms = PLAIN | {"stock_price": 80.0, "volatility": 0.0, "hazard_rate": 0.0}
    assert convertible_value(**terms) == pytest.approx(100.0 * math.exp(-0.12), rel=1e-9)
    higher = convertible_value(**terms | {"stock_price": 120.0})
    assert higher == pytest.approx(120.0, rel=1e-9)
    put = convertible_value(**terms, put_price=99.0, put_time=1.0)
    assert put == pytest.approx(99.0 * math.exp(-0.04), rel=1e-9)


def test_halving_the_steps_shows_what_is_left_of_the_error() -> None:
    values = [convertible_value(**PUBLISHED, steps=steps) for steps in (50, 100, 200)]
    assert abs(values[1] - values[2]) < 0.003
    assert abs(values[0] - values[1]) < 0.03


def test_coupons_accrue_as_of_a_day_that_many_surround() -> None:
    """The first after it and the last by it are found, whichever of them there are."""
    times = [number / 8 for number in range(-2, 8)]
    terms = Terms(
        90.0, 1.0, 100.0, 3.0, 0.04, 0.35, 0.0, 0.0, 1.0, 0.0, tuple(times), (2.0,) * 10, 0.0,
        None, 0.0, None, 0.0, None,
    )  # fmt: skip
    for paid in (False, True):
        assert terms.accrued(0.3125, coupon_paid=paid) == pytest.approx(1.0)
        assert terms.accrued(0.9, coupon_paid=paid) == 0.0
    assert terms.accrued(0.25, coupon_paid=True) == 0.0
    assert terms.accrued(0.25, coupon_paid=False) == pytest.approx(2.0)
    assert [terms.coupon(time) for time in (0.0, 0.25, 0.3, 0.875)] == [0.0, 2.0, 0.0, 2.0]


def test_the_last_coupon_paid_starts_the_next() -> None:
    """Called at once, the holder is paid what has accrued since."""
    terms = PLAIN | {"hazard_rate": 0.0, "rate": 0.0, "call_price": 100.0, "steps": 60}
    schedule: dict[str, Any] = {"coupon_times": [-0.25, 0.25], "coupons": [4.0, 4.0]}
    assert convertible_value(**terms, **schedule) == pytest.approx(102.0, abs=1e-9)
    schedule = {"coupon_times": [0.25], "coupons": [4.0]}
    assert convertible_value(**terms, **schedule) == pytest.approx(100.0, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"volatility": 9.0}, "steps must be at least"),
        ({"rate": 1.9, "years": 50.0}, "steps must be at least"),
        ({"steps": 708}, "steps must be at most 707 with 0 dates between now and maturity"),
        (
            {"coupon_times": [number / 1000 for number in range(3000)], "coupons": [0.01] * 3000},
            "steps must be at most 82 with 2,999 dates between now and maturity, not 200",
        ),
        ({"put_price": 100.0, "put_time": 4.0}, "put_time must be at most years 3, not 4"),
        ({"volatility": 0.0, "method": "hull-tree"}, "the tree's probabilities"),
        ({"rate": 1.0, "method": "hull-tree", "steps": 2}, "the tree's probabilities"),
        ({"coupon_times": [2.0, 1.0], "coupons": [1.0, 1.0]}, "coupon_times must rise"),
    ],
)
def test_what_has_no_answer_says_why(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BoundsError, match=says):
        convertible_value(**PLAIN | change)


@settings(deadline=None, derandomize=True, max_examples=15, phases=[Phase.generate])
@given(
    stock_price=st.floats(20.0, 250.0),
    volatility=st.floats(0.05, 0.6),
    hazard_rate=st.floats(0.0, 0.2),
    recovery=st.floats(0.0, 0.9),
    stock_fall=st.floats(0.0, 1.0),
    dividend_yield=st.floats(0.0, 0.08),
    method=st.sampled_from(["hazard-rate", "tsiveriotis-fernandes"]),
)
def test_rights_are_worth_something_to_who_has_them(**drawn: Any) -> None:
    """But for a put by Tsiveriotis and Fernandes, which makes debt of equity that had no risk."""
    terms = {**PUBLISHED, **drawn, "steps": 90, "call_start": 0.0}
    value = convertible_value(**terms)
    parity = drawn["stock_price"]
    assert parity <= value <= max(110.0, parity)
    assert convertible_value(**terms | {"call_price": None}) >= value - 0.03
    if drawn["method"] == "hazard-rate":
        assert convertible_value(**terms | {"put_price": None}) <= value + 0.03
    free = terms | {"call_price": None, "put_price": None}
    alone = convertible_value(**free)
    assert alone >= convertible_value(**free | {"stock_price": 1e-6}) - 0.03
    assert convertible_value(**free | {"stock_price": parity * 1.1}) >= alone
