"""The exercise price ledger proved: the same chain of events, in native formulas.

A changed or expired grant counts with the terms it has now from its own row on, as section 4(b)
says, so one pass from the issuance gives what is in effect at the end. A grant that was changed
twice is beyond a single formula; the sheet says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import page as p

if TYPE_CHECKING:
    from xlfuncs.books.sheets.sides import Side

TWICE: Final = "more than once"
_HEADS: Final = (
    *("Row", "Changed or ended by row", "Splits up to then", "Shares as its terms stand"),
    *("Received as its terms stand, USD", "Factor of the event", "New shares for each old one"),
)
_CHANGE, _PRICE, _CARRIED = range(3)
_SIXTH: Final = "#,##0.000000_);(#,##0.000000)"
_ISSUES: Final = ("issue", "option", "convertible", "variable convertible")


def write(page: p.Page, sides: list[Side], first: int, rows: int) -> tuple[int, int]:
    """Write the section.

    Args:
        page: the sheet of the ledger.
        sides: the warrants.
        first: the first row of the events.
        rows: how many rows of events there are.

    Returns:
        the first and the last row of the chain, the issuance and the last row of the ledger.
    """
    columns = 13
    page.section("Proof: the same by native formulas, on the terms of today", columns=columns)
    heads = list(_HEADS)
    for side in sides:
        whose = side.whose.capitalize()
        heads += [f"{whose}: change with what was carried", "Exercise Price, USD", "Carried, USD"]
    page.headings(heads, right=range(1, columns + 1))
    page.sheet.row_dimensions[page.row - 1].height = 43
    start = page.row
    _issuance(page, sides)
    draft = page.draft
    last = start + rows
    draft.define("changed_by", page.sheet.title, f"$B${start + 1}:$B${last}")
    draft.define("event_ratios", page.sheet.title, f"$G${start + 1}:$G${last}")
    for number in range(1, rows + 1):
        _row(page, sides, page.row, first + number - 1)
    for side in sides:
        for name, place in (("proved_price", _PRICE), ("proved_carried", _CARRIED)):
            letter = _letters(side)[place]
            draft.define(f"{side.prefix}{name}", page.sheet.title, f"${letter}${last}")
    page.next()
    return start, last


def prices(side: Side, first: int, last: int) -> str:
    """The cells with the prices of the chain."""
    letter = _letters(side)[_PRICE]
    return f"${letter}${first}:${letter}${last}"


def _letters(side: Side) -> str:
    return "KLM" if side.prefix else "HIJ"


def _issuance(page: p.Page, sides: list[Side]) -> None:
    """Row 0: what the chain begins with."""
    page.put(1, 0, "Figure", p.COUNT)
    page.put(2, "issuance", "Small")
    for column in range(3, 8):
        page.put(column, None, "Figure")
    for side in sides:
        change, price, carried = (_column(letter) for letter in tuple(_letters(side)))
        page.put(change, None, "Figure")
        page.put(price, f"={side.prefix}exercise_price", "Figure", p.EVEN_PRICE)
        page.put(carried, 0, "Figure", _SIXTH)
    page.next()


def _column(letter: str) -> int:
    return "ABCDEFGHIJKLM".index(letter) + 1


def _row(page: p.Page, sides: list[Side], row: int, event: int) -> None:
    happened = f'$L{event}="in effect"'
    kinds = ",".join(f'$C{event}="{kind}"' for kind in _ISSUES)
    issued = f"AND({happened},OR({kinds}))"
    page.put(1, f"=$A{event}", "Figure", p.COUNT)
    found = "+".join(
        f'COUNTIFS(event_refers,$A{row},event_kinds,"{kind}",event_dates,"<="&as_of)'
        for kind in ("change", "expiry")
    )
    by = f'=IF({found}=0,"",IF({found}>1,"{TWICE}",MATCH($A{row},event_refers,0)))'
    page.put(2, by, "Figure", p.COUNT)
    between = f"INDEX(event_ratios,$A{row}+1):INDEX(event_ratios,$B{row}-1)"
    page.put(3, f"=IF(N($B{row})>$A{row}+1,PRODUCT({between}),1)", "Figure", "0.######")
    page.put(4, f"=IF({issued},{_shares(row, event)},0)", "Figure", p.PARTIAL_SHARES)
    page.put(5, f"=IF({issued},{_received(row, event)},0)", "Figure", p.MONEY)
    # As in the function, an amount that only lacks its last digits is not below the market.
    dilutive = f"ROUND($D{row}*$G{event}-$E{row},6)>0"
    average = f"($H{event}+$E{row}/$G{event})/($H{event}+$D{row})"
    factor = f"=IF({issued},IF({dilutive},{average},1),IF({happened},1/$G{row},1))"
    page.put(6, factor, "Figure", "0.00000000")
    page.put(7, f'=IF($C{event}="split",{_ratio(event)},1)', "Figure", "0.######")
    for side in sides:
        _adjust(page, side, row, event)
    page.next()


def _shares(row: int, event: int) -> str:
    """The shares of a grant: its own, or those that a change or an expiry leaves."""
    own = f"IF(N($K{event})>0,($E{event}+$F{event})/$K{event},N($D{event}))"
    at = f"$B{row}"
    shares, lowest = f"INDEX(event_shares,{at})", f"INDEX(event_lowest,{at})"
    more = _additional(row, event)
    of_change = f"IF(ISNUMBER({shares}),{shares}/$C{row},{own})"
    changed = f"IF(N({lowest})>0,($E{event}+{more})/({lowest}*$C{row}),{of_change})"
    left = f"{own}-IF(ISNUMBER({shares}),{shares}/$C{row},{own})"
    return f'IF(ISNUMBER({at}),IF(INDEX(event_kinds,{at})="change",{changed},{left}),{own})'


def _received(row: int, event: int) -> str:
    """What the company receives for them."""
    own = f"($E{event}+$F{event})"
    all_shares = f"IF(N($K{event})>0,{own}/$K{event},N($D{event}))"
    at = f"$B{row}"
    changed = f"$E{event}+{_additional(row, event)}"
    left = f"{own}*$D{row}/{all_shares}"
    return f'IF(ISNUMBER({at}),IF(INDEX(event_kinds,{at})="change",{changed},{left}),{own})'


def _additional(row: int, event: int) -> str:
    given = f"INDEX(event_additional,$B{row})"
    return f"IF(ISNUMBER({given}),{given},$F{event})"


def _ratio(event: int) -> str:
    """The ratio of a split as a number, also where it stands as text like 1:3."""
    cell = f"$I{event}"
    new = f'VALUE(LEFT({cell},FIND(":",{cell})-1))'
    old = f'VALUE(MID({cell},FIND(":",{cell})+1,LEN({cell})))'
    return f"IF(ISNUMBER({cell}),{cell},{new}/{old})"


def _adjust(page: p.Page, side: Side, row: int, event: int) -> None:
    """The change with what is carried, the price if it is made, and what is carried if not."""
    change, price, carried = tuple(_letters(side))
    before, kept = f"${price}{row - 1}", f"${carried}{row - 1}"
    # A split scales the price less what is carried; so does an issue, where amounts compound.
    base = f'IF(OR($C{event}="split",carry="compound"),{before}-{kept},{before})'
    page.put(_column(change), f"={kept}+{base}*(1-$F{row})", "Figure", _SIXTH)
    exact = f"{before}-${change}{row}"
    cent = f"ROUND(ROUND({exact},9),2)"
    new = f'IF(AND($C{event}="split",round_splits="no"),{exact},{cent})'
    tested = f'IF(test="rounded",ABS({before}-{new}),ABS(${change}{row}))'
    made = f"AND($F{row}<>1,{tested}>=minimum_adjustment*{before})"
    page.put(_column(price), f"=IF({made},{new},{before})", "Figure", p.EVEN_PRICE)
    left = f"=IF({made},0,${change}{row})"
    page.put(_column(carried), left, "Figure", _SIXTH)
