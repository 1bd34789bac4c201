package clause

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// order is a draft's clauses in reading order, those that were taken out among them: what
// is put back stands where it stood.
type order []Clause

// ToNumber stands where a number is to be derived.
const ToNumber = "?"

func (o order) at(key string) int {
	return slices.IndexFunc(o, func(c Clause) bool { return c.Key == key })
}

// standing are those that are part of the text.
func (o order) standing() []Clause {
	out := make([]Clause, 0, len(o))
	for _, c := range o {
		if c.Removed == nil {
			out = append(out, c)
		}
	}
	return out
}

// end is where the section or clause at i ends: a section reaches to the next one.
func (o order) end(i int) int {
	next := i + 1
	for o[i].Level == 1 && next < len(o) && o[next].Level > 1 {
		next++
	}
	return next
}

// insert puts a clause behind the one with the key. A section comes behind the whole
// section; a clause behind a section heading becomes its first.
func (o order) insert(after string, c Clause) (order, bool) {
	if after == "" && c.Level == 1 {
		return slices.Insert(o, 0, c), true
	}
	i := o.at(after)
	if i < 0 {
		return o, false
	}
	c.Annex = o[i].Annex
	at := i + 1
	for c.Level == 1 && at < len(o) && o[at].Level > 1 {
		at++
	}
	return slices.Insert(o, at, c), true
}

// move changes places with the neighbour before (-1) or behind (1): a clause within its
// section, a section among the sections or among the annexes. It says whether there was one.
func (o order) move(key string, by int) (order, bool) {
	i := o.at(key)
	if i < 0 {
		return o, false
	}
	j := o.neighbour(i, by)
	if j < 0 {
		return o, false
	}
	if by < 0 {
		i, j = j, i
	}
	first, second := slices.Clone(o[i:o.end(i)]), slices.Clone(o[j:o.end(j)])
	between := slices.Clone(o[o.end(i):j])
	return slices.Concat(o[:i], second, between, first, o[o.end(j):]), true
}

// neighbour is the next standing one on the same level, -1 when there is none.
func (o order) neighbour(i, by int) int {
	for j := i + by; j >= 0 && j < len(o); j += by {
		switch {
		case o[j].Level < o[i].Level, o[j].Level == o[i].Level && o[j].Annex != o[i].Annex:
			return -1
		case o[j].Level == o[i].Level && o[j].Removed == nil:
			return j
		}
	}
	return -1
}

// remove takes a clause out, a section with everything in it.
func (o order) remove(key string, at time.Time) {
	for i, end := o.at(key), o.end(o.at(key)); i < end; i++ {
		if o[i].Removed == nil {
			o[i].Removed = &at
			o[i].Version++
		}
	}
}

// restore puts back what was taken out: of a section what went with it, and with a clause
// the heading it stands under.
func (o order) restore(key string) {
	i := o.at(key)
	at := *o[i].Removed
	for j := i; j < o.end(i); j++ {
		if o[j].Removed != nil && o[j].Removed.Equal(at) {
			o[j].Removed = nil
			o[j].Version++
		}
	}
	for j := i; j >= 0 && o[i].Level > 1; j-- {
		if o[j].Level == 1 {
			o[j].Removed = nil
			break
		}
	}
}

// renumber derives the numbers: sections 1, 2, …, annexes A, B, …, clauses behind their
// section's. A text whose sections begin at another number goes on doing so, and one whose
// annexes are counted 1, 2, … as well: what is cited keeps its number. A section without a
// number, as a front page, has none, nor has anything in it.
func (o order) renumber() {
	sections, annexes, clauses := o.first()-1, 0, 0
	section, letter := "", o.lettered()
	for i := range o {
		c := &o[i]
		switch {
		case c.Removed != nil:
			continue
		case c.Level == 1:
			clauses = 0
			switch {
			case c.Number == "":
			case !c.Annex:
				sections++
				c.Number = strconv.Itoa(sections)
			default:
				annexes++
				if c.Number = strconv.Itoa(annexes); letter {
					c.Number = letters(annexes)
				}
			}
			section = c.Number
		case section == "":
			c.Number = ""
		default:
			clauses++
			c.Number = fmt.Sprintf("%s.%d", section, clauses)
		}
	}
}

// first is the lowest number of a section, those that were taken out among them; 1 where
// the text begins without one.
func (o order) first() int {
	lowest := 0
	if len(o) == 0 || o[0].Number == "" {
		return 1
	}
	for _, c := range o {
		if n, err := strconv.Atoi(c.Number); err == nil && c.Level == 1 && !c.Annex && n > 0 && (lowest == 0 || n < lowest) {
			lowest = n
		}
	}
	return max(1, lowest)
}

// lettered tells whether annexes are counted by letters: they are, unless the first that has
// a number has a figure.
func (o order) lettered() bool {
	i := slices.IndexFunc(o, func(c Clause) bool { return c.Level == 1 && c.Annex && c.Number != "" && c.Number != ToNumber })
	if i < 0 {
		return true
	}
	_, err := strconv.Atoi(o[i].Number)
	return err != nil
}

// letters counts A … Z, AA, AB, ….
func letters(n int) string {
	out := ""
	for ; n > 0; n = (n - 1) / 26 {
		out = string(rune('A'+(n-1)%26)) + out
	}
	return out
}
