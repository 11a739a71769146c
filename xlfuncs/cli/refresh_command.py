"""The command refresh: its words, its progress, and its exit code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlfuncs.batch.settings import Setting, parse_set
from xlfuncs.cli.arguments import parse_date
from xlfuncs.cli.show import as_json
from xlfuncs.engines.choose import ENGINES
from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfuncs.batch.outcome import Outcome
    from xlfuncs.batch.plan import Request
    from xlfuncs.batch.runner import How, Job

_MOST_TROUBLES: Final = 8

_EXIT_CODES: Final = """\
Exit codes:
  0    every book is refreshed or up to date, every figure computed
  1    a book failed, a figure could not be computed, or a file is wrong; the others are done
  2    the command is wrong; nothing was touched
  130  interrupted; each book is the whole old or the whole new file, and the same command
       finishes the job
  143  terminated from outside (SIGTERM); likewise
"""


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the command to the parser."""
    one = commands.add_parser(
        "refresh",
        help="set inputs in books, calculate, write the values, report",
        description="Set inputs in deal books, calculate everything, and write the values into "
        "a copy of each file; nothing else in the file changes. Without --output-dir or "
        "--in-place the copy of book.xlsx is book.refreshed.xlsx beside it.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument(
        "books", metavar="BOOK", nargs="*", help="workbooks, or patterns like 'deals/**/*.xlsx'"
    )
    _add_inputs(one)
    where = one.add_mutually_exclusive_group()
    where.add_argument("--output-dir", metavar="DIR", type=Path, help="where the copies go")
    where.add_argument("--in-place", action="store_true", help="replace the books themselves")
    one.add_argument("--dry-run", action="store_true", help="calculate and report, write no book")
    one.add_argument(
        "--signed", action="store_true", help="signed books too; their signatures are void then"
    )
    one.add_argument(
        "--results", metavar="FILE", type=Path, help="the table, as .csv, .parquet, .xlsx"
    )
    one.add_argument("--json", action="store_true", help="the results as JSON")
    _add_running(one)
    one.set_defaults(run=_refresh)


def _add_inputs(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--manifest",
        metavar="FILE",
        type=Path,
        help="a .csv, .toml or .parquet file with a row a book: book, as_of, bids, and a column "
        "for each input",
    )
    one.add_argument(
        "--bids", metavar="FILE", type=Path, help="these closing bids instead (.csv or .parquet)"
    )
    one.add_argument("--as-of", metavar="YYYY-MM-DD", help="the as-of date")
    one.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a value for a named input"
    )
    one.add_argument("--outputs", metavar="NAME,…", help="the figures to report; all if left out")


def _add_running(one: argparse.ArgumentParser) -> None:
    one.add_argument("--engine", choices=ENGINES, default="auto", help="what calculates")
    one.add_argument("--jobs", metavar="N", type=int, default=1, help="processes at work at once")
    one.add_argument(
        "--timeout", metavar="S", type=float, default=120, help="seconds a book may take (120)"
    )
    one.add_argument(
        "--memory", metavar="GIB", type=float, default=4, help="memory a process may have (4)"
    )
    one.add_argument(
        "--log",
        metavar="FILE",
        type=Path,
        help="add a line of JSON a book to this file, and pass over the books that it shows to be "
        "up to date",
    )
    one.add_argument("--force", action="store_true", help="refresh those as well")
    one.add_argument("--scheduler", metavar="ADDRESS", help="have a Dask cluster do the work")
    one.add_argument(
        "--ship", action="store_true", help="send it the files: it cannot reach their folder"
    )


def _request(options: argparse.Namespace) -> Request:
    from xlfuncs.batch.bids import read_any_bids  # noqa: PLC0415  the engine is loaded when used
    from xlfuncs.batch.plan import Request  # noqa: PLC0415

    sets: dict[str, Setting] = {}
    for words in options.set:
        name, value = parse_set(words)
        if name in sets:
            raise CommandError(f"{name} is set twice")
        sets[name] = value
    return Request(
        sets=sets,
        as_of=None if options.as_of is None else parse_date(options.as_of, "--as-of"),
        bids=None if options.bids is None else read_any_bids(options.bids),
        outputs=tuple(filter(None, (options.outputs or "").replace(" ", "").split(","))),
        engine=options.engine,
        folder=options.output_dir,
        in_place=options.in_place,
        dry_run=options.dry_run,
        signed=options.signed,
    )


def _how(options: argparse.Namespace) -> How:
    from xlfuncs.batch.runner import How  # noqa: PLC0415
    from xlfuncs.batch.tasks import Limits, bytes_of  # noqa: PLC0415

    return How(
        jobs=options.jobs,
        limits=Limits(options.timeout, bytes_of(options.memory)),
        log=options.log,
        force=options.force,
        scheduler=options.scheduler,
        ship=options.ship,
    )


def _refresh(options: argparse.Namespace) -> int:
    from xlfuncs.batch.api import jobs_of  # noqa: PLC0415
    from xlfuncs.batch.report import as_data, summary, text  # noqa: PLC0415
    from xlfuncs.batch.runner import refresh_books  # noqa: PLC0415
    from xlfuncs.cli.progress import Progress  # noqa: PLC0415

    if not options.books and options.manifest is None:
        raise CommandError("refresh wants books: name them, or give a --manifest")
    how = _how(options)
    jobs = jobs_of(options.books, _request(options), how, options.manifest)
    _check_files(options, jobs)
    so_far: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        so_far.append(outcome)
        progress.step(outcome)

    try:
        with Progress(len(jobs)) as progress:
            outcomes, complaint = refresh_books(jobs, how, done)
    except KeyboardInterrupt:
        print(f"xlfuncs: {len(so_far)} of {len(jobs)} books are done", file=sys.stderr)
        _write_results(options, so_far)
        raise
    print(as_json(as_data(outcomes)) if options.json else text(outcomes))
    for outcome in outcomes:
        _tell(outcome)
    if len(outcomes) > 1:
        print(f"xlfuncs: {summary(outcomes)}", file=sys.stderr)
    if complaint:
        print(f"xlfuncs: {complaint}", file=sys.stderr)
    _write_results(options, outcomes)
    return 1 if complaint or not all(outcome.good for outcome in outcomes) else 0


def _write_results(options: argparse.Namespace, outcomes: Sequence[Outcome]) -> None:
    from xlfuncs.batch.report import write_results  # noqa: PLC0415

    if options.results is not None:
        write_results(outcomes, options.results)
        print(f"xlfuncs: results: {options.results}", file=sys.stderr)


def _check_files(options: argparse.Namespace, jobs: Sequence[Job]) -> None:
    """What is written at the end must not be what is read or written before."""
    from xlfuncs.batch.report import check_own_file, check_results_path  # noqa: PLC0415

    others = [options.bids, options.manifest, *(job.book for job in jobs)]
    others += [job.target for job in jobs]
    if options.log is not None:
        check_own_file("--log", options.log, others)
    if options.results is not None:
        check_results_path(options.results, [*others, options.log])


def _tell(outcome: Outcome) -> None:
    """What became of one book, for a person, on standard error."""
    lines = outcome.failure.splitlines() or list(outcome.troubles[:_MOST_TROUBLES])
    if len(outcome.troubles) > _MOST_TROUBLES:
        lines.append(f"{outcome.book.name}: and {len(outcome.troubles) - _MOST_TROUBLES} more")
    if outcome.written is not None:
        lines.append(f"{outcome.book.name}: {outcome.changed} values changed: {outcome.written}")
    if outcome.up_to_date:
        lines.append(f"{outcome.book.name}: up to date")
    for line in lines:
        print(f"xlfuncs: {line}", file=sys.stderr)
