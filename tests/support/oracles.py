"""The clauses computed a second time, by other means, to check the functions against.

Counting and money are done in exact fractions, the option formula with 50 digits. Nothing
here is shared with the functions under test.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

import mpmath

A_MILLIONTH = Fraction(1, 1_000_000)
HALF = Fraction(1, 2)


def typed(number: float) -> Fraction:
    """The number somebody typed: the fraction that its shortest decimal text stands for."""
    return Fraction(repr(number))


def shares_of_conversion(preferred: float, face: float, premium: float, price: float) -> int:
    """IV.A and IV.E, with an amount within a millionth of a whole share being that share."""
    amount = typed(preferred) * (typed(face) + typed(premium)) / typed(price)
    nearest = round(amount)
    return nearest if abs(amount - nearest) <= A_MILLIONTH else ceil(amount)


def weighted_average(price: Fraction, o: float, q: float, p: float, m: float) -> Fraction:
    """4(a): E (O + P/M) / CSDO, where the consideration a share is less than M."""
    issued, paid, market = typed(q), typed(p), typed(m)
    if issued == 0 or paid / issued >= market:
        return price
    return price * (typed(o) + paid / market) / (typed(o) + issued)


def to_the_cent(price: Fraction) -> Fraction:
    """The nearest cent, an exact half cent up."""
    return Fraction(floor(price * 100 + HALF), 100)


def price_in_effect(
    price: float, o: float, q: float, p: float, m: float, carried: float, carry: str, test: str
) -> Fraction | None:
    """4(h): the price to the cent, or None where nothing is adjusted."""
    before, brought = typed(price), typed(carried)
    base = before - brought if carry == "compound" else before
    change = base - weighted_average(base, o, q, p, m)
    if change == 0:
        return None
    after = to_the_cent(before - brought - change)
    tested = before - after if test == "rounded" else brought + change
    return after if tested * 100 >= before else None


def _d1_d2(s: Any, k: Any, t: Any, r: Any, v: Any, q: Any) -> tuple[Any, Any]:
    root = v * mpmath.sqrt(t)
    d1 = (mpmath.log(s / k) + (r - q + v * v / 2) * t) / root
    return d1, d1 - root


def option_value(
    kind: str, spot: float, strike: float, years: float, rate: float, vol: float, q: float
) -> Any:
    """The value of a European option with 50 digits."""
    with mpmath.workdps(50):
        s, k, t, r, v, y = map(mpmath.mpf, (spot, strike, years, rate, vol, q))
        d1, d2 = _d1_d2(s, k, t, r, v, y)
        sign = 1 if kind == "call" else -1
        share, bond = s * mpmath.exp(-y * t), k * mpmath.exp(-r * t)
        return sign * (share * mpmath.ncdf(sign * d1) - bond * mpmath.ncdf(sign * d2))


def option_greeks(
    kind: str, spot: float, strike: float, years: float, rate: float, vol: float, q: float
) -> dict[str, Any]:
    """The five sensitivities, each as its value and the size of what it is computed from."""
    with mpmath.workdps(50):
        s, k, t, r, v, y = map(mpmath.mpf, (spot, strike, years, rate, vol, q))
        d1, d2 = _d1_d2(s, k, t, r, v, y)
        sign = 1 if kind == "call" else -1
        grown, bond = mpmath.exp(-y * t), k * mpmath.exp(-r * t)
        density, root = mpmath.npdf(d1), mpmath.sqrt(t)
        in_money, exercised = mpmath.ncdf(sign * d1), mpmath.ncdf(sign * d2)
        decay = s * grown * density * v / (2 * root)
        return {
            "delta": sign * grown * in_money,
            "gamma": grown * density / (s * v * root),
            "vega": s * grown * density * root,
            "theta": sign * (y * s * grown * in_money - r * bond * exercised) - decay,
            "rho": sign * bond * t * exercised,
        }
