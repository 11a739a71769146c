"""Notices as a workbook: a sheet for each, as the text has it, figures as numbers."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Final

from xlfuncs.books import page as p
from xlfuncs.books.style import add_styles
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.books.notice_parts import Line, Notice

_WIDTHS: Final = (44, 30, 110)
_HOW: Final = 3
_SMALL_LETTERS: Final = 1.5  # small letters in the width of an ordinary one
_LINE_HEIGHT: Final = 13.0
_FIGURE: Final = "#,##0.##########"


def workbook_of(notices: Sequence[Notice]) -> bytes:
    """The notices as an .xlsx file."""
    draft = p.Draft()
    for sheet in list(draft.workbook.worksheets):
        draft.workbook.remove(sheet)
    add_styles(draft.workbook)
    for number, notice in enumerate(notices, 1):
        _write(draft, notice, f"{number} {notice.title.split()[0]}")
    draft.workbook.properties.creator = f"xlfuncs {VERSION}"
    stream = io.BytesIO()
    draft.workbook.save(stream)
    return stream.getvalue()


def _write(draft: p.Draft, notice: Notice, name: str) -> None:
    under = f"{notice.instrument} ({notice.clause})"
    page = p.Page(draft, name, notice.title, under, _WIDTHS)
    for section in notice.sections:
        page.section(section.heading, columns=_HOW)
        for line in section.lines:
            _put(page, line)
        page.next()


def _put(page: p.Page, line: Line) -> None:
    if line.value is None and not line.label:
        _text(page, p.LABEL, line.how, "Text")
        page.sheet.merge_cells(
            start_row=page.row, end_row=page.row, start_column=p.LABEL, end_column=_HOW
        )
        _fit(page, len(line.how) / sum(_WIDTHS))
        page.next()
        return
    page.put(p.LABEL, line.label, "Label")
    value = line.value
    if isinstance(value, dt.date):
        page.put(p.VALUE, value, "Figure", p.DATE)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = float(value).is_integer()
        page.put(p.VALUE, value, "Figure", p.SHARES if whole else _FIGURE)
    else:
        _text(page, p.VALUE, value, "Label")
    _text(page, _HOW, line.how or None, "Small")
    room = (_WIDTHS[0], _WIDTHS[1], _WIDTHS[2] * _SMALL_LETTERS)
    texts = (line.label, value if isinstance(value, str) else "", line.how)
    _fit(page, max(len(text) / wide for text, wide in zip(texts, room, strict=True)))
    page.next()


def _text(page: p.Page, column: int, value: object, style: str) -> None:
    """Text, which stays text whatever it begins with."""
    page.put(column, value, style)
    cell = page.sheet.cell(page.row, column)
    if cell.data_type == "f":
        cell.data_type = "s"


def _fit(page: p.Page, lines: float) -> None:
    page.sheet.row_dimensions[page.row].height = _LINE_HEIGHT * (int(lines) + 1) + 3
