"""The value of the warrants: its inputs, Black-Scholes and its greeks, what a price implies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import warrant_cash, warrant_curve
from xlfuncs.books.sheets.option_formulas import VALUE, call_value
from xlfuncs.models.black_scholes import black_scholes_greek, black_scholes_warrant_value
from xlfuncs.models.dilution import diluted_warrant_value
from xlfuncs.models.implied_volatility import implied_volatility
from xlfuncs.models.volatility import historical_volatility
from xlfuncs.units import Price

if TYPE_CHECKING:
    from xlfuncs.books.sheets.sides import Pairs

_NEAR: Final = 5e-7
_SHARE: Final = "market_price*EXP(-dividend_yield*@years_to_expiry)"
_BOND: Final = "@price_in_effect*EXP(-continuous_rate*@years_to_expiry)"
_DENSITY: Final = "NORMDIST(@warrant_d1,0,1,FALSE)"
_THETA: Final = (
    f"dividend_yield*{_SHARE}*NORMSDIST(@warrant_d1)"
    f"-continuous_rate*{_BOND}*NORMSDIST(@warrant_d2)"
    f"-AVERAGE(0,{_SHARE}*{_DENSITY}*volatility/SQRT(@years_to_expiry))"
)
_GREEKS: Final = (
    (
        "delta",
        "for 1 USD of the stock",
        f"{_SHARE}/market_price*NORMSDIST(@warrant_d1)",
    ),
    (
        "gamma",
        "of delta, for 1 USD of the stock",
        f"{_SHARE}*{_DENSITY}/(market_price*market_price*@warrant_deviation)",
    ),
    (
        "vega",
        "USD for 1.00 of volatility",
        f"{_SHARE}*{_DENSITY}*SQRT(@years_to_expiry)",
    ),
    (
        "theta",
        "USD for a year passing",
        _THETA,
    ),
    (
        "rho",
        "USD for 1.00 of the rate",
        f"@years_to_expiry*{_BOND}*NORMSDIST(@warrant_d2)",
    ),
)


def write(pairs: Pairs) -> None:
    """Write the sections that the terms of the deal allow."""
    draft = pairs.page.draft
    if not draft.has("risk_free_rate"):
        return
    _inputs(pairs)
    if draft.has("volatility_days"):
        warrant_cash.write(pairs)
    if draft.has("volatility"):
        _value(pairs)
        warrant_curve.write(pairs)
        _seen(pairs)


def _inputs(pairs: Pairs) -> None:
    """What all values are taken from, each with its convention."""
    page = pairs.page
    page.section("Inputs of the values below, each with its convention")
    page.headings()
    page.entry(
        "rate_basis",
        "How the risk-free rate is quoted",
        "continuous",
        p.GENERAL,
        source="Warrant, 4(e)(iii)",
        note="The Warrant does not say. bond-equivalent: as Treasury yields are, for two half "
        "years; the rate itself stands on the sheet Terms.",
        choices=("continuous", "bond-equivalent"),
    )
    half = "(1+AVERAGE(0,risk_free_rate))"
    page.figure(
        "continuous_rate",
        "Risk-free rate, continuous",
        f'=IF(rate_basis="bond-equivalent",LN({half}*{half}),risk_free_rate)',
        "0.0000%",
        unit="a year",
        source="Warrant, 4(e)(iii)",
        note="For the remaining term of the warrant; one rate for both.",
    )
    if page.draft.has("volatility_days"):
        _volatility(page)
    page.next()
    pairs.headings()
    pairs.figure(
        "years_to_expiry",
        "Time to expiry",
        "=(@expiry_date-as_of)/days_in_year",
        "0.0000",
        unit="years",
        source="Warrant, 2",
        note="Calendar days over the days in a year of the sheet Terms.",
    )
    page.next()


def _volatility(page: p.Page) -> None:
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
        note="Sample deviation of log returns of the closing bids on the sheet Market; #N/A where "
        "a trading day has none.",
        twin="STDEV(volatility_returns)*SQRT(annualisation)",
        tolerance=5e-10,
    )
    page.figure(
        "volatility_rows",
        "Closes it is taken from",
        "=ROWS(volatility_closes)",
        p.COUNT,
        unit="closes",
        source="Warrant, 4(e)(ii)",
        note="One more than returns. With another number of days the window is made anew by "
        "xlfuncs build.",
        twin="volatility_days+1",
    )
    page.figure(
        "last_trade_price",
        "Last trade price",
        "=market_price",
        p.PRICE,
        unit="USD a share",
        source="Warrant, 4(e)(i)",
        note="The closing bid of the trading day before stands in for the closing trade price.",
    )


def _value(pairs: Pairs) -> None:
    page = pairs.page
    page.section("Value of the right to buy one Warrant Share, at the assumed volatility")
    pairs.headings()
    pairs.figure(
        "warrant_deviation",
        "Volatility over the time to expiry",
        "=volatility*SQRT(@years_to_expiry)",
        "0.000000",
        source="Black and Scholes (1973)",
        note="The volatility is an assumption of the sheet Terms.",
    )
    pairs.figure(
        "warrant_d1",
        "d1",
        "=(LN(market_price/@price_in_effect)+(continuous_rate-dividend_yield)*@years_to_expiry)"
        "/@warrant_deviation+AVERAGE(0,@warrant_deviation)",
        "0.000000_);(0.000000)",
        source="Black and Scholes (1973)",
    )
    pairs.figure(
        "warrant_d2",
        "d2",
        "=@warrant_d1-@warrant_deviation",
        "0.000000_);(0.000000)",
        source="Black and Scholes (1973)",
    )
    inputs = {"years": "@years_to_expiry", "rate": "continuous_rate"}
    strike = "@price_in_effect"
    value = f.call(
        black_scholes_warrant_value,
        optional=("dividend_yield",),
        stock_price="market_price",
        exercise_price=strike,
        using=inputs,
    )
    pairs.figure(
        "warrant_value",
        "Value",
        f"={value}",
        VALUE,
        unit="USD a Warrant Share",
        source="Black and Scholes (1973)",
        note=f.note(black_scholes_warrant_value),
        tolerance=_NEAR,
        twin=f"{_SHARE}*NORMSDIST(@warrant_d1)-{_BOND}*NORMSDIST(@warrant_d2)",
        key=True,
    )
    pairs.figure(
        "warrant_total",
        "Value of the whole warrant",
        "=@warrant_value*@shares_in_effect",
        p.MONEY,
        unit="USD",
    )
    for greek, unit, twin in _GREEKS:
        formula = f.call(
            black_scholes_greek,
            optional=("dividend_yield",),
            greek=f'"{greek}"',
            option_type='"call"',
            spot="market_price",
            strike=strike,
            using=inputs,
        )
        pairs.figure(
            f"warrant_{greek}",
            greek.capitalize(),
            f"={formula}",
            "0.000000_);(0.000000)",
            unit=unit,
            source="Haug (2007), chapter 2",
            twin=twin,
            tolerance=_NEAR,
        )
    page.next()


def _seen(pairs: Pairs) -> None:
    """What a price of the warrant says of the volatility, and what dilution would take away."""
    page = pairs.page
    page.section("A price of the investor's warrant, and dilution")
    page.headings()
    page.entry(
        "warrant_price_seen",
        "Price at which a warrant for one share is offered",
        2.0,
        p.PRICE,
        unit="USD",
        note="An example, to be replaced.",
        bounds=get_args(Price)[1],
    )
    share, bond = _SHARE.replace("@", ""), _BOND.replace("@", "")
    least = f"warrant_price_seen<=MAX({share}-{bond},0)"
    solved = f.call(
        implied_volatility,
        optional=("dividend_yield",),
        option_type='"call"',
        price="warrant_price_seen",
        spot="market_price",
        strike="price_in_effect",
        years="years_to_expiry",
        rate="continuous_rate",
    )
    page.figure(
        "implied_volatility",
        "Volatility that this price implies",
        f'=IF(OR({least},warrant_price_seen>={share}),"none",{solved})',
        p.PERCENT,
        unit="a year; none where there is none",
        source="Black and Scholes (1973)",
        note=f.note(implied_volatility),
    )
    at_it = call_value("market_price", "implied_volatility")
    page.figure(
        "implied_price",
        "Value at that volatility",
        f'=IF(ISTEXT(implied_volatility),"none",{at_it})',
        p.PRICE,
        unit="USD a Warrant Share",
        note="By the native formula: it must be the price above.",
        twin='IF(ISTEXT(implied_volatility),"none",warrant_price_seen)',
        tolerance=_NEAR,
    )
    if page.draft.has("shares_outstanding"):
        _diluted(page)
    page.next()


def _diluted(page: p.Page) -> None:
    page.figure(
        "diluting_warrant_shares",
        "Warrant Shares that would dilute",
        "=investor_warrant_shares",
        p.PARTIAL_SHARES,
        unit="shares, unrounded",
        note="All Warrants of the investor, from the sheet Capitalisation.",
    )
    value = f.call(
        diluted_warrant_value,
        optional=("method", "dividend_yield"),
        stock_price="market_price",
        exercise_price="price_in_effect",
        years="years_to_expiry",
        rate="continuous_rate",
        warrant_shares="diluting_warrant_shares",
        method='"galai-schneller"',
    )
    ratio = "diluting_warrant_shares/shares_outstanding"
    firm = f"(market_price+diluted_warrant_value*{ratio})"
    page.figure(
        "diluted_warrant_value",
        "Value with dilution, at the assumed volatility",
        f"={value}",
        p.PRICE,
        unit="USD a Warrant Share",
        source="Galai and Schneller (1978)",
        note="Only where the stock price does not carry the dilution already, as a market that "
        "knows of the warrants makes it.",
        twin=f"({call_value(firm, 'volatility')})/(1+{ratio})",
        tolerance=_NEAR,
    )
