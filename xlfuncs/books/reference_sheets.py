"""The sheets of the reference book, written row by row: functions, inputs, ranges, tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.books import page as p
from xlfuncs.books.reference_cells import check, check_of_all, error_check, same
from xlfuncs.books.style import mark_checks
from xlfuncs.hosts.spelling import Spelling, name_in
from xlfuncs.kinds import Day, Moment
from xlfuncs.ranges import Block, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.books.reference_calls import Call, WrongCall
    from xlfuncs.card import Argument
    from xlfuncs.hosts.cells import CellInput, CellValue, Rows

FUNCTIONS: Final = "Functions"
INPUTS: Final = "Inputs"
RANGES: Final = "Ranges"
TABLES: Final = "Tables"

_FUNCTION_HEADS: Final = (
    "Function", "What it gives", "Where its rule stands", "Arguments, [optional]", "Value",
    "Promised", "Check",
)  # fmt: skip
_FUNCTION_WIDTHS: Final = (40, 50, 36, 48, 22, 22, 12)
_INPUT_HEADS: Final = ("Function", "Argument", "Value", "Unit", "", "What it is")
_INPUT_WIDTHS: Final = (40, 30, 22, 44, 12, 80)
_RANGE_WIDTHS: Final = (40, 28, *[14] * 12)
LEFT: Final = "Date"  # the style of a cell whose content stands at the left, on one line
_CONDITION: Final = '"TRUE";;"FALSE"'
_TABLE_WIDTH: Final = 17
_LINE: Final = 12.5
_LETTERS: Final = {"Label": 1.0, "Small": 1.3}


@dataclass(slots=True)
class Sheets:
    """The sheets while they are written, and what of them must be exact to the last digit."""

    draft: p.Draft
    spelling: Spelling
    functions: p.Page = field(init=False)
    inputs: p.Page = field(init=False)
    ranges: p.Page = field(init=False)
    tables: p.Page = field(init=False)
    exact: dict[str, dict[str, CellValue]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    _inputs: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the four sheets."""
        self.functions = p.Page(
            self.draft, FUNCTIONS, "Functions", "Each called with its example: inputs on the "
            "sheet Inputs, tables on the sheet Tables", _FUNCTION_WIDTHS,
        )  # fmt: skip
        _heads(self.functions, _FUNCTION_HEADS, right=(5, 6, 7), indented=(3, 4))
        self.inputs = p.Page(
            self.draft, INPUTS, "Inputs", "What the functions are called with; ranges stand on "
            "the sheet Ranges", _INPUT_WIDTHS,
        )  # fmt: skip
        _heads(self.inputs, _INPUT_HEADS, right=(3,), indented=(4, 5, 6))
        self.ranges = p.Page(
            self.draft, RANGES, "Ranges", "Arguments of several cells", _RANGE_WIDTHS
        )
        _heads(self.ranges, ("Function", "Argument", "Cells"))
        self.tables = p.Page(
            self.draft, TABLES, "Tables", "Answers of several cells, each beside the promised ones",
            (_TABLE_WIDTH,) * 18,
        )  # fmt: skip
        for page in (self.functions, self.inputs, self.ranges):
            page.sheet.freeze_panes = f"B{page.row}"
            page.sheet.print_title_rows = f"{page.row - 1}:{page.row - 1}"

    def group(self, name: str, calls: Sequence[Call]) -> None:
        """A document's functions, one a row."""
        page = self.functions
        page.section(name, columns=len(_FUNCTION_HEADS))
        first = page.row
        for call in calls:
            formula = self._formula(call)
            _describe(page, call.made.worksheet_name, call.made.summary, call.made.citation,
                      ", ".join(_shown_name(one) for one in call.made.arguments))  # fmt: skip
            if isinstance(call.promised, list):
                self._table_row(call, call.promised, formula)
            else:
                cell_format = p.DATE if call.dates else _cell_format(call.promised)
                cell = page.put(5, f"={formula}", _style(call.promised), cell_format)
                promised = self._exact(page, 6, call.promised, _style(call.promised), cell_format)
                page.put(7, check(cell, same(cell, promised, call.promised)), "Figure")
            page.next()
        self._close(name, first)

    def errors(self, name: str, calls: Sequence[WrongCall]) -> None:
        """Calls that must err, one a row."""
        page = self.functions
        page.section(name, columns=len(_FUNCTION_HEADS))
        first = page.row
        for one in calls:
            made = one.call.made
            formula = self._formula(one.call, one)
            _describe(page, made.worksheet_name, f"An error where {one.what}", made.citation, "")
            cell = page.put(5, f"={formula}", "Figure")
            page.put(6, f'="{one.code.value}"', "Figure")
            page.put(7, error_check(cell, one.code), "Figure")
            page.next()
        self._close(name, first)

    def _close(self, name: str, first: int) -> None:
        cells = f"$G${first}:$G${self.functions.row - 1}"
        self.groups[name] = f"{FUNCTIONS}!{cells}"
        mark_checks(self.functions.sheet, cells.replace("$", ""))
        self.functions.next()

    def _formula(self, call: Call, wrong: WrongCall | None = None) -> str:
        """The call; its inputs are laid out once, a wrong one stands in the call itself."""
        places = self._laid_out(call) if wrong is None else self._inputs[call.made.name]
        if wrong is not None:
            places = list(places)
            places[wrong.place] = self._literal(wrong)
        return f"{name_in(call.made, self.spelling)}({','.join(places)})"

    def _literal(self, wrong: WrongCall) -> str:
        if isinstance(wrong.wrong, list):
            name = wrong.call.made.arguments[wrong.place].name
            return self._range(wrong.call, f"{name}, with a gap", wrong.place, wrong.wrong)
        return f'"{wrong.wrong}"' if isinstance(wrong.wrong, str) else f"{wrong.wrong:g}"

    def _laid_out(self, call: Call) -> list[str]:
        """The inputs of a call on their sheets; gives the references to them."""
        page, made = self.inputs, call.made
        listed = list(made.arguments)
        if listed and listed[-1].repeated:
            listed += listed[-1:] * (len(call.cells) - len(listed))
        places: list[str] = []
        for place, argument in enumerate(listed):
            given = place < len(call.cells)
            page.put(1, made.worksheet_name if place == 0 else None, "Label")
            page.put(2, argument.name, "Label")
            if not given:
                page.put(3, "left out", "Small")
            else:
                places.append(self._input(call, place, argument, call.cells[place]))
            unit = argument.unit.meaning
            page.put(4, unit, "Small")
            page.put(5, "optional" if argument.optional else None, "Small")
            page.put(6, argument.help, "Small")
            _fit(page, ((unit, 44, "Small"), (argument.help, 80, "Small")))
            page.next()
        self._inputs[made.name] = places
        return places

    def _input(self, call: Call, place: int, argument: Argument, cell: CellInput) -> str:
        if isinstance(cell, list):
            area = self._range(call, argument.name, place, cell)
            self.inputs.put(3, area.replace("$", ""), "Small")
            return area
        style = "Entry text" if isinstance(cell, str) else "Entry"
        timed = isinstance(cell, float) and isinstance(argument.unit, (Day, Moment))
        shape = argument.unit.cell_format if timed else _cell_format(cell)
        reference = self._exact(self.inputs, 3, cell, style, shape)
        return f"{INPUTS}!{reference}"

    def _range(self, call: Call, title: str, place: int, rows: Rows) -> str:
        """A range's cells, across, for that is how they print; gives the reference to them."""
        page, unit = self.ranges, call.made.arguments[place].unit
        top = page.row
        for number, row in enumerate(rows):
            page.put(1, call.made.worksheet_name if number == 0 else None, "Label")
            page.put(2, title if number == 0 else None, "Label")
            for column, cell in enumerate(row, 3):
                dated = isinstance(unit, Column) and isinstance(unit.unit, Day)
                if isinstance(unit, Block):
                    dated = unit.columns[column - 3] in unit.dates
                shape = p.DATE if dated and isinstance(cell, float) else _cell_format(cell)
                style = "Entry text" if isinstance(cell, str) else "Entry"
                self._exact(page, column, cell, style, shape)
            page.next()
        last = get_column_letter(2 + max(map(len, rows)))
        return f"{RANGES}!$C${top}:${last}${page.row - 1}"

    def _table_row(self, call: Call, rows: Rows, formula: str) -> None:
        """A table on its sheet, and in the function's own row its first cell and one check."""
        checks = self._table(call, rows, formula)
        page, first = self.functions, rows[0][0]
        top = self.tables.row - len(rows) - 1
        shape = p.DATE if (0, 0) in call.dates else _cell_format(first)
        page.put(5, f"={TABLES}!$A${top}", _style(first), shape)
        self._exact(page, 6, first, _style(first), shape)
        page.put(7, check_of_all(checks, len(rows)), "Figure")

    def _table(self, call: Call, rows: Rows, formula: str) -> str:
        page, wide, tall = self.tables, max(map(len, rows)), len(rows)
        for column in range(1, 2 * wide + 3):
            page.put(column, call.made.worksheet_name if column == 1 else None, "Section")
        page.next()
        for column, text in ((1, "Value"), (wide + 2, "Promised"), (2 * wide + 2, "Check")):
            page.put(column, text, "Head")
        page.next()
        top, letter = page.row, get_column_letter
        area = f"A{top}:{letter(wide)}{top + tall - 1}"
        for row in rows:
            conditions = []
            for column, cell in enumerate(row, 1):
                is_date = (page.row - top, column - 1) in call.dates
                shape = p.DATE if is_date else _cell_format(cell)
                live = page.put(column, None, _style(cell), shape).replace("$", "")
                promised = self._exact(page, wide + 1 + column, cell, _style(cell), shape)
                conditions.append(same(live, promised.replace("$", ""), cell))
            first = f"A{page.row}"
            size = f"ROWS({formula})={tall},COLUMNS({formula})={wide},"
            condition = f"AND({size if page.row == top else ''}{','.join(conditions)})"
            page.put(2 * wide + 2, check(first, condition), "Figure")
            page.next()
        page.sheet[f"A{top}"] = ArrayFormula(area, f"={formula}")
        marks = letter(2 * wide + 2)
        cells = f"${marks}${top}:${marks}${page.row - 1}"
        mark_checks(page.sheet, cells.replace("$", ""))
        page.next()
        return f"{TABLES}!{cells}"

    def _exact(
        self, page: p.Page, column: int, value: CellValue, style: str, shape: str | None
    ) -> str:
        """A constant, kept to the last digit, which openpyxl would round away."""
        held: Any = str(value) if isinstance(value, str) else value
        reference = page.put(column, held, style, shape)
        if isinstance(value, float):
            self.exact.setdefault(page.sheet.title, {})[reference.replace("$", "")] = value
        return reference


def _heads(
    page: p.Page, texts: Sequence[str], right: Sequence[int] = (), indented: Sequence[int] = ()
) -> None:
    for column, text in enumerate(texts, 1):
        left = "Head indented" if column in indented else "Head"
        page.put(column, text or None, "Head right" if column in right else left)
    page.next()


def _describe(page: p.Page, name: str, gives: str, source: str, arguments: str) -> None:
    page.put(1, name, "Label")
    page.put(2, gives, "Label")
    page.put(3, source, "Small")
    page.put(4, arguments or None, "Small")
    _fit(page, ((gives, 50, "Label"), (source, 36, "Small"), (arguments, 48, "Small")))


def _fit(page: p.Page, texts: Sequence[tuple[str, int, str]]) -> None:
    """Make the row as high as its longest wrapped text; not every program does so itself."""
    lines = max(-(-len(text) // int(width * _LETTERS[style])) for text, width, style in texts)
    page.sheet.row_dimensions[page.row].height = max(16.0, lines * _LINE + 4)


def _shown_name(argument: Argument) -> str:
    return f"[{argument.name}]" if argument.optional else argument.name


def _style(value: CellValue) -> str:
    return "Figure" if not isinstance(value, str) else LEFT


def _cell_format(value: CellValue) -> str | None:
    """All digits of a number; TRUE as a word where a spreadsheet keeps it as 1."""
    if isinstance(value, bool):
        return _CONDITION
    return p.GENERAL if isinstance(value, float) else None
