package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/vendor"
)

// ListVendors lists vendors.
func (a *API) ListVendors(ctx context.Context, r ListVendorsRequestObject) (ListVendorsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Vendors.List(ctx, scopeFrom(ctx), vendorFilter(p.Q, p.Country, p.Part),
		paged(p.Sort, "name", p.Limit, p.Cursor))
	return ListVendors200JSONResponse{Items: each(rows, vendorOut), Next: text(next)}, err
}

// CountVendors counts what the filter finds.
func (a *API) CountVendors(ctx context.Context, r CountVendorsRequestObject) (CountVendorsResponseObject, error) {
	n, err := a.Vendors.Count(ctx, scopeFrom(ctx), vendorFilter(r.Params.Q, r.Params.Country, r.Params.Part))
	return CountVendors200JSONResponse{Total: n}, err
}

// most is how much of a vendor one page shows; the lists show the rest.
var most = storage.Page{Sort: "name", Limit: 200}

func vendorFilter(q, country *string, part *VendorPart) vendor.Filter {
	return vendor.Filter{Text: value(q), Country: value(country), Part: vendor.Part(value(part))}
}

// GetVendor shows one vendor with its systems and joint agreements.
func (a *API) GetVendor(ctx context.Context, r GetVendorRequestObject) (GetVendorResponseObject, error) {
	v, err := a.Vendors.Get(ctx, scopeFrom(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	out, err := a.vendorDetail(ctx, v)
	return GetVendor200JSONResponse(out), err
}

// CreateVendor adds a vendor.
func (a *API) CreateVendor(ctx context.Context, r CreateVendorRequestObject) (CreateVendorResponseObject, error) {
	b := r.Body
	v, err := a.Vendors.Create(ctx, scopeFrom(ctx), particulars(b.Name, b.Country, b.Cvr, b.ForeignNumber, b.Address, b.Commercial == nil || *b.Commercial))
	if err != nil {
		return nil, err
	}
	out, err := a.vendorDetail(ctx, v)
	return CreateVendor201JSONResponse(out), err
}

// UpdateVendor changes what the register says of a vendor.
func (a *API) UpdateVendor(ctx context.Context, r UpdateVendorRequestObject) (UpdateVendorResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	v, err := a.Vendors.Change(ctx, scopeFrom(ctx), r.Number, seen, particulars(b.Name, b.Country, b.Cvr, b.ForeignNumber, b.Address, b.Commercial),
		vendor.Rename{From: dayIn(b.NameFrom), Correction: value(b.NameCorrected)})
	if err != nil {
		return nil, err
	}
	out, err := a.vendorDetail(ctx, v)
	return UpdateVendor200JSONResponse(out), err
}

// GetVendorHistory tells who changed it.
func (a *API) GetVendorHistory(ctx context.Context, r GetVendorHistoryRequestObject) (GetVendorHistoryResponseObject, error) {
	v, err := a.Vendors.Get(ctx, scopeFrom(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "vendor", v.ID)
	return GetVendorHistory200JSONResponse(history(rows)), err
}

func particulars(name, country string, cvr, foreign *string, at *Address, commercial bool) vendor.Particulars {
	to := value(at)
	return vendor.Particulars{Name: name, Country: country, CVR: value(cvr), ForeignNumber: value(foreign), Commercial: commercial,
		Street: value(to.Street), PostalCode: value(to.PostalCode), City: value(to.City)}
}

func (a *API) vendorDetail(ctx context.Context, v vendor.Vendor) (VendorDetail, error) {
	scope := scopeFrom(ctx)
	systems, _, err := a.Systems.List(ctx, scope, system.Filter{Vendor: v.Number}, most)
	if err != nil {
		return VendorDetail{}, err
	}
	agreements, _, err := a.Agreements.List(ctx, scope, agreement.Filter{Vendor: v.Number}, storage.Page{Sort: "-number", Limit: 200})
	if err != nil {
		return VendorDetail{}, err
	}
	names, err := a.Vendors.Names(ctx, scope, v.ID)
	if err != nil {
		return VendorDetail{}, err
	}
	certified, err := a.Vendors.Certifications(ctx, scope, v.ID)
	return VendorDetail{
		Number: v.Number, Name: v.Name, Cvr: v.CVR, ForeignNumber: v.ForeignNumber, Country: v.Country,
		Address: address(member.Address{Street: v.Street, PostalCode: v.PostalCode, City: v.City, Country: v.Country}),
		Systems: each(systems, systemOut(scope)), Agreements: each(agreements, agreementBrief(scope)),
		Commercial: v.Commercial, JointCompany: v.Organisation != nil, NamedFrom: dayOut(v.NamedFrom), Version: v.Version, Chains: v.Chains,
		Names: each(names, func(n vendor.Name) VendorName {
			return VendorName{Name: n.Name, From: dayOut(n.From), To: types.Date{Time: n.To}}
		}),
		Certifications: each(certified, certificationOut),
	}, err
}

func systemFilter[S ~string](q *string, vendor *int32, screened *S, criticality *string) system.Filter {
	return system.Filter{Text: value(q), Vendor: value(vendor), Screened: string(value(screened)), Criticality: value(criticality)}
}

// ListSystems lists systems.
func (a *API) ListSystems(ctx context.Context, r ListSystemsRequestObject) (ListSystemsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Systems.List(ctx, scopeFrom(ctx), systemFilter(p.Q, p.Vendor, p.Screened, p.Criticality),
		paged(p.Sort, "name", p.Limit, p.Cursor))
	return ListSystems200JSONResponse{Items: each(rows, systemOut(scopeFrom(ctx))), Next: text(next)}, err
}

// CountSystems counts what the filter finds.
func (a *API) CountSystems(ctx context.Context, r CountSystemsRequestObject) (CountSystemsResponseObject, error) {
	n, err := a.Systems.Count(ctx, scopeFrom(ctx), systemFilter(r.Params.Q, r.Params.Vendor, r.Params.Screened, r.Params.Criticality))
	return CountSystems200JSONResponse{Total: n}, err
}

func vendorOut(v vendor.Vendor) Vendor {
	return Vendor{Number: v.Number, Name: v.Name, Cvr: v.CVR, ForeignNumber: v.ForeignNumber, Country: v.Country, Systems: v.Systems, Chains: v.Chains}
}

// systemOut tells the secretariat how many members use a system, a member whether it does itself.
func systemOut(scope access.Scope) func(system.System) System {
	return func(s system.System) System {
		out := System{Number: s.Number, Uuid: s.UUID, KitosUuid: s.KitosUUID, Name: s.Name, Vendor: VendorRef{Number: s.VendorNumber, Name: s.VendorName}}
		if s.Screened != "" {
			screened := ScreeningOutcome(s.Screened)
			out.Screened = &screened
		}
		if scope.Own() == 0 {
			out.Members = &s.Users
		} else {
			own := s.Users > 0
			out.OwnUse = &own
		}
		return out
	}
}
