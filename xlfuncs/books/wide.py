"""A page of narrow columns, for tables of many: figures have their words across several of them.

The words beside a figure are not wrapped but run into the empty cells to their right, so that a
row stays as high as the rows of a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import page as p

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

COLUMNS: Final = 12
WIDTHS: Final = (46, *[13.5] * (COLUMNS - 2), 18)
UNIT, NAME, SOURCE, NOTE = 3, 5, 7, 9  # each with the columns up to the next
_HEADS: Final = ("", "Value", "Unit", "", "Name", "", "Where it stands", "", "Note", "", "", "")


class WidePage(p.Page):
    """A sheet of narrow columns."""

    def __init__(
        self, draft: p.Draft, name: str, title: str, subtitle: str, *, labelled: bool = False
    ) -> None:
        super().__init__(
            draft, name, title, subtitle, WIDTHS, labelled=labelled, as_of_column=COLUMNS
        )

    def section(self, text: str, *, columns: int = COLUMNS) -> None:
        """A band across the page."""
        super().section(text, columns=columns)

    def headings(self, texts: Sequence[str] = _HEADS, right: Collection[int] = (p.VALUE,)) -> None:
        """A row of column headings."""
        super().headings(texts, right)

    def describe(self, name: str, label: str, unit: str, source: str, note: str) -> None:
        """The words of a row beside its value, each across several columns."""
        for column in range(UNIT, COLUMNS + 1):
            self.put(column, None, "Small across")
        self.put(p.LABEL, label, "Label")
        for column, text in ((UNIT, unit), (NAME, name), (SOURCE, source), (NOTE, note)):
            self.put(column, text or None, "Small across")
        if source or note:
            self.explain(p.VALUE, "\n".join(filter(None, (source, note))))
        self.fit_height({p.LABEL: label})
