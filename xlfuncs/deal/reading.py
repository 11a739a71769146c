"""A deal, read from its folder: terms, ledger and market, or every fault of all the files.

::

    valence_1998/
        terms.toml     what was agreed, with citations, and what is assumed
        ledger.csv     what happened
        bids.csv       closing bids
        holidays.csv   weekdays on which the market is closed

Terms that no clause of the market belongs to, such as those of an offer letter, stand alone:
the other three files may then be missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlfuncs.deal.files import Faults, faults_of
from xlfuncs.deal.ledger import LEDGER_FILE, Ledger, ledger_from, read_ledger
from xlfuncs.deal.market import (
    BIDS_FILE,
    HOLIDAYS_FILE,
    Market,
    market_from,
    read_bids,
    read_market,
)
from xlfuncs.deal.terms import TERMS_FILE, Terms
from xlfuncs.deal.terms_file import Arguments, read_terms, terms_from
from xlfuncs.errors import DealError, Fault

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

__all__ = [
    "Deal",
    "needs_market",
    "read_bids",
    "read_deal",
    "read_ledger",
    "read_market",
    "read_terms",
    "read_with_faults",
]

# A conversion price, a market price, a volatility and a limit by volume are taken from quotations,
# and preferred stock and warrants have a history: a deal with one of these terms has all the files.
MARKET_TERMS: Final = (
    "lookback_days",
    "preferred_shares",
    "warrant_shares",
    "volatility_days",
    "volume_days",
)


@dataclass(frozen=True, slots=True)
class Deal:
    """Everything that is known of a deal; `folder` is where it was read."""

    terms: Terms
    market: Market
    ledger: Ledger
    folder: Path


def needs_market(terms: Container[str]) -> bool:
    """Whether terms of these names mean nothing without bids, trading days and events.

    >>> needs_market({"preferred_shares", "lookback_days"}), needs_market({"grant", "strike"})
    (True, False)
    """
    return any(name in terms for name in MARKET_TERMS)


def read_deal(folder: Path, arguments: Arguments | None = None) -> Deal:
    """A deal from its folder of text files.

    Args:
        folder: the folder, with terms.toml and, if the terms need a market, ledger.csv,
            bids.csv and holidays.csv; a file that is there is read in any case.
        arguments: the units of the functions' arguments by name, to hold the terms to.

    Returns:
        The deal.

    Raises:
        DealError: with every fault of all the files.
    """
    deal, faults = read_with_faults(folder, arguments)
    if faults:
        raise DealError(faults)
    return deal


def read_with_faults(
    folder: Path, arguments: Arguments | None = None
) -> tuple[Deal, tuple[Fault, ...]]:
    """What can be read of a deal, and every fault of all its files, each file from its top down.

    Args:
        folder: the folder, as for `read_deal`.
        arguments: the units of the functions' arguments by name, to hold the terms to.
    """
    if not folder.is_dir():
        nothing = Deal(Terms({}), Market(), Ledger(), folder)
        return nothing, (Fault(folder.name, 0, "there is no such folder"),)
    of_terms, of_ledger = Faults(folder / TERMS_FILE), Faults(folder / LEDGER_FILE)
    of_bids, of_holidays = Faults(folder / BIDS_FILE), Faults(folder / HOLIDAYS_FILE)
    terms = terms_from(folder / TERMS_FILE, of_terms, arguments)
    ledger = ledger_from(folder / LEDGER_FILE, of_ledger)
    market = market_from(folder, of_bids, of_holidays)
    files = [of_terms, of_ledger, of_bids, of_holidays]
    # Without any term nothing is known of the deal: then the missing files are told as well.
    names = {*terms, *terms.unread}
    if names and not needs_market(names):
        files = [file for file in files if file is of_terms or (folder / file.file).exists()]
    return Deal(terms, market, ledger, folder), faults_of(*files)
