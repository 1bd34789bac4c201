package negotiation

import (
	"encoding/json"
	"strings"
	"time"

	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/field"
)

// ChangeKind is what sort of thing the vendor wants otherwise.
type ChangeKind string

// The kinds: words of a clause, a clause that was not there, one that is not there any more,
// one that stands elsewhere.
const (
	Wording ChangeKind = "wording"
	Added   ChangeKind = "new"
	Gone    ChangeKind = "gone"
	Moved   ChangeKind = "moved"
)

// Decision is what the secretariat says to a change.
type Decision string

// The decisions. What is parked or escalated is undecided still: no round goes out over it.
const (
	Accept   Decision = "accept"
	Reject   Decision = "reject"
	Counter  Decision = "counter"
	Park     Decision = "park"
	Escalate Decision = "escalate"
)

// final tells whether a round may go out over it.
func (d Decision) final() bool { return d == Accept || d == Reject || d == Counter }

// Change is one thing that the vendor wants otherwise, and what was said to it.
type Change struct {
	No        int             `db:"no"`
	Clause    string          `db:"clause_key"` // empty: one that was not there
	Place     int             `db:"place"`
	Kind      ChangeKind      `db:"kind"`
	From      int             `db:"from_at"`
	To        int             `db:"to_at"`
	Before    string          `db:"before"`
	After     string          `db:"after"`
	Other     string          `db:"other"` // the clause that it follows now
	Touched   bool            `db:"touched"`
	Trivial   bool            `db:"trivial"`
	Tracked   bool            `db:"tracked"`
	Author    string          `db:"author"`
	SaidAt    string          `db:"said_at"`
	Field     string          `db:"field"` // the question that it answers otherwise
	Value     json.RawMessage `db:"value"`
	Decision  *Decision       `db:"decision"`
	Wording   string          `db:"wording"`
	Whole     bool            `db:"whole"` // of a counter: the wording is the clause's, and decides its other changes
	Reason    string          `db:"reason"`
	Version   int             `db:"version"`
	DecidedAt *time.Time      `db:"decided_at"`
	DecidedBy string          `db:"decided_by"`
}

// about is the clause that the change is about: of a new one the clause that it follows.
func (c Change) about() string {
	if c.Kind == Added {
		return c.Other
	}
	return c.Clause
}

// decided is what was said, as far as a round can go out over it.
func (c Change) decided() (Decision, bool) {
	if c.Decision == nil || !c.Decision.final() {
		return "", false
	}
	return *c.Decision, true
}

// value is the answer that the change gives.
func (c Change) value() (any, bool) {
	var v any
	return v, c.Value != nil && json.Unmarshal(c.Value, &v) == nil
}

// same tells whether two files want the same thing.
func (c Change) same(o Change) bool {
	return c.Clause == o.Clause && c.Kind == o.Kind && c.From == o.From && c.Before == o.Before && c.After == o.After && c.Other == o.Other
}

// changesOf are what a returned file wants otherwise, clause by clause in the order of the
// report. What stands around the text nobody decides: it is told as a finding.
func changesOf(report round.Report, sent []clause.Clause, fields []field.Field, language string) []Change {
	byKey := map[string]clause.Clause{}
	for _, c := range sent {
		byKey[c.Key] = c
	}
	var out []Change
	add := func(c Change) {
		c.No = len(out) + 1
		out = append(out, c)
	}
	for _, r := range report.Clauses {
		base := Change{Clause: r.Key, Place: r.Place}
		switch _, ours := byKey[r.Key]; {
		case r.Part != round.Clause && r.Part != round.Section && r.Part != round.Unplaced:
			continue
		case !ours && (r.Before != "" || strings.TrimSpace(r.After) == ""):
			continue // it stands beside the text, or went as it came
		case !ours:
			c := base
			c.Clause, c.Kind, c.After, c.Other = "", Added, r.After, r.Follows
			if f, found := first(r, round.ClauseNew, round.NotPlaced); found {
				c.Author, c.SaidAt, c.Tracked = f.Author, f.Date, f.Tracked
			}
			add(c)
			continue
		case r.After == "" && r.Before != "":
			c := base
			c.Kind, c.Before = Gone, r.Before
			if f, found := first(r, round.ClauseMissing, round.ClauseJoined, round.PictureInstead); found {
				c.Author, c.SaidAt, c.Tracked, c.Touched = f.Author, f.Date, f.Tracked, f.Touched
			}
			add(c)
			continue
		}
		if f, found := first(r, round.ClauseMoved); found {
			c := base
			c.Kind, c.Other, c.Author, c.SaidAt, c.Tracked = Moved, f.Other, f.Author, f.Date, f.Tracked
			add(c)
		}
		changes, _ := r.Changes()
		for _, w := range changes {
			c := base
			c.Kind, c.From, c.To, c.Before, c.After = Wording, w.From, w.To, w.Before, w.After
			c.Touched, c.Trivial, c.Tracked, c.Author, c.SaidAt = w.Touched, w.Trivial, w.Tracked, w.Author, w.Date
			c.answers(byKey[r.Key], r.Before, fields, language)
			add(c)
		}
	}
	return out
}

func first(r round.Returned, kinds ...round.Kind) (round.Finding, bool) {
	for _, k := range kinds {
		for _, f := range r.Findings {
			if f.Kind == k {
				return f, true
			}
		}
	}
	return round.Finding{}, false
}

// answers tells whether the change only answers a question otherwise, and how.
func (c *Change) answers(sent clause.Clause, text string, fields []field.Field, language string) {
	path, was, at := round.FieldAt(sent, text, c.From, c.To)
	asked, known := field.Find(fields, path)
	if path == "" || !known || asked.Local {
		return
	}
	is := was[:c.From-at] + c.After + was[c.To-at:]
	value, read := readAnswer(asked, is, language)
	if !read {
		return
	}
	if raw, err := json.Marshal(value); err == nil {
		c.Field, c.Value = path, raw
	}
}

// readAnswer reads what stands printed as an answer: only what prints the same again is one.
func readAnswer(f field.Field, printed, language string) (any, bool) {
	printed = strings.TrimSpace(printed)
	var tries []any
	switch f.Type {
	case field.Integer:
		if n, ok := field.ParseWhole(printed); ok {
			tries = append(tries, float64(n))
		}
	case field.OneOf:
		for _, c := range f.Choices {
			tries = append(tries, c.Value)
		}
	case field.YesNo:
		tries = append(tries, true, false)
	case field.Text, field.LongText:
		tries = append(tries, printed)
	}
	for _, v := range tries {
		checked, err := f.Check(v)
		if err == nil && clause.Normal(f.Print(checked, language)) == clause.Normal(printed) {
			return checked, true
		}
	}
	return nil, false
}
