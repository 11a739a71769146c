"""Each function that a book calls is proved by it: a wrong one turns the cover red and is named.

A function is made wrong by a hundredth and a cent; what it says in words stays.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.batch.plan import formulas_of
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
# What the Valence book calls and does not prove, with the reason.
NOT_PROVED = {
    "XLF_ANTI_DILUTION_LEDGER": "its ledger has no event; the book of fixed_2024 proves it",
    "XLF_COVERAGE_TRIGGER_DATE": "the coverage was never too small, so that there is no date",
}
ABOUT = "XLF_VERSION"


def _off(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value * 1.01 + 0.01
    if isinstance(value, list):
        return [[_off(cell) for cell in row] for row in value]
    return value


def _wrong(name: str) -> Callable[..., dict[str, Any]]:
    def functions(date1904: bool) -> dict[str, Any]:  # noqa: FBT001
        made: dict[str, Any] = worksheet_functions(date1904=date1904)
        right = made[name]
        return {**made, name: lambda *arguments: _off(right(*arguments))}

    return functions


def _verdict(book: Package, functions: Callable[..., dict[str, Any]]) -> str:
    calculation = Formualizer(functions).open(book)
    try:
        calculation.recalculate()
        place = resolve(book, "verdict")
        return str(calculation.read()[place.sheet][str(place.first)])
    finally:
        calculation.close()


def _book(deal: str) -> tuple[Package, list[str]]:
    book = Package(build_book(read_deal(WORKBOOKS / deal)), "book.xlsx")
    texts = " ".join(text for cells in formulas_of(book).texts.values() for text in cells.values())
    return book, sorted(set(re.findall(r"XLF_[A-Z_]+", texts)) - {ABOUT})


def test_a_wrong_function_turns_the_cover_red() -> None:
    book, used = _book("valence_1998")
    assert len(used) > 50
    not_proved = {name for name in used if "FAIL" not in _verdict(book, _wrong(name))}
    assert not_proved == set(NOT_PROVED)


@pytest.mark.parametrize("name", ["XLF_ANTI_DILUTION_LEDGER", "XLF_FIXED_CONVERSION_PRICE"])
def test_a_wrong_function_of_another_deal(name: str) -> None:
    book, used = _book("fixed_2024")
    assert name in used
    assert "FAIL" in _verdict(book, _wrong(name))


def test_the_cover_names_the_figure() -> None:
    book, _ = _book("floating_2025")
    verdict = _verdict(book, _wrong("XLF_ACCRETED_PREMIUM"))
    assert re.search(r"\d+ of \d+ checks FAIL\. The first: Premium \(premium\)", verdict)
