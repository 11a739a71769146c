"""The last touches to a workbook as openpyxl writes it: alternative texts, and the same bytes.

openpyxl has no place for what a chart shows in words, and writes the time of day into the file.
A book built twice from the same texts is the same file, so that a change of it is a change.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from xlfuncs.errors import BookError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

_FIRST_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can tell
_CORE: Final = "docProps/core.xml"
_STAMP: Final = re.compile(r"(<dcterms:(created|modified)[^>]*>)[^<]*(</)")
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_NO_VALUE: Final = re.compile(rb"</f><v ?/>|</f><v></v>")
_DRAWING: Final = re.compile(r"xl/drawings/drawing(\d+)\.xml")


def finished(data: bytes, day: dt.date, pictures: Sequence[Sequence[str]]) -> bytes:
    """A new workbook with alternative texts and without the time it was made.

    Args:
        data: the file as openpyxl has written it.
        day: the day that the file says it was made.
        pictures: what each chart shows in words, by sheet, the sheets with charts alone.

    Raises:
        BookError: there are more or fewer charts than texts.
    """
    stream = io.BytesIO()
    drawings = 0
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            drawing = _DRAWING.fullmatch(name)
            if name == _CORE:
                stamp = rf"\g<1>{day:%Y-%m-%d}T00:00:00Z\g<3>"
                part = _STAMP.sub(stamp, part.decode()).encode()
            elif _SHEET.fullmatch(name):  # an empty value is no value, and slower to read
                part = _NO_VALUE.sub(b"</f>", part)
            elif drawing:
                drawings += 1
                part = _described(part.decode(), name, pictures[int(drawing[1]) - 1]).encode()
            info = zipfile.ZipInfo(name, _FIRST_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    if drawings != len(pictures):
        raise BookError(f"{drawings} sheets have charts, and {len(pictures)} have texts for them")
    return stream.getvalue()


def _described(drawing: str, name: str, texts: Sequence[str]) -> str:
    """A drawing with an alternative text for each of its charts."""
    for number, text in enumerate(texts, 1):
        plain = f'name="Chart {number}"'
        if drawing.count(plain) != 1:
            raise BookError(f"{name} has no chart {number}")
        drawing = drawing.replace(plain, f"{plain} descr={quoteattr(text)}")
    return drawing
