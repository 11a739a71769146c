"""Diluted warrants and employees' options: an array gives what single calls give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import xlfuncs
from xlfuncs.arrays.dilution import diluted_warrant_value
from xlfuncs.arrays.employee_options import employee_option_value
from xlfuncs.errors import BoundsError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COUNT = 3_000


def _singly(function: Callable[..., Any], *columns: Any) -> NDArray[np.float64]:
    def one(*arguments: Any) -> float:
        try:
            return float(function(*arguments))
        except BoundsError:
            return float("nan")

    return np.array([one(*row) for row in zip(*columns, strict=True)])


def _terms(seed: int) -> list[Any]:
    draw = np.random.default_rng(seed)
    spot = 10.0 ** draw.uniform(-3, 4, COUNT)
    strike = spot * np.exp(draw.normal(0.0, 1.0, COUNT))
    years = draw.choice([0.0, 0.01, 0.5, 4.6, 30.0], COUNT)
    rate = draw.uniform(-0.05, 0.2, COUNT)
    volatility = draw.choice([0.0, 0.05, 0.3, 0.7, 3.0], COUNT)
    return [spot.tolist(), strike.tolist(), years.tolist(), rate.tolist(), volatility.tolist()]


def _same(one: NDArray[np.float64], other: NDArray[np.float64], scale: Any) -> bool:
    np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
    known = ~np.isnan(one)
    return bool((np.abs(one - other) <= 1e-12 * np.broadcast_to(scale, one.shape))[known].all())


@pytest.mark.parametrize("seed", [1, 2])
def test_diluted_warrants(seed: int) -> None:
    terms = _terms(seed)
    draw = np.random.default_rng(100 + seed)
    shares = (10.0 ** draw.uniform(0, 10, COUNT)).tolist()
    new = np.where(draw.random(COUNT) < 0.1, 0.0, 10.0 ** draw.uniform(-2, 15, COUNT)).tolist()
    words = draw.choice(["galai-schneller", "pre-issue"], COUNT, p=[0.8, 0.2]).tolist()
    yields = draw.choice([0.0, 0.03, 0.2, -0.02], COUNT).tolist()
    arguments = (*terms, shares, new, words, yields)
    values = diluted_warrant_value(*arguments)
    singly = _singly(xlfuncs.diluted_warrant_value, *arguments)
    assert _same(values, singly, np.maximum(singly, 1e-4 * np.maximum(terms[0], terms[1])))
    assert np.isnan(values).any(), "some negative yields have no value"
    assert not np.isnan(values).all()


def test_employee_options() -> None:
    terms = _terms(3)
    leaving = np.random.default_rng(4).uniform(0.0, 0.4, COUNT).tolist()
    arguments = (*terms, leaving, [0.03] * COUNT)
    values = employee_option_value(*arguments)
    singly = _singly(xlfuncs.employee_option_value, *arguments)
    assert _same(values, singly, np.maximum(terms[0], terms[1]))


def test_shapes_are_broadcast() -> None:
    table = diluted_warrant_value(
        np.array([[5.0], [6.0]]), 6.7838, 4.6, 0.045, 0.7, 25.5e6, [0.0, 9e5, 5e6]
    )
    assert table.shape == (2, 3)
    assert (np.diff(table, axis=0) > 0.0).all()
    assert (np.diff(table, axis=1) < 0.0).all()
    one = diluted_warrant_value(5.0, 6.7838, 4.6, 0.045, 0.7, 25.5e6, 9e5)
    assert one.shape == ()
    assert float(one) == pytest.approx(table[0, 1], rel=1e-14)
    assert diluted_warrant_value([], 6.0, 1.0, 0.05, 0.3, 1e6, 1e5).shape == (0,)


def test_bad_input_is_named() -> None:
    with pytest.raises(BoundsError, match=r"stock_price\[1\] must be above 0"):
        diluted_warrant_value([5.0, -5.0], 6.0, 1.0, 0.05, 0.3, 1e6, 1e5)
    with pytest.raises(InputError, match="shapes do not fit together"):
        employee_option_value([5.0, 6.0], [1.0, 2.0, 3.0], 1.0, 0.05, 0.3, 0.1)
    with pytest.raises(InputError, match="method must be"):
        diluted_warrant_value(5.0, 6.0, 1.0, 0.05, 0.3, 1e6, 1e5, "treasury")
