"""Books refreshed: set, recalculate, write the values into a copy, replace as a whole.

A book that cannot be refreshed costs only itself: its outcome says why, its file is untouched,
and the others go on.
"""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from xlfuncs.batch.bench import Bench
from xlfuncs.batch.outcome import Known, Outcome, Output
from xlfuncs.batch.plan import BIDS_NOTE, formulas_of, inputs_of, outputs_of
from xlfuncs.batch.settings import as_date
from xlfuncs.batch.troubles import Sentences, troubles
from xlfuncs.books.patch import write_values
from xlfuncs.books.replace import check_lock, fingerprint, replace_file
from xlfuncs.errors import ErrorValue, XlfuncsError
from xlfuncs.ooxml.names import resolve
from xlfuncs.ooxml.package import Package
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlfuncs.batch.plan import Request
    from xlfuncs.engines.base import Calculation
    from xlfuncs.ooxml.names import Place
    from xlfuncs.ooxml.values import CellValue

__all__ = ["Outcome", "Output", "guarded", "is_current", "refresh_book", "refresh_data"]


def refresh_book(
    book: Path, request: Request, bench: Bench | None = None, known: Known | None = None
) -> Outcome:
    """Refresh one book; what goes wrong is in the outcome, not raised.

    Args:
        book: the file.
        request: what is asked of it.
        bench: the engines of this process, if they are to be kept.
        known: what an earlier run has done with it for the same request; if that is still so,
            nothing is calculated.
    """
    if bench is None:
        with Bench() as own:
            return guarded(book, lambda: _refreshed(book, request, own, known))
    return guarded(book, lambda: _refreshed(book, request, bench, known))


def refresh_data(data: bytes, book: Path, request: Request, bench: Bench) -> tuple[Outcome, bytes]:
    """Refresh a book that is given as bytes, and give back the new bytes; writes nothing."""
    new = b""

    def refreshed() -> Outcome:
        nonlocal new
        package = Package(data, book.name, allow_signed=_may_be_signed(request))
        outcome, new = _calculated(package, book, request, bench)
        return outcome

    return guarded(book, refreshed), new


def guarded(book: Path, refreshed: Callable[[], Outcome]) -> Outcome:
    """What a refresh gives, or what it raised as the failure of its book."""
    try:
        return refreshed()
    except XlfuncsError as error:
        sentence = str(error)
        return Outcome(
            book, failure=sentence if book.name in sentence else f"{book.name}: {sentence}"
        )
    except MemoryError:
        what = "needs more memory than one book may take; --memory gives it more"
        return Outcome(book, failure=f"{book.name} {what}")
    except RecursionError:
        what = "holds something nested more deeply than any program writes, and is not read"
        return Outcome(book, failure=f"{book.name} {what}")
    except Exception as error:  # noqa: BLE001  a fault of ours in one book must not cost the others
        where = extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        fault = f"{type(error).__name__} at {place}: {error}"
        return Outcome(book, failure=f"{book.name}: xlfuncs itself failed: {fault}")


def is_current(known: Known, book: Path, target: Path, engine: str) -> bool:
    """Whether a file is still what an earlier run made of the same book by the same engine.

    A book replaced in place is no longer what was read: there the file written decides alone.
    """
    if (known.engine, known.version) != (engine, VERSION):
        return False
    try:
        if fingerprint(target.read_bytes()) != known.after:
            return False
        return target == book or fingerprint(book.read_bytes()) == known.before
    except OSError:  # then the refresh itself says what is wrong
        return False


def unchanged(known: Known, book: Path) -> Outcome:
    """The outcome for a book with which nothing had to be done."""
    return Outcome(
        book,
        outputs=known.outputs,
        bids=known.bids,
        up_to_date=True,
        before=known.before,
        after=known.after,
        engine=known.engine,
    )


def _refreshed(book: Path, request: Request, bench: Bench, known: Known | None) -> Outcome:
    target = request.target(book)
    if target is not None:
        check_lock(book)
        if known and is_current(known, book, target, bench.label(request.engine)):
            return unchanged(known, book)
    package = Package.read(book, allow_signed=_may_be_signed(request))
    outcome, data = _calculated(package, book, request, bench)
    if target is not None:  # the last thing done, so that nothing can fail after it
        replace_file(target, data, expected=outcome.before if target == book else None)
    return outcome


def _may_be_signed(request: Request) -> bool:
    """Whether a signature is no obstacle: it may be void, or nothing is written."""
    return request.signed or request.dry_run


def _calculated(
    package: Package, book: Path, request: Request, bench: Bench
) -> tuple[Outcome, bytes]:
    formulas = formulas_of(package)
    inputs = inputs_of(package, formulas, request)
    outputs = outputs_of(package, formulas, request.outputs)
    sentences = Sentences()
    calculation = bench.engine(request, sentences).open(package)
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
    before = fingerprint(package.data)
    outcome = Outcome(
        book=book,
        outputs={name: figures[name] for name in outputs},
        written=request.target(book),
        troubles=troubles(package, formulas, results, sentences),
        changed=_changed(formulas.values, results),
        bids=str(figures.get(BIDS_NOTE) or ""),
        before=before,
        after=before if data is package.data else fingerprint(data),
        engine=bench.label(request.engine),
    )
    return outcome, data


def _labels(package: Package) -> dict[str, Place]:
    """The cell that says what the book's bids are, if it has one."""
    known = {name.casefold() for name in package.defined_names}
    return {BIDS_NOTE: resolve(package, BIDS_NOTE)} if BIDS_NOTE in known else {}


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
    return package.value(place.sheet, ref)


def _shown(value: CellValue, package: Package, *, as_day: bool) -> Output:
    """A figure as the report holds it: a date as a date, an error as its text."""
    if isinstance(value, ErrorValue):
        return value.value
    if as_day and isinstance(value, float):
        return as_date(value, date1904=package.date1904)
    return value
