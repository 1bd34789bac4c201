package httpapi

import (
	"context"

	"klausul/server/bulk"
)

// ListSystemChanges lists the newest changes of many systems at once.
func (a *API) ListSystemChanges(ctx context.Context, _ ListSystemChangesRequestObject) (ListSystemChangesResponseObject, error) {
	out, err := a.bulkChanges(ctx, bulk.Systems)
	return ListSystemChanges200JSONResponse(out), err
}

// ChangeSystems changes one field in many systems, or tells what would change.
func (a *API) ChangeSystems(ctx context.Context, r ChangeSystemsRequestObject) (ChangeSystemsResponseObject, error) {
	out, err := a.bulkChange(ctx, bulk.Systems, r.Body)
	return ChangeSystems200JSONResponse(out), err
}

// UndoSystemChange puts the systems of a change back.
func (a *API) UndoSystemChange(ctx context.Context, r UndoSystemChangeRequestObject) (UndoSystemChangeResponseObject, error) {
	out, err := a.Bulk.Undo(ctx, scopeFrom(ctx), bulk.Systems, r.Id)
	return UndoSystemChange200JSONResponse(bulkOut(out)), err
}

// ListVendorChanges lists the newest changes of many vendors at once.
func (a *API) ListVendorChanges(ctx context.Context, _ ListVendorChangesRequestObject) (ListVendorChangesResponseObject, error) {
	out, err := a.bulkChanges(ctx, bulk.Vendors)
	return ListVendorChanges200JSONResponse(out), err
}

// ChangeVendors changes one field in many vendors, or tells what would change.
func (a *API) ChangeVendors(ctx context.Context, r ChangeVendorsRequestObject) (ChangeVendorsResponseObject, error) {
	out, err := a.bulkChange(ctx, bulk.Vendors, r.Body)
	return ChangeVendors200JSONResponse(out), err
}

// UndoVendorChange puts the vendors of a change back.
func (a *API) UndoVendorChange(ctx context.Context, r UndoVendorChangeRequestObject) (UndoVendorChangeResponseObject, error) {
	out, err := a.Bulk.Undo(ctx, scopeFrom(ctx), bulk.Vendors, r.Id)
	return UndoVendorChange200JSONResponse(bulkOut(out)), err
}

// ListOwnAgreementChanges lists the newest changes of many own agreements at once.
func (a *API) ListOwnAgreementChanges(ctx context.Context, _ ListOwnAgreementChangesRequestObject) (ListOwnAgreementChangesResponseObject, error) {
	out, err := a.bulkChanges(ctx, bulk.OwnAgreements)
	return ListOwnAgreementChanges200JSONResponse(out), err
}

// ChangeOwnAgreements changes one field in many own agreements, or tells what would change.
func (a *API) ChangeOwnAgreements(ctx context.Context, r ChangeOwnAgreementsRequestObject) (ChangeOwnAgreementsResponseObject, error) {
	out, err := a.bulkChange(ctx, bulk.OwnAgreements, r.Body)
	return ChangeOwnAgreements200JSONResponse(out), err
}

// UndoOwnAgreementChange puts the own agreements of a change back.
func (a *API) UndoOwnAgreementChange(ctx context.Context, r UndoOwnAgreementChangeRequestObject) (UndoOwnAgreementChangeResponseObject, error) {
	out, err := a.Bulk.Undo(ctx, scopeFrom(ctx), bulk.OwnAgreements, r.Id)
	return UndoOwnAgreementChange200JSONResponse(bulkOut(out)), err
}

func (a *API) bulkChange(ctx context.Context, of bulk.List, b *BulkRequest) (BulkOutcome, error) {
	do := a.Bulk.Change
	if value(b.DryRun) {
		do = a.Bulk.Preview
	}
	out, err := do(ctx, scopeFrom(ctx), of, bulk.Field(b.Field), b.Value, each(b.Rows, func(r BulkRow) bulk.Ask { return bulk.Ask{Row: r.Row, Seen: r.Seen} }))
	return bulkOut(out), err
}

func (a *API) bulkChanges(ctx context.Context, of bulk.List) (BulkChanges, error) {
	rows, err := a.Bulk.Changes(ctx, scopeFrom(ctx), of)
	return BulkChanges{Items: each(rows, func(e bulk.Entry) BulkChangeEntry {
		return BulkChangeEntry{Id: e.ID, Field: BulkField(e.Field), Value: e.Value, Rows: e.Rows, By: e.By, At: e.At,
			UndoneBy: e.UndoneBy, UndoneAt: e.UndoneAt, Undoable: e.Undoable}
	})}, err
}

func bulkOut(o bulk.Outcome) BulkOutcome {
	out := BulkOutcome{Field: BulkField(o.Field), Unchanged: o.Unchanged,
		Cells: each(o.Cells, func(c bulk.Cell) BulkCell {
			return BulkCell{Row: c.Row, Name: c.Name, Before: c.Before, After: c.After}
		}),
		Conflicts: each(o.Conflicts, func(c bulk.Conflict) BulkConflict {
			return BulkConflict{Row: c.Row, Name: c.Name, Seen: c.Seen, Yours: c.Yours, Theirs: c.Theirs, By: text(c.By), At: c.At}
		}),
		Refusals: each(o.Refusals, func(r bulk.Refusal) BulkRefusal {
			return BulkRefusal{Row: r.Row, Name: r.Name, Value: r.Value, Code: r.Code}
		})}
	if o.Change != 0 {
		out.Change = &o.Change
	}
	return out
}
