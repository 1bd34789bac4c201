package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	recognised "klausul/server/clause/template"
	"klausul/server/httpapi"
)

// wordFile is a file that a lawyer has on disk: it has a text box that stands nowhere.
var wordFile = filepath.Join("server", "clause", "testdata", "word", "textbox.docx")

func (s *story) sourcePath(format string, args ...any) string {
	return fmt.Sprintf("/api/v1/template-sources/%d", s.source.Source.Id) + fmt.Sprintf(format, args...)
}

func takeIn(ctx context.Context, s *story) (string, error) {
	raw, err := os.ReadFile(wordFile)
	if err != nil {
		return "", err
	}
	to := "/api/v1/template-sources?" + url.Values{"family": {"datatilsynet"}, "name": {"standardbestemmelser.docx"}, "provenance": {"authority"}, "declaredBy": {"Prøvemyndigheden"}, "declaredOn": {"2024-05-01"}}.Encode()
	pdf, err := fails(s.jurist.call(ctx, http.MethodPost, to, []byte("%PDF-1.7"), nil), http.StatusUnprocessableEntity, "word.pdf")
	if err != nil {
		return "", err
	}
	var made httpapi.TemplateSource
	if err := s.jurist.call(ctx, http.MethodPost, to, raw, &made); err != nil {
		return "", err
	}
	s.source.Source = made
	if err := s.jurist.get(ctx, s.sourcePath(""), &s.source); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d paragraphs, %d to look at, %d things in the way; kept as %s…; a PDF is refused (%s)", made.Total, made.Open, blocking(s.source), made.Sha256[:12], pdf), nil
}

func blocking(d httpapi.TemplateSourceDetail) (n int) {
	for _, p := range d.Problems {
		if p.Blocks {
			n++
		}
	}
	return n
}

func placeParagraph(ctx context.Context, s *story) (string, error) {
	var first *recognised.Paragraph
	for _, p := range s.source.Paragraphs {
		text := p.Text
		if text.Class == recognised.Provision {
			first = &text
		}
		if text.Class != recognised.Unplaced || first == nil {
			continue
		}
		text.Class, text.Section, text.Clause = recognised.Text, first.Section, first.Clause
		change := map[string]any{"corrections": []any{map[string]any{"place": p.Place, "base": p.Version, "paragraph": text}}}
		if err := s.jurist.call(ctx, http.MethodPost, s.sourcePath("/corrections"), change, &s.source); err != nil {
			return "", err
		}
		late, err := fails(s.jurist.call(ctx, http.MethodPost, s.sourcePath("/corrections"), change, nil), http.StatusConflict, "source.conflict")
		return fmt.Sprintf("it goes on in clause %s; %d things in the way; who is late is told so (%s)", first.Number, blocking(s.source), late), err
	}
	return "", errors.New("no paragraph without a place")
}

func draftOfFile(ctx context.Context, s *story) (string, error) {
	var made httpapi.TemplateRef
	if err := s.jurist.call(ctx, http.MethodPost, s.sourcePath("/draft"), map[string]any{"name": "Standardbestemmelser"}, &made, "If-Match", fmt.Sprintf(`"%d"`, s.source.Source.Version)); err != nil {
		return "", err
	}
	var tree httpapi.TemplateTree
	if err := s.jurist.get(ctx, fmt.Sprintf("/api/v1/templates/%d/tree", made.Id), &tree); err != nil {
		return "", err
	}
	file, _, err := s.jurist.download(ctx, s.sourcePath("/file"))
	if err != nil {
		return "", err
	}
	kept, err := s.keep("standardbestemmelser.docx", file)
	return fmt.Sprintf("version %s, %d clauses, the %s's text of %s; the file as it came: %s", tree.Version.Version, len(tree.Clauses), tree.Version.Provenance, tree.Version.DeclaredOn.Format("2006-01-02"), kept), err
}

func positions(ctx context.Context, s *story) (string, error) {
	var list httpapi.PositionList
	if err := s.jurist.get(ctx, "/api/v1/positions?family=eksempel", &list); err != nil {
		return "", err
	}
	contact, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	refused, err := fails(contact.get(ctx, "/api/v1/positions", nil), http.StatusForbidden, "forbidden")
	if err != nil || len(list.Items) == 0 {
		return "", errors.Join(err, fmt.Errorf("%d positions", len(list.Items)))
	}
	return fmt.Sprintf("%d positions, the first on %q; a municipality may not see them (%s)", len(list.Items), list.Items[0].Issue, refused), nil
}

// rules gives an answer that a rule speaks against, and takes it back.
func rules(ctx context.Context, s *story) (string, error) {
	var d httpapi.AgreementDetail
	if err := s.jurist.get(ctx, s.path(""), &d); err != nil {
		return "", err
	}
	base := 0
	for _, a := range d.Answers {
		if a.Path == "breach.hours" {
			base = a.Version
		}
	}
	if err := s.jurist.call(ctx, http.MethodPatch, s.path("/answers"), map[string]any{"path": "breach.hours", "base": base, "value": 48}, nil); err != nil {
		return "", err
	}
	var check httpapi.ReleaseCheck
	if err := s.jurist.get(ctx, s.path("/release-check"), &check); err != nil {
		return "", err
	}
	for _, r := range check.Broken {
		if r.Path == "breach.hours" {
			return fmt.Sprintf("48 hours: %q (%s, %s)", r.Says.Da, r.Severity, r.Source), nil
		}
	}
	return "", errors.New("no rule speaks against 48 hours")
}
