"""Rows without an answer: collected while all rows are tried, told together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from xlfuncs.errors import XlfuncsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.card import Card
    from xlfuncs.errors import FunctionError

_TOLD: Final = 3
_COLUMNS: Final = ("position", "argument", "code", "sentence", "clause")


class RowFault(NamedTuple):
    """Why one row has no answer."""

    position: int
    argument: str
    code: str
    sentence: str
    clause: str


class RowsError(XlfuncsError):
    """Rows of a frame have no answer; `faults` has all of them, `values` what the others gave."""

    def __init__(self, sentence: str, values: Any, faults: pd.DataFrame) -> None:  # noqa: ANN401  a Series or a frame
        super().__init__(sentence)
        self.values = values
        self.faults = faults


class RowsWarning(UserWarning):
    """Rows of a frame have no answer and are blank in the result."""


def row_fault(position: int, error: FunctionError, made: Card) -> RowFault:
    """A row's error, with the argument that it is about where it names one."""
    first = error.sentence.partition(" ")[0]
    named = first if any(argument.name == first for argument in made.arguments) else ""
    return RowFault(position, named, error.code.value, error.sentence, error.clause)


def fault_table(faults: Sequence[RowFault], index: pd.Index[Any]) -> pd.DataFrame:
    """The faults, one a row, under the index of their rows.

    The index need not tell rows apart; `position` does, counted from 0 as `iloc` counts.
    """
    ordered = sorted(faults)
    table = pd.DataFrame(ordered, columns=list(_COLUMNS))
    table.index = index.take([fault.position for fault in ordered])
    return table.astype({name: "int64" if name == "position" else "string" for name in _COLUMNS})


def summary(name: str, rows: int, faults: pd.DataFrame) -> str:
    """One sentence on all faults: how many, and the first of them in full."""
    told = "; ".join(
        f"{label!r}: {sentence}"
        for label, sentence in zip(
            faults.index[:_TOLD].tolist(), faults["sentence"].iloc[:_TOLD], strict=True
        )
    )
    more = f"; and {len(faults) - _TOLD:,} more" if len(faults) > _TOLD else ""
    count = f"{rows:,} row{'' if rows == 1 else 's'} {'has' if len(faults) == 1 else 'have'}"
    return (
        f"{name}: {len(faults):,} of {count} no answer: {told}{more} "
        f'(xlfuncs.frames.apply(df, "{name}", …).faults lists them)'
    )
