"""The deal that the recipes are about, read from its folder, and how a recipe is run."""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import xlfuncs as xlf
from xlfuncs.books.one_sheet import Column, OneSheet, told
from xlfuncs.books.page import DATE, PRICE
from xlfuncs.deal.reading import read_deal

DEAL = read_deal(Path(__file__).parents[1] / "valence_1998")
TERMS = DEAL.terms
t = SimpleNamespace(**{name: term.value for name, term in TERMS.items()})  # t.face_amount: 1000
BIDS = DEAL.market.bids
DATES, CLOSES = BIDS.dates, BIDS.closing_bids
HOLIDAYS = DEAL.market.holiday_dates


def premium_on(day: dt.date, series: str = "") -> float:
    """The Premium of one preferred share on a date: of Series B, or of "series_a_"."""
    names = (f"{series}{name}" for name in ("closing_date", "face_amount", "premium_rate"))
    return xlf.accreted_premium(day, *(getattr(t, name) for name in names))


def price_on(day: dt.date) -> float:
    """The Conversion Price on a date, from the bids before it."""
    window = int(t.lookback_days), int(t.lowest_count), t.price_multiple
    variable = xlf.variable_conversion_price(day, DATES, CLOSES, *window, HOLIDAYS)
    return xlf.conversion_price(day, t.variable_price_start, t.stated_price, variable)


def write_price(made: OneSheet) -> None:
    """The window of bids, and the Conversion Price that follows from it, in a sheet."""
    # fmt: off
    end = DATES.index(t.as_of)  # the window ends on the trading day before
    window = slice(end - int(t.lookback_days), end)
    made.table("The window: the last bids before the as-of date", "Closing bid",
               Column("Date", DATES[window], DATE, "bid_dates"),
               Column("Bid", CLOSES[window], PRICE, "closing_bids"))
    made.section("Conversion Price")
    on = {"conversion_date": "as_of"}
    lows = "+".join(f"SMALL(closing_bids,{n})" for n in range(1, int(t.lowest_count) + 1))
    made.figure("premium", "Premium", xlf.accreted_premium, PRICE, using=on, tolerance=5e-7,
                twin="face_amount*(as_of-closing_date)/premium_days_in_year*premium_rate")
    made.figure("variable_price", "Variable price", xlf.variable_conversion_price, PRICE, using=on,
                twin=f"price_multiple*({lows})/lowest_count", tolerance=5e-9)
    made.figure("conversion_price", "Conversion Price", xlf.conversion_price, PRICE,
                using={**on, "fixed_price": "stated_price"}, tolerance=5e-9,
                twin="IF(as_of<variable_price_start,stated_price,MIN(stated_price,variable_price))")
    # fmt: on


def run(script: str, answer: Callable[[], dict[str, object]], sheet: Callable[[], bytes]) -> None:
    """Print the figures, and write the sheet beside the script or into the folder given."""
    print(told(answer()))
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(script).parent
    (folder / Path(script).with_suffix(".xlsx").name).write_bytes(sheet())
