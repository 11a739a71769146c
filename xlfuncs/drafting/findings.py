"""What a proofreader finds: faults, and notes on what is possible and seldom meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfuncs.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.terms import Term, Terms


class Findings:
    """The faults and the notes on one deal, in the order in which they are found."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults = list(faults)
        self.notes: list[Fault] = []

    def of_term(self, terms: Terms, term: Term, what: str, *, note: bool = False) -> None:
        """Something about a term, which begins the sentence."""
        self._add(Fault(terms.file, term.line, f"{term.name} {what}"), note=note)

    def of_event(self, event: Event, what: str, *, note: bool = False) -> None:
        """Something about an event of the ledger."""
        self._add(Fault(event.file, event.line, what), note=note)

    def of_file(self, file: str, what: str, *, note: bool = False) -> None:
        """Something about a whole file."""
        self._add(Fault(file, 0, what), note=note)

    def has_faults_of(self, file: str) -> bool:
        """Whether a file has a fault already: what follows from one is not told as another."""
        return any(fault.file == file for fault in self.faults)

    def sort(self, files: Iterable[str]) -> None:
        """Put all in the order of the files, and of the lines in each."""
        places = {name: place for place, name in enumerate(files)}
        for found in (self.faults, self.notes):
            found.sort(key=lambda one: (places.get(one.file, len(places)), one.line))

    def _add(self, fault: Fault, *, note: bool) -> None:
        (self.notes if note else self.faults).append(fault)
