package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"klausul/server/field"
	"klausul/server/intake"
	"klausul/server/report"
	"klausul/server/storage"
)

// ListImports lists what was taken in.
func (a *API) ListImports(ctx context.Context, r ListImportsRequestObject) (ListImportsResponseObject, error) {
	rows, next, err := a.Imports.List(ctx, scopeFrom(ctx), intake.Kind(value(r.Params.Kind)), storage.Page{Limit: value(r.Params.Limit), Cursor: value(r.Params.Cursor)})
	return ListImports200JSONResponse{Items: each(rows, importOut), Next: text(next)}, err
}

// CountImports counts what was taken in.
func (a *API) CountImports(ctx context.Context, r CountImportsRequestObject) (CountImportsResponseObject, error) {
	n, err := a.Imports.Count(ctx, scopeFrom(ctx), intake.Kind(value(r.Params.Kind)))
	return CountImports200JSONResponse{Total: n}, err
}

// CreateImport receives a file. One that announces more than the limit is refused unread.
func (a *API) CreateImport(ctx context.Context, r CreateImportRequestObject) (CreateImportResponseObject, error) {
	if c, ok := ctx.(*gin.Context); ok && c.Request.ContentLength > intake.MaxSize {
		return nil, intake.ErrTooLarge.With("limit", intake.MaxSize)
	}
	i, err := a.Imports.Receive(ctx, scopeFrom(ctx), intake.Kind(r.Params.Kind), r.Params.Name, r.Body)
	return CreateImport201JSONResponse(importOut(i)), err
}

// GetImport shows one import.
func (a *API) GetImport(ctx context.Context, r GetImportRequestObject) (GetImportResponseObject, error) {
	i, err := a.Imports.Get(ctx, scopeFrom(ctx), r.Id)
	return GetImport200JSONResponse(importOut(i)), err
}

// ListImportLines shows what comes of each line.
func (a *API) ListImportLines(ctx context.Context, r ListImportLinesRequestObject) (ListImportLinesResponseObject, error) {
	rows, next, err := a.Imports.Lines(ctx, scopeFrom(ctx), r.Id, intake.Outcome(value(r.Params.Outcome)), storage.Page{Limit: value(r.Params.Limit), Cursor: value(r.Params.Cursor)})
	return ListImportLines200JSONResponse{Items: each(rows, lineOut), Next: text(next)}, err
}

// MapImport says which column means what.
func (a *API) MapImport(ctx context.Context, r MapImportRequestObject) (MapImportResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	i, err := a.Imports.Map(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Fields)
	return MapImport200JSONResponse(importOut(i)), err
}

// AcceptImport writes the good lines.
func (a *API) AcceptImport(ctx context.Context, r AcceptImportRequestObject) (AcceptImportResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	i, err := a.Imports.Accept(ctx, scopeFrom(ctx), r.Id, seen, intake.Consent{Partial: r.Body.Partial, WithoutFiles: value(r.Body.WithoutFiles)})
	return AcceptImport200JSONResponse(importOut(i)), err
}

// ListImportFiles lists the files that the lines may have, and which of them are here.
func (a *API) ListImportFiles(ctx context.Context, r ListImportFilesRequestObject) (ListImportFilesResponseObject, error) {
	all, err := a.Imports.Folder(ctx, scopeFrom(ctx), r.Id)
	return ListImportFiles200JSONResponse{Items: each(all, func(f *intake.NamedFile) ImportFile {
		out := ImportFile{Name: f.Name, Named: f.Named, Key: f.Key, Lines: f.Lines, Organisation: f.Organisation, Refused: f.Refused}
		if f.Received != nil {
			u := uploadOut(*f.Received)
			out.Received = &u
		}
		return out
	})}, err
}

// PlaceImportFiles gives late files to the agreements that lack them.
func (a *API) PlaceImportFiles(ctx context.Context, r PlaceImportFilesRequestObject) (PlaceImportFilesResponseObject, error) {
	n, err := a.Imports.Attach(ctx, scopeFrom(ctx), r.Id)
	return PlaceImportFiles200JSONResponse{Total: n}, err
}

// CancelImport gives an import up.
func (a *API) CancelImport(ctx context.Context, r CancelImportRequestObject) (CancelImportResponseObject, error) {
	i, err := a.Imports.Cancel(ctx, scopeFrom(ctx), r.Id)
	return CancelImport200JSONResponse(importOut(i)), err
}

// WatchImport streams progress until the import waits for a person.
func (a *API) WatchImport(ctx context.Context, r WatchImportRequestObject) (WatchImportResponseObject, error) {
	scope := scopeFrom(ctx)
	first, err := a.Imports.Get(ctx, scope, r.Id)
	return progress[intake.Import]{a, ctx, scope, first, func() (intake.Import, error) { return a.Imports.Get(ctx, scope, r.Id) },
		func(i intake.Import) (any, bool) { return importOut(i), i.State.Works() }}, err
}

func importOut(i intake.Import) Import {
	office := i.Organisation == nil
	out := Import{Id: i.ID, Kind: ImportKind(i.Kind), State: ImportState(i.State), FileName: i.FileName, Size: i.Size, Format: i.Format,
		Columns: each(i.Columns, func(c intake.Column) ImportColumn {
			return ImportColumn{Heading: c.Heading, Field: c.Field, Sample: text(c.Sample)}
		}),
		Fields: each(intake.Fields(i.Kind, office), func(f intake.Field) ImportField {
			return ImportField{Name: f.Name, Required: f.Required}
		}),
		Missing: []string{}, Remembered: i.Remembered,
		Notices: each(i.Notices, func(n intake.Notice) ImportNotice {
			return ImportNotice{Code: ImportNoticeCode(n.Code), Count: n.Count, At: n.At}
		}),
		Total: i.Total, Done: i.Done,
		Counts:  ImportCounts{Added: i.Added, Changed: i.Changed, Unchanged: i.Unchanged, Refused: i.Refused, Repeated: i.Repeated},
		Problem: text(i.Problem), Version: i.Version, Created: i.CreatedAt, CreatedBy: i.CreatedBy, Changed: i.ChangedAt,
		Applied: i.AppliedAt, AppliedBy: text(i.AppliedBy), Forgotten: i.ForgottenAt}
	if len(i.Columns) > 0 {
		fields := each(i.Columns, func(c intake.Column) string { return c.Field })
		out.Missing = append(out.Missing, intake.Lacking(i.Kind, fields, office)...)
	}
	return out
}

func lineOut(l intake.Line) ImportLine {
	return ImportLine{Line: l.Line, Cells: l.Cells, Label: l.Label, Outcome: (*ImportOutcome)(l.Outcome),
		Flaws: each(l.Flaws, func(f intake.Flaw) ImportFlaw {
			return ImportFlaw{Field: f.Field, Code: f.Code, Detail: text(f.Detail)}
		}),
		Differences: each(l.Differences, func(d intake.Difference) ImportDifference {
			return ImportDifference{Field: d.Field, Before: said(d.Before), After: said(d.After), Kept: d.Kept}
		})}
}

// said is a value of the register as text; nil where there is none.
func said(v any) *string {
	switch x := v.(type) {
	case nil:
		return nil
	case float64:
		s := strconv.FormatFloat(x, 'f', -1, 64)
		return &s
	}
	s := fmt.Sprint(v)
	return &s
}

// DownloadImportTemplate is an empty workbook with the headings of a kind.
func (a *API) DownloadImportTemplate(ctx context.Context, r DownloadImportTemplateRequestObject) (DownloadImportTemplateResponseObject, error) {
	var columns []report.Column
	for _, f := range intake.Fields(intake.Kind(r.Params.Kind), scopeFrom(ctx).Own() == 0) {
		columns = append(columns, report.Column{Heading: f.HeadingIn(callOf(ctx).language), Width: 22})
	}
	var b bytes.Buffer
	err := report.Workbook(&b, "Ark1", columns, func() ([]any, error) { return nil, nil })
	return DownloadImportTemplate200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: &b, ContentLength: int64(b.Len()),
			Headers: WorkbookResponseHeaders{ContentDisposition: attachment("klausul-" + strings.ReplaceAll(string(r.Params.Kind), "_", "-") + ".xlsx")}}}, err
}

// DownloadImportErrors is the person's own lines with what is wrong with each, to mend and send again.
func (a *API) DownloadImportErrors(ctx context.Context, r DownloadImportErrorsRequestObject) (DownloadImportErrorsResponseObject, error) {
	scope, language := scopeFrom(ctx), callOf(ctx).language
	i, err := a.Imports.Get(ctx, scope, r.Id)
	if err != nil {
		return nil, err
	}
	headings := map[string]string{}
	for _, f := range intake.Fields(i.Kind, i.Organisation == nil) {
		headings[f.Name] = f.HeadingIn(language) // where the file has no column for it
	}
	var columns []report.Column
	kept := []int{} // columns of the person's own; what we added last time is left out
	for n, c := range i.Columns {
		if c.Field != "" {
			headings[c.Field] = c.Heading
		}
		if !intake.IsErrorHeading(c.Heading) {
			kept, columns = append(kept, n), append(columns, report.Column{Heading: unique(columns, c.Heading, n), Width: 22})
		}
	}
	columns = append(columns, report.Column{Heading: intake.ErrorHeading, Width: 90})
	p, waiting, more := storage.Page{Limit: 5000}, []intake.Line(nil), true
	var b bytes.Buffer
	err = report.Workbook(&b, "Ark1", columns, func() ([]any, error) {
		if len(waiting) == 0 && more {
			found, next, err := a.Imports.Lines(ctx, scope, r.Id, intake.Refused, p)
			if err != nil {
				return nil, err
			}
			waiting, p.Cursor, more = found, next, next != ""
		}
		if len(waiting) == 0 {
			return nil, nil
		}
		l := waiting[0]
		waiting = waiting[1:]
		row := make([]any, 0, len(columns))
		for _, n := range kept {
			row = append(row, cell(l.Cells, n, i.Columns[n].Field))
		}
		return append(row, a.flaws(l, headings, language)), nil
	})
	name := "fejl-" + strings.TrimSuffix(strings.TrimSuffix(i.FileName, ".csv"), ".xlsx") + ".xlsx"
	return DownloadImportErrors200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: &b, ContentLength: int64(b.Len()),
			Headers: WorkbookResponseHeaders{ContentDisposition: attachment(name)}}}, err
}

// unique is a heading that no column before has: a table's headings must differ.
func unique(before []report.Column, heading string, n int) string {
	if heading == "" {
		heading = fmt.Sprintf("Kolonne %d", n+1)
	}
	for _, c := range before {
		if strings.EqualFold(c.Heading, heading) {
			return fmt.Sprintf("%s (%d)", heading, n+1)
		}
	}
	return heading
}

// cell is what the person wrote, as text. A day that a spreadsheet counted is a date again.
func cell(cells []string, n int, column string) any {
	if n >= len(cells) {
		return ""
	}
	if intake.IsDate(column) {
		if day, ok := field.ParseDate(cells[n]); ok {
			return day.Format("02-01-2006")
		}
	}
	return cells[n]
}

// flaws says what is wrong with a line and what to do, where it stands in the file.
func (a *API) flaws(l intake.Line, headings map[string]string, language string) string {
	words := map[bool][2]string{false: {"Linje", "kolonnen"}, true: {"Line", "column"}}[language == "en"]
	var b strings.Builder
	for n, f := range l.Flaws {
		if n > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s %d", words[0], l.Line)
		if h := headings[f.Field]; h != "" {
			fmt.Fprintf(&b, ", %s »%s«", words[1], h)
		}
		b.WriteString(": " + a.server.problems.title(f.Code, language))
		if other, isLine := strings.CutPrefix(f.Detail, "#"); isLine {
			fmt.Fprintf(&b, " (%s %s)", strings.ToLower(words[0]), other)
		} else if f.Detail != "" {
			fmt.Fprintf(&b, " (%s)", f.Detail)
		}
	}
	return b.String()
}
