package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/redline"
)

// ListTemplateFamilies lists the families with their versions.
func (a *API) ListTemplateFamilies(ctx context.Context, _ ListTemplateFamiliesRequestObject) (ListTemplateFamiliesResponseObject, error) {
	rows, err := a.Clauses.Families(ctx, scopeFrom(ctx))
	return ListTemplateFamilies200JSONResponse{Items: each(rows, familyOut(scopeFrom(ctx)))}, err
}

// SaveTemplateFamily makes or changes a family.
func (a *API) SaveTemplateFamily(ctx context.Context, r SaveTemplateFamilyRequestObject) (SaveTemplateFamilyResponseObject, error) {
	b := r.Body
	return SaveTemplateFamily204Response{}, a.Clauses.SaveFamily(ctx, scopeFrom(ctx),
		clause.Family{Key: r.Key, Name: wordsIn(b.Name), UseWhen: wordsIn(b.UseWhen), Audience: clause.Audience(b.Audience)}, b.Base)
}

// GetTemplateTree shows one version as it is written.
func (a *API) GetTemplateTree(ctx context.Context, r GetTemplateTreeRequestObject) (GetTemplateTreeResponseObject, error) {
	t, err := a.Clauses.Tree(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	var from *int64
	if _, office := scopeFrom(ctx).Organisations(); office && t.SourceHash != "" {
		id, err := a.Sources.Of(ctx, scopeFrom(ctx), r.Id)
		if err != nil {
			return nil, err
		}
		if id != 0 {
			from = &id
		}
	}
	out := versionOut(scopeFrom(ctx))
	same := func(p clause.Problem) clause.Problem { return p }
	return GetTemplateTree200JSONResponse{Source: from, Version: out(t.Version), Family: familyOut(scopeFrom(ctx))(t.Family), Siblings: each(t.Siblings, out),
		Clauses: each(t.Clauses, treeClauseOut), Removed: each(t.Removed, treeClauseOut), Fields: each(t.Fields, func(f field.Field) field.Field { return f }),
		Rules: each(t.Rules, func(r field.Rule) field.Rule { return r }), Problems: each(t.Problems(), same)}, nil
}

// GetTemplateHistory tells who did what to it.
func (a *API) GetTemplateHistory(ctx context.Context, r GetTemplateHistoryRequestObject) (GetTemplateHistoryResponseObject, error) {
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "template", r.Id)
	return GetTemplateHistory200JSONResponse(history(rows)), err
}

// CreateTemplateDraft makes a draft from a version.
func (a *API) CreateTemplateDraft(ctx context.Context, r CreateTemplateDraftRequestObject) (CreateTemplateDraftResponseObject, error) {
	id, err := a.Clauses.NewDraft(ctx, scopeFrom(ctx), r.Id, value(r.Body.Version))
	return CreateTemplateDraft201JSONResponse{Id: id}, err
}

// DeclareTemplate changes what a draft says of itself.
func (a *API) DeclareTemplate(ctx context.Context, r DeclareTemplateRequestObject) (DeclareTemplateResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	return DeclareTemplate204Response{}, a.Clauses.Declare(ctx, scopeFrom(ctx), r.Id, seen, clause.Declaration{Name: b.Name, Version: b.Version,
		Provenance: clause.Provenance(b.Provenance), DeclaredBy: value(b.DeclaredBy), DeclaredOn: dayIn(b.DeclaredOn)})
}

// AddTemplateClause puts a clause behind another.
func (a *API) AddTemplateClause(ctx context.Context, r AddTemplateClauseRequestObject) (AddTemplateClauseResponseObject, error) {
	c, err := a.Clauses.AddClause(ctx, scopeFrom(ctx), r.Id, r.Body.After, r.Body.Section, r.Body.Heading, r.Body.Blocks)
	return AddTemplateClause201JSONResponse(treeClauseOut(c)), err
}

// EditTemplateClause saves one clause.
func (a *API) EditTemplateClause(ctx context.Context, r EditTemplateClauseRequestObject) (EditTemplateClauseResponseObject, error) {
	c, err := a.Clauses.EditClause(ctx, scopeFrom(ctx), r.Id, r.Key, r.Body.Base, r.Body.Heading, r.Body.Blocks)
	return EditTemplateClause200JSONResponse(treeClauseOut(c)), err
}

// MoveTemplateClause moves a clause.
func (a *API) MoveTemplateClause(ctx context.Context, r MoveTemplateClauseRequestObject) (MoveTemplateClauseResponseObject, error) {
	return MoveTemplateClause204Response{}, a.Clauses.MoveClause(ctx, scopeFrom(ctx), r.Id, r.Key, r.Body.Base, int(r.Body.By))
}

// RemoveTemplateClause takes a clause out.
func (a *API) RemoveTemplateClause(ctx context.Context, r RemoveTemplateClauseRequestObject) (RemoveTemplateClauseResponseObject, error) {
	return RemoveTemplateClause204Response{}, a.Clauses.RemoveClause(ctx, scopeFrom(ctx), r.Id, r.Key, r.Body.Base)
}

// RestoreTemplateClause puts a clause back.
func (a *API) RestoreTemplateClause(ctx context.Context, r RestoreTemplateClauseRequestObject) (RestoreTemplateClauseResponseObject, error) {
	return RestoreTemplateClause204Response{}, a.Clauses.RestoreClause(ctx, scopeFrom(ctx), r.Id, r.Key, r.Body.Base)
}

// SaveTemplateField changes, adds or removes a field.
func (a *API) SaveTemplateField(ctx context.Context, r SaveTemplateFieldRequestObject) (SaveTemplateFieldResponseObject, error) {
	return SaveTemplateField204Response{}, a.Clauses.SaveField(ctx, scopeFrom(ctx), r.Id, r.Body.Base, r.Body.Field)
}

// SaveTemplateRule changes, adds or removes a rule.
func (a *API) SaveTemplateRule(ctx context.Context, r SaveTemplateRuleRequestObject) (SaveTemplateRuleResponseObject, error) {
	return SaveTemplateRule204Response{}, a.Clauses.SaveRule(ctx, scopeFrom(ctx), r.Id, r.Body.Base, r.Body.Rule)
}

// ReviewTemplate approves a draft.
func (a *API) ReviewTemplate(ctx context.Context, r ReviewTemplateRequestObject) (ReviewTemplateResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return ReviewTemplate204Response{}, a.Clauses.Review(ctx, scopeFrom(ctx), r.Id, seen)
}

// ReturnTemplate gives it back to be changed.
func (a *API) ReturnTemplate(ctx context.Context, r ReturnTemplateRequestObject) (ReturnTemplateResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return ReturnTemplate204Response{}, a.Clauses.Return(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Reason)
}

// PublishTemplate publishes it.
func (a *API) PublishTemplate(ctx context.Context, r PublishTemplateRequestObject) (PublishTemplateResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return PublishTemplate204Response{}, a.Clauses.Publish(ctx, scopeFrom(ctx), r.Id, seen)
}

// CompareTemplates tells two versions apart.
func (a *API) CompareTemplates(ctx context.Context, r CompareTemplatesRequestObject) (CompareTemplatesResponseObject, error) {
	c, err := a.Clauses.Compare(ctx, scopeFrom(ctx), r.Params.From, r.Params.To)
	return CompareTemplates200JSONResponse(comparisonOut(scopeFrom(ctx), c)), err
}

func comparisonOut(scope access.Scope, c clause.Comparison) TemplateComparison {
	out := versionOut(scope)
	return TemplateComparison{From: out(c.From), To: out(c.To), Clauses: each(c.Clauses, clauseChangeOut),
		Fields: each(c.Fields, differenceOut), Rules: each(c.Rules, differenceOut)}
}

// DiscardTemplate puts a draft away.
func (a *API) DiscardTemplate(ctx context.Context, r DiscardTemplateRequestObject) (DiscardTemplateResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return DiscardTemplate204Response{}, a.Clauses.Discard(ctx, scopeFrom(ctx), r.Id, seen)
}

// RestoreTemplate takes it out again.
func (a *API) RestoreTemplate(ctx context.Context, r RestoreTemplateRequestObject) (RestoreTemplateResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return RestoreTemplate204Response{}, a.Clauses.Restore(ctx, scopeFrom(ctx), r.Id, seen)
}

// SettleTemplate says that what an import left open is dealt with, or open again.
func (a *API) SettleTemplate(ctx context.Context, r SettleTemplateRequestObject) (SettleTemplateResponseObject, error) {
	return SettleTemplate204Response{}, a.Clauses.Settle(ctx, scopeFrom(ctx), r.Id, clause.Leftover{Code: string(r.Body.Leftover.Code), Text: value(r.Body.Leftover.Text)}, r.Body.Settled)
}

func familyOut(scope access.Scope) func(clause.Family) TemplateFamily {
	return func(f clause.Family) TemplateFamily {
		return TemplateFamily{Key: f.Key, Name: wordsOut(f.Name), UseWhen: wordsOut(f.UseWhen), Audience: TemplateAudience(f.Audience),
			Version: f.Version, Versions: each(f.Versions, versionOut(scope))}
	}
}

func wordsOut(w clause.Words) Words { return Words{Da: w["da"], En: text(w["en"])} }

func wordsIn(w Words) clause.Words { return clause.Words{"da": w.Da, "en": value(w.En)} }

func versionOut(scope access.Scope) func(clause.Version) TemplateVersion {
	return func(v clause.Version) TemplateVersion {
		mine := v.Changed.By != 0 && v.Changed.By == scope.Actor().User
		out := TemplateVersion{Id: v.ID, Family: v.Key, Name: v.Name, Version: v.Version, Language: Language(v.Language), Provenance: Provenance(v.Provenance),
			DeclaredBy: text(v.DeclaredBy), SourceHash: text(v.SourceHash), TextHash: text(v.TextHash), TranslationOf: v.TranslationOf, State: TemplateState(v.State),
			Revision: v.Revision, BasedOn: v.BasedOn, Added: actOut(v.Added), Changed: actOut(v.Changed), Reviewed: actOut(v.Reviewed), Published: actOut(v.Published),
			Returned: text(v.Returned), SupersededAt: v.SupersededAt, SupersededBy: v.SupersededBy, DiscardedAt: v.DiscardedAt, Mine: &mine}
		if v.DeclaredOn != nil {
			out.DeclaredOn = &types.Date{Time: *v.DeclaredOn}
		}
		return out
	}
}

func actOut(a clause.Act) *TemplateAct {
	if a.At == nil {
		return nil
	}
	return &TemplateAct{At: *a.At, By: text(a.Name)}
}

func treeClauseOut(c clause.Clause) TemplateClause {
	return TemplateClause{Key: c.Key, Number: c.Number, Level: c.Level, Annex: c.Annex, Heading: c.Heading, Version: c.Edited.Version,
		Changed: actOut(c.Edited.Changed), Blocks: append([]clause.Block{}, c.Blocks...)}
}

func clauseChangeOut(c clause.ClauseChange) ClauseChange {
	return ClauseChange{Key: c.Key, Kind: TemplateChangeKind(c.Kind), Moved: c.Moved, Level: c.Level, Annex: c.Annex, Before: text(c.Before), After: text(c.After),
		Heading: each(c.Heading, segmentOut), Lines: each(c.Lines, func(l clause.Line) RedlineLine {
			out := RedlineLine{Kind: RedlineLineKind(l.Kind), Depth: l.Depth, Segments: each(l.Segments, segmentOut)}
			if len(l.When) > 0 {
				when := each(l.When, segmentOut)
				out.When = &when
			}
			return out
		})}
}

func segmentOut(s redline.Segment) RedlineSegment {
	out := RedlineSegment{Op: RedlineSegmentOp(s.Op), Text: s.Text}
	if s.Kind != "" {
		kind := RedlineSegmentKind(s.Kind)
		out.Kind = &kind
	}
	return out
}

func differenceOut(d clause.Difference) TemplateDifference {
	out := TemplateDifference{Key: d.Key, Label: d.Label, Kind: TemplateChangeKind(d.Kind)}
	out.Parts = each(d.Parts, func(p clause.Part) struct {
		After  string `json:"after"`
		Before string `json:"before"`
		Name   string `json:"name"`
	} {
		return struct {
			After  string `json:"after"`
			Before string `json:"before"`
			Name   string `json:"name"`
		}{p.After, p.Before, p.Name}
	})
	return out
}
