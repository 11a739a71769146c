"""Many books, some of them broken in ten ways: the good ones right, the others told of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from tests.support.broken_books import WAYS, stocked, wrong
from xlfuncs.batch.plan import Request
from xlfuncs.batch.runner import How, Job, refresh_books
from xlfuncs.cli.main import main
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

BOOKS, ONE_IN = 200, 20  # the thousand are in tests/benchmarks/bench_batch.py


def test_what_is_broken_costs_only_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = stocked(tmp_path, BOOKS, ONE_IN)
    assert len(shop.broken) == len(WAYS) == 10
    request = Request(sets={"amount": 7.0}, in_place=True)
    outcomes = refresh_books([Job(book, request) for book in shop.books], How(jobs=2)).outcomes
    assert not wrong(shop, outcomes, 7.0)
    for book in shop.books:
        if book not in shop.broken:
            assert Package.read(book).values("S")["A2"] == 14.0

    results = tmp_path / "results.xlsx"
    words = [*map(str, shop.books), "--in-place", "--set", "amount=8", "--results", str(results)]
    assert main(["refresh", *words, "--jobs", "2", "--json"]) == 1
    shown = capsys.readouterr()
    assert sum(one["status"] == "failed" for one in json.loads(shown.out)) == 10
    assert "xlfuncs: 200 books: 190 refreshed, 10 failed" in shown.err
    for book, says in shop.broken.items():
        assert says in shown.err[shown.err.index(book.name) :]
    sheets = pd.read_excel(results, sheet_name=None, engine="openpyxl")
    assert len(sheets["Results"]) == BOOKS
    assert list(sheets["Failures"]["book"]) == list(map(str, shop.broken))
