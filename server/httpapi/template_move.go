package httpapi

import (
	"context"

	"klausul/server/agreement"
	"klausul/server/report"
	"klausul/server/storage"
)

// stateWords are the states of a version as they read in a spreadsheet.
var stateWords = map[agreement.State]string{agreement.Draft: "Udkast", agreement.Offered: "Frigivet til kommunerne"}

// ListTemplateImpact lists the agreements that stand on a version or an earlier one.
func (a *API) ListTemplateImpact(ctx context.Context, r ListTemplateImpactRequestObject) (ListTemplateImpactResponseObject, error) {
	total, err := a.Agreements.CountImpact(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	rows, next, err := a.Agreements.Impact(ctx, scopeFrom(ctx), r.Id, paged[string](nil, "number", r.Params.Limit, r.Params.Cursor))
	return ListTemplateImpact200JSONResponse{Total: total, Next: text(next), Items: each(rows, func(i agreement.Impacted) ImpactedAgreement {
		return ImpactedAgreement{Id: i.ID, Number: i.Number, Title: i.Title, Vendor: VendorRef{Number: i.VendorNumber, Name: i.VendorName}, State: AgreementState(i.State),
			VersionNo: i.VersionNo, Template: i.Template, TemplateVersion: i.TemplateVersion, Accessions: i.Accessions}
	})}, err
}

// ExportTemplateImpact is that list as a spreadsheet.
func (a *API) ExportTemplateImpact(ctx context.Context, r ExportTemplateImpactRequestObject) (ExportTemplateImpactResponseObject, error) {
	w, err := workbook(ctx, "aftaler på skabelonen", []report.Column{{Heading: "Nr.", Width: 10}, {Heading: "Fælles databehandleraftale", Width: 50}, {Heading: "Leverandør", Width: 44}, {Heading: "Tilstand", Width: 24}, {Heading: "Version", Width: 9}, amendmentColumn, {Heading: "Skabelonens version", Width: 19}, {Heading: "Kommuner", Width: 11}},
		storage.Page{Sort: "number"},
		func(p storage.Page) ([]agreement.Impacted, string, error) {
			return a.Agreements.Impact(ctx, scopeFrom(ctx), r.Id, p)
		},
		func(i agreement.Impacted) []any {
			return []any{agreement.Agreement{Number: i.Number}.Code(), i.Title, i.VendorName, word(ctx, stateWords[i.State]), i.VersionNo, amendmentName(ctx, i.Number, i.BaseNo), i.TemplateVersion, i.Accessions}
		})
	return ExportTemplateImpact200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// PlanAgreementMove tells what a move would mean.
func (a *API) PlanAgreementMove(ctx context.Context, r PlanAgreementMoveRequestObject) (PlanAgreementMoveResponseObject, error) {
	m, err := a.Agreements.PlanMove(ctx, scopeFrom(ctx), r.Id, r.Params.Template)
	out := versionOut(scopeFrom(ctx))
	return PlanAgreementMove200JSONResponse{Version: m.Version, State: AgreementState(m.State), From: out(m.From), To: out(m.To),
		Clauses: each(m.Clauses, func(c agreement.MovedClause) MovedClause {
			return MovedClause{Template: clauseChangeOut(c.Template), Agreement: clauseChangeOut(c.Agreement), Adrift: c.Adrift}
		}),
		Answers: each(m.Answers, func(x agreement.MovedAnswer) MovedAnswer {
			return MovedAnswer{Path: x.Path, Label: x.Label, Kind: MovedAnswerKind(x.Fate), Value: text(x.Shown)}
		})}, err
}

// MoveAgreement puts it on another version.
func (a *API) MoveAgreement(ctx context.Context, r MoveAgreementRequestObject) (MoveAgreementResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return MoveAgreement204Response{}, a.Agreements.Move(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Template)
}
