"""What the guard, the start and a column cost, each beside what it is measured against.

A script, not a test: ``python tests/benchmarks/bench_functions.py``. The rivals are measured in
turn within one run, so that a busy machine slows all of them alike; of many rounds the
fastest and the middle one are shown, and the target is held against the fastest.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from datetime import date
from math import erfc, exp, log, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import validate_call

from xlfuncs import catalogue
from xlfuncs.card import card_of
from xlfuncs.hosts.cells import worksheet_functions

ROOT: Final = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.rivals import in_turn, shown, verdict  # noqa: E402  found by the line above

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 60
CALLS = 4_000
STARTS = 15
COLUMN = 10_000
COLUMN_ROUNDS = 15

MOST_GUARD = 1.5  # microseconds
MOST_START = 0.25  # of importing xlwings
MOST_COLUMN = 3.0  # times the bare loop


def calls_of(function: Callable[..., object], arguments: tuple[Any, ...]) -> Callable[[], None]:
    """Many calls in a loop that costs the same for every rival."""

    def run() -> None:
        for _ in range(CALLS):
            function(*arguments)

    return run


def guard() -> bool:
    """The guard of a function, against other ways of checking arguments."""
    (function,) = (one for one in catalogue.FUNCTIONS if one.__name__ == "accreted_premium")
    body = card_of(function).body
    signature = inspect.signature(body)
    arguments = (date(1999, 7, 26), date(1998, 12, 18), 1000.0, 0.06)

    def bound(*given: Any) -> object:
        call = signature.bind(*given)
        return body(*call.args, **call.kwargs)

    assert function(*arguments) == body(*arguments) == validate_call(body)(*arguments)
    timings = in_turn(
        {
            "bare body": calls_of(body, arguments),
            "guarded": calls_of(function, arguments),
            "pydantic.validate_call on the bare body": calls_of(validate_call(body), arguments),
            "inspect.signature(...).bind for each call": calls_of(bound, arguments),
        },
        ROUNDS,
    )
    shown("accreted_premium, a call", timings, CALLS / 1e6, "µs")
    bare, *others = (min(seconds) / CALLS * 1e6 for seconds in timings.values())
    costs = [other - bare for other in others]
    for name, cost in zip(("pydantic.validate_call", "signature.bind"), costs[1:], strict=True):
        print(f"  {name} costs {cost:.3f} µs, {cost / costs[0]:.1f} times the guard")
    return verdict("the guard costs", costs[0], MOST_GUARD, " µs")


def start() -> bool:
    """From the start of the interpreter to the first value, as whole processes."""
    first_value = (
        "import xlfuncs, datetime as d; "
        "xlfuncs.accreted_premium(d.date(1999, 7, 26), d.date(1998, 12, 18), 1000.0, 0.06)"
    )

    def process(text: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", text], check=True)

    rivals = {
        "python alone": process("pass"),
        "import xlfuncs and a first value": process(first_value),
        "import xlwings": process("import xlwings"),
    }
    in_turn(rivals, 2)  # the disk's caches and the compiled files
    timings = in_turn(rivals, STARTS)
    shown("start of a process", timings, 1e-3, "ms")
    _, ours, theirs = (min(seconds) for seconds in timings.values())
    return verdict("xlfuncs against xlwings", ours / theirs, MOST_START, "")


def bare_loop(spots: list[float]) -> list[float]:
    """The call's value for each stock price, nothing checked."""
    strike, years, rate, volatility = 6.7838, 3.9, 0.0575, 0.7
    half = sqrt(0.5)
    values = []
    for spot in spots:
        bond = strike * exp(-rate * years)
        deviation = volatility * sqrt(years)
        d1 = (log(spot / strike) + rate * years) / deviation + 0.5 * deviation
        d2 = d1 - deviation
        values.append(0.5 * (spot * erfc(-d1 * half) - bond * erfc(-d2 * half)))
    return values


def column() -> bool:
    """A column of option values through the cells' layer, against the bare loop."""
    function = worksheet_functions()["XLF_BLACK_SCHOLES"]
    spots = [3.0 + 9.0 * row / COLUMN for row in range(COLUMN)]
    cells: Any = [[spot] for spot in spots]
    strikes: Any = [[6.7838] for _ in spots]
    rest = (3.9, 0.0575, 0.7)
    ours = function("call", cells, 6.7838, *rest)
    assert isinstance(ours, list)
    assert all(
        abs(row[0] - value) < 1e-12  # type: ignore[operator]  # a column of numbers
        for row, value in zip(ours, bare_loop(spots), strict=True)
    )
    timings = in_turn(
        {
            "bare loop over math.erfc": lambda: bare_loop(spots),
            "cells, the stock price a column": lambda: function("call", cells, 6.7838, *rest),
            "cells, two columns": lambda: function("call", cells, strikes, *rest),
        },
        COLUMN_ROUNDS,
    )
    shown(f"black_scholes, {COLUMN:,} rows", timings, 1e-3, "ms")
    bare, one, two = (min(seconds) for seconds in timings.values())
    print(f"  two columns: {two / bare:.3f} times the bare loop")
    return verdict("a column against the bare loop", one / bare, MOST_COLUMN, " times")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}\n")
    results = [guard(), start(), column()]
    print(f"{sum(results)} of {len(results)} targets met")
    sys.exit(0 if all(results) else 1)
