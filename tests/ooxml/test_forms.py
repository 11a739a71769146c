"""Sheets read by their form give what a walk over their cells gives, or the same refusal."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.errors import BookError
from xlfuncs.ooxml import forms
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from xlfuncs.ooxml.forms import Reading
    from xlfuncs.ooxml.model import Cell
    from xlfuncs.ooxml.values import CellValue

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def book(rows: str, before: str = "") -> Package:
    """A book of one sheet, the markup of its rows given."""
    links = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override '
        f'PartName="/b.xml" ContentType="{KIND}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'{links}b" Type="{RELATED}/officeDocument" Target="b.xml"/>'
        "</Relationships>",
        "b.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets><sheet name="S" '
        'sheetId="1" r:id="s"/></sheets></workbook>',
        "_rels/b.xml.rels": f'{links}s" Type="{RELATED}/worksheet" Target="s.xml"/>'
        f'<Relationship Id="t" Type="{RELATED}/sharedStrings" Target="t.xml"/></Relationships>',
        "s.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>',
        "t.xml": f'<sst xmlns="{MAIN}"><si><t>one</t></si><si><t>two &amp; three</t></si></sst>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text.encode())
    return Package(data.getvalue(), "deal.xlsx")


def sheet(values: list[str]) -> str:
    """Six cells with a value, and others without, around them."""
    one, two, three, four, five, six = values
    return (
        f'<row r="1"><c r="A1"/><c r="B1"><v>{one}</v></c>'
        f'<c r="C1" t="s"><v>{two}</v></c><c r="D1" s="3"/></row>'
        '<row r="2"/><row r="3"><c r="A3" t="inlineStr"><is><t>in &amp; out</t></is></c>'
        f'<c r="B3" t="str"><f>B1&amp;"x"</f><v>{three}</v></c>'
        f'<c r="C3"><f>B1*2</f><v>{four}</v></c><c r="D3" t="b"><v>{five}</v></c></row>'
        f'<row r="7"><c r="A7" t="e"><v>{six}</v></c><c r="B7"><f>1+1</f></c></row>'
    )


# The first book of the form; what follows is read by it.
FIRST = ["1.5", "0", "text", "3", "1", "#N/A"]

numbers = (
    st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.integers().map(str)
    | st.sampled_from(["", " ", "1e5", "1E-3", " 12 ", "+1", ".5", "5.", "1_000", "nan", "1e999"])
)
indices = st.sampled_from(["0", "1", "2", "-1", "", " 1", "01", "1.0", "999999999999", "١"])
texts = st.text(max_size=8) | st.text("&;#<>_x041F\r\n\t]\x01é ", max_size=10)
entities = st.sampled_from(
    ["&amp;", "&#65;", "&lt;b&gt;", "&nbsp;", "]]>", "\x07", "a\rb", "_x000D_"]
)
values = st.tuples(
    numbers,
    indices,
    texts | entities,
    numbers | entities,
    st.sampled_from(["1", "0", "true", "2", ""]),
    st.sampled_from(["#N/A", "#DIV/0!", "#BUSY!", ""]),
).map(list)


def read(package: Package) -> list[tuple[Cell, CellValue]] | str:
    """Every cell with its value as a walk finds them, or the refusal."""
    try:
        return list(package.cells("S"))
    except BookError as error:
        return str(error)


def read_by_form(package: Package) -> list[tuple[Cell, CellValue]] | str:
    try:
        reading = package.reading("S")
        if reading is None:
            return read(package)
        cells = [reading.cell(at) for at in range(len(reading.form.cells))]
        return list(zip(cells, reading.values, strict=True))
    except BookError as error:
        return str(error)


def reading_of(package: Package) -> Reading:
    reading = package.reading("S")
    assert reading is not None
    return reading


@given(values)
def test_a_form_gives_what_a_walk_gives(found: list[str]) -> None:
    reading_of(book(sheet(FIRST)))  # so that the form is known
    markup = sheet(found)
    walked, by_form = read(book(markup)), read_by_form(book(markup))
    if isinstance(walked, str):
        assert isinstance(by_form, str)
    else:
        assert by_form == walked


def test_a_known_form_is_not_walked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = reading_of(book(sheet(FIRST)))
    monkeypatch.setattr("xlfuncs.ooxml.package.grid", None)
    again = reading_of(book(sheet(["-2", "1", "", "0", "0", "#REF!"])))
    assert again.form is first.form
    assert again.values[:3] == [None, -2.0, "two & three"]


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- <v>1</v> -->" + sheet(FIRST),
        sheet(FIRST).replace("<v>3</v>", "<v><![CDATA[3]]></v>"),
        sheet(FIRST).replace("<v>3</v>", '<v xml:space="preserve">3</v>'),
        sheet(FIRST).replace("<v>3</v>", "<v>3</v><is><t>4</t></is>"),
        sheet(FIRST).replace("<v>3</v>", "<v>3</v ><extLst><ext><v>9</v></ext></extLst>"),
    ],
)
def test_what_could_mean_something_else_is_walked(markup: str) -> None:
    assert book(markup).reading("S") is None


def test_a_value_outside_the_cells_makes_no_form() -> None:
    package = book(sheet(FIRST), before="<sheetPr/><other><v>1</v></other>")
    assert package.reading("S") is None


@pytest.mark.parametrize("markup", ["&bad;", "]]>", "\x01", "&#0;", "a & b"])
def test_a_value_that_is_not_xml_is_refused_in_a_known_form_too(markup: str) -> None:
    reading_of(book(sheet(FIRST)))
    with pytest.raises(BookError, match=r"sheet 'S' is not well-formed XML"):
        book(sheet([*FIRST[:2], markup, *FIRST[3:]])).reading("S")


def test_bytes_that_are_no_text_are_refused_in_a_known_form_too() -> None:
    reading_of(book(sheet(FIRST)))
    good = zipfile.ZipFile(io.BytesIO(book(sheet([*FIRST[:2], "1234", *FIRST[3:]])).data))
    parts = {name: good.read(name) for name in good.namelist()}
    parts["s.xml"] = parts["s.xml"].replace(b"<v>1234</v>", b"<v>12\xff4</v>")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises(BookError, match="not well-formed"):
        Package(data.getvalue(), "deal.xlsx").reading("S")


def test_the_oldest_forms_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = forms.Forms()
    monkeypatch.setattr("xlfuncs.ooxml.package._FORMS", kept)
    monkeypatch.setattr(forms, "_MOST_KEPT", 1_000)
    made = [
        reading_of(book(sheet(FIRST), before=f'<dimension ref="A1:D{last}"/>')).form
        for last in (7, 8, 9)
    ]
    again = [
        reading_of(book(sheet(FIRST), before=f'<dimension ref="A1:D{last}"/>')).form
        for last in (9, 7)
    ]
    assert again[0] is made[2]
    assert again[1] is not made[0]


def test_one_value_is_found_by_its_cell() -> None:
    package = book(sheet(FIRST))
    assert [package.value("S", ref) for ref in ("B1", "C1", "A3", "Z9")] == [
        1.5, "one", "in & out", None,
    ]  # fmt: skip
    assert package.values("S")["B7"] is None


def test_what_is_made_of_a_form_is_made_once_and_not_without_end() -> None:
    form = reading_of(book(sheet(FIRST))).form
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert form.kept("one", make) == form.kept("one", make)
    for key in range(200):
        form.kept(key, make)
    assert len(made) == 201
    assert len(form._kept) <= forms._MOST_MADE
