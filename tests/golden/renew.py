"""Writes the golden books anew and says what has changed: `python -m tests.golden.renew`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.support.parts import differences
from xlfuncs.books.deal_book import build_book
from xlfuncs.deal.reading import read_deal

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
# Each template, and the deal that it is the blank book of.
TEMPLATES: Final = {
    "lower_of_fixed_and_variable": "valence_1998",
    "fixed_price": "fixed_2024",
    "variable_price": "floating_2025",
    "offer_letter": "bogues_2004",
}
DEALS: Final = sorted(path.parent.name for path in (ROOT / "workbooks").glob("*/terms.toml"))


def golden_of(deal: str) -> Path:
    """The golden book of a deal."""
    return HERE / f"{deal}.xlsx"


def template_of(name: str) -> Path:
    """The file of a template."""
    return ROOT / "workbooks" / "templates" / f"{name}.xlsx"


def built(deal: str, *, blank: bool = False) -> bytes:
    """The book that a build makes now."""
    return build_book(read_deal(ROOT / "workbooks" / deal), blank=blank)


def _renew(file: Path, made: bytes) -> None:
    changed = differences(file.read_bytes(), made) if file.exists() else ["it is new"]
    if changed:
        file.write_bytes(made)
    print(f"{file.relative_to(ROOT)}: {len(changed)} differences", *changed, sep="\n  ")


if __name__ == "__main__":
    for each in DEALS:
        _renew(golden_of(each), built(each))
    for template, each in TEMPLATES.items():
        _renew(template_of(template), built(each, blank=True))
