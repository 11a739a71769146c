"""When the window of a conversion lies, which of its closes are known, and what is refused."""

from collections.abc import Sequence
from math import log, sqrt
from typing import Final

from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.kinds import shown
from xlfuncs.models.floating.shapes import TRADING_DAYS_A_YEAR, Window

MOST_SPREAD: Final = 1.0  # from here on standard errors begin to be too small

_NEARLY = 1e-9  # years: a time given in decimals
_FARTHEST = 700.0  # the exponential of more is no double


def years_before_window(trading_days: int, lookback_days: int, years: float) -> float:
    """The time from now to the first close of the window.

    Raises:
        BoundsError: there would be less than none, or some though the window has begun.
    """
    days_within = min(trading_days, lookback_days)
    before = years - days_within / TRADING_DAYS_A_YEAR
    if abs(before) <= _NEARLY:
        return 0.0
    needed = shown(round(days_within / TRADING_DAYS_A_YEAR, 6))
    if before < 0.0:
        raise BoundsError(
            f"years must be at least {needed}, the {days_within} trading days from the first "
            f"close of the window to the conversion, not {shown(years)}"
        )
    if trading_days < lookback_days:
        raise BoundsError(
            f"years must be {needed} or left out, since with {trading_days} trading days to go "
            f"the window has begun, not {shown(years)}"
        )
    return before


def window_of(
    trading_days: int,
    lookback_days: int,
    lowest_count: int,
    price_multiple: float,
    stock_price: float,
    known_bids: Sequence[float],
) -> Window:
    """The closes of the window, over the level: its first close, or the price now if later.

    Raises:
        BoundsError: more closes are to be lowest than there are, or the window reaches back
            before today and nothing is known of it.
        MissingDataError: less is known of it than the window needs.
    """
    check_counts(lookback_days, lowest_count)
    past = max(lookback_days - trading_days, 0)
    if past > len(known_bids):
        sentence = (
            f"{past} of the {lookback_days} closes of the window are before today, and "
            f"known_bids has {len(known_bids)} of them"
        )
        if known_bids:
            raise MissingDataError(sentence)
        raise BoundsError(f"trading_days must be at least lookback_days: {sentence}")
    known = [log(bid) - log(stock_price) for bid in known_bids[len(known_bids) - past :]]
    if any(abs(one) > _FARTHEST for one in known):
        raise BoundsError("known_bids and stock_price are too far apart to be of one stock")
    level = [0.0] if trading_days else []
    ahead = max(min(trading_days, lookback_days) - 1, 0)
    return Window(ahead, (*known, *level), lowest_count, price_multiple)


def check_counts(lookback_days: int, lowest_count: int) -> None:
    """Refuse more lowest closes than there are closes.

    Raises:
        BoundsError: there are not so many.
    """
    if lowest_count > lookback_days:
        raise BoundsError(
            f"lowest_count must be at most lookback_days, {lookback_days}, not {lowest_count}"
        )


def check_spread(volatility: float, closes_ahead: int) -> None:
    """Refuse a volatility at which a few points would make up the whole mean.

    Raises:
        BoundsError: the deviation over the closes to come is too large.
    """
    most = MOST_SPREAD / sqrt(closes_ahead / TRADING_DAYS_A_YEAR) if closes_ahead else volatility
    if volatility > most:
        raise BoundsError(
            f"volatility must be at most {most:.4g} for {closes_ahead} closes to come in the "
            f"window, not {shown(volatility)}: beyond it a few points make up the mean"
        )
