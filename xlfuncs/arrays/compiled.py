"""Compiled kernels, where numba is installed and there is enough to do.

Nothing needs them: without numba, or with XLFUNCS_COMPILED=0 in the environment, numpy alone
computes the same values, and so it does for few of them, since a kernel takes seconds to
compile when it is first wanted (and is then kept on disk). `kernels` and
`lookback_kernels` have them.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ENOUGH: Final = 50_000  # values; fewer take numpy a few milliseconds
ENOUGH_WINDOWS: Final = 1_000_000  # windows of a lookback, for the same reason


def compiled_by() -> str:
    """What computes large arrays: numba and its version, or numpy where there is no numba.

    Example:
        >>> compiled_by().split()[0] in {"numba", "numpy"}
        True
    """
    if _module("kernels") is None:
        return "numpy"
    return f"numba {import_module('numba').__version__}"


def kernel(name: str, count: int, module: str = "kernels") -> Callable[..., Any] | None:
    """The kernel of a name, if there is one and the count of values is worth it."""
    if count < (ENOUGH if module == "kernels" else ENOUGH_WINDOWS):
        return None
    found: Callable[..., Any] | None = getattr(_module(module), name, None)
    return found


@cache
def _module(name: str) -> object:
    """A module of kernels, or None."""
    if os.environ.get("XLFUNCS_COMPILED") == "0":
        return None
    try:
        return import_module(f"xlfuncs.arrays.{name}")
    except ImportError:
        return None
