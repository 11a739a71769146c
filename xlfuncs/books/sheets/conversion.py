"""Conversion: today's price and shares, the limits, the window of bids, a schedule."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, cast

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    conversion_shares,
    fixed_conversion_price,
    variable_conversion_price,
)
from xlfuncs.clauses.limits import (
    beneficial_ownership_limit,
    convertible_now,
    exchange_cap_available,
)
from xlfuncs.kinds import Day
from xlfuncs.position import replay

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

SPLITS: Final = ("split_dates", "split_ratios")
# Before its start the variable price does not count, whether it can be computed or not.
_VARIABLE_IF_NEEDED: Final = 'IF(conversion_date<variable_price_start,"",variable_price)'
_BINDING_TWIN: Final = (
    'IF(convertible_shares=wanted_shares,"none",IF(convertible_shares=cap_available,'
    'IF(convertible_shares=ownership_available,"exchange cap and ownership limit",'
    '"exchange cap"),"ownership limit"))'
)
_MONTHS_BETWEEN_ROWS: Final = 3
_MOST_ROWS: Final = 60


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Conversion",
        "Conversion",
        "Price, shares and limits on the as-of date",
        labelled=True,
    )
    _price(page)
    _shares(page)
    _limits(page, deal)
    _window(page, int(float(str(deal.terms.value("lookback_days")))))
    _schedule(page, deal)
    page.sheet.freeze_panes = "B4"


def _price(page: p.Page) -> None:
    page.section("Price")
    page.headings()
    page.figure(
        "conversion_date",
        "Conversion Date",
        "=as_of",
        p.DATE,
        unit="date",
        source="Certificate of Designation, III.C",
        note="The date of this book.",
    )
    page.figure(
        "days_accrued",
        "Days of Premium (N)",
        "=conversion_date-closing_date",
        p.COUNT,
        unit="days",
        source="Certificate of Designation, III.F",
        note="Leaves out the Closing Date and counts the Conversion Date.",
    )
    page.figure(
        "premium",
        "Premium",
        f"={f.call(accreted_premium)}",
        p.PRICE,
        unit="USD a share",
        source=f.source(accreted_premium),
        note=f.note(accreted_premium),
        twin="face_amount*days_accrued/365*premium_rate",
        tolerance=5e-7,
        key=True,
    )
    fixed = f.call(fixed_conversion_price, optional=SPLITS, as_of="conversion_date")
    page.figure(
        "fixed_price",
        "Fixed Conversion Price",
        f"={fixed}",
        p.PRICE,
        unit="USD a share",
        source=f.source(fixed_conversion_price),
        note=f.note(fixed_conversion_price),
        twin=f"stated_price/{SPLIT_FACTOR.format(after=0, upto='conversion_date')}",
        tolerance=5e-9,
    )
    variable = f.call(variable_conversion_price, optional=("holidays", *SPLITS))
    page.figure(
        "variable_price",
        "Variable Conversion Price",
        f"={variable}",
        p.PRICE,
        unit="USD a share",
        source=f.source(variable_conversion_price),
        note=f.note(variable_conversion_price),
        twin="price_multiple*SUMPRODUCT((window_ranks<=lowest_count)*window_bids)/lowest_count",
        tolerance=5e-9,
    )
    page.figure(
        "conversion_price",
        "Conversion Price",
        f"={f.call(conversion_price, variable_price=_VARIABLE_IF_NEEDED)}",
        p.PRICE,
        unit="USD a share",
        source=f.source(conversion_price),
        note=f.note(conversion_price),
        twin="IF(conversion_date<variable_price_start,fixed_price,MIN(fixed_price,variable_price))",
        key=True,
    )
    page.next()


def _shares(page: p.Page) -> None:
    page.section("Shares")
    page.headings()
    page.figure(
        "wanted_shares",
        "Common stock for all preferred shares",
        f"={f.call(conversion_shares)}",
        p.SHARES,
        unit="whole shares",
        source=f.source(conversion_shares),
        note=f.note(conversion_shares),
        key=True,
        twin="ROUNDUP(ROUND(preferred_shares*(face_amount+premium)/conversion_price,6),0)",
    )
    page.next()


def _limits(page: p.Page, deal: Deal) -> None:
    as_of = deal.terms.value("as_of")
    position = replay(deal.terms, deal.ledger, cast("dt.date", as_of))
    page.section("Limits")
    page.headings()
    page.entry(
        "shares_issued",
        "Shares already issued against the cap",
        position.issued_against_cap,
        p.SHARES,
        unit="shares",
        source=f.source(exchange_cap_available),
        note="Series A, Series B and the investor's Warrants together, from the ledger up to "
        f"{as_of:%d %B %Y}; to be set for a later date.",
    )
    page.entry(
        "stockholder_approval_date",
        "Stockholder Approval",
        position.approved_on,
        p.DATE,
        unit="date; blank while there is none",
        source="Certificate of Designation, VI.A",
        note="From this date on the cap falls away.",
        bounds=Day(),
    )
    cap = f.call(
        exchange_cap_available, optional=("stockholder_approval_date",), as_of="conversion_date"
    )
    page.figure(
        "cap_available",
        "Left under the exchange cap",
        f"={cap}",
        p.SHARES,
        unit="whole shares, or no limit",
        source=f.source(exchange_cap_available),
        note=f.note(exchange_cap_available),
        twin="IF(ISNUMBER(stockholder_approval_date),IF(conversion_date>="
        'stockholder_approval_date,"no limit",MAX(cap_amount-shares_issued,0)),'
        "MAX(cap_amount-shares_issued,0))",
    )
    page.figure(
        "ownership_available",
        "Left under the ownership limit",
        f"={f.call(beneficial_ownership_limit)}",
        p.SHARES,
        unit="whole shares",
        source=f.source(beneficial_ownership_limit),
        note=f.note(beneficial_ownership_limit),
        twin="MAX(ROUNDDOWN((ownership_limit*shares_outstanding-shares_held)/(1-ownership_limit),"
        "0),0)",
    )
    both = f.call(convertible_now)
    page.figure(
        "convertible_shares",
        "Convertible now",
        f"=INDEX({both},1,1)",
        p.SHARES,
        unit="whole shares",
        source=f.source(convertible_now),
        note=f.note(convertible_now),
        twin="MIN(wanted_shares,cap_available,ownership_available)",
        key=True,
    )
    page.figure(
        "binding_limit",
        "Limit that binds",
        f"=IF(ISERROR(convertible_shares),convertible_shares,INDEX({both},1,2))",
        p.GENERAL,
        source=f.source(convertible_now),
        note="none, exchange cap, ownership limit, or both.",
        twin=_BINDING_TWIN,
        tolerance=None,
        key=True,
    )
    page.next()


def _window(page: p.Page, days: int) -> None:
    """The bids that the variable price is taken from, and which of them count."""
    page.section("The window of bids")
    page.headings(
        ("", "Date", "Closing bid", "In shares of today", "Rank from the lowest", ""),
        right=(p.VALUE, p.UNIT, p.SOURCE, p.NAME),
    )
    first, last = page.row, page.row + days - 1
    bids = f"$D${first}:$D${last}"
    for number in range(1, days + 1):
        row = page.row
        place = f"bids_before-{days}+{number}"
        factor = SPLIT_FACTOR.format(after=f"B{row}", upto="conversion_date")
        page.put(p.LABEL, f"Trading day {number} of {days}", "Label")
        page.put(p.VALUE, f"=IF({place}<1,NA(),INDEX(bid_dates,{place}))", "Figure", p.DATE)
        page.put(p.UNIT, f"=IF({place}<1,NA(),INDEX(closing_bids,{place}))", "Figure", p.PRICE)
        page.put(p.SOURCE, f"=C{row}/{factor}", "Figure", p.PRICE)
        rank = f'=COUNTIF({bids},"<"&D{row})+COUNTIF($D${first}:D{row},D{row})'
        page.put(p.NAME, rank, "Figure", p.COUNT)
        counts = f'=IF(E{row}<=lowest_count,"counts among the lowest","")'
        page.put(p.NOTE, counts, "Small")
        page.next()
    page.figure(
        "window_rows",
        "Rows of this window",
        "=ROWS(window_bids)",
        p.COUNT,
        source="Certificate of Designation, III.G",
        note="With another number of lookback days the window is made anew by xlfuncs build.",
        twin="lookback_days",
    )
    page.draft.define("window_bids", page.sheet.title, bids)
    page.draft.define("window_ranks", page.sheet.title, f"$E${first}:$E${last}")
    page.next()


def _schedule(page: p.Page, deal: Deal) -> None:
    """Price and shares every three months from closing to maturity, up to the as-of date."""
    page.section("Every three months, up to the as-of date")
    page.headings(
        ("Conversion Date", "Premium", "Variable price", "Conversion Price", "Shares"),
        right=(p.VALUE, p.UNIT, p.SOURCE, p.NAME),
    )
    closing, maturity = deal.terms.value("closing_date"), deal.terms.value("maturity_date")
    if not isinstance(closing, dt.date) or not isinstance(maturity, dt.date):
        return
    months = (maturity.year - closing.year) * 12 + maturity.month - closing.month
    rows = min(months // _MONTHS_BETWEEN_ROWS + 1, _MOST_ROWS)
    for number in range(rows + 1):
        row = page.row
        date = f"=MIN(EDATE(closing_date,{number * _MONTHS_BETWEEN_ROWS}),maturity_date)"
        page.put(p.LABEL, date, "Date", p.DATE)
        too_few = f'COUNTIF(bid_dates,"<"&$A{row})<lookback_days'
        for column, formula, cell_format in _schedule_row(f"$A{row}", row):
            blank = f"OR($A{row}>as_of,{too_few})" if column == p.UNIT else f"$A{row}>as_of"
            page.put(column, f'=IF({blank},"",{formula})', "Figure", cell_format)
        page.next()


def _schedule_row(date: str, row: int) -> list[tuple[int, str, str]]:
    """Premium, variable price, price and shares of a conversion on the date of a row."""
    fixed = f.call(fixed_conversion_price, optional=SPLITS, as_of=date)
    variable = f.call(
        variable_conversion_price, optional=("holidays", *SPLITS), conversion_date=date
    )
    price = f.call(
        conversion_price, conversion_date=date, fixed_price=fixed, variable_price=f"$C{row}"
    )
    shares = f.call(conversion_shares, premium=f"$B{row}", conversion_price=f"$D{row}")
    return [
        (p.VALUE, f.call(accreted_premium, conversion_date=date), p.PRICE),
        (p.UNIT, variable, p.PRICE),
        (p.SOURCE, price, p.PRICE),
        (p.NAME, shares, p.SHARES),
    ]
