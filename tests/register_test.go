package tests

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// What the demo register holds, as far as the tests speak of it.
const (
	storyVendor = "Åhavn Omsorgssystemer A/S"
	noAddress   = "Læsø Kommune"
	formerName  = "Driftsfællesskabet Æblesund I/S"
	members     = 98
)

// found is the vendor that the list finds under the name.
func (c *client) found(name string) vendorDetail {
	c.t.Helper()
	hits := read[listOf[ref]](c, "/api/v1/vendors?q="+url.QueryEscape(name)).Items
	if len(hits) != 1 {
		c.t.Fatalf("%d vendors are called %s", len(hits), name)
	}
	return read[vendorDetail](c, fmt.Sprintf("/api/v1/vendors/%d", hits[0].Number))
}

// draft makes an agreement with the story's vendor on all its systems.
func (c *client) draft(title string) jointDetail {
	c.t.Helper()
	v := c.found(storyVendor)
	systems := []int64{}
	for _, s := range v.Systems {
		systems = append(systems, s.Number)
	}
	templates := read[listOf[ref]](c, "/api/v1/templates").Items
	if len(templates) == 0 || len(systems) == 0 {
		c.t.Fatalf("%d templates, %d systems", len(templates), len(systems))
	}
	return send[jointDetail](c, "POST", "/api/v1/agreements", map[string]any{
		"vendor": v.Number, "systems": systems, "template": templates[0].ID, "title": title})
}

// shown tells whether the form asks for the field, given the answers so far.
func (q question) shown(d jointDetail, given map[string]any) bool {
	if q.ShowIf == nil {
		return true
	}
	value, ok := given[q.ShowIf.Path]
	for _, f := range d.Fields {
		if !ok && f.Path == q.ShowIf.Path {
			value = f.Default
		}
	}
	return value == q.ShowIf.Equals
}

// sensible is an answer that the field takes.
func (q question) sensible() any {
	switch {
	case q.Default != nil:
		return q.Default
	case q.Type == "choice":
		return q.Choices[0].Value
	case q.Type == "integer":
		return 30
	case q.Type == "yes_no":
		return true
	case q.Type == "date":
		return "2026-12-01"
	}
	return "Omsorg for borgere – æøå, «citat» og 100 % tal"
}

// answerAll fills in every field that is asked and has no answer, one by one as the page does.
func (c *client) answerAll(d jointDetail) int {
	c.t.Helper()
	given, saved := map[string]any{}, 0
	for _, a := range d.Answers {
		given[a.Path] = a.Value
	}
	for _, f := range d.Fields {
		if f.Local || !f.Required || given[f.Path] != nil || !f.shown(d, given) {
			continue
		}
		c.answer(d.Agreement.ID, f.Path, 0, f.sensible())
		given[f.Path] = f.sensible()
		saved++
	}
	return saved
}

func (c *client) answer(agreement int64, path string, base int, value any) given {
	c.t.Helper()
	return send[given](c, "PATCH", fmt.Sprintf("/api/v1/agreements/%d/answers", agreement), map[string]any{"path": path, "base": base, "value": value})
}

func (c *client) check(agreement int64) releaseCheck {
	c.t.Helper()
	return read[releaseCheck](c, fmt.Sprintf("/api/v1/agreements/%d/release-check", agreement))
}

// everybody is the audience of all members.
var everybody = map[string]any{"audience": "members"}

// would are the members that a release to everybody reaches, and those without an address.
func (c releaseCheck) would() (reached int, unaddressed []string) {
	for _, r := range c.Recipients {
		if r.Member {
			reached++
		}
		if r.Member && r.MissingAddress {
			unaddressed = append(unaddressed, r.Organisation.Name)
		}
	}
	return reached, unaddressed
}

// release releases what the check has shown.
func (c *client) release(agreement int64) batch {
	c.t.Helper()
	return send[batch](c, "POST", fmt.Sprintf("/api/v1/agreements/%d/release", agreement), everybody,
		"If-Match", fmt.Sprintf("%q", fmt.Sprint(c.check(agreement).Version)))
}

// started is an agreement of the lawyer, answered and released: its batch runs.
func (c *client) started(title string) (agreement int64, b batch) {
	c.t.Helper()
	d := c.draft(title)
	c.answerAll(d)
	return d.Agreement.ID, c.release(d.Agreement.ID)
}

func (c *client) batch(id int64) batch {
	c.t.Helper()
	return read[batch](c, fmt.Sprintf("/api/v1/batches/%d", id))
}

// finished waits until no line of the batch waits any more.
func (c *client) finished(id int64, within time.Duration) batch {
	c.t.Helper()
	var b batch
	eventually(c.t, within, fmt.Sprintf("batch %d done", id), func() bool {
		a, err := c.try("GET", fmt.Sprintf("/api/v1/batches/%d", id), nil)
		if err != nil || a.status != http.StatusOK {
			return false // a server that is away, too
		}
		b = decode[batch](c.t, a)
		return b.State == "done"
	})
	if b.Failed != 0 || b.Done != members || b.Total != members {
		c.t.Fatalf("the batch ended as %+v: %s", b, c.do("GET", fmt.Sprintf("/api/v1/batches/%d/items?state=failed", id), nil))
	}
	return b
}

// register reads the database past every wall.
type register struct {
	t    testing.TB
	conn *pgx.Conn
}

func openRegister(t testing.TB, superURL string) *register {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), superURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return &register{t, conn}
}

func (w *world) register(t testing.TB) *register { return openRegister(t, w.db.SuperURL) }

func ask[T any](r *register, sql string, args ...any) T {
	r.t.Helper()
	var v T
	if err := r.conn.QueryRow(r.t.Context(), sql, args...).Scan(&v); err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func (r *register) exec(sql string, args ...any) {
	r.t.Helper()
	if _, err := r.conn.Exec(r.t.Context(), sql, args...); err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
}

// exactly98 holds the register against what a release promises: one agreement per
// member with one PDF and one Word file, none doubled, none missing.
func (r *register) exactly98(agreement int64) {
	r.t.Helper()
	for what, sql := range map[string]string{
		"agreements":                      "select count(*) from accession where agreement_id = $1",
		"organisations":                   "select count(distinct organisation_id) from accession where agreement_id = $1",
		"PDF files":                       "select count(*) from accession_document d join accession c on c.id = d.accession_id where c.agreement_id = $1 and d.format = 'pdf'",
		"Word files":                      "select count(*) from accession_document d join accession c on c.id = d.accession_id where c.agreement_id = $1 and d.format = 'docx'",
		"settled lines":                   "select count(*) from batch_item i join batch b on b.id = i.batch_id where b.subject_id = $1 and i.state = 'done' and i.accession_id is not null",
		"offers in the audit trail":       "select count(*) from audit_event e join accession c on e.record = 'accession' and e.record_id = c.id::text where c.agreement_id = $1 and e.action = 'accession.offer'",
		"agreements of a running member":  "select count(*) from accession c where c.agreement_id = $1 and exists (select from membership m where m.organisation_id = c.organisation_id and m.to_date is null)",
		"agreements with systems of them": "select count(distinct s.accession_id) from accession_system s join accession c on c.id = s.accession_id where c.agreement_id = $1",
	} {
		if got := ask[int](r, sql, agreement); got != members {
			r.t.Errorf("%d %s, want %d", got, what, members)
		}
	}
	const files = `from stored_file f join accession_document d on d.file_id = f.id join accession c on c.id = d.accession_id where c.agreement_id = $1`
	if got := ask[int](r, "select count(distinct (f.organisation_id, f.sha256)) "+files+" and f.organisation_id = c.organisation_id", agreement); got != 2*members {
		r.t.Errorf("%d files with owners and hashes of their own, want %d", got, 2*members)
	}
	if got := ask[int](r, "select count(distinct f.sha256) "+files, agreement); got != 2*members {
		r.t.Errorf("%d different hashes, want %d", got, 2*members)
	}
}

// sealed waits until every file of the agreement lies in the vault under object lock.
func (r *register) sealed(agreement int64, within time.Duration) {
	r.t.Helper()
	eventually(r.t, within, "every file sealed and locked", func() bool {
		return ask[int](r, `select count(*) from stored_file f join accession_document d on d.file_id = f.id join accession c on c.id = d.accession_id
			where c.agreement_id = $1 and f.state = 'sealed' and f.locked_until >= current_date and f.object_version is not null`, agreement) == 2*members
	})
}
