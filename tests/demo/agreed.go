package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"klausul/server/httpapi"
	"klausul/server/word"
)

// agreed is how a negotiation comes to its end, and what it leaves.
var agreed = []step{
	{"it comes back unchanged, agreed", agreeAll},
	{"the draft is locked", func(ctx context.Context, s *story) (string, error) {
		change := httpapi.AnswerChange{Path: "service.purpose", Base: 1, Value: "Noget andet"}
		return fails(s.jurist.call(ctx, http.MethodPatch, s.path("/answers"), change, nil), http.StatusConflict, "agreement.agreed")
	}},
	{"what deviates, as PDF and Excel", deviations},
	{"the agreed text is released", releaseAgreed},
	{"the next vendor file meets memory", remembered},
}

func nextRound(ctx context.Context, s *story) (string, error) {
	var next httpapi.RoundComparison
	if err := s.jurist.get(ctx, s.talkPath("/preview"), &next); err != nil {
		return "", err
	}
	var said []string
	for _, c := range next.Clauses {
		if !c.Changed {
			continue
		}
		words := ""
		for _, x := range c.Redline {
			switch x.Op {
			case "delete":
				words += "[-" + x.Text + "-]"
			case "insert":
				words += "{+" + x.Text + "+}"
			}
		}
		said = append(said, c.Number+" "+words)
	}
	if len(said) != 2 {
		return "", fmt.Errorf("%d clauses change: %s", len(said), strings.Join(said, "; "))
	}
	return "against what was sent: " + strings.Join(said, "; "), nil
}

func secondRound(ctx context.Context, s *story) (string, error) {
	if err := s.send(ctx, "Kære leverandør. Vores ændringer er markeret."); err != nil {
		return "", err
	}
	d, err := word.Read(bytes.NewReader(s.talk.out), int64(len(s.talk.out)))
	if err != nil {
		return "", err
	}
	gone, come := "", ""
	for _, r := range d.Revisions {
		if r.Author != "Sekretariatet" {
			return "", fmt.Errorf("%q is tracked as %s's", r.Text, r.Author)
		}
		if r.Change == word.Deletion {
			gone += "[-" + r.Text + "-]"
		} else {
			come += "{+" + r.Text + "+}"
		}
	}
	if !strings.Contains(gone, "48") || !strings.Contains(come, "36") || !strings.Contains(gone, "betaling") || strings.Contains(gone+come, "hurtigst") {
		return "", fmt.Errorf("tracked are %s %s", gone, come)
	}
	kept, err := s.keep("runde-2.docx", s.talk.out)
	return fmt.Sprintf("tracked as Sekretariatet's against what the vendor wanted: %s %s; %s", gone, come, kept), err
}

func journal(ctx context.Context, s *story) (string, error) {
	due := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	if err := s.jurist.call(ctx, http.MethodPost, s.talkPath("/entries"), map[string]any{"kind": "next", "text": "Ring til Åse Ørum om runde 2", "dueOn": due}, nil); err != nil {
		return "", err
	}
	var list httpapi.NegotiationList
	if err := s.jurist.get(ctx, "/api/v1/negotiations?turn=vendor", &list); err != nil {
		return "", err
	}
	for _, n := range list.Items {
		if n.Id == s.talk.detail.Negotiation.Id && n.NextStep != nil && n.NextOn != nil {
			return fmt.Sprintf("%s waits for the vendor; next: %s, %s", n.Code, *n.NextStep, n.NextOn), nil
		}
	}
	return "", errors.New("the list does not tell the next step")
}

func follow(ctx context.Context, s *story) (string, error) {
	var n httpapi.NegotiationDetail
	if err := s.viborg.get(ctx, s.talkPath(""), &n); err != nil {
		return "", err
	}
	if n.Negotiation.NextStep != nil || n.CanSend || n.CanReceive || len(n.Acts) > 0 {
		return "", fmt.Errorf("it lets Viborg do too much: %+v", n)
	}
	office, err := fails(s.viborg.get(ctx, s.talkPath("/entries"), nil), http.StatusForbidden, "forbidden")
	if err != nil {
		return "", err
	}
	var theirs httpapi.NegotiationList
	if err := s.randers.get(ctx, "/api/v1/negotiations", &theirs); err != nil {
		return "", err
	}
	for _, t := range theirs.Items {
		if t.Id == n.Negotiation.Id {
			return "", errors.New("it stands in the list of Randers")
		}
	}
	wall, err := fails(s.randers.get(ctx, s.talkPath(""), nil), http.StatusNotFound, "not_found")
	return fmt.Sprintf("Viborg sees %d rounds, %d changes, its turn: %s, and no journal (%s); Randers: %s", len(n.Rounds), n.Negotiation.Changes, *n.Negotiation.Turn, office, wall), err
}

func agreeAll(ctx context.Context, s *story) (_ string, err error) {
	if err := s.edit(ctx, "retur-2"); err != nil { // opened and saved
		return "", err
	}
	if s.talk.round, err = s.receive(ctx, s.talk.came); err != nil {
		return "", err
	}
	if n := len(changes(s.talk.round)); n > 0 {
		return "", fmt.Errorf("it has %d changes", n)
	}
	if err := s.jurist.call(ctx, http.MethodPost, s.talkPath("/stage"), map[string]any{"act": "agree"}, &s.talk.detail, s.ifSeen()...); err != nil {
		return "", err
	}
	d := s.talk.detail
	return fmt.Sprintf("opened and saved in LibreOffice, no change found; %s after %d rounds, days waited: office %d, vendor %d", d.Negotiation.Stage, len(d.Rounds), d.Waited.Office, d.Waited.Vendor), nil
}

func deviations(ctx context.Context, s *story) (string, error) {
	var list httpapi.DeviationList
	if err := s.jurist.get(ctx, s.path("/deviations"), &list); err != nil {
		return "", err
	}
	var clauses []string
	for _, d := range list.Items {
		clauses = append(clauses, fmt.Sprintf("%s (%s)", d.Number, d.Reason))
	}
	if len(clauses) == 0 {
		return "", errors.New("nothing deviates")
	}
	pdf, _, err := s.jurist.download(ctx, s.path("/deviations/report"))
	if err != nil {
		return "", err
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return "", errors.New("the report is no PDF")
	}
	book, _, err := s.jurist.download(ctx, s.path("/deviations/export"))
	if err != nil {
		return "", err
	}
	sheet, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		return "", err
	}
	rows, err := sheet.GetRows(sheet.GetSheetName(0))
	if err := errors.Join(err, sheet.Close()); err != nil {
		return "", err
	}
	if len(rows) <= len(clauses) {
		return "", fmt.Errorf("%d rows for %d clauses", len(rows), len(clauses))
	}
	report, err := s.keep("fravigelser.pdf", pdf)
	if err != nil {
		return "", err
	}
	table, err := s.keep("fravigelser.xlsx", book)
	return fmt.Sprintf("%s; %s; %s", strings.Join(clauses, ", "), report, table), err
}

func releaseAgreed(ctx context.Context, s *story) (string, error) {
	var check httpapi.ReleaseCheck
	if err := s.jurist.get(ctx, s.path("/release-check"), &check); err != nil {
		return "", err
	}
	seen := fmt.Sprintf(`"%d"`, check.Version)
	if err := s.jurist.call(ctx, http.MethodPost, s.path("/release"), everybody, &s.batch, "If-Match", seen); err != nil {
		return "", err
	}
	return watch(ctx, s)
}

// remembered starts on another draft, whose vendor wants what was agreed here.
func remembered(ctx context.Context, s *story) (string, error) {
	if err := s.begin(ctx, s.vendor.Systems[0].Number, "Databehandleraftale – den næste"); err != nil {
		return "", err
	}
	if err := s.send(ctx, "Runde 1"); err != nil {
		return "", err
	}
	if err := s.edit(ctx, "retur-3", "replace~uden unødig forsinkelse efter~hurtigst muligt og straks efter"); err != nil {
		return "", err
	}
	var err error
	if s.talk.round, err = s.receive(ctx, s.talk.came); err != nil {
		return "", err
	}
	c, err := s.changed("hurtigst")
	if err != nil {
		return "", err
	}
	a, err := s.aids(ctx, c)
	if err != nil {
		return "", err
	}
	if len(a.Precedents) == 0 || a.Accepted != 1 {
		return "", fmt.Errorf("%d precedents, accepted %d times", len(a.Precedents), a.Accepted)
	}
	p := a.Precedents[0]
	return fmt.Sprintf("%q was %s for %s, %.0f %% near: %s", p.Wording, p.Outcome, p.VendorName, 100*p.Nearness, p.Reason), nil
}
