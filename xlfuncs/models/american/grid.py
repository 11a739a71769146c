"""An American option on a grid of prices: slow, but right whatever the rates and dividends.

The logarithm of the share less its drift spreads like heat, so the grid moves along with the
drift and every weight stays positive, however small the volatility. What has no single exercise
boundary comes here: discrete dividends, negative rates, and whatever the equation of the boundary
does not solve.
"""

from math import ceil, erfc, exp, expm1, log, sinh, sqrt
from operator import ge, gt
from typing import NamedTuple

from xlfuncs.errors import BoundsError
from xlfuncs.models.american.dividends import Dividends
from xlfuncs.models.american.terms import Terms

SQRT_HALF = sqrt(0.5)
STEPS = 240  # of the coarser of two grids, whose error is extrapolated away
BOUNDARY_STEPS = 360  # where exercise may pay at any time: what is left depends on the boundary
EASY = 0.5  # interest over all the time up to which so many steps do; more of it takes more
NARROW = 2.0  # deviation over all the time up to which they do
LONGEST = 3.0
DEVIATIONS = 7.0  # beyond them lies less than 1e-11 of the probability
WIDEST = 16.0  # deviation over all the time up to which the grid of a call is of bearable size
MOST_INTEREST = 10.0  # over all the time; with more, a step hides the best moment to exercise
HIGHEST = 600.0  # exponent of a price that still leaves room for sums
ALIKE = 1e-9
HALVINGS = 8


class Grid(NamedTuple):
    """Prices that move with the drift, from low to high, and the option they are for."""

    terms: Terms
    sign: float
    drift: float
    spacing: float
    half: int  # prices either side of the middle
    factors: tuple[float, ...]
    between_dividends: bool  # whether exercise can pay at other times than before a dividend


def grid_value(terms: Terms, dividends: Dividends = ()) -> float:
    """The value where the share less the present value of its dividends is log-normal.

    Raises:
        BoundsError: the grid would be too wide, or its steps too long for the rates.
    """
    refuse_unresolved(terms, dividends)
    longer = max(yearly_most(terms) * terms.years / EASY, terms.deviation / NARROW, 1.0)
    fewest = BOUNDARY_STEPS if pays_between(terms) else STEPS
    steps = ceil(fewest * min(longer, LONGEST))
    coarse = value_on(grid_of(terms, steps), dividends, steps, 1)
    fine = value_on(grid_of(terms, 2 * steps), dividends, steps, 2)
    return 2.0 * fine - coarse


def refuse_unresolved(terms: Terms, dividends: Dividends) -> None:
    """Refuse what the steps of a grid do not tell apart.

    Raises:
        BoundsError: too wide a grid, or too long a time at these rates.
    """
    most = yearly_most(terms) * terms.years
    if most > MOST_INTEREST:
        raise BoundsError(
            "years × the greater of rate and dividend_yield, signs apart, must be at most "
            f"{MOST_INTEREST:g} where a grid of prices is needed, not {most:.6g}"
        )
    if dividends and terms.deviation > WIDEST:
        raise BoundsError(
            f"volatility × √years must be at most {WIDEST:g} where there are dividends, "
            f"not {terms.deviation:.6g}"
        )


def pays_between(terms: Terms) -> bool:
    """Whether exercise can pay between dividends: that of a call without a yield cannot."""
    return terms.sign < 0.0 or terms.rate < 0.0 or terms.dividend_yield > 0.0


def yearly_most(terms: Terms) -> float:
    """The greater of rate and yield, whatever their signs."""
    return max(abs(terms.rate), abs(terms.dividend_yield))


def grid_of(terms: Terms, steps: int) -> Grid:
    """The prices for so many steps."""
    deviation = terms.deviation
    # a call is unbounded: what counts for it lies a variance higher
    reach = DEVIATIONS + max(terms.sign, 0.0) * deviation
    spacing = deviation * sqrt(3.0 / steps)
    half = ceil(reach * deviation / spacing) + 1
    return Grid(
        terms=terms,
        sign=terms.sign,
        drift=terms.growth - 0.5 * terms.volatility**2,
        spacing=spacing,
        half=half,
        factors=tuple(exp(place * spacing) for place in range(-half, half + 1)),
        between_dividends=pays_between(terms),
    )


def value_on(grid: Grid, dividends: Dividends, steps: int, refined: int) -> float:
    """The value now; each dividend falls on a step, and the refined steps halve the others."""
    going: dict[float, float] = {}
    for when, amount in dividends:
        going[when] = going.get(when, 0.0) + amount
    years = grid.terms.years
    marks = sorted({0.0, *going})
    ends = [*marks[1:], years]
    counts = [
        refined * max(1, ceil(steps * (end - start) / years - ALIKE))
        for start, end in zip(marks, ends, strict=True)
    ]
    level = sum(counts)
    coming, values = 0.0, [0.0]
    for start, end, count in zip(reversed(marks), reversed(ends), reversed(counts), strict=True):
        step = (end - start) / count
        kept = exp(-grid.terms.growth * step)
        for place in range(count - 1, -1, -1):
            time = start + step * place
            first = end == years and place == count - 1
            level -= 1
            half = min(level, grid.half)
            if first:
                values = last_step(grid, half, time)
            else:
                values = one_step_before(grid, values, half, time, step, coming)
            coming *= kept
        if start > 0.0:
            coming += going[start]
            # exercised just before the share goes ex, where that pays more than to wait
            values = better(values, payoffs_at(grid, half, start, coming))
    return values[0]


def payoffs_at(grid: Grid, half: int, time: float, coming: float) -> list[float]:
    """What exercise pays at each price, with dividends of some value still to come."""
    scale = grid.sign * grid.terms.share * exp(min(grid.drift * time, HIGHEST))
    fixed = grid.sign * (coming - grid.terms.strike)
    factors = grid.factors[grid.half - half : grid.half + half + 1]
    return [scale * factor + fixed for factor in factors]


def last_step(grid: Grid, half: int, time: float) -> list[float]:
    """The Black-Scholes value over the last step, which smooths the bend of the payoff."""
    terms = grid.terms
    left = terms.years - time
    deviation = terms.volatility * sqrt(left)
    drifted = min(grid.drift * time, HIGHEST)
    shares = terms.share * exp(drifted - terms.dividend_yield * left)
    bond = terms.strike * exp(-terms.rate * left)
    moneyness = log(terms.share / terms.strike) + drifted + terms.growth * left
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
    grid: Grid, later: list[float], half: int, time: float, step: float, coming: float
) -> list[float]:
    """The values a step before others: what the next three are worth on average, or exercise.

    What is still to come is that of after the step. The weight is such that the share itself is
    carried through a step without error.
    """
    terms = grid.terms
    padded = len(later) == 2 * half + 1
    payoffs_later: list[float] = []
    if grid.between_dividends or padded:
        payoffs_later = payoffs_at(grid, half if padded else half + 1, time + step, coming)
    if padded:  # the outermost prices are as good as never reached
        later = [max(payoffs_later[0], 0.0), *later, max(payoffs_later[-1], 0.0)]
    weight = expm1(0.5 * terms.volatility**2 * step) / (4.0 * sinh(0.5 * grid.spacing) ** 2)
    discount = exp(-terms.rate * step)
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
    now = coming * exp(-terms.growth * step)
    return list(map(max, values, payoffs_at(grid, half, time, now)))


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
    terms = grid.terms
    exercised = list(map(ge, payoffs, values))
    found = []
    for place in bends(exercised):
        held = place + 1 if exercised[place] else place
        if not 1 <= held < len(values) - 1:
            continue
        price = terms.share * grid.factors[grid.half - half - 1 + held]
        price *= exp(min(grid.drift * time, HIGHEST))
        earned = terms.dividend_yield * (price + coming) - terms.rate * terms.strike
        curved = 2.0 * grid.sign * earned * (grid.spacing / terms.volatility) ** 2
        above = values[held] - payoffs[held]
        if 0.0 < 2.0 * above < curved:
            straight = 1.0 - sqrt(2.0 * above / curved)
            found.append((held - 1, 0.5 * curved * straight * straight))
    return found


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
