"""Charts of a deal book: lines over dates, lines over numbers, stacked bars.

The colours are told apart by colour-blind eyes, and lines differ in their dashes too; both axes
have titles. A chart's cells are columns or rows of the sheet that it stands on, or of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from openpyxl.chart import AreaChart, BarChart, LineChart, ScatterChart
from openpyxl.chart.axis import DateAxis
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.chart._chart import ChartBase

# The palette of Okabe and Ito (2008) without its yellow, which a white page swallows.
COLOURS: Final = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000")
_DASHES: Final = ("solid", "dash", "sysDot", "lgDash", "dashDot", "lgDashDot", "sysDash")
_GRID: Final = "D9D9D9"
_INK: Final = "404040"
_TITLE, _AXIS_TITLE, _LABELS = 1200, 1000, 900  # hundredths of a point
_WIDTH: Final = 19050  # a line of 1.5 points, in English metric units
_BANDS: Final = ("D6E6F2", "8DBFE0", "D6E6F2")
_LINES_OF_FAN: Final = ("003A5D", "D55E00", "000000")
_DATES: Final = "mmm yyyy"
_DAYS: Final = "d mmm yyyy"
FULL_WIDTH: Final = 34.0  # centimetres, of a page of the usual columns
HALF_WIDTH: Final = 15.6  # up to the fourth of them
OTHER_WIDTH: Final = 18.2  # from it on


class Line(NamedTuple):
    """One series of a chart: what the legend calls it, and its cells, with their sheet.

    A name that begins with = is the cell that has the name.
    """

    name: str
    cells: str


def over_dates(
    title: str,
    axes: tuple[str, str],
    dates: str,
    lines: Sequence[Line],
    *,
    months: int = 3,
    days: int = 0,
    up: str = "0.00",
) -> LineChart:
    """Lines over dates.

    Args:
        title: what the chart shows.
        axes: the titles of the axis of dates and of the other.
        dates: the cells with the dates, with their sheet: `Conversion!$A$40:$A$90`.
        lines: the series.
        months: how many months lie between two labels.
        days: how many days, where months are too long.
        up: the number format of the labels of the other axis.
    """
    chart = LineChart()
    for line in lines:
        series = _series(line)
        series.cat = AxDataSource(numRef=NumRef(f=dates))
        series.smooth = False
        chart.series.append(series)
    _paint(chart)
    chart.x_axis = DateAxis(crossAx=100)
    chart.x_axis.number_format, chart.x_axis.majorTimeUnit = _DATES, "months"
    chart.x_axis.majorUnit, chart.x_axis.baseTimeUnit = months, "days"
    if days:
        chart.x_axis.number_format, chart.x_axis.majorTimeUnit = _DAYS, "days"
        chart.x_axis.majorUnit = days
    chart.y_axis.crossAx = 500
    _dress(chart, title, axes)
    chart.y_axis.number_format = up
    return chart


def fan(
    title: str,
    axes: tuple[str, str],
    dates: str,
    bands: Sequence[Line],
    lines: Sequence[Line],
    *,
    up: str = "#,##0",
) -> ChartBase:
    """Bands over dates, as the quantiles of a distribution that spreads, and lines across them.

    Args:
        title: what the chart shows.
        axes: the titles of the axis of dates and of the other.
        dates: the cells with the dates, with their sheet.
        bands: first the lower edge of all, which is not painted, then how high each band is.
        lines: the lines.
        up: the number format of the labels of the other axis.
    """
    chart: Any = AreaChart()
    chart.grouping = "stacked"
    for place, band in enumerate(bands):
        series = _series(band)
        series.cat = AxDataSource(numRef=NumRef(f=dates))
        series.graphicalProperties = GraphicalProperties(noFill=True)
        if place:
            series.graphicalProperties = GraphicalProperties(solidFill=_BANDS[place - 1])
        series.graphicalProperties.line = LineProperties(noFill=True)
        chart.series.append(series)
    across = over_dates(title, axes, dates, lines, up=up)
    for series, colour in zip(across.series, _LINES_OF_FAN, strict=False):
        series.graphicalProperties.line.solidFill = colour
    chart.x_axis, chart.y_axis = across.x_axis, across.y_axis
    _dress(chart, title, axes)
    chart.y_axis.number_format = up
    chart.legend.legendEntry = [LegendEntry(idx=0, delete=True)]
    chart += across
    return cast("ChartBase", chart)


def over_numbers(
    title: str,
    axes: tuple[str, str],
    numbers: str,
    lines: Sequence[Line],
    *,
    across: str = "#,##0",
    up: str = "#,##0",
) -> ScatterChart:
    """Lines over numbers, as the proceeds of a sale or a price.

    Args:
        title: what the chart shows.
        axes: the titles of both axes.
        numbers: the cells with the numbers along the axis, with their sheet.
        lines: the series.
        across: the number format of the labels along the axis.
        up: that of the labels of the other.
    """
    chart = ScatterChart()
    chart.style = None
    chart.scatterStyle = "lineMarker"
    for line in lines:
        series = _series(line, scatter=True)
        series.xVal = AxDataSource(numRef=NumRef(f=numbers))
        series.smooth = False
        chart.series.append(series)
    _paint(chart)
    _dress(chart, title, axes)
    chart.x_axis.number_format, chart.y_axis.number_format = across, up
    return chart


def stacked_bars(
    title: str, axes: tuple[str, str], categories: str, bars: Sequence[Line]
) -> BarChart:
    """Bars one on the other, a bar a category.

    Args:
        title: what the chart shows.
        axes: the titles of the axis of categories and of the other.
        categories: the cells with the categories' names, with their sheet.
        bars: the series, the lowest first.
    """
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 40
    for place, bar in enumerate(bars):
        series = _series(bar)
        series.cat = AxDataSource(strRef=StrRef(f=categories))
        series.graphicalProperties = GraphicalProperties(solidFill=COLOURS[place % len(COLOURS)])
        series.graphicalProperties.line = LineProperties(solidFill="FFFFFF")
        chart.series.append(series)
    _dress(chart, title, axes)
    return chart


def _series(line: Line, *, scatter: bool = False) -> Any:  # noqa: ANN401  openpyxl's two kinds of series share no type
    values = NumDataSource(numRef=NumRef(f=line.cells))
    made: Any = XYSeries(yVal=values) if scatter else Series(val=values)
    if line.name.startswith("="):
        made.tx = SeriesLabel(strRef=StrRef(f=line.name[1:]))
    else:
        made.tx = SeriesLabel(v=line.name)
    return made


def _paint(chart: Any) -> None:  # noqa: ANN401  line and scatter charts share no type
    for place, series in enumerate(chart.series):
        line = LineProperties(w=_WIDTH, solidFill=COLOURS[place % len(COLOURS)])
        line.prstDash = _DASHES[place % len(_DASHES)]
        series.graphicalProperties = GraphicalProperties(ln=line)
        series.marker = Marker(symbol="none")


def _dress(made: Any, title: str, axes: tuple[str, str]) -> None:  # noqa: ANN401  the kinds of charts share no type with axes
    """Titles, axes and a legend below, in the letters of the book."""
    made.title = _title(title, _TITLE, bold=True)
    for axis, name in ((made.x_axis, axes[0]), (made.y_axis, axes[1])):
        axis.title = _title(name, _AXIS_TITLE)
        axis.delete = False
        axis.txPr = _letters(_LABELS)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="8C8C8C"))
    made.x_axis.tickLblPos = "low"
    made.x_axis.majorGridlines = None
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GRID))
    made.legend.position = "b"
    made.legend.txPr = _letters(_LABELS)
    if len(made.series) == 1:
        made.legend = None
    made.roundedCorners = False
    made.display_blanks = "gap"
    made.width = FULL_WIDTH


def _title(words: str, size: int, *, bold: bool = False) -> Title:
    letters = CharacterProperties(sz=size, b=bold, solidFill=_INK)
    run = RegularTextRun(rPr=letters, t=words)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=letters), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _letters(size: int) -> RichText:
    letters = CharacterProperties(sz=size, solidFill=_INK)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)
    return RichText(p=[paragraph])
