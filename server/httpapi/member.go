package httpapi

import (
	"context"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/member"
)

func organisationFilter[M ~string](q *string, membership *M, asOf *types.Date, missing *bool) member.Filter {
	f := member.Filter{Text: value(q), MissingAddress: missing, AsOf: value(asOf).Time}
	if membership != nil {
		active := string(*membership) == "active"
		f.Active = &active
	}
	return f
}

// ListOrganisations lists the organisations in scope.
func (a *API) ListOrganisations(ctx context.Context, r ListOrganisationsRequestObject) (ListOrganisationsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Members.List(ctx, scopeFrom(ctx), organisationFilter(p.Q, p.Membership, p.AsOf, p.MissingAddress),
		paged(p.Sort, "name", p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	out := ListOrganisations200JSONResponse{Items: make([]Organisation, len(rows)), Next: text(next)}
	for i, o := range rows {
		if out.Items[i], err = a.organisationOn(o, value(p.AsOf).Time); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// CountOrganisations counts what the filter finds.
func (a *API) CountOrganisations(ctx context.Context, r CountOrganisationsRequestObject) (CountOrganisationsResponseObject, error) {
	n, err := a.Members.Count(ctx, scopeFrom(ctx), organisationFilter(r.Params.Q, r.Params.Membership, r.Params.AsOf, r.Params.MissingAddress))
	return CountOrganisations200JSONResponse{Total: n}, err
}

// GetOrganisation shows one organisation.
func (a *API) GetOrganisation(ctx context.Context, r GetOrganisationRequestObject) (GetOrganisationResponseObject, error) {
	o, err := a.Members.Get(ctx, scopeFrom(ctx), int32(r.Id))
	if err != nil {
		return nil, err
	}
	out, err := a.organisation(o)
	return GetOrganisation200JSONResponse(out), err
}

// UpdateOrganisation changes the address that stands in agreements.
func (a *API) UpdateOrganisation(ctx context.Context, r UpdateOrganisationRequestObject) (UpdateOrganisationResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	to := r.Body.Address
	o, err := a.Members.ChangeAddress(ctx, scopeFrom(ctx), int32(r.Id), seen, member.Address{
		Street: value(to.Street), PostalCode: value(to.PostalCode), City: value(to.City), Country: value(to.Country)})
	if err != nil {
		return nil, err
	}
	out, err := a.organisation(o)
	return UpdateOrganisation200JSONResponse(out), err
}

// GetOrganisationHistory tells who changed it.
func (a *API) GetOrganisationHistory(ctx context.Context, r GetOrganisationHistoryRequestObject) (GetOrganisationHistoryResponseObject, error) {
	if _, err := a.Members.Get(ctx, scopeFrom(ctx), int32(r.Id)); err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "organisation", r.Id)
	return GetOrganisationHistory200JSONResponse(history(rows)), err
}

func (a *API) organisation(o member.Organisation) (Organisation, error) {
	return a.organisationOn(o, time.Time{})
}

// organisationOn is an organisation with its membership on a day; zero is today.
func (a *API) organisationOn(o member.Organisation, day time.Time) (Organisation, error) {
	out := Organisation{Id: o.ID, Kind: OrganisationKind(o.Kind), Name: o.Name, Cvr: o.CVR, MunicipalityCode: o.MunicipalityCode,
		Address: address(o.Address()), Mail: o.Mail, Version: o.Version}
	periods, err := o.Memberships()
	if err != nil {
		return out, err
	}
	if day.IsZero() {
		day = a.Members.Today()
	}
	out.Memberships = each(periods, func(m member.Membership) Membership {
		return Membership{From: types.Date{Time: m.From}, To: dayOut(m.To)}
	})
	out.Active = member.MemberOn(periods, day)
	return out, nil
}

func address(m member.Address) Address {
	return Address{Street: text(m.Street), PostalCode: text(m.PostalCode), City: text(m.City), Country: text(m.Country)}
}
