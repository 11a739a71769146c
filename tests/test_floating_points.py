"""The points at which a floating value is computed: their errors, the lattice, the bridge."""

from __future__ import annotations

from math import fsum, sqrt

import numpy as np
import pytest

from tests.support.floating import told
from xlfuncs import dilution_fan, floating_conversion_value
from xlfuncs.arrays import floating as arrays
from xlfuncs.models.floating import kept
from xlfuncs.models.floating.lattice import (
    MOST_DIMENSIONS,
    SHIFTS,
    VECTOR,
    lattice_column,
    points_a_shift,
    shifted,
    shifts_from,
)
from xlfuncs.models.floating.shapes import bridge, walks_of

MATURITY = (5.0, 0.8, 0.045, 658, 1000.0, 156.493151, 6.03, 10, 6, 1.01, 952 / 365)


def test_the_standard_error_is_honest() -> None:
    """Over many seeds the errors made are as large as those that are told."""
    arguments = (5.0, 0.8, 0.045, 12, 1000.0, 0.0, 4.9, 10, 6, 1.01)
    exact = arrays.floating_conversion_value(*arguments, points=262_144, seed=99)
    for name, error in [
        ("value", "standard error"),
        ("mean shares", "standard error of mean shares"),
    ]:
        runs = [told(*arguments, points=256, seed=seed) for seed in range(40)]
        parts = [(one[name] - exact[name]) / one[error] for one in runs]
        assert 0.8 < sqrt(fsum(z * z for z in parts) / len(parts)) < 1.4
        assert max(map(abs, parts)) < 4.0


def test_a_price_that_no_point_crosses_still_counts() -> None:
    """Just within reach of the lowest windows, no point sees it: the error is not 0."""
    figures = told(5.0, 0.8, 0.05, 10, 1000.0, 0.0, 3.5, 10, 6, 1.01, points=64)
    assert figures["chance that the variable price binds"] == 0.0
    assert figures["standard error"] > 0.0
    out_of_reach = told(5.0, 0.8, 0.05, 10, 1000.0, 0.0, 0.5, 10, 6, 1.01, points=64)
    assert out_of_reach["standard error"] < 1e-10
    assert out_of_reach["value"] == pytest.approx(10_000.0, rel=1e-12)


def test_more_points_are_nearer_and_a_seed_is_repeated() -> None:
    errors = [told(*MATURITY, points=points)["standard error"] for points in (64, 1024, 16_384)]
    assert errors[0] > 3 * errors[1] > 9 * errors[2]
    assert told(*MATURITY, seed=7) == told(*MATURITY, seed=7) != told(*MATURITY, seed=8)
    assert told(*MATURITY, points=16_000) == told(*MATURITY)


def test_the_lattice_is_better_than_chance() -> None:
    """The mean of a product with mean 1 in nine dimensions: an error far below that of chance."""
    for count in (64, 1024):
        columns = np.array([lattice_column(count, dimension) for dimension in range(9)])
        errors = []
        for shift in shifts_from(1, 9):
            folded = np.array([shifted(list(c), s) for c, s in zip(columns, shift, strict=True)])
            weights = 1.0 / np.arange(1, 10)[:, None] ** 2
            errors.append(np.prod(1 + weights * (folded**2 - 1 / 3), axis=0).mean() - 1.0)
        assert sqrt(np.mean(np.square(errors))) < 0.25 / count


def test_the_vector_has_a_component_for_every_dimension() -> None:
    assert len(VECTOR) == len(set(VECTOR)) == MOST_DIMENSIONS
    assert all(one % 2 for one in VECTOR)
    assert [points_a_shift(SHIFTS * n) for n in (1, 2, 3, 1024, 1025)] == [1, 2, 4, 1024, 2048]


@pytest.mark.parametrize("days", [1, 2, 9, 19])
def test_the_bridge_makes_a_random_walk(days: int) -> None:
    """Covariances of the walk are the lesser of two days."""
    made = np.zeros((days + 1, days))
    for place, step in enumerate(bridge(days)):
        made[step.day] = step.weight_before * made[step.before]
        if step.after != step.day:
            made[step.day] += step.weight_after * made[step.after]
        made[step.day, place] = step.deviation
    covariances = made[1:] @ made[1:].T
    assert covariances == pytest.approx(np.minimum.outer(*[np.arange(1, days + 1)] * 2))


def test_only_a_set_of_points_that_is_not_large_is_kept() -> None:
    assert walks_of(2, 1024, 3) is walks_of(2, 1024, 3)
    assert not isinstance(walks_of(90, 16_384, 3), list)
    rounded_up = walks_of(20, 16_385, 3)  # 32,768 points are drawn
    assert not isinstance(rounded_up, list)


def test_what_is_kept_is_what_was_computed() -> None:
    """A table asked for again is the same to the last digit, and nobody's change stays in it."""
    kept.forget()
    contracts = [
        (*MATURITY[:1], volatility, *MATURITY[2:], cap)
        for volatility in (0.5, 0.8)
        for cap in (None, 338.1275)
    ]
    first = [told(*contract, points=64) for contract in contracts]
    again = [told(*contract, points=64) for contract in contracts]
    kept.forget()
    anew = [told(*contract, points=64) for contract in reversed(contracts)]
    assert first == again == anew[::-1]
    table = floating_conversion_value(*MATURITY, points=64)
    table[0][1] = 0.0
    assert (
        floating_conversion_value(*MATURITY, points=64)[0][1] == told(*MATURITY, points=64)["value"]
    )
    assert floating_conversion_value(*MATURITY, points=64)[0][1] > 1000.0


def test_a_grid_is_computed_once_for_all_its_cells() -> None:
    """Five prices at one volatility share the shapes; six figures of a price share the table."""
    kept.forget()
    for _ in range(6):
        for price in (2.5, 3.75, 5.0, 6.25, 7.5):
            told(price, *MATURITY[1:], points=64)
    counted = kept.figures_of.cache_info()
    assert (counted.misses, counted.hits) == (5, 25)
    fan = (5.0, 0.8, 0.045, [10, 300, 658], 1000.0, [1.0, 60.0, 156.0], 6.03, 10, 6, 1.01)
    assert dilution_fan(*fan, points=64) == dilution_fan(*fan, points=64)
    assert kept.figures_of.cache_info().misses == 8
    assert counted.maxsize is not None


def test_shapes_of_many_points_are_not_kept() -> None:
    kept.forget()
    told(5.0, 0.8, 0.045, 3, 1000.0, 0.0, None, 3, 2, 1.01, points=2 * kept.MOST_POINTS)
    assert kept._kept_shapes.cache_info().currsize == 0
