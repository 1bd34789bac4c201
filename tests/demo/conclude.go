package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"klausul/server/httpapi"
)

// agreement is how a municipality concludes, and how the text goes on.
var conclude = []step{
	{"a task waits in Viborg", task},
	{"the system owner is asked", ask},
	{"and answers on the one page", answerAsked},
	{"nobody decides for Viborg", func(ctx context.Context, s *story) (string, error) {
		return fails(s.take(ctx, s.jurist, "accept", ""), http.StatusForbidden, "accession.no_mandate")
	}},
	{"own facts come first", func(ctx context.Context, s *story) (string, error) {
		return fails(s.take(ctx, s.viborg, "accept", ""), http.StatusConflict, "accession.facts")
	}},
	{"Viborg fills in its own facts", ownFacts},
	{"Viborg concludes", accept},
	{"the final paper is made", finalPaper},
	{"it enters into force", enterForce},
	{"an instruction is logged", instruct},
	{"Randers confirms a proposal", confirmed},
	{"a mandate, and its end", mandated},
	{"all papers as one ZIP", zipped},
	{"who has what with whom", matrix},
	{"an amendment prints what changes", amend},
}

// path of Viborg's own agreement is ownPath; take takes a step of it.
func (s *story) take(ctx context.Context, who *client, act, reason string) error {
	var now httpapi.AccessionDetail
	if err := who.get(ctx, s.ownPath(""), &now); err != nil {
		return err
	}
	body := map[string]any{"act": act, "reason": reason}
	return who.call(ctx, http.MethodPost, s.ownPath("/acts"), body, &s.own, "If-Match", fmt.Sprintf(`"%d"`, now.Version))
}

// todo is Viborg's line of the task of concluding.
func (s *story) todo(ctx context.Context, who *client) (t httpapi.Todo, err error) {
	var list httpapi.TodoList
	if err := who.get(ctx, fmt.Sprintf("/api/v1/tasks?thing=accession&target=%d", s.own.Accession.Id), &list); err != nil {
		return t, err
	}
	if len(list.Items) != 1 {
		return t, fmt.Errorf("%d tasks wait for it", len(list.Items))
	}
	return list.Items[0], nil
}

func task(ctx context.Context, s *story) (string, error) {
	t, err := s.todo(ctx, s.viborg)
	if err != nil {
		return "", err
	}
	if t.Responsible == nil || t.State != httpapi.TodoStateOpen {
		return "", fmt.Errorf("it is %s and nobody's", t.State)
	}
	return fmt.Sprintf("%q before %s, responsible is %s", t.Title, t.Due, t.Responsible.Name), nil
}

func ask(ctx context.Context, s *story) (string, error) {
	t, err := s.todo(ctx, s.viborg)
	if err != nil {
		return "", err
	}
	var d httpapi.TodoDetail
	if err := s.viborg.get(ctx, fmt.Sprintf("/api/v1/tasks/%d", t.Id), &d); err != nil {
		return "", err
	}
	for _, c := range d.Colleagues {
		if !c.Owner {
			continue
		}
		body := map[string]any{"user": c.Id, "note": "Passer bilag A til det, I bruger systemet til?"}
		if err := s.viborg.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/question", t.Id), body, nil); err != nil {
			return "", err
		}
		return c.Name + " owns a system of the agreement", nil
	}
	return "", errors.New("nobody owns a system of the agreement")
}

func answerAsked(ctx context.Context, s *story) (string, error) {
	owner, err := signIn(ctx, s.instance.url, "systemejer-viborg")
	if err != nil {
		return "", err
	}
	t, err := s.todo(ctx, owner)
	if err != nil {
		return "", err
	}
	body := map[string]any{"verdict": "recommend", "note": "Ja. Husk hjemmehjælpernes vagtplaner."}
	if err := owner.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/answer", t.Id), body, nil); err != nil {
		return "", err
	}
	if t, err = s.todo(ctx, s.viborg); err != nil {
		return "", err
	}
	if t.Asked == nil || t.Asked.Verdict == nil {
		return "", errors.New("the answer did not arrive")
	}
	return fmt.Sprintf("%s: %s", *t.Asked.Verdict, *t.Asked.Answer), nil
}

func ownFacts(ctx context.Context, s *story) (string, error) {
	if err := s.viborg.get(ctx, s.ownPath(""), &s.own); err != nil {
		return "", err
	}
	before := s.own.InstanceHash
	said := []string{}
	for _, path := range s.own.Accession.Missing {
		var value any = "Mona Holm, jurist, 87 87 87 87, mona.holm@viborg.invalid"
		if path == "data.persons" {
			value = 4200
		}
		if err := s.viborg.call(ctx, http.MethodPatch, s.ownPath("/answers"), map[string]any{"path": path, "base": 0, "value": value}, nil); err != nil {
			return "", err
		}
		said = append(said, path)
	}
	if err := s.viborg.get(ctx, s.ownPath(""), &s.own); err != nil {
		return "", err
	}
	if len(s.own.Accession.Missing) > 0 || s.own.InstanceHash == before {
		return "", fmt.Errorf("%v is missing still", s.own.Accession.Missing)
	}
	return fmt.Sprintf("%s; its hash was %.12s and is %.12s", strings.Join(said, ", "), before, s.own.InstanceHash), nil
}

func accept(ctx context.Context, s *story) (string, error) {
	if err := s.take(ctx, s.viborg, "accept", ""); err != nil {
		return "", err
	}
	t, err := s.todo(ctx, s.viborg)
	if err != nil {
		return "", err
	}
	if s.own.Accession.State != httpapi.AccessionStateAccepted || t.State != httpapi.TodoStateDone {
		return "", fmt.Errorf("the agreement is %s and the task %s", s.own.Accession.State, t.State)
	}
	last := s.own.Steps[len(s.own.Steps)-1]
	return fmt.Sprintf("%s on %s by %s; the task is done", last.State, last.On, *last.By), nil
}

func finalPaper(ctx context.Context, s *story) (string, error) {
	for range 200 {
		if err := s.viborg.get(ctx, s.ownPath(""), &s.own); err != nil {
			return "", err
		}
		if s.own.Current {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !s.own.Current || len(s.own.Documents) != 4 {
		return "", fmt.Errorf("after 20 s there are %d files", len(s.own.Documents))
	}
	first, _, err := s.viborg.download(ctx, s.ownPath("/documents/docx?paper=1"))
	if err != nil {
		return "", err
	}
	final, _, err := s.viborg.download(ctx, s.ownPath("/documents/docx"))
	if err != nil {
		return "", err
	}
	if err := says(first, "Mona Holm"); err == nil {
		return "", errors.New("the first paper says what came after it")
	}
	if err := says(final, "Mona Holm"); err != nil {
		return "", err
	}
	pdf, _, err := s.viborg.download(ctx, s.ownPath("/documents/pdf"))
	if err != nil {
		return "", err
	}
	kept, err := s.keep("indgaaet.pdf", pdf)
	return "edition 2 beside edition 1, which is as it was: " + kept, err
}

func enterForce(ctx context.Context, s *story) (string, error) {
	if err := s.take(ctx, s.viborg, "enter_force", ""); err != nil {
		return "", err
	}
	if s.own.Accession.State != httpapi.AccessionStateInForce || s.own.Accession.InForce == nil {
		return "", fmt.Errorf("it is %s", s.own.Accession.State)
	}
	return fmt.Sprintf("from %s, %d steps, %d authorised sub-processors", s.own.Accession.InForce, len(s.own.Steps), len(s.own.Subprocessors)), nil
}

func instruct(ctx context.Context, s *story) (string, error) {
	body := map[string]any{"wording": "Slet alle besøgsnotater, der er ældre end fem år.", "to": s.vendor.Name}
	if err := s.viborg.call(ctx, http.MethodPost, s.ownPath("/instructions"), body, &s.own); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d in the log, of %s", len(s.own.Instructions), s.own.Instructions[0].On), nil
}

// theirs is Randers' own agreement.
func (s *story) theirs(ctx context.Context) (d httpapi.AccessionDetail, path string, err error) {
	var list httpapi.AccessionList
	if err := s.randers.get(ctx, fmt.Sprintf("/api/v1/accessions?agreement=%d", s.agreement.Agreement.Id), &list); err != nil {
		return d, "", err
	}
	path = fmt.Sprintf("/api/v1/accessions/%d", list.Items[0].Id)
	return d, path, s.randers.get(ctx, path, &d)
}

func confirmed(ctx context.Context, s *story) (string, error) {
	theirs, path, err := s.theirs(ctx)
	if err != nil {
		return "", err
	}
	for _, missing := range theirs.Accession.Missing {
		var value any = "It-vagten i Randers, 89 15 15 15"
		if missing == "data.persons" {
			value = 3100
		}
		if err := s.randers.call(ctx, http.MethodPatch, path+"/answers", map[string]any{"path": missing, "base": 0, "value": value}, nil); err != nil {
			return "", err
		}
	}
	if err := s.jurist.call(ctx, http.MethodPost, path+"/proposals", map[string]any{"act": "accept", "reason": "I har svaret på mail den 24. november"}, &theirs); err != nil {
		return "", err
	}
	before := theirs.Accession.State
	decision := fmt.Sprintf("%s/proposals/%d/decision", path, theirs.Proposal.Id)
	if err := s.randers.call(ctx, http.MethodPost, decision, map[string]any{"confirm": true}, &theirs); err != nil {
		return "", err
	}
	if before != httpapi.AccessionStateOffered || theirs.Accession.State != httpapi.AccessionStateAccepted {
		return "", fmt.Errorf("it went from %s to %s", before, theirs.Accession.State)
	}
	return "proposed it was offered still, confirmed it is accepted", nil
}

func mandated(ctx context.Context, s *story) (string, error) {
	var m httpapi.Mandate
	today := time.Now().Format(time.DateOnly)
	if err := s.randers.call(ctx, http.MethodPost, "/api/v1/mandates", map[string]any{"from": today, "note": "Direktionen, sag 2026-118"}, &m); err != nil {
		return "", err
	}
	theirs, path, err := s.theirs(ctx)
	if err != nil {
		return "", err
	}
	act := func(what, reason string) error {
		return s.jurist.call(ctx, http.MethodPost, path+"/acts", map[string]any{"act": what, "reason": reason}, &theirs, "If-Match", fmt.Sprintf(`"%d"`, theirs.Version))
	}
	if err := act("enter_force", ""); err != nil {
		return "", err
	}
	capacity := theirs.Steps[len(theirs.Steps)-1].Capacity
	if err := s.randers.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/mandates/%d/revoke", m.Id), nil, &m); err != nil {
		return "", err
	}
	refused, err := fails(act("terminate", "x"), http.StatusForbidden, "accession.no_mandate")
	return fmt.Sprintf("in force, registered under a %s; taken back: %s", capacity, refused), err
}

func zipped(ctx context.Context, s *story) (string, error) {
	content, _, err := s.jurist.download(ctx, fmt.Sprintf("/api/v1/batches/%d/zip", s.batch.Id))
	if err != nil {
		return "", err
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", err
	}
	if len(z.File) != 2*municipalities {
		return "", fmt.Errorf("it holds %d files", len(z.File))
	}
	for _, f := range z.File {
		body, err := f.Open()
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(io.Discard, body); err != nil { // the checksum is tested at the end
			return "", fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	kept, err := s.keep("alle.zip", content)
	return fmt.Sprintf("%d files, the first %q: %s", len(z.File), z.File[0].Name, kept), err
}

func matrix(ctx context.Context, s *story) (string, error) {
	var m httpapi.Matrix
	if err := s.jurist.get(ctx, "/api/v1/matrix", &m); err != nil {
		return "", err
	}
	for _, r := range m.Rows {
		if r.Number != s.vendor.Number {
			continue
		}
		for i, o := range m.Organisations {
			if o.Name == "Viborg Kommune" && r.Cells[i] != 'F' {
				return "", fmt.Errorf("the member stands as %c", r.Cells[i])
			}
		}
		return fmt.Sprintf("%d vendors by %d members; with %s %d in force, %d released", len(m.Rows), len(m.Organisations), r.Name, strings.Count(r.Cells, "F"), strings.Count(r.Cells, "O")), nil
	}
	return "", errors.New("the vendor is not in the matrix")
}

func amend(ctx context.Context, s *story) (string, error) {
	whole, _, err := s.jurist.download(ctx, s.path("/preview"))
	if err != nil {
		return "", err
	}
	var next httpapi.AgreementDetail
	if err := s.jurist.call(ctx, http.MethodPost, s.path("/versions"), map[string]any{"kind": "amendment", "note": "Kortere frist ved brud"}, &next); err != nil {
		return "", err
	}
	base := 0
	for _, a := range next.Answers {
		if a.Path == "breach.hours" {
			base = a.Version
		}
	}
	if err := s.jurist.call(ctx, http.MethodPatch, s.path("/answers"), map[string]any{"path": "breach.hours", "base": base, "value": 12}, nil); err != nil {
		return "", err
	}
	content, _, err := s.jurist.download(ctx, s.path("/preview"))
	if err != nil {
		return "", err
	}
	if len(content) >= len(whole) {
		return "", fmt.Errorf("the amendment has %d bytes, the whole %d", len(content), len(whole))
	}
	kept, err := s.keep("tillaeg.pdf", content)
	return "24 hours become 12; what is in force stands: " + kept, err
}
