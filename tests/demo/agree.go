package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"klausul/server/httpapi"
)

// story is what has come about so far.
type story struct {
	instance                *instance
	out                     string
	jurist, viborg, randers *client
	vendor                  httpapi.VendorDetail
	template                httpapi.Template
	next                    httpapi.TemplateTree         // its next version
	source                  httpapi.TemplateSourceDetail // a Word file that becomes another
	agreement               httpapi.AgreementDetail
	batch                   httpapi.Batch
	own                     httpapi.AccessionDetail // Viborg's
	talk                    talk
}

// keep writes a file to the out folder and says how it is called and how long it is.
func (s *story) keep(name string, content []byte) (string, error) {
	name = filepath.Join(s.out, name)
	if err := os.WriteFile(name, content, 0o644); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, %d kB", name, (len(content)+1023)/1024), nil
}

func (s *story) path(format string, args ...any) string {
	return fmt.Sprintf("/api/v1/agreements/%d", s.agreement.Agreement.Id) + fmt.Sprintf(format, args...)
}

var agree = []step{
	{"the lawyer signs in", func(ctx context.Context, s *story) (_ string, err error) {
		if s.jurist, err = signIn(ctx, s.instance.url, "jurist"); err != nil {
			return "", err
		}
		if role := s.jurist.me.Active.Role; role != httpapi.Lawyer {
			return "", fmt.Errorf("she acts as %s", role)
		}
		return s.jurist.me.Name + ", lawyer of the secretariat", nil
	}},
	{"a vendor from the register", chooseVendor},
	{"a draft for its systems", draft},
	{"the questions are answered", answerAll},
	{"two people in one field", collide},
	{"the text as it stands", preview},
	{"its members are heard", hear},
}

func chooseVendor(ctx context.Context, s *story) (string, error) {
	var found httpapi.VendorList
	if err := s.jurist.get(ctx, "/api/v1/vendors?q="+url.QueryEscape("åhavn"), &found); err != nil {
		return "", err
	}
	if len(found.Items) != 1 {
		return "", fmt.Errorf("%d vendors are called Åhavn", len(found.Items))
	}
	if err := s.jurist.get(ctx, fmt.Sprintf("/api/v1/vendors/%d", found.Items[0].Number), &s.vendor); err != nil {
		return "", err
	}
	var systems []string
	for _, sys := range s.vendor.Systems {
		if sys.Members == nil {
			return "", fmt.Errorf("%s does not say how many use it", sys.Name)
		}
		systems = append(systems, fmt.Sprintf("%s (%d)", sys.Name, *sys.Members))
	}
	return fmt.Sprintf("%d %s: %s", s.vendor.Number, s.vendor.Name, strings.Join(systems, ", ")), nil
}

func draft(ctx context.Context, s *story) (string, error) {
	var templates httpapi.TemplateList
	if err := s.jurist.get(ctx, "/api/v1/templates", &templates); err != nil {
		return "", err
	}
	if len(templates.Items) == 0 {
		return "", fmt.Errorf("there is no template")
	}
	s.template = templates.Items[0]
	request := httpapi.AgreementRequest{Vendor: s.vendor.Number, Template: s.template.Id}
	for _, sys := range s.vendor.Systems {
		request.Systems = append(request.Systems, sys.Number)
	}
	if err := s.jurist.call(ctx, http.MethodPost, "/api/v1/agreements", request, &s.agreement); err != nil {
		return "", err
	}
	if s.agreement.Conformity != httpapi.AgreementDetailConformityNotAuthority {
		return "", fmt.Errorf("a text from a sample calls itself %s", s.agreement.Conformity)
	}
	return fmt.Sprintf("no. %d on %q version %s, %d questions; %s", s.agreement.Agreement.Number, s.template.Name, s.template.Version,
		len(s.agreement.Fields), "marked as not the authority's text"), nil
}

// told are the lawyer's own answers; for other questions the first choice is taken.
var told = map[string]any{
	"service.purpose": "Kommunerne bruger systemerne til at planlægge, udføre og dokumentere hjemmepleje, sygepleje og genoptræning.",
	"data.kind":       "special",
	"data.subjects":   "borgere, pårørende og medarbejdere i ældreplejen",
	"security.level":  "high",
	"breach.hours":    24,
	"processor.contacts": []any{
		map[string]any{"name": "Åse Ørum", "role": "Databeskyttelse", "phone": "+45 00 12 34 56", "mail": "aase@aahavn.example"},
	},
}

func answerAll(ctx context.Context, s *story) (string, error) {
	given := 0
	for range 3 { // an answer may open further questions
		var check httpapi.ReleaseCheck
		if err := s.jurist.get(ctx, s.path("/release-check"), &check); err != nil {
			return "", err
		}
		if len(check.Unanswered) == 0 {
			break
		}
		for _, open := range check.Unanswered {
			if err := s.answer(ctx, open.Path); err != nil {
				return "", err
			}
			given++
		}
	}
	more := []string{"data.subjects", "processor.contacts"} // they may stay open
	for _, path := range more {
		if err := s.answer(ctx, path); err != nil {
			return "", err
		}
	}
	if err := s.jurist.get(ctx, s.path(""), &s.agreement); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d answers, each saved by itself; the rest keep their defaults", given+len(more)), nil
}

func (s *story) answer(ctx context.Context, path string) error {
	value, known := told[path]
	for _, f := range s.agreement.Fields {
		if known || f.Path != path {
			continue
		}
		if f.Choices == nil || len(*f.Choices) == 0 {
			return fmt.Errorf("nobody knows the answer to %q", f.Label)
		}
		value = (*f.Choices)[0].Value
	}
	return s.jurist.call(ctx, http.MethodPatch, s.path("/answers"), httpapi.AnswerChange{Path: path, Base: 0, Value: value}, nil)
}

func collide(ctx context.Context, s *story) (string, error) {
	late := httpapi.AnswerChange{Path: "data.subjects", Base: 0, Value: "borgere"}
	said, err := fails(s.jurist.call(ctx, http.MethodPatch, s.path("/answers"), late, nil), http.StatusConflict, "agreement.answer_conflict")
	if err != nil {
		return "", err
	}
	return "whoever saves second is told, nothing is overwritten: " + said, nil
}

func preview(ctx context.Context, s *story) (string, error) {
	content, _, err := s.jurist.download(ctx, s.path("/preview?format=pdf"))
	if err != nil {
		return "", err
	}
	if !bytes.HasPrefix(content, []byte("%PDF-")) {
		return "", fmt.Errorf("the preview is no PDF")
	}
	return s.keep("udkast.pdf", content)
}
