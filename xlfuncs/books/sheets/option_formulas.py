"""Native formulas of options: what proves the values of our functions."""

from __future__ import annotations

from typing import Final

VALUE: Final = "#,##0.000000_);(#,##0.000000)"  # in a column, the points under one another

# Half a number is its average with nothing: so no formula has a number of its own.
_D1: Final = (
    "((LN({spot}/{strike})+(continuous_rate-{dividends})*{years})/({volatility}*SQRT({years}))"
    "+AVERAGE(0,{volatility}*SQRT({years})))"
)


def call_value(
    spot: str, volatility: str, prefix: str = "", dividends: str = "dividend_yield"
) -> str:
    """The native formula of the value of the right to buy one share."""
    strike, years = f"{prefix}price_in_effect", f"{prefix}years_to_expiry"
    return native_call(spot, strike, years, volatility, dividends)


def native_call(spot: str, strike: str, years: str, volatility: str, dividends: str) -> str:
    """The native formula of a call."""
    d1 = _D1.format(
        spot=spot, strike=strike, years=years, volatility=volatility, dividends=dividends
    )
    return (
        f"{spot}*EXP(-{dividends}*{years})*NORMSDIST({d1})"
        f"-{strike}*EXP(-continuous_rate*{years})*NORMSDIST({d1}-{volatility}*SQRT({years}))"
    )
