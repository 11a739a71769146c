"""A1 notation and defined names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.ooxml.names import NameKind, Place, absolute, read_name
from xlfuncs.ooxml.references import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Spot,
    area,
    column_letters,
    column_number,
    spot,
)

rows = st.integers(1, LAST_ROW)
columns = st.integers(1, LAST_COLUMN)
spots = st.builds(Spot, rows, columns)


@st.composite
def areas(draw: st.DrawFn) -> Area:
    one, other = draw(spots), draw(spots)
    return Area(Spot(*map(min, zip(one, other))), Spot(*map(max, zip(one, other))))  # noqa: B905


@given(columns)
def test_columns_go_there_and_back(number: int) -> None:
    assert column_number(column_letters(number)) == number


@given(areas())
def test_areas_go_there_and_back(given_area: Area) -> None:
    assert area(str(given_area)) == given_area
    assert spot(str(given_area.first)) == given_area.first


@pytest.mark.parametrize(
    "text", ["", "A", "1", "A0", "AAAA1", "XFE1", "A1048577", "$A$1", "a1", "A1:", ":A1", "B2:A1"]
)
def test_what_is_no_area(text: str) -> None:
    assert area(text) is None


@given(areas(), areas())
def test_areas_that_meet_share_a_cell(one: Area, other: Area) -> None:
    corner = Spot(*(max(pair) for pair in zip(one.first, other.first, strict=True)))
    assert one.meets(other) == (corner in one and corner in other)


sheet_names = st.text(
    st.characters(exclude_characters="[]:*?/\\", exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=31,
).filter(lambda name: not name.startswith("'") and not name.endswith("'"))


@given(sheet=sheet_names, where=areas())
def test_a_place_goes_there_and_back(sheet: str, where: Area) -> None:
    place = Place(sheet, where.first, where.last)
    assert read_name(absolute(place)) == place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Terms!$B$7", "Terms!B7"),
        ("=Terms!$B$7:$C$9", "Terms!B7:C9"),
        ("Terms!$C$9:$B$7", "Terms!B7:C9"),
        ("'Holders'' list'!$A$1", "'Holders'' list'!A1"),
        ("'a,b!c'!$A$1", "'a,b!c'!A1"),
        ("Übersicht!$A$1", "Übersicht!A1"),
        ("Terms!$B:$C", "Terms!B1:C1048576"),
        ("Terms!$2:$3", "Terms!A2:XFD3"),
    ],
)
def test_names_of_one_rectangle(text: str, expected: str) -> None:
    assert str(read_name(text)) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0.06", NameKind.CONSTANT),
        ("-1E-3", NameKind.CONSTANT),
        ('"no limit"', NameKind.CONSTANT),
        ('"Terms!$A$1"', NameKind.CONSTANT),
        ("TRUE", NameKind.CONSTANT),
        ("{1,2;3,4}", NameKind.CONSTANT),
        ("#N/A", NameKind.CONSTANT),
        ("Terms!$A$1*2", NameKind.FORMULA),
        ("OFFSET(Terms!$A$1,0,0,3)", NameKind.FORMULA),
        ("Table1[Price]", NameKind.FORMULA),
        ("$A$1", NameKind.FORMULA),
        ('"#REF!"&Terms!$A$1', NameKind.FORMULA),
        ("_xlfn.ANCHORARRAY(Terms!$A$1)", NameKind.FORMULA),
        ("Terms!$A$1,Terms!$C$1", NameKind.SEVERAL),
        ("'a,b'!$A$1:$A$2,'a,b'!$C$1", NameKind.SEVERAL),
        ("Terms!A1", NameKind.RELATIVE),
        ("Terms!$A1", NameKind.RELATIVE),
        ("Terms!$A$1:B2", NameKind.RELATIVE),
        ("Terms!1:2", NameKind.RELATIVE),
        ("Terms!A:$B", NameKind.RELATIVE),
        ("#REF!", NameKind.BROKEN),
        ("Terms!#REF!", NameKind.BROKEN),
        ("#REF!$A$1", NameKind.BROKEN),
        ("Terms!$A$1048577", NameKind.BROKEN),
        ("[1]Terms!$A$1", NameKind.ELSEWHERE),
        ("'[1]Deal terms'!$A$1", NameKind.ELSEWHERE),
        ("'C:\\books\\[deal.xlsx]Terms'!$A$1", NameKind.ELSEWHERE),
    ],
)
def test_other_names_are_told_apart(text: str, kind: NameKind) -> None:
    assert read_name(text) is kind


@given(st.text())
def test_any_text_means_something(text: str) -> None:
    assert isinstance(read_name(text), (Place, NameKind))
