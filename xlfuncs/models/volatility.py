"""Volatility measured from a series of prices."""

from itertools import pairwise
from math import fsum, sqrt
from typing import Annotated

from xlfuncs.card import card
from xlfuncs.errors import MissingDataError
from xlfuncs.kinds import Choice, Number
from xlfuncs.models.black_scholes import log_ratio
from xlfuncs.units import Prices, Volatility

PeriodsPerYear = Annotated[
    float, Number("periods", "observations in a year", 0.0, 1e6, "0", above=True)
]
Mean = Annotated[str, Choice("convention", "how returns deviate", ("sample", "population", "zero"))]


@card
def historical_volatility(
    closing_prices: Prices, annualisation: PeriodsPerYear = 252.0, mean: Mean = "sample"
) -> Volatility:
    """The yearly volatility of a series of closing prices.

    n returns need n + 1 prices: the 100 trading days of the warrant are 101 closes.

    Source: Warrant, 4(e); Hull, Options Futures and Other Derivatives, estimating volatility
        volatility of the Common Stock equal to the volatility of the common Stock during the
        100 trading day period preceding the date of the Notice of the Major Transaction

    Reading: the sample deviation of the log returns, times the root of 252.

    Args:
        closing_prices: the closing prices in order of date, USD.
        annualisation: the number of such returns in a year; 252 if left out.
        mean: "sample" (if left out): deviation from the mean return, over n - 1; "population":
            the same over n; "zero": the mean return taken as zero, over n.

    Returns:
        the yearly volatility, as a fraction.

    Raises:
        MissingDataError: fewer than three prices, or than two where the mean is "population"
            or "zero".

    Example:
        >>> round(historical_volatility([20, 20.1, 19.9, 20, 20.5, 20.25, 20.9]), 6)
        0.282689
    """
    returns = [log_ratio(price, before) for before, price in pairwise(closing_prices)]
    least = 2 if mean == "sample" else 1
    if len(returns) < least:
        raise MissingDataError(
            f"closing_prices has {len(closing_prices)} prices, at least {least + 1} are needed"
        )
    mean_return = 0.0 if mean == "zero" else fsum(returns) / len(returns)
    squares = fsum((one - mean_return) ** 2 for one in returns)
    variance = squares / (len(returns) - 1 if mean == "sample" else len(returns))
    return sqrt(variance * annualisation)
