"""What the grid asks of a line of stock prices: the operations on the values along it.

`line` has them for lists, one security at a time; arrays have their own for many.
"""

from typing import Protocol, TypeVar

from xlfuncs.models.convertible.terms import Amount

Line = TypeVar("Line")  # a value at each node
Matrix = TypeVar("Matrix")  # of one step, taken apart
Edge = TypeVar("Edge")  # where the stock price makes conversion worth a level


class Operations(Protocol[Line, Matrix, Edge]):
    """The operations; those of `line` say what each does."""

    def highest(self, amount: Amount, other: Amount, /) -> Amount:
        """The higher of two amounts."""

    def exp(self, amount: Amount, /) -> Amount:
        """The exponential of an amount."""

    def spread(self, middle: Amount, gap: Amount, half: int, /) -> Line:
        """A price in the middle of a line, with as many nodes under it as over it."""

    def scaled(self, values: Line, factor: Amount, /) -> Line:
        """Each value times a factor."""

    def plus(self, values: Line, amount: Amount, /) -> Line:
        """Each value and an amount."""

    def added(self, values: Line, factor: Amount, others: Line, /) -> Line:
        """Each value and a multiple of the other at its node."""

    def at_least(self, values: Line, level: Amount, /) -> Line:
        """Each value, the level where it is under it."""

    def times(self, values: Line, others: Line, /) -> Line:
        """The product at each node."""

    def less(self, values: Line, others: Line, /) -> Line:
        """The difference at each node."""

    def level(self, values: Line, amount: Amount, /) -> Line:
        """One amount at every node."""

    def factors(self, variance: Amount, gap: Amount, half: int, /, *, half_step: bool) -> Matrix:
        """The matrix of a step over which the log price varies so much."""

    def edge_at(self, amount: Amount, parity: Line, gap: Amount, half: int, /) -> Edge | None:
        """The edge where the value on conversion is this amount, if it is on the line."""

    def edge_of_nothing(self, edge: Edge, /) -> Edge:
        """The same place, and nothing there."""

    def half_of_step(self, values: Line, made: Matrix, edge: Edge | None, /) -> Line:
        """The explicit half of a centred step."""

    def solved(
        self, right: Line, made: Matrix, least: Line, most: Line, edge: Edge | None, /
    ) -> Line:
        """The implicit half, each value held between bounds."""

    def solved_alive(self, right: Line, made: Matrix, alive: Line, edge: Edge | None, /) -> Line:
        """The implicit half of what vanishes where it is not alive."""

    def within(self, values: Line, least: Line, most: Line, /) -> Line:
        """1 where a value is strictly between its bounds, else 0."""

    def same(self, values: Line, others: Line, /) -> bool:
        """Whether two lines are equal at every node."""

    def greater(self, values: Line, others: Line, /) -> Line:
        """The greater at each node, a kink between two nodes allowed for."""

    def lesser(self, values: Line, others: Line, /) -> Line:
        """The lesser at each node, likewise."""

    def where_positive(self, gains: Line, values: Line, others: Line, /) -> Line:
        """A value where the gain is not below zero, else the other."""

    def middle_of(self, values: Line, /) -> Amount:
        """The value at the stock price of now."""
