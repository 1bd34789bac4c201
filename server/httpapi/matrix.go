package httpapi

import (
	"bytes"
	"context"

	"klausul/server/report"
)

// GetMatrix shows vendors against members.
func (a *API) GetMatrix(ctx context.Context, _ GetMatrixRequestObject) (GetMatrixResponseObject, error) {
	m, err := a.Reports.Matrix(ctx, scopeFrom(ctx))
	return GetMatrix200JSONResponse{
		Organisations: each(m.Organisations, func(o report.MatrixColumn) OrganisationRef { return OrganisationRef{Id: o.ID, Name: o.Name} }),
		Rows: each(m.Rows, func(r report.MatrixRow) MatrixRow {
			return MatrixRow{Number: r.Number, Name: r.Name, Cells: letters(r.Cells)}
		}),
	}, err
}

func letters(cells []report.Standing) string {
	out := make([]byte, len(cells))
	for i, c := range cells {
		out[i] = byte(c)
	}
	return string(out)
}

// standingWords are the standings as they read in a spreadsheet.
var standingWords = map[report.Standing]string{report.InForce: "I kraft", report.Accepted: "Indgået", report.Offered: "Frigivet", report.OnHold: "I bero",
	report.Own: "Egen aftale", report.Declined: "Sagt nej", report.Owed: "Mangler aftale", report.Ended: "Ophørt"}

// ExportMatrix is the matrix as a spreadsheet: a row per vendor, a column per member.
func (a *API) ExportMatrix(ctx context.Context, _ ExportMatrixRequestObject) (ExportMatrixResponseObject, error) {
	m, err := a.Reports.Matrix(ctx, scopeFrom(ctx))
	if err != nil {
		return nil, err
	}
	sheet := word(ctx, "aftaler pr. kommune")
	columns := columnsIn(ctx, []report.Column{{Heading: "Nr.", Width: 8}, {Heading: "Leverandør", Width: 44}})
	for _, o := range m.Organisations {
		columns = append(columns, report.Column{Heading: o.Name, Width: 16})
	}
	rest := m.Rows
	var b bytes.Buffer
	err = report.Workbook(&b, sheet, columns, func() ([]any, error) {
		if len(rest) == 0 {
			return nil, nil
		}
		row := []any{rest[0].Number, rest[0].Name}
		for _, c := range rest[0].Cells {
			row = append(row, word(ctx, standingWords[c]))
		}
		rest = rest[1:]
		return row, nil
	})
	return ExportMatrix200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{WorkbookApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		Body: &b, ContentLength: int64(b.Len()), Headers: WorkbookResponseHeaders{ContentDisposition: attachment("klausul-" + sheet + ".xlsx")}}}, err
}
