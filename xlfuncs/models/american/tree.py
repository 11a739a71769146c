"""The binomial tree of Cox, Ross and Rubinstein, with American exercise."""

from math import ceil, exp, expm1, floor, sqrt

from xlfuncs.errors import BoundsError
from xlfuncs.kinds import shown
from xlfuncs.models.american.dividends import Dividends, coming_at
from xlfuncs.models.american.terms import Terms

REACH = 4.5  # roots of the steps from the middle; beyond lies less than 1e-17 of the probability


def tree_value(terms: Terms, steps: int, dividends: Dividends = ()) -> float:
    """The value on a tree of so many steps, the dividends set aside from the share.

    Prices too far from the middle to be reached in a double's digits are worth their payoff.

    Raises:
        BoundsError: the probability of a step up is not between 0 and 1.
    """
    _, share, strike, years, rate, volatility, _ = terms
    step = years / steps
    deviation = volatility * sqrt(step)
    drift = terms.growth * step
    if deviation == 0.0 or abs(drift) > deviation:
        raise BoundsError(no_tree(terms, steps))
    up = exp(deviation)
    likely = (expm1(drift) - expm1(-deviation)) / (up - 1.0 / up)
    discount = exp(-rate * step)
    rise, fall = discount * likely, discount * (1.0 - likely)
    sign = terms.sign
    reach = REACH * sqrt(steps)
    if sign > 0.0:
        reach += steps * abs(up * likely * exp(-drift) - likely)  # where a call gets its value
    # the price after i steps, j of them up, is share × up ^ (2 j − i)
    prices = [share * exp(deviation * place) for place in range(-steps, steps + 1)]
    coming = coming_at(dividends, terms.growth, step, steps)
    values: list[float] = []
    low_before = 0
    for level in range(steps, -1, -1):
        middle = likely * level
        low = max(0, floor(middle - reach))
        high = min(level, ceil(middle + reach))
        fixed = sign * (coming[level] - strike)
        first = steps - level + 2 * low
        payoffs = [
            sign * price + fixed for price in prices[first : first + 2 * (high - low) + 1 : 2]
        ]
        if level == steps:
            values = [max(payoff, 0.0) for payoff in payoffs]
        else:
            # the outermost of the later prices may be missing
            later = values[low - low_before :] if low >= low_before else [*payoffs[:1], *values]
            if len(later) < len(payoffs) + 1:
                later = [*later, max(payoffs[-1], 0.0)]
            values = [
                max(payoff, fall * down + rise * above)
                for payoff, down, above in zip(payoffs, later, later[1:], strict=False)
            ]
        low_before = low
    return values[0]


def no_tree(terms: Terms, steps: int) -> str:
    """Why there is no tree of so many steps."""
    if terms.volatility == 0.0:
        return "volatility must be above 0 for a tree of steps"
    needed = ceil((terms.growth / terms.volatility) ** 2 * terms.years)
    return (
        f"steps must be at least {shown(needed)} for a probability between 0 and 1 "
        f"at this volatility, not {shown(steps)}"
    )
