"""The normal distribution over arrays, to full relative precision, on numpy alone.

In w = 1/(z + 4) the scaled tail of the error function, exp(z²) erfc(z), is w times a polynomial
for every z from 0 to infinity, and so is the slope of the Mills ratio: no ranges, no branches.
The coefficients are Chebyshev interpolations at 60 digits (`tests/support/polynomials.py` makes
them again), in u = 1 - 8w, which runs from -1 to 1. The largest error is four units in the last
place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

SQRT_HALF: Final = 0.7071067811865476
SQRT_HALF_PI: Final = 1.2533141373155003
SQRT_TWO_PI: Final = 2.5066282746310002

# exp(z²) erfc(z) (z + 4)
ERFCX: Final = (
    1.095995661000491, -0.976548729080882, 0.7732087022652305, -0.5408538313132359,
    0.33085158787832425, -0.1740109372398951, 0.0763815149035804, -0.02637005334114636,
    0.006112055709425008, -0.0002809588561761663, -0.00045505297648525974, 0.0001768127558246703,
    -3.634189815734297e-06, -1.8860623869611058e-05, 4.692357838082307e-06, 1.423490191441101e-06,
    -8.436204025935691e-07, -7.434152285505024e-08, 1.2250562055092748e-07, -3.182121907694927e-10,
    -1.5265540766876378e-08, 7.222424596989434e-10, 1.2056126062974666e-09, -7.944018485510838e-11,
)  # fmt: skip
# (1 - sqrt(pi) z exp(z²) erfc(z)) (z + 4)²
SLOPE: Final = (
    1.8367446426861769, -3.101364297339973, 3.4936727969577293, -3.0901152542014496,
    2.2371138170580736, -1.3314271981497596, 0.637428444907458, -0.2302921566805547,
    0.050990954393851505, 0.0015428660484024161, -0.006159737904097371, 0.001919016053294745,
    0.00017541102805525473, -0.0002922617545510972, 4.348738759707141e-05, 3.221261165957565e-05,
    -1.164941442292905e-05, -3.219637060655474e-06, 2.138056993345121e-06, 3.2612869834937034e-07,
    -3.489474416361906e-07, -3.727785777331891e-08, 4.7692020696311595e-08, 4.5889276119716095e-09,
    -3.90199387667175e-09, -3.89776309915345e-10,
)  # fmt: skip

CHUNK: Final = 16_384  # what passes share stays in the second-level cache, and calls cost little
_ROWS = 4


def _in_rows(coefficients: tuple[float, ...]) -> Doubles:
    """The coefficients in four rows, so that one matrix product sums a quarter of the terms."""
    width = -(-len(coefficients) // _ROWS)
    padded = [*coefficients, *[0.0] * (_ROWS * width - len(coefficients))]
    return np.array(padded).reshape(_ROWS, width)


_ERFCX = _in_rows(ERFCX)
_SLOPE = _in_rows(SLOPE)


class Powers:
    """Working space for polynomials over chunks of one length, used again for every chunk."""

    def __init__(self, length: int) -> None:
        self.powers = np.ones((_SLOPE.shape[1], length))
        self.sums = np.empty((_ROWS, length))

    def polynomial(self, rows: Doubles, w: Doubles, spare: Doubles) -> Doubles:
        """The polynomial at 1 - 8w; the answer lives until the next call."""
        width = rows.shape[1]
        powers = self.powers[:width]
        np.multiply(w, -8.0, out=powers[1])
        np.add(powers[1], 1.0, out=powers[1])
        for power in range(2, width):
            np.multiply(powers[power // 2], powers[power - power // 2], out=powers[power])
        step = np.multiply(powers[width // 2], powers[width - width // 2], out=spare)
        sums = np.matmul(rows, powers, out=self.sums)
        total: Doubles = sums[_ROWS - 1]
        for row in range(_ROWS - 2, -1, -1):
            np.multiply(total, step, out=total)
            np.add(total, sums[row], out=total)
        return total

    def scaled_tail(self, z: Doubles, spare: Doubles) -> Doubles:
        """exp(z²) erfc(z) for z from 0 on, in place of z."""
        np.add(z, 4.0, out=z)
        np.divide(1.0, z, out=z)
        return np.multiply(self.polynomial(_ERFCX, z, spare), z, out=z)

    def scaled_slope(self, z: Doubles, spare: Doubles) -> Doubles:
        """1 - sqrt(pi) z exp(z²) erfc(z) for z from 0 on, in place of z."""
        np.add(z, 4.0, out=z)
        np.divide(1.0, z, out=z)
        total = self.polynomial(_SLOPE, z, spare)
        np.multiply(z, z, out=z)
        return np.multiply(total, z, out=z)


def erfcx(z: Doubles) -> Doubles:
    """exp(z²) erfc(z) for z from 0 on, infinity too."""
    return _in_chunks(Powers.scaled_tail, np.array(z, dtype=np.float64))


def erfc(x: Doubles) -> Doubles:
    """The complementary error function of any x."""
    size = np.abs(x)
    tail: Doubles = np.exp(-(size * size)) * erfcx(size)
    return np.where(np.asarray(x) < 0.0, 2.0 - tail, tail)


def distribution(x: Doubles) -> Doubles:
    """The chance that a standard normal number is below x."""
    return 0.5 * erfc(np.asarray(x) * -SQRT_HALF)


def density(x: Doubles) -> Doubles:
    """The density of the standard normal distribution."""
    return np.exp(-0.5 * np.square(x)) / SQRT_TWO_PI


def mills_ratio(z: Doubles) -> Doubles:
    """The tail beyond z over the density at z, for z from 0 on."""
    return SQRT_HALF_PI * erfcx(np.asarray(z) * SQRT_HALF)


def mills_slope(z: Doubles) -> Doubles:
    """How steeply the Mills ratio falls at z, a positive number, for z from 0 on."""
    return _in_chunks(Powers.scaled_slope, np.asarray(z, dtype=np.float64) * SQRT_HALF)


def _in_chunks(function: Callable[[Powers, Doubles, Doubles], Doubles], z: Doubles) -> Doubles:
    """A function of a Powers over an array of any shape, which it may write over."""
    flat = np.ravel(z)
    for start in range(0, flat.size, CHUNK):
        part = flat[start : start + CHUNK]
        function(Powers(part.size), part, np.empty(part.size))
    return flat.reshape(np.shape(z))
