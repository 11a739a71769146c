"""The embedded engine and LibreOffice calculate the same native formulas and agree.

Once with the data that the cases were made with, and once with other data, so that figures are
compared that nobody has written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xlfuncs.engines.base import Value

NO_NUMBER = "text and truths in a range that LibreOffice counts and Excel does not, or the reverse"
NOT_THERE = "LibreOffice 7.4 does not have the function"
NO_CODE = "LibreOffice has one code for what Excel tells apart"
TRUTHS = "a truth is a number to LibreOffice"
BLANK = "text without letters is blank to LibreOffice when it reads a file"

# Formulas on which LibreOffice and Excel differ; the embedded engine does as Excel does.
DIFFERENT: dict[str, str] = {
    "POWER(0,0)": "LibreOffice gives 1",
    "0^0": "LibreOffice gives 1",
    "(-8)^(1/3)": "LibreOffice takes the real root",
    "SUM(D!D1:D6)": NO_NUMBER,
    "AVERAGE(D!D1:D6)": NO_NUMBER,
    "COUNT(D!A1:D6)": NO_NUMBER,
    "COUNTA(D!C1:D6)": BLANK,
    "ISBLANK(D!C5)": BLANK,
    "D!C5+1": BLANK,
    'COUNTIF(D!C1:C12,"<>")': BLANK,
    "COUNTIF(D!D1:D6,12)": NO_NUMBER,
    "SUMPRODUCT(D!D1:D6,D!B1:B6)": NO_NUMBER,
    'MAX("5",3)': "LibreOffice takes no text for a number in an argument",
    'SUM("5",3)': "LibreOffice takes no text for a number in an argument",
    'VLOOKUP("c*",D!C1:D6,2,FALSE)': TRUTHS,
    '"a"&1&TRUE': TRUTHS,
    "TRUE=1": TRUTHS,
    "TRUE>5": TRUTHS,
    '_xlfn.TEXTJOIN(",",TRUE,"a",1.5,TRUE)': TRUTHS,
    "_xlfn.XLOOKUP(36199,D!A1:A12,D!B1:B12)": NOT_THERE,
    '_xlfn.XLOOKUP(36198,D!A1:A12,D!B1:B12,"none",-1)': NOT_THERE,
    "_xlfn.XMATCH(36199,D!A1:A12)": NOT_THERE,
    "_xlfn.LET(_xlpm.x,5,_xlpm.x*2)": NOT_THERE,
    '"10 Feb 1999"+0': "LibreOffice reads dates in figures only",
    "SQRT(-1)": NO_CODE,
    "LN(0)": NO_CODE,
    "LN(-1)": NO_CODE,
    'DATEDIF(36207,36192,"d")': NO_CODE,
    "INDEX(D!B1:B12,13)": NO_CODE,
    "SMALL(D!B1:B12,13)": NO_CODE,
    "LARGE(D!B1:B12,0)": NO_CODE,
    "NORMSINV(0)": NO_CODE,
    "IRR(D!D5:D6)": "LibreOffice finds no rate that far from 10 %",
}
# Where the number is not among the data; LibreOffice gives a rank of -1.
DIFFERENT_ELSEWHERE = {"_xlfn.RANK.EQ(5.125,D!B1:B12,1)"}
FILES = ("native_cases.tsv", "array_cases.tsv")


class Found(NamedTuple):
    """A formula's value by either program."""

    formula: str
    ours: Value
    theirs: Value


def other_data(cells: dict[str, object]) -> dict[str, object]:
    """Sheet D with other dates, bids, words and numbers."""
    other = dict(cells)
    for row in range(1, 13):
        other[f"A{row}"] = cells[f"A{row}"] + (0 if row < 4 else 7)  # type: ignore[operator]  # dates
        bid: Any = cells[f"B{row * 5 % 12 + 1}"]
        other[f"B{row}"] = round(bid * 1.37 + row / 16, 4)
    return other | {
        "B7": 5.0, "C1": "Put", "C2": "calls", "C6": 0.085, "D1": 3, "D5": -7.25, "D6": 250_000.5,
    }  # fmt: skip


@pytest.fixture(scope="module")
def figures(
    convert: Callable[[Sequence[Path], str], list[Path]],
    tmp_path_factory: pytest.TempPathFactory,
    book: Callable[..., Package],
    cases: Callable[[str], dict[str, Value]],
    bid_sheet: dict[str, object],
    bid_names: dict[str, str],
) -> dict[str, list[Found]]:
    """By kind of data, every case as both programs calculate it."""
    plain, arrays = (cases(file) for file in FILES)
    sheets: dict[str, dict[str, object]] = {
        "S": {f"A{row}": f"={formula}" for row, formula in enumerate(plain, 1)},
        "T": {
            f"A{row}": f'<f t="array" ref="A{row}">{formula.replace("<", "&lt;")}</f>'
            for row, formula in enumerate(arrays, 1)
        },
    }
    folder = tmp_path_factory.mktemp("native")
    packages = {}
    for kind, data in (("first", bid_sheet), ("other", other_data(bid_sheet))):
        packages[kind] = book({"D": data, **sheets}, bid_names)
        (folder / f"{kind}.xlsx").write_bytes(packages[kind].data)
    files = convert([folder / f"{kind}.xlsx" for kind in packages], "xlsx")
    found: dict[str, list[Found]] = {}
    for (kind, package), file in zip(packages.items(), files, strict=True):
        calculation = Formualizer().open(package)
        calculation.recalculate()
        ours, theirs = calculation.read(), Package.read(file)
        found[kind] = [
            Found(formula, ours[tab][f"A{row}"], values.get(f"A{row}"))
            for tab, formulas in (("S", plain), ("T", arrays))
            for values in [theirs.values(tab)]
            for row, formula in enumerate(formulas, 1)
        ]
    return found


def agree(one: Value, other: Value) -> bool:
    if type(one) is float and type(other) is float:
        return one == pytest.approx(other, rel=1e-12, abs=1e-15)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("kind", ["first", "other"])
def test_the_engines_agree(kind: str, figures: dict[str, list[Found]]) -> None:
    known = {*DIFFERENT, *(DIFFERENT_ELSEWHERE if kind == "other" else ())}
    compared = [each for each in figures[kind] if each.formula not in known]
    assert len(compared) > 800
    assert [each for each in compared if not agree(each.ours, each.theirs)] == []


def test_other_data_give_other_figures(figures: dict[str, list[Found]]) -> None:
    """The second comparison says more than the first, figures being others by the hundred."""
    pairs = zip(figures["first"], figures["other"], strict=True)
    assert sum(not agree(one.ours, two.ours) for one, two in pairs) > 100


def test_every_known_difference_is_one(figures: dict[str, list[Found]]) -> None:
    newer = {  # a later LibreOffice may come to agree, but not on what it has always done
        formula for formula, why in DIFFERENT.items() if why in {NOT_THERE, NO_CODE}
    }
    same = {each.formula for each in figures["first"] if agree(each.ours, each.theirs)}
    assert same & (DIFFERENT.keys() - newer) == set()


def test_the_cases_are_marked_where_the_two_differ(cases_marked: set[str]) -> None:
    assert cases_marked == DIFFERENT.keys()


def test_errors_are_errors_to_both(figures: dict[str, list[Found]]) -> None:
    for each in figures["first"]:
        if DIFFERENT.get(each.formula) == NO_CODE:
            assert isinstance(each.ours, ErrorValue)
            assert isinstance(each.theirs, ErrorValue)
