"""A deal, read from its folder: terms, ledger and market, or every fault of all the files.

::

    valence_1998/
        terms.toml     what was agreed, with citations, and what is assumed
        ledger.csv     what happened
        bids.csv       closing bids
        holidays.csv   weekdays on which the market is closed
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfuncs.deal.files import Faults, raise_faults
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
    from pathlib import Path

__all__ = ["Deal", "read_bids", "read_deal", "read_ledger", "read_market", "read_terms"]


@dataclass(frozen=True, slots=True)
class Deal:
    """Everything that is known of a deal; `folder` is where it was read."""

    terms: Terms
    market: Market
    ledger: Ledger
    folder: Path


def read_deal(folder: Path, arguments: Arguments | None = None) -> Deal:
    """A deal from its folder of text files.

    Args:
        folder: the folder, with terms.toml, ledger.csv, bids.csv and holidays.csv.
        arguments: the units of the functions' arguments by name, to hold the terms to.

    Returns:
        The deal.

    Raises:
        DealError: with every fault of all the files.
    """
    if not folder.is_dir():
        raise DealError([Fault(folder.name, 0, "there is no such folder")])
    of_terms, of_ledger = Faults(folder / TERMS_FILE), Faults(folder / LEDGER_FILE)
    of_bids, of_holidays = Faults(folder / BIDS_FILE), Faults(folder / HOLIDAYS_FILE)
    terms = terms_from(folder / TERMS_FILE, of_terms, arguments)
    ledger = ledger_from(folder / LEDGER_FILE, of_ledger)
    market = market_from(folder, of_bids, of_holidays)
    raise_faults(of_terms, of_ledger, of_bids, of_holidays)
    return Deal(terms, market, ledger, folder)
