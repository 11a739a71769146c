"""SUMIF and its like, as Excel takes the cells that match: an error among them is the result.

The engine leaves errors out. Whether there may be any is asked of the engine first, by counting,
since in most ranges of numbers there are numbers only; then MAXIFS, which finds an error that
matches, is asked besides.
"""

from __future__ import annotations

from typing import Final

from xlfuncs.engines.guard_names import MATCHED

# By the place of the cells that are taken; the range searched is taken if none is told.
_ONE_PAIR: Final = frozenset({"SUMIF", "AVERAGEIF"})
_PAIRS: Final = frozenset({"SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS"})
OF_MATCHED: Final = _ONE_PAIR | _PAIRS | {"COUNTIFS"}
_LAST: Final = 2


def matched(name: str, token: str, texts: list[str], tag: str) -> str:
    """A call that gives the errors among the cells that match.

    Args:
        name: the function.
        token: its name and bracket as they are written.
        texts: its arguments.
        tag: what stands before the arguments of a function that may refuse.
    """
    native = f"{token}{','.join(texts)})"
    if name == "COUNTIFS":
        return _alike(texts[0], texts[_LAST::2], native)
    if name in _PAIRS:
        cells, pairs = texts[0], ",".join(texts[1:])
        truths = "+".join(f"COUNTIFS({pairs},{cells},{truth})" for truth in ("TRUE", "FALSE"))
        slow = f"{MATCHED}({tag},{native},_xlfn.MAXIFS({cells},{pairs}),{truths})"
        numbers = f"IF(COUNT({cells})=COUNTA({cells}),{native},{slow})"
        return _alike(cells, texts[1::2], numbers)
    searched, criterion = texts[:_LAST]
    if len(texts) == _LAST or not texts[_LAST]:
        slow = f"{MATCHED}({tag},{native},_xlfn.MAXIFS({searched},{searched},{criterion}))"
        return f"IF(COUNT({searched})=COUNTA({searched}),{native},{slow})"
    # The cells taken are as many as the cells searched, whatever is written, and the engine must
    # know which they are: else it calculates before they are.
    cells, high, wide = texts[_LAST], f"ROWS({searched})", f"COLUMNS({searched})"
    as_many = f"OFFSET({cells},0,0,{high},{wide})"
    there = f"{token}{searched},{criterion},{as_many})"
    slow = f"{MATCHED}({tag},{there},_xlfn.MAXIFS({as_many},{searched},{criterion}))"
    numbers = f"COUNT({cells})=COUNTA({cells})"
    return f"IF(AND({numbers},{_same_shape(cells, searched)}),{native},{slow})"


def _alike(cells: str, others: list[str], call: str) -> str:
    """A call, or #VALUE! if its ranges are not of one shape; the engine takes some that are not."""
    same = ",".join(_same_shape(cells, other) for other in others)
    return f"IF(AND({same}),{call},#VALUE!)" if same else call


def _same_shape(one: str, other: str) -> str:
    return f"ROWS({one})=ROWS({other}),COLUMNS({one})=COLUMNS({other})"
