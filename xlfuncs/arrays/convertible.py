"""Convertibles over arrays: the grid of the scalar function, a column for each security.

Securities that share their dates, method and steps are solved together. Few of them are quicker
one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xlfuncs.arrays import convertible_line
from xlfuncs.arrays.guard import checked, together, valued
from xlfuncs.card import card_of
from xlfuncs.checks import same_length
from xlfuncs.errors import BoundsError
from xlfuncs.models.convertible import value as scalar
from xlfuncs.models.convertible.grid import Grid, least_steps, most_steps
from xlfuncs.models.convertible.terms import Terms, check_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Doubles = NDArray[np.float64]

FEW = 8  # securities: so many are worth a grid of arrays
BLOCK = 512  # securities at a time
SHARED = ("years", "call_start", "put_time", "steps")


def convertible_value(
    stock_price: ArrayLike,
    conversion_ratio: ArrayLike,
    face_amount: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    hazard_rate: ArrayLike,
    recovery: ArrayLike,
    stock_fall: ArrayLike = 1.0,
    dividend_yield: ArrayLike = 0.0,
    coupon_times: Sequence[float] | Doubles = (),
    coupons: Sequence[float] | Doubles = (),
    premium_rate: ArrayLike = 0.0,
    call_price: ArrayLike | None = None,
    call_start: ArrayLike = 0.0,
    put_price: ArrayLike | None = None,
    put_time: ArrayLike = 0.0,
    redemption: ArrayLike | None = None,
    method: str | ArrayLike = "hazard-rate",
    steps: ArrayLike = 200,
) -> Doubles:
    """The values of convertibles whose issuers may default.

    coupon_times and coupons are one schedule, that of every security. NaN where something is
    due after maturity, and where there are too few steps or too many.

    Example:
        >>> convertible_value([80.0, 100.0], 1.0, 100.0, 5.0, 0.05, 0.2, 0.02, 0.4).round(2)
        array([ 92.44, 107.96])
    """
    arguments = (
        stock_price, conversion_ratio, face_amount, years, rate, volatility, hazard_rate,
        recovery, stock_fall, dividend_yield, coupon_times, coupons, premium_rate, call_price,
        call_start, put_price, put_time, redemption, method, steps,
    )  # fmt: skip
    found = checked(scalar.convertible_value, arguments)
    units = {one.name: one.unit for one in card_of(scalar.convertible_value).arguments}
    times: Any = units["coupon_times"].check(coupon_times, "coupon_times")
    amounts: Any = units["coupons"].check(coupons, "coupons")
    same_length("coupon_times", times, "coupons", amounts)
    for name in ("coupon_times", "coupons"):
        del found[name]
    given = {name: np.asarray(one) for name, one in found.items() if one is not None}
    shape = together(given)
    columns = {name: np.broadcast_to(one, shape).ravel() for name, one in given.items()}
    schedule = {"coupon_times": times, "coupons": amounts}
    return valued(scalar.convertible_value, _values(columns, schedule).reshape(shape))


def _values(columns: dict[str, Any], schedule: dict[str, Any]) -> Doubles:
    """The values of a flat list of securities, group by group."""
    result = np.full(columns["years"].size, np.nan)
    groups: dict[tuple[Any, ...], list[int]] = {}
    keys = zip(*(columns[name].tolist() for name in (*SHARED, "method")), strict=True)
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    for key, places in groups.items():
        for start in range(0, len(places), BLOCK):
            here = np.array(places[start : start + BLOCK])
            part = {name: one[here] for name, one in columns.items()}
            if len(here) < FEW or key[0] == 0.0 or key[-1] == "hull-tree":
                result[here] = _singly(part, schedule)
            else:
                result[here] = grid_values(part, schedule)
    return result


def _singly(part: dict[str, Any], schedule: dict[str, Any]) -> list[float]:
    found = []
    names = list(part)
    for row in zip(*(part[name].tolist() for name in names), strict=True):
        try:
            value = scalar.convertible_value(**dict(zip(names, row, strict=True)), **schedule)
        except BoundsError:
            value = float("nan")
        found.append(value)
    return found


def grid_values(part: dict[str, Any], schedule: dict[str, Any]) -> Doubles:
    """The values of securities with the same dates, method and steps, on grids."""
    part = dict(part)
    steps = int(part.pop("steps")[0])
    split = part.pop("method")[0] == "tsiveriotis-fernandes"
    shared: dict[str, Any] = {name: float(part.pop(name)[0]) for name in SHARED[:-1]}
    blank = dict.fromkeys(("call_price", "put_price", "redemption"))
    terms = Terms(**{**blank, **part}, **shared, **schedule)
    try:
        check_times(terms)
    except BoundsError:
        return np.full(part["rate"].size, np.nan)
    if steps > most_steps(terms):
        return np.full(part["rate"].size, np.nan)
    with np.errstate(all="ignore"):
        coarse = Grid(terms, steps // 2, convertible_line, split=split).value()
        fine = Grid(terms, steps, convertible_line, split=split).value()
        parity = terms.conversion_ratio * terms.stock_price
        value = fine + (fine - coarse) / 3.0
        if terms.call_price is not None and terms.call_start == 0.0:
            most = np.maximum(terms.call_level(0.0, coupon_paid=True), parity)
            value = np.minimum(value, most)
        value = np.maximum(value, parity)
    found: Doubles = np.where(steps < least_steps(terms, np.maximum), np.nan, value)
    return found
