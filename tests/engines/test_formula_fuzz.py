"""Formulas made by chance: the embedded engine gives what LibreOffice gives, or refuses."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from xlfuncs.engines.formualizer import Formualizer
from xlfuncs.errors import ErrorValue
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xlfuncs.engines.base import Value

FORMULAS: Final = 400
DEEPEST: Final = 3

# What each kind of formula is made of: {N}, {T}, {B} and {D} are a number, a text, a truth and a
# date, {n} is a small whole number, {c} a comparison.
FORMS: Final = {
    "N": (
        "({N}+{N})", "({N}-{N})", "{N}*{N}", "({N}/{N})", "-{N}", "{N}%", "ROUND({N},{n})",
        "ROUNDUP({N},{n})", "ROUNDDOWN({N},{n})", "INT({N})", "TRUNC({N})", "MOD({N},7)",
        "IF({B},{N},{N})", "MIN({N},{N})", "MAX({N},{N})", "SUM({N},D!B1:B7)", "ABS({N})",
        "LEN({T})", "YEAR({D})", "MONTH({D})", "DAY({D})", "WEEKDAY({D},2)", "({D}-{D})",
        "YEARFRAC({D},{D},{n})", "NETWORKDAYS({D},{D})", "WORKDAY({D},{n})", "DAYS360({D},{D})",
        'COUNTIF(D!B1:B12,"{c}"&{N})', 'SUMIF(D!A1:A12,"{c}"&{D},D!B1:B12)', "FLOOR({N},0.5)",
        "SUMPRODUCT((D!B1:B6{c}{N})*D!B1:B6)", "SMALL(D!B1:B12,{n}+1)", "CEILING({N},0.25)",
        "IFERROR({N}*1,{N})", "EXP(-ABS({N})/1000)", "VALUE({T})",
    ),
    "B": (
        "({N}{c}{N})", "AND({N}>1,{N}<50)", "OR({N}=0,{N}>5)", "ISNUMBER({N})", "({T}={T})",
        "NOT({N}>3)", "ISERROR({N})", "ISNUMBER({T})",
    ),
    "T": (
        "({T}&{T})", "LEFT({T},{n})", "MID({T},{n}+1,3)", "UPPER({T})", 'TEXT({N},"0.00")',
        'TEXT({N},"#,##0")', 'TEXT({D},"d mmm yyyy")', 'TEXT({D},"mmmm d, yyyy")', "REPT({T},2)",
        'SUBSTITUTE({T},"a","b")', "TRIM({T})", "IF({B},{T},{T})", "({T}&ROUND({N},2))",
    ),
    "D": ("D!A{n}", "DATE(1999,{n}*5,{n}*9)", "EDATE(D!A3,{n}*7)", "EOMONTH(D!A9,-{n})"),
}  # fmt: skip
ENDS: Final = {
    "N": ("D!B{n}", "D!A3", "D!D1", "D!D5", "D!Z1", "D!C6", "D!D3", "{n}", "17.25", "0.37", "1E-3"),
    "B": ("TRUE", "D!D1>D!B2", "D!Z1=0"),
    "T": ('"abc"', '"Series A"', "D!C1", "D!C2", '"12"', '"1,234"', "D!Z1&D!C3"),
    "D": ("D!A{n}", "D!A11"),
}


def made(chance: random.Random, kind: str, depth: int) -> str:
    """A formula of a kind."""
    form = chance.choice(FORMS[kind] if depth else ENDS[kind])
    out, rest = "", form
    while "{" in rest:
        before, _, rest = rest.partition("{")
        word, _, rest = rest.partition("}")
        if word in FORMS:
            part = made(chance, word, max(depth - 1, 0))
        else:
            part = chance.choice(("<", "<=", ">", ">=", "<>") if word == "c" else "1234")
        out += before + part
    return out + rest


def agree(one: Value, other: Value) -> bool:
    if isinstance(one, ErrorValue):  # LibreOffice has fewer of them
        return isinstance(other, ErrorValue)
    if isinstance(one, float) and isinstance(other, (bool, float)):
        # It rounds every difference next to zero away, Excel a formula's last one.
        return abs(one - other) <= 1e-9 * max(1, abs(one))
    return type(one) is type(other) and one == other


def test_formulas_made_by_chance(
    convert: Callable[[Sequence[Path], str], list[Path]],
    tmp_path: Path,
    book: Callable[..., Package],
    bid_sheet: dict[str, object],
) -> None:
    chance = random.Random(7)  # noqa: S311  formulas, not secrets
    formulas = list(
        dict.fromkeys(
            made(chance, chance.choice("NNTB"), chance.randint(1, DEEPEST)) for _ in range(FORMULAS)
        )
    )
    package = book(
        {"D": bid_sheet, "S": {f"A{row}": f"={text}" for row, text in enumerate(formulas, 1)}}
    )
    path = tmp_path / "chance.xlsx"
    path.write_bytes(package.data)
    theirs = Package.read(convert([path], "xlsx")[0]).values("S")
    calculation = Formualizer().open(package)
    calculation.recalculate()
    ours = calculation.read()["S"]
    wrong = [
        f"{text} gives {ours[ref]!r}, LibreOffice {theirs.get(ref)!r}"
        for row, text in enumerate(formulas, 1)
        for ref in [f"A{row}"]
        if not agree(ours[ref], theirs.get(ref))
    ]
    assert not wrong
    assert len(formulas) > 300
    assert sum(isinstance(value, ErrorValue) for value in ours.values()) < len(formulas) / 4
