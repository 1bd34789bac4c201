package round

import (
	"strings"
	"unicode/utf8"

	"klausul/server/redline"
)

// Change is one stretch of a clause's wording that the other party wants otherwise.
type Change struct {
	From, To      int // bytes of Before of the clause
	Before, After string
	Touched       bool // standard text
	Trivial       bool // the same words
	Tracked       bool
	Author, Date  string // where a tracked change tells
}

// Changes are the stretches of a clause's redline that can be decided one by one, and of
// each segment the index of the change it belongs to, -1 for what stays.
func (r Returned) Changes() (changes []Change, of []int) {
	at, open := 0, false
	for _, s := range r.Redline {
		if s.Op == redline.Equal {
			at, open = at+len(s.Text), false
			of = append(of, -1)
			continue
		}
		if !open {
			changes, open = append(changes, Change{From: at, To: at}), true
		}
		c := &changes[len(changes)-1]
		of = append(of, len(changes)-1)
		c.Touched = c.Touched || s.Touched
		if s.Op == redline.Insert {
			c.After += s.Text
			continue
		}
		c.Before += s.Text
		at += len(s.Text)
		c.To = at
	}
	for i := range changes {
		c := &changes[i]
		_, left := utf8.DecodeLastRuneInString(r.Before[:c.From])
		_, right := utf8.DecodeRuneInString(r.Before[c.To:])
		before, after := r.Before[c.From-left:c.From], r.Before[c.To:c.To+right] // a point between digits is no sign
		c.Trivial = sameWords(before+c.Before+after, before+c.After+after)
		c.Author, c.Date, c.Tracked = r.hand(*c)
	}
	return changes, of
}

// hand is who made a change: of the finding that says the same, or of all that have a part in it.
func (r Returned) hand(c Change) (author, date string, tracked bool) {
	var parts []Finding
	for _, f := range r.Findings {
		switch {
		case f.Before == c.Before && f.After == c.After:
			return f.Author, f.Date, f.Tracked
		case f.Kind == Comment || f.Kind == Formatting:
		case holds(f.After, c.After) || holds(f.Before, c.Before) || holds(c.After, f.After) || holds(c.Before, f.Before):
			parts = append(parts, f)
		}
	}
	tracked = len(parts) > 0
	for _, f := range parts {
		tracked = tracked && f.Tracked
		if f.Author != "" && !strings.Contains(author, f.Author) {
			author = strings.TrimPrefix(author+", "+f.Author, ", ")
		}
		date = max(date, f.Date)
	}
	return author, date, tracked
}

// holds tells whether one text stands in another.
func holds(text, part string) bool {
	part = strings.TrimSpace(part)
	return part != "" && strings.Contains(text, part)
}

// Has tells whether something of a kind was found in the clause, and with which other clause.
func (r Returned) Has(k Kind) (other string, found bool) {
	for _, f := range r.Findings {
		if f.Kind == k {
			return f.Other, true
		}
	}
	return "", false
}
