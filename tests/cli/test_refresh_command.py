"""What a person sees of a refresh: the help, the bar, the last line."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.small_books import small_book
from xlfuncs.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    """A terminal that keeps what it was shown."""

    def isatty(self) -> bool:
        return True


def test_the_help_tells_all_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["refresh", "--help"])
    shown = capsys.readouterr().out
    codes = shown[shown.index("Exit codes:") :]
    assert [line.split()[0] for line in codes.splitlines()[1:] if line[2:3].isdigit()] == [
        "0", "1", "2", "130", "143",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_a_bar_at_a_terminal(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one book there is nothing to wait for."""
    books = [tmp_path / f"book{at}.xlsx" for at in range(number)]
    for book in books[1:]:
        book.write_bytes(small_book())
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["refresh", *map(str, books), "--dry-run"]) == 1
    shown = terminal.getvalue()
    assert ("0/3" in shown) == (number > 1)  # later steps are drawn if there is time between them
    assert "book0.xlsx cannot be read" in shown
    assert ("xlfuncs: 3 books: 2 refreshed, 1 failed" in shown) == (number > 1)
