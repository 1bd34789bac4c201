package agreement

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/storage"
)

// ChangedAnswer is an answer that the text prints otherwise than what was sent to the vendor
// first: no wording of the template was touched, and something may have been given away.
type ChangedAnswer struct {
	Path, Label     string
	Number, Heading string // of the clause in which it stands first
	Was, Is         string // as printed; empty when it was open
	Reason, By      string // for the secretariat
	At              time.Time
}

// changedAnswers are those of a version, in the order of the text; none when nothing was sent.
func changedAnswers(tx *storage.Tx, d Detail) ([]ChangedAnswer, error) {
	first, sent, err := storage.Find[struct {
		Tree []byte `db:"tree"`
	}](tx, `select r.tree from negotiation_round r join negotiation n on n.id = r.negotiation_id
		where n.agreement_version_id = $1 and r.direction = 'out' order by r.no limit 1`, d.VersionID)
	if err != nil || !sent {
		return nil, err
	}
	var tree []clause.Clause
	if err := json.Unmarshal(first.Tree, &tree); err != nil {
		return nil, fmt.Errorf("read what was sent first of version %d: %w", d.VersionID, err)
	}
	said, err := accepted(tx, d.VersionID)
	if err != nil {
		return nil, err
	}
	var out []ChangedAnswer
	is := answersIn(d.Shared())
	was := answersIn(tree)
	for _, f := range d.Tree.Fields {
		before, stood := was[f.Path]
		now, stands := is[f.Path]
		if f.Local || f.Derived || !stood || !stands || clause.Normal(before.text) == clause.Normal(now.text) {
			continue // what stands in one text alone came or went with its clause
		}
		c := ChangedAnswer{Path: f.Path, Label: f.Label, Number: now.number, Heading: now.heading, Was: measured(before.text, f), Is: measured(now.text, f)}
		if i := slices.IndexFunc(d.Answers, func(a Answer) bool { return a.Path == f.Path }); i >= 0 {
			c.At = d.Answers[i].At
			if tx.Scope().Login() == access.LoginOffice {
				c.By = d.Answers[i].By
			}
			for _, v := range said {
				if v.Field == f.Path && bytes.Equal(compact(v.Value), compact(d.Answers[i].Value)) {
					c.Reason, c.By, c.At = v.Reason, v.By, v.At
					break
				}
			}
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b ChangedAnswer) int { return cmp.Compare(is[a.Path].at, is[b.Path].at) })
	return out, nil
}

// measured is a printed answer with its unit: "24 timer".
func measured(text string, f field.Field) string {
	if text == "" || f.Unit == "" {
		return text
	}
	return text + " " + f.Unit
}

type acceptedAnswer struct {
	Field  string          `db:"field"`
	Value  json.RawMessage `db:"value"`
	Reason string          `db:"reason"`
	By     string          `db:"decided_by"`
	At     time.Time       `db:"decided_at"`
}

// accepted are the answers that the secretariat took from the vendor, the latest first. Why,
// and who did, is told to the secretariat alone.
func accepted(tx *storage.Tx, version int64) ([]acceptedAnswer, error) {
	if tx.Scope().Login() != access.LoginOffice {
		return nil, nil
	}
	return storage.All[acceptedAnswer](tx, `select c.field, c.value, v.reason, coalesce(u.name, '') as decided_by, v.decided_at from negotiation_change c
		join negotiation_verdict v on v.round_id = c.round_id and v.no = c.no and v.decision = 'accept'
		join negotiation_round r on r.id = c.round_id join negotiation n on n.id = r.negotiation_id left join app_user u on u.id = v.decided_by
		where n.agreement_version_id = $1 and c.field <> '' order by r.no desc, c.no`, version)
}

func compact(raw json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}

type printedAnswer struct {
	text, number, heading string
	at                    int
}

// answersIn are the answers as a filled text prints them, each where it stands first.
func answersIn(tree []clause.Clause) map[string]printedAnswer {
	out := map[string]printedAnswer{}
	for i, c := range tree {
		put := func(path, text string) {
			if _, had := out[path]; path != "" && !had {
				out[path] = printedAnswer{text, c.Number, headingAt(tree, i), i}
			}
		}
		for _, line := range c.Lines() {
			for _, s := range line {
				if s.Kind == clause.FillIn {
					put(s.Field, map[bool]string{true: s.Text}[s.Filled])
				}
			}
		}
		for _, b := range c.Blocks {
			if b.Table != nil && b.Table.Collection != "" {
				rows := make([]string, len(b.Table.Rows))
				for k, row := range b.Table.Rows {
					rows[k] = strings.Join(row, ", ")
				}
				put(b.Table.Collection, strings.Join(rows, "; "))
			}
		}
	}
	return out
}

// headingAt is what a clause stands under: its own heading, or its section's.
func headingAt(tree []clause.Clause, at int) string {
	for i := at; i >= 0; i-- {
		if tree[i].Heading != "" && (i == at || tree[i].Level < tree[at].Level) {
			return tree[i].Heading
		}
	}
	return ""
}
