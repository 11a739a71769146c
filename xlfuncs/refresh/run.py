"""Books refreshed: set, recalculate, write the values into a copy, replace as a whole.

A book that cannot be refreshed costs only itself: its outcome says why, its file is untouched,
and the others go on.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from xlfuncs.books.patch import write_values
from xlfuncs.books.replace import fingerprint, replace_file
from xlfuncs.engines.choose import engine_named
from xlfuncs.engines.excel import Excel
from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.engines.libreoffice import LibreOffice
from xlfuncs.errors import ErrorValue, XlfuncsError
from xlfuncs.hosts.cells import worksheet_functions
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package
from xlfuncs.refresh.plan import BIDS_NOTE, formulas_of, inputs_of, outputs_of
from xlfuncs.refresh.settings import as_date
from xlfuncs.refresh.troubles import Sentences, troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlfuncs.engines.base import Calculation, Engine
    from xlfuncs.hosts.cells import CellResult
    from xlfuncs.ooxml.names import Place
    from xlfuncs.ooxml.values import CellValue
    from xlfuncs.refresh.plan import Request

Output = dt.date | bool | float | str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one book.

    Attributes:
        book: the file.
        outputs: the named figures, dates as dates.
        written: the file with the new values; None if none was written.
        troubles: figures that could not be computed, each with its cell and the reason.
        failure: why the book could not be refreshed at all; its file is then untouched.
        bids: the label of the book's bids, which goes wherever figures made from them go.
        changed: how many formula cells show another value than before.
    """

    book: Path
    outputs: Mapping[str, Output] = field(default_factory=dict)
    written: Path | None = None
    troubles: tuple[str, ...] = ()
    failure: str = ""
    changed: int = 0
    bids: str = ""

    @property
    def good(self) -> bool:
        """Whether every figure was computed."""
        return not self.failure and not self.troubles


def refresh_books(
    books: Sequence[Path],
    request: Request,
    jobs: int = 1,
    done: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Refresh books, several at a time in processes of their own.

    Args:
        books: the files.
        request: what is asked of each.
        jobs: how many processes work at once.
        done: is told of each book as it is finished.

    Returns:
        the outcomes in the order of the books.
    """
    if jobs <= 1 or len(books) <= 1:
        outcomes = []
        for book in books:
            outcomes.append(refresh_book(book, request))
            done(outcomes[-1])
        return outcomes
    found: dict[Path, Outcome] = {}
    context = get_context("spawn")  # a forked copy of a threaded process may hang
    with ProcessPoolExecutor(min(jobs, len(books)), mp_context=context) as pool:
        waiting = {pool.submit(refresh_book, book, request): book for book in books}
        for future in as_completed(waiting):
            book = waiting[future]
            try:
                outcome = future.result()
            except BrokenProcessPool:
                outcome = Outcome(book, failure=f"{book}: the process that worked on it died")
            found[book] = outcome
            done(outcome)
    return [found[book] for book in books]


def refresh_book(book: Path, request: Request) -> Outcome:
    """Refresh one book; what goes wrong is in the outcome, not raised."""
    try:
        return _refreshed(book, request)
    except XlfuncsError as error:
        sentence = str(error)
        return Outcome(
            book, failure=sentence if book.name in sentence else f"{book.name}: {sentence}"
        )
    except Exception as error:  # noqa: BLE001  a fault of ours in one book must not cost the others
        where = extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        fault = f"{type(error).__name__} at {place}: {error}"
        return Outcome(book, failure=f"{book.name}: xlfuncs itself failed: {fault}")


def _refreshed(book: Path, request: Request) -> Outcome:
    package = Package.read(book)
    formulas = formulas_of(package)
    inputs = inputs_of(package, formulas, request)
    outputs = outputs_of(package, formulas, request.outputs)
    sentences = Sentences()
    calculation = _engine(request, sentences).open(package)
    try:
        for sheet, cells in inputs.items():
            for ref, value in cells.items():
                calculation.set(sheet, ref, value)
        calculation.recalculate()
        results = calculation.read()
        data = write_values(package, inputs, results, _resized(calculation, formulas.arrays))
    finally:
        calculation.close()
    figures = {
        name: _shown(
            _figure(package, place, results, inputs),
            package,
            as_day=str(place.first) in formulas.dates[place.sheet],
        )
        for name, place in {**outputs, **_labels(package)}.items()
    }
    outcome = Outcome(
        book=book,
        outputs={name: figures[name] for name in outputs},
        written=request.target(book),
        troubles=troubles(package, formulas, results, sentences),
        changed=_changed(formulas.values, results),
        bids=str(figures.get(BIDS_NOTE) or ""),
    )
    if outcome.written is not None:  # the last thing done, so that nothing can fail after it
        expected = fingerprint(package.data) if outcome.written == book else None
        replace_file(outcome.written, data, expected=expected)
    return outcome


def _labels(package: Package) -> dict[str, Place]:
    """The cell that says what the book's bids are, if it has one."""
    known = {name.casefold() for name in package.defined_names}
    return {BIDS_NOTE: resolve(package, BIDS_NOTE)} if BIDS_NOTE in known else {}


def _engine(request: Request, sentences: Sentences) -> Engine:
    """The engine asked for; TODAY and NOW say the as-of date, never the clock's."""
    as_of = request.as_of
    clock = None if as_of is None else dt.datetime.combine(as_of, dt.time())
    if request.engine == "libreoffice":
        return LibreOffice(clock, sentences.hear)
    if request.engine == "excel":
        return Excel(clock)
    if request.engine not in {"auto", "formualizer"}:
        return engine_named(request.engine)

    def functions(date1904: bool) -> Mapping[str, Callable[..., CellResult]]:  # noqa: FBT001  the one thing it is asked
        return worksheet_functions(date1904=date1904, heard=sentences.hear)

    return Formualizer(functions, clock)


def _resized(
    calculation: Calculation, before: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The arrays that fill other cells than before."""
    now = calculation.arrays()
    return {
        sheet: {
            anchor: area
            for anchor, area in areas.items()
            if before.get(sheet, {}).get(anchor) != area
        }
        for sheet, areas in now.items()
    }


def _changed(
    before: Mapping[str, Mapping[str, CellValue]], after: Mapping[str, Mapping[str, CellValue]]
) -> int:
    return sum(
        before.get(sheet, {}).get(ref) != value
        for sheet, cells in after.items()
        for ref, value in cells.items()
    )


def _figure(
    package: Package,
    place: Place,
    results: Mapping[str, Mapping[str, CellValue]],
    inputs: Mapping[str, Mapping[str, CellValue]],
) -> CellValue:
    """What a cell shows after the refresh: a result, an input just set, or what it held."""
    ref = str(place.first)
    for values in (results, inputs):
        if ref in values.get(place.sheet, {}):
            return values[place.sheet][ref]
    return package.values(place.sheet).get(ref)


def _shown(value: CellValue, package: Package, *, as_day: bool) -> Output:
    """A figure as the report holds it: a date as a date, an error as its text."""
    if isinstance(value, ErrorValue):
        return value.value
    if as_day and isinstance(value, float):
        return as_date(value, date1904=package.date1904)
    return value
