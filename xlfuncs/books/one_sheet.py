"""A book of one sheet that answers one question: inputs, figures, checks, the answer in words.

It is to a deal book what a note is to a file: everything on one page, live and printable, every
figure beside the native formula that proves it, the values inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import get_column_letter, quote_sheetname

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.filed import file_of, new_draft, with_values
from xlfuncs.books.sheets.checks import write_checks, write_totals
from xlfuncs.books.sheets.tables import entry_cell
from xlfuncs.books.sheets.terms import write_term
from xlfuncs.books.style import mark_verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl.chart._chart import ChartBase

    from xlfuncs.deal.terms import Terms

_WIDTHS = (44, 18, 22, 30, 29, 40, 14)
_COLUMNS = len(_WIDTHS)
_VERDICT = (
    '=IF(checks_failed>0,checks_failed&" of "&checks_made&" checks FAIL. The first: "'
    '&INDEX(check_labels,MATCH(FALSE,checks,0))&". See the end of this sheet",'
    'IF(checks_without_value>0,checks_without_value&" of "&checks_made&" figures have no '
    'value: see the end of this sheet","All "&checks_made&" checks hold"))'
)


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        head: its heading.
        cells: its inputs, a row each, or the formula of every row, in which {other} is the cell
            of the column `other` in the same row.
        cell_format: how its cells are shown.
        name: the name of its cells; without one they have none.
    """

    head: str
    cells: Sequence[object] | str
    cell_format: str
    name: str = ""


class OneSheet:
    """The sheet while it is written, from the top: the answer, then what it follows from."""

    def __init__(
        self, name: str, question: str, subtitle: str, answers: Sequence[str], bids_note: str = ""
    ) -> None:
        """Begin a sheet.

        Args:
            name: the name of the sheet.
            question: the title.
            subtitle: whose question it is.
            answers: the answer in words, a line each: formulas, which may speak of later cells.
            bids_note: what the bids say of themselves, if some are used.
        """
        self.draft = new_draft()
        self.page = page = p.Page(self.draft, name, question, subtitle, _WIDTHS)
        self.title = question
        page.on_one_page = True
        page.sheet.page_setup.orientation = "portrait"
        page.row = 3
        for column in range(1, _COLUMNS + 1):
            page.put(column, _VERDICT if column == 1 else None, "Verdict")
        self.draft.define("verdict", name, "$A$3")
        mark_verdict(page.sheet, f"A3:G{page.row}", "checks_failed", "checks_without_value")
        page.next()
        if bids_note:
            page.put(p.LABEL, f"Bids: {bids_note}", "Warning")
            page.next()
        page.next()
        for number, text in enumerate(answers, 1):
            page.put(p.LABEL, text, "Verdict")
            self.draft.define(f"answer_{number}", name, f"$A${page.row}")
            page.sheet.row_dimensions[page.row].height = 19
            page.next()
        page.next()

    def section(self, title: str) -> None:
        """Begin a section of inputs or figures."""
        if self.page.sheet.cell(self.page.row - 1, 1).value is not None:
            self.page.next()
        self.page.section(title, columns=_COLUMNS)
        self.page.headings()

    def terms(self, terms: Terms, *names: str) -> None:
        """Terms of a deal as inputs, each with its citation and its words."""
        for name in names:
            write_term(self.page, terms[name])

    def given(
        self, name: str, label: str, value: object, cell_format: str, unit: str = "", note: str = ""
    ) -> None:
        """An input that is no term of the deal, or a figure known elsewhere in the deal book."""
        self.page.entry(name, label, value, cell_format, unit=unit, note=note)

    def figures(self, *rows: tuple[str, str, str, str]) -> None:
        """Figures by native formulas: the name, the label, the formula, the format of each."""
        for row in rows:
            self.figure(*row)

    def figure(
        self,
        name: str,
        label: str,
        formula: str | Callable[..., object],
        cell_format: str,
        *,
        unit: str = "",
        note: str = "",
        twin: str = "",
        tolerance: float | None = 0.0,
        optional: tuple[str, ...] = (),
        using: Mapping[str, str] | None = None,
    ) -> None:
        """A figure: a native formula, or one of our functions, called with the cells by name.

        Args:
            name: the name of its cell.
            label: what it is.
            formula: a formula without its equals sign, or the function.
            cell_format: how it is shown.
            unit: what it is counted in.
            note: what to know about it; of a function, its summary unless told.
            twin: the native formula that must give the same.
            tolerance: how far apart they may be; None for a text.
            optional: which of the function's optional arguments are passed too.
            using: what stands in the place of an argument's own name.
        """
        source = ""
        if not isinstance(formula, str):
            source, note = f.source(formula), note or f.note(formula)
            formula = f.call(formula, optional=optional, using=using)
        self.page.figure(
            name,
            label,
            f"={formula}",
            cell_format,
            unit=unit,
            source=source,
            note=note,
            twin=twin,
            tolerance=tolerance,
            key=bool(twin),
        )

    def table(self, title: str, label: str, *columns: Column) -> dict[str, str]:
        """A table, a row for each of its inputs.

        Args:
            title: what it shows.
            label: what a row is.
            columns: its columns, from the second of the sheet on; the first holds inputs.

        Returns:
            the cells of each column by its heading, as a chart takes them.
        """
        page = self.page
        if page.sheet.cell(page.row - 1, 1).value is not None:
            page.next()
        page.section(title, columns=_COLUMNS)
        heads = ["", *(column.head for column in columns)]
        page.headings(heads, right=range(p.VALUE, len(heads) + 1))
        rows = len(columns[0].cells)
        first, last = page.row, page.row + rows - 1
        letters = {c.head: get_column_letter(at) for at, c in enumerate(columns, p.VALUE)}
        for number in range(rows):
            page.put(p.LABEL, label, "Label")
            refs = {c.name: f"${letters[c.head]}{page.row}" for c in columns if c.name}
            for at, column in enumerate(columns, p.VALUE):
                if isinstance(column.cells, str):
                    formula = f"={column.cells.format(**refs)}"
                    page.put(at, formula, "Figure", column.cell_format)
                else:
                    entry_cell(page, at, column.cells[number], column.cell_format, None)
            page.next()
        sheet = page.sheet.title
        cells = {}
        for column in columns:
            letter = letters[column.head]
            area = f"${letter}${first}:${letter}${last}"
            cells[column.head] = f"{quote_sheetname(sheet)}!{area}"
            if column.name:
                self.draft.define(column.name, sheet, area)
        return cells

    def chart(self, chart: ChartBase, alt: str, rows: int = 16) -> None:
        """A chart below what has been written.

        Args:
            chart: the chart.
            alt: what it shows, in words.
            rows: the rows that it takes.
        """
        self.page.next()
        self.page.chart(chart, alt, rows=rows)
        self.page.next(rows)

    def file(self, day: dt.date) -> bytes:
        """The book, every formula with its value.

        Args:
            day: the day that the file says it was made.

        Raises:
            BookError: a formula speaks of a name that no cell has.
            EngineError: a formula could not be calculated.
        """
        self.page.next()
        write_totals(self.page)
        self.page.next()
        write_checks(self.page)
        return with_values(file_of(self.draft, self.title, day), "one sheet")


def told(figures: Mapping[str, object]) -> str:
    """Figures as lines of text, names to the left and values to the right.

    >>> print(told({"premium": 42.25, "shares": 1474182, "limit": "exchange cap"}))
    premium                                  42.25
    shares                               1,474,182
    limit                             exchange cap
    """
    return "\n".join(f"{name:26}{_shown(value):>20}" for name, value in figures.items())


def _shown(value: object) -> str:
    if isinstance(value, float):
        whole, _, part = f"{value:,.6f}".partition(".")
        return f"{whole}.{part.rstrip('0').ljust(2, '0')}"
    return f"{value:,}" if isinstance(value, int) else str(value)
