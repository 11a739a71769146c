"""All clause and model functions, in the order of the documents.

Decorating a function registers nothing: what stands here is what the hosts offer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlfuncs.card import Card, card_of
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
from xlfuncs.models.black_scholes import (
    black_scholes,
    black_scholes_amount,
    black_scholes_greek,
    black_scholes_warrant_value,
)
from xlfuncs.models.volatility import historical_volatility

Function = Callable[..., Any]

FUNCTIONS: Final[tuple[Function, ...]] = (
    # Certificate of Designation
    accreted_premium,
    fixed_conversion_price,
    variable_conversion_price,
    conversion_price,
    conversion_shares,
    exchange_cap_available,
    beneficial_ownership_limit,
    convertible_now,
    redemption_amount,
    liquidation_preference,
    # Warrants
    warrant_market_price,
    cashless_exercise_shares,
    fraction_cash,
    weighted_average_exercise_price,
    anti_dilution_exercise_price,
    warrant_adjusted_shares,
    black_scholes_amount,
    # Valuation
    black_scholes,
    black_scholes_greek,
    black_scholes_warrant_value,
    historical_volatility,
)

CARDS: Final[tuple[Card, ...]] = tuple(map(card_of, FUNCTIONS))
