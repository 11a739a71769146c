"""Ranges of several columns on the command line: a file whose first line names the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "kind,date,shares,consideration,market price,shares outstanding before\n"


def test_rows_come_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        f"# issues of 1999\n{HEADER}issue,1999-08-02,1000000,4000000,5,25400000\n"
        "issue,1999-09-01,1500000,5250000,4.75,26400000\n"
    )
    assert main(["call", "anti-dilution-ledger", "6.7838", "447761", f"@{file}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[5] for line in lines] == ["6.7838", "6.64"]
    assert main(["explain", "anti-dilution-ledger", "6.7838", "447761", f"@{file}"]) == 0
    assert "2 rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HEADER + "issue,2 Aug 1999,1,1,1,1\n", "date must be a date like 1999-02-10"),
        ("date,knid\n1999-08-02,issue\n", "has a column 'knid': known are date, kind,"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    content: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.csv"
    file.write_text(content)
    assert main(["call", "anti-dilution-ledger", "6.7838", "447761", f"@{file}"]) == 2
    assert says in capsys.readouterr().err
    assert main(["call", "anti-dilution-ledger", "6.7838", "447761", "1,2"]) == 2
    assert "events must be a file, as @events.csv, not '1,2'" in capsys.readouterr().err
    assert main(["call", "anti-dilution-ledger", "6.7838", "447761", "@none.csv"]) == 2
    assert "events: cannot read" in capsys.readouterr().err
