"""The command about the register: coverage, what computes each clause of the documents."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from xlfuncs.cli.show import as_json, table
from xlfuncs.register import DOCUMENTS, Status, read_register

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from xlfuncs.register import Entry

_SOMETHING_IS_OPEN = 1
_COVERAGE = (
    "Every numeric clause of the documents and every fault in their drafting: which functions "
    "compute it, the reading taken, or why nothing computes it. An entry is open if it names a "
    "function, an argument or a part of the package that is not there. The exit code is 0; with "
    "--open it is 1 if anything is open."
)


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add the command to the parser."""
    one = commands.add_parser(
        "coverage", help="what computes each clause, and what is open", description=_COVERAGE
    )
    one.add_argument("--json", action="store_true", help="the register as JSON")
    one.add_argument(
        "--open",
        action="store_true",
        help="open entries alone; the exit code is 1 if there are any",
    )
    one.set_defaults(run=_coverage)


def _coverage(options: argparse.Namespace) -> int:
    register = read_register()
    shown = register.open if options.open else register.entries
    if options.json:
        totals = {"rules": register.rules, "faults": register.faults}
        print(
            as_json(
                {
                    "summary": {name: _counts(entries) for name, entries in totals.items()},
                    "rules": [_as_data(entry) for entry in shown if not entry.is_fault],
                    "faults": [_as_data(entry) for entry in shown if entry.is_fault],
                }
            )
        )
    else:
        for document in DOCUMENTS:
            here = [entry for entry in shown if entry.document == document]
            rows = [row for entry in here for row in _rows(entry)]
            if rows:
                print(f"{document}\n\n{table(rows)}\n")
        print(f"{_summary('rules', register.rules)}; {_summary('faults', register.faults)}")
    return _SOMETHING_IS_OPEN if options.open and register.open else 0


def _rows(entry: Entry) -> list[list[str]]:
    """An entry as a table shows it: its first line, and below that what there is to say."""
    sections = [
        place.section if place.document == entry.document else f"{place.document}, {place.section}"
        for place in entry.sources
    ]
    rows = [[entry.number, sections[0], entry.status.value, entry.text]]
    for label, text in [
        ("see also", "; ".join(sections[1:])),
        ("by", ", ".join((*entry.functions, *entry.parts))),
        ("missing", ", ".join(entry.missing)),
        ("argument", ", ".join(entry.arguments)),
        ("reading", entry.reading),
        ("why", entry.why),
    ]:
        if text:
            rows.append(["", "", label, text])
    return rows


def _as_data(entry: Entry) -> dict[str, object]:
    """An entry as a program wants it."""
    return {
        "number": entry.number,
        "clause": [place._asdict() for place in entry.sources],
        "fault" if entry.is_fault else "rule": entry.text,
        "status": entry.status.value,
        "functions": entry.functions,
        "parts": entry.parts,
        "arguments": entry.arguments,
        "reading": entry.reading,
        "why": entry.why,
        "missing": entry.missing,
    }


def _counts(entries: Sequence[Entry]) -> dict[str, int]:
    found = Counter(entry.status for entry in entries)
    return {"all": len(entries), **{status.value: found[status] for status in Status}}


def _summary(name: str, entries: Sequence[Entry]) -> str:
    """A count of entries in words: `97 rules: 80 done, 1 in part, 4 open, 12 none`."""
    count, *counts = _counts(entries).items()
    return f"{count[1]} {name}: {', '.join(f'{number} {status}' for status, number in counts)}"
