"""Sheets of one form as the embedded engine wants them, with gaps where their inputs go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlfuncs.engines.base import Fault
from xlfuncs.engines.fed_copy import value_cell
from xlfuncs.engines.fed_sheet import FedSheet, Feeder, loadable
from xlfuncs.engines.formula_text import Names
from xlfuncs.errors import ErrorValue

if TYPE_CHECKING:
    from xlfuncs.engines.checks import Setting
    from xlfuncs.engines.formula_text import Fixed
    from xlfuncs.ooxml.forms import Form, Reading
    from xlfuncs.ooxml.model import Cell

_GAP: Final = "\0"  # no XML holds it


class _Marking(Feeder):
    """Writes a sheet with a mark in the place of every input."""

    form: Form

    def input_cell(self, cell: Cell) -> str:
        return f"{_GAP}{self.form.position[cell.ref]}{_GAP}"


class Pattern:
    """The sheets of one form, all but their values.

    Args:
        feeder: what has not written yet.
        form: the form.
    """

    def __init__(self, feeder: _Marking, form: Form) -> None:
        rows: dict[int, list[Cell]] = {}
        for cell in form.cells:
            rows.setdefault(cell.row, []).append(cell)
        pieces = feeder.inside(rows.items()).split(_GAP)
        self._sheet = feeder.sheet
        self._faults = feeder.faults
        slots = dict(zip(*form.numbers, strict=True))
        # Every other piece is a gap. A number's has its tags around it, so that what stands in
        # the file is copied as it stands.
        self._numbers: list[tuple[int, int]] = []
        self._others: list[tuple[int, int]] = []
        for gap in range(1, len(pieces), 2):
            at = int(pieces[gap])
            if at in slots:
                self._numbers.append((gap, slots[at]))
                pieces[gap - 1] += f'<c r="{form.refs[at]}"><v>'
                pieces[gap + 1] = f"</v></c>{pieces[gap + 1]}"
            else:
                self._others.append((gap, at))
        self._pieces = [piece.encode() for piece in pieces]
        self._may_show_errors = [
            at
            for at, cell in enumerate(form.cells)
            if cell.formula is not None and cell.attributes.type == "e"
        ]

    def filled(self, reading: Reading, faults: list[Fault]) -> tuple[FedSheet, bytes]:
        """The sheet with a book's inputs in it.

        Args:
            reading: the sheet; its numbers are plain.
            faults: takes what is wrong with the sheet.
        """
        refs, cells = reading.form.refs, reading.form.cells
        values, raws, tab = reading.values, reading.raws, self._sheet.name
        faults += self._faults
        pieces = self._pieces.copy()
        for gap, slot in self._numbers:
            pieces[gap] = raws[slot]
        for gap, at in self._others:
            value, fault = values[at], ""
            if isinstance(value, ErrorValue):
                raw = raws[reading.form.slot_of[at]].decode()
                value, fault = loadable(cells[at]._replace(raw=raw), value)
            if fault:
                faults.append(Fault(f"{tab}!{refs[at]}", fault))
            pieces[gap] = value_cell(refs[at], value).encode()
        errors = {
            refs[at]: value
            for at in self._may_show_errors
            if isinstance(value := values[at], ErrorValue)
        }
        return replace(self._sheet, errors=errors), b"".join(pieces)


def pattern_of(
    form: Form, place: tuple[str, int], names: Fixed, setting: Setting, dynamic: frozenset[int]
) -> Pattern:
    """The pattern of a sheet of this form; books of a kind have the same ones.

    Args:
        form: the form of the sheet.
        place: its tab, and its number among the sheets.
        names: the names it sees.
        setting: what else its formulas are judged by.
        dynamic: the records that mark dynamic arrays.
    """
    key = Pattern, place, names, setting, dynamic
    return form.kept(key, lambda: _made(form, place, names, setting, dynamic))


def _made(
    form: Form, place: tuple[str, int], names: Fixed, setting: Setting, dynamic: frozenset[int]
) -> Pattern:
    put_in, refused = names
    feeder = _Marking(
        place, Names(dict(put_in), dict(refused)), setting, dynamic, lambda _cell: None
    )
    feeder.form = form
    return Pattern(feeder, form)
