"""Ledgers: what they hold, and every fault with its exact sentence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from xlfuncs.deal.ledger import COLUMNS, KINDS, Event, read_ledger
from xlfuncs.errors import DealError

if TYPE_CHECKING:
    from pathlib import Path

KINDS_IN_WORDS = ", ".join(KINDS)

FAULTS = {
    "columns that are missing or unknown": (
        "date,kind\n",
        (
            (
                "ledger.csv:1: the header must name the columns date, kind, source; "
                "found 'date', 'kind'"
            ),
        ),
    ),
    "a column mistyped": (
        "date,kind,source,consideraton\n",
        ("ledger.csv:1: column 'consideraton' is not one of " + ", ".join(COLUMNS),),
    ),
    "rows without what their kind needs": (
        (
            "date,kind,source,shares,consideration\n"
            "1999-08-02,issue,Form 10-Q,,100\n"
            "1999-08-03,party,Form 10-Q,1,1\n"
            ",,,,\n"
            "1999-08-04,,,1,1\n"
        ),
        (
            "ledger.csv:2: shares is blank, and issue (common stock issued) needs it",
            f"ledger.csv:3: kind must be one of {KINDS_IN_WORDS}, not 'party'",
            f"ledger.csv:5: kind must be one of {KINDS_IN_WORDS}, not blank",
            "ledger.csv:5: source is blank: a fact needs a document that tells it",
        ),
    ),
    "numbers and dates": (
        (
            "date,kind,source,shares,consideration,new_shares,old_shares\n"
            "8/2/99,issue,Form 10-Q,-1,free,,\n"
            "1999-08-03,split,Form 10-Q,,,2.5,0\n"
        ),
        (
            "ledger.csv:2: date must be written like 1999-02-10, not '8/2/99'",
            "ledger.csv:2: shares must be from 0 to 1e+15, not -1",
            "ledger.csv:2: consideration must be a number like 5.625, not 'free'",
            "ledger.csv:3: new_shares must be a whole number, not 2.5",
            "ledger.csv:3: old_shares must be from 1 to 100,000, not 0",
        ),
    ),
    "order and references": (
        (
            "id,date,kind,source,refers_to,shares,consideration\n"
            "1,1999-08-03,option,Form 10-Q,,10,1\n"
            "1,1999-08-03,option,Form 10-Q,,10,1\n"
            "2,1999-08-02,expiry,Form 10-Q,3,,\n"
            "3,1999-08-04,expiry,Form 10-Q,3,,\n"
        ),
        (
            "ledger.csv:3: id '1' stands twice, here and in line 2",
            "ledger.csv:4: refers_to names '3', and no row above has that id",
            "ledger.csv:4: dates must not fall from row to row: 1999-08-02 follows 1999-08-03",
            "ledger.csv:5: refers_to names '3', and no row above has that id",
        ),
    ),
}


@pytest.mark.parametrize(("content", "faults"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_is_listed_with_its_line(
    content: str, faults: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(content)
    with pytest.raises(DealError) as raised:
        read_ledger(path)
    assert tuple(map(str, raised.value.faults)) == faults


def test_an_event_keeps_its_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "kind,date,source,shares,consideration\n"
        '\nIssue,1999-08-02,"Form 10-Q, note 5",1000000,4000000\n'
        "approval,1999-08-02,Form 10-Q,,\n"
    )
    ledger = read_ledger(path)
    assert ledger.events[0] == Event(
        date=dt.date(1999, 8, 2),
        kind="issue",
        source="Form 10-Q, note 5",
        shares=1_000_000,
        consideration=4_000_000,
        file="mine.csv",
        line=3,
    )
    assert ledger.of_kind("approval", "split") == (ledger.events[1],)
    assert len(ledger) == 2


def test_a_ledger_may_be_without_events(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text("date,kind,source\n")
    assert len(read_ledger(path)) == 0


def test_a_kind_needs_only_columns_that_there_are() -> None:
    for kind, (meaning, needs) in KINDS.items():
        assert kind == kind.lower()
        assert meaning
        assert set(needs) <= set(COLUMNS), kind


def test_the_columns_are_those_of_an_event() -> None:
    assert {*COLUMNS, "file", "line"} == set(Event.__dataclass_fields__)
