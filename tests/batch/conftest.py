"""Folders of small books, and ways to look at them afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.small_books import small_book

Shelf = Callable[[int], list[Path]]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Makes small books in a folder of their own."""
    folder = tmp_path / "books"
    folder.mkdir()
    data = small_book()

    def made(number: int) -> list[Path]:
        books = [folder / f"book{at:04d}.xlsx" for at in range(number)]
        for book in books:
            book.write_bytes(data)
        return books

    return made
