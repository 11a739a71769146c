"""Conversion: today's price and shares, the limits, the window of bids, a schedule."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, cast

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import history
from xlfuncs.books.sheets.holdings import held_in
from xlfuncs.books.sheets.prices import SPLITS, price_on, write_prices
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.conversion import accreted_premium, conversion_shares
from xlfuncs.clauses.limits import (
    beneficial_ownership_limit,
    convertible_now,
    exchange_cap_available,
)
from xlfuncs.clauses.maturity import mandatory_conversion_shares
from xlfuncs.kinds import Day
from xlfuncs.position import replay

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_NO_LIMIT: Final = '"no limit"'
# Rounded up once; what is within a millionth of a whole share is that share.
_SHARES_TWIN: Final = "ROUNDUP(ROUND(preferred_outstanding*(face_amount+{premium})/{price},6),0)"
_MOST_ROWS: Final = 60


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Conversion",
        "Conversion",
        "Price, shares and limits on the as-of date",
        labelled=draft.has("bids_note"),
    )
    write_prices(page)
    _shares(page, deal)
    _limits(page, deal)
    if draft.has("lookback_days"):
        _window(page, int(float(str(deal.terms.value("lookback_days")))))
    if draft.has("bid_dates", "maturity_date"):
        history.write(page)
    if draft.has("maturity_date"):
        _maturity(page)
        _schedule(page, deal)
    page.sheet.freeze_panes = "B4"


def _shares(page: p.Page, deal: Deal) -> None:
    page.section("Shares")
    page.headings()
    _outstanding(page, deal)
    page.figure(
        "wanted_shares",
        "Common stock for all preferred shares",
        f"={f.call(conversion_shares)}",
        p.SHARES,
        unit="whole shares",
        source=f.source(conversion_shares),
        note="Rounded up once for the whole notice, before any limit.",
        key=True,
        twin=_SHARES_TWIN.format(premium="premium", price="conversion_price"),
    )
    page.figure(
        "shares_per_preferred",
        "The same for one preferred share",
        "=(face_amount+premium)/conversion_price",
        p.PARTIAL_SHARES,
        unit="shares, unrounded",
        source=f.source(conversion_shares),
    )
    if page.draft.has("last_bid"):
        page.figure(
            "wanted_value",
            "Their value at the last bid",
            "=wanted_shares*last_bid",
            p.WHOLE_MONEY,
            unit="USD",
            note="Before any limit, and without moving the market by selling.",
        )
        page.figure(
            "price_over_bid",
            "Conversion Price over the last bid",
            "=conversion_price/last_bid-1",
            p.PERCENT,
            unit="of the bid",
            note="In brackets: the holder converts below the market.",
        )
    page.next()


def _outstanding(page: p.Page, deal: Deal) -> None:
    """The preferred shares that are left of those issued."""
    unit, source = (
        "preferred shares",
        "Certificate of Designation, I; Certificate of Designation, IV.C",
    )
    held = held_in(deal)
    issued = float(str(deal.terms.value("preferred_shares")))
    page.entry(
        "preferred_retired",
        "Converted or redeemed so far",
        issued - sum(one.shares for one in held.preferred if not one.prefix),
        p.SHARES,
        unit=unit,
        source=source,
        note=f"From the ledger up to {held.day.day} {held.day:%B %Y}; to be set for a later date.",
        fact=True,
    )
    page.figure(
        "preferred_outstanding",
        "Preferred shares outstanding",
        "=preferred_shares-preferred_retired",
        p.SHARES,
        unit=unit,
        source=source,
        note="Those issued less those converted or redeemed; the sheet Capitalisation has them by "
        "holder.",
        key=True,
    )


def _limits(page: p.Page, deal: Deal) -> None:
    draft = page.draft
    limits = []
    page.section("Limits")
    page.headings()
    if draft.has("cap_amount"):
        _cap(page, deal)
        limits.append(("cap_available", "exchange cap"))
    if draft.has("ownership_limit"):
        page.figure(
            "ownership_available",
            "Left under the ownership limit",
            f"={f.call(beneficial_ownership_limit)}",
            p.SHARES,
            unit="whole shares",
            source=f.source(beneficial_ownership_limit),
            note=f.note(beneficial_ownership_limit),
            twin="MAX(ROUNDDOWN((ownership_limit*shares_outstanding-shares_held)"
            "/(1-ownership_limit),0),0)",
        )
        limits.append(("ownership_available", "ownership limit"))
    given = {"cap_available": _NO_LIMIT, "ownership_available": _NO_LIMIT}
    both = f.call(convertible_now, using={**given, **{name: name for name, _ in limits}})
    names = ",".join(["wanted_shares", *(name for name, _ in limits)])
    page.figure(
        "convertible_shares",
        "Convertible now",
        f"=INDEX({both},1,1)",
        p.SHARES,
        unit="whole shares",
        source=f.source(convertible_now),
        note=f.note(convertible_now),
        twin=f"MIN({names})",
        key=True,
    )
    page.figure(
        "binding_limit",
        "Limit that binds",
        f"=IF(ISERROR(convertible_shares),convertible_shares,INDEX({both},1,2))",
        p.GENERAL,
        source=f.source(convertible_now),
        note="none, exchange cap, ownership limit, or both.",
        twin=_binding_twin(limits),
        tolerance=None,
        key=True,
    )
    page.next()


def _binding_twin(limits: list[tuple[str, str]]) -> str:
    """In words, which limit the shares convertible now are equal to."""
    if not limits:
        return '"none"'
    (name, word), *more = limits
    words = f'"{word}"'
    if more:
        other, second = more[0]
        both = f'IF(convertible_shares={other},"{word} and {second}","{word}")'
        words = f'IF(convertible_shares={name},{both},"{second}")'
    return f'IF(convertible_shares=wanted_shares,"none",{words})'


def _cap(page: p.Page, deal: Deal) -> None:
    as_of = cast("dt.date", deal.terms.value("as_of"))
    position = replay(deal.terms, deal.ledger, as_of)
    page.entry(
        "shares_issued",
        "Shares already issued against the cap",
        position.issued_against_cap,
        p.SHARES,
        unit="shares",
        source=f.source(exchange_cap_available),
        note="All preferred stock and the investor's Warrants together, from the ledger up to "
        f"{as_of.day} {as_of:%B %Y}; to be set for a later date.",
        fact=True,
    )
    if not page.draft.has("stockholder_approval_date"):
        page.entry(
            "stockholder_approval_date",
            "Stockholder Approval",
            position.approved_on,
            p.DATE,
            unit="date; blank while there is none",
            source="Certificate of Designation, VI.A",
            note="From this date on the cap falls away.",
            bounds=Day(),
            fact=True,
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


def _window(page: p.Page, days: int) -> None:
    """The bids that the variable price is taken from, and which of them count."""
    page.section("The window of bids that the variable price is taken from")
    page.headings(
        ("", "Date", "Closing bid", "In shares of today", "Rank from the lowest", ""),
        right=(p.VALUE, p.UNIT, p.SOURCE, p.NAME),
    )
    first, last = page.row, page.row + days - 1
    bids = f"$D${first}:$D${last}"
    for number in range(1, days + 1):
        row = page.row
        place = f"bids_before-lookback_days+$A{row}"
        factor = SPLIT_FACTOR.format(after=f"B{row}", upto="conversion_date")
        page.put(p.LABEL, number, "Number label", '"Trading day "0')
        page.put(p.VALUE, f"=IF({place}<1,NA(),INDEX(bid_dates,{place}))", "Figure", p.DATE)
        page.put(p.UNIT, f"=IF({place}<1,NA(),INDEX(closing_bids,{place}))", "Figure", p.PRICE)
        page.put(p.SOURCE, f"=C{row}/{factor}", "Figure", p.PRICE)
        # Not COUNTIF: a bid in shares of today may be no finite decimal, and it compares texts.
        rank = f"=SUMPRODUCT(({bids}<D{row})*1)+SUMPRODUCT(($D${first}:D{row}=D{row})*1)"
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


def _maturity(page: p.Page) -> None:
    """What the mandatory conversion would give, were the price then what it is now."""
    page.section("At maturity")
    page.headings()
    premium = f.call(accreted_premium, conversion_date="maturity_date")
    has_rate = page.draft.has("premium_rate")
    page.figure(
        "maturity_premium",
        "Premium on the Maturity Date",
        f"={premium}" if has_rate else "=0",
        p.PRICE,
        unit="USD a preferred share",
        source=f.source(accreted_premium),
        twin="face_amount*(maturity_date-closing_date)/premium_days_in_year*premium_rate"
        if has_rate
        else "",
        tolerance=5e-7,
    )
    shares = f.call(
        mandatory_conversion_shares, premium="maturity_premium", unpaid_default_payments="0"
    )
    page.figure(
        "maturity_shares",
        "Shares of the Required Conversion at today's price",
        f"={shares}",
        p.SHARES,
        unit="whole shares",
        source=f.source(mandatory_conversion_shares),
        note="All preferred shares, no default payment unpaid, before any limit. The price then "
        "will be another; the sheet Scenarios shows what it may be.",
        twin=_SHARES_TWIN.format(premium="maturity_premium", price="conversion_price"),
    )
    page.next()


def _schedule(page: p.Page, deal: Deal) -> None:
    """Premium, price and shares by dates from closing to maturity."""
    page.section("Schedule from closing to maturity")
    page.entry(
        "schedule_months",
        "Months from one row to the next",
        3,
        p.COUNT,
        unit="months",
        note="With another number the last rows stay at the Maturity Date.",
    )
    page.headings(
        (
            "Conversion Date",
            "Premium, USD",
            "Conversion Price, USD",
            "Shares for all preferred",
            "Shares at today's price",
            "",
        ),
        right=(p.VALUE, p.UNIT, p.SOURCE, p.NAME),
    )
    closing, maturity = deal.terms.value("closing_date"), deal.terms.value("maturity_date")
    months = 0
    if isinstance(closing, dt.date) and isinstance(maturity, dt.date):
        months = (maturity.year - closing.year) * 12 + maturity.month - closing.month
    first = page.row
    for _ in range(min(max(months, 0) // 3 + 2, _MOST_ROWS)):
        row = page.row
        steps = f"ROWS($A${first - 1}:$A{row - 1})-1"  # of the rows above: none counts itself
        date = f"=MIN(EDATE(closing_date,schedule_months*({steps})),maturity_date)"
        page.put(p.LABEL, date, "Date", p.DATE)
        day = f"$A{row}"
        premium = f.call(accreted_premium, conversion_date=day)
        premium = f"={premium}" if page.draft.has("premium_rate") else "=0"
        page.put(p.VALUE, premium, "Figure", p.EVEN_PRICE)
        past = f"AND({day}<=as_of,{_has_price(page, day)})"
        page.put(p.UNIT, f'=IF({past},{price_on(page.draft, day)},"")', "Figure", p.EVEN_PRICE)
        then = f.call(conversion_shares, premium=f"$B{row}", conversion_price=f"$C{row}")
        page.put(p.SOURCE, f'=IF($C{row}="","",{then})', "Figure", p.SHARES)
        today = f.call(conversion_shares, premium=f"$B{row}")
        page.put(p.NAME, f"={today}", "Figure", p.SHARES)
        words = f'=IF({day}>as_of,"to come",IF($C{row}="","too few bids for the price",""))'
        page.put(p.NOTE, words, "Small")
        page.next()
    page.next()


def _has_price(page: p.Page, day: str) -> str:
    """Whether the price of a day needs no bids, or has enough of them."""
    if not page.draft.has("lookback_days"):
        return "TRUE"
    start = "variable_price_start" if page.draft.has("variable_price_start") else "closing_date"
    enough = f'COUNTIF(bid_dates,"<"&{day})>=lookback_days'
    return f"OR({day}<{start},{enough})" if page.draft.has("stated_price") else enough


__all__ = ["SPLITS", "write"]
