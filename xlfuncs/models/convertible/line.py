"""Values along a line of stock prices, as lists: what the convertible's grid is computed with.

The nodes are evenly spaced in the logarithm of the stock price. At both ends a value is taken
to go on in a straight line in the stock price.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from math import floor, log, sinh, tanh
from typing import NamedTuple

HALF = 0.5
LEAST_PART = 0.02  # of a gap: how near to a node the edge of a call is told apart from it

exp = math.exp


class Factors(NamedTuple):
    """One step's matrix, taken apart: ready for a sweep up the line and one down."""

    weight: float
    pivots: list[float]
    uppers: list[float]
    last: float
    gap: float


class Edge(NamedTuple):
    """Where the stock price makes conversion worth as much as a called security gets."""

    node: int  # the last node under it
    part: float  # of the gap from that node on
    level: float


def highest(amount: float, other: float) -> float:
    """The higher of two amounts."""
    return max(amount, other)


def spread(middle: float, gap: float, half: int) -> list[float]:
    """A price in the middle of a line, with as many nodes under it as over it."""
    return [middle * exp(gap * place) for place in range(-half, half + 1)]


def scaled(values: list[float], factor: float) -> list[float]:
    """Each value times a factor."""
    return [factor * value for value in values]


def plus(values: list[float], amount: float) -> list[float]:
    """Each value and an amount."""
    return [value + amount for value in values]


def added(values: list[float], factor: float, others: list[float]) -> list[float]:
    """Each value and a multiple of the other at its node."""
    return [value + factor * other for value, other in zip(values, others, strict=True)]


def at_least(values: list[float], level: float) -> list[float]:
    """Each value, the level where it is under it."""
    return [max(value, level) for value in values]


def times(values: list[float], others: list[float]) -> list[float]:
    """The product at each node."""
    return [value * other for value, other in zip(values, others, strict=True)]


def less(values: list[float], others: list[float]) -> list[float]:
    """The difference at each node."""
    return [value - other for value, other in zip(values, others, strict=True)]


def level(values: list[float], amount: float) -> list[float]:
    """One amount at every node."""
    return [amount] * len(values)


def factors(variance: float, gap: float, half: int, *, half_step: bool) -> Factors:
    """The matrix of a step over which the log price varies so much.

    The weight is such that the stock itself is carried through a step without error; of a
    centred step or of half a step, implicit.
    """
    curvature = 4.0 * sinh(0.5 * gap) ** 2
    spreading = 1.0 - exp(-0.25 * variance) if half_step else tanh(0.25 * variance)
    weight = spreading / curvature
    low, high = weight * (1.0 - exp(-gap)), weight * (1.0 - exp(gap))
    diagonal = 1.0 + 2.0 * weight
    pivots = [1.0 / (diagonal - weight - weight * exp(-gap))]
    uppers = [-low * pivots[0]]
    for _ in range(2 * half - 1):
        pivot = 1.0 / (diagonal + weight * uppers[-1])
        pivots.append(pivot)
        uppers.append(-weight * pivot)
    last = diagonal - weight - weight * exp(gap) + high * uppers[-1]
    pivots.append(1.0 / last)
    uppers.append(0.0)
    return Factors(weight, pivots, uppers, -high, gap)


def edge_at(amount: float, parity: list[float], gap: float, half: int) -> Edge | None:
    """The edge where the value on conversion is this amount, if it is on the line."""
    place = log(amount / parity[0]) / gap if amount > 0.0 else -1.0
    node = floor(place)
    if not 0 <= node < 2 * half:
        return None
    return Edge(node, place - node, amount)


def edge_of_nothing(edge: Edge) -> Edge:
    """The same place, and nothing there."""
    return edge._replace(level=0.0)


def half_of_step(values: list[float], made: Factors, edge: Edge | None) -> list[float]:
    """The explicit half of a centred step."""
    weight, gap = made.weight, made.gap
    down, up = exp(-gap), exp(gap)
    under = (1.0 + down) * values[0] - down * values[1]
    over = (1.0 + up) * values[-1] - up * values[-2]
    kept = 1.0 - 2.0 * weight
    found = [
        weight * (before + after) + kept * value
        for before, value, after in zip(
            [under, *values[:-1]], values, [*values[1:], over], strict=True
        )
    ]
    if edge is not None:
        value = values[edge.node]
        beyond = value + (edge.level - value) / max(edge.part, LEAST_PART)
        found[edge.node] += weight * (beyond - values[edge.node + 1])
    return found


def solved(
    right: list[float], made: Factors, least: list[float], most: list[float], edge: Edge | None
) -> list[float]:
    """The implicit half, each value held between bounds on the way down the line.

    At the edge the next value over it is the straight line through the edge, not the kink.
    """
    swept, here = swept_up(right, made), 2 * len(right) if edge is None else edge.node
    value = 0.0
    found = []
    place = len(right)
    for v, upper, low, high in zip(
        reversed(swept), reversed(made.uppers), reversed(least), reversed(most), strict=True
    ):
        place -= 1
        if place == here and edge is not None:
            value = (v * edge.part - upper * edge.level) / (edge.part - upper * (1.0 - edge.part))
        else:
            value = v - upper * value
        value = min(value, high)
        value = max(value, low)
        found.append(value)
    found.reverse()
    return found


def solved_alive(
    right: list[float], made: Factors, alive: list[float], edge: Edge | None
) -> list[float]:
    """The implicit half of what vanishes where it is not alive (1 at a node, or 0)."""
    swept, here = swept_up(right, made), 2 * len(right) if edge is None else edge.node
    value = 0.0
    found = []
    place = len(right)
    for v, upper, one in zip(reversed(swept), reversed(made.uppers), reversed(alive), strict=True):
        place -= 1
        if place == here and edge is not None:
            value = v * edge.part / (edge.part - upper * (1.0 - edge.part)) * one
        else:
            value = (v - upper * value) * one
        found.append(value)
    found.reverse()
    return found


def within(values: list[float], least: list[float], most: list[float]) -> list[float]:
    """1 where a value is strictly between its bounds, else 0."""
    return [
        1.0 if low < value < high else 0.0
        for value, low, high in zip(values, least, most, strict=True)
    ]


def same(values: list[float], others: list[float]) -> bool:
    """Whether two lines are equal at every node."""
    return values == others


def greater(values: list[float], others: list[float]) -> list[float]:
    """The greater at each node; at the nodes around a kink what its average needs besides."""
    found = [max(pair) for pair in zip(values, others, strict=True)]
    smooth(found, less(values, others), 1.0)
    return found


def lesser(values: list[float], others: list[float]) -> list[float]:
    """The lesser at each node, likewise."""
    found = [min(pair) for pair in zip(values, others, strict=True)]
    smooth(found, less(values, others), -1.0)
    return found


def where_positive(gains: list[float], values: list[float], others: list[float]) -> list[float]:
    """A value where the gain is not below zero, else the other; averaged around the jump."""
    found = [
        value if gain >= 0.0 else other
        for gain, value, other in zip(gains, values, others, strict=True)
    ]
    jumps = list(found)
    for node, (left, right) in enumerate(pairwise(gains)):
        if (left < 0.0) != (right < 0.0):
            part = abs(left) / abs(right - left)
            low, high = found[node], found[node + 1]
            if part < HALF:
                jumps[node] = low * (0.5 + part) + high * (0.5 - part)
            else:
                jumps[node + 1] = low * (part - 0.5) + high * (1.5 - part)
    return jumps


def middle_of(values: Sequence[float]) -> float:
    """The value at the stock price of now."""
    return values[len(values) // 2]


def swept_up(right: list[float], made: Factors) -> list[float]:
    """The sweep up the line, which leaves each value in terms of the one above it."""
    weight = made.weight
    value = right[0] * made.pivots[0]
    found = [value]
    for v, pivot in zip(right[1:-1], made.pivots[1:-1], strict=True):
        value = (v + weight * value) * pivot
        found.append(value)
    found.append((right[-1] - made.last * value) * made.pivots[-1])
    return found


def smooth(values: list[float], gains: list[float], sign: float) -> None:
    """What sums over the nodes lack for a kink between two of them (Euler and Maclaurin)."""
    for node, (left, right) in enumerate(pairwise(gains)):
        if left <= 0.0 < right or left >= 0.0 > right:
            part = abs(left) / abs(right - left)
            lack = sign * abs(right - left) * (1.0 / 12.0 - 0.5 * part * (1.0 - part))
            values[node] += lack * (1.0 - part)
            values[node + 1] += lack * part
