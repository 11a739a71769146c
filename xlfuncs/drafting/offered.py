"""Every term that the functions and the sheets of a book can use, by subject.

A term has the name of the argument that it is for; what it means, its unit and where the first
deal's documents have it are read from the function's card. Here stands what no card tells: the
terms that are no argument, and those whose argument is told in words of a single call.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.about import CARDS
from xlfuncs.deal.terms import UNITS
from xlfuncs.drafting.subjects import SUBJECTS, Subject
from xlfuncs.errors import CardError
from xlfuncs.kinds import Day, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfuncs.card import Argument, Card

_CLASSES: Final = {Day: "date", Moment: "date and time"}


class Offered(NamedTuple):
    """A term that a deal may have.

    Attributes:
        name: the name of the argument that it is for.
        unit: one of `xlfuncs.deal.terms.UNITS`.
        meaning: what it is, in a line.
        source: where the first deal's documents have it, as an example of a citation.
        subject: the subject it belongs to.
        optional: whether the subject does without it.
        assumed: whether documents seldom give it.
    """

    name: str
    unit: str
    meaning: str
    source: str
    subject: Subject
    optional: bool
    assumed: bool

    @property
    def bounds(self) -> str:
        """What its value is, in words.

        >>> offered()["ownership_limit"].bounds
        'a part of the whole: 0.049 is 4.9 %'
        """
        return UNITS[self.unit].meaning


@cache
def offered() -> Mapping[str, Offered]:
    """The terms by name, in the order of the subjects.

    >>> offered()["premium_rate"].meaning
    'the yearly rate of the Premium, as a fraction'
    """
    return {
        listed.name: _resolved(listed.name, subject)
        for subject in SUBJECTS
        for listed in subject.terms
    }


def needed_for(subject: Subject) -> tuple[str, ...]:
    """The terms that a deal with this subject cannot do without.

    They are the required arguments of the subject's functions, so far as they are terms, and
    what its sheets need besides.

    >>> from xlfuncs.drafting.subjects import subject
    >>> needed_for(subject("Ownership limit"))
    ('ownership_limit', 'shares_outstanding', 'shares_held')
    """
    arguments = [
        argument.name
        for made in _cards(subject.functions)
        for argument in made.arguments[: made.required]
    ]
    names = dict.fromkeys((*subject.brought_by[:1], *arguments, *subject.needs))
    return tuple(name for name in names if name in offered() and name != "as_of")


def plain_name(name: str, prefixes: Iterable[str]) -> str:
    """The name of a term without the prefix of its instrument.

    >>> plain_name("series_a_face_amount", ["", "series_a_"])
    'face_amount'
    """
    for prefix in sorted(prefixes, key=len, reverse=True):
        if prefix and name.startswith(prefix) and name not in offered():
            return name.removeprefix(prefix)
    return name


def _resolved(name: str, subject: Subject) -> Offered:
    listed = next(one for one in subject.terms if one.name == name)
    found = _argument(name.removeprefix(subject.prefix))
    unit, meaning, source = listed.unit, listed.meaning, listed.source
    if found:
        made, argument = found
        unit = unit or _unit_word(argument)
        meaning = meaning or argument.help.rstrip(".")
        source = source or made.citation.split(";")[0]
    if not unit or not meaning:
        raise CardError(f"{name} is offered as a term, and no function has an argument of its name")
    return Offered(name, unit, meaning, source, subject, listed.optional, listed.assumed)


def _argument(name: str) -> tuple[Card, Argument] | None:
    for made in CARDS:
        for argument in made.arguments:
            if argument.name == name:
                return made, argument
    return None


def _unit_word(argument: Argument) -> str:
    """The word by which terms.toml calls an argument's unit; none if it has no word for it."""
    for kind, word in _CLASSES.items():
        if isinstance(argument.unit, kind):
            return word
    return next((word for word, unit in UNITS.items() if unit == argument.unit), "")


def _cards(names: Iterable[str]) -> list[Card]:
    wanted = set(names)
    return [made for made in CARDS if made.name in wanted]
