"""The macros for a person, run in an interpreter of VBA over a small workbook in VBA."""

from __future__ import annotations

import re
from typing import Any

import pytest

from xlfuncs.hosts.vba import module_text

NAME_ERROR = 2029

# A sheet with cells, as far as the macro asks; a refused cell is one of a protected sheet.
CELL = """
Public Where As String
Public Text As String
Public Kind As String
Public Shown As Variant
Public Log As String
Public Property Get Formula() As String
    Formula = Text
End Property
Public Property Let Formula(ByVal given As String)
    Enter "Formula", given
End Property
Public Property Get Formula2() As String
    If Kind = "old" Then Err.Raise 438
    If Kind = "implicit" Then Formula2 = "=@" & Mid$(Text, 2) Else Formula2 = Text
End Property
Public Property Let Formula2(ByVal given As String)
    Enter "Formula2", given
End Property
Public Property Let FormulaArray(ByVal given As String)
    Enter "FormulaArray", given
End Property
Public Property Get HasSpill() As Boolean
    If Kind = "old" Then Err.Raise 438
    HasSpill = (Kind = "spill")
End Property
Public Property Get HasArray() As Boolean
    HasArray = (Kind = "array")
End Property
Public Property Get CurrentArray() As Object
    Set CurrentArray = Me
End Property
Public Property Get Cells(ByVal r As Long, ByVal c As Long) As Object
    Set Cells = Me
End Property
Public Property Get Value2() As Variant
    Value2 = Shown
End Property
Public Function Address(Optional ByVal a As Variant, Optional ByVal b As Variant) As String
    Address = Where
End Function
Private Sub Enter(ByVal how As String, ByVal given As String)
    If Kind = "refused" Then Err.Raise 1004, Description:="protected"
    Text = given
    Log = Log & how & " " & given
End Sub
"""
SHEET = """
Public Name As String
Public Cells As New Collection
Public Property Get UsedRange() As Object
    Set UsedRange = Me
End Property
Public Function SpecialCells(ByVal kind As Long) As Object
    If Cells.Count = 0 Then Err.Raise 1004, Description:="No cells were found."
    Set SpecialCells = Me
End Function
"""
BOOK = """
Option Explicit
Public TheSheets As New Collection
Public Answer As Variant
Public Function XLPy() As Object
    If IsEmpty(Answer) Then Err.Raise 1000, Description:="no Python here"
    Set XLPy = New Server
End Function
Public Sub Says(ByVal what As Variant)
    Answer = what
End Sub
Public Sub AddSheet(ByVal title As String)
    Dim one As New Sheet
    one.Name = title
    TheSheets.Add one
End Sub
Public Sub AddCell(ByVal place As String, ByVal formula As String, _
        ByVal kind As String, ByVal unknown As Boolean)
    Dim one As New OneCell
    one.Where = place
    one.Text = formula
    one.Kind = kind
    If unknown Then one.Shown = CVErr(2029) Else one.Shown = 1
    TheSheets(TheSheets.Count).Cells.Add one
End Sub
Public Function Logged(ByVal at As Long) As String
    Logged = TheSheets(1).Cells.Item(at).Log
End Function
"""
SERVER = """
Public Function CallUDF(ByVal m As String, ByVal f As String, ByRef a As Variant) As Variant
    CallUDF = Answer
End Function
"""

Vba = Any


@pytest.fixture
def vba() -> Vba:
    from pyopenvba.apps.excel import ExcelApplication  # noqa: PLC0415

    text = re.sub(r"(?m)^Attribute XLF_.*\r\n", "", module_text())
    text = text.replace("ActiveWorkbook.Worksheets", "TheSheets")
    text = text.replace('TypeName(Application.Caller) = "Range"', "False")
    text = text.replace("Set book = ActiveWorkbook", "Set book = Nothing")
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module(text, name="xlfuncs")
    excel.add_module(BOOK, name="xlwings")
    excel.add_module(CELL, name="OneCell", kind="class")
    excel.add_module(SHEET, name="Sheet", kind="class")
    excel.add_module(SERVER, name="Server", kind="class")
    return excel


CELLS = [
    ("A1", "=[1]!XLF_X(B1)", "", False, "Formula2 =XLF_X(B1)"),
    ("A2", "=[1]!XLF_X(B1:B9)", "implicit", False, "Formula =XLF_X(B1:B9)"),
    ("A3", "=[1]!XLF_X(B1)", "old", False, "Formula =XLF_X(B1)"),
    ("A4", "='C:\\x\\xlfuncs.xlam'!XLF_X(B1)", "spill", False, "Formula2 =XLF_X(B1)"),
    ("A5", "=[1]!XLF_X(B1)", "array", False, "FormulaArray =XLF_X(B1)"),
    ("A6", "=XLF_X(B1)", "", True, "Formula2 =XLF_X(B1)"),
    ("A7", "=XLF_X(B1)", "", False, ""),
    ("A8", "=NOSUCH(B1)", "", True, ""),
    ("A9", "=[1]!XLF_X(B1)", "refused", False, ""),
]


def test_formulas_are_entered_again(vba: Vba) -> None:
    vba.run("AddSheet", "First")
    for place, formula, kind, unknown, _ in CELLS:
        vba.run("AddCell", place, formula, kind, unknown)
    vba.run("AddSheet", "Without formulas")
    vba.run("XlfRebind")
    assert [vba.evaluate(f"Logged({at})") for at in range(1, 10)] == [one[4] for one in CELLS]
    [(_, said, *_)] = vba.dialogs
    assert said.split("\r\n") == [
        "6 formulas entered again.", "Could not be entered (is the sheet protected?):", "First!A9",
    ]  # fmt: skip


def test_status_says_whether_python_answers(vba: Vba) -> None:
    vba.run("XlfStatus")
    vba.run("Says", "0.1.0")
    vba.run("XlfStatus")
    first, second = (one[1] for one in vba.dialogs)
    assert first.startswith("Python does not answer: XLF_VERSION: no Python here\r\n")
    assert "xlfuncs doctor" in first
    assert second == "xlfuncs 0.1.0 answers."
