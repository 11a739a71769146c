"""The exercise boundaries of many American puts at once: the steps of the scalar model, on arrays.

The same equation, tables, first guess and panels as in `xlfuncs.models.american.boundary`. An
option whose boundary is not found at the first attempt is left to the scalar function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xlfuncs.arrays.normal import SQRT_HALF, erfc
from xlfuncs.models.american.boundary import (
    ARRIVAL,
    CONVERGED,
    DECAYS,
    DENSITY,
    DRIFTS,
    FLOOR,
    LONGER_PANEL,
    MOST_CHANGE,
    PANEL_POINTS,
    PANELS,
    RELAXED,
    SWIFT,
    TINY,
    TOP_SLOPE,
    TURNS,
)
from xlfuncs.models.american.tables import chebyshev, gauss_legendre, tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


class Puts(NamedTuple):
    """Puts whose strike is 1, time counted in variance: an array of each quantity."""

    rate: Doubles
    dividend_yield: Doubles
    drift: Doubles
    top: Doubles
    excess: Doubles
    perpetual_gap: Doubles
    settled: Doubles
    variance: Doubles

    def some(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Puts:
        """Those of some places."""
        return Puts(*(one[which] for one in self))


def puts(rate: Doubles, dividend_yield: Doubles, variance: Doubles) -> Puts:
    """What follows from the rates alone, some above zero or the yield below."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        drift = rate - dividend_yield - 0.5
        root = np.sqrt(drift * drift + 2.0 * rate)
        power = np.where(drift > 0.0, drift + root, 2.0 * rate / (root - drift))
        power = np.where((drift <= 0.0) & ~(root > drift), 0.0, power)
        higher = (rate > 0.0) & (rate < dividend_yield)
        top = np.where(higher, np.minimum(np.log(rate / dividend_yield), 0.0), 0.0)
        gap = np.where(power > 0.0, np.log((power + 1.0) / power) + top, np.inf)
        settled = RELAXED / (rate + 0.5 * drift * drift)
    excess = np.maximum(rate - dividend_yield, 0.0)
    return Puts(rate, dividend_yield, drift, top, excess, gap, settled, variance)


def boundaries(some: Puts, count: int, integral_points: int) -> Doubles:
    """The gaps at the Chebyshev points, a row an option; NaN where the turns do not close in."""
    points = np.array(tables(count, integral_points).points)
    gaps = first_guess(some, points)
    waiting = np.arange(len(gaps))
    with np.errstate(all="ignore"):  # what overflows is not finite, and is left out below
        for _ in range(TURNS):
            here = some.some(waiting)
            old = gaps[waiting]
            errors, slopes = equations(here, old, count, integral_points)
            after = np.clip(old - solved(slopes, errors), old / MOST_CHANGE, old * MOST_CHANGE)
            change = np.abs(after / old - 1.0).max(axis=1)
            lost = ~(change < np.inf) | (after.max(axis=1) > MOST_CHANGE * here.perpetual_gap)
            gaps[waiting] = np.where(lost[:, None], np.nan, after)
            waiting = waiting[~lost & ~(change < CONVERGED)]
            if not waiting.size:
                break
    gaps[waiting] = np.nan
    return gaps


def first_guess(some: Puts, points: Doubles) -> Doubles:
    """How the gaps start, bent towards where they end."""
    root = np.sqrt(np.minimum(some.variance, some.settled))[:, None] * points
    time = root * root
    rate, excess, end = some.rate[:, None], some.excess[:, None], some.perpetual_gap[:, None]
    start = 8.0 * np.pi * time * excess**2 + 16.0 * np.pi * (rate * time) ** 2
    square = np.log(5.0 + 1.0 / np.maximum(start, TINY))
    gap = root * np.sqrt(np.where(some.top[:, None] == 0.0, square, TOP_SLOPE))
    with np.errstate(invalid="ignore"):
        return np.where(end < np.inf, -end * np.expm1(-gap / end), gap)


def equations(
    some: Puts, gaps: Doubles, count: int, integral_points: int
) -> tuple[Doubles, Doubles]:
    """How far each put's slope is from -1 at each point, and how each gap changes that."""
    shared = tables(count, integral_points)
    sines, cosines = np.array(shared.sines), np.array(shared.cosines)
    inner = np.array(shared.interpolation)
    rate, carry, drift = (
        one[:, None, None] for one in (some.rate, some.dividend_yield, some.drift)
    )
    last = np.sqrt(np.minimum(some.variance, some.settled))[:, None]
    ends = last * np.array(shared.points)
    roots = ends[:, :, None] * sines
    widths = 2.0 * ends[:, :, None] * (cosines * np.array(shared.weights))
    times = roots * roots
    floors = FLOOR * np.minimum(
        (ends[:, :, None] * cosines) ** 2, some.perpetual_gap[:, None, None] ** 2
    )
    squares = gaps * gaps
    flat = squares @ inner.reshape(-1, count).T
    square = flat.reshape(-1, count, integral_points)
    floors += TINY
    held = square > floors
    there = np.sqrt(np.where(held, square, floors))
    gap = gaps[:, :, None]
    d2 = (there - gap) / roots + drift * roots
    weight = DENSITY * widths * np.exp(gap - rate * times - 0.5 * d2 * d2)
    fall = np.expm1(-there)
    earned = weight * (some.excess[:, None, None] - carry * fall)
    by_distance = earned * d2 / roots

    yielding, advance = some.dividend_yield[:, None], some.drift[:, None]
    carried = np.exp(-yielding * ends * ends)
    d1 = (some.top[:, None] - gaps) / ends + (advance + 1.0) * ends
    errors = 0.5 * carried * erfc(-d1 * SQRT_HALF) - earned.sum(axis=2)
    own = -carried * DENSITY * np.exp(-0.5 * d1 * d1) / ends - (earned + by_distance).sum(axis=2)
    if np.any(some.dividend_yield):
        yields = carry * widths * roots * np.exp(-carry * times)
        errors += (0.5 * yields * erfc(-(d2 + roots) * SQRT_HALF)).sum(axis=2)
        own -= (carry * weight * (1.0 + fall)).sum(axis=2)
    others = np.where(held, by_distance / there, 0.0)
    slopes = np.einsum("mij,ijk->mik", others, inner, optimize=True) * gaps[:, None, :]
    places = np.arange(count)
    slopes[:, places, places] += own
    return errors, slopes


def solved(slopes: Doubles, errors: Doubles) -> Doubles:
    """The steps to take; NaN where there is no single solution."""
    sound = np.isfinite(slopes).all(axis=(1, 2)) & np.isfinite(errors).all(axis=1)
    steps = np.full_like(errors, np.nan)
    try:
        steps[sound] = np.linalg.solve(slopes[sound], errors[sound][:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # a single one of them is enough
        for place in np.flatnonzero(sound):
            try:
                steps[place] = np.linalg.solve(slopes[place], errors[place])
            except np.linalg.LinAlgError:
                continue
    return steps


def premiums(some: Puts, gaps: Doubles, distance: Doubles) -> Doubles:
    """The worth of early exercise, for shares whose log is so far above the boundary now."""
    short = some.variance <= some.settled
    gap = np.where(short, gaps[:, -1], some.perpetual_gap)
    height = distance - gap
    share = np.exp(height + some.top)
    edges = panel_edges(some, distance)
    starts, widths = edges[:, :-1], np.diff(edges, axis=1)
    options, panels = np.nonzero(widths > 0.0)
    points, weights = map(np.array, gauss_legendre(PANEL_POINTS))
    width = widths[options, panels][:, None]
    angle = starts[options, panels][:, None] + width * points
    root = np.sqrt(some.variance)[options][:, None]
    spent, left = root * np.sin(angle), root * np.cos(angle)
    end = np.sqrt(np.minimum(some.variance, some.settled))[options][:, None]
    place = left / end
    squares = interpolated(gaps[options] ** 2, np.minimum(place, 1.0))
    there = np.where(place < 1.0, np.sqrt(np.maximum(squares, 0.0)), gap[options][:, None])
    rate, carry, drift = (
        one[options][:, None] for one in (some.rate, some.dividend_yield, some.drift)
    )
    d2 = (height[options][:, None] + there) / spent + drift * spent
    time = spent * spent
    earned = rate * np.exp(-rate * time) * erfc(d2 * SQRT_HALF)
    if np.any(carry):
        lost = share[options][:, None] * np.exp(-carry * time)
        earned -= carry * lost * erfc((d2 + spent) * SQRT_HALF)
    parts = (earned * weights * width * spent * left).sum(axis=1)
    return np.bincount(options, parts, minlength=len(gaps)).astype(np.float64)


def interpolated(values: Doubles, places: Doubles) -> Doubles:
    """Each row's values at its places, from those at the Chebyshev points and 0 at 0."""
    points, weights = map(np.array, chebyshev(values.shape[1]))
    apart = places[:, :, None] - points
    exact = apart == 0.0
    parts = weights / np.where(exact, 1.0, apart)
    on_point = exact.any(axis=2, keepdims=True)
    parts = np.where(on_point, exact, parts)
    found: Doubles = np.einsum("rpk,rk->rp", parts[:, :, 1:], values) / parts.sum(axis=2)
    return found


def panel_edges(some: Puts, distance: Doubles) -> Doubles:
    """The angles between which the worth of early exercise is summed, a row an option."""
    beyond = np.full_like(distance, np.inf)
    columns = [distance * part for part in PANELS]
    speed = np.abs(some.drift)
    with np.errstate(divide="ignore", invalid="ignore"):
        swift = speed * np.sqrt(some.variance) > SWIFT
        columns += [np.where(swift, part / speed, beyond) for part in DRIFTS]
        falling = some.drift < 0.0
        arrival, width = np.sqrt(distance / speed), ARRIVAL / speed
        for one in (np.maximum(arrival - width, 0.0), arrival, arrival + width):
            columns.append(np.where(falling, one, beyond))
        for rate in (some.rate, some.dividend_yield):
            columns += [np.where(rate > 0.0, part / np.sqrt(rate), beyond) for part in DECAYS]
    older = np.sqrt(np.maximum(some.variance - some.settled, 0.0))
    columns += [LONGER_PANEL * older, older]
    sines = np.minimum(np.stack(columns, axis=1) / np.sqrt(some.variance)[:, None], 1.0)
    ends = np.broadcast_to([0.0, 0.5 * np.pi], (len(distance), 2))
    return np.sort(np.concatenate([np.arcsin(sines), ends], axis=1), axis=1)
