from __future__ import annotations

import pytest

from xlfuncs.engines.formula_text import relative
from xlfuncs.engines.moving import Moving


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1+$A1+A$1+$A$1", "C4+$A4+C$1+$A$1"),
        ("a1", "C4"),
        ("SUM(A1:B2,A:A,$A:B,1:1,$1:2)", "SUM(C4:D5,C:C,$A:D,4:4,$1:5)"),
        ("S!A1+'A1 B2'!A1+'it''s A1'!A1+A1!A1", "S!C4+'A1 B2'!C4+'it''s A1'!C4+A1!C4"),
        ('"A1"&A1&"say ""A1"""', '"A1"&C4&"say ""A1"""'),
        ("LOG10(A1)+F1(2)+rate1999+XFE1+A1048577", "LOG10(C4)+F1(2)+rate1999+XFE1+A1048577"),
        ("1E5+1.5+{1,2;3,4}*A1%", "1E5+1.5+{1,2;3,4}*C4%"),
        ("XFD1", None),
        ("XFD:XFD", None),
        ("A1048574", None),
        ("1048574:1048574", None),
        ("$XFD$1048576", "$XFD$1048576"),
    ],
)
def test_three_down_and_two_to_the_right(formula: str, moved: str | None) -> None:
    assert Moving(formula).moved(3, 2) == moved
    assert Moving(formula).moved(0, 0) == formula.replace("a1", "A1")


def test_up_and_to_the_left() -> None:
    assert Moving("B2").moved(-1, -1) == "A1"
    assert Moving("B2").moved(-2, 0) is None
    assert Moving("B2").moved(0, -2) is None


@pytest.mark.parametrize("formula", ["S!A1", "S!$A1", "S!A:A", "S!1:$1", "1+S!A$1"])
def test_what_moves(formula: str) -> None:
    assert relative(formula)


@pytest.mark.parametrize("formula", ["S!$A$1", "S!$A:$B", "S!$1:$2", '"A1"', "A1!$A$1*2", "1E5"])
def test_what_stays(formula: str) -> None:
    assert not relative(formula)
