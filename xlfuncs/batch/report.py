"""What a refresh reports: a table for a person, a file for a program."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.batch.outcome import STATUSES
from xlfuncs.books.beside import remove_leftovers
from xlfuncs.books.replace import real, replace_file
from xlfuncs.errors import BookError, CommandError, ErrorValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from xlfuncs.batch.outcome import Outcome

RESULTS: Final = (".csv", ".parquet", ".xlsx")
_SIDE_BY_SIDE: Final = 4  # books that fit beside one another, a figure a row
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML
_ERRORS: Final = frozenset(error.value for error in ErrorValue)
_WORDS: Final = ("book", "status", "bids", "message")  # columns that hold no figures
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a book: the file, what became of it, its figures, and a message if any."""
    import pandas as pd  # noqa: PLC0415  imported where it is used

    names = dict.fromkeys(name for outcome in outcomes for name in outcome.outputs)
    labelled = any(outcome.bids for outcome in outcomes)
    rows = [
        {
            "book": str(outcome.book),
            "status": outcome.status,
            **({"bids": outcome.bids} if labelled else {}),
            **{name: outcome.outputs.get(name) for name in names},
            "message": outcome.failure or "; ".join(outcome.troubles),
        }
        for outcome in outcomes
    ]
    heads = ["book", "status", *(["bids"] if labelled else []), *names, "message"]
    return pd.DataFrame(rows, columns=heads, dtype=object)


def failures(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """A row for each failure, and for each figure that could not be computed."""
    import pandas as pd  # noqa: PLC0415

    rows = [
        (str(outcome.book), outcome.status, message)
        for outcome in outcomes
        for message in ([outcome.failure] if outcome.failure else outcome.troubles)
    ]
    return pd.DataFrame(rows, columns=["book", "status", "message"], dtype=object)


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many books there were, and what became of them.

    >>> summary([])
    '0 books'
    """
    counts = Counter(outcome.status for outcome in outcomes)
    parts = [f"{counts[word]} {word}" for word in STATUSES if counts[word]]
    return ": ".join(filter(None, (f"{len(outcomes)} books", ", ".join(parts))))


def text(outcomes: Sequence[Outcome]) -> str:
    """The table of results as a person reads it."""
    import pandas as pd  # noqa: PLC0415

    table = frame(outcomes).map(_encodable).map(shown)
    names = [_encodable(outcome.book.name) for outcome in outcomes]
    if len(set(names)) == len(names):
        table.loc[:, "book"] = names
    if len(outcomes) <= _SIDE_BY_SIDE:
        turned = table.drop(columns="message").T
        turned.columns = pd.Index([""] * len(outcomes))
        return str(turned.to_string(header=False))
    return str(table.to_string(index=False, max_colwidth=60))


def shown(value: Any) -> str:  # noqa: ANN401  whatever a cell can hold
    """A figure with as many digits as a person reads.

    >>> shown(1474182.0), shown(42.24657534246575), shown(dt.date(1999, 9, 1)), shown(None)
    ('1,474,182', '42.246575', '1999-09-01', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        digits = f"{value:,.6f}".rstrip("0").rstrip(".")
        return digits if digits not in {"0", "-0"} or value == 0 else f"{value:.6g}"
    return str(value)


def check_results_path(path: Path, others: Iterable[Path | None]) -> None:
    """Refuse a results file before any work is done.

    Args:
        path: the results file.
        others: files that it must not replace: books, their copies, bids.

    Raises:
        CommandError: its ending is none of those that can be written, its folder is not there,
            or it is one of the other files.
    """
    if path.suffix.lower() not in RESULTS:
        raise CommandError(
            f"--results wants a file ending in {', '.join(RESULTS)}, not {path.name}"
        )
    check_own_file("--results", path, others)


def check_own_file(option: str, path: Path, others: Iterable[Path | None]) -> None:
    """Refuse a file to be written whose folder is not there, or that is one of the others.

    Raises:
        CommandError: the sentence names the option.
    """
    if not path.parent.is_dir():
        raise CommandError(f"{option}: there is no folder {path.parent}")
    if real(path) in {real(other) for other in others if other is not None}:
        raise CommandError(f"{option} would replace {path}, which this refresh reads or writes")


def write_results(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the table of results to a CSV, Parquet or Excel file, replaced as a whole.

    An Excel file has a second sheet, with a row for each failure and each trouble.
    Text that a spreadsheet would take for a formula gets an apostrophe in front; a character
    that an Excel file cannot hold becomes U+FFFD in it.

    Raises:
        BookError: the file cannot be written, or what writes its kind is not installed.
    """
    import io  # noqa: PLC0415

    import pandas as pd  # noqa: PLC0415

    table = frame(outcomes).map(_encodable)
    stream = io.BytesIO()
    kind = path.suffix.lower()
    try:
        if kind == ".csv":
            table.map(_harmless).to_csv(stream, index=False)
        elif kind == ".xlsx":
            with pd.ExcelWriter(stream, engine="openpyxl") as writer:
                for name, rows in (("Results", table), ("Failures", failures(outcomes))):
                    harmless = rows.map(_encodable).map(_harmless).map(_legal)
                    harmless.to_excel(writer, index=False, sheet_name=name)
        else:
            _uniform(table).to_parquet(stream, index=False)
    except ImportError:
        raise BookError(
            f"{path.name} cannot be written: Parquet needs pyarrow; pip install xlfuncs[parquet]"
        ) from None
    remove_leftovers([path.parent])
    replace_file(path, stream.getvalue())


def _harmless(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _encodable(value: Any) -> Any:  # noqa: ANN401
    """What is not UTF-8 in a file name, escaped."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _legal(value: Any) -> Any:  # noqa: ANN401
    return _ILLEGAL.sub("\ufffd", value) if isinstance(value, str) else value


def _uniform(table: pd.DataFrame) -> pd.DataFrame:
    """Each column of one kind, as Parquet wants it: numbers with errors left out, or else text."""
    import pandas as pd  # noqa: PLC0415

    columns = {}
    for name in table.columns:
        values = list(table[name])
        kept = values if name in _WORDS else [None if v in _ERRORS else v for v in values]
        kinds = {type(value) for value in kept if value is not None}
        if len(kinds) > 1:
            kept = [None if value is None else shown(value) for value in kept]
        columns[name] = pd.Series(kept, dtype="float64" if kinds == {float} else None)
    return pd.DataFrame(columns)


def as_data(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """The outcomes as JSON holds them."""
    return [
        {
            "book": str(outcome.book),
            "status": outcome.status,
            "written": None if outcome.written is None else str(outcome.written),
            "changed_cells": outcome.changed,
            "bids": outcome.bids or None,
            "outputs": {
                name: value.isoformat() if isinstance(value, dt.date) else value
                for name, value in outcome.outputs.items()
            },
            "troubles": list(outcome.troubles),
            "failure": outcome.failure or None,
        }
        for outcome in outcomes
    ]
