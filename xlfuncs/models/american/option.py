"""American options: value with early exercise, a dividend yield and discrete dividends."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, cast

from xlfuncs.card import card, card_of
from xlfuncs.errors import InputError
from xlfuncs.kinds import Choice, Number
from xlfuncs.models.american.approximations import (
    barone_adesi_whaley,
    bjerksund_stensland,
    ju_zhong,
)
from xlfuncs.models.american.dividends import (
    Dividends,
    certain_value,
    dividends_before,
    present_value,
    share_without,
)
from xlfuncs.models.american.grid import grid_value
from xlfuncs.models.american.put import (
    CERTAIN,
    GRID,
    SURE,
    WAITS,
    Answer,
    early_value,
    never_early,
)
from xlfuncs.models.american.terms import Terms
from xlfuncs.models.american.tree import tree_value
from xlfuncs.models.black_scholes import OptionValue, black_scholes
from xlfuncs.ranges import Column
from xlfuncs.units import AnyRate, OptionType, Price, Volatility, Years

APPROXIMATIONS: Final = {
    "barone-adesi-whaley": barone_adesi_whaley,
    "bjerksund-stensland": bjerksund_stensland,
    "ju-zhong": ju_zhong,
}

TreeSteps = Annotated[
    int, Number("count", "a whole number of steps of a tree", 1.0, 10_000.0, "0", whole=True)
]
DividendYears = Annotated[
    Sequence[float],
    Column(Number("years", "a time in years from now", 0.0, 1000.0, "0.0000", above=True)),
]
DividendAmounts = Annotated[
    Sequence[float], Column(Number("money", "an amount in USD a share", 0.0, 1e9, "#,##0.0000"))
]
AmericanMethod = Annotated[
    str,
    Choice(
        "method",
        "how an American option is valued",
        ("exact", *APPROXIMATIONS),
    ),
]

_european_value = cast("Callable[..., float]", card_of(black_scholes).body)


@card
def american_option(
    option_type: OptionType,
    spot: Price,
    strike: Price,
    years: Years,
    rate: AnyRate,
    volatility: Volatility,
    dividend_yield: AnyRate = 0.0,
    steps: TreeSteps | None = None,
    dividend_years: DividendYears = (),
    dividend_amounts: DividendAmounts = (),
    method: AmericanMethod = "exact",
) -> OptionValue:
    """The value of an American call or put, which may be exercised at any time.

    With steps left out the value is that of the model itself: to about a millionth of the strike
    or better, and to a few hundred-thousandths where a grid of prices is needed, for dividends,
    rates below zero or rates that all but cancel. With steps it is what a binomial tree of just so
    many steps gives, which still swings by some cents at 100. A value takes some thousandths of a
    second; on the grid a tenth, or some with high rates, and a second or two with dividends by
    the thousand; a tree of 10,000 steps some seconds.

    With discrete dividends, spot less their present value is what moves at random, and the
    dividends still to come are added to it where the option is exercised. They are discounted
    at rate less dividend_yield. One that goes ex at the expiry or later is left out.

    Source: Kim (1990), value of early exercise; Cox-Ross-Rubinstein (1979), binomial tree
        the value of the European option plus interest on the strike less the yield of the
        share, wherever exercise is due; on a tree max(payoff, discounted mean of the next two)

    Args:
        option_type: "call" or "put".
        spot: the price of the share now, USD.
        strike: the exercise price, USD.
        years: the time to expiry, years.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        volatility: the yearly standard deviation of log returns, as a fraction; with discrete
            dividends, of the share without them.
        dividend_yield: the continuous dividend yield, as a fraction a year; 0 if left out.
        steps: the steps of a Cox-Ross-Rubinstein tree, at most 10,000; left out, the exact value.
        dividend_years: when each dividend goes ex, years from now; none if left out.
        dividend_amounts: the amount of each of these dividends, USD a share.
        method: "exact" (if left out), or an approximation that published figures rest on:
            "barone-adesi-whaley", "bjerksund-stensland" (of 1993) or "ju-zhong".

    Returns:
        USD a share under option, unrounded.

    Raises:
        BoundsError: the dividends are worth spot or more; the tree would need a probability
            outside 0 to 1; the approximation has no critical price; no finite value exists;
            a grid is needed, and years × the greater of rate and dividend_yield is more than
            10, or with dividends volatility × √years more than 16.
        InputError: the dividends have not as many times as amounts; an approximation is asked
            for together with steps or dividends.

    Example:
        >>> round(american_option("put", 50.0, 50.0, 5 / 12, 0.10, 0.40), 6)
        4.284216
    """
    dividends = dividends_before(years, dividend_years, dividend_amounts)
    dividend_value = present_value(dividends, rate - dividend_yield)
    share = share_without(spot, dividend_value)
    payoff = float(max(spot - strike if option_type == "call" else strike - spot, 0.0))
    if method != "exact" and (steps is not None or dividends):
        raise InputError(f"method must be exact with steps or dividends, not {method}")
    if years == 0.0:
        return payoff
    terms = Terms(option_type, share, strike, years, rate, volatility, dividend_yield)
    if steps is not None:
        return tree_value(terms, steps, dividends)
    european = _european_value(*terms)
    answer = answer_by(method, terms, european, dividends)
    premium_if_exercised_now = payoff - european
    early_exercise_premium = max(answer.value - european, premium_if_exercised_now)
    if early_exercise_premium == premium_if_exercised_now:
        return payoff
    return float(european + early_exercise_premium)


def answer_by(method: str, terms: Terms, european: float, dividends: Dividends) -> Answer:
    """The value by one of the methods that take no steps, and how it was found.

    Raises:
        BoundsError: there is none.
    """
    certain = terms.deviation < CERTAIN
    if method != "exact" and not certain:
        return Answer(method, APPROXIMATIONS[method](terms, european))
    if not dividends:
        return early_value(terms, european)
    if certain:
        return Answer(SURE, certain_value(terms, dividends))
    if terms.option_type == "put" and never_early(terms.rate, terms.dividend_yield):
        return Answer(WAITS, european)
    return Answer(GRID, max(grid_value(terms, dividends), european))
