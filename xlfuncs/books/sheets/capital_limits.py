"""The limits on conversion by holder: the cap, the ownership limit, and who owns what after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.capital_blocks import COLUMNS, PERCENT, words
from xlfuncs.clauses.limits import (
    beneficial_ownership_limit,
    convertible_now,
    exchange_cap_available,
)
from xlfuncs.clauses.reserve import allocate_pro_rata

if TYPE_CHECKING:
    from xlfuncs.books.sheets.capital_blocks import Row
    from xlfuncs.books.sheets.holdings import Held
    from xlfuncs.deal.reading import Deal

_NO_LIMIT: Final = "no limit"
_NOTE: Final = (
    "The cap is one for all series and is allocated by the preferred stock of each holder (XIV.C); "
    "a conversion moves no portion. What the limits leave goes to the series in the order above."
)
_HEADS: Final = (
    *("Holder", "Preferred stock as issued and transferred", "On conversion of all"),
    "Portion of the cap",
    *("Issued under it", "Left under the cap", "Left under the ownership limit"),
    *("Convertible now", "Binding limit", "", "Owned after it", "Ownership limit"),
)


def write(page: p.Page, deal: Deal, held: Held, rows: list[Row]) -> None:
    """Write the section."""
    page.section(
        "Limits by holder, and what each owns after converting what they leave", columns=COLUMNS
    )
    right = (2, 3, 4, 5, 6, 7, 8, 11, 12)
    page.headings(_HEADS, right=right)
    page.sheet.row_dimensions[page.row - 1].height = 43
    holders = list(dict.fromkeys(one.holder for one in held.preferred))
    cells = {row.holder: row.cell for row in reversed(rows)}
    first, last = page.row, page.row + len(holders) - 1
    draft, sheet = page.draft, page.sheet.title
    for name, letter in (("limited_holders", "A"), ("limited_shares", "H")):
        draft.define(name, sheet, f"${letter}${first}:${letter}${last}")
    draft.define("cap_holdings", sheet, f"$B${first}:$B${last}")
    draft.facts.append("cap_holdings")
    if len(holders) > 1 and draft.has("cap_amount", "shares_issued"):
        draft.define("cap_issued", sheet, f"$E${first}:$E${last}")
        draft.facts.append("cap_issued")
    investor = deal.terms.heading.investor
    for number, holder in enumerate(holders, 1):
        row = page.row
        page.put(1, cells[holder], "Label")
        shares = sum(one.shares for one in held.preferred if one.holder == holder)
        page.put(2, held.allocated.get(holder) or shares, "Entry", p.SHARES)
        page.put(
            3, f"=SUMPRODUCT((preferred_holders=$A{row})*preferred_issuable)", "Figure", p.SHARES
        )
        _cap(page, held, holder, number, alone=len(holders) == 1)
        owned = "shares_held" if holder == investor and draft.has("shares_held") else "0"
        _ownership(page, number, owned)
        _convertible(page, number)
        after = f"({owned}+$H{row})/(shares_outstanding+$H{row})"
        cell = page.put(11, f"={after}", "Key figure", PERCENT)
        draft.define(f"owned_after_{number}", sheet, cell)
        limited = draft.has("ownership_limit")
        page.put(12, "=ownership_limit" if limited else _NO_LIMIT, "Figure", PERCENT)
        if limited:
            label = f"Limits, row {number}: owned after it, not above the limit"
            twin = f"IF({sheet}!$H${row}=0,{{own}},MIN({{own}},ownership_limit))"
            own = f"owned_after_{number}"
            page.check(own, label, twin.format(own=own), PERCENT, 1e-12)
        page.next()
    words(page, 1, _NOTE)
    page.next(2)


def _cap(page: p.Page, held: Held, holder: str, number: int, *, alone: bool) -> None:
    """The holder's portion of the cap, what was issued under it, and what is left."""
    row, draft, sheet = page.row, page.draft, page.sheet.title
    if not draft.has("cap_amount", "shares_issued"):
        for column in (4, 5, 6):
            page.put(column, _NO_LIMIT, "Figure")
        return
    portion = f.call(allocate_pro_rata, total="cap_amount", holdings="cap_holdings")
    cell = page.put(
        4, f"=IF(SUM(cap_holdings)=0,0,INDEX({portion},{number},1))", "Figure", p.SHARES
    )
    draft.define(f"cap_portion_{number}", sheet, cell)
    page.check(
        f"cap_portion_{number}",
        f"Limits, row {number}: portion of the cap",
        f"IF(SUM(cap_holdings)=0,0,cap_amount*{sheet}!$B${row}/SUM(cap_holdings))",
        p.SHARES,
        0.0 if alone else 1.0,
    )
    if alone:
        page.put(5, "=shares_issued", "Figure", p.SHARES)
    else:
        page.put(5, held.issued.get(holder, 0.0), "Entry", p.SHARES)
    left = f.call(
        exchange_cap_available,
        optional=("stockholder_approval_date",),
        cap_amount=f"$D{row}",
        shares_issued=f"$E{row}",
        as_of="conversion_date",
    )
    cell = page.put(6, f"={left}", "Figure", p.SHARES)
    draft.define(f"cap_left_{number}", sheet, cell)
    rest = f"MAX({sheet}!$D${row}-{sheet}!$E${row},0)"
    approved = "conversion_date>=stockholder_approval_date"
    page.check(
        f"cap_left_{number}",
        f"Limits, row {number}: left under the cap",
        f'IF(ISNUMBER(stockholder_approval_date),IF({approved},"{_NO_LIMIT}",{rest}),{rest})',
        p.SHARES,
    )


def _ownership(page: p.Page, number: int, owned: str) -> None:
    if not page.draft.has("ownership_limit"):
        page.put(7, _NO_LIMIT, "Figure")
        return
    left = f.call(beneficial_ownership_limit, shares_held=owned)
    cell = page.put(7, f"={left}", "Figure", p.SHARES)
    name = f"ownership_left_{number}"
    page.draft.define(name, page.sheet.title, cell)
    room = f"(ownership_limit*shares_outstanding-{owned})/(1-ownership_limit)"
    page.check(
        name,
        f"Limits, row {number}: left under the ownership limit",
        f"MAX(ROUNDDOWN({room},0),0)",
        p.SHARES,
    )


def _convertible(page: p.Page, number: int) -> None:
    row, sheet = page.row, page.sheet.title
    both = f.call(
        convertible_now,
        wanted_shares=f"$C{row}",
        cap_available=f"$F{row}",
        ownership_available=f"$G{row}",
    )
    cell = page.put(8, f"=INDEX({both},1,1)", "Key figure", p.SHARES)
    page.put(9, f"=INDEX({both},1,2)", "Note")
    page.put(10, None, "Note")
    name = f"limited_shares_{number}"
    page.draft.define(name, sheet, cell)
    page.check(
        name,
        f"Limits, row {number}: convertible now",
        f"MIN({sheet}!$C${row},{sheet}!$F${row},{sheet}!$G${row})",
        p.SHARES,
    )
