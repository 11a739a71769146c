"""Liquidation: the preference, the waterfall over all classes, and when conversion pays more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import liquidation_tables, major_transaction
from xlfuncs.books.sheets.holdings import outstanding
from xlfuncs.books.sheets.tables import (
    EXAMPLE,
    entry_cell,
    scaled,
    step_number,
)
from xlfuncs.clauses.conversion import accreted_premium
from xlfuncs.clauses.liquidation import (
    liquidation_preference,
    liquidation_waterfall,
    participating_dividend,
)
from xlfuncs.units import Count, Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.deal.reading import Deal

_MONEY: Final[object] = get_args(Money)[1]
_RANK: Final[object] = get_args(Count)[1]
_NEAR: Final = 5e-7
_CENT: Final = 0.005
_SENIOR_EXAMPLE: Final = 2 / 15  # of the Face Amount of the preferred stock
_SERIES_A: Final = "series_a_"


class Class(NamedTuple):
    """A class that is paid in a liquidation.

    Attributes:
        name: what the names of its cells begin with.
        label: what it is called.
        rank: its rank; 1 is paid first.
        preference: the name of its preference a share; blank for an amount entered in total.
        shares: the formula of the number of its shares.
        amount: the example of an amount entered in total.
        note: what to know about it.
    """

    name: str
    label: str
    rank: int
    preference: str = ""
    shares: str = ""
    amount: float = 0.0
    note: str = ""


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Liquidation",
        "Liquidation waterfall",
        "Who is paid what, were the company wound up on the as-of date",
        labelled=draft.has("bids_note"),
    )
    classes = _classes(draft, deal)
    _preferences(page, classes)
    _claims(page, classes)
    _waterfall(page, deal, classes)
    if draft.has("shares_outstanding"):
        _conversion(page)
    liquidation_tables.write_proceeds(page, deal, classes)
    if draft.has("shares_outstanding"):
        liquidation_tables.write_conversion(page, deal, classes)
    if draft.has("cash_multiple"):
        major_transaction.write(page, deal)
    page.sheet.freeze_panes = "B4"


def _classes(draft: p.Draft, deal: Deal) -> list[Class]:
    """Those before the preferred stock, the series of it, and those between it and the common."""
    face = scaled(deal, "preferred_shares", "face_amount")
    found = [
        Class(
            "senior",
            "Senior claims",
            1,
            amount=round(face * _SENIOR_EXAMPLE, -5),
            note=f"Creditors and senior securities. {EXAMPLE}.",
        )
    ]
    series_a = ("preferred_shares", "face_amount", "premium_rate", "closing_date")
    if draft.has(*(f"{_SERIES_A}{name}" for name in series_a)):
        shares, preference = outstanding(deal, _SERIES_A), f"{_SERIES_A}liquidation_preference"
        note = "Pari passu with the preferred stock of this deal (IX.A)."
        label = _series(deal, _SERIES_A)
        found.append(Class("series_a", label, 2, preference, shares, note=note))
    found.append(
        Class(
            "preferred",
            _series(deal, ""),
            2,
            "liquidation_preference",
            outstanding(deal),
            note="Before the common stock and any junior class (IX.A).",
        )
    )
    note = "Stock between the preferred and the common, if there is any."
    found.append(Class("junior", "Junior class", 3, note=note))
    return found


def _series(deal: Deal, prefix: str) -> str:
    """What a series is called, in the heading of the deal."""
    for one in deal.terms.heading.instruments:
        if one.prefix == prefix:
            short = re.match(r"Series \w+", one.name)
            return short[0] if short else "Preferred stock"
    return "Preferred stock"


def _preferences(page: p.Page, classes: Sequence[Class]) -> None:
    """The preference of a share of each series."""
    page.section("Liquidation Preference of a share, with final distribution on the as-of date")
    page.headings()
    for one in classes:
        if one.preference == "liquidation_preference":
            _preference(page, one, "", "premium")
        elif one.preference:
            _series_a_premium(page, one.label)
            _preference(page, one, _SERIES_A, f"{_SERIES_A}liquidation_premium")
    page.next()


def _series_a_premium(page: p.Page, label: str) -> None:
    cells = {
        "conversion_date": "as_of",
        "closing_date": f"{_SERIES_A}closing_date",
        "face_amount": f"{_SERIES_A}face_amount",
        "premium_rate": f"{_SERIES_A}premium_rate",
    }
    days = page.draft.has("premium_days_in_year")
    page.figure(
        f"{_SERIES_A}liquidation_premium",
        f"Premium, {label}",
        f"={f.call(accreted_premium, using=cells)}",
        p.PRICE,
        unit="USD a preferred share",
        source="Assumptions on the sheet Terms",
        note="By assumed terms: its certificate is not among the documents.",
        twin=f"{_SERIES_A}face_amount*(as_of-{_SERIES_A}closing_date)/premium_days_in_year"
        f"*{_SERIES_A}premium_rate"
        if days
        else "",
        tolerance=_NEAR,
    )


def _preference(page: p.Page, one: Class, prefix: str, premium: str) -> None:
    """Other amounts due, the preference of a share, and that of all shares of a series."""
    face, due = f"{prefix}face_amount", f"{prefix}other_amounts_due"
    page.entry(
        due,
        f"Other amounts due, {one.label}",
        0,
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, X.C",
        note="As an unpaid Conversion Default Payment.",
        bounds=_MONEY,
    )
    call = f.call(liquidation_preference, face_amount=face, premium=premium, other_amounts_due=due)
    page.figure(
        f"{prefix}liquidation_preference",
        f"Liquidation Preference, {one.label}",
        f"={call}",
        p.MONEY,
        unit="USD a preferred share",
        source=f.source(liquidation_preference),
        note="Assumed alike: X.C leaves what a pari passu class gets to the charter."
        if prefix
        else "Face Amount, Premium to the final distribution, other amounts due.",
        key=True,
        twin=f"{face}+{premium}+{due}",
        tolerance=_NEAR,
    )
    page.figure(
        f"{prefix}liquidation_total",
        "For all its shares",
        f"={prefix}liquidation_preference*{one.shares}",
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, X.A",
    )


def _claims(page: p.Page, classes: Sequence[Class]) -> None:
    """The table of classes: rank, preference a share, shares, preference in total."""
    page.section("Classes in the order of payment")
    heads = ("Class", "Rank: 1 is paid first", "USD a share", "Shares", "Preference, USD", "")
    page.headings(heads, right=range(p.VALUE, p.NOTE))
    first, last = page.row, page.row + len(classes) - 1
    for one in classes:
        row = page.row
        style = "Label" if one.preference else "Entry text"
        page.put(p.LABEL, one.label, style)
        rank = entry_cell(page, p.VALUE, one.rank, p.COUNT, _RANK, "Equals share ratably (X.A).")
        page.draft.define(f"{one.name}_rank", page.sheet.title, rank)
        per_share = f"={one.preference}" if one.preference else None
        page.put(p.UNIT, per_share, "Figure", p.MONEY)
        page.put(p.SOURCE, f"={one.shares}" if one.shares else None, "Figure", p.SHARES)
        if one.preference:
            page.put(p.NAME, f"=$C{row}*$D{row}", "Figure", p.MONEY)
        else:
            amount = entry_cell(page, p.NAME, one.amount, p.MONEY, _MONEY, one.note)
            page.draft.define(f"{one.name}_claims", page.sheet.title, amount)
        page.put(p.NOTE, one.note, "Small")
        page.next()
    page.draft.define("class_names", page.sheet.title, f"$A${first}:$A${last}")
    page.draft.define("seniorities", page.sheet.title, f"$B${first}:$B${last}")
    page.draft.define("preferences", page.sheet.title, f"$E${first}:$E${last}")
    page.put(p.LABEL, "All classes before the common stock", "Total label")
    for column in (p.VALUE, p.UNIT, p.SOURCE, p.NOTE):
        page.put(column, None, "Total label")
    total = page.put(p.NAME, "=SUM(preferences)", "Total", p.MONEY)
    page.draft.define("preferences_total", page.sheet.title, total)
    page.next(2)


def _waterfall(page: p.Page, deal: Deal, classes: Sequence[Class]) -> None:
    """What the proceeds under review pay each class, and what is left."""
    page.section("Distribution of the proceeds")
    page.headings()
    face = scaled(deal, "preferred_shares", "face_amount")
    series = sum(1 for one in classes if one.preference)
    page.entry(
        "liquidation_proceeds",
        "Assets available for distribution",
        round(face * series, -6),
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, X.A",
        note=f"{EXAMPLE}.",
        bounds=_MONEY,
    )
    heads = ("Class", "Paid, USD", "Of its preference", "USD a share", "Not paid, USD", "")
    page.headings(heads, right=range(p.VALUE, p.NOTE))
    first = page.row
    call = f.call(liquidation_waterfall, assets="liquidation_proceeds")
    for place, one in enumerate(classes, 1):
        row = page.row
        page.put(p.LABEL, f"=INDEX(class_names,{step_number(first, row, 1)})", "Label")
        paid = page.put(p.VALUE, f"=INDEX({call},ROWS($A${first}:$A{row}),1)", "Figure", p.MONEY)
        claim = f"INDEX(preferences,ROWS($A${first}:$A{row}))"
        page.put(p.UNIT, f'=IF({claim}>0,$B{row}/{claim},"")', "Figure", p.PERCENT)
        each = f"=IF({one.shares}=0,0,$B{row}/{one.shares})" if one.shares else None
        page.put(p.SOURCE, each, "Figure", p.MONEY)
        page.put(p.NAME, f"={claim}-$B{row}", "Figure", p.MONEY)
        words = (
            f'=IF({claim}=0,"no claim",IF($E{row}=0,"paid in full",'
            f'IF($B{row}=0,"nothing","in part, ratably by preference")))'
        )
        page.put(p.NOTE, words, "Small")
        page.draft.define(f"{one.name}_paid", page.sheet.title, paid)
        page.check(
            f"{one.name}_paid", f"Paid to {one.label}", _paid_twin(one, place), p.MONEY, _CENT
        )
        page.next()
    _common(page, first, call)


def _paid_twin(one: Class, place: int) -> str:
    """What is left after the ranks before, up to the claims of the rank, by its part of them."""
    rank = f"{one.name}_rank"
    before = f'SUMIF(seniorities,"<"&{rank},preferences)'
    same = f"SUMIF(seniorities,{rank},preferences)"
    available = f"MIN(MAX(liquidation_proceeds-{before},0),{same})"
    return f"IF({same}=0,0,INDEX(preferences,{place})*{available}/{same})"


def _common(page: p.Page, first: int, call: str) -> None:
    """What is left for the common stock, and that all payments are the proceeds."""
    row = page.row
    per_share = page.draft.has("shares_outstanding")
    page.put(p.LABEL, "Common stock: what is left", "Label")
    left = page.put(p.VALUE, f"=INDEX({call},ROWS($A${first}:$A{row}),1)", "Figure", p.MONEY)
    page.put(p.UNIT, None, "Figure")
    page.put(p.SOURCE, f"=$B{row}/shares_outstanding" if per_share else None, "Figure", p.MONEY)
    page.put(p.NAME, None, "Figure")
    page.put(p.NOTE, f'=IF($B{row}>0,"after all preferences","nothing")', "Small")
    page.draft.define("left_for_common", page.sheet.title, left)
    twin = "MAX(liquidation_proceeds-preferences_total,0)"
    page.check("left_for_common", "Left for the common stock", twin, p.MONEY, _CENT)
    page.next()
    page.put(p.LABEL, "All payments", "Total label")
    total = page.put(p.VALUE, f"=SUM(B{first}:B{row})", "Total", p.MONEY)
    for column in range(p.UNIT, p.NOTE + 1):
        page.put(column, None, "Total label")
    page.draft.define("payments_total", page.sheet.title, total)
    label = "All payments together are the proceeds"
    page.check("payments_total", label, "liquidation_proceeds", p.MONEY, _CENT)
    page.next(2)


def _conversion(page: p.Page) -> None:
    """When the preferred stock would rather be common stock."""
    page.section("Keep the preference, or convert before it")
    page.headings()
    page.figure(
        "other_preferences",
        "Paid before the common stock, if it converts",
        "=preferences_total-liquidation_total",
        p.MONEY,
        unit="USD",
        note="All other classes, which are taken to keep their preferences.",
    )
    page.figure(
        "kept_per_share",
        "Kept: paid on a preferred share",
        "=IF(preferred_outstanding=0,0,preferred_paid/preferred_outstanding)",
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, X.A",
    )
    converted = (
        "MAX({proceeds}-other_preferences,0)/(shares_outstanding+wanted_shares)*wanted_shares"
    )
    page.figure(
        "converted_per_share",
        "Converted: paid on its common stock",
        "=IF(preferred_outstanding=0,0,"
        f"{converted.format(proceeds='liquidation_proceeds')}/preferred_outstanding)",
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, IV.A",
        note="All shares converted at today's Conversion Price, before any limit.",
    )
    page.figure(
        "liquidation_choice",
        "Worth more, at the proceeds above",
        '=IF(converted_per_share>kept_per_share,"to convert","to keep")',
        p.GENERAL,
        key=True,
    )
    page.figure(
        "common_break_even",
        "A common share must get more than",
        "=IF(wanted_shares=0,0,liquidation_total/wanted_shares)",
        p.PRICE,
        unit="USD a share",
        note="The preference over the shares it converts into: the Conversion Price, if no "
        "other amount is due.",
    )
    page.figure(
        "conversion_break_even",
        "Proceeds from which conversion is worth more",
        "=other_preferences+common_break_even*(shares_outstanding+wanted_shares)",
        p.MONEY,
        unit="USD",
        key=True,
    )
    there = converted.format(proceeds="conversion_break_even")
    page.figure(
        "converted_at_break_even",
        "Paid on all its common stock at these proceeds",
        f"={there}",
        p.MONEY,
        unit="USD",
        note="As much as its preference.",
        twin="liquidation_total",
        tolerance=_CENT,
    )
    dividend = "left_for_common/(shares_outstanding+preferred_outstanding*shares_per_preferred)"
    call = f.call(participating_dividend, dividend_per_share=dividend)
    page.figure(
        "participation_part",
        "Were IX.B to reach what is left: the preferred's part",
        f"={call}",
        p.MONEY,
        unit="USD",
        source=f.source(participating_dividend),
        note="On top of the preference, as if converted. The waterfall does not take it so: what "
        "is left goes to the common stock.",
        twin=f"preferred_outstanding*(face_amount+premium)/conversion_price*{dividend}",
        tolerance=_CENT,
    )
    page.next()
