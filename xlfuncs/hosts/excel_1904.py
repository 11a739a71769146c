"""The functions of `xlfuncs.hosts.excel` for workbooks that count their days from 1904."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlfuncs.hosts.excel import NAMES, shaped

if TYPE_CHECKING:
    from collections.abc import Callable


def __getattr__(name: str) -> Callable[..., Any]:
    """A worksheet function by its name; see `xlfuncs.hosts.excel`."""
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return shaped(name, date1904=True)


def __dir__() -> list[str]:
    """The names that xlwings walks."""
    return [*globals(), *NAMES]
