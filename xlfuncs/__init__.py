"""Worksheet functions for private placements of convertible preferred stock and warrants.

Every function is importable from here under its own name; `xlfuncs.about.functions` lists
them. Importing the package and calling a function needs the standard library alone. Beside them
stands `refresh`, which sets inputs in workbooks and calculates them.
"""

from typing import TYPE_CHECKING

from xlfuncs.about import clause, explain, functions, version
from xlfuncs.clauses.adjustments import (
    anti_dilution_exercise_price,
    split_adjusted_price,
    warrant_adjusted_shares,
    weighted_average_exercise_price,
)
from xlfuncs.clauses.anti_dilution import anti_dilution_ledger
from xlfuncs.clauses.clocks import add_business_days, add_trading_days
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    conversion_shares,
    fixed_conversion_price,
    variable_conversion_price,
)
from xlfuncs.clauses.deadlines import deadlines
from xlfuncs.clauses.deemed_issues import deemed_issue_price, variable_rate_issue_price
from xlfuncs.clauses.defaults import (
    buy_in_payment,
    conversion_default_payment,
    default_interest,
    default_price_reset,
)
from xlfuncs.clauses.delivery import closing_bid, conversion_date, delivery_deadline
from xlfuncs.clauses.employment import (
    change_of_control_payment,
    is_change_of_control,
    option_vested,
    option_vesting_schedule,
    prorated_salary,
    target_bonus,
    vacation_accrued,
)
from xlfuncs.clauses.limits import (
    beneficial_ownership_limit,
    convertible_now,
    exchange_cap_available,
)
from xlfuncs.clauses.liquidation import (
    liquidation_preference,
    liquidation_waterfall,
    participating_dividend,
)
from xlfuncs.clauses.maturity import mandatory_conversion_shares
from xlfuncs.clauses.protections import (
    announcement_price,
    full_ratchet_price,
    major_transaction_preferred,
    most_favoured_price,
    purchase_rights,
)
from xlfuncs.clauses.purchase import (
    backstop_shortfall,
    capital_contribution,
    expense_reimbursement,
    restricted_price,
    volume_limit,
)
from xlfuncs.clauses.redemption import (
    lawful_redemption,
    pro_rata_redemption,
    redeemable_shares,
    redemption_amount,
)
from xlfuncs.clauses.registration import registration_cutback, registration_penalty
from xlfuncs.clauses.reserve import (
    allocate_pro_rata,
    cap_trigger,
    coverage_trigger_date,
    reserved_amount,
)
from xlfuncs.clauses.warrant_protections import major_transaction_warrant, warrant_distribution
from xlfuncs.clauses.warrants import (
    cashless_exercise_shares,
    fraction_cash,
    warrant_buy_in_payment,
    warrant_is_exercisable,
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
from xlfuncs.models.american.option import american_option
from xlfuncs.models.black_scholes import (
    black_scholes,
    black_scholes_amount,
    black_scholes_greek,
    black_scholes_warrant_value,
)
from xlfuncs.models.convertible.value import convertible_value
from xlfuncs.models.dilution import diluted_warrant_value
from xlfuncs.models.employee_options import employee_option_value
from xlfuncs.models.floating.conversion import floating_conversion_value
from xlfuncs.models.floating.fan import dilution_fan
from xlfuncs.models.implied_volatility import implied_volatility
from xlfuncs.models.volatility import historical_volatility
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from xlfuncs.batch.api import refresh
else:

    def __getattr__(name: str) -> object:
        """`refresh` is loaded when it is first asked for, since it is no function of a cell."""
        if name == "refresh":
            from xlfuncs.batch.api import refresh as found  # noqa: PLC0415

            return globals().setdefault(name, found)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    "add_business_days",
    "add_trading_days",
    "allocate_pro_rata",
    "american_option",
    "announcement_price",
    "anti_dilution_exercise_price",
    "anti_dilution_ledger",
    "backstop_shortfall",
    "beneficial_ownership_limit",
    "black_scholes",
    "black_scholes_amount",
    "black_scholes_greek",
    "black_scholes_warrant_value",
    "buy_in_payment",
    "cap_trigger",
    "capital_contribution",
    "cashless_exercise_shares",
    "change_of_control_payment",
    "clause",
    "closing_bid",
    "conversion_date",
    "conversion_default_payment",
    "conversion_price",
    "conversion_shares",
    "convertible_now",
    "convertible_value",
    "coverage_trigger_date",
    "deadlines",
    "deemed_issue_price",
    "default_interest",
    "default_price_reset",
    "delivery_deadline",
    "diluted_warrant_value",
    "dilution_fan",
    "employee_option_value",
    "exchange_cap_available",
    "expense_reimbursement",
    "explain",
    "fixed_conversion_price",
    "floating_conversion_value",
    "fraction_cash",
    "full_ratchet_price",
    "functions",
    "historical_volatility",
    "implied_volatility",
    "is_change_of_control",
    "lawful_redemption",
    "liquidation_preference",
    "liquidation_waterfall",
    "major_transaction_preferred",
    "major_transaction_warrant",
    "mandatory_conversion_shares",
    "most_favoured_price",
    "option_vested",
    "option_vesting_schedule",
    "participating_dividend",
    "pro_rata_redemption",
    "prorated_salary",
    "purchase_rights",
    "redeemable_shares",
    "redemption_amount",
    "refresh",
    "registration_cutback",
    "registration_penalty",
    "reserved_amount",
    "restricted_price",
    "split_adjusted_price",
    "target_bonus",
    "vacation_accrued",
    "variable_conversion_price",
    "variable_rate_issue_price",
    "version",
    "volume_limit",
    "warrant_adjusted_shares",
    "warrant_buy_in_payment",
    "warrant_distribution",
    "warrant_is_exercisable",
    "warrant_market_price",
    "weighted_average_exercise_price",
]
