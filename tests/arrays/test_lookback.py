"""The means of the lowest closes are those of sorting each window by itself."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlfuncs
from xlfuncs import BoundsError, InputError, MissingDataError, arrays
from xlfuncs.arrays import compiled, lookback, network

RANDOM = np.random.default_rng(6)


def sorted_means(closes: Any, days: int, lowest: int) -> list[float]:
    """Each window sorted, and its lowest closes averaged in exact fractions."""
    windows = [sorted(closes[start : start + days]) for start in range(len(closes) - days + 1)]
    return [float(sum(map(Fraction, one[:lowest])) / lowest) for one in windows]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(data=st.data())
def test_windows_of_any_size(data: st.DataObject) -> None:
    days = data.draw(st.integers(1, 25))
    lowest = data.draw(st.integers(1, days))
    price = st.one_of(st.sampled_from([1.0, 2.0, 3.0]), st.floats(1e-9, 1e9))
    closes = data.draw(st.lists(price, min_size=days, max_size=days + 12))
    found = arrays.lowest_mean(closes, days, lowest)
    assert found.tolist() == pytest.approx(sorted_means(closes, days, lowest), rel=1e-14)


@pytest.mark.parametrize(("days", "lowest"), [(10, 6), (10, 1), (10, 10), (1, 1), (5, 3), (70, 9)])
def test_blocks_join_without_a_seam(
    days: int, lowest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookback, "CHUNK", 256)
    monkeypatch.setattr(lookback, "ROW", 8)
    closes = RANDOM.uniform(1.0, 9.0, (150, 19))
    expected = np.array([sorted_means(row.tolist(), days, lowest) for row in closes.T]).T
    for laid in (closes, np.asfortranarray(closes), closes[:, ::-1][:, ::-1], pd.DataFrame(closes)):
        found = arrays.lowest_mean(laid, days, lowest)
        assert found.shape == (151 - days, 19)
        assert found == pytest.approx(expected, rel=1e-14)
    across = arrays.lowest_mean(closes.T, days, lowest, axis=1)
    assert across == pytest.approx(expected.T, rel=1e-14)
    deep = arrays.lowest_mean(closes.reshape(150, 19, 1).repeat(2, axis=2), days, lowest)
    assert deep == pytest.approx(expected[:, :, None].repeat(2, axis=2), rel=1e-14)
    middle = np.ascontiguousarray(closes.T.reshape(1, 19, 150).repeat(2, axis=0))
    assert arrays.lowest_mean(middle, days, lowest, axis=2) == pytest.approx(
        expected.T[None].repeat(2, axis=0), rel=1e-14
    )


@pytest.mark.parametrize(("days", "lowest"), [(10, 6), (1, 1), (7, 7), (16, 1)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_compiled_means_are_the_same(
    days: int, lowest: int, order: Literal["C", "F"], monkeypatch: pytest.MonkeyPatch
) -> None:
    closes = np.asarray(RANDOM.uniform(1.0, 9.0, (137, 71)), order=order)
    on_numpy = arrays.lowest_mean(closes, days, lowest)
    monkeypatch.setattr(compiled, "ENOUGH_WINDOWS", 0)
    assert (arrays.lowest_mean(closes, days, lowest) == on_numpy).all()
    readable = closes.view()
    readable.flags.writeable = False
    assert (arrays.lowest_mean(readable, days, lowest) == on_numpy).all()


def test_the_window_is_that_of_the_variable_price() -> None:
    bids = [5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875]
    days = [dt.date(1999, 7, day) for day in (19, 20, 21, 22, 23, 26, 27, 28, 29, 30)]
    price = xlfuncs.variable_conversion_price(dt.date(1999, 8, 2), days, bids, 10, 6, 1.01)
    found = arrays.lowest_mean(bids, 10, 6)
    assert found.shape == (1,)
    assert found[0] == pytest.approx(4.958333333333333, rel=1e-15)
    assert 1.01 * found[0] == pytest.approx(price, rel=1e-15)


def test_only_what_is_needed_is_planned() -> None:
    """Ten days, six lowest: three comparisons in pairs, four into five, four minima, five sums."""
    steps = network.Network(network.Plan(10, 6), 64, 1)._steps
    counts = {
        one: sum(step[0] is one for step in steps) for one in (np.minimum, np.maximum, np.add)
    }
    assert counts == {np.minimum: 12, np.maximum: 8, np.add: 5}
    least = network.Network(network.Plan(10, 1), 64, 1)._steps
    assert all(step[0] is np.minimum for step in least)


@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        (([5.0, 4.0], 3, 1), MissingDataError, "closes has 2 days, a window of lookback_days"),
        (([5.0, 4.0], 2, 3), BoundsError, "lowest_count 3 must not be above lookback_days 2"),
        (([5.0, 0.0], 2, 1), BoundsError, "closes[1] must be above 0"),
        (([5.0, float("nan")], 2, 1), BoundsError, "closes[1] must be a finite number"),
        (([5.0, "x"], 2, 1), InputError, "closes[1] must be a number, not 'x'"),
        (([5.0, 4.0], 1.5, 1), BoundsError, "lookback_days must be a whole number, not 1.5"),
        (([5.0, 4.0], 0, 1), BoundsError, "lookback_days must be from 1 to 100,000, not 0"),
        (([5.0, 4.0], [1, 2], 1), InputError, "lookback_days must be one number"),
        (([5.0, 4.0], 2, 1, 1), InputError, "closes has no axis 1, it has 1"),
        ((5.0, 1, 1), InputError, "closes has no axis 0, it has 0"),
    ],
)
def test_what_is_wrong_is_said(arguments: Any, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind) as caught:
        arrays.lowest_mean(*arguments)
    assert says in str(caught.value)
