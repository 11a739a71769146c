"""Dividends of known date and amount, set aside from the share that an option is written on."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from xlfuncs.checks import same_length
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.models.american.terms import Terms

Dividends = tuple[tuple[float, float], ...]  # years from now and amount, in order of time


def dividends_before(
    years: float, dividend_years: Sequence[float], dividend_amounts: Sequence[float]
) -> Dividends:
    """The dividends that go ex before the expiry, in order of time.

    Raises:
        InputError: there are not as many times as amounts.
    """
    same_length("dividend_years", dividend_years, "dividend_amounts", dividend_amounts)
    listed = zip(dividend_years, dividend_amounts, strict=True)
    return tuple(sorted((when, amount) for when, amount in listed if when < years and amount > 0.0))


def present_value(dividends: Dividends, growth: float, now: float = 0.0) -> float:
    """What the dividends that go ex after a time take from the share at that time.

    The share grows by the rate less its yield, and so does what is set aside from it.
    """
    return sum(amount * exp(-growth * (when - now)) for when, amount in dividends if when > now)


def coming_at(dividends: Dividends, growth: float, step: float, steps: int) -> list[float]:
    """The present value of the dividends still to come, at each of so many steps and at 0."""
    found = []
    coming, left = 0.0, list(dividends)
    for place in range(steps, -1, -1):
        coming *= exp(-growth * step)
        time = step * place
        while left and left[-1][0] > time:
            when, amount = left.pop()
            coming += amount * exp(-growth * (when - time))
        found.append(coming)
    found.reverse()
    return found


def share_without(spot: float, dividend_value: float) -> float:
    """The price of the share less the present value of the dividends.

    Raises:
        BoundsError: nothing is left of it.
    """
    if not dividend_value < spot:
        raise BoundsError(
            f"dividend_amounts must be worth less than spot, {shown(spot)}, "
            f"and are worth {shown(dividend_value)} now"
        )
    return spot - dividend_value


def certain_value(terms: Terms, dividends: Dividends = ()) -> float:
    """The value where the share moves along its forward price: exercise at the best time.

    Between dividends that is an end of the interval, or where interest on the strike and the
    yield on the share balance.
    """
    _, share, strike, years, rate, _, dividend_yield = terms
    sign, growth = terms.sign, terms.growth
    dates = sorted({when for when, _ in dividends})
    best = 0.0
    for start, end in zip([0.0, *dates], [*dates, years], strict=True):
        whole = share + sum(
            amount * exp(-growth * when) for when, amount in dividends if when > start
        )
        times = [start, end]
        if rate * dividend_yield > 0.0 and growth:
            balance = log(rate / dividend_yield * (strike / whole)) / growth
            times.append(min(max(balance, start), end))
        for time in times:
            gain = whole * exp(-dividend_yield * time) - strike * exp(-rate * time)
            best = max(best, sign * gain)
    return best
