"""Major Transaction: what the preferred stock gets in a merger or reclassification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.prices import price_on
from xlfuncs.books.sheets.tables import EXAMPLE, even_step
from xlfuncs.clauses.clocks import add_trading_days
from xlfuncs.clauses.conversion import accreted_premium
from xlfuncs.clauses.protections import major_transaction_preferred
from xlfuncs.kinds import Day
from xlfuncs.units import Money

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_MONEY: Final[object] = get_args(Money)[1]
_SECTION: Final = "Certificate of Designation, XI.C"
_NEAR: Final = 5e-7
_PREMIUM_EXAMPLE: Final = 1.3  # a bid a third above the market


def write(page: p.Page, deal: Deal) -> None:
    """Write the section."""
    page.section("Major Transaction: a merger is no liquidation (X.B), and the preferred chooses")
    page.headings()
    bids = deal.market.bids.closing_bids
    page.entry(
        "transaction_announced",
        "Public announcement",
        None,
        p.DATE,
        unit="date; blank for the as-of date",
        source=_SECTION,
        note="The conversion is thought to be on the trading day before it.",
        bounds=Day(),
    )
    page.entry(
        "consideration_per_share",
        "Consideration for a common share",
        even_step((bids[-1] if bids else 1.0) * _PREMIUM_EXAMPLE),
        p.PRICE,
        unit="USD a share",
        source=_SECTION,
        note=f"{EXAMPLE}; its value, where it is not cash.",
        bounds=_MONEY,
    )
    _day_before(page)
    call = f.call(
        major_transaction_preferred,
        premium="transaction_premium",
        conversion_price="transaction_price",
    )
    converted = "(face_amount+transaction_premium)/transaction_price*consideration_per_share"
    page.figure(
        "transaction_consideration",
        "(i) As converted on the day before",
        f"={converted}",
        p.MONEY,
        unit="USD a preferred share",
        source=f"{_SECTION}(i)",
        note="Without regard to any limit.",
    )
    page.figure(
        "transaction_cash",
        "(ii) Multiple of the Face Amount, in cash",
        "=cash_multiple*face_amount",
        p.MONEY,
        unit="USD a preferred share",
        source=f"{_SECTION}(ii)",
        note="Of the Face Amount alone, without Premium.",
    )
    page.figure(
        "major_transaction_preferred",
        "A preferred share gets",
        f"={call}",
        p.MONEY,
        unit="USD a preferred share",
        source=f.source(major_transaction_preferred),
        note="The greater of both, at the choice of the holder.",
        key=True,
        twin="MAX(transaction_consideration,transaction_cash)",
        tolerance=_NEAR,
    )
    page.figure(
        "major_transaction_preferred_choice",
        "Which of the two it is",
        '=IF(transaction_consideration>transaction_cash,"(i) as converted","(ii) cash")',
        p.GENERAL,
        source=_SECTION,
    )
    page.figure(
        "major_transaction_preferred_total",
        "For all preferred shares",
        "=major_transaction_preferred*preferred_outstanding",
        p.MONEY,
        unit="USD",
        source=_SECTION,
        key=True,
    )
    page.figure(
        "consideration_break_even",
        "Consideration from which (i) is the greater",
        "=transaction_cash*transaction_price/(face_amount+transaction_premium)",
        p.PRICE,
        unit="USD a common share",
        source=_SECTION,
    )
    there = f.call(
        major_transaction_preferred,
        premium="transaction_premium",
        conversion_price="transaction_price",
        consideration_per_share="consideration_break_even",
    )
    page.figure(
        "transaction_at_break_even",
        "A preferred share gets at that consideration",
        f"={there}",
        p.MONEY,
        unit="USD a preferred share",
        source=f.source(major_transaction_preferred),
        note="Both are equal there.",
        twin="transaction_cash",
        tolerance=_NEAR,
    )
    page.next()


def _day_before(page: p.Page) -> None:
    """The trading day before the announcement, and the Premium and price of a conversion on it."""
    announced = "IF(ISNUMBER(transaction_announced),transaction_announced,as_of)"
    before = f.call(add_trading_days, optional=("holidays",), from_date=announced, days="-1")
    page.figure(
        "transaction_day",
        "Trading day before the announcement",
        f"=MAX({before},closing_date)",
        p.DATE,
        unit="date",
        source=_SECTION,
        note="Not before the Closing Date.",
        twin=f"MAX(WORKDAY({announced},-1,holidays),closing_date)",
    )
    accretes = page.draft.has("premium_rate")
    premium = f.call(accreted_premium, conversion_date="transaction_day")
    page.figure(
        "transaction_premium",
        "Premium on that day",
        f"={premium}" if accretes else "=0",
        p.PRICE,
        unit="USD a preferred share",
        source=f.source(accreted_premium),
        twin="face_amount*(transaction_day-closing_date)/premium_days_in_year*premium_rate"
        if accretes
        else "",
        tolerance=_NEAR,
    )
    # Where today's price is missing its error is passed on, so that its one reason can be told.
    price = price_on(page.draft, "transaction_day")
    page.figure(
        "transaction_price",
        "Conversion Price on that day",
        f"=IF(ISERROR(conversion_price),conversion_price,{price})",
        p.PRICE,
        unit="USD a share",
        source="Certificate of Designation, III.D",
    )
