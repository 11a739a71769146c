"""What a refresh sets in a book and reads from it: names, made into cells.

Everything is checked against the book before anything is calculated: an unknown name, a
formula where an input is wanted, more bids than the book has rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from xlfuncs.batch.settings import AS_OF, as_cell
from xlfuncs.errors import BookError
from xlfuncs.ooxml.formulas import formula_cells
from xlfuncs.ooxml.names import NameKind, Place, read_name, resolve

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from xlfuncs.batch.settings import Setting
    from xlfuncs.deal.market import Bids
    from xlfuncs.ooxml.package import Package
    from xlfuncs.ooxml.values import CellValue


BIDS_NOTE: Final = "bids_note"
COPY: Final = ".refreshed"  # what the name of a copy beside its book ends with
_CLOCK: Final = re.compile(r"\b(?:TODAY|NOW)\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of every book.

    Attributes:
        sets: values for input cells, by defined name.
        as_of: the as-of date: the value of the name as_of, and what TODAY and NOW say.
        bids: closing bids that take the place of the book's.
        outputs: the names to report; none means every name of one formula cell.
        engine: the word an engine is chosen by.
        folder: where the refreshed copies go.
        in_place: whether the books themselves are replaced.
        dry_run: whether nothing is written.
        signed: whether digitally signed books are refreshed too, and their signatures void.
    """

    sets: Mapping[str, Setting] = field(default_factory=dict)
    as_of: dt.date | None = None
    bids: Bids | None = None
    outputs: tuple[str, ...] = ()
    engine: str = "auto"
    folder: Path | None = None
    in_place: bool = False
    dry_run: bool = False
    signed: bool = False

    def target(self, book: Path) -> Path | None:
        """Where the refreshed book goes; None if nowhere."""
        if self.dry_run:
            return None
        if self.in_place:
            return book
        if self.folder is not None:
            return self.folder / book.name
        return book.with_name(f"{book.stem}{COPY}{book.suffix}")

    @property
    def fingerprint(self) -> str:
        """What tells the inputs of one refresh from those of another."""
        names = sorted(self.sets.items(), key=lambda item: item[0].casefold())
        sets = [
            # 7 and 7.0 are one number in a cell, TRUE and 1 are not.
            (name.casefold(), value if isinstance(value, bool) else _plain(value))
            for name, value in names
        ]
        asked = (sets, self.as_of, self.bids, self.outputs)
        return sha256(repr(asked).encode()).hexdigest()


def _plain(value: Setting) -> Setting:
    return float(value) if isinstance(value, (int, float)) else value


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formula cells of a book: where they are, what they say, what they showed.

    `dates` are all cells, formulas or not, whose format shows a number as a date.
    """

    texts: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, CellValue]]
    arrays: Mapping[str, Mapping[str, str]]
    dates: Mapping[str, frozenset[str]]

    def has(self, sheet: str, ref: str) -> bool:
        """Whether a cell's value comes from a formula, its own or an array's."""
        return ref in self.texts.get(sheet, {})


def formulas_of(package: Package) -> Formulas:
    """Every formula cell of a book; the cells of an array share its formula."""
    sheets = [sheet.name for sheet in package.sheets if sheet.kind == "worksheet"]
    found = {sheet: formula_cells(package, sheet) for sheet in sheets}
    return Formulas(
        {sheet: each.texts for sheet, each in found.items()},
        {sheet: each.values for sheet, each in found.items()},
        {sheet: each.arrays for sheet, each in found.items()},
        {sheet: each.dates for sheet, each in found.items()},
    )


def inputs_of(
    package: Package, formulas: Formulas, request: Request
) -> dict[str, dict[str, CellValue]]:
    """The cells that a request sets in a book, by sheet and reference.

    Raises:
        BookError: a name is unknown, means no input, or has too little room.
    """
    cells: dict[str, dict[str, CellValue]] = {}
    for name, value in _settings(package, formulas, request).items():
        place = resolve(package, name)
        if place.area.size != 1:
            raise BookError(
                f"{package.name}: {name} is the range {place} and cannot be set to one value"
            )
        _put(package, formulas, cells, place, name, [as_cell(value, date1904=package.date1904)])
    if request.bids is not None:
        _put_bids(package, formulas, cells, request.bids)
    return cells


def _settings(package: Package, formulas: Formulas, request: Request) -> dict[str, Setting]:
    """What is set by name; the as-of date only where the book has a name for it."""
    sets = dict(request.sets)
    if request.as_of is None:
        return sets
    if AS_OF in {name.casefold() for name in package.defined_names}:
        return {AS_OF: request.as_of, **sets}
    texts = (text for cells in formulas.texts.values() for text in cells.values())
    if not any(_CLOCK.search(text) for text in texts):
        raise BookError(
            f"{package.name} has neither a name {AS_OF} nor a formula with TODAY or NOW"
        )
    return sets


def _put_bids(
    package: Package, formulas: Formulas, cells: dict[str, dict[str, CellValue]], bids: Bids
) -> None:
    """New bids in the place of all old ones, with the label that says what they are."""
    known = {name.casefold() for name in package.defined_names}
    columns: dict[str, tuple[Setting, ...]] = {
        "bid_dates": bids.dates,
        "closing_bids": bids.closing_bids,
    }
    if "volumes" in known:
        columns["volumes"] = bids.volumes
    for name, values in columns.items():
        place = resolve(package, name)
        room = place.area.size
        if len(values) > room:
            raise BookError(
                f"{package.name}: {bids.file} has {len(values)} bids and {name} has room for {room}"
            )
        filled = [as_cell(value, date1904=package.date1904) for value in values]
        _put(package, formulas, cells, place, name, [*filled, *[None] * (room - len(filled))])
    if BIDS_NOTE in known:
        note = bids.note or f"as in {bids.file}"
        place = resolve(package, BIDS_NOTE)
        _put(package, formulas, cells, place, BIDS_NOTE, [note[:1].upper() + note[1:]])


def _put(
    package: Package,
    formulas: Formulas,
    cells: dict[str, dict[str, CellValue]],
    place: Place,
    name: str,
    values: list[CellValue],
) -> None:
    sheet = cells.setdefault(place.sheet, {})
    for spot, value in zip(place.area.spots(), values, strict=True):
        ref = str(spot)
        if formulas.has(place.sheet, ref):
            raise BookError(
                f"{package.name}: {name} ({place.sheet}!{ref}) is a formula, not an input"
            )
        sheet[ref] = value


def outputs_of(package: Package, formulas: Formulas, wanted: tuple[str, ...]) -> dict[str, Place]:
    """The named cells to report, in the order asked for or of the book.

    Raises:
        BookError: a wanted name is unknown or means more than one cell.
    """
    if wanted:
        found = {name: resolve(package, name) for name in wanted}
        for name, place in found.items():
            if place.area.size != 1:
                raise BookError(f"{package.name}: {name} is the range {place}, not one cell")
        return found
    places = {}
    for name, text in package.defined_names.items():
        meaning = read_name(text)
        if isinstance(meaning, NameKind) or meaning.area.size != 1:
            continue
        place = resolve(package, name)
        if formulas.has(place.sheet, str(place.first)):
            places[name] = place
    return places
