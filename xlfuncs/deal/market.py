"""The market of a deal: closing bids with their volumes, and the days without trading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from xlfuncs.deal.files import Faults, Row, Table, raise_faults, read_table
from xlfuncs.units import ClosingBids, Shares

if TYPE_CHECKING:
    from pathlib import Path

    from xlfuncs.kinds import Number

BIDS_FILE: Final = "bids.csv"
HOLIDAYS_FILE: Final = "holidays.csv"

_SATURDAY: Final = 5
_SHOWN_DAYS: Final = 3
_ONE_DAY: Final = dt.timedelta(days=1)


_BID: Final[Number] = get_args(ClosingBids)[1].unit
_VOLUME: Final[Number] = get_args(Shares)[1]


@dataclass(frozen=True, slots=True)
class Bids:
    """Closing bids, each dated later than the one before.

    Attributes:
        dates: the trading days.
        closing_bids: the closing bid of each, in USD a share.
        volumes: the shares traded on each, None where the file does not say.
        note: what the file says of its figures, to be shown wherever they are.
        file: the name of the file.
    """

    dates: tuple[dt.date, ...] = ()
    closing_bids: tuple[float, ...] = ()
    volumes: tuple[float | None, ...] = ()
    note: str = ""
    file: str = BIDS_FILE

    def __len__(self) -> int:
        return len(self.dates)


class Holiday(NamedTuple):
    """A weekday on which the market is closed all day."""

    date: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of the market; the holidays rise from first to last."""

    bids: Bids = field(default_factory=Bids)
    holidays: tuple[Holiday, ...] = ()

    @property
    def holiday_dates(self) -> tuple[dt.date, ...]:
        """The holidays as the functions take them."""
        return tuple(holiday.date for holiday in self.holidays)


def read_bids(path: Path, holidays: Iterable[dt.date] = ()) -> Bids:
    """The closing bids of a CSV file with the columns date, closing_bid and, if known, volume.

    Comment lines above the header and the column `source`, if there is one, become the note.

    Args:
        path: the file.
        holidays: days without trading; with them a missing trading day is a fault in every
            calendar year from the first holiday's to the last's.

    Returns:
        The bids, from the earliest to the latest.

    Raises:
        DealError: with every fault of the file.
    """
    faults = Faults(path)
    bids = bids_from(path, dict.fromkeys(holidays, ""), faults)
    raise_faults(faults)
    return bids


def read_market(path: Path, holidays: Iterable[dt.date] = ()) -> Market:
    """The market of a deal's folder, or a file of bids alone with the holidays given.

    Raises:
        DealError: with every fault of the files.
    """
    if not path.is_dir():
        given = tuple(Holiday(day, "") for day in sorted(holidays))
        return Market(read_bids(path, [holiday.date for holiday in given]), given)
    faults_of_bids, faults_of_holidays = Faults(path / BIDS_FILE), Faults(path / HOLIDAYS_FILE)
    market = market_from(path, faults_of_bids, faults_of_holidays)
    raise_faults(faults_of_bids, faults_of_holidays)
    return market


def market_from(folder: Path, faults_of_bids: Faults, faults_of_holidays: Faults) -> Market:
    """The market of a folder, with the faults of its files noted."""
    holidays = holidays_from(folder / HOLIDAYS_FILE, faults_of_holidays)
    # With a holiday lost to a fault, its day would be reported again as a hole in the bids.
    names = {} if faults_of_holidays.found else {day.date: day.name for day in holidays}
    return Market(bids_from(folder / BIDS_FILE, names, faults_of_bids), holidays)


def holidays_from(path: Path, faults: Faults) -> tuple[Holiday, ...]:
    """The holidays of a CSV file with the columns date and name, with its faults noted."""
    table = read_table(path, ("date", "name"), faults)
    found: list[Holiday] = []
    for row in table.rows if table else ():
        day = row.date("date")
        if day is None:
            continue
        if day.weekday() >= _SATURDAY:
            row.fault(f"date {day} is a {day:%A}: the market is closed anyway")
        elif found and day <= found[-1].date:
            row.fault(f"dates must rise from row to row: {day} follows {found[-1].date}")
        else:
            found.append(Holiday(day, row.text("name")))
    return tuple(found)


def bids_from(path: Path, holidays: Mapping[dt.date, str], faults: Faults) -> Bids:
    """The bids of a file, with its faults noted; none if it has any."""
    table = read_table(path, ("date", "closing_bid"), faults)
    return (
        Bids(file=path.name) if table is None else bids_of_table(table, path.name, holidays, faults)
    )


def bids_of_table(table: Table, file: str, holidays: Mapping[dt.date, str], faults: Faults) -> Bids:
    """The bids of rows that have been read, with their faults noted; none if there are any."""
    if not table.rows and not faults.found:
        faults.add(0, "there are no bids under the header")
    dated = [(row, day) for row in table.rows if (day := row.date("date"))]
    _check_order(dated)
    _check_trading_days(dated, holidays)
    _check_holes(dated, holidays, faults.lines())
    bids = [row.number("closing_bid", _BID) for row in table.rows]
    volumes = [row.number("volume", _VOLUME) if row.text("volume") else None for row in table.rows]
    if faults.found:
        return Bids(file=file)
    sources = dict.fromkeys(row.text("source") for row in table.rows)
    return Bids(
        dates=tuple(day for _, day in dated),
        closing_bids=tuple(bid for bid in bids if bid is not None),
        volumes=tuple(volumes),
        note="; ".join(filter(None, (table.note, *sources))),
        file=file,
    )


_Dated = Sequence[tuple[Row, dt.date]]


def _check_order(dated: _Dated) -> None:
    pairs = list(pairwise(dated))
    if len(pairs) > 1 and all(day < before for (_, before), (_, day) in pairs):
        dated[0][0].fault("dates fall from row to row: sort the file, the earliest first")
        return
    for (row_before, before), (row, day) in pairs:
        if day == before:
            row.fault(f"date {day} stands twice, here and in line {row_before.line}")
        elif day < before:
            row.fault(f"dates must rise from row to row: {day} follows {before}")


def _check_trading_days(dated: _Dated, holidays: Mapping[dt.date, str]) -> None:
    for row, day in dated:
        if day.weekday() >= _SATURDAY:
            row.fault(f"date {day} is a {day:%A}")
        elif day in holidays:
            name = f": {holidays[day]}" if holidays[day] else ""
            row.fault(f"date {day} is a holiday{name}")


def _check_holes(dated: _Dated, holidays: Mapping[dt.date, str], faulty: set[int]) -> None:
    for (row_before, before), (row, day) in pairwise(dated):
        # Where a row is faulty already, the day that seems to be missing may be that row's.
        if not faulty.isdisjoint(range(row_before.line, row.line + 1)):
            continue
        missing = _trading_days_between(before, day, holidays)
        if missing:
            listed = ", ".join(map(str, missing[:_SHOWN_DAYS]))
            more = f" and {len(missing) - _SHOWN_DAYS} more" if len(missing) > _SHOWN_DAYS else ""
            row.fault(f"no bid for the trading days before {day}: {listed}{more}")


def _trading_days_between(
    before: dt.date, after: dt.date, holidays: Collection[dt.date]
) -> list[dt.date]:
    """The trading days between two dates, in the years for which holidays are known."""
    if not holidays:
        return []
    last_year = max(holidays).year
    day = max(before, dt.date(min(holidays).year, 1, 1) - _ONE_DAY)
    found = []
    while (day := day + _ONE_DAY) < after and day.year <= last_year:
        if day.weekday() < _SATURDAY and day not in holidays:
            found.append(day)
    return found
