"""How fast books are refreshed, beside the targets; medians of rounds within one run.

A script, not a test: ``python tests/benchmarks/bench_refresh.py [FOLDER]``. The books lie in
FOLDER, or else in the system's folder for temporary files; where the system has a folder in
memory the rounds are run there too, and judged likewise, since a file is written down to the disk
before it counts, and many disks take longer for that than a book takes to be computed. The books
of a round are of one kind, each with its own figures, as a folder of deal books is.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import xlsxwriter

from xlfuncs.batch.crew import in_processes
from xlfuncs.batch.outcome import Outcome
from xlfuncs.batch.plan import Request
from xlfuncs.batch.runner import How, Job, refresh_books
from xlfuncs.batch.tasks import Answer, Limits, Task
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from xlfuncs.batch.bench import Bench

ROUNDS = 5
BOOKS = 120  # of which the first few make a process warm and are not counted
WARM = 20
EMPTY = 1_500
MANY = 20_000

LEAST_RATE = 80.0  # books a second
LEAST_GAIN = 1.8
MOST_OVERHEAD = 1.0  # ms a task
MOST_MANY = 0.25  # s
MOST_MEMORY = 300.0  # MB
LARGE = 100 << 20

MEMORY = Path("/dev/shm")  # noqa: S108  where Linux keeps files in memory


def deal_book(path: Path, seed: int) -> None:
    """A book of 660 formulas, 150 of them ours, with figures of its own."""
    chance = random.Random(seed)  # noqa: S311  figures, not secrets
    workbook = xlsxwriter.Workbook(path)
    day = workbook.add_format({"num_format": "d mmm yyyy"})
    money = workbook.add_format({"num_format": "#,##0.0000"})
    terms = workbook.add_worksheet("Terms")
    figures: dict[str, dt.date | float] = {
        "as_of": dt.date(2000, 3, 1), "closing_date": dt.date(1998, 12, 1 + seed % 28),
        "face_amount": 1000, "premium_rate": 0.06, "fixed_price": 5 + seed % 97 / 50,
        "lookback": 10, "preferred": 7500 - seed % 11, "exercise_price": 6.7838, "years": 3.4,
        "rate": 0.0575, "vol": 0.5 + seed % 31 / 100, "expiry": dt.date(2003, 7, 27),
    }  # fmt: skip
    for row, (name, value) in enumerate(figures.items()):
        terms.write(row, 0, name)
        if isinstance(value, dt.date):
            terms.write_datetime(row, 1, dt.datetime.combine(value, dt.time()), day)
        else:
            terms.write(row, 1, value, money)
        workbook.define_name(name, f"=Terms!$B${row + 1}")
    market = workbook.add_worksheet("Market")
    price = 5.0
    for row in range(60):
        price *= 1 + chance.uniform(-0.05, 0.05)
        market.write_number(row, 0, 36495 + row, day)
        market.write_number(row, 1, round(price, 4), money)
    workbook.define_name("bids", "=Market!$B$1:$B$60")
    schedule = workbook.add_worksheet("Schedule")
    for row in range(50):
        here = row + 1
        formulas = (
            f"=as_of+{row * 7}",
            f"=XLF_ACCRETED_PREMIUM(A{here},closing_date,face_amount,premium_rate)",
            f"=face_amount+B{here}",
            f"=XLF_CONVERSION_SHARES(preferred,face_amount,B{here},fixed_price)",
            f"=D{here}*fixed_price",
            f'=XLF_BLACK_SCHOLES("call",{2 + row / 5},exercise_price,years,rate,vol)',
            f"=ROUND(F{here}*D{here},2)",
            f"=IF(A{here}>expiry,0,F{here})",
        )
        for column, formula in enumerate(formulas):
            schedule.write_formula(row, column, formula, day if column == 0 else money, seed)
    checks = workbook.add_worksheet("Checks")
    for row in range(130):
        checks.write_formula(row, 0, f"=Schedule!C{row % 50 + 1}-face_amount", money, seed)
        checks.write_formula(row, 1, f"=IF(ABS(A{row + 1})<1E9,1,0)", money, seed)
    workbook.define_name("premium_now", "=Schedule!$B$1")
    workbook.close()


def seconds_a_book(books: list[Path], folder: Path, processes: int) -> float:
    """How long a process takes for a book once it is warm, all processes together."""
    request = Request(as_of=dt.date(2000, 3, 8), folder=folder)
    ends: list[float] = []
    failed: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        ends.append(perf_counter())
        if not outcome.good:
            failed.append(outcome)

    refresh_books([Job(book, request) for book in books], How(jobs=processes), done)
    if failed:
        sys.exit(f"{len(failed)} books failed: {failed[0].failure or failed[0].troubles}")
    return (ends[-1] - ends[WARM]) / (len(ends) - 1 - WARM)


def rates(folder: Path, what: str) -> tuple[float, float]:
    """Books a second on one process, and how many times that on two."""
    books = [folder / f"deal{number}.xlsx" for number in range(BOOKS)]
    for number, book in enumerate(books):
        deal_book(book, number)
    out = folder / "refreshed"
    out.mkdir()
    one, two = [], []
    spent = 0.0
    for _ in range(ROUNDS):
        before = sum(os.times()[2:4])  # of ended processes; a busy machine does not add to it
        one.append(1 / seconds_a_book(books, out, 1))
        spent += sum(os.times()[2:4]) - before
        two.append(1 / seconds_a_book(books, out, 2))
    gains = [double / single for single, double in zip(one, two, strict=True)]
    print(f"{BOOKS} books of 660 formulas, 150 of ours, {what}")
    for name, found in (("one process", one), ("two processes", two)):
        print(
            f"  {name:<20} {statistics.median(found):7.1f} books a second   best {max(found):.1f}"
        )
    each = spent / ROUNDS / BOOKS * 1e3
    print(f"  one process: {each:.1f} ms of processor time a book, its start included")
    return statistics.median(one), statistics.median(gains)


def throughput(folder: Path, what: str) -> list[bool]:
    """Whether the targets of books a second are met in a place."""
    rate, gain = rates(folder, what)
    return [
        at_least("books a second on one process", rate, LEAST_RATE),
        at_least("times that on two", gain, LEAST_GAIN),
    ]


def nothing(task: Task, _bench: Bench) -> Answer:
    """The work of an empty task."""
    return Answer(Outcome(Path(task.book)))


def overhead() -> float:
    """Milliseconds that a task costs besides its work."""
    here = str(Path(__file__).parent)
    os.environ["PYTHONPATH"] = os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])
    tasks = [Task(f"deal{number}.xlsx", b"") for number in range(EMPTY)]
    found = []
    for _ in range(ROUNDS):
        ends = [
            perf_counter()
            for _ in in_processes(tasks, Limits(), 1, f"{Path(__file__).stem}:nothing")
        ]
        found.append((ends[-1] - ends[WARM]) / (len(ends) - 1 - WARM) * 1e3)
    return statistics.median(found)


def many(folder: Path) -> float:
    """Seconds for 20,000 formulas of ours in one book, after an input has changed."""
    path = folder / "many.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.write_row(0, 0, [36130, 1000, 0.06])
    for row in range(1, MANY + 1):
        sheet.write_number(row, 0, 36200 + row % 900)
        sheet.write_formula(row, 1, f"=XLF_ACCRETED_PREMIUM(A{row + 1},$A$1,$B$1,$C$1)", None, 0)
    workbook.close()
    calculation = Formualizer().open(Package.read(path))
    start = perf_counter()
    calculation.recalculate()
    first = perf_counter() - start
    found = []
    for number in range(ROUNDS):
        calculation.set("S", "C1", 0.05 + number / 100)
        start = perf_counter()
        calculation.recalculate()
        found.append(perf_counter() - start)
    print(f"{MANY:,} formulas of ours in one book: {first:.3f} s the first time")
    return statistics.median(found)


def large_sheet(path: Path) -> None:
    """A book with a sheet of more than 100 MB, 20,000 formulas in it."""
    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet("S")
    row = written = 0
    while written < LARGE:
        sheet.write_formula(row, 0, f"=B{row + 1}*2", None, 0) if row < MANY else None
        for column in range(1, 60):
            sheet.write_number(row, column, row * 100.25 + column / 16)
        row += 1
        written += 59 * 27  # bytes of a cell, at the least
    workbook.close()


def large_file(path: Path) -> None:
    """A book of 100 MB, most of it a picture that does not pack."""
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    for row in range(MANY):
        sheet.write_number(row, 1, row)
        sheet.write_formula(row, 0, f"=B{row + 1}*2", None, 0)
    picture = path.with_suffix(".png")
    # A picture's head and as many bytes after it: XlsxWriter reads the head alone.
    head = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000010000000100802000000909168")
    picture.write_bytes(head + random.Random(1).randbytes(LARGE))  # noqa: S311  no secret
    sheet.insert_image("E1", picture)
    workbook.close()
    picture.unlink()


PATCH = """
import sys
from pathlib import Path
from xlfuncs.books.patch import write_values
from xlfuncs.ooxml.package import Package
package = Package.read(Path(sys.argv[1]))
results = {"S": {f"A{row}": row * 2.5 for row in range(1, 20001)}}
with open(sys.argv[1] + ".new", "wb") as file:
    file.write(write_values(package, {}, results))
status = Path("/proc/self/status").read_text()  # of this process alone, unlike getrusage
print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def memory(path: Path) -> float:
    """The most memory, in MB, that patching a book takes."""
    start = perf_counter()
    command = [sys.executable, "-c", PATCH, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = perf_counter() - start
    sheet = Package.read(path).archive.members["xl/worksheets/sheet1.xml"].size
    sizes = f"{path.stat().st_size >> 20} MB, its sheet {sheet >> 20} MB"
    print(f"a book of {sizes}: patched in {seconds:.1f} s")
    return float(done.stdout)


def at_least(what: str, figure: float, least: float) -> bool:
    met = figure >= least
    print(f"  {what}: {figure:.2f}, target at least {least:g}: {'met' if met else 'MISSED'}\n")
    return met


def at_most(what: str, figure: float, most: float) -> bool:
    met = figure <= most
    print(f"  {what}: {figure:.3f}, target at most {most:g}: {'met' if met else 'MISSED'}\n")
    return met


def main(place: str | None) -> bool:
    """Everything; whether all targets are met."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors\n")
    met: list[bool] = []
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name)
        met += throughput(folder, f"on the disk of {folder.parent}")
        if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
            with tempfile.TemporaryDirectory(dir=MEMORY) as within:
                met += throughput(Path(within), "in memory")
        met.append(at_most("overhead of a task, ms", overhead(), MOST_OVERHEAD))
        met.append(at_most("recalculation, s", many(folder), MOST_MANY))
        for make in (large_sheet, large_file):
            make(folder / "large.xlsx")
            met.append(at_most("memory, MB", memory(folder / "large.xlsx"), MOST_MEMORY))
    print(f"{sum(met)} of {len(met)} targets met")
    return all(met)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1] if len(sys.argv) > 1 else None) else 1)
