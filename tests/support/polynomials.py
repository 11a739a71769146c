"""The coefficients of the array kernels, made again from their definitions at 60 digits.

A polynomial is the interpolation at Chebyshev's points of a function that has been divided by
its size, so that the error is relative; a quotient of polynomials is the same, solved as linear
equations. ``python tests/support/polynomials.py`` prints them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mpmath
from mpmath import mpf

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS = 60
FAR = 50  # from here on the asymptotic series has more digits than are wanted


def scaled_tail(z: Any) -> Any:
    """exp(z²) erfc(z)."""
    if z > FAR:
        return _asymptotic(z) / (z * mpmath.sqrt(mpmath.pi))
    return mpmath.exp(z * z) * mpmath.erfc(z)


def scaled_slope(z: Any) -> Any:
    """1 - sqrt(pi) z exp(z²) erfc(z)."""
    if z > FAR:
        return 1 - _asymptotic(z)
    return 1 - mpmath.sqrt(mpmath.pi) * z * scaled_tail(z)


def _asymptotic(z: Any) -> Any:
    total, term = mpf(0), mpf(1)
    for order in range(60):
        total += term
        term *= -(2 * order + 1) / (2 * z * z)
    return total


def _points(count: int) -> list[Any]:
    return [mpmath.cos(mpmath.pi * (place + mpf(1) / 2) / count) for place in range(count)]


def _interpolation(function: Callable[[Any], Any], count: int) -> list[Any]:
    """The coefficients of powers of u of a function of u from -1 to 1."""
    points = _points(count)
    values = [function(point) for point in points]
    before, this = [mpf(1)], [mpf(0), mpf(1)]  # Chebyshev's polynomials, in powers
    total = [mpf(0)] * count
    for order in range(count):
        weight = sum(
            value * mpmath.cos(order * mpmath.acos(point))
            for point, value in zip(points, values, strict=True)
        )
        for power, one in enumerate(before):
            total[power] += (2 if order else 1) * weight / count * one
        rising = [mpf(0), *(2 * one for one in this)]
        for power, one in enumerate(before):
            rising[power] -= one
        before, this = this, rising
    return total


def _of_infinity(function: Callable[[Any], Any], size: int, count: int) -> list[float]:
    """A function of z from 0 to infinity times (z + 4)**size, in powers of 1 - 8 / (z + 4)."""

    def in_u(u: Any) -> Any:
        z = 8 / (1 - u) - 4
        return function(z) * (z + 4) ** size

    return [float(one) for one in _interpolation(in_u, count)]


def tail_coefficients() -> list[float]:
    """exp(z²) erfc(z) (z + 4)."""
    with mpmath.workdps(DIGITS):
        return _of_infinity(scaled_tail, 1, 24)


def slope_coefficients() -> list[float]:
    """(1 - sqrt(pi) z exp(z²) erfc(z)) (z + 4)²."""
    with mpmath.workdps(DIGITS):
        return _of_infinity(scaled_slope, 2, 26)


def exponential_coefficients() -> list[float]:
    """(exp(r) - 1 - r) / r², to a hundredth beyond half the logarithm of 2 on either side."""
    with mpmath.workdps(DIGITS):
        end = mpmath.log(2) / 2 * mpf("1.01")
        found = _interpolation(lambda u: (mpmath.expm1(u * end) - u * end) / (u * end) ** 2, 10)
        return [float(one / end**power) for power, one in enumerate(found)]


def logarithm_coefficients() -> list[float]:
    """(log((1 + s) / (1 - s)) / s - 2) / s² in z = s², from 0 to 0.0296."""
    with mpmath.workdps(DIGITS):
        half = mpf("0.0296") / 2

        def in_u(u: Any) -> Any:
            z = (u + 1) * half
            s = mpmath.sqrt(z)
            return (mpmath.log((1 + s) / (1 - s)) / s - 2) / z

        shifted: list[Any] = [mpf(0)]
        for one in reversed(_interpolation(in_u, 7)):  # u = z / half - 1, by Horner's rule
            rising = [one, *[mpf(0)] * len(shifted)]
            for power, old in enumerate(shifted):
                rising[power] -= old
                rising[power + 1] += old / half
            shifted = rising
        return [float(one) for one in shifted[:7]]


def tail_quotient(size: int = 10, middle: str = "2.6") -> tuple[list[float], list[float]]:
    """exp(z²) erfc(z) as one polynomial over another, of one more degree, from 0 to infinity."""
    with mpmath.workdps(80):
        count = 2 * size
        lines = mpmath.matrix(count, count)
        values = mpmath.matrix(count, 1)
        for row, u in enumerate(_points(count)):
            z = mpf(middle) * (1 + u) / (1 - u)
            true = scaled_tail(z)
            weight = (1 + z) ** (mpf(1) / 2 - size)
            for power in range(size):
                lines[row, power] = weight * z**power
                lines[row, size + power] = -weight * true * z ** (power + 1)
            values[row] = weight * true
        found = [float(one) for one in mpmath.lu_solve(lines, values)]
        return found[:size], [1.0, *found[size:]]


if __name__ == "__main__":
    for made in (
        tail_coefficients, slope_coefficients, exponential_coefficients, logarithm_coefficients,
        tail_quotient,
    ):  # fmt: skip
        print(made.__doc__, *made(), sep="\n    ")
