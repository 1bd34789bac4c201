package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/render"
)

// ListAgreements lists joint agreements.
func (a *API) ListAgreements(ctx context.Context, r ListAgreementsRequestObject) (ListAgreementsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Agreements.List(ctx, scopeFrom(ctx), agreementFilter(p.Q, p.State, p.Stage, p.Vendor, p.Older), paged(p.Sort, "-number", p.Limit, p.Cursor))
	return ListAgreements200JSONResponse{Items: each(rows, agreementLine(scopeFrom(ctx))), Next: text(next)}, err
}

func agreementFilter(q *string, state *AgreementState, stage *AgreementStage, vendor *int32, older *int) agreement.Filter {
	return agreement.Filter{Text: value(q), State: agreement.State(value(state)), Stage: agreement.Stage(value(stage)), Vendor: value(vendor), Older: value(older)}
}

// CountAgreements counts what the filter finds, and how many there are of each stage.
func (a *API) CountAgreements(ctx context.Context, r CountAgreementsRequestObject) (CountAgreementsResponseObject, error) {
	p := r.Params
	c, err := a.Agreements.Count(ctx, scopeFrom(ctx), agreementFilter(p.Q, p.State, p.Stage, p.Vendor, p.Older))
	out := CountAgreements200JSONResponse{Total: c.Total}
	for _, s := range agreement.Stages {
		out.Stages = append(out.Stages, struct {
			Count int            `json:"count"`
			Stage AgreementStage `json:"stage"`
		}{c.Stages[s], AgreementStage(s)})
	}
	return out, err
}

// CreateAgreement makes a draft.
func (a *API) CreateAgreement(ctx context.Context, r CreateAgreementRequestObject) (CreateAgreementResponseObject, error) {
	d, err := a.Agreements.Create(ctx, scopeFrom(ctx), r.Body.Vendor, r.Body.Systems, r.Body.Template, value(r.Body.Title))
	return CreateAgreement201JSONResponse(detailOut(scopeFrom(ctx), d)), err
}

// GetAgreement shows one joint agreement with its fields and answers.
func (a *API) GetAgreement(ctx context.Context, r GetAgreementRequestObject) (GetAgreementResponseObject, error) {
	d, err := a.Agreements.Get(ctx, scopeFrom(ctx), r.Id)
	return GetAgreement200JSONResponse(detailOut(scopeFrom(ctx), d)), err
}

// GetAgreementText shows the text as it stands.
func (a *API) GetAgreementText(ctx context.Context, r GetAgreementTextRequestObject) (GetAgreementTextResponseObject, error) {
	d, err := a.Agreements.Get(ctx, scopeFrom(ctx), r.Id)
	tree := d.Shared()
	return GetAgreementText200JSONResponse{Clauses: each(tree, clauseOut), TextHash: clause.Sum(tree),
		Places:  each(d.Tree.Clauses, func(c clause.Clause) ClausePlace { return ClausePlace{Clause: c.Key, Paths: c.Paths()} }),
		Changes: each(d.Changes(), amendedOut)}, err
}

func amendedOut(c agreement.Amended) AmendedClause {
	return AmendedClause{Key: c.Key, Number: c.Number, Heading: text(c.Heading), Annex: c.Annex, Change: AmendedClauseChange(c.Change)}
}

// PreviewAgreement makes the shared text into a draft document.
func (a *API) PreviewAgreement(ctx context.Context, r PreviewAgreementRequestObject) (PreviewAgreementResponseObject, error) {
	format := "pdf"
	if r.Params.Format != nil {
		format = string(*r.Params.Format)
	}
	name, body, err := a.Agreements.PreviewFile(ctx, scopeFrom(ctx), r.Id, format)
	if format == "html" {
		return PreviewAgreement200TexthtmlCharsetUtf8Response{onScreen(name, body)}, err
	}
	return PreviewAgreement200ApplicationoctetStreamResponse{ReadableApplicationoctetStreamResponse{
		Body: bytes.NewReader(body), ContentLength: int64(len(body)), Headers: ReadableResponseHeaders{ContentDisposition: attachment(name)}}}, err
}

// onScreen is a document as a page: shown and not saved, under a policy that lets it be
// its own text and style, and nothing more.
func onScreen(name string, page []byte) ReadableTexthtmlCharsetUtf8Response {
	return ReadableTexthtmlCharsetUtf8Response{Body: bytes.NewReader(page), ContentLength: int64(len(page)), Headers: ReadableResponseHeaders{
		ContentDisposition: text(mime.FormatMediaType("inline", map[string]string{"filename": name})), ContentSecurityPolicy: text(render.HTMLPolicy)}}
}

// attachment names a download, æøå included.
func attachment(name string) *string {
	return text(mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// AnswerAgreement saves one field.
func (a *API) AnswerAgreement(ctx context.Context, r AnswerAgreementRequestObject) (AnswerAgreementResponseObject, error) {
	saved, err := a.Agreements.Answer(ctx, scopeFrom(ctx), r.Id, r.Body.Path, r.Body.Base, r.Body.Value)
	return AnswerAgreement200JSONResponse(answerOut(saved)), err
}

func answerOut(s agreement.Answer) Answer {
	out := Answer{Path: s.Path, Version: s.Version, Unset: text(s.Unset()), By: text(s.By), At: &s.At}
	_ = json.Unmarshal(s.Value, &out.Value) // jsonb is JSON
	return out
}

// GetAgreementSubprocessors offers the vendor's chain for the form's table.
func (a *API) GetAgreementSubprocessors(ctx context.Context, r GetAgreementSubprocessorsRequestObject) (GetAgreementSubprocessorsResponseObject, error) {
	rows, err := a.Agreements.Subprocessors(ctx, scopeFrom(ctx), r.Id)
	return GetAgreementSubprocessors200JSONResponse{Items: each(rows, func(l agreement.Listed) map[string]string { return l })}, err
}

// GetAgreementHistory tells who did what to it.
func (a *API) GetAgreementHistory(ctx context.Context, r GetAgreementHistoryRequestObject) (GetAgreementHistoryResponseObject, error) {
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "agreement", r.Id)
	return GetAgreementHistory200JSONResponse(history(rows)), err
}

func agreementOut(scope access.Scope) func(agreement.Agreement) Agreement {
	return func(g agreement.Agreement) Agreement {
		out := Agreement{Id: g.ID, Number: g.Number, Title: g.Title, Vendor: VendorRef{Number: g.VendorNumber, Name: g.VendorName},
			State: AgreementState(g.State), VersionNo: g.VersionNo, Created: g.CreatedAt, Offered: g.OfferedAt, Due: dayOut(g.DueOn),
			ChangeNote: text(g.ChangeNote), Amends: g.BaseNo}
		if g.Kind != "" {
			kind := VersionKind(g.Kind)
			out.Kind = &kind
		}
		if scope.Own() == 0 {
			out.Accessions = &g.Accessions
		}
		return out
	}
}

// agreementBrief is a line where an agreement is only named, without its figures.
func agreementBrief(scope access.Scope) func(agreement.Line) Agreement {
	return func(l agreement.Line) Agreement {
		out := agreementOut(scope)(l.Agreement)
		out.Accessions = nil
		return out
	}
}

func agreementLine(scope access.Scope) func(agreement.Line) AgreementLine {
	return func(l agreement.Line) AgreementLine {
		g := agreementBrief(scope)(l)
		out := AgreementLine{Id: g.Id, Number: g.Number, Title: g.Title, Vendor: g.Vendor, State: g.State, VersionNo: g.VersionNo, Created: g.Created, Offered: g.Offered,
			Kind: g.Kind, ChangeNote: g.ChangeNote, Amends: g.Amends, Due: g.Due, Stage: AgreementStage(l.Stage), Since: l.Since.UTC(), Deadline: dayOut(l.Deadline), Changed: l.Changed, ChangedBy: l.ChangedBy, Unanswered: l.Unanswered}
		if l.Deadline != nil {
			out.Late = &l.Late
		}
		if scope.Own() == 0 && l.Offered > 0 {
			out.OfferedTo, out.Concluded = &l.Offered, &l.Concluded
		}
		if l.OwnID != nil {
			out.Own = &AgreementOwn{Accession: *l.OwnID, State: AccessionState(value(l.OwnState))}
		}
		return out
	}
}

func detailOut(scope access.Scope, d agreement.Detail) AgreementDetail {
	out := AgreementDetail{Agreement: agreementOut(scope)(d.Agreement), Systems: each(d.Systems, systemRef),
		Template: templateOut(d.Tree, len(d.Tree.Clauses)), Fields: each(d.Tree.Fields, fieldOut), Answers: each(d.Answers, answerOut),
		Version: d.Version, TextHash: d.TextHash, Conformity: AgreementDetailConformity(d.Conformity())}
	out.Agreement.ChangeNote = text(d.ChangeNote)
	out.Rules, out.Derived = each(d.Tree.Rules, ruleOut), []DerivedValue{}
	for path, value := range d.Derived {
		out.Derived = append(out.Derived, DerivedValue{Path: path, Value: value})
	}
	if d.Batch != nil {
		b := batchOut(*d.Batch)
		out.Batch = &b
	}
	if d.Own != 0 {
		out.OwnAccession = &d.Own
	}
	return out
}

func unsetOut(u agreement.Unset) Unset {
	return Unset{Path: u.Path, Label: u.Label, Characters: u.Characters}
}

func systemRef(s agreement.SystemRef) SystemRef { return SystemRef{Number: s.Number, Name: s.Name} }
