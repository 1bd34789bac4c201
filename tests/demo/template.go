package main

import (
	"context"
	"fmt"
	"net/http"

	"klausul/server/clause"
	"klausul/server/httpapi"
)

// template is how a template becomes its next version. The agreement that is in force does not move.
var template = []step{
	{"a draft from what is in use", nextVersion},
	{"a clause is changed", changeClause},
	{"four eyes publish it", fourEyes},
	{"what changed, word by word", whatChanged},
	{"who stands on the earlier one", impact},
	{"the agreement moves when told to", moved},
	{"a rule speaks against an answer", rules},
	{"positions stay in the office", positions},
	{"a Word file is taken in", takeIn},
	{"a paragraph gets its place", placeParagraph},
	{"a draft is made of the file", draftOfFile},
}

func (s *story) templatePath(format string, args ...any) string {
	return fmt.Sprintf("/api/v1/templates/%d", s.next.Version.Id) + fmt.Sprintf(format, args...)
}

// again reads the draft as it stands.
func (s *story) again(ctx context.Context) error {
	return s.jurist.get(ctx, s.templatePath("/tree"), &s.next)
}

func nextVersion(ctx context.Context, s *story) (string, error) {
	var made httpapi.TemplateRef
	if err := s.jurist.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/templates/%d/drafts", s.template.Id), map[string]any{}, &made); err != nil {
		return "", err
	}
	s.next.Version.Id = made.Id
	if err := s.again(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, version %s: %d clauses, %d fields", s.next.Version.Name, s.next.Version.Version, len(s.next.Clauses), len(s.next.Fields)), nil
}

func changeClause(ctx context.Context, s *story) (string, error) {
	c := s.next.Clauses[1]
	spans, err := clause.Spans(" ((Sekretariatet holder listen ajour.))")
	if err != nil {
		return "", err
	}
	c.Blocks[0].Spans = append(c.Blocks[0].Spans, spans...)
	change := map[string]any{"base": c.Version, "heading": c.Heading, "blocks": c.Blocks}
	if err := s.jurist.call(ctx, http.MethodPatch, s.templatePath("/clauses/%s", c.Key), change, &c); err != nil {
		return "", err
	}
	_, err = fails(s.jurist.call(ctx, http.MethodPatch, s.templatePath("/clauses/%s", c.Key), change, nil), http.StatusConflict, "template.clause_conflict")
	return fmt.Sprintf("clause %s is version %d; who began from version %d is told the other text", s.next.Clauses[1].Number, c.Version, change["base"]), err
}

func fourEyes(ctx context.Context, s *story) (string, error) {
	second, err := signIn(ctx, s.instance.url, "jurist-2")
	if err != nil {
		return "", err
	}
	var own string
	for _, act := range []struct {
		who  *client
		name string
	}{{s.jurist, "review"}, {second, "review"}, {s.jurist, "publish"}} {
		if err := s.again(ctx); err != nil {
			return "", err
		}
		answer, err := act.who.send(ctx, http.MethodPost, s.templatePath("/%s", act.name), nil, "If-Match", fmt.Sprintf(`"%d"`, s.next.Version.Revision))
		if own == "" {
			if own, err = fails(err, http.StatusConflict, "template.own_review"); err != nil {
				return "", err
			}
			continue
		}
		if err != nil {
			return "", err
		}
		if err := answer.Body.Close(); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s may not review her own text (%s); %s does", s.jurist.me.Name, own, second.me.Name), s.again(ctx)
}

func whatChanged(ctx context.Context, s *story) (string, error) {
	var c httpapi.TemplateComparison
	if err := s.jurist.get(ctx, fmt.Sprintf("/api/v1/templates/comparison?from=%d&to=%d", s.template.Id, s.next.Version.Id), &c); err != nil {
		return "", err
	}
	changed, inserted := 0, ""
	for _, x := range c.Clauses {
		if x.Kind != httpapi.TemplateChangeKind(clause.Same) {
			changed++
		}
		for _, line := range x.Lines {
			for _, seg := range line.Segments {
				if seg.Op == httpapi.RedlineSegmentOp("insert") {
					inserted += seg.Text
				}
			}
		}
	}
	if changed != 1 {
		return "", fmt.Errorf("%d clauses differ", changed)
	}
	return fmt.Sprintf("1 of %d clauses, inserted:%s", len(c.Clauses), inserted), nil
}

func impact(ctx context.Context, s *story) (string, error) {
	var list httpapi.TemplateImpact
	if err := s.jurist.get(ctx, s.templatePath("/impact"), &list); err != nil {
		return "", err
	}
	file, _, err := s.jurist.download(ctx, s.templatePath("/impact/export"))
	if err != nil {
		return "", err
	}
	kept, err := s.keep("skabelon-aftaler.xlsx", file)
	return fmt.Sprintf("%d agreements on version %s or earlier; %s", list.Total, s.next.Version.Version, kept), err
}

func moved(ctx context.Context, s *story) (string, error) {
	var plan httpapi.AgreementMove
	if err := s.jurist.get(ctx, s.path("/move-plan?template=%d", s.next.Version.Id), &plan); err != nil {
		return "", err
	}
	answer, err := s.jurist.send(ctx, http.MethodPost, s.path("/move"), map[string]any{"template": s.next.Version.Id}, "If-Match", fmt.Sprintf(`"%d"`, plan.Version))
	if err != nil {
		return "", err
	}
	if err := answer.Body.Close(); err != nil {
		return "", err
	}
	var now httpapi.AgreementDetail
	if err := s.jurist.get(ctx, s.path(""), &now); err != nil {
		return "", err
	}
	return fmt.Sprintf("what is released stands; version %d is a draft on template %s with %d answers", now.Agreement.VersionNo, now.Template.Version, len(now.Answers)), nil
}
