"""Worksheet functions for private placements of convertible preferred stock and warrants.

Every function is importable from here under its own name; `xlfuncs.about.functions` lists
them. Importing the package and calling a function needs the standard library alone.
"""

from xlfuncs.about import clause, explain, functions, version
from xlfuncs.clauses.adjustments import (
    anti_dilution_exercise_price,
    warrant_adjusted_shares,
    weighted_average_exercise_price,
)
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    conversion_shares,
    fixed_conversion_price,
    variable_conversion_price,
)
from xlfuncs.clauses.limits import (
    beneficial_ownership_limit,
    convertible_now,
    exchange_cap_available,
)
from xlfuncs.clauses.liquidation import liquidation_preference
from xlfuncs.clauses.redemption import redemption_amount
from xlfuncs.clauses.warrants import (
    cashless_exercise_shares,
    fraction_cash,
    warrant_market_price,
)
from xlfuncs.errors import (
    BookError,
    BoundsError,
    CardError,
    CellError,
    CommandError,
    DealError,
    EngineError,
    ErrorValue,
    FunctionError,
    InputError,
    MissingDataError,
    XlfuncsError,
)
from xlfuncs.models.black_scholes import (
    black_scholes,
    black_scholes_amount,
    black_scholes_greek,
    black_scholes_warrant_value,
)
from xlfuncs.models.volatility import historical_volatility
from xlfuncs.version import VERSION

__version__ = VERSION

__all__ = [
    "BookError",
    "BoundsError",
    "CardError",
    "CellError",
    "CommandError",
    "DealError",
    "EngineError",
    "ErrorValue",
    "FunctionError",
    "InputError",
    "MissingDataError",
    "XlfuncsError",
    "__version__",
    "accreted_premium",
    "anti_dilution_exercise_price",
    "beneficial_ownership_limit",
    "black_scholes",
    "black_scholes_amount",
    "black_scholes_greek",
    "black_scholes_warrant_value",
    "cashless_exercise_shares",
    "clause",
    "conversion_price",
    "conversion_shares",
    "convertible_now",
    "exchange_cap_available",
    "explain",
    "fixed_conversion_price",
    "fraction_cash",
    "functions",
    "historical_volatility",
    "liquidation_preference",
    "redemption_amount",
    "variable_conversion_price",
    "version",
    "warrant_adjusted_shares",
    "warrant_market_price",
    "weighted_average_exercise_price",
]
