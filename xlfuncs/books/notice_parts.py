"""What a notice is made of: sections of lines, each a label, a value and how it came about."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.deal.ledger import KINDS
from xlfuncs.explanation import table
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.deal.ledger import Event
    from xlfuncs.explanation import Explanation

Value = float | str | dt.date | None

_NAMED_ONLY: Final = re.compile(r"[\w.]+( or 0)?")  # a value by another name, nothing worked out
_WIDTH: Final = 100
_INDENT: Final = 4
_FIGURES: Final[Mapping[str, str]] = {
    "shares": "shares",
    "consideration": "consideration received, USD",
    "additional_consideration": "additional consideration, USD",
    "market_price": "Market Price, USD",
    "shares_outstanding": "shares outstanding immediately before",
    "new_shares": "new shares",
    "old_shares": "for old shares",
    "price": "price a share, USD",
}


class Line(NamedTuple):
    """One line: what it is, its value, and how it came about or where it stands."""

    label: str
    value: Value = None
    how: str = ""


class Section(NamedTuple):
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


class Notice(NamedTuple):
    """One notice or certificate to the holders of one instrument."""

    title: str
    clause: str
    instrument: str
    sections: tuple[Section, ...]


def facts_of(event: Event) -> Section:
    """The facts of an event, as the ledger has them, and where they come from."""
    lines = [
        Line("date", event.date),
        Line("event", f"{event.kind}: {KINDS[event.kind].meaning}"),
        *(
            Line(label, getattr(event, name))
            for name, label in _FIGURES.items()
            if getattr(event, name) is not None
        ),
    ]
    for label, text in (("about", event.refers_to), ("note", event.note)):
        if text:
            lines.append(Line(label, text))
    lines.append(Line("source", event.source, f"{event.file}, line {event.line}"))
    return Section("Facts", tuple(lines))


def method_of(told: Explanation) -> Section:
    """The method of calculation: words, inputs, steps, reading and result of a call."""
    lines: list[Line] = []
    values = iter(told.steps)
    for part, name, value, how in table(told, VERSION):
        label = name.replace("_", " ")
        if part == "step":
            if not _is_record(next(values).value):
                lines.append(Line(label, value, "" if _NAMED_ONLY.fullmatch(how) else how))
        elif part in {"input", "error"} or (part == "result" and not isinstance(told.result, list)):
            lines.append(Line(f"{part}: {label}", value, how))
        elif part == "reading":
            lines.append(Line("reading", None, how))
        elif part == "clause" and how:
            lines.append(Line("the words", None, f"“{how}” ({told.card.citation})"))
    return Section(f"Method of calculation: {told.card.worksheet_name}", tuple(lines))


def _is_record(value: object) -> bool:
    """Whether a step only puts together what other steps have told."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def moved(label: str, before: float | None, after: float | None, how: str = "") -> tuple[Line, ...]:
    """A figure before and after, and by how much it rose or fell."""
    lines = [Line(f"{label} before", before), Line(f"{label} after", after, how)]
    if before is not None and after is not None and before != after:
        word = "increase" if after > before else "decrease"
        lines.append(Line(f"{word} of the {label}", abs(after - before)))
    return tuple(lines)


def as_text(notices: Iterable[Notice]) -> str:
    """Notices as plain text."""
    return "\n\n\n".join(_text(notice) for notice in notices)


def as_data(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """Notices as a program wants them."""
    return [
        {
            "title": notice.title,
            "clause": notice.clause,
            "instrument": notice.instrument,
            "sections": [
                {"heading": one.heading, "lines": [line._asdict() for line in one.lines]}
                for one in notice.sections
            ],
        }
        for notice in notices
    ]


def shown_figure(value: Value) -> str:
    """A value as a notice shows it: figures with their thousands, dates in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,.10f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return f"{value.day} {value:%B %Y}" if isinstance(value, dt.date) else value


def _text(notice: Notice) -> str:
    lines = [notice.title.upper(), f"{notice.instrument} ({notice.clause})"]
    for section in notice.sections:
        lines += ["", section.heading]
        wide = max((len(one.label) for one in section.lines if one.value is not None), default=0)
        for line in section.lines:
            lines += _wrapped(line, wide)
    return "\n".join(lines)


def _wrapped(line: Line, wide: int) -> list[str]:
    """A line of text with its value in a column, and how it came about below it."""
    margin = " " * _INDENT
    if line.value is None:
        text = f"{line.label}: {line.how}" if line.label and line.how else line.label or line.how
        return textwrap.wrap(text, _WIDTH, initial_indent=margin, subsequent_indent=margin)
    head = f"{margin}{line.label:<{wide}}  "
    lines = textwrap.wrap(
        shown_figure(line.value), _WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
    ) or [head.rstrip()]
    below = margin * 2
    return lines + textwrap.wrap(
        line.how, _WIDTH, initial_indent=below, subsequent_indent=below, break_long_words=False
    )
