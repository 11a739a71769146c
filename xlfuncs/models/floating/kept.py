"""The figures of a conversion, kept for the next cell that asks for the same.

A table in a book asks for one figure a cell, and each cell asks for all of them; a grid of prices
asks for the same shapes of the window at every price. What is kept depends on its arguments
alone, so a figure kept is the figure computed.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from xlfuncs.models.floating.estimate import results_of
from xlfuncs.models.floating.law import Level, Terms
from xlfuncs.models.floating.shapes import Shapes, Window, shapes_of

MOST_FIGURES: Final = 512  # conversions: eleven numbers each
MOST_POINTS: Final = 2**15  # of a window whose shapes are kept: 2 MB, and eight are


class Draw(NamedTuple):
    """What the shapes of a window depend on."""

    window: Window
    drift: float
    volatility: float
    points: int
    seed: int


@lru_cache(maxsize=MOST_FIGURES)
def figures_of(draw: Draw, terms: Terms, level: Level, stock_factor: float) -> tuple[float, ...]:
    """The figures of a conversion, in the order of `estimate.NAMES`.

    Args:
        draw: the window, and how many of its shapes are drawn.
        terms: what the preferred share converts.
        level: the price at the first close of the window.
        stock_factor: what one unit of stock at that close is worth now, on average, if it is
            held to the conversion.

    Raises:
        BoundsError: a figure is too large for a number.
    """
    shapes = _kept_shapes(draw) if draw.points <= MOST_POINTS else shapes_of(*draw)
    return tuple(results_of(shapes, terms, level, stock_factor))


@lru_cache(maxsize=8)
def _kept_shapes(draw: Draw) -> Sequence[Shapes]:
    return shapes_of(*draw)


def forget() -> None:
    """Forget all figures and shapes, so that the next call computes them: for measuring."""
    figures_of.cache_clear()
    _kept_shapes.cache_clear()
