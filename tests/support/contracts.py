"""A contract to convert on several dates, and when two estimates agree."""

from __future__ import annotations

from math import sqrt
from typing import Any

from xlfuncs.arrays.simulation.best_date import BestDate, best_conversion_date
from xlfuncs.arrays.simulation.conversions import Conversions, conversions_over_dates

MONTHLY = [21 * month for month in range(1, 7)]
CONTRACT: dict[str, Any] = {
    "stock_price": 5.0, "volatility": 0.8, "rate": 0.045, "trading_days": MONTHLY,
    "face_amount": 1000.0, "premium": 0.0, "fixed_price": 6.03, "lookback_days": 10,
    "lowest_count": 6, "price_multiple": 1.01, "paths": 16_384,
}  # fmt: skip


def over_dates(**changed: Any) -> Conversions:
    """Conversions of the contract, with some terms changed."""
    return conversions_over_dates(**(CONTRACT | {"preferred_shares": 1.0} | changed))


def best(**changed: Any) -> BestDate:
    """The best date of the contract, with some terms changed."""
    return best_conversion_date(**(CONTRACT | changed))


def near(value: float, error: float, other: float, other_error: float = 0.0) -> bool:
    """Whether two estimates are within four standard errors of one another."""
    return abs(value - other) <= 4.0 * sqrt(error**2 + other_error**2) + 1e-9 * abs(other)
