"""The calls of the models on the sheet Scenarios, as far as a deal has their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.models.floating.conversion import floating_conversion_value
from xlfuncs.models.floating.fan import dilution_fan

if TYPE_CHECKING:
    from xlfuncs.books import page as p

_OPTIONAL: Final = (
    *("years", "cap_shares_per_preferred", "dividend_yield", "points", "seed", "known_bids"),
)
_BLANK: Final = '""'
# Rows of the table of floating_conversion_value.
VALUE, VALUE_ERROR, SHARES, SHARES_ERROR, VARIABLE_CHANCE, CAP_CHANCE = range(1, 7)
MEDIAN, HIGH = 9, 11


def value_call(draft: p.Draft, price: str, volatility: str, *, capped: bool) -> str:
    """The table of a conversion on the date to come; the rows are those above.

    Args:
        draft: the book.
        price: the cell of the stock price.
        volatility: that of the volatility.
        capped: whether the exchange cap counts, where the deal has one.
    """
    return f.call(
        floating_conversion_value,
        optional=_OPTIONAL,
        using=_common(draft, capped=capped),
        stock_price=price,
        volatility=volatility,
        trading_days="scenario_days",
        premium="scenario_premium",
        known_bids=f"IF(scenario_days<lookback_days,known_bids,{_BLANK})",
    )


def fan_call(draft: p.Draft, *, capped: bool) -> str:
    """The table of the dates of the fan, a row a date."""
    return f.call(
        dilution_fan,
        optional=_OPTIONAL,
        using=_common(draft, capped=capped),
        stock_price="scenario_price",
        horizons="fan_days",
        premiums="fan_premiums",
    )


def _common(draft: p.Draft, *, capped: bool) -> dict[str, str]:
    cap = "cap_shares_per_preferred"
    return {
        "rate": "risk_free_rate",
        "fixed_price": "fixed_price" if draft.has("fixed_price") else _BLANK,
        "years": _BLANK,
        cap: cap if capped and draft.has(cap) else _BLANK,
        "dividend_yield": "dividend_yield" if draft.has("dividend_yield") else "0",
        "points": "scenario_points",
        "seed": "1",
    }


def held(draft: p.Draft, days: str = "scenario_days") -> str:
    """The formula of what a share held for so many trading days is worth now, over its price."""
    if not draft.has("dividend_yield"):
        return "1"
    return f"EXP(-dividend_yield*{days}/trading_days_in_year)"
