package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/member"
)

// ListAgreements lists joint agreements.
func (a *API) ListAgreements(ctx context.Context, r ListAgreementsRequestObject) (ListAgreementsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Agreements.List(ctx, scopeFrom(ctx), agreementFilter(p.Q, p.State, p.Vendor), paged(p.Sort, "-number", p.Limit, p.Cursor))
	return ListAgreements200JSONResponse{Items: each(rows, agreementOut(scopeFrom(ctx))), Next: text(next)}, err
}

func agreementFilter(q *string, state *AgreementState, vendor *int32) agreement.Filter {
	return agreement.Filter{Text: value(q), State: agreement.State(value(state)), Vendor: value(vendor)}
}

// CountAgreements counts what the filter finds.
func (a *API) CountAgreements(ctx context.Context, r CountAgreementsRequestObject) (CountAgreementsResponseObject, error) {
	n, err := a.Agreements.Count(ctx, scopeFrom(ctx), agreementFilter(r.Params.Q, r.Params.State, r.Params.Vendor))
	return CountAgreements200JSONResponse{Total: n}, err
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
		Places: each(d.Tree.Clauses, func(c clause.Clause) ClausePlace { return ClausePlace{Clause: c.Key, Paths: c.Paths()} })}, err
}

// PreviewAgreement makes the shared text into a draft document.
func (a *API) PreviewAgreement(ctx context.Context, r PreviewAgreementRequestObject) (PreviewAgreementResponseObject, error) {
	format := "pdf"
	if r.Params.Format != nil {
		format = string(*r.Params.Format)
	}
	name, body, err := a.Agreements.PreviewFile(ctx, scopeFrom(ctx), r.Id, format)
	return PreviewAgreement200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{
		Body: bytes.NewReader(body), ContentLength: int64(len(body)), Headers: FileResponseHeaders{ContentDisposition: attachment(name)}}}, err
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

// CheckRelease tells what a release would do.
func (a *API) CheckRelease(ctx context.Context, r CheckReleaseRequestObject) (CheckReleaseResponseObject, error) {
	c, err := a.Agreements.CheckRelease(ctx, scopeFrom(ctx), r.Id)
	out := CheckRelease200JSONResponse{Recipients: c.Recipients, Ready: c.Ready, Version: c.Version,
		Unset: each(c.Unset, unsetOut), Review: ReviewStanding(c.Review), ReviewRequired: c.ReviewRequired,
		MissingAddress: each(c.MissingAddress, func(o member.Organisation) OrganisationRef { return OrganisationRef{Id: o.ID, Name: o.Name} })}
	out.Unanswered = make([]struct {
		Label string `json:"label"`
		Path  string `json:"path"`
	}, len(c.Unanswered))
	out.Broken = each(c.Broken, ruleOut)
	for i, f := range c.Unanswered {
		out.Unanswered[i].Label, out.Unanswered[i].Path = f.Label, f.Path
	}
	return out, err
}

// ReleaseAgreement starts the batch that makes every member's own agreement.
func (a *API) ReleaseAgreement(ctx context.Context, r ReleaseAgreementRequestObject) (ReleaseAgreementResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b, err := a.Agreements.Release(ctx, scopeFrom(ctx), r.Id, seen)
	return ReleaseAgreement202JSONResponse(batchOut(b)), err
}

// GetAgreementHistory tells who did what to it.
func (a *API) GetAgreementHistory(ctx context.Context, r GetAgreementHistoryRequestObject) (GetAgreementHistoryResponseObject, error) {
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "agreement", r.Id)
	return GetAgreementHistory200JSONResponse(history(rows)), err
}

// ListAccessions lists the organisations' own agreements.
func (a *API) ListAccessions(ctx context.Context, r ListAccessionsRequestObject) (ListAccessionsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Agreements.Accessions(ctx, scopeFrom(ctx), accessionFilter(p.Q, p.Agreement, p.Organisation, p.State),
		paged(p.Sort, "-offered", p.Limit, p.Cursor))
	return ListAccessions200JSONResponse{Items: each(rows, accessionOut), Next: text(next)}, err
}

func accessionFilter(q *string, of *int64, organisation *int32, state *AccessionState) agreement.AccessionFilter {
	return agreement.AccessionFilter{Text: value(q), Agreement: value(of), Organisation: value(organisation), State: agreement.AccessionState(value(state))}
}

// CountAccessions counts what the filter finds.
func (a *API) CountAccessions(ctx context.Context, r CountAccessionsRequestObject) (CountAccessionsResponseObject, error) {
	p := r.Params
	n, err := a.Agreements.CountAccessions(ctx, scopeFrom(ctx), accessionFilter(p.Q, p.Agreement, p.Organisation, p.State))
	return CountAccessions200JSONResponse{Total: n}, err
}

// GetAccession shows one organisation's own agreement.
func (a *API) GetAccession(ctx context.Context, r GetAccessionRequestObject) (GetAccessionResponseObject, error) {
	d, err := a.Agreements.Accession(ctx, scopeFrom(ctx), r.Id)
	return GetAccession200JSONResponse{Accession: accessionOut(d.Accession), Systems: each(d.Systems, systemRef),
		TextHash: d.TextHash, InstanceHash: d.InstanceHash, Documents: each(d.Documents, storedOut)}, err
}

// GetAccessionHistory tells who did what to it.
func (a *API) GetAccessionHistory(ctx context.Context, r GetAccessionHistoryRequestObject) (GetAccessionHistoryResponseObject, error) {
	if _, err := a.Agreements.Accession(ctx, scopeFrom(ctx), r.Id); err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "accession", r.Id)
	return GetAccessionHistory200JSONResponse(history(rows)), err
}

// DownloadAccession streams one file of it.
func (a *API) DownloadAccession(ctx context.Context, r DownloadAccessionRequestObject) (DownloadAccessionResponseObject, error) {
	name, f, body, err := a.Agreements.Download(ctx, scopeFrom(ctx), r.Id, string(r.Format))
	if err != nil {
		return nil, err
	}
	return DownloadAccession200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: body, ContentLength: f.Size,
		Headers: FileResponseHeaders{ContentDisposition: attachment(name), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

func agreementOut(scope access.Scope) func(agreement.Agreement) Agreement {
	return func(g agreement.Agreement) Agreement {
		out := Agreement{Id: g.ID, Number: g.Number, Title: g.Title, Vendor: VendorRef{Number: g.VendorNumber, Name: g.VendorName},
			State: AgreementState(g.State), VersionNo: g.VersionNo, Created: g.CreatedAt, Offered: g.OfferedAt}
		if scope.Own() == 0 {
			out.Accessions = &g.Accessions
		}
		return out
	}
}

func detailOut(scope access.Scope, d agreement.Detail) AgreementDetail {
	out := AgreementDetail{Agreement: agreementOut(scope)(d.Agreement), Systems: each(d.Systems, systemRef),
		Template: templateOut(d.Tree, len(d.Tree.Clauses)), Fields: each(d.Tree.Fields, fieldOut), Answers: each(d.Answers, answerOut),
		Version: d.Version, TextHash: d.TextHash, Conformity: AgreementDetailConformity(d.Conformity())}
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

func accessionOut(c agreement.Accession) Accession {
	return Accession{Id: c.ID, AgreementId: c.Agreement, Title: c.Title, Vendor: VendorRef{Number: c.VendorNumber, Name: c.VendorName},
		Organisation: OrganisationRef{Id: c.Organisation, Name: c.OrganisationName}, State: AccessionState(c.State),
		VersionNo: c.VersionNo, Offered: c.OfferedAt, MissingAddress: c.MissingAddress}
}

func storedOut(d agreement.AccessionDocument) StoredDocument {
	out := StoredDocument{Format: DocumentFormat(d.Format), Sha256: d.SHA256, Size: d.Size, State: StoredDocumentState(d.State)}
	if d.LockedUntil != nil {
		out.LockedUntil = &types.Date{Time: *d.LockedUntil}
	}
	return out
}
