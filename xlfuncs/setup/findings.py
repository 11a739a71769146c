"""What a probe found."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Whether something is as it must be."""

    GOOD = "ok"
    NOTE = "note"
    ILL = "ILL"


class Finding(NamedTuple):
    """One thing looked at.

    Args:
        what: its name.
        state: whether it is as it must be; a note keeps nothing from working.
        says: what was found.
        cure: what helps.
    """

    what: str
    state: State
    says: str
    cure: str = ""

    @property
    def ill(self) -> bool:
        """Whether something does not work because of it."""
        return self.state is State.ILL


def good(what: str, says: str) -> Finding:
    """Something that is as it must be."""
    return Finding(what, State.GOOD, says)


def note(what: str, says: str, cure: str = "") -> Finding:
    """Something to know."""
    return Finding(what, State.NOTE, says, cure)


def ill(what: str, says: str, cure: str) -> Finding:
    """Something because of which the functions do not work."""
    return Finding(what, State.ILL, says, cure)
