"""What became of one book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Output = dt.date | bool | float | str | None

REFRESHED: Final = "refreshed"
UP_TO_DATE: Final = "up to date"
TROUBLE: Final = "trouble"
FAILED: Final = "failed"
STATUSES: Final = (REFRESHED, UP_TO_DATE, TROUBLE, FAILED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one book.

    Attributes:
        book: the file.
        outputs: the named figures, dates as dates.
        written: the file with the new values; None if none was written.
        troubles: figures that could not be computed, each with its cell and the reason.
        failure: why the book could not be refreshed at all; its file is then untouched.
        bids: the label of the book's bids, which goes wherever figures made from them go.
        changed: how many formula cells show another value than before.
        up_to_date: whether an earlier run had done it all, so that nothing was calculated.
        before: the fingerprint of the file that was read.
        after: the fingerprint of the file with the new values.
        engine: what calculated, with its version.
    """

    book: Path
    outputs: Mapping[str, Output] = field(default_factory=dict)
    written: Path | None = None
    troubles: tuple[str, ...] = ()
    failure: str = ""
    changed: int = 0
    bids: str = ""
    up_to_date: bool = False
    before: str = ""
    after: str = ""
    engine: str = ""

    @property
    def good(self) -> bool:
        """Whether every figure was computed."""
        return not self.failure and not self.troubles

    @property
    def status(self) -> str:
        """One of the words above."""
        if self.failure:
            return FAILED
        if self.troubles:
            return TROUBLE
        return UP_TO_DATE if self.up_to_date else REFRESHED


class Known(NamedTuple):
    """A book as an earlier run has logged it: from what, by whom, into what.

    Args:
        before: the fingerprint of the file that was read.
        after: the fingerprint of the file that was written.
        inputs: the fingerprint of what was asked.
        engine: what calculated, with its version.
        version: the version of xlfuncs.
        outputs: the named figures.
        bids: the label of the book's bids.
    """

    before: str
    after: str
    inputs: str
    engine: str
    version: str
    outputs: Mapping[str, Output]
    bids: str
