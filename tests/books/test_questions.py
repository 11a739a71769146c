"""A person new to the deal finds the answers in the book, which is opened without the functions."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal

if TYPE_CHECKING:
    from openpyxl import Workbook

HERE = Path(__file__).parent
VALENCE = HERE.parents[1] / "workbooks" / "valence_1998"
QUESTIONS = tomllib.loads((HERE / "questions.toml").read_text("utf-8"))["question"]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(io.BytesIO(build_book(read_deal(VALENCE))), data_only=True)


@pytest.mark.parametrize("question", QUESTIONS, ids=[one["asks"] for one in QUESTIONS])
def test_the_book_answers(book: Workbook, question: dict[str, Any]) -> None:
    sheet = book[question["sheet"]]
    labels = [str(cell.value) for cell in sheet["A"]]
    first = labels.index(question["section"]) if "section" in question else 0
    row = labels.index(question["row"], first)
    column = 2
    if "column" in question:
        heads: dict[Any, Any] = {
            cell.value: cell.column for line in sheet.iter_rows(max_row=row) for cell in line
        }
        column = heads[question["column"]]
    found = sheet.cell(row + 1, column).value
    if isinstance(question["answer"], str):
        assert found == question["answer"]
    else:
        assert found == pytest.approx(question["answer"], abs=question.get("within", 0.0), rel=0.0)


def test_there_are_ten() -> None:
    assert len(QUESTIONS) == 10
