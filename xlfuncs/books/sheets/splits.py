"""Splits: where a book has them from, and the native formula by which they are counted.

Where a deal has warrants, all events that adjust them are entered in the exercise price ledger,
splits among them, and the market's table takes the splits from there. Otherwise they are entered
in the market's table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.books.sheets.ledger_events import has_ledger, room, splits_before

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

# New shares for each old one over all splits after one date and up to another.
SPLIT_FACTOR: Final = "EXP(SUMPRODUCT((split_dates>{after})*(split_dates<={upto})*split_logs))"
_ROWS: Final = 8


class SplitTable(NamedTuple):
    """The columns of the market's table of splits."""

    title: str
    dates: list[object]
    ratios: list[object]
    more_heads: tuple[str, ...] = ()
    ledger_rows: tuple[object, ...] = ()


def table_of(deal: Deal, first: int, letter: str) -> SplitTable:
    """The table of splits of a deal.

    Args:
        deal: the deal.
        first: the first row of the table, headings left out.
        letter: the column of the rows of the ledger, if the table has it.
    """
    entered = splits_before(deal)
    dates: list[object] = [split.date for split in entered]
    ratios: list[object] = [split.ratio for split in entered]
    if not has_ledger(deal):
        blanks: list[object] = [None] * _ROWS
        return SplitTable("Splits", dates + blanks, ratios + blanks)
    rows: list[object] = [0] * len(entered)
    for row in range(first + len(entered), first + len(entered) + room(deal)):
        before = f"{letter}{row - 1}"
        later = f"INDEX(event_kinds,N({before})+1):INDEX(event_kinds,ROWS(event_kinds))"
        place = f'N({before})+MATCH("split",{later},0)'
        rows.append(f'=IF({before}="","",IFERROR({place},""))')
        dates.append(f'=IF({letter}{row}="","",INDEX(event_dates,{letter}{row}))')
        ratios.append(f'=IF({letter}{row}="","",INDEX(event_ratios,{letter}{row}))')
    title = "Splits, from the exercise price ledger"
    return SplitTable(title, dates, ratios, ("Row of the ledger",), tuple(rows))
