"""The terms of a deal: each a value under the name of the argument it is for, with its citation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from xlfuncs import kinds, units
from xlfuncs.errors import InputError, MissingDataError

TERMS_FILE: Final = "terms.toml"

Value = float | str | dt.date


class Moment(NamedTuple):
    """A date with a time of day, in the time that the document names."""

    name: str = "date and time"
    meaning: str = "a date and time"

    def check(self, value: object, argument: str) -> dt.datetime:
        """The value as a date and time without a time zone."""
        if not isinstance(value, dt.datetime) or value.tzinfo:
            example = "a date and time without a zone, like 2003-07-27T17:00:00"
            raise InputError(f"{argument} must be {example}, not {kinds.shown(value)}")
        kinds.Day().check(value, argument)
        return value


class PlainDate(NamedTuple):
    """A date without a time of day."""

    name: str = "date"
    meaning: str = "a date"

    def check(self, value: object, argument: str) -> dt.date:
        """The value as a date."""
        if isinstance(value, str):
            shown = kinds.shown(value)
            raise InputError(
                f"{argument} must be a date without quotes, like 1998-12-18, not {shown}"
            )
        if isinstance(value, dt.datetime):
            raise InputError(f"{argument} must be a date without a time of day, not {value}")
        return kinds.Day().check(value, argument)


UNITS: Final[Mapping[str, kinds.Unit | Moment | PlainDate]] = {
    "date": PlainDate(),
    "date and time": Moment(),
    "price": get_args(units.Price)[1],
    "money": get_args(units.Money)[1],
    "face amount": get_args(units.FaceAmount)[1],
    "shares": get_args(units.Shares)[1],
    "shares outstanding": get_args(units.SharesOutstanding)[1],
    "whole shares": get_args(units.WholeShares)[1],
    "rate": get_args(units.Rate)[1],
    "any rate": get_args(units.AnyRate)[1],
    "volatility": get_args(units.Volatility)[1],
    "years": get_args(units.Years)[1],
    "multiple": get_args(units.Multiple)[1],
    "fraction": get_args(units.Fraction)[1],
    "count": get_args(units.Count)[1],
    "working days": get_args(units.WorkingDays)[1],
    "text": get_args(units.Text)[1],
}


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a deal.

    Attributes:
        name: the name of the argument that it is for.
        value: a number, a date or a text.
        unit: one of UNITS.
        source: document and section, several of them parted by semicolons.
        words: the operative words, as the document has them.
        assumption: whether it is assumed because no document gives it.
        reason: why it is assumed so.
        note: whatever else a reader should know.
        line: its line in the file.
    """

    name: str
    value: Value
    unit: str
    source: str = ""
    words: str = ""
    assumption: bool = False
    reason: str = ""
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Instrument:
    """A security of the deal; the names of its terms begin with the prefix."""

    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the deal; sources cite it by its name."""

    name: str
    title: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class Heading:
    """What a deal is called, who is in it, and what it is made of."""

    name: str = ""
    company: str = ""
    investor: str = ""
    placement_agent: str = ""
    currency: str = ""
    instruments: tuple[Instrument, ...] = ()
    documents: tuple[Document, ...] = ()


class Terms(Mapping[str, Term]):
    """The terms of a deal by name, in the order of the file.

    `heading` says whose they are; `unread` names terms of the file that have a fault; `whole`
    is false where a part of the file could not be taken apart, so that more may stand in it.
    """

    __slots__ = ("_terms", "file", "heading", "unread", "whole")

    def __init__(
        self,
        terms: Mapping[str, Term],
        heading: Heading | None = None,
        file: str = TERMS_FILE,
        unread: Iterable[str] = (),
        *,
        whole: bool = True,
    ) -> None:
        self._terms = dict(terms)
        self.heading = heading or Heading()
        self.file = file
        self.unread = frozenset(unread) - set(self._terms)
        self.whole = whole

    def __getitem__(self, name: str) -> Term:
        return self._terms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def __repr__(self) -> str:
        return f"Terms({self.heading.name!r}, {len(self)} terms)"

    def value(self, name: str) -> Value:
        """The value of a term.

        Raises:
            MissingDataError: if the deal has no such term.
        """
        if name not in self._terms:
            raise MissingDataError(f"{self.file} has no term {name}")
        return self._terms[name].value

    def assumptions(self) -> tuple[Term, ...]:
        """The terms that no document gives."""
        return tuple(term for term in self._terms.values() if term.assumption)
