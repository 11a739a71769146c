"""The VBA module: its text, two independent checks of it, and a run in a VBA interpreter.

VBAlidator knows Excel's object model and finds a name that is not declared; pyOpenVBA compiles
the module and runs it. Neither is Excel: what only Excel can show is in
install/excel_checklist.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from xlfuncs.about import CARDS
from xlfuncs.errors import ErrorValue
from xlfuncs.hosts.excel_values import MARK, NUMBERS
from xlfuncs.hosts.vba import ENCODING, module_bytes, module_text, quoted, western
from xlfuncs.hosts.xlam import modules, xlwings_module

if TYPE_CHECKING:
    from pathlib import Path

    from xlfuncs.card import Card

TEXT = module_text()
LINES = TEXT.split("\r\n")

# The public entry of xlwings, and a workbook that asks, as a test has them.
XLPY = """
Option Explicit
Public Answer As Variant
Public AskedModule As String
Public AskedFunction As String
Public Given As Variant
Public Broken As Boolean
Public Asker As New Book
Public Function XLPy() As Object
    If Broken Then Err.Raise 1000, Description:="no Python here"
    Set XLPy = New Server
End Function
Public Sub Prepare(ByVal from1904 As Boolean, ByVal fails As Boolean)
    Asker.Date1904 = from1904
    Broken = fails
End Sub
Public Function Ask(ByVal says As Variant) As Variant
    Answer = says
    Ask = XLF_CONVERSION_SHARES(Range("A1"), Range("A2:B3"), 3, "text")
End Function
Public Function AskShort(ByVal says As Variant) As Variant
    Answer = says
    AskShort = XLF_CONVERSION_DATE(1, 2)
End Function
Public Function AskNone(ByVal says As Variant) As Variant
    Answer = says
    AskNone = XLF_VERSION()
End Function
Public Function AskMany(ByVal says As Variant) As Variant
    Answer = says
    AskMany = XLF_EXPLAIN("conversion_date", Range("A1"), 2)
End Function
Public Function Table() As Variant
    Dim made(0 To 1, 0 To 1) As Variant
    made(0, 0) = 1.5
    made(0, 1) = "#NUM! xlfuncs: because"
    made(1, 0) = ""
    made(1, 1) = True
    Table = made
End Function
"""
SERVER = """
Option Explicit
Public Function CallUDF(ByVal m As String, ByVal f As String, ByRef a As Variant) As Variant
    AskedModule = m
    AskedFunction = f
    Given = a
    CallUDF = Answer
End Function
"""
BOOK = "Public Date1904 As Boolean\n"


def wrapper(made: Card) -> str:
    """The text of one function, with its continued lines joined."""
    name = re.escape(made.worksheet_name)
    found = re.search(rf"Public Function {name}\(.*?End Function", TEXT, re.DOTALL)
    assert found is not None
    return re.sub(r"\( ", "(", re.sub(r" _\r\n\s*", " ", found[0]))


@pytest.mark.parametrize("made", CARDS, ids=[made.name for made in CARDS])
def test_a_wrapper_has_the_functions_arguments(made: Card) -> None:
    text = wrapper(made)
    head = re.search(r"\((.*)\) As Variant\r\n", text)
    assert head is not None
    heads = [one.strip() for one in head[1].split(",")] if head[1].strip() else []
    assert len(heads) == len(made.arguments)
    for one, argument in zip(heads, made.arguments, strict=True):
        if argument.repeated:
            assert one == f"ParamArray {argument.name}() As Variant"
        else:
            optional = "Optional " if argument.optional else ""
            assert one == f"{optional}ByRef {argument.name} As Variant"
    assert f'= XlfAnswer("{made.worksheet_name}", ' in text
    if not made.arguments or not made.arguments[-1].repeated:
        passed = ", ".join(argument.name for argument in made.arguments)
        assert f"Array({passed}))" in text


@pytest.mark.parametrize("made", CARDS, ids=[made.name for made in CARDS])
def test_help_says_what_the_card_says(made: Card) -> None:
    assert TEXT.count(f'XlfHelp "{made.worksheet_name}", ') == 1
    summary = western(made.summary.rstrip(".")).replace('"', '""')
    assert f'{made.worksheet_name}.VB_Description = "{summary}' in TEXT
    for argument in made.arguments:
        assert western(argument.help[1:]).replace('"', '""') in TEXT


def test_the_text_is_as_vba_wants_it() -> None:
    assert LINES[0] == 'Attribute VB_Name = "xlfuncs"'
    assert module_bytes().decode(ENCODING) == TEXT
    assert "\n" not in TEXT.replace("\r\n", "")
    assert max(map(len, LINES)) <= 1000
    assert "@" not in TEXT
    for literal in re.findall(r'"((?:[^"]|"")*)"', TEXT):
        assert len(literal.replace('""', '"')) <= 255
    for block in re.findall(r"(?:[^\r\n]* _\r\n)+", TEXT):
        assert block.count(" _\r\n") <= 24
    names = [made.worksheet_name.lower() for made in CARDS]
    assert not {argument.name for made in CARDS for argument in made.arguments} & {
        *names, "array", "xlfanswer", "passed", "isobject", "ubound", "caller",
    }  # fmt: skip


@pytest.mark.parametrize("made", CARDS, ids=[made.name for made in CARDS])
def test_no_letter_of_the_help_is_lost(made: Card) -> None:
    for text in (made.summary, *(argument.help for argument in made.arguments)):
        assert western(text).count("?") == text.count("?"), f"no letter in cp1252 for {text!r}"


def test_text_in_quotes() -> None:
    assert quoted('the "limit" ≤ 4.9\u00a0%\nor – none') == '"the ""limit"" <= 4.9 % or – none"'
    assert western("Dvořák ☃") == "Dvorák ?"


@pytest.mark.parametrize(
    "damage",
    [("", ""), ("End If", "End Iff"), ("XlfShown = result", "XlfShwon = result"),
     ("    Dim place As Long\r\n", ""), ("xlErrName", "xlErrNmae"), ("    XlfHelp001", "    Xlf1"),
     ("ByRef bloomberg_bid", "ByRef bid"), ("    Next row\r\n", ""),
     ("2 = formula", "2 = (formula")],
)  # fmt: skip
def test_the_checks_accept_it_and_find_damage(damage: tuple[str, str], tmp_path: Path) -> None:
    text = TEXT.replace(*damage, 1) if damage[0] else TEXT
    assert (text == TEXT) == (damage == ("", ""))
    assert bool(_complaints(text, tmp_path)) == (text != TEXT)


def _complaints(text: str, folder: Path) -> list[str]:
    from pyopenvba.apps.excel import ExcelApplication  # noqa: PLC0415  a second to load
    from pyopenvba.interpreter import VBACompileError  # noqa: PLC0415
    from vbalidator import precheck  # noqa: PLC0415

    (folder / "xlfuncs.bas").write_bytes(text.encode(ENCODING))
    stub = (
        'Attribute VB_Name = "xlwings"\r\nOption Explicit\r\nPublic Function XLPy() As Object\r\n'
    )
    (folder / "xlwings.bas").write_bytes(f"{stub}End Function\r\n".encode())
    found = [str(error) for error in precheck(str(folder), host="excel").errors]
    try:
        excel = ExcelApplication()
        excel.add_workbook()
        excel.add_module(text, name="xlfuncs")
    except VBACompileError as error:
        found.append(str(error))
    return found


def test_the_module_of_xlwings_has_what_ours_calls() -> None:
    text = xlwings_module()
    assert re.search(r"(?m)^Function XLPy\(\)", text)
    assert text.startswith('Attribute VB_Name = "xlwings"')
    assert list(modules()) == ["xlwings", "xlfuncs"]
    ours = set(re.findall(r"(?m)^Public (?:Sub|Function) (\w+)", TEXT))
    theirs = set(re.findall(r"(?m)^(?:Public )?(?:Sub|Function) (\w+)", text))
    assert not {name.lower() for name in ours} & {name.lower() for name in theirs}


@pytest.fixture(scope="module")
def interpreter() -> Any:
    """The module in an interpreter of VBA, which lacks Application.Caller and attributes."""
    from pyopenvba.apps.excel import ExcelApplication  # noqa: PLC0415

    text = re.sub(r"(?m)^Attribute XLF_.*\r\n", "", TEXT)
    text = text.replace('TypeName(Application.Caller) = "Range"', "True")
    text = text.replace("Application.Caller.Worksheet.Parent", "Asker")
    assert text.count("Asker") == 1
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module(text, name="xlfuncs")
    excel.add_module(XLPY, name="xlwings")
    excel.add_module(SERVER, name="Server", kind="class")
    excel.add_module(BOOK, name="Book", kind="class")
    sheet = excel.sheet(1)
    sheet.set_value("A1", 12.5)
    sheet.set_value("A2", 1)
    sheet.set_value("B3", "t")
    return excel


Vba = Any


@pytest.fixture
def vba(interpreter: Vba) -> Vba:
    """The same, with a Python that answers a book of 1900."""
    interpreter.run("Prepare", False, False)  # noqa: FBT003  VBA passes by place
    return interpreter


@pytest.mark.parametrize("error", ErrorValue)
def test_an_error_becomes_a_true_one(error: ErrorValue, vba: Vba) -> None:
    shown = vba.evaluate(f'Ask("{error.value}{MARK}because (Warrant, 4(g))")')
    assert str(shown) == f"Error {NUMBERS[error]}"


@pytest.mark.parametrize(
    ("says", "shows"),
    [("5", 5), ("True", True), ('"text"', "text"), ('"#x"', "#x"), ('""', ""), ('"#N/A"', "#N/A"),
     ('"#NIX xlfuncs: x"', "#NIX xlfuncs: x")],
)  # fmt: skip
def test_any_other_value_stays(says: str, shows: object, vba: Vba) -> None:
    found = vba.evaluate(f"Ask({says})")
    assert (found, type(found)) == (shows, type(shows))


def test_errors_inside_rows_and_tables(vba: Vba) -> None:
    row = vba.evaluate('Ask(Array("#N/A xlfuncs: why", 2, "b"))')
    assert [str(row[0]), row[1], row[2]] == ["Error 2042", 2, "b"]
    assert vba.evaluate("UBound(Ask(Table()), 2)") == 1
    assert vba.evaluate("Ask(Table())(0, 0)") == 1.5
    assert str(vba.evaluate("Ask(Table())(0, 1)")) == "Error 2036"
    assert vba.evaluate("Ask(Table())(1, 1)") is True


def test_what_python_is_given(vba: Vba) -> None:
    vba.evaluate("Ask(1)")
    assert vba.evaluate("AskedFunction") == "XLF_CONVERSION_SHARES"
    assert vba.evaluate("UBound(Given)") == 3
    assert vba.evaluate("Given(0)") == 12.5
    assert vba.evaluate("Given(1)(2, 2)") == "t"
    assert [vba.evaluate("Given(2)"), vba.evaluate("Given(3)")] == [3, "text"]
    vba.evaluate("AskShort(1)")
    assert vba.evaluate("UBound(Given)") == 2  # an argument left out is passed as such
    vba.evaluate("AskMany(1)")
    assert [vba.evaluate(f"Given({at})") for at in range(3)] == ["conversion_date", 12.5, 2]
    assert vba.evaluate('AskNone("0.1.0")') == "0.1.0"
    assert vba.evaluate("UBound(Given)") == -1


@pytest.mark.parametrize(
    ("date1904", "module"), [(False, "xlfuncs.hosts.excel"), (True, "xlfuncs.hosts.excel_1904")]
)
def test_the_date_system_of_the_book_that_asks(date1904: bool, module: str, vba: Vba) -> None:  # noqa: FBT001
    vba.run("Prepare", date1904, False)  # noqa: FBT003
    vba.evaluate("Ask(1)")
    assert vba.evaluate("AskedModule") == module


def test_a_python_that_does_not_answer_is_no_value(vba: Vba) -> None:
    vba.run("Prepare", False, True)  # noqa: FBT003
    assert str(vba.evaluate("Ask(1)")) == "Error 2029"


@pytest.mark.parametrize(
    ("formula", "plain"),
    [("=1+[1]!XLF_X(A1)", "=1+XLF_X(A1)"),
     (r"='C:\a b\xlfuncs.xlam'!XLF_X(A1)*'C:\a b\xlfuncs.xlam'!xlf_y()", "=XLF_X(A1)*xlf_y()"),
     (r"=IF(A1,'C:\it''s\xlfuncs.xlam'!XLF_X(B1),0)", "=IF(A1,XLF_X(B1),0)"),
     ("=xlfuncs.xlam!XLF_X(Sheet1!A1)", "=XLF_X(Sheet1!A1)"),
     ('=A1&"see !XLF_X"', '=A1&"see !XLF_X"'), ("=XLF_X(A1)", "=XLF_X(A1)"),
     ("=SUM(A1)", "=SUM(A1)")],
)  # fmt: skip
def test_a_file_before_our_names_is_taken_off(formula: str, plain: str, vba: Vba) -> None:
    literal = formula.replace('"', '""')
    assert vba.evaluate(f'XlfPlain("{literal}")') == plain
