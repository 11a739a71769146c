"""The floating value by name, and a plain simulation of whole paths beside it."""

from __future__ import annotations

from math import inf, sqrt
from typing import Any

import numpy as np

from xlfuncs import floating_conversion_value

DAY = 1 / 252


def told(*arguments: Any, **named: Any) -> dict[str, float]:
    """The figures of a floating value, by name."""
    return dict(floating_conversion_value(*arguments, **named))


def plain(
    arguments: dict[str, Any], paths: int, random: np.random.Generator
) -> list[tuple[float, float]]:
    """Value and shares of whole paths, simulated day by day, with standard errors."""
    a = arguments
    drift = a["rate"] - a["dividend_yield"] - a["volatility"] ** 2 / 2
    before = (a["trading_days"] - a["lookback_days"]) * DAY
    times = np.array([before, *[DAY] * a["lookback_days"]])
    noise = random.standard_normal((paths, len(times))) * np.sqrt(times)
    prices = a["stock_price"] * np.exp(np.cumsum(drift * times + a["volatility"] * noise, axis=1))
    lows = np.sort(prices[:, :-1], axis=1)[:, : a["lowest_count"]].mean(axis=1)
    paid = np.minimum(a["price_multiple"] * lows, a["fixed_price"] or inf)
    shares = (a["face_amount"] + a["premium"]) / paid
    shares = np.minimum(shares, a["cap_shares_per_preferred"] or inf)
    worth = np.exp(-a["rate"] * times.sum()) * shares * prices[:, -1]
    return [(one.mean(), one.std() / sqrt(paths)) for one in (worth, shares)]
