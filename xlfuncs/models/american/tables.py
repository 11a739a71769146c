"""What every solution of the exercise boundary shares: where it is held, and how it is summed.

The boundary is held at Chebyshev points of the root of the time left; the integrals run over an
angle, whose sine and cosine are the roots of the two times that meet in them. Neither depends on
the option, so that each table is made once.
"""

from functools import cache
from math import cos, pi, sin
from typing import NamedTuple

ROUNDING = 1e-16


class Tables(NamedTuple):
    """Points of the boundary, points of the integral, and the one interpolated at the other."""

    points: tuple[float, ...]  # roots of the times, as parts of the last; 0 left out
    sines: tuple[float, ...]
    cosines: tuple[float, ...]
    weights: tuple[float, ...]
    # by point of the boundary, point of the integral, point interpolated from
    interpolation: tuple[tuple[tuple[float, ...], ...], ...]


@cache
def gauss_legendre(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The points and weights of Gauss and Legendre, on the interval from 0 to 1.

    >>> points, weights = gauss_legendre(3)
    >>> round(points[1], 12), round(sum(weights), 12), round(weights[1] * 18, 12)
    (0.5, 1.0, 8.0)
    """
    points, weights = [], []
    for place in range(count):
        x = -cos(pi * (place + 0.75) / (count + 0.5))
        slope, step = 1.0, 1.0
        for _ in range(20):
            before, value = 1.0, x
            for degree in range(2, count + 1):
                grown = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
                before, value = value, grown
            slope = count * (x * value - before) / (x * x - 1.0)
            step = value / slope
            x -= step
            if abs(step) < ROUNDING:
                break
        points.append(0.5 * (1.0 + x))
        weights.append(1.0 / ((1.0 - x * x) * slope * slope))
    return tuple(points), tuple(weights)


@cache
def chebyshev(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The count + 1 Chebyshev points from 0 to 1, ends included, and their barycentric weights."""
    points = tuple(sin(0.5 * pi * place / count) ** 2 for place in range(count + 1))
    weights = tuple(
        (-1.0) ** place * (0.5 if place in {0, count} else 1.0) for place in range(count + 1)
    )
    return points, weights


def interpolate_at(count: int, place: float) -> tuple[float, ...]:
    """What each Chebyshev point after 0 contributes to the value there; at 0 the value is 0.

    >>> squares = [point * point for point in chebyshev(4)[0][1:]]
    >>> round(sum(map(lambda part, value: part * value, interpolate_at(4, 0.3), squares)), 12)
    0.09
    """
    points, weights = chebyshev(count)
    if place in points:
        return tuple(float(place == point) for point in points[1:])
    parts = [weight / (place - point) for weight, point in zip(weights, points, strict=True)]
    whole = sum(parts)
    return tuple(part / whole for part in parts[1:])


@cache
def tables(count: int, integral_points: int) -> Tables:
    """The tables for a boundary of so many points, and integrals of so many."""
    points = chebyshev(count)[0][1:]
    places, weights = gauss_legendre(integral_points)
    angles = [0.5 * pi * place for place in places]
    cosines = tuple(map(cos, angles))
    return Tables(
        points=points,
        sines=tuple(map(sin, angles)),
        cosines=cosines,
        weights=tuple(0.5 * pi * weight for weight in weights),
        interpolation=tuple(
            tuple(interpolate_at(count, point * cosine) for cosine in cosines) for point in points
        ),
    )
