"""`xlfuncs.refresh`: books refreshed from Python, as the command `xlfuncs refresh` does it."""

from __future__ import annotations

import datetime as dt
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.batch.bids import read_any_bids
from xlfuncs.batch.books import check_folder, check_targets, files_of
from xlfuncs.batch.frames import is_frame
from xlfuncs.batch.manifest import read_manifest
from xlfuncs.batch.plan import Request
from xlfuncs.batch.report import frame
from xlfuncs.batch.runner import How, Job, refresh_books
from xlfuncs.batch.settings import AS_OF, as_settings, check_settings
from xlfuncs.batch.tasks import Limits, bytes_of
from xlfuncs.engines.choose import engine_named
from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from xlfuncs.batch.outcome import Outcome
    from xlfuncs.deal.market import Bids

Name = str | os.PathLike[str]


def refresh(
    books: Name | Iterable[Name] | pd.DataFrame,
    *,
    sets: Mapping[str, object] | None = None,
    as_of: dt.date | None = None,
    bids: Name | pd.DataFrame | None = None,
    outputs: Iterable[str] = (),
    output_dir: Name | None = None,
    in_place: bool = False,
    dry_run: bool = False,
    signed: bool = False,
    engine: str = "auto",
    jobs: int = 1,
    timeout: float = Limits().seconds,
    memory: float = Limits().memory / (1 << 30),
    log: Name | None = None,
    force: bool = False,
    scheduler: str | None = None,
    ship: bool = False,
    done: Callable[[Outcome], None] = lambda _: None,
) -> pd.DataFrame:
    """Set inputs in books, calculate, write the values, and report.

    A book that cannot be refreshed costs only itself: its row says why, and the others go on.
    Every book is afterwards the whole old or the whole new file.

    Args:
        books: a file or a pattern like "deals/*.xlsx", several of them, or a frame with a row a
            book: its file in the column "book", "as_of" and "bids" if they differ from book to
            book, and a column for each input to be set.
        sets: values for inputs by name: numbers of any kind, dates, truths, text; None empties one.
        as_of: the as-of date.
        bids: closing bids that take the place of the books': a file or a frame.
        outputs: the figure or figures to report; all if left out.
        output_dir: where the refreshed copies go; beside the books if left out.
        in_place: replace the books themselves.
        dry_run: calculate and report, write no book.
        signed: refresh digitally signed books too; their signatures are void then.
        engine: what calculates.
        jobs: how many processes work at once.
        timeout: the seconds that one try at a book may take.
        memory: the GiB of address space that a process may have.
        log: a file to which a line is added for each book; books that it shows to be up to date
            are not calculated again.
        force: calculate them anyway.
        scheduler: the address of a Dask scheduler whose workers do the work.
        ship: send them the files, if they cannot reach the books' folder.
        done: is told of each book as it is finished.

    Returns:
        A row a book, in their order: "book", "status" (refreshed, up to date, trouble or failed),
        "bids" if the books label theirs, the figures by name, "message".

    Raises:
        XlfuncsError: what is asked cannot be done with any book, as the sentence says.
    """
    request = Request(
        sets=as_settings(sets or {}),
        as_of=as_of,
        bids=_bids(bids),
        outputs=(outputs,) if isinstance(outputs, str) else tuple(outputs),
        engine=engine,
        folder=None if output_dir is None else Path(output_dir),
        in_place=in_place,
        dry_run=dry_run,
        signed=signed,
    )
    how = How(
        jobs=jobs,
        limits=Limits(timeout, bytes_of(memory)),
        log=None if log is None else Path(log),
        force=force,
        scheduler=scheduler,
        ship=ship,
    )
    if isinstance(books, (str, os.PathLike)):
        books = [books]
    asked = jobs_of([], request, how, books) if is_frame(books) else jobs_of(books, request, how)
    result = refresh_books(asked, how, done)
    if result.complaint:
        warnings.warn(result.complaint, stacklevel=2)
    return frame(result.outcomes)


def _bids(source: Name | pd.DataFrame | None) -> Bids | None:
    if source is None:
        return None
    return read_any_bids(Path(source) if isinstance(source, (str, os.PathLike)) else source)


def jobs_of(
    books: Iterable[Name],
    request: Request,
    how: How,
    manifest: Path | pd.DataFrame | None = None,
) -> list[Job]:
    """The books that are meant, each with what is asked of it; all that can be refused is.

    Args:
        books: files and patterns.
        request: what is asked of every book, as far as the manifest asks nothing else.
        how: how they will be refreshed.
        manifest: more books, each with what is asked of it.

    Raises:
        XlfuncsError: see `refresh`.
    """
    _check(request, how)
    request = _dated(request)
    jobs = [Job(book, request) for book in files_of(books)]
    for entry in [] if manifest is None else read_manifest(manifest):
        asked = replace(
            request,
            sets={**request.sets, **entry.sets},
            as_of=entry.as_of or request.as_of,
            bids=entry.bids or request.bids,
        )
        jobs.append(Job(entry.book, asked))
    check_folder(request, [job.book for job in jobs])
    check_targets(jobs)
    return jobs


def _dated(request: Request) -> Request:
    """The request with an as-of date in its one place, though it was set as an input is.

    So the date of a row of the manifest comes before it, as before every other input of all.
    """
    sets = dict(request.sets)
    day = next((sets.pop(name) for name in request.sets if name.casefold() == AS_OF), None)
    return replace(request, sets=sets, as_of=day) if isinstance(day, dt.date) else request


def _check(request: Request, how: How) -> None:
    if request.in_place and request.folder is not None:
        raise CommandError("--output-dir and --in-place cannot both be asked for")
    taken = set() if request.as_of is None else {AS_OF}
    for name in request.sets:
        if name.casefold() in taken:
            raise CommandError(f"{name} is set twice")
        taken.add(name.casefold())
    check_settings(request.sets)
    check_settings({} if request.as_of is None else {AS_OF: request.as_of})
    if how.jobs < 1 or how.jobs % 1:
        raise CommandError(f"--jobs must be at least 1, and whole, not {how.jobs}")
    for name, number in (
        ("--timeout", how.limits.seconds),
        ("--memory", how.limits.memory),
    ):
        if not number > 0:
            raise CommandError(f"{name} must be above 0, not {number:g}")
    if how.ship and how.scheduler is None:
        raise CommandError("--ship is for --scheduler: without it the books are at hand")
    engine_named(request.engine)  # says at once if that engine is not there
