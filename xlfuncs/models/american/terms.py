"""What an American option is: the terms that every way to its value starts from."""

from math import sqrt
from typing import NamedTuple


class Terms(NamedTuple):
    """An option on a share whose discrete dividends have been set aside."""

    option_type: str
    share: float  # the spot less the present value of the dividends
    strike: float
    years: float
    rate: float
    volatility: float
    dividend_yield: float

    @property
    def sign(self) -> float:
        """1 of a call, -1 of a put."""
        return 1.0 if self.option_type == "call" else -1.0

    @property
    def growth(self) -> float:
        """How fast the share grows, and what is set aside for its dividends."""
        return self.rate - self.dividend_yield

    @property
    def deviation(self) -> float:
        """The standard deviation of the share's logarithm over all the time."""
        return self.volatility * sqrt(self.years)

    def as_put(self) -> "Terms":
        """The put that is worth the same: of a call, the right to give up the strike for it."""
        if self.option_type == "put":
            return self
        _, share, strike, years, rate, volatility, dividend_yield = self
        return Terms("put", strike, share, years, dividend_yield, volatility, rate)
