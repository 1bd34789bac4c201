package httpapi

import (
	"context"

	"klausul/server/clause"
	"klausul/server/field"
)

// ListTemplates lists template versions.
func (a *API) ListTemplates(ctx context.Context, _ ListTemplatesRequestObject) (ListTemplatesResponseObject, error) {
	rows, err := a.Clauses.List(ctx, scopeFrom(ctx))
	return ListTemplates200JSONResponse{Items: each(rows, func(l clause.Listed) Template {
		return templateOut(l.Version, l.ClauseCount)
	})}, err
}

// GetTemplate shows one template version.
func (a *API) GetTemplate(ctx context.Context, r GetTemplateRequestObject) (GetTemplateResponseObject, error) {
	v, err := a.Clauses.Get(ctx, scopeFrom(ctx), r.Id)
	return GetTemplate200JSONResponse{Template: templateOut(v, len(v.Clauses)), Clauses: each(v.Clauses, clauseOut), Fields: each(v.Fields, fieldOut), Rules: each(v.Rules, ruleOut)}, err
}

func templateOut(v clause.Version, clauses int) Template {
	return Template{Id: v.ID, Family: v.Key, Name: v.Name, Version: v.Version, Language: Language(v.Language), Provenance: Provenance(v.Provenance),
		TextHash: text(v.TextHash), Clauses: clauses, Fields: len(v.Fields), TranslationOf: v.TranslationOf}
}

func clauseOut(c clause.Clause) Clause {
	return Clause{Key: c.Key, Number: c.Number, Level: c.Level, Annex: c.Annex, Heading: text(c.Heading), Hash: text(c.Hash), Blocks: blocksOut(c.Blocks)}
}

// blocksOut shows an open choice as its branches, one after the other, each marked as an
// option, and a repeat as what stands for one row.
func blocksOut(blocks []clause.Block) []ClauseBlock {
	out := []ClauseBlock{}
	for _, b := range blocks {
		wire := ClauseBlock{Kind: ClauseBlockKind(b.Kind)}
		switch b.Kind {
		case clause.Choosing:
			for _, branch := range b.Branches {
				for _, inner := range blocksOut(branch.Blocks) {
					out = append(out, asOption(inner))
				}
			}
			continue
		case clause.Repeat:
			out = append(out, blocksOut(b.Blocks)...)
			continue
		case clause.List:
			items := each(b.Items, spansOut)
			wire.Items = &items
		case clause.TableRows:
			wire.Table = tableOut(*b.Table)
		default:
			spans := spansOut(b.Spans)
			wire.Spans = &spans
		}
		out = append(out, wire)
	}
	return out
}

func tableOut(t clause.Table) *ClauseTable {
	out := &ClauseTable{Head: t.Head, Collection: text(t.Collection)}
	if t.Rows != nil {
		out.Rows = &t.Rows
	}
	if t.Cells != nil {
		cells := each(t.Cells, func(row [][]clause.Span) [][]Span { return each(row, spansOut) })
		out.Cells = &cells
	}
	return out
}

func asOption(b ClauseBlock) ClauseBlock {
	if b.Spans != nil {
		for i, s := range *b.Spans {
			if s.Kind == SpanKind(clause.Normative) {
				(*b.Spans)[i].Kind = SpanKind(clause.Option)
			}
		}
	}
	return b
}

func spansOut(spans []clause.Span) []Span {
	return each(spans, func(s clause.Span) Span {
		out := Span{Kind: SpanKind(s.Kind), Text: text(s.Text), Field: text(s.Field)}
		if s.Kind == clause.FillIn {
			out.Filled = &s.Filled
		}
		return out
	})
}

func fieldOut(f field.Field) Field {
	out := Field{Path: f.Path, Type: FieldType(f.Type), Label: f.Label, Required: f.Required, Local: f.Local,
		Group: text(f.Group), Help: text(f.Help), Unit: text(f.Unit), Source: text(f.Source),
		Minimum: f.Minimum, Maximum: f.Maximum, MaxLength: f.MaxLength, Default: f.Default}
	if f.Unconfirmed {
		out.Unconfirmed = &f.Unconfirmed
	}
	if len(f.Choices) > 0 {
		choices := each(f.Choices, func(c field.Choice) Choice { return Choice{Value: c.Value, Label: c.Label} })
		out.Choices = &choices
	}
	if f.Derived {
		out.Derived = &f.Derived
	}
	if f.ShowIf != nil {
		shown := conditionOut(*f.ShowIf)
		out.ShowIf = &shown
	}
	if len(f.Columns) > 0 {
		columns := each(f.Columns, fieldOut)
		out.Columns = &columns
	}
	return out
}

func conditionOut(c field.Condition) Condition {
	out := Condition{Path: text(c.Path), Equals: c.Equals, Above: c.Above, Below: c.Below, Set: c.Set}
	if len(c.In) > 0 {
		out.In = &c.In
	}
	if len(c.All) > 0 {
		all := each(c.All, conditionOut)
		out.All = &all
	}
	if len(c.Any) > 0 {
		any := each(c.Any, conditionOut)
		out.Any = &any
	}
	if c.Not != nil {
		not := conditionOut(*c.Not)
		out.Not = &not
	}
	return out
}

func ruleOut(r field.Rule) Rule {
	out := Rule{Code: r.Code, Path: r.Path, Severity: RuleSeverity(r.Severity), When: conditionOut(*r.When), Source: r.Source}
	out.Says.Da, out.Says.En = r.Says["da"], r.Says["en"]
	if r.Unconfirmed {
		out.Unconfirmed = &r.Unconfirmed
	}
	return out
}
