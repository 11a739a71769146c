"""Warrants: exercise today, the value of the right, and what an issuance would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.clauses.adjustments import (
    anti_dilution_exercise_price,
    warrant_adjusted_shares,
    weighted_average_exercise_price,
)
from xlfuncs.clauses.warrants import (
    cashless_exercise_shares,
    fraction_cash,
    warrant_market_price,
)
from xlfuncs.models.black_scholes import (
    black_scholes_amount,
    black_scholes_greek,
    black_scholes_warrant_value,
)
from xlfuncs.models.volatility import historical_volatility

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_HOLDERS: Final = (("", "investor"), ("agent_", "placement agent"))
_D1: Final = (
    "((LN({spot}/{strike})+({rate}-dividend_yield)*{years})/({vol}*SQRT({years}))"
    "+{vol}*SQRT({years})/2)"
)
_CALL: Final = (
    "{spot}*EXP(-dividend_yield*{years})*NORMSDIST({d1})"
    "-{strike}*EXP(-{rate}*{years})*NORMSDIST({d1}-{vol}*SQRT({years}))"
)
_NEAR: Final = 5e-7


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(draft, "Warrants", "Warrants", "On the as-of date")
    holders = [holder for holder in _HOLDERS if f"{holder[0]}warrant_shares" in deal.terms]
    _exercise(page, holders)
    _value(page)
    _issuance(page, holders)
    page.sheet.freeze_panes = "B4"


def _exercise(page: p.Page, holders: list[tuple[str, str]]) -> None:
    page.section("Cashless exercise")
    page.headings()
    page.figure(
        "market_price",
        "Market Price",
        f"={f.call(warrant_market_price, optional=('holidays',))}",
        p.PRICE,
        unit="USD a share",
        source=f.source(warrant_market_price),
        note=f.note(warrant_market_price),
        twin="INDEX(closing_bids,MATCH(as_of-1,bid_dates,1))",
        key=True,
    )
    for prefix, holder in holders:
        shares, strike = f"{prefix}warrant_shares", f"{prefix}exercise_price"
        exercised = f"{prefix}cashless_exercise_shares"
        cashless = f.call(cashless_exercise_shares, warrant_shares=shares, exercise_price=strike)
        page.figure(
            exercised,
            f"Shares of a cashless exercise, {holder}",
            f"={cashless}",
            p.PARTIAL_SHARES,
            unit="shares, unrounded",
            source=f.source(cashless_exercise_shares),
            note=f.note(cashless_exercise_shares),
            tolerance=_NEAR,
            twin=f"{shares}*MAX(market_price-{strike},0)/market_price",
        )
        cash = f.call(fraction_cash, shares=exercised, price="market_price")
        page.figure(
            f"{prefix}fraction_cash",
            f"Cash for the fraction, {holder}",
            f"={cash}",
            p.MONEY,
            unit="USD",
            source=f.source(fraction_cash),
            note=f.note(fraction_cash),
            twin=f"({exercised}-INT(ROUND({exercised},6)))*market_price",
            tolerance=5e-5,
        )
    page.next()


def _value(page: p.Page) -> None:
    page.section("Value of the right to buy one Warrant Share")
    page.headings()
    page.figure(
        "years_to_expiry",
        "Time to expiry",
        "=(expiry_date-as_of)/365",
        "0.0000",
        unit="years of 365 days",
        source="Warrant, 2",
    )
    measured = f.call(
        historical_volatility, optional=("annualisation",), closing_prices="volatility_closes"
    )
    page.figure(
        "historical_volatility",
        "Volatility of the trading days before",
        f"={measured}",
        p.PERCENT,
        unit="a year",
        source=f.source(historical_volatility),
        note="From the closing bids on the sheet Market.",
        twin="STDEV(volatility_returns)*SQRT(annualisation)",
        tolerance=5e-10,
    )
    page.figure(
        "last_trade_price",
        "Last trade price",
        "=market_price",
        p.PRICE,
        unit="USD a share",
        source="Warrant, 4(e)",
        note="The closing bid of the trading day before stands in for the closing trade price.",
    )
    amount = f.call(black_scholes_amount, notice_date="as_of", volatility="historical_volatility")
    page.figure(
        "black_scholes_amount",
        "Black-Scholes Amount",
        f"={amount}",
        p.PRICE,
        unit="USD a Warrant Share",
        source=f.source(black_scholes_amount),
        note=f.note(black_scholes_amount),
        key=True,
        tolerance=_NEAR,
        twin=_native_call("last_trade_price", "historical_volatility").replace(
            "dividend_yield", "0"
        ),
    )
    page.figure(
        "black_scholes_total",
        "Cash for the investor's warrant in a Major Transaction",
        "=black_scholes_amount*warrant_shares",
        p.MONEY,
        unit="USD",
        source="Warrant, 4(e)(ii)",
    )
    inputs = {"years": "years_to_expiry", "rate": "risk_free_rate"}
    value = f.call(
        black_scholes_warrant_value,
        optional=("dividend_yield",),
        stock_price="market_price",
        using=inputs,
    )
    page.figure(
        "warrant_value",
        "Value at the assumed volatility",
        f"={value}",
        p.PRICE,
        unit="USD a Warrant Share",
        source="Black and Scholes (1973)",
        note=f.note(black_scholes_warrant_value),
        tolerance=_NEAR,
        twin=_native_call("market_price", "volatility"),
    )
    for greek in ("delta", "gamma", "vega", "theta", "rho"):
        formula = f.call(
            black_scholes_greek,
            optional=("dividend_yield",),
            greek=f'"{greek}"',
            option_type='"call"',
            spot="market_price",
            strike="exercise_price",
            using=inputs,
        )
        page.figure(
            f"warrant_{greek}",
            f"{greek.capitalize()} at the assumed volatility",
            f"={formula}",
            "#,##0.000000",
            unit=_GREEK_UNITS[greek],
            source="Haug (2007), chapter 2",
            twin=_native_delta() if greek == "delta" else "",
            tolerance=_NEAR,
        )
    page.next()


_GREEK_UNITS: Final = {
    "delta": "USD for 1 USD of the stock",
    "gamma": "delta for 1 USD of the stock",
    "vega": "USD for 1.00 of volatility",
    "theta": "USD for a year passing",
    "rho": "USD for 1.00 of the rate",
}


def _terms(spot: str, vol: str) -> dict[str, str]:
    names = {"spot": spot, "strike": "exercise_price", "rate": "risk_free_rate"}
    return {**names, "years": "years_to_expiry", "vol": vol}


def _native_call(spot: str, vol: str) -> str:
    terms = _terms(spot, vol)
    return _CALL.format(d1=_D1.format(**terms), **terms)


def _native_delta() -> str:
    d1 = _D1.format(**_terms("market_price", "volatility"))
    return f"EXP(-dividend_yield*years_to_expiry)*NORMSDIST({d1})"


def _issuance(page: p.Page, holders: list[tuple[str, str]]) -> None:
    page.section("An issuance under review: what would it do to the warrants?")
    page.headings()
    page.entry(
        "new_shares_issued",
        "Shares issued or deemed issued",
        1_000_000,
        p.SHARES,
        unit="shares",
        source="Warrant, 4(a)",
        note="An example, to be replaced.",
    )
    page.entry(
        "new_consideration",
        "Consideration received, before commissions",
        4_000_000,
        p.MONEY,
        unit="USD",
        source="Warrant, 4(b)(v)",
        note="An example, to be replaced.",
    )
    issue = {"shares_issued": "new_shares_issued", "consideration": "new_consideration"}
    for prefix, holder in holders:
        _adjustment(page, prefix, holder, issue)


def _adjustment(page: p.Page, prefix: str, holder: str, issue: dict[str, str]) -> None:
    price, carried = f"{prefix}exercise_price", f"{prefix}carried_forward"
    average, adjusted = f"{prefix}weighted_average_price", f"{prefix}adjusted_exercise_price"
    page.entry(
        carried,
        f"Carried forward so far, {holder}",
        0,
        p.PRICE,
        unit="USD a share",
        source="Warrant, 4(h)",
        note="Earlier changes under 1 %, not yet made.",
    )
    dilutive = "new_consideration<market_price*new_shares_issued"
    page.figure(
        average,
        f"Weighted average, {holder}",
        f"={f.call(weighted_average_exercise_price, exercise_price=price, using=issue)}",
        p.PRICE,
        unit="USD a share",
        source=f.source(weighted_average_exercise_price),
        note=f.note(weighted_average_exercise_price),
        tolerance=_NEAR,
        twin=f"IF({dilutive},{price}*(shares_outstanding+new_consideration/market_price)"
        f"/(shares_outstanding+new_shares_issued),{price})",
    )
    new = f.call(
        anti_dilution_exercise_price,
        optional=("carried_forward",),
        exercise_price=price,
        carried_forward=carried,
        using=issue,
    )
    change = f"({carried}+{price}-{average})"
    page.figure(
        adjusted,
        f"Exercise Price afterwards, {holder}",
        f"={new}",
        p.PRICE,
        unit="USD a share",
        source=f.source(anti_dilution_exercise_price),
        note=f.note(anti_dilution_exercise_price),
        key=True,
        tolerance=_NEAR,
        twin=f"IF({dilutive},IF({change}>=minimum_adjustment*{price},"
        f"ROUND({price}-{change},2),{price}),{price})",
    )
    count = f.call(
        warrant_adjusted_shares,
        warrant_shares=f"{prefix}warrant_shares",
        old_exercise_price=price,
        new_exercise_price=adjusted,
    )
    page.figure(
        f"{prefix}adjusted_warrant_shares",
        f"Warrant Shares afterwards, {holder}",
        f"={count}",
        p.PARTIAL_SHARES,
        unit="shares, unrounded",
        source=f.source(warrant_adjusted_shares),
        note=f.note(warrant_adjusted_shares),
        key=True,
        tolerance=_NEAR,
        twin=f"{prefix}warrant_shares*{price}/{adjusted}",
    )
