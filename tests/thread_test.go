package tests

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"klausul/server/render"
)

// missingLine is what stands in the document of a member whose address nobody has entered.
const missingLine = "Kommunens adresse mangler i registret"

func TestFromTemplateTo98Agreements(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slowS3(2*time.Millisecond))
	lawyer := w.as(t, "jurist")
	r := w.register(t)

	// A vendor of the register, its systems, the sample template: a draft.
	d := lawyer.draft("Omsorg i 98 kommuner")
	id := d.Agreement.ID
	if d.Agreement.State != "draft" || d.Conformity != "not_authority" {
		t.Fatalf("a new agreement is %s and %s", d.Agreement.State, d.Conformity)
	}
	if c := lawyer.check(id); c.Ready || len(c.Unanswered) == 0 {
		t.Fatalf("an unanswered draft is ready: %+v", c)
	}
	lawyer.refused(409, "agreement.unanswered", "POST", fmt.Sprintf("/api/v1/agreements/%d/release", id), everybody,
		"If-Match", fmt.Sprintf("%q", fmt.Sprint(lawyer.check(id).Version)))
	if n := lawyer.answerAll(d); n < 3 || n > 20 {
		t.Errorf("%d answers are not a handful", n)
	}

	// What would happen is told before it happens.
	check := lawyer.check(id)
	if reached, unaddressed := check.would(); !check.Ready || reached != members || len(unaddressed) != 1 || unaddressed[0] != noAddress {
		t.Fatalf("the check says %+v", check)
	}

	// Release, watched to its end.
	b := lawyer.release(id)
	if b.Total != members || b.Subject != id || b.State != "running" {
		t.Fatalf("released as %+v", b)
	}
	seen := lawyer.watch(b.ID, nil)
	for i, s := range seen {
		if i > 0 && s.Done < seen[i-1].Done || s.Total != members {
			t.Errorf("progress went from %+v to %+v", seen[max(0, i-1)], s)
		}
	}
	if last := seen[len(seen)-1]; last.State != "done" || last.Done != members || last.Failed != 0 || len(seen) < 3 {
		t.Fatalf("after %d events the stream ended with %+v", len(seen), last)
	}
	r.exactly98(id)
	r.sealed(id, 30*time.Second)
	vaultHolds(t, r, w.s3.Config, id)

	accessions := read[listOf[own]](lawyer, fmt.Sprintf("/api/v1/accessions?agreement=%d&limit=200", id)).Items
	if n := read[total](lawyer, fmt.Sprintf("/api/v1/accessions/count?agreement=%d", id)).Total; len(accessions) != members || n != members {
		t.Fatalf("%d listed, %d counted", len(accessions), n)
	}
	t.Run("every file is what its hash says", func(t *testing.T) { everyFile(t, lawyer, accessions) })
	t.Run("the one without an address is marked", func(t *testing.T) { marked(t, lawyer, accessions) })
	t.Run("a contact person sees the own agreement and nobody else's", func(t *testing.T) { contactPersons(t, w, id, accessions) })
	t.Run("a second release is refused", func(t *testing.T) {
		lawyer.refused(409, "agreement.offered", "POST", fmt.Sprintf("/api/v1/agreements/%d/release", id), everybody,
			"If-Match", fmt.Sprintf("%q", fmt.Sprint(lawyer.check(id).Version)))
		lawyer.refused(409, "agreement.offered", "PATCH", fmt.Sprintf("/api/v1/agreements/%d/answers", id),
			map[string]any{"path": "service.purpose", "base": 1, "value": "noget andet"})
	})
	t.Run("the log holds ids only", func(t *testing.T) { idsOnly(t, w, lawyer) })
	t.Run("who did what", func(t *testing.T) {
		var actions []string
		for _, h := range read[listOf[struct{ Action, Who string }]](lawyer, fmt.Sprintf("/api/v1/agreements/%d/history", id)).Items {
			if h.Who != "Johanne Lindekrog" {
				t.Errorf("%s by %q", h.Action, h.Who)
			}
			actions = append(actions, h.Action)
		}
		if len(actions) < 5 || actions[0] != "agreement.release" || actions[len(actions)-1] != "agreement.create" {
			t.Errorf("the history reads %v", actions)
		}
	})
}

// idsOnly looks for what a log must not hold: people, organisations, texts, tokens, addresses.
func idsOnly(t *testing.T, w *world, c *client) {
	log := w.log.String()
	if lines := strings.Count(log, `"msg":"request"`); lines < 2*members {
		t.Errorf("the log has %d requests: nothing to look at", lines)
	}
	for _, secret := range []string{c.token, c.csrf, "Lindekrog", "Ågesen", "jurist", "demo.invalid", "Viborg", "Randers", noAddress, "Åhavn",
		"Omsorg", "æøå", "Omsorg i 98 kommuner", "service.purpose", "Demoby"} {
		if at := strings.Index(log, secret); at >= 0 {
			t.Errorf("the log holds %q: …%s…", secret, log[max(0, at-200):min(len(log), at+100)])
		}
	}
}

// everyFile downloads all 196 and hashes them.
func everyFile(t *testing.T, lawyer *client, accessions []own) {
	hashes := map[string]bool{}
	for _, a := range accessions {
		d := read[ownDetail](lawyer, fmt.Sprintf("/api/v1/accessions/%d", a.ID))
		if len(d.Documents) != 2 || len(d.Systems) == 0 || d.TextHash == d.InstanceHash {
			t.Fatalf("%s: %+v", a.Organisation.Name, d)
		}
		for _, doc := range d.Documents {
			file := lawyer.download(a.ID, doc.Format)
			sum := sha256.Sum256(file.body)
			got := hex.EncodeToString(sum[:])
			if got != doc.Sha256 || int64(len(file.body)) != doc.Size || file.header.Get("ETag") != `"`+got+`"` || doc.State != "sealed" || doc.LockedUntil == "" {
				t.Errorf("%s: %d bytes hash to %s, the register says %+v", a.Organisation.Name, len(file.body), got, doc)
			}
			if hashes[got] {
				t.Errorf("%s has a file that another has too", a.Organisation.Name)
			}
			hashes[got] = true
			if start := map[string]string{"pdf": "%PDF-1.", "docx": "PK\x03\x04"}[doc.Format]; !bytes.HasPrefix(file.body, []byte(start)) {
				t.Errorf("%s: a %s that starts with %q", a.Organisation.Name, doc.Format, file.body[:8])
			}
		}
	}
	if len(hashes) != 2*members {
		t.Errorf("%d different files, want %d", len(hashes), 2*members)
	}
}

func (c *client) download(accession int64, format string) answer {
	c.t.Helper()
	a := c.do("GET", fmt.Sprintf("/api/v1/accessions/%d/documents/%s", accession, format), nil)
	if !a.ok() {
		c.t.Fatalf("download %s of %d: %s", format, accession, a)
	}
	return a
}

// marked reads the two files of every kind of recipient with other programs than ours.
func marked(t *testing.T, lawyer *client, accessions []own) {
	looked := 0
	for _, a := range accessions {
		without := a.Organisation.Name == noAddress
		if a.MissingAddress != without {
			t.Errorf("%s: missing address %v", a.Organisation.Name, a.MissingAddress)
		}
		if !without && a.Organisation.Name != "Viborg Kommune" {
			continue
		}
		looked++
		for _, format := range []string{"pdf", "docx"} {
			text := plain(t, lawyer.download(a.ID, format).body)
			if strings.Contains(text, missingLine) != without {
				t.Errorf("%s, %s: marked %v, want %v", a.Organisation.Name, format, !without, without)
			}
			if !strings.Contains(text, a.Organisation.Name) || !strings.Contains(text, storyVendor) {
				t.Errorf("%s, %s: the parties are not named:\n%.400s", a.Organisation.Name, format, text)
			}
		}
	}
	if looked != 2 {
		t.Errorf("looked at %d recipients", looked)
	}
}

// plain is the text of a file as other programs read it: PDF by pdftotext, Word and
// spreadsheets by unzipping, anything else as it is.
func plain(t testing.TB, file []byte) string {
	t.Helper()
	switch {
	case bytes.HasPrefix(file, []byte("%PDF")):
		cmd := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(file)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("pdftotext: %v", err)
		}
		return strings.Join(strings.Fields(string(out)), " ")
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, f := range z.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(&all, in); err != nil {
				t.Fatal(err)
			}
			in.Close()
		}
		return all.String()
	}
	return string(file)
}

func contactPersons(t *testing.T, w *world, agreement int64, accessions []own) {
	byName := map[string]int64{}
	for _, a := range accessions {
		byName[a.Organisation.Name] = a.ID
	}
	viborg, randers := w.as(t, "kontakt-viborg"), w.as(t, "kontakt-randers")
	for c, mine := range map[*client]string{viborg: "Viborg Kommune", randers: "Randers Kommune"} {
		list := read[listOf[own]](c, "/api/v1/accessions?limit=200").Items
		have := false
		for _, a := range list {
			have = have || a.ID == byName[mine] && a.AgreementID == agreement
			if a.Organisation.Name != mine {
				t.Errorf("%s sees an agreement of %s", c.who, a.Organisation.Name)
			}
		}
		if n := read[total](c, "/api/v1/accessions/count").Total; !have || n != len(list) {
			t.Errorf("%s: own agreement listed %v, %d listed, %d counted", c.who, have, len(list), n)
		}
		if d := read[jointDetail](c, fmt.Sprintf("/api/v1/agreements/%d", agreement)); d.OwnAccession != byName[mine] || d.Batch != nil || d.Agreement.Accessions != nil {
			t.Errorf("%s: own agreement %d, want %d; batch %v, accessions %v", c.who, d.OwnAccession, byName[mine], d.Batch, d.Agreement.Accessions)
		}
		if text := plain(t, c.download(byName[mine], "pdf").body); !strings.Contains(text, mine) {
			t.Errorf("%s: the own file does not name %s", c.who, mine)
		}
		page := c.do("GET", fmt.Sprintf("/api/v1/accessions/%d/documents/html", byName[mine]), nil)
		if page.status != 200 || page.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(page.header.Get("Content-Disposition"), "inline;") ||
			page.header.Get("Content-Security-Policy") != render.HTMLPolicy || !strings.Contains(string(page.body), mine) {
			t.Errorf("%s: the page for the screen is answered with %s, %v", c.who, page, page.header)
		}
	}
	// A neighbour's is not there; it is not merely forbidden.
	for _, path := range []string{"", "/history", "/documents/pdf", "/documents/docx", "/documents/html"} {
		randers.refused(404, "not_found", "GET", fmt.Sprintf("/api/v1/accessions/%d%s", byName["Viborg Kommune"], path), nil)
		viborg.refused(404, "not_found", "GET", fmt.Sprintf("/api/v1/accessions/%d%s", byName["Randers Kommune"], path), nil)
	}
}

func TestBatchCancelledAndResumed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slowS3(30*time.Millisecond))
	lawyer := w.as(t, "jurist")
	id, b := lawyer.started("Afbrudt og genoptaget")
	lawyer.refused(409, "batch.running", "POST", fmt.Sprintf("/api/v1/batches/%d/resume", b.ID), nil)
	lawyer.watch(b.ID, func(b batch) bool { return b.Done < 10 })
	stopped := send[batch](lawyer, "POST", fmt.Sprintf("/api/v1/batches/%d/cancel", b.ID), nil)
	if stopped.State != "cancelled" || stopped.Done >= members {
		t.Fatalf("cancelled as %+v", stopped)
	}
	// The lines in hand finish, the others find nothing to do; then nothing moves.
	r := w.register(t)
	eventually(t, 20*time.Second, "the lines in hand settled", func() bool {
		return ask[int](r, "select count(*) from river_job where kind = 'batch.item' and state not in ('completed', 'cancelled', 'discarded')") == 0
	})
	still := lawyer.batch(b.ID)
	if still.State != "cancelled" || still.Done < 10 || still.Done > stopped.Done+8 {
		t.Fatalf("stopped at %d of %d, rests at %+v", stopped.Done, members, still)
	}
	if n := ask[int](r, "select count(*) from accession where agreement_id = $1", id); n != still.Done {
		t.Errorf("%d agreements for %d settled lines", n, still.Done)
	}
	again := send[batch](lawyer, "POST", fmt.Sprintf("/api/v1/batches/%d/resume", b.ID), nil)
	if again.State != "running" || again.Done != still.Done {
		t.Errorf("resumed as %+v", again)
	}
	if seen := lawyer.watch(b.ID, nil); seen[len(seen)-1].State != "done" {
		t.Fatalf("the stream ended with %+v", seen[len(seen)-1])
	}
	lawyer.finished(b.ID, time.Second)
	r.exactly98(id)
	r.sealed(id, 30*time.Second)
	vaultHolds(t, r, w.s3.Config, id)
	lawyer.refused(409, "batch.finished", "POST", fmt.Sprintf("/api/v1/batches/%d/cancel", b.ID), nil)
	lawyer.refused(409, "batch.finished", "POST", fmt.Sprintf("/api/v1/batches/%d/resume", b.ID), nil)
}
