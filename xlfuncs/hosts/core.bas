' Made by `xlfuncs pack excel`; @VERSION@. What stands here is made anew, not edited.
' It needs the module or the add-in of xlwings in the same project, for XLPy.
Option Explicit

Private Const MARK As String = " xlfuncs: "
Private Const UDF_MODULE As String = "xlfuncs.hosts.excel"
Private Const CATEGORY As String = "@CATEGORY@"

Private lastFailure As String
Private helpFailures As Long

' ---- A call from a cell

Private Function XlfAnswer(ByVal worksheetName As String, ByVal given As Variant) As Variant
    ' What a function answers; an error of Python or of the connection is #NAME?, since then
    ' the function could not be reached. XlfStatus tells why.
    Dim passed() As Variant
    Dim place As Long
    On Error GoTo Failed
    If UBound(given) < LBound(given) Then
        XlfAnswer = XlfShown(XLPy.CallUDF(XlfUdfModule(), worksheetName, given))
        Exit Function
    End If
    ReDim passed(0 To UBound(given) - LBound(given))
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then
            passed(place - LBound(given)) = XlfValues(given(place))
        Else
            passed(place - LBound(given)) = given(place)
        End If
    Next place
    XlfAnswer = XlfShown(XLPy.CallUDF(XlfUdfModule(), worksheetName, passed))
    Exit Function
Failed:
    lastFailure = worksheetName & ": " & Err.Description
    XlfAnswer = CVErr(xlErrName)
End Function

Private Function XlfUdfModule() As String
    ' The functions for the date system of the workbook that asks.
    Dim book As Object
    If TypeName(Application.Caller) = "Range" Then
        Set book = Application.Caller.Worksheet.Parent
    Else
        Set book = ActiveWorkbook
    End If
    XlfUdfModule = UDF_MODULE
    If Not book Is Nothing Then
        If book.Date1904 Then XlfUdfModule = UDF_MODULE & "_1904"
    End If
End Function

Private Function XlfValues(ByVal cells As Object) As Variant
    ' The values of a range as they are: dates as numbers, currency with all its digits.
    ' A range of several areas has none as a whole; of whole columns the used rows count.
    Dim lastRow As Long
    If TypeName(cells) <> "Range" Then
        XlfValues = CVErr(xlErrValue)
    ElseIf cells.Areas.Count > 1 Then
        XlfValues = CVErr(xlErrValue)
    ElseIf cells.Rows.Count = cells.Worksheet.Rows.Count Then
        With cells.Worksheet.UsedRange
            lastRow = .Row + .Rows.Count - 1
        End With
        XlfValues = cells.Resize(lastRow).Value2
    Else
        XlfValues = cells.Value2
    End If
End Function

Private Function XlfShown(ByVal result As Variant) As Variant
    ' A result with true errors in the place of what stands for them.
    Dim row As Long, column As Long, lastColumn As Long
    If Not IsArray(result) Then
        XlfShown = XlfCell(result)
        Exit Function
    End If
    lastColumn = XlfLastColumn(result)
    For row = LBound(result) To UBound(result)
        If lastColumn < 0 Then
            result(row) = XlfCell(result(row))
        Else
            For column = LBound(result, 2) To lastColumn
                result(row, column) = XlfCell(result(row, column))
            Next column
        End If
    Next row
    XlfShown = result
End Function

Private Function XlfLastColumn(ByRef table As Variant) As Long
    ' The last column of a table; -1 for a single row, which comes as a list.
    On Error GoTo SingleRow
    XlfLastColumn = UBound(table, 2)
    Exit Function
SingleRow:
    XlfLastColumn = -1
End Function

Private Function XlfCell(ByVal value As Variant) As Variant
    Dim place As Long
    XlfCell = value
    If VarType(value) <> vbString Then Exit Function
    If Left$(value, 1) <> "#" Then Exit Function
    place = InStr(value, MARK)
    If place = 0 Then Exit Function
    Select Case Left$(value, place - 1)
@ERRORS@
    End Select
End Function

' ---- Macros for a person

Public Sub XlfStatus()
    ' Says whether Python answers, and what went wrong last if anything did.
    Dim answer As Variant
    lastFailure = ""
    answer = XlfAnswer("XLF_VERSION", Array())
    If lastFailure = "" Then
        MsgBox "xlfuncs " & answer & " answers.", vbInformation, "xlfuncs"
    Else
        MsgBox "Python does not answer: " & lastFailure & vbCrLf & vbCrLf & _
            "Run xlfuncs doctor in a command window; it tells the cure.", vbExclamation, "xlfuncs"
    End If
End Sub

Public Sub XlfRebind()
    ' Enters again each formula of the active workbook that names our functions through
    ' another file, or that is #NAME? because it was written before the functions were there.
    Dim sheet As Object, cell As Object, found As Object
    Dim entered As Long, notEntered As String, formula As String, plain As String
    For Each sheet In ActiveWorkbook.Worksheets
        Set found = XlfFormulas(sheet)
        If Not found Is Nothing Then
            For Each cell In found.Cells
                formula = cell.Formula
                If InStr(1, formula, "XLF_", vbTextCompare) > 0 Then
                    plain = XlfPlain(formula)
                    If plain <> formula Or XlfIsUnknown(cell) Then
                        If XlfEntered(cell, plain) Then
                            entered = entered + 1
                        Else
                            notEntered = notEntered & vbCrLf & sheet.Name & "!" & cell.Address(False, False)
                        End If
                    End If
                End If
            Next cell
        End If
    Next sheet
    If notEntered <> "" Then notEntered = vbCrLf & "Could not be entered (is the sheet protected?):" & notEntered
    MsgBox entered & " formulas entered again." & notEntered, vbInformation, "xlfuncs"
End Sub

Private Function XlfFormulas(ByVal sheet As Object) As Object
    ' The formula cells of a sheet; Nothing where there are none, which Excel calls an error.
    On Error Resume Next
    Set XlfFormulas = sheet.UsedRange.SpecialCells(xlCellTypeFormulas)
End Function

Private Function XlfIsUnknown(ByVal cell As Object) As Boolean
    Dim value As Variant
    value = cell.Value2
    If IsError(value) Then XlfIsUnknown = (CLng(value) = xlErrName)
End Function

Private Function XlfEntered(ByVal cell As Object, ByVal formula As String) As Boolean
    ' Enters a formula as it was: as an array, as one that spills, or in one cell.
    On Error GoTo Refused
    If XlfSpills(cell) Then
        cell.Formula2 = formula
    ElseIf cell.HasArray Then
        If cell.CurrentArray.Cells(1, 1).Address = cell.Address Then
            cell.CurrentArray.FormulaArray = formula
        End If
    ElseIf XlfHasFormula2(cell) Then
        cell.Formula2 = formula
    Else
        cell.Formula = formula
    End If
    XlfEntered = True
    Exit Function
Refused:
    lastFailure = cell.Address(False, False) & ": " & Err.Description
    XlfEntered = False
End Function

Private Function XlfSpills(ByVal cell As Object) As Boolean
    ' An Excel older than dynamic arrays does not know the question.
    On Error Resume Next
    XlfSpills = cell.HasSpill
End Function

Private Function XlfHasFormula2(ByVal cell As Object) As Boolean
    ' Whether this Excel has dynamic arrays and the cell was not entered for one value alone.
    On Error Resume Next
    XlfHasFormula2 = (cell.Formula2 = cell.Formula)
End Function

Private Function XlfPlain(ByVal formula As String) As String
    ' A formula without the file before our names: [1]!XLF_X, 'C:\a b\xlfuncs.xlam'!XLF_X.
    Dim place As Long, start As Long
    place = InStr(1, formula, "!XLF_", vbTextCompare)
    Do While place > 1
        start = place
        If Not XlfInText(formula, place) Then
            start = XlfFileStart(formula, place)
            formula = Left$(formula, start - 1) & Mid$(formula, place + 1)
        End If
        place = InStr(start + 1, formula, "!XLF_", vbTextCompare)
    Loop
    XlfPlain = formula
End Function

Private Function XlfInText(ByVal formula As String, ByVal place As Long) As Boolean
    ' Whether a place stands inside quotes, as in ="see !XLF_X".
    Dim before As String
    before = Left$(formula, place - 1)
    XlfInText = ((Len(before) - Len(Replace(before, """", ""))) Mod 2 = 1)
End Function

Private Function XlfFileStart(ByVal formula As String, ByVal place As Long) As Long
    ' Where the file's name before an exclamation mark begins.
    Dim start As Long
    start = place - 1
    If Mid$(formula, start, 1) = "'" Then
        start = start - 1
        Do While start > 1
            If Mid$(formula, start, 1) = "'" Then
                If Mid$(formula, start - 1, 1) <> "'" Then Exit Do
                start = start - 1
            End If
            start = start - 1
        Loop
    Else
        Do While start > 1
            If InStr("=+-*/^&<>(),;{} ", Mid$(formula, start - 1, 1)) > 0 Then Exit Do
            start = start - 1
        Loop
    End If
    XlfFileStart = start
End Function

' ---- Help for the Function Wizard

Public Sub Auto_Open()
    XlfDescribe
End Sub

Public Sub XlfDescribe()
    ' Tells Excel what each function and each argument is. Where Excel refuses that for a
    ' workbook that is hidden, as an add-in is, the add-in shows itself meanwhile.
    helpFailures = 0
    XlfDescribeAll
    If helpFailures > 0 And ThisWorkbook.IsAddin Then
        helpFailures = 0
        Application.ScreenUpdating = False
        ThisWorkbook.IsAddin = False
        XlfDescribeAll
        ThisWorkbook.IsAddin = True
        Application.ScreenUpdating = True
    End If
    If ThisWorkbook.IsAddin Then ThisWorkbook.Saved = True
    If helpFailures > 0 Then lastFailure = helpFailures & " functions could not be described"
End Sub

Private Sub XlfHelp(ByVal worksheetName As String, ByVal text As String, ByVal told As Variant)
    Dim macro As String
    On Error GoTo Refused
    macro = "'" & ThisWorkbook.Name & "'!" & worksheetName
    If IsArray(told) Then
        Application.MacroOptions Macro:=macro, Description:=text, _
            Category:=CATEGORY, ArgumentDescriptions:=told
    Else
        Application.MacroOptions Macro:=macro, Description:=text, Category:=CATEGORY
    End If
    Exit Sub
Refused:
    helpFailures = helpFailures + 1
End Sub
