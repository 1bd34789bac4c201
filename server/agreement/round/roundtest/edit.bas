REM Edits of a returned agreement, as a person makes them in LibreOffice Writer. office.go
REM runs Edit with a job, one step a line; the last line is "end":
REM   open~address   save~address~filter   track~on or off   unmark~bookmark
REM   replace~old~new   insert~behind~text   paragraph~behind~text   delete~text
REM   deletepara~text   split~before   join~text   movepara~text~behind
REM   bold~text   row~text~cells
REM   accept~text   reject~text   acceptall   rejectall: of tracked changes that are there
Sub Edit(jobUrl As String)
  Dim oAccess, oStream, oDoc, sLine, a
  On Error Goto Failed
  oAccess = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  oStream = CreateUnoService("com.sun.star.io.TextInputStream")
  oStream.setInputStream(oAccess.openFileRead(jobUrl))
  oStream.setEncoding("UTF-8")
  Do While Not oStream.isEOF()
    sLine = oStream.readLine()
    a = Split(sLine, "~")
    Select Case a(0)
      Case "open"
        oDoc = StarDesktop.loadComponentFromURL(a(1), "_blank", 0, Property("Hidden", True))
      Case "save"
        oDoc.storeToURL(a(1), Property("FilterName", a(2)))
        oDoc.close(True)
      Case "track"
        oDoc.RecordChanges = (a(1) = "on")
      Case Else
        If Left(sLine, 3) <> "end" Then
          DoStep(oDoc, a)
        End If
    End Select
  Loop
  oStream.closeInput()
  Exit Sub
Failed:
  Open ConvertFromURL(jobUrl) & ".error" For Output As #1
  Print #1, sLine & ": " & Error$ & " in line " & Erl
  Close #1
  StarDesktop.terminate()
End Sub

Function Property(sName, vValue)
  Dim aOne(0) As New com.sun.star.beans.PropertyValue
  aOne(0).Name = sName
  aOne(0).Value = vValue
  Property = aOne()
End Function

REM Found is the first place with these words that is not in the table of contents.
Function Found(oDoc, sWords)
  Dim oSearch, oHit, sStyle
  oSearch = oDoc.createSearchDescriptor()
  oSearch.SearchString = sWords
  oSearch.SearchCaseSensitive = True
  oHit = oDoc.findFirst(oSearch)
  Do While Not IsNull(oHit)
    sStyle = LCase(oHit.Start.ParaStyleName)
    If InStr(sStyle, "contents") = 0 And InStr(sStyle, "toc") = 0 Then
      Exit Do
    End If
    oHit = oDoc.findNext(oHit.End, oSearch)
  Loop
  Found = oHit
End Function

Sub DoStep(oDoc, a)
  Dim oHit, oText, oCursor, oFrom, oThere, oTable, oMark, sMoved, n, i, aCells
  If a(0) = "unmark" Then
    oMark = oDoc.Bookmarks.getByName(a(1))
    oMark.dispose()
    Exit Sub
  End If
  If a(0) = "acceptall" Then
    Command(oDoc, ".uno:AcceptAllTrackedChanges")
    Exit Sub
  End If
  If a(0) = "rejectall" Then
    Command(oDoc, ".uno:RejectAllTrackedChanges")
    Exit Sub
  End If
  oHit = Found(oDoc, a(1))
  If IsNull(oHit) Then
    oDoc.Text.insertString(oDoc.Text.End, "NOT FOUND: " & a(1), False)
    Exit Sub
  End If
  oText = oHit.Text
  Select Case a(0)
    Case "replace"
      oHit.String = a(2)
    Case "delete"
      oHit.String = ""
    Case "insert"
      oCursor = oText.createTextCursorByRange(oHit.End)
      oText.insertString(oCursor, a(2), False)
    Case "paragraph"
      oCursor = oText.createTextCursorByRange(oHit.End)
      oCursor.gotoEndOfParagraph(False)
      oText.insertControlCharacter(oCursor, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)
      oText.insertString(oCursor, a(2), False)
    Case "deletepara"
      oCursor = oText.createTextCursorByRange(oHit.Start)
      oCursor.gotoStartOfParagraph(False)
      oCursor.gotoEndOfParagraph(True)
      oCursor.goRight(1, True)
      oCursor.String = ""
    Case "split"
      oCursor = oText.createTextCursorByRange(oHit.Start)
      oText.insertControlCharacter(oCursor, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)
    Case "join"
      oCursor = oText.createTextCursorByRange(oHit.Start)
      oCursor.gotoEndOfParagraph(False)
      oCursor.goRight(1, True)
      oCursor.String = " "
    Case "movepara"
      oFrom = oText.createTextCursorByRange(oHit.Start)
      oFrom.gotoStartOfParagraph(False)
      oFrom.gotoEndOfParagraph(True)
      sMoved = oFrom.String
      oFrom.goRight(1, True)
      oFrom.String = ""
      oThere = Found(oDoc, a(2))
      oCursor = oText.createTextCursorByRange(oThere.End)
      oCursor.gotoEndOfParagraph(False)
      oText.insertControlCharacter(oCursor, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)
      oText.insertString(oCursor, sMoved, False)
    Case "accept"
      oDoc.CurrentController.select(oHit)
      Command(oDoc, ".uno:AcceptTrackedChange")
    Case "reject"
      oDoc.CurrentController.select(oHit)
      Command(oDoc, ".uno:RejectTrackedChange")
    Case "bold"
      oHit.CharWeight = 150
    Case "row"
      oTable = oHit.TextTable
      n = oTable.Rows.Count
      oTable.Rows.insertByIndex(n, 1)
      aCells = Split(a(2), "/")
      For i = 0 To UBound(aCells)
        oTable.getCellByPosition(i, n).String = aCells(i)
      Next i
  End Select
End Sub

REM Command does what a menu does.
Sub Command(oDoc, sName)
  Dim oDispatcher
  oDispatcher = CreateUnoService("com.sun.star.frame.DispatchHelper")
  oDispatcher.executeDispatch(oDoc.CurrentController.Frame, sName, "", 0, Array())
End Sub
