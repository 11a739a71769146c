"""Ten ways in which a book among many can be broken, and what is said of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tests.support.small_books import HOSTILE, formula, parts, small_book, zipped
from xlfuncs.batch.outcome import FAILED, REFRESHED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xlfuncs.batch.outcome import Outcome


def _locked(book: Path) -> None:
    book.write_bytes(small_book())
    book.with_name(f"~${book.name}").write_bytes(b"")


def _missing(_book: Path) -> None:
    """A book that somebody has moved away."""


def _holding(data: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(book: Path) -> None:
        book.write_bytes(data())

    return write


# By name: what makes the book, and what the sentence about it says.
WAYS: Final[Mapping[str, tuple[Callable[[Path], None], str]]] = {
    "missing": (_missing, "cannot be read: No such file"),
    "open in Excel": (_locked, "is open in another program"),
    "empty": (_holding(lambda: b""), "is empty"),
    "cut short": (_holding(lambda: small_book()[:900]), "is damaged"),
    "text": (_holding(lambda: b"date,closing_bid\n"), "is not an Excel workbook but a text file"),
    "before 2007": (_holding(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"), "format before 2007"),
    "without the input": (
        _holding(lambda: zipped(parts(names={}))), "does not define the name amount",
    ),
    "a circle": (_holding(HOSTILE["a circle"][0]), "depends on itself"),
    "a function unknown": (
        _holding(lambda: zipped(parts(formula("XLF_NOT_THERE(A1)")))), "XLF_NOT_THERE is not",
    ),
    "a document type": (_holding(HOSTILE["entities of entities"][0]), "declares a document type"),
}  # fmt: skip


class Shop(NamedTuple):
    """A folder of books, some of them broken, and the sentences that are due."""

    books: list[Path]
    broken: dict[Path, str]


def stocked(folder: Path, number: int, one_in: int) -> Shop:
    """Books in a folder, one in so many broken, the ways one after the other."""
    ways = list(WAYS.values())
    books = [folder / f"book{at:04d}.xlsx" for at in range(number)]
    broken: dict[Path, str] = {}
    data = small_book()
    for at, book in enumerate(books):
        if at % one_in == one_in // 2:
            make, says = ways[len(broken) % len(ways)]
            make(book)
            broken[book] = says
        else:
            book.write_bytes(data)
    return Shop(books, broken)


def wrong(shop: Shop, outcomes: Sequence[Outcome], amount: float) -> list[str]:
    """What is not as it should be: every good book right, every broken one told of."""
    found = []
    for book, outcome in zip(shop.books, outcomes, strict=True):
        says = shop.broken.get(book)
        if says is not None:
            good = outcome.status == FAILED and says in outcome.failure
        else:
            figures = {"double": 2 * amount, "preference": amount + 60}
            good = outcome.status == REFRESHED and outcome.outputs == figures
        if not good or outcome.book != book:
            found.append(f"{book.name}: {outcome}")
    return found
