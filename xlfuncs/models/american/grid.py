"""An American option on a grid of prices: slow, but right whatever the rates and dividends.

The logarithm of the share less its drift spreads like heat, so the grid moves along with the
drift and every weight stays positive, however small the volatility. What has no single exercise
boundary comes here: discrete dividends, negative rates, and whatever the equation of the boundary
does not solve.
"""

from math import ceil, erfc, exp, log, sqrt
from operator import ge, gt
from typing import NamedTuple

from xlfuncs.models.american.dividends import Dividends, present_value

SQRT_HALF = sqrt(0.5)
STEPS = 480  # of the coarser of two grids, whose error is extrapolated away
EASY = 0.5  # interest over all the time up to which so many steps do; more of it takes more
LONGEST = 4.0
DEVIATIONS = 7.0  # beyond them lies less than 1e-11 of the probability
WIDEST = 16.0  # deviation over all the time up to which the grid of a call is of bearable size
HIGHEST = 600.0  # exponent of a price that still leaves room for sums
ALIKE = 1e-9
HALVINGS = 8


class Grid(NamedTuple):
    """Prices that move with the drift, from low to high, and the option they are for."""

    sign: float
    share: float
    strike: float
    years: float
    rate: float
    volatility: float
    dividend_yield: float
    dividends: Dividends
    drift: float
    spacing: float
    half: int  # prices either side of the middle
    factors: tuple[float, ...]
    between_dividends: bool  # whether exercise can pay at other times than before a dividend


def grid_value(
    option_type: str,
    share: float,
    strike: float,
    years: float,
    rate: float,
    volatility: float,
    dividend_yield: float,
    dividends: Dividends = (),
) -> float:
    """The value where the share less the present value of its dividends is log-normal."""
    sign = 1.0 if option_type == "call" else -1.0
    deviation = volatility * sqrt(years)
    # a call is unbounded: what counts for it lies a variance higher
    reach = DEVIATIONS + max(sign, 0.0) * deviation
    longer = min(max(max(abs(rate), abs(dividend_yield)) * years / EASY, 1.0), LONGEST)
    steps_at_first = ceil(STEPS * longer)
    found = []
    for steps in (steps_at_first, 2 * steps_at_first):
        spacing = deviation * sqrt(3.0 / steps)
        half = ceil(reach * deviation / spacing) + 1
        grid = Grid(
            sign=sign,
            share=share,
            strike=strike,
            years=years,
            rate=rate,
            volatility=volatility,
            dividend_yield=dividend_yield,
            dividends=dividends,
            drift=rate - dividend_yield - 0.5 * volatility * volatility,
            spacing=spacing,
            half=half,
            factors=tuple(exp(place * spacing) for place in range(-half, half + 1)),
            # without a yield nothing is gained by exercising a call between dividends
            between_dividends=sign < 0.0 or rate < 0.0 or dividend_yield > 0.0,
        )
        found.append(value_on(grid, steps))
    coarse, fine = found
    return 2.0 * fine - coarse


def value_on(grid: Grid, steps: int) -> float:
    """The value now; each dividend falls on a step."""
    marks = sorted({0.0, *(when for when, _ in grid.dividends)})
    ends = [*marks[1:], grid.years]
    counts = [
        max(1, ceil(steps * (end - start) / grid.years - ALIKE))
        for start, end in zip(marks, ends, strict=True)
    ]
    level = sum(counts)
    values: list[float] = []
    for start, end, count in zip(reversed(marks), reversed(ends), reversed(counts), strict=True):
        step = (end - start) / count
        for place in range(count - 1, -1, -1):
            level -= 1
            time = start + step * place
            half = min(level, grid.half)
            if values:
                values = one_step_before(grid, values, half, time, step)
            else:
                values = last_step(grid, half, time)
        if start > 0.0:
            values = before_dividend(grid, values, half, start)
    return values[0]


def payoffs_at(grid: Grid, half: int, time: float, coming: float) -> list[float]:
    """What exercise pays at each price, with dividends of some value still to come."""
    scale = grid.sign * grid.share * exp(min(grid.drift * time, HIGHEST))
    fixed = grid.sign * (coming - grid.strike)
    factors = grid.factors[grid.half - half : grid.half + half + 1]
    return [scale * factor + fixed for factor in factors]


def last_step(grid: Grid, half: int, time: float) -> list[float]:
    """The Black-Scholes value over the last step, which smooths the bend of the payoff."""
    left = grid.years - time
    deviation = grid.volatility * sqrt(left)
    drifted = min(grid.drift * time, HIGHEST)
    shares = grid.share * exp(drifted - grid.dividend_yield * left)
    bond = grid.strike * exp(-grid.rate * left)
    moneyness = log(grid.share / grid.strike) + drifted + (grid.rate - grid.dividend_yield) * left
    start = moneyness / deviation + 0.5 * deviation
    flip, scale = -grid.sign * SQRT_HALF, 0.5 * grid.sign
    values = []
    for place in range(-half, half + 1):
        d1 = start + place * grid.spacing / deviation
        price = shares * grid.factors[grid.half + place]
        values.append(scale * (price * erfc(flip * d1) - bond * erfc(flip * (d1 - deviation))))
    if grid.between_dividends:
        return list(map(max, values, payoffs_at(grid, half, time, 0.0)))
    return values


def one_step_before(
    grid: Grid, later: list[float], half: int, time: float, step: float
) -> list[float]:
    """The values a step before others: what the next three are worth on average, or exercise."""
    padded = len(later) == 2 * half + 1
    payoffs_later: list[float] = []
    if grid.between_dividends or padded:
        after = time + step
        coming = present_value(grid.dividends, grid.rate - grid.dividend_yield, after)
        payoffs_later = payoffs_at(grid, half if padded else half + 1, after, coming)
    if padded:  # the outermost prices are as good as never reached
        later = [max(payoffs_later[0], 0.0), *later, max(payoffs_later[-1], 0.0)]
    weight = 0.5 * grid.volatility * grid.volatility * step / grid.spacing**2
    discount = exp(-grid.rate * step)
    side, middle = discount * weight, discount * (1.0 - 2.0 * weight)
    values = [
        side * (low + high) + middle * here
        for low, here, high in zip(later, later[1:], later[2:], strict=False)
    ]
    if not grid.between_dividends:
        return values
    if padded:
        payoffs_later = [later[0], *payoffs_later, later[-1]]
    for place, amount in missed(grid, later, payoffs_later, half, time, coming):
        values[place] += side * amount
    coming = present_value(grid.dividends, grid.rate - grid.dividend_yield, time)
    return list(map(max, values, payoffs_at(grid, half, time, coming)))


def missed(
    grid: Grid,
    values: list[float],
    payoffs: list[float],
    half: int,
    time: float,
    coming: float,
) -> list[tuple[int, float]]:
    """What the average over three prices misses next to where exercise begins, and where.

    The value is curved up to the critical price, and straight beyond; the curvature there
    follows from the equation that the value obeys. Of the cell between the last price held and
    the first exercised, only a part is curved.
    """
    exercised = list(map(ge, payoffs, values))
    found = []
    for place in bends(exercised):
        held = place + 1 if exercised[place] else place
        if not 1 <= held < len(values) - 1:
            continue
        price = grid.share * grid.factors[grid.half - half - 1 + held]
        price *= exp(min(grid.drift * time, HIGHEST))
        earned = grid.dividend_yield * (price + coming) - grid.rate * grid.strike
        curved = 2.0 * grid.sign * earned * (grid.spacing / grid.volatility) ** 2
        above = values[held] - payoffs[held]
        if 0.0 < 2.0 * above < curved:
            straight = 1.0 - sqrt(2.0 * above / curved)
            found.append((held - 1, 0.5 * curved * straight * straight))
    return found


def before_dividend(grid: Grid, values: list[float], half: int, time: float) -> list[float]:
    """Exercised just before the share goes ex, where that pays more than to wait."""
    going = sum(amount for when, amount in grid.dividends if when == time)
    coming = present_value(grid.dividends, grid.rate - grid.dividend_yield, time)
    return better(values, payoffs_at(grid, half, time, coming + going))


def better(values: list[float], payoffs: list[float]) -> list[float]:
    """The better of waiting and exercise.

    The value bends at the critical price, which lies between two prices of the grid; each of
    them takes its part of what a sum over the grid is off by the bend (Euler and Maclaurin).
    """
    best = list(map(max, values, payoffs))
    for place in bends(list(map(gt, payoffs, values))):
        first = min(max(place - 1, 0), len(values) - 4)
        if first < 0:
            continue
        four = [payoffs[one] - values[one] for one in range(first, first + 4)]
        part, slope, curve = crossing(four, place - first)
        if slope < 0.0:  # exercised at low prices: look from the other side
            along, slope = part, -slope
        else:
            along = 1.0 - part
        square = along * along
        amount = 0.5 * slope * (square - along + 1.0 / 6.0)
        amount += curve * along * (square - 1.5 * along + 0.5) / 6.0
        best[place] += amount * (1.0 - part)
        best[place + 1] += amount * part
    return best


def crossing(four: list[float], cell: int) -> tuple[float, float, float]:
    """Where in a cell the cubic through four values is 0, its slope and its curvature there."""
    one, two, three, four_ = four
    second, third = three - 2.0 * two + one, four_ - 3.0 * three + 3.0 * two - one
    first = two - one
    low, high = float(cell), cell + 1.0
    place = low + four[cell] / (four[cell] - four[cell + 1])
    for _ in range(HALVINGS):
        less = place - 1.0
        value = one + place * (first + 0.5 * less * (second + (place - 2.0) * third / 3.0))
        if value * four[cell] > 0.0:
            low = place
        else:
            high = place
        slope = first + 0.5 * (place + less) * second
        slope += third * (3.0 * place * place - 6.0 * place + 2.0) / 6.0
        guess = place - value / slope if slope else low
        place = guess if low <= guess <= high else 0.5 * (low + high)
    return place - cell, slope, second + third * less


def bends(exercised: list[bool]) -> list[int]:
    """The places after which exercise begins or ends."""
    found = []
    place, now = 0, exercised[0]
    while (not now) in exercised[place:]:
        place = exercised.index(not now, place)
        found.append(place - 1)
        now = not now
    return found
