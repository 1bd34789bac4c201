package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/agreement"
	"klausul/server/storage"
)

// ListAccessions lists the organisations' own agreements.
func (a *API) ListAccessions(ctx context.Context, r ListAccessionsRequestObject) (ListAccessionsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Agreements.Accessions(ctx, scopeFrom(ctx), accessionFilter(p.Q, p.Agreement, p.Organisation, p.State, p.Before),
		paged(p.Sort, "-offered", p.Limit, p.Cursor))
	return ListAccessions200JSONResponse{Items: each(rows, accessionOut), Next: text(next)}, err
}

func accessionFilter(q *string, of *int64, organisation *int32, state *AccessionState, before *int) agreement.AccessionFilter {
	return agreement.AccessionFilter{Text: value(q), Agreement: value(of), Organisation: value(organisation), State: agreement.AccessionState(value(state)), Before: value(before)}
}

// CountAccessions counts what the filter finds.
func (a *API) CountAccessions(ctx context.Context, r CountAccessionsRequestObject) (CountAccessionsResponseObject, error) {
	p := r.Params
	n, err := a.Agreements.CountAccessions(ctx, scopeFrom(ctx), accessionFilter(p.Q, p.Agreement, p.Organisation, p.State, p.Before))
	return CountAccessions200JSONResponse{Total: n}, err
}

// GetAccession shows one organisation's own agreement.
func (a *API) GetAccession(ctx context.Context, r GetAccessionRequestObject) (GetAccessionResponseObject, error) {
	d, err := a.Agreements.Accession(ctx, scopeFrom(ctx), r.Id)
	return GetAccession200JSONResponse(a.accessionDetail(d)), err
}

// GetAccessionHistory tells who did what to it.
func (a *API) GetAccessionHistory(ctx context.Context, r GetAccessionHistoryRequestObject) (GetAccessionHistoryResponseObject, error) {
	if _, err := a.Agreements.Accession(ctx, scopeFrom(ctx), r.Id); err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "accession", r.Id)
	return GetAccessionHistory200JSONResponse(history(rows)), err
}

// DownloadAccession streams one file of it, or shows it on the screen.
func (a *API) DownloadAccession(ctx context.Context, r DownloadAccessionRequestObject) (DownloadAccessionResponseObject, error) {
	if r.Format == ReadableFormatHtml {
		name, page, err := a.Agreements.Page(ctx, scopeFrom(ctx), r.Id)
		return DownloadAccession200TexthtmlCharsetUtf8Response{onScreen(name, page)}, err
	}
	name, f, body, err := a.Agreements.Download(ctx, scopeFrom(ctx), r.Id, string(r.Format), value(r.Params.Paper))
	if err != nil {
		return nil, err
	}
	return DownloadAccession200ApplicationoctetStreamResponse{ReadableApplicationoctetStreamResponse{Body: body, ContentLength: f.Size,
		Headers: ReadableResponseHeaders{ContentDisposition: attachment(name), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

func accessionOut(c agreement.Accession) Accession {
	return Accession{Id: c.ID, AgreementId: c.Agreement, Title: c.Title, Vendor: VendorRef{Number: c.VendorNumber, Name: c.VendorName},
		Organisation: OrganisationRef{Id: c.Organisation, Name: c.OrganisationName}, State: AccessionState(c.State),
		VersionNo: c.VersionNo, Kind: VersionKind(c.Kind), Amends: c.BaseNo, ChangeNote: text(c.ChangeNote), Offered: c.OfferedAt, MissingAddress: c.MissingAddress, Missing: append([]string{}, c.Missing...), Since: c.StateAt, Reason: text(c.Reason),
		InForce: dayOut(c.InForceOn), Ends: dayOut(c.EndsOn), CaseNumber: text(c.CaseNumber), Number: c.AgreementNumber}
}

func storedOut(d agreement.AccessionDocument) StoredDocument {
	out := StoredDocument{Paper: d.No, Made: d.MadeAt, Format: DocumentFormat(d.Format), Sha256: d.SHA256, Size: d.Size, State: StoredDocumentState(d.State)}
	if d.LockedUntil != nil {
		out.LockedUntil = &types.Date{Time: *d.LockedUntil}
	}
	return out
}

func (a *API) accessionDetail(d agreement.AccessionDetail) AccessionDetail {
	today := storage.LegalDate(a.Store.Now())
	out := AccessionDetail{Accession: accessionOut(d.Accession), Version: d.Version, Systems: each(d.Systems, systemRef), Offered: each(d.Offered, systemRef),
		TextHash: d.TextHash, InstanceHash: d.InstanceHash, Documents: each(d.Documents, storedOut), Fields: each(d.Fields, fieldOut), Answers: each(d.Answers, ownAnswerOut),
		Party: AccessionParty{Name: d.Party.Name, Cvr: d.Party.CVR, Address: d.Party.Address.Line()},
		Steps: each(d.Steps, func(s agreement.StepTaken) AccessionStepTaken {
			return AccessionStepTaken{State: AccessionState(s.State), On: types.Date{Time: s.On}, Reason: text(s.Reason), Capacity: AccessionStepTakenCapacity(s.Capacity), At: s.At, By: text(s.By),
				Notice: noticeOut(s.Notice), Ends: dayOut(s.EndsOn)}
		}),
		Acts: each(d.Acts(), func(act agreement.Act) AccessionAct { return AccessionAct(act) }),
		Days: each(d.Acts(), func(act agreement.Act) AccessionDays {
			first, last := d.Days(act, today)
			return AccessionDays{Act: AccessionAct(act), First: types.Date{Time: first}, Last: types.Date{Time: last}}
		}), Editable: d.State.Editable(), Current: d.Papered(), Due: dayOut(d.DueOn), Late: d.Late(today), BaseEnded: d.BaseEnded,
		Changes: each(d.Changes, amendedOut), MoreSteps: d.MoreSteps, MoreInstructions: d.MoreInstructions, Unset: each(d.Unset(), unsetOut), Mandated: d.Mandated,
		Subprocessors: each(d.Subprocessors, authorisedOut), Instructions: each(d.Instructions, func(i agreement.Instruction) Instruction {
			return Instruction{Id: i.ID, On: types.Date{Time: i.On}, To: text(i.To), Wording: i.Wording, Recorded: i.RecordedAt, By: text(i.RecordedBy)}
		})}
	if p := d.Proposal; p != nil {
		out.Proposal = &AccessionProposal{Id: p.ID, Act: AccessionAct(p.Act), On: dayOut(p.On), Reason: text(p.Reason), At: p.At, By: text(p.By)}
	}
	if d.Successor != 0 {
		kind := VersionKind(d.SuccessorKind())
		out.Successor, out.SuccessorKind = &d.Successor, &kind
	}
	return out
}

func noticeOut(s string) *AccessionStepTakenNotice {
	if s == "" {
		return nil
	}
	n := AccessionStepTakenNotice(s)
	return &n
}

func ownAnswerOut(a agreement.Answer) OwnAnswer {
	out := OwnAnswer{Path: a.Path, Version: a.Version, Unset: text(a.Unset()), Source: OwnAnswerSource(a.Source), By: text(a.By), At: &a.At}
	_ = json.Unmarshal(a.Value, &out.Value) // jsonb is JSON
	return out
}

func authorisedOut(s agreement.Authorised) AuthorisedSubprocessor {
	return AuthorisedSubprocessor{Name: s.Name, Number: text(s.Number), Country: text(s.Country), Purpose: text(s.Purpose),
		From: types.Date{Time: s.From}, To: dayOut(s.To), Source: AuthorisedSubprocessorSource(s.Source)}
}

func stepIn(s AccessionStep) agreement.Step {
	step := agreement.Step{Act: agreement.Act(s.Act), Reason: value(s.Reason)}
	if s.On != nil {
		step.On = s.On.Time
	}
	return step
}

// ActOnAccession takes a step.
func (a *API) ActOnAccession(ctx context.Context, r ActOnAccessionRequestObject) (ActOnAccessionResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.Take(ctx, scopeFrom(ctx), r.Id, seen, stepIn(*r.Body))
	return ActOnAccession200JSONResponse(a.accessionDetail(d)), err
}

// ProposeAccession puts a step before the organisation.
func (a *API) ProposeAccession(ctx context.Context, r ProposeAccessionRequestObject) (ProposeAccessionResponseObject, error) {
	d, err := a.Agreements.Propose(ctx, scopeFrom(ctx), r.Id, stepIn(*r.Body))
	return ProposeAccession200JSONResponse(a.accessionDetail(d)), err
}

// DecideAccessionProposal confirms or refuses it.
func (a *API) DecideAccessionProposal(ctx context.Context, r DecideAccessionProposalRequestObject) (DecideAccessionProposalResponseObject, error) {
	d, err := a.Agreements.Decide(ctx, scopeFrom(ctx), r.Id, r.Proposal, r.Body.Confirm, value(r.Body.Answer))
	return DecideAccessionProposal200JSONResponse(a.accessionDetail(d)), err
}

// WithdrawAccessionProposal takes it back.
func (a *API) WithdrawAccessionProposal(ctx context.Context, r WithdrawAccessionProposalRequestObject) (WithdrawAccessionProposalResponseObject, error) {
	d, err := a.Agreements.Withdraw(ctx, scopeFrom(ctx), r.Id, r.Proposal)
	return WithdrawAccessionProposal200JSONResponse(a.accessionDetail(d)), err
}

// AnswerAccession saves one own fact.
func (a *API) AnswerAccession(ctx context.Context, r AnswerAccessionRequestObject) (AnswerAccessionResponseObject, error) {
	saved, err := a.Agreements.AnswerOwn(ctx, scopeFrom(ctx), r.Id, r.Body.Path, r.Body.Base, r.Body.Value)
	out := Answer{Path: saved.Path, Version: saved.Version, Unset: text(saved.Unset()), By: text(saved.By), At: &saved.At}
	_ = json.Unmarshal(saved.Value, &out.Value) // jsonb is JSON
	return AnswerAccession200JSONResponse(out), err
}

// CoverAccessionSystems says which systems it covers.
func (a *API) CoverAccessionSystems(ctx context.Context, r CoverAccessionSystemsRequestObject) (CoverAccessionSystemsResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.CoverSystems(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Systems)
	return CoverAccessionSystems200JSONResponse(a.accessionDetail(d)), err
}

// SayAccessionCase keeps the organisation's case number.
func (a *API) SayAccessionCase(ctx context.Context, r SayAccessionCaseRequestObject) (SayAccessionCaseResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.SayCase(ctx, scopeFrom(ctx), r.Id, seen, r.Body.CaseNumber)
	return SayAccessionCase200JSONResponse(a.accessionDetail(d)), err
}

// RefreshAccessionParty takes name and address from the register anew.
func (a *API) RefreshAccessionParty(ctx context.Context, r RefreshAccessionPartyRequestObject) (RefreshAccessionPartyResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.RefreshParty(ctx, scopeFrom(ctx), r.Id, seen)
	return RefreshAccessionParty200JSONResponse(a.accessionDetail(d)), err
}

// InstructAccession adds to the instruction log.
func (a *API) InstructAccession(ctx context.Context, r InstructAccessionRequestObject) (InstructAccessionResponseObject, error) {
	i := agreement.Instruction{Wording: r.Body.Wording, To: value(r.Body.To)}
	if r.Body.On != nil {
		i.On = r.Body.On.Time
	}
	d, err := a.Agreements.Instruct(ctx, scopeFrom(ctx), r.Id, i)
	return InstructAccession200JSONResponse(a.accessionDetail(d)), err
}

// PreviewAccession is the own agreement as it stands.
func (a *API) PreviewAccession(ctx context.Context, r PreviewAccessionRequestObject) (PreviewAccessionResponseObject, error) {
	format := "pdf"
	if r.Params.Format != nil {
		format = string(*r.Params.Format)
	}
	name, body, err := a.Agreements.PreviewOwn(ctx, scopeFrom(ctx), r.Id, format)
	return PreviewAccession200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{
		Body: bytes.NewReader(body), ContentLength: int64(len(body)), Headers: FileResponseHeaders{ContentDisposition: attachment(name)}}}, err
}

// ListMandates lists mandates.
func (a *API) ListMandates(ctx context.Context, r ListMandatesRequestObject) (ListMandatesResponseObject, error) {
	rows, next, err := a.Agreements.Mandates(ctx, scopeFrom(ctx), paged[string](nil, "runs", r.Params.Limit, r.Params.Cursor))
	return ListMandates200JSONResponse{Items: each(rows, mandateOut), Next: text(next)}, err
}

// GiveMandate records one.
func (a *API) GiveMandate(ctx context.Context, r GiveMandateRequestObject) (GiveMandateResponseObject, error) {
	m, err := a.Agreements.GiveMandate(ctx, scopeFrom(ctx), r.Body.From.Time, dayIn(r.Body.To), r.Body.Note)
	return GiveMandate201JSONResponse(mandateOut(m)), err
}

// RevokeMandate takes one back.
func (a *API) RevokeMandate(ctx context.Context, r RevokeMandateRequestObject) (RevokeMandateResponseObject, error) {
	m, err := a.Agreements.RevokeMandate(ctx, scopeFrom(ctx), r.Id)
	return RevokeMandate200JSONResponse(mandateOut(m)), err
}

func mandateOut(m agreement.Mandate) Mandate {
	return Mandate{Id: m.ID, Organisation: OrganisationRef{Id: m.Organisation, Name: m.OrganisationName}, From: types.Date{Time: m.From}, To: dayOut(m.To),
		Note: m.Note, Recorded: m.RecordedAt, By: text(m.RecordedBy), Revoked: m.RevokedAt, RevokedBy: text(m.RevokedBy), Runs: m.Runs, Over: m.Over}
}

// ZipBatch streams the papers of a batch.
func (a *API) ZipBatch(ctx context.Context, r ZipBatchRequestObject) (ZipBatchResponseObject, error) {
	b, err := a.Agreements.Zip(ctx, scopeFrom(ctx), r.Id, string(value(r.Params.Only)))
	return bundle{ctx, b}, err
}

// bundle is a ZIP that is made while it is sent.
type bundle struct {
	ctx context.Context
	of  agreement.Bundle
}

// VisitZipBatchResponse sends it.
func (b bundle) VisitZipBatchResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", *attachment(b.of.Name))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return b.of.Write(b.ctx, w)
}
