"""What an argument may be: meaning, bounds and cell format, as argument types.

A clause is written ``def accreted_premium(conversion_date: Date, face_amount: Money)``; the
alias carries the unit, the unit checks the value, and a host reads from it how a cell is
formatted and described. Bounds are wide enough for any deal and narrow enough that exact
arithmetic stays exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from xlfuncs.kinds import Anything, Choice, Day, Flag, Limit, Moment, Number, Words
from xlfuncs.ranges import Column

_PRICE = Number("price", "a price in USD a share", 0.0, 1e9, "#,##0.0000", above=True)
_BID = Number("bid", "a closing bid in USD a share", 0.0, 1e9, "#,##0.0000", above=True)
_MONEY = Number("money", "an amount in USD", 0.0, 1e15, "#,##0.00")
_FACE = Number("money", "an amount in USD above zero", 0.0, 1e12, "#,##0.00", above=True)
_SHARES = Number("shares", "a number of shares", 0.0, 1e15, "#,##0.####")
_SOME_SHARES = Number("shares", "a number of shares above zero", 0.0, 1e15, "#,##0", above=True)
_WHOLE_SHARES = Number("shares", "a whole number of shares", 0.0, 1e15, "#,##0", whole=True)
_RATE = Number("rate", "a rate as a fraction: 0.06 is 6 %", 0.0, 1.0, "0.00%")
_ANY_RATE = Number("rate", "a rate as a fraction: 0.06 is 6 %", -1.0, 10.0, "0.00%")
_VOLATILITY = Number("rate", "a yearly volatility as a fraction", 0.0, 10_000.0, "0.00%")
_YEARS = Number("years", "a time in years", 0.0, 1000.0, "0.0000")
_MULTIPLE = Number("multiple", "a factor: 1.01 is 101 %", 0.0, 100.0, "0.00%", above=True)
_FRACTION = Number("fraction", "a part of the whole: 0.049 is 4.9 %", 0.0, 1.0, "0.00%")
_RATIO = Number("ratio", "new shares for each old share", 0.0, 1e6, "0.######", above=True)
_COUNT = Number("count", "a whole number from 1 on", 1.0, 100_000.0, "0", whole=True)

Date = Annotated[dt.date, Day()]
DateTime = Annotated[dt.datetime, Moment()]
Condition = Annotated[bool, Flag()]
Price = Annotated[float, _PRICE]
Money = Annotated[float, _MONEY]
FaceAmount = Annotated[float, _FACE]
Shares = Annotated[float, _SHARES]
SharesOutstanding = Annotated[float, _SOME_SHARES]
WholeShares = Annotated[int, _WHOLE_SHARES]
Rate = Annotated[float, _RATE]
AnyRate = Annotated[float, _ANY_RATE]
Volatility = Annotated[float, _VOLATILITY]
Years = Annotated[float, _YEARS]
Multiple = Annotated[float, _MULTIPLE]
Fraction = Annotated[float, _FRACTION]
Count = Annotated[int, _COUNT]
ShareLimit = Annotated[float | str, Limit("limit", 'shares left, or "no limit"', _SHARES)]
WholeShareLimit = Annotated[int | str, Limit("limit", 'shares left, or "no limit"', _WHOLE_SHARES)]
OptionType = Annotated[str, Choice("option type", "the kind of option", ("call", "put"))]
Text = Annotated[str, Words()]
AnyValue = Annotated[object, Anything()]

Dates = Annotated[Sequence[dt.date], Column(Day())]
RisingDates = Annotated[Sequence[dt.date], Column(Day(), rising=True)]
Prices = Annotated[Sequence[float], Column(_PRICE)]
ClosingBids = Annotated[Sequence[float], Column(_BID)]
Ratios = Annotated[Sequence[float], Column(_RATIO)]

# Purchase and registration agreements, offer letter
_PERIODS = Number("periods", "a whole number from 0 on", 0.0, 100_000.0, "0", whole=True)
_WORKING_DAYS = Number("working days", "a number of working days", 0.0, 1e6, "#,##0.00")

Periods = Annotated[int, _PERIODS]
WorkingDays = Annotated[float, _WORKING_DAYS]
ShareCounts = Annotated[Sequence[float], Column(_SHARES)]
WholeHoldings = Annotated[Sequence[int], Column(_WHOLE_SHARES)]

# Conversion, reserve and default
_DAYS = Number("days", "a whole number of calendar days", 0.0, 100_000.0, "0", whole=True)
_DAYS_ON = Number(
    "days", "a whole number of open days; below zero they are counted back",
    -10_000.0, 10_000.0, "0", whole=True,
)  # fmt: skip

Days = Annotated[int, _DAYS]
DaysOn = Annotated[int, _DAYS_ON]
PremiumMode = Annotated[
    str, Choice("premium mode", "how the Premium enters", ("once", "in_base", "none"))
]

# Redemption, protections, deemed issues
SharesAboveZero = Annotated[float, _SOME_SHARES]
MoneyAboveZero = Annotated[float, _FACE]
IssuePrice = Annotated[
    float, Number("price", "a price in USD a share, from 0 on", 0.0, 1e9, "#,##0.0000")
]
Rights = Annotated[
    float, Number("rights", "a number of rights or other items", 0.0, 1e15, "#,##0.####")
]
Seniorities = Annotated[Sequence[int], Column(_COUNT)]
Amounts = Annotated[Sequence[float], Column(_MONEY)]
Discounts = Annotated[Sequence[float], Column(_FRACTION)]
