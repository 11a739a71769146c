"""Scenarios: what the preferred stock becomes at other prices, volatilities and dates.

First what is certain: the shares if the stock stood at each price today. Then what the model
says of the conversion on the Maturity Date, price by volatility, and of the dates up to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import (
    scenario_choice,
    scenario_fan,
    scenario_grids,
    scenario_prices,
    scenario_proofs,
)
from xlfuncs.books.sheets.covenant_words import cited
from xlfuncs.books.wide import WidePage
from xlfuncs.clauses.conversion import accreted_premium
from xlfuncs.models.floating.conversion import Points
from xlfuncs.models.floating.shapes import TRADING_DAYS_A_YEAR

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_POINTS: Final[object] = get_args(Points)[1]
_MODEL: Final = ("lookback_days", "volatility", "risk_free_rate")
_POINTS_AT_FIRST: Final = 1024


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet, for a deal with preferred stock."""
    page = WidePage(
        draft,
        "Scenarios",
        "Scenarios",
        "Shares, ownership and value at other prices, volatilities and dates",
        labelled=draft.has("bids_note"),
    )
    matures = draft.has("maturity_date")
    model = matures and draft.has(*_MODEL)
    _basis(page, deal, matures=matures, model=model)
    scenario_prices.write(page)
    if matures:
        scenario_choice.write(page, model=model)
    if model:
        scenario_grids.write(page, deal)
    if matures:
        scenario_fan.write(page, model=model)
    if model:
        scenario_proofs.write(page, int(float(str(deal.terms.value("lookback_days")))))
    page.sheet.freeze_panes = "B4"


def _basis(page: p.Page, deal: Deal, *, matures: bool, model: bool) -> None:
    page.section("What the scenarios rest on")
    page.headings()
    page.figure(
        "scenario_price",
        "Stock price today",
        "=IF(last_bid_date<WORKDAY(as_of,-1,holidays),NA(),last_bid)",
        p.PRICE,
        unit="USD a share",
        note="The closing bid of the trading day before the as-of date; #N/A without it.",
    )
    if matures:
        _maturity(page, deal, model=model)
    if model:
        _model(page)
    page.next()


def _maturity(page: p.Page, deal: Deal, *, model: bool) -> None:
    place = cited(deal, "maturity_date")
    page.figure(
        "scenario_date",
        "Date of the conversion at maturity",
        "=MAX(maturity_date,as_of)",
        p.DATE,
        unit="date",
        source=place,
        note="The Maturity Date; after it the as-of date, for what has not been converted.",
    )
    page.figure(
        "scenario_days",
        "Trading days to it from the last close",
        "=IF(scenario_date<=as_of,1,NETWORKDAYS(as_of,scenario_date-1,holidays)+1)",
        p.COUNT,
        unit="trading days",
        note="Each close before it, and then the day itself.",
    )
    accretes = page.draft.has("premium_rate")
    premium = f.call(accreted_premium, conversion_date="scenario_date")
    page.figure(
        "scenario_premium",
        "Premium on that date",
        f"={premium}" if accretes else "=0",
        p.PRICE,
        unit="USD a preferred share",
        source=cited(deal, "premium_rate"),
        twin="face_amount*(scenario_date-closing_date)/premium_days_in_year*premium_rate"
        if accretes
        else "",
        tolerance=5e-7,
    )
    if page.draft.has("cap_available"):
        page.figure(
            "cap_shares_per_preferred",
            "Left under the exchange cap, a preferred share",
            '=IF(AND(ISNUMBER(cap_available),preferred_outstanding>0),cap_available/preferred_outstanding,"")',
            p.PARTIAL_SHARES,
            unit="shares; blank: no limit",
            source=cited(deal, "cap_amount").split("; ")[0],
            note="As it is today, taken to be so on that date.",
        )
    if not page.draft.has("dividend_yield") and not model:
        return
    reference = page.put(p.VALUE, TRADING_DAYS_A_YEAR, "Figure", p.COUNT)
    page.draft.define("trading_days_in_year", page.sheet.title, reference)
    page.describe(
        "trading_days_in_year",
        "Trading days in a year",
        "trading days",
        "",
        "The model's own, and no input.",
    )
    page.next()


def _model(page: p.Page) -> None:
    page.entry(
        "scenario_points",
        "Points of the model",
        _POINTS_AT_FIRST,
        p.SHARES,
        unit="points",
        note="More points are more exact and take longer; 1,024 are enough for a per mille.",
        bounds=_POINTS,
    )
    page.figure(
        "scenario_window_known",
        "Closes of its window that are known today",
        "=MAX(lookback_days-scenario_days+1,0)",
        p.COUNT,
        unit="closes",
        note="The model has them from the bids; the others it draws.",
    )
