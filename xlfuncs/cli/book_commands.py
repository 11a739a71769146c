"""Commands about books: build, list, and refresh, which has a module of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfuncs.batch.report import shown
from xlfuncs.batch.settings import argument_units, as_date
from xlfuncs.cli import host_option, refresh_command
from xlfuncs.cli.show import as_json, table
from xlfuncs.errors import BookError
from xlfuncs.hosts.spelling import SPELLINGS

if TYPE_CHECKING:
    import argparse


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add these commands to the parser."""
    one = commands.add_parser(
        "build",
        help="build the workbook of a deal from its text files",
        description="Build the workbook of a deal from its terms.toml, ledger.csv, bids.csv and "
        "holidays.csv.",
    )
    one.add_argument("deal", metavar="DEAL", type=Path, help="the folder of the deal")
    host_option.add_to(one, "DEAL/book.xlsx")
    one.add_argument(
        "--blank",
        action="store_true",
        help="leave the inputs blank, for a book of this kind to be filled in by hand "
        "(DEAL/blank.xlsx)",
    )
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_build)
    refresh_command.add_to(commands)
    one = commands.add_parser(
        "list",
        help="list a book's names: inputs that --set takes and figures that --outputs takes",
        description="List the names of a book with their cells and values.",
    )
    one.add_argument("book", metavar="BOOK", type=Path, help="a workbook")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_list)


def _build(options: argparse.Namespace) -> int:
    from xlfuncs.books.deal_book import BLANK_FILE, BOOK_FILE, build_book  # noqa: PLC0415  openpyxl, when used
    from xlfuncs.books.replace import replace_file  # noqa: PLC0415
    from xlfuncs.deal.reading import read_deal  # noqa: PLC0415
    from xlfuncs.ooxml.names import resolve  # noqa: PLC0415
    from xlfuncs.ooxml.package import Package  # noqa: PLC0415

    usual = BLANK_FILE if options.blank else BOOK_FILE
    path = host_option.path_of(options, options.deal, usual)
    deal = read_deal(options.deal, argument_units())
    data = build_book(deal, spelling=SPELLINGS[options.host], blank=options.blank)
    replace_file(path, data)
    package = Package(data, path.name)
    place = resolve(package, "verdict")
    verdict = str(package.values(place.sheet)[str(place.first)])
    failed = resolve(package, "checks_failed")
    # A blank book has not checked anything yet.
    good = options.blank or package.values(failed.sheet)[str(failed.first)] == 0
    if options.json:
        print(as_json({"book": str(path), "verdict": verdict}))
    else:
        print(path)
        print(f"xlfuncs: {path.name}: {verdict}", file=sys.stderr)
    return 0 if good else 1


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
