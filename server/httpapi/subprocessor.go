package httpapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/fault"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/vendor"
)

func treeFilter(on *On, system *OfSystem, status *OfStatus) vendor.TreeFilter {
	f := vendor.TreeFilter{System: value(system), Status: vendor.Status(value(status))}
	if on != nil {
		f.On = on.Time
	}
	return f
}

// ListSubprocessors shows a vendor's tree as of a day.
func (a *API) ListSubprocessors(ctx context.Context, r ListSubprocessorsRequestObject) (ListSubprocessorsResponseObject, error) {
	f := treeFilter(r.Params.On, r.Params.System, r.Params.Status)
	if f.On.IsZero() {
		f.On = a.Vendors.Today()
	}
	rows, err := a.Vendors.Tree(ctx, scopeFrom(ctx), r.Number, f)
	return ListSubprocessors200JSONResponse{On: types.Date{Time: f.On}, Items: each(rows, subprocessorOut)}, err
}

// CreateSubprocessor adds a row.
func (a *API) CreateSubprocessor(ctx context.Context, r CreateSubprocessorRequestObject) (CreateSubprocessorResponseObject, error) {
	row, err := a.Vendors.AddSubprocessor(ctx, scopeFrom(ctx), r.Number, subprocessorIn(*r.Body))
	return CreateSubprocessor201JSONResponse(subprocessorOut(row)), err
}

// UpdateSubprocessor changes what is said of a row.
func (a *API) UpdateSubprocessor(ctx context.Context, r UpdateSubprocessorRequestObject) (UpdateSubprocessorResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	row, err := a.Vendors.ChangeSubprocessor(ctx, scopeFrom(ctx), r.Id, seen, subprocessorIn(*r.Body))
	return UpdateSubprocessor200JSONResponse(subprocessorOut(row)), err
}

// EndSubprocessor gives a row and those below it their last day.
func (a *API) EndSubprocessor(ctx context.Context, r EndSubprocessorRequestObject) (EndSubprocessorResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	n, err := a.Vendors.EndSubprocessor(ctx, scopeFrom(ctx), r.Id, seen, r.Body.To.Time)
	return EndSubprocessor200JSONResponse{Total: n}, err
}

// PreviewSubprocessors reads a pasted table without changing anything.
func (a *API) PreviewSubprocessors(ctx context.Context, r PreviewSubprocessorsRequestObject) (PreviewSubprocessorsResponseObject, error) {
	rows, err := a.Vendors.Preview(ctx, scopeFrom(ctx), r.Number, r.Body.Text)
	return PreviewSubprocessors200JSONResponse{Items: each(rows, pastedOut)}, err
}

// PasteSubprocessors adds every line of a pasted table, or none.
func (a *API) PasteSubprocessors(ctx context.Context, r PasteSubprocessorsRequestObject) (PasteSubprocessorsResponseObject, error) {
	n, err := a.Vendors.Paste(ctx, scopeFrom(ctx), r.Number, vendor.Under{Parent: r.Body.Parent, System: r.Body.System}, r.Body.Text)
	return PasteSubprocessors200JSONResponse{Total: n}, err
}

func subprocessorIn(b SubprocessorRequest) vendor.Subprocessor {
	return vendor.Subprocessor{Parent: b.Parent, System: b.System, Processor: b.Processor, Service: value(b.Service), Storage: b.Storage, Processing: b.Processing,
		Remote: b.Remote, Basis: vendor.Basis(b.Basis), Note: value(b.Note), From: b.From.Time, To: dayIn(b.To)}
}

func subprocessorOut(s vendor.Subprocessor) Subprocessor {
	out := Subprocessor{Id: s.ID, Parent: s.Parent, Processor: VendorRef{Number: s.Processor, Name: s.Name}, Service: s.Service, Storage: s.Storage,
		Processing: s.Processing, Remote: s.Remote, Basis: TransferBasis(s.Basis), Note: text(s.Note), From: types.Date{Time: s.From}, To: dayOut(s.To),
		Version: s.Version, Tier: s.Tier, Status: TransferStatus(s.Status), Verdicts: each(s.Verdicts, verdictOut)}
	if s.System != nil {
		out.System = &SystemRef{Number: *s.System, Name: value(s.SystemName)}
	}
	return out
}

func verdictOut(v vendor.Verdict) TransferVerdict {
	out := TransferVerdict{Place: v.Place, Status: TransferStatus(v.Status), Decision: text(v.Decision), Unconfirmed: v.Unconfirmed}
	if v.Scope != "" {
		scope := TerritoryScope(v.Scope)
		out.Scope = &scope
	}
	return out
}

func pastedOut(m vendor.Match) PastedLine {
	out := PastedLine{Line: m.Line.Line, Text: m.Text, Tier: m.Tier, Name: m.Name, Cvr: text(m.CVR), ForeignNumber: text(m.Foreign), Country: text(m.Country),
		Service: m.Row.Service, Storage: m.Row.Storage, Processing: m.Row.Processing, Remote: m.Row.Remote, Basis: TransferBasis(m.Row.Basis), Note: text(m.Row.Note),
		From: types.Date{Time: m.Row.From}, To: dayOut(m.Row.To),
		Faults: each(m.Faults, func(f fault.Field) ProblemField {
			return ProblemField{Pointer: f.Pointer, Code: f.Code, Message: text(f.Message)}
		})}
	if m.Vendor != nil {
		out.Vendor = &VendorRef{Number: m.Vendor.Number, Name: m.Vendor.Name}
	}
	return out
}

// behindFilter narrows the reverse look-up to a day, and to the rows whose transfer comes to a status.
func (a *API) behindFilter(ctx context.Context, number int32, on *On, status *OfStatus) (report.BehindFilter, error) {
	f := report.BehindFilter{Vendor: number}
	if on != nil {
		f.On = on.Time
	}
	if status == nil {
		return f, nil
	}
	var err error
	f.Rows, err = a.Vendors.Standing(ctx, scopeFrom(ctx), number, f.On, vendor.Status(*status))
	return f, err
}

// ListBehind lists the systems that a vendor stands behind.
func (a *API) ListBehind(ctx context.Context, r ListBehindRequestObject) (ListBehindResponseObject, error) {
	p := r.Params
	f, err := a.behindFilter(ctx, r.Number, p.On, p.Status)
	if err != nil {
		return nil, err
	}
	rows, next, err := a.Reports.Behind(ctx, scopeFrom(ctx), f, paged(p.Sort, "name", p.Limit, p.Cursor))
	own := scopeFrom(ctx).Own() != 0
	return ListBehind200JSONResponse{Items: each(rows, func(b report.Behind) Behind {
		out := Behind{System: SystemRef{Number: b.Number, Name: b.Name}, Vendor: VendorRef{Number: b.VendorNumber, Name: b.VendorName}, Tier: b.Tier, Through: text(b.Through)}
		if !own {
			out.Members = &b.Users
		}
		return out
	}), Next: text(next)}, err
}

// CountBehind counts how far the reverse look-up goes.
func (a *API) CountBehind(ctx context.Context, r CountBehindRequestObject) (CountBehindResponseObject, error) {
	f, err := a.behindFilter(ctx, r.Number, r.Params.On, r.Params.Status)
	if err != nil {
		return nil, err
	}
	n, err := a.Reports.CountBehind(ctx, scopeFrom(ctx), f)
	return CountBehind200JSONResponse{Systems: n.Systems, Members: n.Members, Uses: n.Uses}, err
}

// ListAffected lists the members behind a vendor.
func (a *API) ListAffected(ctx context.Context, r ListAffectedRequestObject) (ListAffectedResponseObject, error) {
	f, err := a.behindFilter(ctx, r.Number, r.Params.On, r.Params.Status)
	if err != nil {
		return nil, err
	}
	rows, err := a.Reports.Affected(ctx, scopeFrom(ctx), f)
	return ListAffected200JSONResponse{Items: each(rows, func(m report.Affected) Affected {
		return Affected{Organisation: OrganisationRef{Id: m.ID, Name: m.Name}, Systems: m.Systems}
	})}, err
}

// ExportBehind is who uses which system behind a vendor, as a spreadsheet.
func (a *API) ExportBehind(ctx context.Context, r ExportBehindRequestObject) (ExportBehindResponseObject, error) {
	f, err := a.behindFilter(ctx, r.Number, r.Params.On, r.Params.Status)
	if err != nil {
		return nil, err
	}
	w, err := workbook(ctx, "hvem rammes", []report.Column{{Heading: "Kommune", Width: 30}, {Heading: "System", Width: 44}, {Heading: "Nr.", Width: 8}, {Heading: "Leverandør", Width: 44}, {Heading: "Led", Width: 6}, {Heading: "Gennem", Width: 44}, {Heading: "Lokalt navn", Width: 34}},
		storage.Page{Sort: "organisation"},
		func(p storage.Page) ([]report.AffectedUse, string, error) {
			return a.Reports.AffectedUses(ctx, scopeFrom(ctx), f, p)
		},
		func(u report.AffectedUse) []any {
			var tier any
			if u.Tier > 0 {
				tier = u.Tier
			}
			return []any{u.Organisation, u.System, u.Number, u.Vendor, tier, u.Through, u.LocalName}
		})
	return ExportBehind200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// territoryWords are what a place is to the law, and for whom, as they read in a spreadsheet.
var territoryWords = map[string]string{"eea": "EU/EØS", "adequacy": "Tilstrækkelighedsafgørelse", "all": "Alle modtagere",
	"commercial": "Kun kommercielle modtagere", "dpf": "Kun certificerede (DPF)"}

// ExportTerritories is what places are to the law, as a spreadsheet.
func (a *API) ExportTerritories(ctx context.Context, r ExportTerritoriesRequestObject) (ExportTerritoriesResponseObject, error) {
	w, err := workbook(ctx, "lande", []report.Column{{Heading: "Landekode", Width: 11}, {Heading: "Grundlag", Width: 28}, {Heading: "Omfang", Width: 28}, {Heading: "Afgørelse", Width: 34}, {Heading: "Fra", Width: 12}, {Heading: "Til", Width: 12}, {Heading: "Kilde", Width: 34}, {Heading: "Kontrolleret", Width: 13}, {Heading: "Bekræftet", Width: 11}, {Heading: "Bemærkning", Width: 60}},
		storage.Page{},
		func(storage.Page) ([]vendor.Territory, string, error) {
			rows, err := a.Vendors.Territories(ctx, scopeFrom(ctx))
			return slices.DeleteFunc(rows, func(t vendor.Territory) bool { return r.Params.Kind != nil && t.Kind != string(*r.Params.Kind) }), "", err
		},
		func(t vendor.Territory) []any {
			confirmed := ""
			if !t.Unconfirmed {
				confirmed = word(ctx, "ja")
			}
			return []any{t.Code, word(ctx, territoryWords[t.Kind]), word(ctx, territoryWords[t.Scope]), t.Decision, t.From, dayCell(t.To), t.Source, dayCell(t.Checked), confirmed, t.Note}
		})
	return ExportTerritories200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// dayCell is the cell of a date that may be absent.
func dayCell(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

// statusWords are the outcomes of a transfer as they read in a spreadsheet.
var statusWords = map[vendor.Status]string{vendor.InEEA: "I EU/EØS", vendor.Adequate: "Tilstrækkelighed", vendor.Safeguarded: "Andet grundlag",
	vendor.Unknown: "Sted ikke oplyst", vendor.NoBasis: "Grundlag mangler"}

// ExportSubprocessors is a vendor's tree as a spreadsheet.
func (a *API) ExportSubprocessors(ctx context.Context, r ExportSubprocessorsRequestObject) (ExportSubprocessorsResponseObject, error) {
	f := treeFilter(r.Params.On, r.Params.System, r.Params.Status)
	list := func(codes []string) string { return strings.Join(codes, ", ") }
	w, err := workbook(ctx, "underdatabehandlere", []report.Column{{Heading: "Led", Width: 6}, {Heading: "Underdatabehandler", Width: 44}, {Heading: "Nr.", Width: 8}, {Heading: "System", Width: 34}, {Heading: "Ydelse", Width: 40}, {Heading: "Lagring", Width: 16}, {Heading: "Behandling", Width: 16}, {Heading: "Fjernadgang", Width: 16}, {Heading: "Grundlag", Width: 12}, {Heading: "Overførsel", Width: 20}, {Heading: "Fra", Width: 12}, {Heading: "Til", Width: 12}},
		storage.Page{},
		func(storage.Page) ([]vendor.Subprocessor, string, error) {
			rows, err := a.Vendors.Tree(ctx, scopeFrom(ctx), r.Number, f)
			return rows, "", err
		},
		func(s vendor.Subprocessor) []any {
			return []any{s.Tier, s.Name, s.Processor, value(s.SystemName), s.Service, list(s.Storage), list(s.Processing), list(s.Remote), string(s.Basis),
				word(ctx, statusWords[s.Status]), s.From, dayCell(s.To)}
		})
	return ExportSubprocessors200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}
