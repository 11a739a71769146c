"""Floating-price conversion over arrays: at the same points the same figures as in a cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlfuncs
from xlfuncs import BoundsError, InputError, MissingDataError
from xlfuncs.arrays.floating import floating_conversion_value
from xlfuncs.arrays.floating_points import REMEMBERED, walks_of
from xlfuncs.models.floating import shapes

CONTRACT: dict[str, Any] = {
    "stock_price": 5.0,
    "volatility": 0.8,
    "rate": 0.045,
    "trading_days": 658,
    "face_amount": 1000.0,
    "premium": 156.493151,
    "fixed_price": 6.03,
    "lookback_days": 10,
    "lowest_count": 6,
    "price_multiple": 1.01,
    "points": 256,
}
CLOSE = 1e-12


def same(contract: dict[str, Any]) -> None:
    """Every figure of a contract, in a cell and in an array."""
    scalar = dict(xlfuncs.floating_conversion_value(**contract))
    found = floating_conversion_value(**contract)
    assert list(found) == list(scalar)
    for name, figure in scalar.items():
        of = scalar[{"standard error": "value", "standard error of mean shares": "mean shares"}.get(name, name)]  # fmt: skip  # noqa: E501
        assert float(found[name]) == pytest.approx(figure, rel=CLOSE, abs=CLOSE * max(of, 1.0)), (
            name
        )


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    changed=st.fixed_dictionaries(
        {
            "volatility": st.sampled_from([0.0, 1e-6, 1.5]) | st.floats(0.0, 1.5),
            "rate": st.floats(-0.05, 0.2),
            "dividend_yield": st.floats(0.0, 0.1),
            "fixed_price": st.none() | st.floats(0.1, 100.0),
            "cap_shares_per_preferred": st.none() | st.just(0.0) | st.floats(1.0, 1e4),
            "trading_days": st.integers(0, 13) | st.integers(0, 900),
            "lookback_days": st.integers(1, 12),
            "lowest_count": st.just(1),
            "points": st.sampled_from([16, 100, 2048]),
            "seed": st.integers(0, 2**53),
        }
    ),
    part=st.floats(0.0, 1.0),
)
def test_scalar_and_array_are_equal(changed: dict[str, Any], part: float) -> None:
    changed["lowest_count"] = 1 + int(part * (changed["lookback_days"] - 1))
    same({**CONTRACT, **changed, "known_bids": [5.1, 5.0, 4.9, 5.3, 5.5, 4.6] * 2})


@pytest.mark.parametrize("years", [10 / 252, 952 / 365, 30.0])
@pytest.mark.parametrize("cap", [None, 338.1275, 1156.493151 / 6.03])
def test_the_mandatory_conversion(years: float, cap: float | None) -> None:
    same({**CONTRACT, "points": 16_384, "years": years, "cap_shares_per_preferred": cap})


def test_contracts_broadcast_against_one_another() -> None:
    prices, volatilities = np.array([[4.0], [5.0], [6.0]]), pd.Series([0.6, 0.8])
    changed = {**CONTRACT, "stock_price": prices, "volatility": volatilities}
    changed["cap_shares_per_preferred"] = [338.1275, 400.0]
    found = floating_conversion_value(**changed)
    for row, price in enumerate(prices[:, 0]):
        for column, volatility in enumerate(volatilities):
            one = {**CONTRACT, "stock_price": float(price), "volatility": float(volatility)}
            one["cap_shares_per_preferred"] = [338.1275, 400.0][column]
            for name, figure in xlfuncs.floating_conversion_value(**one):
                assert found[name].shape == (3, 2)
                assert found[name][row, column] == pytest.approx(figure, rel=CLOSE, abs=1e-9)


def test_a_fan_is_an_array_of_horizons() -> None:
    horizons, premiums = [10, 252, 658], [1.0, 60.0, 156.493151]
    found = floating_conversion_value(**{**CONTRACT, "trading_days": horizons, "premium": premiums})
    fan = xlfuncs.dilution_fan(
        5.0, 0.8, 0.045, horizons, 1000.0, premiums, 6.03, 10, 6, 1.01, points=256
    )
    assert found["mean shares"] == pytest.approx([row[1] for row in fan], rel=CLOSE)
    assert found["95 % quantile of shares"] == pytest.approx([row[6] for row in fan], rel=CLOSE)


def test_what_has_no_answer_is_nan_in_its_place_alone() -> None:
    changed = {**CONTRACT, "trading_days": [658, 9, 658], "volatility": [0.8, 0.8, 9.0]}
    found = floating_conversion_value(**changed)
    for figures in found.values():
        assert np.isnan(figures).tolist() == [False, True, True]
    found = floating_conversion_value(**{**CONTRACT, "years": [0.01, 2.0]})
    assert np.isnan(found["value"]).tolist() == [True, False]


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(BoundsError, match=r"stock_price\[1\] must be above 0"):
        floating_conversion_value(**{**CONTRACT, "stock_price": [5.0, 0.0]})
    with pytest.raises(InputError, match="lowest_count must be one number for all, not 2 of them"):
        floating_conversion_value(**{**CONTRACT, "lowest_count": [5, 6]})
    with pytest.raises(BoundsError, match="lowest_count must be at most lookback_days, 10, not 11"):
        floating_conversion_value(**{**CONTRACT, "lowest_count": 11})
    with pytest.raises(BoundsError, match="points must be from 16"):
        floating_conversion_value(**{**CONTRACT, "points": 1})
    with pytest.raises(MissingDataError, match="known_bids has 1 of them") as raised:
        floating_conversion_value(**{**CONTRACT, "trading_days": 8, "known_bids": [5.0]})
    assert "Glasserman" in str(raised.value)
    with pytest.raises(InputError, match="the shapes do not fit together"):
        floating_conversion_value(**{**CONTRACT, "stock_price": [1, 2], "rate": [0.1, 0.1, 0.1]})


def test_the_points_are_those_of_the_cells() -> None:
    for days, points in ((1, 64), (9, 1024), (19, 4096)):
        mine, theirs = walks_of(days, points, 5), shapes.walks_of(days, points, 5)
        for one, other in zip(mine, theirs, strict=True):
            assert one.tolist() == [list(walk) for walk in other]


def test_only_a_set_of_points_that_is_not_large_is_kept() -> None:
    assert walks_of(3, 64, 5) is walks_of(3, 64, 5)
    assert not isinstance(walks_of(99, REMEMBERED // 64, 5), list)
    rounded_up = walks_of(9, 2**19 + 1, 5)  # 2^20 points are drawn
    assert not isinstance(rounded_up, list)


def test_what_is_kept_cannot_be_changed() -> None:
    for walks in walks_of(3, 64, 5):
        with pytest.raises(ValueError, match="read-only"):
            walks[0, 0] = 1.0


def test_one_in_a_hundred_thousand() -> None:
    """What the benchmark times: 65,536 points are enough for every volatility of the rule."""
    changed = {**CONTRACT, "points": 65_536, "years": 952 / 365}
    found = floating_conversion_value(**{**changed, "volatility": [0.2, 0.6, 0.8, 1.0, 1.2]})
    assert (found["standard error"] <= 1e-5 * found["value"]).all()
