"""Commands about the text files of a deal: new, which makes them, and check, which proofreads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfuncs.cli.show import as_json, table
from xlfuncs.deal.terms import TERMS_FILE
from xlfuncs.errors import CommandError, Fault, XlfuncsError

if TYPE_CHECKING:
    import argparse

    from xlfuncs.drafting.check import Checked

_NEW = (
    "Make the folder of a new deal: terms.toml, ledger.csv, bids.csv and holidays.csv to be filled "
    "in, with comments that say what belongs where. Terms that every deal of the kind has stand "
    "there blank, others are commented out; xlfuncs check lists what is still blank."
)
_CHECK = (
    "Proofread the text files of deals: every fault of each file, then the files against each "
    "other, each with its file and line. A note is about what is possible and seldom meant. The "
    "exit code is 1 if there is a fault, whatever the notes. A deal without a fault can be built."
)


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add these commands to the parser."""
    one = commands.add_parser(
        "new", help="make the text files of a new deal, to be filled in", description=_NEW
    )
    one.add_argument("deal", metavar="DEAL", type=Path, help="a folder that is not there, or empty")
    one.add_argument(
        "--kind",
        choices=("both", "fixed", "floating", "letter"),
        default="both",
        help="how preferred stock converts: at the lower of a fixed and a floating price (both, if "
        "left out), at a fixed or a floating price alone; or an executive's offer letter",
    )
    one.add_argument("--no-warrants", action="store_true", help="no warrant goes with the stock")
    one.add_argument(
        "--years",
        metavar="FIRST-LAST",
        help="fill holidays.csv for these years (needs the package exchange_calendars)",
    )
    one.add_argument("--json", action="store_true", help="the names of the files as JSON")
    one.set_defaults(run=_new)
    one = commands.add_parser(
        "check", help="report every fault of a deal's text files", description=_CHECK
    )
    one.add_argument("deals", metavar="DEAL", type=Path, nargs="+", help="the folder of a deal")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_check)


def _new(options: argparse.Namespace) -> int:
    from xlfuncs.drafting.holidays import holiday_rows, parse_years  # noqa: PLC0415  when used
    from xlfuncs.drafting.scaffold import LETTER, scaffold, write_scaffold  # noqa: PLC0415

    rows = ""
    if options.years is not None:
        if options.kind == LETTER:
            raise CommandError("--years is for a deal with a market, and an offer letter has none")
        rows = holiday_rows(*parse_years(options.years))
    files = scaffold(options.kind, warrants=not options.no_warrants, holidays=rows)
    paths = write_scaffold(options.deal, files)
    if options.json:
        print(as_json([str(path) for path in paths]))
    else:
        print(*paths, sep="\n")
        hint = f"fill in {TERMS_FILE}; xlfuncs check {options.deal} says what is missing"
        print(f"xlfuncs: {hint}", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    from xlfuncs.batch.settings import argument_units  # noqa: PLC0415
    from xlfuncs.drafting.check import check_deal  # noqa: PLC0415

    for folder in options.deals:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder: a deal is a folder of text files")
    checked = [
        _with_book(folder, check_deal(folder, argument_units()))
        for folder in dict.fromkeys(options.deals)
    ]
    if options.json:
        print(as_json([_data(folder, one) for folder, one in checked]))
    else:
        print("\n".join(filter(None, (_text(folder, one) for folder, one in checked))))
    return 1 if any(one.faults for _, one in checked) else 0


def _with_book(folder: Path, checked: Checked) -> tuple[Path, Checked]:
    """A deal, and what keeps its book from being built, if nothing else is wrong with it."""
    from xlfuncs.books.deal_book import draft_book  # noqa: PLC0415  openpyxl, when used

    if checked.faults:
        return folder, checked
    try:
        draft_book(checked.deal)
    except XlfuncsError as error:
        what = " ".join(str(error).split())
        return folder, checked.with_fault(Fault(TERMS_FILE, 0, f"the book cannot be built: {what}"))
    return folder, checked


def _text(folder: Path, checked: Checked) -> str:
    lines = [f"{folder / one.file}{_place(one)}: {one.what}" for one in checked.faults]
    lines += [f"{folder / one.file}{_place(one)}: note: {one.what}" for one in checked.notes]
    if checked.faults:
        return "\n".join(lines)
    notes = f", {len(checked.notes)} to note" if checked.notes else ""
    rows = [[name, shown] for name, shown in _summary(checked).items() if shown]
    return "\n".join([*lines, f"{folder}: no faults{notes}", table(rows)])


def _place(fault: Fault) -> str:
    return f":{fault.line}" if fault.line else ""


def _summary(checked: Checked) -> dict[str, str]:
    deal = checked.deal
    assumed = len(deal.terms.assumptions())
    events, bids = deal.ledger.events, deal.market.bids
    holidays = deal.market.holiday_dates
    return {
        "deal": deal.terms.heading.name,
        "subjects": ", ".join(checked.subjects),
        "as of": str(deal.terms.value("as_of")),
        "terms": f"{len(deal.terms)}, of which {assumed} are assumptions",
        "events": f"{len(events)}, {events[0].date} to {events[-1].date}" if events else "",
        "bids": f"{len(bids)}, {bids.dates[0]} to {bids.dates[-1]}" if len(bids) else "",
        "label": bids.note,
        "holidays": f"{len(holidays)}, {holidays[0]} to {holidays[-1]}" if holidays else "",
    }


def _data(folder: Path, checked: Checked) -> dict[str, object]:
    deal = checked.deal
    bids = deal.market.bids
    return {
        "deal": str(folder),
        "faults": [one._asdict() for one in checked.faults],
        "notes": [one._asdict() for one in checked.notes],
        "subjects": list(checked.subjects),
        "terms": len(deal.terms),
        "assumptions": len(deal.terms.assumptions()),
        "events": len(deal.ledger),
        "bids": len(bids),
        "first_bid": bids.dates[0] if len(bids) else None,
        "last_bid": bids.dates[-1] if len(bids) else None,
        "label": bids.note,
        "holidays": len(deal.market.holidays),
    }
