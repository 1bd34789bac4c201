package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/vendor"
)

// ListVendorContacts lists whom to write to.
func (a *API) ListVendorContacts(ctx context.Context, r ListVendorContactsRequestObject) (ListVendorContactsResponseObject, error) {
	rows, err := a.Vendors.Contacts(ctx, scopeFrom(ctx), r.Number)
	return ListVendorContacts200JSONResponse{Items: each(rows, contactOut)}, err
}

// CreateVendorContact adds one.
func (a *API) CreateVendorContact(ctx context.Context, r CreateVendorContactRequestObject) (CreateVendorContactResponseObject, error) {
	c, err := a.Vendors.AddContact(ctx, scopeFrom(ctx), r.Number, contactIn(*r.Body))
	return CreateVendorContact201JSONResponse(contactOut(c)), err
}

// UpdateVendorContact changes one.
func (a *API) UpdateVendorContact(ctx context.Context, r UpdateVendorContactRequestObject) (UpdateVendorContactResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := a.Vendors.ChangeContact(ctx, scopeFrom(ctx), r.Number, r.Id, seen, contactIn(*r.Body))
	return UpdateVendorContact200JSONResponse(contactOut(c)), err
}

// DeleteVendorContact removes one for good.
func (a *API) DeleteVendorContact(ctx context.Context, r DeleteVendorContactRequestObject) (DeleteVendorContactResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return DeleteVendorContact204Response{}, a.Vendors.RemoveContact(ctx, scopeFrom(ctx), r.Number, r.Id, seen)
}

func contactIn(c VendorContactRequest) vendor.Contact {
	return vendor.Contact{Role: string(c.Role), Name: c.Name, Email: value(c.Email), Phone: value(c.Phone)}
}

func contactOut(c vendor.Contact) VendorContact {
	return VendorContact{Id: c.ID, Role: ContactRole(c.Role), Name: c.Name, Email: text(c.Email), Phone: text(c.Phone), Version: c.Version}
}

// CreateCertification adds a certification under the Data Privacy Framework.
func (a *API) CreateCertification(ctx context.Context, r CreateCertificationRequestObject) (CreateCertificationResponseObject, error) {
	c, err := a.Vendors.Certify(ctx, scopeFrom(ctx), r.Number, certificationIn(*r.Body))
	return CreateCertification201JSONResponse(certificationOut(c)), err
}

// UpdateCertification says what was learnt of it since.
func (a *API) UpdateCertification(ctx context.Context, r UpdateCertificationRequestObject) (UpdateCertificationResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := a.Vendors.ChangeCertification(ctx, scopeFrom(ctx), r.Number, r.Id, seen, certificationIn(*r.Body))
	return UpdateCertification200JSONResponse(certificationOut(c)), err
}

func certificationIn(c CertificationRequest) vendor.Certification {
	return vendor.Certification{From: c.From.Time, To: dayIn(c.To), HR: c.Hr, Checked: c.CheckedOn.Time, Source: value(c.Source)}
}

func certificationOut(c vendor.Certification) Certification {
	return Certification{Id: c.ID, From: types.Date{Time: c.From}, To: dayOut(c.To), Hr: c.HR, CheckedOn: types.Date{Time: c.Checked}, Source: text(c.Source), Version: c.Version}
}

// ListTerritories lists what places are to the law.
func (a *API) ListTerritories(ctx context.Context, _ ListTerritoriesRequestObject) (ListTerritoriesResponseObject, error) {
	rows, err := a.Vendors.Territories(ctx, scopeFrom(ctx))
	return ListTerritories200JSONResponse{Items: each(rows, territoryOut)}, err
}

// CreateTerritory adds a row.
func (a *API) CreateTerritory(ctx context.Context, r CreateTerritoryRequestObject) (CreateTerritoryResponseObject, error) {
	t, err := a.Vendors.AddTerritory(ctx, scopeFrom(ctx), territoryIn(*r.Body))
	return CreateTerritory201JSONResponse(territoryOut(t)), err
}

// UpdateTerritory ends or corrects a row.
func (a *API) UpdateTerritory(ctx context.Context, r UpdateTerritoryRequestObject) (UpdateTerritoryResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	t, err := a.Vendors.ChangeTerritory(ctx, scopeFrom(ctx), int32(r.Id), seen, territoryIn(*r.Body))
	return UpdateTerritory200JSONResponse(territoryOut(t)), err
}

func territoryIn(t TerritoryRequest) vendor.Territory {
	return vendor.Territory{Code: t.Code, Kind: string(t.Kind), Scope: string(t.Scope), Decision: value(t.Decision), From: t.From.Time, To: dayIn(t.To),
		Source: t.Source, Note: value(t.Note), Checked: dayIn(t.CheckedOn), Unconfirmed: t.Unconfirmed}
}

func territoryOut(t vendor.Territory) Territory {
	return Territory{Id: t.ID, Code: t.Code, Kind: TerritoryKind(t.Kind), Scope: TerritoryScope(t.Scope), Decision: t.Decision, From: types.Date{Time: t.From},
		To: dayOut(t.To), Source: t.Source, Note: text(t.Note), CheckedOn: dayOut(t.Checked), Unconfirmed: t.Unconfirmed, Version: t.Version}
}
