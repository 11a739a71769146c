"""Coverage: the shares registered against those that the holder has or may come to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.covenant_words import cited
from xlfuncs.books.sheets.prices import SPLITS, price_before
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.books.sheets.tables import EXAMPLE
from xlfuncs.clauses.clocks import add_business_days
from xlfuncs.clauses.conversion import accreted_premium, conversion_shares
from xlfuncs.clauses.reserve import coverage_trigger_date
from xlfuncs.units import Shares

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_SHARES: Final[object] = get_args(Shares)[1]
_DAYS: Final = 10
_SERIES_A: Final = ("closing_date", "preferred_shares", "face_amount", "premium_rate")


def write(page: p.Page, deal: Deal) -> None:
    """Write the sections."""
    draft = page.draft
    page.section("Coverage of the shares that may come to be sold")
    page.headings()
    _registrable(page, deal)
    tested = draft.has("registration_coverage_ratio")
    if tested:
        _state(page, deal)
    page.next()
    if tested and draft.has("registration_consecutive_days", "holidays"):
        _last_days(page, deal)
    if draft.has("series_a_registered_shares", *(f"series_a_{name}" for name in _SERIES_A)):
        _series_a(page, deal)


def _registrable(page: p.Page, deal: Deal) -> None:
    place = cited(deal, "registered_shares")
    page.entry(
        "registered_shares_sold",
        "Shares sold under the statement so far",
        0,
        p.SHARES,
        unit="shares",
        source=place,
        note=f"{EXAMPLE}. In shares of today.",
        bounds=_SHARES,
    )
    page.entry(
        "registrable_shares_held",
        "Issued on conversion or exercise, and still held",
        0,
        p.SHARES,
        unit="shares",
        source=place,
        note=f"{EXAMPLE}.",
        bounds=_SHARES,
    )
    page.figure(
        "registration_available",
        "Registered and still available",
        f"={_available(page.draft, 'as_of')}",
        p.SHARES,
        unit="shares",
        source=place,
        note="A statement covers the shares that splits make of those registered.",
    )
    page.figure(
        "registrable_on_conversion",
        "Issuable on conversion of all preferred stock",
        "=wanted_shares",
        p.SHARES,
        unit="shares",
        source=place,
        note="Without any limit on conversion.",
    )
    parts = ["registrable_on_conversion", "registrable_shares_held"]
    if "warrant_shares" in deal.terms:
        in_effect = page.draft.has("shares_in_effect")
        page.figure(
            "registrable_on_exercise",
            "Issuable on exercise of the Warrant",
            "=ROUNDUP(shares_in_effect,0)" if in_effect else "=warrant_shares",
            p.SHARES,
            unit="shares",
            source=place,
            note="That of this stock alone, without any limit on exercise.",
        )
        parts.append("registrable_on_exercise")
    page.figure(
        "registrable_shares",
        "Registrable shares",
        f"={'+'.join(parts)}",
        p.SHARES,
        unit="shares",
        source=place,
        key=True,
    )
    page.figure(
        "registration_cover",
        "Registered, of the registrable",
        '=IF(registrable_shares=0,"nothing to sell",registration_available/registrable_shares)',
        p.PERCENT,
        unit="of the registrable shares",
        source=cited(deal, "registration_coverage_ratio") or place,
        key=True,
    )


def _available(draft: p.Draft, day: str) -> str:
    """What is registered and not yet sold on a day, splits since the closing counted."""
    return f"MAX(registered_shares{_splits(draft, day)}-registered_shares_sold,0)"


def _splits(draft: p.Draft, day: str) -> str:
    """What splits have made of a share since the closing, as a factor in a product."""
    if not draft.has(*SPLITS):
        return ""
    return f"*{SPLIT_FACTOR.format(after='closing_date', upto=day)}"


def _state(page: p.Page, deal: Deal) -> None:
    place = cited(deal, "registration_coverage_ratio")
    page.figure(
        "registration_needed",
        "Least that must be available",
        "=registration_coverage_ratio*registrable_shares",
        p.SHARES,
        unit="shares",
        source=place,
    )
    page.figure(
        "registration_covered",
        "Covered on the as-of date?",
        '=IF(registration_available<registration_needed,"too few today","yes")',
        p.GENERAL,
        source=place,
        note="Exactly the ratio is enough.",
    )
    if page.draft.has("registration_target_ratio"):
        page.figure(
            "registration_shortfall",
            "To be registered in addition, if it must be restored",
            "=IF(registration_available<registration_needed,ROUNDUP(ROUND("
            "registration_target_ratio*registrable_shares-registration_available,6),0),0)",
            p.SHARES,
            unit="shares",
            source=cited(deal, "registration_target_ratio"),
            note="Up to the ratio at which it is restored, and not only to the least.",
            key=True,
        )


def _last_days(page: p.Page, deal: Deal) -> None:
    """The last trading days: on which of them were too few shares available, how often in a row?

    Before the closing nothing is issuable, and so nothing too few.
    """
    draft = page.draft
    place = cited(deal, "registration_consecutive_days")
    page.section(f"The last {_DAYS} trading days up to the as-of date")
    page.headings(
        (
            "Trading day",
            "Conversion Price",
            "Registrable shares",
            "Registered and available",
            "Of the registrable",
            "Days in a row with too few",
        ),
        right=range(p.VALUE, p.NOTE),
    )
    first, last = page.row, page.row + _DAYS - 1
    others = "+".join(
        name for name in ("registrable_shares_held", "registrable_on_exercise") if draft.has(name)
    )
    for row in range(first, last + 1):
        day = f"$A{row}"
        left = f"ROWS($A{row + 1}:$A${last + 1})"  # of the rows below: none counts itself
        page.put(p.LABEL, f"=WORKDAY(as_of+1,-{left},holidays)", "Date", p.DATE)
        early = f"{day}<closing_date"
        price = f'=IF({early},"before closing",{price_before(draft, day)})'
        page.put(p.VALUE, price, "Figure", p.EVEN_PRICE)
        premium = f.call(accreted_premium, conversion_date=day)
        shares = f.call(
            conversion_shares,
            premium=premium if draft.has("premium_rate") else "0",
            conversion_price=f"$B{row}",
        )
        page.put(p.UNIT, f"=IF({early},0,{shares}+{others})", "Figure", p.SHARES)
        page.put(p.SOURCE, f"={_available(draft, day)}", "Figure", p.SHARES)
        cover = f'=IF(C{row}=0,"nothing yet",D{row}/C{row})'
        page.put(p.NAME, cover, "Figure", p.PERCENT)
        short = f"D{row}<registration_coverage_ratio*C{row}"
        page.put(p.NOTE, f"=IF({short},N(F{row - 1})+1,0)", "Counted", p.COUNT)
        page.next()
    for name, letter in (
        ("coverage_dates", "A"),
        ("coverage_registrable", "C"),
        ("coverage_available", "D"),
        ("coverage_days_short", "F"),
    ):
        draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    page.headings()
    _trigger(page, deal, place)
    page.next()


def _trigger(page: p.Page, deal: Deal, place: str) -> None:
    trigger = f.call(
        coverage_trigger_date,
        optional=("holidays",),
        dates="coverage_dates",
        available_shares="coverage_available",
        issuable_shares="coverage_registrable",
        coverage_ratio="registration_coverage_ratio",
        consecutive_days="registration_consecutive_days",
    )
    none = 'IF(MAX(coverage_days_short)<registration_consecutive_days,"none",{0})'
    page.figure(
        "registration_trigger_date",
        "Registration Trigger Date within these days",
        f"={none.format(trigger)}",
        p.DATE,
        unit="date",
        source=place,
        note="The last of so many consecutive days with too few; the first, if it began earlier.",
        key=True,
        twin=none.format(
            "INDEX(coverage_dates,MATCH(registration_consecutive_days,coverage_days_short,0))"
        ),
    )
    page.figure(
        "registration_trigger_state",
        "Could it have been earlier?",
        '=IF(NOT(ISNUMBER(registration_trigger_date)),"no trigger",'
        'IF(INDEX(coverage_days_short,1)>0,"perhaps","no"))',
        p.GENERAL,
        source=place,
        note="Perhaps, if too few were available on the first of these days already.",
    )
    if page.draft.has("registration_target_ratio"):
        for name, label, days in (
            (
                "amendment_filing_deadline",
                "Amendment to be filed by",
                "registration_amendment_days",
            ),
            ("statement_filing_deadline", "Or new statement by", "registration_statement_days"),
        ):
            page.figure(
                name,
                label,
                f'=IF(ISNUMBER(registration_trigger_date),registration_trigger_date+{days},"none")',
                p.DATE,
                unit="date",
                source=cited(deal, days),
            )
    for name, label, days in (
        ("amendment_effective_by", "Amendment effective by", "amendment_effective_days"),
        ("statement_effective_by", "New statement effective by", "new_statement_effective_days"),
    ):
        if not page.draft.has(days):
            continue
        by = f.call(
            add_business_days,
            optional=("holidays",),
            from_date="registration_trigger_date",
            days=days,
        )
        none = 'IF(ISNUMBER(registration_trigger_date),{0},"none")'
        page.figure(
            name,
            label,
            f"={none.format(by)}",
            p.DATE,
            unit="date",
            source=cited(deal, days),
            note="Otherwise it is a Redemption Event.",
            twin=none.format(f"WORKDAY(registration_trigger_date,{days},holidays)"),
        )


def _series_a(page: p.Page, deal: Deal) -> None:
    """The first statement, for Series A: its certificate is not among the documents."""
    place = cited(deal, "series_a_registered_shares")
    days = "(conversion_date-series_a_closing_date)"
    page.section("The same for Series A and its statement")
    page.headings()
    premium = f.call(
        accreted_premium,
        closing_date="series_a_closing_date",
        face_amount="series_a_face_amount",
        premium_rate="series_a_premium_rate",
    )
    page.figure(
        "series_a_premium",
        "Premium of Series A",
        f"={premium}",
        p.PRICE,
        unit="USD a preferred share",
        source=cited(deal, "series_a_premium_rate"),
        note="As the terms assume it.",
        twin=f"series_a_face_amount*{days}/premium_days_in_year*series_a_premium_rate"
        if page.draft.has("premium_days_in_year")
        else "",
        tolerance=5e-7,
    )
    shares = f.call(
        conversion_shares,
        preferred_shares="series_a_preferred_shares",
        face_amount="series_a_face_amount",
        premium="series_a_premium",
    )
    page.figure(
        "series_a_issuable",
        "Issuable on conversion of all Series A",
        f"={shares}",
        p.SHARES,
        unit="whole shares",
        source=place,
        note="At the Conversion Price of this stock, which its own certificate may set otherwise.",
        twin="ROUNDUP(ROUND(series_a_preferred_shares*(series_a_face_amount+series_a_premium)"
        "/conversion_price,6),0)",
    )
    warrant = page.draft.has("series_a_warrant_shares")
    page.figure(
        "series_a_registrable",
        "Registrable shares of Series A",
        "=series_a_issuable" + ("+series_a_warrant_shares" if warrant else ""),
        p.SHARES,
        unit="shares",
        source=place,
        note="With its Warrant, if it has one.",
    )
    page.figure(
        "series_a_cover",
        "Registered, of the registrable",
        f"=series_a_registered_shares{_splits(page.draft, 'as_of')}/series_a_registrable",
        p.PERCENT,
        unit="of the registrable shares",
        source=place,
        key=True,
    )
    if page.draft.has("registration_coverage_ratio"):
        page.figure(
            "series_a_covered",
            "Covered on the as-of date?",
            '=IF(series_a_cover<registration_coverage_ratio,"too few today","yes")',
            p.GENERAL,
            source=cited(deal, "registration_coverage_ratio"),
        )
    page.next()
