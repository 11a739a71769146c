"""Valuation over arrays: the functions of `xlfuncs.models`, many values at a time.

The names and the order of arguments are those of the worksheet functions. Each argument may be
a number, a list, a numpy array or a pandas column; they are broadcast against one another, and
the answer is an array of float64, NaN where no value exists. Scalar and array agree to 1e-12.
"""

from xlfuncs.arrays.american import american_option
from xlfuncs.arrays.black_scholes import (
    black_scholes,
    black_scholes_amount,
    black_scholes_greek,
    black_scholes_warrant_value,
)
from xlfuncs.arrays.compiled import compiled_by
from xlfuncs.arrays.convertible import convertible_value
from xlfuncs.arrays.dilution import diluted_warrant_value
from xlfuncs.arrays.employee_options import employee_option_value
from xlfuncs.arrays.floating import floating_conversion_value
from xlfuncs.arrays.implied_volatility import implied_volatility
from xlfuncs.arrays.lookback import lowest_mean
from xlfuncs.arrays.simulation.bermudan import bermudan_option
from xlfuncs.arrays.simulation.best_date import best_conversion_date
from xlfuncs.arrays.simulation.conversions import conversions_over_dates
from xlfuncs.arrays.volatility import historical_volatility

__all__ = [
    "american_option",
    "bermudan_option",
    "best_conversion_date",
    "black_scholes",
    "black_scholes_amount",
    "black_scholes_greek",
    "black_scholes_warrant_value",
    "compiled_by",
    "conversions_over_dates",
    "convertible_value",
    "diluted_warrant_value",
    "employee_option_value",
    "floating_conversion_value",
    "historical_volatility",
    "implied_volatility",
    "lowest_mean",
]
