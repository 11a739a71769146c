"""Black-Scholes values on numpy alone, in passes over chunks that stay in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np

from xlfuncs.arrays import compiled
from xlfuncs.arrays.careful import careful_values
from xlfuncs.arrays.normal import CHUNK, SQRT_HALF, Powers
from xlfuncs.card import card_of
from xlfuncs.models.black_scholes import black_scholes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from xlfuncs.kinds import Number

    Doubles = NDArray[np.float64]

# Where the plain formula is left to the careful one; `kernels` has the same limits.
LEAST_WIDTH: Final = 0.001  # half the deviation, for each 1 + (deviations from the money)
FIRST_TINY: Final = 700.0  # exp(-700): a value may be less than the smallest normal number
LAST_TINY: Final = 900.0  # exp(-900): and here it is 0
FAR_APART: Final = 600.0  # log(spot / strike) whose quotient may be out of range
MOST_VALUE: Final = cast("Number", card_of(black_scholes).result).maximum


def prices(*terms: Doubles, in_doubt: Callable[[list[Doubles]], None] | None = None) -> Doubles:
    """Values of options, from arguments that are broadcast against one another, not checked.

    The terms are the sign (1 for a call, -1 for a put), spot, strike, years, rate, volatility and
    dividend yield.

    NaN where there is no finite value, or one beyond the bounds of the scalar function.

    A compiled kernel finds out by itself what is out of bounds or needs care. `in_doubt` is
    called with the arguments of such options, to refuse them or not.
    """
    shape = np.broadcast_shapes(*(term.shape for term in terms))
    rows = [_flat(term, shape) for term in terms]
    count = int(np.prod(shape))
    kernel = compiled.kernel("black_scholes", count)
    if kernel is None:
        return _on_numpy(rows, count).reshape(shape)
    values = np.empty(count)
    odd = kernel(*rows, values)
    if odd.size:
        _replace(values, odd, rows, in_doubt)
    return values.reshape(shape)


def _flat(term: Doubles, shape: tuple[int, ...]) -> Doubles:
    """One number, or as many as the shape holds, in one row."""
    if term.size == 1:
        return np.ascontiguousarray(term.ravel())
    whole = term if term.shape == shape else np.broadcast_to(term, shape)
    return np.ascontiguousarray(whole.reshape(-1))


def _replace(
    values: Doubles,
    places: NDArray[np.intp],
    rows: list[Doubles],
    in_doubt: Callable[[list[Doubles]], None] | None = None,
) -> None:
    """Put the careful formula's values in some places."""
    terms = [row if row.size == 1 else row[places] for row in rows]
    if in_doubt is not None:
        in_doubt(terms)
    careful = careful_values(*terms)
    values[places] = np.where(careful <= MOST_VALUE, careful, np.nan)


def _on_numpy(rows: list[Doubles], count: int) -> Doubles:
    """The values in chunks that stay in the cache."""
    values = np.empty(count)
    space = Chunk(min(CHUNK, count))
    left = [np.empty(0, dtype=np.intp)]
    with np.errstate(all="ignore"):
        for start in range(0, count, CHUNK):
            stop = min(start + CHUNK, count)
            if stop - start < space.length:
                space = Chunk(stop - start)
            part = [row if row.size == 1 else row[start:stop] for row in rows]
            odd = space.price(part, values[start:stop])
            if odd is not None:
                left.append(np.flatnonzero(odd) + start)
    places = np.concatenate(left)
    if places.size:
        _replace(values, places, rows)
    return values


class Chunk:
    """Working space for the values of one chunk of options."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.powers = Powers(length)
        self.rows = np.empty((7, length))

    def price(self, terms: list[Doubles], values: Doubles) -> NDArray[np.bool_] | None:
        """Write the values by the plain formula; where it will not do is the answer."""
        sign, spot, strike, years, rate, volatility, dividend_yield = terms
        share, bond, log_forward, width, near, far, spare = self.rows
        largest = max(
            _grown(spot, dividend_yield, years, spare, share),
            _grown(strike, rate, years, spare, bond),
        )
        np.divide(spot, strike, out=spare)
        np.log(spare, out=log_forward)
        farthest = max(log_forward.max(), -log_forward.min())
        np.subtract(rate, dividend_yield, out=spare)
        np.multiply(spare, years, out=spare)
        np.add(log_forward, spare, out=log_forward)
        np.sqrt(years, out=width)
        np.multiply(width, volatility, out=width)
        np.abs(log_forward, out=log_forward)
        np.divide(log_forward, width, out=log_forward)
        np.multiply(width, 0.5, out=width)
        np.multiply(log_forward, LEAST_WIDTH, out=spare)
        np.subtract(width, spare, out=spare)
        odd = None
        if not spare.min() >= LEAST_WIDTH:  # not a number where there is no width at all
            odd = ~(spare >= LEAST_WIDTH)
        np.multiply(width, SQRT_HALF, out=width)
        np.multiply(log_forward, SQRT_HALF, out=log_forward)
        np.subtract(log_forward, width, out=near)
        np.add(log_forward, width, out=far)
        above = near < 0.0
        np.abs(near, out=near)
        tail = np.multiply(near, near, out=log_forward)
        if not tail.max() < FIRST_TINY:
            some = ~(tail >= LAST_TINY)
            tiny = (tail > FIRST_TINY) & some
            odd = tiny if odd is None else (odd & some) | tiny
        np.negative(tail, out=tail)
        np.exp(tail, out=tail)
        np.multiply(self.powers.scaled_tail(near, spare), tail, out=near)
        np.subtract(2.0, near, out=near, where=above)
        np.multiply(self.powers.scaled_tail(far, spare), tail, out=far)
        np.subtract(near, far, out=near)
        np.minimum(share, bond, out=far)
        np.multiply(far, 0.5, out=far)
        np.multiply(near, far, out=near)
        np.subtract(share, bond, out=share)
        np.multiply(share, sign, out=share)
        np.maximum(share, 0.0, out=share)
        np.maximum(near, 0.0, out=near)
        np.add(share, near, out=values)
        if not (largest < np.inf and farthest < FAR_APART and values.max() <= MOST_VALUE):
            odd = np.ones(self.length, dtype=np.bool_)
        return odd


def _grown(amount: Doubles, rate: Doubles, years: Doubles, spare: Doubles, out: Doubles) -> float:
    """Write amount exp(-rate years); the answer is the largest of the factors."""
    np.multiply(rate, years, out=spare)
    np.negative(spare, out=spare)
    np.exp(spare, out=spare)
    np.multiply(amount, spare, out=out)
    return float(spare.max())
