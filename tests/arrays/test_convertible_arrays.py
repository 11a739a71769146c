"""Convertibles over arrays: what single calls give, to 1e-12 of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import xlfuncs
from xlfuncs.arrays.convertible import convertible_value
from xlfuncs.errors import BoundsError, InputError

COUNT = 12
DRAW = np.random.default_rng(7)
COLUMNS: dict[str, Any] = {
    "stock_price": np.linspace(40.0, 220.0, COUNT),
    "conversion_ratio": DRAW.uniform(0.8, 1.2, COUNT),
    "volatility": DRAW.uniform(0.05, 0.5, COUNT),
    "hazard_rate": DRAW.uniform(0.0, 0.1, COUNT),
    "stock_fall": DRAW.uniform(0.0, 1.0, COUNT),
    "dividend_yield": DRAW.uniform(0.0, 0.05, COUNT),
    "call_price": DRAW.uniform(105.0, 130.0, COUNT),
}
SHARED: dict[str, Any] = {
    "face_amount": 100.0,
    "years": 4.25,
    "rate": 0.05,
    "recovery": 0.3,
    "coupon_times": [-0.25, 0.25, 1.25, 2.25, 3.25, 4.25],
    "coupons": [4.0, 4.0, 4.0, 4.0, 4.0, 5.0],
    "premium_rate": 0.01,
    "call_start": 1.25,
    "put_price": 102.0,
    "put_time": 2.25,
    "steps": 60,
}


def _singly(columns: dict[str, Any], shared: dict[str, Any]) -> list[float]:
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [
        xlfuncs.convertible_value(**shared, **dict(zip(columns, row, strict=True))) for row in rows
    ]


@pytest.mark.parametrize("method", ["hazard-rate", "tsiveriotis-fernandes", "hull-tree"])
@pytest.mark.parametrize("callable_", [True, False])
def test_an_array_is_its_elements(method: str, *, callable_: bool) -> None:
    columns = COLUMNS if callable_ else {k: v for k, v in COLUMNS.items() if k != "call_price"}
    shared = SHARED | {"method": method}
    values = convertible_value(**columns, **shared)
    np.testing.assert_allclose(values, _singly(columns, shared), rtol=1e-12)


def test_callable_at_once_and_without_volatility() -> None:
    columns = COLUMNS | {"volatility": np.where(np.arange(COUNT) % 2, 0.0, 0.4)}
    shared = SHARED | {"call_start": 0.0, "put_price": None, "redemption": 0.0}
    values = convertible_value(**columns, **shared)
    np.testing.assert_allclose(values, _singly(columns, shared), rtol=1e-12)


def test_groups_of_dates_and_methods_stand_where_they_were() -> None:
    years = np.array([[4.25], [5.0]])
    stock = np.linspace(60.0, 140.0, 9)
    shared = SHARED | {"conversion_ratio": 1.0, "volatility": 0.2, "hazard_rate": 0.02}
    shared |= {"steps": 40}
    table = convertible_value(**shared | {"stock_price": stock, "years": years})
    assert table.shape == (2, 9)
    for place, one in enumerate((4.25, 5.0)):
        alone = xlfuncs.convertible_value(**shared | {"stock_price": 80.0, "years": one})
        assert table[place, 2] == pytest.approx(alone, rel=1e-12)


def test_no_value_is_not_a_number() -> None:
    shared = SHARED | {"conversion_ratio": 1.0, "stock_price": 90.0, "hazard_rate": 0.02}
    values = convertible_value(**shared | {"volatility": np.linspace(0.1, 2.0, 10)})
    known = np.isfinite(values)
    assert known[:3].all()
    assert not known[-3:].any()
    late = convertible_value(**shared | {"volatility": 0.2, "years": [4.0, 4.25]})
    assert np.isnan(late).tolist() == [True, False]
    assert float(convertible_value(**shared | {"volatility": 0.2})) == late[1]


def test_bad_input_is_named() -> None:
    shared = SHARED | {"conversion_ratio": 1.0, "volatility": 0.2, "hazard_rate": 0.02}
    with pytest.raises(BoundsError, match=r"stock_price\[1\] must be above 0"):
        convertible_value(**shared | {"stock_price": [90.0, 0.0]})
    with pytest.raises(BoundsError, match="coupon_times must rise"):
        convertible_value(**shared | {"stock_price": 90.0, "coupon_times": [2, 1, 3, 4, 4.1, 4.2]})
    with pytest.raises(InputError, match="coupon_times and coupons must have the same number"):
        convertible_value(**shared | {"stock_price": 90.0, "coupons": [1.0]})
