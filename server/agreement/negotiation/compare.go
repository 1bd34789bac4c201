package negotiation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"klausul/server/access"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/storage"
)

// ClauseRedline is one clause of two texts.
type ClauseRedline struct {
	Key, Number, Heading string
	Changed              bool
	Redline              []redline.Segment
}

// Preview is the text as the next round would have it, against what was sent last; before
// the first round against itself. What is undecided counts as rejected.
func (s *Service) Preview(ctx context.Context, scope access.Scope, id int64) (out []ClauseRedline, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		n, err := reckon(tx, d)
		if err != nil {
			return err
		}
		after := n.text.Shared()
		before := after
		if h, some := d.lastOut(); some {
			before, err = tree(tx, h.ID)
		}
		out = redlines(textOf(before, d.Language), textOf(after, d.Language))
		return err
	})
	return out, err
}

// Compare tells what two rounds have otherwise, clause by clause in the order of the later
// one. It refuses with fault.ErrNotFound.
func (s *Service) Compare(ctx context.Context, scope access.Scope, id int64, from, to int) (out []ClauseRedline, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		var texts [2][]said
		for i, no := range []int{from, to} {
			h, err := d.head(no)
			if err != nil {
				return err
			}
			if texts[i], err = textIn(tx, d, h); err != nil {
				return err
			}
		}
		out = redlines(texts[0], texts[1])
		return nil
	})
	return out, err
}

// said is a clause as it reads in a round.
type said struct{ key, number, heading, text string }

func textOf(tree []clause.Clause, language string) []said {
	out := make([]said, len(tree))
	section := ""
	for i, c := range tree {
		if c.Level == 1 {
			section = c.Heading
		}
		out[i] = said{c.Key, c.Number, cmp.Or(c.Heading, section), round.Text(c, language)}
	}
	return out
}

func textIn(tx *storage.Tx, d Detail, h Head) ([]said, error) {
	if h.Direction == Out {
		sent, err := tree(tx, h.ID)
		return textOf(sent, d.Language), err
	}
	r, err := loadRound(tx, h)
	if err != nil {
		return nil, err
	}
	return proposed(r.Report), nil
}

// redlines pairs the clauses of two texts; what is only in the former stands where it stood.
func redlines(before, after []said) []ClauseRedline {
	before = keyed(before, after, "before")
	after = keyed(after, before, "after")
	was := map[string]said{}
	for _, s := range before {
		was[s.key] = s
	}
	is := map[string]bool{}
	for _, s := range after {
		is[s.key] = true
	}
	var out []ClauseRedline
	add := func(s said, from, to string) {
		c := ClauseRedline{Key: s.key, Number: s.number, Heading: s.heading, Changed: clause.Normal(from) != clause.Normal(to)}
		if strings.HasPrefix(c.Key, keyless) {
			c.Key = ""
		}
		if from != "" || to != "" {
			c.Redline = redline.Text(from, to)
		}
		out = append(out, c)
	}
	at := 0
	flush := func(until string) { // what is gone before the clause
		for at < len(before) && before[at].key != until {
			if !is[before[at].key] {
				add(before[at], before[at].text, "")
			}
			at++
		}
		at = min(at+1, len(before))
	}
	for _, s := range after {
		if _, stood := was[s.key]; stood {
			if i := position(before[at:], s.key); i >= 0 {
				flush(s.key)
			}
		}
		add(s, was[s.key].text, s.text)
	}
	flush("")
	return out
}

// keyless begins the key, for as long as two texts are paired, of a clause that has none.
const keyless = "\x00"

// keyed gives every clause of a text a key: one that has none, as a returned file's new ones,
// that of the clause of another text that has the same words, or else one of its side's own.
func keyed(text, other []said, side string) []said {
	taken := map[string]bool{}
	for _, s := range text {
		taken[s.key] = true
	}
	free := map[string][]string{} // keys of the other text, by its words
	for _, s := range other {
		if !taken[s.key] {
			words := clause.Normal(s.text)
			free[words] = append(free[words], s.key)
		}
	}
	out := slices.Clone(text)
	for i := range out {
		if out[i].key != "" {
			continue
		}
		words := clause.Normal(out[i].text)
		if keys := free[words]; len(keys) > 0 {
			out[i].key, free[words] = keys[0], keys[1:]
		} else {
			out[i].key = fmt.Sprint(keyless, side, i)
		}
	}
	return out
}

func position(in []said, key string) int {
	for i, s := range in {
		if s.key == key {
			return i
		}
	}
	return -1
}
