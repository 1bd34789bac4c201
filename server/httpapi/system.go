package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/agreement"
	"klausul/server/storage"
	"klausul/server/system"
)

// GetSystem shows one system with its profile and the agreements that cover it.
func (a *API) GetSystem(ctx context.Context, r GetSystemRequestObject) (GetSystemResponseObject, error) {
	d, err := a.Systems.Detail(ctx, scopeFrom(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	out, err := a.systemDetail(ctx, d)
	return GetSystem200JSONResponse(out), err
}

// CreateSystem adds a system.
func (a *API) CreateSystem(ctx context.Context, r CreateSystemRequestObject) (CreateSystemResponseObject, error) {
	b := r.Body
	d, err := a.Systems.Create(ctx, scopeFrom(ctx), b.Vendor, systemChange(SystemChange{Name: b.Name, KitosUuid: b.KitosUuid, DataKinds: b.DataKinds, DataSubjects: b.DataSubjects,
		Persons: b.Persons, PersonsCount: b.PersonsCount, Criticality: b.Criticality, Hosting: b.Hosting, UsesAi: b.UsesAi, Kle: b.Kle}))
	if err != nil {
		return nil, err
	}
	out, err := a.systemDetail(ctx, d)
	return CreateSystem201JSONResponse(out), err
}

// UpdateSystem replaces what is said of a system.
func (a *API) UpdateSystem(ctx context.Context, r UpdateSystemRequestObject) (UpdateSystemResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Systems.Update(ctx, scopeFrom(ctx), r.Number, seen, systemChange(*r.Body))
	if err != nil {
		return nil, err
	}
	out, err := a.systemDetail(ctx, d)
	return UpdateSystem200JSONResponse(out), err
}

// CheckMove tells what a move would leave.
func (a *API) CheckMove(ctx context.Context, r CheckMoveRequestObject) (CheckMoveResponseObject, error) {
	moved, err := a.Systems.CheckMove(ctx, scopeFrom(ctx), r.Number, r.Params.Vendor, r.Params.From.Time)
	return CheckMove200JSONResponse{Vendors: each(moved, periodOut)}, err
}

// MoveSystem hands a system to another vendor.
func (a *API) MoveSystem(ctx context.Context, r MoveSystemRequestObject) (MoveSystemResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Systems.Move(ctx, scopeFrom(ctx), r.Number, seen, r.Body.Vendor, r.Body.From.Time)
	if err != nil {
		return nil, err
	}
	out, err := a.systemDetail(ctx, d)
	return MoveSystem200JSONResponse(out), err
}

// ScreenSystem says whether a system holds personal data.
func (a *API) ScreenSystem(ctx context.Context, r ScreenSystemRequestObject) (ScreenSystemResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Systems.Screen(ctx, scopeFrom(ctx), r.Number, seen, system.Outcome(r.Body.Outcome), r.Body.Reason)
	if err != nil {
		return nil, err
	}
	out, err := a.systemDetail(ctx, d)
	return ScreenSystem200JSONResponse(out), err
}

// GetSystemHistory tells who changed it.
func (a *API) GetSystemHistory(ctx context.Context, r GetSystemHistoryRequestObject) (GetSystemHistoryResponseObject, error) {
	s, err := a.Systems.Get(ctx, scopeFrom(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "system", s.Number)
	return GetSystemHistory200JSONResponse(history(rows)), err
}

// ListChoices lists what may be chosen in a profile.
func (a *API) ListChoices(ctx context.Context, _ ListChoicesRequestObject) (ListChoicesResponseObject, error) {
	rows, err := a.Systems.Choices(ctx, scopeFrom(ctx))
	return ListChoices200JSONResponse{Items: each(rows, func(c system.Choice) ListChoice {
		return ListChoice{List: ListChoiceList(c.List), Value: c.Value, Da: c.Da, En: c.En, Source: text(c.Source), Unconfirmed: c.Unconfirmed}
	})}, err
}

// ListKle finds numbers of the subject plan.
func (a *API) ListKle(ctx context.Context, r ListKleRequestObject) (ListKleResponseObject, error) {
	issue, found, err := a.Systems.KLEIssue(ctx, scopeFrom(ctx))
	if err != nil {
		return nil, err
	}
	rows, err := a.Systems.FindKLE(ctx, scopeFrom(ctx), value(r.Params.Q))
	out := ListKle200JSONResponse{Items: each(rows, kleOut)}
	if found {
		wire := issueOut(issue)
		out.Issue = &wire
	}
	return out, err
}

// ImportKle takes in a subject plan.
func (a *API) ImportKle(ctx context.Context, r ImportKleRequestObject) (ImportKleResponseObject, error) {
	issue, err := a.Systems.ImportKLE(ctx, scopeFrom(ctx), r.Body)
	return ImportKle200JSONResponse(issueOut(issue)), err
}

func issueOut(i system.Issue) KleIssue {
	return KleIssue{Issued: types.Date{Time: i.Issued}, Items: i.Items, Sha256: i.SHA256, Imported: i.Imported, By: text(i.By)}
}

func kleOut(k system.KLE) KleNumber {
	return KleNumber{Number: k.Number, Title: k.Title, Keeping: text(k.Keeping), Deletion: text(k.Deletion), Retired: k.Retired}
}

func systemChange(b SystemChange) system.Change {
	return system.Change{Name: b.Name, KitosUUID: b.KitosUuid, KLE: value(b.Kle), Profile: system.Profile{DataKinds: value(b.DataKinds), DataSubjects: value(b.DataSubjects),
		Persons: value(b.Persons), PersonsCount: b.PersonsCount, Criticality: value(b.Criticality), Hosting: value(b.Hosting), UsesAI: b.UsesAi}}
}

func periodOut(p system.Period) VendorPeriod {
	return VendorPeriod{Vendor: VendorRef{Number: p.VendorNumber, Name: p.VendorName}, From: dayOut(p.From), To: dayOut(p.To)}
}

// systemDetail joins a system with the agreements that cover it, as far as the scope may see them.
func (a *API) systemDetail(ctx context.Context, d system.Detail) (SystemDetail, error) {
	scope := scopeFrom(ctx)
	joint, _, err := a.Agreements.List(ctx, scope, agreement.Filter{System: d.Number}, storage.Page{Sort: "-number", Limit: 200})
	if err != nil {
		return SystemDetail{}, err
	}
	own, _, err := a.Agreements.Owns(ctx, scope, agreement.OwnFilter{System: d.Number}, storage.Page{Sort: "-created", Limit: 200})
	if err != nil {
		return SystemDetail{}, err
	}
	short := systemOut(scope)(d.System)
	out := SystemDetail{Number: d.Number, Uuid: d.UUID, KitosUuid: d.KitosUUID, Name: d.Name, Vendor: short.Vendor, Version: d.Version,
		Members: short.Members, OwnUse: short.OwnUse, ScreenedOut: d.Screened == system.NoData,
		DataKinds: each(d.DataKinds, same[string]), DataSubjects: each(d.DataSubjects, same[string]), Persons: text(d.Persons), PersonsCount: d.PersonsCount,
		Criticality: text(d.Criticality), Hosting: text(d.Hosting), UsesAi: d.UsesAI, Kle: each(d.KLE, kleOut), Vendors: each(d.Vendors, periodOut),
		Screenings: each(d.Screenings, func(s system.Screening) Screening {
			return Screening{Outcome: ScreeningOutcome(s.Outcome), Reason: s.Reason, At: s.At, By: text(s.By)}
		}),
		Agreements: each(joint, agreementBrief(scope)), OwnAgreements: each(own, a.ownOut)}
	if scope.Own() == 0 {
		users := each(d.Using, func(u system.User) SystemUser {
			return SystemUser{Organisation: OrganisationRef{Id: u.Organisation, Name: u.Name}, From: types.Date{Time: u.From}}
		})
		out.Users = &users
		return out, nil
	}
	use := each(d.Uses, func(u system.OwnUse) OwnUse {
		return OwnUse{From: types.Date{Time: u.From}, To: dayOut(u.To), LocalName: text(u.LocalName), LocalOwner: text(u.LocalOwner), CaseNumber: text(u.CaseNumber), Persons: u.Persons}
	})
	out.Use = &use
	return out, nil
}

func same[T any](v T) T { return v }
