"""Commands about books: build, refresh, list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfuncs.batch.report import as_data, check_results_path, shown, text, write_results
from xlfuncs.batch.settings import (
    AS_OF,
    Setting,
    argument_units,
    as_date,
    check_settings,
    parse_set,
)
from xlfuncs.cli.arguments import parse_date
from xlfuncs.cli.show import as_json, table
from xlfuncs.engines.choose import ENGINES
from xlfuncs.errors import BookError, CommandError

if TYPE_CHECKING:
    import argparse

    from xlfuncs.batch.plan import Request
    from xlfuncs.batch.run import Outcome

_MOST_TROUBLES = 8


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add these commands to the parser."""
    one = commands.add_parser(
        "build",
        help="build the workbook of a deal from its text files",
        description="Build the workbook of a deal from its terms.toml, ledger.csv, bids.csv and "
        "holidays.csv.",
    )
    one.add_argument("deal", metavar="DEAL", type=Path, help="the folder of the deal")
    one.add_argument("--output", metavar="FILE", type=Path, help="instead of DEAL/book.xlsx")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_build)
    _add_refresh(commands)
    one = commands.add_parser(
        "list",
        help="list a book's names: inputs that --set takes and figures that --outputs takes",
        description="List the names of a book with their cells and values.",
    )
    one.add_argument("book", metavar="BOOK", type=Path, help="a workbook")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_list)


def _add_refresh(commands: Any) -> None:  # noqa: ANN401
    one = commands.add_parser(
        "refresh",
        help="set inputs in books, calculate, write the values, report",
        description="Set inputs in deal books, calculate everything, and write the values into "
        "a copy of each file; nothing else in the file changes. Without --output-dir or "
        "--in-place the copy of book.xlsx is book.refreshed.xlsx beside it.",
    )
    one.add_argument("books", metavar="BOOK", type=Path, nargs="+", help="workbooks")
    one.add_argument("--bids", metavar="FILE.csv", type=Path, help="these closing bids instead")
    one.add_argument("--as-of", metavar="YYYY-MM-DD", help="the as-of date")
    one.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a value for a named input"
    )
    one.add_argument("--outputs", metavar="NAME,…", help="the figures to report; all if left out")
    where = one.add_mutually_exclusive_group()
    where.add_argument("--output-dir", metavar="DIR", type=Path, help="where the copies go")
    where.add_argument("--in-place", action="store_true", help="replace the books themselves")
    one.add_argument(
        "--results", metavar="FILE", type=Path, help="the table, as .csv, .parquet, .xlsx"
    )
    one.add_argument("--engine", choices=ENGINES, default="auto", help="what calculates")
    one.add_argument("--jobs", metavar="N", type=int, default=1, help="processes at work at once")
    one.add_argument("--dry-run", action="store_true", help="calculate and report, write no book")
    one.add_argument("--json", action="store_true", help="the results as JSON")
    one.set_defaults(run=_refresh)


def _build(options: argparse.Namespace) -> int:
    from xlfuncs.books.deal_book import BOOK_FILE, build_book  # noqa: PLC0415  openpyxl, when used
    from xlfuncs.books.replace import replace_file  # noqa: PLC0415
    from xlfuncs.deal.reading import read_deal  # noqa: PLC0415
    from xlfuncs.ooxml.names import resolve  # noqa: PLC0415
    from xlfuncs.ooxml.package import Package  # noqa: PLC0415

    deal = read_deal(options.deal, argument_units())
    data = build_book(deal)
    path = options.output or options.deal / BOOK_FILE
    replace_file(path, data)
    package = Package(data, path.name)
    place = resolve(package, "verdict")
    verdict = str(package.values(place.sheet)[str(place.first)])
    failed = resolve(package, "checks_failed")
    good = package.values(failed.sheet)[str(failed.first)] == 0
    if options.json:
        print(as_json({"book": str(path), "verdict": verdict}))
    else:
        print(path)
        print(f"xlfuncs: {path.name}: {verdict}", file=sys.stderr)
    return 0 if good else 1


def _request(options: argparse.Namespace) -> Request:
    from xlfuncs.batch.plan import Request  # noqa: PLC0415
    from xlfuncs.deal.market import read_bids  # noqa: PLC0415
    from xlfuncs.engines.choose import engine_named  # noqa: PLC0415

    as_of = None if options.as_of is None else parse_date(options.as_of, "--as-of")
    sets: dict[str, Setting] = {}
    taken = set() if as_of is None else {AS_OF}
    for words in options.set:
        name, value = parse_set(words)
        if name.casefold() in taken:
            raise CommandError(f"{name} is set twice")
        taken.add(name.casefold())
        sets[name] = value
    check_settings({**sets, **({} if as_of is None else {AS_OF: as_of})})
    if options.jobs < 1:
        raise CommandError(f"--jobs must be at least 1, not {options.jobs}")
    engine_named(options.engine)  # says at once if that engine is not there
    folder = options.output_dir
    if folder is not None and not options.dry_run:
        _check_folder(folder, options.books)
    return Request(
        sets=sets,
        as_of=as_of,
        bids=None if options.bids is None else read_bids(options.bids),
        outputs=tuple(filter(None, (options.outputs or "").replace(" ", "").split(","))),
        engine=options.engine,
        folder=folder,
        in_place=options.in_place,
        dry_run=options.dry_run,
    )


def _check_folder(folder: Path, books: list[Path]) -> None:
    names = [book.name for book in books]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CommandError(f"--output-dir would hold two books named {twice[0]}")
    for book in books:
        if book.parent.resolve() == folder.resolve():
            raise CommandError(
                f"--output-dir is the folder of {book}: use --in-place to replace it"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--output-dir {folder} cannot be made: {error.strerror}") from None


def _refresh(options: argparse.Namespace) -> int:
    from xlfuncs.batch.run import refresh_books  # noqa: PLC0415

    books = list(dict.fromkeys(options.books))
    request = _request(options)
    if options.results is not None:
        targets = [request.target(book) for book in books]
        check_results_path(options.results, [*books, options.bids, *targets])
    outcomes = refresh_books(books, request, options.jobs)
    print(as_json(as_data(outcomes)) if options.json else text(outcomes))
    for outcome in outcomes:
        _tell(outcome)
    if options.results is not None:
        write_results(outcomes, options.results)
        print(f"xlfuncs: results: {options.results}", file=sys.stderr)
    return 0 if all(outcome.good for outcome in outcomes) else 1


def _tell(outcome: Outcome) -> None:
    """What became of one book, for a person, on standard error."""
    lines = outcome.failure.splitlines() or list(outcome.troubles[:_MOST_TROUBLES])
    if len(outcome.troubles) > _MOST_TROUBLES:
        lines.append(f"{outcome.book.name}: and {len(outcome.troubles) - _MOST_TROUBLES} more")
    if outcome.written is not None:
        lines.append(f"{outcome.book.name}: {outcome.changed} values changed: {outcome.written}")
    for line in lines:
        print(f"xlfuncs: {line}", file=sys.stderr)


def _list(options: argparse.Namespace) -> int:
    from xlfuncs.batch.plan import formulas_of  # noqa: PLC0415
    from xlfuncs.ooxml.names import NameKind, read_name, resolve  # noqa: PLC0415
    from xlfuncs.ooxml.package import Package  # noqa: PLC0415

    package = Package.read(options.book)
    formulas = formulas_of(package)
    values = {
        sheet.name: package.values(sheet.name)
        for sheet in package.sheets
        if sheet.kind == "worksheet"
    }
    rows: list[dict[str, object]] = []
    for name, meaning in package.defined_names.items():
        if isinstance(read_name(meaning), NameKind):
            continue
        place = resolve(package, name)
        first = str(place.first)
        one = place.area.size == 1
        value: object = values[place.sheet].get(first) if one else None
        if isinstance(value, float) and first in formulas.dates[place.sheet]:
            value = str(as_date(value, date1904=package.date1904))
        kind = "figure" if formulas.has(place.sheet, first) else "input"
        rows.append(
            {
                "name": name,
                "kind": kind,
                "cells": str(place),
                "value": value if one else f"{place.area.size} cells",
            }
        )
    if not rows:
        raise BookError(f"{package.name} has no names that mean cells")
    if options.json:
        print(as_json(rows))
    else:
        print(
            table(
                [
                    ["name", "kind", "cells", "value"],
                    *[[*list(row.values())[:3], shown(row["value"])] for row in rows],
                ],
                headed=True,
            )
        )
    return 0
