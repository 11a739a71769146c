"""The deal books: how long one takes to build, and to open and recalculate in LibreOffice.

A script, not a test: ``python tests/benchmarks/bench_books.py``; exit 1 if a target is missed.
The rival is LibreOffice itself at converting the same book, which opens and writes it and trusts
the values in it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from xlfuncs.books.deal_book import build_book, draft_book
from xlfuncs.deal.reading import read_deal
from xlfuncs.engines.choose import engine_named
from xlfuncs.ooxml.package import Package

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.rivals import in_turn, shown, verdict  # noqa: E402  found by the line above

WORKBOOKS = ROOT / "workbooks"
DEALS = ("valence_1998", "fixed_2024", "floating_2025")
ROUNDS = 5
MOST_TO_BUILD, MOST_TO_OPEN = 2.0, 3.0  # seconds


def build() -> bool:
    """Each deal's book built, and of the time the part before anything is calculated."""
    met = True
    for name in DEALS:
        deal = read_deal(WORKBOOKS / name)
        timings = in_turn(
            {"draft": partial(draft_book, deal), "build": partial(build_book, deal)},
            ROUNDS,
        )
        shown(f"{name}: build", timings)
        met &= verdict("build", min(timings["build"]), MOST_TO_BUILD, " s")
    return met


def open_in_libreoffice() -> bool:
    """The Valence book opened and recalculated, beside its conversion."""
    book = Package(build_book(read_deal(WORKBOOKS / "valence_1998")), "book.xlsx")
    engine = engine_named("libreoffice")

    def recalculated() -> None:
        calculation = engine.open(book)
        calculation.recalculate()
        calculation.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(book.data)
        command = ["soffice", f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"]
        command += ["--headless", "--convert-to", "ods", "--outdir", folder, str(path)]

        def converted() -> None:
            subprocess.run(command, check=True, capture_output=True)

        converted()
        recalculated()  # the program is started, and its profile made, once
        timings = in_turn({"recalculated": recalculated, "converted": converted}, ROUNDS)
    shown("valence_1998: opened in LibreOffice", timings)
    return verdict("open and recalculate", min(timings["recalculated"]), MOST_TO_OPEN, " s")


if __name__ == "__main__":
    good = [build(), open_in_libreoffice()]
    sys.exit(0 if all(good) else 1)
