"""Shares and value of a conversion, given the shape of the window of closes.

With the shape known the variable price is a known multiple of the level, the price at the first
close of the window, and the level is lognormal. So the expectation over the level is a sum of
three parts: where the cap binds, where the variable price does, where the fixed price does.
"""

from collections.abc import Callable, Sequence
from math import erfc, exp, fsum, inf, log, pi, sqrt
from operator import mul
from typing import Final, NamedTuple

from xlfuncs.errors import BoundsError

SAME_PRICE: Final = 1e-12  # of a price: the rounding of a quotient
SQRT_HALF: Final = sqrt(0.5)
SQRT_TWO_PI: Final = sqrt(2.0 * pi)


class Terms(NamedTuple):
    """What a preferred share converts: USD, the fixed price (or none: infinity), the cap."""

    amount: float
    fixed_price: float
    cap: float | None

    @property
    def cap_price(self) -> float:
        """The conversion price below which the cap binds; 0 where there is none."""
        if self.cap is None:
            return 0.0
        price = self.amount / self.cap if self.cap else inf
        near = abs(price - self.fixed_price) <= SAME_PRICE * self.fixed_price
        return self.fixed_price if near and self.fixed_price < inf else price

    @property
    def always_capped(self) -> bool:
        """Whether even the fixed price gives more shares than the cap."""
        return self.cap_price > self.fixed_price or self.cap_price == inf


class Level(NamedTuple):
    """The price at the first close of the window: its logarithm is normal."""

    log_mean: float
    deviation: float
    mean: float
    mean_of_inverse: float


class Expected(NamedTuple):
    """Expectations over the points of one shift.

    `stocks` is that of the shares times the level, in the measure in which the stock is money:
    its points count as much as their last close.
    """

    stocks: float
    shares: float
    variable_chance: float
    cap_chance: float


Told = tuple[float, float, float, float]


def level_of(forward_price: float, deviation: float) -> Level:
    """The level, from its mean and the deviation of its logarithm.

    Raises:
        BoundsError: the mean is no number.
    """
    if not 0.0 < forward_price < inf:
        raise BoundsError("the forward price at the start of the window is too far from 1")
    variance = deviation * deviation
    mean_of_inverse = exp(variance) / forward_price
    return Level(log(forward_price) - 0.5 * variance, deviation, forward_price, mean_of_inverse)


def expected(
    log_prices: Sequence[float], lasts: Sequence[float], terms: Terms, level: Level
) -> Expected:
    """The expectations over the points of one shift."""
    told = map(teller(terms, level), log_prices)
    stocks, shares, variables, caps = zip(*told, strict=True)
    count = len(log_prices)
    return Expected(
        fsum(map(mul, lasts, stocks)) / fsum(lasts),
        fsum(shares) / count,
        fsum(variables) / count,
        fsum(caps) / count,
    )


def shares_at(log_price: float, terms: Terms) -> float:
    """The shares where the variable price, given by its logarithm, is certain."""
    shares = terms.amount / min(exp(log_price), terms.fixed_price)
    return shares if terms.cap is None else min(shares, terms.cap)


def teller(terms: Terms, level: Level) -> Callable[[float], Told]:
    """What gives, for a point, shares times level, shares, and the two chances."""
    amount, fixed_price, _ = terms
    log_mean, deviation, mean, mean_of_inverse = level
    cap = 0.0 if terms.cap is None else terms.cap
    cap_price = terms.cap_price

    def certain(log_price: float) -> Told:
        """The level is certain."""
        shares = shares_at(log_price + log_mean, terms)
        price = exp(log_price + log_mean)
        return shares * mean, shares, price < fixed_price, min(price, fixed_price) < cap_price

    def variable(log_price: float) -> Told:
        """The variable price alone counts."""
        inverse = amount * exp(-log_price)
        return inverse, inverse * mean_of_inverse, 1.0, 0.0

    def capped(log_price: float) -> Told:
        """The cap binds at any price."""
        chance = below((log_fixed - log_price - log_mean) / deviation)
        return cap * mean, cap, chance, 1.0

    def mixed(log_price: float) -> Told:
        """Cap below cap_price, variable price up to the fixed price, the fixed price above."""
        at_cap = (log_cap - log_price - log_mean) / deviation
        at_fixed = (log_fixed - log_price - log_mean) / deviation
        cap_chance, variable_chance = below(at_cap), below(at_fixed)
        inverse = amount * exp(-log_price)
        if at_cap + deviation > 0.0:  # of two numbers near 1 their distances from it count
            part = below(-at_cap - deviation) - below(-at_fixed - deviation)
        else:
            part = below(at_fixed + deviation) - below(at_cap + deviation)
        return (
            mean * (cap * below(at_cap - deviation) + fixed_shares * below(deviation - at_fixed))
            + inverse * (variable_chance - cap_chance),
            cap * cap_chance + inverse * mean_of_inverse * part + fixed_shares * below(-at_fixed),
            variable_chance,
            cap_chance,
        )

    if deviation == 0.0:
        return certain
    if terms.cap is None and fixed_price == inf:
        return variable
    fixed_shares = amount / fixed_price
    log_fixed = log(fixed_price)
    log_cap = log(cap_price) if cap_price else -inf
    return capped if terms.always_capped else mixed


def below(z: float) -> float:
    """The normal distribution, precise in its lower tail."""
    return 0.5 * erfc(-z * SQRT_HALF)


def density(z: float) -> float:
    """The density of the normal distribution."""
    return exp(-0.5 * z * z) / SQRT_TWO_PI
