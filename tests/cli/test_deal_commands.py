"""The commands new and check: what they write, what they print, and their exit codes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from xlfuncs.cli.main import main

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


def test_new_makes_a_deal_that_check_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "deals/mine", "--kind", "floating", "--no-warrants"]) == 0
    shown = capsys.readouterr()
    names = ["README.md", "terms.toml", "ledger.csv", "bids.csv", "holidays.csv"]
    assert shown.out.splitlines() == [str(Path("deals/mine") / name) for name in names]
    assert shown.err == (
        "xlfuncs: fill in terms.toml; xlfuncs check deals/mine says what is missing\n"
    )
    assert main(["check", "deals/mine"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "deals/mine/terms.toml:15: deal name is to be filled in" in lines
    assert lines[-1] == "deals/mine/bids.csv: there are no bids under the header"
    assert not any("warrant" in line for line in lines)
    assert main(["new", "deals/letter", "--kind", "letter", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["new", "full"], "full is not empty: a new deal needs a folder of its own"),
        (["new", "full/file"], "full/file is no folder: a new deal needs a folder of its own"),
        (["new", "x", "--years", "24"], "--years must be years like 2024-2029, not '24'"),
        (["new", "x", "--years", "2024"], "--years needs the package exchange_calendars"),
        (["new", "x", "--kind", "letter", "--years", "2024"], "an offer letter has none"),
        (["new", "x", "--kind", "swap"], "invalid choice: 'swap'"),
        (["check"], "the following arguments are required: DEAL"),
        (["check", "full", "nowhere"], "nowhere is no folder: a deal is a folder of text files"),
    ],
)
def test_what_is_wrong_with_the_command_is_said_in_one_line(
    words: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert says in shown.err
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_check_sums_up_what_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(WORKBOOKS / "bogues_2004"), str(WORKBOOKS / "valence_1998")]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "bogues_2004: no faults\n" in shown.out
    assert "valence_1998: no faults, 6 to note\n" in shown.out
    assert ": note: expiry_date 2003-07-27 is a Sunday: does the document move it?" in shown.out
    assert "bids      778, 1998-07-01 to 2001-07-31\n" in shown.out
    assert "label     illustrative: not a quotation\n" in shown.out


def test_check_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    deal = tmp_path / "floating_2025"
    shutil.copytree(WORKBOOKS / "floating_2025", deal)
    terms = deal / "terms.toml"
    terms.write_text(terms.read_text("utf-8").replace("value = 0.85", "value = 85"), "utf-8")
    assert main(["check", str(deal), str(WORKBOOKS / "bogues_2004"), "--json"]) == 1
    spoiled, good = json.loads(capsys.readouterr().out)
    assert spoiled["deal"] == str(deal)
    assert spoiled["faults"] == [
        {"file": "terms.toml", "line": 82, "what": "price_multiple 85 is 8,500%: is 0.85 meant?"}
    ]
    assert [note["file"] for note in spoiled["notes"]] == ["ledger.csv", "ledger.csv"]
    assert (spoiled["events"], spoiled["bids"], spoiled["holidays"]) == (3, 436, 50)
    assert (spoiled["first_bid"], spoiled["last_bid"]) == ("2024-11-01", "2026-07-31")
    assert (good["faults"], good["notes"], good["first_bid"]) == ([], [], None)


def test_what_keeps_a_book_from_being_built_is_a_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A vesting schedule has a native twin of the name of its figure, and a term takes it."""
    deal = tmp_path / "deal"
    shutil.copytree(WORKBOOKS / "bogues_2004", deal, ignore=shutil.ignore_patterns("*.xlsx"))
    with (deal / "terms.toml").open("a") as file:
        file.write('\n[options_vested]\nvalue = 1\nunit = "shares"\n')
        file.write('assumption = true\nreason = "A name that is taken."\n')
    assert main(["check", str(deal)]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith(f"{deal / 'terms.toml'}: the book cannot be built: ")
    assert "options_vested" in shown
    assert shown.count("\n") == 1
