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


def fit(sheet: Worksheet, columns: int, last_row: int, sections: Sequence[int]) -> None:
    """Scale a sheet to the width of a page, and break it before sections that a page would part.

    Args:
        sheet: the sheet, written.
        columns: how many columns are printed.
        last_row: the last row that is.
        sections: the first rows of its sections, rising.
    """
    pixels = sum(
        sheet.column_dimensions[get_column_letter(column)].width * _PIXELS_A_LETTER + _PIXELS_BESIDE
        for column in range(1, columns + 1)
    )
    room = (_WIDE - 2 * _SIDE) * _PIXELS_AN_INCH * _CARE
    scale = max(min(int(100 * room / pixels), _MOST), _LEAST)
    sheet.page_setup.scale = scale
    page = (_HIGH - _TOP - _BOTTOM) * _POINTS_AN_INCH * _CARE * 100 / scale
    for row in breaks([_height(sheet, row) for row in range(1, last_row + 1)], page, sections):
        sheet.row_breaks.append(Break(id=row - 1))


def fit_on_one(sheet: Worksheet) -> None:
    """Scale a sheet so that all of it is on one page."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1


def breaks(heights: Sequence[float], page: float, sections: Sequence[int]) -> list[int]:
    """The rows that are to begin a page.

    Args:
        heights: the height of each row, from the first.
        page: the height of a page.
        sections: the first rows of the sections, rising.

    Returns:
        the first rows of sections that would begin on one page and end on the next, as long as
        a page can hold them; a longer section begins where it is.

    >>> breaks([10.0] * 12, 100.0, [4, 9])
    [9]
    >>> breaks([10.0] * 30, 100.0, [4, 9])
    []
    """
    titles = sum(heights[:_TITLE_ROWS])
    ends = [*[start - 1 for start in sections[1:]], len(heights)]
    found, left = [], page - sum(heights[: (sections or [1])[0] - 1])
    for start, end in zip(sections, ends, strict=False):
        section = sum(heights[start - 1 : end])
        if section > left and section <= page - titles:
            found.append(start)
            left = page - titles
        left -= section
        while left < 0:  # the rest of a long section fills pages of its own
            left += page - titles
    return found


def _height(sheet: Worksheet, row: int) -> float:
    set_height = sheet.row_dimensions[row].height if row in sheet.row_dimensions else None
    return float(set_height or _ROW)
