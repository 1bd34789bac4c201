package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/member"
)

// RegisterOrganisation enters a municipality or a joint company.
func (a *API) RegisterOrganisation(ctx context.Context, r RegisterOrganisationRequestObject) (RegisterOrganisationResponseObject, error) {
	e := member.Entry{Kind: member.Kind(r.Body.Kind), Name: r.Body.Name, CVR: r.Body.Cvr, MunicipalityCode: value(r.Body.MunicipalityCode),
		Address: addressIn(value(r.Body.Address)), Mail: value(r.Body.Mail)}
	if m := r.Body.Membership; m != nil {
		e.Joins = &member.Membership{From: m.From.Time, To: dayIn(m.To)}
	}
	o, err := a.Members.Register(ctx, scopeFrom(ctx), e)
	out, err := a.changed(o, err)
	return RegisterOrganisation201JSONResponse(out), err
}

// GetOrganisationRecord tells what is known of it over time.
func (a *API) GetOrganisationRecord(ctx context.Context, r GetOrganisationRecordRequestObject) (GetOrganisationRecordResponseObject, error) {
	rec, err := a.Members.Record(ctx, scopeFrom(ctx), int32(r.Id))
	return GetOrganisationRecord200JSONResponse{
		Facts: each(rec.Facts, func(f member.Fact) OrganisationFact {
			return OrganisationFact{From: types.Date{Time: f.From}, Address: address(f.Address()), Mail: f.Mail, Planned: f.Planned, By: f.By}
		}),
		Predecessors: each(rec.Predecessors, successionOut), Successors: each(rec.Successors, successionOut),
		Contacts: each(rec.Contacts, func(c member.Contact) ContactPeriod {
			return ContactPeriod{Id: c.Grant, User: c.User, Name: c.Name, Email: text(c.Mail), From: types.Date{Time: c.From}, To: dayOut(c.To), Left: c.Left}
		}),
	}, err
}

// PlanOrganisationAddress states the address and main mail from a day on.
func (a *API) PlanOrganisationAddress(ctx context.Context, r PlanOrganisationAddressRequestObject) (PlanOrganisationAddressResponseObject, error) {
	plan := member.Plan{From: r.Body.From.Time, Address: addressIn(r.Body.Address), Mail: r.Body.Mail}
	out, err := a.act(ctx, r.Id, r.Params.IfMatch, func(scope access.Scope, id int32, seen int) (member.Organisation, error) {
		return a.Members.PlanFact(ctx, scope, id, seen, plan)
	})
	return PlanOrganisationAddress200JSONResponse(out), err
}

// WithdrawOrganisationAddress takes a plan back.
func (a *API) WithdrawOrganisationAddress(ctx context.Context, r WithdrawOrganisationAddressRequestObject) (WithdrawOrganisationAddressResponseObject, error) {
	out, err := a.act(ctx, r.Id, r.Params.IfMatch, func(scope access.Scope, id int32, seen int) (member.Organisation, error) {
		return a.Members.Unplan(ctx, scope, id, seen, r.Body.From.Time)
	})
	return WithdrawOrganisationAddress200JSONResponse(out), err
}

// AddMembership adds a period of membership.
func (a *API) AddMembership(ctx context.Context, r AddMembershipRequestObject) (AddMembershipResponseObject, error) {
	out, err := a.act(ctx, r.Id, r.Params.IfMatch, func(scope access.Scope, id int32, seen int) (member.Organisation, error) {
		return a.Members.AddMembership(ctx, scope, id, seen, member.Membership{From: r.Body.From.Time, To: dayIn(r.Body.To)})
	})
	return AddMembership200JSONResponse(out), err
}

// EndMembership sets the last day of membership.
func (a *API) EndMembership(ctx context.Context, r EndMembershipRequestObject) (EndMembershipResponseObject, error) {
	out, err := a.act(ctx, r.Id, r.Params.IfMatch, func(scope access.Scope, id int32, seen int) (member.Organisation, error) {
		return a.Members.EndMembership(ctx, scope, id, seen, r.Body.To.Time)
	})
	return EndMembership200JSONResponse(out), err
}

// AddSuccessor says who takes over.
func (a *API) AddSuccessor(ctx context.Context, r AddSuccessorRequestObject) (AddSuccessorResponseObject, error) {
	out, err := a.act(ctx, r.Id, r.Params.IfMatch, func(scope access.Scope, id int32, seen int) (member.Organisation, error) {
		return a.Members.Succeed(ctx, scope, id, seen, r.Body.Successor, r.Body.From.Time, string(r.Body.Kind))
	})
	return AddSuccessor200JSONResponse(out), err
}

// GetOrganisationSettings tells how the organisation works.
func (a *API) GetOrganisationSettings(ctx context.Context, r GetOrganisationSettingsRequestObject) (GetOrganisationSettingsResponseObject, error) {
	s, err := a.Members.Settings(ctx, scopeFrom(ctx), int32(r.Id))
	return GetOrganisationSettings200JSONResponse(settingsOut(s)), err
}

// DecideOrganisationSettings changes how the organisation works.
func (a *API) DecideOrganisationSettings(ctx context.Context, r DecideOrganisationSettingsRequestObject) (DecideOrganisationSettingsResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	s, err := a.Members.Decide(ctx, scopeFrom(ctx), int32(r.Id), seen, member.Settings{Responsible: r.Body.Responsible, Deciders: string(r.Body.Deciders)})
	return DecideOrganisationSettings200JSONResponse(settingsOut(s)), err
}

// act runs an act on the version that the caller has read.
func (a *API) act(ctx context.Context, id int64, ifMatch string, do func(access.Scope, int32, int) (member.Organisation, error)) (Organisation, error) {
	seen, err := version(ifMatch)
	if err != nil {
		return Organisation{}, err
	}
	return a.changed(do(scopeFrom(ctx), int32(id), seen))
}

func (a *API) changed(o member.Organisation, err error) (Organisation, error) {
	if err != nil {
		return Organisation{}, err
	}
	return a.organisation(o)
}

func settingsOut(s member.Settings) OrganisationSettings {
	out := OrganisationSettings{Deciders: Deciders(s.Deciders), Version: s.Version}
	if s.Responsible != nil {
		out.Responsible = &PersonRef{Id: *s.Responsible, Name: value(s.ResponsibleName)}
	}
	return out
}

func successionOut(s member.Succession) Succession {
	return Succession{From: types.Date{Time: s.From}, Kind: SuccessionKind(s.Kind),
		Organisation: OrganisationRef{Id: s.Organisation, Name: s.Name}, Successor: OrganisationRef{Id: s.Successor, Name: s.Successors}}
}

func addressIn(w Address) member.Address {
	return member.Address{Street: value(w.Street), PostalCode: value(w.PostalCode), City: value(w.City), Country: value(w.Country)}
}
