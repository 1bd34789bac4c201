package negotiation

import (
	"strings"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/storage"
)

// SettledKind is what the parties made of a clause.
type SettledKind string

// The kinds. Of an answer the wording stands, and what is filled in is another.
const (
	SettledChanged SettledKind = "changed"
	SettledNew     SettledKind = "new"
	SettledGone    SettledKind = "gone"
	SettledAnswer  SettledKind = "answer"
)

// Settled is a clause that was agreed otherwise than it was sent first: where and what sort of
// change, not the words, which members read once the text is released.
type Settled struct {
	Key, Number, Heading string
	Kind                 SettledKind
	Touched              bool // standard text
}

// settled are those clauses in the order of the text, from the rounds alone: a member may not
// read the draft.
func (d Detail) settled(tx *storage.Tx) ([]Settled, error) {
	last, sent := d.lastOut()
	if !sent {
		return nil, nil
	}
	first := last
	for _, h := range d.Heads { // newest first
		if h.Direction == Out {
			first = h
		}
	}
	was, err := tree(tx, first.ID)
	if err != nil {
		return nil, err
	}
	is, err := tree(tx, last.ID)
	if err != nil {
		return nil, err
	}
	var answered map[string]any // by the last round in
	if newest, _ := d.newest(); newest.Direction == In {
		r, err := loadRound(tx, newest)
		if err != nil {
			return nil, err
		}
		text := agreement.Detail{Agreement: agreement.Agreement{VersionNo: d.VersionNo}, Tree: clause.Version{Language: d.Language}}
		o, err := settle(text, is, r.Report, r.Changes, r.No)
		if err != nil {
			return nil, err
		}
		is, answered = agreement.WithNegotiated(is, o.clauses), o.answers
	}
	out := compared(was, is, answered, d.Language)
	return out, d.touch(tx, out)
}

// touch marks what came between words of standard text, too, which all stand as they stood.
func (d Detail) touch(tx *storage.Tx, settled []Settled) error {
	for _, h := range d.Heads {
		if h.Direction != In {
			continue
		}
		changes, err := changesIn(tx, h.ID)
		if err != nil {
			return err
		}
		for _, c := range changes {
			said, decided := c.decided()
			for i, s := range settled {
				if decided && said != Reject && c.Touched && c.Clause == s.Key && s.Kind == SettledChanged {
					settled[i].Touched = true
				}
			}
		}
	}
	return nil
}

// compared tells what two texts have otherwise; answered are questions that the later one
// answers otherwise without showing it yet.
func compared(was, is []clause.Clause, answered map[string]any, language string) []Settled {
	before := map[string]clause.Clause{}
	for _, c := range was {
		before[c.Key] = c
	}
	var out []Settled
	add := func(s said, kind SettledKind, touched bool) {
		out = append(out, Settled{s.key, s.number, s.heading, kind, touched})
	}
	stands := map[string]bool{}
	for i, s := range textOf(is, language) {
		c := is[i]
		stands[c.Key] = true
		b, stood := before[c.Key]
		touched := stood && fixed(b) != fixed(c)
		switch {
		case !stood:
			add(s, SettledNew, false)
		case round.Text(b, language) == s.text && !asks(c, answered):
		case open(b) == open(c):
			add(s, SettledAnswer, false)
		case s.text == left[language] || c.Heading == unheaded[language]:
			add(s, SettledGone, touched)
		default:
			add(s, SettledChanged, touched)
		}
	}
	for _, s := range textOf(was, language) {
		if !stands[s.key] {
			add(s, SettledGone, fixed(before[s.key]) != "")
		}
	}
	return out
}

// open is a clause's wording without what is filled in.
func open(c clause.Clause) string {
	var b strings.Builder
	b.WriteString(c.Heading + "\n")
	for _, line := range c.Lines() {
		for _, s := range line {
			if s.Kind == clause.FillIn {
				s.Text = s.Field
			}
			b.WriteString(s.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// asks tells whether an answer to one of the questions stands in the clause.
func asks(c clause.Clause, answered map[string]any) bool {
	for _, line := range c.Lines() {
		for _, s := range line {
			if _, is := answered[s.Field]; is && s.Kind == clause.FillIn {
				return true
			}
		}
	}
	return false
}
