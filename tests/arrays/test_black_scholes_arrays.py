"""Array values are the scalar ones to 1e-12, compiled and not, in the tails and at the edges."""

from __future__ import annotations

import datetime as dt
import doctest
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pandas as pd
import pytest

import xlfuncs
from tests.support import oracles, polynomials
from xlfuncs import BoundsError, InputError, XlfuncsError, arrays
from xlfuncs.arrays import compiled, kernels, normal, prices

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGREED = 1e-12
COUNT = 3_000
GREEKS = ("delta", "gamma", "vega", "theta", "rho")

with_and_without = pytest.mark.parametrize(
    "kernel", [False, True], indirect=True, ids=["numpy", "numba"]
)


@pytest.fixture
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether even a few values are computed by the compiled kernel."""
    wanted: bool = request.param
    monkeypatch.setattr(compiled, "ENOUGH", 0 if wanted else 10**9)
    return wanted


def grid(name: str, count: int = COUNT) -> list[Any]:
    """Arguments of `count` options of one kind."""
    random = np.random.default_rng(sum(map(ord, name)))

    def spread(low: float, high: float) -> NDArray[np.float64]:
        return np.exp(random.uniform(np.log(low), np.log(high), count))

    kinds = np.where(random.random(count) < 0.5, "call", "put")
    spots, years, vols = spread(1.0, 100.0), spread(0.01, 30.0), spread(0.01, 3.0)
    rates, yields = random.uniform(-0.2, 0.5, (2, count))
    strikes = spots * spread(0.2, 5.0)
    if name == "tails":
        strikes = spots * np.exp(random.uniform(-40.0, 40.0, count) * vols * np.sqrt(years))
        strikes = np.clip(strikes, 1e-8, 1e8)
    elif name == "narrow":
        vols, yields = spread(1e-9, 0.02), rates  # a drift's last digit would be all that counts
        strikes = spots * np.exp(random.uniform(-37.0, 37.0, count) * vols * np.sqrt(years))
    elif name == "wide":
        spots, strikes = spread(1e-300, 1e9), spread(1e-300, 1e9)
        years, vols = spread(1e-9, 1000.0), spread(1e-9, 10_000.0)
        rates, yields = random.uniform(-1.0, 10.0, (2, count))
    elif name == "edges":
        pick = random.choice
        spots, strikes = pick([5e-324, 1e-300, 1.0, 40.0, 42.0, 1e9], (2, count))
        years, vols = pick([0.0, 1e-300, 0.5, 1000.0], count), pick([0.0, 5e-324, 0.2, 1e4], count)
        rates, yields = pick([-1.0, -0.05, 0.0, 0.1, 10.0], (2, count))
    return [kinds, spots, strikes, years, rates, vols, yields]


def scalar_of(function: Any, *arguments: Any) -> float:
    """The scalar function's value, NaN where it has none."""
    try:
        return float(function(*arguments))
    except BoundsError:
        return float("nan")


def apart(
    found: NDArray[np.float64], expected: NDArray[np.float64], scale: NDArray[np.float64] | float
) -> float:
    """The largest difference, for each its scale; NaN must meet NaN."""
    assert (np.isnan(found) == np.isnan(expected)).all()
    there = ~np.isnan(found)
    gap = np.abs(found - expected)[there]
    return float(np.max(gap / np.broadcast_to(scale, found.shape)[there], initial=0.0))


@pytest.mark.usefixtures("kernel")
@with_and_without
@pytest.mark.parametrize("name", ["common", "tails", "narrow", "wide", "edges"])
def test_prices_are_the_scalar_ones(name: str) -> None:
    arguments = grid(name)
    found = arrays.black_scholes(*arguments)
    rows = zip(*(one.tolist() for one in arguments), strict=True)
    expected = np.array([scalar_of(xlfuncs.black_scholes, *row) for row in rows])
    kinds, spots, strikes, years, rates, _, yields = arguments
    with np.errstate(over="ignore"):
        largest = np.maximum(spots * np.exp(-yields * years), strikes * np.exp(-rates * years))
    assert apart(found, expected, np.maximum(largest, 1e-300)) < AGREED
    if name in {"common", "tails", "narrow"}:
        sign = np.where(kinds == "call", 1.0, -1.0)
        out_of_the_money = sign * (np.log(spots / strikes) + (rates - yields) * years) < 0.0
        tail = out_of_the_money & (expected > 1e-290)
        assert tail.sum() > COUNT / 4
        assert apart(found[tail], expected[tail], expected[tail]) < AGREED


@pytest.mark.usefixtures("kernel")
@with_and_without
def test_prices_against_fifty_digits() -> None:
    arguments = [one[:300] for one in grid("tails")]
    found = arrays.black_scholes(*arguments)
    for value, *row in zip(found, *(one.tolist() for one in arguments), strict=True):
        true = oracles.option_value(*row)
        assert abs(value - true) <= 1e-13 * max(row[1], row[2])


@pytest.mark.usefixtures("kernel")
@with_and_without
def test_numbers_and_columns_are_broadcast() -> None:
    spots, strikes = np.array([[41.0], [42.0], [43.0]]), np.array([40.0, 45.0])
    found = arrays.black_scholes("put", spots, strikes, 0.5, 0.1, 0.2)
    assert found.shape == (3, 2)
    for row, spot in enumerate(spots.ravel().tolist()):
        for column, strike in enumerate(strikes.tolist()):
            value = xlfuncs.black_scholes("put", spot, strike, 0.5, 0.1, 0.2)
            assert found[row, column] == pytest.approx(value, rel=AGREED)
    one = arrays.black_scholes("call", 42, 40, 0.5, 0.1, 0.2)
    assert np.ndim(one) == 0
    assert float(one) == pytest.approx(4.759422392871532, rel=AGREED)
    assert arrays.black_scholes("call", [], 40.0, 0.5, 0.1, 0.2).shape == (0,)
    series = pd.Series([42.0, 42.0], index=["a", "b"])
    kinds = pd.Series(["call", "put"])
    assert arrays.black_scholes(kinds, series, 40.0, 0.5, 0.1, 0.2).round(4).tolist() == [
        4.7594, 0.8086,
    ]  # fmt: skip


@pytest.mark.usefixtures("kernel")
@with_and_without
@pytest.mark.parametrize(
    ("place", "bad", "kind", "says"),
    [
        (1, -1.0, BoundsError, "spot[7] must be above 0"),
        (1, float("nan"), BoundsError, "spot[7] must be a finite number, not nan"),
        (1, 1.1e9, BoundsError, "spot[7] must be above 0 and at most 1,000,000,000"),
        (2, 0.0, BoundsError, "strike[7] must be above 0"),
        (2, float("nan"), BoundsError, "strike[7] must be a finite"),
        (2, float("inf"), BoundsError, "strike[7] must be a finite"),
        (3, -1e-9, BoundsError, "years[7] must be from 0 to 1,000"),
        (3, 1000.1, BoundsError, "years[7] must be from 0 to 1,000"),
        (3, float("nan"), BoundsError, "years[7] must be a finite"),
        (4, -1.0000000000000002, BoundsError, "rate[7] must be from -1 to 10"),
        (4, float("nan"), BoundsError, "rate[7] must be a finite"),
        (5, -0.1, BoundsError, "volatility[7] must be from 0 to 10,000"),
        (5, float("nan"), BoundsError, "volatility[7] must be a finite"),
        (6, 10.1, BoundsError, "dividend_yield[7] must be from -1 to 10"),
        (6, float("nan"), BoundsError, "dividend_yield[7] must be a finite"),
    ],
)
def test_one_bad_element_is_found(
    place: int, bad: float, kind: type[XlfuncsError], says: str
) -> None:
    arguments = grid("common", 20)
    arguments[place][7] = bad
    with pytest.raises(kind) as caught:
        arrays.black_scholes(*arguments)
    assert says in str(caught.value)


@pytest.mark.usefixtures("kernel")
@with_and_without
def test_both_prices_below_zero_are_refused() -> None:
    with pytest.raises(BoundsError, match=r"spot\[0\]"):
        arrays.black_scholes("call", [-1.0, 1.0], [-1.0, 1.0], 0.5, 0.1, 0.2)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match=r"spot \(2,\), strike \(3,\)"):
        arrays.black_scholes("call", [1.0, 2.0], [1.0, 2.0, 3.0], 0.5, 0.1, 0.2)


@pytest.mark.parametrize("name", ["common", "tails", "narrow", "edges"])
@pytest.mark.parametrize("greek", GREEKS)
def test_greeks_are_the_scalar_ones(name: str, greek: str) -> None:
    arguments = grid(name, 800)
    found = arrays.black_scholes_greek(greek, *arguments)
    rows = list(zip(*(one.tolist() for one in arguments), strict=True))
    function = xlfuncs.black_scholes_greek
    expected = np.array([scalar_of(function, greek, *row) for row in rows])
    scale = np.maximum(np.abs(expected), 1e-290)
    if greek == "theta":  # a difference: of the size of what it is the difference of
        _, spots, strikes, years, rates, _, yields = arguments
        with np.errstate(over="ignore"):
            carried = np.abs(yields) * spots * np.exp(-yields * years)
            scale += carried + np.abs(rates) * strikes * np.exp(-rates * years)
    assert apart(found, expected, scale) < AGREED


def test_the_greek_may_differ_from_row_to_row() -> None:
    found = arrays.black_scholes_greek(list(GREEKS), "call", 49.0, 50.0, 0.3846, 0.05, 0.20)
    assert found.round(4).tolist() == [0.5216, 0.0655, 12.1052, -4.3054, 8.9066]
    infinite = arrays.black_scholes_greek("gamma", "call", [40.0, 41.0], 40.0, 0.0, 0.0, 0.2)
    assert np.isnan(infinite[0])
    assert infinite[1] == 0.0


def test_warrant_values_and_amounts_are_the_scalar_ones() -> None:
    stocks = np.linspace(0.5, 30.0, 60)
    found = arrays.black_scholes_warrant_value(stocks, 6.7838, 4.6, 0.045, 0.70)
    for value, stock in zip(found, stocks.tolist(), strict=True):
        expected = xlfuncs.black_scholes_warrant_value(stock, 6.7838, 4.6, 0.045, 0.70)
        assert value == pytest.approx(expected, rel=AGREED)
    days = np.datetime64("1999-09-01") + np.arange(0, 1500, 25)
    expiry = dt.date(2003, 7, 27)
    bases = np.array(["continuous", "bond-equivalent"])[:, None]
    amounts = arrays.black_scholes_amount(6.0, 6.7838, days, expiry, 0.0575, 0.70, bases, 365)
    assert amounts.shape == (2, 60)
    assert amounts[:, 0].round(9).tolist() == [3.213340884, 3.208736022]
    for row, basis in enumerate(["continuous", "bond-equivalent"]):
        for value, day in zip(amounts[row], days.tolist(), strict=True):
            given = (6.0, 6.7838, day, expiry, 0.0575, 0.70, basis)
            single = scalar_of(xlfuncs.black_scholes_amount, *given)
            assert value == pytest.approx(single, rel=AGREED, nan_ok=True)
    assert np.isnan(amounts[0, -1])  # a notice after the expiry


def test_the_normal_distribution_far_into_its_tails() -> None:
    points = np.concatenate([np.linspace(0.0, 26.0, 261), np.geomspace(1e-8, 1e3, 40)])

    def scaled(z: Any) -> Any:
        return mpmath.exp(z * z) * mpmath.erfc(z)

    def ratio(z: Any) -> Any:
        return mpmath.sqrt(mpmath.pi / 2) * scaled(z / mpmath.sqrt(2))

    functions: dict[Any, Any] = {
        normal.erfcx: scaled,
        normal.mills_ratio: ratio,
        normal.mills_slope: lambda z: 1 - z * ratio(z),
    }
    with mpmath.workdps(50):
        for ours, true in functions.items():
            for found, point in zip(ours(points), points.tolist(), strict=True):
                assert abs(found / true(mpmath.mpf(point)) - 1) < 2e-15
        for found, point in zip(normal.erfc(points[:261] - 6), points[:261] - 6, strict=True):
            assert abs(found / mpmath.erfc(mpmath.mpf(float(point))) - 1) < 1e-13
    assert normal.erfcx(np.array([np.inf])).tolist() == [0.0]
    assert float(normal.distribution(np.array(0.0))) == 0.5
    assert normal.density(np.zeros(2)).tolist() == [1.0 / normal.SQRT_TWO_PI] * 2


def test_the_coefficients_can_be_made_again() -> None:
    over, under = polynomials.tail_quotient()
    for ours, made in (
        (normal.ERFCX, polynomials.tail_coefficients()),
        (normal.SLOPE, polynomials.slope_coefficients()),
        (kernels.EXP, polynomials.exponential_coefficients()),
        (kernels.LOG, polynomials.logarithm_coefficients()),
        (kernels.OVER, over),
        (kernels.UNDER, under),
    ):
        assert list(ours) == pytest.approx(made, rel=1e-12)


def test_which_computes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert arrays.compiled_by().startswith("numba ")
    assert compiled.kernel("black_scholes", compiled.ENOUGH) is kernels.black_scholes
    assert compiled.kernel("black_scholes", compiled.ENOUGH - 1) is None
    assert compiled.kernel("no such kernel", compiled.ENOUGH) is None
    monkeypatch.setenv("XLFUNCS_COMPILED", "0")
    compiled._module.cache_clear()
    assert arrays.compiled_by() == "numpy"
    assert compiled.kernel("black_scholes", 10**6) is None
    monkeypatch.undo()
    compiled._module.cache_clear()


@pytest.mark.parametrize("module", ["black_scholes", "compiled", "lookback", "volatility"])
def test_examples_are_true(module: str) -> None:
    done = doctest.testmod(import_module(f"xlfuncs.arrays.{module}"))
    assert done.attempted
    assert not done.failed


def test_nothing_needs_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("kernels", "lookback_kernels"):
        monkeypatch.delitem(sys.modules, f"xlfuncs.arrays.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(compiled, "ENOUGH", 0)
    compiled._module.cache_clear()
    assert arrays.compiled_by() == "numpy"
    assert arrays.black_scholes("call", [42.0], 40.0, 0.5, 0.1, 0.2).round(4).tolist() == [4.7594]
    monkeypatch.undo()
    compiled._module.cache_clear()


def test_chunks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "ENOUGH", 10**9)
    arguments = grid("common", 2500)
    whole = arrays.black_scholes(*arguments)
    monkeypatch.setattr(prices, "CHUNK", 999)
    parts = arrays.black_scholes(*arguments)
    assert apart(parts, whole, np.maximum(whole, 1e-6)) < 1e-13
