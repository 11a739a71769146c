"""Closing bids from whatever holds them: a CSV file, a Parquet file, a pandas frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfuncs.batch.frames import read_parquet, rows_of
from xlfuncs.deal.files import Faults, Row, Table, raise_faults
from xlfuncs.deal.market import bids_of_table, read_bids

if TYPE_CHECKING:
    import pandas as pd

    from xlfuncs.deal.market import Bids

_FRAME = Path("frame")


def read_any_bids(source: Path | pd.DataFrame) -> Bids:
    """The bids of a file or a frame with the columns date, closing_bid and, if known, volume.

    Raises:
        DealError: with every fault of the bids; a row of a frame has the number of its place.
        BookError: a Parquet file cannot be read.
    """
    if isinstance(source, Path):
        if source.suffix.lower() != ".parquet":
            return read_bids(source)
        return _of_frame(read_parquet(source), source)
    return _of_frame(source, _FRAME)


def _of_frame(frame: pd.DataFrame, path: Path) -> Bids:
    faults = Faults(path)
    columns = {str(name).lower() for name in frame.columns}
    for name in sorted({"date", "closing_bid"} - columns):
        faults.add(0, f"there is no column {name}")
    raise_faults(faults)
    rows = [
        Row(number, {name.lower(): _text(value) for name, value in row.items()}, faults)
        for number, row in enumerate(rows_of(frame), 1)
    ]
    bids = bids_of_table(Table(rows), path.name, {}, faults)
    raise_faults(faults)
    return bids


def _text(value: Any) -> str:  # noqa: ANN401  whatever a frame can hold
    return (
        value if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value)
    )
