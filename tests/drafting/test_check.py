"""Deals proofread: those of this repository, spoiled ones as cases, and junk in any file."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlfuncs.batch.settings import argument_units
from xlfuncs.drafting.check import Checked, check_deal
from xlfuncs.drafting.check_market import _spans
from xlfuncs.errors import Fault

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
DEALS = ("bogues_2004", "fixed_2024", "floating_2025", "valence_1998")
FILES = ("terms.toml", "ledger.csv", "bids.csv", "holidays.csv")
CASES = tomllib.loads((Path(__file__).parent / "check_cases.toml").read_text("utf-8"))["case"]


def copied(deal: str, folder: Path) -> Path:
    copy = folder / deal
    shutil.copytree(WORKBOOKS / deal, copy, ignore=shutil.ignore_patterns("*.xlsx"))
    return copy


def spoiled(case: dict[str, Any], folder: Path) -> Path:
    """The deal of a case, with what the case does to it."""
    deal = copied(case["deal"], folder)
    for file, old, new, *times in case.get("edits", ()):
        text = (deal / file).read_text("utf-8")
        assert old in text, old
        (deal / file).write_text(text.replace(old, new, -1 if times == [0] else 1), "utf-8")
    for name in case.get("without_terms", ()):
        text = (deal / "terms.toml").read_text("utf-8")
        text, found = re.subn(rf"^\[{name}\]\n(?:\w.*\n)+", "", text, flags=re.MULTILINE)
        assert found == 1, name
        (deal / "terms.toml").write_text(text, "utf-8")
    for file, beginning in case.get("without_lines", ()):
        lines = (deal / file).read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(beginning)]
        assert len(kept) < len(lines), beginning
        (deal / file).write_text("".join(kept), "utf-8")
    return deal


def checked(folder: Path) -> Checked:
    return check_deal(folder, argument_units())


@pytest.mark.parametrize("deal", DEALS)
def test_the_deals_of_this_repository_are_without_fault(deal: str) -> None:
    found = checked(WORKBOOKS / deal)
    assert found.faults == ()
    if deal != "valence_1998":
        assert found.notes == ()


def test_what_is_to_note_of_the_first_deal() -> None:
    """Expiries on a Sunday, and warrants that are found by no name in [deal]."""
    notes = [str(one) for one in checked(WORKBOOKS / "valence_1998").notes]
    assert [one.partition(" ")[2] for one in notes[:2]] == [
        "expiry_date 2003-07-27 is a Sunday: does the document move it?",
        "agent_expiry_date 2003-07-27 is a Sunday: does the document move it?",
    ]
    assert len(notes) == 6
    assert all("no instrument in [deal] has a name" in one for one in notes[2:])


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_a_spoiled_deal(case: dict[str, Any], tmp_path: Path) -> None:
    found = checked(spoiled(case, tmp_path))
    usual = {one.what for one in checked(WORKBOOKS / case["deal"]).notes}
    assert [str(one) for one in found.faults] == case.get("faults", [])
    assert [str(one) for one in found.notes if one.what not in usual] == case.get("notes", [])


def test_the_subjects_of_a_deal() -> None:
    assert checked(WORKBOOKS / "floating_2025").subjects == (
        *("Preferred stock", "Premium", "Variable price", "Ownership limit"),
        *("Default payments", "Redemption"),
    )


def test_years_as_people_write_them() -> None:
    assert _spans([2024]) == "2024"
    assert _spans([2020, 2022, 2023, 2025, 2026, 2027]) == "2020, 2022 to 2023, 2025 to 2027"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    found = checked(tmp_path / "nowhere")
    assert found.faults == (Fault("nowhere", 0, "there is no such folder"),)


def test_an_empty_folder_lacks_every_file(tmp_path: Path) -> None:
    assert [str(one) for one in checked(tmp_path).faults] == [
        f"{file}: the file is missing" for file in FILES
    ]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of the deals, to be spoiled and put right again."""
    folder = tmp_path_factory.mktemp("desk")
    for deal in DEALS:
        copied(deal, folder)
    return folder


def _lies_within(folder: Path, fault: Fault) -> bool:
    path = folder / fault.file
    lines = path.read_bytes().count(b"\n") + path.read_bytes().count(b"\r") if path.exists() else 0
    return 0 <= fault.line <= lines + 1 and "\n" not in fault.what


_JUNK = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["1e999", "-1", "0", "nan", "inf", '""', "true", "[]", "{}", "9999-12-31", "1900-03-01"]
    ),
)


@given(
    deal=st.sampled_from(DEALS[1:]),
    file=st.sampled_from(FILES),
    place=st.floats(0, 1),
    length=st.integers(0, 12),
    junk=_JUNK,
)
@settings(max_examples=60, deadline=None)
def test_junk_anywhere_yields_faults_and_nothing_else(
    deal: str, file: str, place: float, length: int, junk: str, desk: Path
) -> None:
    path = desk / deal / file
    good = path.read_text("utf-8")
    at = int(place * len(good))
    try:
        path.write_bytes((good[:at] + junk + good[at + length :]).encode("utf-8", "replace"))
        found = checked(desk / deal)
        assert all(_lies_within(desk / deal, one) for one in (*found.faults, *found.notes))
    finally:
        path.write_text(good, "utf-8")


_VALUES = st.one_of(
    st.sampled_from(["1900-03-01", "9999-12-31", "0.0", "1e15", "1e-300", "-0.0", "1", "true"]),
    st.sampled_from(["9999-12-31T23:59:59", "1e9", "100000", "0.1", '"text"', '""', "inf", "-1e9"]),
    st.dates().map(str),
    st.floats().map(repr),
    st.integers(-(10**6), 10**16).map(str),
)


@given(
    deal=st.sampled_from(DEALS),
    changes=st.lists(st.tuples(st.floats(0, 1), _VALUES), min_size=1, max_size=4),
)
@example(deal="floating_2025", changes=[(0.0, "9999-12-31"), (1.0, "1900-03-01")])
@settings(max_examples=60, deadline=None)
def test_any_values_of_terms_yield_faults_and_nothing_else(
    deal: str, changes: list[tuple[float, str]], desk: Path
) -> None:
    path = desk / deal / "terms.toml"
    good = path.read_text("utf-8")
    lines = good.split("\n")
    places = [number for number, line in enumerate(lines) if line.startswith("value = ")]
    for where, value in changes:
        lines[places[int(where * (len(places) - 1))]] = f"value = {value}"
    try:
        path.write_text("\n".join(lines), "utf-8")
        found = checked(desk / deal)
        assert all(_lies_within(desk / deal, one) for one in (*found.faults, *found.notes))
    finally:
        path.write_text(good, "utf-8")


_CELL = st.sampled_from(
    ["", "1", "0", "-1", "2500", "1e15", "1e-9", "4.00", "0.5", "P", "C-1", "2025-06-16", "x,y"]
)


@given(
    deal=st.sampled_from(("fixed_2024", "floating_2025")),
    kind=st.sampled_from(
        ["issue", "option", "convertible", "variable convertible", "exempt", "split", "change",
         "expiry", "conversion", "exercise", "redemption", "transfer", "exchange", "notice",
         "preferred", "warrant", "abandonment", "announcement", "approval", "default"]
    ),
    cells=st.dictionaries(
        st.sampled_from(
            ["instrument", "holder", "shares", "consideration", "market_price", "price",
             "shares_outstanding", "shares_issued"]
        ),
        st.one_of(_CELL, st.sampled_from(["Convertible Preferred Stock", "Investor Warrant"])),
    ),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_event_yields_faults_and_nothing_else(
    deal: str, kind: str, cells: dict[str, str], desk: Path
) -> None:
    path = desk / deal / "ledger.csv"
    good = path.read_text("utf-8")
    row = {"date": "2026-01-05", "kind": kind, "source": "Illustrative Record", **cells}
    columns = good.partition("\n")[0].split(",")
    try:
        path.write_text(f"{good}{','.join(row.get(name, '') for name in columns)}\n", "utf-8")
        found = checked(desk / deal)
        assert all(_lies_within(desk / deal, one) for one in (*found.faults, *found.notes))
    finally:
        path.write_text(good, "utf-8")
