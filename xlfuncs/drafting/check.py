"""A deal's text files proofread: every fault of each file, then the files against each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlfuncs.deal.ledger import LEDGER_FILE
from xlfuncs.deal.market import BIDS_FILE, HOLIDAYS_FILE
from xlfuncs.deal.reading import read_with_faults
from xlfuncs.deal.terms import TERMS_FILE
from xlfuncs.drafting.check_ledger import check_ledger
from xlfuncs.drafting.check_market import check_market
from xlfuncs.drafting.check_terms import check_terms
from xlfuncs.drafting.findings import Findings
from xlfuncs.drafting.subjects import SUBJECTS

if TYPE_CHECKING:
    from pathlib import Path

    from xlfuncs.deal.reading import Deal
    from xlfuncs.deal.terms_file import Arguments
    from xlfuncs.errors import Fault


@dataclass(frozen=True, slots=True)
class Checked:
    """A deal that has been checked.

    Attributes:
        deal: what could be read of it.
        faults: what is wrong, each with its file and line.
        notes: what is possible and seldom meant.
    """

    deal: Deal
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]

    def with_fault(self, fault: Fault) -> Checked:
        """The same with one more fault."""
        return replace(self, faults=(*self.faults, fault))

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that the deal has, as its book will show them."""
        return tuple(
            subject.title
            for subject in SUBJECTS
            if any(name in self.deal.terms for name in subject.brought_by)
        )


def check_deal(folder: Path, arguments: Arguments | None = None) -> Checked:
    """Read a deal and hold all its files against each other; nothing is raised for a fault.

    Args:
        folder: the folder of the deal.
        arguments: the units of the functions' arguments by name, to hold the terms to.
    """
    deal, faults = read_with_faults(folder, arguments)
    findings = Findings(faults)
    readable = not findings.has_faults_of(TERMS_FILE)
    if deal.terms:
        check_terms(deal.terms, findings)
        check_market(deal, findings)
        check_ledger(deal, findings, with_terms=readable)
    findings.sort((TERMS_FILE, LEDGER_FILE, BIDS_FILE, HOLIDAYS_FILE))
    return Checked(deal, tuple(findings.faults), tuple(findings.notes))
