"""A sheet of a deal book while it is written: titles, inputs, figures, one row each.

A figure's cell gets a defined name. Names are how formulas, the refresh and a reader find it:
the name of a term, an argument and a cell are the same word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from xlfuncs.errors import BookError
from xlfuncs.kinds import Day, Number
from xlfuncs.serials import FIRST_SERIAL

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

LABEL, VALUE, UNIT, SOURCE, NAME, NOTE = range(1, 7)
HEADINGS = ("", "Value", "Unit", "Where it stands", "Name", "Note")
WIDTHS = (44, 20, 26, 36, 30, 62)

_ROW_HEIGHT = 15.75
_LINE_HEIGHT = 12.0
_SMALL_LETTERS = 1.45  # small letters in the width of an ordinary one, words wrapped whole

GENERAL = "General"
DATE = "d mmm yyyy"
DATE_TIME = "d mmm yyyy h:mm"
SHARES = "#,##0"
PARTIAL_SHARES = "#,##0.0000"
PRICE = "#,##0.0000##"
MONEY = "#,##0.00"
PERCENT = "0.00%"
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


@dataclass(slots=True)
class Draft:
    """A deal book while it is written: the workbook, its names, the twins of its figures."""

    workbook: Workbook = field(default_factory=Workbook)
    names: dict[str, str] = field(default_factory=dict)
    twins: list[Twin] = field(default_factory=list)

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
    ) -> None:
        self.draft = draft
        self.sheet: Worksheet = draft.workbook.create_sheet(name)
        self.row = 1
        self.sheet.sheet_view.showGridLines = False
        for column, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width
        self.put(LABEL, title, "Title")
        self.sheet.row_dimensions[1].height = 28
        self.next()
        self.put(LABEL, subtitle, "Subtitle")
        self.next()
        if labelled:  # figures made from bids say what the bids are
            self.put(LABEL, '="Bids: "&bids_note', "Warning")
        self.next()
        self._set_up_print()

    def _set_up_print(self) -> None:
        """A4 across, as wide as one page, with file, sheet and page at the foot."""
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.paperSize = 9
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.oddFooter = HeaderFooterItem(
            left=_HeaderFooterPart("&F – &A"), right=_HeaderFooterPart("Page &P of &N")
        )

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

    def section(self, text: str, *, columns: int = NOTE) -> None:
        """A band across the page, with the headings of the rows below it."""
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
    ) -> None:
        """One input: blue, named, with a validation where its bounds are known."""
        reference = self.put(VALUE, value, "Entry", cell_format)
        self._describe(name, label, unit, source, note)
        self.draft.define(name, self.sheet.title, reference)
        validation = _validation(bounds)
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
        self._describe(name, label, unit, source, note)
        self.draft.define(name, self.sheet.title, reference)
        if twin:
            self.draft.twins.append(Twin(name, label, twin, cell_format, tolerance))
        self.next()

    def _describe(self, name: str, label: str, unit: str, source: str, note: str) -> None:
        self.put(LABEL, label, "Label")
        self.put(UNIT, unit or None, "Small")
        self.put(SOURCE, source or None, "Small")
        self.put(NAME, name, "Name")
        self.put(NOTE, note or None, "Small")
        self._fit_height({LABEL: label, UNIT: unit, SOURCE: source, NOTE: note})

    def _fit_height(self, texts: dict[int, str]) -> None:
        """Make the row as high as its longest wrapped text; not every program does so itself."""
        lines = 1
        for column, text in texts.items():
            room = WIDTHS[column - 1] * (1.0 if column == LABEL else _SMALL_LETTERS)
            lines = max(lines, -(-len(text) // int(room)))
        self.sheet.row_dimensions[self.row].height = max(_ROW_HEIGHT, lines * _LINE_HEIGHT + 3)


def _validation(bounds: object) -> DataValidation | None:
    """What Excel may let a person type into an input, from the bounds of its unit."""
    if isinstance(bounds, Day):
        made = _rule("date", "greaterThanOrEqual", str(FIRST_SERIAL), None)
    elif isinstance(bounds, Number):
        kind = "whole" if bounds.whole else "decimal"
        made = _rule(kind, "between", f"{bounds.minimum:g}", f"{bounds.maximum:.15g}")
    else:
        return None
    made.errorTitle = "Outside the bounds"
    made.error = f"This must be {bounds.bounds}."[:255]
    made.promptTitle = bounds.name.capitalize()[:32]
    made.prompt = f"{bounds.meaning}: {bounds.bounds}"[:255]
    return made


def _rule(kind: Any, operator: Any, first: str, second: str | None) -> DataValidation:  # noqa: ANN401  openpyxl's own word lists
    return DataValidation(
        type=kind,
        operator=operator,
        formula1=first,
        formula2=second,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
    )
