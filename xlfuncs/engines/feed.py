"""A workbook's copy for the embedded engine: what it would misread is put right or refused.

The copy holds cells and names, nothing else; the user's file is never touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.engines.base import Fault, failure
from xlfuncs.engines.checks import Setting
from xlfuncs.engines.coercion import reads_as_number
from xlfuncs.engines.fed_copy import written
from xlfuncs.engines.fed_names import fed_names
from xlfuncs.engines.fed_pattern import pattern_of
from xlfuncs.engines.fed_ranges import SHEET, HeldRanges, held_ranges
from xlfuncs.engines.fed_sheet import FedSheet, Feeder
from xlfuncs.engines.formula_text import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.ooxml.forms import Reading
    from xlfuncs.ooxml.package import Package


class Fed(NamedTuple):
    """What the engine is given, and what is known of the book besides."""

    data: bytes
    sheets: Mapping[str, FedSheet]
    held: HeldRanges
    texts: bool


def feed(package: Package, functions: Iterable[str], *, clock: bool, texts: bool = False) -> Fed:
    """The copy that the embedded engine calculates.

    Args:
        package: the workbook.
        functions: the worksheet functions registered, in capitals.
        clock: whether TODAY and NOW are pinned.
        texts: whether its cells may come to hold texts that read as numbers; if there are such
            texts in the file, they may anyway.

    Raises:
        BookError: its sheets cannot be read.
        EngineError: it holds what the engine would not calculate rightly; all of it is named.
    """
    names = fed_names(package)
    tabs = [tab.name for tab in package.sheets if tab.kind == "worksheet"]
    readings = {tab: package.reading(tab) for tab in tabs}
    held = held_ranges(names, readings)
    texts = texts or any(map(_holds_number_texts, readings.values()))
    setting = Setting(frozenset({*functions, BLANK}), names.ranges, clock, held.names, texts)
    faults: list[Fault] = []
    if not package.full_precision:
        faults.append(
            Fault("the book", "it calculates with numbers as shown ('precision as shown')")
        )
    sheets: dict[str, FedSheet] = {}
    insides: dict[str, bytes] = {}
    for number, (tab, reading) in enumerate(readings.items()):
        seen, dynamic = names.seen_by(tab), package.rich.dynamic
        place = tab, number
        if reading is None or not reading.plain_numbers:
            grid = package.grid(tab)
            feeder = Feeder(place, seen, setting, dynamic, package.reader(grid.part).value)
            insides[tab] = feeder.inside((row.number, row.cells) for row in grid.rows()).encode()
            sheets[tab] = feeder.sheet
            faults += feeder.faults
        else:
            pattern = pattern_of(reading.form, place, seen.fixed(), setting, dynamic)
            sheets[tab], insides[tab] = pattern.filled(reading, faults)
    if faults:
        raise failure(package.name, faults)
    if held.ranges:
        insides[SHEET] = held.inside().encode()
    return Fed(written(insides, names.cells), sheets, held, texts)


def _holds_number_texts(reading: Reading | None) -> bool:
    """Whether a sheet shows texts that read as numbers; of one read row by row it is assumed."""
    return reading is None or any(
        type(value) is str and reads_as_number(value) for value in reading.values
    )
