"""A convertible on a binomial tree with a branch to default at every node, as Hull draws it.

Coarser than the grid and easily followed by hand: a check of it, and textbook examples.
"""

from math import exp, sqrt

from xlfuncs.errors import BoundsError
from xlfuncs.models.convertible.terms import SAME_TIME, Terms


def tree_value(terms: Terms, steps: int) -> float:
    """What the security is worth now, on a tree of so many steps.

    What happens between two times of the tree happens at the nearer.

    Raises:
        BoundsError: the tree is too coarse to have probabilities.
    """
    if terms.years <= SAME_TIME:
        return float(max(due_of(terms), terms.conversion_ratio * terms.stock_price))
    duration = terms.years / steps
    terms = at_nodes(terms, duration)
    up = exp(terms.volatility * sqrt(duration))
    survival = exp(-terms.hazard_rate * duration)
    kept = 1.0 - terms.stock_fall
    growth = exp((terms.rate - terms.dividend_yield) * duration) - (1.0 - survival) * kept
    chance_up = (growth - survival / up) / (up - 1.0 / up) if up > 1.0 else -1.0
    chance_down = survival - chance_up
    if chance_up < 0.0 or chance_down < 0.0:
        raise BoundsError(
            f"steps must be more than {steps}, or volatility more than {terms.volatility:g}: "
            f"the tree's probabilities are not between 0 and 1"
        )
    discount = exp(-terms.rate * duration)
    chances = (discount * chance_up, discount * chance_down, discount * (1.0 - survival))
    today = terms.conversion_ratio * terms.stock_price
    values = [
        max(due_of(terms), parity) for parity in parities_at(terms, today, up, steps, terms.years)
    ]
    for node in range(steps - 1, -1, -1):
        time = node * duration
        parities = parities_at(terms, today, up, node, time)
        recovered = terms.recovery * terms.claim(time + duration)
        values = [
            chances[0] * above + chances[1] * under + chances[2] * max(parity * kept, recovered)
            for above, under, parity in zip(values[1:], values[:-1], parities, strict=True)
        ]
        values = decided(terms, values, parities, time)
    return values[0]


def at_nodes(terms: Terms, duration: float) -> Terms:
    """The terms with each moment at the nearest time of the tree, no coupon before the first."""

    def nearest(time: float, least: int) -> float:
        return max(least, round(time / duration)) * duration

    times = tuple(time if time <= 0.0 else nearest(time, 1) for time in terms.coupon_times)
    put_time = nearest(terms.put_time, 0)
    call_start = nearest(terms.call_start, 0)
    return terms._replace(coupon_times=times, call_start=call_start, put_time=put_time)


def parities_at(terms: Terms, today: float, up: float, node: int, time: float) -> list[float]:
    """The values on conversion at one time, upwards."""
    grown = today * terms.shares_growth(time)
    return [grown * up ** (2 * place - node) for place in range(node + 1)]


def due_of(terms: Terms) -> float:
    """What who does not convert gets at maturity, a put on that day included."""
    due: float = terms.due()
    return max(due, terms.put_level(terms.years)) if terms.is_put(terms.years) else due


def decided(terms: Terms, values: list[float], parities: list[float], time: float) -> list[float]:
    """The values at one time of the tree after call, coupon, put and conversion, in this order."""
    if terms.call_price is not None and time >= terms.call_start - SAME_TIME:
        values = called(values, parities, terms.call_level(time, coupon_paid=True))
    if time > 0.0:
        coupon = terms.coupon(time)
        values = [value + coupon for value in values]
    if terms.is_put(time):
        cash = terms.put_level(time)
        values = [max(value, cash) for value in values]
    if terms.call_price is not None and time > terms.call_start + SAME_TIME:
        values = called(values, parities, terms.call_level(time, coupon_paid=False))
    return [max(value, parity) for value, parity in zip(values, parities, strict=True)]


def called(values: list[float], parities: list[float], cash: float) -> list[float]:
    """The values where the issuer may call for cash, and the holder then still convert."""
    return [min(value, max(cash, one)) for value, one in zip(values, parities, strict=True)]
