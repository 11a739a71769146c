"""A formula's parts that the embedded engine calculates wrongly, led to functions that do not.

Where a number or a text is wanted and something else may stand, it is made one as Excel does it.
A cell is asked first what it holds, by the engine itself, since most hold what is wanted; and no
cell is asked for a text in a book that has none that reads as a number.

In an ordinary formula the engine lets a whole range spill over the cells beside it, or calculates
with its first cell, when INDEX and the like turn out to give one; Excel would take the cell of it
that stands in line. Every such call is wrapped, where one value is meant, in a function that
refuses a range.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlfuncs.engines.formula_text import Unusable
from xlfuncs.engines.guard_writer import A_CELL, ANY, CELL, HERE, ONE_VALUE, SUMS, Writer

if TYPE_CHECKING:
    from xlfuncs.engines.checks import Setting

_TO_GUARD = re.compile(r"[-+*/^%&<>=(]")
_QUOTED = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
_STRING = re.compile(r'("(?:[^"]|"")*")')


def guarded(formula: str, setting: Setting, sheet: int, *, array: bool) -> str:
    """The formula with its doubtful calls replaced.

    Args:
        formula: its text, without the equals sign; `complaints` must have found nothing in it.
        setting: what formulas are judged by.
        sheet: the number by which the refusals know its sheet.
        array: whether it is an array formula.

    Raises:
        Unusable: its references cannot be followed.
    """
    if not _TO_GUARD.search(formula):
        return formula
    cells: list[str] = []
    parts = _STRING.split(formula)
    for at in range(0, len(parts), 2):
        cells += CELL.findall(parts[at])
        parts[at] = CELL.sub("A1", parts[at])
    # Formulas filled down a column differ in their cells only, and are taken apart once.
    pieces = _pieces("".join(parts), setting.functions, array, setting.texts)
    if pieces is None:
        return formula
    text = "".join(piece if place is None else cells[place] for piece, place in pieces)
    return text.replace(HERE, str(sheet))


@lru_cache(maxsize=4096)
def _pieces(
    formula: str,
    functions: frozenset[str],
    array: bool,  # noqa: FBT001  a key of the cache
    texts: bool,  # noqa: FBT001  likewise
) -> tuple[tuple[str, int | None], ...] | None:
    """The new formula as text and numbered cells; None if nothing is to be changed."""
    import formualizer  # noqa: PLC0415  loaded where it is used

    tree = formualizer.parse(f"={formula}")
    writer = Writer(functions, last=_is_last(tree, f"={formula}"), texts=texts)
    text = writer.write(tree, ANY if array else ONE_VALUE, array).inside
    if not writer.changed:
        return None
    if writer.cells != sum(len(CELL.findall(part)) for part in _STRING.split(formula)[::2]):
        raise Unusable("its references cannot be told apart")
    pieces: list[tuple[str, int | None]] = []
    for at, part in enumerate(re.split(f"{A_CELL}([0-9]+){A_CELL}", text)):
        pieces.append((part, None) if at % 2 == 0 else ("", int(part)))
    return tuple(pieces)


def _is_last(tree: Any, formula: str) -> bool:  # noqa: ANN401  the engine's tree
    """Whether a formula ends with a sum or a difference, and with no bracket around it."""
    if tree.node_type() != "BinaryOp" or tree.get_operator() not in SUMS:
        return False
    start = tree.get_source_token().start  # in bytes
    plain = _QUOTED.sub(lambda found: "x" * len(found[0].encode()), formula)
    before = plain.encode()[:start]
    return before.count(b"(") == before.count(b")")
