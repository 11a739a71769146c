"""A sheet of a deal book while it is written: titles, inputs, figures, one row each.

A figure's cell gets a defined name. Names are how formulas, the refresh and a reader find it:
the name of a term, an argument and a cell are the same word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from xlfuncs.books import paper
from xlfuncs.books.validation import choice_of, validation_of
from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from openpyxl.chart._chart import ChartBase
    from openpyxl.worksheet.worksheet import Worksheet

LABEL, VALUE, UNIT, SOURCE, NAME, NOTE = range(1, 7)
HEADINGS = ("", "Value", "Unit", "Where it stands", "Name", "Note")
WIDTHS = (44, 18, 23, 30, 29, 48)

_ROW_HEIGHT = 15.75
_AS_OF = '"as of "d mmm yyyy'
_COMMENT_WIDTH, _COMMENT_LETTERS, _COMMENT_LINE = 330, 48, 17  # pixels, letters a line, pixels

INPUTS, FIGURES, PROOF = "0072B2", "1F3864", "009E73"  # the colours of the tabs
_LINE_HEIGHT = 12.0
_SMALL_LETTERS = 1.45  # small letters in the width of an ordinary one, words wrapped whole

GENERAL = "General"
DATE = "d mmm yyyy"
DATE_TIME = "d mmm yyyy h:mm"
SHARES = "#,##0_);(#,##0)"
PARTIAL_SHARES = "#,##0.0000_);(#,##0.0000)"
EVEN_PRICE = "#,##0.0000_);(#,##0.0000)"  # in a column, where the points stand under one another
PRICE = "#,##0.0000##_);(#,##0.0000##)"
MONEY = "#,##0.00_);(#,##0.00)"
WHOLE_MONEY = "#,##0_);(#,##0)"
PERCENT = "0.00%_);(0.00%)"
COUNT = "0"
TEXT = "@"


@dataclass(frozen=True, slots=True)
class Twin:
    """A figure of ours and the native formula that must give the same."""

    name: str
    label: str
    formula: str
    cell_format: str
    tolerance: float | None


class Formula(NamedTuple):
    """A named figure and its formula."""

    name: str
    label: str
    formula: str


@dataclass(slots=True)
class Draft:
    """A deal book while it is written: the workbook, its names, the twins of its figures."""

    workbook: Workbook = field(default_factory=Workbook)
    names: dict[str, str] = field(default_factory=dict)
    twins: list[Twin] = field(default_factory=list)
    figures: list[Formula] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether all of these names have been given, to terms or to figures so far."""
        return all(name in self.names for name in names)

    def formulas(self) -> Iterator[Cell]:
        """Every cell with a formula."""
        for sheet in self.workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    text = formula_of(cell)
                    if text and isinstance(cell, Cell):
                        yield cell

    def page(self, title: str) -> Page:
        """The sheet of this name, written before.

        Raises:
            BookError: there is none.
        """
        for page in self.pages:
            if page.sheet.title == title:
                return page
        raise BookError(f"the book has no sheet {title}")

    def define(self, name: str, sheet: str, cells: str) -> None:
        """Give cells a name; a name is given once.

        Raises:
            BookError: the name is taken.
        """
        if name in self.names:
            raise BookError(
                f"the name {name} is given to {self.names[name]} and to {sheet}!{cells}"
            )
        self.names[name] = f"{quote_sheetname(sheet)}!{cells}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=self.names[name])


def formula_of(cell: object) -> str:
    """The formula of a cell, with its equals sign; empty if it has none."""
    value = getattr(cell, "value", None)
    text = getattr(value, "text", value)
    return text if isinstance(text, str) and text.startswith("=") else ""


class Page:
    """One sheet of a draft, filled from the top."""

    def __init__(
        self,
        draft: Draft,
        name: str,
        title: str,
        subtitle: str,
        widths: Sequence[float] = WIDTHS,
        *,
        labelled: bool = False,
        tab: str = FIGURES,
        as_of_column: int = SOURCE,
    ) -> None:
        self.draft = draft
        self.sheet: Worksheet = draft.workbook.create_sheet(name)
        self.row = 1
        self.subtitle = subtitle
        self.widths = tuple(widths)
        self.pictures: list[str] = []
        self.sections: list[int] = []
        self.charts: list[tuple[int, int]] = []
        self.on_one_page = False
        self.last_row = 0  # of what is printed, where that is not all
        draft.pages.append(self)
        self.sheet.sheet_view.showGridLines = False
        self.sheet.sheet_properties.tabColor = tab
        for column, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width
        self.put(LABEL, title, "Title")
        self.sheet.row_dimensions[1].height = 28
        self.next()
        self.put(LABEL, subtitle, "Subtitle")
        if draft.has("as_of") and len(self.widths) >= as_of_column:
            self.put(as_of_column, "=as_of", "As of", _AS_OF)
        self.next()
        if labelled:  # figures made from bids say what the bids are
            self.put(LABEL, '="Bids: "&bids_note', "Warning")
        self.next()
        paper.set_up(self.sheet)

    def finish(self) -> None:
        """What is left when all is written: what is printed, and that formulas are protected.

        The protection has no password: it keeps a formula from being overwritten by accident.
        """
        last_row = self.last_row or max(self.row - 1, self.sheet.max_row)
        last = get_column_letter(len(self.widths))
        self.sheet.print_area = f"A1:{last}{last_row}"
        if self.on_one_page:
            paper.fit_on_one(self.sheet)
        else:
            paper.fit(self.sheet, len(self.widths), last_row, self.sections, self.charts)
        if not self.sheet.print_title_rows:
            self.sheet.print_title_rows = "1:3"
        guard = self.sheet.protection
        guard.sheet = True
        guard.formatCells = guard.formatColumns = guard.formatRows = False
        guard.autoFilter = guard.sort = False

    def next(self, rows: int = 1) -> None:
        """Go down."""
        self.row += rows

    def put(
        self, column: int, value: object, style: str, cell_format: str | None = None, row: int = 0
    ) -> str:
        """Write one cell of the current row; gives back its absolute reference."""
        cell = self.sheet.cell(row or self.row, column)
        cell.value = value  # type: ignore[assignment]  # openpyxl takes what a cell can hold
        cell.style = style
        if cell_format:
            cell.number_format = cell_format
        return f"${get_column_letter(column)}${row or self.row}"

    def chart(
        self, chart: ChartBase, alt: str, *, column: int = LABEL, rows: int = 18, width: float = 0.0
    ) -> None:
        """A chart whose top left is in the current row; going down past it is the caller's.

        Args:
            chart: the chart.
            alt: what it shows, in words, for those who cannot see it.
            column: the column its left edge is in.
            rows: the rows that it takes, at their ordinary height.
            width: its width in centimetres, if not that of the page.
        """
        chart.height = rows * 0.528  # centimetres a row of 15 points
        if width:
            chart.width = width  # type: ignore[assignment]  # centimetres need not be whole
        self.sheet.add_chart(chart, f"{get_column_letter(column)}{self.row}")
        self.pictures.append(alt)
        self.charts.append((self.row, self.row + rows))

    def explain(self, column: int, text: str, row: int = 0) -> None:
        """A comment on a cell: where its number comes from."""
        lines = sum(-(-len(line) // _COMMENT_LETTERS) or 1 for line in text.split("\n"))
        comment = Comment(text, "xlfuncs", (lines + 1) * _COMMENT_LINE, _COMMENT_WIDTH)
        self.sheet.cell(row or self.row, column).comment = comment

    def section(self, text: str, *, columns: int = NOTE) -> None:
        """A band across the page, with the headings of the rows below it."""
        self.sections.append(self.row)
        for column in range(1, columns + 1):
            self.put(column, text if column == 1 else None, "Section")
        self.sheet.row_dimensions[self.row].height = 20
        self.next()

    def headings(self, texts: Sequence[str] = HEADINGS, right: Collection[int] = (VALUE,)) -> None:
        """A row of column headings, to the right above columns of numbers."""
        for column, text in enumerate(texts, 1):
            left = "Head" if column == LABEL else "Head indented"
            self.put(column, text or None, "Head right" if column in right else left)
        self.next()

    def entry(
        self,
        name: str,
        label: str,
        value: object,
        cell_format: str,
        *,
        unit: str = "",
        source: str = "",
        note: str = "",
        bounds: object = None,
        choices: Sequence[str] = (),
        fact: bool = False,
    ) -> None:
        """One input: blue, named, with a validation where its bounds or choices are known.

        A fact is of this deal alone, as what its ledger tells; a blank book leaves it out.
        """
        if fact:
            self.draft.facts.append(name)
        reference = self.put(VALUE, value, "Entry", cell_format)
        self.describe(name, label, unit, source, note)
        self.draft.define(name, self.sheet.title, reference)
        validation = choice_of(choices) if choices else validation_of(bounds)
        if validation:
            self.sheet.add_data_validation(validation)
            validation.add(reference.replace("$", ""))
        self.next()

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
        """One computed figure, and the native formula that proves it."""
        reference = self.put(VALUE, formula, "Key figure" if key else "Figure", cell_format)
        self.describe(name, label, unit, source, note)
        self.draft.define(name, self.sheet.title, reference)
        self.draft.figures.append(Formula(name, label, formula))
        if twin:
            self.check(name, label, twin, cell_format, tolerance)
        self.next()

    def check(
        self, name: str, label: str, twin: str, cell_format: str, tolerance: float | None = 0.0
    ) -> None:
        """A native formula that must give the same as a named figure, for the sheet Checks.

        Args:
            name: the name of the figure.
            label: what it is.
            twin: the native formula, without its equals sign.
            cell_format: how both are shown.
            tolerance: how far apart they may be; None for a text.
        """
        self.draft.twins.append(Twin(name, label, twin, cell_format, tolerance))

    def describe(self, name: str, label: str, unit: str, source: str, note: str) -> None:
        """The words of a row beside its value, and the comment on it."""
        self.put(LABEL, label, "Label")
        self.put(UNIT, unit or None, "Small")
        self.put(SOURCE, source or None, "Small")
        self.put(NAME, name, "Name")
        self.put(NOTE, note or None, "Small")
        if source or note:
            self.explain(VALUE, "\n".join(filter(None, (source, note))))
        self.fit_height({LABEL: label, UNIT: unit, SOURCE: source, NOTE: note})

    def fit_height(self, texts: dict[int, str]) -> None:
        """Make the row as high as its longest wrapped text; not every program does so itself."""
        lines = 1
        for column, text in texts.items():
            room = self.widths[column - 1] * (1.0 if column == LABEL else _SMALL_LETTERS)
            lines = max(lines, -(-len(text) // int(room)))
        self.sheet.row_dimensions[self.row].height = max(_ROW_HEIGHT, lines * _LINE_HEIGHT + 3)
