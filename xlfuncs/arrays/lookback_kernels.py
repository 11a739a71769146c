"""The lookback compiled: a window's whole sorting network in registers, many windows at a time.

The network is the plan of `network.Plan`, written out as instructions for windows of the size
that the type of an argument tells (a tuple of as many zeros), so that each size is compiled
once, and kept on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np

from xlfuncs.arrays.kernels import as_intrinsic, as_kernel
from xlfuncs.arrays.network import Plan, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]
    Numba = Any  # types, contexts and builders of numba, which come without annotations

WIDE: Final = 32  # paths side by side in a block that fits the first-level cache
TALL: Final = 48  # and days below one another


@as_intrinsic
def _sum_down(
    _context: object,
    closes: Numba,
    start: Numba,
    days: Numba,
    lowest: Numba,
) -> tuple[Numba, Numba]:
    """The sum of the lowest of a window whose days are WIDE places apart."""
    return _sum_with(closes, start, days, lowest, WIDE)


@as_intrinsic
def _sum_along(
    _context: object,
    closes: Numba,
    start: Numba,
    days: Numba,
    lowest: Numba,
) -> tuple[Numba, Numba]:
    """The sum of the lowest of a window whose days lie side by side."""
    return _sum_with(closes, start, days, lowest, 1)


def _sum_with(
    closes: Numba, start: Numba, days: Numba, lowest: Numba, step: int
) -> tuple[Numba, Numba]:
    """The type of a sum of the lowest, and what writes the instructions for it."""
    plan = Plan(len(days), len(lowest))

    def generate(context: Numba, builder: Numba, signature: Numba, arguments: Numba) -> object:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        offset = context.get_constant(numba.int64, step)
        places = [arguments[1]]
        for _ in range(len(days) - 1):
            places.append(builder.add(places[-1], offset, flags=("nsw",)))
        known: dict[Value, object] = {
            Value(0, day): builder.load(builder.gep(array.data, [place]))
            for day, place in enumerate(places)
        }

        def written(value: Value) -> Numba:
            if value not in known:
                operation, one, other = plan.passes[value.number - 1]
                left = written(Value(one.number, one.later + value.later))
                right = written(Value(other.number, other.later + value.later))
                if operation is np.add:
                    known[value] = builder.fadd(left, right)
                else:
                    sign = "<" if operation is np.minimum else ">"
                    first = builder.fcmp_ordered(sign, left, right)
                    known[value] = builder.select(first, left, right)
            return known[value]

        total: object = written(plan.total)
        return total

    return numba.float64(closes, start, days, lowest), generate


@as_kernel
def lowest_down(closes: Doubles, days: Numba, lowest: Numba, found: Doubles) -> None:
    """Write the means of the windows of days that lie below one another."""
    count, share = len(days), float(len(lowest))
    block = np.empty((TALL + count - 1) * WIDE)
    means = np.empty(TALL * WIDE)
    for left in range(0, found.shape[1], WIDE):
        width = min(WIDE, found.shape[1] - left)
        for top in range(0, found.shape[0], TALL):
            height = min(TALL, found.shape[0] - top)
            for day in range(height + count - 1):
                row, to = closes[top + day, left : left + width], block[day * WIDE :]
                for path in range(width):
                    to[path] = row[path]
            for window in range(height * WIDE):
                means[window] = _sum_down(block, window, days, lowest) / share
            for day in range(height):
                written, of = found[top + day, left : left + width], means[day * WIDE :]
                for path in range(width):
                    written[path] = of[path]


@as_kernel
def lowest_along(closes: Doubles, days: Numba, lowest: Numba, found: Doubles) -> None:
    """Write the means of the windows of days that lie side by side."""
    share = float(len(lowest))
    for path in range(found.shape[0]):
        row, to = closes[path], found[path]
        for window in range(found.shape[1]):
            to[window] = _sum_along(row, window, days, lowest) / share
