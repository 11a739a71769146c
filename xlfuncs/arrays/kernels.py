"""Kernels compiled by numba: loops without branches, so that each instruction does several.

numba alone calls the logarithm and the exponential one number at a time. Here they are
polynomials and bits of the double, and everything is inlined, so the compiler makes one loop of
vector instructions of a whole formula. Where the plain formula will not do the kernel writes
NaN, and says that it did.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, cast

import numba
import numpy as np
from numba.extending import intrinsic

from xlfuncs.arrays.normal import SQRT_HALF
from xlfuncs.arrays.prices import (
    FAR_APART,
    FIRST_TINY,
    LAST_TINY,
    LEAST_WIDTH,
    MOST_VALUE,
)
from xlfuncs.card import card_of
from xlfuncs.kinds import Number
from xlfuncs.models.black_scholes import black_scholes as scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]
    Numba = Any  # contexts and builders of numba, which come without annotations

BLOCK: Final = 1024  # options at a time; a number given once is written out to as many

# Coefficients from interpolation at 60 digits (tests/support/polynomials.py makes them again).
# (exp(r) - 1 - r) / r² for r to half the logarithm of 2 on either side of 0
EXP: Final = (
    0.5000000000000001, 0.16666666666666669, 0.04166666666662064, 0.008333333333329793,
    0.0013888888918939168, 0.00019841269864380513, 2.4801518641395993e-05, 2.75572664186123e-06,
    2.7621338669142925e-07, 2.510134692835034e-08,
)  # fmt: skip
# (log((1 + s) / (1 - s)) / s - 2) / s² in s², from sqrt(1/2) to sqrt(2)
LOG: Final = (
    0.666666666666667, 0.3999999999989607, 0.28571428627528794, 0.22222210881932927,
    0.1818290749767122, 0.1533111258796017, 0.1462395660821188,
)  # fmt: skip
# exp(z²) erfc(z) = over / under for z from 0 to infinity; all are positive: nothing cancels
OVER: Final = (
    0.9999999999999999, 2.269281401251138, 2.5377202639601935, 1.8021567066332687,
    0.8880652355941151, 0.3139243081406235, 0.0796651122088254, 0.014058678811791249,
    0.0015801059650222952, 8.773761549961317e-05,
)  # fmt: skip
UNDER: Final = (
    1.0, 3.397660568346606, 5.371569666146544, 5.217916222192989,
    3.460183132048337, 1.643255675325701, 0.5687977732914056, 0.14260306736583542,
    0.024996114835856915, 0.002800664902542472, 0.00015551087446155688,
)  # fmt: skip

_LOG2_E: Final = 1.4426950408889634
_LN2_HIGH: Final = 0.6931471803691238  # 32 bits, so that a whole multiple of it is exact
_LN2_LOW: Final = 1.9082149292705877e-10
_ROUND: Final = 1.5 * 2.0**52  # a number added to it is rounded, and stands in its last bits
_ROUND_BITS: Final = int(np.float64(_ROUND).view(np.int64))
_ROOT_HALF_BITS: Final = int(np.float64(math.sqrt(0.5)).view(np.int64))
_TINY: Final = 0.5 * (FIRST_TINY + LAST_TINY)
_MOST: Final = 1e8  # deviations; what a farther one has left is nothing beside the rest
_HIGHEST: Final = {
    one.name: (one.unit.minimum, one.unit.maximum)
    for one in card_of(scalar).arguments
    if isinstance(one.unit, Number)
}
_MOST_PRICE: Final = _HIGHEST["spot"][1]
_MOST_YEARS: Final = _HIGHEST["years"][1]
_LEAST_RATE, _MOST_RATE = _HIGHEST["rate"]
_MOST_VOLATILITY: Final = _HIGHEST["volatility"][1]

# Rounding is kept as written, but a product and a sum may be one instruction.
_njit = cast("Any", numba.njit)
_OPTIONS: Final = {"error_model": "numpy", "fastmath": {"contract", "nsz"}}
_inlined: Callable[[Callable[..., Any]], Callable[..., Any]] = _njit(forceinline=True, **_OPTIONS)
as_intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = intrinsic


def as_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel, kept on disk where that can be written."""
    try:
        kernel: Callable[..., Any] = _njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no folder for it
        kernel = _njit(**_OPTIONS)(function)
    return kernel


def _same_bits(result: object) -> Callable[..., Any]:
    """The instruction that takes 64 bits for a number of another type."""

    def generate(context: Numba, builder: Numba, _signature: object, arguments: Numba) -> object:
        bitcast: object = builder.bitcast(arguments[0], context.get_value_type(result))
        return bitcast

    return generate


@as_intrinsic
def _bits(_context: object, _number: object) -> tuple[Any, Callable[..., Any]]:
    """The 64 bits of a double."""
    return numba.int64(numba.float64), _same_bits(numba.int64)


@as_intrinsic
def _of_bits(_context: object, _number: object) -> tuple[Any, Callable[..., Any]]:
    """The double of 64 bits."""
    return numba.float64(numba.int64), _same_bits(numba.float64)


def _polynomial(coefficients: tuple[float, ...]) -> Callable[..., Any]:
    """Horner's rule, written out."""
    text = repr(coefficients[-1])
    for one in coefficients[-2::-1]:
        text = f"({text}) * v + ({one!r})"
    return _inlined(eval(f"lambda v: {text}"))  # noqa: S307  numbers of this module alone


_exp_terms, _log_terms, _over, _under = map(_polynomial, (EXP, LOG, OVER, UNDER))


@_inlined
def _exp(x: float) -> float:
    """The exponential of a number between -708 and 709."""
    whole = x * _LOG2_E + _ROUND
    n = whole - _ROUND
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    power: float = _of_bits((_bits(whole) + 1023) << 52)
    terms: float = _exp_terms(r)
    return power * (1.0 + (r + r * r * terms))


@_inlined
def _log(x: float) -> float:
    """The logarithm of a normal number; beyond them a number of more than 700."""
    bits = _bits(x)
    power = (bits - _ROOT_HALF_BITS) >> 52
    f: float = _of_bits(bits - (power << 52)) - 1.0
    n: float = _of_bits(power + _ROUND_BITS) - _ROUND
    s = f / (2.0 + f)
    half_square = 0.5 * f * f
    rest: float = s * (half_square + s * s * _log_terms(s * s)) + n * _LN2_LOW
    return n * _LN2_HIGH + (f - (half_square - rest))


@_inlined
def _left(near: float, far: float, tail: float) -> float:
    """Twice the chances that the lesser side counts for, the second less the first.

    With E(z) = exp(z²) erfc(z) and tail = exp(-near²), erfc(near) - tail E(far). Both share one
    division, which costs as much as ten products.
    """
    first, second = min(abs(near), _MOST), min(far, _MOST)
    under, under_far = _under(first), _under(second)
    each = 1.0 / (under * under_far)
    beyond = _over(first) * under_far
    farther = _over(second) * under
    part: float = (beyond - farther if near >= 0.0 else beyond + farther) * each * tail
    return part if near >= 0.0 else 2.0 - part


@_inlined
def _price(s: float, spot: float, strike: float, t: float, r: float, v: float, q: float) -> float:
    """A value by the plain formula, NaN where it will not do or an argument is out of bounds.

    A comparison with NaN is false, and a log ratio of what is not above zero is far apart.
    """
    moneyness = _log(spot / strike)
    width = 0.5 * v * math.sqrt(t)
    middle = abs(moneyness + (r - q) * t) / (2.0 * width)
    near = (middle - width) * SQRT_HALF
    square = near * near
    plain = (
        (spot > 0.0) & (spot <= _MOST_PRICE) & (strike <= _MOST_PRICE)
        & (t <= _MOST_YEARS) & (v <= _MOST_VOLATILITY)
        & (r >= _LEAST_RATE) & (r <= _MOST_RATE) & (q >= _LEAST_RATE) & (q <= _MOST_RATE)
        & (max(abs(moneyness), abs(r * t), abs(q * t)) < FAR_APART)
        & ((width >= LEAST_WIDTH * (1.0 + middle)) | (square > LAST_TINY))
        & (abs(square - _TINY) > _TINY - FIRST_TINY)
    )  # fmt: skip
    share, bond = spot * _exp(-q * t), strike * _exp(-r * t)
    tail = _exp(-square) if square < FIRST_TINY else 0.0
    left = _left(near, (middle + width) * SQRT_HALF, tail)
    value = max(s * (share - bond), 0.0) + max(0.5 * min(share, bond) * left, 0.0)
    return value if plain & (value <= MOST_VALUE) else math.nan


@_inlined
def _part(term: Doubles, once: Doubles, start: int, stop: int) -> Doubles:
    """The elements of a term for one block; a single number as many times."""
    if term.size == 1:
        once[:] = term[0]
        return once[: stop - start]
    return term[start:stop]


@as_kernel
def black_scholes(
    sign: Doubles,
    spot: Doubles,
    strike: Doubles,
    years: Doubles,
    rate: Doubles,
    volatility: Doubles,
    dividend_yield: Doubles,
    values: Doubles,
) -> NDArray[np.int64]:
    """Write the values; where they are NaN is the answer."""
    once = np.empty((7, BLOCK))
    unwritten = np.empty(values.size, np.int64)
    count = 0
    for start in range(0, values.size, BLOCK):
        stop = min(start + BLOCK, values.size)
        s = _part(sign, once[0], start, stop)
        x = _part(spot, once[1], start, stop)
        k = _part(strike, once[2], start, stop)
        t = _part(years, once[3], start, stop)
        r = _part(rate, once[4], start, stop)
        v = _part(volatility, once[5], start, stop)
        q = _part(dividend_yield, once[6], start, stop)
        to = values[start:stop]
        for i in range(stop - start):
            to[i] = _price(s[i], x[i], k[i], t[i], r[i], v[i], q[i])
        odd = 0
        for i in range(stop - start):
            odd += to[i] != to[i]
        if odd:
            for i in range(stop - start):
                if to[i] != to[i]:
                    unwritten[count] = start + i
                    count += 1
    return unwritten[:count]
