"""The two warrants of a deal side by side: the investor's, and the placement agent's if any.

A figure of the agent's has the name of the investor's with agent_ before it, as its terms have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.books import page as p

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal


class Side(NamedTuple):
    """One warrant: what the names of its terms begin with, whose it is, its column."""

    prefix: str
    whose: str
    column: int


_SIDES: Final = (Side("", "investor", p.VALUE), Side("agent_", "placement agent", p.UNIT))
_NAMES: Final = "Name (the agent's: agent_…)"


def sides_of(deal: Deal) -> list[Side]:
    """The warrants that a deal has."""
    return [side for side in _SIDES if f"{side.prefix}warrant_shares" in deal.terms]


class Pairs:
    """Rows of a page with a figure for each warrant."""

    def __init__(self, page: p.Page, sides: list[Side]) -> None:
        self.page = page
        self.sides = sides

    def headings(self) -> None:
        """The headings of such rows."""
        if len(self.sides) == 1:
            self.page.headings()
            return
        heads = ("", "Investor", "Placement agent", "Where it stands", _NAMES, "Note")
        self.page.headings(heads, right=(p.VALUE, p.UNIT))

    def figure(
        self,
        name: str,
        label: str,
        formula: str,
        cell_format: str,
        *,
        unit: str = "",
        source: str = "",
        note: str = "",
        twin: str = "",
        tolerance: float | None = 0.0,
        key: bool = False,
    ) -> None:
        """A figure of each warrant; in its formula and its twin @ stands for the prefix."""
        page, draft = self.page, self.page.draft
        both = len(self.sides) > 1
        first = self.sides[0]
        page.figure(
            f"{first.prefix}{name}",
            f"{label}, {unit}" if both and unit else label,
            _of(formula, first),
            cell_format,
            unit="" if both else unit,
            source=source,
            note=note,
            key=key,
        )
        for side in self.sides:
            full, words = f"{side.prefix}{name}", f"{label}, {side.whose}"
            if side is first:
                draft.figures[-1] = p.Formula(full, words if both else label, _of(formula, side))
            else:
                style = "Key figure" if key else "Figure"
                row = page.row - 1
                cell = page.put(side.column, _of(formula, side), style, cell_format, row=row)
                draft.define(full, page.sheet.title, cell)
                draft.figures.append(p.Formula(full, words, _of(formula, side)))
            if twin:
                page.check(full, words, _of(twin, side), cell_format, tolerance)


def _of(formula: str, side: Side) -> str:
    return formula.replace("@", side.prefix)
