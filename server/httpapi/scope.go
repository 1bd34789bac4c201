package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/system"
)

func scopeFilter[L ~string](list *L, day, since *types.Date, q *string) system.ScopeFilter {
	f := system.ScopeFilter{List: system.InScope, Day: value(day).Time, Since: value(since).Time, Text: value(q)}
	if list != nil {
		f.List = system.ScopeList(*list)
	}
	return f
}

// ListScope lists the systems of one question about the threshold rule.
func (a *API) ListScope(ctx context.Context, r ListScopeRequestObject) (ListScopeResponseObject, error) {
	p := r.Params
	rows, next, err := a.Systems.Scope(ctx, scopeFrom(ctx), scopeFilter(p.List, p.Day, p.Since, p.Q), paged(p.Sort, "-agreed", p.Limit, p.Cursor))
	return ListScope200JSONResponse{Items: each(rows, scopedOut), Next: text(next)}, err
}

// CountScope counts all four lists.
func (a *API) CountScope(ctx context.Context, r CountScopeRequestObject) (CountScopeResponseObject, error) {
	c, err := a.Systems.CountScope(ctx, scopeFrom(ctx), scopeFilter[string](nil, r.Params.Day, r.Params.Since, r.Params.Q))
	return CountScope200JSONResponse{Day: types.Date{Time: c.Day}, Since: types.Date{Time: c.Since}, Over: c.Over, Crossed: c.Crossed, Fallen: c.Fallen,
		Unagreed: c.Unagreed, Unused: c.Unused, Threshold: c.Threshold}, err
}

// GetScopeCourse is how the number of systems in scope went.
func (a *API) GetScopeCourse(ctx context.Context, _ GetScopeCourseRequestObject) (GetScopeCourseResponseObject, error) {
	points, err := a.Systems.Course(ctx, scopeFrom(ctx))
	return GetScopeCourse200JSONResponse{Items: each(points, func(p system.ScopePoint) ScopePoint {
		return ScopePoint{Day: types.Date{Time: p.Day}, InScope: p.InScope, Threshold: p.Threshold}
	})}, err
}

// GetSupervision says whether the secretariat supervises the system, and why.
func (a *API) GetSupervision(ctx context.Context, r GetSupervisionRequestObject) (GetSupervisionResponseObject, error) {
	s, err := a.Systems.Supervision(ctx, scopeFrom(ctx), r.Number)
	out := GetSupervision200JSONResponse{Day: types.Date{Time: s.Day}, Counted: s.Counted, Users: s.Users, Agreed: s.Agreed, InScope: s.InScope, Threshold: s.Threshold, Unconfirmed: s.Unconfirmed}
	if s.From != nil {
		out.ThresholdFrom = &types.Date{Time: *s.From}
	}
	return out, err
}

// ListPolicyNumbers tells the numbers from law and policy, with their course.
func (a *API) ListPolicyNumbers(ctx context.Context, _ ListPolicyNumbersRequestObject) (ListPolicyNumbersResponseObject, error) {
	rows, err := a.Systems.Policies(ctx, scopeFrom(ctx))
	return ListPolicyNumbers200JSONResponse{Items: each(rows, policyOut)}, err
}

func policyOut(p system.Policy) PolicyNumber {
	return PolicyNumber{Key: PolicyKey(p.Key), Unit: PolicyNumberUnit(p.Unit), Least: p.Least, Most: p.Most, Values: each(p.Values, func(n system.PolicyNumber) PolicyValue {
		return PolicyValue{From: types.Date{Time: n.From}, Value: n.Value, Source: n.Source, Unconfirmed: n.Unconfirmed, By: text(n.By), Set: n.Set, State: PolicyValueState(n.State)}
	})}
}

// SetPolicyNumber adds a dated number.
func (a *API) SetPolicyNumber(ctx context.Context, r SetPolicyNumberRequestObject) (SetPolicyNumberResponseObject, error) {
	b := r.Body
	return SetPolicyNumber204Response{}, a.Systems.SetPolicy(ctx, scopeFrom(ctx), system.PolicyNumber{
		Key: string(b.Key), From: b.From.Time, Value: b.Value, Source: b.Source, Unconfirmed: value(b.Unconfirmed)})
}

func scopedOut(s system.Scoped) ScopeRow {
	return ScopeRow{System: SystemRef{Number: s.Number, Name: s.Name}, Vendor: VendorRef{Number: s.VendorNumber, Name: s.VendorName}, Users: s.Users, Agreed: s.Agreed,
		NotNeeded: s.NotNeeded, Agreements: s.Agreements, Lacking: s.Lacking, InScope: s.InScope, WasAgreed: s.WasAgreed, WasInScope: s.WasInScope}
}

// ExportScope is the filtered list as a spreadsheet.
func (a *API) ExportScope(ctx context.Context, r ExportScopeRequestObject) (ExportScopeResponseObject, error) {
	f := scopeFilter(r.Params.List, r.Params.Day, r.Params.Since, r.Params.Q)
	w, err := workbook(ctx, "tilsyn", []report.Column{{Heading: "Nr.", Width: 8}, {Heading: "System", Width: 44}, {Heading: "Leverandør", Width: 44}, {Heading: "Brugere", Width: 10}, {Heading: "Med aftale", Width: 12}, {Heading: "Uden aftale", Width: 12}, {Heading: "Behøver ikke", Width: 13}, {Heading: "Aftaler i alt", Width: 13}, {Heading: "Med aftale før", Width: 15}, {Heading: "Omfattet", Width: 10}, {Heading: "Omfattet før", Width: 13}},
		paged(r.Params.Sort, "-agreed", nil, nil),
		func(p storage.Page) ([]system.Scoped, string, error) {
			return a.Systems.Scope(ctx, scopeFrom(ctx), f, p)
		},
		func(s system.Scoped) []any {
			yes := map[bool]string{true: word(ctx, "ja")}
			return []any{s.Number, s.Name, s.VendorName, s.Users, s.Agreed, s.Lacking, s.NotNeeded, s.Agreements, s.WasAgreed, yes[s.InScope], yes[s.WasInScope]}
		})
	return ExportScope200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}
