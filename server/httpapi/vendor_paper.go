package httpapi

import (
	"context"

	"github.com/gin-gonic/gin"

	paper "klausul/server/agreement/foreign"
	"klausul/server/agreement/negotiation"
)

// ListVendorPapers lists the agreements that the vendor wrote.
func (a *API) ListVendorPapers(ctx context.Context, r ListVendorPapersRequestObject) (ListVendorPapersResponseObject, error) {
	rows, open, err := a.Negotiations.Papers(ctx, scopeFrom(ctx), r.Id)
	return ListVendorPapers200JSONResponse{Items: each(rows, paperHeadOut), Open: open}, err
}

// ReceiveVendorPaper takes one in. A file that announces more than the limit is refused unread.
func (a *API) ReceiveVendorPaper(ctx context.Context, r ReceiveVendorPaperRequestObject) (ReceiveVendorPaperResponseObject, error) {
	if c, ok := ctx.(*gin.Context); ok && c.Request.ContentLength > negotiation.MaxSize {
		return nil, negotiation.ErrTooLarge.With("limit", negotiation.MaxSize)
	}
	p, err := a.Negotiations.TakePaper(ctx, scopeFrom(ctx), r.Id, r.Params.Name, r.Body)
	return ReceiveVendorPaper201JSONResponse(paperOut(p)), err
}

// GetVendorPaper shows one.
func (a *API) GetVendorPaper(ctx context.Context, r GetVendorPaperRequestObject) (GetVendorPaperResponseObject, error) {
	p, err := a.Negotiations.Paper(ctx, scopeFrom(ctx), r.Id, r.Paper)
	return GetVendorPaper200JSONResponse(paperOut(p)), err
}

// AssessVendorPaper says something of an entry of its checklist.
func (a *API) AssessVendorPaper(ctx context.Context, r AssessVendorPaperRequestObject) (AssessVendorPaperResponseObject, error) {
	p, err := a.Negotiations.Assess(ctx, scopeFrom(ctx), r.Id, r.Paper, r.Body.Base,
		negotiation.PaperEntry{Key: r.Key, Assessment: (*negotiation.Assessment)(r.Body.Assessment), Note: value(r.Body.Note)})
	return AssessVendorPaper200JSONResponse(paperOut(p)), err
}

func paperHeadOut(h negotiation.PaperHead) VendorPaperHead {
	return VendorPaperHead{Id: h.ID, FileName: h.FileName, Sha256: h.SHA256, MadeAt: h.MadeAt, MadeBy: text(h.MadeBy), Agreement: h.Agreement, Entries: h.Entries, Assessed: h.Assessed, Unmet: h.Unmet}
}

func paperOut(p negotiation.Paper) VendorPaper {
	r := p.Reading
	out := VendorPaper{Head: paperHeadOut(p.PaperHead), Open: p.Open, Language: VendorPaperLanguage(r.Language), SameLanguage: r.SameLanguage, Source: r.Source, Checked: r.Checked, Unconfirmed: r.Unconfirmed, Unread: append([]int{}, r.Unread...),
		Sections: each(r.Sections, paperSectionOut), Ours: each(r.Ours, paperClauseOut)}
	if r.Language == "" {
		out.Language = "unknown"
	}
	out.Entries = each(r.Checklist, func(a paper.Answer) PaperEntry { return paperEntryOut(a, p.Said[a.Key]) })
	return out
}

func paperEntryOut(a paper.Answer, said negotiation.PaperEntry) PaperEntry {
	return PaperEntry{Key: a.Key, Reference: a.Reference, Da: a.DA, En: a.EN, Confidence: PaperConfidence(a.Confidence), Against: a.Against, Disagree: a.Disagree,
		Findings: each(a.Findings, func(f paper.Finding) PaperFinding {
			return PaperFinding{Section: f.Section, Page: known(f.Page), Excerpt: f.Excerpt, Confidence: PaperConfidence(f.Confidence), Against: f.Against, Heading: f.Heading}
		}),
		Values: each(a.Values, func(v paper.Value) PaperValue {
			out := PaperValue{Field: v.Field, Text: v.Text, Choice: text(v.Choice), Number: known(v.Number), Amount: v.Amount, Page: known(v.Page)}
			if v.Unit != "" {
				unit := PaperValueUnit(v.Unit)
				out.Unit = &unit
			}
			return out
		}),
		Assessment: (*PaperAssessment)(said.Assessment), Note: said.Note, Version: said.Version, AssessedAt: said.At, AssessedBy: text(said.By)}
}

func paperSectionOut(d paper.Division) PaperSection {
	return PaperSection{Part: PaperSectionPart(d.Part), Number: d.Number, Heading: d.Heading, Level: d.Level, Annex: d.Annex, Page: known(d.Page), Paragraphs: len(d.Paragraphs),
		Matches: each(d.Matches, func(m paper.Match) PaperMatch {
			return PaperMatch{Key: m.Key, Score: float32(m.Score), By: PaperLikeness(m.By)}
		})}
}

func paperClauseOut(c paper.Counterpart) PaperClause {
	return PaperClause{Key: c.Key, Number: c.Number, Heading: c.Heading, Level: c.Level, Places: each(c.Places, func(p paper.Place) PaperPlace {
		return PaperPlace{Section: p.Section, Score: float32(p.Score), By: PaperLikeness(p.By)}
	})}
}

// known is a number that is only told when there is one.
func known(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
