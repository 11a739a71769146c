"""All checks of every deal with preferred stock hold from closing to maturity, in both engines."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import xlfuncs
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal

if TYPE_CHECKING:
    from xlfuncs.engines.libreoffice import LibreOffice

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
# Ten dates a deal: closing and maturity, the turn to the variable price and the day before it, a
# leap day, a year's end, and whatever lies between.
DATES = {
    "valence_1998": (
        *("1998-12-18", "1999-02-10", "1999-07-26", "1999-07-27", "1999-09-01"),
        *("1999-12-31", "2000-02-29", "2000-06-30", "2001-03-01", "2001-07-27"),
    ),
    "fixed_2024": (
        *("2024-05-15", "2024-05-16", "2024-07-03", "2024-09-27", "2024-12-31"),
        *("2025-02-28", "2025-06-30", "2025-10-01", "2026-02-27", "2026-05-15"),
    ),
    "floating_2025": (
        *("2025-01-15", "2025-01-16", "2025-01-31", "2025-02-28", "2025-04-17"),
        *("2025-07-03", "2025-10-01", "2025-12-31", "2026-04-02", "2026-07-15"),
    ),
}
FIGURES = ["verdict", "conversion_price", "wanted_shares", "convertible_shares", "premium"]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """A manifest: a row for each deal and date."""
    folder = tmp_path_factory.mktemp("books")
    rows = []
    for name, days in DATES.items():
        data = build_book(read_deal(WORKBOOKS / name))
        for day in days:
            path = folder / f"{name}_{day}.xlsx"
            path.write_bytes(data)
            rows.append({"book": str(path), "as_of": dt.date.fromisoformat(day)})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def figures(books: pd.DataFrame) -> pd.DataFrame:
    return xlfuncs.refresh(books, outputs=FIGURES, dry_run=True)


def test_all_checks_hold(figures: pd.DataFrame) -> None:
    assert len(figures) == sum(len(days) for days in DATES.values())
    wrong = figures[~figures["verdict"].astype(str).str.startswith("All ")]
    assert not len(wrong), wrong.to_string()


def test_libreoffice_finds_the_same(
    books: pd.DataFrame,
    figures: pd.DataFrame,
    libreoffice: LibreOffice,  # noqa: ARG001  without it the test is skipped
) -> None:
    others = xlfuncs.refresh(books, outputs=FIGURES, dry_run=True, engine="libreoffice")
    for name in FIGURES:
        for here, there in zip(figures[name], others[name], strict=True):
            assert here == (pytest.approx(there, rel=1e-12) if name != "verdict" else there)
