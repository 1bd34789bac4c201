package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/report"
	"klausul/server/storage"
)

// ListOwnAgreements lists agreements that the secretariat did not negotiate.
func (a *API) ListOwnAgreements(ctx context.Context, r ListOwnAgreementsRequestObject) (ListOwnAgreementsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Agreements.Owns(ctx, scopeFrom(ctx), ownFilter(p.Q, p.Vendor, p.System, p.Organisation, p.Kind, p.State, p.Running, p.File),
		paged(p.Sort, "-created", p.Limit, p.Cursor))
	return ListOwnAgreements200JSONResponse{Items: each(rows, a.ownOut), Next: text(next)}, err
}

func ownFilter(q *string, vendor, system, organisation *int32, kind *OwnAgreementKind, state *OwnAgreementState, running, file *bool) agreement.OwnFilter {
	return agreement.OwnFilter{Text: value(q), Vendor: value(vendor), System: value(system), Organisation: value(organisation),
		Kind: agreement.OwnKind(value(kind)), State: agreement.OwnState(value(state)), Running: running, File: file}
}

// CountOwnAgreements counts what the filter finds.
func (a *API) CountOwnAgreements(ctx context.Context, r CountOwnAgreementsRequestObject) (CountOwnAgreementsResponseObject, error) {
	p := r.Params
	n, err := a.Agreements.CountOwns(ctx, scopeFrom(ctx), ownFilter(p.Q, p.Vendor, p.System, p.Organisation, p.Kind, p.State, p.Running, p.File))
	return CountOwnAgreements200JSONResponse{Total: n}, err
}

// ownWords are the kinds and states as they read in a spreadsheet.
var (
	ownKindWords  = map[agreement.OwnKind]string{agreement.OwnText: "Egen aftale", agreement.KLKombit: "KL/KOMBIT"}
	ownStateWords = map[agreement.OwnState]string{agreement.OwnProposed: "Foreslået af sekretariatet", agreement.OwnRegistered: "Registreret"}
)

// ExportOwnAgreements is the filtered list as a spreadsheet.
func (a *API) ExportOwnAgreements(ctx context.Context, r ExportOwnAgreementsRequestObject) (ExportOwnAgreementsResponseObject, error) {
	p := r.Params
	f := ownFilter(p.Q, p.Vendor, p.System, p.Organisation, p.Kind, p.State, p.Running, p.File)
	w, err := workbook(ctx, "egne aftaler", []report.Column{{Heading: "Kommune", Width: 30}, {Heading: "Aftale", Width: 50}, {Heading: "Leverandør", Width: 44}, {Heading: "Type", Width: 14}, {Heading: "Tilstand", Width: 26}, {Heading: "Systemer", Width: 10}, {Heading: "Underskrevet", Width: 13}, {Heading: "Udløber", Width: 12}, {Heading: "Tilsynskoncept", Width: 15}, {Heading: "Interval (mdr.)", Width: 15}, {Heading: "Sagsnr.", Width: 18}, {Heading: "Fil", Width: 40}},
		paged(p.Sort, "-created", nil, nil),
		func(p storage.Page) ([]agreement.Own, string, error) {
			return a.Agreements.Owns(ctx, scopeFrom(ctx), f, p)
		},
		func(o agreement.Own) []any {
			return []any{o.OrganisationName, o.Title, o.VendorName, word(ctx, ownKindWords[o.Kind]), word(ctx, ownStateWords[o.State]), o.Systems,
				orNil(o.SignedOn), orNil(o.EndsOn), orNil(o.Concept), orNil(o.Interval), o.CaseNumber, o.FileName}
		})
	return ExportOwnAgreements200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// GetOwnAgreement shows one.
func (a *API) GetOwnAgreement(ctx context.Context, r GetOwnAgreementRequestObject) (GetOwnAgreementResponseObject, error) {
	d, err := a.Agreements.OwnAgreement(ctx, scopeFrom(ctx), r.Id)
	return GetOwnAgreement200JSONResponse(a.ownDetail(d)), err
}

// RegisterOwnAgreement registers one, or proposes it to a member.
func (a *API) RegisterOwnAgreement(ctx context.Context, r RegisterOwnAgreementRequestObject) (RegisterOwnAgreementResponseObject, error) {
	b := r.Body
	draft := ownDraft(OwnAgreementChange{Vendor: b.Vendor, Systems: b.Systems, Kind: b.Kind, Title: b.Title, SignedOn: b.SignedOn, EndsOn: b.EndsOn,
		Concept: b.Concept, IntervalMonths: b.IntervalMonths, CaseNumber: b.CaseNumber, Note: b.Note, Upload: b.Upload})
	draft.Organisation = value(b.Organisation)
	d, err := a.Agreements.RegisterOwn(ctx, scopeFrom(ctx), draft)
	return RegisterOwnAgreement201JSONResponse(a.ownDetail(d)), err
}

// ChangeOwnAgreement replaces what is said of one.
func (a *API) ChangeOwnAgreement(ctx context.Context, r ChangeOwnAgreementRequestObject) (ChangeOwnAgreementResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.ChangeOwn(ctx, scopeFrom(ctx), r.Id, seen, ownDraft(*r.Body))
	return ChangeOwnAgreement200JSONResponse(a.ownDetail(d)), err
}

// ConfirmOwnAgreement makes a proposal the organisation's word.
func (a *API) ConfirmOwnAgreement(ctx context.Context, r ConfirmOwnAgreementRequestObject) (ConfirmOwnAgreementResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.ConfirmOwn(ctx, scopeFrom(ctx), r.Id, seen)
	return ConfirmOwnAgreement200JSONResponse(a.ownDetail(d)), err
}

// RemoveOwnAgreement takes one out of the register.
func (a *API) RemoveOwnAgreement(ctx context.Context, r RemoveOwnAgreementRequestObject) (RemoveOwnAgreementResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return RemoveOwnAgreement204Response{}, a.Agreements.RemoveOwn(ctx, scopeFrom(ctx), r.Id, seen)
}

// DownloadOwnAgreement streams its file.
func (a *API) DownloadOwnAgreement(ctx context.Context, r DownloadOwnAgreementRequestObject) (DownloadOwnAgreementResponseObject, error) {
	name, f, body, err := a.Agreements.OwnDownload(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return DownloadOwnAgreement200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: body, ContentLength: f.Size,
		Headers: FileResponseHeaders{ContentDisposition: attachment(name), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

// GetOwnAgreementHistory tells who did what to it.
func (a *API) GetOwnAgreementHistory(ctx context.Context, r GetOwnAgreementHistoryRequestObject) (GetOwnAgreementHistoryResponseObject, error) {
	if _, err := a.Agreements.OwnAgreement(ctx, scopeFrom(ctx), r.Id); err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "own_agreement", r.Id)
	return GetOwnAgreementHistory200JSONResponse(history(rows)), err
}

// ListUploads lists what the person has sent and not placed.
func (a *API) ListUploads(ctx context.Context, r ListUploadsRequestObject) (ListUploadsResponseObject, error) {
	rows, err := a.Documents.Uploads(ctx, scopeFrom(ctx), value(r.Params.Organisation))
	return ListUploads200JSONResponse{Items: each(rows, uploadOut)}, err
}

// ReceiveUpload receives one PDF.
func (a *API) ReceiveUpload(ctx context.Context, r ReceiveUploadRequestObject) (ReceiveUploadResponseObject, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	u, err := a.Documents.Receive(ctx, scopeFrom(ctx), value(r.Params.Organisation), r.Params.Name, body)
	return ReceiveUpload201JSONResponse(uploadOut(u)), err
}

// DiscardUpload forgets one.
func (a *API) DiscardUpload(ctx context.Context, r DiscardUploadRequestObject) (DiscardUploadResponseObject, error) {
	return DiscardUpload204Response{}, a.Documents.Discard(ctx, scopeFrom(ctx), r.Uuid)
}

func uploadOut(u document.Upload) Upload {
	return Upload{Id: u.ID, Name: u.Name, Size: u.Size, Sha256: u.SHA256, Received: u.CreatedAt, Scanned: u.ScannedAt}
}

func ownDraft(b OwnAgreementChange) agreement.OwnDraft {
	return agreement.OwnDraft{Vendor: b.Vendor, Systems: b.Systems, Kind: agreement.OwnKind(value(b.Kind)), Title: value(b.Title), SignedOn: dayIn(b.SignedOn), EndsOn: dayIn(b.EndsOn),
		Concept: b.Concept, Interval: b.IntervalMonths, CaseNumber: value(b.CaseNumber), Note: value(b.Note), Upload: b.Upload}
}

func (a *API) ownOut(o agreement.Own) OwnAgreement {
	return OwnAgreement{Id: o.ID, Organisation: OrganisationRef{Id: o.Organisation, Name: o.OrganisationName}, Vendor: VendorRef{Number: o.VendorNumber, Name: o.VendorName},
		Kind: OwnAgreementKind(o.Kind), State: OwnAgreementState(o.State), Title: o.Title, SignedOn: dayOut(o.SignedOn), EndsOn: dayOut(o.EndsOn),
		Concept: o.Concept, IntervalMonths: o.Interval, CaseNumber: o.CaseNumber, HasFile: o.File != nil, Systems: o.Systems,
		Ended: o.Ended(a.Members.Today()), Created: o.CreatedAt}
}

func (a *API) ownDetail(d agreement.OwnDetail) OwnAgreementDetail {
	out := OwnAgreementDetail{Agreement: a.ownOut(d.Own), Covers: each(d.Covers, systemRef), Note: d.Note, Version: d.Version, By: text(d.CreatedBy)}
	if d.Stored != nil {
		out.File = &OwnAgreementFile{Name: d.FileName, Sha256: d.Stored.SHA256, Size: d.Stored.Size, State: OwnAgreementFileState(d.Stored.State),
			LockedUntil: dayOut(d.Stored.LockedUntil), Scanned: d.Stored.ScannedAt}
	}
	return out
}
