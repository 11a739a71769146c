"""Conversions on several dates under one aggregate cap of shares, by simulation.

The earlier conversions use the cap up, so that no date can be valued by itself. Each date
takes what it needs of what is left, in order of date; a fraction of a preferred share can
convert, and shares are not rounded. What finds no shares under the cap is paid at a multiple
of face on the date, or is worth nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf
from typing import TYPE_CHECKING, Final

import numpy as np

from xlfuncs import units
from xlfuncs.arrays.simulation import contract as terms
from xlfuncs.arrays.simulation import paths as simulation
from xlfuncs.arrays.simulation.control_variates import Proxy, estimates, shifts
from xlfuncs.errors import BoundsError
from xlfuncs.kinds import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlfuncs.arrays.simulation.contract import Contract
    from xlfuncs.arrays.simulation.paths import Paths

    Array = NDArray[np.float64]

QUANTILES: Final = (0.05, 0.25, 0.50, 0.75, 0.95)
_MULTIPLE_OF_FACE = Number("multiple", "a factor: 1.25 is 125 %", 0.0, 100.0, "0.00%")
_MEASURES: Final = ("value", "shares", "unconverted", "bound", "redemption")


@dataclass(frozen=True, slots=True)
class Converted:
    """What one date brings, or all of them together; amounts in USD discounted to now.

    Attributes:
        trading_days: the date, in trading days from now; of the total, the last date.
        years: the same in years.
        preferred_shares: the number of preferred shares to be converted.
        value: the value of the shares of common stock received and of what is redeemed.
        standard_error: of the value.
        mean_shares: the expected shares of common stock.
        mean_shares_error: its standard error.
        shares_quantiles: the 5, 25, 50, 75 and 95 % quantiles of the shares.
        cap_chance: the chance that the cap has bound on this date or an earlier one.
        cap_chance_error: its standard error.
        unconverted: the expected preferred shares that the cap keeps from converting.
        unconverted_error: its standard error.
        redemption_value: the part of the value that is paid for them.
    """

    trading_days: int
    years: float
    preferred_shares: float
    value: float
    standard_error: float
    mean_shares: float
    mean_shares_error: float
    shares_quantiles: tuple[float, ...]
    cap_chance: float
    cap_chance_error: float
    unconverted: float
    unconverted_error: float
    redemption_value: float

    def table(self) -> list[tuple[str, float]]:
        """Name and number, for people."""
        names = [f"{quantile:.0%} quantile of shares" for quantile in QUANTILES]
        return [
            ("trading days", self.trading_days),
            ("years", self.years),
            ("preferred shares", self.preferred_shares),
            ("value", self.value),
            ("standard error", self.standard_error),
            ("mean shares", self.mean_shares),
            ("standard error of mean shares", self.mean_shares_error),
            *zip(names, self.shares_quantiles, strict=True),
            ("chance that the cap has bound", self.cap_chance),
            ("standard error of the chance", self.cap_chance_error),
            ("preferred shares not converted", self.unconverted),
            ("standard error of those not converted", self.unconverted_error),
            ("value of their redemption", self.redemption_value),
        ]


@dataclass(frozen=True, slots=True)
class Conversions:
    """Every date, their total, and the paths and seed behind them."""

    dates: tuple[Converted, ...]
    total: Converted
    paths: int
    seed: int

    def table(self) -> list[tuple[str, float]]:
        """The total as name and number; each date has a table of its own."""
        return [*self.total.table(), ("paths", self.paths), ("seed", self.seed)]


def conversions_over_dates(
    stock_price: float,
    volatility: float,
    rate: float,
    trading_days: object,
    preferred_shares: object,
    face_amount: float,
    premium: object,
    fixed_price: float | None,
    lookback_days: int,
    lowest_count: int,
    price_multiple: float,
    share_cap: float | None = None,
    premium_rate: float = 0.0,
    redemption_multiple: float = 0.0,
    years: object = None,
    known_bids: object = None,
    dividend_yield: float = 0.0,
    paths: int = 65_536,
    seed: int = terms.SEED,
) -> Conversions:
    """Preferred shares converted on several dates, all of them under one cap of shares.

    Not a worksheet function: it takes a good part of a second, and a sheet would spend that
    anew at every change. The limit of 4.9 % of ownership at any one time is not modelled.

    Each conversion is at the lesser of the fixed price and price_multiple × the mean of the
    lowest closes of the window that ends the trading day before. Only the windows are simulated
    day by day, in antithetic pairs; standard errors are those of the regression of the pairs on
    what is known exactly of them. Without a cap the shares at very low prices weigh so much that
    the standard error of the shares is too small where volatility × √years is above 1.5 and the
    paths are few.

    Source: Certificate of Designation, III, IV.A and IV.G(i); Glasserman (2003), Monte Carlo
        Methods in Financial Engineering, chapter 4

    Args:
        stock_price: today's price of the stock, USD; today's close where a window reaches it.
        volatility: the yearly volatility of the stock, as a fraction.
        rate: the continuously compounded risk-free rate, as a fraction a year.
        trading_days: the conversion dates, rising, in trading days from now.
        preferred_shares: the preferred shares that convert on each date, or one number for each.
        face_amount: the face amount of a preferred share, USD.
        premium: the premium of a preferred share on each date, or one figure for all, USD.
        fixed_price: the fixed conversion price, USD; None if there is none.
        lookback_days: the closes in the window before each date.
        lowest_count: how many of them, the lowest, are averaged.
        price_multiple: the factor on their mean, as 1.01.
        share_cap: the shares of common stock that all dates together may bring, less what has
            been issued or is set aside for warrants; None if there is no cap.
        premium_rate: the yearly rate on face at which premium accretes from now, added to
            premium; 0 if premium is given for each date.
        redemption_multiple: what a preferred share that finds no shares under the cap is paid
            on its date, as a multiple of face: 1.25, or 0 for nothing.
        years: the time to each date, if it is not trading_days / 252; the closes of a window
            stay 1/252 of a year apart, and the jump before it takes the rest. Dates closer
            together than a window share their years evenly.
        known_bids: the closing bids before today, oldest first, for windows that reach back.
        dividend_yield: the continuous dividend yield, as a fraction a year.
        paths: the number of simulated paths, even.
        seed: of the random numbers; the same seed gives the same result.

    Returns:
        the dates and their total.

    Raises:
        InputError: an argument of the wrong kind, or columns of unequal length.
        BoundsError: an argument outside its bounds, a volatility so high over the time that a
            few paths would make up the mean, or no finite answer.
        MissingDataError: known_bids has fewer bids than the first window reaches back.

    Example:
        >>> found = conversions_over_dates(
        ...     5.0, 0.8, 0.045, [63, 126], 1000, 1000.0, 0.0, 6.03, 10, 6, 1.01, 400_000.0
        ... )
        >>> found.total.mean_shares < 400_000.0 < found.total.value
        True
    """
    made = terms.contract(
        stock_price, volatility, rate, trading_days, face_amount, premium, fixed_price,
        lookback_days, lowest_count, price_multiple, premium_rate, years, known_bids,
        dividend_yield,
    )  # fmt: skip
    count = len(made.trading_days)
    holdings = terms.column(units.Shares, preferred_shares, "preferred_shares", count)
    cap = inf if share_cap is None else terms.number(units.Shares, share_cap, "share_cap")
    multiple = terms.number(_MULTIPLE_OF_FACE, redemption_multiple, "redemption_multiple")
    pairs = terms.pairs_of(paths, count)
    start = terms.seed_of(seed)
    with np.errstate(all="ignore"):  # what is not finite is refused at the end
        try:
            return _simulated(made, holdings, cap, multiple * made.face_amount, pairs, start)
        except (ArithmeticError, np.linalg.LinAlgError):
            raise BoundsError(simulation.TOO_FAR) from None


def _simulated(
    made: Contract,
    holdings: tuple[float, ...],
    cap: float,
    redemption: float,
    pairs: int,
    seed: int,
) -> Conversions:
    pilot, generator = simulation.generators(seed)
    model = simulation.Paths(made)
    proxies = _proxies(model, holdings, cap, shifts(model, pilot))
    gathered: list[Array] = []
    controls: list[Array] = []
    shares: list[Array] = []
    for size in simulation.batches(pairs, len(model.times)):
        closes = model.closes(generator, size)
        results = _one_batch(model, closes, holdings, cap, redemption)
        gathered.append(simulation.twins(results))
        shares.append(results[:, 1])
        known = [column for proxy in proxies for column in proxy.columns(closes)]
        controls.append(simulation.twins(np.array(known)))
    responses = np.concatenate(gathered, axis=-1)  # date, measure, pair
    everything = np.concatenate(controls, axis=-1).T
    return _results(made, holdings, responses, everything, np.concatenate(shares, axis=-1), seed)


def _proxies(
    model: Paths, holdings: tuple[float, ...], cap: float, under: list[float]
) -> list[Proxy]:
    """For each date what is known without the cap, and with the cap shared evenly so far."""
    made, found, sum_so_far = model.contract, [], 0.0
    for place, (holding, amount) in enumerate(zip(holdings, made.amounts, strict=True)):
        found.append(Proxy(model, place, under[place]))
        sum_so_far += holding * amount
        if cap < inf and sum_so_far:
            found.append(Proxy(model, place, under[place], cap / sum_so_far))
    return found


def _one_batch(
    model: Paths, closes: Array, holdings: tuple[float, ...], cap: float, redemption: float
) -> Array:
    """By date, measure and path what happens; the last date stands for the total."""
    made = model.contract
    count = closes.shape[1]
    found = np.zeros((len(holdings) + 1, len(_MEASURES), count))
    left = np.full(count, cap, dtype=np.float64)
    bound = np.zeros(count, dtype=bool)
    for place, holding in enumerate(holdings):
        price = np.minimum(model.variable_price(closes, place), made.fixed_price)
        needed = holding * made.amounts[place] / price
        shares = np.minimum(needed, left)
        short = shares < needed
        left -= shares
        bound |= short
        kept = np.where(short, holding * (1.0 - shares / np.where(short, needed, 1.0)), 0.0)
        discount = exp(-made.rate * made.years[place])
        paid = discount * redemption * kept
        # The price of the day itself is not simulated: its expectation is known.
        growth = discount * exp((made.rate - made.dividend_yield) * model.last_step[place])
        worth = shares * growth * model.last_close(closes, place) + paid
        found[place] = worth, shares, kept, bound, paid
    found[-1] = found[:-1].sum(axis=0)
    np.minimum(found[-1, 1], cap, out=found[-1, 1])  # whatever the last digit of the sum
    found[-1, _MEASURES.index("bound")] = bound
    return found


def _results(
    made: Contract,
    holdings: tuple[float, ...],
    responses: Array,
    controls: Array,
    shares: Array,
    seed: int,
) -> Conversions:
    """The estimates: value and shares with controls, chances as plain frequencies."""
    rows = len(responses)
    regressed = estimates(responses[:, :2].reshape(rows * 2, -1).T, controls)
    plain = estimates(responses[:, 2:].reshape(rows * 3, -1).T)
    means = np.hstack([regressed.means.reshape(rows, 2), plain.means.reshape(rows, 3)])
    errors = np.hstack([regressed.errors.reshape(rows, 2), plain.errors.reshape(rows, 3)])
    quantiles = np.quantile(shares, QUANTILES, axis=1).T
    if not (np.isfinite(means).all() and np.isfinite(errors).all()):
        raise BoundsError(simulation.TOO_FAR)
    dates = []
    for place in range(rows):
        last = min(place, rows - 2)
        value, mean_shares, kept, bound, paid = means[place].tolist()
        dates.append(
            Converted(
                trading_days=made.trading_days[last],
                years=made.years[last],
                preferred_shares=holdings[place] if place < rows - 1 else sum(holdings),
                value=value,
                standard_error=float(errors[place, 0]),
                mean_shares=mean_shares,
                mean_shares_error=float(errors[place, 1]),
                shares_quantiles=tuple(quantiles[place].tolist()),
                cap_chance=bound,
                cap_chance_error=float(errors[place, 3]),
                unconverted=kept,
                unconverted_error=float(errors[place, 2]),
                redemption_value=paid,
            )
        )
    return Conversions(tuple(dates[:-1]), dates[-1], shares.shape[1], seed)
