"""The command line: data on standard output, messages on standard error, three exit codes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from xlfuncs.about import CARDS
from xlfuncs.cli.main import main

VALENCE = Path(__file__).parents[2] / "workbooks" / "valence_1998"
BIDS = VALENCE / "bids.csv"


def _run(*words: str) -> int:
    return main(list(words))


def test_call_takes_values_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("call", "accreted-premium", "1999-02-10", "1998-12-18", "1000", "6%") == 0
    assert capsys.readouterr().out == "8.876712328767123\n"


def test_call_takes_values_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--preferred-shares=365", "--face-amount", "1000", "--premium", "36.16438356164384"]
    assert _run("call", "XLF_CONVERSION_SHARES", *words, "--conversion-price", "5", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"function": "conversion_shares", "result": 75640}


def test_call_reads_ranges_from_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    dates, bids = f"@{BIDS}:date", f"@{BIDS}:closing_bid"
    words = ["variable-conversion-price", "1999-09-01", dates, bids, "10", "6", "101%"]
    assert _run("call", *words) == 0
    assert float(capsys.readouterr().out) == 5.3025


def test_blanks_lists_and_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("call", "conversion-price", "1999-01-04", "1999-07-27", "6.03", "-") == 0
    assert _run("call", "historical-volatility", "20,20.1,19.9", "--mean", "zero") == 0
    assert _run("call", "convertible-now", "1254822", "no limit", "1000") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "6.03"
    assert lines[2].split() == ["1000", "ownership", "limit"]


def test_negative_numbers_are_values(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["black-scholes", "call", "42", "40", "0.5", "-0.01", "0.2"]
    assert _run("call", *words) == 0
    assert float(capsys.readouterr().out) == pytest.approx(3.2, abs=0.5)


def test_explain_tells_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", "redemption-amount", "1000", "72.164384", "80", "4.5", "5.25", "1.25"]
    assert _run(*words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clause"] == [{"document": "Certificate of Designation", "section": "VIII.C"}]
    assert [step["name"] for step in told["steps"]] == [
        *("floor_amount", "amount_due", "as_converted_amount", "amount")
    ]
    assert told["result"] == pytest.approx(1344.1917813)
    assert _run(*words) == 0
    assert "amount_due × market_price ÷ conversion_price" in capsys.readouterr().out.replace(
        "\n", " "
    ).replace("  ", "")


def test_explain_tells_an_error_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["accreted-premium", "1998-12-01", "1998-12-18", "1000", "6%"]
    assert _run("explain", *words, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["error_value"] == "#NUM!"
    assert "must not be before closing_date 1998-12-18" in told["error"]


def test_functions_and_clause(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("functions", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in shown] == [made.name for made in CARDS]
    assert _run("clause", "conversion_shares", "--json") == 0
    assert "round up to the next whole number" in json.loads(capsys.readouterr().out)["words"]
    assert _run("functions") == 0
    shown_text = capsys.readouterr().out
    assert all(made.command_name in shown_text for made in CARDS)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["frobnicate"], 2, "invalid choice: 'frobnicate'"),
        ([], 2, "required: COMMAND"),
        (["call", "convertable-now"], 2, "did you mean convertible_now?"),
        (["call", "accreted-premium", "1999-02-10"], 2, "needs closing_date, face_amount"),
        (["call", "accreted-premium", *"1234"], 2, "conversion_date must be a date"),
        (["call", "liquidation-preference", *"1234"], 2, "takes at most 3 arguments, not 4"),
        (["call", "liquidation-preference", "1", "x", "3"], 2, "premium must be a number, not 'x'"),
        (["call", "liquidation-preference", "--colour", "3"], 2, "has no argument '--colour'"),
        (["call", "liquidation-preference", "-1", "0", "0"], 1, "face_amount must be above 0"),
        (["call", "conversion-price", "1999-08-02", "1999-07-27", "6", "-"], 1, "is blank"),
        (["build", "no/such/folder"], 1, "there is no such folder"),
        (["build", "no/such/folder", "--output", "x.ods"], 2, "a name that ends in .xlsx"),
        (["build", "no/such/folder", "--host", "lotus"], 2, "invalid choice: 'lotus'"),
        (["refresh", "x.xlsx", "--set", "six"], 2, "--set wants NAME=VALUE, not 'six'"),
        (["refresh", "x.xlsx", "--as-of", "tomorrow"], 2, "--as-of must be a date like 1999-02-10"),
        (["refresh", "x.xlsx", "--jobs", "0"], 2, "--jobs must be at least 1"),
        (["refresh", "x.xlsx", "--results", "r.doc"], 2, "--results wants a file ending in .csv"),
        (["refresh", "x.xlsx", "--in-place", "--output-dir", "y"], 2, "not allowed with"),
        (["refresh", "a/x.xlsx", "b/x.xlsx", "--output-dir", "y"], 2, "two books named x.xlsx"),
        (["refresh", "x.xlsx", "--output-dir", "."], 2, "use --in-place"),
        (["refresh", "x.xlsx", "--bids", "no.csv"], 1, "no.csv"),
        (["list", "no.xlsx"], 1, "no.xlsx cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    words: list[str],
    code: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(*words) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert says in shown.err


def test_build_reports_every_fault_of_a_deal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deal = tmp_path / "deal"
    shutil.copytree(VALENCE, deal, ignore=shutil.ignore_patterns("*.xlsx"))
    terms = deal / "terms.toml"
    terms.write_text(terms.read_text("utf-8").replace("value = 6.03", "value = -6.03"), "utf-8")
    bids = deal / "bids.csv"
    bids.write_text(bids.read_text("utf-8").replace("1998-07-06,5.75", "1998-07-06,none"), "utf-8")
    assert _run("build", str(deal)) == 1
    shown = capsys.readouterr().err
    assert "terms.toml:" in shown
    assert "bids.csv:4:" in shown
    assert not (deal / "book.xlsx").exists()


def test_list_shows_inputs_and_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deal = tmp_path / "deal"
    shutil.copytree(VALENCE, deal, ignore=shutil.ignore_patterns("*.xlsx"))
    assert _run("build", str(deal), "--json") == 0
    built = json.loads(capsys.readouterr().out)
    assert built["verdict"].startswith("All ")
    assert _run("list", built["book"], "--json") == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    place = rows["face_amount"].pop("cells")
    assert re.fullmatch(r"Terms!B\d+", place)
    assert rows["face_amount"] == {"name": "face_amount", "kind": "input", "value": 1000.0}
    assert rows["conversion_price"]["kind"] == "figure"
    assert rows["maturity_date"]["value"] == "2001-07-27"
    assert rows["closing_bids"]["value"].endswith(" cells")


def test_the_command_in_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xlfuncs", "call", "liquidation-preference", "1000", "60", "0"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "1060.0\n"
    assert done.stderr == ""


def test_output_into_a_closed_pipe_is_no_traceback() -> None:
    code = "import sys; from xlfuncs.cli.main import main; sys.exit(main(['functions', '--json']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
