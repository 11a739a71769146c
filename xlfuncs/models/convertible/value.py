"""Convertible securities whose issuer may default."""

from collections.abc import Sequence
from typing import Annotated

from xlfuncs.card import card
from xlfuncs.checks import same_length
from xlfuncs.kinds import Choice, Number
from xlfuncs.models.convertible import line
from xlfuncs.models.convertible.grid import Grid, check_steps
from xlfuncs.models.convertible.terms import Terms, check_times
from xlfuncs.models.convertible.tree import tree_value
from xlfuncs.ranges import Column
from xlfuncs.units import Amounts, Fraction, Money, MoneyAboveZero, Price, Rate, SharesAboveZero

_YEARS = Number("years", "a time in years", 0.0, 100.0, "0.0000")
_MOMENT = Number("years", "a time in years from now", -100.0, 100.0, "0.0000")

ConvertibleValue = Annotated[float, Number("value", "an amount in USD", 0.0, 1e25, "#,##0.0000")]
Term = Annotated[float, _YEARS]
ShortRate = Annotated[
    float, Number("rate", "a rate as a fraction: 0.06 is 6 %", -0.5, 2.0, "0.00%")
]
StockVolatility = Annotated[
    float, Number("rate", "a yearly volatility as a fraction", 0.0, 10.0, "0.00%")
]
HazardRate = Annotated[
    float, Number("rate", "a rate of default: 0.02 is 2 % of those left a year", 0.0, 10.0, "0.00%")
]
CouponTimes = Annotated[Sequence[float], Column(_MOMENT, rising=True)]
GridSteps = Annotated[int, Number("steps", "a whole number of steps", 2.0, 2000.0, "0", whole=True)]
CreditMethod = Annotated[
    str,
    Choice(
        "method",
        "how default enters",
        ("hazard-rate", "tsiveriotis-fernandes", "hull-tree"),
    ),
]


@card
def convertible_value(
    stock_price: Price,
    conversion_ratio: SharesAboveZero,
    face_amount: MoneyAboveZero,
    years: Term,
    rate: ShortRate,
    volatility: StockVolatility,
    hazard_rate: HazardRate,
    recovery: Fraction,
    stock_fall: Fraction = 1.0,
    dividend_yield: ShortRate = 0.0,
    coupon_times: CouponTimes = (),
    coupons: Amounts = (),
    premium_rate: Rate = 0.0,
    call_price: Money | None = None,
    call_start: Term = 0.0,
    put_price: Money | None = None,
    put_time: Term = 0.0,
    redemption: Money | None = None,
    method: CreditMethod = "hazard-rate",
    steps: GridSteps = 200,
) -> ConvertibleValue:
    """The value of a convertible bond or preferred stock whose issuer may default.

    The holder converts at a fixed price whenever that is best, the issuer calls whenever that
    is best for it; for a floating price see floating_conversion_value. For preferred stock,
    face_amount is the face and the premium accreted by now, premium_rate what is added to it
    a year over face_amount, and redemption 0 where it must be converted at the end.

    Of the published example (a face of 100) the default steps give the limit to 0.001. Its
    Tsiveriotis-Fernandes value is published as 123.9705 on the finest grid there, still falling;
    here it comes to 123.964.

    A value takes a fifth of a second, and the time grows with steps × (steps + 2 × dates between
    now and maturity). That may be at most 500,000, which takes some two seconds, or five by
    Tsiveriotis and Fernandes; a tree of 2,000 steps takes one.

    Source: Ayache, Forsyth and Vetzal (2003), The Valuation of Convertible Bonds; Hull, Derivatives
        V_t + s²S²V_SS/2 + (r - q + hη) S V_S - (r + h) V + h max(κS(1 - η), R F) = 0, κS ≤ V,
        V ≤ max(call, κS); Tsiveriotis and Fernandes (1998): the part paid in cash is discounted
        at r + h(1 - R), the rest at r

    Reading: coupons accrue evenly from the one before, or from now; a call or a put pays them
        and the premium on top of its price, conversion forfeits them. Called strictly after
        call_start: at that moment a coupon is still paid. Recovery is a part of the face amount
        and premium. The volatility is that of the stock while there is no default; where one
        is given that counts the default in, as Hull's, √(s² - hη²) is meant.

    Args:
        stock_price: the price of the stock now, USD.
        conversion_ratio: the shares on conversion of the security now.
        face_amount: what is redeemed at maturity, with the premium accreted by now, USD.
        years: the time to maturity, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly volatility of the stock, as a fraction.
        hazard_rate: the rate of default a year, continuous; 0 for an issuer that cannot fail.
        recovery: the part of the face amount that is paid on default, as a fraction.
        stock_fall: the part of its price that the stock loses on default: 1 (total, if left
            out) to 0; the holder may then still convert.
        dividend_yield: the continuous dividend yield of the stock, as a fraction; 0 if left out.
        coupon_times: when coupons are due, years from now, rising; the last one paid may stand
            first, below zero, so that interest accrues from it.
        coupons: the coupon at each of coupon_times, USD.
        premium_rate: simple accretion of face_amount a year, as a fraction; the shares on
            conversion grow with it; 0 if left out.
        call_price: what the issuer may call the security for, without what has accrued, USD;
            blank if it may not.
        call_start: the time after which it may, years from now; 0 if left out.
        put_price: what the holder may put the security for, without what has accrued, USD;
            blank if it may not.
        put_time: the moment at which the holder may, years from now; 0 if left out.
        redemption: what is paid at maturity in place of the face amount and premium, USD; 0
            where the security must be converted.
        method: "hazard-rate" (if left out), "tsiveriotis-fernandes", or "hull-tree" for a
            binomial tree of so many steps; the last coarser.
        steps: the time steps, half as many being taken besides to extrapolate; 200 if left out.

    Returns:
        USD for the security, accrued interest included, unrounded.

    Raises:
        BoundsError: something is due after maturity; too few steps for so much volatility, so
            high a rate or so long a time, or too many for so many dates.
        InputError: coupon_times and coupons differ in length.

    Example:
        >>> round(convertible_value(100.0, 1.0, 100.0, 5.0, 0.05, 0.2, 0.02, 0.4), 2)
        107.96
    """
    same_length("coupon_times", coupon_times, "coupons", coupons)
    terms = Terms(
        stock_price, conversion_ratio, face_amount, years, rate, volatility, hazard_rate,
        recovery, stock_fall, dividend_yield, tuple(coupon_times), tuple(coupons), premium_rate,
        call_price, call_start, put_price, put_time, redemption,
    )  # fmt: skip
    check_times(terms)
    conversion_value = conversion_ratio * stock_price
    if method == "hull-tree":
        return tree_value(terms, steps)
    check_steps(terms, steps)
    coarse = grid_value(terms, steps // 2, method)
    fine = grid_value(terms, steps, method)
    extrapolated = fine + (fine - coarse) / 3.0
    if call_price is not None and call_start == 0.0 < years:
        called_now = terms.call_level(0.0, coupon_paid=True)
        extrapolated = min(extrapolated, max(called_now, conversion_value))
    return max(extrapolated, conversion_value)


def grid_value(terms: Terms, steps: int, method: str) -> float:
    """The value on one grid."""
    grid: Grid[list[float], line.Factors, line.Edge] = Grid(
        terms, steps, line, split=method == "tsiveriotis-fernandes"
    )
    value: float = grid.value()
    return value
