"""Warrants: exercise today, the value of the right, and what an issuance would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.adjustments import (
    anti_dilution_exercise_price,
    split_adjusted_price,
    warrant_adjusted_shares,
    weighted_average_exercise_price,
)
from xlfuncs.clauses.warrants import (
    cashless_exercise_shares,
    fraction_cash,
    warrant_is_exercisable,
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
_SPLIT_CENTS: Final = 0.0100001  # several splits are rounded one by one, the twin once


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(draft, "Warrants", "Warrants", "On the as-of date", labelled=True)
    holders = [holder for holder in _HOLDERS if f"{holder[0]}warrant_shares" in deal.terms]
    _in_effect(page, holders)
    _exercise(page, holders)
    _value(page)
    _issuance(page, holders)
    page.sheet.freeze_panes = "B4"


def _in_effect(page: p.Page, holders: list[tuple[str, str]]) -> None:
    """Each warrant after the splits entered on the sheet Market."""
    page.section("In effect, after splits")
    page.headings()
    for prefix, holder in holders:
        stated, price = f"{prefix}exercise_price", f"{prefix}price_in_effect"
        factor = SPLIT_FACTOR.format(after=0, upto="as_of")
        page.figure(
            price,
            f"Exercise Price, {holder}",
            f"=INDEX({prefix}exercise_prices,ROWS({prefix}exercise_prices))",
            p.PRICE,
            unit="USD a share",
            source=f.source(split_adjusted_price),
            note="Rounded to the cent by each split; issuances are below, under review.",
            twin=f"IF({factor}=1,{stated},ROUND({stated}/{factor},2))",
            tolerance=_SPLIT_CENTS,
        )
        shares = f.call(
            warrant_adjusted_shares,
            warrant_shares=f"{prefix}warrant_shares",
            old_exercise_price=stated,
            new_exercise_price=price,
        )
        page.figure(
            f"{prefix}shares_in_effect",
            f"Warrant Shares, {holder}",
            f"={shares}",
            p.PARTIAL_SHARES,
            unit="shares, unrounded",
            source=f.source(warrant_adjusted_shares),
            note=f.note(warrant_adjusted_shares),
            twin=f"{prefix}warrant_shares*{stated}/{price}",
            tolerance=_NEAR,
        )
        opens, expires = f"{prefix}opens", f"{prefix}expires"
        asked = f.call(warrant_is_exercisable, at="as_of", opens=opens, expires=expires)
        page.figure(
            f"{prefix}exercisable",
            f"Exercisable on the as-of date, {holder}",
            f'=IF({asked},"yes","no")',
            p.GENERAL,
            source=f.source(warrant_is_exercisable),
            note=f.note(warrant_is_exercisable),
            twin=f'IF(AND(as_of>={opens},as_of<{expires}),"yes","no")',
            tolerance=None,
        )
    page.next()


def _exercise(page: p.Page, holders: list[tuple[str, str]]) -> None:
    page.section("Cashless exercise, once exercisable")
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
        shares, strike = f"{prefix}shares_in_effect", f"{prefix}price_in_effect"
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
        note="From the closing bids on the sheet Market; #N/A where a trading day has none.",
        twin="STDEV(volatility_returns)*SQRT(annualisation)",
        tolerance=5e-10,
    )
    page.figure(
        "volatility_rows",
        "Closes it is taken from",
        "=ROWS(volatility_closes)",
        p.COUNT,
        source="Warrant, 4(e)",
        note="With another number of days the window is made anew by xlfuncs build.",
        twin="volatility_days+1",
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
    amount = f.call(
        black_scholes_amount,
        exercise_price="price_in_effect",
        notice_date="as_of",
        volatility="historical_volatility",
    )
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
        "=black_scholes_amount*shares_in_effect",
        p.MONEY,
        unit="USD",
        source="Warrant, 4(e)(ii)",
    )
    inputs = {"years": "years_to_expiry", "rate": "risk_free_rate"}
    strike = "price_in_effect"
    value = f.call(
        black_scholes_warrant_value,
        optional=("dividend_yield",),
        stock_price="market_price",
        exercise_price=strike,
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
            strike=strike,
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
    names = {"spot": spot, "strike": "price_in_effect", "rate": "risk_free_rate"}
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
    price, carried = f"{prefix}price_in_effect", f"{prefix}carried_forward"
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
        optional=("carried_forward", "carry", "test", "minimum_adjustment"),
        carry='"additive"',
        test='"unrounded"',
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
        warrant_shares=f"{prefix}shares_in_effect",
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
        twin=f"{prefix}shares_in_effect*{price}/{adjusted}",
    )
