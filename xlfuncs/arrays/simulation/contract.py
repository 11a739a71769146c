"""What a simulated contract converts, at which price and when: its terms, checked.

The arguments are held against the units of the worksheet functions, with their sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Final, get_args

from xlfuncs import units
from xlfuncs.errors import BoundsError, InputError, MissingDataError
from xlfuncs.kinds import Number, shown
from xlfuncs.ranges import Column

TRADING_DAYS_A_YEAR: Final = 252
SEED: Final = 1998
MOST_POINTS: Final = 8_000_000  # dates times paths that are kept at once
MOST_DATES: Final = 260
MOST_SPREAD: Final = 2.0  # from here on a few paths make up the mean

_A_MOMENT = 1e-9  # years, which rounding may take from a jump

_PATHS = Number("paths", "a number of paths", 4096.0, 4e6, "#,##0", whole=True)
_SEED = Number("seed", "a whole number from 0 on", 0.0, 2.0**53, "0", whole=True)
_CLOSES = Number("closes", "a number of closes", 1.0, 100.0, "0", whole=True)
_DAYS = Column(
    Number("days", "trading days from now", 0.0, 100_000.0, "0", whole=True), rising=True
)


@dataclass(frozen=True, slots=True)
class Contract:
    """What converts, at which price and when: every figure within its bounds.

    `amounts` is what one preferred share brings into a conversion on each date: face and
    premium. Without a fixed price it is infinite.
    """

    stock_price: float
    volatility: float
    rate: float
    dividend_yield: float
    trading_days: tuple[int, ...]
    years: tuple[float, ...]
    face_amount: float
    amounts: tuple[float, ...]
    fixed_price: float
    lookback_days: int
    lowest_count: int
    price_multiple: float
    known_bids: tuple[float, ...]


def unit_of(alias: object) -> Number:
    """The unit of an alias in xlfuncs.units."""
    unit: Number = get_args(alias)[1]
    return unit


def number(alias: object, value: object, name: str) -> float:
    """One argument checked by its unit, given as the unit or as its alias in xlfuncs.units."""
    unit = alias if isinstance(alias, Number) else unit_of(alias)
    return unit.check(value, name)


def column(alias: object, value: object, name: str, count: int) -> tuple[float, ...]:
    """One figure for each date, or one for all of them.

    Raises:
        InputError: another number of figures.
    """
    found = Column(unit_of(alias)).check(value, name)
    if len(found) == 1:
        return found * count
    if len(found) != count:
        raise InputError(
            f"{name} must have one figure, or one for each of the {count} trading_days, "
            f"not {len(found)}"
        )
    return found


def contract(
    stock_price: object,
    volatility: object,
    rate: object,
    trading_days: object,
    face_amount: object,
    premium: object,
    fixed_price: object,
    lookback_days: object,
    lowest_count: object,
    price_multiple: object,
    premium_rate: object,
    years: object,
    known_bids: object,
    dividend_yield: object,
) -> Contract:
    """The arguments that every simulation shares, checked.

    Raises:
        InputError: an argument of the wrong kind, or columns of unequal length.
        BoundsError: an argument outside its bounds.
    """
    days = tuple(int(day) for day in _DAYS.check(trading_days, "trading_days"))
    if not days:
        raise InputError("trading_days must have at least one date")
    if len(days) > MOST_DATES:
        raise BoundsError(f"trading_days must be at most {MOST_DATES} dates, not {len(days)}")
    times = (
        tuple(day / TRADING_DAYS_A_YEAR for day in days)
        if years is None
        else column(units.Years, years, "years", len(days))
    )
    face = number(units.FaceAmount, face_amount, "face_amount")
    accretion = number(units.Rate, premium_rate, "premium_rate") * face
    premiums = column(units.Money, premium, "premium", len(days))
    made = Contract(
        stock_price=number(units.Price, stock_price, "stock_price"),
        volatility=number(units.Volatility, volatility, "volatility"),
        rate=number(units.AnyRate, rate, "rate"),
        dividend_yield=number(units.AnyRate, dividend_yield, "dividend_yield"),
        trading_days=days,
        years=times,
        face_amount=face,
        amounts=tuple(
            face + one + accretion * time for one, time in zip(premiums, times, strict=True)
        ),
        fixed_price=inf if fixed_price is None else number(units.Price, fixed_price, "fixed_price"),
        lookback_days=int(number(_CLOSES, lookback_days, "lookback_days")),
        lowest_count=int(number(_CLOSES, lowest_count, "lowest_count")),
        price_multiple=number(units.Multiple, price_multiple, "price_multiple"),
        known_bids=()
        if known_bids is None
        else get_args(units.ClosingBids)[1].check(known_bids, "known_bids"),
    )
    _check_window(made)
    check_spread(made.volatility, made.years[-1])
    return made


def _check_window(made: Contract) -> None:
    if made.lowest_count > made.lookback_days:
        raise BoundsError(
            f"lowest_count must be at most lookback_days, {made.lookback_days}, "
            f"not {made.lowest_count}"
        )
    past = max(made.lookback_days - made.trading_days[0], 0)
    if past > len(made.known_bids):
        sentence = (
            f"{past} of the {made.lookback_days} closes of the first window are before today, "
            f"and known_bids has {len(made.known_bids)} of them"
        )
        if made.known_bids:
            raise MissingDataError(sentence)
        raise BoundsError(f"trading_days must be at least lookback_days: {sentence}")


def check_spread(volatility: float, years: float) -> None:
    """Refuse a volatility at which a few paths would make up the mean.

    Raises:
        BoundsError: the deviation over all the years is too large.
    """
    if volatility * sqrt(years) > MOST_SPREAD:
        raise BoundsError(
            f"volatility must be at most {MOST_SPREAD / sqrt(years):.4g} over {years:.4g} years, "
            f"not {shown(volatility)}: beyond it a few paths make up the mean"
        )


def step_years(made: Contract) -> dict[int, float]:
    """The years from the simulated day before to each simulated day, in order of day.

    A day within a window is 1/252 of a year after the one before it, and the jump before the
    window takes what is left of the years to the date; dates closer together than a window
    share their years evenly.

    Raises:
        BoundsError: the years leave no time for the days.
    """
    steps: dict[int, float] = {}
    before, past = 0, 0.0
    for day, time in zip(made.trading_days, made.years, strict=True):
        count, span = day - before, time - past
        daily = min(made.lookback_days, count)
        apart = 1.0 / TRADING_DAYS_A_YEAR
        if count <= made.lookback_days:
            apart = span / count if count else span
        jump = span - daily * apart
        if apart < 0.0 or jump < -_A_MOMENT or (count == 0 and span):
            raise BoundsError(
                f"years must leave {daily} trading days of 1/252 before each date, and "
                f"{shown(time)} for trading day {day} does not"
            )
        if count > daily:
            steps[day - daily] = max(jump, 0.0)
        steps.update(dict.fromkeys(range(day - daily + 1, day + 1), apart))
        before, past = day, time
    return steps


def pairs_of(paths: object, dates: int) -> int:
    """The pairs of antithetic paths that a number of paths makes.

    Raises:
        BoundsError: an odd number of paths, or more than the memory is meant to hold.
    """
    count = int(number(_PATHS, paths, "paths"))
    if count % 2:
        raise BoundsError(f"paths must be an even number, not {shown(count)}")
    if count * dates > MOST_POINTS:
        raise BoundsError(
            f"paths must be at most {shown(MOST_POINTS // dates)} for {shown(dates)} dates, "
            f"not {shown(count)}"
        )
    return count // 2


def seed_of(seed: object) -> int:
    """The seed of the random numbers, checked."""
    return int(number(_SEED, seed, "seed"))
