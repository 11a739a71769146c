"""A convertible on a grid of stock prices and times, backwards from maturity.

The line of stock prices moves with what the stock is expected to grow by, so that nothing but
diffusion is left to be solved: half implicit (Crank and Nicolson), wholly implicit just before
every moment that bends the values (Rannacher). Growth and discounting are exact. Bounds are
imposed within the sweep down the line (Brennan and Schwartz): conversion under, the call over.
"""

from collections.abc import Callable
from math import sqrt
from typing import Generic, NamedTuple

from xlfuncs.errors import BoundsError
from xlfuncs.models.convertible.operations import Edge, Line, Matrix, Operations
from xlfuncs.models.convertible.terms import SAME_TIME, Amount, Terms

WIDTH = 4.0  # deviations to either side
LEAST_DEVIATION = 1e-7
SMOOTHING = 2  # steps after each moment, taken as two implicit halves
PASSES = 4  # over what is debt and what is equity
STEPS_A_DEVIATION = 50.0
MOST_WORK = 5e5  # steps times steps and what the moments add: some two seconds, five if split
STEPS_A_MOMENT = 2
INFINITE = float("inf")


class Stage(NamedTuple, Generic[Line, Edge]):
    """What holds at a time: values on conversion, the most a call leaves, pay on default.

    The last is None where the value is split.
    """

    parity: Line
    most: Line
    edge: Edge | None
    defaulted: Line | None


def least_steps(terms: Terms, highest: Callable[[Amount, Amount], Amount] = max) -> Amount:
    """How many steps an answer of some accuracy takes."""
    drift = abs(terms.rate) + abs(terms.dividend_yield) + terms.hazard_rate
    return STEPS_A_DEVIATION * highest(deviation_of(terms), drift * terms.years)


def deviation_of(terms: Terms) -> Amount:
    """The deviation of the log price at maturity."""
    return terms.volatility * sqrt(terms.years)


def check_steps(terms: Terms, steps: int) -> None:
    """Too few steps would give a wrong number, too many would take too long.

    Raises:
        BoundsError: they are too few or too many for terms like these.
    """
    needed = least_steps(terms)
    if steps < needed:
        raise BoundsError(
            f"steps must be at least {needed:,.0f} for such a volatility or rate over "
            f"{terms.years:g} years, not {steps}"
        )
    most = most_steps(terms)
    if steps > most:
        raise BoundsError(
            f"steps must be at most {most} with {len(terms.moments()) - 2:,} dates between now "
            f"and maturity, not {steps}"
        )


def most_steps(terms: Terms) -> int:
    """How many steps may be asked for, each moment between now and maturity adding some."""
    added = STEPS_A_MOMENT * (len(terms.moments()) - 2)
    return int(MOST_WORK / (0.5 * added + sqrt(0.25 * added * added + MOST_WORK)))


class Grid(Generic[Line, Matrix, Edge]):
    """One security, or many with the same dates, on its grid.

    Args:
        terms: the terms.
        steps: the steps in time, about; there are twice as many in price.
        line: the operations on values along the line.
        split: whether the value is split into debt and equity (Tsiveriotis and Fernandes).
    """

    def __init__(
        self, terms: Terms, steps: int, line: Operations[Line, Matrix, Edge], *, split: bool
    ) -> None:
        self.terms = terms
        self.steps = steps
        self.line = line
        self.split = split
        self.gap = line.highest(deviation_of(terms), LEAST_DEVIATION) * (WIDTH / steps)
        self.variance = terms.volatility * terms.volatility
        self.loss = terms.hazard_rate * (1.0 - terms.recovery) if split else terms.hazard_rate
        growth = terms.rate - terms.dividend_yield - 0.5 * self.variance
        self.growth = growth if split else growth + terms.hazard_rate * terms.stock_fall
        self.start = line.spread(terms.stock_price * terms.conversion_ratio, self.gap, steps)
        self.whole = self.start  # the value at each node, once there is one
        self.debt = self.start  # the part of it that is paid in cash, where it is split
        self.alive = self.start  # 1 where that part is still there
        self.made: dict[tuple[int, bool], Matrix] = {}

    def value(self) -> Amount:
        """What the security is worth now."""
        line, terms = self.line, self.terms
        parity = self.parity(terms.years)
        due = terms.due()
        if terms.is_put(terms.years):
            due = line.highest(due, terms.put_level(terms.years))
        if terms.years <= SAME_TIME:
            return line.highest(due, terms.stock_price * terms.conversion_ratio)
        cash = line.level(parity, due)
        self.whole = line.greater(parity, cash)
        self.debt = line.where_positive(line.less(parity, cash), line.scaled(cash, 0.0), cash)
        moments = terms.moments()
        for first, last in zip(moments[-2::-1], moments[:0:-1], strict=True):
            self.before(first, last)
            self.at_moment(first)
        return line.middle_of(self.whole)

    def parity(self, time: float) -> Line:
        """The value on conversion along the line at a time."""
        grown = self.line.exp(self.growth * time) * self.terms.shares_growth(time)
        return self.line.scaled(self.start, grown)

    def before(self, first: float, last: float) -> None:
        """Go back from just before one moment to just after the one before it."""
        count = max(1, round(self.steps * (last - first) / self.terms.years))
        duration = (last - first) / count
        callable_ = self.terms.call_price is not None and first >= self.terms.call_start - SAME_TIME
        stage = self.stage(last, callable_=False)
        self.alive = self.line.level(self.whole, 1.0)
        for number in range(count):
            end = last - duration * (number + 1)
            halves = (end + 0.5 * duration, end) if number < SMOOTHING else (end,)
            for time in halves:
                following = self.stage(time, callable_=callable_)
                self.step(stage, following, duration, half=len(halves) > 1)
                stage = following

    def stage(self, time: float, *, callable_: bool) -> Stage[Line, Edge]:
        """What holds at a time, after a coupon that falls on it."""
        line, terms = self.line, self.terms
        parity = self.parity(time)
        defaulted = None
        if not self.split:
            left = line.scaled(parity, 1.0 - terms.stock_fall)
            defaulted = line.at_least(left, terms.recovery * terms.claim(time))
        if not callable_:
            return Stage(parity, line.level(parity, INFINITE), None, defaulted)
        cash = terms.call_level(time, coupon_paid=True)
        edge = line.edge_at(cash, parity, self.gap, self.steps)
        return Stage(parity, line.at_least(parity, cash), edge, defaulted)

    def step(
        self, last: Stage[Line, Edge], first: Stage[Line, Edge], duration: float, *, half: bool
    ) -> None:
        """One step back; half of one is wholly implicit."""
        line, loss = self.line, self.loss
        made = self.factors(duration, half=half)
        discount = line.exp(-self.terms.rate * (0.5 * duration if half else duration))
        survival = line.exp(-loss * (0.5 * duration if half else duration))
        share = -0.5 * loss * (0.5 * duration if half else duration)
        kept = discount if self.split else discount * survival
        carried = self.whole if half else line.half_of_step(self.whole, made, last.edge)
        right = line.scaled(carried, kept)
        if first.defaulted is not None and last.defaulted is not None:
            right = line.added(right, -share, first.defaulted)
            right = line.added(right, -share * kept, last.defaulted)
            self.whole = line.solved(right, made, first.parity, first.most, first.edge)
            return
        right = line.added(right, share * discount, self.debt)
        no_debt = None if last.edge is None else line.edge_of_nothing(last.edge)
        carried = self.debt if half else line.half_of_step(self.debt, made, no_debt)
        debt_right = line.scaled(carried, discount * survival)
        for _ in range(PASSES):
            debt = line.solved_alive(debt_right, made, self.alive, first.edge)
            whole = line.solved(
                line.added(right, share, debt), made, first.parity, first.most, first.edge
            )
            alive = line.within(whole, first.parity, first.most)
            settled = line.same(alive, self.alive)
            self.alive = alive
            if settled:
                break
        self.whole, self.debt = whole, line.times(debt, self.alive)

    def at_moment(self, time: float) -> None:
        """Go from just after a moment to just before it: coupon, put, call."""
        line, terms = self.line, self.terms
        if time > 0.0:
            coupon = terms.coupon(time)
            self.whole, self.debt = line.plus(self.whole, coupon), line.plus(self.debt, coupon)
        if terms.is_put(time):
            cash = line.level(self.whole, terms.put_level(time))
            gain = line.less(self.whole, cash)
            self.debt = line.where_positive(gain, self.debt, cash)
            self.whole = line.greater(self.whole, cash)
        if terms.call_price is not None and time > terms.call_start + SAME_TIME:
            cash = terms.call_level(time, coupon_paid=False)
            most = line.at_least(self.parity(time), cash)
            gain = line.less(most, self.whole)
            self.debt = line.where_positive(gain, self.debt, line.scaled(most, 0.0))
            self.whole = line.lesser(self.whole, most)

    def factors(self, duration: float, *, half: bool) -> Matrix:
        """The matrix of a step of this length, made once."""
        key = round(duration / SAME_TIME)
        if (key, half) not in self.made:
            variance = self.variance * duration
            made = self.line.factors(variance, self.gap, self.steps, half_step=half)
            self.made[key, half] = made
        return self.made[key, half]
