"""The text files of a new deal, with comments that say what belongs where.

What a deal of its kind must have stands there to be filled in; what it may have is commented
out. As long as something is blank, reading the deal says so, with its line.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from xlfuncs.deal.ledger import COLUMNS, LEDGER_FILE
from xlfuncs.deal.ledger import KINDS as EVENTS
from xlfuncs.deal.market import BIDS_FILE, HOLIDAYS_FILE
from xlfuncs.deal.terms import TERMS_FILE
from xlfuncs.drafting.offered import needed_for, offered
from xlfuncs.drafting.subjects import SUBJECTS, subject
from xlfuncs.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlfuncs.drafting.offered import Offered
    from xlfuncs.drafting.subjects import Subject

README_FILE: Final = "README.md"
WARRANTS: Final = "Warrants"
_PLACEMENT: Final = ("Date of the book", "Preferred stock", "Premium")
# The subjects whose terms a deal of a kind must have.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "both": (*_PLACEMENT, "Fixed price", "Variable price"),
    "fixed": (*_PLACEMENT, "Fixed price"),
    "floating": (*_PLACEMENT, "Variable price"),
    "letter": ("Date of the book", "Options of an offer letter", "Pay of an offer letter"),
}
LETTER: Final = "letter"

_WIDTH: Final = 96
_RULE: Final = "# " + "-" * 93
_HEAD: Final = """\
# The terms of a deal, one table a term: value, unit, source (document, section), and the
# operative words as the document has them.
#
# Fill in what is blank between quotation marks. Numbers and dates stand without them: 6.03, 0.06
# for 6 %, 1998-12-18, and 1998-12-18T17:00:00 with a time of day. A term whose lines begin with #
# is one that a deal may do without: take those # away to have it. A term that the documents of
# this deal do not have is deleted. What no document says and the book needs all the same is an
# assumption: instead of source and words it has assumption = true and a reason.
# A note = "..." says whatever else a reader should know.
#
# The examples of citations are those of the first deal, in workbooks/valence_1998.
# What is still to be filled in, and what cannot be right: xlfuncs check.

[deal]
name = ""
company = ""
currency = "USD"
"""
_PARTIES: Final = """\
investor = ""
#placement_agent = ""
"""
_INSTRUMENTS: Final = """\

# What the ledger calls an instrument begins such a name. Terms of another instrument than the
# main one carry its prefix: with the prefix series_a_ there is a term series_a_face_amount.

[[deal.instruments]]
name = "{name}"
prefix = ""
"""
_DOCUMENTS: Final = """\

# Sources cite a document by its name.
"""
_DOCUMENT: Final = """\

[[deal.documents]]
name = "{name}"
title = ""
date = ""
"""
_HINTS: Final = {
    "date": "a date like 1998-12-18",
    "date and time": "a date and time like 2003-07-27T17:00:00",
}
_AS_OF: Final = "The date the book is built for; refresh sets another with --as-of."
_BIDS: Final = "date,closing_bid,volume,source\n"
_HOLIDAYS: Final = "date,name,source\n"
_HOLIDAY_DIRECTIONS: Final = """\
# The weekdays on which the market is closed all day: one a row, under the header below.
# xlfuncs new DEAL --years 2024-2029 writes them, where exchange_calendars is installed.
"""
_LEDGER_DIRECTIONS: Final = """\
# What happened: one event a row, under the header below, in the order of the dates.
# A cell is blank where the document does not say. An id is a name by which a later row refers to
# this one in its refers_to. The kinds of events, and the columns that each cannot do without:
"""


def scaffold(kind: str = "both", *, warrants: bool = True, holidays: str = "") -> Mapping[str, str]:
    """The files of a new deal: each name, and its text.

    Args:
        kind: one of KINDS.
        warrants: whether a warrant goes with the preferred stock.
        holidays: the rows of holidays.csv, if they are known already.

    Returns:
        The texts in the order in which they are to be filled in; an offer letter has no market.
    """
    titles = KINDS[kind] + ((WARRANTS,) if warrants and kind != LETTER else ())
    files = {README_FILE: _readme(kind), TERMS_FILE: _terms(kind, titles)}
    if kind == LETTER:
        return files
    holidays_file = _HOLIDAYS + holidays if holidays else _HOLIDAY_DIRECTIONS + _HOLIDAYS
    return {
        **files,
        LEDGER_FILE: _ledger(),
        BIDS_FILE: _BIDS,
        HOLIDAYS_FILE: holidays_file,
    }


def write_scaffold(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write the files of a new deal into a folder that is not there yet, or empty.

    Raises:
        CommandError: there is something in the folder, or it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            what = "is not empty" if folder.is_dir() else "is no folder"
            raise CommandError(f"{folder} {what}: a new deal needs a folder of its own")
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / name for name in files]
        for path in paths:
            path.write_text(files[path.name], encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(f"{folder} cannot be made: {reason}") from error
    return paths


def _terms(kind: str, titles: Sequence[str]) -> str:
    live = {name for title in titles for name in needed_for(subject(title))}
    live |= {
        one.name for one in offered().values() if one.subject.title in titles and not one.optional
    }
    documents = ("Offer Letter",)
    instrument = "Stock options"
    if kind != LETTER:
        documents = (
            "Certificate of Designation",
            "Securities Purchase Agreement",
            "Registration Rights Agreement",
            *((WARRANTS[:-1],) if WARRANTS in titles else ()),
        )
        instrument = "Convertible Preferred Stock"
    parts = [_HEAD, "" if kind == LETTER else _PARTIES, _INSTRUMENTS.format(name=instrument)]
    parts.append(_DOCUMENTS)
    parts += [_DOCUMENT.format(name=name) for name in documents]
    parts += [_part(one, live) for one in SUBJECTS]
    return "".join(parts)


def _part(one: Subject, live: set[str]) -> str:
    """One subject: what it brings, then its terms."""
    words = f"{one.title}. {one.brings}"
    if one.brought_by and not live.intersection(one.brought_by):
        words += " Take the # away to have it."
    lines = ["", "", _RULE, *_comment(words), _RULE]
    for listed in one.terms:
        term = offered()[listed.name]
        lines += ["", *_comment(_meaning(term)), *_table(term, live=listed.name in live)]
    return "\n".join(lines) + "\n"


def _meaning(term: Offered) -> str:
    words = f"{term.meaning[:1].upper()}{term.meaning[1:]}."
    if term.optional:
        words += " A deal may do without it."
    return f"{words} ({term.source})" if term.source and term.name != "as_of" else words


def _table(term: Offered, *, live: bool) -> list[str]:
    lines = [
        f"[{term.name}]",
        f'value = ""  # {_HINTS.get(term.unit, term.bounds)}',
        f'unit = "{term.unit}"',
    ]
    if term.assumed:
        reason = _AS_OF if term.name == "as_of" else ""
        lines += ["assumption = true", f'reason = "{reason}"']
    else:
        lines += ['source = ""', 'words = ""']
    return lines if live else [f"#{line}" for line in lines]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2)]


def _ledger() -> str:
    kinds = []
    for name, kind in EVENTS.items():
        needs = f" ({', '.join(kind.needs)})" if kind.needs else ""
        kinds.append(f"#   {name}: {kind.meaning}{needs}\n")
    return _LEDGER_DIRECTIONS + "".join(kinds) + ",".join(COLUMNS) + "\n"


def _readme(kind: str) -> str:
    rows = [("`terms.toml`", "the terms, each with unit, citation and words, and the assumptions")]
    if kind != LETTER:
        rows += [
            ("`ledger.csv`", "dated events: the closing, and what has happened since"),
            ("`bids.csv`", "closing bids and volumes of the common stock"),
            ("`holidays.csv`", "weekdays on which the market is closed all day"),
        ]
    table = "".join(f"| {file} | {holds} | |\n" for file, holds in rows)
    return _README.format(table=table, market="" if kind == LETTER else _README_MARKET)


_README: Final = """\
# A new deal

The inputs of a deal book, as text files. Fill in what is blank in `terms.toml`; `xlfuncs check` \
says what is missing or cannot be right, with file and line, and once it says nothing more, \
`xlfuncs build` makes the book. Both take the name of this folder.

| file | holds | where it comes from |
|---|---|---|
{table}{market}"""
_README_MARKET: Final = """
## Bids

One trading day a row, the earliest first, from as many trading days before the closing as the \
variable price and the volatility look back: `2024-05-15,4.22,151700,where it comes from`. \
`source` says in each row where its figure comes from, and is shown wherever the bids are; \
`volume` may be blank. Dates are written like 2024-05-15, decimals have a point.

## Ledger

One event a row, the earliest first; the comments above the header say which kinds there are. \
`instrument` is a name of an instrument in `terms.toml`, or its beginning; a closing with a \
warrant is two rows, `preferred` and `warrant`. The exchange cap counts the \
investor's warrants alone: their `holder` is written as `investor` is in `terms.toml`.

## Holidays

One day a row: `2024-05-27,Memorial Day,where it comes from`, for every year from the first bid \
to the as-of date, and better to the last date of the terms. `xlfuncs new DEAL --years 2024-2029` \
writes those of the New York Stock Exchange with the package `exchange_calendars` \
(`pip install xlfuncs[calendar]`); Nasdaq keeps the same full days. The exchange publishes its own.
"""
