"""All clause and model functions, in the order of the documents.

Decorating a function registers nothing: what stands here is what the hosts offer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlfuncs.card import Card, card_of
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

Function = Callable[..., Any]

FUNCTIONS: Final[tuple[Function, ...]] = (
    # Certificate of Designation
    closing_bid,
    conversion_date,
    accreted_premium,
    fixed_conversion_price,
    variable_conversion_price,
    conversion_price,
    conversion_shares,
    delivery_deadline,
    exchange_cap_available,
    beneficial_ownership_limit,
    convertible_now,
    allocate_pro_rata,
    mandatory_conversion_shares,
    reserved_amount,
    coverage_trigger_date,
    cap_trigger,
    conversion_default_payment,
    buy_in_payment,
    default_price_reset,
    redeemable_shares,
    redemption_amount,
    pro_rata_redemption,
    lawful_redemption,
    participating_dividend,
    liquidation_preference,
    liquidation_waterfall,
    announcement_price,
    major_transaction_preferred,
    most_favoured_price,
    full_ratchet_price,
    purchase_rights,
    default_interest,
    # Warrants
    warrant_is_exercisable,
    warrant_market_price,
    cashless_exercise_shares,
    fraction_cash,
    warrant_buy_in_payment,
    weighted_average_exercise_price,
    anti_dilution_exercise_price,
    warrant_adjusted_shares,
    deemed_issue_price,
    variable_rate_issue_price,
    split_adjusted_price,
    anti_dilution_ledger,
    major_transaction_warrant,
    black_scholes_amount,
    warrant_distribution,
    # Purchase agreement, registration rights, offer letter
    restricted_price,
    expense_reimbursement,
    capital_contribution,
    volume_limit,
    backstop_shortfall,
    registration_penalty,
    registration_cutback,
    option_vested,
    option_vesting_schedule,
    prorated_salary,
    target_bonus,
    change_of_control_payment,
    is_change_of_control,
    vacation_accrued,
    add_business_days,
    add_trading_days,
    deadlines,
    # Valuation
    black_scholes,
    black_scholes_greek,
    black_scholes_warrant_value,
    implied_volatility,
    historical_volatility,
    american_option,
    diluted_warrant_value,
    employee_option_value,
    convertible_value,
    floating_conversion_value,
    dilution_fan,
)

CARDS: Final[tuple[Card, ...]] = tuple(map(card_of, FUNCTIONS))
