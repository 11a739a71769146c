"""Rows of a pandas frame or a Parquet file as plain Python values."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    from typing_extensions import TypeIs  # of typing from Python 3.13 on


def is_frame(value: object) -> TypeIs[pd.DataFrame]:
    """Whether something is a frame, without loading pandas to find that it is not."""
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas"


def read_parquet(path: Path) -> pd.DataFrame:
    """The frame of a Parquet file.

    Raises:
        BookError: it cannot be read, or what reads it is not installed.
    """
    import pandas as pd  # noqa: PLC0415  loaded when used

    try:
        return pd.read_parquet(path)
    except ImportError:
        raise BookError(
            f"{path.name} cannot be read: Parquet needs pyarrow; pip install xlfuncs[parquet]"
        ) from None
    except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise BookError(f"{path.name} cannot be read: {reason}") from None


def rows_of(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Each row's filled cells by column: dates as dates, numbers as Python's own."""
    columns = [(str(name), [_plain(value) for value in frame[name]]) for name in frame.columns]
    for at in range(len(frame)):
        yield {name: values[at] for name, values in columns if values[at] is not None}


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a frame can hold
    import pandas as pd  # noqa: PLC0415

    if not isinstance(value, (list, dict, tuple)) and pd.isna(value) is True:
        return None
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime()
        return moment if moment.time().isoformat() != "00:00:00" else moment.date()
    if hasattr(value, "item"):  # numpy's numbers
        return _plain(value.item())
    if isinstance(value, (Decimal, Fraction)):
        return float(value)
    return value
