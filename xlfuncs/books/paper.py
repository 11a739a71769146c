"""How a sheet falls onto paper: its scale, and page breaks that part no section needlessly.

Letter paper across. The scale is worked out from the widths of the columns and not left to the
printer, because a spreadsheet that fits a sheet to its pages takes no breaks of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

_LETTER: Final = 1  # Excel's number for the paper
_WIDE, _HIGH = 11.0, 8.5  # inches
_SIDE, _TOP, _BOTTOM = 0.45, 0.6, 0.7  # inches of margin
_PIXELS_A_LETTER, _PIXELS_BESIDE, _PIXELS_AN_INCH = 7, 5, 96  # of a column in Calibri 11
_POINTS_AN_INCH: Final = 72
_ROW: Final = 15.0  # points of a row that nobody has set
_CARE: Final = 0.94  # printers differ by a little
_LEAST, _MOST = 40, 100  # per cent
_TITLE_ROWS: Final = 3

Rows = tuple[int, int]


def set_up(sheet: Worksheet) -> None:
    """Paper, margins, and file, sheet and page at the foot."""
    setup, margins = sheet.page_setup, sheet.page_margins
    setup.orientation, setup.paperSize = "landscape", _LETTER
    margins.left = margins.right = _SIDE
    margins.top, margins.bottom = _TOP, _BOTTOM
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("&F – &A"), right=_HeaderFooterPart("Page &P of &N")
    )


def fit(
    sheet: Worksheet, columns: int, last_row: int, sections: Sequence[int], charts: Sequence[Rows]
) -> None:
    """Scale a sheet to the width of a page, and break it before what a page would part.

    Args:
        sheet: the sheet, written.
        columns: how many columns are printed.
        last_row: the last row that is.
        sections: the first rows of its sections, rising.
        charts: the rows that its charts stand over.
    """
    pixels = sum(
        sheet.column_dimensions[get_column_letter(column)].width * _PIXELS_A_LETTER + _PIXELS_BESIDE
        for column in range(1, columns + 1)
    )
    room = (_WIDE - 2 * _SIDE) * _PIXELS_AN_INCH * _CARE
    scale = max(min(int(100 * room / pixels), _MOST), _LEAST)
    sheet.page_setup.scale = scale
    page = (_HIGH - _TOP - _BOTTOM) * _POINTS_AN_INCH * _CARE * 100 / scale
    heights = [_height(sheet, row) for row in range(1, last_row + 1)]
    for row in breaks(heights, page, sections, charts):
        sheet.row_breaks.append(Break(id=row - 1))


def fit_on_one(sheet: Worksheet) -> None:
    """Scale a sheet so that all of it is on one page."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1


def breaks(
    heights: Sequence[float], page: float, sections: Sequence[int], charts: Sequence[Rows] = ()
) -> list[int]:
    """The rows that are to begin a page.

    A section that a page can hold is not parted; of a longer one the heading is not parted from
    a chart below it, and no chart is.

    Args:
        heights: the height of each row, from the first.
        page: the height of a page.
        sections: the first rows of the sections, rising.
        charts: the first and last rows of the charts.

    >>> breaks([10.0] * 12, 100.0, [4, 9])
    [9]
    >>> breaks([10.0] * 30, 100.0, [4, 9])
    []
    >>> breaks([10.0] * 30, 100.0, [4, 9], [(10, 13)])
    [9]
    """
    titles = sum(heights[:_TITLE_ROWS])
    together = dict(charts)
    for start, after in zip(sections, [*sections[1:], len(heights) + 1], strict=False):
        end = after - 1
        if sum(heights[start - 1 : end]) > page - titles:  # it is parted somewhere in any case
            end = together.get(start + 1, start)
        together[start] = end
    found, left = [], page
    for row, height in enumerate(heights, 1):
        needed = sum(heights[row - 1 : together.get(row, row)])
        if left < needed <= page - titles:
            if row in together:
                found.append(row)
            left = page - titles
        left -= height
    return found


def _height(sheet: Worksheet, row: int) -> float:
    set_height = sheet.row_dimensions[row].height if row in sheet.row_dimensions else None
    return float(set_height or _ROW)
