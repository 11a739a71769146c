"""Redemption and liquidation: what the preferred stock would cost in cash."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.clauses.liquidation import liquidation_preference
from xlfuncs.clauses.redemption import redemption_amount
from xlfuncs.units import Money

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_MONEY = get_args(Money)[1]


def write(draft: p.Draft, deal: Deal) -> None:  # noqa: ARG001  every sheet is written alike
    """Write the sheet."""
    page = p.Page(
        draft,
        "Redemption",
        "Redemption and liquidation",
        "Amounts on the as-of date, in cash",
        labelled=True,
    )
    page.section("Redemption upon notice on the as-of date, if a Redemption Event has occurred")
    page.headings()
    page.figure(
        "bid_on_notice_date",
        "Closing bid on the date of the notice",
        "=INDEX(closing_bids,MATCH(as_of,bid_dates,0))",
        p.PRICE,
        unit="USD a share",
        source="Certificate of Designation, VIII.C",
        note="Of the day itself, not of the day before; #N/A where that day has no bid.",
    )
    page.entry(
        "penalty",
        "Unpaid Conversion Default penalty",
        0,
        p.MONEY,
        unit="USD a share",
        source="Certificate of Designation, VII.A",
        bounds=_MONEY,
        note="Zero for shares not in default.",
    )
    page.figure(
        "redemption_amount",
        "Redemption Amount",
        f"={f.call(redemption_amount, market_price='bid_on_notice_date')}",
        p.MONEY,
        unit="USD a share",
        source=f.source(redemption_amount),
        note=f.note(redemption_amount),
        key=True,
        tolerance=5e-7,
        twin="MAX(redemption_multiple*face_amount,(face_amount+premium+penalty)"
        "/conversion_price*bid_on_notice_date)",
    )
    page.figure(
        "redemption_limb",
        "Which limb is the greater",
        '=IF(redemption_amount>redemption_multiple*face_amount,"as converted",'
        '"multiple of the Face Amount")',
        p.GENERAL,
        source="Certificate of Designation, VIII.C",
    )
    page.figure(
        "redemption_total",
        "For all preferred shares",
        "=redemption_amount*preferred_shares",
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, VIII.D",
        note="Payable within five business days of the notice.",
    )
    page.next()
    page.section("Liquidation with final distribution on the as-of date")
    page.headings()
    page.entry(
        "other_amounts_due",
        "Other amounts due",
        0,
        p.MONEY,
        unit="USD a share",
        source="Certificate of Designation, X.C",
        bounds=_MONEY,
    )
    page.figure(
        "liquidation_preference",
        "Liquidation Preference",
        f"={f.call(liquidation_preference)}",
        p.MONEY,
        unit="USD a share",
        source=f.source(liquidation_preference),
        note=f.note(liquidation_preference),
        key=True,
        twin="face_amount+premium+other_amounts_due",
        tolerance=5e-7,
    )
    page.figure(
        "liquidation_total",
        "For all preferred shares",
        "=liquidation_preference*preferred_shares",
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, X.A",
    )
    page.sheet.freeze_panes = "B4"
