"""What a Major Transaction would pay: the Black-Scholes Amount or a replacement warrant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.option_formulas import VALUE, call_value, native_call
from xlfuncs.clauses.warrant_protections import major_transaction_warrant
from xlfuncs.models.black_scholes import black_scholes_amount, black_scholes_warrant_value
from xlfuncs.units import Price, Shares, Volatility

if TYPE_CHECKING:
    from xlfuncs.books.sheets.sides import Pairs

_NEAR: Final = 5e-7
_CENT: Final = 0.005


def write(pairs: Pairs) -> None:
    """Write the sections, after those of their inputs."""
    _amount(pairs)
    _major_transaction(pairs)


def _amount(pairs: Pairs) -> None:
    page = pairs.page
    page.section("Black-Scholes Amount, were the notice of a Major Transaction given on this date")
    pairs.headings()
    amount = f.call(
        black_scholes_amount,
        optional=("rate_basis", "days_in_year"),
        exercise_price="@price_in_effect",
        notice_date="as_of",
        expiry_date="@expiry_date",
        volatility="historical_volatility",
    )
    pairs.figure(
        "black_scholes_amount",
        "Black-Scholes Amount",
        f"={amount}",
        VALUE,
        unit="USD a Warrant Share",
        source=f.source(black_scholes_amount),
        note="At the volatility of the trading days before; European, undiluted, no dividend: the "
        "Warrant names none.",
        key=True,
        tolerance=_NEAR,
        twin=call_value("last_trade_price", "historical_volatility", "@", "0"),
    )
    pairs.figure(
        "black_scholes_total",
        "In cash for the whole warrant",
        "=@black_scholes_amount*@shares_in_effect",
        p.MONEY,
        unit="USD",
        source="Warrant, 4(e)(ii)",
        note="For all Warrant Shares, without regard to any limit on exercise.",
    )
    page.next()


def _major_transaction(pairs: Pairs) -> None:
    """4(e): the greater of a replacement warrant and the cash."""
    page = pairs.page
    page.section("A Major Transaction under review: replacement warrant or cash?")
    page.headings()
    price, shares, volatility = (get_args(one)[1] for one in (Price, Shares, Volatility))
    for name, label, value, cell_format, unit, bounds in (
        (
            "exchange_ratio",
            "Stock of the other company for one share",
            0.5,
            p.PARTIAL_SHARES,
            "shares",
            shares,
        ),
        ("other_price", "Price of that stock", 12.0, p.PRICE, "USD a share", price),
        ("other_volatility", "Its volatility", 0.5, p.PERCENT, "a year", volatility),
    ):
        page.entry(
            name,
            label,
            value,
            cell_format,
            unit=unit,
            source="Warrant, 4(e)(i)",
            note="An example, to be replaced.",
            bounds=bounds,
        )
    page.next()
    pairs.headings()
    pairs.figure(
        "replacement_shares",
        "Replacement warrant: shares",
        "=@shares_in_effect*exchange_ratio",
        p.PARTIAL_SHARES,
        source="Warrant, 4(e)(i)",
        note="What an exercise on the day before the announcement would have been turned into.",
    )
    pairs.figure(
        "replacement_price",
        "Its exercise price",
        "=@price_in_effect/exchange_ratio",
        p.PRICE,
        unit="USD a share",
        source="Warrant, 4(e)(i)",
        note="The same aggregate exercise price.",
    )
    inputs = {
        "stock_price": "other_price",
        "exercise_price": "@replacement_price",
        "years": "@years_to_expiry",
        "rate": "continuous_rate",
        "volatility": "other_volatility",
    }
    worth = f.call(black_scholes_warrant_value, using=inputs)
    native = native_call(
        "other_price", "@replacement_price", "@years_to_expiry", "other_volatility", "0"
    )
    pairs.figure(
        "replacement_value",
        "Value of the replacement warrant",
        f"=@replacement_shares*{worth}",
        p.MONEY,
        unit="USD",
        source="Warrant, 4(e)",
        note="By Black-Scholes, without dividends; the holder values it in its sole discretion.",
        twin=f"@replacement_shares*({native})",
        tolerance=_CENT,
    )
    both = f.call(
        major_transaction_warrant,
        black_scholes_amount="@black_scholes_amount",
        warrant_shares="@shares_in_effect",
        replacement_value="@replacement_value",
    )
    pairs.figure(
        "major_transaction_total",
        "The greater of it and the cash",
        f"=INDEX({both},1,1)",
        p.MONEY,
        unit="USD",
        source=f.source(major_transaction_warrant),
        twin="MAX(@black_scholes_total,@replacement_value)",
        tolerance=_CENT,
        key=True,
    )
    pairs.figure(
        "major_transaction_choice",
        "Which of the two it is",
        f"=IF(ISERROR(@major_transaction_total),@major_transaction_total,INDEX({both},1,2))",
        p.GENERAL,
        source=f.source(major_transaction_warrant),
        twin='IF(@black_scholes_total=@replacement_value,"either",'
        'IF(@black_scholes_total>@replacement_value,"cash","replacement warrant"))',
        tolerance=None,
    )
    page.next()
