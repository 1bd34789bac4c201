package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/member"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/usage"
)

// ListUsages lists what an organisation uses.
func (a *API) ListUsages(ctx context.Context, r ListUsagesRequestObject) (ListUsagesResponseObject, error) {
	p := r.Params
	page := paged(p.Sort, "name", p.Limit, p.Cursor)
	if page.Limit == 0 {
		page.Limit = 1000
	}
	rows, next, err := a.Usages.List(ctx, scopeFrom(ctx), usageFilter(p.Q, p.Agreement, p.Period, p.Vendor, p.Owner, p.Responsible, p.Organisation), page)
	return ListUsages200JSONResponse{Items: each(rows, usageOut), Next: text(next)}, err
}

func usageFilter[P ~string](q *string, state *UsageAgreementState, period *P, vendor *int32, owner, responsible *int64, organisation *int32) usage.Filter {
	f := usage.Filter{Text: value(q), State: usage.State(value(state)), Period: string(value(period)), Vendor: value(vendor),
		Owner: owner, Responsible: responsible, Organisation: value(organisation)}
	if f.Period == "current" {
		f.Period = ""
	}
	return f
}

// CountUsages counts what the filter finds, and how their agreements stand.
func (a *API) CountUsages(ctx context.Context, r CountUsagesRequestObject) (CountUsagesResponseObject, error) {
	p := r.Params
	c, err := a.Usages.Count(ctx, scopeFrom(ctx), usageFilter(p.Q, p.Agreement, p.Period, p.Vendor, p.Owner, p.Responsible, p.Organisation))
	out := CountUsages200JSONResponse{Total: c.Total}
	for _, s := range usage.States {
		out.States = append(out.States, struct {
			Count int                 `json:"count"`
			State UsageAgreementState `json:"state"`
		}{c.States[s], UsageAgreementState(s)})
	}
	return out, err
}

// usageStates are the states as they read in a spreadsheet.
var usageStates = map[usage.State]string{usage.Joint: "Fælles aftale", usage.Own: "Egen aftale", usage.KLKombit: "KL/KOMBIT",
	usage.NotNeeded: "Ikke nødvendig", usage.Offered: "Frigivet, ikke indgået", usage.Missing: "Mangler"}

// ExportUsages is the filtered list as a spreadsheet.
func (a *API) ExportUsages(ctx context.Context, r ExportUsagesRequestObject) (ExportUsagesResponseObject, error) {
	p := r.Params
	f := usageFilter(p.Q, p.Agreement, p.Period, p.Vendor, p.Owner, p.Responsible, p.Organisation)
	w, err := workbook(ctx, "vores systemer", []report.Column{{Heading: "System", Width: 44}, {Heading: "Leverandør", Width: 40}, {Heading: "Aftale", Width: 22},
		{Heading: "Aftalens nr.", Width: 12}, {Heading: "Version", Width: 9}, {Heading: "Begrundelse", Width: 40}, {Heading: "Begrundet af", Width: 24}, {Heading: "Begrundet den", Width: 14},
		{Heading: "Ansvarlig", Width: 24}, {Heading: "Systemejer", Width: 24}, {Heading: "Lokal ejer", Width: 24}, {Heading: "Lokalt navn", Width: 30}, {Heading: "Personer", Width: 10},
		{Heading: "Sagsnr.", Width: 18}, {Heading: "Fra", Width: 12}, {Heading: "Til", Width: 12}, {Heading: "Nr.", Width: 8}, {Heading: "Kommune", Width: 26}},
		paged(p.Sort, "name", nil, nil),
		func(p storage.Page) ([]usage.Usage, string, error) { return a.Usages.List(ctx, scopeFrom(ctx), f, p) },
		func(u usage.Usage) []any {
			var reason, by, on, code, version any
			if u.State == usage.Joint || u.State == usage.Offered {
				code, version = value(u.AgreementCode), orNil(u.AgreementVersion)
			}
			if u.State == usage.NotNeeded {
				reason, by, on = u.Cell(usage.Reason), value(u.ReasonByName), legalDay(u.ReasonAt)
			}
			return []any{u.SystemName, u.VendorName, word(ctx, usageStates[u.State]), code, version,
				reason, by, on, value(u.ResponsibleName), value(u.OwnerName), u.LocalOwner, u.LocalName,
				orNil(u.Persons), u.CaseNumber, u.From, orNil(u.To), u.SystemNumber, u.OrganisationName}
		})
	return ExportUsages200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// ListUsagePeople lists who can be made owner or responsible.
func (a *API) ListUsagePeople(ctx context.Context, _ ListUsagePeopleRequestObject) (ListUsagePeopleResponseObject, error) {
	people, err := a.Usages.People(ctx, scopeFrom(ctx))
	return ListUsagePeople200JSONResponse{Items: each(people, func(p usage.Person) UsagePerson { return UsagePerson{Id: p.ID, Name: p.Name} })}, err
}

// AddUsage says that the organisation uses a system.
func (a *API) AddUsage(ctx context.Context, r AddUsageRequestObject) (AddUsageResponseObject, error) {
	out, err := a.Usages.Add(ctx, scopeFrom(ctx), r.Body.System, r.Body.From.Time)
	return AddUsage201JSONResponse(outcomeOut(out)), err
}

// ChangeUsages changes cells, or tells what would change.
func (a *API) ChangeUsages(ctx context.Context, r ChangeUsagesRequestObject) (ChangeUsagesResponseObject, error) {
	changes := each(r.Body.Changes, func(c UsageCellChange) usage.Change {
		return usage.Change{Usage: c.Usage, Field: usage.Field(c.Field), Base: c.Base, Value: c.Value}
	})
	var out usage.Outcome
	var err error
	if value(r.Body.DryRun) {
		out, err = a.Usages.Preview(ctx, scopeFrom(ctx), changes)
	} else {
		out, err = a.Usages.Change(ctx, scopeFrom(ctx), usage.Kind(r.Body.Kind), changes)
	}
	return ChangeUsages200JSONResponse(outcomeOut(out)), err
}

// UndoUsageChange puts the cells of a change back.
func (a *API) UndoUsageChange(ctx context.Context, r UndoUsageChangeRequestObject) (UndoUsageChangeResponseObject, error) {
	out, err := a.Usages.Undo(ctx, scopeFrom(ctx), r.Id)
	return UndoUsageChange200JSONResponse(outcomeOut(out)), err
}

// ListUsageChanges lists the newest changes.
func (a *API) ListUsageChanges(ctx context.Context, _ ListUsageChangesRequestObject) (ListUsageChangesResponseObject, error) {
	rows, err := a.Usages.Changes(ctx, scopeFrom(ctx))
	return ListUsageChanges200JSONResponse{Items: each(rows, func(e usage.Entry) UsageChangeEntry {
		return UsageChangeEntry{Id: e.ID, Kind: UsageChangeEntryKind(e.Kind), Cells: e.Cells, Rows: e.Rows, What: e.What, By: e.By, At: e.At,
			UndoneBy: e.UndoneBy, UndoneAt: e.UndoneAt, Undoable: e.Undoable}
	})}, err
}

func usageOut(u usage.Usage) Usage {
	out := Usage{Id: u.ID, Organisation: OrganisationRef{Id: u.Organisation, Name: u.OrganisationName},
		System: SystemRef{Number: u.SystemNumber, Name: u.SystemName}, Vendor: VendorRef{Number: u.VendorNumber, Name: u.VendorName},
		Agreement: UsageAgreementState(u.State), OwnTitle: u.OwnTitle, OwnEnds: dayOut(u.OwnEnds), From: types.Date{Time: u.From}, To: dayOut(u.To),
		Source: UsageSource(u.Source), LocalName: u.LocalName, LocalOwner: u.LocalOwner, Owner: usagePerson(u.Owner, u.OwnerName),
		Responsible: usagePerson(u.Responsible, u.ResponsibleName), Persons: u.Persons, CaseNumber: u.CaseNumber, Version: int(u.Version)}
	if u.Accession != nil {
		out.Joint = &UsageJoint{Accession: *u.Accession, Code: value(u.AgreementCode), Version: int(value(u.AgreementVersion))}
	}
	if u.Offer != nil {
		out.Offer = &UsageOffer{Accession: *u.Offer, Code: value(u.AgreementCode), Version: int(value(u.AgreementVersion)), State: AccessionState(value(u.OfferState))}
	}
	if u.State == usage.NotNeeded && u.ReasonAt != nil {
		out.NotNeeded = &UsageNotNeeded{Reason: u.Cell(usage.Reason), By: u.ReasonByName, At: u.ReasonAt.UTC()}
	}
	return out
}

func usagePerson(id *int64, name *string) *UsagePerson {
	if id == nil {
		return nil
	}
	return &UsagePerson{Id: *id, Name: value(name)}
}

func outcomeOut(o usage.Outcome) UsageOutcome {
	out := UsageOutcome{Unchanged: o.Unchanged, Rows: each(o.Rows, usageOut),
		Cells: each(o.Cells, func(c usage.Cell) UsageCell {
			return UsageCell{Usage: c.Usage, Field: UsageField(c.Field), Before: c.Before, After: c.After}
		}),
		Conflicts: each(o.Conflicts, func(c usage.Conflict) UsageConflict {
			return UsageConflict{Usage: c.Usage, Field: UsageField(c.Field), Base: c.Base, Yours: c.Yours, Theirs: c.Theirs, By: text(c.By), At: c.At}
		}),
		Errors: each(o.Errors, func(e usage.CellError) UsageCellError {
			return UsageCellError{Usage: e.Usage, Field: UsageField(e.Field), Value: e.Value, Code: e.Code}
		})}
	if o.Change != 0 {
		out.Change = &o.Change
	}
	return out
}

// ListSavedFilters lists the saved filters of a page.
func (a *API) ListSavedFilters(ctx context.Context, r ListSavedFiltersRequestObject) (ListSavedFiltersResponseObject, error) {
	rows, err := a.Users.Filters(ctx, scopeFrom(ctx), r.Params.Page)
	return ListSavedFilters200JSONResponse{Items: each(rows, savedOut)}, err
}

// SaveFilter keeps a filter under a name.
func (a *API) SaveFilter(ctx context.Context, r SaveFilterRequestObject) (SaveFilterResponseObject, error) {
	f, err := a.Users.SaveFilter(ctx, scopeFrom(ctx), r.Body.Page, r.Body.Name, r.Body.Query, value(r.Body.Shared))
	return SaveFilter201JSONResponse(savedOut(f)), err
}

// RemoveSavedFilter removes one's own.
func (a *API) RemoveSavedFilter(ctx context.Context, r RemoveSavedFilterRequestObject) (RemoveSavedFilterResponseObject, error) {
	return RemoveSavedFilter204Response{}, a.Users.RemoveFilter(ctx, scopeFrom(ctx), r.Id)
}

func savedOut(f member.SavedFilter) SavedFilter {
	return SavedFilter{Id: f.ID, Name: f.Name, Query: f.Query, Shared: f.Shared, Own: f.Own, By: f.By}
}
