"""American options over arrays: the scalar function, element for element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import xlfuncs
from xlfuncs.arrays.american import american_option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


def one_by_one(columns: list[list[Any]]) -> Doubles:
    """What the scalar function says of each row; NaN where it refuses."""
    found = []
    for row in zip(*columns, strict=True):
        try:
            found.append(xlfuncs.american_option(*row))
        except xlfuncs.BoundsError:
            found.append(np.nan)
    return np.array(found)


def _agree(columns: list[list[Any]]) -> None:
    expected = one_by_one(columns)
    found = american_option(*map(np.array, columns))
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    scale = np.maximum(np.array(columns[1], float), np.array(columns[2], float))
    apart = np.abs(found - expected) / scale
    assert np.nanmax(apart) <= 1e-12


def test_ordinary_options() -> None:
    rng = np.random.default_rng(1)
    count = 250
    rates = rng.uniform(0.0, 0.15, count)
    yields = np.where(rng.random(count) < 0.2, rates, rng.uniform(-0.03, 0.15, count))
    _agree(
        [
            rng.choice(["call", "put"], count).tolist(),
            rng.uniform(50.0, 200.0, count).tolist(),
            [100.0] * count,
            np.exp(rng.uniform(-4.0, 3.0, count)).tolist(),
            rates.tolist(),
            np.exp(rng.uniform(-3.5, 0.5, count)).tolist(),
            yields.tolist(),
        ]
    )


EDGES: list[tuple[Any, ...]] = [
    ("put", 90.0, 100.0, 0.0, 0.05, 0.2, 0.0),
    ("call", 90.0, 100.0, 0.0, 0.05, 0.2, 0.0),
    ("put", 90.0, 100.0, 1.0, 0.05, 0.0, 0.0),
    ("put", 90.0, 100.0, 1.0, 0.05, 1e-12, 0.02),
    ("put", 130.0, 100.0, 10.0, 0.05, 1e-6, 0.2),
    ("call", 90.0, 100.0, 1.0, 0.05, 0.2, 0.0),
    ("put", 90.0, 100.0, 1.0, 0.0, 0.2, 0.03),
    ("put", 90.0, 100.0, 1.0, 0.0, 0.2, -0.03),
    ("put", 95.0, 100.0, 1.0, -0.02, 0.2, -0.05),
    ("call", 95.0, 100.0, 1.0, -0.05, 0.2, -0.02),
    ("put", 10.0, 100.0, 1.0, 0.05, 0.2, 0.0),
    ("put", 1e-6, 1e9, 1000.0, 0.05, 0.2, 0.0),
    ("call", 1e9, 1e-6, 1000.0, 0.05, 0.2, 0.01),
    ("put", 120.0, 100.0, 1000.0, 0.05, 0.3, 0.0),
    ("put", 120.0, 100.0, 1.0, 10.0, 0.3, 0.0),
    ("put", 100.0, 100.0, 1e-6, 0.05, 0.3, 0.0),
    ("put", 100.0, 100.0, 1.0, 0.05, 30.0, 0.02),
    ("put", 100.0, 100.0, 1000.0, -1.0, 0.3, 0.0),
    ("put", 100.0, 100.0, 2.0, 0.05, 0.3, 1e-300),
]


def test_edges() -> None:
    _agree([list(column) for column in zip(*EDGES, strict=True)])


def test_steps_dividends_and_methods() -> None:
    spots = np.array([80.0, 100.0, 120.0])
    trees = american_option("put", spots, 100.0, 1.0, 0.05, 0.3, 0.01, [50, 51, 1])
    for place, steps in enumerate((50, 51, 1)):
        scalar = xlfuncs.american_option("put", float(spots[place]), 100, 1, 0.05, 0.3, 0.01, steps)
        assert trees[place] == pytest.approx(scalar, rel=1e-12)
    paying = american_option("call", spots, 100.0, 1.0, 0.05, 0.3, 0.0, None, [0.5], [2.0])
    for spot, value in zip(spots.tolist(), paying.tolist(), strict=True):
        terms = ("call", spot, 100, 1, 0.05, 0.3, 0, None, [0.5], [2])
        assert value == xlfuncs.american_option(*terms)
    methods = np.array(["exact", "ju-zhong", "barone-adesi-whaley"], dtype=object)
    mixed = american_option("put", 100.0, 100.0, 1.0, 0.05, 0.3, method=methods)
    for method, value in zip(methods.tolist(), mixed.tolist(), strict=True):
        scalar = xlfuncs.american_option("put", 100, 100, 1, 0.05, 0.3, 0, None, (), (), method)
        assert value == pytest.approx(scalar, rel=1e-12)


def test_where_there_is_no_value() -> None:
    """Not a number where the scalar function refuses for what the arguments are together."""
    sunk = american_option("put", [50.0, 100.0], 50.0, 1.0, 0.05, 0.3, 0.0, None, [0.25], [60.0])
    assert np.isnan(sunk[0])
    assert sunk[1] > 0.0
    long = american_option("call", 100.0, 100.0, [1.0, 1000.0], -0.5, 0.01, -0.4)
    assert np.isnan(long).tolist() == [False, True]
    assert np.isnan(american_option("put", 50.0, 50.0, 1.0, 0.5, 0.05, 0.0, [50, 500])[0])
    with pytest.raises(xlfuncs.InputError, match="method must be exact with steps or dividends"):
        american_option("put", [50.0, 60.0], 50.0, 1.0, 0.05, 0.3, 0.0, 50, method="ju-zhong")


def test_shapes() -> None:
    table = american_option("put", [[80.0], [100.0]], [90.0, 100.0, 110.0], 1.0, 0.05, 0.3)
    assert table.shape == (2, 3)
    single = american_option("put", 100.0, 100.0, 1.0, 0.05, 0.3)
    assert np.ndim(single) == 0
    assert american_option("put", [], 100.0, 1.0, 0.05, 0.3).shape == (0,)
    with pytest.raises(xlfuncs.BoundsError, match=r"spot\[1\] must be above 0"):
        american_option("put", [80.0, -1.0], 100.0, 1.0, 0.05, 0.3)
    with pytest.raises(xlfuncs.InputError, match="must have the same number of rows"):
        american_option("put", 80.0, 100.0, 1.0, 0.05, 0.3, 0.0, None, [0.5], [])
