package round

import (
	"slices"
	"strings"

	"klausul/server/word"
)

// side is one of the two readings of a file with tracked changes.
type side int

const (
	rejected side = iota // every change rejected
	accepted
)

// stands tells whether something with these marks stands in a reading.
func (s side) stands(inserted, deleted int) bool {
	if s == rejected {
		return inserted == 0
	}
	return deleted == 0
}

// reading is the text of runs in a reading. What is hidden is in none; the number of a page
// is nobody's wording.
func reading(runs []word.Run, s side) string {
	if len(runs) == 1 && visible(runs[0], s) && !paging(runs[0]) {
		return runs[0].Text
	}
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(shown(r, s))
	}
	return b.String()
}

func visible(r word.Run, s side) bool { return !r.Hidden && s.stands(r.Inserted, r.Deleted) }

func shown(r word.Run, s side) string {
	switch {
	case !visible(r, s):
		return ""
	case paging(r):
		return "#"
	}
	return r.Text
}

func paging(r word.Run) bool {
	return r.Field == "PAGE" || r.Field == "NUMPAGES" || r.Field == "SECTIONPAGES"
}

// piece is a paragraph of the file, or a part of one in which two clauses were joined.
type piece struct {
	paragraph *word.Paragraph
	runs      []word.Run
	text      [2]string // by side
	last      bool      // of its paragraph
	anchors   []anchor  // that begin in it
	unit      int       // of file.units
	placed    Placing
	split     bool // it was one with the piece before it
}

func (p *piece) has(s side) bool { return !blank(p.text[s]) }

// evidence is the text that a piece is placed by: what was there before the edit, if anything.
func (p *piece) evidence() (string, side) {
	if p.has(rejected) {
		return p.text[rejected], rejected
	}
	return p.text[accepted], accepted
}

// goesOn tells whether the mark at a piece's end does not stand in a reading, so that the
// next one goes on in it.
func (p *piece) goesOn(next *piece, s side) bool {
	if !p.last {
		return true
	}
	return p.paragraph.Joins(*next.paragraph) && !s.stands(p.paragraph.Inserted, p.paragraph.Deleted)
}

// anchor is a bookmark of ours in the file, and whether the text it stood around is there.
type anchor struct {
	unit, offset int
	live         [2]bool
}

// anchors are the bookmarks of a file by paragraph, in order. Of a bookmark that stands
// twice around text the one whose text is nearer to what was sent counts.
func (f *file) anchors() map[int][]anchor {
	out := map[int][]anchor{}
	type spot struct{ paragraph, unit int }
	met := map[spot]bool{}
	for _, b := range f.doc.Bookmarks {
		u, known := f.sent.marks[b.Name]
		if !known || b.From.Paragraph >= len(f.doc.Paragraphs) {
			continue
		}
		f.seen[u] = true
		here := spot{b.From.Paragraph, u}
		if met[here] {
			continue // the same name again in the same paragraph says nothing more
		}
		met[here] = true
		a := anchor{unit: u, offset: b.From.Offset, live: [2]bool{f.between(b, rejected), f.between(b, accepted)}}
		at := b.From.Paragraph
		for _, s := range []side{rejected, accepted} {
			if !a.live[s] {
				continue
			}
			first, twice := f.anchored[s][u]
			if !twice {
				f.anchored[s][u] = at
				continue
			}
			f.doubled[u] = true
			keep := f.nearer(u, first, at)
			lose := first + at - keep
			f.anchored[s][u] = keep
			if lose == at {
				a.live[s] = false
			}
			for i := range out[lose] {
				if out[lose][i].unit == u {
					out[lose][i].live[s] = false
				}
			}
		}
		out[at] = append(out[at], a)
	}
	for at := range out {
		slices.SortStableFunc(out[at], func(a, b anchor) int { return a.offset - b.offset })
	}
	return out
}

// nearer is which of two paragraphs is more like the first line of a unit.
func (f *file) nearer(unit, one, two int) int {
	if one == two || len(f.sent.units[unit].prints) == 0 {
		return one
	}
	like := f.sent.units[unit].prints[0]
	p := func(at int) float64 { return near(printOf(reading(f.doc.Paragraphs[at].Runs, rejected)), like) }
	if p(two) > p(one) {
		return two
	}
	return one
}

// between tells whether a bookmark stands around text in a reading.
func (f *file) between(b word.Bookmark, s side) bool {
	from, to := b.From, b.To
	if to.Paragraph < from.Paragraph || to.Paragraph == from.Paragraph && to.Offset <= from.Offset {
		return false
	}
	end := func(at int) int {
		if at == to.Paragraph {
			return to.Offset
		}
		return -1
	}
	if f.textIn(from.Paragraph, from.Offset, end(from.Paragraph), s) {
		return true
	}
	if to.Paragraph == from.Paragraph {
		return false
	}
	if next := f.next[s][from.Paragraph+1]; next < to.Paragraph {
		return true
	}
	return to.Paragraph < len(f.doc.Paragraphs) && f.textIn(to.Paragraph, 0, to.Offset, s)
}

// textIn tells whether there is text in a stretch of a paragraph; to -1 is its end.
func (f *file) textIn(at, from, to int, s side) bool {
	n := 0
	for _, r := range f.doc.Paragraphs[at].Runs {
		lo, hi := max(from-n, 0), len(r.Text)
		if to >= 0 {
			hi = min(hi, to-n)
		}
		if lo < hi && visible(r, s) && !blank(r.Text[lo:hi]) {
			return true
		}
		n += len(r.Text)
	}
	return false
}

// cut makes the pieces of a paragraph. It is cut where a second clause begins in it.
func (f *file) cut(p *word.Paragraph, anchors []anchor) []piece {
	var cuts []int
	begun := false
	for _, a := range anchors {
		live := a.live[rejected] || a.live[accepted]
		if live && a.offset > 0 && (begun || f.otherBefore(p, a)) && (len(cuts) == 0 || cuts[len(cuts)-1] < a.offset) {
			cuts = append(cuts, a.offset)
		}
		begun = begun || live
	}
	var out []piece
	from := 0
	for _, to := range append(cuts, -1) {
		c := piece{paragraph: p, runs: p.Runs, last: to < 0}
		if len(cuts) > 0 {
			c.runs = slice(p.Runs, from, to)
		}
		c.text = [2]string{reading(c.runs, rejected), reading(c.runs, accepted)}
		for _, a := range anchors {
			if a.offset >= from && (to < 0 || a.offset < to) {
				c.anchors = append(c.anchors, a)
			}
		}
		out = append(out, c)
		from = to
	}
	return out
}

// otherBefore tells whether what stands before an anchor in its paragraph is the text of
// another clause.
func (f *file) otherBefore(p *word.Paragraph, a anchor) bool {
	before := printOf(reading(slice(p.Runs, 0, a.offset), rejected))
	if len(before) < 2 {
		return false
	}
	best, at := 0, -1
	for u, n := range f.overlap(before) {
		if n > best || n == best && u < at {
			best, at = n, u
		}
	}
	return at >= 0 && at != a.unit && within(before, f.sent.units[at].whole) >= 0.7
}

// overlap counts how many pairs of words each unit shares with a wording.
func (f *file) overlap(p print) map[int]int {
	out := map[int]int{}
	for _, pair := range p {
		last := -1
		for _, l := range f.sent.index[pair] {
			if l.unit != last {
				out[l.unit]++
				last = l.unit
			}
		}
	}
	return out
}

// slice takes the runs between two offsets; to -1 is the end.
func slice(runs []word.Run, from, to int) []word.Run {
	var out []word.Run
	n := 0
	for _, r := range runs {
		lo, hi := max(from-n, 0), len(r.Text)
		if to >= 0 {
			hi = min(hi, to-n)
		}
		n += len(r.Text)
		if lo < hi {
			r.Text = r.Text[lo:hi]
			out = append(out, r)
		}
	}
	return out
}
