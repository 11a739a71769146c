"""The user's xlwings.conf: a line a setting, "KEY","value", as VBA reads and writes them.

Lines that are not ours stay as they are, byte by byte.
"""

from __future__ import annotations

import locale
import re
from typing import TYPE_CHECKING, Final

from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INTERPRETER: Final = "INTERPRETER_WIN"
OLDER_INTERPRETER: Final = "INTERPRETER"
MODULES: Final = "UDF MODULES"
BEFORE: Final = "XLFUNCS_INTERPRETER_BEFORE"  # xlwings passes over a key that it does not know

_LINE: Final = re.compile(r'\s*"?(?P<key>[^",]+?)"?\s*,\s*"?(?P<value>[^"\r\n]*?)"?\s*')


def conf_path(home: Path) -> Path:
    """Where xlwings looks on Windows."""
    return home / ".xlwings" / "xlwings.conf"


def read(path: Path) -> str:
    """The text of a conf file; "" if there is none.

    Raises:
        BookError: it cannot be read.
    """
    try:
        return path.read_bytes().decode(locale.getencoding(), "surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BookError(f"{path} cannot be read: {error.strerror}") from None


def encoded(text: str, path: Path) -> bytes:
    """The text as VBA reads it, which is in the code page of the machine.

    Raises:
        BookError: a setting holds a letter that the code page lacks.
    """
    try:
        return text.encode(locale.getencoding(), "surrogateescape")
    except UnicodeEncodeError as error:
        raise BookError(
            f"{path} cannot hold {text[error.start : error.end]!r}, a letter that this machine's "
            "code page lacks: install Python in a folder without it"
        ) from None


def setting(text: str, key: str) -> str | None:
    """The value of a key, whatever its capitals; the first counts, as it does in VBA."""
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is not None and found["key"].casefold() == key.casefold():
            return found["value"]
    return None


def changed(text: str, settings: Mapping[str, str | None]) -> str:
    r"""The text with some settings put in the place of what they were; None takes one out.

    >>> changed('"A","1"\r\n"B","2"\r\n', {"b": "3", "C": "4", "A": None})
    '"b","3"\r\n"C","4"\r\n'
    """
    left = {key.casefold(): (key, value) for key, value in settings.items()}
    lines = []
    for line in text.splitlines(keepends=True):
        found = _LINE.fullmatch(line.rstrip("\r\n"))
        word = found["key"].casefold() if found is not None else ""
        if word not in {key.casefold() for key in settings}:
            lines.append(line)
        elif word in left:  # a second line of the same key is never read
            lines.append(_line(*left.pop(word)))
    kept = "".join(lines)
    if kept and not kept.endswith(("\r", "\n")):
        kept += "\r\n"
    return "".join([kept, *(_line(key, value) for key, value in left.values())])


def _line(key: str, value: str | None) -> str:
    return "" if value is None else f'"{key}","{value}"\r\n'


def with_module(modules: str | None, module: str) -> str:
    """A list of modules, parted by semicolons, with one that may be in it already.

    >>> with_module("mine;", "xlfuncs.hosts.excel")
    'mine;xlfuncs.hosts.excel'
    """
    return ";".join(dict.fromkeys([*_listed(modules), module]))


def without_module(modules: str | None, module: str) -> str | None:
    """The list without one; None if nothing is left."""
    return ";".join(one for one in _listed(modules) if one != module) or None


def _listed(modules: str | None) -> list[str]:
    return [one.strip() for one in (modules or "").split(";") if one.strip()]
