"""Every recipe runs, prints what its page says, and writes a sheet that says the same, live."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package
from xlfuncs.serials import date_of

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "workbooks" / "recipes"
PAGE = (RECIPES / "README.md").read_text("utf-8")
_BLOCK = re.compile(
    r"^```console\n\$ python workbooks/recipes/(\w+)\.py\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
ON_THE_PAGE = dict(_BLOCK.findall(PAGE))
SCRIPTS = sorted(path.stem for path in RECIPES.glob("*.py") if path.stem != "the_deal")
# What the deal book calls by the same name and means otherwise.
OTHERWISE = {("is_the_cap_in_the_way", "wanted_shares")}
MOST_LINES = 90


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recipes")


@pytest.fixture(scope="module")
def deal_book() -> Package:
    return Package(build_book(read_deal(ROOT / "workbooks" / "valence_1998")), "book.xlsx")


@pytest.fixture(scope="module", params=SCRIPTS)
def recipe(request: pytest.FixtureRequest, folder: Path) -> tuple[str, str, Package]:
    """A recipe's name, what it prints, and its sheet."""
    name = str(request.param)
    done = subprocess.run(
        [sys.executable, f"workbooks/recipes/{name}.py", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not done.stderr
    return name, done.stdout, Package((folder / f"{name}.xlsx").read_bytes(), f"{name}.xlsx")


def _named(book: Package, name: str) -> Any:
    place = resolve(book, name)
    return book.values(place.sheet)[str(place.first)]


def _number(text: str) -> float | dt.date | str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return dt.date.fromisoformat(text)
    return float(text.replace(",", "")) if text[0].isdigit() else text


def _figures(printed: str) -> dict[str, float | dt.date | str]:
    lines = (line.split(maxsplit=1) for line in printed.splitlines())
    return {name: _number(value) for name, value in lines}


def _same(printed: float | dt.date | str, value: Any) -> bool:
    if isinstance(printed, dt.date):
        return (
            bool(date_of(value) == printed) if not isinstance(value, dt.date) else value == printed
        )
    if isinstance(printed, str):
        return bool(value == printed)
    return bool(abs(value - printed) <= max(5.1e-7, 0.5 if printed > 100_000 else 0))


def test_the_page_has_every_script() -> None:
    assert sorted(ON_THE_PAGE) == SCRIPTS
    for name in SCRIPTS:
        assert len((RECIPES / f"{name}.py").read_text("utf-8").splitlines()) <= MOST_LINES


def test_it_prints_what_the_page_says(recipe: tuple[str, str, Package]) -> None:
    name, printed, _ = recipe
    assert printed == ON_THE_PAGE[name]


def test_its_sheet_says_the_same(recipe: tuple[str, str, Package]) -> None:
    _, printed, sheet = recipe
    for name, value in _figures(printed).items():
        assert _same(value, _named(sheet, name)), (name, value, _named(sheet, name))


def test_the_deal_book_says_the_same(recipe: tuple[str, str, Package], deal_book: Package) -> None:
    recipe_name, printed, _ = recipe
    names = deal_book.defined_names
    found = [
        (name, value)
        for name, value in _figures(printed).items()
        if name in names and (recipe_name, name) not in OTHERWISE
    ]
    assert found
    for name, value in found:
        assert _same(value, _named(deal_book, name)), (name, value, _named(deal_book, name))


def test_its_checks_hold_and_nothing_is_an_error(recipe: tuple[str, str, Package]) -> None:
    _, _, sheet = recipe
    values = sheet.values(sheet.sheets[0].name)
    assert not [ref for ref, value in values.items() if isinstance(value, ErrorValue)]
    assert _named(sheet, "checks_made") >= 2
    assert str(_named(sheet, "verdict")).endswith("checks hold")
    assert len(str(_named(sheet, "answer_1"))) > 20


def test_its_sheet_is_live(recipe: tuple[str, str, Package]) -> None:
    """The same values once more when it is calculated anew."""
    _, _, sheet = recipe
    name = sheet.sheets[0].name
    with_values = sheet.values(name)
    calculation = Formualizer().open(sheet)
    calculation.recalculate()
    for ref, value in calculation.read()[name].items():
        assert value == with_values[ref], ref
    calculation.close()
