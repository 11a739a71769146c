"""A set of points that fills the unit cube evenly: a rank-1 lattice under random shifts.

Point i of n is the fractional part of i z / n, z the vector below. Each random shift of all
points gives an estimate of its own without bias; how far the estimates of several shifts lie
apart says how far off their mean is. Each coordinate is folded in the middle (the tent
transform), so that what is integrated is periodic.

The vector was found here, component by component. For a power of two n, e(n) is the mean over
the points of the product over the components j so far of 1 + B(x) / j^3, less 1, with
B(x) = -(2 pi)^4 (x^4 - 2 x^3 + x^2 - 1/30) / 24: the squared worst-case error for periodic
functions with two derivatives. Each component is, of 300 odd numbers below 2^20 drawn at random,
the one whose e(n), at the worst of n = 2^5 to 2^16, exceeds the least of any candidate by the
smallest factor. So one vector serves for every power of two.
"""

from random import Random
from typing import Final

SHIFTS: Final = 16
MOST_DIMENSIONS: Final = 99
MOST_POINTS: Final = SHIFTS * 2**16

VECTOR: Final = (
    1, 468689, 1003413, 302051, 271785, 333907, 728849, 631347, 785875, 309959, 611651, 117993,
    507973, 801659, 179955, 529143, 924715, 808393, 626627, 758533, 583963, 464239, 689225,
    568931, 323629, 87989, 124383, 226503, 532059, 161425, 200547, 53899, 401777, 740889,
    995529, 367007, 294521, 964167, 519395, 500965, 263155, 96373, 419999, 223677, 106835,
    687203, 720805, 7533, 225775, 354705, 451977, 555225, 307947, 791485, 1012491, 245443,
    737989, 1032231, 239863, 949333, 964811, 635759, 143775, 373777, 708337, 531657, 608649,
    473679, 306307, 435177, 73241, 924049, 585239, 689651, 600161, 1034127, 848915, 194691,
    332839, 998073, 148189, 813557, 959403, 858847, 898119, 895447, 69445, 979381, 334767,
    777037, 914681, 56177, 795105, 597487, 409911, 870445, 841099, 405687, 519335,
)  # fmt: skip

_SHIFT_BITS = 40


def points_a_shift(points: int) -> int:
    """How many points each shift has: a power of two, so that all shifts have the points."""
    needed = -(-points // SHIFTS)
    return 1 << (needed - 1).bit_length()


def shifts_from(seed: int, dimensions: int) -> list[list[float]]:
    """The random shifts.

    Each is an odd number of 2^-41, so that no coordinate of a point is ever 0, 1/2 or 1.
    """
    bits = Random(seed).getrandbits  # noqa: S311  a game of chance, not a secret
    return [
        [(bits(_SHIFT_BITS) + 0.5) / 2**_SHIFT_BITS for _ in range(dimensions)]
        for _ in range(SHIFTS)
    ]


def lattice_column(count: int, dimension: int) -> list[float]:
    """One coordinate of each of so many points, before any shift."""
    component = VECTOR[dimension]
    return [point * component % count / count for point in range(count)]


def shifted(column: list[float], shift: float) -> list[float]:
    """The coordinate after a shift, folded: between 0 and 1, never either."""
    return [abs(2.0 * ((one + shift) % 1.0) - 1.0) for one in column]
