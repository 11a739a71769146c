"""A new deal: valid text, that says what is missing, and is a deal once it is filled in."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xlfuncs.batch.settings import argument_units
from xlfuncs.deal.ledger import KINDS as EVENTS
from xlfuncs.deal.reading import read_deal
from xlfuncs.drafting.check import check_deal
from xlfuncs.drafting.holidays import holiday_rows, parse_years
from xlfuncs.drafting.offered import offered
from xlfuncs.drafting.scaffold import KINDS, scaffold, write_scaffold
from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    from types import ModuleType

    from xlfuncs.deal.terms import Terms

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
FILLED = {
    "both": "valence_1998", "fixed": "fixed_2024",
    "floating": "floating_2025", "letter": "bogues_2004",
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", KINDS)


def uncommented(text: str) -> str:
    """The terms with everything that is commented out."""
    return re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE)


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).replace(" ", "T")


def filled_in(text: str, terms: Terms) -> str:
    """The terms with the values of a deal; those that it does not have are taken out."""
    for key in ("name", "company", "investor", "placement_agent"):
        text = text.replace(f'\n{key} = ""', f'\n{key} = "As it says"', 1)
    document = re.findall(r'name = "(.*)"\ntitle', text)[0]
    text = text.replace('title = ""', 'title = "A title"').replace('date = ""', "date = 1998-12-18")
    for name in offered():
        table = re.search(rf"^\[{name}\]\n(?:\w.*\n)+", text, re.MULTILINE)
        if table is None:
            continue
        with_value = ""
        if name in terms:
            value = _shown(terms.value(name))
            with_value = re.sub(r'value = "".*', f"value = {value}", table[0])
            with_value = with_value.replace('source = ""', f'source = "{document}, 1"')
            with_value = re.sub(r'(words|reason) = ""', r'\1 = "As it says."', with_value)
        text = text.replace(table[0], with_value)
    return text


@each_kind
def test_a_fresh_deal_says_what_is_to_be_filled_in(kind: str, tmp_path: Path) -> None:
    write_scaffold(tmp_path / "new", scaffold(kind))
    found = check_deal(tmp_path / "new", argument_units())
    *blanks, last = [str(one) for one in found.faults]
    if kind == "letter":
        blanks.append(last)
    else:
        assert last == "bids.csv: there are no bids under the header"
    lines = (tmp_path / "new" / "terms.toml").read_text("utf-8").split("\n")
    for blank in blanks:
        assert " is to be filled in" in blank
        line = lines[int(blank.split(":")[1]) - 1]
        assert re.match(r'\w+ = ""', line), blank
    assert len(blanks) == sum(
        bool(re.match(r'(value|name|company|investor|title|date) = ""', line)) for line in lines
    )


@each_kind
def test_every_term_is_offered_and_every_kind_of_event_is_told(kind: str) -> None:
    files = scaffold(kind)
    content = tomllib.loads(uncommented(files["terms.toml"]))
    assert set(content) - {"deal"} == set(offered())
    for name, term in offered().items():
        assert content[name]["unit"] == term.unit
        assert " ".join(term.meaning.split())[1:] in _flat(files["terms.toml"]), name
    if kind != "letter":
        assert all(f"#   {name}: " in files["ledger.csv"] for name in EVENTS)


def _flat(text: str) -> str:
    return " ".join(text.replace("\n# ", " ").split())


@each_kind
@pytest.mark.parametrize("everything", [False, True], ids=["what must be", "what may be"])
def test_a_deal_filled_in_is_without_fault(kind: str, *, everything: bool, tmp_path: Path) -> None:
    """With the values, the bids and the holidays of a deal that there is."""
    model = WORKBOOKS / FILLED[kind]
    terms = read_deal(model).terms
    files = dict(scaffold(kind, warrants="warrant_shares" in terms))
    text = files["terms.toml"]
    files["terms.toml"] = filled_in(uncommented(text) if everything else text, terms)
    folder = tmp_path / "new"
    write_scaffold(folder, files)
    for name in ("bids.csv", "holidays.csv"):
        if (model / name).exists():
            shutil.copy(model / name, folder / name)
    found = check_deal(folder, argument_units())
    assert [str(one) for one in found.faults] == []
    values = {name: term.value for name, term in terms.items() if name in offered()}
    got = {name: term.value for name, term in found.deal.terms.items()}
    assert got == (values if everything else {name: values[name] for name in got})
    assert {*KINDS[kind][2:]} - {"Date of the book"} <= set(found.subjects)


def test_a_deal_without_warrants() -> None:
    text = scaffold("floating", warrants=False)["terms.toml"]
    assert "\n[lookback_days]\n" in text
    for name in ("warrant_shares", "stated_price", "volatility", "grant"):
        assert f"\n#[{name}]\n" in text
    assert "\n[volatility]\n" in scaffold("floating")["terms.toml"]


def test_a_folder_is_never_written_over(tmp_path: Path) -> None:
    files = scaffold("letter")
    (tmp_path / "empty").mkdir()
    assert [path.name for path in write_scaffold(tmp_path / "empty", files)] == [
        "README.md",
        "terms.toml",
    ]
    with pytest.raises(CommandError, match=r"empty is not empty: a new deal needs a folder of its"):
        write_scaffold(tmp_path / "empty", files)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CommandError, match="file is no folder"):
        write_scaffold(tmp_path / "file", files)
    with pytest.raises(CommandError, match="cannot be made: "):
        write_scaffold(tmp_path / "file" / "below", files)
    with pytest.raises(CommandError, match="cannot be made: "):
        write_scaffold(Path("nul\0"), files)
    assert (tmp_path / "file").read_text() == "mine"


def test_years_as_a_person_types_them() -> None:
    assert parse_years(" 2024 - 2029 ") == (2024, 2029)
    for wrong in ("", "24-29", "2029-2024", "2024-", "1900-2100", "2024–2029", "²024"):
        with pytest.raises(CommandError, match="--years must be years like 2024-2029, not"):
            parse_years(wrong)


def test_without_the_package_holidays_are_filled_in_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    with pytest.raises(CommandError, match=r"--years needs the package exchange_calendars \(pip"):
        holiday_rows(2024, 2025)


@pytest.fixture(scope="module")
def calendars() -> ModuleType:
    pytest.importorskip("exchange_calendars")
    return importlib.import_module("exchange_calendars")


@pytest.mark.usefixtures("calendars")
@pytest.mark.parametrize(
    ("deal", "first", "last"), [("valence_1998", 1998, 2003), ("fixed_2024", 2023, 2029)]
)
def test_the_holidays_are_those_of_the_deals(deal: str, first: int, last: int) -> None:
    rows = [row[0] for row in csv.reader(holiday_rows(first, last).splitlines())]
    told = read_deal(WORKBOOKS / deal).market.holiday_dates
    assert [dt.date.fromisoformat(day) for day in rows] == list(told)
    assert "2025-01-09,closed on this day alone,exchange_calendars" in holiday_rows(2025, 2025)


@pytest.mark.usefixtures("calendars")
def test_years_that_the_package_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--years 1-2: exchange_calendars says: "):
        holiday_rows(1, 2)
    files = scaffold("fixed", holidays=holiday_rows(2024, 2024))
    write_scaffold(tmp_path / "new", files)
    assert len(check_deal(tmp_path / "new").deal.market.holidays) == 10
