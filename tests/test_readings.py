"""Every optional argument changes a result that it should change, and explain names it.

A reading that changes nothing would be a promise that the code does not keep. Holidays and
splits are ranges with cases of their own in `tests/cases`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import xlfuncs
from xlfuncs.about import CARDS, function_named
from xlfuncs.ranges import Range

CLOSING, LATER = date(1998, 12, 18), date(1999, 9, 1)
ISSUE = {
    "exercise_price": 6.7838,
    "shares_outstanding": 26.4e6,
    "shares_issued": 1.5e6,
    "consideration": 5.25e6,
    "market_price": 4.75,
}
DEFAULT = {
    "fax_date": date(1999, 8, 2),
    "delivery_deadline": date(1999, 8, 5),
    "cure_date": date(1999, 8, 20),
    "shares_in_default": 1000,
    "face_amount": 1000,
    "premium": 37.315068,
    "daily_amount": 500,
    "daily_rate": 0.01,
}
AMOUNT = {
    "last_trade_price": 6.0,
    "exercise_price": 6.7838,
    "notice_date": LATER,
    "expiry_date": date(2003, 7, 27),
    "risk_free_rate": 0.0575,
    "volatility": 0.7,
}
OPTION = {"spot": 6.0, "strike": 6.7838, "years": 4.0, "rate": 0.05, "volatility": 0.7}
PENALTY = {
    "purchase_price": 15e6,
    "first_day": date(1999, 2, 1),
    "last_day": date(1999, 3, 18),
    "monthly_rate": 0.03,
}
PRICES = {"closing_prices": [20, 20.1, 19.9, 20, 20.5]}
FLOATING = {"market_price": 5.0, "percent_of_market": 0.85}
ANNOUNCED = {
    "conversion_price": 5.0,
    "announcement_price": 4.0,
    "as_of": LATER,
    "announcement_date": date(1999, 8, 1),
}
MATURITY = {
    "stock_price": 5.0, "volatility": 0.8, "rate": 0.045, "trading_days": 658,
    "face_amount": 1000.0, "premium": 156.493151, "fixed_price": 6.03,
    "lookback_days": 10, "lowest_count": 6, "price_multiple": 1.01,
}  # fmt: skip
FAN = {
    "stock_price": 5.0, "volatility": 0.8, "rate": 0.045, "horizons": [252, 504],
    "face_amount": 1000.0, "premiums": [60.0, 120.0], "fixed_price": 6.03,
    "lookback_days": 10, "lowest_count": 6, "price_multiple": 1.01,
}  # fmt: skip
WARRANT = {
    "stock_price": 40.0,
    "exercise_price": 60.0,
    "years": 5.0,
    "rate": 0.03,
    "volatility": 0.3,
    "shares_outstanding": 1e6,
    "warrant_shares": 2e5,
}
GRANT = {
    "stock_price": 60.0,
    "exercise_price": 64.0,
    "years": 2.0,
    "rate": 0.07,
    "volatility": 0.38,
    "forfeiture_rate": 0.15,
}
CONVERTIBLE = {
    "stock_price": 100.0,
    "conversion_ratio": 1.0,
    "face_amount": 100.0,
    "years": 1.0,
    "rate": 0.05,
    "volatility": 0.3,
    "hazard_rate": 0.02,
    "recovery": 0.4,
}

# function, argument, the other arguments, and two values of it that must give two results
READINGS: list[tuple[str, str, dict[str, Any], Any, Any]] = [
    ("exchange_cap_available", "stockholder_approval_date",
     {"cap_amount": 100, "shares_issued": 10, "as_of": LATER}, None, CLOSING),
    ("conversion_default_payment", "premium_mode", DEFAULT, "once", "in_base"),
    ("conversion_default_payment", "premium_mode", DEFAULT, "once", "none"),
    ("conversion_default_payment", "include_cure_day", DEFAULT, False, True),
    ("announcement_price", "abandonment_date", ANNOUNCED, None, date(1999, 8, 20)),
    ("announcement_price", "consummation_date", ANNOUNCED, None, date(1999, 8, 20)),
    ("default_interest", "legal_maximum_rate",
     {"amount": 1e6, "days": 37, "contract_rate": 0.24}, None, 0.1),
    ("anti_dilution_exercise_price", "carried_forward", ISSUE, 0.0, 0.05139),
    ("anti_dilution_exercise_price", "carry",
     {**ISSUE, "exercise_price": 60.0, "carried_forward": 0.59}, "additive", "compound"),
    ("anti_dilution_exercise_price", "test",
     {**ISSUE, "exercise_price": 0.508, "consideration": 6.3166e6}, "unrounded", "rounded"),
    ("anti_dilution_exercise_price", "minimum_adjustment", ISSUE, 0.01, 0.5),
    ("variable_rate_issue_price", "price_cap", FLOATING, None, 2.0),
    ("variable_rate_issue_price", "price_floor", FLOATING, None, 4.5),
    ("split_adjusted_price", "round_splits",
     {"price": 6.7838, "new_shares": 2, "old_shares": 1}, "yes", "no"),
    ("black_scholes_amount", "rate_basis", AMOUNT, "continuous", "bond-equivalent"),
    ("black_scholes_amount", "days_in_year", AMOUNT, 365, 360),
    ("black_scholes_amount", "dividend_yield", AMOUNT, 0.0, 0.02),
    ("volume_limit", "volume_days",
     {"day_volume": 0, "prior_volumes": [100e3, 900e3], "sale_price": 5.0,
      "price_threshold": 12.0, "minimum_shares": 30e3, "volume_fraction": 0.15}, None, 1),
    ("registration_penalty", "days_in_month", PENALTY, 30, 31),
    ("registration_penalty", "months", PENALTY, "days", "calendar"),
    ("option_vested", "acceleration_date",
     {"grant": 220e3, "start_date": date(2004, 12, 6), "as_of": date(2005, 6, 1)},
     None, date(2005, 5, 1)),
    ("prorated_salary", "days_in_year",
     {"annual_salary": 200e3, "first_day": CLOSING, "last_day": LATER}, 365, 366),
    ("black_scholes", "dividend_yield", {"option_type": "call", **OPTION}, 0.0, 0.02),
    ("black_scholes_greek", "dividend_yield",
     {"greek": "delta", "option_type": "call", **OPTION}, 0.0, 0.02),
    ("black_scholes_warrant_value", "dividend_yield",
     {"stock_price": 6.0, "exercise_price": 6.7838, "years": 4.0, "rate": 0.05,
      "volatility": 0.7}, 0.0, 0.02),
    ("implied_volatility", "dividend_yield",
     {"option_type": "call", "price": 3.0, "spot": 6.0, "strike": 6.7838, "years": 4.0,
      "rate": 0.05}, 0.0, 0.02),
    ("american_option", "dividend_yield", {"option_type": "call", **OPTION}, 0.0, 0.02),
    ("american_option", "steps", {"option_type": "put", **OPTION}, None, 50),
    ("american_option", "method", {"option_type": "put", **OPTION}, "exact", "barone-adesi-whaley"),
    ("american_option", "method", {"option_type": "put", **OPTION}, "exact", "bjerksund-stensland"),
    ("historical_volatility", "annualisation", PRICES, 252, 260),
    ("historical_volatility", "mean", PRICES, "sample", "population"),
    ("historical_volatility", "mean", PRICES, "sample", "zero"),
    ("floating_conversion_value", "years", MATURITY, None, 3.0),
    ("floating_conversion_value", "cap_shares_per_preferred", MATURITY, None, 338.1275),
    ("floating_conversion_value", "dividend_yield", MATURITY, 0.0, 0.02),
    ("floating_conversion_value", "points", MATURITY, 16_384, 32_768),
    ("floating_conversion_value", "seed", MATURITY, 1, 1999),
    ("dilution_fan", "cap_shares_per_preferred", FAN, None, 338.1275),
    ("dilution_fan", "dividend_yield", FAN, 0.0, 0.02),
    ("dilution_fan", "points", FAN, 4_096, 256),
    ("dilution_fan", "seed", FAN, 1, 1999),
    ("diluted_warrant_value", "method", WARRANT, "galai-schneller", "pre-issue"),
    ("diluted_warrant_value", "dividend_yield", WARRANT, 0.0, 0.02),
    ("employee_option_value", "dividend_yield", GRANT, 0.0, 0.02),
    ("convertible_value", "stock_fall", CONVERTIBLE, 1.0, 0.3),
    ("convertible_value", "dividend_yield", CONVERTIBLE, 0.0, 0.02),
    ("convertible_value", "premium_rate", CONVERTIBLE, 0.0, 0.06),
    ("convertible_value", "call_price", CONVERTIBLE, None, 105.0),
    ("convertible_value", "call_start", {**CONVERTIBLE, "call_price": 105.0}, 0.0, 0.5),
    ("convertible_value", "put_price", {**CONVERTIBLE, "put_time": 0.5}, None, 104.0),
    ("convertible_value", "put_time", {**CONVERTIBLE, "put_price": 115.0}, 0.0, 0.5),
    ("convertible_value", "redemption", CONVERTIBLE, None, 110.0),
    ("convertible_value", "method", CONVERTIBLE, "hazard-rate", "tsiveriotis-fernandes"),
    ("convertible_value", "method", CONVERTIBLE, "hazard-rate", "hull-tree"),
    ("convertible_value", "steps", CONVERTIBLE, 200, 60),
]  # fmt: skip

# Read over a whole ledger of events, with cases of their own in tests/cases.
ELSEWHERE = {"anti_dilution_ledger", "deadlines"}


@pytest.mark.parametrize(
    ("function", "argument", "others", "first", "second"),
    READINGS,
    ids=[f"{row[0]}-{row[1]}-{row[4]}" for row in READINGS],
)
def test_a_reading_changes_the_result(
    function: str, argument: str, others: dict[str, Any], first: Any, second: Any
) -> None:
    call = getattr(xlfuncs, function)
    one, other = call(**others, **{argument: first}), call(**others, **{argument: second})
    assert one != other
    default = {made.name: made for made in CARDS}[function]
    (left_out,) = [one.default for one in default.arguments if one.name == argument]
    assert call(**others) == call(**others, **{argument: left_out})


def test_every_optional_argument_is_shown_to_matter() -> None:
    optional = {
        (made.name, one.name)
        for made in CARDS
        if made.name not in ELSEWHERE
        for one in made.arguments
        if one.optional and not one.repeated and not isinstance(one.unit, Range)
    }
    assert {(row[0], row[1]) for row in READINGS} == optional


def _row(shares: float, consideration: float, market: float, before: float) -> list[Any]:
    return [LATER, "issue", shares, consideration, None, market, before]


TWO_ISSUES = [_row(1e6, 3_702_000.0, 5.0, 25.4e6), _row(1.5e6, 5.25e6, 4.75, 26.4e6)]
ONE_ISSUE = [_row(1.5e6, 6.3166e6, 4.75, 26.4e6)]
SPLIT = [[LATER, "split", None, None, None, None, None, "2:1"]]


@pytest.mark.parametrize(
    ("price", "events", "first", "second"),
    [
        (60.0, TWO_ISSUES, {"carry": "additive"}, {"carry": "compound"}),
        (0.508, ONE_ISSUE, {"test": "unrounded"}, {"test": "rounded"}),
        (6.7838, SPLIT, {"round_splits": "yes"}, {"round_splits": "no"}),
        (6.7838, ONE_ISSUE, {"carried_forward": 0.0}, {"carried_forward": 0.06}),
        (6.7838, TWO_ISSUES[:1], {"minimum_adjustment": 0.01}, {"minimum_adjustment": 0.005}),
    ],
)
def test_the_paths_of_4_h_part_in_a_ledger_too(
    price: float, events: list[list[Any]], first: dict[str, Any], second: dict[str, Any]
) -> None:
    one = xlfuncs.anti_dilution_ledger(price, 447_761, events, **first)
    other = xlfuncs.anti_dilution_ledger(price, 447_761, events, **second)
    assert one[-1][5] != other[-1][5], "the exercise price of the last row"
    told = xlfuncs.explain("anti_dilution_ledger", price, 447_761, events, *_all_before(second))
    (name,) = second
    assert ["input", name, second[name]] in [row[:3] for row in told]


def _all_before(named: dict[str, Any]) -> list[Any]:
    """The optional arguments up to the one named, at their defaults."""
    made = {one.name: one for one in CARDS}["anti_dilution_ledger"]
    optional = [one for one in made.arguments if one.optional]
    last = max(place for place, one in enumerate(optional) if one.name in named)
    return [named.get(one.name, one.default) for one in optional[: last + 1]]


@pytest.mark.parametrize("argument", ["carry", "test"])
def test_explain_names_the_reading_that_was_used(argument: str) -> None:
    rows = xlfuncs.explain("anti_dilution_exercise_price", *ISSUE.values())
    assert ["left out", argument] in [row[:2] for row in rows]
    assert next(row[3] for row in rows if row[0] == "reading").startswith("the test is on")
    assert function_named("anti_dilution_exercise_price") is xlfuncs.anti_dilution_exercise_price
