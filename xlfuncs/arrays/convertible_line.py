"""Values of many convertibles along their lines of stock prices: a row a node, a column each.

The operations of `xlfuncs.models.convertible.line`, one for one and in the same order, so that
the grid of the scalar function comes to the same values here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlfuncs.models.convertible.line import HALF, LEAST_PART

if TYPE_CHECKING:
    from collections.abc import Sequence

Doubles: TypeAlias = NDArray[np.float64]


class Factors(NamedTuple):
    """One step's matrix, taken apart: ready for a sweep up the line and one down."""

    weight: Doubles
    pivots: Sequence[Doubles]
    uppers: Sequence[Doubles]
    last: Doubles
    gap: Doubles


class Edge(NamedTuple):
    """Where conversion is worth as much as a called security gets; off the line node is -1."""

    node: NDArray[np.intp]
    part: Doubles
    level: Doubles


highest = np.maximum
exp = np.exp
scaled = np.multiply
plus = np.add
at_least = np.maximum
times = np.multiply
less = np.subtract


def spread(middle: Doubles, gap: Doubles, half: int) -> Doubles:
    """A price in the middle of each line, with as many nodes under it as over it."""
    places = np.arange(-half, half + 1, dtype=np.float64)
    found: Doubles = middle * np.exp(places[:, None] * gap)
    return found


def added(values: Doubles, factor: Doubles | float, others: Doubles) -> Doubles:
    """Each value and a multiple of the other at its node."""
    return values + factor * others


def level(values: Doubles, amount: Doubles | float) -> Doubles:
    """One amount at every node."""
    return np.full_like(values, amount)


def factors(variance: Doubles, gap: Doubles, half: int, *, half_step: bool) -> Factors:
    """The matrix of a step over which the log price varies so much."""
    curvature = 4.0 * np.sinh(0.5 * gap) ** 2
    spreading = 1.0 - np.exp(-0.25 * variance) if half_step else np.tanh(0.25 * variance)
    weight = spreading / curvature
    low, high = weight * (1.0 - np.exp(-gap)), weight * (1.0 - np.exp(gap))
    diagonal = 1.0 + 2.0 * weight
    pivots = [1.0 / (diagonal - weight - weight * np.exp(-gap))]
    uppers = [-low * pivots[0]]
    for _ in range(2 * half - 1):
        pivot = 1.0 / (diagonal + weight * uppers[-1])
        pivots.append(pivot)
        uppers.append(-weight * pivot)
    last = diagonal - weight - weight * np.exp(gap) + high * uppers[-1]
    pivots.append(1.0 / last)
    uppers.append(np.zeros_like(weight))
    return Factors(weight, pivots, uppers, -high, gap)


def edge_at(amount: Doubles, parity: Doubles, gap: Doubles, half: int) -> Edge:
    """The edges where the values on conversion are these amounts."""
    amount = np.broadcast_to(amount, gap.shape)
    place = np.log(amount / parity[0]) / gap
    node = np.floor(place)
    on = (node >= 0.0) & (node < 2 * half)
    part = np.where(on, place - node, 1.0)
    return Edge(np.where(on, node, -1.0).astype(np.intp), part, amount)


def edge_of_nothing(edge: Edge) -> Edge:
    """The same places, and nothing there."""
    return edge._replace(level=np.zeros_like(edge.level))


def half_of_step(values: Doubles, made: Factors, edge: Edge | None) -> Doubles:
    """The explicit half of a centred step."""
    weight = made.weight
    down, up = np.exp(-made.gap), np.exp(made.gap)
    kept = 1.0 - 2.0 * weight
    found = np.empty_like(values)
    found[0] = (1.0 + down) * values[0] - down * values[1] + values[1]
    found[-1] = values[-2] + ((1.0 + up) * values[-1] - up * values[-2])
    np.add(values[:-2], values[2:], out=found[1:-1])
    found *= weight
    found += kept * values
    if edge is not None:
        column = np.flatnonzero(edge.node >= 0)
        node = edge.node[column]
        value = values[node, column]
        part = np.maximum(edge.part[column], LEAST_PART)
        beyond = value + (edge.level[column] - value) / part
        found[node, column] += weight[column] * (beyond - values[node + 1, column])
    return found


def solved(
    right: Doubles, made: Factors, least: Doubles, most: Doubles, edge: Edge | None
) -> Doubles:
    """The implicit half, each value held between bounds on the way down the line."""
    found = _up(right, made)
    value = np.zeros_like(found[0])
    lowest, highest_node = _span(edge)
    for node in range(len(found) - 1, -1, -1):
        upper, v = made.uppers[node], found[node]
        following = v - upper * value
        if edge is not None and lowest <= node <= highest_node:
            over = (v * edge.part - upper * edge.level) / (edge.part - upper * (1.0 - edge.part))
            following = np.where(edge.node == node, over, following)
        value = np.minimum(following, most[node], out=following)
        np.maximum(value, least[node], out=value)
        found[node] = value
    return found


def solved_alive(right: Doubles, made: Factors, alive: Doubles, edge: Edge | None) -> Doubles:
    """The implicit half of what vanishes where it is not alive (1 at a node, or 0)."""
    found = _up(right, made)
    value = np.zeros_like(found[0])
    lowest, highest_node = _span(edge)
    for node in range(len(found) - 1, -1, -1):
        upper, v = made.uppers[node], found[node]
        following = v - upper * value
        if edge is not None and lowest <= node <= highest_node:
            over = v * edge.part / (edge.part - upper * (1.0 - edge.part))
            following = np.where(edge.node == node, over, following)
        value = following * alive[node]
        found[node] = value
    return found


def within(values: Doubles, least: Doubles, most: Doubles) -> Doubles:
    """1 where a value is strictly between its bounds, else 0."""
    return ((least < values) & (values < most)).astype(np.float64)


def same(values: Doubles, others: Doubles) -> bool:
    """Whether two blocks are equal at every node."""
    return bool(np.array_equal(values, others))


def greater(values: Doubles, others: Doubles) -> Doubles:
    """The greater at each node; at the nodes around a kink what its average needs besides."""
    return _smooth(np.maximum(values, others), values - others, 1.0)


def lesser(values: Doubles, others: Doubles) -> Doubles:
    """The lesser at each node, likewise."""
    return _smooth(np.minimum(values, others), values - others, -1.0)


def where_positive(gains: Doubles, values: Doubles, others: Doubles) -> Doubles:
    """A value where the gain is not below zero, else the other; averaged around the jump."""
    found = np.where(gains >= 0.0, values, others)
    left, right = gains[:-1], gains[1:]
    jump = (left < 0.0) != (right < 0.0)
    part = np.where(jump, np.abs(left), 0.0) / np.where(jump, np.abs(right - left), 1.0)
    low, high = found[:-1], found[1:]
    jumps = found.copy()
    before, after = jump & (part < HALF), jump & (part >= HALF)
    jumps[1:][after] = (low * (part - 0.5) + high * (1.5 - part))[after]
    jumps[:-1][before] = (low * (0.5 + part) + high * (0.5 - part))[before]
    return jumps


def middle_of(values: Doubles) -> Doubles:
    """The value at the stock price of now."""
    found: Doubles = values[len(values) // 2]
    return found


def _span(edge: Edge | None) -> tuple[int, int]:
    """The nodes between which there are edges."""
    if edge is None or (edge.node < 0).all():
        return 0, -1
    return int(edge.node[edge.node >= 0].min()), int(edge.node.max())


def _up(right: Doubles, made: Factors) -> Doubles:
    found = np.empty_like(right)
    value = right[0] * made.pivots[0]
    found[0] = value
    for node in range(1, len(right) - 1):
        value = (right[node] + made.weight * value) * made.pivots[node]
        found[node] = value
    found[-1] = (right[-1] - made.last * value) * made.pivots[-1]
    return found


def _smooth(values: Doubles, gains: Doubles, sign: float) -> Doubles:
    """What sums over the nodes lack for a kink between two of them (Euler and Maclaurin)."""
    left, right = gains[:-1], gains[1:]
    kink = ((left <= 0.0) & (right > 0.0)) | ((left >= 0.0) & (right < 0.0))
    width = np.where(kink, np.abs(right - left), 1.0)
    part = np.where(kink, np.abs(left), 0.0) / width
    lack = np.where(kink, sign * width * (1.0 / 12.0 - 0.5 * part * (1.0 - part)), 0.0)
    values[1:] += lack * part
    values[:-1] += lack * (1.0 - part)
    return values
