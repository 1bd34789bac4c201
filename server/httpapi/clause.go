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
	return GetTemplate200JSONResponse{Template: templateOut(v, len(v.Clauses)), Clauses: each(v.Clauses, clauseOut), Fields: each(v.Fields, fieldOut)}, err
}

func templateOut(v clause.Version, clauses int) Template {
	return Template{Id: v.ID, Name: v.Name, Version: v.Version, Language: Language(v.Language), Provenance: Provenance(v.Provenance),
		TextHash: text(v.TextHash), Clauses: clauses, Fields: len(v.Fields)}
}

func clauseOut(c clause.Clause) Clause {
	return Clause{Key: c.Key, Number: c.Number, Level: c.Level, Annex: c.Annex, Heading: text(c.Heading), Hash: text(c.Hash), Blocks: blocksOut(c.Blocks)}
}

// blocksOut shows an open choice as its branches, one after the other, each marked as an option.
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
		case clause.List:
			items := each(b.Items, spansOut)
			wire.Items = &items
		case clause.TableRows:
			wire.Table = &struct {
				Collection string      `json:"collection"`
				Head       []string    `json:"head"`
				Rows       *[][]string `json:"rows,omitempty"`
			}{b.Table.Collection, b.Table.Head, &b.Table.Rows}
			if b.Table.Rows == nil {
				wire.Table.Rows = nil
			}
		default:
			spans := spansOut(b.Spans)
			wire.Spans = &spans
		}
		out = append(out, wire)
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
	if f.ShowIf != nil {
		out.ShowIf = &struct {
			Equals interface{} `json:"equals"`
			Path   string      `json:"path"`
		}{f.ShowIf.Equals, f.ShowIf.Path}
	}
	return out
}
