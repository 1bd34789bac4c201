package report

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// Column is one column of a spreadsheet: its heading and how wide it is, in characters.
type Column struct {
	Heading string
	Width   float64
}

// Workbook writes rows as a real .xlsx: Danish headings in a frozen, filterable row,
// true dates and numbers. Text stays text, whatever it begins with: a cell is never a
// formula. next returns nil at the end. Rows are streamed: only the packed file is held.
func Workbook(w io.Writer, sheet string, columns []Column, next func() ([]any, error)) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	if err := heading(f, sw, columns); err != nil {
		return err
	}
	rows := 1
	for {
		row, err := next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		rows++
		for i, v := range row {
			if t, ok := v.(time.Time); ok {
				row[i] = excelize.Cell{Value: t, StyleID: date}
			}
		}
		if err := sw.SetRow(fmt.Sprintf("A%d", rows), row); err != nil {
			return err
		}
	}
	if err := filter(sw, len(columns), rows); err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

func heading(f *excelize.File, sw *excelize.StreamWriter, columns []Column) error {
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = excelize.Cell{Value: c.Heading, StyleID: bold}
		if err := sw.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return sw.SetRow("A1", cells)
}

// filter turns the rows into a table, which gives every heading its filter button.
func filter(sw *excelize.StreamWriter, columns, rows int) error {
	if rows < 2 {
		return nil
	}
	last, err := excelize.CoordinatesToCellName(columns, rows)
	if err != nil {
		return err
	}
	return sw.AddTable(&excelize.Table{Range: "A1:" + last, Name: "Liste", StyleName: "TableStyleLight1"})
}
