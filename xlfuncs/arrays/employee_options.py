"""Employee stock options over arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlfuncs.arrays.guard import checked, together, valued
from xlfuncs.arrays.prices import prices
from xlfuncs.models import employee_options as scalar

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Doubles = NDArray[np.float64]


def employee_option_value(
    stock_price: ArrayLike,
    exercise_price: ArrayLike,
    years: ArrayLike,
    rate: ArrayLike,
    volatility: ArrayLike,
    forfeiture_rate: ArrayLike,
    dividend_yield: ArrayLike = 0.0,
) -> Doubles:
    """The values of employees' options, which are lost by whoever leaves before expiry.

    NaN where the rate and the time are so large that no finite value exists.

    Example:
        >>> employee_option_value(60.0, 64.0, 2.0, 0.07, 0.38, [0.0, 0.15], 0.03).round(4)
        array([12.3166,  9.1244])
    """
    arguments = (
        stock_price, exercise_price, years, rate, volatility, forfeiture_rate, dividend_yield,
    )  # fmt: skip
    found = checked(scalar.employee_option_value, arguments)
    together(found)
    leaving = found.pop("forfeiture_rate")
    with np.errstate(all="ignore"):
        staying = np.exp(-leaving * found["years"])
        values = prices(np.ones(()), *found.values()) * staying
    return valued(scalar.employee_option_value, values)
