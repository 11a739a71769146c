"""Which books are meant, and where each goes: patterns made into files, and clashes refused."""

from __future__ import annotations

import os
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlfuncs.batch.plan import COPY
from xlfuncs.books.replace import real
from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfuncs.batch.plan import Request
    from xlfuncs.batch.runner import Job

_BOOKS: Final = (".xlsx", ".xlsm")
_NO_BOOKS: Final = ("~$", ".")  # what says that a book is open, and hidden files


def files_of(words: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files that names and patterns mean, each once, those of a pattern in order.

    A pattern is written ``deals/*.xlsx`` or ``deals/**/*.xlsx`` and means workbooks only; the
    copies that a refresh writes beside its books are not meant.

    Raises:
        CommandError: a pattern means no file, or a name is blank.
    """
    found: list[Path] = []
    for word in [os.fspath(word) for word in words]:
        if not word.strip():
            raise CommandError("the name of a book is blank")
        if not has_magic(word) or os.path.lexists(word):
            found.append(Path(word))
            continue
        # A pattern may begin at the root or above the folder, which Path.glob does not take.
        fitting = sorted(glob(word, recursive=True))  # noqa: PTH207
        meant = [path for path in map(Path, fitting) if _is_meant(path)]
        if not meant:
            raise CommandError(f"{word} means no workbook: no .xlsx or .xlsm file fits it")
        found += meant
    return list(dict.fromkeys(found))


def _is_meant(path: Path) -> bool:
    return (
        path.suffix.lower() in _BOOKS
        and not path.name.startswith(_NO_BOOKS)
        and not path.stem.endswith(COPY)
    )


def check_folder(request: Request, books: Sequence[Path]) -> None:
    """Refuse a folder for copies that would lose a book, or make the folder.

    Raises:
        CommandError: it would hold two books of one name, is a book's own, or cannot be made.
    """
    folder = request.folder
    if folder is None or request.dry_run:
        return
    names = [book.name for book in books]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CommandError(f"--output-dir would hold two books named {twice[0]}")
    for book in books:
        if real(book.parent) == real(folder):
            raise CommandError(
                f"--output-dir is the folder of {book}: use --in-place to replace it"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--output-dir {folder} cannot be made: {error.strerror}") from None


def check_targets(jobs: Sequence[Job]) -> None:
    """Refuse a run in which one book would be written over another.

    Raises:
        CommandError: two books go into one file, or one goes where another is.
    """
    books = {real(job.book): job.book for job in jobs}
    written: dict[Path, Path] = {}
    for job in jobs:
        target = job.target
        if target is None:
            continue
        place = real(target)
        if place in written:
            raise CommandError(f"{written[place]} and {job.book} would both be written to {target}")
        written[place] = job.book
        if place in books and place != real(job.book):
            raise CommandError(
                f"the refreshed copy of {job.book} would replace {books[place]}, "
                "which is to be refreshed too"
            )
