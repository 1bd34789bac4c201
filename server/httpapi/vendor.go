package httpapi

import (
	"context"

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
	rows, next, err := a.Vendors.List(ctx, scopeFrom(ctx), vendor.Filter{Text: value(p.Q), Country: value(p.Country)},
		paged(p.Sort, "name", p.Limit, p.Cursor))
	return ListVendors200JSONResponse{Items: each(rows, vendorOut), Next: text(next)}, err
}

// CountVendors counts what the filter finds.
func (a *API) CountVendors(ctx context.Context, r CountVendorsRequestObject) (CountVendorsResponseObject, error) {
	n, err := a.Vendors.Count(ctx, scopeFrom(ctx), vendor.Filter{Text: value(r.Params.Q), Country: value(r.Params.Country)})
	return CountVendors200JSONResponse{Total: n}, err
}

// most is how much of a vendor one page shows; the lists show the rest.
var most = storage.Page{Sort: "name", Limit: 200}

// GetVendor shows one vendor with its systems and joint agreements.
func (a *API) GetVendor(ctx context.Context, r GetVendorRequestObject) (GetVendorResponseObject, error) {
	scope := scopeFrom(ctx)
	v, err := a.Vendors.Get(ctx, scope, r.Number)
	if err != nil {
		return nil, err
	}
	systems, _, err := a.Systems.List(ctx, scope, system.Filter{Vendor: v.Number}, most)
	if err != nil {
		return nil, err
	}
	agreements, _, err := a.Agreements.List(ctx, scope, agreement.Filter{Vendor: v.Number}, storage.Page{Sort: "-number", Limit: 200})
	return GetVendor200JSONResponse{
		Number: v.Number, Name: v.Name, Cvr: v.CVR, ForeignNumber: v.ForeignNumber, Country: v.Country,
		Address: address(member.Address{Street: v.Street, PostalCode: v.PostalCode, City: v.City, Country: v.Country}),
		Systems: each(systems, systemOut(scope)), Agreements: each(agreements, agreementOut(scope)),
	}, err
}

// ListSystems lists systems.
func (a *API) ListSystems(ctx context.Context, r ListSystemsRequestObject) (ListSystemsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Systems.List(ctx, scopeFrom(ctx), system.Filter{Text: value(p.Q), Vendor: value(p.Vendor)},
		paged(p.Sort, "name", p.Limit, p.Cursor))
	return ListSystems200JSONResponse{Items: each(rows, systemOut(scopeFrom(ctx))), Next: text(next)}, err
}

// CountSystems counts what the filter finds.
func (a *API) CountSystems(ctx context.Context, r CountSystemsRequestObject) (CountSystemsResponseObject, error) {
	n, err := a.Systems.Count(ctx, scopeFrom(ctx), system.Filter{Text: value(r.Params.Q), Vendor: value(r.Params.Vendor)})
	return CountSystems200JSONResponse{Total: n}, err
}

func vendorOut(v vendor.Vendor) Vendor {
	return Vendor{Number: v.Number, Name: v.Name, Cvr: v.CVR, ForeignNumber: v.ForeignNumber, Country: v.Country, Systems: v.Systems}
}

// systemOut tells the secretariat how many members use a system, a member whether it does itself.
func systemOut(scope access.Scope) func(system.System) System {
	return func(s system.System) System {
		out := System{Number: s.Number, Uuid: s.UUID, KitosUuid: s.KitosUUID, Name: s.Name, Vendor: VendorRef{Number: s.VendorNumber, Name: s.VendorName}, ScreenedOut: &s.ScreenedOut}
		if scope.Own() == 0 {
			out.Members = &s.Users
		} else {
			own := s.Users > 0
			out.OwnUse = &own
		}
		return out
	}
}
