package httpapi

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/oapi-codegen/runtime/types"

	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/field"
	"klausul/server/source"
)

// ListTemplateSources lists the files that templates are taken from.
func (a *API) ListTemplateSources(ctx context.Context, _ ListTemplateSourcesRequestObject) (ListTemplateSourcesResponseObject, error) {
	rows, err := a.Sources.List(ctx, scopeFrom(ctx))
	return ListTemplateSources200JSONResponse{Items: each(rows, sourceOut)}, err
}

// ReceiveTemplateSource takes a Word file in. One that announces more than the limit is refused unread.
func (a *API) ReceiveTemplateSource(ctx context.Context, r ReceiveTemplateSourceRequestObject) (ReceiveTemplateSourceResponseObject, error) {
	if c, ok := ctx.(*gin.Context); ok && c.Request.ContentLength > source.MaxSize {
		return nil, source.ErrTooLarge.With("limit", source.MaxSize)
	}
	p := r.Params
	s, err := a.Sources.Receive(ctx, scopeFrom(ctx), source.Intake{Family: p.Family, Language: string(value(p.Language)), Convention: template.Convention(value(p.Convention)), FileName: p.Name,
		Declaration: source.Declaration{Provenance: clause.Provenance(p.Provenance), DeclaredBy: value(p.DeclaredBy), DeclaredOn: dayIn(p.DeclaredOn)}}, r.Body)
	return ReceiveTemplateSource201JSONResponse(sourceOut(s)), err
}

// GetTemplateSource shows one file with what was made of it.
func (a *API) GetTemplateSource(ctx context.Context, r GetTemplateSourceRequestObject) (GetTemplateSourceResponseObject, error) {
	d, err := a.Sources.Get(ctx, scopeFrom(ctx), r.Id)
	return GetTemplateSource200JSONResponse(sourceDetailOut(d)), err
}

// DownloadTemplateSource streams the file as it came.
func (a *API) DownloadTemplateSource(ctx context.Context, r DownloadTemplateSourceRequestObject) (DownloadTemplateSourceResponseObject, error) {
	name, f, body, err := a.Sources.Download(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return DownloadTemplateSource200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: body, ContentLength: f.Size,
		Headers: FileResponseHeaders{ContentDisposition: attachment(name), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

// CompareTemplateSource tells what it changes.
func (a *API) CompareTemplateSource(ctx context.Context, r CompareTemplateSourceRequestObject) (CompareTemplateSourceResponseObject, error) {
	c, err := a.Sources.Compare(ctx, scopeFrom(ctx), r.Id)
	return CompareTemplateSource200JSONResponse(comparisonOut(scopeFrom(ctx), c)), err
}

// CorrectTemplateSource says what paragraphs are.
func (a *API) CorrectTemplateSource(ctx context.Context, r CorrectTemplateSourceRequestObject) (CorrectTemplateSourceResponseObject, error) {
	corrections := make([]source.Correction, len(r.Body.Corrections))
	for i, c := range r.Body.Corrections {
		corrections[i] = source.Correction{Place: c.Place, Base: c.Base, Paragraph: c.Paragraph}
	}
	d, err := a.Sources.Correct(ctx, scopeFrom(ctx), r.Id, corrections)
	return CorrectTemplateSource200JSONResponse(sourceDetailOut(d)), err
}

// AddTemplateSourceField adds a field.
func (a *API) AddTemplateSourceField(ctx context.Context, r AddTemplateSourceFieldRequestObject) (AddTemplateSourceFieldResponseObject, error) {
	d, err := a.Sources.AddField(ctx, scopeFrom(ctx), r.Id, *r.Body)
	return AddTemplateSourceField200JSONResponse(sourceDetailOut(d)), err
}

// DeclareTemplateSource says whose text it is.
func (a *API) DeclareTemplateSource(ctx context.Context, r DeclareTemplateSourceRequestObject) (DeclareTemplateSourceResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Sources.Declare(ctx, scopeFrom(ctx), r.Id, seen, source.Declaration{Provenance: clause.Provenance(r.Body.Provenance),
		DeclaredBy: value(r.Body.DeclaredBy), DeclaredOn: dayIn(r.Body.DeclaredOn)})
	return DeclareTemplateSource200JSONResponse(sourceDetailOut(d)), err
}

// DraftTemplateSource makes a draft of it.
func (a *API) DraftTemplateSource(ctx context.Context, r DraftTemplateSourceRequestObject) (DraftTemplateSourceResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	id, err := a.Sources.Draft(ctx, scopeFrom(ctx), r.Id, seen, value(r.Body.Name), value(r.Body.Version))
	return DraftTemplateSource201JSONResponse{Id: id}, err
}

// DiscardTemplateSource puts it away.
func (a *API) DiscardTemplateSource(ctx context.Context, r DiscardTemplateSourceRequestObject) (DiscardTemplateSourceResponseObject, error) {
	return DiscardTemplateSource204Response{}, a.Sources.Discard(ctx, scopeFrom(ctx), r.Id, false)
}

// RestoreTemplateSource takes it out again.
func (a *API) RestoreTemplateSource(ctx context.Context, r RestoreTemplateSourceRequestObject) (RestoreTemplateSourceResponseObject, error) {
	return RestoreTemplateSource204Response{}, a.Sources.Discard(ctx, scopeFrom(ctx), r.Id, true)
}

func sourceOut(s source.Source) TemplateSource {
	out := TemplateSource{Id: s.ID, Family: s.Family, Language: Language(s.Language), Convention: SourceConvention(s.Convention), Provenance: Provenance(s.Provenance),
		DeclaredBy: text(s.DeclaredBy), FileName: s.FileName, Sha256: s.SHA256, Size: s.Size, Previous: s.Previous, Template: s.Template, Version: s.Version,
		Created: actOut(s.Created), Changed: actOut(s.Changed), DiscardedAt: s.DiscardedAt, Open: s.Open, Total: s.Total}
	if s.DeclaredOn != nil {
		out.DeclaredOn = &types.Date{Time: *s.DeclaredOn}
	}
	out.Evidence = each(s.Evidence, func(e template.Evidence) struct {
		Count   int          `json:"count"`
		Example string       `json:"example"`
		Reason  SourceReason `json:"reason"`
	} {
		return struct {
			Count   int          `json:"count"`
			Example string       `json:"example"`
			Reason  SourceReason `json:"reason"`
		}{e.Count, e.Example, SourceReason(e.Reason)}
	})
	return out
}

func sourceDetailOut(d source.Detail) TemplateSourceDetail {
	return TemplateSourceDetail{Source: sourceOut(d.Source), Fields: each(d.Known, func(f field.Field) field.Field { return f }),
		Places: each(d.Places, func(p template.Place) template.Place { return p }), Problems: each(d.Problems, func(p template.Problem) template.Problem { return p }),
		Paragraphs: each(d.Paragraphs, func(p source.Said) SourceParagraph {
			return SourceParagraph{Place: p.Place, Version: p.Version, Text: p.Paragraph, Recognised: p.Recognised, By: text(p.By)}
		})}
}
