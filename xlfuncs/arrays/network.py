"""Sorting networks over sliding windows, as a list of passes over a chunk.

Windows overlap, so they share their sorting: the sorted values of a window of ten are two
sorted lists of five, each shared with another window, and the six lowest of two sorted lists
are found by one row of comparisons. A network is planned once, for windows of one size: which
passes are needed at all, and in which rows of a small working space they can stand.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]


class Value(NamedTuple):
    """The result of a pass, seen so many days later."""

    number: int
    later: int = 0


class Pass(NamedTuple):
    """One operation on two earlier results."""

    operation: Callable[..., Doubles]
    one: Value
    other: Value


class Plan:
    """The passes to the sum of the lowest values of each window.

    Result 0 is the values themselves, result k that of pass k - 1. `reach` is how many days
    beyond its own each result looks.
    """

    def __init__(self, days: int, lowest: int) -> None:
        self.passes: list[Pass] = []
        self.reach = [0]
        self._lowest = lowest
        self._sorted: dict[int, list[Value]] = {1: [Value(0)]}
        half = days // 2
        one = self._windows(half) if half else []
        other = _later(self._windows(days - half), half)
        self.total = self._sum_of_lowest(one, other)

    def _windows(self, days: int) -> list[Value]:
        """The lowest values of each window in order, as many as are needed."""
        if days not in self._sorted:
            half = days // 2 if days % 2 == 0 else days - 1
            merged = self._merged(self._windows(half), _later(self._windows(days - half), half))
            self._sorted[days] = merged[: self._lowest]
        return self._sorted[days]

    def _merged(self, one: Sequence[Value], other: Sequence[Value]) -> list[Value]:
        """Two sorted lists as one: Batcher's odd-even merge, for lists of any length."""
        if not one or not other:
            return list(one or other)
        if len(one) == len(other) == 1:
            return self._in_order(one[0], other[0])
        odd, even = self._merged(one[::2], other[::2]), self._merged(one[1::2], other[1::2])
        found = [odd[0]]
        for low, high in zip(even, odd[1:], strict=False):
            found += self._in_order(low, high)
        return found + even[len(odd) - 1 :] + odd[len(even) + 1 :]

    def _sum_of_lowest(self, one: Sequence[Value], other: Sequence[Value]) -> Value:
        """The sum of the lowest of two sorted lists.

        Each value of the one is held against that of the other with which it would make up
        the count: the lesser of all such pairs are the lowest of all.
        """
        pairs = []
        for place in range(self._lowest):
            back = self._lowest - 1 - place
            if place < len(one) and back < len(other):
                pairs.append(self._add(np.minimum, one[place], other[back]))
            else:
                pairs.append(one[place] if place < len(one) else other[back])
        return reduce(partial(self._add, np.add), pairs)

    def _in_order(self, one: Value, other: Value) -> list[Value]:
        return [self._add(np.minimum, one, other), self._add(np.maximum, one, other)]

    def _add(self, operation: Callable[..., Doubles], one: Value, other: Value) -> Value:
        sooner = min(one.later, other.later)
        one, other = (Value(value.number, value.later - sooner) for value in (one, other))
        self.passes.append(Pass(operation, one, other))
        self.reach.append(max(value.later + self.reach[value.number] for value in (one, other)))
        return Value(len(self.passes), sooner)


def _later(values: Sequence[Value], days: int) -> list[Value]:
    return [Value(value.number, value.later + days) for value in values]


class Network:
    """A plan laid out for chunks of one size, in which a day is `step` places after another."""

    def __init__(self, plan: Plan, size: int, step: int) -> None:
        last_use = self._last_uses(plan)
        rows: dict[int, Doubles] = {0: np.empty(size)}
        free: list[Doubles] = []
        self.values = rows[0]
        self._steps: list[tuple[Callable[..., Doubles], Doubles, Doubles, Doubles]] = []
        for number, (operation, one, other) in enumerate(plan.passes, 1):
            if number not in last_use:
                continue
            length = size - plan.reach[number] * step
            row = free.pop() if free else np.empty(size)
            first, second = (
                rows[value.number][value.later * step : value.later * step + length]
                for value in (one, other)
            )
            self._steps.append((operation, first, second, row[:length]))
            rows[number] = row
            free += [rows[old] for old in {one.number, other.number} if last_use[old] == number]
        length = size - (plan.total.later + plan.reach[plan.total.number]) * step
        start = plan.total.later * step
        self.total = rows[plan.total.number][start : start + length]

    def run(self) -> Doubles:
        """The total of each window of `values`, until the next run."""
        for operation, one, other, to in self._steps:
            operation(one, other, out=to)
        return self.total

    @staticmethod
    def _last_uses(plan: Plan) -> dict[int, int]:
        """By result the pass that needs it last; what nothing needs is not there."""
        last = {plan.total.number: len(plan.passes) + 1}
        for number in range(len(plan.passes), 0, -1):
            if number in last:
                for value in plan.passes[number - 1][1:]:
                    last.setdefault(value.number, number)
        return last
