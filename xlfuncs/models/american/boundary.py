"""The exercise boundary of an American put, found to many digits, and the put's premium over it.

Kim's equation in the form of its slope: along the boundary the put falls by one for each unit that
the share rises. Both sides are integrals over the boundary at all shorter times. It is held at
Chebyshev points, as Andersen, Lake and Offengenden hold it, and found by Newton's method, whose
derivatives cost little more than the integrals.

Strike and volatility are 1 here: time is counted in units of variance, and the rates by it. The
boundary is `top` × exp(-gap), and the gap's square, nearly a smooth function of the root of the
time left, is what is interpolated.
"""

from itertools import pairwise
from math import asin, cos, erfc, exp, expm1, inf, isfinite, log, pi, sin, sqrt
from operator import mul
from typing import NamedTuple

from xlfuncs.models.american.tables import Tables, gauss_legendre, interpolate_at, tables

SQRT_HALF = sqrt(0.5)
DENSITY = 1.0 / sqrt(2.0 * pi)
TINY = 1e-300
RELAXED = 25.0  # times of relaxation after which the boundary is that of a perpetual put
TURNS = 14  # of Newton's method
CONVERGED = 1e-8  # its steps square from turn to turn: the next would be of the order of rounding
MOST_CHANGE = 3.0  # of a gap in one turn
FLOOR = 0.02  # of the gap's square against time: keeps a first guess from crossing zero
RETRIES = 8  # each on a quarter of the time, from whose boundary the longer one is guessed
SHORTER = 4.0
PANEL_POINTS = 16
PANELS = (0.12, 0.35, 1.0, 3.0)  # edges, in units of the share's distance from the boundary
LONGER_PANEL = 0.25
ARRIVAL = 2.0  # half the width, in units of one over the drift, of the time of arrival
DECAYS = (1.5, 4.0)  # in units of one over the root of the rate
DRIFTS = (1.0, 3.0, 8.0)  # in units of one over the drift
SWIFT = 3.0  # a drift that over all the time takes the share so many deviations away
TOP_SLOPE = 0.816  # the square of how the gap starts, over root of time, where the yield is higher


class Scaled(NamedTuple):
    """The rates in units of variance, and what follows from them alone."""

    rate: float
    dividend_yield: float
    drift: float
    top: float  # logarithm of the boundary with no time left
    excess: float  # what exercise earns at the top
    perpetual_gap: float
    relaxation: float  # how fast a long put forgets its expiry


class Boundary(NamedTuple):
    """The boundary at the Chebyshev points, up to the time at which it has settled."""

    scaled: Scaled
    variance: float
    gaps: tuple[float, ...]


def scaled_rates(rate: float, dividend_yield: float) -> Scaled:
    """What follows from the rates; there must be a boundary, and only one.

    Some rate above zero, or none and a yield below zero.
    """
    drift = rate - dividend_yield - 0.5
    root = sqrt(drift * drift + 2.0 * rate)
    power = drift + root if drift > 0.0 else 2.0 * rate / (root - drift) if root > drift else 0.0
    top = min(0.0, log(rate / dividend_yield)) if 0.0 < rate < dividend_yield else 0.0
    return Scaled(
        rate,
        dividend_yield,
        drift,
        top,
        max(rate - dividend_yield, 0.0),
        log((power + 1.0) / power) + top if power > 0.0 else inf,
        rate + 0.5 * drift * drift,
    )


def boundary(scaled: Scaled, variance: float, count: int, integral_points: int) -> Boundary:
    """The boundary up to a time to expiry, in units of variance.

    Raises:
        ArithmeticError: Newton's method did not find it.
    """
    shared = tables(count, integral_points)
    settled = RELAXED / scaled.relaxation if scaled.relaxation > 0.0 else inf
    variance = min(variance, settled)
    for retry in range(RETRIES):
        shorter = variance / SHORTER**retry
        found = newton(scaled, shorter, shared, first_guess(scaled, shorter, shared))
        while found is not None and shorter < variance:
            shorter *= SHORTER
            found = newton(scaled, shorter, shared, guess_from(scaled, shared, found))
        if found is not None:
            return Boundary(scaled, variance, tuple(found))
    raise ArithmeticError("the exercise boundary was not found")


def first_guess(scaled: Scaled, variance: float, shared: Tables) -> list[float]:
    """How the gap starts, bent towards where it ends."""
    guess = []
    for point in shared.points:
        root = sqrt(variance) * point
        time = root * root
        start = 8.0 * pi * time * scaled.excess**2 + 16.0 * pi * (scaled.rate * time) ** 2
        square = log(5.0 + 1.0 / max(start, TINY)) if scaled.top == 0.0 else TOP_SLOPE
        guess.append(bent(root * sqrt(square), scaled.perpetual_gap))
    return guess


def guess_from(scaled: Scaled, shared: Tables, gaps: list[float]) -> list[float]:
    """The boundary of a longer time, guessed from the one that ends at a quarter of it."""
    squares = [gap * gap for gap in gaps]
    end, last = scaled.perpetual_gap, gaps[-1]
    straight = -end * log(max(1.0 - last / end, 1e-12)) if end < inf else last
    guess = []
    for point in shared.points:
        place = point * sqrt(SHORTER)
        if place <= 1.0:
            parts = interpolate_at(len(gaps), place)
            guess.append(sqrt(max(sum(map(mul, parts, squares)), TINY)))
        else:
            guess.append(bent(straight * place**0.8, end))
    return guess


def bent(gap: float, end: float) -> float:
    """A gap that grows at first as it is told to, and never passes where it ends."""
    return -end * expm1(-gap / end) if end < inf else gap


def newton(
    scaled: Scaled, variance: float, shared: Tables, gaps: list[float]
) -> list[float] | None:
    """The boundary, from a guess; None where the turns do not close in."""
    rows = [kernel(scaled, variance, shared, place) for place in range(len(gaps))]
    for _ in range(TURNS):
        squares = [gap * gap for gap in gaps]
        errors, slopes = [], []
        for place, row in enumerate(rows):
            try:
                error, slope = equation(scaled, row, shared, place, gaps, squares)
            except OverflowError:
                return None
            errors.append(error)
            slopes.append(slope)
        steps = solved(slopes, errors)
        if steps is None:
            return None
        after = [
            min(max(gap - step, gap / MOST_CHANGE), gap * MOST_CHANGE)
            for gap, step in zip(gaps, steps, strict=True)
        ]
        change = max(abs(new / old - 1.0) for new, old in zip(after, gaps, strict=True))
        gaps = after
        if not change < inf or max(gaps) > MOST_CHANGE * scaled.perpetual_gap:
            return None
        if change < CONVERGED:
            return gaps
    return None


class Kernel(NamedTuple):
    """What the equation at one point of the boundary needs and no gap changes."""

    root: float
    carried: float
    roots: tuple[float, ...]
    drifts: tuple[float, ...]
    densities: tuple[float, ...]
    yields: tuple[float, ...]
    floors: tuple[float, ...]
    columns: tuple[tuple[float, ...], ...]


def kernel(scaled: Scaled, variance: float, shared: Tables, place: int) -> Kernel:
    """The fixed part of the equation at one point of the boundary."""
    root = sqrt(variance) * shared.points[place]
    roots = tuple(root * sine for sine in shared.sines)
    widths = [
        2.0 * root * cosine * weight
        for cosine, weight in zip(shared.cosines, shared.weights, strict=True)
    ]
    terms = list(zip(roots, widths, strict=True))
    end = scaled.perpetual_gap**2
    yields = [
        scaled.dividend_yield * width * one * exp(-scaled.dividend_yield * one * one)
        for one, width in terms
    ]
    return Kernel(
        root=root,
        carried=exp(-scaled.dividend_yield * root * root),
        roots=roots,
        drifts=tuple(scaled.drift * one for one in roots),
        densities=tuple(DENSITY * width * exp(-scaled.rate * one * one) for one, width in terms),
        yields=tuple(yields),
        floors=tuple(FLOOR * min((root * cosine) ** 2, end) + TINY for cosine in shared.cosines),
        columns=tuple(zip(*shared.interpolation[place], strict=True)),
    )


def equation(
    scaled: Scaled,
    row: Kernel,
    shared: Tables,
    place: int,
    gaps: list[float],
    squares: list[float],
) -> tuple[float, list[float]]:
    """How far the put's slope at one point is from -1, and how each gap changes that."""
    gap, carry = gaps[place], scaled.dividend_yield
    d1 = (scaled.top - gap) / row.root + (scaled.drift + 1.0) * row.root
    error = 0.5 * row.carried * erfc(-d1 * SQRT_HALF)
    own = -row.carried * DENSITY * exp(-0.5 * d1 * d1) / row.root
    others = []
    for parts, root, drift, density, yielded, floor in zip(
        shared.interpolation[place],
        row.roots,
        row.drifts,
        row.densities,
        row.yields,
        row.floors,
        strict=True,
    ):
        square = sum(map(mul, parts, squares))
        held = square > floor
        there = sqrt(square if held else floor)
        d2 = (there - gap) / root + drift
        weight = density * exp(gap - 0.5 * d2 * d2)
        fall = expm1(-there)
        earned = weight * (scaled.excess - carry * fall)
        by_distance = earned * d2 / root
        error -= earned
        own -= earned + by_distance
        if carry:
            error += 0.5 * yielded * erfc(-(d2 + root) * SQRT_HALF)
            own -= carry * weight * (1.0 + fall)
        others.append(by_distance / there if held else 0.0)
    slopes = [
        sum(map(mul, others, column)) * one for column, one in zip(row.columns, gaps, strict=True)
    ]
    slopes[place] += own
    return error, slopes


def solved(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """The solution of linear equations, by elimination; None where there is no single one."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place in range(size):
        best = max(range(place, size), key=lambda one: abs(rows[one][place]))
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place]
        if not isfinite(pivot[place]) or pivot[place] == 0.0:
            return None
        for one in range(place + 1, size):
            factor = rows[one][place] / pivot[place]
            rows[one] = [mine - factor * its for mine, its in zip(rows[one], pivot, strict=True)]
    answer = [0.0] * size
    for place in reversed(range(size)):
        known = sum(map(mul, rows[place][place + 1 : size], answer[place + 1 :]))
        answer[place] = (rows[place][size] - known) / rows[place][place]
    return answer if all(map(isfinite, answer)) else None


def gap_at_expiry(found: Boundary, variance: float) -> float:
    """The gap with all the time left."""
    return found.gaps[-1] if variance <= found.variance else found.scaled.perpetual_gap


def premium(found: Boundary, variance: float, distance: float) -> float:
    """The worth of early exercise, for a share whose log is so far above the boundary now.

    The interest earned on the strike less the yield lost, wherever the share will be below the
    boundary; the panels close in on the time it takes to get there.
    """
    scaled, gap = found.scaled, gap_at_expiry(found, variance)
    height = distance - gap  # of the share over the top
    share = exp(height + scaled.top)
    squares = [one * one for one in found.gaps]
    root = sqrt(variance)
    points, weights = gauss_legendre(PANEL_POINTS)
    edges = panel_edges(found, variance, distance)
    worth = 0.0
    for start, end in pairwise(edges):
        width = end - start
        for point, weight in zip(points, weights, strict=True):
            angle = start + width * point
            spent, left = root * sin(angle), root * cos(angle)
            place = left / sqrt(found.variance)
            if place < 1.0:
                parts = interpolate_at(len(squares), place)
                there = sqrt(max(sum(map(mul, parts, squares)), 0.0))
            else:
                there = gap
            d2 = (height + there) / spent + scaled.drift * spent
            time = spent * spent
            earned = scaled.rate * exp(-scaled.rate * time) * erfc(d2 * SQRT_HALF)
            if scaled.dividend_yield:
                lost = share * exp(-scaled.dividend_yield * time)
                earned -= scaled.dividend_yield * lost * erfc((d2 + spent) * SQRT_HALF)
            worth += earned * weight * width * spent * left
    return worth


def panel_edges(found: Boundary, variance: float, distance: float) -> list[float]:
    """The angles between which the worth of early exercise is summed.

    They close in on what bends it: the first time that the share can be at the boundary, the time
    from which its drift outweighs chance, the time at which the drift alone takes it there, the
    times over which interest and yield die away, and the time until which the boundary has
    settled.
    """
    scaled = found.scaled
    roots = [distance * part for part in PANELS]
    if abs(scaled.drift) * sqrt(variance) > SWIFT:
        roots += [part / abs(scaled.drift) for part in DRIFTS]
    if scaled.drift < 0.0:
        arrival, width = sqrt(distance / -scaled.drift), ARRIVAL / -scaled.drift
        roots += [max(arrival - width, 0.0), arrival, arrival + width]
    for rate in (scaled.rate, scaled.dividend_yield):
        if rate > 0.0:
            roots += [part / sqrt(rate) for part in DECAYS]
    if variance > found.variance:
        older = sqrt(variance - found.variance)
        roots += [LONGER_PANEL * older, older]
    root = sqrt(variance)
    sines = {min(one / root, 1.0) for one in roots}
    return sorted({0.0, 0.5 * pi, *map(asin, sines)})
