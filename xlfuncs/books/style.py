"""How a deal book looks: the trade's conventions, said once.

Inputs are blue on a pale ground, formulas black; a label says illustrative or assumed in
amber; checks are green or red and say so in words as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FONT: Final = "Calibri"
NAVY: Final = "1F3864"
BLUE: Final = "0000FF"
GREY: Final = "4B5563"
AMBER: Final = "7F4F00"

_BLACK: Final = "000000"
_LINE = Side(style="thin", color="BFC5D2")
_HAIR = Side(style="hair", color="BFC5D2")


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


GREEN_FILL: Final = _fill("E2F0D9")
RED_FILL: Final = _fill("F8CBAD")
AMBER_FILL: Final = _fill("FFF2CC")


def _styles() -> list[NamedStyle]:
    wrap = Alignment(vertical="top", wrap_text=True)
    indented = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
    right = Alignment(horizontal="right", vertical="top")
    under = Border(bottom=_HAIR)
    return [
        NamedStyle("Title", font=Font(name=FONT, size=18, bold=True, color=NAVY)),
        NamedStyle(
            "Entry title",
            font=Font(name=FONT, size=18, bold=True, color=BLUE),
            fill=_fill("EEF4FF"),
            protection=Protection(locked=False),
        ),
        NamedStyle("Subtitle", font=Font(name=FONT, size=11, color=GREY)),
        NamedStyle(
            "As of",
            font=Font(name=FONT, size=11, bold=True, color=NAVY),
            alignment=Alignment(horizontal="left"),
        ),
        NamedStyle(
            "Total",
            font=Font(name=FONT, size=11, bold=True),
            alignment=right,
            border=Border(top=_LINE, bottom=_LINE),
        ),
        NamedStyle(
            "Total label",
            font=Font(name=FONT, size=11, bold=True),
            alignment=wrap,
            border=Border(top=_LINE, bottom=_LINE),
        ),
        NamedStyle(
            "Section",
            font=Font(name=FONT, size=12, bold=True, color="FFFFFF"),
            fill=_fill(NAVY),
            alignment=Alignment(vertical="center"),
        ),
        NamedStyle(
            "Head",
            font=Font(name=FONT, size=10, bold=True, color=NAVY),
            border=Border(bottom=_LINE),
            alignment=Alignment(vertical="bottom", wrap_text=True),
        ),
        NamedStyle("Head over", font=Font(name=FONT, size=10, bold=True, color=NAVY)),
        NamedStyle(
            "Head indented",
            font=Font(name=FONT, size=10, bold=True, color=NAVY),
            border=Border(bottom=_LINE),
            alignment=Alignment(horizontal="left", vertical="bottom", wrap_text=True, indent=1),
        ),
        NamedStyle(
            "Head right",
            font=Font(name=FONT, size=10, bold=True, color=NAVY),
            border=Border(bottom=_LINE),
            alignment=Alignment(horizontal="right", vertical="bottom", wrap_text=True),
        ),
        NamedStyle("Label", font=Font(name=FONT, size=11), alignment=wrap, border=under),
        NamedStyle(
            "Entry",
            font=Font(name=FONT, size=11, color=BLUE),
            fill=_fill("EEF4FF"),
            alignment=right,
            border=Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR),
            protection=Protection(locked=False),
        ),
        NamedStyle(
            "Entry text",
            font=Font(name=FONT, size=11, color=BLUE),
            fill=_fill("EEF4FF"),
            alignment=Alignment(horizontal="left", vertical="top", indent=1),
            border=Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR),
            protection=Protection(locked=False),
        ),
        NamedStyle("Figure", font=Font(name=FONT, size=11), alignment=right, border=under),
        NamedStyle(
            "Date",
            font=Font(name=FONT, size=11),
            alignment=Alignment(horizontal="left", vertical="top"),
            border=under,
        ),
        NamedStyle("Small label", font=Font(name=FONT, size=10), alignment=wrap, border=under),
        NamedStyle(
            "Link",
            font=Font(name=FONT, size=9, color=NAVY, underline="single"),
            alignment=indented,
            border=under,
        ),
        NamedStyle(
            "Link figure", font=Font(name=FONT, size=11, color=NAVY), alignment=wrap, border=under
        ),
        NamedStyle(
            "Link label",
            font=Font(name=FONT, size=11, color=NAVY, underline="single"),
            alignment=wrap,
        ),
        NamedStyle("Caution", font=Font(name=FONT, size=11, bold=True, color=AMBER)),
        NamedStyle("Plain", font=Font(name=FONT, size=11, color=GREY)),
        NamedStyle(
            "Wide label", font=Font(name=FONT, size=11), alignment=Alignment(), border=under
        ),
        NamedStyle(
            "Number label",
            font=Font(name=FONT, size=11),
            alignment=Alignment(horizontal="left", vertical="top"),
            border=under,
        ),
        NamedStyle(
            "Key figure",
            font=Font(name=FONT, size=11, bold=True),
            alignment=right,
            border=under,
            fill=_fill("F3F4F6"),
        ),
        NamedStyle(
            "Small", font=Font(name=FONT, size=9, color=GREY), alignment=indented, border=under
        ),
        NamedStyle(
            "Band",
            font=Font(name=FONT, size=11, bold=True, color=NAVY),
            fill=_fill("E7ECF5"),
            alignment=Alignment(vertical="center"),
        ),
        NamedStyle(
            "Across",
            font=Font(name=FONT, size=11, bold=True),
            alignment=Alignment(horizontal="left", vertical="top"),
            border=under,
        ),
        NamedStyle(
            "Counted",
            font=Font(name=FONT, size=11),
            alignment=Alignment(horizontal="left", vertical="top", indent=1),
            border=under,
        ),
        NamedStyle(
            "Small right",
            font=Font(name=FONT, size=9),
            alignment=Alignment(horizontal="right", vertical="top"),
            border=under,
        ),
        NamedStyle(
            "Small across",
            font=Font(name=FONT, size=9, color=GREY),
            alignment=Alignment(horizontal="left", vertical="top", indent=1),
            border=under,
        ),
        NamedStyle(
            "Name", font=Font(name=FONT, size=9, color=GREY), alignment=indented, border=under
        ),
        NamedStyle(
            "Note",  # goes on over the cells to its right
            font=Font(name=FONT, size=9, color=GREY),
            alignment=Alignment(horizontal="left", vertical="top", indent=1),
            border=under,
        ),
        NamedStyle("Text", font=Font(name=FONT, size=11), alignment=wrap),
        NamedStyle(
            "Warning",
            font=Font(name=FONT, size=11, bold=True, color=AMBER),
            fill=AMBER_FILL,
            alignment=Alignment(vertical="center"),
        ),
        NamedStyle(
            "Verdict",
            font=Font(name=FONT, size=12, bold=True),
            alignment=Alignment(horizontal="left", vertical="center"),
        ),
    ]


def add_styles(workbook: Workbook) -> None:
    """Add the named styles to a new workbook, and make its default font ours."""
    for style in _styles():
        workbook.add_named_style(style)
    workbook._fonts[0] = Font(name=FONT, size=11)  # type: ignore[attr-defined]  # noqa: SLF001  openpyxl offers no other way to the default font


def _when(formula: str, fill: PatternFill, font: Font | None = None) -> Rule:
    style = DifferentialStyle(fill=fill, font=font)
    return Rule(type="expression", dxf=style, formula=[formula], stopIfTrue=True)


def mark_checks(sheet: Worksheet, cells: str) -> None:
    """Colour a column of checks: green for TRUE, red for FALSE, amber where there is no value."""
    first = cells.split(":", 1)[0]
    sheet.conditional_formatting.add(cells, _when(f"ISTEXT({first})", AMBER_FILL))
    sheet.conditional_formatting.add(cells, _when(first, GREEN_FILL))
    sheet.conditional_formatting.add(cells, _when(f"NOT({first})", RED_FILL))


def mark_events(sheet: Worksheet, cells: str, happened: str, none: str) -> None:
    """Colour a column of events: red where one has happened, amber while a clock runs."""
    first = cells.split(":", 1)[0]
    for formula, fill in ((f'{first}="{happened}"', RED_FILL), (f'{first}<>"{none}"', AMBER_FILL)):
        sheet.conditional_formatting.add(cells, _when(formula, fill, Font(bold=True, color=_BLACK)))


def mark_verdict(sheet: Worksheet, cells: str, failed: str, missing: str) -> None:
    """Colour the cover's verdict by the numbers of failed checks and of missing values."""
    sheet.conditional_formatting.add(cells, _when(f"{failed}>0", RED_FILL))
    sheet.conditional_formatting.add(cells, _when(f"{missing}>0", AMBER_FILL))
    sheet.conditional_formatting.add(cells, _when(f"{failed}+{missing}=0", GREEN_FILL))


def mark_words(
    sheet: Worksheet, cells: str, *, red: Sequence[str] = (), amber: Sequence[str] = ()
) -> None:
    """Colour the cells of a column that begin with one of some words: in red, or in amber."""
    first = cells.split(":", 1)[0]
    for words, fill in ((red, RED_FILL), (amber, AMBER_FILL)):
        for word in words:
            begins = f'LEFT({first},{len(word)})="{word}"'
            sheet.conditional_formatting.add(cells, _when(begins, fill))
