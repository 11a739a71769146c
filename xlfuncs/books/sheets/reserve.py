"""Reserve and cap: the shares that must stand ready, and whether they are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.prices import price_on
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.conversion import accreted_premium, conversion_shares
from xlfuncs.clauses.reserve import cap_trigger, coverage_trigger_date, reserved_amount

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_CERTIFICATE: Final = "Certificate of Designation"
_NO_CAP: Final = "ISTEXT(cap_available)"
_NONE_LEFT: Final = f"OR({_NO_CAP},cap_unissued=0)"
_AMOUNT: Final = "preferred_outstanding*(face_amount+premium)"


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet, where the capitalisation has the preferred stock that is outstanding."""
    reserves = draft.has("stated_reserve", "outstanding_issuable")
    capped = draft.has("cap_amount", "shares_issued", "outstanding_issuable")
    if not reserves and not capped:
        return
    page = p.Page(
        draft,
        "Reserve",
        "Reserve and cap",
        "Whether the shares reserved and the cap are enough",
        labelled=draft.has("bids_note"),
    )
    if reserves:
        _reserve(page)
        if draft.has("coverage_ratio"):
            _coverage(page)
        if draft.has("coverage_ratio", "consecutive_days", "holidays"):
            _trigger(page, int(float(str(deal.terms.value("consecutive_days")))))
    if capped:
        _cap(page)
    page.sheet.freeze_panes = "B4"


def _reserve(page: p.Page) -> None:
    page.section("Shares to be reserved")
    page.headings()
    factor = SPLIT_FACTOR.format(after="closing_date", upto="as_of")
    split = page.draft.has("split_dates")
    page.figure(
        "stated_reserve_now",
        "The stated number, in shares of today",
        f"=stated_reserve*{factor}" if split else "=stated_reserve",
        p.SHARES,
        unit="shares",
        source=f"{_CERTIFICATE}, V.A",
        note="Adjusted for splits since the closing; taken as what is reserved.",
    )
    warrants = "+investor_warrant_shares" if page.draft.has("investor_warrant_shares") else ""
    page.figure(
        "full_issuable_shares",
        "Full conversion and exercise today",
        f"=outstanding_issuable{warrants}",
        p.PARTIAL_SHARES,
        unit="shares, unrounded",
        source=f"{_CERTIFICATE}, V.A",
        note="All outstanding shares of the series, and the investor's Warrants, without limits: "
        "sheet Capitalisation.",
    )
    page.figure(
        "reserved_amount",
        "Shares that must be reserved",
        f"={f.call(reserved_amount, stated_reserve='stated_reserve_now')}",
        p.SHARES,
        unit="whole shares",
        source=f.source(reserved_amount),
        note="The greater of the two: the stated number is a floor.",
        twin="ROUNDUP(ROUND(MAX(stated_reserve_now,full_issuable_shares),6),0)",
        key=True,
    )
    page.figure(
        "reserve_in_words",
        "Whether the stated number is enough for it",
        '=IF(reserved_amount>stated_reserve_now,"no: more must be reserved","yes")',
        p.GENERAL,
        source=f"{_CERTIFICATE}, V.A",
    )
    page.next()


def _coverage(page: p.Page) -> None:
    page.section("Coverage of the conversion by the reserve")
    page.headings()
    page.figure(
        "reserve_coverage",
        "Reserve over the shares of a full conversion",
        '=IF(outstanding_issuable=0,"none outstanding",stated_reserve_now/outstanding_issuable)',
        p.PERCENT,
        unit="of these shares",
        source=f"{_CERTIFICATE}, V.B",
        note="The Warrants do not count here, though the reserve serves them too.",
        key=True,
    )
    page.figure(
        "reserve_needed",
        "Reserve that V.B asks for",
        "=coverage_ratio*outstanding_issuable",
        p.SHARES,
        unit="shares",
        source=f"{_CERTIFICATE}, V.B",
        note="The coverage ratio of the sheet Terms times these shares.",
    )
    page.figure(
        "reserve_shortfall",
        "Missing",
        "=MAX(reserve_needed-stated_reserve_now,0)",
        p.SHARES,
        unit="shares",
        source=f"{_CERTIFICATE}, V.B",
    )
    page.figure(
        "reserve_trigger_price",
        "Conversion Price under which some is missing",
        f"=coverage_ratio*{_AMOUNT}/stated_reserve_now",
        p.PRICE,
        unit="USD a share",
        source=f"{_CERTIFICATE}, V.B",
        note="With the Premium of the as-of date.",
    )
    page.next()


def _trigger(page: p.Page, days: int) -> None:
    """The last trading days up to the date, and whether they make the trigger."""
    page.section("The last trading days up to the as-of date")
    page.headings(
        ("", "Date", "Conversion Price, USD", "Shares of a full conversion", "Reserve", "Short?"),
        right=(p.VALUE, p.UNIT, p.SOURCE, p.NAME),
    )
    first, last = page.row, page.row + days - 1
    for number in range(1, days + 1):
        row = page.row
        page.put(p.LABEL, number, "Number label", '"Trading day "0')
        day = f"WORKDAY(as_of+1,$A{row}-consecutive_days-1,holidays)"
        page.put(p.VALUE, f'=IF({day}<closing_date,"",{day})', "Figure", p.DATE)
        price = price_on(page.draft, f"$B{row}")
        page.put(p.UNIT, f'=IF($B{row}="","",{price})', "Figure", p.EVEN_PRICE)
        premium = "0"
        if page.draft.has("premium_rate"):
            premium = f.call(accreted_premium, conversion_date=f"$B{row}")
        shares = f.call(
            conversion_shares,
            premium=premium,
            conversion_price=f"$C{row}",
        )
        some = f'OR($B{row}="",preferred_outstanding=0)'
        page.put(p.SOURCE, f"=IF({some},0,{shares})", "Figure", p.SHARES)
        factor = SPLIT_FACTOR.format(after="closing_date", upto=f"$B{row}")
        reserve = f"stated_reserve*{factor}" if page.draft.has("split_dates") else "stated_reserve"
        page.put(p.NAME, f'=IF($B{row}="",0,{reserve})', "Figure", p.SHARES)
        short = (
            f'=IF($B{row}="","before the closing",IF($E{row}<coverage_ratio*$D{row},"yes","no"))'
        )
        page.put(p.NOTE, short, "Small")
        page.next()
    sheet = page.sheet.title
    for name, letter in (("dates", "B"), ("issuable", "D"), ("available", "E"), ("short", "F")):
        page.draft.define(f"reserve_{name}", sheet, f"${letter}${first}:${letter}${last}")
    page.next()
    page.headings()
    page.figure(
        "reserve_days",
        "Trading days of this table",
        "=ROWS(reserve_dates)",
        p.COUNT,
        unit="days",
        source=f"{_CERTIFICATE}, V.B",
        note="With another number of consecutive days it is made anew by xlfuncs build.",
        twin="consecutive_days",
    )
    found = f.call(
        coverage_trigger_date,
        optional=("holidays",),
        dates="reserve_dates",
        available_shares="reserve_available",
        issuable_shares="reserve_issuable",
    )
    short = 'COUNTIF(reserve_short,"yes")=consecutive_days'
    page.figure(
        "authorization_trigger_date",
        "Authorization Trigger Date in these days",
        f'=IF({short},{found},"none")',
        p.DATE,
        unit="date; none while a day is covered",
        source=f.source(coverage_trigger_date),
        note="If there is one, holders are told and the reserve is raised to what V.B asks for.",
        twin=f'IF({short},MAX(reserve_dates),"none")',
        key=True,
    )
    page.next()


def _cap(page: p.Page) -> None:
    page.section("The exchange cap")
    page.headings()
    page.figure(
        "cap_unissued",
        "Not yet issued under it",
        "=MAX(cap_amount-shares_issued,0)",
        p.SHARES,
        unit="shares",
        source=f"{_CERTIFICATE}, IV.G(i)",
        note="All holders together; from Stockholder Approval on there is no cap.",
    )
    page.figure(
        "cap_exhausted_price",
        "Conversion Price at which all series take it up",
        f'=IF({_NONE_LEFT},"none",SUM(preferred_amounts)/cap_unissued)',
        p.PRICE,
        unit="USD a share",
        source=f"{_CERTIFICATE}, IV.G(i)",
        note="At today's Premium and one price for all, before the Warrants.",
    )
    if page.draft.has("coverage_ratio"):
        _cap_trigger(page)
    page.next()


def _cap_trigger(page: p.Page) -> None:
    page.figure(
        "cap_coverage",
        "Not yet issued, over the shares of a full conversion",
        f'=IF(OR({_NO_CAP},outstanding_issuable=0),"none",cap_unissued/outstanding_issuable)',
        p.PERCENT,
        unit="of these shares",
        source=f"{_CERTIFICATE}, VI.B",
        note="Of the series of this deal, without limits and without the Warrants.",
        key=True,
    )
    page.figure(
        "cap_trigger_price",
        "Conversion Price under which that is too little",
        f'=IF({_NONE_LEFT},"none",coverage_ratio*{_AMOUNT}/cap_unissued)',
        p.PRICE,
        unit="USD a share",
        source=f"{_CERTIFICATE}, VI.B",
        note="With the Premium of the as-of date: under the coverage ratio of the sheet Terms.",
    )
    event = f.call(
        cap_trigger,
        holder_cap="cap_amount",
        holder_issued="shares_issued",
        holder_issuable="outstanding_issuable",
    )
    native = "cap_amount-shares_issued<coverage_ratio*outstanding_issuable"
    words = f'IF({_NO_CAP},"no cap any more",IF({{test}},"exists","none"))'
    if page.draft.has("cap_trigger_start"):
        words = f'IF(as_of<=cap_trigger_start,"not tested yet",{words})'
    page.figure(
        "cap_trigger",
        "Trading Market Trigger Event",
        f"={words.format(test=event)}",
        p.GENERAL,
        source=f.source(cap_trigger),
        note="Tested for each holder alone; here as if one held all. Holders are to be told.",
        twin=words.format(test=native),
        tolerance=None,
        key=True,
    )
