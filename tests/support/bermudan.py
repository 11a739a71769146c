"""An independent value of an option that can be exercised on a few dates: plain integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

REACH = 9.0


def bermudan_value(
    option_type: str,
    share: float,
    strike: float,
    years: float,
    rate: float,
    volatility: float,
    dates: list[tuple[float, float]],
    points: int = 2001,
) -> float:
    """The value by the trapezoidal rule over a dense grid of log-prices, date by date.

    Args:
        option_type: "call" or "put".
        share: the log-normal price now.
        strike: the exercise price.
        years: the time to expiry, when it can be exercised too.
        rate: the risk-free rate.
        volatility: the yearly volatility.
        dates: before expiry, the time of each exercise and what is then added to the price.
        points: prices of the grid.
    """
    sign = 1.0 if option_type == "call" else -1.0
    drift = rate - 0.5 * volatility * volatility
    reach = REACH * volatility * np.sqrt(years)
    moves = np.linspace(-reach, reach, points)  # of the logarithm over its drift
    width = moves[1] - moves[0]
    times = [time for time, _ in dates]
    last = years - times[-1]
    prices = share * np.exp(moves + drift * times[-1])
    deviation = volatility * np.sqrt(last)
    d1 = (np.log(prices / strike) + rate * last) / deviation + 0.5 * deviation
    bond = strike * np.exp(-rate * last)
    values = sign * (prices * ndtr(sign * d1) - bond * ndtr(sign * (d1 - deviation)))
    made_for, weights = 0.0, np.ones((1, 1))
    for place in reversed(range(len(dates))):
        time, added = dates[place]
        prices = share * np.exp(moves + drift * time)
        values = np.maximum(values, sign * (prices + added - strike))
        step = time - (times[place - 1] if place else 0.0)
        scale = volatility * np.sqrt(step)
        if not place or not np.isclose(scale, made_for, rtol=1e-9):
            made_for = scale
            starts = moves if place else np.zeros(1)
            apart = (moves[None, :] - starts[:, None]) / scale
            weights = np.exp(-0.5 * apart * apart) * (width / (scale * np.sqrt(2.0 * np.pi)))
        values = np.exp(-rate * step) * (weights @ values)
    return float(values[0])
