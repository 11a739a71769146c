"""Batches: books a second, what a task costs, 1,000 books with 20 broken, 200 runs killed.

Usage: python tests/benchmarks/bench_batch.py [speed] [tasks] [thousand] [kills]

Without words, all of them. The exit code says whether every target is met.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.broken_books import stocked, wrong  # noqa: E402  found by the line above
from tests.support.runs import COMMAND, children, killed, started, wait_until  # noqa: E402
from tests.support.small_books import small_book  # noqa: E402
from xlfuncs.batch.crew import in_processes  # noqa: E402
from xlfuncs.batch.plan import Request  # noqa: E402
from xlfuncs.batch.runner import How, Job, refresh_books  # noqa: E402
from xlfuncs.batch.tasks import Limits, Task  # noqa: E402
from xlfuncs.cli.main import main  # noqa: E402

ROUNDS: Final = 5
COPIES: Final = 100
MOMENTS: Final = 200
LEAST_GAIN: Final = 1.8
MOST_A_TASK: Final = 1e-3


def verdict(what: str, value: str, *, good: bool) -> bool:
    """Print one figure and whether it is good enough."""
    print(f"  {'met ' if good else 'MISSED'} {what}: {value}", flush=True)
    return good


def speed(folder: Path) -> bool:
    """The Valence book, on one process and on two, in turn; start-up included."""
    deal = folder / "deal"
    shutil.copytree(ROOT / "workbooks" / "valence_1998", deal)
    main(["build", str(deal)])
    books = [Path(shutil.copy(deal / "book.xlsx", folder / f"{at}.xlsx")) for at in range(COPIES)]
    rates: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(ROUNDS):
        for jobs, found in rates.items():
            request = Request(sets={"face_amount": 1000.0 + turn * 10 + jobs}, in_place=True)
            start = time.perf_counter()
            refresh_books([Job(book, request) for book in books], How(jobs=jobs))
            found.append(COPIES / (time.perf_counter() - start))
    one, two = (median(found) for found in rates.values())
    print(f"  {one:.1f} books a second on one process, {two:.1f} on two")
    return verdict(
        "two processes against one", f"{two / one:.2f} times", good=two / one >= LEAST_GAIN
    )


def tasks(_folder: Path) -> bool:
    """What it costs to hand a task over and take its answer, over the work itself."""
    handed = [Task("good", b"x" * 20_000) for _ in range(2001)]
    answers = in_processes(handed, Limits(), 1, "tests.support.desk_work:act")
    next(answers)
    start = time.perf_counter()
    count = sum(1 for _ in answers)
    each = (time.perf_counter() - start) / count
    return verdict("a task", f"{each * 1e3:.2f} ms", good=each <= MOST_A_TASK)


def thousand(folder: Path) -> bool:
    """980 books right, 20 told of."""
    shop = stocked(folder, 1000, 50)
    request = Request(sets={"amount": 7.0}, in_place=True)
    start = time.perf_counter()
    outcomes = refresh_books([Job(book, request) for book in shop.books], How(jobs=2)).outcomes
    took = time.perf_counter() - start
    faults = wrong(shop, outcomes, 7.0)
    print("\n".join(faults[:5]))
    words = [*map(str, shop.books), "--in-place", "--set", "amount=8", "--jobs", "2"]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    right = sum(outcome.good for outcome in outcomes)
    good = not faults and right == 980 and len(shop.broken) == 20 and done.returncode == 1
    print(f"  {done.stderr.splitlines()[-1]}")
    return verdict("1,000 books", f"{right} right, {1000 - right} told of, {took:.1f} s", good=good)


def kills(folder: Path) -> bool:
    """Killed at 200 random moments: whole books, and the next run finishes the job."""
    chance = random.Random(1)  # noqa: S311  moments, not secrets
    shelf, model = folder / "books", folder / "model.xlsx"
    shelf.mkdir()
    books = [shelf / f"{at:03d}.xlsx" for at in range(100)]
    before = small_book()
    for book in books:
        book.write_bytes(before)
    faults: list[str] = []
    found = {"old": 0, "some": 0, "new": 0}
    left = 0
    for moment in range(MOMENTS):
        request = Request(sets={"amount": moment + 1.0}, in_place=True)
        model.write_bytes(small_book())
        refresh_books([Job(model, request)])
        after = model.read_bytes()
        words: list[str | Path] = [*books, "--in-place", "--set", f"amount={moment + 1}"]
        words += ["--jobs", "2", "--log", folder / "log.jsonl"]
        run = started(words)
        wait_until(lambda: bool(children(run.pid)))  # noqa: B023  called at once
        time.sleep(chance.uniform(0.05, 0.6))
        killed(run, with_children=bool(moment % 2))
        contents = {book.read_bytes() for book in books}
        found["some" if len(contents) > 1 else "new" if after in contents else "old"] += 1
        left += len(list(shelf.iterdir())) - len(books)
        if not contents <= {before, after}:
            faults.append(f"moment {moment}: a book is neither old nor new")
        done = subprocess.run([*COMMAND, *words], capture_output=True, check=False)
        if done.returncode or {book.read_bytes() for book in books} != {after}:
            faults.append(f"moment {moment}: the next run did not finish the job")
        if sorted(shelf.iterdir()) != books:
            faults.append(f"moment {moment}: something is left behind")
        before = after
    print("\n".join(faults[:5]))
    print(f"  met with books old, some new, all new: {found}; {left} files of dead runs removed")
    return verdict(
        f"{MOMENTS} kills", f"{len(faults)} faults", good=not faults and bool(found["some"])
    )


PARTS: Final = {"speed": speed, "tasks": tasks, "thousand": thousand, "kills": kills}


if __name__ == "__main__":
    results = []
    for word in sys.argv[1:] or PARTS:
        print(f"{word}: {(PARTS[word].__doc__ or '').strip()}")
        with TemporaryDirectory() as place:
            results.append(PARTS[word](Path(place)))
    print(f"{sum(results)} of {len(results)} targets met")
    sys.exit(0 if all(results) else 1)
