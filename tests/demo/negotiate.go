package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"klausul/server/agreement/round/roundtest"
	"klausul/server/httpapi"
	"klausul/server/word"
)

// negotiate is how a text goes back and forth with the vendor, as Word files.
var negotiate = []step{
	{"Randers stops using a system", randersStops},
	{"a draft that is negotiated", startNegotiation},
	{"round 1 goes out", firstRound},
	{"the vendor edits it in LibreOffice", vendorEdits},
	{"it is taken in, clause by clause", takeBack},
	{"the same file is the same round", takeAgain},
	{"another agreement's file is told", takeOther},
	{"the vendor's own text as a PDF", vendorPaper},
	{"positions speak", positionsSpeak},
	{"nothing goes out half decided", func(ctx context.Context, s *story) (string, error) {
		return fails(s.send(ctx, "Runde 2"), http.StatusConflict, "negotiation.undecided")
	}},
	{"each change is decided", decide},
	{"a look at the next round", nextRound},
	{"round 2 with our own changes", secondRound},
	{"the journal knows the next step", journal},
	{"Viborg follows, Randers does not", follow},
}

// talk is a negotiation and the other party's LibreOffice.
type talk struct {
	office    roundtest.Office
	detail    httpapi.NegotiationDetail
	round     httpapi.Round // that came last
	came, out []byte        // the Word files that went last
}

func (s *story) talkPath(format string, args ...any) string {
	return fmt.Sprintf("/api/v1/negotiations/%d", s.talk.detail.Negotiation.Id) + fmt.Sprintf(format, args...)
}

// ifSeen names the version of the negotiation that was seen.
func (s *story) ifSeen() []string {
	return []string{"If-Match", fmt.Sprintf(`"%d"`, s.talk.detail.Negotiation.Version)}
}

// randersStops ends Randers' use of the last of the vendor's systems, which Viborg goes on using.
func randersStops(ctx context.Context, s *story) (string, error) {
	system := s.vendor.Systems[len(s.vendor.Systems)-1]
	yesterday := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	var list httpapi.UsageList
	if err := s.randers.get(ctx, fmt.Sprintf("/api/v1/usages?vendor=%d", s.vendor.Number), &list); err != nil {
		return "", err
	}
	for _, u := range list.Items {
		if u.System.Number != system.Number {
			continue
		}
		var out httpapi.UsageOutcome
		err := s.randers.call(ctx, http.MethodPost, "/api/v1/usages/changes", httpapi.UsageChangeRequest{Kind: "edit",
			Changes: []httpapi.UsageCellChange{{Usage: u.Id, Field: "to", Value: yesterday}}}, &out)
		if err == nil && len(out.Cells) != 1 {
			err = fmt.Errorf("it was not written: %+v %+v", out.Errors, out.Conflicts)
		}
		return fmt.Sprintf("%s, since %s; Viborg goes on", system.Name, yesterday), err
	}
	return "", fmt.Errorf("%s is not used in Randers", system.Name)
}

// begin makes a draft on the newest template for a system and starts its negotiation.
func (s *story) begin(ctx context.Context, system int32, title string) error {
	var templates httpapi.TemplateList
	if err := s.jurist.get(ctx, "/api/v1/templates", &templates); err != nil {
		return err
	}
	request := httpapi.AgreementRequest{Vendor: s.vendor.Number, Template: templates.Items[0].Id, Systems: []int32{system}, Title: &title}
	if err := s.jurist.call(ctx, http.MethodPost, "/api/v1/agreements", request, &s.agreement); err != nil {
		return err
	}
	if _, err := answerAll(ctx, s); err != nil {
		return err
	}
	return s.jurist.call(ctx, http.MethodPost, s.path("/negotiation"), nil, &s.talk.detail)
}

func startNegotiation(ctx context.Context, s *story) (string, error) {
	system := s.vendor.Systems[len(s.vendor.Systems)-1]
	if err := s.begin(ctx, system.Number, "Databehandleraftale – "+system.Name); err != nil {
		return "", err
	}
	var again httpapi.NegotiationDetail
	if err := s.jurist.call(ctx, http.MethodPost, s.path("/negotiation"), nil, &again); err != nil {
		return "", err
	}
	n := s.talk.detail.Negotiation
	if again.Negotiation.Id != n.Id {
		return "", fmt.Errorf("the draft has two negotiations: %d and %d", n.Id, again.Negotiation.Id)
	}
	return fmt.Sprintf("%s with %s about %s: %s", n.Code, n.VendorName, system.Name, n.Stage), nil
}

// send sends the next round and keeps its Word file.
func (s *story) send(ctx context.Context, note string) (err error) {
	if err := s.jurist.call(ctx, http.MethodPost, s.talkPath("/rounds"), map[string]any{"note": note}, &s.talk.detail, s.ifSeen()...); err != nil {
		return err
	}
	s.talk.out, _, err = s.jurist.download(ctx, s.talkPath("/rounds/%d/file", s.talk.detail.Rounds[0].No))
	return err
}

func firstRound(ctx context.Context, s *story) (string, error) {
	if err := s.send(ctx, "Kære leverandør. Skriv jeres ændringer direkte i filen."); err != nil {
		return "", err
	}
	d, err := word.Read(bytes.NewReader(s.talk.out), int64(len(s.talk.out)))
	if err != nil {
		return "", err
	}
	head := s.talk.detail.Rounds[0]
	if !d.Tracking || d.Properties["KlausulTextHash"] != head.TextHash || len(d.Revisions) > 0 {
		return "", fmt.Errorf("tracking %t, %d changes, properties %v", d.Tracking, len(d.Revisions), d.Properties)
	}
	kept, err := s.keep("runde-1.docx", s.talk.out)
	return fmt.Sprintf("%d bookmarks, change tracking on, text %s… in its properties: %s", len(d.Bookmarks), head.TextHash[:8], kept), err
}

// what the vendor does, with change tracking on and, after a while, off.
var wanted = []string{
	"replace~senest 24 timer~senest 48 timer",
	"replace~uden unødig forsinkelse efter~hurtigst muligt efter",
	"track~off",
	"replace~får på forlangende en kopi~får mod betaling en kopi",
}

// edit has the vendor's LibreOffice edit the file that went last.
func (s *story) edit(ctx context.Context, name string, steps ...string) error {
	made, err := s.talk.office.Edit(ctx, s.talk.out, []roundtest.Edit{{Name: name, Tracking: "on", Steps: steps}})
	s.talk.came = made[name]
	return err
}

func vendorEdits(ctx context.Context, s *story) (string, error) {
	dir, err := filepath.Abs(filepath.Join(s.instance.dir, "office")) // goes with the instance
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if s.talk.office, err = roundtest.Open(ctx, dir); err != nil {
		return "", err
	}
	if err := s.edit(ctx, "retur", wanted...); err != nil {
		return "", err
	}
	kept, err := s.keep("retur.docx", s.talk.came)
	return "two changes with tracking on, one with tracking off: " + kept, err
}

func (s *story) receive(ctx context.Context, file []byte) (r httpapi.Round, err error) {
	err = s.jurist.call(ctx, http.MethodPost, s.talkPath("/returns?%s", url.Values{"name": {"retur.docx"}}.Encode()), file, &r)
	return r, errors.Join(err, s.jurist.get(ctx, s.talkPath(""), &s.talk.detail))
}

// changes are those of a round in the order of the page.
func changes(r httpapi.Round) (all []httpapi.RoundChange) {
	for _, c := range r.Clauses {
		all = append(all, c.Changes...)
	}
	return all
}

func takeBack(ctx context.Context, s *story) (_ string, err error) {
	if s.talk.round, err = s.receive(ctx, s.talk.came); err != nil {
		return "", err
	}
	var said []string
	touched, untracked := 0, 0
	for _, c := range s.talk.round.Clauses {
		for _, x := range c.Changes {
			tell := fmt.Sprintf("%s [-%s-]{+%s+}", c.Number, x.Before, x.After)
			switch {
			case !x.Tracked:
				untracked++
				tell += " UNTRACKED"
			case x.Author == nil || *x.Author != roundtest.Author:
				return "", fmt.Errorf("%s is not %s's", tell, roundtest.Author)
			}
			if x.Touched {
				touched++
				tell += " standard text"
			}
			said = append(said, tell)
		}
	}
	if len(said) != 3 || untracked != 1 || touched != 2 {
		return "", fmt.Errorf("it was edited otherwise: %s", strings.Join(said, "; "))
	}
	return strings.Join(said, "; "), nil
}

func takeAgain(ctx context.Context, s *story) (string, error) {
	again, err := s.receive(ctx, s.talk.came)
	if err != nil {
		return "", err
	}
	if again.Head.No != s.talk.round.Head.No || len(s.talk.detail.Rounds) != 2 {
		return "", fmt.Errorf("it became round %d of %d", again.Head.No, len(s.talk.detail.Rounds))
	}
	return fmt.Sprintf("round %d, %s…; whose turn: %s", again.Head.No, again.Head.Sha256[:12], *s.talk.detail.Negotiation.Turn), nil
}

func takeOther(ctx context.Context, s *story) (string, error) {
	other, _, err := s.viborg.download(ctx, s.ownPath("/documents/docx"))
	if err != nil {
		return "", err
	}
	_, err = s.receive(ctx, other)
	return fails(err, http.StatusConflict, "negotiation.other_agreement")
}

// changed is the change that brings in these words.
func (s *story) changed(after string) (httpapi.RoundChange, error) {
	all := changes(s.talk.round)
	i := slices.IndexFunc(all, func(c httpapi.RoundChange) bool { return strings.Contains(c.After, after) })
	if i < 0 {
		return httpapi.RoundChange{}, fmt.Errorf("no change says %q", after)
	}
	return all[i], nil
}

func (s *story) aids(ctx context.Context, c httpapi.RoundChange) (a httpapi.ChangeAids, err error) {
	return a, s.jurist.get(ctx, s.talkPath("/rounds/%d/changes/%d/aids", s.talk.round.Head.No, c.No), &a)
}

func positionsSpeak(ctx context.Context, s *story) (string, error) {
	c, err := s.changed("48")
	if err != nil {
		return "", err
	}
	a, err := s.aids(ctx, c)
	if err != nil {
		return "", err
	}
	for _, p := range a.Positions {
		if p.Verdict == "outside" && p.Position.Preferred != nil && len(p.Position.Fallbacks) > 0 {
			return fmt.Sprintf("%s is outside of %q: preferred %s; %d fall-back wording", *p.Value, p.Position.Issue, *p.Position.Preferred, len(p.Position.Fallbacks)), nil
		}
	}
	return "", fmt.Errorf("%d positions, and none speaks against %q", len(a.Positions), c.After)
}

// verdict says something to the change that brings in these words.
func (s *story) verdict(after, decision, wording, reason string) (map[string]any, error) {
	c, err := s.changed(after)
	return map[string]any{"no": c.No, "base": c.Version, "decision": decision, "wording": wording, "reason": reason}, err
}

func (s *story) decided(ctx context.Context, verdicts ...map[string]any) error {
	err := s.jurist.call(ctx, http.MethodPost, s.talkPath("/rounds/%d/decisions", s.talk.round.Head.No), map[string]any{"decisions": verdicts}, nil)
	return errors.Join(err, s.jurist.get(ctx, s.talkPath(""), &s.talk.detail))
}

func decide(ctx context.Context, s *story) (string, error) {
	bare, err := s.verdict("hurtigst", "accept", "", "")
	if err != nil {
		return "", err
	}
	refused, err := fails(s.decided(ctx, bare), http.StatusUnprocessableEntity, "negotiation.reason_missing")
	if err != nil {
		return "", err
	}
	accept, _ := s.verdict("hurtigst", "accept", "", "Det samme med andre ord; fristen står i 10.2")
	counter, err := s.verdict("48", "counter", "36", "Leverandøren har døgnvagt")
	if err != nil {
		return "", err
	}
	reject, err := s.verdict("betaling", "reject", "", "En kopi af et dokument, der findes, koster ikke noget")
	if err != nil {
		return "", err
	}
	if err := s.decided(ctx, accept, counter, reject); err != nil {
		return "", err
	}
	if n := s.talk.detail.Negotiation.Undecided; n > 0 || !s.talk.detail.CanSend {
		return "", fmt.Errorf("%d changes are undecided", n)
	}
	return fmt.Sprintf("accepted with a reason (without: %s), 48 countered with 36, payment rejected with a reason", refused), nil
}
